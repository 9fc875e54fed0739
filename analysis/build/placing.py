"""The manuscript with every figure and table in its place: in the paper, and for each journal.

The protocol may give a journal another place for an item. All of that is settled, and checked, in
the build, so that a mistake is found before anything is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analysis.manuscript.item_places import ranges
from analysis.manuscript.placement_checks import items_of, unknown_places
from analysis.manuscript.shortcodes import expand
from analysis.manuscript.source_checks import check_sources
from analysis.manuscript.sources import read_manuscript
from analysis.paper.item_contents import places_of
from analysis.paper.passages import written_passages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from analysis.manuscript.placement import Place
    from analysis.manuscript.source_line import Manuscript
    from analysis.manuscript.value import Value
    from analysis.synthesis.results import Synthesis
    from schemas.problems import Problem
    from schemas.review_data import ReviewData

#: The whole text with its values, where it is not the one that Quarto reads.
PLACED = "placed.md"
# More names than these would hide the note that they stand in.
_FEW = 5


@dataclass(frozen=True, slots=True)
class Version:
    """The paper as one reader gets it.

    Attributes
    ----------
    places
        The items that do not stand where they are written.
    passages
        Its passages by id.
    manuscript
        The text with both.
    """

    places: Mapping[str, Place]
    passages: Mapping[str, str]
    manuscript: Manuscript


@dataclass(frozen=True, slots=True)
class Placed:
    """The paper, and the paper for each journal that has an item elsewhere."""

    paper: Version
    journals: Mapping[str, Version]

    def as_json(self) -> dict[str, Any]:
        """Give the content of placement.json."""
        written = self.paper.passages
        return {
            "places": dict(self.paper.places),
            "journals": {
                name: {
                    "places": dict(found.places),
                    "passages": {n: t for n, t in found.passages.items() if t != written[n]},
                }
                for name, found in self.journals.items()
            },
        }


def placed(
    root: Path, synthesis: Synthesis, data: ReviewData, values: Mapping[str, Value]
) -> Placed:
    """Read the manuscript in all its versions.

    Parameters
    ----------
    root
        The project's folder.
    synthesis, data, values
        What passages are written from.

    Raises
    ------
    DataProblems
        If the manuscript cannot be read.
    """

    def version(journal: str | None) -> Version:
        places = places_of(data.protocol, synthesis, journal)
        passages = written_passages(root, synthesis, data, values, journal)
        return Version(places, passages, read_manuscript(root, passages, places))

    items = (*data.protocol.display, *data.protocol.own_items)
    names = sorted({name for item in items for name in item.journals})
    return Placed(version(None), {name: version(name) for name in names})


def placing_problems(
    root: Path,
    found: Placed,
    data: ReviewData,
    variables: Collection[str],
    citation_keys: Collection[str],
    kinds: Collection[str],
) -> Iterator[Problem]:
    """Find what cannot be placed, and what a journal's paper would refer to in vain."""
    protocol = data.protocol
    yield from found.paper.manuscript.problems
    yield from unknown_places(root, found.paper.manuscript, protocol)
    for journal, version in found.journals.items():
        problems: Sequence[Problem] = [
            *version.manuscript.problems,
            *check_sources(
                version.manuscript,
                variables=variables,
                citation_keys=citation_keys,
                items=items_of(version.manuscript, protocol),
                float_kinds=kinds,
            ),
        ]
        yield from (replace(x, what=f"For the journal {journal}: {x.what}") for x in problems)


def placed_data(data: ReviewData, found: Placed) -> ReviewData:
    """Give the tables with a protocol whose items have the ids of the paper.

    What neither the paper nor a journal shows is left out; what only a journal shows keeps its id.
    """
    items = []
    for item in data.protocol.display:
        now = found.paper.manuscript.now(item.id)
        others = (version.manuscript.now(item.id) for version in found.journals.values())
        if now is not None or any(others):
            items.append(item.model_copy(update={"id": now or item.id}))
    protocol = data.protocol.model_copy(update={"display": tuple(items)})
    return replace(data, protocol=protocol)


def placed_text(found: Placed, values: Mapping[str, Value]) -> str | None:
    """Write the text of the paper with its values; None where it is what the authors wrote."""
    manuscript = found.paper.manuscript
    if not manuscript.placed:
        return None
    known = {name: value.markdown for name, value in values.items()}
    return "".join(
        f"{line.text if line.code else expand(line.text, known, manuscript.front_matter)}\n"
        for line in manuscript.body
    )


def placing_notes(found: Placed) -> Iterator[str]:
    """Say what has nothing to show, and which sentences went with what the paper leaves out."""
    manuscript = found.paper.manuscript
    there = ranges(manuscript.body)
    empty = [
        name for name, place in found.paper.places.items() if place == "empty" and name not in there
    ]
    if empty:
        yield f"Not in the paper, because they have nothing to show: {', '.join(empty)}."
    gone = [f"{line.file}, line {line.line}" for line in manuscript.left_out]
    if gone:
        more = f" and {len(gone) - _FEW} more" if len(gone) > _FEW else ""
        yield f"Sentences that only led there went with them: {'; '.join(gone[:_FEW])}{more}."
