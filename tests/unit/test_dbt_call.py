"""What dbt parsed is parsed once for a project, and what is known of its seeds ends with the first changed byte."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from orchestration import dbt_call
from orchestration.dbt_call import (
    DbtProjectError,
    DbtRun,
    are_seeds_proved,
    drop_what_no_model_makes,
    is_laid,
    note_that_seeds_are_proved,
    note_what_is_laid,
    prepare_manifest,
)
from orchestration.settings import Settings
from orchestration.warehouse import connect, migrate


class Parser:
    """Stands where dbt is called, and counts how often it is."""

    def __init__(self) -> None:
        self.calls = 0
        self.is_successful = True

    def __call__(self, settings: Settings, arguments: list[str]) -> DbtRun:
        self.calls += 1
        if not self.is_successful:
            return DbtRun(errors=["a model cannot be parsed"])
        for name in ("manifest.json", "partial_parse.msgpack"):
            (settings.dbt_work / "target" / name).write_text(f"parsed {self.calls}")
        return DbtRun(is_successful=True)


@pytest.fixture
def parser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Parser:
    """A parser, and an environment whose packages are installed below tmp_path."""
    found = Parser()
    monkeypatch.setattr(dbt_call, "invoke_dbt", found)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "dbt_project").mkdir(parents=True)
    (root / "seeds").mkdir()
    (root / "dbt_project" / "model.sql").write_text("select 1")
    (root / "seeds" / "areas.csv").write_text("area_code\nE06000011\n")
    return root


def home(tmp_path: Path, project: Path, name: str) -> Settings:
    return Settings(home=tmp_path / name, project_root=project)


def test_a_second_home_takes_what_the_first_has_parsed(parser: Parser, project: Path, tmp_path: Path) -> None:
    first = prepare_manifest(home(tmp_path, project, "first"))
    second = prepare_manifest(home(tmp_path, project, "second"))
    assert (parser.calls, first.read_text(), second.read_text()) == (1, "parsed 1", "parsed 1")


def test_what_dbt_leaves_beside_the_project_when_called_by_hand_is_no_part_of_it(
    parser: Parser, project: Path, tmp_path: Path
) -> None:
    settings = home(tmp_path, project, "home")
    prepare_manifest(settings)
    # dbt puts compiled tests into a folder that is called as the file that asks for them.
    left = project / "dbt_project" / "target" / "compiled" / "model.yml" / "not_null.sql"
    left.parent.mkdir(parents=True)
    left.write_text("select 1")
    prepare_manifest(settings)
    assert parser.calls == 1


@pytest.mark.parametrize("changed", ["dbt_project/model.sql", "seeds/areas.csv"])
def test_a_changed_byte_is_parsed_again(parser: Parser, project: Path, tmp_path: Path, changed: str) -> None:
    settings = home(tmp_path, project, "home")
    prepare_manifest(settings)
    prepare_manifest(settings)
    assert parser.calls == 1
    (project / changed).write_text((project / changed).read_text() + " ")
    prepare_manifest(settings)
    assert parser.calls == 2


def test_what_is_known_of_the_seeds_ends_with_a_changed_seed(parser: Parser, project: Path, tmp_path: Path) -> None:
    settings = home(tmp_path, project, "home")
    prepare_manifest(settings)
    assert not are_seeds_proved(settings)
    note_that_seeds_are_proved(settings)
    assert are_seeds_proved(settings)
    assert are_seeds_proved(home(tmp_path, project, "another"))
    with (project / "seeds" / "areas.csv").open("a") as seed:
        seed.write("E12000003\n")
    assert not are_seeds_proved(settings)


def test_seeds_and_views_are_laid_again_where_a_file_has_changed_or_one_of_them_is_gone(
    project: Path, tmp_path: Path
) -> None:
    settings = home(tmp_path, project, "home")
    laid = ["reference.areas", "staging.stg_areas"]
    with connect(settings.warehouse) as con:
        migrate(con)
        con.execute("create schema reference; create table reference.areas (area_code varchar)")
        con.execute("create view staging.stg_areas as select area_code from reference.areas")
    assert not is_laid(settings, laid)
    note_what_is_laid(settings, is_laid=True)
    assert is_laid(settings, laid)
    seed = project / "seeds" / "areas.csv"
    before = seed.read_text()
    seed.write_text(before + "E12000003\n")
    assert not is_laid(settings, laid)
    # Back to what was laid, but a run had begun to lay the other.
    note_what_is_laid(settings, is_laid=False)
    seed.write_text(before)
    assert not is_laid(settings, laid)
    note_what_is_laid(settings, is_laid=True)
    with connect(settings.warehouse) as con:
        con.execute("drop view staging.stg_areas")
    assert not is_laid(settings, laid)
    assert is_laid(settings, laid[:1])


def test_what_a_model_left_that_the_project_no_longer_has_is_dropped_and_nothing_else(
    project: Path, tmp_path: Path
) -> None:
    settings = home(tmp_path, project, "home")
    with connect(settings.warehouse) as con:
        migrate(con)
        con.execute("create schema if not exists marts; create table marts.dim_area (area_code varchar)")
        con.execute("create table marts.fct_of_before (area_code varchar)")
        con.execute("create view marts.fct_view_of_before as select area_code from marts.fct_of_before")
        con.execute("create schema of_an_analyst; create table of_an_analyst.notes (note varchar)")
    made = {("marts", "dim_area"), ("board", "fct_indicator_value")}
    assert drop_what_no_model_makes(settings, made) == ["marts.fct_of_before", "marts.fct_view_of_before"]
    assert drop_what_no_model_makes(settings, made) == []
    with connect(settings.warehouse, read_only=True) as con:
        assert con.execute("from marts.dim_area union all from of_an_analyst.notes").fetchall() == []
        assert con.execute("select count(*) from ops.submissions").fetchall() == [(0,)]


def test_where_the_environment_cannot_be_written_every_home_parses(
    parser: Parser, project: Path, tmp_path: Path
) -> None:
    (tmp_path / "venv").write_text("no folder")
    prepare_manifest(home(tmp_path, project, "first"))
    settings = home(tmp_path, project, "second")
    prepare_manifest(settings)
    note_that_seeds_are_proved(settings)
    assert parser.calls == 2
    assert not are_seeds_proved(settings)


def test_a_project_that_does_not_parse_says_so_and_is_not_kept(parser: Parser, project: Path, tmp_path: Path) -> None:
    parser.is_successful = False
    with pytest.raises(DbtProjectError, match="a model cannot be parsed"):
        prepare_manifest(home(tmp_path, project, "home"))
    parser.is_successful = True
    prepare_manifest(home(tmp_path, project, "home"))
    assert parser.calls == 2
