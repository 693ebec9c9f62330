"""`make bench`: measure, then write docs/benchmarks.md and its picture. Exit code 0 only when all could be measured."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench.cases import Bench
from tests.bench.measure import ROOT
from tests.bench.report import ANSWER, PICTURE, growth_chart, render


def main() -> int:
    """Measure everything in a private folder that is removed at the end."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="also the job at scale 10, and the sector's tools on x10")
    parser.add_argument("--into", type=Path, default=ROOT / "docs", help="folder of the report (default: docs/)")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="runs of each whole job (default: 1)")
    options = parser.parse_args()
    os.environ.update(
        SODA_CORE_TELEMETRY_ENABLED="false",
        DO_NOT_TRACK="1",
        DBT_SEND_ANONYMOUS_USAGE_STATS="false",
        DAGSTER_DISABLE_TELEMETRY="1",
    )
    folder = Path(tempfile.mkdtemp(prefix="safeguarding-bench-"))
    try:
        report = Bench(folder, is_full=options.full, jobs=max(1, options.jobs)).all()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    options.into.mkdir(parents=True, exist_ok=True)
    (options.into / "benchmarks.md").write_text(render(report), encoding="utf-8")
    (options.into / PICTURE).write_text(growth_chart(report.jobs), encoding="utf-8")
    print()
    for target in report.targets:
        measured = "-" if target.measured is None else f"{target.measured:.2f}"
        print(f"{ANSWER[target.is_met].strip('*'):13} {measured:>9} of {target.bound:g} {target.unit:6} {target.what}")
    print(f"\n{options.into / 'benchmarks.md'}: written in {report.minutes:.1f} minutes.")
    for sentence in report.not_measured:
        print(f"NOT MEASURED  {sentence}", file=sys.stderr)
    return 1 if report.not_measured else 0


if __name__ == "__main__":
    raise SystemExit(main())
