"""A review with everything the further tables show: ratings, trials, comparators, sensitivity."""

from __future__ import annotations

from dataclasses import replace

from analysis.manuscript.checklist import ChecklistItem
from analysis.meta.effect_distribution import effect_distribution
from analysis.meta.vote_counting import count_votes
from analysis.synthesis.listings import Awaiting, Comparator, OngoingTrial
from analysis.synthesis.rating import used_tools
from analysis.synthesis.results import AdverseEvent, Finding, Narrative, Outcome, Synthesis
from analysis.synthesis.row import RowRef
from analysis.synthesis.sensitivity_results import (
    Comparison,
    RegressionLine,
    Sensitivity,
    Specified,
)
from analysis.synthesis.study_rating import Rating
from schemas.quality_files import shipped_tools
from tests.paper.figures.review_sample import review
from tests.paper.figures.synthesis_samples import estimate, pool

ROW = RowRef("data/any.csv", 2)

JBI = Rating(
    study_id="Chen",
    label="Chen S 2023",
    citation_key="ChenS2023",
    tool="jbi_case_series",
    answers={
        "q1": "yes",
        "q2": "no",
        "q3": "unclear",
        "q4": "not applicable",
        "q5": None,
        **{f"q{number}": "yes" for number in range(6, 11)},
    },
    reconstructed=False,
    row=ROW,
)
JADAD = replace(
    JBI,
    study_id="Zhou",
    label="Zhou 2025",
    citation_key="Zhou2025",
    tool="jadad_items",
    answers={"q1": "yes", "q2": "yes", "q3": "no", "q4": "unclear"},
    score=2,
    most=4,
)

TRIAL = OngoingTrial(
    registry_id="NCT05862337",
    title="A drug with another drug",
    phase="2",
    regimen="drug days 1-14",
    population="after resection",
    target_n=480,
    primary_outcome="recurrence-free survival",
    status="recruiting",
    status_date="2025-11-03",
    sponsor="A sponsor",
    start="2022-01",
    row=ROW,
)


def comparator(
    name: str,
    topic: str,
    value: float | None,
    *,
    ci: tuple[float, float] | None = None,
    counts: tuple[int, int] | None = None,
) -> Comparator:
    low, high = ci or (None, None)
    events, n = counts or (None, None)
    return Comparator(
        name, name, "a drug alone", topic, value, low, high, events, n, "report", None, ROW
    )


WAITING = Awaiting(
    study_id="Han2021",
    citation_key="Han2021",
    title="A first study",
    design="single-arm trial",
    partner="a partner",
    n_planned=30,
    registry_id="NCT04172571",
    doi="10.3389/fonc.2021.684867",
    why_waiting="results not read",
    row=ROW,
)


def specified(method: str, test: str, *, measure: str = "PR, drop", shift: float = 0) -> Specified:
    return Specified(
        measure=measure,
        method=method,
        test=test,
        estimate=0.339 + shift,
        ci_low=0.265,
        ci_high=0.412,
        prediction_low=None,
        prediction_high=None,
        tau2=0.0 if method == "CE" else 0.01452,
        i2=0.764,
        k=15,
        refused=None,
    )


REFUSED = replace(
    specified("REML", "knha"),
    estimate=None,
    ci_low=None,
    ci_high=None,
    tau2=None,
    i2=None,
    refused="it did not converge",
)
SENSITIVITY = Sensitivity(
    model="random",
    leave_one_out=(),
    cumulative=(),
    influence=(),
    small_study=None,
    comparisons={
        "therapy": Comparison(
            "therapy",
            ("ICI", "TACE", "RT"),
            15,
            3.81,
            2,
            0.149,
            0.322,
            -0.084,
            0.661,
            ("few",),
            None,
        ),
        "timing": Comparison(
            "timing",
            ("prospective",),
            15,
            *[None] * 6,
            notes=(),
            reason="fewer than two groups have a study",
        ),
    },
    regressions={
        "n_arm": RegressionLine(
            column="n_arm",
            x=(),
            y=(),
            size=(),
            labels=(),
            reconstructed=(),
            line_x=(),
            line_y=(),
            line_low=(),
            line_high=(),
            slope=-0.0002914,
            slope_p=0.341,
            r2=0.006,
            k=15,
            notes=("few", "tau2 is 0"),
        )
    },
    specifications=(
        specified("CE", "z"),
        specified("DL", "z"),
        specified("DL", "knha"),
        specified("DL", "adhoc"),
        specified("DL", "z", measure="PLO, only0", shift=0.1),
        REFUSED,
    ),
    i2_low=0.613,
    i2_high=0.857,
    tau2_low=0.00366,
    tau2_high=None,
)

CHECKLIST = (
    ChecklistItem("abstract", "1", "Title", "a title", ("Title",), None),
    ChecklistItem("main", "7", "Methods", "search", ("2.2 Search", "Table S1"), "in part"),
    ChecklistItem("main", "15", "Methods", "certainty", (), None),
)


def _unpooled(outcome: Outcome) -> Narrative:
    study = outcome.overall.studies[0]
    finding = Finding(
        study_id=study.study_id,
        label=study.label,
        direction="experimental",
        p=0.04,
        n=study.n,
        estimate=study,
        yi=0.5,
        vi=0.06,
        row=ROW,
    )
    votes, effects = count_votes(1, 0), effect_distribution([study.estimate])
    ways = ("direction", "effects")
    return Narrative(outcome, ways, "the scales differ", (finding,), votes, None, effects)


def full_review() -> Synthesis:
    """The usual sample with records for every further table."""
    synthesis = review()
    response, *others = synthesis.outcomes
    liver = synthesis.adverse_events[0]
    groups = pool([estimate("Chen S 2023", 18, 32)], level="TACE")
    events: tuple[AdverseEvent, ...] = (
        replace(liver, subgroups={"therapy": (groups,)}),
        *synthesis.adverse_events[1:],
    )
    located = replace(
        response.overall,
        studies=tuple(
            replace(
                study,
                criteria="RECIST 1.1" if study.label == "Chen S 2023" else None,
                source="10.1016/S1470-2045(25)00190-1; thesis",
                location="abstract",
            )
            for study in response.overall.studies
        ),
        prediction=(0.066, 0.612),
    )
    return replace(
        synthesis,
        narratives=(_unpooled(replace(response, id="rate", label="Response in words")),),
        outcomes=(replace(response, overall=located, sensitivity=SENSITIVITY), *others),
        adverse_events=events,
        subgroup_labels={"therapy": "Type of combination", "timing": "Timing"},
        moderator_labels={"n_arm": "Number of patients", "age": "Median age"},
        ratings=(JADAD, JBI),
        quality_tools=used_tools(shipped_tools(), (JBI, JADAD)),
        ongoing=(TRIAL,),
        comparators=(
            comparator("ALTER", "orr", 0.083),
            comparator("APOLLO", "os", 13.2, ci=(9.7, 16.9)),
            comparator("Series", "Fatigue, >=3", 2 / 55, counts=(2, 55)),
            comparator("Series", "Hypertension, >=3", None),
        ),
        awaiting=(WAITING,),
        terms=(
            ("elevated transaminases", "Abnormal liver function"),
            ("abnormal liver function", "Abnormal liver function"),
            ("abdominal pain", "Abdominal pain"),
        ),
    )
