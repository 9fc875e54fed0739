"""All effect measures by name."""

from __future__ import annotations

import difflib
import math
from typing import TYPE_CHECKING, Any

from analysis.formatting.numbers import lower_first
from analysis.measures.group_data import (
    CORRELATIONS,
    COUNTS,
    MEANS,
    MEDIANS,
    NOTHING,
    RATES,
)
from analysis.measures.medians import ReportedMedian
from analysis.measures.proportions import Accuracy, Proportion
from analysis.measures.size_rule import HAZARDS, PER_THOUSAND, RISKS, SCORES
from analysis.measures.tables import TableMeasure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.measures.measure import Measure

_POINTS: dict[str, Any] = {"sign": "%", "factor": 100, "difference_unit": "percentage points"}
_SHARE: dict[str, Any] = {
    **_POINTS,
    "low": 0.0,
    "high": 1.0,
    "data": COUNTS,
    "design": "one group",
}
_RATIO: dict[str, Any] = {
    "design": "two groups",
    "decimals": 2,
    "low": 0.0,
    "null": 1.0,
    "log": True,
}
_DIFFERENCE: dict[str, Any] = {"design": "two groups", "null": 0.0}
_RISKS: dict[str, Any] = {"data": COUNTS, "per": PER_THOUSAND, "size": RISKS}


def _by_odds(effect: float, control: float) -> float:
    if control >= 1:
        return 1.0
    odds = effect * control / (1 - control)
    return odds / (1 + odds)


def _at_most_one(effect: float, control: float) -> float:
    return min(effect * control, 1.0)


def _by_arcsine(effect: float, control: float) -> float:
    angle = math.asin(math.sqrt(control)) + effect
    return math.sin(min(max(angle, 0.0), math.pi / 2)) ** 2


def _by_hazard(effect: float, control: float) -> float:
    # Proportional hazards: survival to the power of the ratio (Cochrane Handbook 6.5, 15.4.4.2).
    return 1 - (1 - control) ** effect


_ENTRIES: tuple[Measure, ...] = (
    Proportion(
        name="proportion",
        of="proportion with",
        label="proportion",
        **_SHARE,
        r="PR",
        stata="proportion",
        revman="Proportion",
    ),
    ReportedMedian(
        name="median",
        design="one group",
        label="median",
        estimates="medians",
        has_unit=True,
        low=0.0,
        data=MEDIANS,
        r="GEN",
    ),
    TableMeasure(
        name="mean",
        of="mean",
        design="one group",
        label="mean",
        estimates="means",
        has_unit=True,
        data=MEANS,
        codes=("MN", "MNLN"),
        r="MN",
    ),
    TableMeasure(
        name="rate",
        of="incidence rate of",
        design="one group",
        label="incidence rate",
        estimates="rates",
        has_unit=True,
        decimals=2,
        low=0.0,
        data=RATES,
        codes=("IRLN", "IR", "IRS", "IRFT"),
        r="IRLN",
    ),
    TableMeasure(
        name="correlation",
        of="correlation with",
        design="one group",
        label="correlation",
        short="r",
        estimates="correlations",
        decimals=2,
        low=-1.0,
        high=1.0,
        data=CORRELATIONS,
        codes=("ZCOR", "COR", "UCOR"),
        r="ZCOR",
    ),
    Accuracy(
        name="sensitivity",
        label="sensitivity",
        **_SHARE,
        found="tp",
        missed="fn",
        r="PLO",
    ),
    Accuracy(
        name="specificity",
        label="specificity",
        **_SHARE,
        found="tn",
        missed="fp",
        r="PLO",
    ),
    TableMeasure(
        name="RR",
        label="risk ratio",
        short="RR",
        **_RATIO,
        **_RISKS,
        codes=("RR",),
        reports=frozenset({"RR"}),
        risk=_at_most_one,
        r="RR",
        stata="lnrratio",
        revman="Risk Ratio",
    ),
    TableMeasure(
        name="OR",
        label="odds ratio",
        short="OR",
        **_RATIO,
        **_RISKS,
        codes=("OR",),
        reports=frozenset({"OR"}),
        risk=_by_odds,
        r="OR",
        stata="lnoratio",
        revman="Odds Ratio",
    ),
    TableMeasure(
        name="RD",
        label="risk difference",
        short="RD",
        **_DIFFERENCE,
        **_POINTS,
        low=-1.0,
        high=1.0,
        **_RISKS,
        codes=("RD",),
        reports=frozenset({"RD"}),
        risk=lambda effect, control: min(max(effect + control, 0.0), 1.0),
        r="RD",
        stata="rdiff",
        revman="Risk Difference",
    ),
    TableMeasure(
        name="ASD",
        label="arcsine difference",
        short="ASD",
        **_DIFFERENCE,
        decimals=2,
        **_RISKS,
        codes=("AS",),
        risk=_by_arcsine,
        r="AS",
    ),
    TableMeasure(
        name="PETO",
        label="Peto odds ratio",
        short="Peto OR",
        **_RATIO,
        **_RISKS,
        codes=("PETO",),
        risk=_by_odds,
        r="PETO",
        stata="lnorpeto",
        revman="Peto Odds Ratio",
    ),
    TableMeasure(
        name="MD",
        label="mean difference",
        short="MD",
        **_DIFFERENCE,
        decimals=2,
        has_unit=True,
        data=MEANS,
        codes=("MD",),
        size=SCORES,
        reports=frozenset({"MD"}),
        r="MD",
        stata="mdiff",
        revman="Mean Difference",
    ),
    TableMeasure(
        name="SMD",
        label="standardised mean difference",
        short="SMD",
        **_DIFFERENCE,
        decimals=2,
        data=MEANS,
        codes=("SMD", "SMDH", "SMD1"),
        size=SCORES,
        standardised=True,
        reports=frozenset({"SMD"}),
        r="SMD",
        stata="hedgesg",
        revman="Std. Mean Difference",
    ),
    TableMeasure(
        name="ROM",
        label="ratio of means",
        short="RoM",
        **_RATIO,
        data=MEANS,
        codes=("ROM",),
        reports=frozenset({"ROM"}),
        risk=lambda effect, control: effect * control,
        r="ROM",
    ),
    TableMeasure(
        name="IRR",
        label="rate ratio",
        short="IRR",
        **_RATIO,
        data=RATES,
        codes=("IRR",),
        reports=frozenset({"IRR"}),
        risk=lambda effect, control: effect * control,
        per=PER_THOUSAND,
        r="IRR",
        revman="Rate Ratio",
    ),
    TableMeasure(
        name="IRD",
        label="rate difference",
        short="IRD",
        **_DIFFERENCE,
        decimals=2,
        has_unit=True,
        data=RATES,
        codes=("IRD",),
        reports=frozenset({"IRD"}),
        risk=lambda effect, control: effect + control,
        per=PER_THOUSAND,
        r="IRD",
    ),
    TableMeasure(
        name="HR",
        label="hazard ratio",
        short="HR",
        **_RATIO,
        data=NOTHING,
        codes=("HR",),
        reports=frozenset({"HR"}),
        risk=_by_hazard,
        per=PER_THOUSAND,
        size=HAZARDS,
        names_event=False,
        r="GEN",
        revman="Hazard Ratio",
    ),
    TableMeasure(
        name="MEDIAN_DIFFERENCE",
        label="difference of medians",
        short="Difference",
        **_DIFFERENCE,
        has_unit=True,
        data=MEDIANS,
        codes=("MEDDIFF",),
        reports=frozenset({"MEDIAN_DIFFERENCE"}),
        r="GEN",
    ),
    TableMeasure(
        name="ratio",
        label="ratio",
        short="Ratio",
        **_RATIO,
        data=NOTHING,
        codes=("LOGCI",),
        reports=frozenset({"ratio", "RR", "OR", "HR", "ROM", "IRR"}),
        r="GEN",
    ),
    TableMeasure(
        name="difference",
        label="difference",
        short="Difference",
        **_DIFFERENCE,
        decimals=2,
        has_unit=True,
        data=NOTHING,
        codes=("GEN",),
        reports=frozenset({"difference", "MD", "SMD", "RD", "IRD", "MEDIAN_DIFFERENCE"}),
        r="GEN",
    ),
)
MEASURES: dict[str, Measure] = {entry.name: entry for entry in _ENTRIES}
#: What patients with an event of all patients are in a single group; adverse events, for instance.
COUNTED = "proportion"
#: What numbers are that a publication gives without saying what they are.
UNSPECIFIED = "median"


def measure(name: str) -> Measure:
    """Return a measure by its name.

    Raises
    ------
    KeyError
        If there is none; the message names the nearest.
    """
    if name in MEASURES:
        return MEASURES[name]
    near = difflib.get_close_matches(name, MEASURES, n=1)
    known = f"; the nearest is {near[0]}" if near else f"; there are {', '.join(MEASURES)}"
    raise KeyError(f"There is no measure of the name {name}{known}.")


def recorded_measure(record: Mapping[str, Any]) -> str:
    """Return the name of the measure in a record of a results.json, of this program or an older.

    Versions before 1.1 of this program called the key ``kind``; its two values are measures.
    """
    return str(record["measure"] if "measure" in record else record["kind"])


def measure_of(outcome: Any) -> Measure:
    """Return the measure of an outcome of the protocol."""
    return measure(getattr(outcome, "measure", None) or outcome.kind)


def subject(outcome: Any) -> str:
    """Name within a sentence what is estimated of an outcome of the protocol, or of the results.

    See `Measure.subject`; the first letter is small, unless it belongs to an abbreviation.
    """
    return measure_of(outcome).subject(lower_first(outcome.label))
