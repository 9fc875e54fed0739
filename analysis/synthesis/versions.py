"""What is recorded of a version, and of everything that changed between two of them.

Estimates are as in :mod:`analysis.synthesis.results`: fractions and months, unrounded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Action = Literal["added", "removed", "corrected"]
Cause = Literal["program", "removed", "added", "corrected", "protocol"]


@dataclass(frozen=True, slots=True)
class Headline:
    """The overall pool of an outcome in one version."""

    outcome: str
    label: str
    measure: str
    unit: str
    k: int
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    reconstructed: int


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the review: a released one, or the one that is being worked on.

    Attributes
    ----------
    edition, date, summary, kind
        As recorded at its release; ``date`` is ISO. All but the edition are None for work that
        is not released.
    studies
        Number of studies.
    rows
        Rows of results by evidence: ``verified``, ``derived``, ``reconstructed``.
    headline
        The overall pools in the order of the protocol.
    """

    edition: str
    date: str | None
    summary: str | None
    kind: str | None
    studies: int
    rows: dict[str, int]
    headline: tuple[Headline, ...]


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell of a table, or an entry of the protocol; an empty text is an empty cell."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of a table that came, went or was corrected.

    ``key`` is what names the row in its table; ``study`` the study it belongs to, if any.
    """

    table: str
    key: tuple[str, ...]
    study: str | None
    action: Action
    cells: tuple[CellChange, ...] = ()


@dataclass(frozen=True, slots=True)
class StudyChange:
    """A study that came, went or was corrected.

    Attributes
    ----------
    study_id, label, evidence
        As in the newest version that has the study.
    replaced
        Label of the reconstructed study that this one replaces, if the rows say so: one went and
        one came with the same groups.
    rows
        What changed in its rows; empty for a study that came or went as a whole.
    note
        What the table of studies notes on a study that came.
    """

    study_id: str
    label: str
    evidence: str
    action: Action
    replaced: str | None = None
    rows: tuple[RowChange, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A row, or a whole study, that is better known than before."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TableChange:
    """How many rows of a table that belongs to no included study changed."""

    table: str
    added: int
    removed: int
    corrected: int


@dataclass(frozen=True, slots=True)
class PoolState:
    """One pooled result in one version; None where a number does not apply."""

    topic: str
    label: str
    group: Literal["outcome", "adverse event"]
    grade: str | None
    measure: str
    unit: str
    variable: str | None
    level: str | None
    level_label: str | None
    pooled: bool
    model: str
    k: int
    n_studies: int
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    i2: float | None
    q_p: float | None
    tau2: float | None
    reconstructed: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What the same pool is found by in another version."""
        return self.topic, self.variable or "", self.level or ""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a pool's change and what caused it.

    ``difference`` is that of the estimate; several causes stand together where the state between
    them could not be computed. ``studies`` are those whose rows in this pool took part.
    """

    causes: tuple[Cause, ...]
    difference: float
    studies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PoolChange:
    """A pool before and after; one of them is None where it came or went.

    ``steps`` add up to the whole difference of the estimates. They are empty where there is none,
    or where an estimate is missing on one side.
    """

    before: PoolState | None
    after: PoolState | None
    steps: tuple[Step, ...] = ()

    @property
    def state(self) -> PoolState:
        """The pool as it is, or as it was."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change of nothing")
        return found

    @property
    def difference(self) -> float | None:
        """After minus before; None where one estimate is missing."""
        if self.before is None or self.after is None:
            return None
        if self.before.estimate is None or self.after.estimate is None:
            return None
        return self.after.estimate - self.before.estimate

    @property
    def moved(self) -> bool:
        """Whether it says something else: how well its rows are known is told elsewhere."""
        if self.before is None or self.after is None:
            return True
        words = ("model", "k", "n_studies", "pooled")
        numbers = ("estimate", "ci_low", "ci_high", "i2", "q_p", "tau2")
        return any(
            getattr(self.before, name) != getattr(self.after, name) for name in words
        ) or not all(
            _same(getattr(self.before, name), getattr(self.after, name)) for name in numbers
        )


def _same(one: float | None, other: float | None) -> bool:
    """Compare two numbers but for the rounding of floating-point sums."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


@dataclass(frozen=True, slots=True)
class Crossing:
    """A threshold that was crossed.

    ``kind`` names the rule, ``subject`` the pool or test; ``conclusion`` says whether it changes a
    conclusion, which makes the version a major one, and ``undrawn`` that it would if the pools held
    no reconstructed row.
    """

    kind: str
    subject: str
    before: str
    after: str
    conclusion: bool
    undrawn: bool = False


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """A sentence of the paper; empty where it came or went."""

    part: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TypedSentence:
    """A sentence typed by hand that the changes of the tables may have made untrue.

    ``text`` has the words as they were typed, with … for every value; ``because`` says which
    studies changed.
    """

    file: str
    line: int
    text: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs from an earlier version.

    ``attributed`` is False where the old tables cannot be computed by the present program, so that
    nobody knows what moved an estimate; ``reason`` says why.
    """

    since: str
    since_date: str
    studies: tuple[StudyChange, ...]
    upgrades: tuple[Upgrade, ...]
    searches: tuple[RowChange, ...]
    tables: tuple[TableChange, ...]
    protocol: tuple[CellChange, ...]
    pools: tuple[PoolChange, ...]
    crossings: tuple[Crossing, ...]
    attributed: bool = True
    reason: str = ""

    @property
    def moved(self) -> tuple[PoolChange, ...]:
        """The pools of which anything is another."""
        return tuple(pool for pool in self.pools if pool.moved)

    def studies_that(self, action: Action) -> tuple[StudyChange, ...]:
        """Give the studies that came, went or were corrected."""
        return tuple(study for study in self.studies if study.action == action)


@dataclass(frozen=True, slots=True)
class History:
    """The versions before this one, and what changed since the last of them.

    Attributes
    ----------
    versions
        Oldest first; the last is the present one, released or not.
    released
        Whether tables and protocol are those of a released version.
    changes
        None in a first version.
    """

    versions: tuple[Version, ...]
    released: bool
    changes: Changes | None

    @property
    def present(self) -> Version:
        """The version that is here."""
        return self.versions[-1]
