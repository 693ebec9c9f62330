"""From results to docs/benchmarks.md and its picture. Pure functions: the same results give the same text.

Belongs here: words, tables, the chart. Does not belong here: measuring.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from tests.bench.results import Beside, Job, Report, Sector, Target

PICTURE = "benchmarks.svg"
SLOWEST = 8
ANSWER = {True: "yes", False: "**no**", None: "**not measured**"}
# Dark enough beside each other, also without colour vision; the table below the picture has the same figures.
COLOURS = ("#9aa5b1", "#1d70b8", "#00703c", "#5694ca", "#f47738", "#4c2c92", "#b58840", "#912b88")


def render(report: Report) -> str:
    """The whole page."""
    machine = report.machine
    kind = "`make bench FULL=1`" if report.is_full else "`make bench`"
    parts = [
        "# Benchmarks",
        "",
        f"Written by {kind} on {machine.measured_on:%d %B %Y}; not by hand. {_machine(report)}",
        "",
        *_busy(report),
        *_not_measured(report.not_measured),
        "## Targets",
        "",
        *_table(
            ("what", "measured", "target", "met", "n"),
            [(t.what, _value(t), _bound(t), ANSWER[t.is_met], str(t.n)) for t in report.targets],
        ),
        "",
        "## Beside the limit",
        "",
        "The limit is the least that somebody writes by hand for the same input, measured in the same run: it checks "
        "no rule, sets nothing aside, keeps no receipt. *Ours / limit* is what those cost.",
        "",
        *_beside(report.beside),
        "## Growth",
        "",
        *_growth(report.jobs),
        "## Beside the sector's tools",
        "",
        *_sector(report.sector),
        "## What was measured, and how",
        "",
        *_how(report),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _machine(report: Report) -> str:
    m = report.machine
    return (
        f"{m.cores} cores ({m.processor}), {m.memory_gb:.0f} GB of memory, {m.system}, Python {m.python}. "
        f"Load average {m.load_at_start:.1f} at the start, {report.load_at_end:.1f} at the end; "
        f"{report.minutes:.0f} minutes."
    )


def _busy(report: Report) -> list[str]:
    if report.machine.load_at_start <= 0.7:
        return []
    return ["**The machine was at work for others when this began: times are longer than they need be.**", ""]


def _not_measured(sentences: Sequence[str]) -> list[str]:
    if not sentences:
        return []
    return ["**Not measured:**", "", *(f"- {sentence}" for sentence in sentences), ""]


def _value(target: Target) -> str:
    return "-" if target.measured is None else f"{_number(target.measured)} {target.unit}"


def _bound(target: Target) -> str:
    return f"{'at least' if target.at_least else 'at most'} {target.bound:g} {target.unit}"


def _number(value: float) -> str:
    """Two figures or so: more would be noise."""
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.01 else f"{value:.4f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return [
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *("| " + " | ".join(row) + " |" for row in cells),
    ]


def _beside(found: Sequence[Beside]) -> list[str]:
    lines: list[str] = []
    for work in dict.fromkeys(one.work for one in found):
        rows = [one for one in found if one.work == work]
        lines += [f"**{work[0].upper()}{work[1:]}**", ""]
        steps = list(dict.fromkeys(step for one in rows for step in one.of_which))
        head = ["input", "ours", *(f"of which {step}" for step in steps), "limit", "ours / limit"]
        lines += _table(
            [*head, "ours, peak memory", "limit, peak memory", "n"],
            [
                (
                    one.size,
                    f"{_number(one.ours.seconds)} s",
                    *(f"{_number(one.of_which[s].seconds)} s" if s in one.of_which else "" for s in steps),
                    f"{_number(one.limit.seconds)} s",
                    f"{_number(one.ratio)}",
                    f"{one.ours.peak_mb:.0f} MB",
                    f"{one.limit.peak_mb:.0f} MB",
                    f"{one.ours.n}, {one.limit.n}",
                )
                for one in rows
            ],
        )
        lines.append("")
    return lines


def _growth(jobs: Sequence[Job]) -> list[str]:
    if not jobs:
        return ["The whole job did not run, so nothing can be said.", ""]
    stages = list(dict.fromkeys(stage for job in jobs for stage in job.stages))
    lines = [
        "`safeguarding run --no-dashboard` on the demonstration, each time in a new home. What it costs with nothing "
        "delivered is its fixed start. *Again* is the same home once more with `--force`: nothing to load, everything "
        "else done anew.",
        "",
        f"![Seconds of the whole job by size of the demonstration and stage; the table below has the same figures]"
        f"({PICTURE})",
        "",
        *_table(
            ["", *(job.label for job in jobs)],
            [
                ["rows delivered", *(f"{job.rows:,}" for job in jobs)],
                *([stage, *(f"{job.stages.get(stage, 0):.1f} s" for job in jobs)] for stage in stages),
                ["**all, by the clock**", *(f"**{job.figure.seconds:.1f} s**" for job in jobs)],
                ["processor time", *(f"{job.figure.cpu_seconds:.1f} s" for job in jobs)],
                ["peak memory", *(f"{job.figure.peak_mb:.0f} MB" for job in jobs)],
                ["n", *(str(job.figure.n) for job in jobs)],
            ],
        ),
        "",
    ]
    with_nodes = [job for job in jobs if job.nodes]
    if with_nodes:
        kinds = list(dict.fromkeys(kind for job in with_nodes if job.nodes for kind in job.nodes.by_kind))
        lines += [
            "Where dbt's time for the marts goes, by the run's log (nodes run side by side, so they add up to more "
            "than the clock):",
            "",
            *_table(
                ["", *(job.label for job in with_nodes)],
                [
                    *([f"{kind}s", *(_kind(job, kind) for job in with_nodes)] for kind in kinds),
                    [
                        "all nodes, by the clock",
                        *(f"{job.nodes.wall_seconds:.1f} s" for job in with_nodes if job.nodes),
                    ],
                ],
            ),
            "",
        ]
        last = max(with_nodes, key=lambda job: job.scale)
        if last.nodes:
            slowest = sorted(last.nodes.models.items(), key=lambda model: -model[1])[:SLOWEST]
            names = ", ".join(f"`{name}` {seconds:.2f} s" for name, seconds in slowest)
            lines += [f"Its slowest models at {last.label}: {names}.", ""]
    return lines


def _kind(job: Job, kind: str) -> str:
    count, seconds = job.nodes.by_kind.get(kind, (0, 0.0)) if job.nodes else (0, 0.0)
    return f"{count} in {seconds:.1f} s"


def _sector(found: Sequence[Sector]) -> list[str]:
    if not found:
        return ["None was measured.", ""]
    lines = [
        "Each in an environment of its own, on the same files, in the same run. They do other work than ours, so this "
        "is no race. *Ours* is reading, judging and loading; *with rules* adds the rules of the return, which ours "
        "checks in the warehouse ([validation.md](validation.md)): the time of dbt's models `int_validation__*` in a "
        "run on the samples alone. The rules are not the same ones: each set is of another year, and counts in its "
        "own way. "
        "Starting Python and importing are left out on both sides.",
        "",
        *_table(
            ("tool", "input", "it takes", "ours", "ours with rules", "its peak memory", "it said", "ours said", "n"),
            [
                (
                    one.tool,
                    one.size,
                    f"{_number(one.figure.seconds)} s" if one.figure else "-",
                    f"{_number(one.ours_seconds)} s" if one.ours_seconds is not None else "-",
                    f"{_number(one.ours_with_rules)} s" if one.ours_with_rules is not None else "-",
                    f"{one.figure.peak_mb:.0f} MB" if one.figure else "-",
                    one.said,
                    one.ours_said or "-",
                    str(one.figure.n) if one.figure else "-",
                )
                for one in found
            ],
        ),
        "",
    ]
    for tool in dict.fromkeys((one.tool, one.does, one.does_not) for one in found):
        lines.append(f"- **{tool[0]}** {tool[1]}. It {tool[2]}.")
    return [*lines, ""]


def _how(report: Report) -> list[str]:
    full = "" if report.is_full else " `make bench FULL=1` adds the job at scale 10 and the sector's tools on x10."
    return [
        "- A figure is the median of *n* runs, one after the other, each in a process of its own. Files are warm: they "
        "were just written or read.",
        "- Peak memory is the resident memory of the largest process (as the kernel counts it), with Python and "
        "everything imported. The whole job starts dbt as a process of its own; the larger of the two counts.",
        "- Readers are timed from the file in landing to the committed transaction: hash, archive and register, read, "
        "judge, load, close. Making the warehouse's tables, starting Python and importing are not in it, nor in the "
        "limit. *Read* and *read and judged* are measured apart, on the file itself.",
        "- x10 is the sample with every child ten times under other identifiers, so that faulty rows grow too. The "
        "sample census has referrals only; the demonstration's has every module, and is the harder one.",
        "- The limit of SSDA903 is `create table … as select … from read_csv(…)`, a table a file, dates typed. That of "
        "the census is `lxml.etree.iterparse`, which counts elements and forgets each child. That of the marts is one "
        "statement for each of R01, R03 and S01 (every month end since April 2012) on the staging models, which are "
        "built by then: it is valid only where all its figures equal those of the marts, which the run makes sure of. "
        "dbt builds all indicators with breakdowns, statuses and comparisons, and tests them.",
        "- Growth is judged by processor time: on a machine that others use, the clock tells of the others too. The "
        "job with nothing delivered has the demonstration's calendar, so that it lists the same periods.",
        f"- Exit code 0 means that everything was measured, not that every target is met.{full}",
    ]


def growth_chart(jobs: Sequence[Job]) -> str:
    """A bar for each job, by stage: SVG without script or fonts of its own."""
    left, width, bar, gap, top = 130, 560, 30, 14, 12
    stages = list(dict.fromkeys(stage for job in jobs for stage in job.stages))
    longest = max((sum(job.stages.values()) for job in jobs), default=1) or 1
    foot = top + len(jobs) * (bar + gap)
    height = foot + 18 * ((len(stages) + 1) // 2) + 12
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 80} {height}" role="img" '
        'font-family="sans-serif" font-size="13">',
        "<title>Seconds of the whole job by size and stage</title>",
        f'<rect width="{left + width + 80}" height="{height}" fill="#ffffff"/>',
    ]
    for row, job in enumerate(jobs):
        y, x = top + row * (bar + gap), float(left)
        lines.append(f'<text x="{left - 8}" y="{y + 20}" text-anchor="end" fill="#0b0c0c">{escape(job.label)}</text>')
        for stage, colour in zip(stages, _colours(len(stages)), strict=True):
            seconds = job.stages.get(stage, 0.0)
            long = seconds / longest * width
            lines.append(
                f'<rect x="{x:.1f}" y="{y}" width="{long:.1f}" height="{bar}" fill="{colour}">'
                f"<title>{escape(job.label)}, {escape(stage)}: {seconds:.1f} s</title></rect>"
            )
            x += long
        total = sum(job.stages.values())
        lines.append(f'<text x="{x + 6:.1f}" y="{y + 20}" fill="#0b0c0c">{total:.0f} s</text>')
    for number, (stage, colour) in enumerate(zip(stages, _colours(len(stages)), strict=True)):
        x, y = left + (number % 2) * 290, foot + 18 * (number // 2)
        lines.append(f'<rect x="{x}" y="{y}" width="12" height="12" fill="{colour}"/>')
        lines.append(f'<text x="{x + 18}" y="{y + 11}" fill="#0b0c0c">{escape(stage)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _colours(count: int) -> list[str]:
    return [COLOURS[number % len(COLOURS)] for number in range(count)]
