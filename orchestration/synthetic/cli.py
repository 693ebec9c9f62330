"""`safeguarding sample`: write the demonstration replay. Thin: options, a progress line, the summary."""

from __future__ import annotations

import time
from pathlib import Path

import click

from orchestration.settings import Settings, SettingsError
from orchestration.synthetic.sample import (
    ALL_FAULTS,
    DEFAULT_SEED,
    FAULTS,
    FIRST_YEAR,
    LAST_YEAR,
    SampleError,
    SampleSummary,
    holds_something,
    write_sample,
)

_FAULTS = "\b\nFaults:\n" + "\n".join(f"  {name:<20}{words}" for name, words in FAULTS.items())


@click.command("sample", epilog=_FAULTS)
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Same seed, same bytes.")
@click.option("--area", help="Area code of the authority that sends the returns.  [default: the home authority]")
@click.option("--first-year", type=int, default=FIRST_YEAR, show_default=True, help="First year, by its 31 March.")
@click.option("--last-year", type=int, default=LAST_YEAR, show_default=True, help="Last year, by its 31 March.")
@click.option("--monthly-from", type=int, help="First year with monthly returns.  [default: the last but one]")
@click.option("--scale", type=float, default=1.0, show_default=True, help="Size; 1 is an authority of 62,000 children.")
@click.option(
    "--authorities",
    type=int,
    default=1,
    show_default=True,
    help="How many send returns: the area and invented ones beside it, up to 153.",
)
@click.option("--faults", default="usual", show_default=True, help="none, usual (all), or names with commas between.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write into; it must be empty.  [default: landing/ in SAFEGUARDING_HOME]",
)
@click.option(
    "--meeting",
    "with_meeting",
    is_flag=True,
    help="The first run makes an earlier release too, and the MEE group decides on it (invented); one more job.",
)
@click.option("--if-empty", is_flag=True, help="Where the folder holds something already, do nothing and be content.")
def sample_command(
    seed: int,
    area: str | None,
    first_year: int,
    last_year: int,
    monthly_from: int | None,
    scale: float,
    authorities: int,
    faults: str,
    into: Path | None,
    with_meeting: bool,
    if_empty: bool,
) -> None:
    """Write a replay of invented returns, to try everything out without a single real child.

    SSDA903, children in need census and contacts in their real layouts, as an authority would have sent them over
    some years: monthly and signed-off returns, late records, corrections, a withdrawn plan, a forgotten month, a few
    faulty rows. Beside them what police, health, schools and the other agencies send, about the same children and
    others: each feed whose contract is in sources/. Every child is invented (identifiers begin with SYN) and every
    submission says so. At scale 1 their figures are those that were published for East Riding of Yorkshire
    (docs/reconciliation.md).

    `safeguarding run` takes them in by the dates on which they came.
    """
    started = time.perf_counter()
    try:
        settings = Settings.from_env()
        landing = into or settings.landing
        if if_empty and holds_something(landing):
            click.echo(f"{landing} holds something already; no sample was written.")
            return
        if into is None:
            settings.prepare_home()
        summary = write_sample(
            landing,
            seed=seed,
            area_code=area or settings.area_code,
            first_year=first_year,
            last_year=last_year,
            monthly_from=monthly_from,
            scale=scale,
            authority_count=authorities,
            faults=faults_named(faults),
            with_meeting=with_meeting,
            progress=_progress,
        )
    except (SampleError, SettingsError) as error:
        raise click.ClickException(str(error)) from error
    _clear()
    click.echo(describe(summary, landing))
    click.echo(f"Took {time.perf_counter() - started:.1f} s.")


def faults_named(text: str) -> frozenset[str]:
    """The faults that an option's text names."""
    if text in ("usual", "none"):
        return ALL_FAULTS if text == "usual" else frozenset()
    return frozenset(name.strip() for name in text.split(",") if name.strip())


def describe(summary: SampleSummary, landing: Path) -> str:
    """The summary in words, several lines."""
    reality = summary.reality
    return "\n".join(
        [
            f"{summary.drops} submissions ({summary.files} files, {summary.size / 1e6:.1f} MB, {summary.rows:,} rows "
            f"about {summary.children:,} invented children) are in {landing}.",
            f"Known late: {reality.late_plans} child protection plans, {reality.late_plan_ends} ends of plans, "
            f"{reality.late_episodes} episodes of care. Amended: {reality.amended_plan_ends} ends of plans, "
            f"{reality.changed_categories} categories of abuse, {reality.amended_care_ends} ends of care. "
            f"Withdrawn: {len(reality.withdrawn)} children entered in error.",
            f"The replay's clock stands at {summary.as_of:%d %B %Y}.",
        ]
    )


def _progress(message: str) -> None:
    """One line that is written over, where somebody watches."""
    if click.get_text_stream("stderr").isatty():
        click.echo(f"\r\033[K{message}", nl=False, err=True)


def _clear() -> None:
    if click.get_text_stream("stderr").isatty():
        click.echo("\r\033[K", nl=False, err=True)
