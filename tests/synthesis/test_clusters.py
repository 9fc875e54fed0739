"""Do surveys and trials of clusters weigh what they are worth, in pools of counts too?

A survey of 100 people with the design effect 2 is worth 50 (Korn, Graubard 1998, Surv Methodol
24:193; Cochrane Handbook 6.5, 23.1.5): 20 of 100 is then 10 of 50. Leave-one-out and cumulative
pools of a model of counts are fits of that model to the counts that are left.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from scipy.special import expit

from analysis.build.building import build_notes
from analysis.export.pooled_rows import estimate_rows
from analysis.export.stata_script import ROWS, SCRIPT, stata_files
from analysis.measures.conventions import Conventions, departing
from analysis.measures.observation import Group, Observation, Reported
from analysis.measures.registry import measure
from analysis.meta.glmm import fit_glmm
from analysis.meta.profiles import profile
from analysis.meta.study_intervals import INTERVALS, study_intervals
from analysis.paper.figures.leave_one_out import figures
from analysis.paper.items import draw
from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from analysis.synthesis.results import Outcome
from schemas import load_review
from schemas.protocol import DisplayItem
from tests.paper.test_passages import written
from tests.small_review import small_review

SHARE = measure("proportion")
PROTOCOL = """\
review: {title: Anosmia, edition: "1.0", kind: prevalence, living: false, condition: anosmia}
profile: cochrane2025
confidence_level: 0.95
significance_level: 0.05
subgroups:
  - id: place
    label: place
    column: country
    levels: [{id: A, label: North}, {id: B, label: South}]
outcomes:
  - {id: anosmia, code: ANOSMIA, label: Anosmia, measure: proportion, unit: percent,
     model: {scale: PLO, proportion_model: glmm}}
abbreviations: {CI: confidence interval}
"""
COUNTS = {"One": (100, 20, 2), "Two": (60, 9, None), "Three": (45, 12, None), "Four": (80, 6, None)}


def survey(root: Path, counts: dict[str, tuple[int, int, float | None]]) -> Path:
    tables = {
        "studies": [
            {"study_id": name, "year": 2000 + place, "country": "AB"[place % 2]}
            for place, name in enumerate(counts)
        ],
        "outcomes": [
            {"study_id": name, "outcome": "ANOSMIA", "n": n, "events": x, "design_effect": effect}
            for name, (n, x, effect) in counts.items()
        ],
    }
    return small_review(root, PROTOCOL, tables)


@pytest.fixture(scope="module")
def anosmia(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return synthesise(
        load_review(survey(tmp_path_factory.mktemp("survey") / "review", COUNTS))
    ).outcome("anosmia")


@pytest.mark.parametrize("method", INTERVALS)
def test_an_interval_is_that_of_the_effective_sample(method: str) -> None:
    clustered = study_intervals([20], [100], method=method, design_effect=[2.0])
    plain = study_intervals([10], [50], method=method)
    assert clustered.low == pytest.approx(plain.low, rel=1e-14)
    assert clustered.high == pytest.approx(plain.high, rel=1e-14)


@pytest.mark.parametrize("scale", ["PR", "PLO", "PAS"])
def test_a_survey_weighs_as_its_effective_sample(scale: str) -> None:
    kept = departing(Conventions(profile("cochrane2025")), {"scale": scale})
    clustered = Observation("S", (Group(events=20, n=100),), design_effect=2.0)
    plain = Observation("S", (Group(events=10, n=50),))
    first, second = SHARE.scale([clustered], kept), SHARE.scale([plain], kept)
    # Both are closed forms of the same share.
    assert (first.yi[0], first.vi[0]) == pytest.approx((second.yi[0], second.vi[0]), rel=1e-14)
    assert first.notes == ("S: variance times the design effect 2 of its clusters",)


def test_the_model_of_counts_takes_effective_counts(anosmia: Outcome) -> None:
    alone = fit_glmm([10, 9, 12, 6], [50, 60, 45, 80], test="t")
    assert anosmia.overall.estimate == pytest.approx(float(expit(alone.estimate)), rel=1e-12)
    assert anosmia.overall.tau2 == pytest.approx(alone.tau2, rel=1e-9)
    # The table still shows the people of the survey.
    assert (anosmia.overall.n_participants, anosmia.overall.events) == (285, 47)


@pytest.mark.parametrize("kind", ["leave_one_out", "cumulative"])
def test_refits_are_of_the_same_model(anosmia: Outcome, kind: str) -> None:
    firm = anosmia.sensitivity
    assert firm is not None
    events, n = [10, 9, 12, 6], [50, 60, 45, 80]
    by_name = dict(zip(COUNTS, zip(events, n, strict=True), strict=True))
    refits = getattr(firm, kind)
    for place, refit in enumerate(refits):
        left = [r.label for r in refits[: place + 1]] if kind == "cumulative" else None
        names = left or [name for name in COUNTS if name != refit.label]
        if len(names) == 1:
            assert refit.k == 1
            continue
        fresh = fit_glmm(*zip(*(by_name[name] for name in names), strict=True), test="t")
        assert refit.k == len(names)
        for found, own in (
            (refit.estimate, fresh.estimate),
            (refit.ci_low, fresh.ci_low),
            (refit.ci_high, fresh.ci_high),
        ):
            # The same function at the same counts: only the order of sums differs.
            assert found == pytest.approx(float(expit(own)), rel=1e-9)
        assert refit.refused == ""


def test_a_refit_without_an_estimate_says_so(tmp_path: Path) -> None:
    data = load_review(
        survey(tmp_path / "review", {"A": (22, 0, None), "B": (22, 5, None), "C": (20, 0, None)})
    )
    synthesis = synthesise(data)
    (outcome,) = synthesis.outcomes
    assert outcome.sensitivity is not None
    refused = {refit.label: refit.refused for refit in outcome.sensitivity.leave_one_out}
    assert refused == {"A": "", "B": "no estimate lies between 0% and 100%", "C": ""}
    item = DisplayItem.model_validate({"id": "fig-loo", "kind": "leave_one_out"})
    (figure,) = figures(synthesis, item)
    shown = " ".join(text.get_text() for text in figure.texts)
    assert "The logistic model had no estimate here" in " ".join(shown.split())


def test_the_plot_of_influence_says_that_it_is_of_logits(tmp_path: Path) -> None:
    synthesis = synthesise(load_review(survey(tmp_path / "review", COUNTS)))
    item = DisplayItem.model_validate({"id": "fig-baujat", "kind": "baujat"})
    (figure,) = draw(synthesis, item).figures
    shown = " ".join(" ".join(text.get_text() for text in figure.texts).split())
    assert "both axes are of logits pooled by inverse variance" in shown


def test_an_interval_that_allows_for_clusters_is_not_widened_again() -> None:
    kept = Conventions(profile("metafor"))
    groups = (
        Group("experimental", events=10, n=50),
        Group("control", events=20, n=50),
    )
    printed = Reported("RR", 0.5, 0.25, 1.0, adjusted=True)
    trial = Observation("T", groups, printed, design_effect=2.0)
    allowed = replace(trial, reported=replace(printed, clusters_allowed=True))
    ratio = measure("RR")
    assert ratio.scale([trial], kept).vi[0] == pytest.approx(2 * ratio.scale([allowed], kept).vi[0])
    assert "allows for clusters, as printed" in ratio.notes(allowed)


def test_methods_name_clusters_and_the_notes_of_groups(tmp_path: Path) -> None:
    counts = {**COUNTS, "Five": (30, 0, None), "Six": (30, 0, None)}
    data = load_review(survey(tmp_path / "review", counts))
    told = written(synthesise(data), data)["methods-measures"].replace("\u00a0", " ")
    assert "A logistic model was fitted to its counts divided by the design effect." in told
    assert "Pools that leave estimates out, or add them one by one, were fitted by the same" in told


def test_a_note_of_a_group_alone_is_told(anosmia: Outcome) -> None:
    from analysis.paper.values.pool_remarks import notes_sentence

    first, second = anosmia.subgroups["place"]
    own = "all effects are equal"
    groups = {"place": (replace(first, notes=(*first.notes, own)), second)}
    text = notes_sentence(replace(anosmia, subgroups=groups))
    told = "proportion with anosmia in the group North has a note (all effects are equal)."
    assert text.endswith(told)
    assert text.count("design effect 2") == 1
    # What is so of the whole pool is not told of a group with other numbers.
    sizes = "sample sizes range from {}"
    groups = {"place": (replace(first, notes=(sizes.format("16 to 345"),)), second)}
    whole = replace(anosmia.overall, notes=(sizes.format("15 to 7178"),))
    text = notes_sentence(replace(anosmia, overall=whole, subgroups=groups))
    assert text.count("sample sizes range") == 1


def test_exports_know_the_design_effect(tmp_path: Path) -> None:
    data = load_review(survey(tmp_path / "review", COUNTS))
    synthesis = synthesise(data)
    header, rows = estimate_rows(synthesis, data)
    assert [row[header.index("design_effect")] for row in rows] == [2.0, 1.0, 1.0, 1.0]
    files = stata_files(synthesis, data, "")
    script = files[SCRIPT].decode()
    assert "\nmelogit" not in script.partition("---- 2.")[0]
    assert "each study left out is a logistic model fitted again" in script
    first = files[ROWS].decode().split("\n")
    told = dict(zip(first[0].split(","), first[1].split(","), strict=True))
    one = synthesis.outcome("anosmia").overall.studies[0]
    assert float(told["stderr"]) == one.sei


def test_patients_are_counted_from_results_where_no_size_is_given(tmp_path: Path) -> None:
    """Never "4 studies with 0 patients", and the build says of which studies it counted so."""
    data = load_review(survey(tmp_path / "review", COUNTS))
    synthesis = synthesise(data, pools_only=True)
    assert named_values(synthesis, data)["studies.patients"].raw == 285
    told = build_notes(synthesis, ())
    assert "patients of One, Two, Three, Four are counted from their results" in " ".join(told)
