"""Sentences about the version and what changed since the one before; true for a first one too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.dates import written
from analysis.formatting.numbers import count, lower_first
from analysis.manuscript.value import Value, count_value, escape, join_words, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.synthesis.results import Synthesis
    from analysis.synthesis.versions import Changes, History, StudyChange, Version

_METHOD = "tables and results of the released versions"
FIRST = "This is the first version; nothing has changed since an earlier one."
_MOST = 12


def version_values(synthesis: Synthesis) -> Iterator[Value]:
    """Give the version's own values and the sentences about its changes."""
    from analysis.synthesis.present_version import unreleased_history

    history = synthesis.history or unreleased_history(synthesis)
    changes = history.changes
    yield phrase("version.statement", statement(history), _METHOD)
    yield phrase("version.date", _day(history.present), _METHOD)
    yield count_value("version.earlier", len(history.versions) - 1, _METHOD)
    since = "an earlier version" if changes is None else f"version {escape(changes.since)}"
    yield phrase("changes.since", since, _METHOD)
    yield phrase("changes.heading", f"Changes since {since}", _METHOD)
    for name, text in _told(changes).items():
        yield phrase(f"changes.{name}", text, _METHOD)


def _told(changes: Changes | None) -> dict[str, str]:
    """Give the sentences by name; the summary is all of them."""
    if changes is None:
        return {
            "statement": FIRST,
            "studies": "Every study of a first version is new.",
            "estimates": "Every pooled result of a first version is new.",
            "thresholds": "A first version crosses no threshold.",
            "summary": FIRST,
        }
    found = {
        "statement": _statement(changes),
        "studies": _studies(changes),
        "estimates": _estimates(changes),
        "thresholds": _thresholds(changes),
    }
    return {**found, "summary": " ".join(found.values())}


def statement(history: History) -> str:
    """Say which version this is: ``Version 1.1 of 10 January 2026``."""
    here = history.present
    if history.released:
        return f"Version {escape(here.edition)} of {_day(here)}"
    if len(history.versions) == 1:
        return f"Version {escape(here.edition)}, not released yet"
    last = history.versions[-2]
    known = f"{escape(last.edition)} of {_day(last)}"
    if here.edition == last.edition:
        return f"Version {known}, with unreleased changes"
    return f"Version {escape(here.edition)}, not released yet; the last one is version {known}"


# What a paper says in place of changed conclusions while reconstructed rows are in its pools.
_UNDRAWN = "no conclusion was drawn from pools with reconstructed rows, so none changed"


def _day(version: Version) -> str:
    return "no date yet" if version.date is None else written(version.date)


def _statement(changes: Changes) -> str:
    added, removed, corrected = (
        changes.studies_that("added"),
        changes.studies_that("removed"),
        changes.studies_that("corrected"),
    )
    moved = [pool for pool in changes.moved if _overall(pool.state)]
    parts = [
        f"{_counted(len(found), 'study was', 'studies were')} {verb}"
        for verb, found in (("added", added), ("removed", removed), ("corrected", corrected))
        if found
    ]
    what = join_words(parts, none="no study was added, removed or corrected")
    pools = len([pool for pool in changes.pools if _overall(pool.state)])
    text = (
        f"Since version {escape(changes.since)}, {what}; {count(len(moved))} of the "
        f"{_counted(pools, 'pooled outcome', 'pooled outcomes')} changed"
    )
    conclusions = sum(crossing.conclusion for crossing in changes.crossings)
    if conclusions:
        return f"{text}, and {_counted(conclusions, 'conclusion', 'conclusions')} with them."
    if any(crossing.undrawn for crossing in changes.crossings):
        return f"{text}; {_UNDRAWN}."
    return f"{text}, and no conclusion did."


def _overall(state: object) -> bool:
    return getattr(state, "group", "") == "outcome" and getattr(state, "variable", "") is None


def _studies(changes: Changes) -> str:
    if not changes.studies:
        return f"No study was added, removed or corrected since version {escape(changes.since)}."
    parts = []
    for action, verb in (("added", "Added"), ("removed", "Removed"), ("corrected", "Corrected")):
        found = [study for study in changes.studies if study.action == action]
        if found:
            parts.append(f"{verb}: {join_words(_named(found))}.")
    if changes.upgrades:
        parts.append(
            f"{_counted(len(changes.upgrades), 'row or study is', 'rows or studies are')} "
            "better known than before."
        )
    return " ".join(parts)


def _named(studies: list[StudyChange]) -> list[str]:
    names = [
        escape(study.label)
        + (f" (in the place of {escape(study.replaced)})" if study.replaced else "")
        for study in studies
    ]
    more = len(names) - _MOST
    return names if more <= 0 else [*names[:_MOST], f"{count(more)} more"]


def _estimates(changes: Changes) -> str:
    from analysis.paper.version_wording import pool_name, shown

    moved = [pool for pool in changes.moved if _overall(pool.state)]
    if not moved:
        return f"No pooled outcome changed since version {escape(changes.since)}."
    parts = [
        f"{escape(lower_first(pool_name(pool.state)))}, {escape(shown(pool.before))} before and "
        f"{escape(shown(pool.after))} now"
        for pool in moved
    ]
    return f"Pooled outcomes that changed: {'; '.join(parts)}."


def _thresholds(changes: Changes) -> str:
    if not changes.crossings:
        return f"No threshold was crossed since version {escape(changes.since)}."
    conclusions = [crossing for crossing in changes.crossings if crossing.conclusion]
    text = _counted(len(changes.crossings), "threshold was", "thresholds were") + " crossed"
    if not conclusions:
        undrawn = any(crossing.undrawn for crossing in changes.crossings)
        return f"{text}; {_UNDRAWN if undrawn else 'none of them changes a conclusion'}."
    named = "; ".join(
        f"{escape(lower_first(crossing.subject))}, {escape(crossing.before)} before and "
        f"{escape(crossing.after)} now"
        for crossing in conclusions
    )
    return f"{text}. Conclusions changed by them: {named}."


def _counted(number: int, one: str, several: str) -> str:
    return f"{count(number)} {one if number == 1 else several}"
