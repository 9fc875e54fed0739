"""What a forest plot says, before anyone knows where it will stand.

A :class:`Block` is one panel as rows of text and marks in the unit that is printed. The layout and
the drawing know only blocks, so that studies, subgroups, pooled adverse events and leave-one-out
results are all drawn by the same engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict

from analysis.formatting.numbers import lower_first
from analysis.measures.registry import measure
from analysis.paper.figures.forest_cells import Column, default_columns
from analysis.paper.figures.forest_text import (
    MODELS,
    capital,
    counted,
    heterogeneity,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.measures.measure import Measure
    from analysis.paper.figures.measure import Run
    from analysis.synthesis.results import Outcome, Pool, StudyEstimate

DAGGER = "\N{NO-BREAK SPACE}\N{DAGGER}"

RowKind = Literal["study", "subtotal", "total", "prediction", "heading", "note"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A square, diamond or bar, in the unit that is printed.

    ``area`` is relative to the largest square of the block (1); ``hollow`` marks a reconstructed
    row; ``high`` is None where the upper limit was not reached.
    """

    estimate: float
    low: float
    high: float | None
    area: float = 1.0
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: text for the first column, for the other columns in their order, and a mark."""

    kind: RowKind
    label: tuple[Run, ...]
    cells: tuple[str, ...] = ()
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """Head of a column other than the first, left or right of the plot.

    ``above`` is what stands over it, line by line: the group of patients that the column is about.
    """

    text: str
    before_plot: bool
    above: tuple[str, ...] = ()


RECONSTRUCTED_STUDY = (
    "† and open squares: reconstructed row; the study's own report has not been read."
)
RECONSTRUCTED_POOL = "† and open squares: pool with reconstructed rows."


@dataclass(frozen=True, slots=True)
class Block:
    """One panel, ready to be laid out.

    Marks, reference and band are in printed units, also where ``log`` says that equal ratios are
    equally far apart. ``reference`` is a dashed line and ``band`` the interval around it;
    ``hollow_means`` is what the legend says of open squares. A block without ``first_heading`` has
    no table, only text.
    ``null`` is the line of no effect, ``sides`` what stands to the left and to the right of it
    under the axis. ``kept`` says which rows are shown of too many: the first, the last, or those
    farthest from the reference.
    """

    title: str
    first_heading: str
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    axis_label: str
    bounds: tuple[float | None, float | None]
    reference: float | None
    summary: tuple[Run, ...] = ()
    notes: tuple[str, ...] = ()
    band: tuple[float, float] | None = None
    hollow_means: str = RECONSTRUCTED_STUDY
    log: bool = False
    null: float | None = None
    sides: tuple[str, str] | None = None
    kept: Literal["first", "last", "farthest"] = "first"


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel of a forest plot.

    Attributes
    ----------
    title : str
        Stands over the panel, after its letter if there are several panels.
    overall : Pool
        Drawn as the last diamond.
    groups : tuple of Pool
        Subgroups, each with its studies and a diamond of its own. Without groups the studies of
        ``overall`` are drawn.
    prediction : tuple of float, optional
        Prediction interval of ``overall``, in the unit of the pool.
    columns : tuple of Column, optional
        Columns beside study and plot; by default those that fit the kind of outcome.
    between : tuple of Run
        The test between the subgroups, shown below the last diamond.
    arms : tuple of str, optional
        Names of the groups that are compared, the experimental one first.
    better : str
        Which direction is good for the patients.
    """

    title: str
    overall: Pool
    groups: tuple[Pool, ...] = ()
    prediction: tuple[float, float] | None = None
    columns: tuple[Column, ...] | None = None
    between: tuple[Run, ...] = ()
    arms: tuple[str, str] | None = None
    better: str = "none"


def panel_of(
    outcome: Outcome,
    variable: str | None = None,
    *,
    title: str | None = None,
    between: tuple[Run, ...] = (),
) -> Panel:
    """Make the panel of an outcome, grouped by a subgroup variable if one is named.

    Without subgroups it has the prediction interval of the pool, if there is one.

    Raises
    ------
    KeyError
        If the outcome has no subgroups by this variable.
    """
    groups = outcome.subgroups[variable] if variable is not None else ()
    by = f", by {variable}" if variable is not None else ""
    overall = outcome.overall
    prediction = overall.prediction if variable is None else None
    return Panel(
        title or f"{outcome.label}{by}",
        overall,
        groups,
        prediction,
        between=between,
        arms=arms_of(outcome),
        better=outcome.better,
    )


def arms_of(outcome: Outcome) -> tuple[str, str] | None:
    """Return the names of the groups that an outcome compares, None where it compares none."""
    if outcome.experimental is None or outcome.control is None:
        return None
    return outcome.experimental, outcome.control


class Sides(TypedDict):
    """What a block has about the value of no effect."""

    null: float | None
    sides: tuple[str, str] | None
    log: bool


def sides_of(measured: Measure, better: str, arms: tuple[str, str] | None) -> Sides:
    """Return where no effect lies on the axis of a measure, and whom each side favours."""
    return {
        "null": None if measured.null is None else measured.printed(measured.null),
        "sides": None if arms is None else measured.sides(better, *map(lower_first, arms)),
        "log": measured.log,
    }


def nothing(reason: str, title: str) -> Block:
    """Make a panel that says why there is nothing in it."""
    return Block(
        title=title,
        first_heading="",
        headings=(),
        rows=(Row("note", ((reason, "regular"),)),),
        axis_label="",
        bounds=(None, None),
        reference=None,
    )


def block_of(panel: Panel, level: float) -> Block:
    """Turn a panel into rows of text and marks."""
    overall = panel.overall
    pools = (overall, *panel.groups)
    columns = panel.columns or default_columns(pools, level, panel.arms)
    heaviest = max((s.weight or 0.0 for pool in pools for s in pool.studies), default=0.0)
    # Where all pools have one model, the note below the panel says which.
    mixed = len({pool.model for pool in pools if pool.model in MODELS}) > 1
    rows: list[Row] = []
    for group in panel.groups:
        rows.append(Row("heading", ((group.level_label or group.level or group.label, "bold"),)))
        rows += _study_rows(group, columns, heaviest)
        # One study is no pool: its own row says everything.
        if group.estimate is not None and group.model != "single":
            rows.append(_pooled_row("subtotal", "Subtotal", group, columns))
        if group.studies and group.model != "single":
            rows.append(Row("note", heterogeneity(group, named=False, model=mixed)))
    if not panel.groups:
        rows += _study_rows(overall, columns, heaviest)
    if overall.estimate is not None and overall.model != "single":
        rows.append(_pooled_row("total", "Overall", overall, columns, bool(panel.groups)))
    if panel.prediction is not None:
        rows.append(_prediction_row(panel.prediction, overall, columns))
    if panel.groups and overall.studies:
        rows.append(Row("note", heterogeneity(overall, named=False, model=mixed)))
    if panel.between:
        rows.append(Row("note", panel.between))
    measured = measure(overall.measure)
    return Block(
        title=panel.title,
        first_heading="Study",
        headings=tuple(
            Heading(column.heading, column.before_plot, column.above) for column in columns
        ),
        rows=tuple(rows),
        axis_label=measured.titled(overall.label, overall.unit),
        bounds=measured.axis_bounds,
        reference=None if overall.estimate is None else measured.printed(overall.estimate),
        summary=heterogeneity(overall) if overall.studies and not panel.groups else (),
        notes=_notes(panel),
        **sides_of(measured, panel.better, panel.arms),
    )


def _study_rows(pool: Pool, columns: Sequence[Column], heaviest: float) -> list[Row]:
    if not pool.studies:
        return [Row("note", (("No study", "regular"),))]
    return [
        Row(
            "study",
            (
                (
                    study.label + (DAGGER if study.reconstructed else ""),
                    "regular",
                ),
            ),
            tuple(column.study(study) for column in columns),
            Mark(
                *_scaled(study, measure(pool.measure).factor),
                area=(study.weight or 0.0) / heaviest if heaviest else 0.5,
                hollow=study.reconstructed,
            ),
        )
        for study in pool.studies
    ]


def _pooled_row(
    kind: Literal["subtotal", "total"],
    name: str,
    pool: Pool,
    columns: Sequence[Column],
    weights_are_of_groups: bool = False,
) -> Row:
    cells = tuple(
        # Weights add up within each subgroup; a total over all of them would mean nothing.
        "" if weights_are_of_groups and column.id == "weight" else column.pool(pool)
        for column in columns
    )
    label: tuple[Run, ...] = ((name, "bold"), (f" ({counted(pool)})", "regular"))
    return Row(kind, label, cells, pool_mark(pool))


def _prediction_row(limits: tuple[float, float], pool: Pool, columns: Sequence[Column]) -> Row:
    low, high = limits
    scale = measure(pool.measure).factor
    cells = tuple(
        f"({measure(pool.measure).limits(low, high)})" if column.id == "estimate" else ""
        for column in columns
    )
    middle = (low + high) / 2 * scale
    return Row(
        "prediction",
        (("Prediction interval", "regular"),),
        cells,
        Mark(middle, low * scale, high * scale),
    )


def _notes(panel: Panel) -> tuple[str, ...]:
    left_out = [item for item in panel.overall.left_out if item.noteworthy]
    notes = [f"Not pooled: {item.label} ({item.reason.rstrip('.')})." for item in left_out]
    notes += [f"{capital(note.rstrip('.'))}." for note in panel.overall.notes]
    if panel.groups:
        pools = (panel.overall, *panel.groups)
        methods = sorted({pool.method for pool in pools if pool.model in MODELS})
        if methods:
            notes.append(f"{capital('; '.join(methods))}.")
    if panel.groups and any(study.weight for pool in panel.groups for study in pool.studies):
        notes.append("Weights are shares of the subgroup's pool.")
    return tuple(notes)


def pool_mark(pool: Pool, *, area: float = 1.0, hollow: bool = False) -> Mark:
    """Return the mark of a pool that has an estimate, in the unit that is printed.

    Raises
    ------
    ValueError
        If the pool has no estimate.
    """
    return Mark(*_scaled(pool, measure(pool.measure).factor), area=area, hollow=hollow)


def _scaled(item: StudyEstimate | Pool, scale: float) -> tuple[float, float, float | None]:
    if item.estimate is None:
        raise ValueError(f"{item.label} has no estimate to draw")
    low = item.estimate if item.ci_low is None else item.ci_low
    high = item.ci_high
    return item.estimate * scale, low * scale, None if high is None else high * scale
