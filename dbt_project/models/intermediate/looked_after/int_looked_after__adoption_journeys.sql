with

episodes as (
    select * from {{ ref('int_looked_after__episodes_in_care') }}
),

adoptions as (
    select * from {{ ref('stg_childrens_social_care__adoptions') }}
),

-- The codes of the timeliness rule: the same for both of its forms, R08 and R08b.
codes as (
    select distinct
        parameter,
        value
    from {{ ref('indicator_parameters') }}
    where indicator_code in ('R08', 'R08b')
),

adopted as (
    select episodes.*
    from episodes
    inner join codes
        on
            codes.parameter = 'adopted_reason'
            and episodes.reason_ceased_code = codes.value
    where episodes.end_date is not null
),

-- The episodes of the period of care that the adoption ended.
way as (
    select
        adopted.area_code,
        adopted.person_key,
        adopted.end_date as adoption_date,
        adopted.period_number,
        episodes.start_date,
        episodes.placement_code,
        episodes.is_opening_known,
        adoptive.value is not null as is_adoptive,
        same_carer.value is not null as is_with_same_carer
    from adopted
    inner join episodes
        on
            adopted.area_code = episodes.area_code
            and adopted.person_key = episodes.person_key
            and adopted.period_number = episodes.period_number
            and adopted.start_date >= episodes.start_date
    left join codes as adoptive
        on
            adoptive.parameter = 'adoptive_placement'
            and episodes.placement_code = adoptive.value
    left join codes as same_carer
        on
            same_carer.parameter = 'same_carer_reason'
            and episodes.reason_new_episode_code = same_carer.value
),

last_adoptive as (
    select
        area_code,
        person_key,
        adoption_date,
        min(start_date) as care_start_date,
        min_by(is_opening_known, start_date) as is_start_known,
        -- A run that broke off before the last episode did not lead to this adoption.
        case when max_by(is_adoptive, start_date) then max(start_date) end as last_adoptive_date
    from way
    group by area_code, person_key, adoption_date
),

before_the_run as (
    select
        way.area_code,
        way.person_key,
        way.adoption_date,
        max(way.start_date) as other_placement_date
    from way
    inner join last_adoptive
        on
            way.area_code = last_adoptive.area_code
            and way.person_key = last_adoptive.person_key
            and way.adoption_date = last_adoptive.adoption_date
            and way.start_date < last_adoptive.last_adoptive_date
    where not way.is_adoptive
    group by way.area_code, way.person_key, way.adoption_date
),

-- The final unbroken run of adoptive placements.
runs as (
    select
        way.area_code,
        way.person_key,
        way.adoption_date,
        min(way.start_date) as placed_date,
        min_by(way.placement_code, way.start_date) as placed_code
    from way
    inner join last_adoptive
        on
            way.area_code = last_adoptive.area_code
            and way.person_key = last_adoptive.person_key
            and way.adoption_date = last_adoptive.adoption_date
            and last_adoptive.last_adoptive_date is not null
    left join before_the_run
        on
            way.area_code = before_the_run.area_code
            and way.person_key = before_the_run.person_key
            and way.adoption_date = before_the_run.adoption_date
    where
        way.is_adoptive
        and way.start_date > coalesce(before_the_run.other_placement_date, cast('1900-01-01' as date))
    group by way.area_code, way.person_key, way.adoption_date
),

-- Back through changes with the same carer to the episode in which the child came to that carer.
with_carer as (
    select
        runs.area_code,
        runs.person_key,
        runs.adoption_date,
        max(way.start_date) as with_carer_date
    from runs
    inner join way
        on
            runs.area_code = way.area_code
            and runs.person_key = way.person_key
            and runs.adoption_date = way.adoption_date
            and runs.placed_date >= way.start_date
    where not way.is_with_same_carer
    group by runs.area_code, runs.person_key, runs.adoption_date
),

final as (
    select
        adopted.area_code,
        adopted.person_key,
        adopted.end_date as adoption_date,
        last_adoptive.care_start_date,
        last_adoptive.is_start_known,
        runs.placed_date,
        case
            when carer_codes.value is not null or adoptions.foster_carer_code = '1' then with_carer.with_carer_date
            else runs.placed_date
        end as moved_in_date,
        adopted.legal_status_code,
        adopted.submission_id,
        adopted.table_name,
        adopted.row_number
    from adopted
    inner join last_adoptive
        on
            adopted.area_code = last_adoptive.area_code
            and adopted.person_key = last_adoptive.person_key
            and adopted.end_date = last_adoptive.adoption_date
    left join runs
        on
            adopted.area_code = runs.area_code
            and adopted.person_key = runs.person_key
            and adopted.end_date = runs.adoption_date
    left join with_carer
        on
            adopted.area_code = with_carer.area_code
            and adopted.person_key = with_carer.person_key
            and adopted.end_date = with_carer.adoption_date
    left join codes as carer_codes
        on
            carer_codes.parameter = 'same_carer_placement'
            and runs.placed_code = carer_codes.value
    left join adoptions
        on
            adopted.area_code = adoptions.area_code
            and adopted.person_key = adoptions.person_key
            and year({{ add_days(next_financial_year('adopted.end_date'), -1) }}) = adoptions.return_year
    qualify
        row_number() over (
            partition by adopted.area_code, adopted.person_key, adopted.end_date
            order by adopted.start_date desc
        ) = 1
)

select * from final
