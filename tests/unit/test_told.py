"""What a message shows of what came: nothing that could be a person, and enough to find and mend it."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orchestration.ingest.contracts import load_contracts
from orchestration.ingest.told import form_of, told_heading, told_name, told_value, told_words
from orchestration.settings import PROJECT_ROOT

CONTRACTS = load_contracts(PROJECT_ROOT / "sources")
WORDS = frozenset().union(*(contract.words for contract in CONTRACTS.values()))
COLUMNS = [
    (column.type, contract.codes_for_year(column.codes, None) if column.codes else frozenset())
    for contract in CONTRACTS.values()
    for table in contract.tables
    for column in table.columns
    if column.privacy not in ("identifier", "sensitive")
]
FORENAMES = """
Oliver Jack Harry Jacob Charlie Thomas Oscar William James George Alfie Joshua Noah Ethan Muhammad Archie Leo Henry
Joseph Samuel Riley Daniel Mohammed Alexander Max Lucas Mason Logan Isaac Benjamin Dylan Jake Edward Finley Freddie
Harrison Tyler Sebastian Zachary Adam Theo Jayden Arthur Toby Luke Lewis Matthew Harvey Harley David Ryan Tommy Michael
Reuben Nathan Blake Mohammad Jenson Bobby Luca Charles Frankie Dexter Kai Alex Connor Liam Jamie Elijah Stanley Louie
Jude Callum Hugo Leon Elliot Louis Theodore Gabriel Ollie Aaron Frederick Evan Elliott Owen Teddy Finlay Caleb Ibrahim
Ronnie Felix Aiden Cameron Austin Kian Rory Seth Robert Albert Sonny Amelia Olivia Isla Emily Poppy Ava Isabella Jessica
Lily Sophie Grace Sophia Mia Evie Ruby Ella Scarlett Isabelle Chloe Sienna Freya Phoebe Charlotte Daisy Alice Florence
Eva Sofia Millie Lucy Evelyn Elsie Rosie Imogen Lola Matilda Elizabeth Layla Holly Lilly Molly Erin Ellie Maisie Maya
Abigail Eliza Georgia Jasmine Esme Willow Bella Annabelle Ivy Amber Emilia Emma Summer Hannah Eleanor Harriet Rose
Amelie Lexi Megan Gracie Zara Lacey Martha Anna Violet Darcey Maria Maryam Brooke Aisha Katie Leah Thea Darcie Hollie
Amy Mollie Heidi Lottie Bethany Francesca Faith Harper Nancy Beatrice Isabel Darcy Lydia Sarah Sara Julia Victoria Zoe
Robyn Autumn April June Kelly Jo Kim
""".split()  # noqa: SIM905 (a list of two hundred names, one a line, is no easier to read)
SURNAMES = """
Smith Jones Taylor Williams Brown Davies Evans Wilson Thomas Roberts Johnson Lewis Walker Robinson Wood Thompson White
Watson Jackson Wright Green Harris Cooper King Lee Martin Clarke Davis Hughes Edwards Hill Moore Clark Harrison
Scott Young Morris Hall Turner Carter Phillips Mitchell Patel Adams Campbell Anderson Allen Cook Bailey Parker
Miller Davis Murphy Price Bell Baker Griffiths Kelly Simpson Marshall Collins Bennett Cox Richardson Fox Gray Rose
Chapman Hunt Robertson Shaw Reynolds Lloyd Ellis Richards Russell Wilkinson Khan Graham Stewart Reid Murray Powell
Palmer Holmes Rogers Stevens Walsh Hunter Thomson Matthews Ross Owen Mason Knight Kennedy Butler Saunders Begum Ali
""".split()  # noqa: SIM905
NAMES = sorted({*FORENAMES, *SURNAMES})

letters = st.sampled_from(NAMES)
written = st.sampled_from([str, str.upper, str.lower])
person = st.builds(lambda names, how, gap: how(gap.join(names)), st.lists(letters, min_size=1, max_size=3), written,
                   st.sampled_from([" ", ", ", "-", "_", "'"]))  # fmt: skip
initials = st.from_regex(r"[A-Z][. ]?[A-Z]\.?", fullmatch=True)
nhs_number = st.from_regex(r"[0-9]{3} ?[0-9]{3} ?[0-9]{4}", fullmatch=True)
upn = st.from_regex(r"[A-Z][0-9]{11}[0-9A-Z]", fullmatch=True)
postcode = st.from_regex(r"[A-Z]{1,2}[0-9]{1,2} ?[0-9][A-Z]{2}", fullmatch=True)
phone = st.from_regex(r"0[0-9]{4} ?[0-9]{6}", fullmatch=True)
email = st.builds(lambda name: f"{name.lower()}@example.org", letters)
of_a_person = st.one_of(person, initials, nhs_number, upn, postcode, phone, email)


@given(text=of_a_person, column=st.sampled_from(COLUMNS))
@example(text="KELLYLCS", column=("timestamp", frozenset()))
@example(text="KS", column=("string", frozenset({"C1", "N1", "ZZ"})))
def test_what_names_or_numbers_a_person_stands_in_no_message_whatever_column_it_slips_into(
    text: str, column: tuple[str, frozenset[str]]
) -> None:
    kind, codes = column
    if text.casefold() in {code.casefold() for code in codes}:
        return
    told = told_value(text, kind, codes)  # type: ignore[arg-type]
    assert told == form_of(text)
    assert not set(re.findall(r"[^\W\d_]+", text)) & set(re.findall(r"[^\W\d_]+", told))
    assert not any(run in told for run in re.findall(r"\d{3,}", text))


@given(text=st.text(min_size=1), column=st.sampled_from(COLUMNS))
def test_what_is_shown_is_a_listed_code_or_holds_no_word_and_no_number_of_a_person(
    text: str, column: tuple[str, frozenset[str]]
) -> None:
    kind, codes = column
    told = told_value(text, kind, codes)  # type: ignore[arg-type]
    if told == form_of(text) or text.strip().casefold() in {code.casefold() for code in codes}:
        return
    assert sum(char.isdigit() for char in text) <= (20 if kind in ("date", "timestamp") else 6)
    assert max(map(len, re.findall(r"[^\W\d_]+", text)), default=0) <= 9


@pytest.mark.parametrize(
    ("text", "kind", "codes", "told"),
    [
        ("31/02/2016", "date", (), "'31/02/2016'"),
        ("2016-02-30", "date", (), "'2016-02-30'"),
        ("31-Feb-16", "date", (), "'31-Feb-16'"),
        ("42795", "timestamp", (), "'42795'"),
        ("2016-05-01 25:00", "timestamp", (), "'2016-05-01 25:00'"),
        ("01/02/2003", "integer", (), "8 digits and 2 signs (/)"),
        ("01/02/2003", "string", ("A", "B"), "8 digits and 2 signs (/)"),
        ("123456", "date", (), "6 digits"),
        ("1,234.5", "integer", (), "'1,234.5'"),
        ("<5", "decimal", (), "'<5'"),
        ("£120", "decimal", (), "'£120'"),
        ("n/a", "integer", (), "'n/a'"),
        ("never", "date", (), "5 letters"),
        ("April", "date", (), "5 letters"),
        ("C9", "string", ("C1", "N1"), "'C9'"),
        ("c1", "string", ("C1", "N1"), "'c1'"),
        ("XX", "string", ("C1", "ZZ"), "2 letters"),
        ("E0600001", "string", (), "1 letter and 7 digits"),
        ("2016/17", "string", (), "'2016/17'"),
        ("Zoë O'Neil", "timestamp", (), "8 letters, 1 space and 1 sign (')"),
    ],
)
def test_a_value_is_shown_where_such_a_column_could_hold_it_else_its_form(
    text: str, kind: str, codes: tuple[str, ...], told: str
) -> None:
    assert told_value(text, kind, codes) == told  # type: ignore[arg-type]


def test_no_word_that_a_message_may_repeat_is_a_common_name_but_that_of_young_people() -> None:
    repeated = [name for name in NAMES if told_words(name, WORDS) != form_of(name)]
    assert repeated == ["Young"]
    assert [name for name in NAMES if "*" not in told_name(f"{name}.csv", WORDS)] == ["Young"]


@given(
    names=st.lists(letters, min_size=1, max_size=2),
    day=st.dates(),
    gap=st.sampled_from(["_", " ", "-", ".", "/"]),
    form=st.sampled_from(["%Y-%m-%d", "%d-%m-%Y", "%Y%m%d", "%d.%m.%y"]),
    feed=st.sampled_from(sorted(CONTRACTS)),
)
def test_a_file_called_after_a_child_shows_neither_name_nor_day_of_birth(
    names: list[str], day: object, gap: str, form: str, feed: str
) -> None:
    contract = CONTRACTS[feed]
    born = f"{day:{form}}"
    told = told_name(gap.join([contract.feed, *names, born]) + ".csv", contract.words)
    assert told.startswith(contract.feed)
    assert told.endswith(".csv")
    kept = told.removeprefix(contract.feed)
    assert not any(name in kept for name in names if name != "Young")
    assert not re.search(r"\d", kept)


@pytest.mark.parametrize("feed", sorted(key for key, contract in CONTRACTS.items() if contract.publication is None))
def test_a_file_that_is_called_as_agreed_keeps_its_name(feed: str) -> None:
    contract = CONTRACTS[feed]
    name = f"{contract.feed}_E06000011_2016-04-01_2017-03-31_final.csv"
    assert told_name(name, contract.words) == name


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Jane Doe.csv", "**** ***.csv"),
        ("ERYC CIN Census 2016-17 FINAL.xml", "**** CIN Census 2016-17 FINAL.xml"),
        ("cases_811_2016-04-01_2016-06-30_final_Jane.csv", "cases_***_****-**-**_****-**-**_final_****.csv"),
        ("contacts 1234567.csv", "contacts *******.csv"),
        ("april_jones.csv", "*****_*****.csv"),
        ("contacts april 2016.csv", "contacts april 2016.csv"),
        ("K_S.csv", "*_*.csv"),
        ("ssda903_v2.zip", "ssda903_v2.zip"),
        ("cases\nJane\udcff.csv", "cases\\n****\\udcff.csv"),
    ],
)
def test_a_name_is_told_with_asterisks_for_the_words_that_are_none_of_ours(name: str, told: str) -> None:
    assert told_name(name, WORDS) == told


def test_a_month_and_year_stay_in_the_name_of_a_publication_as_its_list_is_dated_by_them() -> None:
    assert told_name("xyz_may_2025.xlsx", WORDS, keeps_digits=True) == "***_may_2025.xlsx"


def test_a_heading_that_is_none_is_told_by_its_place() -> None:
    assert told_heading("Referral date", WORDS, 3) == "'Referral date'"
    assert told_heading("KELLY", WORDS, 3) == "column 3 (5 letters)"
    assert told_heading("date 1234567", WORDS, 4) == "column 4 (4 letters, 7 digits and 1 space)"
