{% set measures = ['ks2_l4_rwm', 'ks2_expected_rwm', 'ks4_5ac_em', 'ks4_em_9_4'] %}
with

attainment as (
    {{ in_force('raw', 'raw_education__attainment__attainment') }}
),

final as (
    {%- for measure in measures %}
    select
        area_code,
        person_key,
        {{ academic_year_start('academic_year') }} as academic_year_start,
        key_stage as key_stage_code,
        result_status as result_status_code,
        end_of_stage as end_of_stage_code,
        '{{ measure }}' as measure,
        {{ measure }} as is_reached_code,
        submission_id,
        table_name,
        row_number
    from attainment
    where coalesce(record_status, 'N') <> 'D'
    {%- if not loop.last %}

    union all
    {% endif -%}
    {%- endfor %}
)

select * from final
