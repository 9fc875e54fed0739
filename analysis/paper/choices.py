"""Checks the protocol's choices against what the program can do."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from analysis.storage.program_files import shared_names
from schemas.problems import Problem, sort_problems
from schemas.profile_files import profile_file
from schemas.vocabulary import did_you_mean, list_hint
from schemas.yaml_file import entry_of, line_of_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from schemas import CheckReport, ReviewData
    from schemas.yaml_text import Location

PROTOCOL = "data/protocol.yml"
_JOURNALS = "manuscript/journals"


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
    problem, unknown = partial(_problem, data.root), partial(_unknown, data.root)
    yield from _profile_problems(data)
    if protocol.study_interval not in INTERVALS:
        yield unknown(("study_interval",), protocol.study_interval, "an interval", INTERVALS)
    for name, key in protocol.method_references.items():
        at = ("method_references", name)
        if name not in ESTIMATORS:
            yield unknown(at, name, "an estimator of the between-study variance", ESTIMATORS)
        if key not in data.citation_keys:
            yield unknown(at, key, "a key of manuscript/references.bib", data.citation_keys)
    places = {item.id: ("display", place) for place, item in enumerate(protocol.display)}
    for item, kinds in unknown_kinds(protocol.display):
        what = f"a kind of figure or table that fits the id {item.id}"
        yield unknown((*places[item.id], "kind"), item.kind, what, kinds)
    yield from _unknown_journals(data)
    for item in protocol.display:
        at = places[item.id]
        for name in item.columns:
            if name not in COLUMNS:
                yield unknown((*at, "columns"), name, "a column of forest plots", COLUMNS)
        if item.columns and item.kind not in {"forest", "subgroup_forest"}:
            yield problem(
                (*at, "columns"),
                ", ".join(item.columns),
                "Only plots of single studies have further columns.",
                "Take columns out, or make it a forest or a subgroup_forest.",
            )
        if item.kind == "forest" and not item.outcomes:
            what = "A forest plot needs at least one outcome."
            yield problem(at, None, what, "Add, for example, outcomes: [orr].")


def _profile_problems(data: ReviewData) -> Iterator[Problem]:
    """Find a profile that nobody has, and what a team's own has that no profile can have."""
    from analysis.meta.conventions import CONVENTIONS, overridden
    from analysis.meta.errors import MetaInputError
    from analysis.meta.profiles import PROFILES, profile

    protocol, own = data.protocol, data.protocol.own_profile
    if own is None:
        if protocol.profile not in PROFILES:
            yield _unknown(data.root, ("profile",), protocol.profile, "a profile", PROFILES)
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


def _unknown_journals(data: ReviewData) -> Iterator[Problem]:
    known = shared_names(data.root, _JOURNALS, ".yml")
    parts = (("display", data.protocol.display), ("own_items", data.protocol.own_items))
    for part, items in parts:
        for place, item in enumerate(items):
            for name in item.journals:
                if name not in known:
                    at = (part, place, "journals", name)
                    what = f"a journal with a file in {_JOURNALS}"
                    yield _unknown(data.root, at, name, what, known)


def _unknown(root: Path, at: Location, value: str, what: str, known: Iterable[str]) -> Problem:
    names = sorted(known)
    listed = f"There are: {', '.join(names)}." if len(names) <= 12 else ""
    hint = did_you_mean(value, names) + listed
    return _problem(root, at, value, f"{value} is not {what}.", hint)


def _problem(root: Path, at: Location, value: str | None, what: str, hint: str) -> Problem:
    line, entry = line_of_entry(root / PROTOCOL, at), entry_of(root / PROTOCOL, at)
    return Problem(PROTOCOL, line, entry, value, what, hint, "error", "protocol-choice")
