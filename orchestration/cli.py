"""`safeguarding`: the command line. Each command says what it did; exit code 0 only when all is well."""

from __future__ import annotations

import atexit
import gc
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration import __version__
from orchestration.settings import Settings, SettingsError, parse_moment
from orchestration.words import counted

if TYPE_CHECKING:
    from orchestration.overdue import Gap
    from orchestration.publish import Release
    from orchestration.run import RunOutcome

_SHOWN_WARNINGS = 5
REFUSED = 3
"""Exit code of a run that published, but without a return that it refused."""


class _Group(click.Group):
    """Commands whose foreseeable errors end in one sentence and exit code 1, never a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        from orchestration.errors import FORESEEN, no_space, written_by_another

        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except Exception as error:
            full = no_space(ctx.obj.home, error=error) if isinstance(ctx.obj, Settings) else None
            sentence = full or written_by_another(error) or (str(error) if isinstance(error, FORESEEN) else None)
            if sentence:
                raise click.ClickException(sentence) from error
            raise


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.pass_context
def main(ctx: click.Context) -> None:
    """The performance warehouse of a Local Safeguarding Children Board.

    Returns dropped in landing/ are registered, checked, modelled and published; everything that is written lies
    under SAFEGUARDING_HOME (default: data/ in the project).
    """
    try:
        ctx.obj = Settings.from_env()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _table(headings: list[str], rows: list[tuple[Any, ...]], *, empty: str) -> None:
    """Print aligned columns; `empty` where there are no rows."""
    if not rows:
        click.echo(empty)
        return
    cells = [headings, *[["" if v is None else _text(v) for v in row] for row in rows]]
    widths = [max(len(line[i]) for line in cells) for i in range(len(headings))]
    for number, line in enumerate(cells):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        if number == 0:
            click.echo("  ".join("-" * width for width in widths))


def _not_for_the_board() -> None:
    """Say what the figures below are, beside them and not in them: standard output may be read by a program."""
    click.echo(
        "UNSUPPRESSED  These figures are for analysts alone: counts of 1 to 5 children are among them.", err=True
    )


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def _query(settings: Settings, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Rows from the private warehouse, read-only; an empty list before the first run."""
    import duckdb

    from orchestration.warehouse import connect

    if not settings.warehouse.exists():
        return []
    try:
        with connect(settings.warehouse, read_only=True) as con:
            return con.execute(sql, parameters or []).fetchall()
    except duckdb.CatalogException:
        # The first run broke off before it made its tables.
        return []


@main.command()
@click.option(
    "--as-of",
    metavar="DATE",
    help="Figures as they were known at the end of DATE (yyyy-mm-dd). A release of a moment before the current one's is"
    " kept beside it.",
)
@click.option(
    "--make-current", is_flag=True, help="With --as-of: readers and the dashboard get this release, however old."
)
@click.option("--replay", is_flag=True, help="Take received_at from each submission.yml (a demonstration, a rebuild).")
@click.option("--no-dashboard", is_flag=True, help="Stop after publication (needs no Node).")
@click.option("--force", is_flag=True, help="Run even where nothing is new.")
@click.option("--confirm", is_flag=True, help="Publish though figures moved further than their tolerance.")
@click.pass_obj
def run(
    settings: Settings,
    as_of: str | None,
    make_current: bool,
    replay: bool,
    no_dashboard: bool,
    force: bool,
    confirm: bool,
) -> None:
    """Register what is new in landing, build, check, publish, and build the dashboard.

    Exit code 0: all is well. 3: published, but without a return or a decision that was refused in this run, or in one
    that stopped since the last that published; each is named on standard error. 1: nothing new was published.

    Where landing/sample.yml stands (written by `safeguarding sample`), its replay and as-of date are taken.
    """
    from orchestration.control import (
        RunRequest,
        is_up_to_date,
        meeting_manifest,
        refusals_told,
        refuse_beyond_calendar,
        remember_refusals,
        replay_manifest,
    )
    from orchestration.ingest.contracts import load_contracts
    from orchestration.ingest.submissions import discover, strays
    from orchestration.lock import run_lock

    started = time.monotonic()
    manifest = replay_manifest(settings) or RunRequest()
    request = RunRequest(
        as_of=parse_moment(as_of, "--as-of") if as_of else manifest.as_of,
        replay=replay or manifest.replay,
        is_confirmed=confirm,
    )
    refuse_beyond_calendar(settings, request.moment(settings))
    current = _current_beyond(settings, request.moment(settings)) if as_of and not make_current else None
    if current:
        # The pages show the current release, and that stays.
        request, no_dashboard = replace(request, makes_current=False), True
    settings.prepare_home()
    settings.landing.mkdir(exist_ok=True, mode=0o700)
    contracts = load_contracts(settings.sources_dir)
    for sentence in strays(settings, contracts):
        click.echo(f"NOT READ  {sentence}")
    new = discover(settings, contracts)
    if not new and not force and is_up_to_date(settings, request, with_dashboard=not no_dashboard):
        click.echo(f"Nothing new in {settings.landing}; the last publication stands.")
        _say_what_stays_current(current)
        _where(settings, with_dashboard=not no_dashboard)
        _say_what_is_overdue(settings, settings.published / "analyst.duckdb")
        return
    click.echo(f"{len(new)} new in {settings.landing}.")
    with run_lock(settings, command="safeguarding run"):
        from orchestration.run import run_whole_path

        told, warned_before = refusals_told(settings, frozenset(_refusals(settings))), _warned(settings)
        echo = partial(click.echo, file=sys.stdout)
        meeting = None if as_of or (settings.published / "current").exists() else meeting_manifest(settings)
        outcome = _meeting(settings, meeting, echo) if meeting else None
        if outcome is not None and outcome.ok:
            # Nobody asks the reader of a demonstration whether three invented months moved a figure rightly.
            request = replace(request, is_confirmed=True)
        if outcome is None or outcome.ok:
            outcome = run_whole_path(settings, request, with_dashboard=not no_dashboard, echo=echo)
        refusals = _refusals(settings)
        refused = [sentence for key, sentence in refusals.items() if key not in told]
        if outcome.ok:
            remember_refusals(settings, frozenset(refusals))
        warned = [row for row in _warned(settings) if row not in set(warned_before)]
    if not outcome.ok:
        from orchestration.errors import no_space

        click.echo("")
        _tell_warnings(warned)
        full = no_space(settings.home, *outcome.failures)
        for sentence in [full] if full else outcome.failures:
            click.echo(f"STOPPED  {sentence}", err=True)
        for sentence in refused:
            click.echo(f"REFUSED  {sentence}", err=True)
        published = (settings.published / "board.duckdb").exists()
        click.echo(
            "Nothing new was published; the previous publication stands." if published else "Nothing was published.",
            err=True,
        )
        sys.exit(1)
    click.echo(f"\nDone in {time.monotonic() - started:.0f} s.")
    _status(settings)
    _set_aside(settings)
    _where(settings, with_dashboard=not no_dashboard)
    _say_what_is_overdue(settings, settings.warehouse)
    _say_what_stays_current(current)
    _tell_warnings(warned)
    for sentence in refused:
        click.echo(f"REFUSED  {sentence}", err=True)
    if refused:
        sys.exit(REFUSED)


def _current_beyond(settings: Settings, moment: datetime) -> Release | None:
    """The current release where it is about a later moment than `moment`."""
    from orchestration.publish import current_release

    current = current_release(settings)
    return current if current and current.as_of > moment else None


def _say_what_stays_current(current: Release | None) -> None:
    if current:
        click.echo(
            f"\nBESIDE  Readers still get {current.release_id}, which is about a later moment: this release is kept"
            " beside it (`safeguarding releases`). To give readers the older one, run again with --make-current."
        )


def _meeting(settings: Settings, moment: datetime, echo: Callable[[str], None]) -> RunOutcome:
    """The demonstration's earlier release, and the MEE group's invented decisions on it dropped into landing."""
    from orchestration.control import RunRequest
    from orchestration.run import run_whole_path
    from orchestration.synthetic.meeting import hold

    echo(f"The demonstration begins with an earlier release, as known on {moment:%d %B %Y}.")
    outcome = run_whole_path(settings, RunRequest(as_of=moment, replay=True), with_dashboard=False, echo=echo)
    if outcome.ok:
        held = hold(settings, moment.date() + timedelta(days=3))
        echo(held.sentence())
        if held.workbook:
            echo(f"Their workbook is {held.workbook}. Now the release of the demonstration's own day.")
    return outcome


def _refusals(settings: Settings) -> dict[str, str]:
    """Every return and decision that was refused, a sentence each, by what tells it from the others."""
    from orchestration.exceptions import refusals

    rows = _query(
        settings,
        "select submission_id, supplier || '/' || feed, file_name, reason from ops.submissions"
        " where status = 'rejected' order by submission_id",
    )
    found = {name: f"{name} {feed} ({file_name}): {reason}" for name, feed, file_name, reason in rows}
    return found | {sha256(words.encode()).hexdigest(): words for words in refusals(settings)}


def _set_aside(settings: Settings) -> None:
    """For each feed the most frequent reasons why rows were set aside, and where all of them are."""
    from orchestration.ingest.told import chief_of

    reasons: dict[str, list[str]] = {}
    for feed, rule, rows in _query(
        settings,
        """
        select supplier || '/' || feed, rule_code, count(*) from quarantine.quarantined_rows
        group by all order by 1, 3 desc, 2
        """,
    ):
        reasons.setdefault(feed, []).append(f"{rule} {rows:,}")
    if not reasons:
        return
    click.echo("\nSet aside, and why (`safeguarding quarantine` has every reason, with an example)")
    for feed, told in reasons.items():
        click.echo(f"  {feed}: {chief_of(told)}")


def _warned(settings: Settings) -> list[tuple[Any, ...]]:
    """What is told of accepted submissions as a whole: rule, submission, feed, file and sentence."""
    return _query(
        settings,
        """
        select told.rule_code, told.submission_id, told.supplier || '/' || told.feed, came.file_name, told.message
        from quarantine.row_warnings as told
        inner join ops.submissions as came on told.submission_id = came.submission_id
        where told.table_name = 'submission' and came.status = 'accepted'
        order by all
        """,
    )


def _tell_warnings(warned: Sequence[tuple[Any, ...]]) -> None:
    """A sentence each; where many submissions have the same fault, the first few and how many more."""
    for rule_code, of_rule in groupby(warned, key=itemgetter(0)):
        rows = list(of_rule)
        for _, submission_id, feed, file_name, message in rows[:_SHOWN_WARNINGS]:
            click.echo(f"WARNING  {submission_id} {feed} ({file_name}): {message}", err=True)
        if more := rows[_SHOWN_WARNINGS:]:
            those = counted(len(more), "more warning")
            click.echo(
                f"WARNING  {those} of {rule_code}: `safeguarding quarantine` says of which submissions.", err=True
            )


def _where(settings: Settings, *, with_dashboard: bool) -> None:
    click.echo("\nResults")
    click.echo(f"  For the Board     {settings.published / 'board.duckdb'} (disclosure-controlled)")
    click.echo(f"  For analysts      {settings.published / 'analyst.duckdb'} (unsuppressed; privileged role)")
    if with_dashboard:
        click.echo(f"  Dashboard         {settings.dashboard / 'index.html'} (`make serve` opens it on this machine)")
    click.echo("  For the MEE group safeguarding exceptions list (what is proposed to it; export writes its workbook)")
    click.echo("  What came         safeguarding submissions · what was set aside: safeguarding quarantine")


def _overdue(settings: Settings, file: Path) -> list[Gap]:
    """What `file` (the warehouse, or an analysts' file) knows of returns that were due and have not come."""
    from orchestration.overdue import gaps
    from orchestration.warehouse import connect

    with connect(file, read_only=True) as con:
        return gaps(con, settings.area_code)


def _say_what_is_overdue(settings: Settings, file: Path) -> None:
    from orchestration.overdue import in_a_sentence

    click.echo(f"\n{in_a_sentence(_overdue(settings, file))}")


def _status(settings: Settings) -> None:
    rows = _query(
        settings,
        """
        select supplier || '/' || feed, count(*) filter (where status = 'accepted'),
            count(*) filter (where status = 'rejected'), sum(rows_received), sum(rows_accepted), sum(rows_quarantined),
            max(period_end) filter (where status = 'accepted')
        from ops.submissions where status <> 'withdrawn' group by all order by 1
        """,
    )
    _table(
        ["feed", "accepted", "rejected", "rows received", "rows accepted", "rows quarantined", "up to"],
        rows,
        empty="No submission has been registered yet.",
    )


@main.command()
@click.pass_obj
def status(settings: Settings) -> None:
    """What has come, what is overdue, which checks do not pass, which sharing agreements want looking at."""
    from orchestration.ingest.agreements import to_be_seen_to
    from orchestration.ingest.contracts import load_contracts
    from orchestration.publish import current_release

    release = current_release(settings)
    click.echo(
        f"Published: {release.release_id}, as known at {release.as_of}"
        + (" — SYNTHETIC DATA" if release.is_synthetic else "")
        if release
        else "Nothing is published yet."
    )
    click.echo("")
    _status(settings)
    rows = _query(
        settings,
        """
        select engine, dataset, check_name, severity, outcome, measured from ops.check_results
        where run_id = (select run_id from ops.check_results order by checked_at desc, run_id limit 1)
            and outcome <> 'passed' order by severity, 1, 2, 3
        """,
    )
    click.echo("")
    [(checks,)] = _query(settings, "select count(*) from ops.check_results") or [(0,)]
    _table(
        ["engine", "dataset", "check", "severity", "outcome", "measured"],
        rows,
        empty="Every check of the last run passed." if checks else "Nothing has been checked yet: there was no run.",
    )
    if release:
        _list_overdue(_overdue(settings, release.folder / "analyst.duckdb"), release.as_of)
    agreements = to_be_seen_to(load_contracts(settings.sources_dir).values(), settings.now().date())
    if agreements:
        click.echo("")
    for sentence in agreements:
        click.echo(f"WARNING  {sentence}")


def _list_overdue(found: list[Gap], as_of: datetime) -> None:
    click.echo(f"\nDue by {as_of:%Y-%m-%d} and not there, by the last day of the period")
    _table(
        ["feed", "status", "return", "periods", "from", "to", "why"],
        [
            (
                *(gap.feed, gap.status, gap.period_type + (", signed off" if gap.is_annual_final else "")),
                *(gap.periods, gap.first_period_end, gap.last_period_end, gap.reason),
            )
            for gap in found
        ],
        empty="No return is overdue.",
    )


@main.group(invoke_without_command=True)
@click.option("--feed", help="Only this feed, such as ssda903.")
@click.pass_context
def submissions(ctx: click.Context, feed: str | None) -> None:
    """Everything that came, in the order of its registration."""
    from orchestration.ingest.contracts import load_contracts

    if ctx.invoked_subcommand:
        return
    known = sorted({name.split("/")[-1] for name in load_contracts(ctx.obj.sources_dir)})
    if feed is not None and feed not in known:
        raise click.BadParameter(f"found {feed}, expected one of {', '.join(known)}", param_hint="--feed")
    rows = _query(
        ctx.obj,
        """
        select submission_id, feed, area_code, period_start, period_end, finality, received_at, status,
            rows_received, rows_quarantined, coalesce(reason, '')
        from ops.submissions where $1 is null or feed = $1 order by submission_id, registered_at
        """,
        [feed],
    )
    headings = ["submission", "feed", "area", "from", "to", "finality", "received", "status", "rows", "quarantined"]
    nothing = f"Nothing has been registered of {feed} yet." if feed else "No submission has been registered yet."
    _table([*headings, "reason"], rows, empty=nothing)


@submissions.command()
@click.argument("submission_id")
@click.option("--reason", required=True, help="Why the submission no longer counts; kept in the register.")
@click.pass_obj
def withdraw(settings: Settings, submission_id: str, reason: str) -> None:
    """Withdraw SUBMISSION_ID from now on; what was known before stays known as of then."""
    from orchestration.ingest.submissions import withdraw as withdraw_submission
    from orchestration.lock import run_lock

    with run_lock(settings, command="safeguarding submissions withdraw"):
        withdraw_submission(settings, submission_id, reason)
    click.echo(f"{submission_id} is withdrawn. `safeguarding run` rebuilds the figures without it.")


@main.command()
@click.option("--submission", "submission_id", help="Only this submission.")
@click.option("--rows", "show_rows", is_flag=True, help="One line a row instead of totals by reason.")
@click.pass_obj
def quarantine(settings: Settings, submission_id: str | None, show_rows: bool) -> None:
    """Rows set aside, by reason. Identifying values are masked; the rows themselves stay in the private warehouse."""
    where = "where $1 is null or submission_id = $1"
    known = _query(settings, "select 1 from ops.submissions where $1 is null or submission_id = $1", [submission_id])
    if submission_id and not known:
        raise click.ClickException(
            f"--submission: found {submission_id}, which has not come; `safeguarding submissions` lists what has."
        )
    if show_rows:
        rows = _query(
            settings,
            f"select submission_id, table_name, row_number, rule_code, message from quarantine.quarantined_rows {where}"
            " order by all limit 1000",
            [submission_id],
        )
        _table(["submission", "table", "row", "rule", "message"], rows, empty="No row is in quarantine.")
        return
    rows = _query(
        settings,
        f"""
        select feed, table_name, rule_code, severity, count(*),
            array_to_string(list_sort(list(distinct submission_id))[:3], ', ')
            || case when count(distinct submission_id) > 3 then ' and ' || count(distinct submission_id) - 3 || ' more'
            else '' end,
            min_by(message, (submission_id, coalesce(row_number, 0), message))
        from (
            select * from quarantine.quarantined_rows {where}
            union all
            select * from quarantine.row_warnings {where}
        ) group by feed, table_name, rule_code, severity order by 4, 5 desc, 1, 2, 3
        """,
        [submission_id],
    )
    headings = ["feed", "table", "rule", "severity", "rows", "submissions", "of the first"]
    _table(headings, rows, empty="No row is in quarantine.")


@main.group(invoke_without_command=True)
@click.pass_context
def exceptions(ctx: click.Context) -> None:
    """What is proposed to the MEE group; without a command below, as `list`."""
    if not ctx.invoked_subcommand:
        ctx.invoke(list_of_exceptions)


@exceptions.command(name="list")
@click.option("--all", "everything", is_flag=True, help="Also what the MEE group has agreed or declined, or is closed.")
@click.pass_obj
def list_of_exceptions(settings: Settings, everything: bool = False) -> None:
    """Proposals that wait for the MEE group, and decisions that could not be taken.

    What rests on a figure that the Board may not see is not here; marts.fct_exception has it, for analysts.
    """
    from orchestration.exceptions import proposals, refusals

    told = proposals(settings, everything=True)
    rows = [
        (
            *(p.exception_id[:8], p.severity, p.subject, p.period_type, p.period_end),
            *(p.decision or ("closed" if p.is_closed else ""),),
            *("" if p.still_so is None else "yes" if p.still_so else "no", p.sentence),
        )
        for p in told
        if everything or p.is_open
    ]
    headings = ["exception", "severity", "about", "period", "to", "decision", "still so", "why"]
    _table(headings, rows, empty="Nothing waits for the MEE group.")
    closed = sum(p.is_closed for p in told)
    if closed and not everything:
        are = counted(closed, "proposal is", "proposals are")
        click.echo(f"{are} closed, as a submission behind was withdrawn; --all lists what is closed, and why.")
    for sentence in refusals(settings):
        click.echo(f"REFUSED  {sentence}", err=True)


@exceptions.command(name="export")
@click.option("--output", required=True, metavar="FILE.xlsx", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--all", "everything", is_flag=True, help="Also what the MEE group has agreed or declined, or is closed.")
@click.option("--overwrite", is_flag=True, help="Replace FILE.xlsx where it is there already.")
@click.pass_obj
def export_exceptions(settings: Settings, output: Path, everything: bool, overwrite: bool) -> None:
    """Write the MEE group's workbook: one row a proposal, with the columns that the group fills in.

    Filled in, it goes into landing/board/mee_decisions/; the next `safeguarding run` takes it in. What is agreed is
    then in the Board's file, what is declined is not.
    """
    from orchestration.exceptions import export

    if output.exists() and not overwrite:
        raise click.ClickException(
            f"--output: {output} is there already and may have been filled in; name another file, or add --overwrite."
        )
    count = export(settings, output, everything=everything)
    click.echo(f"{output}: {counted(count, 'proposal')}.")
    click.echo(f"Fill it in and put it into {settings.landing / 'board' / 'mee_decisions'}.")


@main.group(invoke_without_command=True)
@click.pass_context
def releases(ctx: click.Context) -> None:
    """Every publication; without a command below, as `list`."""
    if not ctx.invoked_subcommand:
        ctx.invoke(list_of_releases)


@releases.command(name="list")
@click.pass_obj
def list_of_releases(settings: Settings) -> None:
    """Every publication, by the moment that it is about; the current one is marked."""
    from orchestration.publish import current_release, list_releases

    current = current_release(settings)
    rows = [
        (
            "*" if current and r.release_id == current.release_id else "",
            r.release_id,
            r.as_of,
            r.released_at,
            r.code_version,
            "synthetic" if r.is_synthetic else "",
        )
        for r in list_releases(settings)
    ]
    _table(["", "release", "as of", "released", "code", ""], rows, empty="Nothing is published yet.")


@releases.command()
@click.argument("release_id")
@click.pass_obj
def show(settings: Settings, release_id: str) -> None:
    """What RELEASE_ID (or the first letters of its name) told: its inputs, and the headline of each indicator."""
    from orchestration.releases import find, headlines

    release = find(settings, release_id)
    click.echo(f"{release.release_id}, as known at {release.as_of}, released {release.released_at}")
    click.echo(f"code {release.code_version}   inputs {release.inputs_hash}   dictionary {release.definitions or '-'}")
    click.echo(f"files {release.folder}\n")
    _not_for_the_board()
    _table(["indicator", "name", "period", "value", "status"], headlines(release), empty="It tells no headline.")


@releases.command()
@click.argument("earlier", required=False)
@click.argument("later", required=False)
@click.option("--headlines", "only_headlines", is_flag=True, help="Only totals, no breakdowns.")
@click.pass_obj
def diff(settings: Settings, earlier: str | None, later: str | None, only_headlines: bool) -> None:
    """Which figures two releases tell differently, and why where it is known.

    Without LATER: what has been built and not published, against EARLIER; without EARLIER, against the current release.
    """
    from orchestration.publish import current_release
    from orchestration.releases import ReleaseError, differences, find

    before = find(settings, earlier) if earlier else current_release(settings)
    if before is None:
        raise ReleaseError("Nothing is published yet, so there is nothing to compare with.")
    after = find(settings, later) if later else None
    if after and after.as_of < before.as_of:
        click.echo(f"{after.release_id} is about an earlier moment, so it is taken as the earlier one.", err=True)
        before, after = after, before
    rows = differences(settings, before, after, only_headlines=only_headlines)
    click.echo(f"{before.release_id} -> {after.release_id if after else 'what was built last'}\n")
    _not_for_the_board()
    _table(
        ["indicator", "period", "to", "breakdown", "value", "told", "now", "status now", "causes"],
        rows,
        empty="They tell the same.",
    )


@main.command()
@click.argument("code")
@click.option("--period-end", required=True, metavar="DATE", help="Last day of the period, yyyy-mm-dd.")
@click.option("--breakdown", help="The figures of this breakdown (such as age_band) instead of the headline.")
@click.option("--receipts", is_flag=True, help="Count the source rows behind the figures, by submission and table.")
@click.pass_obj
def explain(settings: Settings, code: str, period_end: str, breakdown: str | None, receipts: bool) -> None:
    """Where a figure comes from: CODE (such as R01) for the periods that end on --period-end.

    Its definition, the parameters of its rule and the model that holds it, each period's figure and status, and the
    source rows behind each. Cases that the returns cannot decide are counted apart, never assumed.
    """
    from orchestration.explain import TIME_BEHAVIOUR
    from orchestration.explain import explain as explain_figure
    from orchestration.explain import receipts as receipts_of

    try:
        day = date.fromisoformat(period_end)
    except ValueError as error:
        raise click.ClickException(
            f"--period-end: found {period_end!r}, expected a date such as 2017-03-31."
        ) from error
    explanation = explain_figure(settings, code, day, breakdown)
    _not_for_the_board()
    definition = explanation.definition
    click.echo(f"{definition.code}  {definition.name}  (definition {definition.version})")
    click.echo(f"  counts      {definition.counts}")
    if definition.divided_by:
        click.echo(f"  divided by  {definition.divided_by}")
    if definition.leaves_out:
        click.echo(f"  leaves out  {definition.leaves_out}")
    click.echo(f"  in time     {TIME_BEHAVIOUR[definition.time_behaviour]}")
    if definition.counted_code != definition.code:
        click.echo(f"  cases       those of {definition.counted_code} (definition {definition.counted_version})")
    click.echo(f"  rule        {explanation.rule or 'none yet: its returns are not counted by this version'}")
    click.echo("")
    _table(
        ["parameter", "of", "value", "from", "to", "source"],
        [(p.parameter, p.code, p.value, p.valid_from, p.valid_to, p.source) for p in explanation.parameters],
        empty="The rule has no parameters.",
    )
    click.echo("")
    is_broken_down = any(figure.breakdown != "total" for figure in explanation.figures)
    _table(
        [
            *("period", "from", "area", *(["breakdown", "of which"] if is_broken_down else [])),
            *("numerator", "denominator", "not assessable", "value", "unit", "status", "reason", "finality"),
            *("population", "data as at"),
        ],
        [
            (
                *(figure.period_type, figure.period_start, figure.area_code),
                *((figure.breakdown, figure.breakdown_value) if is_broken_down else ()),
                *(figure.numerator, figure.denominator, figure.not_assessable, figure.value, figure.unit),
                *(figure.status, figure.reason, figure.finality, figure.population_release, figure.data_as_at),
            )
            for figure in explanation.figures
        ],
        empty="",
    )
    if receipts:
        click.echo("")
        _table(
            ["period", "area", "submission", "table", "in numerator", "in denominator", "not assessable"],
            [
                (
                    *(receipt.period_type, receipt.area_code, receipt.submission_id, receipt.table_name),
                    *(receipt.in_numerator, receipt.in_denominator, receipt.not_assessable),
                )
                for receipt in receipts_of(settings, explanation, day)
            ],
            empty="No receipts: nothing was counted.",
        )


@main.command()
@click.option(
    "--parquet",
    "folders",
    multiple=True,
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Also what a built dashboard ships: every Parquet and JSON file under FOLDER.",
)
@click.option(
    "--every-value", is_flag=True, help="Fail also where a withheld count is only known to be none of 1 to 5."
)
@click.pass_obj
def attack(settings: Settings, folders: tuple[Path, ...], every_value: bool) -> None:
    """Try to work out withheld counts from what is published, as an outsider would.

    Exit code 1: a count of 1 to 5 people can be narrowed, or is shown. The cells are named, never their numbers. What
    official figures alone lead to has a line ELSEWHERE: it is out already.
    """
    from orchestration.attack.run import attack_published

    report = attack_published(settings, folders)
    click.echo("Looked at " + ", ".join(report.looked_at) + ".")
    for table in report.unread:
        click.echo(f"NO FIGURE {table}")
    for leak in report.leaks:
        click.echo(f"SHOWN     {leak.sentence()}")
    stops = [hole for hole in report.holes if not hole.is_known_elsewhere] if every_value else report.of_children
    for hole in stops:
        click.echo(f"HOLE      {hole.sentence()}")
    for hole in report.known_elsewhere:
        click.echo(f"ELSEWHERE {hole.sentence()}")
    for words in report.dropped:
        click.echo(f"LEFT OUT  {words}: it does not hold in the figures shown.")
    if report.restated:
        hold = counted(report.restated, "group of figures holds", "groups of figures hold")
        click.echo(f"{hold} older numbers that no longer fit; they were left out.")
    if report.contradictory:
        contradict = counted(
            report.contradictory, "group of figures contradicts itself", "groups of figures contradict themselves"
        )
        click.echo(f"NOT TRIED {contradict}.")
    click.echo(report.sentence())
    if report.leaks or stops or report.contradictory:
        sys.exit(1)


@main.command()
@click.option("--port", default=4173, show_default=True, type=click.IntRange(1024, 65535))
@click.pass_obj
def serve(settings: Settings, port: int) -> None:
    """Serve the dashboard to this machine only (loopback). Ends with Ctrl-C."""
    from orchestration.dashboard import serve as serve_dashboard

    gc.enable()  # this one stays
    serve_dashboard(settings, port)


@main.command()
@click.option("--period-end", metavar="DATE", help="Periods that had ended by DATE, yyyy-mm-dd; else the latest due.")
@click.option(
    "--output",
    metavar="FILE.pdf",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write it (default: packs/ under SAFEGUARDING_HOME).",
)
@click.pass_obj
def pack(settings: Settings, period_end: str | None, output: Path | None) -> None:
    """Print the Board's pack as a PDF: what was agreed, priorities, and every indicator with its definition.

    It is the page pack/ of the dashboard, printed by Chromium, which has to be installed. The file is for its owner
    alone; it holds no more than the dashboard shows.
    """
    from orchestration.pack import write_pack

    try:
        day = date.fromisoformat(period_end) if period_end else None
    except ValueError as error:
        raise click.ClickException(
            f"--period-end: found {period_end!r}, expected a date such as 2017-03-31."
        ) from error
    click.echo(f"The pack is at {write_pack(settings, day, output, click.echo)}")


@main.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """Look at what a run needs and say what is missing."""
    from orchestration.doctor import examine

    findings = examine(settings)
    for finding in findings:
        level = "PROBLEM" if not finding.ok else "WARNING" if finding.is_warning else "ok"
        click.echo(f"{level:7}  {finding.what}: {finding.found}")
    if not all(finding.ok for finding in findings):
        sys.exit(1)


def _attach() -> None:
    from orchestration.synthetic.cli import sample_command

    main.add_command(sample_command, "sample")


_attach()


def command() -> None:
    """`safeguarding` as a process of its own. What it has used ends with it: Python need not search for what is unused.

    The search walks all that Dagster and dbt hold, over and over (docs/decisions/0011).
    """
    gc.disable()
    atexit.register(gc.freeze)
    main()


if __name__ == "__main__":
    command()
