"""The version that a synthesis is, before anybody has released or compared it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.synthesis.pool_states import as_content, headline
from analysis.synthesis.versions import History, Version

if TYPE_CHECKING:
    from analysis.synthesis.results import Synthesis


def unreleased_history(synthesis: Synthesis) -> History:
    """Give the history of a synthesis that nobody has compared with anything."""
    return History((version_of(synthesis),), released=False, changes=None)


def version_of(synthesis: Synthesis) -> Version:
    """Give the record of a synthesis that is not released."""
    return Version(
        edition=synthesis.edition,
        date=None,
        summary=None,
        kind=None,
        studies=len(synthesis.studies),
        rows={
            name: sum(getattr(entry, name) for entry in synthesis.evidence)
            for name in ("verified", "derived", "data_set", "reconstructed")
        },
        headline=headline(as_content(synthesis)),
    )
