"""`safeguarding doctor`: what a run needs, looked at one by one."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from orchestration.settings import Settings
from orchestration.words import counted


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, what it is, what was found."""

    ok: bool
    what: str
    found: str
    is_warning: bool = False
    """Well for now, but somebody has to see to it."""


def examine(settings: Settings) -> list[Finding]:
    """Look at interpreter, Node, browser, disk, home, privacy and contracts. Makes the home folder, no more."""
    findings = [
        Finding(
            (3, 11) <= sys.version_info[:2] <= (3, 13),
            "Python",
            f"{sys.version_info.major}.{sys.version_info.minor} (3.11 to 3.13 are supported)",
        )
    ]
    node = Path(sys.executable).parent / "node"
    findings.append(Finding(node.exists(), "Node", str(node) if node.exists() else "missing: run make setup again"))
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    findings.append(Finding(True, "Chromium", chromium or "not found (the pack and the browser tests need it)"))
    settings.prepare_home()
    free = shutil.disk_usage(settings.home).free / 1e9
    findings.append(Finding(free > 2, "Free disk", f"{free:.1f} GB at {settings.home} (2 GB are wanted)"))
    findings.append(Finding(os.access(settings.home, os.W_OK), "Home", f"{settings.home} can be written"))
    for path in (settings.warehouse, settings.register, settings.person_key_file):
        if path.exists():
            mode = stat.S_IMODE(path.stat().st_mode)
            findings.append(Finding(mode & 0o077 == 0, path.name, f"mode {mode:o} (600 is expected: private)"))
    findings += _contracts(settings)
    return findings


def _contracts(settings: Settings) -> list[Finding]:
    from orchestration.ingest.agreements import standing
    from orchestration.ingest.contracts import ContractError, load_contract

    findings = []
    for path in sorted(settings.sources_dir.glob("*/*/contract.yml")):
        name = f"Contract {path.parent.parent.name}/{path.parent.name}"
        try:
            contract = load_contract(path)
        except ContractError as error:
            findings.append(Finding(False, name, str(error)))
        else:
            level, told = standing(contract, settings.now().date())
            findings.append(
                Finding(
                    level != "expired",
                    name,
                    f"version {contract.version}, {counted(len(contract.tables), 'table')}, {told}",
                    is_warning=level == "review_due",
                )
            )
    return findings
