"""The London pipeline's cleaning of one SSDA903 folder or one CIN census file. Run by its own Python; one line of JSON.

Standard library and the tool alone: the project is not installed where this runs.
"""

import json
import logging
import shutil
import sys
import tempfile
import time
from pathlib import Path

LA_CODE = "BAR"
SSDA903_YEAR = "2018"
CIN_YEAR = "2022"


def main(kind: str, source: Path) -> None:
    """Clean each file as the tool's own command does; it wants the year in the file's name."""
    started = time.perf_counter()
    from liiatools.datasets.cin_census.cin_cli import cleanfile as clean_cin
    from liiatools.datasets.s903.s903_cli import cleanfile as clean_903

    logging.disable(logging.CRITICAL)
    imported = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cleaned, logs = folder / "cleaned", folder / "logs"
        cleaned.mkdir()
        logs.mkdir()
        is_cin = kind == "cin"
        year = CIN_YEAR if is_cin else SSDA903_YEAR
        inputs = []
        for path in [source] if is_cin else sorted(source.glob("*.csv")):
            inputs.append(folder / f"{path.stem}_{year}{path.suffix}")
            shutil.copy(path, inputs[-1])
        before = time.perf_counter()
        for path in inputs:
            command = clean_cin if is_cin else clean_903
            command.callback(input=str(path), la_code=LA_CODE, la_log_dir=str(logs), output=str(cleaned))
        done = time.perf_counter()
        written = sorted(cleaned.rglob("*.csv"))
        rows = sum(len(path.read_text(encoding="utf-8", errors="replace").splitlines()) - 1 for path in written)
    facts = {"rows": rows, "files": len(written), "import_seconds": imported - started}
    print(json.dumps({"seconds": done - before, "facts": facts}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
