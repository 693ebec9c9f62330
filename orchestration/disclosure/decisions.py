"""The warehouse's side of disclosure control: read the cells and what is known beside them, write the decisions.

Belongs here: reading the marts, the seeds, the official statistics and earlier releases; ops.disclosure_decisions.
Does not belong here: the rule itself (cells.py, relations.py, solver.py).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.disclosure.cells import Cell, DisclosureError, DisclosureSummary, Parameters
from orchestration.disclosure.relations import DENOMINATOR, NOT_ASSESSABLE, NUMERATOR, Member
from orchestration.disclosure.solver import Cache, Known, decide_cells
from orchestration.warehouse import words_of

_CELL_ID = """
    indicator_code || '|' || definition_version || '|' || area_code || '|' || period_type || '|'
    || cast(period_end as varchar) || '|' || breakdown || '|' || breakdown_value
"""
_Numbers = tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None]


def decide(
    con: duckdb.DuckDBPyConnection, release_id: str, earlier: Sequence[Path] = (), cache: Path | None = None
) -> DisclosureSummary:
    """Decide every cell that the Board is shown and replace this release's rows of ops.disclosure_decisions.

    Reads marts.fct_indicator_value, dim_indicator, fct_benchmark_value and bridge_indicator_publication (audience
    board), the seeds breakdowns, indicator_breakdowns and disclosure_relations, and the threshold that holds at the
    run's as_of. `earlier` are the folders of the releases that were told before this one; `cache` a file that holds the
    answers of earlier runs, which is written anew (default: none).

    Raises DisclosureError when the marts belong to another release, when an indicator is not in the dictionary, when
    there is not exactly one threshold or when an earlier release cannot be read.
    """
    parameters = _parameters(con, release_id)
    cells = list(_cells(con, release_id))
    known = _known(con, cells, earlier)
    answers = _read_cache(cache)
    used: Cache = _Used(answers)
    decisions = decide_cells(cells, parameters, _members(con), known, used if cache else None)
    if cache:
        _write_cache(cache, used)
    con.execute("begin")
    try:
        con.execute("delete from ops.disclosure_decisions where release_id = ?", [release_id])
        con.execute(
            """
            insert into ops.disclosure_decisions (cell_id, action, reason, release_id)
            select unnest(cast($1 as varchar[])), unnest(cast($2 as varchar[])), unnest(cast($3 as varchar[])), $4
            """,
            [
                [d.cell_id for d in decisions],
                [d.action for d in decisions],
                [d.reason for d in decisions],
                release_id,
            ],
        )
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    held = sum(cell.holds_a_figure for cell in cells)
    return DisclosureSummary(release_id, held, Counter(decision.kind for decision in decisions))


def _members(con: duckdb.DuckDBPyConnection) -> list[Member]:
    rows = con.execute(
        """
        select relation, indicator_code, part, coefficient, at_period, breakdown, breakdown_value,
            holds = 'at_most'
        from reference.disclosure_relations
        order by all
        """
    ).fetchall()
    return [Member(*row) for row in rows]


def _parameters(con: duckdb.DuckDBPyConnection, release_id: str) -> Parameters:
    rows = con.execute(
        """
        select p.value
        from ops.run_control as r
        inner join reference.disclosure_parameters as p
            on p.parameter = 'small_count_max'
            and cast(r.as_of as date) >= coalesce(p.valid_from, date '0001-01-01')
            and cast(r.as_of as date) <= coalesce(p.valid_to, date '9999-12-31')
        where r.release_id = ?
        """,
        [release_id],
    ).fetchall()
    if len(rows) != 1:
        raise DisclosureError(
            f"Disclosure control: found {len(rows)} values of small_count_max for release {release_id}, expected one. "
            "See seeds/disclosure_parameters.csv (valid_from, valid_to) and ops.run_control."
        )
    return Parameters(small_count_max=int(rows[0][0]))


def _cells(con: duckdb.DuckDBPyConnection, release_id: str) -> Iterator[Cell]:
    other = con.execute(
        "select release_id from marts.fct_indicator_value where release_id is distinct from ? limit 1", [release_id]
    ).fetchone()
    if other:
        raise DisclosureError(
            f"Disclosure control: marts.fct_indicator_value holds release {other[0]}, expected {release_id}. "
            "Build the marts for this run first."
        )
    rows = con.execute(
        """
        select v.indicator_code, v.definition_version, v.area_code, v.period_type, v.period_start, v.period_end,
            v.breakdown, v.breakdown_value, v.numerator, v.denominator, v.value,
            d.measure_type, d.time_behaviour, d.complement_is_sensitive, d.counts_indicator_code,
            v.cases_not_assessable,
            coalesce(s.denominator_scope, 'value') as denominator_scope,
            coalesce(b.is_additive, true) as is_additive
        from marts.fct_indicator_value as v
        inner join (
            select distinct indicator_code, period_type, breakdown
            from marts.bridge_indicator_publication
            where audience = 'board'
        ) as p
            on v.indicator_code = p.indicator_code
            and v.period_type = p.period_type
            and v.breakdown = p.breakdown
        left join marts.dim_indicator as d
            on v.indicator_code = d.indicator_code
            and v.definition_version = d.definition_version
        left join reference.indicator_breakdowns as s
            on v.indicator_code = s.indicator_code
            and v.definition_version = s.definition_version
            and v.breakdown = s.breakdown
        left join (
            select breakdown, bool_and(is_additive) as is_additive
            from marts.dim_breakdown
            group by breakdown
        ) as b
            on v.breakdown = b.breakdown
        """
    ).fetchall()
    for row in rows:
        cell = Cell(*row)
        if None in (cell.measure_type, cell.time_behaviour, cell.complement_is_sensitive):
            raise DisclosureError(
                f"Disclosure control: {cell.indicator_code} version {cell.definition_version} has figures, and no "
                "complete row in marts.dim_indicator that says what they count."
            )
        yield cell


# -- what is known beside this release


def _known(con: duckdb.DuckDBPyConnection, cells: Sequence[Cell], earlier: Sequence[Path]) -> Known:
    by_id = {cell.cell_id: cell for cell in cells}
    shown, of_other_records, bounds, withheld_officially = _official(con, cells)
    told_otherwise: dict[tuple[str, str], Decimal] = {}
    withheld: set[str] = set()
    for folder in earlier:
        told, kept = _earlier(folder)
        for cell_id in told.keys() & by_id.keys():
            for part, (now, past) in _counts(by_id[cell_id], told[cell_id]).items():
                if now == past:
                    shown.add((cell_id, part))
                else:
                    told_otherwise[cell_id, part] = past  # the last release that told one speaks
        for cell_id in kept.keys() & by_id.keys():
            # That nobody is not assessable is so of most figures, and says nothing of this one.
            if _unchanged(by_id[cell_id], kept[cell_id]) - {NOT_ASSESSABLE}:
                withheld.add(cell_id)
    return Known(
        shown=frozenset(shown),
        shown_of_other_records=frozenset(of_other_records),
        told_otherwise={key: past for key, past in told_otherwise.items() if key not in shown},
        withheld=frozenset(withheld),
        withheld_officially=frozenset(withheld_officially),
        bounds=bounds,
    )


def _unchanged(cell: Cell, before: _Numbers) -> set[str]:
    """The counts of people in a cell that are what they were."""
    return {part for part, (now, past) in _counts(cell, before).items() if now == past}


def _counts(cell: Cell, before: _Numbers) -> dict[str, tuple[Decimal, Decimal]]:
    """The counts of people in a cell as they are and as they were, where both are known."""
    numerator, denominator, value, not_assessable = before
    then = replace(cell, numerator=numerator, denominator=denominator, value=value, cases_not_assessable=not_assessable)
    pairs = {
        NUMERATOR: (cell.count, then.count),
        DENOMINATOR: (cell.people_divided_by, then.people_divided_by),
        NOT_ASSESSABLE: (cell.cases_not_assessable, then.cases_not_assessable),
    }
    return {part: (now, past) for part, (now, past) in pairs.items() if now is not None and past is not None}


def _earlier(folder: Path) -> tuple[dict[str, _Numbers], dict[str, _Numbers]]:
    """What a release showed, and what it withheld with the numbers that it knew; both by cell_id."""
    numbers = f"{_CELL_ID}, numerator, denominator, value, cases_not_assessable"
    try:
        # Under names of their own: a file named board with a schema board cannot tell the two apart.
        with duckdb.connect() as con:
            con.execute(f"attach '{_quoted(folder / 'board.duckdb')}' as shown (read_only)")
            con.execute(f"attach '{_quoted(folder / 'analyst.duckdb')}' as exact (read_only)")
            rows = con.execute(f"select {numbers}, status from shown.board.fct_indicator_value").fetchall()
            all_rows = con.execute(f"select {numbers} from exact.marts.fct_indicator_value").fetchall()
    except duckdb.Error as problem:
        raise DisclosureError(
            f"Disclosure control: the earlier release {folder} cannot be read ({words_of(problem)}). What it withheld "
            "must be known before another is published. Restore it from a backup, or remove the folder if nobody had "
            "it."
        ) from problem
    told = {row[0]: (row[1], row[2], row[3], row[4]) for row in rows if any(number is not None for number in row[1:5])}
    kept = {row[0] for row in rows if row[5] == "suppressed"}
    return told, {row[0]: (row[1], row[2], row[3], row[4]) for row in all_rows if row[0] in kept}


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _official(
    con: duckdb.DuckDBPyConnection, cells: Sequence[Cell]
) -> tuple[set[tuple[str, str]], set[tuple[str, str]], dict[str, tuple[Decimal, Decimal]], set[str]]:
    """What the official statistics tell of our cells.

    Counts that they give as ours, those of them in a table that tells otherwise of other counts (it is of other
    records, such as later returns), the numerators that their rounded rates enclose, and the cells that they withhold.
    """
    rows = con.execute(
        f"""
        select {_CELL_ID}, b.numerator, b.denominator, b.value, d.decimals, d.multiplier, b.status
        from marts.fct_benchmark_value as b
        inner join marts.dim_indicator as d using (indicator_code, definition_version)
        where b.value is not null or b.numerator is not null or b.status = 'suppressed'
        order by all
        """
    ).fetchall()
    by_id = {cell.cell_id: cell for cell in cells}
    shown: set[tuple[str, str]] = set()
    bounds: dict[str, tuple[Decimal, Decimal]] = {}
    withheld: set[str] = set()
    tables_of_other_records: set[tuple[object, ...]] = set()
    for cell_id, numerator, denominator, value, decimals, multiplier, status in rows:
        cell = by_id.get(cell_id)
        if cell is None:
            continue
        if status == "suppressed":
            withheld.add(cell_id)
        counts = _counts(cell, (numerator, denominator, value, None))
        shown |= {(cell_id, part) for part, (ours, theirs) in counts.items() if ours == theirs}
        if any(ours != theirs for ours, theirs in counts.values()):
            tables_of_other_records.add(_table(cell))
        if (
            cell.measure_type == "rate"
            and cell.numerator is not None
            and value is not None
            and cell.denominator
            and multiplier
        ):
            bounds.update(_bound(cell, value, max(decimals or 0, _decimals(value)), multiplier))
    of_other_records = {(cell_id, part) for cell_id, part in shown if _table(by_id[cell_id]) in tables_of_other_records}
    return shown - of_other_records, of_other_records, bounds, withheld


def _table(cell: Cell) -> tuple[object, ...]:
    return (cell.indicator_code, cell.area_code, cell.period_type, cell.period_end)


def _bound(cell: Cell, value: Decimal, decimals: int, multiplier: int) -> Mapping[str, tuple[Decimal, Decimal]]:
    """Half a unit of the last decimal to both sides, times the population; nothing where the truth lies outside."""
    half = Decimal(1).scaleb(-decimals) / 2
    low, high = ((value + side) * (cell.denominator or 0) / multiplier for side in (-half, half))
    return {cell.cell_id: (low, high)} if low <= (cell.numerator or 0) <= high else {}


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


# -- answers of earlier runs


class _Used(dict[str, list[list[str]]]):
    """A cache that keeps only what this run asked for: what is no more asked for would never be again."""

    def __init__(self, before: Mapping[str, list[list[str]]]) -> None:
        super().__init__()
        self._before = before

    def __contains__(self, key: object) -> bool:
        if not super().__contains__(key) and key in self._before:
            self[str(key)] = self._before[str(key)]
        return super().__contains__(key)


def _read_cache(path: Path | None) -> dict[str, list[list[str]]]:
    try:
        content = json.loads(path.read_text()) if path else {}
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write_cache(path: Path, answers: Mapping[str, list[list[str]]]) -> None:
    path.touch(mode=0o600, exist_ok=True)
    path.write_text(json.dumps(answers, indent=0, sort_keys=True))
