"""Passages: paragraphs that follow from protocol and data, shown where the author puts their div.

Each module writes those of one subject, as a function ``passages`` of the `Material`. What a review
does not have is an empty passage, which leaves nothing in the paper.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.manuscript.placement import LEFT_OUT
from analysis.manuscript.sources import read_manuscript
from analysis.paper.item_contents import places_of
from analysis.paper.passages import (
    certainty,
    departures,
    evidence,
    harms,
    heterogeneity,
    methods,
    narrative,
    pointers,
    quality,
    results,
    search,
    sensitivity,
    subgroups,
)
from analysis.paper.passages.passage import Material, Passage
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from analysis.manuscript.value import Value
    from analysis.synthesis.results import Synthesis
    from schemas.review_data import ReviewData

__all__ = ["Passage", "written_passages"]

_SUBJECTS = (
    *(results, narrative, subgroups, heterogeneity, sensitivity),
    *(methods, quality, harms, evidence, search),
    *(certainty, departures, pointers),
)
_ID = re.compile(r"^\s*:{3,}\s*\{[^}]*#([\w.:-]+)")


def written_passages(
    root: Path,
    synthesis: Synthesis,
    data: ReviewData,
    values: Mapping[str, Value],
    journal: str | None = None,
) -> dict[str, str]:
    """Write all passages of a review.

    Parameters
    ----------
    root
        The project's folder; its manuscript says which figures and tables can be referred to.
    synthesis
        The computed review.
    data
        Its tables and protocol.
    values
        As `analysis.paper.values.named_values` gives them.
    journal
        The journal for which the paper is made, None for the paper itself.

    Returns
    -------
    dict
        Markdown with shortcodes by id, in a stable order.

    Raises
    ------
    DataProblems
        If the manuscript cannot be read, or an outcome's id makes two passages of one name.
    """
    ids = (_ID.match(line.prose) for line in read_manuscript(root, {}, {}).body)
    places = places_of(data.protocol, synthesis, journal)
    left_out = {name for name, place in places.items() if place in LEFT_OUT}
    shown = frozenset(match[1] for match in ids if match) - left_out
    material = Material(synthesis, data, values, shown)
    found: dict[str, str] = {}
    for subject in _SUBJECTS:
        for passage in subject.passages(material):
            if passage.id in found:
                raise _clash(passage.id)
            found[passage.id] = passage.markdown
    return found


def _clash(name: str) -> DataProblems:
    what = f"Two passages would have the name {name}."
    hint = "Give the outcome or the subgroup variable of this name another id."
    problem = Problem("data/protocol.yml", None, None, name, what, hint, "error", "passage")
    return DataProblems([problem])
