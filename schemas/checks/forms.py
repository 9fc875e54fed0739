"""Cells that follow an outside form: DOIs, registrations and dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas.checks.identity import registrations
from schemas.identifiers import DOI, DOI_WITHIN, REGISTRIES

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row

# Addresses of publishers hold it too: …/articles/10.1000/xyz/full.
_MEANT_AS_DOI = re.compile(
    r"^(10\.|doi\b|(https?://)?(dx\.|www\.)?doi\.org/|https?://\S*/10\.\d{4,9}/)", re.IGNORECASE
)
_END_OF_ADDRESS = re.compile(r"([?#]\S*|/(full|abstract|pdf|epdf|fulltext|html)/?)$", re.IGNORECASE)


def check_forms(context: Context) -> None:
    """Check DOIs, registrations and dates of all tables."""
    for table in context.tables:
        for row in context.rows(table):
            for part in (row.text("source") or "").split("; "):
                if _MEANT_AS_DOI.match(part.strip()):
                    _check_doi(row, "source", part.strip())
            if row.has("doi"):
                _check_doi(row, "doi", row.text("doi") or "")
            for registration in registrations(row):
                _check_registration(row, registration)
    for row in context.rows("studies"):
        _check_enrolment(row)


def _check_doi(row: Row, column: str, doi: str) -> None:
    if DOI.match(doi):
        return
    within = DOI_WITHIN.search(_END_OF_ADDRESS.sub("", doi))
    row.report(
        "doi-form",
        column,
        "This DOI does not have the right form.",
        f"Write the DOI alone: {within.group().rstrip('.,;:')}."
        if within is not None
        else "A DOI is 10., digits, a slash and the rest, without spaces: 10.1000/xyz.",
    )


def _check_registration(row: Row, registration: str) -> None:
    if any(re.fullmatch(pattern, registration) for pattern, _ in REGISTRIES.values()):
        return
    for prefix, (_, form) in REGISTRIES.items():
        if registration.lower().startswith(prefix.lower()):
            row.report(
                "registration-form",
                "registry_id",
                f"This is not a complete {prefix} number.",
                f"It has the form: {form}. Copy it from the registry.",
            )
            return
    row.report(
        "registration-unknown",
        "registry_id",
        "This registry is not known here, so the number could not be checked.",
        f"Known: {', '.join(REGISTRIES)}. Look whether the number is complete.",
        "warning",
    )


def _later(first: str, second: str) -> bool:
    """Say whether a date is later than another, as far as both are given."""
    shared = min(len(first), len(second))
    return first[:shared] > second[:shared]


def _check_enrolment(row: Row) -> None:
    start, end, year = row.text("enrolment_start"), row.text("enrolment_end"), row.count("year")
    if start is not None and end is not None and _later(start, end):
        row.report(
            "date-order",
            "enrolment_start",
            f"Enrolment starts ({start}) after it ends ({end}).",
            "Look at the methods of the report; the two dates may be exchanged.",
        )
    if start is not None and year is not None and _later(start, str(year)):
        row.report(
            "date-after-publication",
            "enrolment_start",
            f"Enrolment starts ({start}) after the report was published ({year}).",
            "Look at both years in the report.",
        )
    elif end is not None and year is not None and _later(end, str(year)):
        # An interim report may appear while patients are still enrolled.
        row.report(
            "date-after-publication",
            "enrolment_end",
            f"Enrolment ends ({end}) after the report was published ({year}).",
            "Look at both years in the report.",
            "warning",
        )
