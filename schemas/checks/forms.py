"""Cells that follow an outside form: DOIs, registrations and dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas.checks.identity import registrations

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row

# The form of almost all DOIs (crossref.org/blog/dois-and-matching-regular-expressions).
_DOI = re.compile(r"^10\.\d{4,9}/\S*[^\s.,;:]$")
_MEANT_AS_DOI = re.compile(r"^(10\.|doi\b|https?://(dx\.)?doi\.org/)", re.IGNORECASE)
_DOI_WITHIN = re.compile(r"10\.\d{4,9}/\S+")

# How the numbers of the registries of the WHO's ICTRP network look.
_REGISTRIES = {
    "NCT": (r"NCT\d{8}", "NCT and 8 digits"),
    "ChiCTR": (r"ChiCTR(-[A-Z]{2,4}-|-)?\d{8,10}", "ChiCTR and 10 digits"),
    "ISRCTN": (r"ISRCTN\d{8}", "ISRCTN and 8 digits"),
    "ACTRN": (r"ACTRN\d{14}", "ACTRN and 14 digits"),
    "UMIN": (r"UMIN\d{9}", "UMIN and 9 digits"),
    "jRCT": (r"jRCTs?\d{9,10}", "jRCT and 10 digits"),
    "DRKS": (r"DRKS\d{8}", "DRKS and 8 digits"),
    "KCT": (r"KCT\d{7}", "KCT and 7 digits"),
    "PACTR": (r"PACTR\d{15,16}", "PACTR and 15 digits"),
    "TCTR": (r"TCTR\d{11}", "TCTR and 11 digits"),
    "IRCT": (r"IRCT\d{8,14}N\d{1,3}", "IRCT, digits, N and digits"),
    "CTRI": (r"CTRI/\d{4}/\d{2,3}/\d{6}", "CTRI/year/month/6 digits"),
    "EudraCT": (r"(EudraCT )?\d{4}-\d{6}-\d{2}", "year-6 digits-2 digits"),
    "EU CT": (r"(EU CT )?\d{4}-5\d{5}-\d{2}-\d{2}", "year-6 digits-2 digits-2 digits"),
    "CRD": (r"CRD4\d{10,12}", "CRD and 11 digits"),
}


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
    if _DOI.match(doi):
        return
    within = _DOI_WITHIN.search(doi)
    row.report(
        "doi-form",
        column,
        "This DOI does not have the right form.",
        f"Write the DOI alone: {within.group().rstrip('.,;:')}."
        if within is not None
        else "A DOI is 10., digits, a slash and the rest, without spaces: 10.1000/xyz.",
    )


def _check_registration(row: Row, registration: str) -> None:
    if any(re.fullmatch(pattern, registration) for pattern, _ in _REGISTRIES.values()):
        return
    for prefix, (_, form) in _REGISTRIES.items():
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
        f"Known: {', '.join(_REGISTRIES)}. Look whether the number is complete.",
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
