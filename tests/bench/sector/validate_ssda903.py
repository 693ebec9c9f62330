"""The sector's SSDA903 validator on the CSV files of one folder. Run by its own Python; prints one line of JSON.

Standard library and the tool alone: the project is not installed where this runs.
"""

import importlib
import json
import logging
import sys
import time
from pathlib import Path

RULESET = "lac2025_26"
YEAR = "2018"
AREA = "E06000011"


def main(folder: Path) -> None:
    """Read every CSV file and run every rule, as the tool's own command does; the report by row is made too."""
    started = time.perf_counter()
    from lac_validator.lac_validator import LacValidator, create_issue_df
    from lac_validator.report import Report

    logging.disable(logging.CRITICAL)
    registry = importlib.import_module("lac_validator.rules." + RULESET).registry
    imported = time.perf_counter()
    paths = sorted(folder.glob("*.csv"))
    files = [{"name": p.name, "description": "This year", "file_content": p.read_bytes()} for p in paths]
    validator = LacValidator(metadata={"collectionYear": YEAR, "localAuthority": AREA}, files=files, registry=registry)
    report = Report(validator.ds_results, registry)
    issues = create_issue_df(report.report, report.error_report)
    done = time.perf_counter()
    facts = {
        "rows": sum(len(frame) for frame in validator.dfs.values()),
        "rules_run": len(validator.dones),
        "rules_skipped": len(validator.skips),
        "rules_failed": len(validator.fails),
        "issues": len(issues),
        "import_seconds": imported - started,
    }
    print(json.dumps({"seconds": done - imported, "facts": facts}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
