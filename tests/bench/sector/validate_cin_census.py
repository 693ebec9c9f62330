"""The sector's CIN census validator on one XML file. Run by its own Python; prints one line of JSON.

Standard library and the tool alone: the project is not installed where this runs.
"""

import importlib
import json
import sys
import time
import warnings
import xml.etree.ElementTree as ET
from pathlib import Path

RULESET = "cin2024_25"


def main(path: Path) -> None:
    """Read the file into tables and run every rule, as the tool's own command does; its report by issue is made too."""
    started = time.perf_counter()
    warnings.simplefilter("ignore")
    from cin_validator import cin_validator

    registry = importlib.import_module("cin_validator.rules." + RULESET).registry
    imported = time.perf_counter()
    tables = cin_validator.process_data(cin_validator.convert_data(ET.parse(path).getroot()))
    read = time.perf_counter()
    rows = sum(len(table) for table in tables.values())
    validator = cin_validator.CinValidator(tables, registry)
    done = time.perf_counter()
    facts = {
        "rows": rows,
        "rules_run": len(registry),
        "issues": len(validator.full_issue_df),
        "import_seconds": imported - started,
        "read_seconds": read - imported,
    }
    print(json.dumps({"seconds": done - imported, "facts": facts}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
