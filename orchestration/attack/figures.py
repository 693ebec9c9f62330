"""What an outsider holds: published figures and the dictionary, read from a Board's file or a built dashboard.

Belongs here: reading tables, Parquet and JSON as they are published. Does not belong here: what may be concluded from
them (knowledge.py, equations.py), and anything that was never published: no table of the marts is read.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import duckdb


class CellKey(NamedTuple):
    """Which figure: one row of the Board's figures. The dates are the first and last day of the period."""

    indicator_code: str
    definition_version: str
    area_code: str
    period_type: str
    period_start: date
    period_end: date
    breakdown: str = "total"
    breakdown_value: str = "total"

    def words(self) -> str:
        """The cell in words for a person; it names no number of the figure."""
        split = "" if self.breakdown == "total" else f", {self.breakdown} {self.breakdown_value}"
        period = self.period_type.replace("_", " ")
        return f"{self.indicator_code} {self.area_code}, {period} to {self.period_end.isoformat()}{split}"


class Figure(NamedTuple):
    """One published row: its key, status, and every number that stands in it, by column."""

    key: CellKey
    status: str
    numbers: Mapping[str, Decimal]
    reason: str = ""
    population_release: str = ""


@dataclass(frozen=True)
class Indicator:
    """What the published dictionary (dim_indicator) says of one definition."""

    indicator_code: str
    definition_version: str
    measure_type: str
    time_behaviour: str
    multiplier: int = 1
    decimals: int = 0
    complement_is_sensitive: bool = False
    counts_indicator_code: str | None = None
    population_group: str | None = None
    ci_method: str = "none"
    primary_period_type: str = "financial_year"
    valid_from: date | None = None
    valid_to: date | None = None
    names: tuple[str, ...] = ()

    @property
    def has_count(self) -> bool:
        """Whether the numerator counts: that of a mean is a sum of days, and a median has none."""
        return self.measure_type not in ("mean", "median")

    @property
    def has_denominator(self) -> bool:
        return self.measure_type not in ("count", "distinct")


@dataclass(frozen=True)
class Published:
    """Everything of one publication: a release, or the files that a built dashboard ships.

    `additive` says of each breakdown whether its values make up the total; a breakdown that is not in it does.
    `sentences` are texts that stand beside figures, `before` what the release before showed, as a table of what moved
    since tells it, `unread` the tables that hold no figure with a key.
    """

    name: str
    figures: Sequence[Figure]
    indicators: Mapping[tuple[str, str], Indicator] = field(default_factory=dict)
    additive: Mapping[str, bool] = field(default_factory=dict)
    sentences: Sequence[tuple[CellKey, str]] = ()
    official: Sequence[Figure] = ()
    before: Sequence[Figure] = ()
    is_synthetic: bool = False
    unread: Sequence[str] = ()
    content: str = ""


Population = Mapping[tuple[str, int, str], int]
"""(area code, mid-year, population group) to the number of people that the Office for National Statistics gives."""

_DICTIONARY = ("dim_indicator", "dim_breakdown", "dim_release")
_KEYS = ("indicator_code", "period_end")
_INTERVAL = ("lower_ci_95", "upper_ci_95")
_CHART = {
    "centre_line": "centre_line",
    "center_line": "centre_line",
    "mean_line": "centre_line",
    "lower_limit": "lower_limit",
    "lower_control_limit": "lower_limit",
    "upper_limit": "upper_limit",
    "upper_control_limit": "upper_limit",
}
_CHART_KIND = ("chart_method", "is_in_baseline")
_FIGURE_COLUMNS = frozenset(CellKey._fields) | {"status", "status_reason", "population_release", *_CHART_KIND}
_NUMBERS = {
    "value_after": "value",
    **{name: name for name in ("numerator", "denominator", "value", "cases_not_assessable", *_INTERVAL)},
    **_CHART,
    **dict.fromkeys(("previous_value", "previous_numerator", "previous"), "previous"),
    **dict.fromkeys(("change", "difference", "change_from_previous"), "change"),
}
_TEXTS = re.compile(
    r"(?i)sentence|text|exception|narrative|comment|summary|headline_words|^(decision_)?reason$|^action$"
)
_NO_TEXTS = frozenset({"status_reason", "exception_id"})
# A row's figure of an earlier period, by the column that says when that ends: it tells of that cell, not of its own.
_EARLIER = {"previous_value": "previous_value_period_end", "previous_period_value": "previous_period_end"}
# A row's figure of its own cell, as an earlier release told it.
_RESTATED = "value_before"
_OFFICIAL = frozenset({"source_release", "value_basis", "benchmark_value"})
_MONTHS = {"month": 1, "quarter": 3, "financial_year": 12, "calendar_year": 12, "academic_year": 12}


def period_start(period_type: str, end: date) -> date:
    """The first day of a period of this type that ends on `end`, for tables that give only the last."""
    months = _MONTHS.get(period_type)
    rolling = re.fullmatch(r"rolling_(\d+)_(months|quarters)", period_type)
    if rolling:
        months = int(rolling[1]) * (3 if rolling[2] == "quarters" else 1)
    if period_type == "financial_year_to_date":
        return date(end.year if end.month >= 4 else end.year - 1, 4, 1)
    if months is None:
        return end
    years, month = divmod(end.year * 12 + end.month - months, 12)
    return date(years, month + 1, 1)


def read_schema(con: duckdb.DuckDBPyConnection, schema: str, name: str, dictionary: str | None = None) -> Published:
    """Every table of a published schema (such as `board`, or `alias.board` of an attached file).

    Any table with an indicator and a period's end is read for numbers, whichever it is: a number that should not have
    been published may lie anywhere. `dictionary` names the schema that holds dim_indicator, dim_breakdown and
    dim_release where they are not in `schema` itself, as in the warehouse before publication.
    """
    *catalog, own = schema.split(".")
    current = con.execute("select current_database()").fetchone()
    database = catalog[0] if catalog else str(current[0]) if current else ""
    tables: dict[str, list[str]] = {}
    sources: dict[str, str] = {}
    for of, table, column in con.execute(
        """
        select schema_name, table_name, column_name
        from duckdb_columns()
        where database_name = ? and (schema_name = ? or (schema_name = ? and list_contains(?, table_name)))
        order by schema_name = ?, table_name, column_index
        """,
        [database, own, dictionary, list(_DICTIONARY), own],
    ).fetchall():
        if sources.setdefault(table, f'"{database}"."{of}"."{table}"') != f'"{database}"."{of}"."{table}"':
            # The schema's own table speaks, where both hold one.
            sources[table] = f'"{database}"."{of}"."{table}"'
            tables[table] = []
        tables.setdefault(table, []).append(column)
    return _read(con, name, sources, tables)


def read_file(path: Path, name: str | None = None, schema: str = "board") -> Published:
    """The Board's tables of a published DuckDB file, opened for reading only."""
    with duckdb.connect() as con:
        con.execute(f"attach '{_quoted(path)}' as published (read_only)")
        return read_schema(con, f"published.{schema}", name or path.parent.name)


def read_folder(folder: Path, name: str = "dashboard") -> Published:
    """Every Parquet and JSON file under `folder` (what a built dashboard ships), as tables.

    Raises FileNotFoundError when there is no such folder: a check of nothing has told nothing.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is not a folder; name the built dashboard, such as data/dashboard.")
    sources: dict[str, str] = {}
    tables: dict[str, list[str]] = {}
    unread: list[str] = []
    with duckdb.connect() as con:
        for path in sorted([*folder.rglob("*.parquet"), *folder.rglob("*.json")]):
            reader = "read_parquet" if path.suffix == ".parquet" else "read_json_auto"
            source = f"{reader}('{_quoted(path)}')"
            label = path.relative_to(folder).as_posix()
            try:
                columns = [str(row[0]) for row in con.execute(f"describe select * from {source}").fetchall()]
            except duckdb.Error:
                unread.append(label)
                continue
            sources[label], tables[label] = source, columns
        read = _read(con, name, sources, tables)
    # JSON is mostly what makes a page run; of Parquet each file is a table, and is named where it tells no figure.
    unread += [table for table in read.unread if table.endswith(".parquet")]
    return replace(read, unread=tuple(unread))


def read_official(path: Path, area_code: str) -> list[Figure]:
    """Official figures of one authority from a table such as seeds/benchmark_values.csv: anyone can look them up."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["area_code"] == area_code]
    return [figure for row in rows if (figure := _figure(row, {})) is not None and figure.numbers]


def read_populations(path: Path) -> dict[tuple[str, int, str], int]:
    """Populations by area, mid-year and group from a table such as seeds/populations.csv."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            (row["area_code"], int(row["mid_year"]), row["population_group"]): int(row["population"])
            for row in csv.DictReader(lines)
        }


def _read(
    con: duckdb.DuckDBPyConnection, name: str, sources: Mapping[str, str], tables: Mapping[str, Sequence[str]]
) -> Published:
    dictionary: dict[tuple[str, str], Indicator] = {}
    additive: dict[str, bool] = {}
    is_synthetic = False
    for table, columns in tables.items():
        if "measure_type" in columns and "time_behaviour" in columns:
            for row in _rows(con, sources[table], columns):
                one = _indicator(row)
                dictionary[one.indicator_code, one.definition_version] = one
        elif "is_additive" in columns and "breakdown" in columns:
            for row in _rows(con, sources[table], columns):
                kind = str(row["breakdown"])
                additive[kind] = additive.get(kind, True) and bool(row["is_additive"])
        elif "is_synthetic" in columns and "release_id" in columns:
            is_synthetic = is_synthetic or any(row["is_synthetic"] for row in _rows(con, sources[table], columns))
    figures: list[Figure] = []
    official: list[Figure] = []
    before: list[Figure] = []
    sentences: list[tuple[CellKey, str]] = []
    unread: list[str] = []
    for table, columns in tables.items():
        texts = [column for column in columns if _TEXTS.search(column) and column not in _NO_TEXTS]
        earlier = {value: end for value, end in _EARLIER.items() if {value, end} <= set(columns)}
        numbers = [column for column in columns if column.lower() in _NUMBERS and column not in earlier]
        restated = [_RESTATED] if _RESTATED in columns else []
        if not set(_KEYS) <= set(columns) or not (texts or numbers or restated):
            if not ({"measure_type", "is_additive", "is_synthetic"} & set(columns)):
                unread.append(table)
            continue
        is_official = bool(_OFFICIAL & set(columns)) or "benchmark" in table
        read = [column for column in columns if column in _FIGURE_COLUMNS or column in numbers or column in texts]
        for row in _rows(con, sources[table], [*read, *earlier.keys(), *earlier.values(), *restated]):
            figure = _figure({column: row[column] for column in read}, dictionary)
            if figure is None:
                continue
            (official if is_official else figures).append(figure)
            figures += [
                of_then for value, end in earlier.items() if (of_then := _earlier(figure, row[value], row[end]))
            ]
            if restated and (amount := _number(row[_RESTATED])) is not None:
                before.append(Figure(figure.key, "", {"value": amount}))
            sentences += [(figure.key, str(row[column])) for column in texts if row[column]]
    digest = hashlib.sha256(repr(sorted((f.key, f.status, sorted(f.numbers.items())) for f in figures)).encode())
    return Published(
        name,
        figures,
        dictionary,
        additive,
        sentences,
        official,
        before,
        is_synthetic,
        unread,
        content=digest.hexdigest(),
    )


def _rows(con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    listed = ", ".join(f'"{column}"' for column in columns)
    for row in con.execute(f"select {listed} from {source}").fetchall():
        yield dict(zip(columns, row, strict=True))


def _figure(row: Mapping[str, Any], dictionary: Mapping[tuple[str, str], Indicator]) -> Figure | None:
    end = _day(row["period_end"])
    code = row["indicator_code"]
    if end is None or not code:
        return None
    version = row.get("definition_version") or version_at(dictionary, str(code), end)
    known = dictionary.get((str(code), str(version)))
    period_type = str(row.get("period_type") or (known.primary_period_type if known else "financial_year"))
    numbers = {
        _NUMBERS[column.lower()]: amount
        for column, text in row.items()
        if text is not None and column.lower() in _NUMBERS and (amount := _number(text)) is not None
    }
    # The line of a run chart is a median, and lines behind a baseline are those of its points: no equation of these.
    if row.get("chart_method") == "run_chart" or str(row.get("is_in_baseline")).lower() == "false":
        numbers = {name: amount for name, amount in numbers.items() if name not in _CHART.values()}
    key = CellKey(
        str(code),
        str(version),
        str(row.get("area_code") or ""),
        period_type,
        _day(row.get("period_start")) or period_start(period_type, end),
        end,
        str(row.get("breakdown") or "total"),
        str(row.get("breakdown_value") or "total"),
    )
    return Figure(
        key,
        str(row.get("status") or ""),
        numbers,
        str(row.get("status_reason") or ""),
        str(row.get("population_release") or ""),
    )


def _earlier(figure: Figure, value: Any, end: Any) -> Figure | None:
    """The figure of the same cell in the period that ends on `end`; None where there is none."""
    day, amount = _day(end), _number(value)
    if day is None or amount is None:
        return None
    start = period_start(figure.key.period_type, day)
    return Figure(figure.key._replace(period_start=start, period_end=day), "", {"value": amount})


def version_at(dictionary: Mapping[tuple[str, str], Indicator], code: str, day: date) -> str:
    """The version of an indicator's definition in force on `day`; '1' where the dictionary does not tell."""
    in_force = [
        one.definition_version
        for one in dictionary.values()
        if one.indicator_code == code
        and (one.valid_from is None or one.valid_from <= day)
        and (one.valid_to is None or day <= one.valid_to)
    ]
    return max(in_force, default="1")


def _indicator(row: Mapping[str, Any]) -> Indicator:
    return Indicator(
        indicator_code=str(row["indicator_code"]),
        definition_version=str(row.get("definition_version") or "1"),
        measure_type=str(row["measure_type"]),
        time_behaviour=str(row["time_behaviour"]),
        multiplier=int(row.get("multiplier") or 1),
        decimals=int(row.get("decimals") or 0),
        complement_is_sensitive=str(row.get("complement_is_sensitive")).lower() == "true",
        counts_indicator_code=str(row.get("counts_indicator_code") or "") or None,
        population_group=str(row.get("population_group") or "") or None,
        ci_method=str(row.get("ci_method") or "none"),
        primary_period_type=str(row.get("primary_period_type") or "financial_year"),
        valid_from=_day(row.get("valid_from")),
        valid_to=_day(row.get("valid_to")),
        names=tuple(str(row[name]) for name in ("display_name", "framework_name") if row.get(name)),
    )


def _number(text: Any) -> Decimal | None:
    if isinstance(text, Decimal):
        return text
    if text is None or text == "" or isinstance(text, bool):
        return None
    try:
        amount = Decimal(str(text))
    except ArithmeticError:
        return None
    return amount if amount.is_finite() else None


def _day(moment: Any) -> date | None:
    if isinstance(moment, datetime):
        return moment.date()
    if isinstance(moment, date):
        return moment
    if isinstance(moment, str) and re.match(r"\d{4}-\d{2}-\d{2}", moment):
        return date.fromisoformat(moment[:10])
    # Evidence's Parquet tells a day as milliseconds since 1970 where it has gone through JavaScript.
    if isinstance(moment, int) and moment > 10**10:
        return (datetime(1970, 1, 1) + timedelta(milliseconds=moment)).date()
    return None


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def all_keys(figures: Iterable[Figure]) -> set[CellKey]:
    """The cells of some figures."""
    return {figure.key for figure in figures}
