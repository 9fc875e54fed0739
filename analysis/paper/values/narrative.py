"""Values of outcomes that are brought together without pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import count, lower_first, number, percent
from analysis.manuscript.value import Value, escape, join_words, phrase
from analysis.measures.registry import measure
from analysis.paper.values.pools import NBSP, p_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.synthesis.results import Narrative, Synthesis

INTERVALS = {"wilson": "Wilson", "clopper_pearson": "Clopper–Pearson"}
COMBINATIONS = {"fisher": "Fisher's method", "stouffer": "Stouffer's method"}


def narrative_values(synthesis: Synthesis) -> Iterator[Value]:
    """Give the values of every outcome that is not pooled.

    Parameters
    ----------
    synthesis
        The computed review.
    """
    for entry in synthesis.narratives:
        name, rows = entry.outcome.id, tuple(finding.row for finding in entry.findings)
        source = "protocol: outcomes"
        yield phrase(f"{name}.label", escape(lower_first(entry.outcome.label)), source)
        yield phrase(f"{name}.why", escape(entry.why.rstrip(".")), "protocol: synthesis")
        studies = len({finding.study_id for finding in entry.findings})
        yield Value(
            f"{name}.studies", count(studies), studies, "count", "studies with a result", rows
        )
        for side in ("experimental", "control"):
            label = getattr(entry.outcome, side)
            if label is not None:
                yield phrase(f"{name}.{side}.label", escape(lower_first(label)), source)
        yield from _votes(entry, percent(synthesis.level, 0))
        yield from _combined(entry)
        yield from _effects(entry)
        told = summary_words(entry, percent(synthesis.level, 0))
        yield phrase(f"{name}.summary", told, "synthesis without pooling", rows)


def _votes(entry: Narrative, level: str) -> Iterator[Value]:
    votes = entry.votes
    if votes is None:
        return
    name, how = f"{entry.outcome.id}.votes", "directions of effect"
    rows = tuple(finding.row for finding in entry.findings)
    for side, found in (
        ("experimental", votes.favourable),
        ("control", votes.against),
        ("none", votes.unclear),
        ("all", votes.favourable + votes.against),
    ):
        yield Value(f"{name}.{side}", count(found), found, "count", how, rows)
    absent = join_words(escape(finding.label) for finding in entry.without_direction)
    yield phrase(f"{name}.without", absent, "studies without a direction", rows)
    if votes.share is None or votes.ci_low is None or votes.ci_high is None or votes.p is None:
        return
    method = f"share of studies with a direction; {INTERVALS[votes.interval]} interval"
    yield Value(f"{name}.share", percent(votes.share, 0), votes.share, "fraction", method, rows)
    limits = f"{percent(votes.ci_low, 0).rstrip('%')}–{percent(votes.ci_high, 0)}"
    yield phrase(f"{name}.ci", f"{level}{NBSP}CI{NBSP}{limits}", method, rows)
    yield Value(f"{name}.p", p_markdown(votes.p), votes.p, "P", "two-sided exact sign test", rows)


def _combined(entry: Narrative) -> Iterator[Value]:
    found = entry.combined
    if found is None:
        return
    name, how = f"{entry.outcome.id}.combined", COMBINATIONS[found.method]
    rows = tuple(finding.row for finding in entry.findings if finding.p)
    yield Value(f"{name}.k", count(found.k), found.k, "count", "one-sided P values", rows)
    letter = "χ²" if found.df is not None else "*z*"
    after = "" if found.df is None else f" with {found.df} degrees of freedom"
    told = f"{letter}{NBSP}={NBSP}{number(found.statistic, 2)}{after}"
    yield Value(f"{name}.statistic", told, found.statistic, None, how, rows)
    yield Value(f"{name}.p", p_markdown(found.p), found.p, "P", f"{how}, one-sided", rows)


def _effects(entry: Narrative) -> Iterator[Value]:
    found = entry.effects
    if found is None:
        return
    measured, unit = measure(entry.outcome.measure), entry.outcome.unit
    name, how = f"{entry.outcome.id}.effects", "estimates of the studies, unweighted"
    rows = tuple(finding.row for finding in entry.findings if finding.estimate is not None)
    stored = measured.stored_unit(unit)
    yield Value(f"{name}.k", count(found.k), found.k, "count", "estimates", rows)
    median = measured.amount(found.median, unit, NBSP)
    yield Value(f"{name}.median", median, found.median, stored, how, rows)
    ends = f"{measured.amount(found.low, unit, NBSP)} to {measured.amount(found.high, unit, NBSP)}"
    yield phrase(f"{name}.range", ends, how, rows)
    middle = f"{measured.amount(found.q1, unit, NBSP)} to {measured.amount(found.q3, unit, NBSP)}"
    yield phrase(f"{name}.quartiles", middle, how, rows)


def summary_words(entry: Narrative, level: str) -> str:
    """Say the result of every way in a few words: ``8 of 10 studies favoured …; median …``."""
    parts = []
    votes, combined, effects = entry.votes, entry.combined, entry.effects
    if votes is not None and votes.share is not None:
        decided = votes.favourable + votes.against
        share = f"{percent(votes.share, 0)}, {level}{NBSP}CI{NBSP}"
        limits = f"{percent(votes.ci_low or 0.0, 0).rstrip('%')}–{percent(votes.ci_high or 0.0, 0)}"
        favoured = escape(lower_first(entry.outcome.experimental or ""))
        parts.append(
            f"{count(votes.favourable)} of {count(decided)} studies with a direction favoured "
            f"{favoured} ({share}{limits}; sign test, {p_markdown(votes.p or 0.0)})"
        )
    if combined is not None:
        parts.append(
            f"{COMBINATIONS[combined.method]} of {count(combined.k)} one-sided *P* values: "
            f"{p_markdown(combined.p)}"
        )
    if effects is not None:
        measured, unit = measure(entry.outcome.measure), entry.outcome.unit
        spread = measured.span(effects.low, effects.high, unit, NBSP)
        named = f"{measured.short} " if measured.short else ""
        parts.append(
            f"median {named}{measured.amount(effects.median, unit, NBSP)}, range {spread}, of "
            f"{count(effects.k)} estimates"
        )
    return "; ".join(parts) or "no result that could be brought together"
