"""What a message shows of what came: the one place that decides it, for values, headings and the names of files.

A return whose columns have shifted brings a child's name into a column of times, and a file may be called after the
child that it is about. So what came is shown only where it has a form that cannot hold a person: a date, a short
number, a code of the contract, words of the contract. Of all else its form is told ("8 letters"), which is enough to
find and mend it (docs/decisions/0023).

Belongs here: that decision. Does not belong here: columns that are marked as identifying (validate.py masks those
whatever they hold), and what may be published (publish.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Literal

Kind = Literal["string", "date", "timestamp", "integer", "decimal", "boolean"]

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november"),
    *("december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
)
_TERMS = ("autumn", "spring", "summer")
_NO_ANSWER = frozenset(
    {
        *("n/a", "na", "#n/a", "nan", "nil", "none", "null", "unknown", "not known", "not applicable", "tbc"),
        *("yes", "no", "true", "false"),
    }
)
"""What is written where there is nothing to say, or in answer to yes or no."""

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?"
_DAY = (
    # 31/02/2016, 2017-02-30, 31.3.2017, 31-Feb-17; unbroken only where it reads as a day of these two centuries.
    r"(?:\d{1,4}(?P<mark>[/.-])\d{1,2}(?P=mark)\d{1,4}"
    rf"|\d{{1,2}}[ /.-](?:{'|'.join(_MONTHS)})[ /.-](?:\d{{2}}|\d{{4}})"
    r"|(?:19|20)\d{2}[01]\d[0-3]\d|[0-3]\d[01]\d(?:19|20)\d{2})"
)
_A_DATE = re.compile(
    rf"{_DAY}(?:[T ]+{_CLOCK})?|{_CLOCK}|\d{{1,4}}|[2-5]\d{{4}}(?:\.\d{{1,6}})?", re.IGNORECASE | re.ASCII
)
"""Also a year, and the five digits by which a spreadsheet counts its days."""
_A_NUMBER = re.compile(r"[<>=~£+-]{0,3} ?\d[\d.,]{0,8} ?%?|[+-]?\.\d{1,6}", re.ASCII)
_MOST_DIGITS = 6
"""Of a number that is shown: an NHS number has 10, a unique pupil number 12, a telephone number 11."""
_A_YEAR = re.compile(r"(?:19|20)\d{2}(?:[/-]\d{2}(?:\d{2})?)?|(?:19|20)\d{4}|\d{1,4}", re.ASCII)
_LONGEST_CODE = 4
_SHOWN_REASONS = 3


def words_of(*texts: str) -> frozenset[str]:
    """The words of our own texts (headings, names of tables), in lower case."""
    return frozenset(word.casefold() for text in texts for word in re.findall(r"[^\W\d_]+", text))


_WORDS_OF_FILES = words_of(
    """
    bin csv txt tsv xlsx xlsm xlsb xls ods xml zip rar gz z parquet pdf doc docx png jpg html md yml json part partial
    filepart crdownload download tmp temp
    file files folder data return returns submission submissions extract export report table tables sheet sheets list
    lists index copy new old final provisional draft version corrected revised resubmission resend late update updated
    signed off year yearly annual quarter quarterly quarters month monthly months week weekly q v to from of and the for
    not shown whole figures aggregate aggregates counts count total totals records rows summary guide notes cover blank
    group groups
    financial academic calendar term
    children child childrens s social care services service safeguarding board mee decisions decision meeting
    cin census ssda return header episodes reviews contacts contact early help cse health assessments assessment
    return interviews interview missing domestic abuse referrals referral recorded crime police marac cases case camhs
    hospital admissions conceptions youth justice first time entrants education attendance attainment exclusions pupil
    headcount public substance misuse published dfe cla lait fingertips population neighbours voice consultations
    participation themes complaints audits section audit threshold challenge register actions deaths workforce
    training evaluations single agency qa compliance profile local needs challenges escalations business plan risks
    dissemination
    """
)
_WORDS_OF_HEADINGS = words_of(
    """
    name names surname forename forenames first last middle full initials dob birth sex gender age ethnic ethnicity
    address postcode phone telephone mobile email id ids identifier number no ref reference unique code codes type
    status date dates time start end started ended opened closed open reason outcome comment comments note remark
    remarks description details school team worker manager allocated source authority area region value values
    column extra unnamed other text free parent mother father carer sibling gp nhs upn urn la
    """
)
_TOKEN = re.compile(
    r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[nrt])"  # an escape of printable()
    r"|(?<![^\W_])[EWNSKL]\d{8}(?![^\W_])|[^\W\d_]+|\d+|[\W_]"
)


def form_of(text: str) -> str:
    """What a text consists of, and nothing of what it says: '8 letters', '1 letter, 7 digits and 2 signs (/)'."""
    letters = sum(char.isalpha() for char in text)
    digits = sum(char.isdigit() for char in text)
    spaces = sum(char.isspace() for char in text)
    others = [char for char in text if not (char.isalpha() or char.isdigit() or char.isspace())]
    signs = "".join(sorted({char for char in others if char.isascii() and char.isprintable()}))
    counted = [(letters, "letter", ""), (digits, "digit", ""), (spaces, "space", "")]
    counted.append((len(others), "sign", f" ({signs})" if signs else ""))
    parts = [f"{count:,} {word}{'' if count == 1 else 's'}{more}" for count, word, more in counted if count]
    if len(parts) < 2:
        return parts[0] if parts else "nothing"
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def may_show(text: str, kind: Kind, codes: Collection[str] = ()) -> bool:
    """Whether a value of a column that is not marked as identifying has a form that such a column could have.

    `codes`: what the contract lists for the column, of whatever year. Two letters are a name as well as a code, so an
    unknown code is shown only where it is short, has a digit, and is built as a listed one is.
    """
    text = text.strip()
    folded = text.casefold()
    if (len(text) == 1 and text.isascii()) or folded in _NO_ANSWER:
        return True
    if codes:
        if folded in {code.casefold() for code in codes}:
            return True
        is_short = len(text) <= _LONGEST_CODE and any(char.isdigit() for char in text)
        return is_short and _build(text) in {_build(code) for code in codes}
    if kind in ("date", "timestamp"):
        return bool(_A_DATE.fullmatch(text))
    if kind in ("integer", "decimal"):
        return bool(_A_NUMBER.fullmatch(text)) and sum(char.isdigit() for char in text) <= _MOST_DIGITS
    return kind == "string" and bool(_A_YEAR.fullmatch(text))


def told_value(text: str, kind: Kind, codes: Collection[str] = ()) -> str:
    """A value as it is put into a message: quoted where it may be shown, else its form."""
    return shorten(text) if may_show(text, kind, codes) else form_of(text)


def told_words(text: str, words: Collection[str]) -> str:
    """A label as it is put into a message: quoted where each of its words is one of ours, else its form."""
    return shorten(text, 40) if _are_ours(text, words) else form_of(text)


def told_heading(text: str, words: Collection[str], position: int) -> str:
    """A heading as it is put into a message: quoted where each of its words is one of ours, else where it stands.

    What stands where headings should may be the first row of a file without them. `position` counts from 1.
    """
    return shorten(text, 40) if _are_ours(text, words) else f"column {position} ({form_of(text)})"


def told_name(name: str, words: Collection[str], *, keeps_digits: bool = False) -> str:
    """A file's name (a path, a sheet's name) as it is stored and printed: each word that is none of ours as asterisks.

    A name of the form that is agreed comes back whole. Where a word is hidden, so is every date, as it may be that
    person's date of birth; a year stays. `keeps_digits` leaves all, for publications, which are about no person. What
    is no character, or would steer a terminal, comes as its escape.
    """
    tokens = _TOKEN.findall(name)
    hidden = _hidden(tokens, words)
    hides_a_word = any(tokens[at][0].isalpha() for at in hidden)
    if hides_a_word and not keeps_digits:
        hidden |= {at for at, token in enumerate(tokens) if token[0].isdigit()} - _years(tokens)
        hidden -= {at for at in hidden if _belongs(tokens, at, hidden)}
    return printable("".join("*" * len(token) if at in hidden else token for at, token in enumerate(tokens)))


def printable(name: str) -> str:
    """A name with what is no character, or would steer a terminal, as its escape."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in name)


def chief_of(reasons: Sequence[str]) -> str:
    """The first reasons of a list that begins with the most frequent, and how many there are beside them."""
    more = len(reasons) - _SHOWN_REASONS
    return ", ".join(reasons[:_SHOWN_REASONS]) + (
        f" and {more} other reason{'s' if more > 1 else ''}" if more > 0 else ""
    )


def unlike(names: Iterable[str]) -> list[str]:
    """The names, each that has come before with its number behind it: two hidden ones may look the same."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = count = seen.get(name, 0) + 1
        told.append(name if count == 1 else f"{name} ({count})")
    return told


def shorten(text: str, length: int = 60) -> str:
    """Text as it is quoted in a message: in quotation marks, on one line, at most `length` characters."""
    line = " ".join(text.split())
    return repr(line if len(line) <= length else line[: length - 3] + "...")


def _build(text: str) -> str:
    return "".join("9" if char.isdigit() else "A" if char.isalpha() else char for char in text)


def _are_ours(text: str, words: Collection[str]) -> bool:
    digits = sum(char.isdigit() for char in text)
    return digits <= 2 and all(
        word in words or word in _WORDS_OF_HEADINGS or word in _WORDS_OF_FILES for word in words_of(text)
    )


def _hidden(tokens: list[str], words: Collection[str]) -> set[int]:
    """Positions of the words and numbers of a name that are none of ours."""
    spoken = [at for at, token in enumerate(tokens) if token[0].isalnum()]
    alone = [at for at in spoken if len(tokens[at]) == 1 and tokens[at].isalpha() and tokens[at].casefold() not in "qv"]
    years = _years(tokens)
    found = set()
    for place, at in enumerate(spoken):
        token = tokens[at]
        word = token.casefold()
        if token[0].isdigit():
            is_fine = bool(_A_YEAR.fullmatch(token)) or bool(re.fullmatch(_DAY, token))
        elif len(token) == 1:
            # One letter tells nothing; two of them are initials.
            is_fine = word in "qv" or len(alone) == 1
        elif not token.isalpha():
            is_fine = True  # the code of an area
        elif word in _MONTHS or word in _TERMS:
            # Only beside a year: April, May, June, August, Autumn and Summer are also people.
            is_fine = not years.isdisjoint(spoken[max(place - 1, 0) : place + 2])
        else:
            is_fine = word in words or word in _WORDS_OF_FILES
        if not is_fine:
            found.add(at)
    return found


def _years(tokens: list[str]) -> set[int]:
    """Positions of the numbers that are a year, or the two of a financial or school year, and no part of a day."""
    found: set[int] = set()
    numbers = [at for at, token in enumerate(tokens) if token[0].isdigit()]
    while numbers:
        group = [numbers.pop(0)]
        while numbers and numbers[0] - group[-1] == 2 and not tokens[group[-1] + 1].isalpha():
            group.append(numbers.pop(0))
        first, *more = [tokens[at] for at in group]
        if re.fullmatch(r"(?:19|20)\d{2}", first) and more in ([], [f"{(int(first) + 1) % 100:02}"]):
            found.update(group)
    return found


def _belongs(tokens: list[str], at: int, hidden: Collection[int]) -> bool:
    """Whether the number is the end of a word of ours, as in ssda903."""
    return at > 0 and tokens[at - 1].isalpha() and at - 1 not in hidden and len(tokens[at]) <= 3
