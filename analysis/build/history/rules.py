"""Which kind of version a change asks for.

A changed conclusion asks for a major version; a study, a search or a choice of method that came,
went or changed for a minor one; everything else is a correction, a patch. docs/versions.md has the
rules in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.build.history.facts import is_method
from analysis.build.history.number import ORDER

if TYPE_CHECKING:
    from analysis.build.history.number import Kind
    from analysis.synthesis.versions import Changes, SentenceChange


def asked(
    changes: Changes, sentences: tuple[SentenceChange, ...] = ()
) -> tuple[Kind | None, tuple[str, ...]]:
    """Say which kind of version the changes ask for, and why.

    Returns
    -------
    kind, reasons
        ``kind`` is None if nothing has changed. The reasons are those for this kind, as sentences.
    """
    reasons: dict[Kind, list[str]] = {kind: [] for kind in ORDER}
    for crossing in changes.crossings:
        if crossing.conclusion:
            reasons["major"].append(
                f"{crossing.subject}: {crossing.before} became {crossing.after}."
            )
    reasons["minor"] += [f"Study added: {study.label}." for study in changes.studies_that("added")]
    reasons["minor"] += [
        f"Study removed: {study.label}." for study in changes.studies_that("removed")
    ]
    reasons["minor"] += [f"New search: {', '.join(row.key)}." for row in changes.searches]
    for entry in changes.protocol:
        kind: Kind = "minor" if is_method(entry.column) else "patch"
        before, after = (value or "not set" for value in (entry.before, entry.after))
        reasons[kind].append(f"Protocol, {entry.column}: {before} became {after}.")
    reasons["patch"] += [
        f"Study corrected: {study.label}." for study in changes.studies_that("corrected")
    ]
    reasons["patch"] += [f"Table changed: {table.table}." for table in changes.tables]
    if changes.moved:
        reasons["patch"].append(f"Pooled results that moved: {len(changes.moved)}.")
    if sentences:
        reasons["patch"].append(f"Sentences changed: {len(sentences)}.")
    for kind in reversed(ORDER):
        if reasons[kind]:
            return kind, tuple(reasons[kind])
    return None, ()
