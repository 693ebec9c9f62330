"""What names a release: all that its figures are made of, and nothing else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from orchestration.control import CalendarError, RunRequest, refuse_beyond_calendar, write_control
from orchestration.settings import Settings
from orchestration.warehouse import connect, migrate
from tests.dbt.by_hand import insert, submission


@pytest.mark.parametrize("day", [datetime(2008, 4, 1), datetime(2031, 3, 31, 23, 59, 59)])
def test_every_moment_of_the_calendars_first_and_last_day_can_be_asked_for(tmp_path: Path, day: datetime) -> None:
    refuse_beyond_calendar(Settings(home=tmp_path), day)


@pytest.mark.parametrize("day", [datetime(2008, 3, 31, 23, 59, 59), datetime(2031, 4, 1)])
def test_a_moment_beyond_the_calendar_is_refused_before_anything_is_written(tmp_path: Path, day: datetime) -> None:
    settings = Settings(home=tmp_path)
    with connect(settings.warehouse) as con:
        migrate(con)
        with pytest.raises(CalendarError, match=f"from 2008-04-01 to 2031-03-31, and figures as of {day.date()} were"):
            write_control(con, settings, RunRequest(as_of=day), "run")
        assert con.execute("select count(*) from ops.run_control").fetchall() == [(0,)]


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
