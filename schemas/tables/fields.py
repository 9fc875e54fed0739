"""The columns that several tables share, and what every column tells about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandera.pandas as pa

from schemas.vocabulary import EVIDENCE, TIME_UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping

ID_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]*$"
ID_FORM = "a letter, then letters, digits, _ or -, without spaces"


def text(
    description: str,
    *,
    required: bool = False,
    pattern: str | None = None,
    form: str | None = None,
    look: str | None = None,
    role: str | None = None,
) -> Any:
    """Declare a text column.

    Parameters
    ----------
    description
        For the dictionary and for messages.
    required
        True when an empty cell is an error.
    pattern, form
        Regular expression of a valid cell, and the same in words.
    look
        What to look at when a cell is wrong.
    role
        ``date``, ``doi`` or ``registry``: the cell is read by the check of that name;
        ``key``: the cell refers to another row or file.
    """
    return pa.Field(
        nullable=not required,
        str_matches=pattern,
        description=description,
        metadata={"form": form, "look": look, "role": role},
    )


def choice(
    description: str, values: Mapping[str, str], *, required: bool = False, look: str | None = None
) -> Any:
    """Declare a text column with a closed list."""
    return pa.Field(
        nullable=not required,
        isin=list(values),
        description=description,
        metadata={"look": look, "values": dict(values)},
    )


def number(
    description: str,
    unit: str,
    *,
    low: float = 0,
    high: float | None = None,
    required: bool = False,
    look: str | None = None,
) -> Any:
    """Declare a number column with its unit and the range a value can have at all."""
    return pa.Field(
        nullable=not required,
        ge=low,
        le=high,
        description=description,
        metadata={"unit": unit, "look": look},
    )


def count(description: str, *, low: int = 0, unit: str = "patients") -> Any:
    """Declare a whole number; a million is more than any review has and most likely a slip."""
    return number(
        description,
        unit,
        low=low,
        high=1_000_000,
        look="Look at the report: a count is a plain whole number.",
    )


def percent(description: str) -> Any:
    """Declare a percentage as printed."""
    return number(
        description,
        "percent as printed: 46.9",
        high=100,
        look="Look at the printed percentage and write it without the percent sign.",
    )


def months(description: str) -> Any:
    """Declare a time; a century is more than any follow-up."""
    return number(
        description,
        "months",
        high=1200,
        look="Look at the unit in the report: weeks and days must be turned into months.",
    )


def signed(description: str, unit: str = "the outcome's unit") -> Any:
    """Declare a number that may be below 0; a million is most likely a slip."""
    return number(description, unit, low=-1e6, high=1e6)


def confidence_level(description: str) -> Any:
    """Declare the level of an interval."""
    return number(
        description,
        "fraction: 0.95",
        low=0.5,
        high=0.999,
        look="Write the level as a fraction: 95 % is 0.95.",
    )


def time_point() -> Any:
    """Declare when a result was measured; before the treatment the number is negative."""
    return number(
        "Time since the start of treatment (of a score before it: negative), see time_unit",
        "see time_unit",
        low=-10_000,
        high=100_000,
    )


def time_unit() -> Any:
    """Declare the unit of a time point."""
    return choice("Unit of the time", TIME_UNITS)


def study_id() -> Any:
    """Declare the column that says which study a row belongs to."""
    return text(
        "Study the row belongs to: `study_id` of studies.csv",
        required=True,
        pattern=ID_PATTERN,
        form=ID_FORM,
        role="key",
    )


def comparator_id() -> Any:
    """Declare the column that names another treatment."""
    return text(
        "Short name of the comparator", required=True, pattern=ID_PATTERN, form=ID_FORM, role="key"
    )


def cohort() -> Any:
    """Declare the column that tells the groups of one study apart."""
    return text(
        "Group within the study when its groups share no patient (A, B, …); empty = whole study",
        pattern=ID_PATTERN,
        form=ID_FORM,
        role="key",
    )


def evidence(*, required: bool = True) -> Any:
    """Declare the column that says how the row is known."""
    return choice(
        "How the row is known",
        EVIDENCE,
        required=required,
        look="Say whether you read the number (verified), computed it (derived), or neither.",
    )


def source() -> Any:
    """Declare the column that names the report."""
    return text(
        "Report the row was read in: DOI, or words; several are separated by `; `", role="doi"
    )


def location() -> Any:
    """Declare the column that names the place in the report."""
    return text("Where in the report: page, table, figure, abstract")


def note() -> Any:
    """Declare the free remark."""
    return text("Remark; says how a derived row was computed")
