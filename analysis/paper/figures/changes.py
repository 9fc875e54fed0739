"""Plot of every pooled result before and now, and of the outcomes version by version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.grades import grade_name
from analysis.formatting.numbers import count, lower_first
from analysis.measures.registry import measure
from analysis.paper.figures import forest
from analysis.paper.figures.forest_content import DAGGER, Block, Heading, Mark, Row, nothing
from analysis.paper.version_wording import headline_shown, pool_name
from analysis.synthesis.pool_states import as_content, pool_states
from analysis.synthesis.present_version import unreleased_history
from analysis.synthesis.versions import PoolChange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

    from analysis.synthesis.results import Synthesis
    from analysis.synthesis.versions import Headline, History, PoolState, Version
    from schemas.protocol import DisplayItem

__all__ = ["alt_text", "figures"]

NOTHING: Final = "No outcome has been pooled."
_HOLLOW: Final = "† and open marks: pool with reconstructed rows."
_AREA: Final = 0.3


def figures(synthesis: Synthesis, item: DisplayItem) -> tuple[Figure, ...]:
    """Draw the pools before and now, a panel a kind, and then the outcomes by version."""
    history = synthesis.history or unreleased_history(synthesis)
    level = synthesis.level
    blocks = [
        *(_pairs(title, pools, history, level) for title, pools in _groups(synthesis, history)),
        *(_by_version(entry, history, level) for entry in history.present.headline),
    ]
    return forest.figures_of_blocks(blocks or [nothing(NOTHING, "Versions")])


def alt_text(synthesis: Synthesis, item: DisplayItem) -> str:
    """Describe the panels in plain sentences made from their numbers."""
    history = synthesis.history or unreleased_history(synthesis)
    changes = history.changes
    if changes is None:
        sentences = ["Pooled results of the first version; there is nothing to compare with."]
    else:
        sentences = [f"Pooled results of version {changes.since} and now, with intervals."]
        parts = [
            f"{pool_name(pool.state)}, before {_spoken(pool.before, synthesis.level)}, "
            f"now {_spoken(pool.after, synthesis.level)}"
            for pool in changes.moved
            if pool.state.group == "outcome" or pool.state.variable is None
        ]
        sentences.append(f"Changed: {'; '.join(parts)}." if parts else "None of them changed.")
    for entry in history.present.headline:
        steps = "; ".join(
            f"version {version.edition}, {headline_shown(found)}"
            for version, found in _of_versions(entry, history)
        )
        sentences.append(f"{entry.label} by version: {steps}.")
    return " ".join(sentences)


def _groups(synthesis: Synthesis, history: History) -> Iterator[tuple[str, list[PoolChange]]]:
    """Give the pools that are drawn, by heading: a panel has one unit."""
    states = pool_states(as_content(synthesis))
    known = (
        history.changes.pools
        if history.changes
        else [PoolChange(None, state) for state in states.values()]
    )
    groups: dict[str, list[PoolChange]] = {}
    for pool in known:
        state = pool.state
        if not any(side and side.pooled and _drawable(side) for side in (pool.before, pool.after)):
            continue
        if state.group == "outcome":
            groups.setdefault(state.label, []).append(pool)
        elif state.variable is None:
            grade = lower_first(grade_name(state.grade or ""))
            groups.setdefault(f"Adverse events, {grade}", []).append(pool)
    yield from groups.items()


def _drawable(state: PoolState | Headline | None) -> bool:
    return state is not None and state.estimate is not None and state.ci_low is not None


def _pairs(title: str, pools: list[PoolChange], history: History, level: float) -> Block:
    rows: list[Row] = []
    since = history.changes.since if history.changes else None
    for pool in pools:
        rows += _rows(pool, since)
    state = pools[0].state
    notes = () if since is None else (f"Squares: version {since}; diamonds: now.",)
    return _block(title, "Pool", rows, state, level, notes)


def _rows(pool: PoolChange, since: str | None) -> Iterator[Row]:
    state = pool.state
    named = state.grade is not None
    name = state.label if named else (state.level_label or state.level or "All studies")
    before = pool.before if since is not None and _drawable(pool.before) else None
    if before is not None:
        label = name + (DAGGER if before.reconstructed else "")
        yield Row("study", ((label, "regular"),), *_marked(before, _AREA))
    if _drawable(pool.after) and pool.after is not None:
        dagger = DAGGER if pool.after.reconstructed else ""
        alone = before is None
        text = name + (" (new)" if alone and since is not None else "") if alone else "now"
        face = "regular" if alone else "italic"
        if since is None:  # the first version has squares alone: no diamonds to tell them from
            yield Row("study", ((text + dagger, face),), *_marked(pool.after, _AREA))
        else:
            yield Row("subtotal", ((text + dagger, face),), *_marked(pool.after))
    elif before is not None:
        yield Row("note", (("now not pooled", "italic"),))


def _marked(state: PoolState | Headline, area: float = 1.0) -> tuple[tuple[str, ...], Mark]:
    scale = measure(state.measure).factor
    estimate, low = state.estimate or 0.0, state.ci_low or 0.0
    high = None if state.ci_high is None else state.ci_high * scale
    cells = (
        count(state.k),
        measure(state.measure).estimate(estimate, state.ci_low, state.ci_high),
    )
    hollow = state.reconstructed > 0
    return cells, Mark(estimate * scale, low * scale, high, area=area, hollow=hollow)


def _of_versions(entry: Headline, history: History) -> Iterator[tuple[Version, Headline]]:
    for version in history.versions:
        for found in version.headline:
            if found.outcome == entry.outcome and found.measure == entry.measure:
                yield version, found


def _by_version(entry: Headline, history: History, level: float) -> Block:
    rows = []
    for version, found in _of_versions(entry, history):
        dagger = DAGGER if found.reconstructed else ""
        when = "" if version.date is None else f" ({version.date})"
        label = f"Version {version.edition}{when}{dagger}"
        if _drawable(found):
            rows.append(Row("study", ((label, "regular"),), *_marked(found, _AREA)))
        else:
            rows.append(Row("note", ((f"{label}: not pooled", "regular"),)))
    return _block(f"{entry.label} by version", "Version", rows, entry, level, ())


def _block(
    title: str,
    heading: str,
    rows: list[Row],
    state: PoolState | Headline,
    level: float,
    notes: tuple[str, ...],
) -> Block:
    measured = measure(state.measure)
    return Block(
        title=title,
        first_heading=heading,
        headings=(
            Heading("Estimates", before_plot=True),
            Heading(measured.heading(state.unit, level), before_plot=False),
        ),
        rows=tuple(rows),
        axis_label=measured.titled(title.removesuffix(" by version"), state.unit),
        bounds=measured.axis_bounds,
        reference=None,
        notes=notes,
        hollow_means=_HOLLOW,
    )


def _spoken(state: PoolState | None, level: float) -> str:
    if state is None or state.estimate is None:
        return "not pooled"
    return measure(state.measure).spoken(
        state.estimate, state.ci_low, state.ci_high, state.unit, level
    )
