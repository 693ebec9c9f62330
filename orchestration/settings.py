"""Where things lie and what time it is: the only module that reads the environment.

Belongs here: paths under SAFEGUARDING_HOME, the clock, the home authority. Does not belong here: policy (seeds) and
the layout of returns (sources).
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent
EAST_RIDING = "E06000011"

# Every tool below calls home by default. This is child-level data: nothing may leave the machine.
NO_TELEMETRY = {
    "SODA_CORE_TELEMETRY_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "SEND_ANONYMOUS_USAGE_STATS": "no",
    "NEXT_TELEMETRY_DISABLED": "1",
}


class SettingsError(ValueError):
    """An environment variable that cannot be used; the message says which, what was found and what was expected."""


@dataclass(frozen=True)
class Settings:
    """Paths (absolute) and the clock. `now_override` is naive UTC; None means the system clock."""

    home: Path
    area_code: str = EAST_RIDING
    now_override: datetime | None = None
    project_root: Path = field(default=PROJECT_ROOT)

    @classmethod
    def from_env(cls) -> Settings:
        """Read SAFEGUARDING_HOME (default data/ in the project), SAFEGUARDING_AREA and SAFEGUARDING_NOW.

        Raises SettingsError when SAFEGUARDING_NOW is not an ISO date or time, or SAFEGUARDING_AREA no local authority.
        """
        home = Path(os.environ.get("SAFEGUARDING_HOME") or PROJECT_ROOT / "data").expanduser().resolve()
        now = os.environ.get("SAFEGUARDING_NOW")
        return cls(
            home=home,
            area_code=_authority(os.environ.get("SAFEGUARDING_AREA") or EAST_RIDING),
            now_override=parse_moment(now, "SAFEGUARDING_NOW") if now else None,
        )

    def now(self) -> datetime:
        """The one clock (naive UTC, whole seconds): SAFEGUARDING_NOW where set, else the system's."""
        return self.now_override or system_now()

    def prepare_home(self) -> None:
        """Make the home folder, for its owner alone; a folder that is there is made private too."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.home.chmod(0o700)

    @property
    def landing(self) -> Path:
        return self.home / "landing"

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    @property
    def register(self) -> Path:
        return self.home / "register.jsonl"

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse.duckdb"

    @property
    def person_key_file(self) -> Path:
        return self.home / "person.key"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def dashboard(self) -> Path:
        return self.home / "dashboard"

    @property
    def run_lock(self) -> Path:
        return self.home / "run.lock"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def dbt_work(self) -> Path:
        return self.home / "dbt"

    @property
    def sources_dir(self) -> Path:
        return self.project_root / "sources"

    @property
    def seeds_dir(self) -> Path:
        return self.project_root / "seeds"

    @property
    def dbt_project_dir(self) -> Path:
        return self.project_root / "dbt_project"


def _authority(code: str) -> str:
    """`code` where seeds/areas.csv knows it as a local authority's. Raises SettingsError where it does not."""
    if code != EAST_RIDING:
        with (PROJECT_ROOT / "seeds" / "areas.csv").open(encoding="utf-8", newline="") as file:
            known = {row["area_code"] for row in csv.DictReader(file) if row["area_type"] == "local_authority"}
        if code not in known:
            raise SettingsError(
                f"SAFEGUARDING_AREA: found {code!r}, expected a local authority's code of seeds/areas.csv, such as "
                f"{EAST_RIDING} for the East Riding of Yorkshire."
            )
    return code


def system_now() -> datetime:
    """The system clock, naive UTC, whole seconds."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def parse_moment(text: str, what: str) -> datetime:
    """An ISO date (its last second, so that the whole day counts) or ISO time as naive UTC.

    Raises SettingsError naming `what` when the text is neither.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise SettingsError(
            f"{what}: found {text!r}, expected an ISO date or time such as 2017-06-30 or 2017-06-30T09:00:00."
        ) from error
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    if len(text.strip()) == len("2017-06-30"):
        moment = moment.replace(hour=23, minute=59, second=59)
    return moment.replace(microsecond=0)
