"""A synthesis that resembles the shipped review, and one of a review that found nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.synthesis.listings import EvidenceCount, Search
from analysis.synthesis.results import AdverseEvent, LeftOut, Outcome, Synthesis
from tests.paper.figures.synthesis_samples import ROW, estimate, flow, left_out, pool, study

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    overall = pool(studies, measure="median", label=label, left_out=missing, model="common")
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
        evidence=(EvidenceCount("outcomes", 6, 5, 0, 33),),
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
