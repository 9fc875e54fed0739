"""One model of a stranger's CSV, fitted to all of its studies or to a part of them."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from analysis.pool.csv_effects import effect_sizes
from analysis.pool.csv_layouts import LAYOUTS
from analysis.pool.csv_methods import METHODS, Pooled, method_for
from analysis.pool.csv_results import Fit, PoolOptions, ShownStudy
from analysis.pool.csv_settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.meta.effect_sizes import EffectSizes
    from analysis.meta.profiles import Profile
    from analysis.pool.csv_table import StudyTable

__all__ = ["Model"]


class Model(Settings):
    """A model that can be fitted to any part of the studies.

    Parameters
    ----------
    table
        The studies.
    measure
        One that their columns give.
    conventions
        The profile.
    options
        What the user overrides.

    Attributes
    ----------
    sizes
        The effects of all studies that have one.

    Raises
    ------
    MetaInputError
        If the method does not fit or a study's numbers are impossible; the study is named.
    """

    def __init__(
        self, table: StudyTable, measure: str, conventions: Profile, options: PoolOptions
    ) -> None:
        from analysis.meta.naming import studies_named

        super().__init__(table, measure, conventions, options)
        self.method = method_for(options.method, self)
        # An adjusted interval belongs to models with a variance between studies; it is used
        # elsewhere only where it was asked for.
        method = METHODS[self.method]
        plain = method.common or method.pools_counts
        self.test = options.test or ("z" if plain else conventions.test)
        self.prediction = options.prediction or conventions.prediction
        with studies_named([table.named(row) for row in range(len(table.lines))]):
            self.sizes = effect_sizes(table, measure, conventions, options)

    def fit(self, rows: Sequence[int], name: str) -> Fit:
        """Pool the studies at these positions of the effect sizes.

        Raises
        ------
        MetaInputError
            If they cannot be pooled so; the message begins with the name of their subgroup.
        """
        from analysis.meta.errors import MetaInputError
        from analysis.meta.naming import studies_named

        part = self.part(rows)
        try:
            with studies_named([self.table.named(int(i)) for i in part.index]):
                return self._shown_fit(METHODS[self.method].fit(self, part), part, name)
        except MetaInputError as error:
            raise MetaInputError(f"{name}: {error}" if name else str(error)) from error

    def part(self, rows: Sequence[int]) -> EffectSizes:
        """Return the effects at these positions."""
        sizes, chosen = self.sizes, list(rows)
        n = None if sizes.n is None else sizes.n[chosen]
        transform = sizes.transform
        if transform.name.startswith("freeman_tukey") and n is not None:
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

    def _shown_fit(self, pooled: Pooled, part: EffectSizes, name: str) -> Fit:
        from analysis.meta.back_transform import back_transform

        back = back_transform(pooled, part)  # type: ignore[arg-type]
        own = {item.name: getattr(pooled, item.name) for item in fields(Pooled)}
        weights = own.pop("weights") or [None] * part.k
        return Fit(
            **own
            | {
                "name": name,
                "model_estimate": pooled.estimate,
                "estimate": back.estimate,
                "ci_low": back.ci_low,
                "ci_high": back.ci_high,
                "prediction_low": back.prediction_low,
                "prediction_high": back.prediction_high,
                "studies": self.shown(part, weights),
                "warnings": (*pooled.warnings, *back.warnings),
            }
        )

    def shown(self, part: EffectSizes, weights: Sequence[float | None]) -> tuple[ShownStudy, ...]:
        """Return the studies of a part as they are printed, with these shares of its pool."""
        from analysis.meta.distributions import z_quantile
        from analysis.meta.study_intervals import study_intervals

        table, values, layout = self.table, self.table.values, LAYOUTS[self.table.layout]
        positions = [int(i) for i in part.index]
        errors = part.se
        half = z_quantile(self.options.level) * errors
        scale = part.transform
        middle, low, high = (scale.apply(x) for x in (part.yi, part.yi - half, part.yi + half))
        groups = layout.counts
        if self.share is not None:
            events, n = ([values[role][i] for i in positions] for role in self.share)
            limits = study_intervals(
                events, n, method=self.profile.study_interval, level=self.options.level
            )
            middle = [x / size for x, size in zip(events, n, strict=True)]
            low, high = limits.low, limits.high
            groups = (self.share,)
        elif table.layout == "times":
            low = [values["ci_low"][i] for i in positions]
            high = [values["ci_high"][i] for i in positions]
        return tuple(
            ShownStudy(
                label=table.labels[i],
                line=table.lines[i],
                group=table.groups[i],
                numbers=tuple(_numbers([values[role][i] for role in roles]) for roles in groups),
                estimate=float(middle[j]),
                ci_low=float(low[j]),
                ci_high=float(high[j]),
                yi=float(part.yi[j]),
                se=float(errors[j]),
                weight=weights[j],
            )
            for j, i in enumerate(positions)
        )


def _numbers(values: Sequence[float]) -> str:
    """Write events of a size, a mean with its deviation and size, or a size."""
    shown = ["NR" if math.isnan(value) else f"{round(value, 2):.12g}" for value in values]
    if len(shown) == 3:
        return f"{shown[0]} ({shown[1]}), {shown[2]}"
    return "/".join(shown)
