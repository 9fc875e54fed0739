"""What people type into a form, where it can only mean one thing: read, with a note.

Each reading is a function from the text of a cell to the text that belongs into the table, or None
when it cannot tell. Which of them are tried follows from the column.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import TYPE_CHECKING

from analysis.formatting.dates import MONTHS
from schemas.identifiers import DOI, DOI_WITHIN
from schemas.tables.fields import ID_FORM, ID_PATTERN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from analysis.update.workbook.plan import Field

_ID = re.compile(ID_PATTERN)
_NUMBER = r"-?(?:\d+(?:[.,·∙⋅]\d+)?|[.,]\d+)"
_POINTS = str.maketrans(dict.fromkeys(",·∙⋅", "."))
_WHOLE = re.compile(r"(\d+)[.,]0+")
_MONTH_OF_YEAR = re.compile(r"(\d{4})[./-](\d{1,2})|(\d{1,2})[./-](\d{4})")
# "n.r." of a median means that it was not reached: its columns have a cell for that.
_OF_MEDIANS = frozenset({"median", "ci_low", "ci_high"})
_NOTHING = re.compile(
    r"n\.?\s?[rdas]\.?|n/[rdas]|nan|null|-+|[–—−]+|#n/a|not (?:reported|available|stated|given|"
    r"specified|applicable|known|done|assessed)|unknown|missing|none (?:reported|given)|"
    r"nicht (?:berichtet|angegeben|bekannt)|k\.?\s?a\.?",
    re.IGNORECASE,
)
# Of these the tools have their own lists, in which "not reported" and "not applicable" are answers.
_OF_TOOLS = frozenset({"answer", "judgement"})
# Signs that send to a footnote; superscript figures are no powers in a count or percentage.
_MARKS = r"(?:\s*(?:[*†‡§¶#‖]+|[⁰¹²³⁴-⁹ᵃ-ᶻ]+|\(?[a-h]\)?|\[\d\]))"
_MARKED = re.compile(rf"({_NUMBER}){_MARKS}+")
_MARKED_NAME = re.compile(r"(\S.*?)\s*[*†‡§¶‖⁰¹²³⁴-⁹ᵃ-ᶻ]+")
_PERCENT = re.compile(rf"({_NUMBER})\s*(?:%|percent|per cent|Prozent)", re.IGNORECASE)
_COUNT_WITH_PERCENT = re.compile(r"(\d+)\s*[(\[]\s*\d+(?:[.,]\d+)?\s*%\s*[)\]]")
_THOUSANDS = re.compile(r"\d{1,3}(?:[,' ’]\d{3})+")
_WITH_UNIT = re.compile(rf"({_NUMBER})\s*([A-Za-z]+)\.?")
_UNITS = {
    "months": frozenset({"m", "mo", "mos", "mth", "mths", "month", "months", "monate", "monaten"}),
    "years": frozenset({"y", "yr", "yrs", "year", "years", "jahre", "jahren"}),
    "patients": frozenset({"patients", "pts", "pt", "participants", "patienten"}),
}
_WORDS = {
    word: str(number)
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    )
}
# English names and German ones, in full and by their first letters.
_MONTHS = {
    name: number
    for number, english in enumerate(MONTHS, start=1)
    for name in (english.casefold(), english[:3].casefold())
} | {
    "sept": 9,
    "januar": 1,
    "februar": 2,
    "märz": 3,
    "mär": 3,
    "mai": 5,
    "juni": 6,
    "juli": 7,
    "okt": 10,
    "oktober": 10,
    "dez": 12,
    "dezember": 12,
}
_DATE_WORDS = re.compile(r"\d+|[^\W\d_]+")
_THREE_NUMBERS = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")
# Days as Excel counts them, 1982 to 2036: below and above nobody types a number of days.
_DAY_NUMBER = re.compile(r"[34]\d{4}")
_EXCEL_DAY_ZERO = date(1899, 12, 30)


def loose_reading(text: str, field: Field) -> str | None:
    """Read a cell that has not the form of its column.

    Parameters
    ----------
    text
        What stands in the cell, without spaces around it.
    field
        Its column.

    Returns
    -------
    str or None
        What it can only mean; empty when it says that nothing is known. None when the text is as
        it should be, or could mean several things.
    """
    for reading in _readings(field):
        found = reading(text)
        if found is not None:
            return None if found == text else found
    return None


def _readings(field: Field) -> Iterator[Callable[[str], str | None]]:
    if not field.required and field.name not in _OF_MEDIANS and text_may_be_missing(field):
        yield _missing
    yield from _BY_ROLE.get(field.role, ())
    # Other keys, such as the terms of adverse events, are words.
    if field.role == "key" and (field.form == ID_FORM or field.name == "citation_key"):
        yield _key
    if field.kind == "whole":
        yield from (_count_alone, _thousands, _word, _whole)
    if field.kind != "text":
        yield _in_ascii
        yield from (_without_mark, lambda text: _without_unit(text, field))
    if field.kind == "number":
        yield lambda text: _percent(text, field)
        yield lambda text: _level(text, field)
    if field.name in _NAMES:
        yield _name_without_mark


#: Columns of names as they are printed, to which reports hang marks of footnotes.
_NAMES = frozenset({"label", "term_reported"})


def text_may_be_missing(field: Field) -> bool:
    """Say whether a word for "nothing" is no entry of the column's own list."""
    return field.name not in _OF_TOOLS and not any(
        _NOTHING.fullmatch(entry) for entry in field.closed
    )


def _missing(text: str) -> str | None:
    return "" if _NOTHING.fullmatch(text) else None


def _doi(text: str) -> str | None:
    """Give the DOI alone, of an address, after `doi:`, before a full stop."""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    alone = [_one_doi(part) for part in parts]
    return (
        "; ".join(a or part for a, part in zip(alone, parts, strict=True)) if any(alone) else None
    )


def _one_doi(text: str) -> str | None:
    match = DOI_WITHIN.search(text)
    if match is None or not re.fullmatch(
        r"(?:https?://)?(?:dx\.|www\.)?(?:doi\.org/)?(?:doi)?[\s:.]*", text[: match.start()], re.I
    ):
        return None  # words beside a DOI: a source may be told in words
    found = match[0].rstrip(".,;: )") if "(" not in match[0] else match[0].rstrip(".,;: ")
    return found if DOI.match(found) and text[match.end() :].strip(" .,;") == "" else None


def _key(text: str) -> str | None:
    """Write a name that stands in several sheets with its letters and digits alone."""
    if _ID.match(text):
        return None
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"[\s'’`´.,]+", "", plain)
    return plain if _ID.match(plain) else None


def _date(text: str) -> str | None:
    """Read months in words, days as Excel counts them, and figures of which one is a day."""
    if _DAY_NUMBER.fullmatch(text):
        return (_EXCEL_DAY_ZERO + timedelta(days=int(text))).isoformat()
    if (match := _THREE_NUMBERS.fullmatch(text)) is not None:
        return _three_numbers(*match.groups())
    if (match := _MONTH_OF_YEAR.fullmatch(text)) is not None:
        year, month = (match[1], match[2]) if match[1] else (match[4], match[3])
        return _iso(year, int(month), None)
    words = _DATE_WORDS.findall(text)
    month = [number for word in words if (number := _MONTHS.get(word.casefold()))]
    figures = [word for word in words if word.isdigit()]
    others = [w for w in words if not w.isdigit() and w.casefold() not in {*_MONTHS, "of", "st"}]
    others = [word for word in others if word.casefold() not in {"nd", "rd", "th"}]
    if len(month) != 1 or others or not figures:
        return None
    years = [figure for figure in figures if len(figure) == 4]
    days = [figure for figure in figures if len(figure) <= 2]
    if len(years) != 1 or len(days) > 1 or len(years) + len(days) != len(figures):
        return None
    return _iso(years[0], month[0], int(days[0]) if days else None)


def _three_numbers(first: str, middle: str, last: str) -> str | None:
    if len(first) == 4:
        return _iso(first, int(middle), int(last)) if len(last) <= 2 else None
    if len(last) != 4:
        return None
    day, month = int(first), int(middle)
    readings = {_iso(last, m, d) for d, m in ((day, month), (month, day)) if m <= 12}
    readings.discard(None)
    return readings.pop() if len(readings) == 1 else None  # 3/4/2020 may be two days


def _iso(year: str, month: int, day: int | None) -> str | None:
    try:
        found = date(int(year), month, day or 1)
    except ValueError:
        return None
    return f"{found:%Y-%m-%d}" if day else f"{found:%Y-%m}"


def _without_mark(text: str) -> str | None:
    match = _MARKED.fullmatch(text)
    return None if match is None else match[1].translate(_POINTS)


def _whole(text: str) -> str | None:
    """Read the 30.0 that other programs make of 30."""
    match = _WHOLE.fullmatch(text)
    return None if match is None else match[1]


def _in_ascii(text: str) -> str | None:
    """Write figures of full width, or of another script, as those of the tables."""
    figures = [(c, unicodedata.decimal(c, None)) for c in text]
    plain = "".join(c if figure is None else str(figure) for c, figure in figures)
    return plain if plain != text and re.fullmatch(_NUMBER, plain) else None


def _level(text: str, field: Field) -> str | None:
    """Read a level of 95 where 0.95 belongs."""
    from decimal import Decimal

    told = field.name == "ci_level" and re.fullmatch(r"[5-9]\d(?:[.,]\d+)?", text)
    return f"{(Decimal(text.replace(',', '.')) / 100).normalize():f}" if told else None


def _name_without_mark(text: str) -> str | None:
    match = _MARKED_NAME.fullmatch(text)
    return None if match is None else match[1]


def _count_alone(text: str) -> str | None:
    match = _COUNT_WITH_PERCENT.fullmatch(text)
    return None if match is None else match[1]


def _thousands(text: str) -> str | None:
    return re.sub(r"\D", "", text) if _THOUSANDS.fullmatch(text) else None


def _word(text: str) -> str | None:
    return _WORDS.get(text.casefold())


def _without_unit(text: str, field: Field) -> str | None:
    return number_in_unit(text, field.unit)


def number_in_unit(text: str, unit: str) -> str | None:
    """Give the number of a text such as `4.2 mo` alone, where its unit is this one.

    Parameters
    ----------
    text
        Of a cell.
    unit
        As the tables and the protocol name it: months, years, patients.
    """
    match = _WITH_UNIT.fullmatch(text)
    known = _UNITS.get(unit.split(" ", maxsplit=1)[0], frozenset())
    if match is None or match[2].casefold() not in known:
        return None
    return match[1].translate(_POINTS)


def _percent(text: str, field: Field) -> str | None:
    """Read `22.5%` where the column is a percentage, and `95%` where it is a fraction."""
    from decimal import Decimal

    match = _PERCENT.fullmatch(text)
    if match is None:
        return None
    number = Decimal(match[1].translate(_POINTS))
    if field.unit.startswith("percent"):
        return str(number)
    return f"{(number / 100).normalize():f}" if field.unit.startswith("fraction") else None


_BY_ROLE: dict[str, tuple[Callable[[str], str | None], ...]] = {
    "doi": (_doi,),
    "date": (_date,),
}
