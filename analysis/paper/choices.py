"""Checks the protocol's choices against what the program can do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemas.problems import Problem, sort_problems
from schemas.profile_files import profile_file
from schemas.vocabulary import did_you_mean, list_hint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from schemas import CheckReport, ReviewData
    from schemas.protocol import Protocol

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
    from analysis.meta.study_intervals import INTERVALS
    from analysis.paper.figures.forest_columns import COLUMNS
    from analysis.paper.items import unknown_kinds
    from analysis.paper.values.methods import ESTIMATORS

    protocol = data.protocol
    yield from _profile_problems(protocol)
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
        if item.columns and item.kind not in {"forest", "subgroup_forest"}:
            yield _problem(
                f"display, {item.id}",
                ", ".join(item.columns),
                "Only plots of single studies have further columns.",
                "Take columns out, or make it a forest or a subgroup_forest.",
            )
        if item.kind == "forest" and not item.outcomes:
            yield _problem(
                f"display, {item.id}",
                None,
                "A forest plot needs at least one outcome.",
                "Add, for example, outcomes: [orr].",
            )


def _profile_problems(protocol: Protocol) -> Iterator[Problem]:
    """Find a profile that nobody has, and what a team's own has that no profile can have."""
    from analysis.meta.conventions import CONVENTIONS, overridden
    from analysis.meta.errors import MetaInputError
    from analysis.meta.profiles import PROFILES, profile

    own = protocol.own_profile
    if own is None:
        if protocol.profile not in PROFILES:
            yield _unknown("profile", protocol.profile, "a profile", PROFILES)
        return
    file = profile_file(own.id)
    if own.id in PROFILES:
        what = f"The program has a profile {own.id} already."
        hint = "Give yours another id; readers must not take one for the other."
        yield file.problem(what, hint, entry="id", value=own.id)
    if own.based_on not in PROFILES:
        hint = list_hint(own.based_on, sorted(PROFILES))
        what = f"The program has no profile {own.based_on}."
        yield file.problem(what, hint, entry="based_on", value=own.based_on)
        return
    for name, value in own.conventions.items():
        entry = f"conventions.{name}"
        if name not in CONVENTIONS:
            what = "No profile has a convention of this name."
            hint = f"{did_you_mean(name, CONVENTIONS)}docs/profiles.md lists them."
            yield file.problem(what, hint, entry=entry, value=str(value))
            continue
        try:
            overridden(profile(own.based_on), {name: value})
        except MetaInputError as error:
            hint = "docs/profiles.md lists the conventions and their values."
            yield file.problem(str(error), hint, entry=entry, value=str(value))


def _unknown(entry: str, value: str, what: str, known: Iterable[str]) -> Problem:
    names = sorted(known)
    listed = f"There are: {', '.join(names)}." if len(names) <= 12 else ""
    return _problem(entry, value, f"{value} is not {what}.", did_you_mean(value, names) + listed)


def _problem(entry: str, value: str | None, what: str, hint: str) -> Problem:
    return Problem(PROTOCOL, None, entry, value, what, hint, "error", "protocol-choice")
