"""What entries of a protocol are called, and what they say before a team has settled it."""

from __future__ import annotations

import re

from analysis.manuscript.value import slug
from analysis.measures.registry import measure

__all__ = ["id_of", "rated_entry"]

_ID = re.compile(r"[a-z][a-z0-9_]{0,29}")
#: What a hazard ratio counts, until a team says.
_EVENT = "the example event"


def id_of(label: str) -> str | None:
    """Make an id out of a label; None where its letters do not give one."""
    made = slug(label).replace(".", "_").lower() if label.isascii() else ""
    return made if _ID.fullmatch(made) else None


def rated_entry(outcome: str, measure_name: str) -> dict[str, str]:
    """Write the entry by which the certainty of the evidence on an outcome is rated.

    Parameters
    ----------
    outcome
        Its id.
    measure_name
        Its measure: of some the event must be named.
    """
    event = {} if measure(measure_name).names_event else {"event": _EVENT}
    return {"id": outcome, **event}
