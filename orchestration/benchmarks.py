"""The published figures that ship with the project, taken from a warehouse that the official files were loaded into.

    python -m orchestration.benchmarks            write the two seeds from the warehouse of SAFEGUARDING_HOME
    python -m orchestration.benchmarks --check    write nothing; exit 1 and say which seed differs

Belongs here: which areas and years ship (the home authority, its region, England, the neighbours of its lists), and
writing them as seeds/benchmark_values.csv and seeds/neighbours.csv. Does not belong here: reading official files
(ingest/) and what their figures mean (`benchmark` of dbt_project/models/intermediate, `benchmarks` of its marts): the
seeds come through the same models as a file that is dropped in.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import connect

if TYPE_CHECKING:
    import duckdb

FIRST_YEAR, LAST_YEAR = 2013, 2017
COUNTRY = "E92000001"
AREA = "E06000011"
"""The authority whose Board the project was made for."""

# Whom the shipped figures are about: a neighbour goes by its number, as its area code may have changed since.
_AREAS = """
    select area_code from reference.areas where area_code in ($area, $country)
    union
    select region_code from reference.areas where area_code = $area
    union
    select areas.area_code
    from marts.dim_neighbour as neighbours
    inner join reference.areas as listed on neighbours.neighbour_code = listed.area_code
    inner join reference.areas as areas on listed.la_code = areas.la_code
    where neighbours.area_code = $area
"""
_VALUES = f"""
    select
        series_code, indicator_code, area_code, period_type, period_end, breakdown, breakdown_value, numerator,
        denominator, value, status, value_basis, source, source_release, released_on
    from marts.fct_benchmark_value
    where
        is_whole_file
        and area_code in ({_AREAS})
        and year(period_end) between $first_year and $last_year
    order by series_code, breakdown_value, period_end, area_code, source_release
"""
# A list that was dropped in is of every authority, the one that ships of one: what the seed does not hold is a file's.
_LISTS = """
    select count(distinct list_version)
    from (
        select list_version, area_code from marts.dim_neighbour
        except
        select list_version, area_code from reference.neighbours
    )
"""
_NEIGHBOURS = """
    select list_version, area_code, neighbour_code, rank as neighbour_rank, closeness
    from marts.dim_neighbour
    where area_code = $area
    order by list_version, rank
"""


class NothingToShipError(RuntimeError):
    """The warehouse holds no published files; the message says which to drop in."""


def seed_texts(con: duckdb.DuckDBPyConnection, area_code: str = AREA) -> dict[str, str]:
    """File name to text of the two seeds. Raises NothingToShipError when no published file is in force."""
    ((whole,),) = con.execute("select count(*) from marts.fct_benchmark_value where is_whole_file").fetchall()
    ((lists,),) = con.execute(_LISTS).fetchall()
    if not whole or not lists:
        raise NothingToShipError(
            f"The warehouse holds {whole:,} published figures and {lists} lists of neighbours, expected both; drop the "
            "files of docs/comparators.md into landing/published/ and run `safeguarding run`."
        )
    years = {"first_year": FIRST_YEAR, "last_year": LAST_YEAR}
    values = con.execute(_VALUES, {"area": area_code, "country": COUNTRY, **years})
    texts = {"benchmark_values.csv": _as_csv(values)}
    texts["neighbours.csv"] = _as_csv(con.execute(_NEIGHBOURS, {"area": area_code}))
    return texts


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; 0 when the seeds are as the warehouse says, 1 with --check when not, 2 without published files."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.benchmarks", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a seed differs")
    parser.add_argument("--seeds", type=Path, default=PROJECT_ROOT / "seeds", help="folder of the seeds")
    options = parser.parse_args(arguments)
    with connect(Settings.from_env().warehouse, read_only=True) as con:
        try:
            texts = seed_texts(con)
        except NothingToShipError as error:
            print(error, file=sys.stderr)
            return 2
    differing = [name for name, text in texts.items() if _read(options.seeds / name) != text]
    for name in differing:
        print(f"{name}: {'differs from the warehouse' if options.check else 'written'}.")
        if not options.check:
            (options.seeds / name).write_text(texts[name], encoding="utf-8")
    return 1 if differing and options.check else 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _as_csv(cursor: duckdb.DuckDBPyConnection) -> str:
    """Heading row and rows; a number without the zeros that its type adds."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column[0] for column in cursor.description or ()])
    for row in cursor.fetchall():
        writer.writerow(["" if cell is None else _plain(str(cell)) for cell in row])
    return stream.getvalue()


def _plain(text: str) -> str:
    whole, point, places = text.partition(".")
    if point and places.isdigit() and whole.lstrip("-").isdigit():
        return f"{whole}.{places}".rstrip("0").rstrip(".")
    return text


if __name__ == "__main__":
    sys.exit(main())
