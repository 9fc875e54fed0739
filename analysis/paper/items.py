"""The kinds of figures and tables that the protocol's ``display`` can ask for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from analysis.manuscript.checklist import ChecklistItem
    from analysis.paper.tables.assembly import Table
    from analysis.paper.whole_rows import Whole
    from analysis.synthesis.results import Synthesis
    from analysis.synthesis.versions import SentenceChange
    from schemas.protocol import DisplayItem

FIGURE_KINDS = (
    "flow",
    "forest",
    "subgroup_forest",
    "adverse_event_forest",
    "leave_one_out",
    "funnel",
    "labbe",
    "radial",
    "drapery",
    "effect_direction",
    "albatross",
    "baujat",
    "cumulative",
    "sequential",
    "bubble",
    "specification",
    "quality",
    "published",
    "changes",
)
# Those whose panels have a row for each study, pool or term.
_IN_BLOCKS = frozenset({"subgroup_forest", "adverse_event_forest", "leave_one_out", "cumulative"})
TABLE_KINDS = (
    "baseline",
    "quality",
    "quality_support",
    "summary_of_findings",
    "evidence_profile",
    "certainty_proposals",
    "adverse_events",
    "ongoing",
    "comparison",
    "searches",
    "pools",
    "left_out",
    "study_data",
    "excluded",
    "awaiting",
    "statistics",
    "asymmetry",
    "moderators",
    "terms",
    "findings",
    "syntheses",
    "prisma",
    "published",
    "changes",
    "changed_sentences",
    "versions",
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn figure: one picture, or several where one page does not hold it.

    ``whole`` is all its rows where it shows a part of them.
    """

    figures: tuple[Figure, ...]
    alt: str
    whole: Whole | None = None


@dataclass(frozen=True, slots=True)
class Further:
    """What tables show that no synthesis knows, because it depends on the text.

    Attributes
    ----------
    checklist
        The reporting checklist with its places in the manuscript.
    sentences
        The sentences that read differently than in the version before.
    """

    checklist: Sequence[ChecklistItem] = ()
    sentences: Sequence[SentenceChange] = ()

    def of(self, kind: str) -> Sequence[ChecklistItem | SentenceChange]:
        """Give what a table of this kind shows of it."""
        return {"prisma": self.checklist, "changed_sentences": self.sentences}.get(kind, ())


def draw(synthesis: Synthesis, item: DisplayItem) -> Drawing:
    """Draw a figure of the protocol.

    Raises
    ------
    ValueError
        If the kind is not in `FIGURE_KINDS`.
    """
    if item.kind not in FIGURE_KINDS:
        raise ValueError(
            f"{item.kind} is not a kind of figure; there are: {', '.join(FIGURE_KINDS)}"
        )
    from analysis.paper.figures.forest_parts import whole_of_blocks

    if item.kind == "flow":
        from analysis.paper.figures import flow

        return Drawing((flow.flow_figure(synthesis),), flow.alt_text(synthesis))
    if item.kind == "forest":
        from analysis.paper.figures import forest
        from analysis.paper.figures.forest_columns import with_columns

        panels = [
            with_columns(forest.panel_of(synthesis.outcome(name)), synthesis, item.columns, name)
            for name in item.outcomes
        ]
        return Drawing(
            forest.forest_figures(panels, level=synthesis.level, name=item.id),
            forest.alt_text(panels, level=synthesis.level),
            whole_of_blocks([forest.block_of(panel, synthesis.level) for panel in panels]),
        )
    # Every other kind is one module with the same two functions: a new figure is one new module.
    module = import_module(f"analysis.paper.figures.{item.kind}")
    blocks = module.blocks(synthesis, item) if item.kind in _IN_BLOCKS else ()
    whole = whole_of_blocks(blocks) if blocks else None
    if item.kind == "quality":
        whole = module.every_row(synthesis, item)
    return Drawing(module.figures(synthesis, item), module.alt_text(synthesis, item), whole)


def tabulate(synthesis: Synthesis, item: DisplayItem, further: Further = Further()) -> Table:
    """Make a table of the protocol.

    Parameters
    ----------
    synthesis
        The results.
    item
        The entry of the protocol.
    further
        What no synthesis knows.

    Raises
    ------
    ValueError
        If the kind is not in `TABLE_KINDS`.
    """
    if item.kind not in TABLE_KINDS:
        raise ValueError(f"{item.kind} is not a kind of table; there are: {', '.join(TABLE_KINDS)}")
    # One module per kind, each with the same function: a new table is one new module.
    build = import_module(f"analysis.paper.tables.{item.kind}").build
    if item.kind == "prisma":
        return build(further.of(item.kind))
    if item.kind == "changed_sentences":
        return build(synthesis, further.of(item.kind))
    if item.kind == "comparison":
        return build(synthesis, item.by)
    return build(synthesis)


def unknown_kinds(items: tuple[DisplayItem, ...]) -> list[tuple[DisplayItem, tuple[str, ...]]]:
    """Give the items whose kind does not exist or fit their id, with the kinds there are."""
    found = []
    for item in items:
        kinds = FIGURE_KINDS if "fig-" in item.id else TABLE_KINDS
        if item.kind not in kinds:
            found.append((item, kinds))
    return found
