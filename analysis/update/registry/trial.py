"""A trial as a registry describes it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from schemas.vocabulary import TRIAL_STATUSES

_DIGITS: Final = re.compile(r"[1-4]")


@dataclass(frozen=True, slots=True)
class RegisteredTrial:
    """One record of an export; text is as the registry has it, None where it says nothing.

    Attributes
    ----------
    registry_id
        NCT number.
    other_ids
        Its other numbers: aliases, other registries, the sponsor's own.
    status
        A status of `schemas.vocabulary.TRIAL_STATUSES`.
    enrollment, enrollment_type
        Number of patients; ``estimated`` is planned, ``actual`` enrolled, None not told apart.
    start, primary_completion, completion
        YYYY-MM-DD, YYYY-MM or YYYY; the types are ``estimated`` or ``actual``.
    results
        Whether results are posted in the registry.
    place
        Where in the file, in words.
    unread
        What the file says and the review's table has no place for, in sentences.
    """

    registry_id: str
    place: str
    other_ids: tuple[str, ...] = ()
    title: str | None = None
    status: str | None = None
    phase: str | None = None
    start: str | None = None
    primary_completion: str | None = None
    primary_completion_type: str | None = None
    completion: str | None = None
    completion_type: str | None = None
    enrollment: int | None = None
    enrollment_type: str | None = None
    sponsor: str | None = None
    interventions: str | None = None
    conditions: str | None = None
    primary_outcome: str | None = None
    results: bool | None = None
    unread: tuple[str, ...] = field(default=())


def plain(value: object) -> str | None:
    """Give text on one line without characters that cannot be seen; None if nothing is left."""
    if not isinstance(value, str):
        return None
    text = " ".join("".join(c for c in value if c.isprintable() or c.isspace()).split())
    return text or None


def status_of(written: str) -> str | None:
    """Give the status of the closed list: ``ACTIVE_NOT_RECRUITING`` is active, not recruiting."""
    words = re.sub(r"[\W_]+", " ", written.casefold()).strip().removesuffix(" status")
    return next((s for s in TRIAL_STATUSES if s.replace(",", "") == words), None)


def phase_of(written: str) -> str | None:
    """Give the phase of the table: ``PHASE1, PHASE2`` is 1/2; None for early phase 1 and NA."""
    if "early" in written.casefold():
        return None
    digits = sorted(set(_DIGITS.findall(written)))
    return "/".join(digits) if 1 <= len(digits) <= 2 else None
