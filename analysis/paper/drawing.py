"""Draws and writes every generated item; figures on as many cores as there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.paper.drawn import Drawings
from analysis.paper.forked import in_processes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from analysis.paper.items import Further
    from analysis.synthesis.results import Synthesis
    from schemas.protocol import DisplayItem
    from schemas.review_data import ReviewData

# More processes than this gain nothing: the largest figure takes an eighth of all the time.
_MOST_WORKERS = 4
# Below this many figures starting a process costs more than it saves.
_FEW_FIGURES = 4


@dataclass(frozen=True, slots=True)
class _Work:
    """What a process that draws needs; it is inherited, not sent."""

    synthesis: Synthesis
    data: ReviewData
    folder: Path
    drawings: Drawings


def write_items(
    folder: Path,
    synthesis: Synthesis,
    data: ReviewData,
    further: Further,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """Write all figures and tables of the protocol.

    Parameters
    ----------
    folder
        ``figures/`` and ``tables/`` are made in it.
    synthesis, data
        What is drawn; the data for the sources of rows.
    further
        What tables show that no synthesis knows.
    progress
        Called with a line of text before each item.

    Returns
    -------
    dict
        The content of items.json: by id, in the order of the protocol, what belongs there.
    """
    from analysis.paper.items import tabulate
    from analysis.paper.tables.fragment import has_data, table_fragment

    (folder / "figures").mkdir(parents=True)
    (folder / "tables").mkdir()
    display = data.protocol.display
    # The id tells: quality is a kind of figure and a kind of table.
    figures = [item for item in display if "fig-" in item.id]
    drawings = Drawings.of(data.root, synthesis)
    done = in_processes(
        _draw_one,
        figures,
        _Work(synthesis, data, folder, drawings),
        most=_MOST_WORKERS,
        least=_FEW_FIGURES,
        progress=lambda item: progress(f"drawing {item.id}"),
    )
    drawn = {item.id: found for item, found in zip(figures, done, strict=True)}
    drawings.forget_all_but(figures)
    items: dict[str, Any] = {}
    for item in display:
        if item.id in drawn:
            items[item.id] = drawn[item.id]
            continue
        progress(f"setting {item.id}")
        fragment = table_fragment(tabulate(synthesis, item, further))
        (folder / "tables" / f"{item.id}.html").write_text(fragment, encoding="utf-8")
        # A table that only says that there is nothing needs no wide page.
        lies = item.landscape and has_data(fragment)
        items[item.id] = {"kind": "table", "table": item.id, "landscape": lies}
    return items


def _draw_one(item: DisplayItem, work: _Work) -> dict[str, Any]:
    return work.drawings.take(
        item, work.folder / "figures", lambda folder: _draw(item, work, folder)
    )


def _draw(item: DisplayItem, work: _Work, folder: Path) -> dict[str, Any]:
    from analysis.paper.figures.forest_rows import KINDS, forest_rows
    from analysis.paper.figures.saving import save
    from analysis.paper.items import draw

    drawing = draw(work.synthesis, item)
    several = len(drawing.figures) > 1
    images = []
    for number, figure in enumerate(drawing.figures, start=1):
        name = f"{item.id}-{number}" if several else item.id
        save(figure, folder / name, ("svg", "png"))
        part = f"Part {number} of {len(drawing.figures)}. " if several else ""
        images.append({"name": name, "alt": part + drawing.alt})
    found: dict[str, Any] = {"kind": "figure", "images": images}
    if item.kind in KINDS:
        found["rows"] = forest_rows(work.synthesis, work.data, item, drawing.figures)
    return found
