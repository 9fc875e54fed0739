"""Table of the groups of this review beside the results of other treatments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.formatting.grades import grade_name
from analysis.formatting.numbers import number
from analysis.measures.registry import COUNTED, measure
from analysis.paper.tables.assembly import Column, Line, assemble, visible, without_unread
from analysis.paper.tables.cells import (
    DAGGER,
    DAGGER_POOL_NOTE,
    NOT_REACHED_NOTE,
    NOT_REPORTED,
    abbreviations_note,
    contributors,
    estimate,
    lines,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.measures.measure import Measure
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.listings import Comparator
    from analysis.synthesis.results import Pool, Synthesis

# More columns cannot be read on a landscape page; further comparators share the last one.
_MOST_COLUMNS: Final = 11
_NOTE: Final = (
    "The treatments were given to other patients: the columns stand side by side and were not "
    f"compared. {NOT_REPORTED}, not reported in what was read of the source."
)
# A comparator is one treatment of one trial.
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Topic:
    """A row: an outcome or an adverse event, with this review's pools by level."""

    id: str
    section: str
    label: str
    measured: Measure
    pools: Mapping[str | None, Pool]


def build(synthesis: Synthesis, by: Sequence[str] = ()) -> Table:
    """Build the table: outcomes and adverse events as rows, groups and comparators as columns.

    Parameters
    ----------
    synthesis : Synthesis
        Outcomes, adverse events and comparators.
    by : sequence of str
        Ids of subgroup variables; the first one's groups are shown. Without any, the pools of all
        studies are.
    """
    variable = by[0] if by else None
    topics = _topics(synthesis, variable)
    groups = _groups(synthesis, variable)
    names = {_key(entry): entry for entry in synthesis.comparators}
    results = {(entry.topic, _key(entry)): entry for entry in synthesis.comparators}
    shared = _shared_columns(list(names), _MOST_COLUMNS - len(groups))
    columns = _columns(groups, shared, names)
    body = [
        Line(
            (
                text(topic.label),
                *(_result(topic.pools.get(level)) for level in groups),
                *(_quoted(topic, keys, results, names) for keys in shared),
            ),
            topic.section,
        )
        for topic in topics
    ]
    # Of some treatments nothing is known that this review asks for.
    quoted = {column.id for column in columns[len(groups) + 1 :]}
    columns, body = without_unread(columns, body, quoted, NOT_REPORTED)
    shown = visible(columns, body)
    level = number(synthesis.level * 100, 0)
    known = {name: full for name, full in synthesis.abbreviations.items() if name != NOT_REPORTED}
    ours = f"Groups of this review: result, its {level}% CI and the number of studies (estimates)."
    notes = [
        ours,
        "Other treatments: result with the CI, or the counts, that was read." if names else "",
        _NOTE if names else "",
        NOT_REACHED_NOTE if "–NR" in shown else "",
        DAGGER_POOL_NOTE if DAGGER in shown else "",
        abbreviations_note(f"{shown} CI", known),
    ]
    return assemble(columns, body, notes if body else [], "No outcome has been pooled.")


def _key(comparator: Comparator) -> _Key:
    return comparator.comparator_id, comparator.regimen


def _topics(synthesis: Synthesis, variable: str | None) -> list[_Topic]:
    """Give the rows: ours in their order, and with them what only comparators report."""
    topics = [
        _Topic(
            outcome.id,
            "Efficacy",
            measure(outcome.measure).titled(outcome.label, outcome.unit),
            measure(outcome.measure),
            _by_level(outcome.overall, outcome.subgroups, variable),
        )
        for outcome in synthesis.outcomes
    ]
    topics += [
        _Topic(
            event.id,
            _section(event.grade),
            event.term,
            measure(event.pool.measure),
            _by_level(event.pool, event.subgroups, variable),
        )
        for event in synthesis.adverse_events
    ]
    ours = {topic.id for topic in topics}
    for name in dict.fromkeys(entry.topic for entry in synthesis.comparators):
        if name not in ours:
            term, _, grade = name.rpartition(", ")
            topics.append(_Topic(name, _section(grade), term, measure(COUNTED), {}))
    sections = list(dict.fromkeys(topic.section for topic in topics))
    return sorted(topics, key=lambda topic: sections.index(topic.section))


def _section(grade: str) -> str:
    return f"Adverse events, {grade_name(grade).lower()}, %"


def _by_level(
    overall: Pool, subgroups: Mapping[str, tuple[Pool, ...]], variable: str | None
) -> dict[str | None, Pool]:
    if variable is None:
        return {None: overall}
    return {pool.level: pool for pool in subgroups.get(variable, ())}


def _groups(synthesis: Synthesis, variable: str | None) -> dict[str | None, str]:
    if variable is None:
        return {None: "All studies"}
    # Columns are narrow: a level that is an abbreviation stands for its name, which a note gives.
    short = synthesis.abbreviations
    return {
        pool.level: pool.level if pool.level in short else pool.level_label or pool.label
        for outcome in synthesis.outcomes
        for pool in outcome.subgroups.get(variable, ())
    }


def _shared_columns(names: list[_Key], most: int) -> list[list[_Key]]:
    most = max(1, most)
    if len(names) <= most:
        return [[name] for name in names]
    return [*([name] for name in names[: most - 1]), names[most - 1 :]]


def _columns(
    groups: Mapping[str | None, str],
    shared: Sequence[Sequence[_Key]],
    names: Mapping[_Key, Comparator],
) -> list[Column]:
    headings = [text(label) for label in groups.values()]
    for keys in shared:
        one = names[keys[0]]
        name = lines([text(one.label), text(f"({one.regimen})")])
        headings.append(name if len(keys) == 1 else "Further treatments")
    return [
        Column("topic", "Result"),
        *(Column(f"c{place}", name, "center") for place, name in enumerate(headings)),
    ]


def _result(pool: Pool | None) -> str:
    if pool is None:
        return "No study"
    if not pool.studies:
        return estimate(pool)
    shown = estimate(pool).replace(" (", "<br>(") + (DAGGER if pool.reconstructed else "")
    return lines([shown, f"<em>k</em> = {contributors(pool)}"])


def _quoted(
    topic: _Topic,
    keys: Sequence[_Key],
    results: Mapping[tuple[str, _Key], Comparator],
    names: Mapping[_Key, Comparator],
) -> str:
    values = [_value(results.get((topic.id, key)), topic) for key in keys]
    if len(keys) == 1:
        return values[0]
    titles = [text(f"{names[key].label} ({names[key].regimen})") for key in keys]
    return lines(f"{title}: {value}" for title, value in zip(titles, values, strict=True))


def _value(entry: Comparator | None, topic: _Topic) -> str:
    if entry is None or entry.estimate is None:
        return NOT_REPORTED
    value = topic.measured.number(entry.estimate)
    if entry.ci_low is not None:
        return lines([value, f"({topic.measured.limits(entry.ci_low, entry.ci_high)})"])
    if entry.events is not None:
        return lines([value, f"({entry.events}/{entry.n})"])
    return value
