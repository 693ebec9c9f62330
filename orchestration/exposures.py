"""Which board tables each page of the dashboard rests on, as dbt exposures: written from the pages, never by hand.

Belongs here: reading the queries of evidence/pages and evidence/sources and turning them into one exposure a page.
Does not belong here: what a page shows (evidence/), writing and drift (ingest/generate.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from orchestration.dbt_call import seed_tables

EXPOSURES: Final = Path("dbt_project/models/board/_dashboard__exposures.yml")

_PAGES: Final = Path("evidence/pages")
_SOURCES: Final = Path("evidence/sources/board")
_MODELS: Final = Path("dbt_project/models")
_QUERY: Final = re.compile(r"^```sql (\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FRONT_MATTER: Final = re.compile(r"\A---\n(.*?)^---$", re.MULTILINE | re.DOTALL)
_READ: Final = re.compile(r"\b(?:from|join)\s+([A-Za-z_][\w.]*)", re.IGNORECASE)
_STEP: Final = re.compile(r"\b(\w+)\s+as\s+\(", re.IGNORECASE)
_COMMENT: Final = re.compile(r"--[^\n]*")
_OWNER: Final = "Safeguarding Children Board"


class ExposureError(ValueError):
    """A page or source reads what is not there; the message names the file, what it reads and what to do."""


@dataclass(frozen=True)
class Page:
    """A page of the dashboard: its file below evidence/pages, its title, and each query's name and SQL."""

    path: Path
    title: str
    queries: Mapping[str, str]

    @property
    def name(self) -> str:
        """The exposure's name: pages/indicators/[indicator].md is dashboard_indicators_indicator."""
        words = re.findall(r"\w+", self.path.with_suffix("").as_posix())
        return "_".join(["dashboard", *words])


def pages(root: Path) -> list[Page]:
    """Every page of the project at `root`, in the order of the files."""
    found = []
    for path in sorted((root / _PAGES).rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        head = _FRONT_MATTER.match(text)
        title = re.search(r"^title:\s*(.+)$", head.group(1) if head else "", re.MULTILINE)
        name = path.relative_to(root / _PAGES)
        found.append(Page(name, title.group(1).strip() if title else name.stem, dict(_QUERY.findall(text))))
    return found


def tables_read(sql: str) -> list[str]:
    """The names behind `from` and `join` in the order of the text, without the query's own steps and repeats."""
    plain = _COMMENT.sub("", sql)
    own = {step.lower() for step in _STEP.findall(plain)}
    return list(dict.fromkeys(name for name in _READ.findall(plain) if name.lower() not in own))


def source_tables(root: Path) -> dict[str, list[str]]:
    """What each source of the dashboard reads: its name (the table that a page's query names) to board tables."""
    found = {}
    for path in sorted((root / _SOURCES).glob("*.sql")):
        names = tables_read(path.read_text(encoding="utf-8"))
        found[path.stem] = [name.removeprefix("board.") for name in names]
        wrong = [name for name in names if not name.startswith("board.")]
        if wrong:
            raise ExposureError(
                f"{path.relative_to(root)}: reads {', '.join(wrong)}; a source reads tables of the schema board alone."
            )
    return found


def model_of(root: Path, table: str) -> str:
    """The dbt model or seed behind a table of the Board's file: board_<table>, else the mart published as it stands.

    Raises ExposureError where there is neither.
    """
    folder = root / _MODELS
    if (folder / "board" / f"board_{table}.sql").exists():
        return f"board_{table}"
    if any((folder / "marts").rglob(f"{table}.sql")):
        return table
    seeds = seed_tables(root / "seeds")
    if (mart := f"marts.{table}") in seeds:
        return seeds[mart]
    raise ExposureError(f"board.{table}: read by the dashboard, and no model or seed makes it.")


def exposures(root: Path) -> dict[str, Any]:
    """The exposures of the project at `root` as dbt reads them, one a page, each with the models that it rests on.

    Raises ExposureError where a query names a table that is no source of the dashboard.
    """
    sources = source_tables(root)
    found = []
    for page in pages(root):
        tables: list[str] = []
        for query, sql in page.queries.items():
            for name in tables_read(sql):
                if name not in sources:
                    raise ExposureError(
                        f"{_PAGES / page.path}: query {query} reads {name}, and {_SOURCES} has no such source."
                    )
                tables += sources[name]
        found.append(_exposure(page, sorted({model_of(root, table) for table in tables})))
    return {"version": 2, "exposures": found}


def _exposure(page: Page, models: Sequence[str]) -> dict[str, Any]:
    return {
        "name": page.name,
        "label": f"Dashboard, {page.title}",
        "type": "dashboard",
        "maturity": "high",
        "description": f"Page of the Board's dashboard ({_PAGES / page.path}).",
        "owner": {"name": _OWNER},
        "depends_on": [f"ref('{model}')" for model in models],
    }
