"""The attack on this home's own publication: where its pieces lie, and the verdict as check results.

Belongs here: which schema, files, seeds and folders an outsider is taken to hold. Does not belong here: the attack
(__init__.py). Of the warehouse only the schema board is read, and of the marts the three tables that are published with
it as they are (the dictionary, the breakdowns, the release).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from orchestration.attack import AttackReport, attack
from orchestration.attack.figures import (
    Published,
    read_file,
    read_folder,
    read_official,
    read_populations,
    read_schema,
)
from orchestration.checks.results import CheckResult
from orchestration.settings import Settings
from orchestration.warehouse import words_of
from orchestration.words import counted

NAMED_AT_MOST = 10
"""How many holes a check's words name; the command names all."""


class AttackError(RuntimeError):
    """What is to be attacked cannot be read; the message says what is missing and what to do."""


def attack_warehouse(settings: Settings, con: duckdb.DuckDBPyConnection) -> AttackReport:
    """Attack the release that is about to be published: the schema board of the warehouse on `con`.

    Raises AttackError when an earlier release cannot be read: it would be out there all the same.
    """
    board = read_schema(con, "board", "the figures of this release", dictionary="marts")
    return _attack(settings, board, _past(settings, current=None), [])


def attack_published(settings: Settings, folders: Sequence[Path] = ()) -> AttackReport:
    """Attack the publication that stands, with the earlier ones and the built pages in `folders`.

    Raises AttackError when nothing is published or a folder is not there.
    """
    current = settings.published / "current"
    if not (current / "board.duckdb").exists():
        raise AttackError(f"Nothing is published in {settings.published}; run `safeguarding run` first.")
    folder = current.resolve()
    board = _read(folder, "the figures of this release")
    try:
        pages = [read_folder(path, f"the files in {path}") for path in folders]
    except FileNotFoundError as error:
        raise AttackError(str(error)) from error
    return _attack(settings, board, _past(settings, current=folder), pages)


def results(report: AttackReport, *, every_value: bool = False) -> list[CheckResult]:
    """The verdict as results of the checks that block a release.

    A hole that tells of 1 to 5 people fails. One that only tells that a withheld count is none of these fails where
    `every_value` is set, and is told of else. What official figures alone lead to is out already and fails nothing. The
    words name cells, never a number of one.
    """
    ours = [hole for hole in report.holes if not hole.is_known_elsewhere]
    blocking_holes = ours if every_value else report.of_children
    large = [hole for hole in report.holes if not hole.is_small]
    return [
        _result(
            "no withheld count of 1 to 5 can be narrowed",
            [hole.sentence() for hole in blocking_holes],
            counted(report.suppressed, "withheld figure"),
        ),
        _result(
            "no small count, complement or sentence is shown",
            [leak.sentence() for leak in report.leaks],
            counted(report.published, "figure") + " shown",
        ),
        CheckResult(
            "attack",
            "board",
            "fct_indicator_value",
            "the equations could be solved",
            "error",
            "not_evaluated" if report.contradictory else "passed",
            measured=f"{report.contradictory} of {counted(report.components, 'group')} of figures in contradiction",
            threshold="0",
        ),
        CheckResult(
            "attack",
            "board",
            "fct_indicator_value",
            "the definitions hold in the figures shown",
            "warn",
            "warned" if report.dropped else "passed",
            measured="; ".join(report.dropped[:NAMED_AT_MOST]) or "nothing was left out",
        ),
        CheckResult(
            "attack",
            "board",
            "fct_indicator_value",
            "withheld counts that are known to be none of 1 to 5",
            "warn",
            "passed",
            measured=f"{len(large)} of {counted(report.suppressed, 'withheld figure')}",
        ),
        CheckResult(
            "attack",
            "board",
            "fct_indicator_value",
            "withheld counts of 1 to 5 that official figures alone narrow",
            "warn",
            "passed",
            measured=f"{len(report.known_elsewhere)} of {report.suppressed} withheld figures",
        ),
    ]


def _result(check_name: str, found: Sequence[str], of: str) -> CheckResult:
    more = f" And {len(found) - NAMED_AT_MOST} more." if len(found) > NAMED_AT_MOST else ""
    words = f"{len(found)} in {of}" + (f": {' '.join(found[:NAMED_AT_MOST])}{more}" if found else "")
    return CheckResult(
        "attack",
        "board",
        "fct_indicator_value",
        check_name,
        "error",
        "failed" if found else "passed",
        measured=words,
        threshold="0",
    )


def _attack(
    settings: Settings, board: Published, past: Sequence[Published], pages: Sequence[Published]
) -> AttackReport:
    if not board.figures:
        raise AttackError(f"{board.name} hold no row, so that there was nothing to attack.")
    return attack(
        board,
        past,
        dashboard=pages,
        official=read_official(settings.seeds_dir / "benchmark_values.csv", settings.area_code),
        populations=read_populations(settings.seeds_dir / "populations.csv"),
    )


def _past(settings: Settings, current: Path | None) -> list[Published]:
    folders = [path.parent for path in (settings.published / "releases").glob("[!.]*/board.duckdb")]
    return [_read(folder, folder.name) for folder in sorted(folders, key=_released) if folder != current]


def _released(folder: Path) -> tuple[str, str]:
    """When a release went out, for the order of releases; the words of release.json, or none."""
    try:
        fields = json.loads((folder / "release.json").read_text(encoding="utf-8"))
        return str(fields["released_at"]), folder.name
    except (OSError, ValueError, KeyError, TypeError):
        return "", folder.name


def _read(folder: Path, name: str) -> Published:
    try:
        return read_file(folder / "board.duckdb", name)
    except duckdb.Error as error:
        raise AttackError(
            f"{folder.name}/board.duckdb cannot be read ({words_of(error)}), so nobody knows what it shows."
        ) from error
