-- One row: this release and the one that it is compared with.
select
    compared.release_id,
    cast(compared.as_of as varchar) as as_of,
    compared.code_version,
    compared.before_release_id,
    cast(compared.before_as_of as varchar) as before_as_of,
    compared.before_code_version,
    compared.is_dictionary_changed,
    compared.figures_restated,
    compared.headlines_restated,
from (select 1) as always
left join board.fct_release_compared as compared on true
