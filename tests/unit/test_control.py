"""What names a release: all that its figures are made of, and nothing else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from orchestration.control import RunRequest, write_control
from orchestration.settings import Settings
from orchestration.warehouse import connect, migrate
from tests.dbt.by_hand import insert, submission


def test_what_counts_beyond_a_demonstrations_clock_is_in_the_name_of_the_release(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    request = RunRequest(as_of=datetime(2017, 9, 25))
    with connect(settings.warehouse) as con:
        migrate(con)

        def name() -> str:
            return write_control(con, settings, request, "run").release_id

        def came(number: int, supplier: str, **other: object) -> None:
            later = submission(number, "feed", "2017-04-01", "2017-04-30", "final", "2026-11-27", supplier=supplier)
            insert(con, "ops.submissions", later | {"is_replay": False} | other)

        insert(con, "ops.submissions", submission(1, "ssda903", "2016-04-01", "2017-03-31", "final", "2017-05-03"))
        before = name()
        came(2, "police")
        came(3, "board", is_replay=True)
        assert name() == before
        came(4, "board")
        decided = name()
        assert decided != before
        came(4, "board", status="withdrawn")
        assert name() == before
        came(5, "published")
        assert name() not in (before, decided)
