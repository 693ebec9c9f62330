"""The code location that `dagster dev` and the scheduler load."""

import os

from orchestration.build import build_defs
from orchestration.settings import NO_TELEMETRY

os.environ.update(NO_TELEMETRY)

defs = build_defs()
