"""The CSV download of ClinicalTrials.gov, with the column names of its site, new or old.

It does not say whether a date or a number of patients is estimated or actual.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from analysis.update.registry.dates import registry_date
from analysis.update.registry.trial import RegisteredTrial, phase_of, plain, status_of

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBER: Final = "NCT Number"
# What is needed, under its name since 2023 and the one before.
_NAMES: Final = {
    "title": ("Study Title", "Title"),
    "status": ("Study Status", "Status"),
    "results": ("Study Results",),
    "sponsor": ("Sponsor", "Sponsor/Collaborators"),
    "phase": ("Phases",),
    "enrollment": ("Enrollment",),
    "start": ("Start Date",),
    "primary completion": ("Primary Completion Date",),
    "completion": ("Completion Date",),
    "interventions": ("Interventions",),
    "conditions": ("Conditions",),
    "outcome": ("Primary Outcome Measures", "Outcome Measures"),
    "others": ("Other IDs",),
}
# Since 2023 YES and NO; before, sentences.
_RESULTS: Final = {
    "yes": True,
    "has results": True,
    "no": False,
    "no results available": False,
}


def read_row(row: Mapping[str, str], place: str) -> RegisteredTrial | None:
    """Read one row, a text for each column; None if it has no NCT number."""
    number = plain(row.get(NUMBER))
    if number is None:
        return None
    cells = {
        key: next((text for name in names if (text := plain(row.get(name)))), None)
        for key, names in _NAMES.items()
    }
    unread: list[str] = []
    enrollment = cells["enrollment"]
    return RegisteredTrial(
        registry_id=number.upper(),
        place=place,
        other_ids=tuple(part for part in re.split(r"\s*[|;]\s*", cells["others"] or "") if part),
        title=cells["title"],
        status=_read(cells, "status", status_of, unread),
        phase=_read(cells, "phase", phase_of, unread),
        start=_read(cells, "start", registry_date, unread),
        primary_completion=_read(cells, "primary completion", registry_date, unread),
        completion=_read(cells, "completion", registry_date, unread),
        enrollment=int(enrollment) if enrollment and re.fullmatch(r"\d{1,6}", enrollment) else None,
        sponsor=(cells["sponsor"] or "").split("|")[0].strip() or None,
        interventions=_listed(cells["interventions"], typed=True),
        conditions=_listed(cells["conditions"]),
        primary_outcome=_listed(cells["outcome"]),
        results=_RESULTS.get((cells["results"] or "").casefold()),
        unread=tuple(unread),
    )


def _read(cells: Mapping[str, str | None], key: str, read: Any, unread: list[str]) -> str | None:
    written = cells[key]
    known = None if written is None else read(written)
    if written not in (None, "NA", "Not Applicable") and known is None:
        unread.append(f'its {key} is "{written}", which cannot be read')
    return known


def _listed(cell: str | None, *, typed: bool = False) -> str | None:
    """Write a list of the registry, `DRUG: A|DRUG: B`, as `A; B`."""
    parts = [part.strip() for part in (cell or "").split("|")]
    if typed:
        parts = [re.sub(r"^[A-Za-z_ ]+: ", "", part) for part in parts]
    return "; ".join(dict.fromkeys(part for part in parts if part)) or None
