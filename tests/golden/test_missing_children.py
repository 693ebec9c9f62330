"""Missing children as police and care tell them together, in the marts, against a reckoning from the files."""

from __future__ import annotations

from pathlib import Path

import duckdb
import yaml

from tests.golden.independent_missing import missing_by_month

CODES = ("R06", "R06f", "R06h", "R06i")


def test_each_month_of_the_demonstration_counts_the_missing_children_that_the_files_tell(full_home: Path) -> None:
    landing = full_home / "landing"
    as_of = yaml.safe_load((landing / "sample.yml").read_text(encoding="utf-8"))["as_of"]
    reckoned = missing_by_month(landing, "811", as_of)
    with duckdb.connect(str(full_home / "published" / "analyst.duckdb"), read_only=True) as con:
        rows = con.execute(
            """
            select indicator_code, period_end, cast(numerator as integer)
            from marts.fct_indicator_value
            where
                list_contains(?, indicator_code) and area_code = 'E06000011' and period_type = 'month'
                and breakdown = 'total' and numerator is not null
            """,
            [list(CODES)],
        ).fetchall()
    said = {(code, month.isoformat()[:7]): numerator for code, month, numerator in rows}
    assert {code for code, _ in said} == set(CODES)
    assert len({month for code, month in said if code == "R06"}) >= 36
    assert {key: (reckoned.get(key, 0), found) for key, found in said.items() if found != reckoned.get(key, 0)} == {}
