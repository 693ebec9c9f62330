"""The errors that are a user's to mend: shown as one sentence, never as a stack trace."""

from orchestration.dashboard import DashboardError
from orchestration.dbt_call import DbtProjectError
from orchestration.disclosure import DisclosureError
from orchestration.explain import ExplainError
from orchestration.ingest.archive import ArchiveError
from orchestration.ingest.contracts import ContractError
from orchestration.ingest.envelope import AreasError
from orchestration.ingest.load import LoadError
from orchestration.ingest.person_key import PersonKeyError
from orchestration.ingest.register import RegisterError
from orchestration.ingest.submissions import SubmissionError
from orchestration.lock import LockHeld
from orchestration.publish import PublishError
from orchestration.settings import SettingsError
from orchestration.synthetic.sample import SampleError
from orchestration.warehouse import WarehouseError

FORESEEN = (
    ArchiveError,
    AreasError,
    ContractError,
    DashboardError,
    DbtProjectError,
    DisclosureError,
    ExplainError,
    LoadError,
    LockHeld,
    PersonKeyError,
    PublishError,
    RegisterError,
    SampleError,
    SettingsError,
    SubmissionError,
    WarehouseError,
)
