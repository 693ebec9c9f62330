with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

judged as (
    select * from {{ ref('int_exception__judged') }}
),

-- As known then: what a release about a later moment proposed first was not proposed yet.
told as (
    select proposals.*
    from {{ source('ops', 'exception_proposals') }} as proposals
    inner join run_control
        on proposals.proposed_at <= run_control.as_of
),

submissions as (
    select submissions.*
    from {{ source('ops', 'submissions') }} as submissions
    inner join run_control
        on submissions.received_at <= run_control.as_of
),

-- The clock of a demonstration stands still: there a withdrawal bears the moment of the last return.
withdrawn as (
    select
        came.submission_id,
        came.supplier,
        came.feed,
        came.area_code,
        came.period_start,
        came.period_end,
        came.received_at as came_at,
        case when not gone.is_replay then gone.received_at end as gone_at
    from submissions as came
    inner join submissions as gone
        on
            came.submission_id = gone.submission_id
            and came.status = 'accepted'
            and gone.status = 'withdrawn'
),

areas_in_force as (
    select distinct area_code from {{ ref('stg_ops__submissions') }}
),

read_feeds as (
    select * from {{ ref('bridge_indicator_feed') }}
),

-- A figure rests on the returns that it reads. Another authority than the home one is judged at all, also for what it
-- has not sent, because a return of it is in force.
rested_on as (
    select
        told.exception_id,
        {{ text_list('distinct withdrawn.submission_id', ', ', 'withdrawn.submission_id') }} as withdrawn_submissions
    from told
    cross join run_control
    inner join withdrawn
        on
            told.area_code = withdrawn.area_code
            and told.proposed_at >= withdrawn.came_at
            and (withdrawn.gone_at is null or told.proposed_at < withdrawn.gone_at)
    left join areas_in_force
        on told.area_code = areas_in_force.area_code
    left join read_feeds
        on
            told.indicator_code = read_feeds.indicator_code
            and told.definition_version = read_feeds.definition_version
            and withdrawn.supplier = read_feeds.supplier
            and withdrawn.feed = read_feeds.feed
    where
        (told.area_code <> run_control.home_area_code and areas_in_force.area_code is null)
        or (
            told.value_at_proposal is not null
            and read_feeds.feed is not null
            and withdrawn.period_start <= told.period_end
            and withdrawn.period_end >= told.period_start
        )
    group by told.exception_id
),

proposed_now as (
    select
        judged.exception_id,
        judged.rule_code,
        judged.severity,
        judged.indicator_code,
        judged.definition_version,
        judged.supplier,
        judged.feed,
        judged.area_code,
        judged.period_type,
        judged.period_start,
        judged.period_end,
        judged.breakdown,
        {{ exception_sentence(
            'judged', 'judged.value', 'judged.previous_value', 'judged.counter_value', 'judged.counter_previous_value'
        ) }} as reason,
        judged.value as value_at_proposal,
        run_control.release_id as first_release_id,
        run_control.as_of as proposed_at
    from judged
    cross join run_control
    left join told
        on judged.exception_id = told.exception_id
    where
        judged.is_latest_due
        and told.exception_id is null
),

-- Once proposed, for ever: the words and the value are those of the first release that proposed it.
together as (
    select
        exception_id,
        rule_code,
        severity,
        indicator_code,
        definition_version,
        supplier,
        feed,
        area_code,
        period_type,
        period_start,
        period_end,
        breakdown,
        reason,
        value_at_proposal,
        first_release_id,
        proposed_at
    from told
    union all
    select * from proposed_now
),

final as (
    select
        cast(together.exception_id as string) as exception_id,
        cast(together.rule_code as string) as rule_code,
        cast(together.severity as string) as severity,
        cast(together.indicator_code as string) as indicator_code,
        cast(together.definition_version as string) as definition_version,
        cast(together.supplier as string) as supplier,
        cast(together.feed as string) as feed,
        cast(together.area_code as string) as area_code,
        cast(together.period_type as string) as period_type,
        cast(together.period_start as date) as period_start,
        cast(together.period_end as date) as period_end,
        cast(together.breakdown as string) as breakdown,
        cast(together.reason as string) as reason,
        cast(together.value_at_proposal as decimal(18, 6)) as value_at_proposal,
        cast(together.first_release_id as string) as first_release_id,
        cast(together.proposed_at as timestamp) as proposed_at,
        cast(judged.exception_id is not null as boolean) as is_still_so,
        cast(
            case when judged.exception_id is null then rested_on.withdrawn_submissions end as string
        ) as withdrawn_submissions
    from together
    left join judged
        on together.exception_id = judged.exception_id
    left join rested_on
        on together.exception_id = rested_on.exception_id
)

select * from final
