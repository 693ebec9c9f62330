"""What is measured, in which order, against which target.

Belongs here: the cases, and the targets that the project has set itself. Does not belong here: how a process is weighed
(measure.py), what is done inside one (workers.py), how it is told (report.py).
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.bench import inputs, tools
from tests.bench.measure import Figure, NotMeasuredError, Run, figure, repeat, run, this_machine, whole
from tests.bench.results import Beside, Job, Nodes, Report, Sector, Target
from tests.bench.tools import Tool

BIN = Path(sys.executable).parent
SSDA903 = "childrens_social_care/ssda903"
CIN_CENSUS = "childrens_social_care/cin_census"
SAMPLE_RETURN_YEAR = "2018"
SAMPLE_CENSUS_YEAR = "2022"
DEMONSTRATION_CENSUS_YEAR = "2017"
SAMPLES_RECEIVED_AT = "2024-06-30T09:00:00"
LARGE_FILE_BYTES = 50_000_000
RUNS = 5
RUNS_OF_SECONDS = 3
"""Of what takes some seconds."""

_DONE = re.compile(r"^  (\S+) done in ([\d.]+) s$", re.MULTILINE)
_ROWS = re.compile(r"([\d,]+) rows")
STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("register and load", ("ops__submissions", "raw_", "ops__run_control")),
    ("dbt: marts", ("dbt_marts",)),
    ("dbt: board", ("dbt_board",)),
    ("Soda contracts", ("soda_",)),
    ("reconciliation", ("reconciliation",)),
    ("what was told before", ("ops__restatements", "ops__exception_proposals", "moves")),
    ("disclosure control, attack, publication", ("ops__disclosure_decisions", "attack", "published__")),
)
START = "all else: Python, Dagster, dbt's parsing"


RUN_LOG = "last_run.log"
FIRST_CHARTS = (("overview", ""), ("a heading", "risk/"), ("an indicator", "indicators/s05/"))
"""Kinds of pages with charts, each with the path of one."""


class Bench:
    """One run: collects results, notes what could not be measured, and goes on."""

    def __init__(self, folder: Path, *, is_full: bool, jobs: int = 1) -> None:
        self._folder = folder
        self._is_full = is_full
        self._runs_of_the_job = jobs
        self._machine = this_machine()
        self._started = time.perf_counter()
        self._targets: list[Target] = []
        self._beside: list[Beside] = []
        self._jobs: list[Job] = []
        self._sector: list[Sector] = []
        self._not_measured: list[str] = []
        self._landings: dict[float, tuple[Path, int]] = {}
        self._rules: dict[str, tuple[float, str]] = {}

    def all(self) -> Report:
        """Measure everything. Never raises for something that cannot be measured: the report says so."""
        machine = self._machine
        print(
            f"{machine.cores} cores, {machine.memory_gb:.0f} GB, load average {machine.load_at_start:.1f}"
            + (": this machine is busy, so the figures are too high." if machine.load_at_start > 0.7 else "."),
            flush=True,
        )
        self._jobs_of_growing_size()
        with self._noting("the dashboard"):
            self._dashboard()
        with self._noting("SSDA903"):
            self._ssda903()
        with self._noting("CIN census"):
            self._census()
        with self._noting("CIN census of the demonstration"):
            self._census_of_the_demonstration()
        with self._noting("the sector's tools"):
            self._sector_tools()
        return Report(
            machine=machine,
            load_at_end=os.getloadavg()[0],
            minutes=(time.perf_counter() - self._started) / 60,
            is_full=self._is_full,
            targets=self._targets,
            beside=self._beside,
            jobs=self._jobs,
            sector=self._sector,
            not_measured=self._not_measured,
        )

    @contextmanager
    def _noting(self, what: str) -> Iterator[None]:
        try:
            yield
        except NotMeasuredError as error:
            self._not_measured.append(f"{what}: {error}")
            print(f"  NOT MEASURED  {what}: {error}", flush=True)

    def _target(
        self, what: str, value: Callable[[], float], unit: str, bound: float, n: int, *, at_least: bool = False
    ) -> None:
        measured: float | None = None
        with self._noting(what):
            measured = value()
        self._targets.append(Target(what, measured, unit, bound, n, at_least))

    # The whole job

    def _jobs_of_growing_size(self) -> None:
        again = self._runs_of_the_job
        scales = [(0.0, again), (0.1, again), (1.0, again), *([(10.0, 1)] if self._is_full else [])]
        for scale, times in scales:
            with self._noting(f"the whole job at scale {scale:g}"):
                self._jobs.append(self._job(scale, times))
        jobs = {job.scale: job for job in self._jobs}
        self._target(
            "the whole job, everything new (demonstration, scale 1)",
            lambda: _at_one(jobs).figure.seconds,
            "s",
            30,
            again,
        )

        def job_again() -> Job:
            job = self._job_again(_at_one(jobs), again)
            self._jobs.append(job)
            return job

        self._target(
            "the whole job again with --force: every model and check, nothing to load",
            lambda: job_again().figure.seconds,
            "s",
            30,
            again,
        )
        self._target("a run with nothing new", lambda: self._nothing_new(_at_one(jobs)).seconds, "s", 3, RUNS)
        self._target(
            "loading the code location (import of orchestration.definitions)",
            lambda: self._import(_at_one(jobs)).seconds,
            "s",
            5,
            RUNS,
        )
        for small, large in ((0.1, 1.0), (1.0, 10.0)):
            if large not in jobs and not (large == 1.0 or self._is_full):
                continue
            self._target(
                f"processor time beyond that of the empty job, scale {large:g} against {small:g}",
                lambda small=small, large=large: _growth(jobs, small, large),
                "times",
                large / small,
                min((jobs[scale].figure.n for scale in (small, large) if scale in jobs), default=0),
            )
        for scale in (1.0, 10.0):
            if scale in jobs:
                with self._noting(f"the marts beside SQL by hand, scale {scale:g}"):
                    self._marts(jobs[scale])

    def _home(self, scale: float) -> Path:
        return self._folder / f"home-{scale:g}"

    def _landing(self, scale: float) -> tuple[Path, int]:
        """The demonstration's landing folder of one size with its rows. Scale 0: its calendar, and not one return."""
        if scale not in self._landings:
            landing = self._folder / f"landing-{scale:g}"
            if scale == 0:
                landing.mkdir()
                calendar, _ = self._landing(0.1)
                shutil.copy(calendar / "sample.yml", landing)
                self._landings[scale] = (landing, 0)
            else:
                command = [str(BIN / "safeguarding"), "sample", "--scale", str(scale), "--into", str(landing)]
                told = run(command, environment=_at(self._folder))
                rows = _ROWS.search(told.output)
                self._landings[scale] = (landing, int(rows.group(1).replace(",", "")) if rows else 0)
        return self._landings[scale]

    def _job(self, scale: float, times: int) -> Job:
        landing, rows = self._landing(scale)
        home = self._home(scale)
        runs: list[Run] = []
        for _ in range(times):
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir(mode=0o700)
            shutil.copytree(landing, home / "landing")
            print(f"the whole job, scale {scale:g} ({rows:,} rows) …", flush=True)
            runs.append(self._safeguarding(home))
            print(f"  {runs[-1].wall_seconds:.1f} s, {runs[-1].peak_mb:.0f} MB", flush=True)
        label = "nothing delivered" if scale == 0 else f"scale {scale:g}"
        nodes = dbt_nodes(home / RUN_LOG)
        return Job(label, scale, rows, whole(runs), _stages_of_the_middle(runs), nodes)

    def _safeguarding(self, home: Path, *arguments: str, now: str = "") -> Run:
        command = [str(BIN / "safeguarding"), "run", "--no-dashboard", *arguments]
        return run(command, environment={**_at(home), "SAFEGUARDING_NOW": now})

    def _job_again(self, first: Job, times: int) -> Job:
        home = self._home(first.scale)
        runs: list[Run] = []
        for _ in range(times):
            print(f"the whole job, {first.label} again …", flush=True)
            runs.append(self._safeguarding(home, "--force"))
            print(f"  {runs[-1].wall_seconds:.1f} s, {runs[-1].peak_mb:.0f} MB", flush=True)
        nodes = dbt_nodes(home / RUN_LOG)
        spent = _stages_of_the_middle(runs)
        return Job(f"{first.label}, again", first.scale, 0, whole(runs), spent, nodes, is_new=False)

    def _nothing_new(self, job: Job) -> Figure:
        print("a run with nothing new …", flush=True)
        runs = repeat(RUNS, lambda: self._safeguarding(self._home(job.scale)))
        if any("Nothing new" not in one.output for one in runs):
            raise NotMeasuredError("a run did not find that there was nothing new.")
        found = whole(runs)
        print(f"  {found.seconds:.1f} s, {found.peak_mb:.0f} MB", flush=True)
        return found

    def _import(self, job: Job) -> Figure:
        home = self._home(job.scale)
        print("loading the code location …", flush=True)
        command = [sys.executable, "-c", "import orchestration.definitions"]
        found = whole(repeat(RUNS, lambda: run(command, environment=_at(home))))
        print(f"  {found.seconds:.1f} s, {found.peak_mb:.0f} MB", flush=True)
        return found

    def _marts(self, job: Job) -> None:
        print("R01, R03 and S01 at every month end, by hand …", flush=True)
        limit = figure(repeat(RUNS, lambda: _worker("limit_marts", self._home(job.scale))))
        ours = replace(job.figure, seconds=job.stages["dbt: marts"])
        self._beside.append(
            Beside(
                "marts: all of dbt's first build (seeds, models, tests) beside three statements by hand",
                f"demonstration, {job.label}",
                0,
                ours,
                limit,
            )
        )
        print(f"  {limit.seconds:.2f} s beside {ours.seconds:.1f} s", flush=True)

    # The dashboard

    def _dashboard(self) -> None:
        """The pages of the demonstration's release: building them, and how soon a reader sees something."""
        home = self._home(1.0)
        print("the dashboard …", flush=True)
        built = figure([_worker("build_dashboard", home)])
        print(f"  {built.seconds:.0f} s, {built.facts['pages']} pages", flush=True)
        self._targets += [
            Target(f"the dashboard: {built.facts['pages']} pages built anew", built.seconds, "s", 120, built.n),
            Target("the dashboard: data that the pages ship, uncompressed", built.facts["data_mb"], "MB", 10, built.n),
        ]
        for words, path in FIRST_CHARTS:
            first = figure(repeat(RUNS, lambda path=path: _worker("first_chart", home, path)))
            self._targets.append(Target(f"{words}: first chart, nothing cached", first.seconds, "s", 1.5, first.n))
        changed = figure(repeat(RUNS, lambda: _worker("filter_changed", home)))
        self._targets.append(Target("Compare: another indicator chosen", changed.seconds, "s", 1, changed.n))

    # Readers

    def _ssda903(self) -> None:
        sample = inputs.samples() / "ssda903"
        for times, source, n in (
            (1, sample, RUNS),
            (10, inputs.repeat_ssda903(sample, self._folder / "ssda903-10", 10), RUNS_OF_SECONDS),
        ):
            self._beside.append(
                self._reader(
                    "SSDA903 (CSV): archived, registered, read, judged, loaded beside DuckDB's read_csv into tables",
                    SSDA903,
                    times,
                    source,
                    SAMPLE_RETURN_YEAR,
                    n,
                    lambda source=source: _worker("limit_ssda903", source, self._new("limit.duckdb")),
                )
            )
        at_one, at_ten = self._beside[-2:]
        self._targets += [
            Target("SSDA903, sample return: read, judged, loaded", at_one.ours.seconds, "s", 1, at_one.ours.n),
            Target(
                "SSDA903, ten times the children: time against the sample's",
                at_ten.ours.seconds / at_one.ours.seconds,
                "times",
                10,
                at_ten.ours.n,
            ),
        ]

    def _census(self) -> None:
        sample = inputs.samples() / "cin_census" / "fake_CIN_data.xml"
        content = sample.read_bytes()
        big = LARGE_FILE_BYTES // len(content) + 1
        large = inputs.repeat_census(content, self._folder / "census-large.xml", big)
        ten = inputs.repeat_census(content, self._folder / "census-10.xml", 10)
        for times, source, n in ((1, sample, RUNS), (10, ten, RUNS)):
            self._beside.append(self._one_census(times, source, SAMPLE_CENSUS_YEAR, n))
        self._large_census("the sample repeated (referrals only)", big, large, SAMPLE_CENSUS_YEAR)

    def _census_of_the_demonstration(self) -> None:
        content = inputs.whole_census_of_the_demonstration(self._landing(1.0)[0])
        large = inputs.repeat_census(
            content, self._folder / "census-whole.xml", max(1, LARGE_FILE_BYTES // len(content))
        )
        self._large_census("the demonstration's (all modules)", 0, large, DEMONSTRATION_CENSUS_YEAR)

    def _one_census(self, times: int, source: Path, year: str, n: int) -> Beside:
        return self._reader(
            "CIN census (XML): archived, registered, read, judged, loaded beside lxml's iterparse counting elements",
            CIN_CENSUS,
            times,
            source,
            year,
            n,
            lambda: _worker("limit_census", source),
        )

    def _large_census(self, kind: str, times: int, source: Path, year: str) -> None:
        found = self._one_census(times, source, year, RUNS_OF_SECONDS)
        self._beside.append(found)
        size = source.stat().st_size / 1e6
        for what, one in (("read", found.of_which["read"]), ("read, judged, loaded", found.ours)):
            self._targets.append(
                Target(
                    f"CIN census of {size:.0f} MB, {kind}: {what}", size / one.seconds, "MB/s", 20, one.n, at_least=True
                )
            )
        self._targets.append(
            Target(f"CIN census of {size:.0f} MB, {kind}: peak memory", found.ours.peak_mb, "MB", 200, found.ours.n)
        )

    def _reader(
        self, work: str, feed: str, times: int, source: Path, year: str, n: int, limit: Callable[[], Run]
    ) -> Beside:
        name = "the demonstration's census repeated" if times == 0 else f"the sample x{times}"
        print(f"{feed}, {name} …", flush=True)
        ours = figure(repeat(n, lambda: _worker("load", feed, source, self._new("home"))))
        of_which = {
            "read": figure(repeat(n, lambda: _worker("read", feed, source))),
            "read and judged": figure(repeat(n, lambda: _worker("check", feed, source, year))),
        }
        found = Beside(
            work,
            f"{name}: {ours.facts['rows']:,} rows, {ours.facts['bytes'] / 1e6:.1f} MB",
            times,
            ours,
            figure(repeat(n, limit)),
            of_which,
        )
        print(f"  {ours.seconds:.2f} s beside {found.limit.seconds:.2f} s, {ours.peak_mb:.0f} MB", flush=True)
        return found

    def _new(self, name: str) -> Path:
        """A path where nothing is; what the last measurement left under this name is gone."""
        path = self._folder / "scratch" / name
        shutil.rmtree(path.parent, ignore_errors=True)
        path.parent.mkdir()
        return path

    # The sector's tools

    def _sector_tools(self) -> None:
        folder = inputs.samples()
        ssda903, census = folder / "ssda903", folder / "cin_census" / "fake_CIN_data.xml"
        cases: list[tuple[Tool, str, tuple[str, ...], Path, str, int, int]] = [
            (tools.VALIDATOR_903, "validate_ssda903.py", (), ssda903, "SSDA903", 1, RUNS_OF_SECONDS),
            (tools.LIIATOOLS, "clean_with_liiatools.py", ("ssda903",), ssda903, "SSDA903", 1, 1),
            (tools.VALIDATOR_CIN, "validate_cin_census.py", (), census, "CIN census", 1, RUNS_OF_SECONDS),
            (tools.LIIATOOLS, "clean_with_liiatools.py", ("cin",), census, "CIN census", 1, RUNS_OF_SECONDS),
        ]
        with self._noting("the rules of the returns on the samples"):
            self._rules = self._rules_on_the_samples(ssda903, census)
        if self._is_full:
            ten_903, ten_census = self._folder / "ssda903-10", self._folder / "census-10.xml"
            cases += [
                (tool, script, words, ten_903 if source == ssda903 else ten_census, what, 10, 1)
                for tool, script, words, source, what, _, _ in cases
            ]
        for tool, script, words, source, what, times, n in cases:
            self._sector.append(self._one_tool(tool, script, words, source, what, times, n))

    def _rules_on_the_samples(self, ssda903: Path, census: Path) -> dict[str, tuple[float, str]]:
        """Seconds that the rules of each return take in the warehouse, and what they find, on the samples alone."""
        print("the rules of both returns in the warehouse, on the samples …", flush=True)
        home = self._folder / "home-samples"
        shutil.copytree(ssda903, home / "landing" / SSDA903 / "return")
        (home / "landing" / CIN_CENSUS).mkdir(parents=True)
        shutil.copy(census, home / "landing" / CIN_CENSUS)
        self._safeguarding(home, now=SAMPLES_RECEIVED_AT)
        nodes = dbt_nodes(home / RUN_LOG)
        if nodes is None:
            raise NotMeasuredError(f"{RUN_LOG} tells nothing of dbt's nodes.")
        found = _worker("findings", home).told()["facts"]
        told = {
            feed: f"{counts['rules']} rules judged; {counts['rows']:,} rows in breach" for feed, counts in found.items()
        }
        return {
            "SSDA903": (nodes.of("int_validation__looked_after"), told.get("ssda903", "")),
            "CIN census": (
                nodes.of("int_validation__children_in_need") + nodes.of("int_validation__child_protection"),
                told.get("cin_census", ""),
            ),
        }

    def _one_tool(
        self, tool: Tool, script: str, words: tuple[str, ...], source: Path, what: str, times: int, n: int
    ) -> Sector:
        print(f"{tool.name} {tool.version} on {what} x{times} …", flush=True)
        ours = next((b.ours.seconds for b in self._beside if b.work.startswith(what) and b.times == times), None)
        found: Figure | None = None
        said = "did not run: see what could not be measured"
        with self._noting(f"{tool.name} {tool.version} on {what} x{times}"):
            python = tools.python_of(tool)
            command = [str(python), str(tools.SECTOR / script), *words, str(source)]
            # Nothing of ours may be on its path.
            alone = {"PYTHONPATH": "", "PYTHONWARNINGS": "ignore"}
            found = figure(repeat(n, lambda: run(command, environment=alone)))
            said = _in_words(found)
            print(f"  {found.seconds:.2f} s, {found.peak_mb:.0f} MB", flush=True)
        rules = self._rules.get(what) if times == 1 else None
        return Sector(
            f"{tool.name} {tool.version}",
            tool.does,
            tool.does_not,
            f"{what} x{times}",
            found,
            ours,
            said,
            ours + rules[0] if rules and ours is not None else None,
            rules[1] if rules else "",
        )


def _in_words(found: Figure) -> str:
    facts = found.facts
    if "rules_run" in facts:
        other = ""
        if facts.get("rules_skipped") or facts.get("rules_failed"):
            other = f", {facts['rules_skipped']} skipped for want of a table, {facts['rules_failed']} broke off"
        return f"{facts['rules_run']} rules run{other}; {facts['issues']:,} findings in {facts['rows']:,} rows"
    return f"{facts['rows']:,} rows in {facts['files']} cleaned files"


def _worker(name: str, *arguments: object) -> Run:
    return run([sys.executable, "-m", "tests.bench.workers", name, *map(str, arguments)])


def _at(home: Path) -> dict[str, str]:
    return {"SAFEGUARDING_HOME": str(home), "SAFEGUARDING_NOW": "", "SAFEGUARDING_AREA": ""}


def _at_one(jobs: Mapping[float, Job]) -> Job:
    if 1.0 not in jobs:
        raise NotMeasuredError("the job at scale 1 did not end well.")
    return jobs[1.0]


def _growth(jobs: Mapping[float, Job], small: float, large: float) -> float:
    missing = [scale for scale in (0.0, small, large) if scale not in jobs]
    if missing:
        raise NotMeasuredError(f"the job at scale {missing[0]:g} did not end well.")
    return growth(jobs[0.0], jobs[small], jobs[large])


def _stages_of_the_middle(runs: Sequence[Run]) -> dict[str, float]:
    middle = sorted(runs, key=lambda one: one.wall_seconds)[len(runs) // 2]
    return stages(middle.output, middle.wall_seconds)


def growth(empty: Job, small: Job, large: Job) -> float:
    """How many times the processor time that `small` costs beyond `empty` does `large` cost beyond it?

    Processor time, because on a machine that others use the clock on the wall tells of the others too. Raises
    NotMeasuredError where `small` costs no more than `empty`.
    """
    fixed = empty.figure.cpu_seconds
    if small.figure.cpu_seconds <= fixed:
        raise NotMeasuredError(f"{small.label} took no more processor time than {empty.label}; nothing to compare.")
    return (large.figure.cpu_seconds - fixed) / (small.figure.cpu_seconds - fixed)


def stages(output: str, wall_seconds: float) -> dict[str, float]:
    """Seconds by stage from the progress lines of a run; what no step accounts for is all else."""
    spent: dict[str, float] = {START: 0.0, **{stage: 0.0 for stage, _ in STAGES}}
    for step, seconds in _DONE.findall(output):
        stage = next((stage for stage, prefixes in STAGES if step.startswith(prefixes)), None)
        if stage is None:
            raise NotMeasuredError(f"step {step} belongs to no stage that the bench knows; name it in cases.py.")
        spent[stage] += float(seconds)
    if not any(spent.values()):
        raise NotMeasuredError("the run printed no step; its progress lines may have changed.")
    spent[START] = max(0.0, wall_seconds - sum(spent.values()))
    return spent


# "1 of 194 OK created sql table model marts.dim_period ..... [OK in 0.18s]" and its like, without their colours.
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_NODE = re.compile(r"\d+ of \d+ (?:OK )?(\S+) (?:sql \w+ model (\S+)|seed file|)?.*\[[^]]* in ([0-9.]+)s\]")
_MARTS_END = re.compile(r"Finished running .*\(([0-9.]+)s\)")
_KINDS = {"created": "model", "loaded": "seed"}


def dbt_nodes(log: Path) -> Nodes | None:
    """What the first invocation in a run's log (that of the marts) says of its time; None without such a log."""
    by_kind: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    models: dict[str, float] = {}
    wall = 0.0
    for line in log.read_text(encoding="utf-8").splitlines() if log.exists() else ():
        line = _COLOUR.sub("", line)
        if end := _MARTS_END.search(line):
            wall = float(end.group(1))
            break
        if not (found := _NODE.search(line)):
            continue
        kind, seconds = _KINDS.get(found.group(1), "test"), float(found.group(3))
        count, spent = by_kind[kind]
        by_kind[kind] = (count + 1, spent + seconds)
        if found.group(2):
            models[found.group(2).rpartition(".")[2]] = seconds
    return Nodes(wall, dict(by_kind), models) if models else None
