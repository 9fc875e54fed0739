"""The forest plot of `review pool`, in every format by the suffix of the file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from analysis.pool.csv_layouts import LAYOUTS
from analysis.pool.pool_report import heterogeneity_text, method_text
from analysis.pool.value_text import FORMS
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.figures.forest_content import Block, Row
    from analysis.paper.figures.measure import Run
    from analysis.paper.figures.saving import Format
    from analysis.pool.csv_layouts import Layout
    from analysis.pool.csv_results import CsvPool, Fit

__all__ = ["check_plot_name", "write_forest"]

_FORMATS = {".svg": "svg", ".png": "png", ".pdf": "pdf", ".tiff": "tiff", ".tif": "tiff"}


def check_plot_name(target: str) -> None:
    """Refuse a name from which no figure can be made, before anything is computed.

    Raises
    ------
    DataProblems
        If the suffix names no format or the folder is missing.
    """
    path = Path(target)
    if path.suffix.lower() not in _FORMATS:
        what = f"A plot cannot be written as {path.suffix or 'a file without a suffix'}."
        raise _problem(target, what, "Use a name that ends in .svg, .png, .pdf or .tiff.")
    if not path.resolve().parent.is_dir():
        raise _problem(target, "The folder of this file does not exist.", "Create it first.")


def write_forest(pool: CsvPool, target: str) -> None:
    """Draw the forest plot of a file's pool.

    Parameters
    ----------
    pool
        From `analysis.pool.pool_csv.pool_csv`.
    target
        A file ending in .svg, .png, .pdf or .tiff.

    Raises
    ------
    DataProblems
        If the file cannot be written.
    """
    from analysis.paper.figures.forest import figures_of_blocks
    from analysis.paper.figures.saving import save

    check_plot_name(target)
    path = Path(target)
    # One figure however many studies: a page break would need a second file.
    (figure,) = figures_of_blocks([_block(pool)], height=math.inf)
    kind = cast("Format", _FORMATS[path.suffix.lower()])
    try:
        (written,) = save(figure, path.with_suffix(""), [kind])
        written.replace(path)
    except OSError as error:
        what = f"The plot cannot be written ({error.strerror or 'unknown reason'})."
        raise _problem(target, what, "Choose another place for it.") from error


def _block(pool: CsvPool) -> Block:
    from analysis.paper.figures.forest_content import Block, Heading, Mark, Row

    layout = LAYOUTS[pool.layout]
    arms = max(len(study.numbers) for study in pool.overall.studies)
    name = layout.share_numbers if FORMS[pool.kind].shares else layout.numbers
    weighted = any(study.weight is not None for study in pool.overall.studies)
    unit = FORMS[pool.kind].sign or pool.effect.capitalize()
    headings = [Heading(f"{unit} ({100 * pool.level:g}% CI)", False)]
    if weighted:
        headings.append(Heading("Weight, %", False))
    counted = [f"Arm {arm}, {name[:1].lower()}{name[1:]}" for arm in range(1, arms + 1)]
    headings = [Heading(text, True) for text in (counted if arms > 1 else [name][:arms])] + headings

    def cells(numbers: tuple[str, ...], text: str, weight: str) -> tuple[str, ...]:
        shown = numbers or ("",) * arms
        return (*shown, text, *((weight,) if weighted else ()))

    def pooled(kind: Literal["subtotal", "total"], name: str, fit: Fit) -> Row:
        studies = "study" if fit.k == 1 else "studies"
        label: tuple[Run, ...] = ((name, "bold"), (f" ({fit.k} {studies})", "regular"))
        mark = Mark(*_scaled(pool, fit.estimate, fit.ci_low, fit.ci_high))
        return Row(kind, label, cells((), _estimate(pool, fit), ""), mark)

    # Groups without a column that names them are two quantities of the same studies.
    by = pool.by is not None
    rows: list[Row] = []
    fits = pool.groups or (pool.overall,)
    heaviest = max((s.weight or 0.0 for fit in fits for s in fit.studies), default=0.0)
    for fit in fits:
        if pool.groups:
            rows.append(Row("heading", ((fit.name if by else fit.name.capitalize(), "bold"),)))
        for study in fit.studies:
            share = study.weight
            text = FORMS[pool.kind].value(study.estimate)
            text += f" ({FORMS[pool.kind].limits(study.ci_low, study.ci_high)})"
            area = (share or 0.0) / heaviest if heaviest else 0.5
            mark = Mark(*_scaled(pool, study.estimate, study.ci_low, study.ci_high), area=area)
            weight = "–" if share is None else f"{100 * share:.1f}"
            rows.append(
                Row("study", ((study.label, "regular"),), cells(study.numbers, text, weight), mark)
            )
        if pool.groups:
            rows.append(pooled("subtotal", "Subtotal" if by else "Summary", fit))
            rows.append(Row("note", ((heterogeneity_text(fit, pool.level), "regular"),)))
    overall = pool.overall
    if by or not pool.groups:
        rows.append(pooled("total", "Overall", overall))
    if not math.isnan(overall.prediction_low):
        limits = overall.prediction_low, overall.prediction_high
        mark = Mark(*_scaled(pool, overall.estimate, *limits))
        text = f"({FORMS[pool.kind].limits(*limits)})"
        rows.append(
            Row("prediction", (("Prediction interval", "regular"),), cells((), text, ""), mark)
        )
    label = pool.effect.capitalize()
    if FORMS[pool.kind].shares:
        label = f"{label}, %" if by or not pool.groups else "%"
    method = method_text(overall, pool.measure)
    # Ratios and differences are read against no effect, the others against their mean.
    null = FORMS[pool.kind].null
    reference = _scaled(pool, overall.estimate, 0.5, 0.5)[0] if null is None else null
    summary = f"{heterogeneity_text(overall, pool.level)}; {method}"
    if pool.groups and not by:
        reference, summary = None, method
    return Block(
        title="",
        first_heading="Study",
        headings=tuple(headings),
        rows=tuple(rows),
        axis_label=label,
        bounds=FORMS[pool.kind].bounds,
        reference=reference,
        summary=((summary, "regular"),),
        log=FORMS[pool.kind].log,
        notes=(
            *_arms_note(pool, layout, arms),
            *(f"Not pooled: {text}" for text in pool.left_out),
            *(("Weights are shares of the subgroup's pool.",) if pool.groups and weighted else ()),
        ),
    )


def _arms_note(pool: CsvPool, layout: Layout, arms: int) -> Iterator[str]:
    """Say which columns of the file are which arm."""
    for place, roles in enumerate(layout.counts[:arms] if arms > 1 else ()):
        names = [pool.columns[role] for role in roles if role in pool.columns]
        if names:
            yield f"Arm {place + 1}: column{'s' if len(names) > 1 else ''} {', '.join(names)}."


def _estimate(pool: CsvPool, fit: Fit) -> str:
    limits = FORMS[pool.kind].limits(fit.ci_low, fit.ci_high)
    return f"{FORMS[pool.kind].value(fit.estimate)} ({limits})"


def _scaled(
    pool: CsvPool, estimate: float, low: float, high: float
) -> tuple[float, float, float | None]:
    """Return estimate and limits in the unit of the axis."""
    scale = FORMS[pool.kind].factor
    return estimate * scale, low * scale, None if math.isinf(high) else high * scale


def _problem(file: str, what: str, hint: str) -> DataProblems:
    return DataProblems([Problem(file, None, None, None, what, hint, "error", "pool-plot")])
