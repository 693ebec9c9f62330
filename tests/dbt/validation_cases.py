"""A breach and its nearest neighbour for every rule that the validation models implement, written by hand.

Belongs here: for each rule the few rows of a child that breaks it, and of a child that just does not. Does not belong
here: what is expected of them (test_validation_rules.py), and figures (by_hand.py).

Every child of the SSDA903 return has a row in the list of children, and every child of the census one as well and a
case, unless the rows say otherwise. A row that an authority sent last year has `last_year` set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
Rows = list[tuple[str, Row]]


@dataclass(frozen=True)
class Case:
    """`breach` are the rows of a child that breaks the rule, `fine` of one that does not."""

    feed: str
    rule: str
    breach: Rows
    fine: Rows

    @property
    def name(self) -> str:
        return f"{self.feed} {self.rule}"


# ------------------------------------------------------------------------------------------------------------- SSDA903

CHILD = {"sex": "1", "dob": "2005-06-15"}


def h(**other: Any) -> tuple[str, Row]:
    return "header", {**CHILD, **other}


def e(decom: str, dec: str | None = None, rne: str | None = "S", **other: Any) -> tuple[str, Row]:
    """An episode; one that ended is followed by another (X1) unless the rows say how care ceased."""
    return "episodes", {
        "decom": decom, "dec": dec, "rne": rne, "ls": "C2", "place": "U4", "rec": "X1" if dec else None, **other,
    }  # fmt: skip


def review(day: str, code: str = "PN1", **other: Any) -> tuple[str, Row]:
    return "reviews", {"review": day, "review_code": code, **other}


def oc2(**other: Any) -> tuple[str, Row]:
    items = {"immunisations": "1", "teeth_check": "1", "health_assessment": "1", "substance_misuse": "0"}
    return "oc2", {**items, **other}


def oc3(**other: Any) -> tuple[str, Row]:
    return "oc3", {"in_touch": "YES", "activ": "F1", "accom": "B1", **other}


def ad1(**other: Any) -> tuple[str, Row]:
    items = {
        "date_int": "2016-05-02", "date_match": "2016-06-01", "foster_care": "0", "nb_adoptr": 2, "sex_adoptr": "MF",
        "ls_adoptr": "L2",
    }  # fmt: skip
    return "ad1", {**items, **other}


def placed(day: str, **other: Any) -> tuple[str, Row]:
    return "placed_for_adoption", {"date_placed": day, **other}


def mis(start: str, end: str | None = None, **other: Any) -> tuple[str, Row]:
    return "missing", {"missing": "M", "mis_start": start, "mis_end": end, **other}


def uasc(**other: Any) -> tuple[str, Row]:
    return "uasc", {"sex": "1", **other}


def prev_perm(**other: Any) -> tuple[str, Row]:
    return "previous_permanence", {"prev_perm": "Z1", **other}


NO_CHILD: tuple[str, Row] = ("no header", {})
IN_CARE = e("2016-05-02")
# In care since the day that makes twelve months on 31 March, and since the day after.
A_WHOLE_YEAR, A_DAY_SHORT = e("2016-04-01"), e("2016-04-02")
LAST = {"last_year": True}


def adopted(**other: Any) -> Rows:
    """Fostered, placed for adoption on 1 August 2016, adopted on 1 February 2017."""
    return [
        e("2016-04-01", "2016-08-01"),
        e("2016-08-01", "2017-02-01", "P", **{"ls": "C2", "place": "A4", "rec": "E11", **other}),
    ]


def one(rule: str, breach: Row, fine: Row, make: Callable[..., tuple[str, Row]] = e) -> Case:
    """A rule about one row that `make` writes; both rows are given as its arguments."""
    return Case("ssda903", rule, [make(**breach)], [make(**fine)])


def two(rule: str, before: Row, breach: Row, fine: Row) -> Case:
    """A rule about an episode after another, which runs from 2 May to 1 August 2016."""
    first = e(**{"decom": "2016-05-02", "dec": "2016-08-01", **before})
    return Case("ssda903", rule, [first, e(**breach)], [first, e(**fine)])


def case(rule: str, breach: Rows, fine: Rows) -> Case:
    return Case("ssda903", rule, breach, fine)


def stay(rule: str, last_day: str, day_after: str, start: str, **episode: Any) -> Case:
    return one(rule, {"decom": start, "dec": day_after, **episode}, {"decom": start, "dec": last_day, **episode})


def young(rule: str, **episode: Any) -> Callable[[str, str], Case]:
    """A child too young for a placement or status on 2 May 2016: born a day later than the one who is old enough."""

    def born(too_late: str, just_in_time: str) -> Case:
        start = e("2016-05-02", **episode)
        return case(rule, [h(dob=too_late), start], [h(dob=just_in_time), start])

    return born


def provider(rule: str, breach: tuple[str, str], fine: tuple[str, str]) -> Case:
    (provider_code, placement), (other_provider, other_placement) = breach, fine
    return one(
        rule,
        {"decom": "2016-05-02", "place_provider": provider_code, "place": placement},
        {"decom": "2016-05-02", "place_provider": other_provider, "place": other_placement},
    )


def born_elsewhere(rule: str, make: Callable[..., tuple[str, Row]], *arguments: str, **other: Any) -> Case:
    """The date of birth beside another table."""
    return case(
        rule,
        [IN_CARE, make(*arguments, dob="2005-06-16", **other)],
        [IN_CARE, make(*arguments, dob="2005-06-15", **other)],
    )


def unlisted(rule: str, row: tuple[str, Row]) -> Case:
    return case(rule, [NO_CHILD, IN_CARE, row], [IN_CARE, row])


def last_year(make: tuple[str, Row]) -> tuple[str, Row]:
    return make[0], {**make[1], **LAST}


CARE_CASES = [
    # The child
    case("174", [h(mc_dob="2016-01-01"), IN_CARE], [h(sex="2", mc_dob="2016-01-01"), IN_CARE]),
    case("202", [last_year(h(sex="2")), h(), IN_CARE], [last_year(h()), h(), IN_CARE]),
    case("203", [last_year(h(dob="2005-06-16")), h(), IN_CARE], [last_year(h()), h(), IN_CARE]),
    case("301", [h(dob="2017-04-01"), IN_CARE], [h(dob="2017-03-31"), IN_CARE]),
    case("351", [h(dob="1990-04-01"), IN_CARE], [h(dob="1990-04-02"), IN_CARE]),
    case("620", [h(sex="2", mother="1", dob="2006-04-01")], [h(sex="2", mother="1", dob="2006-03-31")]),
    case("621", [h(sex="2", mc_dob="2005-06-14")], [h(sex="2", mc_dob="2005-06-15")]),
    case("EPI", [h()], [h(), IN_CARE]),
    case("INT03", [NO_CHILD, IN_CARE], [IN_CARE]),
    # One episode
    one("148", {"decom": "2016-05-02", "rec": "X1"}, {"decom": "2016-05-02", "dec": "2016-06-01", "rec": "E4A"}),
    case("302", [h(dob="2016-05-03"), e("2016-05-02")], [h(dob="2016-05-02"), e("2016-05-02")]),
    case("352", [h(dob="1998-05-02"), e("2016-05-02")], [h(dob="1998-05-03"), e("2016-05-02")]),
    one("353", {"decom": "1991-10-13"}, {"decom": "1991-10-14"}),
    one("354", {"decom": "2017-04-01"}, {"decom": "2017-03-31"}),
    one("355", {"decom": "2016-05-02", "dec": "2016-05-02"}, {"decom": "2016-05-02", "dec": "2016-05-03"}),
    one("356", {"decom": "2016-05-02", "dec": "2016-05-01"}, {"decom": "2016-05-02", "dec": "2016-05-02"}),
    case(
        "359",
        [h(dob="1999-03-31"), e("2016-05-02", ls="V2", place="K1")],
        [h(dob="1999-03-31"), e("2016-05-02", ls="V2", place="K2")],
    ),
    one("385", {"decom": "2016-05-02", "dec": "2017-04-01"}, {"decom": "2016-05-02", "dec": "2017-03-31"}),
    case("386", [h(dob="1999-02-01"), *adopted()], [h(dob="1999-02-02"), *adopted()]),
    case(
        "407",
        [h(dob="1999-02-01"), e("2016-05-02", "2017-02-01", rec="E43")],
        [h(dob="1999-02-02"), e("2016-05-02", "2017-02-01", rec="E43")],
    ),
    case(
        "460",
        [h(dob="1999-02-02"), e("2016-05-02", "2017-02-01", rec="E17")],
        [h(dob="1999-02-01"), e("2016-05-02", "2017-02-01", rec="E17")],
    ),
    young("358", ls="J1")("2006-05-03", "2006-05-02"),
    young("371", place="H5")("2000-05-03", "2000-05-02"),
    young("372", place="R5")("2006-05-03", "2006-05-02"),
    young("373", place="S1")("2012-05-03", "2012-05-02"),
    young("374", place="P3")("2002-05-03", "2002-05-02"),
    stay("361", "2016-05-05", "2016-05-06", "2016-05-02", ls="L1"),
    stay("362", "2016-05-23", "2016-05-24", "2016-05-02", ls="L2"),
    stay("363", "2016-05-09", "2016-05-10", "2016-05-02", ls="L3"),
    stay("364", "2016-05-23", "2016-05-24", "2016-05-02", ls="J2"),
    stay("365", "2016-05-19", "2016-05-20", "2016-05-02", ls="V3"),
    stay("375", "2016-06-13", "2016-06-14", "2016-05-02", place="T1"),
    stay("376", "2016-05-23", "2016-05-24", "2016-05-02", place="T3"),
    stay("379", "2016-05-09", "2016-05-10", "2016-05-02", place="T4"),
    provider("527", ("PR1", "R5"), ("PR1", "K2")),
    provider("528", ("PR2", "R2"), ("PR2", "K2")),
    provider("529", ("PR3", "U6"), ("PR3", "R2")),
    provider("530", ("PR4", "P1"), ("PR4", "R5")),
    provider("531", ("PR5", "P1"), ("PR5", "K2")),
    provider("550", ("PR0", "U4"), ("PR0", "P1")),
    one("378", {"decom": "2016-05-02", "place": "P1", "ls": "V2"}, {"decom": "2016-05-02", "place": "P1", "ls": "C2"}),
    one("408", {"decom": "2016-05-02", "place": "A5", "ls": "C2"}, {"decom": "2016-05-02", "place": "A5", "ls": "E1"}),
    one("445", {"decom": "2006-01-01", "ls": "D1"}, {"decom": "2005-12-31", "ls": "D1"}),
    one("446", {"decom": "2005-11-30", "ls": "E1"}, {"decom": "2005-12-01", "ls": "E1"}),
    one("451", {"decom": "2016-05-02", "ls": "D1"}, {"decom": "2016-05-02", "ls": "D1", "dec": "2016-06-01"}),
    one(
        "516",
        {"decom": "2016-05-02", "dec": "2017-02-01", "rec": "E45", "place": "K2"},
        {"decom": "2016-05-02", "dec": "2017-02-01", "rec": "E45", "place": "U6"},
    ),
    # Short breaks
    two(
        "366",
        {"ls": "V3"},
        {"decom": "2016-08-01", "rne": "P", "ls": "V3"},
        {"decom": "2016-08-02", "rne": "S", "ls": "V3"},
    ),
    # 76 and 75 days.
    case(
        "367",
        [e("2016-04-01", "2016-05-09", ls="V3"), e("2016-09-01", "2016-10-09", ls="V3")],
        [e("2016-04-01", "2016-05-09", ls="V3"), e("2016-09-01", "2016-10-08", ls="V3")],
    ),
    one("382", {"decom": "2016-05-02", "ls": "V4", "place": "T1"}, {"decom": "2016-05-02", "ls": "V4", "place": "K2"}),
    one("384", {"decom": "2016-05-02", "ls": "V3", "place": "U1"}, {"decom": "2016-05-02", "ls": "V3", "place": "U3"}),
    # One episode after another
    two("142", {"dec": None, "rec": None}, {"decom": "2016-08-01"}, {"decom": "2016-05-02"}),
    two("199", {"rec": "E12"}, {"decom": "2017-01-02"}, {"decom": "2016-05-02", "dec": "2016-08-01", "rec": "E12"}),
    two(
        "217",
        {},
        {"decom": "2016-08-01", "rne": "P", "place": "A3"},
        {"decom": "2016-08-01", "rne": "T", "place": "A3"},
    ),
    case(
        "336",
        [e("2016-05-02", "2016-08-01", place="K2"), e("2016-08-01", rne="T", place="A5")],
        [e("2016-05-02", "2016-08-01", place="U6"), e("2016-08-01", rne="T", place="A5")],
    ),
    # In care before the window: the earlier episodes need not have been sent.
    one("357", {"decom": "2016-04-01", "rne": "P"}, {"decom": "2016-03-31", "rne": "P"}),
    case(
        "377",
        [
            e("2016-04-01", "2016-04-08", place="T3"),
            e("2016-06-01", "2016-06-08", place="T3"),
            e("2017-03-31", None, place="T3"),
        ],
        [
            e("2016-03-31", "2016-04-08", place="T3"),
            e("2016-06-01", "2016-06-08", place="T3"),
            e("2017-03-31", None, place="T3"),
        ],
    ),
    one("380", {"decom": "2016-05-02", "place": "T1"}, {"decom": "2016-05-02", "place": "T1", "rne": "P"}),
    one(
        "381",
        {"decom": "2016-05-02", "dec": "2016-05-05", "place": "T1", "rec": "E4A"},
        {"decom": "2016-05-02", "dec": "2016-05-05", "place": "T1", "rec": "X1"},
    ),
    case(
        "383",
        [
            e("2016-05-02", "2016-06-01"),
            e("2016-06-01", "2016-06-05", "P", place="T4"),
            e("2016-06-05", rne="P", place="K2"),
        ],
        [e("2016-05-02", "2016-06-01"), e("2016-06-01", "2016-06-05", "P", place="T4"), e("2016-06-05", rne="P")],
    ),
    one(
        "388", {"decom": "2016-05-02", "dec": "2016-08-01"}, {"decom": "2016-05-02", "dec": "2016-08-01", "rec": "E4A"}
    ),
    case("390", adopted(place="U4"), adopted()),
    two("431", {}, {"decom": "2016-08-01"}, {"decom": "2016-08-02"}),
    two("432", {"rec": "E4A"}, {"decom": "2016-09-01", "rne": "P"}, {"decom": "2016-09-01", "rne": "S"}),
    two("433", {}, {"decom": "2016-08-02", "rne": "P"}, {"decom": "2016-08-01", "rne": "P"}),
    two("434", {}, {"decom": "2016-08-01", "rne": "L", "ls": "C2"}, {"decom": "2016-08-01", "rne": "L", "ls": "E1"}),
    two(
        "435",
        {},
        {"decom": "2016-08-01", "rne": "P", "ls": "E1", "place": "K2"},
        {"decom": "2016-08-01", "rne": "P", "place": "K2"},
    ),
    two(
        "436",
        {},
        {"decom": "2016-08-01", "rne": "B", "place": "K2"},
        {"decom": "2016-08-01", "rne": "B", "ls": "E1", "place": "K2"},
    ),
    two("437", {"rec": "E15"}, {"decom": "2017-01-02"}, {"decom": "2016-05-02", "dec": "2016-08-01", "rec": "E15"}),
    two("501", {}, {"decom": "2016-07-31"}, {"decom": "2016-08-01"}),
    # Two years
    case(
        "502",
        [last_year(h()), last_year(e("2015-05-01")), e("2015-05-02")],
        [last_year(h()), last_year(e("2015-05-01")), e("2015-05-01")],
    ),
    case("503A", [last_year(e("2015-05-01")), e("2015-05-01", rne="P")], [last_year(e("2015-05-01")), e("2015-05-01")]),
    case("503B", [last_year(e("2015-05-01")), e("2015-05-01", ls="E1")], [last_year(e("2015-05-01")), e("2015-05-01")]),
    case(
        "503D", [last_year(e("2015-05-01")), e("2015-05-01", place="K2")], [last_year(e("2015-05-01")), e("2015-05-01")]
    ),
    # Began before this window, and on its first day.
    case(
        "562",
        [last_year(e("2015-05-01", "2015-06-01", rec="E4A")), e("2016-03-31")],
        [last_year(e("2015-05-01", "2015-06-01", rec="E4A")), e("2016-04-01")],
    ),
    case("NoE", [e("2016-03-31")], [e("2016-04-01")]),
    # Reviews
    case(
        "399",
        [e("2016-05-02", "2016-05-12", ls="V3"), review("2016-05-11")],
        [e("2016-05-02", "2016-05-12", ls="V3"), review("2016-05-12")],
    ),
    case(
        "440",
        [IN_CARE, h(dob="2013-01-10"), review("2017-01-10", "PN0")],
        [IN_CARE, h(dob="2013-01-11"), review("2017-01-10", "PN0")],
    ),
    case(
        "441",
        [IN_CARE, h(dob="2013-01-11"), review("2017-01-10", "PN5")],
        [IN_CARE, h(dob="2013-01-10"), review("2017-01-10", "PN5")],
    ),
    # Health and other outcomes
    case("182", [A_WHOLE_YEAR, oc2(teeth_check=None)], [A_WHOLE_YEAR, oc2()]),
    case(
        "544", [A_WHOLE_YEAR, oc2(convicted="0", health_assessment=None)], [A_WHOLE_YEAR, oc2(health_assessment=None)]
    ),
    case("547", [A_WHOLE_YEAR, oc2(health_check="0", immunisations=None)], [A_WHOLE_YEAR, oc2(immunisations=None)]),
    case("190", [A_DAY_SHORT, oc2()], [A_WHOLE_YEAR, oc2()]),
    case("191", [A_WHOLE_YEAR], [A_DAY_SHORT]),
    case("187", [A_WHOLE_YEAR, oc2(), oc3()], [A_DAY_SHORT, oc3()]),
    case("1010", [last_year(e("2015-05-01")), oc3()], [last_year(e("2015-05-01", "2016-03-01", rec="E4A")), oc3()]),
    # Adoption
    case("151", [*adopted(), ad1(nb_adoptr=None)], [*adopted(), ad1()]),
    case("331", [*adopted(), ad1(date_match="2016-08-02")], [*adopted(), ad1(date_match="2016-08-01")]),
    case("521", [*adopted(), ad1(date_int="2016-08-02")], [*adopted(), ad1(date_int="2016-08-01")]),
    case("334", [*adopted(), ad1(date_int="2016-03-31")], [*adopted(), ad1(date_int="2016-04-01")]),
    case("335", [*adopted(), ad1(foster_care="1")], [*adopted(), ad1(foster_care="0")]),
    case("582", [*adopted(), ad1(date_match="2017-02-01")], [*adopted(), ad1(date_match="2017-01-31")]),
    case("602", [*adopted(rec="E4A"), ad1()], [*adopted(), ad1()]),
    case("601", adopted(), [*adopted(), ad1()]),
    case("551", adopted(), [*adopted(), placed("2016-06-01")]),
    case("552", [*adopted(), placed("2016-08-02")], [*adopted(), placed("2016-08-01")]),
    case(
        "554",
        [e("2016-04-01", "2016-06-01"), e("2016-06-01", rne="L", ls="E1"), placed("2016-06-02")],
        [e("2016-04-01", "2016-06-01"), e("2016-06-01", rne="L", ls="E1"), placed("2016-06-01")],
    ),
    case(
        "557",
        [*adopted(rec="E4A"), placed("2016-06-01")],
        [*adopted(rec="E4A"), placed("2016-06-01", date_placed_ceased="2017-01-15")],
    ),
    case(
        "558",
        [*adopted(), placed("2016-06-01", date_placed_ceased="2017-01-15")],
        [*adopted(rec="E4A"), placed("2016-06-01", date_placed_ceased="2017-01-15")],
    ),
    case("1003", [*adopted(), placed("2016-03-31")], [*adopted(), placed("2016-04-01")]),
    # Missing
    case("565", [IN_CARE, mis("2016-06-01", missing=None)], [IN_CARE, mis("2016-06-01")]),
    case("566", [IN_CARE, mis("2016-06-01", "2016-06-02", missing=None)], [IN_CARE, mis("2016-06-01", missing=None)]),
    case("567", [IN_CARE, mis("2016-06-02", "2016-06-01")], [IN_CARE, mis("2016-06-02", "2016-06-02")]),
    case("570", [IN_CARE, mis("2017-04-01")], [IN_CARE, mis("2017-03-31")]),
    case("571", [IN_CARE, mis("2016-06-02", "2017-04-01")], [IN_CARE, mis("2016-06-02", "2017-03-31")]),
    case(
        "574",
        [IN_CARE, mis("2016-06-02", "2016-06-10"), mis("2016-06-09", "2016-06-12")],
        [IN_CARE, mis("2016-06-02", "2016-06-10"), mis("2016-06-10", "2016-06-12")],
    ),
    case(
        "575",
        [e("2016-05-02", "2016-08-01"), e("2016-08-01", rne="P"), mis("2016-07-31")],
        [e("2016-05-02", "2016-08-01"), e("2016-08-01", rne="P"), mis("2016-08-01")],
    ),
    case(
        "576",
        [IN_CARE, last_year(mis("2016-03-01"))],
        [IN_CARE, last_year(mis("2016-03-01")), mis("2016-03-01", "2016-04-10")],
    ),
    case(
        "577",
        [e("2016-05-02", "2016-08-01", rec="E4A"), mis("2016-07-31")],
        [e("2016-05-02", "2016-08-01"), e("2016-08-01", rne="P"), mis("2016-07-31")],
    ),
    case(
        "578",
        [e("2016-05-02", "2016-08-01", rec="E4A"), mis("2016-08-02", "2016-08-03")],
        [e("2016-05-02", "2016-08-01", rec="E4A"), mis("2016-08-01", "2016-08-03")],
    ),
    case("581", [IN_CARE, mis("2016-05-01", "2016-05-03")], [IN_CARE, mis("2016-05-02", "2016-05-03")]),
    case(
        "586",
        [h(dob="2016-06-02"), mis("2016-06-01", "2016-06-03")],
        [h(dob="2016-06-01"), mis("2016-06-01", "2016-06-03")],
    ),
    # One child in several tables
    unlisted("INT01", ad1()),
    unlisted("INT04", mis("2016-06-01", "2016-06-02")),
    unlisted("INT05", oc2()),
    unlisted("INT08", review("2016-06-01")),
    born_elsewhere("INT11", ad1),
    born_elsewhere("INT12", placed, "2016-06-01"),
    born_elsewhere("INT13", mis, "2016-06-01", "2016-06-02"),
    born_elsewhere("INT14", oc2),
    born_elsewhere("INT15", oc3),
    born_elsewhere("INT16", prev_perm),
    born_elsewhere("INT17", review, "2016-06-01"),
    born_elsewhere("INT18", uasc),
    case("INT21", [IN_CARE, uasc(sex="2")], [IN_CARE, uasc(sex="1")]),
]

# ----------------------------------------------------------------------------------------------------------- CIN census

REFERRED = "2016-05-03"


def child(**other: Any) -> tuple[str, Row]:
    return "children", {"person_birth_date": "2010-09-30", "gender_current": "1", **other}


def need(referred: str = REFERRED, **other: Any) -> tuple[str, Row]:
    return "cin_details", {"cin_referral_date": referred, "referral_source": "6", "referral_nfa": False, **other}


def assessment(start: str, end: str | None = None) -> tuple[str, Row]:
    return "assessments", {"assessment_actual_start_date": start, "assessment_authorisation_date": end}


def enquiry(start: str, conference: str | None = None, **other: Any) -> tuple[str, Row]:
    return "section47", {"s47_actual_start_date": start, "date_of_initial_cpc": conference, **other}


def plan(start: str, end: str | None = None, **other: Any) -> tuple[str, Row]:
    items = {"initial_category_of_abuse": "NEG", "latest_category_of_abuse": "NEG", "number_of_previous_cpp": 0}
    return "child_protection_plans", {"cpp_start_date": start, "cpp_end_date": end, **items, **other}


def in_need_plan(start: str, end: str | None = None) -> tuple[str, Row]:
    return "cin_plan_dates", {"cin_plan_start_date": start, "cin_plan_end_date": end}


def plan_review(day: str, start: str) -> tuple[str, Row]:
    return "cpp_reviews", {"cpp_start_date": start, "cpp_review_date": day}


NO_CASE: tuple[str, Row] = ("no case", {})
UNBORN = {"person_birth_date": None, "gender_current": "0"}


def census(rule: str, breach: Rows, fine: Rows) -> Case:
    return Case("cin_census", rule, breach, fine)


NEED_CASES = [
    # The child
    census("4180", [child(gender_current=None)], [child(gender_current="9")]),
    census("8520", [child(person_birth_date="2017-04-01")], [child(person_birth_date="2017-03-31")]),
    census("8525Q", [child(expected_person_birth_date="2010-10-01")], [child(expected_person_birth_date=None)]),
    census(
        "8530Q",
        [child(**UNBORN, expected_person_birth_date="2017-02-28")],
        [child(**UNBORN, expected_person_birth_date="2017-03-01")],
    ),
    census("8535Q", [child(person_death_date="2010-09-29")], [child(person_death_date="2010-09-30")]),
    census("8590", [child(), NO_CASE], [child(), need()]),
    census(
        "8750",
        [child(person_birth_date=None, expected_person_birth_date="2017-06-01", gender_current="2")],
        [child(person_birth_date=None, expected_person_birth_date="2017-06-01", gender_current="0")],
    ),
    census(
        "8772",
        [child(upn_unknown="UN7"), need(referral_nfa=False)],
        [child(upn_unknown="UN7"), need(referral_nfa=True)],
    ),
    census("8775Q", [child(person_birth_date="1991-03-31")], [child(person_birth_date="1991-04-01")]),
    # The case
    census(
        "2990",
        [need(cin_closure_date="2016-09-01", reason_for_closure="RC8"), enquiry("2016-06-01", "2016-06-20")],
        [need(cin_closure_date="2016-09-01", reason_for_closure="RC8"), assessment("2016-06-01", "2016-06-20")],
    ),
    census("8555Q", [child(person_death_date="2016-05-02"), need()], [child(person_death_date="2016-05-03"), need()]),
    census(
        "8565",
        [need(cin_closure_date="2016-09-01"), plan("2016-06-01", "2016-09-02")],
        [need(cin_closure_date="2016-09-01"), plan("2016-06-01", "2016-09-01")],
    ),
    census("8568", [need(referral_nfa=None)], [need(referral_nfa=False)]),
    census("8569Q", [need("2016-03-26", referral_nfa=True)], [need("2016-03-27", referral_nfa=True)]),
    census("8600", [need("2017-04-01")], [need("2017-03-31")]),
    # 281 and 280 days.
    census(
        "8606",
        [child(person_birth_date="2017-02-08"), need(REFERRED)],
        [child(person_birth_date="2017-02-07"), need(REFERRED)],
    ),
    census("8620", [need(cin_closure_date="2017-04-01")], [need(cin_closure_date="2017-03-31")]),
    census("8630", [need(cin_closure_date="2016-05-02")], [need(cin_closure_date="2016-05-03")]),
    census(
        "8805",
        [need(cin_closure_date="2016-09-01")],
        [need(cin_closure_date="2016-09-01", reason_for_closure="RC7")],
    ),
    census("8810", [need(reason_for_closure="RC7")], [need()]),
    census("8815", [need(), need("2016-10-03")], [need(cin_closure_date="2016-10-03"), need("2016-10-03")]),
    census(
        "8816",
        [need(), need("2016-10-03", cin_closure_date="2016-11-01")],
        [need(cin_closure_date="2016-10-03"), need("2016-10-03")],
    ),
    census(
        "8820",
        [need(cin_closure_date="2016-10-04"), need("2016-10-03")],
        [need(cin_closure_date="2016-10-03"), need("2016-10-03")],
    ),
    census(
        "8831",
        [need(referral_nfa=True, cin_closure_date="2016-05-04")],
        [need(referral_nfa=True, cin_closure_date="2016-05-03")],
    ),
    census("8866", [need(referral_source=None)], [need(referral_source="10")]),
    # Assessments and child in need plans
    census("1103", [need(), assessment("2016-05-02")], [need(), assessment("2016-05-03")]),
    census(
        "8867",
        [need(cin_closure_date="2016-09-01"), assessment("2016-05-04")],
        [need(cin_closure_date="2016-09-01"), assessment("2016-05-04", "2016-06-01")],
    ),
    census(
        "4000",
        [need(referral_nfa=True), in_need_plan("2016-06-01")],
        [need(referral_nfa=False), in_need_plan("2016-06-01")],
    ),
    census("4015", [in_need_plan("2016-05-02")], [in_need_plan("2016-05-03")]),
    # Enquiries
    census("2889", [enquiry("2016-05-02")], [enquiry("2016-05-03")]),
    census("8615", [enquiry("2016-06-21", "2016-06-20")], [enquiry("2016-06-20", "2016-06-20")]),
    census("8675Q", [enquiry("2017-03-03")], [enquiry("2017-03-04")]),
    census("8740", [need("2016-03-01"), enquiry("2016-03-31")], [need("2016-03-01"), enquiry("2016-04-01")]),
    census(
        "8839",
        [enquiry("2016-06-01"), enquiry("2016-07-01")],
        [enquiry("2016-06-01"), enquiry("2016-07-01", icpc_not_required=True)],
    ),
    census(
        "8868",
        [need(cin_closure_date="2016-09-01"), enquiry("2016-06-01")],
        [need(cin_closure_date="2016-09-01"), enquiry("2016-06-01", icpc_not_required=True)],
    ),
    census(
        "8890",
        [enquiry("2016-06-01", "2016-06-20"), enquiry("2016-06-19", "2016-06-21")],
        [enquiry("2016-06-01", "2016-06-20"), enquiry("2016-06-20", "2016-06-21")],
    ),
    # Conferences; 3 May 2016 was a Tuesday.
    census("1104", [need(date_of_initial_cpc="2016-05-02")], [need(date_of_initial_cpc="2016-05-03")]),
    census(
        "2884",
        [need(date_of_initial_cpc="2016-06-20"), enquiry("2016-06-01", "2016-06-20")],
        [need(), enquiry("2016-06-01", "2016-06-20")],
    ),
    census(
        "8715",
        [need("2016-03-01", date_of_initial_cpc="2016-03-31")],
        [need("2016-03-01", date_of_initial_cpc="2016-04-01")],
    ),
    census("8875", [enquiry("2016-05-04", "2016-05-07")], [enquiry("2016-05-04", "2016-05-06")]),
    # Plans
    census("1105", [plan("2016-05-02")], [plan("2016-05-03")]),
    census(
        "2885",
        [enquiry("2016-06-01", "2016-06-20"), plan("2016-06-21")],
        [enquiry("2016-06-01", "2016-06-20"), plan("2016-06-20")],
    ),
    census("8720", [plan("2017-04-01")], [plan("2017-03-31")]),
    census("8730", [plan("2016-06-20", number_of_previous_cpp=None)], [plan("2016-06-20", number_of_previous_cpp=0)]),
    census("8832", [need(referral_nfa=True), plan("2016-06-20")], [need(), plan("2016-06-20")]),
    census("8840", [plan("2016-06-20", "2016-06-20")], [plan("2016-06-20", "2016-06-21")]),
    census("8910", [plan("2016-06-20", latest_category_of_abuse=None)], [plan("2016-06-20")]),
    census(
        "8915",
        [child(person_death_date="2016-06-19"), plan("2016-06-20")],
        [child(person_death_date="2016-06-20"), plan("2016-06-20")],
    ),
    census(
        "8920",
        [child(person_death_date="2016-08-01"), plan("2016-06-20", "2016-08-02")],
        [child(person_death_date="2016-08-01"), plan("2016-06-20", "2016-08-01")],
    ),
    census("8925", [plan("2016-06-20", "2016-06-19")], [plan("2016-06-20", "2016-06-20")]),
    census("8930", [plan("2016-06-20", "2017-04-01")], [plan("2016-06-20", "2017-03-31")]),
    census("8935", [plan("2016-06-20"), plan("2016-09-01")], [plan("2016-06-20", "2016-09-01"), plan("2016-09-01")]),
    census(
        "8940",
        [plan("2016-06-20", "2016-09-02"), plan("2016-09-01")],
        [plan("2016-06-20", "2016-09-01"), plan("2016-09-01")],
    ),
    # Reviews
    census(
        "8841",
        [plan("2016-06-20"), plan_review("2016-06-20", "2016-06-20")],
        [plan("2016-06-20"), plan_review("2016-06-21", "2016-06-20")],
    ),
    census(
        "4003",
        [plan("2016-06-20"), plan_review("2016-09-01", "2016-06-20"), in_need_plan("2016-05-04", "2016-09-02")],
        [plan("2016-06-20"), plan_review("2016-09-01", "2016-06-20"), in_need_plan("2016-05-04", "2016-09-01")],
    ),
    # Both kinds of plans
    census(
        "4001",
        [plan("2016-06-20"), in_need_plan("2016-05-04", "2016-06-21")],
        [plan("2016-06-20"), in_need_plan("2016-05-04", "2016-06-20")],
    ),
    census(
        "4016",
        [plan("2016-06-20", "2016-09-01"), in_need_plan("2016-08-31")],
        [plan("2016-06-20", "2016-09-01"), in_need_plan("2016-09-01")],
    ),
    census(
        "4017",
        [plan("2016-06-20"), in_need_plan("2016-05-04", "2016-06-21")],
        [plan("2016-06-20"), in_need_plan("2016-05-04", "2016-06-20")],
    ),
]

CASES = [*CARE_CASES, *NEED_CASES]

# Rules about a return as a whole, each with the authorities whose return breaks it and does not.
WHOLE_RETURNS: dict[str, tuple[list[Rows], list[Rows]]] = {
    # One plan without a conference, and one with.
    "2883": ([[plan("2016-06-20")]], [[plan("2016-06-20"), enquiry("2016-06-01", "2016-06-20")]]),
    # One of 49 children is more than 2%, one of 50 is not.
    "2886Q": (
        [[child(gender_current="0")], *[[child()]] * 48],
        [[child(gender_current="0")], *[[child()]] * 49],
    ),
}
