with

submissions as (
    select * from {{ ref('stg_ops__submissions') }}
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
        {{ one_parameter('351', 'oldest_age', 'integer') }} as oldest_age,
        {{ one_parameter('352', 'grown_up_age', 'integer') }} as oldest_age_at_start,
        {{ one_parameter('353', 'earliest_start', 'date') }} as earliest_start,
        {{ one_parameter('359', 'grown_up_age', 'integer') }} as grown_up_age,
        {{ one_parameter('365', 'longest_days', 'integer') }} as longest_short_break,
        {{ one_parameter('367', 'longest_days', 'integer') }} as most_short_break_days,
        {{ one_parameter('377', 'most_placements', 'integer') }} as most_carers_holidays,
        {{ one_parameter('445', 'latest_start', 'date') }} as latest_freeing_order,
        {{ one_parameter('446', 'earliest_start', 'date') }} as earliest_placement_order,
        {{ one_parameter('620', 'youngest_age', 'integer') }} as youngest_mother
    from parameters
),

longest_stays as (
    select
        lists.rule_code,
        lists.value as code,
        cast(longest.value as integer) as longest_days
    from parameters as lists
    inner join parameters as longest
        on lists.rule_code = longest.rule_code
    where
        lists.parameter in ('legal_status', 'placement')
        and longest.parameter = 'longest_days'
),

youngest_ages as (
    select
        lists.rule_code,
        lists.parameter,
        lists.value as code,
        cast(youngest.value as integer) as youngest_age
    from parameters as lists
    inner join parameters as youngest
        on lists.rule_code = youngest.rule_code
    where
        lists.parameter in ('legal_status', 'placement', 'reason_ceased')
        and youngest.parameter = 'youngest_age'
),

oldest_ages as (
    select
        lists.rule_code,
        lists.value as code,
        cast(grown_up.value as integer) as grown_up_age
    from parameters as lists
    inner join parameters as grown_up
        on lists.rule_code = grown_up.rule_code
    where
        lists.parameter = 'reason_ceased'
        and grown_up.parameter = 'grown_up_age'
),

header as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__header') }}
),

episodes_in_force as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__episodes') }}
),

children as (
    select
        header.area_code,
        header.person_key,
        header.dob as birth_date,
        header.sex as sex_code,
        coalesce(sexes.breakdown_value, 'unknown') as sex,
        header.mother as is_mother_code,
        header.mc_dob as first_child_birth_date,
        header.submission_id,
        header.table_name,
        header.row_number,
        submissions.period_start,
        submissions.period_end,
        submissions.return_year,
        {{ birthday('header.dob', 'limits.oldest_age + 1') }} as too_old_from,
        {{ birthday('header.dob', 'limits.youngest_mother') }} as mother_from
    from header
    inner join submissions
        on header.submission_id = submissions.submission_id
    left join codes as sexes
        on
            sexes.code_list = 'sex'
            and header.sex = sexes.code
    cross join limits
),

-- Each child's episodes with what came before and after. A child and a start make an episode: the order is firm.
in_order as (
    select
        episodes.area_code,
        episodes.person_key,
        episodes.decom as start_date,
        episodes.dec as end_date,
        episodes.rne as reason_new_episode_code,
        episodes.ls as legal_status_code,
        episodes.place as placement_code,
        episodes.place_provider as provider_code,
        episodes.urn,
        episodes.rec as reason_ceased_code,
        episodes.submission_id,
        episodes.table_name,
        episodes.row_number,
        submissions.period_start,
        submissions.period_end,
        submissions.return_year,
        children.birth_date,
        children.row_number is null as is_unlisted_child,
        {{ birthday('children.birth_date', 'limits.oldest_age_at_start') }} as too_old_to_start_from,
        {{ birthday('children.birth_date', 'limits.grown_up_age') }} as grown_up_from,
        {{ add_days('episodes.decom', 'limits.longest_short_break') }} as latest_end_of_short_break,
        limits.most_short_break_days,
        limits.most_carers_holidays,
        limits.earliest_start,
        limits.latest_freeing_order,
        limits.earliest_placement_order,
        coalesce(episodes.dec, submissions.period_end) as known_until,
        coalesce(reasons.breakdown_value = 'period_of_care', false) as starts_care,
        coalesce(reasons.breakdown_value <> 'period_of_care', false) as continues_care,
        coalesce(placements.breakdown_value = 'temporary', false) as is_temporary,
        coalesce(placements.breakdown_value = 'adoption', false) as is_adoptive,
        coalesce(legal_statuses.breakdown_value = 'short_breaks', false) as is_short_breaks,
        adopted.value is not null as is_adopted,
        lag(episodes.decom) over child as previous_start_date,
        lag(episodes.dec) over child as previous_end_date,
        lag(episodes.rec) over child as previous_reason_ceased_code,
        lag(episodes.ls) over child as previous_legal_status_code,
        lag(episodes.place) over child as previous_placement_code,
        lag(episodes.place_provider) over child as previous_provider_code,
        lag(episodes.urn) over child as previous_urn,
        lead(episodes.decom) over child as next_start_date,
        coalesce(lag(placements.breakdown_value) over child = 'temporary', false) as is_after_temporary,
        lead(episodes.place) over child as next_placement_code,
        coalesce(lead(placements.breakdown_value) over child = 'temporary', false) as is_before_temporary
    from episodes_in_force as episodes
    inner join submissions
        on episodes.submission_id = submissions.submission_id
    left join children
        on
            episodes.area_code = children.area_code
            and episodes.person_key = children.person_key
    left join codes as reasons
        on
            reasons.code_list = 'reason_new_episode'
            and episodes.rne = reasons.code
    left join codes as placements
        on
            placements.code_list = 'placement'
            and episodes.place = placements.code
    left join codes as legal_statuses
        on
            legal_statuses.code_list = 'legal_status'
            and episodes.ls = legal_statuses.code
    left join parameters as adopted
        on
            adopted.parameter = 'adopted'
            and episodes.rec = adopted.value
    cross join limits
    window child as (
        partition by episodes.area_code, episodes.person_key
        order by episodes.decom asc
    )
),

-- A status or placement may run on through several episodes: its stay begins with the first of them.
with_stays as (
    select
        *,
        sum(
            case
                when legal_status_code = previous_legal_status_code and start_date = previous_end_date then 0
                else 1
            end
        ) over so_far as status_number,
        sum(
            case
                when placement_code = previous_placement_code and start_date = previous_end_date then 0
                else 1
            end
        ) over so_far as placement_number,
        max(case when is_adoptive then 1 else 0 end) over so_far as was_placed_for_adoption,
        max(case when is_adopted then 1 else 0 end) over before_this as was_adopted
    from in_order
    window
        so_far as (
            partition by area_code, person_key
            order by start_date asc
            rows between unbounded preceding and current row
        ),
        before_this as (
            partition by area_code, person_key
            order by start_date asc
            rows between unbounded preceding and 1 preceding
        )
),

episodes as (
    select
        *,
        min(start_date) over (partition by area_code, person_key, status_number) as status_from,
        min(start_date) over (partition by area_code, person_key, placement_number) as placement_from
    from with_stays
),

short_break_days as (
    select
        area_code,
        person_key,
        submission_id,
        sum(
            {{ length_in_days(
                'greatest(start_date, period_start)', 'least(known_until, period_end)'
            ) }}
        ) as days_in_window
    from episodes
    where
        {{ is_one_of('legal_status_code', 'recorded_short_breaks') }}
        and known_until > period_start
        and start_date <= period_end
    group by area_code, person_key, submission_id
),

carers_holidays as (
    select *
    from episodes
    where {{ is_one_of('placement_code', 'placement', '377') }}
),

too_many_carers_holidays as (
    select
        holidays.area_code,
        holidays.person_key,
        holidays.start_date
    from carers_holidays as holidays
    inner join carers_holidays as earlier
        on
            holidays.area_code = earlier.area_code
            and holidays.person_key = earlier.person_key
            and holidays.start_date >= earlier.start_date
    where earlier.start_date > {{ add_years('holidays.start_date', -1) }}
    group by holidays.area_code, holidays.person_key, holidays.start_date
    having count(*) > max(holidays.most_carers_holidays)
),

header_returns as (
    {{ last_returns_of_each_year('ssda903', 'header') }}
),

children_by_year as (
    select
        header_returns.area_code,
        header_returns.return_year,
        records.person_key,
        records.dob as birth_date,
        coalesce(sexes.breakdown_value, 'unknown') as sex
    from {{ source('raw', 'raw_childrens_social_care__ssda903__header') }} as records
    inner join header_returns
        on records.submission_id = header_returns.submission_id
    left join codes as sexes
        on
            sexes.code_list = 'sex'
            and records.sex = sexes.code
),

-- Whoever is in two years' returns, as each of them says.
children_of_two_years as (
    select
        children.*,
        last_year.birth_date as birth_date_before,
        last_year.sex as sex_before
    from children
    inner join children_by_year as last_year
        on
            children.area_code = last_year.area_code
            and children.person_key = last_year.person_key
            and children.return_year - 1 = last_year.return_year
),

episode_returns as (
    {{ last_returns_of_each_year('ssda903', 'episodes') }}
),

episodes_by_year as (
    select
        episode_returns.area_code,
        episode_returns.return_year,
        records.person_key,
        records.decom as start_date,
        records.dec as end_date,
        records.rne as reason_new_episode_code,
        records.ls as legal_status_code,
        records.place as placement_code,
        records.submission_id,
        'episodes' as table_name,
        records.row_number
    from {{ source('raw', 'raw_childrens_social_care__ssda903__episodes') }} as records
    inner join episode_returns
        on records.submission_id = episode_returns.submission_id
),

children_of_each_year as (
    select distinct
        area_code,
        person_key,
        return_year
    from episodes_by_year
),

first_of_the_year as (
    select *
    from episodes_by_year
    qualify
        row_number() over (
            partition by area_code, person_key, return_year
            order by start_date asc
        ) = 1
),

open_at_the_end_of_last_year as (
    select *
    from episodes_by_year
    where end_date is null
),

-- Episodes that last year's return should have had: they began before this window and not after that return's end.
known_last_year as (
    select
        episodes.*,
        episode_returns.return_year as last_return_year
    from episodes
    inner join episode_returns
        on
            episodes.area_code = episode_returns.area_code
            and episodes.return_year - 1 = episode_returns.return_year
            and episodes.start_date <= episode_returns.period_end
    where episodes.start_date < episodes.period_start
),

of_two_years as (
    select
        known_last_year.*,
        last_year.reason_new_episode_code as reason_new_episode_before,
        last_year.legal_status_code as legal_status_before,
        last_year.placement_code as placement_before
    from known_last_year
    inner join open_at_the_end_of_last_year as last_year
        on
            known_last_year.area_code = last_year.area_code
            and known_last_year.person_key = last_year.person_key
            and known_last_year.last_return_year = last_year.return_year
            and known_last_year.start_date = last_year.start_date
),

breaches as (
    {{ breaches_of('children') }}
    where
        case rule_code
            -- The child
            when '174'
                then
                    first_child_birth_date is not null
                    and {{ is_one_of('sex_code', 'boy', '174') }}
            when '301' then birth_date > period_end
            when '351' then too_old_from <= period_start
            when '620'
                then
                    mother_from > period_end
                    and {{ is_one_of('is_mother_code', 'mother', '620') }}
            when '621' then first_child_birth_date < birth_date
        end

    union all

    {{ breaches_of('children_of_two_years') }}
    where
        case rule_code
            when '202' then sex <> sex_before
            when '203' then birth_date <> birth_date_before
        end

    union all

    {{ breaches_of('episodes') }}
    where
        case rule_code
            when 'INT03' then is_unlisted_child
            -- The dates of one episode, and its reasons
            when '148' then (end_date is null) <> (reason_ceased_code is null)
            when '302'
                then
                    previous_start_date is null
                    and start_date < birth_date
            when '352'
                then
                    starts_care
                    and start_date >= too_old_to_start_from
            when '353' then start_date < earliest_start
            when '354' then start_date > period_end
            when '355' then start_date = end_date
            when '356' then end_date < start_date
            when '359'
                then
                    end_date is null
                    and grown_up_from <= period_end
                    and not (
                        coalesce({{ is_one_of('legal_status_code', 'legal_status', '359') }}, false)
                        and coalesce({{ is_one_of('placement_code', 'placement', '359') }}, false)
                    )
            when '385' then end_date > period_end
            when '550'
                then
                    {{ is_one_of('provider_code', 'provider', '550') }}
                    and not {{ is_one_of('placement_code', 'placement', '550') }}
            when '378'
                then
                    {{ is_one_of('placement_code', 'placement', '378') }}
                    and {{ is_one_of('legal_status_code', 'legal_status', '378') }}
            when '408'
                then
                    {{ is_one_of('placement_code', 'placement_order_needed') }}
                    and not {{ is_one_of('legal_status_code', 'placement_order') }}
            when '445'
                then
                    {{ is_one_of('legal_status_code', 'freeing_order') }}
                    and start_date > latest_freeing_order
            when '446'
                then
                    {{ is_one_of('legal_status_code', 'placement_order') }}
                    and start_date < earliest_placement_order
            when '451'
                then
                    {{ is_one_of('legal_status_code', 'freeing_order') }}
                    and end_date is null
            when '516'
                then
                    {{ is_one_of('reason_ceased_code', 'reason_ceased', '516') }}
                    and not {{ is_one_of('placement_code', 'foster_placement') }}
            -- Short breaks, which are in no figure
            when '365'
                then
                    {{ is_one_of('legal_status_code', 'recorded_short_breaks') }}
                    and known_until > latest_end_of_short_break
            when '366'
                then
                    {{ is_one_of('legal_status_code', 'recorded_short_breaks') }}
                    and not starts_care
            when '382'
                then
                    is_short_breaks
                    and is_temporary
            when '384'
                then
                    is_short_breaks
                    and {{ is_one_of('placement_code', 'placement', '384') }}
            -- One episode after another
            when '142'
                then
                    end_date is null
                    and next_start_date is not null
            when '199' then was_adopted = 1
            when '217'
                then
                    {{ is_one_of('placement_code', 'with_current_carer') }}
                    and not coalesce({{ is_one_of('reason_new_episode_code', 'reason_new_episode', '217') }}, false)
            when '336'
                then
                    {{ is_one_of('placement_code', 'with_current_carer') }}
                    and not {{ is_one_of('previous_placement_code', 'foster_placement') }}
                    and not {{ is_one_of('previous_placement_code', 'with_current_carer') }}
                    and not {{ is_one_of('previous_placement_code', 'with_other_carer') }}
            -- Of a child in care before the window, earlier episodes need not be in any return.
            when '357'
                then
                    previous_start_date is null
                    and start_date >= period_start
                    and not starts_care
            when '380'
                then
                    starts_care
                    and is_temporary
            when '381'
                then
                    is_temporary
                    and end_date is not null
                    and not {{ is_one_of('reason_ceased_code', 'new_episode_follows') }}
            when '383'
                then
                    is_temporary
                    and not is_after_temporary
                    and not is_before_temporary
                    and next_placement_code <> previous_placement_code
            when '388'
                then
                    {{ is_one_of('reason_ceased_code', 'new_episode_follows') }}
                    and next_start_date is null
            when '390'
                then
                    is_adopted
                    and was_placed_for_adoption = 0
            when '431'
                then
                    starts_care
                    and start_date = previous_end_date
            when '432'
                then
                    not starts_care
                    and not {{ is_one_of('previous_reason_ceased_code', 'new_episode_follows') }}
            when '433'
                then
                    continues_care
                    and start_date <> previous_end_date
            when '434'
                then
                    {{ is_one_of('reason_new_episode_code', 'reason_new_episode', '434') }}
                    and (
                        legal_status_code = previous_legal_status_code
                        or placement_code <> previous_placement_code
                        or provider_code <> previous_provider_code
                        or urn <> previous_urn
                    )
            when '435'
                then
                    {{ is_one_of('reason_new_episode_code', 'reason_new_episode', '435') }}
                    and legal_status_code <> previous_legal_status_code
            when '436'
                then
                    {{ is_one_of('reason_new_episode_code', 'reason_new_episode', '436') }}
                    and legal_status_code = previous_legal_status_code
            when '437'
                then
                    {{ is_one_of('reason_ceased_code', 'reason_ceased', '437') }}
                    and next_start_date is not null
            when '501' then start_date < previous_end_date
        end

    union all

    {{ breaches_of('of_two_years') }}
    where
        case rule_code
            when '503A' then reason_new_episode_code <> reason_new_episode_before
            when '503B' then legal_status_code <> legal_status_before
            when '503D' then placement_code <> placement_before
        end

    union all

    {{ breach('EPI', 'children') }}
    left join episodes
        on
            children.area_code = episodes.area_code
            and children.person_key = episodes.person_key
    where episodes.person_key is null

    union all

    {{ breach_of('oldest_ages.rule_code', 'episodes') }}
    inner join oldest_ages
        on episodes.reason_ceased_code = oldest_ages.code
    where episodes.end_date >= {{ birthday('episodes.birth_date', 'oldest_ages.grown_up_age') }}

    union all

    {{ breach_of('youngest_ages.rule_code', 'episodes') }}
    inner join youngest_ages
        on episodes.reason_ceased_code = youngest_ages.code
    where
        youngest_ages.parameter = 'reason_ceased'
        and episodes.end_date < {{ birthday('episodes.birth_date', 'youngest_ages.youngest_age') }}

    union all

    -- Legal status and placement of one episode
    {{ breach_of('youngest_ages.rule_code', 'episodes') }}
    inner join youngest_ages
        on episodes.legal_status_code = youngest_ages.code
    where
        youngest_ages.parameter = 'legal_status'
        and episodes.start_date < {{ birthday('episodes.birth_date', 'youngest_ages.youngest_age') }}

    union all

    {{ breach_of('youngest_ages.rule_code', 'episodes') }}
    inner join youngest_ages
        on episodes.placement_code = youngest_ages.code
    where
        youngest_ages.parameter = 'placement'
        and episodes.start_date < {{ birthday('episodes.birth_date', 'youngest_ages.youngest_age') }}

    union all

    {{ breach_of('longest_stays.rule_code', 'episodes') }}
    inner join longest_stays
        on episodes.legal_status_code = longest_stays.code
    where episodes.known_until > {{ add_days('episodes.status_from', 'longest_stays.longest_days') }}

    union all

    {{ breach_of('longest_stays.rule_code', 'episodes') }}
    inner join longest_stays
        on episodes.placement_code = longest_stays.code
    where episodes.known_until > {{ add_days('episodes.placement_from', 'longest_stays.longest_days') }}

    union all

    {{ breach_of('parameters.rule_code', 'episodes') }}
    inner join parameters
        on
            parameters.parameter = 'provider_and_placement'
            and episodes.provider_code || ' ' || episodes.placement_code = parameters.value

    union all

    {{ breach('367', 'episodes') }}
    inner join short_break_days
        on
            episodes.area_code = short_break_days.area_code
            and episodes.person_key = short_break_days.person_key
            and episodes.submission_id = short_break_days.submission_id
    where
        {{ is_one_of('episodes.legal_status_code', 'recorded_short_breaks') }}
        and episodes.known_until > episodes.period_start
        and episodes.start_date <= episodes.period_end
        and short_break_days.days_in_window > episodes.most_short_break_days

    union all

    {{ breach('377', 'episodes') }}
    inner join too_many_carers_holidays as holidays
        on
            episodes.area_code = holidays.area_code
            and episodes.person_key = holidays.person_key
            and episodes.start_date = holidays.start_date

    union all

    -- This year's return beside last year's
    {{ breach('502', 'first_of_the_year') }}
    inner join open_at_the_end_of_last_year as last_year
        on
            first_of_the_year.area_code = last_year.area_code
            and first_of_the_year.person_key = last_year.person_key
            and first_of_the_year.return_year - 1 = last_year.return_year
    left join episodes_by_year as same_start
        on
            first_of_the_year.area_code = same_start.area_code
            and first_of_the_year.person_key = same_start.person_key
            and first_of_the_year.return_year = same_start.return_year
            and last_year.start_date = same_start.start_date
    where same_start.person_key is null

    union all

    {{ breach('562', 'known_last_year') }}
    inner join children_of_each_year as of_the_child
        on
            known_last_year.area_code = of_the_child.area_code
            and known_last_year.person_key = of_the_child.person_key
            and known_last_year.last_return_year = of_the_child.return_year
    left join episodes_by_year as last_year
        on
            known_last_year.area_code = last_year.area_code
            and known_last_year.person_key = last_year.person_key
            and known_last_year.last_return_year = last_year.return_year
            and known_last_year.start_date = last_year.start_date
    where last_year.person_key is null

    union all

    {{ breach('NoE', 'known_last_year') }}
    left join episodes_by_year as last_year
        on
            known_last_year.area_code = last_year.area_code
            and known_last_year.person_key = last_year.person_key
            and known_last_year.last_return_year = last_year.return_year
    where last_year.person_key is null
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
