"""The effect sizes and models of a stranger's CSV, under a profile."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.pool.csv_choices import TABLE_METHODS
from analysis.pool.csv_columns import RATIOS
from analysis.pool.csv_results import Fit, PoolOptions, ShownStudy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.meta.effect_sizes import EffectSizes
    from analysis.meta.pooled_effect import PooledEffect
    from analysis.meta.profiles import Profile
    from analysis.pool.csv_studies import StudyTable

__all__ = ["Model", "effect_sizes"]

_ARMS = ("ai", "n1i", "ci", "n2i")
_ARMS = ("ai", "n1i", "ci", "n2i")


def effect_sizes(
    table: StudyTable, measure: str, conventions: Profile, options: PoolOptions
) -> EffectSizes:
    """Return the effect sizes of a table, under the profile's rules or the user's.

    Raises
    ------
    MetaInputError
        If they cannot be had from these data.
    """
    from analysis.meta.back_transform import Transform
    from analysis.meta.generic import generic_effects
    from analysis.meta.medians import medians
    from analysis.meta.profile_options import conventional_effects

    values = table.values
    zero = {"zero": options.zero} if options.zero else {}
    if table.layout in {"counts", "two"}:
        return conventional_effects(measure, values, conventions, **zero)
    if table.layout == "times":
        n = values.get("n")
        return medians(
            values["median"],
            values["ci_low"],
            values["ci_high"],
            scale="log" if measure == "MEDLOG" else "natural",
            divisor=conventions.median_divisor,
            # The note on small studies needs every study's size.
            n=n if n and not any(map(math.isnan, n)) else None,
        )
    effect, errors = values.get("estimate") or values["yi"], values.get("sei")
    if "vi" in values:
        errors = [math.sqrt(v) for v in values["vi"]]
    ratio = measure in RATIOS
    # Columns yi with vi or sei hold logs already, as metafor's escalc writes them.
    logs = ratio and table.layout in {"effect_vi", "effect_se"}
    found = generic_effects(
        effect,
        se=errors,
        ci_low=values.get("ci_low"),
        ci_high=values.get("ci_high"),
        ratio=ratio and not logs,
    )
    return replace(found, measure=measure, transform=Transform("exp")) if logs else found


class Model:
    """A model that can be fitted to any part of the studies.

    Parameters
    ----------
    table, sizes
        The studies, and their effects.
    measure, method
        As `default_measure` and `method_for` give them.
    conventions
        The profile.
    options
        What the user overrides.
    """

    def __init__(
        self,
        table: StudyTable,
        sizes: EffectSizes,
        measure: str,
        method: str,
        conventions: Profile,
        options: PoolOptions,
    ) -> None:
        self.table = table
        self.sizes = sizes
        self.measure = measure
        self.method = method
        self.profile = conventions
        self.options = options
        # An adjusted interval belongs to models with a variance between studies; it is used
        # elsewhere only where it was asked for.
        plain = method in {"CE", "FE", "EE", "GLMM", *TABLE_METHODS}
        self.test = options.test or ("z" if plain else conventions.test)
        self.prediction = options.prediction or conventions.prediction

    def fit(self, rows: Sequence[int], name: str) -> Fit:
        """Pool the studies at these positions of the effect sizes.

        Raises
        ------
        MetaInputError
            If they cannot be pooled so; the message begins with the name of their subgroup.
        """
        from analysis.meta.errors import MetaInputError
        from analysis.meta.naming import studies_named

        part = self._part(rows)
        try:
            with studies_named([self.table.labels[int(i)] for i in part.index]):
                if self.method == "GLMM" and len(rows) > 1:
                    return self._binomial(part, name)
                return self._inverse_variance(part, name)
        except MetaInputError as error:
            raise MetaInputError(f"{name}: {error}" if name else str(error)) from error

    def _part(self, rows: Sequence[int]) -> EffectSizes:
        sizes, chosen = self.sizes, list(rows)
        n = None if sizes.n is None else sizes.n[chosen]
        transform = sizes.transform
        if transform.name == "freeman_tukey" and n is not None:
            transform = transform.at(float(1 / (1 / n).mean()))
        return replace(
            sizes,
            yi=sizes.yi[chosen],
            vi=sizes.vi[chosen],
            index=sizes.index[chosen],
            n=n,
            transform=transform,
            warnings=(),
        )

    def _inverse_variance(self, part: EffectSizes, name: str) -> Fit:
        from analysis.meta.back_transform import back_transform

        fit = self._pooled(part)
        back = back_transform(fit, part)
        tau2, i2 = self._limits(fit, part)
        return Fit(
            name=name,
            k=fit.k,
            method=fit.method,
            test=fit.test,
            estimate=back.estimate,
            ci_low=back.ci_low,
            ci_high=back.ci_high,
            prediction_low=back.prediction_low,
            prediction_high=back.prediction_high,
            prediction_definition=fit.prediction_definition,
            model_estimate=fit.estimate,
            se=fit.se,
            stat=fit.stat,
            df=fit.df,
            p=fit.p,
            tau2=fit.tau2,
            tau2_low=tau2[0],
            tau2_high=tau2[1],
            i2=fit.i2,
            i2_low=i2[0],
            i2_high=i2[1],
            q=fit.q,
            q_df=fit.q_df,
            q_p=fit.q_p,
            fell_back=fit.fell_back,
            studies=self._shown(part, fit.weights.tolist()),
            warnings=(
                *fit.warnings,
                *back.warnings,
            ),
        )

    def _pooled(self, part: EffectSizes) -> PooledEffect:
        from analysis.meta.mantel_haenszel import mantel_haenszel, peto
        from analysis.meta.models import pool

        level = self.options.level
        if self.method in TABLE_METHODS:
            a, n1, c, n2 = ([self.table.values[r][int(i)] for i in part.index] for r in _ARMS)
            if self.method == "PETO":
                return peto(a, n1, c, n2, level=level)
            return mantel_haenszel(
                *(a, n1, c, n2),
                measure=self.measure,
                zero=self.options.zero or self.profile.mantel_haenszel_zero,
                level=level,
                rd_variance=self.profile.rd_variance,
            )
        return pool(
            part.yi,
            part.vi,
            method="CE" if self.method == "GLMM" else self.method,
            test=self.test,
            level=level,
            prediction=self.prediction,
            i2=self.profile.i2,
            random_from_k=self.profile.random_from_k if self.table.layout == "counts" else 1,
        )

    def _limits(
        self, fit: PooledEffect, part: EffectSizes
    ) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the limits of tau2 and I2 by the profile's method, NaN where it has none."""
        from analysis.meta.heterogeneity import log_h_interval, q_profile

        none = (math.nan, math.nan)
        if fit.k < 3 or fit.method in {"MH", "Peto"}:
            return none, none
        if self.profile.i2_interval == "log_h":
            found = log_h_interval(fit.q, fit.k, level=fit.level)
            return none, (found.i2_low, found.i2_high)
        profiled = q_profile(part.yi, part.vi, level=fit.level)
        if fit.method == "CE":
            return none, none
        return (profiled.tau2_low, profiled.tau2_high), (profiled.i2_low, profiled.i2_high)

    def _binomial(self, part: EffectSizes, name: str) -> Fit:
        from analysis.meta.glmm import fit_glmm
        from analysis.meta.mixed_conventions import mixed_i2, mixed_prediction

        events, n = ([self.table.values[r][int(i)] for i in part.index] for r in ("events", "n"))
        fit = fit_glmm(events, n, test=self.test, level=self.options.level)
        back = part.transform.apply
        i2, i2_low, i2_high = mixed_i2(
            *(fit.q_wald, fit.q_df, fit.i2),
            i2=self.profile.glmm_i2,
            interval_two=self.profile.i2_interval_two,
            level=self.options.level,
        )
        pi_low, pi_high, *_, definition = mixed_prediction(
            *(fit.estimate, fit.se, fit.tau2, fit.k),
            prediction=self.options.prediction or self.profile.glmm_prediction,
            test=fit.test,
            level=self.options.level,
            back=back,
        )
        return Fit(
            name=name,
            k=fit.k,
            method="GLMM",
            test=fit.test,
            estimate=back(fit.estimate),
            ci_low=back(fit.ci_low),
            ci_high=back(fit.ci_high),
            prediction_low=pi_low,
            prediction_high=pi_high,
            prediction_definition=definition,
            model_estimate=fit.estimate,
            se=fit.se,
            stat=fit.statistic,
            df=None if fit.df is None else float(fit.df),
            p=fit.p_value,
            tau2=fit.tau2,
            tau2_low=math.nan,
            tau2_high=math.nan,
            i2=i2,
            i2_low=i2_low,
            i2_high=i2_high,
            q=fit.q_wald,
            q_df=fit.q_df,
            q_p=fit.q_wald_p,
            fell_back=None,
            studies=self._shown(part, [None] * fit.k),
            warnings=() if fit.converged else ("the logistic model did not converge",),
        )

    def _shown(self, part: EffectSizes, weights: Sequence[float | None]) -> tuple[ShownStudy, ...]:
        from analysis.meta.distributions import z_quantile
        from analysis.meta.study_intervals import study_intervals

        table, values = self.table, self.table.values
        positions = [int(i) for i in part.index]
        half = z_quantile(self.options.level) * part.se
        middle, low, high = (
            part.transform.apply(x) for x in (part.yi, part.yi - half, part.yi + half)
        )
        counts = [""] * len(positions)
        if table.layout == "counts":
            events, n = ([values[role][i] for i in positions] for role in ("events", "n"))
            limits = study_intervals(
                events, n, method=self.profile.study_interval, level=self.options.level
            )
            middle = [x / size for x, size in zip(events, n, strict=True)]
            low, high = limits.low, limits.high
            counts = [f"{x:.0f}/{size:.0f}" for x, size in zip(events, n, strict=True)]
        elif table.layout == "two":
            arms = [[values[role][i] for i in positions] for role in _ARMS]
            counts = [f"{a:.0f}/{m:.0f}, {c:.0f}/{o:.0f}" for a, m, c, o in zip(*arms, strict=True)]
        elif table.layout == "times":
            low = [values["ci_low"][i] for i in positions]
            high = [values["ci_high"][i] for i in positions]
        return tuple(
            ShownStudy(
                label=table.labels[i],
                line=table.lines[i],
                group=table.groups[i],
                events=counts[j],
                estimate=float(middle[j]),
                ci_low=float(low[j]),
                ci_high=float(high[j]),
                yi=float(part.yi[j]),
                se=float(part.se[j]),
                weight=weights[j],
            )
            for j, i in enumerate(positions)
        )
