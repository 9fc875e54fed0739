"""What every field of a profile decides, and how a single one is overridden by name.

`CONVENTIONS` is the one list: the command ``review profiles`` and the page ``docs/profiles.md`` are
made of it, and `overridden` checks values against it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analysis.meta.begg import BEGG_METHODS
from analysis.meta.checks import choice
from analysis.meta.common_effects import COMMON_INTERVALS, COMMON_METHODS
from analysis.meta.effect_measures import MEASURES
from analysis.meta.effect_sizes import FREEMAN_TUKEY, ZERO_RULES
from analysis.meta.egger import EGGER_MODELS
from analysis.meta.errors import MetaInputError
from analysis.meta.heterogeneity import I2_DEFINITIONS
from analysis.meta.mantel_haenszel import RD_VARIANCES
from analysis.meta.mean_effects import SMD_CORRECTIONS
from analysis.meta.mean_intervals import MEAN_TESTS
from analysis.meta.medians import DIVISORS
from analysis.meta.meta_regression import R2_DEFINITIONS, REGRESSION_TESTS
from analysis.meta.outcome_analysis import DL_CENTRES
from analysis.meta.prediction import DEFINITIONS
from analysis.meta.study_intervals import INTERVALS
from analysis.meta.tau2 import METHODS
from analysis.meta.tau2_interval import TAU2_INTERVALS
from analysis.meta.trim_fill_rules import CONVENTIONS as TRIM_FILL
from analysis.meta.trim_fill_rules import ESTIMATORS
from analysis.meta.two_arm import CORRECTED
from analysis.meta.zero_cells import CONTINUITY, DENOMINATORS, RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.meta.profiles import Profile

__all__ = ["CONVENTIONS", "Convention", "overridden"]


@dataclass(frozen=True, slots=True)
class Convention:
    """One field of a profile.

    Attributes
    ----------
    field : str
    section : str
        Step of the analysis it belongs to.
    question : str
        What it decides, as a question.
    values : tuple of str
        What it can be; empty for numbers, for yes and no, and for lists.
    """

    field: str
    section: str
    question: str
    values: tuple[str, ...] = ()


_PREDICTIONS = (*DEFINITIONS, "test", "none")
_ROWS: tuple[tuple[str, tuple[tuple[str, str, tuple[str, ...]], ...]], ...] = (
    (
        "Single proportions",
        (
            ("proportion_measure", "On which scale are they pooled?", ("PR", "PLO", "PAS", "PFT")),
            ("proportion_model", "By which model?", ("inverse_variance", "glmm")),
            ("raw_proportion_zero", "0 or 100 %, raw scale: what is done?", ZERO_RULES),
            ("proportion_zero", "0 or 100 %, logit or log scale: what is done?", ZERO_RULES),
            ("freeman_tukey", "Double arcsine: mean or sum of the two?", FREEMAN_TUKEY),
            ("study_interval", "Which interval has a single study?", INTERVALS),
        ),
    ),
    (
        "Two groups, counts and rates",
        (
            ("two_arm_zero", "A zero cell: which tables are corrected?", RULES),
            ("zero_add", "What is added to a cell?", ()),
            ("continuity", "The same in both arms?", CONTINUITY),
            ("ratio_denominator", "RR: what does a correction add to an arm?", DENOMINATORS),
            ("drop_double_zero", "Ratios: is a table without events left out?", ()),
            ("drop_all_events", "RR: and one with only events in both arms?", ()),
            ("difference_correction", "Differences: does it change the effect?", CORRECTED),
            ("peto_zero", "Peto odds ratio of a study: zero cells?", RULES),
            ("rate_zero", "Rates without events: which are corrected?", RULES),
            ("table_method", "Common effect of tables: by which method?", COMMON_METHODS),
            ("mantel_haenszel_zero", "Mantel-Haenszel: which tables are corrected?", RULES),
            ("rd_variance", "Mantel-Haenszel risk difference: which variance?", RD_VARIANCES),
        ),
    ),
    (
        "Means",
        (
            ("md_variance", "Mean difference: which variance?", ("LS", "HO")),
            ("smd_correction", "Standardised difference: which correction?", SMD_CORRECTIONS),
            (
                "smd_variance",
                "Standardised difference: which variance?",
                tuple(MEASURES["SMD"].options["variance"] or ()),
            ),
            ("glass_correction", "Glass' delta: which correction?", SMD_CORRECTIONS),
            ("glass_variance", "Glass' delta: which variance?", ("LS", "df")),
            ("rom_variance", "Ratio of means: which variance?", ("LS", "HO")),
        ),
    ),
    (
        "Medians",
        (
            ("median_scale", "On which scale are they pooled?", ("natural", "log")),
            ("median_divisor", "What is an interval's width divided by?", DIVISORS),
        ),
    ),
    (
        "Models",
        (
            ("tau2_method", "Which estimator of τ²?", METHODS),
            ("dl_centre", "DerSimonian-Laird: around what is Q taken?", DL_CENTRES),
            ("test", "Which test and interval of the mean?", MEAN_TESTS),
            ("common_interval", "Which interval of the common effect?", COMMON_INTERVALS),
            ("prediction", "Which prediction interval?", _PREDICTIONS),
            ("glmm_prediction", "Mixed models: which prediction interval?", _PREDICTIONS),
            ("random_from_k", "Smallest k of a random-effects model of proportions?", ()),
        ),
    ),
    (
        "Heterogeneity",
        (
            ("i2", "I² from Q or from τ²?", I2_DEFINITIONS),
            ("glmm_i2", "Mixed models: I² from Wald's Q or from τ²?", I2_DEFINITIONS),
            ("i2_interval", "Which interval of I²?", ("log_h", "q_profile")),
            ("i2_interval_two", "Has I² of two studies an interval where Q > 2?", ()),
            ("tau2_interval", "Which interval of τ²?", TAU2_INTERVALS),
        ),
    ),
    (
        "Subgroups and regression",
        (
            ("subgroup_tau2", "A τ² for each subgroup?", ("separate", "common")),
            (
                "subgroup_dispersion",
                "One τ² for all: own Knapp-Hartung factor and df?",
                ("own", "common"),
            ),
            ("regression_method", "Meta-regression: which estimator of τ²?", METHODS),
            ("regression_test", "Meta-regression: which test?", REGRESSION_TESTS),
            ("regression_r2", "Meta-regression: which R²?", R2_DEFINITIONS),
        ),
    ),
    (
        "Small-study effects and sensitivity",
        (
            ("begg_method", "Begg: which p value?", BEGG_METHODS),
            ("begg_tie_correction", "Begg: variance corrected for ties?", ()),
            ("egger_model", "Egger: which regression?", EGGER_MODELS),
            ("trim_fill_convention", "Trim and fill: whose rules?", tuple(TRIM_FILL)),
            ("trim_fill_estimator", "Trim and fill: which estimator?", ESTIMATORS),
            ("leave_one_out", "Leave-one-out: what is reported?", ()),
        ),
    ),
)

CONVENTIONS: dict[str, Convention] = {
    field: Convention(field, section, question, tuple(values))
    for section, rows in _ROWS
    for field, question, values in rows
}


def overridden(profile: Profile, conventions: Mapping[str, Any]) -> Profile:
    """Return a profile with some conventions replaced, each by its name.

    Parameters
    ----------
    profile : Profile
    conventions : mapping of str to value
        Texts are read as the kind of the field: ``"yes"`` and ``"no"``, or a number.

    Raises
    ------
    MetaInputError
        If there is no such convention, or it cannot have that value.
    """
    changes = {
        name: _value(CONVENTIONS[choice("convention", name, CONVENTIONS)], value, profile)
        for name, value in conventions.items()
    }
    told = ", ".join(f"{name} = {value}" for name, value in changes.items())
    program = f"{profile.program}, but {told}" if told else profile.program
    return replace(profile, **changes, program=program)


def _value(convention: Convention, value: Any, profile: Profile) -> Any:
    if convention.values:
        return choice(convention.field, str(value), convention.values)
    own = getattr(profile, convention.field)
    if isinstance(own, bool):
        answers = {"yes": True, "no": False, "true": True, "false": False}
        return answers[choice(convention.field, str(value).lower(), answers)]
    if isinstance(own, tuple):
        return tuple(value.split(",")) if isinstance(value, str) else tuple(value)
    try:
        return type(own)(value)
    except (TypeError, ValueError) as error:
        msg = f"{convention.field} must be a number; it is {value!r}."
        raise MetaInputError(msg) from error
