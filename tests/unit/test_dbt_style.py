"""What a reader of the dbt project may rely on: a description with the grain, documented columns, one shape of SQL."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
MODELS = sorted((ROOT / "dbt_project" / "models").rglob("*.sql"))
SEEDS = sorted((ROOT / "seeds").glob("*.csv"))
TESTS = sorted(p for p in (ROOT / "dbt_project" / "tests").rglob("*.sql") if p.parent.name != "generic")


def entry(path: Path, kind: str) -> dict[str, Any]:
    """The entry of a model or seed in the yml beside it."""
    described = yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))
    [found] = [one for one in described[kind] if one["name"] == path.stem]
    return dict(found)


def last_sentence(text: str) -> str:
    return re.split(r"(?<=[.:])\s+(?=[A-Z])", " ".join(text.split()))[-1]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_has_a_yml_beside_it_that_describes_it_ends_with_its_grain_and_names_its_columns(path: Path) -> None:
    model = entry(path, "models")
    assert re.match(r"One row( per .+)?\.$", last_sentence(model["description"])), model["description"]
    assert all(column["description"] for column in model["columns"])


PUBLISHED = [
    path for path in MODELS if path.relative_to(ROOT / "dbt_project" / "models").parts[0] in ("marts", "board")
]


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_mart_gives_every_column_a_type(path: Path) -> None:
    assert [c["name"] for c in entry(path, "models")["columns"] if not c.get("data_type")] == []


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_is_a_row_of_named_steps_that_ends_in_final(path: Path) -> None:
    sql = path.read_text(encoding="utf-8")
    assert sql.endswith("\nselect * from final\n")
    assert re.search(r"^final as \($", sql, flags=re.MULTILINE)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_is_named_after_its_layer(path: Path) -> None:
    layer = path.relative_to(ROOT / "dbt_project" / "models").parts[0]
    prefix = {
        "staging": "stg_",
        "intermediate": "int_",
        "board": "board_",
        "marts": ("dim_", "fct_", "bridge_", "ref_"),
    }
    assert path.stem.startswith(prefix[layer])


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_seed_says_where_it_is_from_under_which_licence_and_of_which_date(path: Path) -> None:
    seed = entry(path, "seeds")
    assert {"source", "licence", "date"} <= set(seed["config"]["meta"])
    assert last_sentence(seed["description"]).startswith("One row per ")
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert header == list(seed["config"]["column_types"]) == [column["name"] for column in seed["columns"]]


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_a_singular_test_is_an_assertion_that_says_what_a_returned_row_means(path: Path) -> None:
    assert path.stem.startswith("assert_")
    words = " ".join(line.removeprefix("--").strip() for line in path.read_text().splitlines() if line.startswith("--"))
    assert words.startswith("Detects ")
    assert "A returned row is " in words
