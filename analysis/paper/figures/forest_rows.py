"""The rows behind a forest plot, with their evidence and where they stand in the picture."""

from __future__ import annotations

from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from analysis.measures.registry import measure
from analysis.paper.figures.forest_content import DAGGER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from matplotlib.figure import Figure

    from analysis.synthesis.results import Pool, StudyEstimate, Synthesis
    from schemas.protocol import DisplayItem
    from schemas.review_data import ReviewData

    #: Source, location and note of a row, by its file and line.
    Texts = Mapping[tuple[str, int], Sequence[str]]

#: The kinds of figures with a row for each study.
KINDS = ("forest", "subgroup_forest")
# Points between the baseline of a line and its middle, for the type size of a row.
_MIDDLE = 0.36


def row_texts(data: ReviewData) -> Texts:
    """Give every row of results by file and line, with what it says of itself.

    Parameters
    ----------
    data
        The tables.
    """
    return {
        (f"data/{name}.csv", int(line)): texts
        for name in ("outcomes", "contrasts")
        for line, *texts in _columns(getattr(data, name))
    }


def forest_rows(synthesis: Synthesis, said: Texts, item: DisplayItem) -> list[dict[str, Any]]:
    """Give what a reader of a forest plot can ask about each of its rows.

    Parameters
    ----------
    synthesis
        The computed review.
    said
        Source, location and note of every row, from `row_texts`.
    item
        A display item whose kind is one of `KINDS`.

    Returns
    -------
    list of dict
        In the order of panels and rows: ``panel``, ``group``, ``label``, ``result``, ``evidence``,
        ``source``, ``location``, ``note``, ``row``; with the last row of a pool ``pooled``, the
        names and results of the diamonds below it.
    """
    rows = []
    for name in item.outcomes:
        outcome = synthesis.outcome(name)
        pool = outcome.overall
        grouped = [group for by in item.by for group in outcome.subgroups.get(by, ())]
        for part in grouped or [pool]:
            for study in part.studies:
                place = study.row.file, study.row.line
                source, location, note = said.get(place, ("", "", ""))
                rows.append(
                    {
                        "panel": pool.label,
                        "group": "" if part is pool else part.level_label or part.level or "",
                        "label": study.label,
                        "result": _result(study, pool),
                        "evidence": _evidence(study),
                        "source": source,
                        "location": location,
                        "note": note,
                        "row": f"{study.row.file}, line {study.row.line}",
                    }
                )
            if part.studies and part is not pool:
                rows[-1]["pooled"] = _pooled("Subtotal", part)
        # A pool may have studies of which none belongs to a group that is shown.
        if any(part.studies for part in grouped or [pool]):
            rows[-1]["pooled"] = [*rows[-1].get("pooled", ()), *_pooled("Overall", pool)]
    return rows


def shown_rows(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep of located rows those that a picture shows, each panel with the result of its pool.

    Parameters
    ----------
    rows
        As `located` gives them, of a figure that shows a part of its rows.
    """
    kept = []
    for _, panel in groupby(rows, key=itemgetter("panel")):
        told = list(panel)
        found = [row for row in told if "image" in row]
        if found and "pooled" in told[-1]:
            found[-1]["pooled"] = told[-1]["pooled"]
        kept += found
    return kept


def _columns(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    texts = (frame[name].fillna("").astype(str) for name in ("source", "location", "note"))
    return zip(frame["line"], *texts, strict=True)


def _result(study: StudyEstimate, pool: Pool) -> str:
    measured = measure(pool.measure)
    text = measured.amount(study.estimate, pool.unit)
    text += f" ({measured.limits(study.ci_low, study.ci_high)})"
    cells = [cell for group in study.groups if (cell := measured.data.cell(group))]
    if cells:
        return f"{' against '.join(cells)}: {text}"
    counted = measured.counted and measured.null is None
    return f"{study.events}/{study.n}, {text}" if counted else text


def _pooled(name: str, pool: Pool) -> list[tuple[str, str]]:
    if pool.estimate is None or pool.ci_low is None or pool.model == "single":
        return []
    measured = measure(pool.measure)
    text = measured.amount(pool.estimate, pool.unit)
    return [(name, f"{text} ({measured.limits(pool.ci_low, pool.ci_high)})")]


def _evidence(study: StudyEstimate) -> str:
    if study.reconstructed and study.evidence != "reconstructed":
        return f"{study.evidence}, of a reconstructed study"
    return study.evidence


def located(rows: Sequence[dict[str, Any]], figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Find every row in the pictures by the first line of its name.

    A name that occurs in several panels stands in them in the same order as in the rows.

    Parameters
    ----------
    rows
        As `forest_rows` gives them.
    figures
        The pictures that show them.

    Returns
    -------
    list of dict
        The rows; one that was found in a picture has ``image`` (counted from 0), ``middle`` and
        ``height`` as fractions of the picture's height.
    """
    waiting = [dict(row) for row in rows]
    placed = list(waiting)
    for image, figure in enumerate(figures):
        found = []
        for text, middle in _lines(figure):
            row = _named(text, waiting)
            if row is not None:
                waiting.remove(row)
                row |= {"image": image, "middle": round(middle, 4)}
                found.append(row)
        places = [row["middle"] for row in found]
        steps = [after - before for before, after in pairwise(places)]
        for row in found:
            row["height"] = round(min(steps, default=0.02), 4)
    return placed


def _named(text: str, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    exact = next((row for row in rows if row["label"] == text), None)
    return exact or next((row for row in rows if row["label"].startswith(f"{text} ")), None)


def _lines(figure: Figure) -> Iterator[tuple[str, float]]:
    """Give the texts at the left edge of a picture from top to bottom, with their middles."""
    from matplotlib.text import Text

    height = figure.bbox.height
    placed = []
    for text in figure.findobj(Text):
        # findobj gives artists of any kind, as far as its types say.
        words = text.get_text() if isinstance(text, Text) else ""
        if not isinstance(text, Text) or not words.strip():
            continue
        x, y = text.get_transform().transform(text.get_position())
        middle = y + _MIDDLE * float(text.get_fontsize()) * figure.dpi / 72
        placed.append((1 - middle / height, x, words.removesuffix(DAGGER).strip()))
    edge = min((x for _, x, _ in placed), default=0.0)
    for middle, x, words in sorted(placed):
        if x - edge < 1:
            yield words, float(middle)
