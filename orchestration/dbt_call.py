"""How dbt is called for one home: its environment, and the manifest parsed beforehand.

Belongs here: what is needed without Dagster (the manifest, the tests). The asset sets are in assets/dbt.py.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from orchestration.settings import NO_TELEMETRY, Settings

DBT = str(Path(sys.executable).parent / "dbt")


class DbtProjectError(RuntimeError):
    """The dbt project does not parse; the message holds dbt's own words."""


def dbt_environment(home: Path) -> dict[str, str]:
    """What every dbt process of this project is started with."""
    return {
        **NO_TELEMETRY,
        "SAFEGUARDING_HOME": str(home),
        "DBT_TARGET_PATH": str(home / "dbt" / "target"),
        "DBT_LOG_PATH": str(home / "dbt" / "logs"),
    }


def prepare_manifest(settings: Settings) -> Path:
    """The dbt manifest for this home, parsed anew only where the dbt project or a seed has changed.

    Raises DbtProjectError with dbt's own words when the project does not parse.
    """
    manifest = settings.dbt_work / "target" / "manifest.json"
    stamp = settings.dbt_work / "manifest.stamp"
    digest = hashlib.sha256()
    for folder in (settings.dbt_project_dir, settings.seeds_dir):
        for path in sorted(p for s in ("*.sql", "*.yml", "*.csv") for p in folder.rglob(s)):
            digest.update(str(path).encode() + b"\0" + path.read_bytes())
    if manifest.exists() and stamp.exists() and stamp.read_text() == digest.hexdigest():
        return manifest
    settings.dbt_work.mkdir(parents=True, exist_ok=True, mode=0o700)
    done = subprocess.run(  # noqa: S603 - our own program, fixed arguments
        [DBT, "--quiet", "parse", "--profiles-dir", str(settings.dbt_project_dir)],
        cwd=settings.dbt_project_dir,
        env={**os.environ, **dbt_environment(settings.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DbtProjectError(f"dbt could not parse {settings.dbt_project_dir}: {done.stdout}{done.stderr}")
    stamp.write_text(digest.hexdigest())
    return manifest
