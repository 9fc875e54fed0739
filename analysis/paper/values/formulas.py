"""Formulas of the values and where they come from, for an author who asks how a number came about.

They follow the profile and the model that was used, like the numbers themselves: another profile
gives another formula. x are events, n patients, y effects on the scale of the model, v their
variances, w weights, k estimates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.measures.registry import measure

if TYPE_CHECKING:
    from analysis.measures.conventions import Conventions
    from analysis.meta.profiles import Profile
    from analysis.synthesis.results import Pool


@dataclass(frozen=True, slots=True)
class Formula:
    """How a number is computed; ``reference`` is None for plain counting."""

    text: str
    reference: str | None = None


_INVERSE_VARIANCE = "Cochrane Handbook for Systematic Reviews of Interventions 6.5, section 10.3"
_DERSIMONIAN = "DerSimonian & Laird 1986, Control Clin Trials 7:177"
_KNAPP = "Knapp & Hartung 2003, Stat Med 22:2693"
_VIECHTBAUER = "Viechtbauer 2005, J Educ Behav Stat 30:261"
_FREEMAN_TUKEY = "Freeman & Tukey 1950, Ann Math Stat 21:607; back: Miller 1978, Am Stat 32:138"
_TABLES = "Cochrane Handbook 6.5, section 6.4.1; a, c events and b, d none in the two groups"
_MEANS = "Cochrane Handbook 6.5, section 6.5.1"

_EFFECTS = {
    "PR": ("yᵢ = xᵢ/nᵢ, vᵢ = yᵢ(1 − yᵢ)/nᵢ", "Σwᵢyᵢ / Σwᵢ", None),
    "PLO": ("yᵢ = log(xᵢ/(nᵢ − xᵢ)), vᵢ = 1/xᵢ + 1/(nᵢ − xᵢ)", "expit(Σwᵢyᵢ / Σwᵢ)", None),
    "PAS": ("yᵢ = arcsin √(xᵢ/nᵢ), vᵢ = 1/(4nᵢ)", "sin²(Σwᵢyᵢ / Σwᵢ)", None),
    "PFT": (
        "yᵢ = arcsin √(xᵢ/(nᵢ + 1)) + arcsin √((xᵢ + 1)/(nᵢ + 1)), vᵢ = 1/(nᵢ + ½)",
        "Σwᵢyᵢ / Σwᵢ, transformed back at the harmonic mean of the nᵢ",
        _FREEMAN_TUKEY,
    ),
    "RR": (
        "yᵢ = log((aᵢ/n₁ᵢ)/(cᵢ/n₂ᵢ)), vᵢ = 1/aᵢ − 1/n₁ᵢ + 1/cᵢ − 1/n₂ᵢ",
        "exp(Σwᵢyᵢ / Σwᵢ)",
        _TABLES,
    ),
    "OR": (
        "yᵢ = log(aᵢdᵢ/(bᵢcᵢ)), vᵢ = 1/aᵢ + 1/bᵢ + 1/cᵢ + 1/dᵢ",
        "exp(Σwᵢyᵢ / Σwᵢ)",
        _TABLES,
    ),
    "RD": ("yᵢ = aᵢ/n₁ᵢ − cᵢ/n₂ᵢ, vᵢ = aᵢbᵢ/n₁ᵢ³ + cᵢdᵢ/n₂ᵢ³", "Σwᵢyᵢ / Σwᵢ", _TABLES),
    "AS": (
        "yᵢ = arcsin √(aᵢ/n₁ᵢ) − arcsin √(cᵢ/n₂ᵢ), vᵢ = 1/(4n₁ᵢ) + 1/(4n₂ᵢ)",
        "Σwᵢyᵢ / Σwᵢ",
        "Rücker et al. 2009, Stat Med 28:721",
    ),
    "PETO": (
        "yᵢ = (Oᵢ − Eᵢ)/Vᵢ, vᵢ = 1/Vᵢ, Vᵢ hypergeometric",
        "exp(Σwᵢyᵢ / Σwᵢ)",
        "Yusuf et al. 1985, Prog Cardiovasc Dis 27:335",
    ),
    "MD": ("yᵢ = m₁ᵢ − m₂ᵢ, vᵢ = s₁ᵢ²/n₁ᵢ + s₂ᵢ²/n₂ᵢ", "Σwᵢyᵢ / Σwᵢ", _MEANS),
    "SMD": (
        "yᵢ = J(m₁ᵢ − m₂ᵢ)/sᵢ, vᵢ = 1/n₁ᵢ + 1/n₂ᵢ + yᵢ²/(2(n₁ᵢ + n₂ᵢ)), sᵢ pooled",
        "Σwᵢyᵢ / Σwᵢ",
        "Hedges 1981, J Educ Stat 6:107",
    ),
    "ROM": (
        "yᵢ = log(m₁ᵢ/m₂ᵢ), vᵢ = s₁ᵢ²/(n₁ᵢm₁ᵢ²) + s₂ᵢ²/(n₂ᵢm₂ᵢ²)",
        "exp(Σwᵢyᵢ / Σwᵢ)",
        "Hedges et al. 1999, Ecology 80:1150",
    ),
    "IRR": (
        "yᵢ = log((x₁ᵢ/t₁ᵢ)/(x₂ᵢ/t₂ᵢ)), vᵢ = 1/x₁ᵢ + 1/x₂ᵢ",
        "exp(Σwᵢyᵢ / Σwᵢ)",
        "Cochrane Handbook 6.5, section 10.7",
    ),
    "IRD": (
        "yᵢ = x₁ᵢ/t₁ᵢ − x₂ᵢ/t₂ᵢ, vᵢ = x₁ᵢ/t₁ᵢ² + x₂ᵢ/t₂ᵢ²",
        "Σwᵢyᵢ / Σwᵢ",
        "Cochrane Handbook 6.5, section 10.7",
    ),
    "MN": ("yᵢ = mᵢ, vᵢ = sᵢ²/nᵢ", "Σwᵢyᵢ / Σwᵢ", None),
    "IRLN": ("yᵢ = log(xᵢ/tᵢ), vᵢ = 1/xᵢ", "exp(Σwᵢyᵢ / Σwᵢ)", None),
    "ZCOR": ("yᵢ = artanh rᵢ, vᵢ = 1/(nᵢ − 3)", "tanh(Σwᵢyᵢ / Σwᵢ)", None),
    "MEDRAW": ("yᵢ = medianᵢ, vᵢ = ((upperᵢ − lowerᵢ)/(2z))²", "Σwᵢyᵢ / Σwᵢ", None),
    "MEDLOG": (
        "yᵢ = log(medianᵢ), vᵢ = ((log upperᵢ − log lowerᵢ)/(2z))²",
        "exp(Σwᵢyᵢ / Σwᵢ)",
        None,
    ),
}
#: What is said of a scale that has no line above.
_OTHER = ("yᵢ and vᵢ on the scale of the model", "Σwᵢyᵢ / Σwᵢ, transformed back", None)
_MANTEL_HAENSZEL = Formula(
    "Σ of the tables' cells, each table weighted by its size",
    "Greenland & Robins 1985, Biometrics 41:55; Robins et al. 1986, Biometrics 42:311",
)
_TAU2 = {
    "DL": Formula("max(0, (Q − (k − 1)) / (Σaᵢ − Σaᵢ²/Σaᵢ)), aᵢ = 1/vᵢ", _DERSIMONIAN),
    "REML": Formula("the τ² that maximises the restricted likelihood", _VIECHTBAUER),
    "ML": Formula("the τ² that maximises the likelihood", _VIECHTBAUER),
    "PM": Formula(
        "the τ² at which Σwᵢ(yᵢ − μ)² = k − 1", "Paule & Mandel 1982, in " + _VIECHTBAUER
    ),
    "EB": Formula("the empirical Bayes estimate", "Morris 1983, in " + _VIECHTBAUER),
    "HE": Formula("variance of the yᵢ less the mean of the vᵢ", "Hedges 1983, in " + _VIECHTBAUER),
    "HS": Formula("max(0, (Q − k) / Σaᵢ), aᵢ = 1/vᵢ", "Hunter & Schmidt 1990, in " + _VIECHTBAUER),
    "SJ": Formula("two steps from the variance of the yᵢ", "Sidik & Jonkman 2005"),
}
_LOGISTIC = Formula(
    "xᵢ ~ Binomial(nᵢ, expit(μ + uᵢ)), uᵢ ~ N(0, τ²); the pooled proportion is expit(μ)",
    "Stijnen, Hamza & Özdemir 2010, Stat Med 29:3046",
)
_LOGISTIC_LIMITS = Formula(
    "expit(μ ± z · SE), SE from the curvature of the likelihood", _LOGISTIC.reference
)
_LOGISTIC_TAU2 = Formula("the τ² that maximises the likelihood", _LOGISTIC.reference)
_INTERVALS = {
    "z": Formula("μ ± z · SE, SE = 1/√Σwᵢ", _INVERSE_VARIANCE),
    "t": Formula("μ ± t(k − 1) · SE, SE = 1/√Σwᵢ", _INVERSE_VARIANCE),
    "knha": Formula("μ ± t(k − 1) · SE, SE² = Σwᵢ(yᵢ − μ)² / ((k − 1)Σwᵢ)", _KNAPP),
    "adhoc": Formula(
        "μ ± t(k − 1) · SE, SE² = max(1, Σwᵢ(yᵢ − μ)²/(k − 1)) / Σwᵢ", f"{_KNAPP}, not narrowed"
    ),
}
_I2_FROM_Q = Formula("max(0, (Q − (k − 1)) / Q)", "Higgins et al. 2003, BMJ 327:557")
_I2_FROM_TAU2 = Formula(
    "τ² / (τ² + s²), s² the typical variance", "Higgins & Thompson 2002, Stat Med 21:1539"
)
_COUNTED = {
    "k": Formula("number of rows in the pool"),
    "studies": Formula("number of different studies in the pool"),
    "n": Formula("Σnᵢ"),
    "events": Formula("Σxᵢ"),
    "reconstructed": Formula("number of rows in the pool with evidence = reconstructed"),
    "weight_reconstructed": Formula("Σwᵢ of the reconstructed rows / Σwᵢ"),
    "range": Formula("min yᵢ to max yᵢ, on the scale of the data"),
}
_CLASSES = Formula(
    "I² from 75% considerable, from 50% substantial, from 25% moderate, otherwise little",
    "Higgins et al. 2003, BMJ 327:557",
)
_Q = Formula("Σaᵢ(yᵢ − Σaᵢyᵢ/Σaᵢ)², aᵢ = 1/vᵢ", "Cochran 1954, Biometrics 10:101")
_Q_P = Formula("probability that χ² with k − 1 degrees of freedom is at least Q", _Q.reference)
_SENSITIVITY = {
    "leave_one_out": Formula("the pool computed k times, each time without one of its rows"),
    "begg": Formula(
        "rank correlation (Kendall) of (yᵢ − μ)/√(vᵢ − 1/Σaⱼ) with vᵢ",
        "Begg & Mazumdar 1994, Biometrics 50:1088",
    ),
    "egger": Formula(
        "t test of the slope of yᵢ on its standard error, weighted by 1/vᵢ",
        "Egger et al. 1997, BMJ 315:629",
    ),
    "small_study": Formula(
        "Begg's and Egger's P against the significance level of the protocol",
        "Begg & Mazumdar 1994, Biometrics 50:1088; Egger et al. 1997, BMJ 315:629",
    ),
    "trim_and_fill": Formula(
        "the pool with mirrored counterparts of the outermost estimates of one side",
        "Duval & Tweedie 2000, Biometrics 56:455",
    ),
    "test": Formula(
        "Σwₗ(yₗ − y)² over the levels l against χ² with levels − 1 degrees of freedom",
        "Cochrane Handbook 6.5, section 10.11.3",
    ),
    "regression": Formula(
        "yᵢ = β₀ + β₁xᵢ + uᵢ + eᵢ, uᵢ ~ N(0, τ²); test of β₁",
        "Thompson & Higgins 2002, Stat Med 21:1559",
    ),
}

_EGGER_RANDOM = Formula(
    "test of the slope of yᵢ on its standard error, weighted by 1/(vᵢ + τ²)",
    "Egger et al. 1997, BMJ 315:629; Thompson & Sharp 1999, Stat Med 18:2693",
)


def pool_formula(quantity: str, pool: Pool, conventions: Conventions) -> Formula | None:
    """Give the formula of one of a pool's values, None where the value is words.

    Parameters
    ----------
    quantity
        Last part of the value's name: ``estimate``, ``ci``, ``i2`` …
    pool
        For its model: a single study has no pooled estimate.
    conventions
        Those of its outcome.
    """
    profile = conventions.profile
    if quantity in _COUNTED:
        return _COUNTED[quantity]
    if quantity == "heterogeneity":
        return _CLASSES
    if quantity in {"estimate", "summary", "ci", "ci_low", "ci_high"}:
        if pool.model == "single":
            return Formula("the study's own result and interval; nothing is pooled")
        if pool.model == "none":
            return None
        centre, limits = _centre(pool, conventions), _limits(pool, conventions)
        if quantity == "summary":
            return Formula(f"{centre.text}; interval {limits.text}", centre.reference)
        return centre if quantity == "estimate" else limits
    if pool.q is None:
        return None
    logistic = _logistic(pool, conventions)
    if quantity == "i2":
        definition = profile.glmm_i2 if logistic else profile.i2
        from_tau2 = pool.model == "random" and definition == "tau2"
        return _I2_FROM_TAU2 if from_tau2 else _I2_FROM_Q
    if quantity == "tau2":
        return None if pool.tau2 is None else _tau2(pool, conventions)
    return {"q": _Q, "p": _Q_P}.get(quantity)


def sensitivity_formula(name: str, profile: Profile) -> Formula | None:
    """Give the formula of a value such as ``egger.p`` or ``timing.test_sentence``."""
    from analysis.meta.prediction import prediction_definition

    if name == "prediction":
        definition = prediction_definition(profile.prediction, profile.test)
        if definition is None:
            return None
        freedom = "z" if definition.loss is None else f"t(k − {definition.loss})"
        return Formula(f"μ ± {freedom} · √(τ² + SE²)", definition.source)
    first, _, last = name.partition(".")
    if first == "egger" and profile.egger_model == "rma":
        return _EGGER_RANDOM
    if first in _SENSITIVITY:
        return _SENSITIVITY[first]
    return _SENSITIVITY["regression" if last.startswith("regression") else "test"]


def _logistic(pool: Pool, conventions: Conventions) -> bool:
    likelihood = measure(pool.measure).likelihood(conventions)
    return pool.model == "random" and likelihood and not pool.refused


def _by_tables(pool: Pool) -> bool:
    return pool.model == "common" and "Mantel" in pool.method


def _centre(pool: Pool, conventions: Conventions) -> Formula:
    if _logistic(pool, conventions):
        return _LOGISTIC
    if _by_tables(pool):
        return _MANTEL_HAENSZEL
    code = measure(pool.measure).code(conventions)
    effects, mean, reference = _EFFECTS.get(code, _OTHER)
    weights, source = _weights(pool), _INVERSE_VARIANCE
    if pool.model == "random":
        tau2 = _TAU2[conventions.profile.tau2_method]
        weights, source = f"{weights}, τ² = {tau2.text}", tau2.reference
    return Formula(f"{mean}, {effects}, {weights}", "; ".join(filter(None, (reference, source))))


def _limits(pool: Pool, conventions: Conventions) -> Formula:
    from analysis.meta.effect_measures import definition

    if _logistic(pool, conventions):
        return _LOGISTIC_LIMITS
    if _by_tables(pool):
        return Formula("μ ± z · SE", _MANTEL_HAENSZEL.reference)
    limits = _INTERVALS[conventions.profile.test if pool.model == "random" else "z"]
    code = measure(pool.measure).code(conventions)
    back = "" if definition(code).transform.name == "identity" else ", both transformed back"
    return Formula(f"{limits.text}, {_weights(pool)}{back}", limits.reference)


def _weights(pool: Pool) -> str:
    return "wᵢ = 1/vᵢ" if pool.model == "common" else "wᵢ = 1/(vᵢ + τ²)"


def _tau2(pool: Pool, conventions: Conventions) -> Formula:
    if _logistic(pool, conventions):
        return _LOGISTIC_TAU2
    return _TAU2[conventions.profile.tau2_method]
