"""Whoever cannot see the pages well, or uses no mouse, gets the same from them: axe-core on every kind of page."""

from __future__ import annotations

from tests.evidence.tour import DESKTOP, PHONE, Finding, Seen

# What Evidence's own markup breaks and we cannot reach: (rule, start of the element) to the reason. It may only shrink:
# an entry that no page needs any more fails the test below.
OF_EVIDENCE: dict[tuple[str, str], str] = {}
ALLOWED = 0


def is_allowed(finding: Finding) -> bool:
    return any(finding.rule == rule and finding.html.startswith(start) for rule, start in OF_EVIDENCE)


def findings(tour: list[Seen]) -> list[tuple[str, int, Finding]]:
    return [(seen.path, width, one) for seen in tour for width, found in seen.axe.items() for one in found]


def test_axe_finds_nothing_of_ours_on_any_page_on_a_desk_or_a_phone(tour: list[Seen]) -> None:
    walked = [seen for seen in tour if seen.walked]
    assert len(walked) >= 5
    assert all(set(seen.axe) == {DESKTOP, PHONE} for seen in walked)
    ours = [f"{path} at {width}: {one}" for path, width, one in findings(tour) if not is_allowed(one)]
    assert ours == []


def test_what_is_allowed_of_evidences_own_only_shrinks(tour: list[Seen]) -> None:
    needed = {
        (rule, start)
        for rule, start in OF_EVIDENCE
        for _, _, one in findings(tour)
        if one.rule == rule and one.html.startswith(start)
    }
    assert set(OF_EVIDENCE) - needed == set(), "no longer found: take it out of the list"
    assert len(OF_EVIDENCE) <= ALLOWED
