"""Checks the protocol's choices against what the program can do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemas.problems import Problem, sort_problems
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from schemas import CheckReport, ReviewData

PROTOCOL = "data/protocol.yml"


def check(root: Path) -> CheckReport:
    """Check a review's data and its protocol's choices together.

    Parameters
    ----------
    root
        The project's folder.

    Returns
    -------
    CheckReport
        All problems; ``data`` is None if there is an error.
    """
    from schemas import check_review

    report = check_review(root)
    if report.data is None:
        return report
    found = list(unknown_choices(report.data))
    if not found:
        return report
    return replace(report, problems=sort_problems((*report.problems, *found)), data=None)


def unknown_choices(data: ReviewData) -> Iterator[Problem]:
    """Find names in the protocol that the program does not know."""
    from analysis.meta.profiles import PROFILES
    from analysis.meta.study_intervals import INTERVALS
    from analysis.paper.figures.forest_columns import COLUMNS
    from analysis.paper.items import unknown_kinds
    from analysis.paper.values.methods import ESTIMATORS

    protocol = data.protocol
    if protocol.profile not in PROFILES:
        yield _unknown("profile", protocol.profile, "a profile", PROFILES)
    if protocol.study_interval not in INTERVALS:
        yield _unknown("study_interval", protocol.study_interval, "an interval", INTERVALS)
    for name, key in protocol.method_references.items():
        entry = f"method_references, {name}"
        if name not in ESTIMATORS:
            yield _unknown(entry, name, "an estimator of the between-study variance", ESTIMATORS)
        if key not in data.citation_keys:
            yield _unknown(entry, key, "a key of manuscript/references.bib", data.citation_keys)
    for item, kinds in unknown_kinds(protocol.display):
        what = f"a kind of figure or table that fits the id {item.id}"
        yield _unknown(f"display, {item.id}", item.kind, what, kinds)
    for item in protocol.display:
        for name in item.columns:
            if name not in COLUMNS:
                yield _unknown(f"display, {item.id}", name, "a column of forest plots", COLUMNS)
        if item.kind == "forest" and not item.outcomes:
            yield _problem(
                f"display, {item.id}",
                None,
                "A forest plot needs at least one outcome.",
                "Add, for example, outcomes: [orr].",
            )


def _unknown(entry: str, value: str, what: str, known: Iterable[str]) -> Problem:
    names = sorted(known)
    listed = f"There are: {', '.join(names)}." if len(names) <= 12 else ""
    return _problem(entry, value, f"{value} is not {what}.", did_you_mean(value, names) + listed)


def _problem(entry: str, value: str | None, what: str, hint: str) -> Problem:
    return Problem(PROTOCOL, None, entry, value, what, hint, "error", "protocol-choice")
