"""Plot of the published pooled results beside those of this edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import number
from analysis.measures.registry import MEASURES
from analysis.paper.figures import forest
from analysis.paper.figures.forest_content import DAGGER, Block, Heading, Mark, Row, nothing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.synthesis.published import PublishedResult
    from analysis.synthesis.results import Synthesis
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "figures"]

NOTHING: Final = "No pooled result was published before."
_TITLE: Final = "Published results and this version"
_NOTE: Final = "Squares: as printed; diamonds: this version."
_HOLLOW: Final = "† Pool of this version with reconstructed rows."
# All squares are alike: a printed result has no weight here.
_AREA: Final = 0.3


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw a panel for each group of results, two rows for each result."""
    blocks = [
        _block(group, results, synthesis.level) for group, results in grouped(synthesis).items()
    ]
    return forest.figures_of_blocks(blocks or [nothing(NOTHING, _TITLE)])


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the panels in plain sentences made from their numbers."""
    sentences = [f"{_TITLE}, with confidence intervals."]
    for group, results in grouped(synthesis).items():
        parts = [
            f"{result.label}, printed {_written(result, printed=True)}, "
            f"here {_written(result, printed=False)}"
            for result in results
        ]
        sentences.append(f"{group}: {'; '.join(parts)}.")
    return " ".join(sentences) if len(sentences) > 1 else NOTHING


def grouped(synthesis: Synthesis) -> dict[str, list[PublishedResult]]:
    """Give the results that have an interval in print and here, by group."""
    found: dict[str, list[PublishedResult]] = {}
    for result in synthesis.published:
        if result.kind not in MEASURES or not result.same_unit:
            continue
        if all(len(_values(result, printed=side)) == 3 for side in (True, False)):
            found.setdefault(result.group, []).append(result)
    return found


def _values(result: PublishedResult, *, printed: bool) -> tuple[float, ...]:
    """Give estimate and limits, in the unit of the print; fewer where one is missing."""
    numbers = {entry.name: entry for entry in result.numbers}
    scale = MEASURES[result.kind].factor
    values = []
    for name in ("estimate", "ci_low", "ci_high"):
        entry = numbers.get(name)
        value = entry and (entry.printed_value if printed else entry.recomputed)
        if value is not None:
            values.append(value * scale)
    return tuple(values)


def _written(result: PublishedResult, *, printed: bool) -> str:
    measured = MEASURES[result.kind]
    estimate, low, high = (measured.stored(v) for v in _values(result, printed=printed))
    return measured.estimate(estimate, low, high)


def _block(group: str, results: list[PublishedResult], level: float) -> Block:
    rows: list[Row] = []
    for result in results:
        label = result.label + (DAGGER if result.reconstructed else "")
        rows.append(
            Row(
                "study",
                ((label, "regular"),),
                (_written(result, printed=True),),
                Mark(*_values(result, printed=True), area=_AREA),
            )
        )
        rows.append(
            Row(
                "subtotal",
                (("this version", "italic"),),
                (_written(result, printed=False),),
                Mark(*_values(result, printed=False), hollow=result.reconstructed),
            )
        )
    title, _, unit = group.rpartition(", ")
    return Block(
        title=title,
        first_heading="Result",
        headings=(Heading(f"{unit} ({number(level * 100, 0)}% CI)", before_plot=False),),
        rows=tuple(rows),
        axis_label=group,
        bounds=MEASURES[results[0].kind].axis_bounds,
        reference=None,
        notes=(_NOTE,),
        hollow_means=_HOLLOW,
    )
