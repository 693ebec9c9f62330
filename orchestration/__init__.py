"""The warehouse's Python: what runs, in the order in which data flows.

ingest/ (returns in) -> checks/ (may it go on?) -> disclosure/ -> publish.py -> dashboard.py; assets/ wraps each as a
Dagster asset and build.py assembles them. No module imports from a later stage. How figures are shaped is dbt's
(dbt_project/), what we know is in seeds/, what agencies send is in sources/.
"""

__version__ = "0.2.0"
