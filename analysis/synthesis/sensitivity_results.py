"""Records of what was done to a pool to see how firm it stands.

All estimates and limits are on the scale of the data (fractions, months), whatever the scale of the
model; ``yi``, ``vi`` and funnel coordinates are on the scale of the model, which ``scale`` names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.synthesis.row import RowRef


@dataclass(frozen=True, slots=True)
class Refit:
    """A pool of other studies than all: one left out, or the first ones in time.

    ``label`` and ``row`` name the study that was left out, or the last one that was added.
    ``switches`` says that the protocol's rule would have chosen the other model here; ``refused``
    why the model of the counts had no estimate, so that it was pooled by inverse variance.
    """

    label: str
    row: RowRef
    reconstructed: bool
    year: int | None
    k: int
    estimate: float
    ci_low: float
    ci_high: float
    i2: float
    q_p: float
    tau2: float
    switches: bool
    refused: str = ""


@dataclass(frozen=True, slots=True)
class InfluencePoint:
    """A study's place in a Baujat plot and its measures of influence."""

    label: str
    row: RowRef
    reconstructed: bool
    heterogeneity: float
    influence: float
    cook_d: float
    rstudent: float
    hat: float
    influential: bool


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """A study, or a study imputed by trim and fill, in a funnel plot."""

    label: str | None
    yi: float
    se: float
    reconstructed: bool
    imputed: bool


@dataclass(frozen=True, slots=True)
class AsymmetryTest:
    """One test of funnel asymmetry: its name, estimates in it, statistic and P, and for whom.

    ``caution`` says why it may mislead for this measure, None where it was made for it. ``df`` is
    None where the statistic is a normal z.
    """

    label: str
    k: int
    statistic: float | None
    df: float | None
    p: float | None
    caution: str | None


@dataclass(frozen=True, slots=True)
class SmallStudyEffects:
    """Tests of funnel asymmetry, trim and fill, and why they may mislead.

    ``filled`` are the pool and its limits after trim and fill; they equal the pool where nothing
    was imputed. ``flags`` say why the tests may mislead, each with its source, ``reasons`` the same
    as codes of :class:`analysis.meta.small_study.SmallStudyFlag`. P values are None where a test
    could not be computed, with the reason among the flags. ``suited`` are the tests that
    were made for the measure, whose and with which P; it is empty where Begg's and Egger's suit.
    ``points`` and ``centre`` are on the scale of the model, which is
    printed times ``factor``; with ``logarithmic`` they are logarithms of what is printed.
    ``every_test`` are all tests that can be made, for the supplement.
    """

    k: int
    begg_p: float | None
    begg_method: str
    egger_p: float | None
    egger_method: str
    imputed: int
    side: str
    estimator: str
    filled_estimate: float
    filled_ci_low: float
    filled_ci_high: float
    centre: float
    scale: str
    points: tuple[FunnelPoint, ...]
    flags: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    suited: tuple[tuple[str, float | None], ...] = ()
    logarithmic: bool = False
    factor: int = 1
    every_test: tuple[AsymmetryTest, ...] = ()

    @property
    def tests(self) -> tuple[tuple[str, float | None], ...]:
        """The tests that the text tells: whose, and the P value."""
        return self.suited or (("Begg's", self.begg_p), ("Egger's", self.egger_p))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A test between the levels of a subgroup variable, and the meta-regression on it.

    ``levels`` are those with a study. P values and ``r2`` (a fraction; may be negative if adjusted)
    are None where they cannot be computed; ``reason`` then says why.
    """

    variable: str
    levels: tuple[str, ...]
    k: int
    q_between: float | None
    q_between_df: int | None
    q_between_p: float | None
    regression_p: float | None
    r2: float | None
    residual_i2: float | None
    notes: tuple[str, ...]
    reason: str | None


@dataclass(frozen=True, slots=True)
class RegressionLine:
    """A meta-regression on a numeric column, ready to be drawn as a bubble plot.

    ``x``, ``y``, ``size`` are one per estimate (``size`` the weight, a fraction); ``line_x``,
    ``line_y``, ``line_low``, ``line_high`` the fitted line with its interval on the scale of the
    data. ``slope`` is per unit of the column on the scale of the model.
    """

    column: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    size: tuple[float, ...]
    labels: tuple[str, ...]
    reconstructed: tuple[bool, ...]
    line_x: tuple[float, ...]
    line_y: tuple[float, ...]
    line_low: tuple[float, ...]
    line_high: tuple[float, ...]
    slope: float
    slope_p: float
    r2: float | None
    k: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Specified:
    """The same outcome under one measure, model and interval."""

    measure: str
    method: str
    test: str
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    prediction_low: float | None
    prediction_high: float | None
    tau2: float | None
    i2: float | None
    k: int
    refused: str | None


@dataclass(frozen=True, slots=True)
class CommonEffect:
    """What a random-effects pool would be under a common effect."""

    estimate: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Everything that shows how firm a pool stands.

    ``model`` is the model of the overall pool, which leave-one-out keeps; ``common`` is None where
    that is no random-effects model.
    """

    model: str
    leave_one_out: tuple[Refit, ...]
    cumulative: tuple[Refit, ...]
    influence: tuple[InfluencePoint, ...]
    small_study: SmallStudyEffects | None
    comparisons: dict[str, Comparison]
    regressions: dict[str, RegressionLine]
    specifications: tuple[Specified, ...]
    i2_low: float | None
    i2_high: float | None
    tau2_low: float | None
    tau2_high: float | None
    common: CommonEffect | None = None
