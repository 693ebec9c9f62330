"""Files to measure on: returns that others made, and the same returns with their children repeated.

Belongs here: finding samples, making bigger ones. A repeated child has everything of its original but its identifier,
so that rows, codes and faults grow in proportion.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from tests.bench.measure import ROOT, NotMeasuredError

CHILD_ID = b"<LAchildID>"


def samples() -> Path:
    """The folder with the sample returns. Raises NotMeasuredError where it is missing."""
    folder = Path(os.environ.get("SAFEGUARDING_SHARED") or ROOT.parent / "shared") / "data" / "extracts"
    if not folder.is_dir():
        raise NotMeasuredError("the sample returns are not there; set SAFEGUARDING_SHARED to the folder that has them.")
    return folder


def repeat_ssda903(source: Path, target: Path, times: int) -> Path:
    """A return whose tables hold every row `times` times, each time of other children. CHILD is the first column."""
    target.mkdir(parents=True)
    for path in sorted(source.glob("*.csv")):
        head, *rows = path.read_bytes().splitlines()
        if not head.removeprefix(b"\xef\xbb\xbf").startswith(b"CHILD,"):
            raise NotMeasuredError(f"{path.name}: found no CHILD as its first column, which its children are told by.")
        with (target / path.name).open("wb") as out:
            out.write(head + b"\n")
            for number in range(times):
                mark = b"%dR" % number if number else b""
                out.writelines(mark + row + b"\n" for row in rows if row)
    return target


def repeat_census(source: bytes, target: Path, times: int) -> Path:
    """A census whose children are there `times` times, each time with identifiers of their own."""
    head, opening, rest = source.partition(b"<Children>")
    children, closing, tail = rest.rpartition(b"</Children>")
    if not opening or not closing or CHILD_ID not in children:
        raise NotMeasuredError("the census has no <Children> with an <LAchildID>, so none can be repeated.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        out.write(head + opening)
        for number in range(times):
            out.write(children.replace(CHILD_ID, CHILD_ID + (b"%dR" % number if number else b"")))
        out.write(closing + tail)
    return target


def whole_census_of_the_demonstration(landing: Path) -> bytes:
    """The largest census document that the demonstration sends: all modules, where the sample has only referrals."""
    best = b""
    for path in sorted((landing / "childrens_social_care" / "cin_census").rglob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".xml") and archive.getinfo(name).file_size > len(best):
                    best = archive.read(name)
    if not best:
        raise NotMeasuredError("the demonstration holds no census document in a zip.")
    return best
