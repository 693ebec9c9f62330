"""Submissions that are read ahead in other processes end up as if they had been read one by one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from orchestration.ingest import ahead
from orchestration.ingest.contracts import load_contracts
from orchestration.ingest.load import LoadOutcome, create_raw_tables
from orchestration.ingest.person_key import read_or_create_key
from orchestration.ingest.submissions import apply_withdrawals, pending, register_new
from orchestration.settings import Settings
from orchestration.synthetic.sample import write_sample
from orchestration.warehouse import connect, migrate

CONTRACTS = load_contracts(Settings(home=Path()).sources_dir)
FEED = "childrens_social_care/cin_census"


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose returns are registered and not loaded: one comes twice, one is cut off."""
    settings = Settings(home=tmp_path_factory.mktemp("received") / "home")
    settings.prepare_home()
    write_sample(settings.landing, scale=0.02, first_year=2017, last_year=2017)
    census = settings.landing / "childrens_social_care" / "cin_census"
    first = sorted(census.iterdir())[0]
    shutil.copytree(first, census / "sent_again")
    shutil.copytree(first, census / "cut_off")
    for file in (census / "cut_off").glob("*[!l]"):
        file.write_bytes(file.read_bytes()[:-200])
    register_new(settings, CONTRACTS, replay=True, progress=lambda _: None)
    read_or_create_key(settings.person_key_file)
    return settings


def load(received: Settings, home: Path) -> tuple[list[LoadOutcome], dict[str, list[tuple[object, ...]]]]:
    """The outcomes, and every row of every table, from a copy of the home."""
    shutil.copytree(received.home, home)
    settings = Settings(home=home)
    with connect(settings.warehouse) as con:
        migrate(con)
        create_raw_tables(con, CONTRACTS)
        apply_withdrawals(con, settings)
        todo = [event for event in pending(con, settings) if f"{event.supplier}/{event.feed}" == FEED]
        outcomes = list(ahead.load_all(con, settings, CONTRACTS[FEED], todo))
        names = con.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema in ('raw', 'quarantine', 'ops') order by 1"
        ).fetchall()
        rows = {name: con.execute(f"select * from {name} order by all").fetchall() for (name,) in names}
    assert not list(home.glob(".load-*"))
    return outcomes, rows


@pytest.fixture(scope="module")
def one_by_one(
    received: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[list[LoadOutcome], dict[str, list[tuple[object, ...]]]]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ahead, "WORTH_A_PROCESS_BYTES", 1 << 40)
        yield load(received, tmp_path_factory.mktemp("one_by_one") / "home")


def test_the_case_has_something_accepted_unchanged_and_rejected(
    one_by_one: tuple[list[LoadOutcome], dict[str, list[tuple[object, ...]]]],
) -> None:
    assert {outcome.status for outcome in one_by_one[0]} == {"accepted", "unchanged", "rejected"}


def test_read_ahead_gives_the_same_rows_in_the_same_order(
    received: Settings,
    one_by_one: tuple[list[LoadOutcome], dict[str, list[tuple[object, ...]]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ahead, "WORTH_A_PROCESS_BYTES", 0)
    assert load(received, tmp_path / "home") == one_by_one


def test_where_a_process_dies_this_one_does_its_work(
    received: Settings,
    one_by_one: tuple[list[LoadOutcome], dict[str, list[tuple[object, ...]]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def die(*_: object) -> object:
        raise BrokenProcessPool("killed")

    monkeypatch.setattr(ahead, "WORTH_A_PROCESS_BYTES", 0)
    monkeypatch.setattr(ahead.ProcessPoolExecutor, "submit", die)
    assert load(received, tmp_path / "home") == one_by_one
