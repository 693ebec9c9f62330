"""The subset of SQL that DuckDB and Spark share, as a list of what lies outside it.

Belongs here: pure functions over the text of a model, test or macro. Does not belong here: style (sqlfluff), and what
the two engines spell differently, which has its one place in dbt_project/macros/cross_database.sql.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Ban:
    """A construct outside the subset: the pattern that finds it and what to write in its place."""

    name: str
    pattern: str
    instead: str


# Patterns are matched against lower-case text without comments and without the insides of quoted strings.
BANS: tuple[Ban, ...] = (
    Ban("cast by ::", r"::", "cast(x as type)"),
    Ban("varchar", r"\bvarchar\b", "cast(x as string)"),
    Ban("strftime and strptime", r"\bstr[fp]time\s*\(|\btry_strptime\s*\(", "date_in_words(), or parse before raw"),
    Ban("distinct on", r"\bdistinct\s+on\b", "qualify row_number() over (...) = 1"),
    Ban("pivot", r"\b(un)?pivot\b", "filter (where ...), or a join to the names of the columns"),
    Ban("asof join", r"\basof\b", "a join on dates and qualify"),
    Ban("exclude or replace after *", r"\*\s*(exclude|except|replace)\b", "the columns by name"),
    Ban("list functions", r"\b(list|list_\w+|array_agg|unnest|generate_series)\s*\(", "rows and a join"),
    Ban("three-part date_diff", r"\bdate_?diff\s*\(", "comparing with add_days() or add_years()"),
    Ban("date_add and its kin", r"\b(date_?add|date_?sub|date_trunc|to_days|to_years|to_months)\s*\(", "add_days()"),
    Ban("date minus date", r"\b\w*date\b\s*-\s*\w", "comparing with add_days()"),
    Ban("date plus or minus interval", r"[+-]\s*interval\b", "add_days() or add_years()"),
    Ban("concat()", r"\bconcat(_ws)?\s*\(", "||, with coalesce where a part may be null"),
    Ban("hash()", r"\bhash\s*\(", "a key of named columns"),
    Ban("whole-number division by //", r"//", "exact_ratio()"),
    Ban("the clock", r"\b(current_date|current_timestamp|localtimestamp|now\s*\(|today\s*\()", "as_of of run_control"),
    Ban("reading files", r"\bread_(csv|csv_auto|parquet|json)\w*\s*\(", "a source"),
    Ban("try_to_ and to_ conversions", r"\b(try_)?to_(date|timestamp|char|json)\s*\(", "try_cast or cast"),
    Ban("snapshots", r"\{%-?\s*snapshot\b", "append-only rows and lead()"),
)
DOUBLE_QUOTES = Ban("double quotes", r'"', "single quotes for text, and names that need no quotes")


@dataclass(frozen=True)
class Finding:
    """One construct outside the subset, with the line (from 1) it stands on."""

    line: int
    found: str
    ban: Ban

    def sentence(self, file: str) -> str:
        """What a reader needs to mend it."""
        return f"{file}, line {self.line}: found {self.found!r} ({self.ban.name}); write {self.ban.instead}."


def outside_subset(sql: str) -> list[Finding]:
    """Every construct of `sql` (with its Jinja) that DuckDB and Spark do not share, in the order of the lines."""
    text = _without_comments(sql).lower()
    findings = _find(BANS, _without_text(text))
    findings += _find((DOUBLE_QUOTES,), _without_text(_without_jinja(text)))
    return sorted(findings, key=lambda finding: (finding.line, finding.ban.name))


def _find(bans: tuple[Ban, ...], text: str) -> list[Finding]:
    return [
        Finding(line=text.count("\n", 0, match.start()) + 1, found=match.group(0), ban=ban)
        for ban in bans
        for match in re.finditer(ban.pattern, text)
    ]


def _blank(match: re.Match[str]) -> str:
    """As many lines as before, so that line numbers hold."""
    return "\n" * match.group(0).count("\n") or " "


def _without_comments(sql: str) -> str:
    text = re.sub(r"\{#.*?#\}", _blank, sql, flags=re.DOTALL)
    text = re.sub(r"/\*.*?\*/", _blank, text, flags=re.DOTALL)
    # Not within quotes: a text may hold two dashes.
    return re.sub(r"('[^'\n]*')|--[^\n]*", lambda match: match.group(1) or "", text)


def _without_text(sql: str) -> str:
    return re.sub(r"'[^'\n]*'", "''", sql)


def _without_jinja(sql: str) -> str:
    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}", _blank, sql, flags=re.DOTALL)
