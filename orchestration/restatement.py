"""Why a figure that was told before is now another one: its change since the release before, cause by cause.

The causes are taken in one fixed order, each a rebuild with one thing more of what is known now:

    what was told -> population -> definition -> late submissions -> corrected submissions -> what is told now

`population` is the figure of then over the population of now. `definition` is the difference that the code and seeds of
now make with the submissions of then, where the dictionary says something else of the indicator than it did; where it
says the same, that difference is `code`, which is the remainder and allowed only where the code version differs. A late
submission covers days of which its feed had told nothing; a corrected one covers days that were told, or withdraws
them. The causes of a figure add up to its change exactly, as each is a difference of two figures as they are shown.

Belongs here: comparing with the release before, the rebuilds, ops.restatements. Does not belong here: how much a figure
may move before somebody is asked (checks/moves.py), the mart (fct_restatement).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb

from orchestration.dbt_call import invoke_dbt, prepare_manifest
from orchestration.publish import Release, hash_of_definitions, release_before
from orchestration.settings import Settings
from orchestration.warehouse import connect, let_go
from orchestration.words import counted

CAUSES = ("population", "definition", "late", "corrected", "code")

KEY = (
    "indicator_code",
    "definition_version",
    "area_code",
    "period_type",
    "period_end",
    "breakdown",
    "breakdown_value",
)

_OF_THE_POPULATION = "supplier in ('published', 'board')"
"""Submissions that tell of no child: a population is known from its own day, whatever the children's returns say."""


class RestatementError(RuntimeError):
    """A change has no cause that is allowed; the message says which figure, by how much, and what to do."""


@dataclass(frozen=True)
class Key:
    """The key of a figure, as in fct_indicator_value."""

    indicator_code: str
    definition_version: str
    area_code: str
    period_type: str
    period_end: date
    breakdown: str
    breakdown_value: str

    def __str__(self) -> str:
        split = "" if self.breakdown == "total" else f", {self.breakdown} {self.breakdown_value}"
        return f"{self.indicator_code} {self.period_type} to {self.period_end} ({self.area_code}{split})"


@dataclass(frozen=True)
class Moved:
    """A figure with a value in both releases that is not the same. Values are as shown (rounded).

    `numerator` is that of then, `population` the denominator of now where the indicator is a rate (else None);
    `multiplier` and `decimals` are those of then. `is_redefined` says whether the dictionary tells something else of
    the indicator now than it did then.
    """

    key: Key
    before: Decimal
    after: Decimal
    numerator: Decimal | None
    population: Decimal | None
    multiplier: int
    decimals: int
    is_redefined: bool


@dataclass(frozen=True)
class Restatement:
    """One cause of one figure's change. `change` is in the figure's own unit and never zero."""

    key: Key
    cause: str
    change: Decimal


@dataclass(frozen=True)
class Rebuilds:
    """What a figure was in each rebuild (None where it had no value); None for a rebuild that was not needed.

    `then` is made of the submissions of the earlier release with the code, seeds and populations of now, `with_late` of
    those and of the late ones.
    """

    then: Mapping[Key, Decimal | None] | None
    with_late: Mapping[Key, Decimal | None] | None


def waterfall(moved: Moved, rebuilds: Rebuilds, *, has_late: bool, same_code: bool) -> list[Restatement]:
    """The causes of one change in their order, without those of no effect; they add up to it exactly. Pure.

    Raises RestatementError where something is left over and the code version is the same.
    """
    told = moved.before
    steps: list[tuple[str, Decimal]] = []

    def step(cause: str, value: Decimal | None) -> None:
        nonlocal told
        # A rebuild in which the figure cannot be told explains nothing: the next step takes its part.
        if value is not None and value != told:
            steps.append((cause, value - told))
            told = value

    step("population", _over_the_population_of_now(moved))
    left_by_code = Decimal(0)
    if rebuilds.then is not None:
        of_then = rebuilds.then.get(moved.key)
        if moved.is_redefined:
            step("definition", of_then)
        elif of_then is not None:
            left_by_code = of_then - told
            told = of_then
    step("late", rebuilds.with_late.get(moved.key) if rebuilds.with_late is not None else None)
    step("late" if has_late and rebuilds.with_late is None else "corrected", moved.after)
    if left_by_code:
        if same_code:
            raise RestatementError(
                f"{moved.key}: {left_by_code:+f} of its change has no cause, though the code is the same; the release "
                "before may have been changed by hand. Find out before anything is published."
            )
        steps.append(("code", left_by_code))
    return [Restatement(moved.key, cause, change) for cause, change in steps]


def restate(settings: Settings, progress: Callable[[str], None] = lambda _: None) -> int:
    """Compare marts.fct_indicator_value with the release before and write ops.restatements; return the figures moved.

    The release before is the published one with the latest `as_of` before this run's; ops.release_before names it.
    Without one, or where no figure moved, ops.restatements holds no row. The caller holds the run lock and no
    connection to the warehouse. Raises RestatementError as `waterfall` does.
    """
    with connect(settings.warehouse) as con:  # not read_only: the release before is attached, and detached again
        as_of, release_id, code_version = con.execute(
            "select as_of, release_id, code_version from ops.run_control"
        ).fetchall()[0]
        earlier = release_before(settings, as_of, release_id)
        moved = _moved(con, earlier) if earlier else []
        late, corrected = _new_submissions(con, earlier.as_of, as_of) if earlier else ([], [])
        definitions = hash_of_definitions(con)
    shown = _shown_to_the_board(earlier) if earlier and moved else {}
    rows: list[Restatement] = []
    if earlier and moved:
        progress(
            f"{counted(len(moved), 'figure is', 'figures are')} not what {earlier.release_id} told; "
            "looking for the causes."
        )
        same_code = earlier.code_version == code_version
        rebuilds = Rebuilds(
            # The same code makes the same figures of the same submissions: only another one needs looking at.
            then=None if same_code else _rebuilt(settings, earlier.as_of, keep=[], progress=progress),
            with_late=_rebuilt(settings, earlier.as_of, keep=late, progress=progress) if late and corrected else None,
        )
        for figure in moved:
            rows += waterfall(figure, rebuilds, has_late=bool(late) and not corrected, same_code=same_code)
    with connect(settings.warehouse) as con:
        _write(con, release_id, earlier, definitions, moved, shown, rows)
    return len(moved)


def _shown_to_the_board(earlier: Release) -> dict[Key, Decimal]:
    """The figures that the Board's file of an earlier release shows."""
    with connect(earlier.folder / "board.duckdb", read_only=True) as con:
        rows = con.execute(
            f"select {', '.join(KEY)}, value from board.board.fct_indicator_value where value is not null"
        ).fetchall()
    return {Key(*row[: len(KEY)]): row[-1] for row in rows}


def _over_the_population_of_now(moved: Moved) -> Decimal | None:
    if moved.numerator is None or not moved.population:
        return None
    rate = moved.numerator * moved.multiplier / moved.population
    return rate.quantize(Decimal(1).scaleb(-moved.decimals), rounding=ROUND_HALF_UP)


def _moved(con: duckdb.DuckDBPyConnection, earlier: Release) -> list[Moved]:
    con.execute(
        f"attach '{str(earlier.folder / 'analyst.duckdb').replace(chr(39), chr(39) * 2)}' as before (read_only)"
    )
    same_key = " and ".join(f"now.{column} = told.{column}" for column in KEY)
    # The note and the validity of a definition may be reworded; what it counts, divides by and reads may not.
    told_of = """
        select
            indicator_code,
            definition_version,
            md5(cast(list(parameters order by parameters) as varchar)) as dictionary
        from (
            select indicator_code, definition_version,
                concat_ws('|', measure_type, time_behaviour, multiplier, decimals, numerator_definition,
                    denominator_definition, exclusions, counts_indicator_code, population_group) as parameters
            from {0}.dim_indicator
            union all
            select indicator_code, definition_version, concat_ws('|', parameter, value, valid_from, valid_to)
            from {0}.ref_indicator_parameter
        )
        group by all
    """
    rows = con.execute(
        f"""
        with dictionary_now as ({told_of.format("marts")}), dictionary_then as ({told_of.format("before.marts")})
        select
            {", ".join(f"now.{column}" for column in KEY)},
            told.value, now.value, told.numerator,
            case when indicators.measure_type = 'rate' then now.denominator end,
            indicators.multiplier, indicators.decimals,
            dictionary_now.dictionary is distinct from dictionary_then.dictionary
        from marts.fct_indicator_value as now
        inner join before.marts.fct_indicator_value as told on {same_key}
        inner join before.marts.dim_indicator as indicators
            on told.indicator_code = indicators.indicator_code
            and told.definition_version = indicators.definition_version
        left join dictionary_now
            on now.indicator_code = dictionary_now.indicator_code
            and now.definition_version = dictionary_now.definition_version
        left join dictionary_then
            on now.indicator_code = dictionary_then.indicator_code
            and now.definition_version = dictionary_then.definition_version
        where now.value <> told.value
        order by all
        """
    ).fetchall()
    con.execute("detach before")
    return [Moved(Key(*row[: len(KEY)]), *row[len(KEY) :]) for row in rows]


def _new_submissions(con: duckdb.DuckDBPyConnection, then: datetime, now: datetime) -> tuple[list[str], list[str]]:
    """Submissions about children that came or were withdrawn after `then`, up to `now`: late ones, corrected ones."""
    rows = con.execute(
        f"""
        with known_then as (
            select * from ops.submissions as s
            where s.status = 'accepted' and s.received_at <= $1 and not exists (
                select 1 from ops.submissions as w
                where w.submission_id = s.submission_id and w.status = 'withdrawn' and w.received_at <= $1
            )
        )
        select
            s.submission_id,
            s.status = 'accepted' and not exists (
                select 1 from known_then as k
                where k.supplier = s.supplier and k.feed = s.feed and k.area_code = s.area_code
                    and k.period_start <= s.period_end and k.period_end >= s.period_start
            ) as is_late
        from ops.submissions as s
        where s.status in ('accepted', 'withdrawn') and s.received_at > $1 and s.received_at <= $2
            and not ({_OF_THE_POPULATION})
        order by s.submission_id
        """,
        [then, now],
    ).fetchall()
    return [name for name, is_late in rows if is_late], [name for name, is_late in rows if not is_late]


def _rebuilt(
    settings: Settings, then: datetime, *, keep: list[str], progress: Callable[[str], None]
) -> dict[Key, Decimal | None]:
    """Every figure as the code and seeds of now make it of the submissions of `then` and those to `keep`.

    A rebuild takes about a third of a run. What it made stays in ops.rebuilt_figures by a hash of all that it rests on,
    for the release that is made again: its moves are confirmed, say.
    """
    unknown_then = f"received_at > $1 and not ({_OF_THE_POPULATION}) and not list_contains($2, submission_id)"
    with connect(settings.warehouse, read_only=True) as con:
        known = con.execute(
            f"select * from ops.submissions where not ({unknown_then}) order by all", [then, keep]
        ).fetchall()
        control = con.execute(
            "select release_id, as_of, home_area_code, is_synthetic, code_version from ops.run_control"
        ).fetchall()
        fingerprint = hashlib.sha256(json.dumps([known, control], default=str).encode()).hexdigest()
        figures = _kept(con, fingerprint)
    if figures:
        progress("Figures that were rebuilt for this release before are taken as they are.")
        return figures
    with _scratch(settings) as scratch:
        with connect(scratch.warehouse) as con:
            con.execute(f"delete from ops.submissions where {unknown_then}", [then, keep])
        prepare_manifest(scratch)
        run = invoke_dbt(scratch, ["run", "--select", "+fct_indicator_value"], progress)
        if not run.is_successful:
            raise RestatementError(f"A figure of before could not be built anew: {' '.join(run.errors[:3])}")
        with connect(settings.warehouse) as con:
            _keep(con, fingerprint, scratch.warehouse)
            return _kept(con, fingerprint)


def _kept(con: duckdb.DuckDBPyConnection, fingerprint: str) -> dict[Key, Decimal | None]:
    rows = con.execute(
        f"select {', '.join(KEY)}, value from ops.rebuilt_figures where fingerprint = ?", [fingerprint]
    ).fetchall()
    return {Key(*row[: len(KEY)]): row[-1] for row in rows}


def _keep(con: duckdb.DuckDBPyConnection, fingerprint: str, rebuilt: Path) -> None:
    """Put the figures of a rebuild beside the others of this release, and let go those of any other."""
    con.execute(f"attach '{str(rebuilt).replace(chr(39), chr(39) * 2)}' as rebuilt (read_only)")
    con.execute("begin")
    con.execute("delete from ops.rebuilt_figures where release_id not in (select release_id from ops.run_control)")
    con.execute(
        f"""
        insert into ops.rebuilt_figures by name
        select run_control.release_id, ? as fingerprint, {", ".join(f"figures.{column}" for column in (*KEY, "value"))}
        from rebuilt.marts.fct_indicator_value as figures, ops.run_control as run_control
        """,
        [fingerprint],
    )
    con.execute("commit")
    con.execute("detach rebuilt")


@contextmanager
def _scratch(settings: Settings) -> Iterator[Settings]:
    folder = settings.home / "restatement"
    shutil.rmtree(folder, ignore_errors=True)
    scratch = replace(settings, home=folder)
    scratch.prepare_home()
    try:
        let_go(settings.warehouse)  # what is not in the file yet would not be in the copy
        shutil.copyfile(settings.warehouse, scratch.warehouse)
        Path(scratch.warehouse).chmod(0o600)
        yield scratch
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(
    con: duckdb.DuckDBPyConnection,
    release_id: str,
    earlier: Release | None,
    definitions: str,
    moved: list[Moved],
    shown: Mapping[Key, Decimal],
    rows: list[Restatement],
) -> None:
    told = {figure.key: (figure.before, figure.after) for figure in moved}
    con.execute("begin")
    con.execute("delete from ops.restatements")
    con.execute("delete from ops.release_before")
    if earlier:
        # A release from before the hash was kept does not tell.
        is_changed = earlier.definitions != definitions if earlier.definitions else None
        con.execute(
            "insert into ops.release_before values (?, ?, ?, ?, ?)",
            [release_id, earlier.release_id, earlier.as_of, earlier.code_version, is_changed],
        )
    if earlier and rows:
        con.executemany(
            f"insert into ops.restatements values ({', '.join('?' * (len(KEY) + 7))})",
            [
                [
                    *(getattr(row.key, column) for column in KEY),
                    earlier.release_id,
                    release_id,
                    row.cause,
                    row.change,
                    *told[row.key],
                    shown.get(row.key),
                ]
                for row in rows
            ],
        )
    con.execute("commit")
