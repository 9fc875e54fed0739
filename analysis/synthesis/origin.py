"""What a synthesis, and the text around it, are made from: its provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.storage.provenance import Provenance, hashes_of, program_version

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.synthesis.results import Synthesis


def provenance_of(synthesis: Synthesis, root: Path) -> Provenance:
    """Say what a synthesis, and the text around it, are made from.

    Parameters
    ----------
    synthesis
        Its edition, profile and evidence counts.
    root
        The project's folder, whose files are hashed.
    """
    return Provenance(
        edition=synthesis.edition,
        profile=synthesis.profile,
        version=program_version(),
        hashes=hashes_of(root),
        verified=sum(entry.verified for entry in synthesis.evidence),
        derived=sum(entry.derived for entry in synthesis.evidence),
        reconstructed=sum(entry.reconstructed for entry in synthesis.evidence),
        data_set=sum(entry.data_set for entry in synthesis.evidence),
    )
