"""Patients with an event of all patients, in one group."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.measures.fit import Fit
from analysis.measures.measure import Measure
from analysis.measures.scale import Scale, scale_of_effects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.measures.conventions import Conventions
    from analysis.measures.observation import Observation
    from analysis.meta.pooled_effect import PooledEffect
    from analysis.meta.specification import SpecificationTable

_NAMES = {"PR": "proportion", "PLO": "logit", "PAS": "arcsine", "PFT": "Freeman–Tukey"}
_WORDS = {"PLO": "logit scale", "PAS": "arcsine scale", "PFT": "Freeman–Tukey scale"}
_POOLED = {
    "PR": "{} were pooled without transformation: the number of events divided by the number of "
    "patients, with variance p(1 − p)/n.",
    "PLO": "{} were pooled on the logit scale, with variance 1/x + 1/(n − x) for x events among n "
    "patients, and transformed back.",
    "PAS": "{} were pooled as the arcsine of their square root, with variance 1/(4n), and "
    "transformed back.",
    "PFT": "{} were pooled as Freeman–Tukey double arcsines and transformed back at the harmonic "
    "mean of the numbers of patients.",
}
_BINOMIAL = (
    "{} were pooled by a logistic model with a random intercept for each estimate, fitted to the "
    "counts by maximum likelihood; 0% and 100% need no correction in it.{} Pools that leave "
    "estimates out, or add them one by one, were fitted by the same model. Where a common-effect "
    "model was used or the logistic model had no estimate, and for weights, influence, "
    "comparisons of groups, meta-regression and small-study effects, which are defined for "
    "effects with variances, {}"
)
_STUDENT = " Its intervals rest on the t distribution with k\u00a0−\u00a01 degrees of freedom."
_ZERO = {
    "drop": "A proportion of 0% or 100% has no variance of this kind and is listed rather than "
    "pooled.",
    "only0": "Where a group had no events, or only events, half an event was added to the events "
    "and to the non-events.",
}
#: What the model fitted to counts is called among the methods.
LOGISTIC = "random-intercept logistic model, maximum likelihood"
_CUT = "Limits of intervals beyond 0% or 100% are given as 0% or 100%."


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportion(Measure):
    """A share of one group; stored as a fraction, printed in percent."""

    def patients(self, observation: Observation) -> tuple[int | None, int | None]:
        """Return the patients with the event and all patients."""
        return observation.first.events, observation.first.n

    def _pairs(self, observations: Sequence[Observation]) -> tuple[list[int], list[int]]:
        found = [self.patients(observation) for observation in observations]
        return [events or 0 for events, _ in found], [n or 0 for _, n in found]

    def pooling(self, conventions: Conventions, unit: str) -> str:
        """Say on which scale proportions are pooled, and what is done with 0% and 100%."""
        code = self.code(conventions)
        if code not in _POOLED:
            return Measure.pooling(self, conventions, unit)
        what = self.several
        capital = what[:1].upper() + what[1:]
        told = [_POOLED[code].format(capital)]
        if self.likelihood(conventions):
            student = "" if conventions.profile.test == "z" else _STUDENT
            told = [_BINOMIAL.format(capital, student, _POOLED[code].format(what))]
        told.append(_ZERO.get(self.zero_rule(conventions), ""))
        if self._raw(conventions):
            told.append(_CUT)
        return " ".join(filter(None, told))

    def caution(self, conventions: Conventions) -> str:
        """Say where raw proportions are inaccurate."""
        if not self._raw(conventions):
            return ""
        return f"Untransformed {self.several} are inaccurate in small groups and near 0% or 100%."

    def _raw(self, conventions: Conventions) -> bool:
        return not self.scale_words(conventions) and self.code(conventions) in _POOLED

    def missing(self, observation: Observation) -> str | None:
        """Say that a count is missing."""
        return "count not reported" if None in self.patients(observation) else None

    def dropped(self, observation: Observation, conventions: Conventions) -> str | None:
        """Say that a profile without zero rule cannot use a study without, or with only, events."""
        profile = conventions.profile
        events, n = self.patients(observation)
        if self.zero_rule(conventions) != "drop" or events not in (0, n):
            return None
        return (
            f"{events} of {n}: the proportion has no standard error and drops out under the "
            f"profile {profile.name}"
        )

    def own(
        self, observation: Observation, conventions: Conventions
    ) -> tuple[float, float, float | None]:
        """Return the proportion with the protocol's interval of a single study."""
        from analysis.meta.study_intervals import study_intervals

        (events,), (n,) = self._pairs([observation])
        limits = study_intervals(
            *([events], [n]),
            method=conventions.study_interval,
            level=conventions.level,
            design_effect=[observation.design_effect],
        )
        return events / (n or 1), float(limits.low[0]), float(limits.high[0])

    def scale(self, observations: Sequence[Observation], conventions: Conventions) -> Scale:
        """Return the proportions on the scale of the profile, after its zero rule."""
        from analysis.meta.profile_options import conventional_effects

        events, n = self._pairs(observations)
        # A logistic model keeps 0 and 100 %, so what stands beside it cannot drop them.
        rule = self.zero_rule(conventions)
        changed = {"zero": rule} if rule else {}
        effects = conventional_effects(
            self.code(conventions), {"events": events, "n": n}, conventions.profile, **changed
        )
        return scale_of_effects(observations, effects, list(map(self.width, observations)))

    def likelihood(self, conventions: Conventions) -> bool:
        """Return whether the profile fits a logistic model to the counts."""
        return conventions.profile.proportion_model == "glmm"

    def fit(
        self,
        observations: Sequence[Observation],
        weights: Sequence[float],
        conventions: Conventions,
    ) -> Fit | str | None:
        """Fit the random-intercept logistic model where the profile asks for it."""
        if not self.likelihood(conventions):
            return None
        from analysis.meta.errors import MetaInputError
        from analysis.meta.glmm import fit_glmm
        from analysis.meta.mixed_conventions import mixed_i2, mixed_prediction

        profile, level = conventions.profile, conventions.level
        # As R's meta does where Knapp and Hartung's interval is asked for.
        test = "z" if profile.test == "z" else "t"
        events, n = self._pairs(observations)
        if all(count in (0, size) for count, size in zip(events, n, strict=True)):
            return "no estimate lies between 0% and 100%"
        try:
            widths = [observation.design_effect for observation in observations]
            fit = fit_glmm(events, n, test=test, level=level, design_effect=widths)
        except MetaInputError as error:
            return str(error)
        low, high, *_, definition = mixed_prediction(
            *(fit.estimate, fit.se, fit.tau2, fit.k),
            prediction=profile.glmm_prediction,
            test=fit.test,
            level=level,
        )
        return Fit(
            model="random",
            method=LOGISTIC,
            estimate=fit.estimate,
            se=fit.se,
            ci_low=fit.ci_low,
            ci_high=fit.ci_high,
            tau2=fit.tau2,
            i2=mixed_i2(
                *(fit.q_wald, fit.q_df, fit.i2),
                i2=profile.glmm_i2,
                interval_two=profile.i2_interval_two,
                level=level,
            )[0],
            q=fit.q_wald,
            q_df=fit.q_df,
            q_p=fit.q_wald_p,
            weights=weights,
            notes=("weights are those of the inverse-variance model: a logistic model has none",),
            prediction=None if definition is None or math.isnan(low) else (low, high),
            prediction_definition=definition,
        )

    def together(
        self, observations: Sequence[Observation], conventions: Conventions
    ) -> PooledEffect | None:
        """Fit the logistic model without its random intercept: the logit of all events of all."""
        from analysis.meta.models import pool

        # Patients of clusters count for what they are worth, as in `fit`.
        widths = [observation.design_effect for observation in observations]
        events, n = (
            math.fsum(value / width for value, width in zip(part, widths, strict=True))
            for part in self._pairs(observations)
        )
        if not self.likelihood(conventions) or events in (0, n):
            return None
        logit, variance = math.log(events / (n - events)), 1 / events + 1 / (n - events)
        return pool(
            [logit], [variance], method="CE", test="z", level=conventions.level, prediction=None
        )

    def specifications(
        self, observations: Sequence[Observation], conventions: Conventions
    ) -> SpecificationTable | None:
        """Pool under every scale, zero rule, estimator and interval."""
        from analysis.meta.specification import proportion_specifications

        return proportion_specifications(
            *self._pairs(observations),
            level=conventions.level,
            i2=conventions.profile.i2,
            design_effect=[observation.design_effect for observation in observations],
        )

    def specification(self, conventions: Conventions) -> str:
        """Name the profile's scale and zero rule as `specifications` does."""
        code = self.code(conventions)
        rule = self.zero_rule(conventions)
        return f"{code}, {rule}" if rule else code

    def zero_rule(self, conventions: Conventions) -> str:
        """Name the profile's rule; beside a model of the counts, which keeps 0%, none drops."""
        rule = Measure.zero_rule(self, conventions)
        return "only0" if rule == "drop" and self.likelihood(conventions) else rule

    def code(self, conventions: Conventions) -> str:
        """Return the profile's scale: PR, PLO, PAS or PFT."""
        return conventions.scale or conventions.profile.proportion_measure

    def scale_name(self, conventions: Conventions, unit: str) -> str:
        """Name the scale of the model as an axis does."""
        del unit
        return _NAMES.get(self.code(conventions), self.code(conventions))

    def scale_words(self, conventions: Conventions) -> str:
        """Name the scale of the model; the raw one needs no name."""
        return _WORDS.get(self.code(conventions), "")

    def fewest_random(self, conventions: Conventions) -> int:
        """Return the profile's smallest number of studies for a random-effects model."""
        return conventions.profile.random_from_k

    def logarithmic(self, conventions: Conventions) -> bool:
        """Return False: no scale of a proportion here is a plain logarithm."""
        del conventions
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy(Proportion):
    """A share of a test's right results: ``found`` and ``missed`` name the cells of its table."""

    found: str
    missed: str

    def caution(self, conventions: Conventions) -> str:
        """Say that the two halves of accuracy are pooled each by itself."""
        told = (
            "Sensitivity and specificity were pooled apart: a bivariate model would take account "
            "of how they go together."
        )
        return " ".join(filter(None, (Proportion.caution(self, conventions), told)))

    def patients(self, observation: Observation) -> tuple[int | None, int | None]:
        """Return the right results and all of those with, or without, the condition."""
        right, wrong = (getattr(observation.first, cell) for cell in (self.found, self.missed))
        return right, None if right is None or wrong is None else right + wrong
