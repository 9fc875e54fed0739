"""Effect-direction plots: which way every study's effect points, outcome by outcome.

Boon MH, Thomson H. The effect direction plot revisited: application of the 2019 Cochrane Handbook
guidance on alternative synthesis methods. Res Synth Methods 2021;12:29-33. Directions are shapes,
so nothing depends on colour, and no arrow says whether a result was significant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count, lower_first
from analysis.paper.figures import style
from analysis.paper.figures.forest_columns import quality_cell
from analysis.paper.figures.forest_content import DAGGER
from analysis.paper.figures.measure import line_height, text_width, wrap
from analysis.paper.figures.quality_panels import (
    GAP,
    ROW_PADDING,
    Panel,
    Row,
    baseline,
    draw_nothing,
    draw_pages,
    lowered,
    message_of,
)
from analysis.paper.figures.sheet import MARK
from analysis.synthesis.rating import ratings_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.figure import Figure

    from analysis.paper.figures.sheet import Sheet
    from analysis.synthesis.results import Direction, Finding, Narrative, Synthesis
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "figures"]

TITLE: Final = "Direction of effects"
NOTHING: Final = "No study has a direction of effect."
# Participants from which an arrow is middle-sized and large (Boon & Thomson 2021, table 1).
MIDDLE, LARGE = 50, 300
_RADII: Final = (0.05, 0.068, 0.09)
_NAMES: Final = 1.9
_NUMBER: Final = 0.55
_QUALITY: Final = 0.95
_WIDEST: Final = 1.2


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw a row for every study and a column for every outcome."""
    shown = _shown(synthesis, item)
    studies = _studies(shown)
    if not studies:
        return draw_pages([message_of(TITLE, NOTHING)], "")
    return draw_pages([_panel(synthesis, shown, studies)], _legend(shown))


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the plot in plain sentences made from its arrows."""
    told = []
    for entry in _shown(synthesis, item):
        first, second = _names(entry)
        named = {
            direction: ", ".join(f.label for f in entry.findings if f.direction == direction)
            for direction in ("experimental", "control", "none")
        }
        parts = [
            f"{words}: {named[direction] or 'none'}"
            for direction, words in (
                ("experimental", f"favours {first}"),
                ("control", f"favours {second}"),
                ("none", "no direction"),
            )
        ]
        told.append(f"{entry.outcome.label}: {'; '.join(parts)}.")
    return f"Effect-direction plot. {' '.join(told) or NOTHING}"


def _shown(synthesis: Synthesis, item: DisplayItem) -> list[Narrative]:
    return [
        entry
        for entry in synthesis.narratives
        if (not item.outcomes or entry.outcome.id in item.outcomes)
        and any(finding.direction for finding in entry.findings)
    ]


def _studies(shown: Sequence[Narrative]) -> list[str]:
    return list(dict.fromkeys(finding.label for entry in shown for finding in entry.findings))


def _names(entry: Narrative) -> tuple[str, str]:
    outcome = entry.outcome
    return lower_first(outcome.experimental or ""), lower_first(outcome.control or "")


def _panel(synthesis: Synthesis, shown: Sequence[Narrative], studies: Sequence[str]) -> Panel:
    judged = [ratings_for(synthesis.ratings, entry.outcome.id) for entry in shown]
    with_quality = any(judged)
    needed = max(text_width(_marked(synthesis, shown, label)) for label in studies)
    names = min(max(needed * 1.02, text_width("Study", face="bold")), _NAMES)
    first = style.MARGIN + names + GAP + _NUMBER + GAP + (_QUALITY if with_quality else 0.0)
    wide = min(_WIDEST, (style.PAGE_WIDTH - style.MARGIN - first) / len(shown))
    centres = [first + (place + 0.5) * wide for place in range(len(shown))]
    end = first + wide * len(shown)
    number = style.MARGIN + names + GAP + _NUMBER
    heads = [wrap(entry.outcome.label, wide - GAP / 2, face="bold") for entry in shown]
    tall = max(map(len, heads)) * line_height() + ROW_PADDING

    def draw_head(sheet: Sheet, top: float) -> None:
        last = top + tall - ROW_PADDING
        sheet.text(style.MARGIN, baseline(last), "Study", face="bold")
        sheet.text(number, baseline(last), "n", face="bold", align="right")
        if with_quality:
            sheet.text(number + GAP, baseline(last), "Quality", face="bold")
        for lines, x in zip(heads, centres, strict=True):
            for place, line in enumerate(reversed(lines)):
                at = baseline(last - place * line_height())
                sheet.text(x, at, line, face="bold", align="center")
        # Above the band of the first row, which would hide half of it.
        y = top + tall - style.HAIRLINE / style.POINTS_PER_INCH
        sheet.line((style.MARGIN, y), (end, y), width=style.HAIRLINE)

    rows = []
    for index, label in enumerate(studies):
        found = [next((f for f in entry.findings if f.label == label), None) for entry in shown]
        quality = ""
        if with_quality:
            rating = next(
                (
                    r[f.study_id]
                    for r, f in zip(judged, found, strict=True)
                    if f and f.study_id in r
                ),
                None,
            )
            quality = quality_cell(synthesis, rating)
        lines = wrap(_marked(synthesis, shown, label), names)
        height = max(len(lines) * line_height(), 2 * _RADII[-1]) + ROW_PADDING
        rows.append(
            Row(height, _row(lines, found, quality, centres, number, height, end, index % 2 == 0))
        )
    return Panel(TITLE, Row(tall, draw_head), tuple(rows), Row(0.0, draw_nothing))


def _marked(synthesis: Synthesis, shown: Sequence[Narrative], label: str) -> str:
    made_up = {study.study_id for study in synthesis.studies if study.reconstructed}
    ids = {f.study_id for entry in shown for f in entry.findings if f.label == label}
    return label + (DAGGER if ids & made_up else "")


def _row(
    lines: Sequence[str],
    found: Sequence[Finding | None],
    quality: str,
    centres: Sequence[float],
    number: float,
    height: float,
    end: float,
    banded: bool,
) -> Callable[[Sheet, float], None]:
    sizes = [finding.n for finding in found if finding is not None and finding.n is not None]

    def draw(sheet: Sheet, top: float) -> None:
        if banded:
            sheet.box(style.MARGIN, top, end - style.MARGIN, height, fill=style.BAND)
        middle = top + height / 2
        y = middle - len(lines) * line_height() / 2
        for line in lines:
            y += line_height()
            sheet.text(style.MARGIN, baseline(y), line)
        told = count(max(sizes)) if sizes else "–"
        sheet.text(number, lowered(middle), told, align="right")
        sheet.text(number + GAP, lowered(middle), quality)
        for finding, x in zip(found, centres, strict=True):
            if finding is not None and finding.direction is not None:
                _arrow(sheet, finding.direction, x, middle, _radius(finding.n))

    return draw


def _radius(n: int | None) -> float:
    size = n or 0
    return _RADII[(size >= MIDDLE) + (size > LARGE)]


def _arrow(sheet: Sheet, direction: Direction, x: float, y: float, r: float) -> None:
    if direction == "none":
        for side in (-1, 1):
            near, far = x + side * 0.2 * r, x + side * 1.4 * r
            corners = [(near, y - r), (far, y), (near, y + r)]
            sheet.polygon(corners, fill=style.QUIET, label=MARK)
        return
    # Down is positive on a sheet.
    tip = -r if direction == "experimental" else r
    fill = style.BLUE if direction == "experimental" else style.VERMILLION
    sheet.polygon([(x - r, y - tip), (x, y + tip), (x + r, y - tip)], fill=fill, label=MARK)


def _legend(shown: Sequence[Narrative]) -> str:
    names = dict.fromkeys(_names(entry) for entry in shown)
    pairs = (
        next(iter(names)) if len(names) == 1 else ("the experimental group", "the control group")
    )
    return (
        f"Triangle upwards: the effect favours {pairs[0]}; downwards: {pairs[1]}; two triangles to "
        f"the sides: no direction. Large: more than {LARGE} participants; middle: {MIDDLE} to "
        f"{LARGE}; small: fewer, or not reported. A direction says nothing of size or significance."
    )
