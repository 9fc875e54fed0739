"""Named sets of conventions: what a program does when nobody tells it otherwise.

A profile is data. Its fields are values of named options of the functions of this package; no
function asks which profile it runs under. Another profile is another `Profile`, built with
`dataclasses.replace` or from scratch.

Sources: Stata 14 user commands metan 3.04, metaprop, metabias, metatrim 1.0.5, metareg 2.6.1 and
metainf (their .ado files); metafor 3.8-1; what R's meta 8.3-0 was seen to do; Cochrane Methods,
"Random-effects meta-analysis methods for intervention reviews", updates of May 2024 and January
2025, and Cochrane Handbook 6.5, chapter 10.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.meta.checks import choice

__all__ = ["PROFILES", "Profile", "profile"]


@dataclass(frozen=True, slots=True)
class Profile:
    """The conventions of one program.

    Attributes
    ----------
    name, program : str
        Short name, and the program with its version for the paper.

    Every other field is a convention: what it decides, and what it can be, stands in
    `analysis.meta.conventions.CONVENTIONS`, side by side for all profiles in ``docs/profiles.md``.
    """

    name: str
    program: str
    proportion_measure: str
    proportion_model: str
    proportion_zero: str
    freeman_tukey: str
    study_interval: str
    two_arm_zero: str
    mantel_haenszel_zero: str
    drop_double_zero: bool
    rd_variance: str
    median_scale: str
    median_divisor: str
    tau2_method: str
    test: str
    i2: str
    i2_interval: str
    prediction: str
    random_from_k: int
    subgroup_tau2: str
    begg_method: str
    begg_tie_correction: bool
    egger_model: str
    trim_fill_convention: str
    trim_fill_estimator: str
    regression_method: str
    regression_test: str
    regression_r2: str
    leave_one_out: tuple[str, ...]
    raw_proportion_zero: str
    ratio_denominator: str
    drop_all_events: bool
    difference_correction: str
    peto_zero: str
    rate_zero: str
    zero_add: float
    continuity: str
    smd_correction: str
    smd_variance: str
    glass_correction: str
    glass_variance: str
    md_variance: str
    rom_variance: str
    table_method: str
    dl_centre: str
    common_interval: str
    tau2_interval: str
    i2_interval_two: bool
    glmm_prediction: str
    glmm_i2: str
    subgroup_dispersion: str


_EVERYTHING = ("estimate", "ci", "p", "q", "q_p", "tau2", "i2", "h2")

_STATA14 = Profile(
    name="stata14",
    program=(
        "Stata 14 with metan 3.04 (random-effects model randomi), metaprop, metabias, "
        "metatrim 1.0.5, metareg 2.6.1 and metainf"
    ),
    proportion_measure="PR",
    proportion_model="inverse_variance",
    proportion_zero="drop",
    freeman_tukey="full",
    study_interval="wilson",
    two_arm_zero="only0",
    mantel_haenszel_zero="only0",
    drop_double_zero=True,
    rd_variance="greenland_robins",
    median_scale="natural",
    median_divisor="3.92",
    tau2_method="DL",
    test="z",
    i2="q",
    i2_interval="log_h",
    prediction="HTS",
    random_from_k=3,
    subgroup_tau2="separate",
    begg_method="continuity",
    begg_tie_correction=False,
    egger_model="lm",
    trim_fill_convention="stata14",
    trim_fill_estimator="L0",
    regression_method="REML",
    regression_test="adhoc",
    regression_r2="adjusted",
    leave_one_out=("estimate", "ci"),
    raw_proportion_zero="drop",
    ratio_denominator="both_cells",
    drop_all_events=True,
    difference_correction="both",
    peto_zero="drop",
    rate_zero="only0",
    zero_add=0.5,
    continuity="constant",
    smd_correction="none",
    smd_variance="d",
    glass_correction="none",
    glass_variance="df",
    md_variance="LS",
    rom_variance="LS",
    table_method="mantel_haenszel",
    dl_centre="inverse_variance",
    common_interval="classic",
    tau2_interval="q_profile",
    i2_interval_two=False,
    glmm_prediction="HTS",
    glmm_i2="q",
    subgroup_dispersion="own",
)

_METAFOR = Profile(
    name="metafor",
    program="R package metafor 3.8-1",
    proportion_measure="PR",
    proportion_model="inverse_variance",
    proportion_zero="only0",
    freeman_tukey="halved",
    # metafor has no interval of its own for single proportions; this one is base R's exact test.
    study_interval="clopper_pearson",
    two_arm_zero="only0",
    mantel_haenszel_zero="none",
    drop_double_zero=False,
    rd_variance="sato",
    median_scale="natural",
    median_divisor="exact",
    tau2_method="REML",
    test="z",
    i2="tau2",
    i2_interval="q_profile",
    prediction="test",
    random_from_k=1,
    subgroup_tau2="separate",
    begg_method="exact",
    begg_tie_correction=True,
    egger_model="rma",
    trim_fill_convention="metafor",
    trim_fill_estimator="L0",
    regression_method="REML",
    regression_test="z",
    regression_r2="truncated",
    leave_one_out=_EVERYTHING,
    raw_proportion_zero="only0",
    ratio_denominator="both_cells",
    drop_all_events=True,
    difference_correction="both",
    peto_zero="only0",
    rate_zero="only0",
    zero_add=0.5,
    continuity="constant",
    smd_correction="exact",
    smd_variance="LS",
    glass_correction="exact",
    glass_variance="LS",
    md_variance="LS",
    rom_variance="LS",
    table_method="inverse_variance",
    dl_centre="inverse_variance",
    common_interval="classic",
    tau2_interval="q_profile",
    i2_interval_two=False,
    glmm_prediction="test",
    glmm_i2="tau2",
    subgroup_dispersion="common",
)

_META = Profile(
    name="meta",
    program="R package meta 8.3-0",
    proportion_measure="PLO",
    proportion_model="glmm",
    proportion_zero="only0",
    freeman_tukey="halved",
    study_interval="clopper_pearson",
    two_arm_zero="only0",
    mantel_haenszel_zero="only0",
    drop_double_zero=True,
    rd_variance="greenland_robins",
    median_scale="log",
    median_divisor="exact",
    tau2_method="REML",
    test="z",
    i2="q",
    i2_interval="log_h",
    prediction="V",
    random_from_k=1,
    subgroup_tau2="separate",
    begg_method="normal",
    begg_tie_correction=True,
    egger_model="lm",
    trim_fill_convention="meta",
    trim_fill_estimator="L0",
    regression_method="REML",
    regression_test="z",
    regression_r2="truncated",
    leave_one_out=_EVERYTHING,
    raw_proportion_zero="se",
    ratio_denominator="event_cell",
    drop_all_events=False,
    difference_correction="variance",
    peto_zero="drop",
    rate_zero="only0",
    zero_add=0.5,
    continuity="constant",
    smd_correction="exact",
    smd_variance="UB",
    glass_correction="none",
    glass_variance="df",
    md_variance="LS",
    rom_variance="LS",
    table_method="mantel_haenszel",
    dl_centre="table_method",
    common_interval="classic",
    tau2_interval="jackson_for_dl",
    i2_interval_two=True,
    glmm_prediction="V",
    glmm_i2="q",
    subgroup_dispersion="own",
)

_COCHRANE2025 = Profile(
    name="cochrane2025",
    program="Cochrane RevMan with the random-effects methods of January 2025",
    # RevMan pools single proportions only as generic effects: the logit with ½ added is usual.
    proportion_measure="PLO",
    proportion_model="inverse_variance",
    proportion_zero="only0",
    freeman_tukey="halved",
    study_interval="clopper_pearson",
    two_arm_zero="only0",
    mantel_haenszel_zero="only0",
    drop_double_zero=True,
    rd_variance="greenland_robins",
    median_scale="log",
    median_divisor="exact",
    tau2_method="REML",
    test="knha",
    # Addendum of May 2024: I² from tau² under every estimator, Q-profile limits for tau².
    i2="tau2",
    i2_interval="q_profile",
    # The announcement says "t or normal distribution"; t follows the Hartung-Knapp interval.
    prediction="test",
    random_from_k=1,
    subgroup_tau2="separate",
    # RevMan draws funnel plots without a test; the Handbook, 13.3.5.4, names Egger's.
    begg_method="exact",
    begg_tie_correction=True,
    egger_model="lm",
    trim_fill_convention="meta",
    trim_fill_estimator="L0",
    regression_method="REML",
    regression_test="knha",
    regression_r2="truncated",
    leave_one_out=_EVERYTHING,
    raw_proportion_zero="only0",
    ratio_denominator="both_cells",
    drop_all_events=True,
    difference_correction="both",
    peto_zero="drop",
    rate_zero="only0",
    zero_add=0.5,
    continuity="constant",
    smd_correction="approximate",
    smd_variance="RevMan",
    glass_correction="none",
    glass_variance="df",
    md_variance="LS",
    rom_variance="LS",
    table_method="mantel_haenszel",
    dl_centre="table_method",
    common_interval="classic",
    tau2_interval="q_profile",
    i2_interval_two=False,
    glmm_prediction="test",
    glmm_i2="tau2",
    subgroup_dispersion="own",
)

# The random-effects methods of RevMan before January 2025, which it still offers and which reviews
# begun earlier have: DerSimonian-Laird with a Wald-type interval, no prediction interval. I² comes
# from τ² under either estimator since the addendum of May 2024.
_REVMAN = replace(
    _COCHRANE2025,
    name="revman",
    program="Cochrane RevMan 2025 with DerSimonian-Laird and the Wald-type interval",
    tau2_method="DL",
    test="z",
    prediction="none",
    glmm_prediction="none",
    regression_method="DL",
    regression_test="z",
)

PROFILES: dict[str, Profile] = {
    p.name: p for p in (_STATA14, _METAFOR, _META, _COCHRANE2025, _REVMAN)
}


def profile(name: str) -> Profile:
    """Return a profile by name.

    Raises
    ------
    MetaInputError
        If there is none of that name; the message gives the nearest.
    """
    return PROFILES[choice("profile", name, PROFILES)]
