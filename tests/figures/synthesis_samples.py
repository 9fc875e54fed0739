"""Small syntheses made by hand, and one that resembles the shipped review.

Pooling here is a plain common-effect mean: the figures and tables under test only have to show what
they are given.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from analysis.results import (
    AdverseEvent,
    EvidenceCount,
    FlowStage,
    LeftOut,
    Outcome,
    Pool,
    RowRef,
    Search,
    Study,
    StudyEstimate,
    Synthesis,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    kind: Literal["proportion", "median"] = "proportion",
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
        kind=kind,
        unit="percent" if kind == "proportion" else "months",
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


# study, cohort, group, responders, disease control, n
RESPONSES = (
    ("Zhou 2025 (APOLLO)", None, "ICI", 91, 316, 433),
    ("Chen S 2023", None, "TACE", 15, 29, 32),
    ("Reconstructed ICI 1", None, "ICI", 10, 26, 32),
    ("Reconstructed ICI 2", None, "ICI", 8, 24, 25),
    ("Reconstructed ICI 3", None, "ICI", 8, 9, 15),
    ("Reconstructed ICI 4", None, "ICI", 3, 12, 20),
    ("Reconstructed ICI 5", None, "ICI", 10, 22, 31),
    ("Reconstructed ICI 6", None, "ICI", 9, 21, 33),
    ("Reconstructed TACE 1", None, "TACE", 18, 39, 42),
    ("Reconstructed TACE 2", None, "TACE", 11, 27, 35),
    ("Reconstructed TACE 3", None, "TACE", 12, 30, 31),
    ("Reconstructed TACE 4", None, "TACE", 7, 19, 28),
    ("Reconstructed RT 1", None, "RT", 8, 27, 37),
    ("Reconstructed RT 2, A", "A", "RT", 32, 36, 50),
    ("Reconstructed RT 2, B", "B", "RT", 7, 9, 19),
)
PROGRESSION = (
    ("Zhou 2025 (APOLLO)", 6.9, (5.8, 8.0)),
    ("Chen S 2023", 6.7, (5.7, 8.2)),
    ("Reconstructed ICI 1", 9.5, (4.0, 15.0)),
    ("Reconstructed ICI 2", 10.2, (3.95, 16.45)),
    ("Reconstructed TACE 1", 6.87, (5.57, 8.17)),
    ("Reconstructed RT 1", 7.4, (1.1, 27.7)),
)
SURVIVAL = (
    ("Zhou 2025 (APOLLO)", 16.5, (14.7, 19.0)),
    ("Reconstructed ICI 2", 18.2, (15.8, 20.5)),
    ("Reconstructed TACE 2", 17.5, (11.1, None)),
    ("Reconstructed TACE 3", 12.9, (5.3, 20.5)),
)
METHODS = {
    "random": "random effects, DerSimonian–Laird",
    "common": "common effect by inverse variance",
}
GROUPS = {
    "ICI": "Immune checkpoint inhibitor",
    "TACE": "Transarterial chemoembolisation",
    "RT": "Radiotherapy",
}


def _study(label: str) -> str:
    return label.split(",", maxsplit=1)[0]


def _made_up(label: str) -> bool:
    return label.startswith("Reconstructed")


def _response(outcome_id: str, code: str, label: str, *, control: bool = False) -> Outcome:
    rows = [
        (
            group,
            replace(
                estimate(
                    name,
                    controlled if control else responders,
                    n,
                    reconstructed=_made_up(name),
                    cohort=cohort,
                ),
                study_id=_study(name),
            ),
        )
        for name, cohort, group, responders, controlled, n in RESPONSES
    ]
    groups = tuple(
        replace(
            pool([e for g, e in rows if g == level], label=label, level=level, model="common"),
            level_label=name,
        )
        for level, name in GROUPS.items()
    )
    overall = pool([e for _, e in rows], label=label)
    timing = tuple(
        replace(
            pool([e for _, e in part], label=label, level=level), level_label=level.capitalize()
        )
        for level, part in (("prospective", rows[:1] + rows[2:]), ("retrospective", rows[1:2]))
    )
    subgroups = {"therapy": groups, "timing": timing}
    return Outcome(outcome_id, code, label, "proportion", "percent", overall, subgroups)


def _median(
    outcome_id: str,
    code: str,
    label: str,
    rows: Sequence[tuple[str, float, tuple[float, float | None]]],
    missing: Sequence[LeftOut] = (),
) -> Outcome:
    studies = [
        estimate(name, None, None, value=value, ci=ci, reconstructed=_made_up(name))
        for name, value, ci in rows
    ]
    overall = pool(studies, kind="median", label=label, left_out=missing, model="common")
    return Outcome(outcome_id, code, label, "median", "months", overall, {})


def review() -> Synthesis:
    """A synthesis much like the shipped one."""
    groups = {_study(row[0]): row[2] for row in RESPONSES}
    keys = {"Zhou 2025 (APOLLO)": "Zhou2025", "Chen S 2023": "ChenS2023"}
    described: dict[str, dict[str, str]] = {
        "Zhou 2025 (APOLLO)": {
            "country": "China",
            "design": "rct",
            "timing": "prospective",
            "partner": "penpulimab 200 mg day 1 every 3 weeks",
            "line_of_treatment": "first",
            "age_median": "57",
            "male_percent": "85",
            "ecog": "0-1",
            "child_pugh": "A-B (score 7 or less)",
            "bclc": "B-C",
            "response_criteria": "RECIST 1.1",
            "ctcae_version": "NR",
            "control": "sorafenib 400 mg twice daily (n = 216)",
        },
        "Chen S 2023": {
            "country": "China",
            "design": "retrospective_cohort",
            "timing": "retrospective",
            "partner": "TACE",
            "response_criteria": "RECIST 1.1 and mRECIST",
            "control": "NA",
        },
    }
    studies = tuple(
        study(
            name,
            groups[name],
            key=keys.get(name),
            reconstructed=_made_up(name),
            characteristics=described.get(
                name, {"design": "single_arm_trial", "timing": "prospective"}
            ),
        )
        for name in groups
    )
    progression = _median("pfs", "PFS", "Median progression-free survival", PROGRESSION)
    survival = _median(
        "os",
        "OS",
        "Median overall survival",
        SURVIVAL,
        [left_out("Chen S 2023", "median reported without a confidence interval")],
    )
    events = pool([estimate("Chen S 2023", 18, 32), estimate("R02", 22, 25, reconstructed=True)])
    rare = pool([estimate("Chen S 2023", 12, 32)])
    return Synthesis(
        title="A combination for a disease",
        edition="1.0",
        profile="stata14",
        level=0.95,
        studies=studies,
        outcomes=(
            _response("orr", "ORR", "Objective response rate"),
            _response("dcr", "DCR", "Disease control rate", control=True),
            progression,
            survival,
        ),
        adverse_events=(
            AdverseEvent("liver-any", "Abnormal liver function", "any", events, pooled=True),
            AdverseEvent("liver-3", "Abnormal liver function", ">=3", events, pooled=True),
            AdverseEvent("pain-any", "Abdominal pain", "any", rare, pooled=False),
        ),
        flow=flow(),
        searches=(
            Search("PubMed", "2025-05-20", 'drug AND (("a") OR <b> *c*)', None, ROW),
            Search("Embase", "2025-05-20", "drug", 120, ROW),
        ),
        evidence=(EvidenceCount("outcomes", 6, 5, 33),),
        characteristics={"child_pugh": "Child–Pugh", "bclc": "BCLC"},
        abbreviations={
            "CI": "confidence interval",
            "ECOG": "Eastern Cooperative Oncology Group performance status",
            "ICI": "immune checkpoint inhibitor",
            "BCLC": "Barcelona Clinic Liver Cancer stage",
            "NA": "not applicable",
            "NR": "not reported",
            "RECIST": "Response Evaluation Criteria in Solid Tumours",
            "mRECIST": "modified RECIST",
            "TACE": "transarterial chemoembolisation",
        },
    )


def empty() -> Synthesis:
    """A synthesis of a review that has not found anything yet."""
    nothing = pool([])
    outcome = Outcome("orr", "ORR", nothing.label, "proportion", "percent", nothing, {})
    return replace(
        review(),
        studies=(),
        outcomes=(outcome,),
        adverse_events=(),
        flow=(),
        searches=(),
        evidence=(),
    )
