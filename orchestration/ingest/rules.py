"""The closed vocabulary of what can be wrong with a submission, one of its tables or one of its rows.

Belongs here: rule codes and what each means, once, for the quarantine, the messages, the documentation and the tests.
Does not belong here: the judging itself (validate.py, envelope.py, load.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Level = Literal["quarantine", "warn", "either"]


@dataclass(frozen=True)
class Rule:
    """`level`: quarantine takes the row out, warn leaves it in, either depends on the column (on_unknown_code)."""

    code: str
    level: Level
    meaning: str


# Rows
NOT_A_DATE: Final = "not_a_date"
NOT_A_TIME: Final = "not_a_time"
NOT_A_NUMBER: Final = "not_a_number"
NOT_YES_OR_NO: Final = "not_yes_or_no"
OUT_OF_RANGE: Final = "out_of_range"
REQUIRED_MISSING: Final = "required_missing"
UNKNOWN_CODE: Final = "unknown_code"
CODE_NOT_VALID_FOR_YEAR: Final = "code_not_valid_for_year"
CODE_SPELLING: Final = "code_spelling"
PATTERN_MISMATCH: Final = "pattern_mismatch"
TIME_IGNORED: Final = "time_ignored"
ROW_LENGTH: Final = "row_length"
REPEATED_ELEMENT: Final = "repeated_element"
DUPLICATE_ROW: Final = "duplicate_row"
DUPLICATE_KEY: Final = "duplicate_key"
PARENT_QUARANTINED: Final = "parent_quarantined"
UNRECOGNISED_TABLE: Final = "unrecognised_table"
SUBMISSION_REJECTED: Final = "submission_rejected"
# The submission as a whole
ENVELOPE_INFERRED: Final = "envelope_inferred"
WINDOW_NOT_OVER: Final = "window_not_over"
ENVELOPE_FIELD: Final = "envelope_field"
AUTHORITY_DIFFERS: Final = "authority_differs"
AREA_NOT_IN_LIST: Final = "area_not_in_list"
AREA_NOT_HOME: Final = "area_not_home"
COLUMN_NOT_IN_CONTRACT: Final = "column_not_in_contract"
FILE_NOT_READ: Final = "file_not_read"
AGREEMENT_DIFFERS: Final = "agreement_differs"

_RULES: tuple[Rule, ...] = (
    Rule(NOT_A_DATE, "quarantine", "a date column holds text that is not a date of the contract's formats"),
    Rule(NOT_A_TIME, "quarantine", "a date-and-time column holds text that is neither a time nor a date"),
    Rule(NOT_A_NUMBER, "quarantine", "a number column holds text that is not such a number"),
    Rule(NOT_YES_OR_NO, "quarantine", "a yes/no column holds something else"),
    Rule(
        OUT_OF_RANGE,
        "quarantine",
        "a date before 1900 or after 2100 (only warned of where optional), or a number too large",
    ),
    Rule(REQUIRED_MISSING, "quarantine", "a required column is blank"),
    Rule(UNKNOWN_CODE, "either", "a coded column holds a code that no return year knows"),
    Rule(CODE_NOT_VALID_FOR_YEAR, "warn", "a code of another return year"),
    Rule(CODE_SPELLING, "warn", "a code in the wrong case, loaded in the right one"),
    Rule(PATTERN_MISMATCH, "either", "a column whose text has not the form that the contract says"),
    Rule(TIME_IGNORED, "warn", "a date column holds a time of day as well, which is not loaded"),
    Rule(ROW_LENGTH, "quarantine", "a row with more or fewer cells than the heading row"),
    Rule(REPEATED_ELEMENT, "quarantine", "an XML record holds the same element twice where one is expected"),
    Rule(DUPLICATE_ROW, "quarantine", "a row that repeats an earlier row of the submission in every column"),
    Rule(DUPLICATE_KEY, "quarantine", "a row with the key of an earlier row of the submission and other values"),
    Rule(PARENT_QUARANTINED, "quarantine", "a row that belongs to a quarantined row"),
    Rule(UNRECOGNISED_TABLE, "quarantine", "a row of a file, sheet or element that is no table of the contract"),
    Rule(SUBMISSION_REJECTED, "quarantine", "a row of a submission that was rejected as a whole"),
    Rule(ENVELOPE_INFERRED, "warn", "area or window of the submission had to be worked out"),
    Rule(WINDOW_NOT_OVER, "warn", "the window of the submission ends after the day of its receipt"),
    Rule(ENVELOPE_FIELD, "warn", "a field of the envelope that is unknown or cannot be used"),
    Rule(AUTHORITY_DIFFERS, "warn", "submission.yml and the file name different authorities"),
    Rule(AREA_NOT_IN_LIST, "warn", "the authority is not in the list of areas"),
    Rule(AREA_NOT_HOME, "warn", "rows of another area than the home authority, loaded and counted there"),
    Rule(COLUMN_NOT_IN_CONTRACT, "warn", "columns or elements that the contract does not know and that are not loaded"),
    Rule(FILE_NOT_READ, "warn", "a file within the submission that is none of the formats we read"),
    Rule(AGREEMENT_DIFFERS, "warn", "the envelope names another sharing agreement than the contract"),
)

RULES: Final[dict[str, Rule]] = {rule.code: rule for rule in _RULES}
