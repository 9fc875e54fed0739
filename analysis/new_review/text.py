"""The text a new review begins with: sentences and figures for the outcomes of its protocol.

The sentences that every review has stand in ``starter/``. A line that begins with % is replaced
here by what depends on the protocol.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from analysis.formatting.numbers import lower_first
from analysis.manuscript.value import escape, slug
from analysis.measures.registry import measure_of
from analysis.paper.values.pools import grade_slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.protocol import Outcome, Protocol

__all__ = ["display_text", "filled"]

_DIGIT = re.compile(r"\d")
_DAGGER = "{{< var evidence.dagger_note >}}"


def filled(text: str, protocol: Protocol) -> str:
    """Replace the lines of a starting text that depend on the protocol.

    Parameters
    ----------
    text
        A file of ``starter/``.
    protocol
        The choices of the new review.
    """
    parts = {
        "abstract": _summaries(protocol),
        "pooled": _pooled(protocol),
        "medians": [_value("methods.medians"), ""] if _has_medians(protocol) else [],
        "findings": _summaries(protocol),
        "rule": _rule(protocol),
        "subgroups": _grouping(protocol),
        "outcomes": _outcomes(protocol),
        "adverse_events": _adverse_events(protocol),
        "sensitivity": _of_each(protocol, "leave_one_out.sentence"),
        "small_study": _of_each(protocol, "small_study.sentence", "trim_and_fill.sentence"),
        "moderators": _moderators(protocol),
        "moderator_table": _moderator_table(protocol),
        "bubble": _bubble(protocol),
        "allowed": _allowed(protocol),
    }
    title = protocol.review.title.replace("\\", "\\\\").replace('"', '\\"')
    lines: list[str] = []
    for line in text.replace("%title", title).split("\n"):
        name = line.strip().removeprefix("%")
        if not line.strip().startswith("%") or name not in parts:
            lines.append(line)
            continue
        space = line[: len(line) - len(line.lstrip())]
        lines += [f"{space}{part}" if part else "" for part in parts[name]]
    return "\n".join(lines)


def display_text(protocol: Protocol) -> str:
    """Write the protocol's list of figures and tables, as the starting text shows them."""
    outcomes = [outcome.id for outcome in protocol.outcomes]
    every = f"outcomes: [{', '.join(outcomes)}]"
    items = ["fig-flow, kind: flow", "tbl-baseline, kind: baseline", "tbl-quality, kind: quality"]
    for outcome in protocol.outcomes:
        items.append(f"{_figure(outcome)}, kind: forest, outcomes: [{outcome.id}]")
        if protocol.subgroups:
            by = ", ".join(entry.id for entry in protocol.subgroups)
            what = f"kind: subgroup_forest, outcomes: [{outcome.id}], by: [{by}]"
            items.append(f"{_figure(outcome)}-subgroups, {what}")
    items += [
        "tbl-adverse-events, kind: adverse_events",
        "fig-adverse-events, kind: adverse_event_forest",
        "tbl-ongoing, kind: ongoing",
        "sfig-quality, kind: quality",
        f"sfig-leave-one-out, kind: leave_one_out, {every}",
    ]
    kinds = ["specification", "baujat", "cumulative", "funnel"]
    kinds += ["bubble"] if protocol.moderators else []
    items += [f"sfig-{kind}, kind: {kind}, {every}" for kind in (*kinds, "sequential")]
    items += ["sfig-changes, kind: changes", "stbl-prisma, kind: prisma"]
    items += [f"stbl-{kind}, kind: {kind}" for kind in ("searches", "awaiting", "terms")]
    items += [f"stbl-{kind}, kind: {kind}" for kind in ("excluded", "pools", "versions")]
    items += ["stbl-study-data, kind: study_data, landscape: true"]
    items += ["stbl-statistics, kind: statistics, landscape: true"]
    items += ["stbl-left-out, kind: left_out", "stbl-changes, kind: changes, landscape: true"]
    items += ["stbl-sentences, kind: changed_sentences, landscape: true"]
    items += ["stbl-moderators, kind: moderators"] if _explains(protocol) else []
    about = "# The figures and tables, by the id of the div in the manuscript that they fill."
    return "\n".join([about, "display:", *(f"  - {{id: {item}}}" for item in items), ""])


def _figure(outcome: Outcome) -> str:
    return f"fig-{slug(outcome.id).replace('_', '-').replace('.', '-').lower()}"


def _explains(protocol: Protocol) -> bool:
    return bool(protocol.subgroups or protocol.moderators)


def _value(name: str) -> str:
    return f"{{{{< var {name} >}}}}"


def _summaries(protocol: Protocol) -> list[str]:
    return [
        f"The pooled {_value(f'{entry.id}.label')} was {_value(f'{entry.id}.summary')}."
        for entry in protocol.outcomes
    ]


def _has_medians(protocol: Protocol) -> bool:
    return any(not measure_of(entry).counted for entry in protocol.outcomes)


def _pooled(protocol: Protocol) -> list[str]:
    what = "Proportions and medians" if _has_medians(protocol) else "Proportions"
    limits = f"{_value('protocol.level')} confidence intervals (CI)"
    return [f"{what}, with {limits}, were pooled."]


def _rule(protocol: Protocol) -> list[str]:
    if protocol.model_rule.i2_below == 0:
        return [f"The model was one of {_value('methods.random')}."]
    both = f"I² was below {_value('protocol.i2_below')} and *P* was {_value('protocol.p_at_least')}"
    return [
        f"The common-effect model was used if {both} or more.",
        f"Otherwise, the model was one of {_value('methods.random')}.",
    ]


def _grouping(protocol: Protocol) -> list[str]:
    if not protocol.subgroups:
        return []
    names = " and by ".join(lower_first(escape(entry.label)) for entry in protocol.subgroups)
    return [f"Subgroups were formed by {names}.", _value("methods.subgroups")]


def _outcomes(protocol: Protocol) -> list[str]:
    return [line for entry in protocol.outcomes for line in (*_outcome(entry, protocol), "")][:-1]


def _outcome(outcome: Outcome, protocol: Protocol) -> Iterator[str]:
    name, figure = outcome.id, _figure(outcome)
    label = escape(outcome.label)
    yield from (f"## {label} {{#sec-outcome-{figure.removeprefix('fig-')}}}", "")
    yield (
        f"The pooled {_value(f'{name}.label')} was {_value(f'{name}.estimate')} "
        f"({_value(f'{name}.ci')}), with {_value(f'{name}.heterogeneity')} (@{figure})."
    )
    # Worded so that a pool of one reads as well as a pool of many.
    rests = f"The number of estimates was {_value(f'{name}.k')}, that of studies "
    rests += _value(f"{name}.studies")
    if measure_of(outcome).counted:
        rests += (
            f", and {_value(f'{name}.events')} of {_value(f'{name}.n')} patients had the outcome"
        )
    yield f"{rests}; the range of single estimates was {_value(f'{name}.range')}."
    yield _value(f"{name}.model_sentence")
    measured = measure_of(outcome)
    shown = measured.plural(outcome.unit)
    limits = f"{_value('protocol.level')} confidence intervals"
    caption = (
        f"{label}. Squares are study {shown} with {limits}, sized by weight; the diamond is "
        f"the pooled result (estimates: {_value(f'{name}.k')}). {_DAGGER}"
    )
    yield from _float(figure, caption)
    if not protocol.subgroups:
        return
    yield ""
    for entry in protocol.subgroups:
        groups = "; ".join(
            f"{lower_first(escape(level.label))}, "
            f"{_value(f'{name}.{slug(entry.id)}.{slug(level.id)}.summary')}"
            for level in entry.levels
        )
        yield f"By {lower_first(escape(entry.label))} (@{figure}-subgroups): {groups}."
        yield _value(f"{name}.{slug(entry.id)}.test_sentence")
    yield from _float(f"{figure}-subgroups", f"{label} by subgroup. {_DAGGER}")


def _float(name: str, caption: str) -> tuple[str, ...]:
    return ("", f"::: {{#{name}}}", "", caption, "", ":::")


def _adverse_events(protocol: Protocol) -> list[str]:
    return [
        f"In order of frequency, the pooled adverse events of {_grade(grade)} were "
        f"{_value(f'ae.commonest_{grade_slug(grade)}')}."
        for grade in protocol.grades
    ]


def _grade(grade: str) -> str:
    if grade == "any":
        return "any grade"
    return f"grade {grade.removeprefix('>=')} or worse" if grade.startswith(">=") else escape(grade)


def _allowed(protocol: Protocol) -> list[str]:
    found = [name for name in map(_grade, protocol.grades) if _DIGIT.search(name)]
    if not found:
        return ["allowed: []"]
    entries = [
        f"  - text: {json.dumps(name)}\n    reason: one of the protocol's grades" for name in found
    ]
    return ["allowed:", *entries]


def _of_each(protocol: Protocol, *names: str) -> list[str]:
    return [" ".join(_value(f"{entry.id}.{name}") for name in names) for entry in protocol.outcomes]


def _moderators(protocol: Protocol) -> list[str]:
    if not _explains(protocol):
        return []
    shown = ", and @sfig-bubble shows the regression lines" if protocol.moderators else ""
    sentence = f"@stbl-moderators lists the tests between groups and the meta-regressions{shown}."
    return [sentence]


def _moderator_table(protocol: Protocol) -> list[str]:
    if not _explains(protocol):
        return []
    heading = "## Subgroup tests and meta-regression {.unnumbered}"
    caption = "Tests between groups and meta-regressions, by outcome and variable."
    return [heading, *_float("stbl-moderators", caption), ""]


def _bubble(protocol: Protocol) -> list[str]:
    if not protocol.moderators:
        return []
    caption = (
        "Meta-regressions. The area of a bubble is its weight; the band is the "
        f"{_value('protocol.level')} confidence interval of the line. {_DAGGER}"
    )
    return [*_float("sfig-bubble", caption)[1:], ""]
