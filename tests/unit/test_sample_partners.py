"""What the other agencies send in the sample: it fits the authority's own returns and the published figures.

Asked of the records before they are written, with no contract in between: a feed is written only where there is one.
Nothing here takes a figure of the sample as right; the published facts are what it was fitted to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.ingest.contracts import load_contracts
from orchestration.settings import PROJECT_ROOT
from orchestration.synthetic.calibration import Fact, Quotas, facts_of_partners
from orchestration.synthetic.distributions import stream
from orchestration.synthetic.layouts.partners import COLUMNS, text
from orchestration.synthetic.partners import feeds
from orchestration.synthetic.partners.entries import Entry, Row, told
from orchestration.synthetic.partners.feeds import FEEDS, Feed, agreement_of, write
from orchestration.synthetic.partners.scene import Scene
from orchestration.synthetic.partners.schedule import CUT_SHORT, NIL, SENT_AGAIN, Calendar, Sending
from orchestration.synthetic.people import Register, age_on
from orchestration.synthetic.population import populate
from orchestration.synthetic.returns import Window, outcomes, periods_of_care

FIRST_DAY, LAST_DAY, CLOCK = date(2011, 4, 1), date(2017, 8, 31), date(2017, 9, 25)
CALENDAR = Calendar(FIRST_DAY, LAST_DAY, date(2015, 4, 1), date(2016, 4, 1), CLOCK)
CONTRACTS = load_contracts(PROJECT_ROOT / "sources")
BY_KEY = {feed.key: feed for feed in FEEDS}
SEEDS = (2017, 1)
DOMESTIC_ABUSE = {"3A", "3B", "3C"}
YES_OR_NO_MEASURES = ("ks2_l4_rwm", "ks2_expected_rwm", "ks4_5ac_em", "ks4_em_9_4")


def scene_of(seed: int, scale: float = 1.0) -> Scene:
    world = populate(seed, Register(stream(seed, "children")), FIRST_DAY, LAST_DAY, Quotas(scale), "811")
    world.care.sort(key=lambda period: (period.child.ref, period.started_on))
    return Scene(seed, "E06000011", "811", scale, world, FIRST_DAY, LAST_DAY)


@pytest.fixture(scope="module", params=SEEDS)
def scene(request: pytest.FixtureRequest) -> Scene:
    return scene_of(request.param)


@pytest.fixture(scope="module")
def small() -> Scene:
    return scene_of(5, 0.1)


def sent(scene: Scene, key: str) -> list[tuple[Sending, str, Sequence[Row]]]:
    """Every file of a feed: when it was sent, its layout, its rows."""

    def make(of: Scene) -> list[tuple[Sending, str, Sequence[Row]]]:
        files = BY_KEY[key].files(of)
        return [(one, name, tell(one)) for one in BY_KEY[key].schedule(CALENDAR) for name, tell in files.items()]

    return scene.once(f"sent/{key}", make)


def latest(scene: Scene, key: str, *names: str) -> list[Row]:
    """The rows of a feed, each key as the latest file has it."""
    found = {tuple(row[name] for name in names): row for _, _, rows in sent(scene, key) for row in rows}
    return list(found.values())


def at(cell: object) -> datetime:
    assert isinstance(cell, datetime)
    return cell


def on(cell: object) -> date:
    assert isinstance(cell, date)
    return cell


# ------------------------------------------------------------------------------------------------- what was published


def said(scene: Scene, fact: Fact) -> Decimal:
    """What the files say of a fact, counted anew."""
    year = str(fact.year_ending)
    if fact.indicator_code in ("W04", "W05", "W05b"):
        named = f"{fact.year_ending - 1}{year[2:]}"
        heads = sum(
            int(str(row["headcount_sole_and_dual_main"]))
            for row in latest(scene, "education/pupil_headcount", "census_date", "school_urn")
            if row["academic_year"] == named and row["phase"] == "SECONDARY"
        )
        kinds = {"FIXD", "LNCH"} if fact.indicator_code == "W04" else {"PERM"}
        exclusions = sum(
            1
            for row in latest(scene, "education/exclusions", "exclusion_ref")
            if row["academic_year"] == named
            and row["school_phase"] == "SECONDARY"
            and row["category"] in kinds
            and row["review_outcome"] != "REINSTATED"
        )
        rate = (Decimal(100 * exclusions) / heads).quantize(Decimal("0.01"))
        return {"numerator": Decimal(exclusions), "denominator": Decimal(heads), "value": rate}[fact.part]
    if fact.indicator_code == "A14b":
        rows = [
            row for _, name, rows in sent(scene, "youth_justice/first_time_entrants") for row in rows if name == "pnc"
        ]
        return next(Decimal(str(row["rate_per_100000"])) for row in rows if row["window_end"] == fact.period_end)
    if fact.indicator_code == "R11":
        rows = [row for _, _, found in sent(scene, "health/conceptions") for row in found]
        return next(Decimal(str(row["rate_per_1000"])) for row in rows if row["period_end"] == fact.period_end)
    row = next(
        row
        for _, _, rows in sent(scene, "health/hospital_admissions")
        for row in rows
        if (row["indicator_code"], row["period_type"], row["period_end"], row["breakdown"])
        == (fact.indicator_code, fact.period_type, fact.period_end, "total")
    )
    return Decimal(str(row[fact.part]))


def test_whatever_the_seed_the_agencies_tell_what_was_published(scene: Scene) -> None:
    differences = [
        (fact.fact, fact.year_ending, fact.value, found)
        for fact in facts_of_partners()
        if (found := said(scene, fact)) != fact.value
    ]
    assert differences == []
    assert len(facts_of_partners()) > 50


def test_every_fact_of_the_partners_names_its_source_and_each_year_has_it_once() -> None:
    assert all(fact.source and fact.indicator_code for fact in facts_of_partners())
    assert len({(fact.fact, fact.year_ending) for fact in facts_of_partners()}) == len(facts_of_partners())


def test_children_of_the_estimates_add_up_to_the_published_totals(scene: Scene) -> None:
    total: Counter[int] = Counter()
    for _, _, rows in sent(scene, "published/population"):
        for row in rows:
            if row["sex"] == "P":
                total[int(str(row["mid_year"]))] += int(str(row["population"]))
    assert total == {2012: 63776, 2013: 63176, 2014: 62760, 2015: 62164, 2016: 62012}


# ------------------------------------------------------------------------------------------------- one child, two feeds


def test_most_times_missing_from_care_are_in_the_police_file_within_a_day_and_a_few_are_not(scene: Scene) -> None:
    told_by_police: dict[str, list[date]] = defaultdict(list)
    for row in latest(scene, "police/missing_episodes", "occurrence_ref"):
        assert (row["match_status"] == "MATCHED") == bool(row["lcs_id"])
        told_by_police[str(row["lcs_id"])].append(at(row["missing_from"]).date())
    told_by_care = [
        (period.child.ref, away.started_on)
        for period in scene.care
        for away in period.missing
        if away.started_on <= LAST_DAY
    ]
    both = sum(any(abs((day - started).days) <= 1 for day in told_by_police[ref]) for ref, started in told_by_care)
    assert 0.8 < both / len(told_by_care) < 0.99
    in_care = [row for row in latest(scene, "police/missing_episodes", "occurrence_ref") if row["looked_after"] == "Y"]
    assert Counter(row["responsible_la"] == "811" for row in in_care)[False] > 100


def test_everybody_who_went_missing_is_a_child_and_comes_back_after_leaving(scene: Scene) -> None:
    for row in latest(scene, "police/missing_episodes", "occurrence_ref"):
        assert row["returned_at"] is None or at(row["missing_from"]) < at(row["returned_at"])
        assert 0 <= int(str(row["age_at_start"])) <= 17


def test_behind_every_police_referral_about_domestic_abuse_there_is_a_notification(scene: Scene) -> None:
    notified = {
        (row["lcs_id"], on(row["notified_on"]))
        for row in latest(scene, "police/domestic_abuse_referrals", "notification_ref", "child_seq")
        if row["front_door_outcome"] == "REFERRAL"
    }
    referrals = [
        case
        for case in scene.cases
        if case.source == "6"
        and FIRST_DAY <= case.referred_on <= LAST_DAY - timedelta(days=20)
        and any(DOMESTIC_ABUSE & set(assessment.factors) for assessment in case.assessments)
    ]
    without = [
        case
        for case in referrals
        if not any((case.child.ref, case.referred_on - timedelta(days=days)) in notified for days in (0, 1))
    ]
    assert len(referrals) > 500
    assert without == []


def test_most_pupils_in_need_are_on_the_roll_under_their_own_number_and_a_few_are_not(scene: Scene) -> None:
    on_roll = {row["upn"] for row in latest(scene, "education/attendance", "upn") if row["academic_year"] == "201617"}
    in_need = [
        child
        for child in scene.with_open_case(date(2017, 3, 31))
        if 5 <= age_on(child.dob, date(2016, 8, 31)) <= 15 and not child.is_unaccompanied
    ]
    assert 0.88 < sum(child.upn in on_roll for child in in_need) / len(in_need) < 0.97
    known = {child.upn for child in in_need}
    # Minimised: about as many others as children in need, not every pupil.
    assert 0.8 < len(on_roll - known) / len(known) < 1.2


def test_only_the_measure_of_its_year_is_filled_in_for_a_pupil(scene: Scene) -> None:
    filled: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in latest(scene, "education/attainment", "upn", "academic_year", "key_stage", "result_status"):
        filled[str(row["key_stage"]), str(row["academic_year"])] |= {m for m in YES_OR_NO_MEASURES if row.get(m)}
    assert filled["KS2", "201415"] == {"ks2_l4_rwm"}
    assert filled["KS2", "201516"] == {"ks2_expected_rwm"}
    assert filled["KS4", "201516"] == {"ks4_5ac_em"}
    assert filled["KS4", "201617"] == {"ks4_em_9_4"}
    assert all(len(measures) == 1 for measures in filled.values())


def test_a_pupils_sessions_of_absence_are_no_more_than_those_possible(scene: Scene) -> None:
    for row in latest(scene, "education/attendance", "upn", "academic_year", "term", "school_la", "school_estab"):
        authorised, unauthorised = int(str(row["sessions_authorised"])), int(str(row["sessions_unauthorised"]))
        assert min(authorised, unauthorised) >= 0
        assert authorised + unauthorised <= int(str(row["sessions_possible"]))


def test_every_return_interview_answers_an_occurrence_of_the_police_and_follows_the_return(scene: Scene) -> None:
    occurrences = {row["occurrence_ref"]: row for row in latest(scene, "police/missing_episodes", "occurrence_ref")}
    interviews = latest(scene, "childrens_social_care/return_interviews", "occurrence_ref")
    assert len(interviews) > 300
    for interview in interviews:
        occurrence = occurrences[interview["occurrence_ref"]]
        assert occurrence["lcs_id"] == interview["lcs_id"]
        assert occurrence["rhi_offered"] == "U"
        if interview["rhi_completed_at"] is not None:
            assert at(interview["rhi_completed_at"]) > at(occurrence["returned_at"])


def test_early_help_is_asked_for_by_every_contact_that_was_sent_on_to_it(scene: Scene) -> None:
    asked = {
        (row["lcs_id"], row["requested_on"]) for row in latest(scene, "childrens_social_care/early_help", "eh_ref")
    }
    contacts = [
        contact
        for contact in scene.world.contacts
        if contact.outcome == "EARLY_HELP" and contact.decided_at and contact.decided_at.date() <= date(2017, 6, 30)
    ]
    assert len(contacts) > 5000
    assert [c for c in contacts if c.decided_at and (c.child.ref, c.decided_at.date()) not in asked] == []


def test_who_is_told_exploited_had_it_found_at_an_assessment(scene: Scene) -> None:
    found = {case.child.ref for case in scene.cases for assessment in case.assessments if "11A" in assessment.factors}
    rows = latest(scene, "childrens_social_care/cse", "episode_ref")
    assert len(rows) > 50
    assert {row["lcs_id"] for row in rows} <= found
    assert min(on(row["identified_on"]) for row in rows) >= date(2014, 4, 1)


@pytest.mark.parametrize("year", [2013, 2015, 2017])
def test_a_child_has_a_health_assessment_in_a_year_where_the_yearly_return_says_so_and_else_none(
    scene: Scene, year: int
) -> None:
    window = Window(date(year - 1, 4, 1), date(year, 3, 31), date(year, 6, 20))
    held = {
        row["lcs_id"]
        for row in latest(scene, "childrens_social_care/health_assessments", "lcs_id", "assessment_due")
        if row["assessment_date"] is not None and window.start <= on(row["assessment_date"]) <= window.end
    }
    asked = [
        (seen.period.child.ref, outcomes(scene.seed, seen, window)) for seen in periods_of_care(scene.care, window)
    ]
    flags = {ref: outcome.health_assessment for ref, outcome in asked if outcome is not None}
    assert len(flags) > 150
    assert {ref for ref, flag in flags.items() if flag == "1"} - held == set()
    assert {ref for ref, flag in flags.items() if flag == "0"} & held == set()


# ------------------------------------------------------------------------------------------------- when it is sent


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.key)
def test_files_come_after_their_window_and_before_the_clock_and_windows_meet_only_where_one_is_sent_anew(
    feed: Feed,
) -> None:
    sendings = feed.schedule(CALENDAR)
    assert sendings
    assert len(sendings) <= 24
    for one in sendings:
        assert FIRST_DAY.year <= one.window.start.year
        assert one.window.start <= one.window.end <= one.window.data_as_at <= one.received_at.date() < CLOCK
    windows = Counter((one.window.start, one.window.end, one.final) for one in sendings)
    again = {days for days, count in windows.items() if count > 1}
    assert again == {
        (one.window.start, one.window.end, one.final) for one in sendings if one.twist in (CUT_SHORT, SENT_AGAIN)
    }


def test_one_quarter_is_a_nil_return_one_is_late_and_one_feed_begins_later() -> None:
    marac = [one for one in BY_KEY["marac/cases"].schedule(CALENDAR) if one.twist == NIL]
    assert [one.window.start for one in marac] == [date(2015, 7, 1)]
    assert max(one.window.end for one in BY_KEY["health/camhs"].schedule(CALENDAR)) == date(2017, 3, 31)
    assert max(one.window.end for one in BY_KEY["marac/cases"].schedule(CALENDAR)) == date(2017, 6, 30)
    exploitation = BY_KEY["childrens_social_care/cse"].schedule(CALENDAR)
    assert min(one.window.start for one in exploitation) == date(2014, 4, 1)


def test_no_file_is_late_or_sent_again_where_nothing_is_to_go_wrong() -> None:
    calendar = Calendar(FIRST_DAY, LAST_DAY, date(2015, 4, 1), date(2016, 4, 1), CLOCK, frozenset())
    assert max(one.window.end for one in BY_KEY["health/camhs"].schedule(calendar)) == date(2017, 6, 30)
    twists = {one.twist for feed in FEEDS for one in feed.schedule(calendar)}
    assert twists == {"", NIL}


def test_the_nil_return_holds_no_row_and_no_other_file_is_empty(scene: Scene) -> None:
    empty = [(feed.key, one.twist) for feed in FEEDS for one, _, rows in sent(scene, feed.key) if not rows]
    assert empty == [("marac/cases", NIL)]


def test_a_file_that_was_cut_short_is_sent_again_with_what_it_lacked(scene: Scene) -> None:
    files = {one.twist: rows for one, _, rows in sent(scene, "police/recorded_crime") if one.twist}
    lacking = {row["crime_ref"] for row in files[SENT_AGAIN]} - {row["crime_ref"] for row in files[CUT_SHORT]}
    assert lacking
    assert {row["crime_ref"] for row in files[CUT_SHORT]} < {row["crime_ref"] for row in files[SENT_AGAIN]}


def test_some_counts_are_hidden_at_the_source_and_some_take_up_is_over_a_hundred_per_cent(scene: Scene) -> None:
    admissions = [row for _, _, rows in sent(scene, "health/hospital_admissions") for row in rows]
    hidden = [row for row in admissions if row["status"] == "c"]
    assert hidden
    assert all(row["numerator"] == "*" and row.get("value") is None for row in hidden)
    assert all(int(str(row["numerator"])) % 5 == 0 for row in admissions if row["rounded_to"] and row["status"] != "c")
    both = [row for _, _, rows in sent(scene, "education/early_education") for row in rows if row["age"] == "3_4"]
    over = [row["census_year"] for row in both if int(str(row["children_benefiting"])) > int(str(row["population"]))]
    assert 2016 in over
    assert 2015 not in over


def test_nobody_is_told_absent_once_the_category_has_ended(scene: Scene) -> None:
    kinds = {
        (row["category"], at(row["missing_from"]).date() >= date(2017, 4, 1))
        for row in latest(scene, "police/missing_episodes", "occurrence_ref")
    }
    assert kinds == {("MISSING", False), ("ABSENT", False), ("MISSING", True)}


# ------------------------------------------------------------------------------------------------- how it is told


def test_a_record_is_told_as_it_was_known_on_the_day_on_which_the_file_was_drawn() -> None:
    entry = Entry(
        date(2016, 1, 5), date(2016, 3, 1), {"ref": "a", "ended": date(2016, 3, 1), "outcome": "MET"},
        ((date(2016, 3, 1), {"outcome": "OPEN"}),),
    )  # fmt: skip
    tell = told([entry], whole=True)

    def rows(start: date, end: date, drawn: date) -> Sequence[Row]:
        return tell(Sending(Window(start, end, drawn), final=True, received_at=datetime(2016, 6, 1)))

    january = (date(2016, 1, 1), date(2016, 1, 31))
    assert rows(*january, date(2016, 2, 5)) == [{"ref": "a", "ended": None, "outcome": "OPEN"}]
    assert rows(*january, date(2016, 3, 1)) == [{"ref": "a", "ended": date(2016, 3, 1), "outcome": "MET"}]
    assert len(rows(date(2016, 3, 1), date(2016, 3, 31), date(2016, 4, 5))) == 1
    assert rows(date(2016, 3, 2), date(2016, 3, 31), date(2016, 4, 5)) == []
    assert rows(date(2015, 12, 1), date(2016, 1, 4), date(2016, 1, 10)) == []


def test_a_feed_is_the_same_whichever_other_feeds_are_told_before_it(small: Scene) -> None:
    alone = scene_of(5, 0.1)
    for feed in FEEDS:
        sent(small, feed.key)
    for key in ("childrens_social_care/return_interviews", "education/exclusions", "health/camhs"):
        assert [rows for _, _, rows in sent(alone, key)] == [rows for _, _, rows in sent(small, key)]


def test_partners_of_a_smaller_authority_tell_less(small: Scene) -> None:
    exclusions = latest(small, "education/exclusions", "exclusion_ref")
    secondary = [row for row in exclusions if row["school_phase"] == "SECONDARY" and row["category"] != "PERM"]
    assert sum(row["academic_year"] == "201617" for row in secondary) == 133


def test_no_cell_of_a_file_needs_quotes(small: Scene) -> None:
    for feed in FEEDS:
        for _, name, rows in sent(small, feed.key):
            heading, *lines = text(COLUMNS[name], rows).removesuffix("\r\n").split("\r\n")
            assert len(lines) == len(rows)
            assert not [line for line in lines if '"' in line or line.count(",") != heading.count(",")]


def test_no_row_tells_what_its_layout_has_no_heading_for(small: Scene) -> None:
    for feed in FEEDS:
        for _, name, rows in sent(small, feed.key):
            assert {cell for row in rows for cell in row} <= set(COLUMNS[name]), name


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.key)
def test_a_feed_keeps_to_its_contract(feed: Feed, small: Scene) -> None:
    """Its codes and values are asked of the loader (test_only_the_faults_put_in_on_purpose_are_quarantined)."""
    contract = CONTRACTS[feed.key]
    assert agreement_of(feed.contract) == contract.sharing.agreement_ref
    layouts = [
        {
            table.name: {column.source for column in table.columns if column.must_be_present}
            for table in contract.tables
        },
        {layout.name: set(layout.columns.values()) for table in contract.tables for layout in table.layouts},
    ]
    needed = {frozenset(headings) for layout in layouts for headings in layout.values()}
    for name in feed.files(small):
        assert any(headings <= set(COLUMNS[name]) for headings in needed if headings), name


def test_an_agency_sends_nothing_before_it_is_agreed_what(
    small: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "PROJECT_ROOT", tmp_path / "project")
    agreed = tmp_path / "project" / "sources" / "marac" / "cases" / "contract.yml"
    agreed.parent.mkdir(parents=True)
    agreed.write_text("sharing:\n  agreement_ref: A-1\n")
    written = write(tmp_path / "landing", small, CALENDAR)
    assert {path.parent.name for path in (tmp_path / "landing").glob("*/*/*")} == {"cases"}
    assert written.drops == len(BY_KEY["marac/cases"].schedule(CALENDAR))
    envelopes = [path.read_text() for path in (tmp_path / "landing").glob("marac/cases/*/submission.yml")]
    assert all("\nagreement_ref: A-1\n" in envelope and "\nsynthetic: true\n" in envelope for envelope in envelopes)
