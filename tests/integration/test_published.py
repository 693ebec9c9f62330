"""Published files dropped in beside invented children whose clock stands in the past: the whole run, checks and all."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from tests.conftest import ROOT, safeguarding

FEEDS = ("dfe_cin", "dfe_cla", "exclusions", "fingertips", "lait", "population")


def test_published_files_go_through_every_check_beside_invented_children(tmp_path: Path) -> None:
    home = tmp_path / "home"
    sources = ROOT / "sources"
    for feed in FEEDS:
        shutil.copytree(sources / "published" / feed / "sample", home / "landing" / "published" / feed / "files")
    shutil.copytree(
        sources / "childrens_social_care" / "contacts" / "sample",
        home / "landing" / "childrens_social_care" / "contacts",
        dirs_exist_ok=True,
    )
    with (home / "landing" / "childrens_social_care" / "contacts" / "contacts.csv.submission.yml").open(
        "a"
    ) as envelope:
        envelope.write("received_at: 2017-04-05T09:00:00\n")

    done = safeguarding(home, "run", "--replay", "--no-dashboard", "--as-of", "2017-07-31")

    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    with duckdb.connect(str(home / "published" / "analyst.duckdb"), read_only=True) as con:
        kinds = con.execute("select supplier, is_synthetic, count(*) from marts.fct_submission group by all").fetchall()
        assert sorted(kinds) == [("childrens_social_care", True, 1), ("published", False, len(FEEDS))]
        assert con.execute("select is_synthetic from marts.dim_release").fetchall() == [(True,)]
        told = con.execute(
            "select value, is_whole_file, is_preferred from marts.fct_benchmark_value where series_code ="
            " 'cin_open_plans_rate' and area_code = 'E06000011' and period_end = '2017-03-31' order by is_whole_file"
        ).fetchall()
        assert [(float(value), *flags) for value, *flags in told] == [(34.5, False, True), (34.5, True, False)]
