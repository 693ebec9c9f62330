"""What the environment may say, and what is said of what it may not."""

from __future__ import annotations

import pytest

from orchestration.settings import EAST_RIDING, Settings, SettingsError


def test_the_home_authority_is_the_east_riding_unless_the_environment_names_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SAFEGUARDING_AREA", raising=False)
    assert Settings.from_env().area_code == EAST_RIDING
    monkeypatch.setenv("SAFEGUARDING_AREA", "E09000007")
    assert Settings.from_env().area_code == "E09000007"


@pytest.mark.parametrize("code", ["E99", "E92000001", "E12000003", "East Riding"])
def test_a_home_authority_that_is_none_is_refused_in_one_sentence(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_AREA", code)
    with pytest.raises(SettingsError, match=f"SAFEGUARDING_AREA: found '{code}', expected a local authority's code"):
        Settings.from_env()
