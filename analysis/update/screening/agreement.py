"""Agreement of two reviewers before anybody settled their disagreements.

Cohen's κ (Cohen J. Educ Psychol Meas 1960;20:37–46) is (p_o − p_e) / (1 − p_e): p_o is the share of
records on which both decided alike, p_e the share expected if each kept to the own shares of
decisions but decided independently of the other. Its interval is κ ± z·SE with the large-sample
standard error of Fleiss, Cohen and Everitt (Psychol Bull 1969;72:323–327), by statsmodels.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from schemas.screening_log import FULL_TEXT, TITLE_ABSTRACT
from schemas.screening_verdicts import EXCLUDE, INCLUDE, UNSURE
from schemas.vocabulary import NOT_RETRIEVED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.screening_choices import Screening
    from schemas.screening_log import Log

# Unsure is a decision of its own: whoever is unsure has not agreed with an inclusion.
CATEGORIES = (INCLUDE, EXCLUDE, UNSURE)
STAGES = (TITLE_ABSTRACT, FULL_TEXT)


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's κ with a confidence interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two reviewers agreed at one stage.

    Attributes
    ----------
    stage, first, second
        Stage of the screening and the two reviewers.
    table
        Records by the decisions of the first (rows) and the second (columns), in the order of
        `CATEGORIES`.
    kappa
        None where it is not defined: no record, or both gave one and the same decision always.
    """

    stage: str
    first: str
    second: str
    table: tuple[tuple[int, ...], ...]
    kappa: Kappa | None

    @property
    def records(self) -> int:
        """Records on which both decided."""
        return sum(map(sum, self.table))

    @property
    def agreed(self) -> int:
        """Records on which both decided alike."""
        return sum(row[i] for i, row in enumerate(self.table))

    @property
    def share(self) -> float | None:
        """Share of records on which both decided alike; None without records."""
        return self.agreed / self.records if self.records else None


def agreements(log: Log, choices: Screening, level: float = 0.95) -> tuple[Agreement, ...]:
    """Compare every two reviewers who decided on the same records, stage by stage.

    Decisions on records that were found to be duplicates do not count, nor reports that one of
    the two could not get. A record counts once both decisions are in.

    Parameters
    ----------
    log
        The screening log.
    choices
        Section `screening` of the protocol.
    level
        Confidence level of the interval of κ.

    Returns
    -------
    tuple of Agreement
        Pairs without a common record are left out.
    """
    found = []
    for stage in STAGES:
        decided = _decisions(log, stage)
        for first, second in combinations(choices.reviewers, 2):
            pairs = Counter(
                (votes[first], votes[second])
                for votes in decided
                if first in votes and second in votes
            )
            if pairs:
                table = tuple(tuple(pairs[a, b] for b in CATEGORIES) for a in CATEGORIES)
                found.append(Agreement(stage, first, second, table, cohens_kappa(table, level)))
    return tuple(found)


def _decisions(log: Log, stage: str) -> list[Mapping[str, str]]:
    return [
        {
            found.reviewer: found.decision
            for found in log.decisions.get((record, stage), ())
            if found.decision != NOT_RETRIEVED
        }
        for record in log.states
    ]


def cohens_kappa(table: tuple[tuple[int, ...], ...], level: float = 0.95) -> Kappa | None:
    """Compute Cohen's κ and its confidence interval.

    Parameters
    ----------
    table
        Square table of counts: decisions of one reviewer in rows, of the other in columns.
    level
        Confidence level.

    Returns
    -------
    Kappa or None
        None where κ is not defined because agreement by chance alone would be complete. Limits
        are cut at −1 and 1.
    """
    rows = [sum(row) for row in table]
    columns = [sum(column) for column in zip(*table, strict=True)]
    total = sum(rows)
    # Agreement by chance is complete where both always gave the same one decision.
    if total * total == sum(row * column for row, column in zip(rows, columns, strict=True)):
        return None
    import numpy as np
    from scipy.stats import norm
    from statsmodels.stats.inter_rater import cohens_kappa as estimate

    # Its test of κ = 0, which is not used here, may divide by zero.
    with np.errstate(all="ignore"):
        found: Any = estimate(table)
    # The variance can come out as a tiny negative number where all agree.
    reach = float(norm.ppf((1 + level) / 2)) * max(float(found.var_kappa), 0.0) ** 0.5
    kappa = min(1.0, float(found.kappa))
    return Kappa(kappa, max(-1.0, kappa - reach), min(1.0, kappa + reach))
