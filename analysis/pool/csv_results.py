"""What pooling a stranger's CSV takes and gives, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["CsvPool", "Fit", "PoolOptions", "Section", "ShownStudy"]


@dataclass(frozen=True, slots=True)
class PoolOptions:
    """What the user asked for; None leaves it to the profile.

    Attributes
    ----------
    profile
        Name in `analysis.meta.profiles`.
    measure, method, test, prediction, zero
        As the engine names them; `measure` one of `csv_layouts`, `method` of `csv_methods`.
    conversion
        How medians with quartiles or range become means.
    small_study, leave_one_out
        Whether small-study effects, and the pool without each study, are looked at.
    verdict
        Give verdicts on small-study effects below ten estimates as well.
    level
        Confidence level, a fraction.
    conventions
        Texts ``name=value`` that override conventions of the profile.
    columns
        Column of each role the user named; ``by`` asks for subgroups, ``cluster`` for dependent
        rows, and every role that begins with ``moderator`` for meta-regression.
    """

    profile: str = "metafor"
    measure: str | None = None
    method: str | None = None
    test: str | None = None
    prediction: str | None = None
    zero: str | None = None
    conversion: str = "shi"
    small_study: bool = False
    verdict: bool = False
    leave_one_out: bool = False
    level: float = 0.95
    conventions: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShownStudy:
    """One study: its effect with interval on the scale of the data, and its share of the pool.

    `numbers` are those of each arm as they are printed: events/n, mean (SD), n.
    """

    label: str
    line: int
    group: str
    numbers: tuple[str, ...]
    estimate: float
    ci_low: float
    ci_high: float
    yi: float
    se: float
    weight: float | None


@dataclass(frozen=True, slots=True)
class Section:
    """What was asked for beside the pool: a title, lines of text, and the same as data."""

    title: str
    lines: tuple[str, ...]
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fit:
    """One pooled result, on the scale of the data unless said otherwise; NaN for what is not there.

    Attributes
    ----------
    name
        Level of the subgroup; empty for all studies.
    estimate, ci_low, ci_high, prediction_low, prediction_high
        Proportions as fractions, ratios, or units of the effect.
    model_estimate, se, stat, df, p, tau2, tau2_low, tau2_high
        On the scale of the model.
    i2, i2_low, i2_high
        Fractions.
    q, q_df, q_p, k
        Heterogeneity, and number of studies.
    method
        As fitted.
    fell_back
        What was fitted instead of what was asked for.
    studies
        With weights within this pool.
    warnings
        Of the model and of the way back from its scale.
    """

    name: str
    k: int
    method: str
    test: str
    estimate: float
    ci_low: float
    ci_high: float
    prediction_low: float
    prediction_high: float
    prediction_definition: str | None
    model_estimate: float
    se: float
    stat: float
    df: float | None
    p: float
    tau2: float
    tau2_low: float
    tau2_high: float
    i2: float
    i2_low: float
    i2_high: float
    q: float
    q_df: int
    q_p: float
    fell_back: str | None
    studies: tuple[ShownStudy, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CsvPool:
    """Everything `review pool` says about a file.

    Attributes
    ----------
    layout
        Key of `analysis.pool.csv_layouts.LAYOUTS`.
    kind
        Key of `analysis.pool.value_text.FORMS`: how numbers are written.
    effect
        What the numbers are, in words.
    overall, groups
        The pooled results.
    by
        Column of the subgroups.
    q_between, q_between_df, q_between_p
        Test between subgroups; NaN without.
    left_out, corrected, warnings
        What happened to rows, and what to know, each a sentence.
    columns
        Which column was taken for what.
    sections
        Robust interval, meta-regression, leave-one-out, small-study effects, accuracy.
    """

    file: str
    profile: str
    program: str
    measure: str
    kind: str
    effect: str
    level: float
    overall: Fit
    groups: tuple[Fit, ...]
    by: str | None
    q_between: float
    q_between_df: int
    q_between_p: float
    left_out: tuple[str, ...]
    corrected: tuple[str, ...]
    warnings: tuple[str, ...]
    columns: dict[str, str]
    layout: str
    sections: tuple[Section, ...] = ()
