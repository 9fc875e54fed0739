"""How certain the evidence on an outcome is, and its effect in absolute terms: the records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.measures.absolute import AbsoluteEffect
    from analysis.synthesis.row import RowRef
    from schemas.certainty import CertaintyLevel


@dataclass(frozen=True, slots=True)
class DomainRating:
    """One domain as people judged it; ``step`` is what it takes away or adds."""

    domain: str
    level: str
    step: int
    reason: str | None
    assessor: str | None
    row: RowRef


@dataclass(frozen=True, slots=True)
class BaselineEffect:
    """The effect on people who begin at one level.

    ``label`` names the level, empty where there is one; ``given`` says that the protocol gives it,
    otherwise it is the median of the control groups.
    """

    label: str
    given: bool
    effect: AbsoluteEffect


@dataclass(frozen=True, slots=True)
class InPoints:
    """A standardised difference in the points of an instrument.

    ``sd`` is the standard deviation it was multiplied by, ``given`` whether the protocol gives it
    (otherwise it is the median of ``groups`` control groups), ``important`` the smallest
    difference that patients notice, None where nobody says.
    """

    instrument: str
    sd: float
    given: bool
    groups: int
    effect: AbsoluteEffect
    important: float | None


@dataclass(frozen=True, slots=True)
class Grade:
    """What the summary of findings says of an outcome besides its pool.

    Attributes
    ----------
    importance, event, baseline_source, baseline_time
        As the protocol has them.
    start
        Level at which the evidence begins, None without studies.
    designs
        Of the studies in the pool.
    domains
        As people judged them; empty where nobody has.
    level
        Where the steps lead, None where the outcome is not rated or its rating is open again.
    earlier
        Level of a rating whose result has changed since; None otherwise.
    statement
        The team's own sentence, None where the words follow from size and level.
    result, rated_result
        The result as it stands, and as it was when it was rated.
    thresholds, limits
        What sizes matter, in stored units; values between which a decision would change.
    size
        Size of the effect by the thresholds: 0 trivial, 1 small, 2 moderate, 3 large; None without
        thresholds.
    absolute
        One for each baseline level, the first one first; empty where there is none.
    points
        A standardised difference in points.
    note
        The protocol's sentence on who rated.
    place
        Among the outcomes that are rated, as the protocol orders them.
    n_studies, n_participants
        Of the pool, or of what is brought together without one; participants None where nobody
        has counted them.
    proposals
        What the numbers say for each domain.
    """

    importance: str | None
    event: str | None
    baseline_source: str | None
    baseline_time: str | None
    start: CertaintyLevel | None
    designs: tuple[str, ...]
    domains: tuple[DomainRating, ...]
    level: CertaintyLevel | None
    earlier: CertaintyLevel | None
    statement: str | None
    result: str
    rated_result: str | None
    thresholds: tuple[float, ...]
    limits: tuple[float, ...]
    size: int | None
    absolute: tuple[BaselineEffect, ...]
    points: InPoints | None
    note: str | None = None
    place: int = 0
    n_studies: int = 0
    n_participants: int | None = None
    proposals: tuple[Proposal, ...] = field(default=())

    @property
    def rows(self) -> tuple[RowRef, ...]:
        """The rows of the rating."""
        return tuple(rating.row for rating in self.domains)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What speaks for a judgement of a domain.

    ``level`` is None where numbers say nothing; ``arithmetic`` are sentences.
    """

    domain: str
    level: str | None
    arithmetic: tuple[str, ...]
