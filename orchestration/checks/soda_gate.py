"""Our gate around Soda: the contracts of soda/, run against the warehouse, as results that can be believed.

Soda 4.28 reports that all is well when nothing was looked at: a misspelt key is dropped, a missing table or a locked
file leaves every check unevaluated, and its own errors are only seen while Python's logging lets them through. So
nothing here rests on Soda's verdict. The YAML is read by a schema of our own, the file is opened by us, and the checks
that Soda evaluated must be those that we read.

Belongs here: reading a contract strictly, running it, and naming what went wrong. Does not belong here: what blocks
(gate.py), writing results (results.py), contracts themselves (soda/).
"""

from __future__ import annotations

import logging
import os
import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StrictStr, ValidationError, model_validator

from orchestration.checks.remembered import Verdicts, fingerprint
from orchestration.checks.results import CheckResult, Outcome, Severity
from orchestration.settings import NO_TELEMETRY
from orchestration.warehouse import connect

SOURCE = "warehouse"
"""First part of a contract's dataset. The second is the schema, the third the table; a fourth part (the database)
would leave Soda's schema check unevaluated."""

EVALUATED = "the contract is evaluated"
"""Name of the result that stands for a contract as a whole when it could not be believed."""

_SAFE_ERRORS = re.compile(r"(?:Catalog|Binder|Parser) Error: [^\n]*")
"""DuckDB's messages that name tables and columns. Others may quote the value of a cell and are not passed on."""

Number = StrictInt | StrictFloat


class SodaContractError(ValueError):
    """A contract file that cannot be used: the message names the file, the key, what was found and expected."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Attributes(_Strict):
    severity: Severity = "error"


class _Threshold(_Strict):
    """Exactly one comparison. `level` is missing on purpose: severity has one home, attributes.severity."""

    metric: Literal["count", "percent"] | None = None
    must_be: Number | None = None
    must_not_be: Number | None = None
    must_be_greater_than: Number | None = None
    must_be_greater_than_or_equal: Number | None = None
    must_be_less_than: Number | None = None
    must_be_less_than_or_equal: Number | None = None

    @model_validator(mode="after")
    def _one_comparison(self) -> Self:
        found = [name for name in self.model_fields_set if name != "metric"]
        if len(found) != 1:
            raise ValueError(f"found {len(found)} comparisons, expected exactly one must_be… key")
        return self


class _Format(_Strict):
    regex: StrictStr
    name: StrictStr


class _Check(_Strict):
    name: StrictStr | None = None
    qualifier: StrictStr | None = None
    attributes: _Attributes = _Attributes()


class _Schema(_Check):
    allow_extra_columns: bool = False
    allow_other_column_order: bool = False


class _RowCount(_Check):
    threshold: _Threshold
    filter: StrictStr | None = None


class _Missing(_Check):
    threshold: _Threshold | None = None
    filter: StrictStr | None = None


class _Duplicate(_Check):
    threshold: _Threshold | None = None
    filter: StrictStr | None = None


class _DuplicateRows(_Duplicate):
    columns: Annotated[tuple[StrictStr, ...], Field(min_length=1)]


class _Invalid(_Check):
    threshold: _Threshold | None = None
    filter: StrictStr | None = None
    valid_values: Annotated[tuple[StrictStr | StrictInt, ...], Field(min_length=1)] | None = None
    invalid_values: Annotated[tuple[StrictStr | StrictInt, ...], Field(min_length=1)] | None = None
    valid_format: _Format | None = None
    valid_min: Number | None = None
    valid_max: Number | None = None
    valid_min_length: StrictInt | None = None
    valid_max_length: StrictInt | None = None

    @model_validator(mode="after")
    def _says_what_is_valid(self) -> Self:
        if not any(name.startswith(("valid_", "invalid_")) for name in self.model_fields_set):
            raise ValueError("found no valid_… or invalid_… key, expected at least one")
        return self


class _FailedRows(_Check):
    threshold: _Threshold | None = None
    expression: StrictStr | None = None
    query: StrictStr | None = None
    filter: StrictStr | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.expression is None) == (self.query is None):
            raise ValueError("found both or neither of expression and query, expected exactly one")
        return self


class _DatasetCheck(_Strict):
    """One key, the type of the check. Freshness is not among them: Soda would read the system's clock, not ours."""

    schema_: _Schema | None = Field(default=None, alias="schema")
    row_count: _RowCount | None = None
    duplicate: _DuplicateRows | None = None
    failed_rows: _FailedRows | None = None


class _ColumnCheck(_Strict):
    missing: _Missing | None = None
    invalid: _Invalid | None = None
    duplicate: _Duplicate | None = None


class _Column(_Strict):
    name: StrictStr
    data_type: Literal["varchar", "date", "timestamp", "integer", "bigint", "decimal", "boolean", "double"]
    numeric_precision: StrictInt | None = None
    numeric_scale: StrictInt | None = None
    checks: Annotated[tuple[_ColumnCheck, ...], Field(min_length=1)] | None = None


class _Contract(_Strict):
    dataset: StrictStr
    checks: Annotated[tuple[_DatasetCheck, ...], Field(min_length=1)]
    columns: Annotated[tuple[_Column, ...], Field(min_length=1)]


@dataclass(frozen=True)
class ExpectedCheck:
    """A check as we read it. `path` is how Soda names it, such as `columns.status.checks.invalid`."""

    path: str
    name: str
    severity: Severity


@dataclass(frozen=True)
class SodaContract:
    """A contract that passed our schema. `layer` and `table` are schema and table in the warehouse."""

    file: Path
    layer: str
    table: str
    text: str
    checks: tuple[ExpectedCheck, ...]
    reads_its_table_alone: bool


def read_contract(file: Path) -> SodaContract:
    """Read `<layer>/<model>.yml` with our own schema.

    Raises SodaContractError for a file that cannot be read, an unknown or repeated key, a dataset that is not
    `warehouse/<layer>/<table of that model>`, a contract without a schema check, and two checks that Soda could not
    tell apart.
    """
    where = f"{file.parent.name}/{file.name}"
    try:
        text = file.read_text(encoding="utf-8")
        data = yaml.load(text, Loader=_NoRepeatedKeys)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError) as error:
        raise SodaContractError(f"{where}: the contract cannot be read ({type(error).__name__}).") from error
    except yaml.YAMLError as error:
        raise SodaContractError(f"{where}: not readable as YAML: {_one_line(error)}.") from error
    if "${" in text:
        raise SodaContractError(f"{where}: found '${{', expected none: Soda would put a variable's text in its place.")
    try:
        contract = _Contract.model_validate(_with_empty_bodies(data))
    except ValidationError as error:
        raise SodaContractError(f"{where}: {_pydantic_words(error)}") from error

    layer = file.parent.name
    # Named after the dbt model, which for a board table is board_<table>: two models cannot have one name.
    tables = dict.fromkeys((file.stem, file.stem.removeprefix(f"{layer}_")))
    table = next((name for name in tables if contract.dataset == f"{SOURCE}/{layer}/{name}"), None)
    if table is None:
        expected = " or ".join(f"{SOURCE}/{layer}/{name}" for name in tables)
        raise SodaContractError(f"{where}: dataset: found {contract.dataset!r}, expected {expected}.")
    checks = tuple(_expected_checks(contract, where))
    twice = [path for path, count in Counter(check.path for check in checks).items() if count > 1]
    if twice:
        raise SodaContractError(f"{where}: found {', '.join(twice)} twice, expected a qualifier on each.")
    if sum(check.path == "checks.schema" for check in checks) != 1:
        raise SodaContractError(f"{where}: found no schema check, expected one: a renamed column would go unseen.")
    is_alone = all(check.failed_rows is None or check.failed_rows.query is None for check in contract.checks)
    return SodaContract(file=file, layer=layer, table=table, text=text, checks=checks, reads_its_table_alone=is_alone)


def run_contracts(
    warehouse: Path, contract_files: Sequence[Path], verdicts: Verdicts | None = None
) -> list[CheckResult]:
    """Run Soda contracts against the warehouse file; one result per check, in the order of files and checks.

    `verdicts` are those that passed before (see remembered.py): a contract that would say the same again is not run,
    and what passes now is added.

    Raises nothing for what is wrong with contract, file or data: a contract that cannot be used, a file that is
    missing or open for writing, a table that is not there and a check that Soda did not evaluate are each a result of
    outcome not_evaluated and severity error. Needs that this process holds no writing connection to the file.
    """
    results: list[CheckResult] = []
    contracts: list[SodaContract] = []
    for file in contract_files:
        try:
            contracts.append(read_contract(file))
        except SodaContractError as error:
            results.append(_not_evaluated(file.parent.name, file.stem, str(error)))
    if not contract_files:
        return [_not_evaluated("marts", "none", "No Soda contract was given to check.")]
    if not contracts:
        return results
    try:
        with connect(warehouse, read_only=True) as con:
            there = set(
                con.execute(
                    "select schema_name, table_name from duckdb_tables()"
                    " union all select schema_name, view_name from duckdb_views()"
                ).fetchall()
            )
            for contract in contracts:
                results.extend(_run(con, contract, there, verdicts))
    except duckdb.Error as error:
        reason = _why_not_open(warehouse, error)
        done = {(r.layer, r.dataset) for r in results}
        results += [_not_evaluated(c.layer, c.table, reason) for c in contracts if (c.layer, c.table) not in done]
    return results


def _run(
    con: duckdb.DuckDBPyConnection,
    contract: SodaContract,
    there: Set[tuple[str, str]],
    verdicts: Verdicts | None = None,
) -> list[CheckResult]:
    if (contract.layer, contract.table) not in there:
        reason = f"{contract.layer}.{contract.table}: found no such table in the warehouse; was the layer built?"
        return [_not_evaluated(contract.layer, contract.table, reason)]
    key = ""
    if verdicts is not None and contract.reads_its_table_alone:
        key = fingerprint(con, contract.text, contract.layer, contract.table)
        if before := verdicts.of(key):
            return list(before)
    try:
        verdict = _verify(con, contract)
    except Exception as error:  # a third-party engine: whatever it raises, nothing was proven
        reason = f"Soda stopped on {contract.file.name} ({type(error).__name__})."
        return [_not_evaluated(contract.layer, contract.table, reason)]
    results = _believe(contract, verdict)
    if key and verdicts is not None:
        verdicts.keep(key, results)
    return results


def _verify(con: duckdb.DuckDBPyConnection, contract: SodaContract) -> Any:
    """Soda's ContractVerificationResult for one contract over an open read-only connection."""
    os.environ.update(NO_TELEMETRY)
    # Imported here: it costs a second and more, and reads the environment when it is imported.
    from soda_core.common.yaml import ContractYamlSource
    from soda_core.contracts.contract_verification import ContractVerificationSession
    from soda_duckdb import DuckDBDataSource  # type: ignore[import-untyped]

    with _errors_heard():
        session = ContractVerificationSession.execute(
            contract_yaml_sources=[ContractYamlSource.from_str(contract.text)],
            data_source_impls=[DuckDBDataSource.from_existing_cursor(con, SOURCE)],
        )
    (result,) = session.contract_verification_results
    return result


@contextmanager
def _errors_heard() -> Iterator[None]:
    """Let Soda's log records reach it while it runs.

    Soda learns of its own errors from Python's logging; a dictConfig elsewhere in the process (its default disables
    loggers that exist) or logging.disable() would turn a failed query into a contract that passed.
    """
    soda, root = logging.getLogger("soda"), logging.getLogger()
    before = (soda.disabled, soda.propagate, soda.level, root.disabled, logging.root.manager.disable)
    soda.disabled, soda.propagate, root.disabled = False, True, False
    soda.setLevel(logging.INFO)
    logging.disable(logging.NOTSET)
    try:
        yield
    finally:
        soda.disabled, soda.propagate, level, root.disabled, off = before
        soda.setLevel(level)
        logging.disable(off)


def _believe(contract: SodaContract, verdict: Any) -> list[CheckResult]:
    """Soda's results as ours, and one more that blocks where collection status or the list of checks is not right."""
    results: list[CheckResult] = []
    evaluated = {result.check.relative_path: result for result in verdict.check_results}
    for check in contract.checks:
        result = evaluated.pop(check.path, None)
        outcome = _outcome(result, check.severity)
        results.append(
            CheckResult(
                engine="soda",
                layer=contract.layer,
                dataset=contract.table,
                check_name=check.name,
                severity="error" if outcome == "not_evaluated" else check.severity,
                outcome=outcome,
                measured=_measured(result) if outcome != "not_evaluated" else "Soda did not evaluate this check.",
                threshold=_threshold(result),
            )
        )
    doubts = []
    if evaluated or len(verdict.check_results) != len(contract.checks):
        doubts.append(f"found {len(verdict.check_results)} checks of Soda's, expected {len(contract.checks)}")
    if verdict.status.name not in ("PASSED", "WARNED", "FAILED"):
        # FAILED is told by the checks that failed, each with its own severity.
        doubts.append(f"found collection status {verdict.status.name}, expected PASSED or WARNED")
    if verdict.status.name == "FAILED" and not any(r.outcome in ("failed", "warned") for r in results):
        doubts.append("found collection status FAILED and no check that failed")
    if doubts:
        causes = dict.fromkeys(_SAFE_ERRORS.findall("\n".join(verdict.get_errors())))
        words = "; ".join([*doubts, *causes])
        results.append(_not_evaluated(contract.layer, contract.table, f"{contract.file.name}: {words}."))
    return results


def _outcome(result: Any, severity: Severity) -> Outcome:
    name = result.outcome.name if result is not None else "NOT_EVALUATED"
    if name == "PASSED":
        return "passed"
    if name in ("FAILED", "WARN"):
        return "warned" if severity == "warn" else "failed"
    return "not_evaluated"


def _measured(result: Any) -> str | None:
    """What Soda counted, or for a schema check the columns that differ."""
    differences = [
        *(f"{column} is missing" for column in getattr(result, "expected_column_names_not_actual", ())),
        *(f"{column} is not expected" for column in getattr(result, "actual_column_names_not_expected", ())),
        *(
            f"{m.column} is {m.get_actual()}, expected {m.get_expected()}"
            for m in getattr(result, "column_data_type_mismatches", ())
        ),
    ]
    if getattr(result, "are_columns_out_of_order", False):
        differences.append("columns are in another order")
    if differences:
        return "; ".join(differences)
    return None if result.threshold_value is None else str(result.threshold_value)


def _threshold(result: Any) -> str | None:
    threshold = result.check.threshold if result is not None else None
    signs = {
        "must_be": "=",
        "must_not_be": "<>",
        "must_be_greater_than": ">",
        "must_be_greater_than_or_equal": ">=",
        "must_be_less_than": "<",
        "must_be_less_than_or_equal": "<=",
    }
    words = [f"{sign} {value}" for name, sign in signs.items() if (value := getattr(threshold, name, None)) is not None]
    return " and ".join(words) or None


def _expected_checks(contract: _Contract, where: str) -> Iterator[ExpectedCheck]:
    for dataset_check in contract.checks:
        yield _expected("checks", dataset_check, where)
    for column in contract.columns:
        for column_check in column.checks or ():
            yield _expected(f"columns.{column.name}.checks", column_check, where)


def _expected(prefix: str, check: _DatasetCheck | _ColumnCheck, where: str) -> ExpectedCheck:
    bodies = [(name, body) for name in type(check).model_fields if (body := getattr(check, name)) is not None]
    if len(bodies) != 1:
        raise SodaContractError(f"{where}: {prefix}: found {len(bodies)} types in one entry, expected exactly one.")
    name, body = bodies[0]
    assert isinstance(body, _Check)
    path = ".".join([prefix, name.rstrip("_"), *([body.qualifier] if body.qualifier else [])])
    return ExpectedCheck(path=path, name=body.name or path, severity=body.attributes.severity)


def _with_empty_bodies(data: Any) -> Any:
    """`- missing:` means a check without settings: put {} where YAML has null in a list of checks."""
    if isinstance(data, Mapping):
        return {key: _filled(value) if key == "checks" else _with_empty_bodies(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_with_empty_bodies(item) for item in data]
    return data


def _filled(checks: Any) -> Any:
    if not isinstance(checks, list):
        return () if checks is None else checks  # `checks:` with nothing below is dropped by Soda: an error here
    return [
        {key: {} if body is None else body for key, body in check.items()} if isinstance(check, Mapping) else check
        for check in checks
    ]


class _NoRepeatedKeys(yaml.CSafeLoader):
    """YAML in which a repeated key is an error instead of the last one winning."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        repeated = [key for key, count in Counter(keys).items() if count > 1]
        if repeated:
            raise yaml.constructor.ConstructorError(None, None, f"found the key {repeated[0]!r} twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _not_evaluated(layer: str, dataset: str, reason: str) -> CheckResult:
    return CheckResult("soda", layer, dataset, EVALUATED, "error", "not_evaluated", measured=reason)


def _why_not_open(warehouse: Path, error: duckdb.Error) -> str:
    if not warehouse.exists():
        return f"{warehouse.name}: found no such file, so nothing was checked."
    if isinstance(error, duckdb.ConnectionException):
        return f"{warehouse.name}: this process holds a writing connection, close it before Soda runs."
    if "lock" in str(error).lower():
        return f"{warehouse.name}: another process has the file open for writing, so nothing was checked."
    return f"{warehouse.name}: the file could not be read ({type(error).__name__}), so nothing was checked."


def _pydantic_words(error: ValidationError) -> str:
    words = []
    for problem in error.errors():
        place = ".".join(str(part) for part in problem["loc"]) or "contract"
        if problem["type"] == "extra_forbidden":
            words.append(f"{place}: found a key that is not known here, expected one that the gate reads.")
        else:
            words.append(f"{place}: {problem['msg'].removeprefix('Value error, ')}.")
    return " ".join(words)


def _one_line(error: yaml.YAMLError) -> str:
    return " ".join(str(error).split())
