"""Measures computed from a table of groups, or taken from a comparison as a report prints it.

One class for all of them: a measure says which numbers of its groups it needs, and the engine's
table of definitions (`analysis.meta.effect_measures`) does the rest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analysis.measures.measure import Measure
from analysis.measures.observation import CLUSTERS_ALLOWED
from analysis.measures.scale import Scale, scale_of_effects

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from analysis.measures.conventions import Conventions
    from analysis.measures.observation import Observation, Reported
    from analysis.meta.effect_sizes import EffectSizes
    from analysis.meta.pooled_effect import PooledEffect

#: What the engine calls the method of Mantel and Haenszel.
_TABLE_METHOD = "MH"
#: Zero rules under which results are tried.
_ZERO_RULES = ("only0", "drop")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMeasure(Measure):
    """A measure of one group, or of two.

    Attributes
    ----------
    codes
        Scales by their names in `analysis.meta.effect_measures`, the usual one first.
    reports
        Names under which reports print the comparison; empty where a printed one is of no use.
    risk
        From an effect and a control group's risk to the other group's; None where there is none.
    """

    codes: tuple[str, ...]
    reports: frozenset[str] = frozenset()
    risk: Callable[[float, float], float] | None = None

    def other_risk(self, effect: float, control: float) -> float | None:
        """Return the risk that an effect makes of a control group's, both as fractions."""
        return None if self.risk is None else self.risk(effect, control)

    def _is_read(self, observation: Observation) -> bool:
        """Return whether the printed comparison is taken: adjusted, or nothing else is there."""
        reported = observation.reported
        if reported is None or reported.measure not in self.reports or _unweighted(reported):
            return False
        return reported.adjusted or self._lacking(observation) is not None

    def _lacking(self, observation: Observation) -> str | None:
        groups = observation.groups
        if len(groups) < (1 if self.design == "one group" else 2):
            return "no results of both groups" if groups else "no results of its groups"
        for group in groups:
            found = self.data.numbers(group)
            if isinstance(found, str):
                named = group.label or group.arm
                return f"{named}: {found}" if named and len(groups) > 1 else found
        return None

    def missing(self, observation: Observation) -> str | None:
        """Say what a study lacks, of its groups or of its printed comparison."""
        if self._is_read(observation):
            return None
        reason = self._lacking(observation)
        reported = observation.reported
        if reason is None or reported is None:
            return reason
        if reported.measure not in self.reports:
            return f"reported as {reported.measure}, which is not a {self.label}"
        return "no interval, standard error or P value reported"

    def dropped(self, observation: Observation, conventions: Conventions) -> str | None:
        """Say why the conventions leave a complete study out."""
        from analysis.meta.errors import MetaInputError

        if self._is_read(observation):
            return None
        uninformative = self._uninformative(observation, conventions)
        if uninformative is not None:
            return uninformative
        try:
            self.effects([observation], conventions)
        except MetaInputError as error:
            told_of_one = str(error).partition(": ")[2] or str(error)
            return f"{told_of_one} (profile {conventions.profile.name})"
        return None

    def _uninformative(self, observation: Observation, conventions: Conventions) -> str | None:
        """Say that a ratio learns nothing from groups that all, or none, had the event."""
        if not (self.data.counted and self.log and len(observation.groups) == 2):
            return None
        counts = [(group.events, group.n) for group in observation.groups]
        if conventions.profile.drop_double_zero and not any(events for events, _ in counts):
            return f"no events in either group: no information on a {self.label}"
        if all(events == n for events, n in counts):
            return f"only events in both groups: no information on a {self.label}"
        return None

    def own(
        self, observation: Observation, conventions: Conventions
    ) -> tuple[float, float, float | None]:
        """Return the study's estimate and interval, as printed where the comparison is read."""
        from analysis.meta.distributions import z_quantile

        reported = observation.reported
        if (
            reported is not None
            and self._is_read(observation)
            and reported.ci_low is not None
            and reported.ci_high is not None
            and math.isclose(reported.ci_level, conventions.level)
        ):
            return reported.estimate, reported.ci_low, reported.ci_high
        scale = self.scale([observation], conventions)
        half = z_quantile(conventions.level) * scale.vi[0] ** 0.5
        (middle, low, high) = (
            self.possible(float(scale.transform.apply(scale.yi[0] + step)))
            for step in (0.0, -half, half)
        )
        return middle, low, high

    def scale(self, observations: Sequence[Observation], conventions: Conventions) -> Scale:
        """Return effects and variances on the scale of the model, cluster trials widened."""
        effects = self.effects(observations, conventions)
        return scale_of_effects(observations, effects, list(map(self.width, observations)))

    def effects(
        self, observations: Sequence[Observation], conventions: Conventions, **changed: Any
    ) -> EffectSizes:
        """Return the effect sizes of complete studies, in their order.

        Parameters
        ----------
        observations
            Studies with numbers of their groups, or with a printed comparison.
        conventions
            Under which rules.
        **changed
            Options of the engine's measure that depart from the profile.

        Raises
        ------
        MetaInputError
            If a study cannot be used.
        """
        import numpy as np

        from analysis.meta.effect_measures import definition
        from analysis.meta.effect_sizes import EffectSizes

        code = self.code(conventions)
        read = [self._is_read(item) for item in observations]
        parts: list[tuple[list[int], EffectSizes]] = []
        own = [place for place, is_read in enumerate(read) if not is_read]
        if own:
            parts.append(
                (own, self._of_groups([observations[i] for i in own], conventions, changed))
            )
        levels = sorted(
            {
                item.reported.ci_level
                for item, is_read in zip(observations, read, strict=True)
                if is_read and item.reported is not None
            }
        )
        for level in levels:
            places = [
                place
                for place, item in enumerate(observations)
                if read[place] and item.reported is not None and item.reported.ci_level == level
            ]
            rows = [item.reported for i in places if (item := observations[i]).reported is not None]
            parts.append((places, _of_reports(rows, level, ratio=self.log)))
        if len(parts) == 1 and parts[0][0] == list(range(len(observations))):
            return parts[0][1]
        # A rule may leave studies out: `index` of each part says which of its rows are left.
        kept: list[tuple[int, float, float]] = []
        dropped: list[tuple[int, str]] = []
        corrected: list[tuple[int, str]] = []
        warnings: list[str] = []
        for places, part in parts:
            kept += zip((places[i] for i in part.index), part.yi, part.vi, strict=True)
            dropped += [(places[i], why) for i, why in part.dropped]
            corrected += [(places[i], what) for i, what in part.corrected]
            warnings += part.warnings
        kept.sort()
        return EffectSizes(
            yi=np.array([yi for _, yi, _ in kept]),
            vi=np.array([vi for _, _, vi in kept]),
            measure=code,
            index=np.array([place for place, _, _ in kept], dtype=int),
            dropped=tuple(sorted(dropped)),
            corrected=tuple(sorted(corrected)),
            transform=parts[0][1].transform if own else definition(code).transform,
            warnings=tuple(dict.fromkeys(warnings)),
        )

    def _of_groups(
        self,
        observations: Sequence[Observation],
        conventions: Conventions,
        changed: Mapping[str, Any],
    ) -> EffectSizes:
        from analysis.meta.profile_options import conventional_effects

        return conventional_effects(
            self.code(conventions), self.columns(observations), conventions.profile, **changed
        )

    def common(
        self, observations: Sequence[Observation], conventions: Conventions
    ) -> PooledEffect | None:
        """Pool the tables by the profile's method where it has one and every study has a table.

        A printed comparison has no table, and the tables of a cluster trial count patients as if
        they were independent: with such a study everything is pooled by inverse variance.
        """
        from analysis.meta.common_effects import common_effect

        if self.design == "one group" or not all(map(self.tabled, observations)):
            return None
        effects, columns = self.effects(observations, conventions), self.columns(observations)
        found = common_effect(effects, columns, conventions.profile, level=conventions.level)
        return found if found.method == _TABLE_METHOD else None

    def tabled(self, observation: Observation) -> bool:
        """Return whether no printed comparison is taken and no cluster trial widened."""
        return self.width(observation) == 1 and not self._is_read(observation)

    def width(self, observation: Observation) -> float:
        """Return the design effect, unless a printed interval is taken that allows for clusters."""
        reported = observation.reported
        allowed = reported is not None and reported.clusters_allowed
        return 1.0 if allowed and self._is_read(observation) else observation.design_effect

    def random(
        self, observations: Sequence[Observation], centre: PooledEffect, conventions: Conventions
    ) -> PooledEffect | None:
        """Pool by the profile's model, whose Q may be taken around the common effect of tables."""
        from analysis.meta.outcome_analysis import random_effect

        if centre.method != _TABLE_METHOD:
            return None
        effects = self.effects(observations, conventions)
        return random_effect(effects, conventions.profile, centre=centre, level=conventions.level)

    def columns(self, observations: Sequence[Observation]) -> dict[str, list[float]]:
        """Return the numbers of the groups under the engine's names.

        Parameters
        ----------
        observations
            Studies whose groups are complete.
        """
        sides = (self.data.one,) if self.design == "one group" else self.data.two
        found: dict[str, list[float]] = {name: [] for side in sides for name in side}
        for observation in observations:
            for side, group in zip(sides, observation.groups, strict=False):
                numbers = self.data.numbers(group)
                if isinstance(numbers, str):
                    raise ValueError(f"{observation.label}: {numbers}")
                for name, value in zip(side, numbers, strict=True):
                    found[name].append(value)
        return found

    def notes(self, observation: Observation) -> tuple[str, ...]:
        """Say what was computed to get a study's numbers, and which of two results was taken."""
        said: list[str] = list(observation.notes)
        if self._is_read(observation):
            reported = observation.reported
            if reported is not None and reported.adjusted:
                by = f" for {reported.adjusted_for}" if reported.adjusted_for else ""
                said.append(f"adjusted{by}, as printed")
            if reported is not None and reported.clusters_allowed:
                said.append(CLUSTERS_ALLOWED)
            return tuple(said)
        for group in observation.groups:
            said += self.data.notes(group)
        return tuple(dict.fromkeys(said))

    def scales(
        self, observations: Sequence[Observation], conventions: Conventions
    ) -> dict[tuple[str, str], EffectSizes | str]:
        """Return the measure under other zero rules, where a study has a zero."""
        from analysis.meta.errors import MetaInputError

        code = self.code(conventions)
        rules: tuple[str, ...] = ("",)
        if self.data.counted and any(
            group.events in (0, group.n) for item in observations for group in item.groups
        ):
            rules = _ZERO_RULES
        found: dict[tuple[str, str], EffectSizes | str] = {}
        for rule in rules:
            try:
                effects = self.effects(
                    observations, conventions, **({"zero": rule} if rule else {})
                )
                widths = [self.width(observations[place]) for place in effects.index]
                found[code, rule] = replace(effects, vi=effects.vi * widths)
            except MetaInputError as error:
                found[code, rule] = str(error)
        return found

    def code(self, conventions: Conventions) -> str:
        """Return the scale that the outcome asks for, or the usual one."""
        return conventions.scale if conventions.scale in self.codes else self.codes[0]

    def scale_name(self, conventions: Conventions, unit: str) -> str:
        """Name the scale of the model as an axis does."""
        if self.logarithmic(conventions):
            return f"log {self.short or self.label}"
        return self.unit(unit) or self.label

    def scale_words(self, conventions: Conventions) -> str:
        """Name the logarithmic scale, where the parameter is not read on it."""
        return "log scale" if self.logarithmic(conventions) else ""

    def logarithmic(self, conventions: Conventions) -> bool:
        """Return whether effects are pooled as logarithms."""
        from analysis.meta.effect_measures import definition

        return definition(self.code(conventions)).transform.name == "exp"


def _unweighted(reported: Reported) -> bool:
    interval = reported.ci_low is not None and reported.ci_high is not None
    return not interval and reported.se is None and reported.p is None


def _of_reports(rows: Sequence[Reported], level: float, *, ratio: bool) -> EffectSizes:
    from analysis.meta.generic import generic_effects

    def column(name: str) -> list[float]:
        values = [getattr(row, name) for row in rows]
        return [math.nan if value is None else float(value) for value in values]

    return generic_effects(
        column("estimate"),
        se=column("se"),
        ci_low=column("ci_low"),
        ci_high=column("ci_high"),
        p=column("p"),
        ratio=ratio,
        level=level,
    )
