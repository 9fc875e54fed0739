"""One cell of a workbook as the text of a table, saying what a spreadsheet made of it."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.update.workbook.cell_text import stored_text
from analysis.update.workbook.choices import entry_of
from analysis.update.workbook.loose import loose_reading
from analysis.update.workbook.numbers import number_text, shown_decimals

if TYPE_CHECKING:
    from analysis.update.workbook.plan import Field
    from schemas.problems import Severity

#: How a cell begins that two extractors still have to agree on (`review reconcile`).
UNDECIDED = "?? "

_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_MINUS = re.compile("^[\u2212\u2013\u2010\u2011\ufe63\uff0d](?=[\\d.,])")
_QUOTES = str.maketrans("“”„‟‘’‚‛", "\"\"\"\"''''")
_MIDDLE_DOT = re.compile(r"^-?\d+[·∙⋅]\d+$")
_COMMA = re.compile(r"^-?\d{1,9},(\d{1,2}|\d{4,9})$")
_CONDITION = re.compile(r"\[[^\]]*\]|\"[^\"]*\"|\\.")
# Excel keeps 15 digits of a number: a longer id has lost the others.
_EXACT_UP_TO = 10**15


class Remark(NamedTuple):
    """What is to be said of a cell: rule, what, hint, severity."""

    rule: str
    what: str
    hint: str
    severity: Severity = "error"


def read_cell(cell: Any, field: Field) -> tuple[str, list[Remark]]:
    """Read a cell.

    Parameters
    ----------
    cell
        A cell of openpyxl.
    field
        Its column.

    Returns
    -------
    text, remarks
        What belongs into the table; empty when a remark is an error. Formulas are never
        evaluated, and what a spreadsheet may have changed is never guessed.
    """
    value = cell.value
    if value is None:
        return "", []
    if cell.data_type == "f":
        return "", [_formula(value)]
    if cell.data_type == "e":
        what = f"The cell shows the error {value}."
        return "", [Remark("workbook-error", what, "Type the value that was meant.")]
    if cell.font is not None and cell.font.strike:
        what = "The value is crossed out, so it is not clear whether it counts."
        hint = "Delete it, or take the line away."
        return "", [Remark("workbook-crossed-out", what, hint)]
    if isinstance(value, bool):
        return _read_truth(value, field)
    if isinstance(value, datetime | date):
        return _read_date(value, cell.number_format, field)
    if isinstance(value, time | timedelta):
        what = "The spreadsheet made a time of what was typed, and it cannot be known what it was."
        return "", [Remark("workbook-time", what, _SET_TO_TEXT)]
    if isinstance(value, int | float):
        return _read_number(value, cell.number_format, field)
    return _read_text(stored_text(str(value)), field)


_SET_TO_TEXT = "Set the cell to Text (Home, Number format), and type it again."


def _formula(value: object) -> Remark:
    written = value if isinstance(value, str) else getattr(value, "text", None) or "="
    what = f"The cell holds a formula ({str(written)[:40]}). Formulas are not computed here."
    return Remark(
        "workbook-formula",
        what,
        "Type the value, or copy the cell and paste it as a value (Paste Special, Values).",
    )


def _read_truth(value: bool, field: Field) -> tuple[str, list[Remark]]:
    if {"yes", "no"} <= set(field.closed):
        text = "yes" if value else "no"
        what = f"{str(value).upper()} was read as {text}."
        return text, [Remark("workbook-truth", what, f"Write {text}.", "warning")]
    what = f"The spreadsheet made the truth value {str(value).upper()} of what was typed."
    return "", [Remark("workbook-truth", what, _SET_TO_TEXT)]


def _read_date(value: date, number_format: str, field: Field) -> tuple[str, list[Remark]]:
    if not field.is_date:
        what = (
            f"The spreadsheet made the date {value:%Y-%m-%d} of what was typed (1-2 becomes "
            "2 January, for instance), and it cannot be known what it was."
        )
        return "", [Remark("workbook-made-date", what, _SET_TO_TEXT)]
    shown = _CONDITION.sub("", number_format).lower()
    if isinstance(value, datetime) and (value.hour or value.minute):
        what = "The cell holds a time of day."
        return "", [Remark("workbook-time", what, "Write the day alone: 2020-08-17.")]
    # 2020-08 typed into Excel becomes the first of August, shown as Aug-20.
    if "d" in shown or value.day != 1:
        text, part = f"{value:%Y-%m-%d}", "day"
    elif "m" in shown:
        text, part = f"{value:%Y-%m}", "month"
    else:
        text, part = f"{value:%Y}", "year"
    what = f"The spreadsheet made a date of this cell; it was read as the {part} {text}."
    hint = "Compare it with the report: day and month may be exchanged, and Aug-20 may be a day."
    return text, [Remark("workbook-date", what, hint, "warning")]


def _read_number(value: float, number_format: str, field: Field) -> tuple[str, list[Remark]]:
    shown = _CONDITION.sub("", number_format)
    if "%" in shown:
        return _read_percent(value, field)
    if field.kind == "text":
        # A number in a column of ids: its digits are only there up to the fifteenth.
        if abs(value) >= _EXACT_UP_TO:
            what = "The spreadsheet made a number of these digits and lost the last of them."
            return "", [Remark("workbook-digits-lost", what, _SET_TO_TEXT)]
        text = number_text(value, "General")
        loose = loose_reading(text, field) if field.is_date else None
        return (text, []) if loose is None else (loose, [_read_as(text, loose)])
    text = number_text(value, shown)
    if field.unit.startswith("fraction") and (loose := loose_reading(text, field)) is not None:
        return loose, [_read_as(text, loose)]
    decimals = shown_decimals(shown)
    if decimals is not None and len(text.partition(".")[2]) > decimals:
        what = f"The cell shows {value:.{decimals}f}, but holds {text}; {text} was read."
        hint = "Write the number as the report prints it."
        return text, [Remark("workbook-rounded", what, hint, "warning")]
    return text, []


def _read_percent(value: float, field: Field) -> tuple[str, list[Remark]]:
    percent = number_text(value * 100, "General")
    if field.kind == "number" and field.unit.startswith("percent"):
        text = percent
    elif field.kind == "number" and field.unit.startswith("fraction"):
        text = number_text(value, "General")
    else:
        what = f"The cell is formatted as a percentage: it shows {percent} %."
        hint = "Set its format to General, and type the number again."
        return "", [Remark("workbook-percent", what, hint)]
    what = f"The cell is formatted as a percentage ({percent} %); it was read as {text}."
    hint = "Look whether that is what the report prints. Set the format to General."
    return text, [Remark("workbook-percent", what, hint, "warning")]


def _read_as(text: str, read: str) -> Remark:
    told = f"{text} was read as {read}." if read else f"{text} was read as an empty cell."
    return Remark("workbook-read-as", told, "Look whether that is right.", "warning")


def _read_text(raw: str, field: Field) -> tuple[str, list[Remark]]:
    remarks: list[Remark] = []
    if raw.startswith(UNDECIDED):
        what = f"This is not decided yet: {raw.removeprefix(UNDECIDED)}"
        hint = "Choose one of the values, type the right one, or empty the cell."
        return "", [Remark("workbook-undecided", what, hint)]
    text = _INVISIBLE.sub("", _SPACES.sub(" ", raw))
    if text != raw:
        what = "Special spaces or characters that cannot be seen were replaced or removed."
        hint = "They come with copying from a PDF or web page; nothing is lost."
        remarks.append(Remark("workbook-spaces", what, hint, "warning"))
    text = text.strip()
    if not field.is_exact:
        loose = loose_reading(text, field)
        return (text, remarks) if loose is None else (loose, [*remarks, _read_as(text, loose)])
    plain = text.translate(_QUOTES)
    if field.closed and plain not in field.closed and (entry := entry_of(plain, field)):
        what = f"{text} was read as {entry}."
        hint = "Look whether that is right; the drop-down of the cell has the entries."
        return entry, [*remarks, Remark("workbook-choice", what, hint, "warning")]
    if plain not in field.closed and (loose := loose_reading(plain, field)) is not None:
        return loose, [*remarks, _read_as(text, loose)]
    if field.kind != "text":
        plain = _MINUS.sub("-", plain)
        if _MIDDLE_DOT.match(plain) or (field.kind == "number" and _COMMA.match(plain)):
            number = re.sub("[·∙⋅,]", ".", plain)
            what = f"{text} was read as {number}."
            hint = "Look whether that is what was meant, and write a decimal point."
            remarks.append(Remark("workbook-decimal-comma", what, hint, "warning"))
            return number, remarks
    if plain != text:
        what = f"{text} was read as {plain}."
        remarks.append(Remark("workbook-signs", what, "Look whether that is right.", "warning"))
    return plain, remarks
