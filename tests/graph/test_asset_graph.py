"""The asset graph as `make dev` shows it. A changed key is a diff in asset_graph.txt, seen by whoever reviews it."""

from __future__ import annotations

import json
import os
from inspect import signature
from pathlib import Path

import pytest
from dagster import AssetKey, AssetsDefinition, Definitions

from orchestration.assets.checks import SODA_FOLDER
from orchestration.assets.dbt import BOARD_MODELS, dbt_arguments, is_laid_once, marts_selection
from orchestration.build import JOB, build_defs
from orchestration.dbt_call import prepare_manifest, seed_tables
from orchestration.settings import PROJECT_ROOT, Settings

SNAPSHOT = Path(__file__).parent / "asset_graph.txt"


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> Definitions:
    return build_defs(Settings(home=tmp_path_factory.mktemp("graph")))


def chosen_by_dbt(settings: Settings, *selection: str) -> set[str]:
    from dbt.cli.main import dbtRunner

    places = ["--project-dir", str(settings.dbt_project_dir), "--profiles-dir", str(settings.dbt_project_dir)]
    kinds = ["--resource-types", "model", "--resource-types", "test", "--resource-types", "seed"]
    told = ["--quiet", "--output", "json", "--output-keys", "unique_id", "--target-path", str(settings.home / "chosen")]
    listed = dbtRunner().invoke(["list", *places, *kinds, *told, *selection])
    assert listed.success, listed.exception
    return {json.loads(line)["unique_id"] for line in listed.result or ()}


def lines(defs: Definitions) -> list[str]:
    graph = defs.resolve_asset_graph()
    assets = [
        f"{key.to_user_string()} <- " + ", ".join(sorted(p.to_user_string() for p in graph.get(key).parent_keys))
        for key in sorted(graph.materializable_asset_keys)
    ]
    checks = sorted(
        f"check {key.asset_key.to_user_string()}: {key.name}"
        for key in graph.asset_check_keys
        if key.name
        in ("soda_contract", "nothing_lost", "nothing_overdue", "moves_within_tolerance", "nothing_worked_out")
    )
    return [*assets, *checks]


def test_the_asset_graph_is_the_one_that_was_reviewed(defs: Definitions) -> None:
    found = "\n".join(lines(defs)) + "\n"
    if os.environ.get("UPDATE_SNAPSHOT"):
        SNAPSHOT.write_text(found)
    assert found == SNAPSHOT.read_text(), "set UPDATE_SNAPSHOT=1 and review the diff of asset_graph.txt"


def test_data_flows_from_submissions_to_the_dashboard_without_a_gap(defs: Definitions) -> None:
    graph = defs.resolve_asset_graph()
    seen: set[AssetKey] = set()
    todo = [AssetKey(["published", "dashboard"])]
    while todo:
        key = todo.pop()
        seen.add(key)
        todo += [parent for parent in graph.get(key).parent_keys if parent not in seen]
    assert AssetKey(["ops", "submissions"]) in seen
    assert not [key for key in seen if not graph.get(key).is_materializable]


def test_the_job_runs_in_one_process(defs: Definitions) -> None:
    assert defs.resolve_job_def(JOB).executor_def.name == "in_process"


def test_two_sets_of_dbt_models_and_the_board_comes_after_the_disclosure_decisions(defs: Definitions) -> None:
    sets = [a for a in defs.assets or [] if isinstance(a, AssetsDefinition) and a.op.name.startswith("dbt_")]
    assert sorted(a.op.name for a in sets) == ["dbt_board", "dbt_marts"]
    [board] = [a for a in sets if a.op.name == "dbt_board"]
    parents = {p for key in board.keys for p in defs.resolve_asset_graph().get(key).parent_keys}
    assert AssetKey(["ops", "disclosure_decisions"]) in parents


def test_every_soda_contract_is_a_check_of_the_table_that_it_is_about(defs: Definitions) -> None:
    seeds = seed_tables(PROJECT_ROOT / "seeds")
    specs = [spec for checks in defs.asset_checks or [] for spec in checks.check_specs if spec.name == "soda_contract"]
    found = {(spec.asset_key.path[-1], str(spec.description).removeprefix("Soda contract ")) for spec in specs}
    files = [path for path in SODA_FOLDER.rglob("*.yml") if path.parent.name != "raw"]
    assert len(files) > 20
    assert {(seeds.get(f"{path.parent.name}.{path.stem}", path.stem), path.name) for path in files} <= found
    assert len(specs) == len(list(SODA_FOLDER.rglob("*.yml")))


def test_production_builds_leave_unit_tests_out_and_pass_no_variables() -> None:
    plain = ["build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure"]
    assert dbt_arguments(["--select", "fqn:*"]) == [*plain, "--select", "fqn:*"]


def test_a_run_leaves_out_what_is_laid_and_the_tests_that_read_seeds_alone_and_nothing_else(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    nodes = json.loads(prepare_manifest(settings).read_text())["nodes"]
    laid = {name for name, node in nodes.items() if is_laid_once(node)}
    seeds = {name for name in nodes if name.startswith("seed.")}
    # By what each reads, and not by dbt's own selecting: that takes a test for the seed's which reads a table besides.
    of_seeds = {
        name
        for name, node in nodes.items()
        if node["resource_type"] == "test" and seeds.issuperset(node["depends_on"]["nodes"])
    }
    everything = {name for name, node in nodes.items() if node["resource_type"] in ("model", "seed", "test")}
    board = chosen_by_dbt(settings, "--select", BOARD_MODELS)
    assert len(laid) > 80
    assert len(of_seeds) > 100
    assert chosen_by_dbt(settings, *marts_selection(is_laid=True)) == everything - board - laid - of_seeds
    assert chosen_by_dbt(settings, *marts_selection(is_laid=False)) == everything - board - of_seeds
    assert chosen_by_dbt(settings, "--select", "fqn:*", "--exclude", BOARD_MODELS) == everything - board
    for name in ("assert_no_percentage_is_over_100", "assert_the_board_is_shown_no_small_count"):
        assert f"test.safeguarding.{name}" in everything - of_seeds


def test_what_we_use_of_dagster_dbt_and_dbt_beyond_their_public_names_is_still_there() -> None:
    from dagster_dbt.asset_utils import DbtCliInvocationPartialParams, get_updated_cli_invocation_params_for_context
    from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.duckdb.environments import Environment
    from dbt.adapters.factory import reset_adapters
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.functions import msg_to_dict

    taken = set(signature(get_updated_cli_invocation_params_for_context).parameters)
    assert {"context", "manifest", "dagster_dbt_translator"} <= taken
    given = {"manifest", "dagster_dbt_translator", "selection_args"}
    assert given <= set(DbtCliInvocationPartialParams.__annotations__)
    assert set(signature(DbtCoreCliEventMessage).parameters) == {"raw_event", "event_history_metadata"}
    assert callable(Manifest.from_msgpack)
    assert callable(reset_adapters)
    assert DuckDBConnectionManager._ENV is None
    assert callable(Environment.close)
    assert callable(msg_to_dict)


def test_the_graph_of_the_job_says_which_step_takes_or_checks_a_seed(defs: Definitions) -> None:
    """What orchestration/assets/dbt.py asks of dagster beyond its public names."""
    graph = defs.resolve_job_def(JOB).asset_layer.asset_graph
    periods = graph.get(AssetKey(["reference", "periods"]))
    assert AssetKey(["board", "board_fct_indicator_sentence"]) in periods.child_keys
    assert {key.asset_key for key in periods.check_keys} == {AssetKey(["reference", "periods"])}
