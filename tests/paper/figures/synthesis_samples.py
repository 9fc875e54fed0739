"""Studies and pools made by hand.

Pooling here is a plain common-effect mean: the figures and tables under test only have to show what
they are given.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from analysis.synthesis.listings import FlowStage
from analysis.synthesis.results import LeftOut, Pool, Study, StudyEstimate
from analysis.synthesis.row import RowRef

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

METHODS = {
    "random": "random effects, DerSimonian–Laird",
    "common": "common effect by inverse variance",
}
ROW = RowRef("data/outcomes.csv", 2)

# Texts that must reach the reader as they are, whatever the format makes of such signs elsewhere.
HOSTILE = (
    r"Zhou <b>bold</b> & $x_1^2$ *s* 2025",
    r"C:\new\table_name \alpha {{< var x >}}",
    "[@x] `code` ~~Ångström–Łukasiewicz~~",
)
LONG = "Multicentre investigators of the Northern Hepatology Network"
assert len(LONG) == 60


def estimate(
    label: str,
    events: int | None,
    n: int | None,
    *,
    value: float | None = None,
    ci: tuple[float, float | None] | None = None,
    reconstructed: bool = False,
    cohort: str | None = None,
) -> StudyEstimate:
    """One study: a proportion from counts, or a median with its interval."""
    if value is None:
        assert events is not None
        assert n
        value = events / n
        se = math.sqrt(max(value * (1 - value), 0.25 / n) / n)
        ci = (value - 1.96 * se, value + 1.96 * se)
    assert ci is not None
    low, high = ci
    se = ((high - low) / 3.92) if high is not None else 1.0
    return StudyEstimate(
        study_id=label,
        cohort=cohort,
        label=label,
        criteria=None,
        estimate=value,
        se=se,
        ci_low=low,
        ci_high=high,
        events=events,
        n=n,
        weight=None,
        evidence="reconstructed" if reconstructed else "verified",
        reconstructed=reconstructed,
        row=ROW,
    )


def pool(
    studies: Sequence[StudyEstimate],
    *,
    measure: str = "proportion",
    label: str = "Objective response rate",
    level: str | None = None,
    left_out: Sequence[LeftOut] = (),
    model: Literal["common", "random"] = "random",
) -> Pool:
    """Pool studies, with everything a pool of this many studies has."""
    k = len(studies)
    weights = [1 / (study.se or 1) ** 2 for study in studies]
    total = sum(weights)
    estimates = [study.estimate for study in studies]
    mean = sum(w * e for w, e in zip(weights, estimates, strict=True)) / total if k else None
    se = total**-0.5 if k else None
    single = studies[0] if k == 1 else None
    counts = [s.events for s in studies if s.events is not None]
    sizes = [s.n for s in studies if s.n is not None]
    return Pool(
        outcome="orr",
        label=label,
        measure=measure,
        unit="percent" if measure == "proportion" else "months",
        variable="therapy" if level else None,
        level=level,
        level_label=level,
        model=("none", "single", model)[min(k, 2)],
        method=METHODS[model],
        k=k,
        n_studies=len({study.study_id for study in studies}),
        n_participants=sum(sizes) if sizes else None,
        events=sum(counts) if counts else None,
        estimate=mean,
        se=se,
        ci_low=single.ci_low if single else None if mean is None or se is None else mean - 2 * se,
        ci_high=single.ci_high if single else None if mean is None or se is None else mean + 2 * se,
        tau2=0.0154 if k > 1 else None,
        q=12.3 if k > 1 else None,
        q_df=k - 1 if k > 1 else None,
        q_p=0.0004 if k > 1 else None,
        i2=0.7643 if k > 1 else None,
        studies=tuple(
            replace(study, weight=weight / total)
            for study, weight in zip(studies, weights, strict=True)
        ),
        left_out=tuple(left_out),
    )


def left_out(label: str, reason: str, *, noteworthy: bool = True) -> LeftOut:
    return LeftOut(label, label, None, "os", reason, noteworthy, ROW)


def study(
    study_id: str,
    level: str | None = "ICI",
    *,
    label: str | None = None,
    key: str | None = None,
    reconstructed: bool = False,
    n: int | None = 32,
    characteristics: Mapping[str, str] | None = None,
) -> Study:
    known = dict.fromkeys(CHARACTERISTICS)
    return Study(
        study_id=study_id,
        label=label or study_id,
        citation_key=key,
        year=None if reconstructed else 2023,
        n_total=n,
        n_arm=n,
        evidence="reconstructed" if reconstructed else "verified",
        levels={"therapy": level, "timing": (characteristics or {}).get("timing")},
        characteristics={**known, "therapy": level, **(characteristics or {})},
        row=RowRef("data/studies.csv", 2),
    )


CHARACTERISTICS = (
    "year",
    "country",
    "design",
    "timing",
    "therapy",
    "partner",
    "line_of_treatment",
    "enrolment_start",
    "enrolment_end",
    "n_total",
    "n_arm",
    "age_median",
    "age_low",
    "age_high",
    "male_percent",
    "ecog",
    "child_pugh",
    "bclc",
    "dose",
    "response_criteria",
    "ctcae_version",
    "control",
    "registry_id",
)

FLOW = (
    ("identified", None, 366),
    ("duplicates removed", None, None),
    ("screened", None, None),
    ("full texts assessed", None, 43),
    ("full texts excluded", "review article", 3),
    ("full texts excluded", "case report", 8),
    ("full texts excluded", "insufficient data", 18),
    ("included", None, 14),
)


def flow(stages: Sequence[tuple[str, str | None, int | None]] = FLOW) -> tuple[FlowStage, ...]:
    return tuple(
        FlowStage(stage, reason, records, RowRef("data/flow.csv", line))
        for line, (stage, reason, records) in enumerate(stages, start=2)
    )
