with

identifiers as (
    select * from {{ ref('stg_person__identifiers') }}
),

pairs as (
    select
        tellers.area_code,
        tellers.person_key,
        known.person_key as lcs_person_key,
        tellers.kind as method,
        min(tellers.told_from) as told_from
    from identifiers as tellers
    inner join identifiers as known
        on
            tellers.area_code = known.area_code
            and tellers.kind = known.kind
            and tellers.identifier = known.identifier
    where tellers.side = 'supplier' and known.side = 'case_system'
    group by tellers.area_code, tellers.person_key, known.person_key, tellers.kind
),

-- A pupil number that the case system holds for two children names neither. The number of the case system that a
-- supplier tells for one person may be put right: each holds until the next is told.
told_apart as (
    select
        *,
        count(*) over (partition by area_code, person_key, method) as children_told,
        count(*) over (partition by area_code, person_key, method, told_from) as children_told_at_once,
        lag(told_from) over (partition by area_code, person_key, method order by told_from asc) as told_before,
        lead(told_from) over (partition by area_code, person_key, method order by told_from asc) as told_next
    from pairs
),

final as (
    select
        area_code,
        person_key,
        lcs_person_key,
        method,
        case when told_before is not null then told_from end as valid_from,
        {{ add_days('told_next', -1) }} as valid_to
    from told_apart
    where case method when 'upn' then children_told else children_told_at_once end = 1
)

select * from final
