with

submissions as (
    select * from {{ ref('stg_ops__submissions') }}
    where feed = 'ssda903'
),

financial_years as (
    select * from {{ ref('periods') }}
    where period_type = 'financial_year'
),

codes as (
    select * from {{ ref('codes') }}
),

parameters as (
    select * from {{ ref('validation_parameters') }}
    where return = 'ssda903'
),

limits as (
    select
        cast(max(value) filter (where parameter = 'years_in_care') as integer) as years_in_care,
        {{ one_parameter('440', 'age', 'integer') }} as age_for_views
    from parameters
),

header as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__header') }}
),

episodes_in_force as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__episodes') }}
),

reviews_in_force as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__reviews') }}
),

oc2 as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__oc2') }}
),

oc3 as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__oc3') }}
),

ad1_in_force as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__ad1') }}
),

placed_for_adoption as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__placed_for_adoption') }}
),

previous_permanence as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__previous_permanence') }}
),

missing_in_force as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__missing') }}
),

uasc as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__uasc') }}
),

periods_of_care as (
    select * from {{ ref('int_looked_after__periods_of_care') }}
),

-- A rule about a table that was not sent cannot be broken.
tables_held as (
    select distinct
        submissions.area_code,
        submissions.return_year,
        held.table_name
    from submissions
    inner join {{ source('ops', 'submission_tables') }} as held
        on submissions.submission_id = held.submission_id
),

year_ends as (
    select distinct
        submissions.area_code,
        submissions.return_year,
        submissions.period_end,
        {{ add_days(add_years('submissions.period_end', '-limits.years_in_care'), 1) }} as in_care_since
    from submissions
    inner join financial_years
        on submissions.period_end = financial_years.period_end
    cross join limits
),

episodes as (
    select
        records.area_code,
        records.person_key,
        records.decom as start_date,
        records.dec as end_date,
        records.ls as legal_status_code,
        records.place as placement_code,
        records.rec as reason_ceased_code,
        records.submission_id,
        records.table_name,
        records.row_number,
        coalesce(placements.breakdown_value = 'adoption', false) as is_adoptive,
        coalesce(legal_statuses.breakdown_value = 'short_breaks', false) as is_short_breaks,
        adopted.value is not null as is_adopted,
        continuing.value is not null as is_continued,
        lag(coalesce(placements.breakdown_value = 'adoption', false)) over child as was_adoptive,
        lag(records.ls) over child as previous_legal_status_code,
        lead(records.decom) over child as next_start_date
    from episodes_in_force as records
    left join codes as placements
        on
            placements.code_list = 'placement'
            and records.place = placements.code
    left join codes as legal_statuses
        on
            legal_statuses.code_list = 'legal_status'
            and records.ls = legal_statuses.code
    left join parameters as adopted
        on
            adopted.parameter = 'adopted'
            and records.rec = adopted.value
    left join parameters as continuing
        on
            continuing.parameter = 'new_episode_follows'
            and records.rec = continuing.value
    window child as (
        partition by records.area_code, records.person_key
        order by records.decom asc
    )
),

latest_care as (
    select
        area_code,
        person_key,
        start_date,
        end_date,
        is_start_known
    from periods_of_care
    qualify
        row_number() over (
            partition by area_code, person_key
            order by start_date desc
        ) = 1
),

first_care as (
    select
        area_code,
        person_key,
        min(start_date) as start_date
    from periods_of_care
    group by area_code, person_key
),

-- The first episode of the last unbroken run of adoptive placements.
moves_to_adopters as (
    select *
    from episodes
    where
        is_adoptive
        and not coalesce(was_adoptive, false)
    qualify
        row_number() over (
            partition by area_code, person_key
            order by start_date desc
        ) = 1
),

placement_orders as (
    select
        area_code,
        person_key,
        max(start_date) as start_date
    from episodes
    where
        {{ is_one_of('legal_status_code', 'placement_order') }}
        and not {{ is_one_of('previous_legal_status_code', 'placement_order') }}
    group by area_code, person_key
),

adoptions as (
    select
        episodes.*,
        financial_years.period_end as year_end
    from episodes
    inner join financial_years
        on episodes.end_date between financial_years.period_start and financial_years.period_end
    where episodes.is_adopted
),

latest_decisions as (
    select *
    from placed_for_adoption
    qualify
        row_number() over (
            partition by area_code, person_key
            order by date_placed desc, return_year desc
        ) = 1
),

-- The episode under which a child is looked after on 31 March, and whether care has lasted for the twelve months to it.
in_care_at_year_end as (
    select
        year_ends.return_year,
        year_ends.period_end,
        care.start_date <= year_ends.in_care_since as is_continuous,
        episodes.*
    from year_ends
    inner join episodes
        on year_ends.area_code = episodes.area_code
    inner join periods_of_care as care
        on
            episodes.area_code = care.area_code
            and episodes.person_key = care.person_key
    where
        not episodes.is_short_breaks
        and {{ is_open_on('year_ends.period_end', 'episodes.start_date', 'episodes.end_date') }}
        and {{ is_open_on('year_ends.period_end', 'care.start_date', 'care.end_date') }}
    qualify
        row_number() over (
            partition by year_ends.area_code, year_ends.return_year, episodes.person_key
            order by episodes.start_date desc, care.start_date asc
        ) = 1
),

in_care_for_the_year as (
    select * from in_care_at_year_end
    where is_continuous
),

outcomes as (
    select
        *,
        coalesce(immunisations, teeth_check, health_assessment, substance_misuse) is not null as is_begun,
        (
            immunisations is not null
            and teeth_check is not null
            and health_assessment is not null
            and substance_misuse is not null
        ) as is_complete
    from oc2
),

ad1 as (
    select
        records.*,
        (
            records.date_int is not null
            and records.date_match is not null
            and records.foster_care is not null
            and records.nb_adoptr is not null
            and records.sex_adoptr is not null
            and records.ls_adoptr is not null
        ) as is_complete,
        coalesce(
            cast(records.date_int as string),
            cast(records.date_match as string),
            records.foster_care,
            cast(records.nb_adoptr as string),
            records.sex_adoptr,
            records.ls_adoptr
        ) is not null as is_begun
    from ad1_in_force as records
),

reviews as (
    select
        records.*,
        header.dob as birth_date,
        header.row_number is null as is_unlisted_child,
        {{ birthday('header.dob', 'limits.age_for_views') }} as old_enough_from
    from reviews_in_force as records
    left join header
        on
            records.area_code = header.area_code
            and records.person_key = header.person_key
    cross join limits
),

care_at_review as (
    select
        reviews.area_code,
        reviews.person_key,
        reviews.review,
        min(case when episodes.is_short_breaks then 1 else 0 end) as is_short_breaks_only
    from reviews
    inner join episodes
        on
            reviews.area_code = episodes.area_code
            and reviews.person_key = episodes.person_key
            and {{ is_open_on('reviews.review', 'episodes.start_date', 'episodes.end_date') }}
    group by reviews.area_code, reviews.person_key, reviews.review
),

missing_episodes as (
    select
        records.*,
        header.dob as birth_date,
        submissions.period_start,
        submissions.period_end,
        lag(records.mis_start) over child as previous_start_date,
        lag(coalesce(records.mis_end, cast('9999-12-31' as date))) over child as previous_end_date
    from missing_in_force as records
    inner join submissions
        on records.submission_id = submissions.submission_id
    left join header
        on
            records.area_code = header.area_code
            and records.person_key = header.person_key
    window child as (
        partition by records.area_code, records.person_key
        order by records.mis_start asc
    )
),

-- The placement and the period of care from which the child went missing.
care_when_missing as (
    select
        missing_episodes.area_code,
        missing_episodes.person_key,
        missing_episodes.mis_start,
        max(case when episodes.end_date is null then 1 else 0 end) as is_placement_open,
        max(case when care.end_date is null then 1 else 0 end) as is_care_open
    from missing_episodes
    inner join episodes
        on
            missing_episodes.area_code = episodes.area_code
            and missing_episodes.person_key = episodes.person_key
            and {{ is_open_on('missing_episodes.mis_start', 'episodes.start_date', 'episodes.end_date') }}
    left join periods_of_care as care
        on
            missing_episodes.area_code = care.area_code
            and missing_episodes.person_key = care.person_key
            and {{ is_open_on('missing_episodes.mis_start', 'care.start_date', 'care.end_date') }}
    group by missing_episodes.area_code, missing_episodes.person_key, missing_episodes.mis_start
),

missing_returns as (
    {{ last_returns_of_each_year('ssda903', 'missing') }}
),

missing_by_year as (
    select
        missing_returns.area_code,
        missing_returns.return_year,
        records.person_key,
        records.mis_start,
        records.mis_end
    from {{ source('raw', 'raw_childrens_social_care__ssda903__missing') }} as records
    inner join missing_returns
        on records.submission_id = missing_returns.submission_id
),

-- The row is not in this year's return, so the breach is of the return and of no row in it.
missing_no_more as (
    select
        this_year.submission_id,
        'missing' as table_name,
        cast(null as integer) as row_number,
        last_year.area_code,
        last_year.person_key
    from missing_by_year as last_year
    inner join missing_returns as this_year
        on
            last_year.area_code = this_year.area_code
            and last_year.return_year + 1 = this_year.return_year
    left join missing_by_year as again
        on
            last_year.area_code = again.area_code
            and last_year.person_key = again.person_key
            and last_year.return_year + 1 = again.return_year
            and last_year.mis_start = again.mis_start
    where
        last_year.mis_end is null
        and again.person_key is null
),

episode_returns as (
    {{ last_returns_of_each_year('ssda903', 'episodes') }}
),

-- Who was in care when last year's return ended, and who has episodes in a year's return, as the returns said.
episodes_by_year as (
    select
        episode_returns.area_code,
        episode_returns.return_year,
        records.person_key,
        max(case when records.dec is null then 1 else 0 end) as is_open
    from {{ source('raw', 'raw_childrens_social_care__ssda903__episodes') }} as records
    inner join episode_returns
        on records.submission_id = episode_returns.submission_id
    group by episode_returns.area_code, episode_returns.return_year, records.person_key
),

areas_with_decisions as (
    select distinct area_code
    from tables_held
    where table_name = 'placed_for_adoption'
),

breaches as (
    -- The child in each table

    {{ breach('INT01', 'ad1_in_force') }}
    left join header
        on
            ad1_in_force.area_code = header.area_code
            and ad1_in_force.person_key = header.person_key
    where header.person_key is null

    union all

    {{ breach('INT04', 'missing_in_force') }}
    left join header
        on
            missing_in_force.area_code = header.area_code
            and missing_in_force.person_key = header.person_key
    where header.person_key is null

    union all

    {{ breach('INT05', 'oc2') }}
    left join header
        on
            oc2.area_code = header.area_code
            and oc2.person_key = header.person_key
    where header.person_key is null

    union all

    {{ breach('INT08', 'reviews_in_force') }}
    left join header
        on
            reviews_in_force.area_code = header.area_code
            and reviews_in_force.person_key = header.person_key
    where header.person_key is null

    union all

    {{ breach('INT11', 'ad1_in_force') }}
    inner join header
        on
            ad1_in_force.area_code = header.area_code
            and ad1_in_force.person_key = header.person_key
    where ad1_in_force.dob <> header.dob

    union all

    {{ breach('INT12', 'placed_for_adoption') }}
    inner join header
        on
            placed_for_adoption.area_code = header.area_code
            and placed_for_adoption.person_key = header.person_key
    where placed_for_adoption.dob <> header.dob

    union all

    {{ breach('INT13', 'missing_in_force') }}
    inner join header
        on
            missing_in_force.area_code = header.area_code
            and missing_in_force.person_key = header.person_key
    where missing_in_force.dob <> header.dob

    union all

    {{ breach('INT14', 'oc2') }}
    inner join header
        on
            oc2.area_code = header.area_code
            and oc2.person_key = header.person_key
    where oc2.dob <> header.dob

    union all

    {{ breach('INT15', 'oc3') }}
    inner join header
        on
            oc3.area_code = header.area_code
            and oc3.person_key = header.person_key
    where oc3.dob <> header.dob

    union all

    {{ breach('INT16', 'previous_permanence') }}
    inner join header
        on
            previous_permanence.area_code = header.area_code
            and previous_permanence.person_key = header.person_key
    where previous_permanence.dob <> header.dob

    union all

    {{ breach('INT17', 'reviews_in_force') }}
    inner join header
        on
            reviews_in_force.area_code = header.area_code
            and reviews_in_force.person_key = header.person_key
    where reviews_in_force.dob <> header.dob

    union all

    {{ breach('INT18', 'uasc') }}
    inner join header
        on
            uasc.area_code = header.area_code
            and uasc.person_key = header.person_key
    where uasc.dob <> header.dob

    union all

    {{ breach('INT21', 'uasc') }}
    inner join header
        on
            uasc.area_code = header.area_code
            and uasc.person_key = header.person_key
    where uasc.sex <> header.sex

    union all

    -- Reviews

    {{ breach('399', 'reviews') }}
    inner join care_at_review
        on
            reviews.area_code = care_at_review.area_code
            and reviews.person_key = care_at_review.person_key
            and reviews.review = care_at_review.review
    where care_at_review.is_short_breaks_only = 1

    union all

    {{ breach('440', 'reviews') }}
    where
        {{ is_one_of('review_code', 'participation', '440') }}
        and review >= old_enough_from

    union all

    {{ breach('441', 'reviews') }}
    where
        {{ is_one_of('review_code', 'participation', '441') }}
        and review < old_enough_from

    union all

    -- Health and other outcomes

    {{ breach('182', 'outcomes') }}
    where
        is_begun
        and not is_complete

    union all

    {{ breach('544', 'outcomes') }}
    where
        convicted is not null
        and not is_complete

    union all

    {{ breach('547', 'outcomes') }}
    where
        health_check is not null
        and not is_complete

    union all

    {{ breach('190', 'outcomes') }}
    inner join year_ends
        on
            outcomes.area_code = year_ends.area_code
            and outcomes.return_year = year_ends.return_year
    left join in_care_for_the_year as care
        on
            outcomes.area_code = care.area_code
            and outcomes.person_key = care.person_key
            and outcomes.return_year = care.return_year
    where
        care.person_key is null
        and (
            outcomes.is_begun
            or outcomes.convicted is not null
            or outcomes.health_check is not null
            or outcomes.intervention_received is not null
            or outcomes.intervention_offered is not null
        )

    union all

    {{ breach('191', 'in_care_for_the_year') }}
    inner join tables_held
        on
            in_care_for_the_year.area_code = tables_held.area_code
            and in_care_for_the_year.return_year = tables_held.return_year
            and tables_held.table_name = 'oc2'
    left join outcomes
        on
            in_care_for_the_year.area_code = outcomes.area_code
            and in_care_for_the_year.person_key = outcomes.person_key
            and in_care_for_the_year.return_year = outcomes.return_year
    where not coalesce(outcomes.is_complete, false)

    union all

    {{ breach('187', 'in_care_for_the_year') }}
    left join ad1
        on
            in_care_for_the_year.area_code = ad1.area_code
            and in_care_for_the_year.person_key = ad1.person_key
            and in_care_for_the_year.return_year = ad1.return_year
    left join oc3
        on
            in_care_for_the_year.area_code = oc3.area_code
            and in_care_for_the_year.person_key = oc3.person_key
            and in_care_for_the_year.return_year = oc3.return_year
    where
        ad1.person_key is not null
        or oc3.person_key is not null

    union all

    {{ breach('1010', 'oc3') }}
    inner join episode_returns
        on
            oc3.area_code = episode_returns.area_code
            and oc3.return_year = episode_returns.return_year
    inner join episodes_by_year as last_year
        on
            oc3.area_code = last_year.area_code
            and oc3.person_key = last_year.person_key
            and oc3.return_year - 1 = last_year.return_year
    left join episodes_by_year as this_year
        on
            oc3.area_code = this_year.area_code
            and oc3.person_key = this_year.person_key
            and oc3.return_year = this_year.return_year
    where
        last_year.is_open = 1
        and this_year.person_key is null

    union all

    -- Adoption

    {{ breach('151', 'ad1') }}
    where
        is_begun
        and not is_complete

    union all

    {{ breach('331', 'ad1') }}
    inner join moves_to_adopters as moves
        on
            ad1.area_code = moves.area_code
            and ad1.person_key = moves.person_key
    where ad1.date_match > moves.start_date

    union all

    {{ breach('521', 'ad1') }}
    inner join moves_to_adopters as moves
        on
            ad1.area_code = moves.area_code
            and ad1.person_key = moves.person_key
    where ad1.date_int > moves.start_date

    union all

    {{ breach('334', 'ad1') }}
    inner join latest_care
        on
            ad1.area_code = latest_care.area_code
            and ad1.person_key = latest_care.person_key
    where
        latest_care.is_start_known
        and ad1.date_int < latest_care.start_date

    union all

    {{ breach('335', 'ad1') }}
    inner join adoptions
        on
            ad1.area_code = adoptions.area_code
            and ad1.person_key = adoptions.person_key
    where
        (
            {{ is_one_of('ad1.foster_care', 'foster_carer_adopted') }}
            and {{ is_one_of('adoptions.placement_code', 'with_other_carer') }}
        )
        or (
            {{ is_one_of('ad1.foster_care', 'other_adopter') }}
            and {{ is_one_of('adoptions.placement_code', 'with_current_carer') }}
        )

    union all

    {{ breach('582', 'ad1') }}
    inner join adoptions
        on
            ad1.area_code = adoptions.area_code
            and ad1.person_key = adoptions.person_key
            and ad1.date_match = adoptions.end_date

    union all

    {{ breach('602', 'ad1') }}
    left join adoptions
        on
            ad1.area_code = adoptions.area_code
            and ad1.person_key = adoptions.person_key
            and ad1.return_year = year(adoptions.year_end)
    where adoptions.person_key is null

    union all

    {{ breach('601', 'adoptions') }}
    inner join tables_held
        on
            adoptions.area_code = tables_held.area_code
            and year(adoptions.year_end) = tables_held.return_year
            and tables_held.table_name = 'ad1'
    left join ad1
        on
            adoptions.area_code = ad1.area_code
            and adoptions.person_key = ad1.person_key
            and year(adoptions.year_end) = ad1.return_year
    where not coalesce(ad1.is_begun, false)

    union all

    {{ breach('551', 'moves_to_adopters') }}
    inner join areas_with_decisions as held
        on moves_to_adopters.area_code = held.area_code
    left join placed_for_adoption
        on
            moves_to_adopters.area_code = placed_for_adoption.area_code
            and moves_to_adopters.person_key = placed_for_adoption.person_key
    where placed_for_adoption.person_key is null

    union all

    {{ breach('552', 'latest_decisions') }}
    inner join moves_to_adopters as moves
        on
            latest_decisions.area_code = moves.area_code
            and latest_decisions.person_key = moves.person_key
    where latest_decisions.date_placed > moves.start_date

    union all

    {{ breach('554', 'latest_decisions') }}
    inner join placement_orders as orders
        on
            latest_decisions.area_code = orders.area_code
            and latest_decisions.person_key = orders.person_key
    where latest_decisions.date_placed > orders.start_date

    union all

    {{ breach('557', 'episodes') }}
    inner join areas_with_decisions as held
        on episodes.area_code = held.area_code
    left join latest_decisions
        on
            episodes.area_code = latest_decisions.area_code
            and episodes.person_key = latest_decisions.person_key
    where
        episodes.next_start_date is null
        and episodes.end_date is not null
        and episodes.reason_ceased_code is not null
        and not episodes.is_continued
        and not episodes.is_adopted
        and (
            episodes.is_adoptive
            or {{ is_one_of('episodes.legal_status_code', 'placement_order') }}
            or {{ is_one_of('episodes.legal_status_code', 'freeing_order') }}
        )
        and latest_decisions.date_placed_ceased is null

    union all

    {{ breach('558', 'latest_decisions') }}
    inner join adoptions
        on
            latest_decisions.area_code = adoptions.area_code
            and latest_decisions.person_key = adoptions.person_key
    where latest_decisions.date_placed_ceased is not null

    union all

    {{ breach('1003', 'latest_decisions') }}
    inner join latest_care
        on
            latest_decisions.area_code = latest_care.area_code
            and latest_decisions.person_key = latest_care.person_key
    where
        latest_care.is_start_known
        and latest_decisions.date_placed < latest_care.start_date

    union all

    -- Missing

    {{ breach('565', 'missing_episodes') }}
    where
        missing_episodes.missing is null
        and mis_start is not null

    union all

    {{ breach('566', 'missing_episodes') }}
    where
        missing_episodes.missing is null
        and mis_end is not null

    union all

    {{ breach('567', 'missing_episodes') }}
    where mis_end < mis_start

    union all

    {{ breach('570', 'missing_episodes') }}
    where mis_start > period_end

    union all

    {{ breach('571', 'missing_episodes') }}
    where
        mis_end < period_start
        or mis_end > period_end

    union all

    {{ breach('574', 'missing_episodes') }}
    where mis_start < previous_end_date

    union all

    {{ breach('575', 'missing_episodes') }}
    inner join care_when_missing as care
        on
            missing_episodes.area_code = care.area_code
            and missing_episodes.person_key = care.person_key
            and missing_episodes.mis_start = care.mis_start
    where
        missing_episodes.mis_end is null
        and care.is_placement_open = 0

    union all

    {{ breach('576', 'missing_no_more') }}

    union all

    {{ breach('577', 'missing_episodes') }}
    inner join care_when_missing as care
        on
            missing_episodes.area_code = care.area_code
            and missing_episodes.person_key = care.person_key
            and missing_episodes.mis_start = care.mis_start
    where
        missing_episodes.mis_end is null
        and care.is_care_open = 0

    union all

    {{ breach('578', 'missing_episodes') }}
    inner join latest_care
        on
            missing_episodes.area_code = latest_care.area_code
            and missing_episodes.person_key = latest_care.person_key
    where missing_episodes.mis_start > latest_care.end_date

    union all

    {{ breach('581', 'missing_episodes') }}
    inner join first_care
        on
            missing_episodes.area_code = first_care.area_code
            and missing_episodes.person_key = first_care.person_key
    where missing_episodes.mis_start < first_care.start_date

    union all

    {{ breach('586', 'missing_episodes') }}
    where mis_start < birth_date
),

final as (
    select distinct
        rule_code,
        'ssda903' as return,
        submission_id,
        table_name,
        row_number,
        area_code,
        person_key
    from breaches
)

select * from final
