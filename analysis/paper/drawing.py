"""Draws and writes every generated item; figures on as many cores as there are.

What shows the same as before is taken from the cache: a figure by the part of the results that it
shows, its pixels by the drawing itself, a table by all results.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from analysis.paper.drawn import Hashes, shown
from analysis.paper.forked import in_processes
from analysis.paper.tables.first_rows import shortened, whole_of_table
from analysis.paper.whole_rows import FOLDER, Whole
from analysis.storage.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from analysis.paper.figures.forest_rows import Texts
    from analysis.paper.items import Further
    from analysis.synthesis.results import Synthesis
    from schemas.protocol import DisplayItem
    from schemas.review_data import ReviewData

# More processes than this gain nothing: the largest figure takes an eighth of all the time.
_MOST_WORKERS = 4
# Below this many figures starting a process costs more than it saves.
_FEW_FIGURES = 4
# What an entry of the protocol says of where an item stands, not of what it shows.
_PLACES = {"placement", "journals", "landscape"}


@dataclass(frozen=True, slots=True)
class _Work:
    """What a process that draws needs; it is inherited, not sent."""

    synthesis: Synthesis
    said: Texts
    folder: Path
    pixels: bool
    cache: Cache
    hashes: Hashes


def write_items(
    folder: Path,
    synthesis: Synthesis,
    data: ReviewData,
    further: Further,
    progress: Callable[[str], None],
    *,
    pixels: bool = True,
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
    pixels
        Whether figures are wanted as PNG, too.

    Returns
    -------
    dict
        The content of items.json: by id, in the order of the protocol, what belongs there.
    """
    from analysis.paper.figures.forest_rows import row_texts
    from analysis.paper.tables.orientation import laid

    (folder / "figures").mkdir(parents=True)
    (folder / "tables").mkdir()
    display = data.protocol.display
    # The id tells: quality is a kind of figure and a kind of table.
    figures = [item for item in display if "fig-" in item.id]
    work = _Work(
        synthesis, row_texts(data), folder / "figures", pixels, Cache.of(data.root), Hashes()
    )
    drawn = _write_figures(figures, work, progress)
    # Tables may show anything that was computed.
    state = work.hashes.of(synthesis)
    items: dict[str, Any] = {}
    for item in display:
        if item.id in drawn:
            items[item.id] = drawn[item.id]
            continue
        progress(f"setting {item.id}")
        parts = state, _entry(item), json.dumps(further.of(item.kind), default=_as_text)
        content = work.cache.take("table", parts, partial(_set, synthesis, item, further))
        made = json.loads(content)
        lying = laid(made["html"]) if item.landscape else None
        file = folder / "tables" / f"{item.id}.html"
        file.write_bytes((made["html"] if lying is None else lying).encode())
        facts = {"kind": "table", "table": item.id, "landscape": lying is not None}
        items[item.id] = facts | _write_whole(folder, item, made["whole"])
    return items


def _write_figures(
    figures: list[DisplayItem], work: _Work, progress: Callable[[str], None]
) -> dict[str, dict[str, Any]]:
    """Draw in several processes what nobody has drawn; the rest is at hand."""
    missing = [item for item in figures if not _is_drawn(item, work)]
    if missing:
        # Once here, and not once in every process.
        from analysis.paper.figures import sheet, svg_setting  # noqa: F401
    done = in_processes(
        _write_figure,
        missing,
        work,
        most=_MOST_WORKERS,
        least=_FEW_FIGURES,
        progress=lambda item: progress(f"drawing {item.id}"),
    )
    found = {item.id: facts for item, facts in zip(missing, done, strict=True)}
    return found | {item.id: _write_figure(item, work) for item in figures if item.id not in found}


def _is_drawn(item: DisplayItem, work: _Work) -> bool:
    part = _shown(item, work)
    kept = work.cache.find("figure", part.parts)
    if kept is None:
        return False
    drawings = json.loads(kept)["files"].values()
    return not work.pixels or all(work.cache.find("pixels", (d.encode(),)) for d in drawings)


def _set(synthesis: Synthesis, item: DisplayItem, further: Further) -> bytes:
    from analysis.paper.items import tabulate
    from analysis.paper.tables.fragment import table_fragment

    table = tabulate(synthesis, item, further)
    whole = whole_of_table(table)
    content = {
        "html": table_fragment(shortened(table, item.id)),
        "whole": whole and whole.as_json(),
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _write_whole(folder: Path, item: DisplayItem, given: dict[str, Any] | None) -> dict[str, Any]:
    """Write the files with all rows of an item, and give what items.json says of them."""
    if given is None:
        return {}
    whole = Whole.of_json(given)
    (folder / FOLDER).mkdir(exist_ok=True)
    for name, content in whole.files(item.id).items():
        (folder / FOLDER / name).write_bytes(content)
    return {"whole": whole.facts(item.id)}


def _write_figure(item: DisplayItem, work: _Work) -> dict[str, Any]:
    """Write the files of a figure, and give what items.json says of it."""
    from analysis.paper.figures.svg_setting import palette_png

    part = _shown(item, work)
    make = partial(_draw, part.synthesis, item, part.rows)
    content = json.loads(work.cache.take("figure", part.parts, make))
    for name, text in content["files"].items():
        svg = text.encode()
        (work.folder / f"{name}.svg").write_bytes(svg)
        if work.pixels:
            png = work.cache.take("pixels", (svg,), partial(palette_png, svg))
            (work.folder / f"{name}.png").write_bytes(png)
    return content["facts"] | _write_whole(work.folder.parent, item, content["whole"])


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a figure shows, and its hashes for the cache."""

    synthesis: Synthesis
    rows: list[dict[str, Any]] | None
    parts: tuple[str, ...]


def _shown(item: DisplayItem, work: _Work) -> _Shown:
    from analysis.paper.figures.forest_rows import KINDS, forest_rows

    part = shown(work.synthesis, item)
    rows = forest_rows(work.synthesis, work.said, item) if item.kind in KINDS else None
    return _Shown(part, rows, (work.hashes.of(part), _entry(item), json.dumps(rows)))


def _draw(part: Synthesis, item: DisplayItem, rows: list[dict[str, Any]] | None) -> bytes:
    from analysis.paper.figures.forest_rows import located, shown_rows
    from analysis.paper.figures.saving import figure_content
    from analysis.paper.items import draw

    drawing = draw(part, item)
    several = len(drawing.figures) > 1
    images, files = [], {}
    for number, figure in enumerate(drawing.figures, start=1):
        name = f"{item.id}-{number}" if several else item.id
        files[name] = figure_content(figure, "svg", name).decode()
        words = f"Part {number} of {len(drawing.figures)}. " if several else ""
        images.append({"name": name, "alt": words + drawing.alt})
    facts: dict[str, Any] = {"kind": "figure", "images": images}
    if rows is not None:
        found = located(rows, drawing.figures)
        facts["rows"] = found if drawing.whole is None else shown_rows(found)
    whole = drawing.whole and drawing.whole.as_json()
    content = {"facts": facts, "files": files, "whole": whole}
    return json.dumps(content, ensure_ascii=False).encode()


def _entry(item: DisplayItem) -> str:
    return item.model_dump_json(exclude=_PLACES)


def _as_text(value: Any) -> Any:
    return asdict(value) if hasattr(value, "__dataclass_fields__") else str(value)
