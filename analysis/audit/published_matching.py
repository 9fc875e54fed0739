"""Finds, for a published result, what this edition computes of the same thing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.formatting.grades import grade_name
from analysis.formatting.numbers import lower_first
from analysis.measures.registry import measure
from analysis.synthesis.patients import patients_by_study

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.audit.claims import Claim
    from analysis.synthesis.results import AdverseEvent, Outcome, Pool, Synthesis
    from analysis.synthesis.sensitivity_results import Specified

COUNTS = "Studies and patients"
ALL_STUDIES = "All studies"


@dataclass(frozen=True, slots=True)
class Counterpart:
    """What this edition has for a published result; numbers by name, proportions as fractions."""

    group: str
    label: str
    kind: str
    numbers: dict[str, float | None]
    reconstructed: bool
    specifications: tuple[Specified, ...] = field(default=())


class Matcher:
    """Knows the names of one review, and those that the publication uses for its groups.

    Parameters
    ----------
    synthesis
        The computed review.
    claims
        All published results: a publication may call a subgroup variable by another name, which
        its rows with levels give away.
    """

    def __init__(self, synthesis: Synthesis, claims: Sequence[Claim]) -> None:
        self._synthesis = synthesis
        self._variables: dict[str, str] = {}
        self._levels: dict[str, dict[str, str]] = {}
        for outcome in synthesis.outcomes:
            for variable, pools in outcome.subgroups.items():
                label = synthesis.subgroup_labels.get(variable, variable)
                self._variables |= {_plain(variable): variable, _plain(label): variable}
                for pool in pools:
                    for name in (pool.level, pool.level_label):
                        known = self._levels.setdefault(variable, {})
                        known[_plain(name or "")] = pool.level or ""
        for claim in claims:
            if claim.variable and not claim.is_overall:
                found = self._by_level(claim.subgroup)
                if found is not None:
                    self._variables.setdefault(_plain(claim.variable), found)

    def counterpart(self, claim: Claim) -> Counterpart | None:
        """Return what this edition computes of the same thing, None if there is nothing."""
        if not claim.outcome:
            return self._count(claim)
        for outcome in self._synthesis.outcomes:
            if _plain(claim.outcome) in {
                _plain(outcome.code),
                _plain(outcome.id),
                _plain(outcome.label),
            }:
                return self._of_outcome(claim, outcome)
        return self._of_event(claim)

    def _by_level(self, level: str) -> str | None:
        """Return the only variable that has a level of this name."""
        found = [name for name, levels in self._levels.items() if _plain(level) in levels]
        return found[0] if len(found) == 1 else None

    def _variable(self, claim: Claim) -> str | None:
        return self._variables.get(_plain(claim.variable)) or self._by_level(claim.subgroup)

    def _of_outcome(self, claim: Claim, outcome: Outcome) -> Counterpart | None:
        group = measure(outcome.measure).titled(outcome.label, outcome.unit)
        invented = outcome.overall.reconstructed > 0
        words = _words(claim.statistic)
        sensitivity = outcome.sensitivity
        if words & {"regression", "metaregression"} or {"between", "subgroups"} <= words:
            variable = self._variable(claim)
            test = sensitivity.comparisons.get(variable or "") if sensitivity else None
            if test is None:
                return None
            by = self._synthesis.subgroup_labels.get(test.variable, test.variable)
            regression = "between" not in words
            p = test.regression_p if regression else test.q_between_p
            name = "Meta-regression" if regression else "Test between groups"
            return Counterpart(group, f"{name}, {lower_first(by)}", "P", {"p": p}, invented)
        small = sensitivity.small_study if sensitivity else None
        if words & {"begg", "egger", "imputed", "trim", "fill"}:
            if small is None:
                return None
            if "begg" in words:
                return Counterpart(group, "Begg’s test", "P", {"p": small.begg_p}, invented)
            if "egger" in words:
                return Counterpart(group, "Egger’s test", "P", {"p": small.egger_p}, invented)
            if "imputed" in words:
                numbers: dict[str, float | None] = {"estimate": small.imputed}
                return Counterpart(group, "Trim and fill, imputed", "count", numbers, invented)
            numbers = {
                "estimate": small.filled_estimate,
                "ci_low": small.filled_ci_low,
                "ci_high": small.filled_ci_high,
            }
            return Counterpart(group, "Trim and fill, pooled", outcome.measure, numbers, invented)
        if claim.is_overall:
            specified = sensitivity.specifications if sensitivity else ()
            return _of_pool(outcome.overall, group, ALL_STUDIES, specified)
        variable = self._variable(claim)
        if variable is None:
            return _of_study(claim, outcome, group)
        level = self._levels[variable].get(_plain(claim.subgroup))
        for pool in outcome.subgroups[variable]:
            if pool.level == level:
                return _of_pool(pool, group, pool.level_label or pool.level or "")
        return None

    def _of_event(self, claim: Claim) -> Counterpart | None:
        events = [
            event
            for event in self._synthesis.adverse_events
            if _plain(event.term) == _plain(claim.outcome) and event.pooled
        ]
        chosen = [event for event in events if _plain(claim.subgroup) in _grades(event)]
        if len(chosen) != 1:
            return None
        event = chosen[0]
        return _of_pool(
            event.pool, f"Adverse events, {grade_name(event.grade).lower()}, %", event.term
        )

    def _count(self, claim: Claim) -> Counterpart | None:
        words = _words(claim.statistic)
        synthesis = self._synthesis
        stages = {entry.stage for entry in synthesis.flow}
        fitting = [stage for stage in stages if _words(stage) <= words]
        if fitting:
            stage = max(fitting, key=lambda name: (len(_words(name)), name))
            known = [entry.records for entry in synthesis.flow if entry.stage == stage]
            total = sum(entry or 0 for entry in known)
            value = None if None in known else float(total)
            return Counterpart(COUNTS, f"Flow: {stage}", "count", {"estimate": value}, False)
        if words & {"patients", "participants"}:
            value = float(sum(patients_by_study(synthesis).values()))
            invented = any(study.reconstructed for study in synthesis.studies)
            return Counterpart(COUNTS, "Patients", "count", {"estimate": value}, invented)
        return None


def _of_study(claim: Claim, outcome: Outcome, group: str) -> Counterpart | None:
    """Return a single study's result, where the publication names the study as a group."""
    for study in outcome.overall.studies:
        if _plain(claim.subgroup) in {_plain(study.label), _plain(study.study_id)}:
            numbers = {
                "estimate": study.estimate,
                "ci_low": study.ci_low,
                "ci_high": study.ci_high,
            }
            return Counterpart(group, study.label, outcome.measure, numbers, study.reconstructed)
    return None


def _of_pool(
    pool: Pool, group: str, label: str, specifications: tuple[Specified, ...] = ()
) -> Counterpart | None:
    if pool.estimate is None:
        return None
    numbers = {
        "estimate": pool.estimate,
        "ci_low": pool.ci_low,
        "ci_high": pool.ci_high,
        "i2": pool.i2,
        "p": pool.q_p,
    }
    return Counterpart(group, label, pool.measure, numbers, pool.reconstructed > 0, specifications)


def _grades(event: AdverseEvent) -> set[str]:
    return {_plain(event.grade), _plain(grade_name(event.grade))}


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("≥", ">=").replace("≤", "<=").split())


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", text.casefold()))
