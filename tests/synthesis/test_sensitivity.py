"""Is the sensitivity of every pool what fresh fits give, and do its sentences follow the result?"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.measures.conventions import Conventions
from analysis.meta.models import pool as fit
from analysis.meta.profiles import profile
from analysis.paper.values import named_values
from analysis.paper.values.sensitivity import sensitivity_values
from analysis.synthesis.computation import synthesise
from analysis.synthesis.effects import scale_of
from analysis.synthesis.results import Synthesis
from schemas import load_review


@pytest.fixture(scope="module")
def synthesis(edition: Path) -> Synthesis:
    return synthesise(load_review(edition))


def text_of(synthesis: Synthesis, name: str) -> str:
    return next(value.text for value in sensitivity_values(synthesis) if value.name == name)


def with_small_study(synthesis: Synthesis, **changes: object) -> Synthesis:
    """The same synthesis, with other results for the first outcome's small-study effects."""
    first, *others = synthesis.outcomes
    assert first.sensitivity is not None
    assert first.sensitivity.small_study is not None
    small = replace(first.sensitivity.small_study, **changes)
    changed = replace(first, sensitivity=replace(first.sensitivity, small_study=small))
    return replace(synthesis, outcomes=(changed, *others))


def test_leave_one_out_equals_fresh_fits(synthesis: Synthesis) -> None:
    for outcome in synthesis.outcomes:
        assert outcome.sensitivity is not None
        method = "CE" if outcome.overall.model == "common" else "DL"
        studies = outcome.overall.studies
        for left_out, refit in zip(studies, outcome.sensitivity.leave_one_out, strict=True):
            rest = [study for study in studies if study is not left_out]
            fresh = fit(
                [study.estimate for study in rest],
                [(study.se or 0) ** 2 for study in rest],
                method=method,
            )
            assert refit.label == left_out.label
            # Both are closed forms on the same doubles; only the order of sums differs.
            assert refit.estimate == pytest.approx(fresh.estimate, rel=1e-10)
            assert refit.ci_low == pytest.approx(fresh.ci_low, rel=1e-10)


def test_a_refit_says_when_the_rule_would_choose_the_other_model(
    synthesis: Synthesis, edition: Path
) -> None:
    therapy = synthesis.outcome("orr").overall
    assert therapy.model == "random"
    data = load_review(edition)
    conventions = profile("stata14")
    rule = data.protocol.model_rule
    sensitivity = synthesis.outcome("orr").sensitivity
    assert sensitivity is not None
    for left_out, refit in zip(therapy.studies, sensitivity.leave_one_out, strict=True):
        rest = [study for study in therapy.studies if study is not left_out]
        common = fit([s.estimate for s in rest], [(s.se or 0) ** 2 for s in rest], method="CE")
        chooses_common = common.i2 < rule.i2_below and common.q_p >= rule.p_at_least
        assert refit.switches == chooses_common
    assert conventions.tau2_method == "DL"


def test_rows_without_a_year_have_no_place_in_the_cumulative_pool(synthesis: Synthesis) -> None:
    sensitivity = synthesis.outcome("orr").sensitivity
    assert sensitivity is not None
    assert [refit.year for refit in sensitivity.cumulative] == [2023, 2025]
    assert sensitivity.cumulative[-1].k == 2


def test_a_prediction_interval_of_proportions_stays_between_0_and_1(synthesis: Synthesis) -> None:
    limits = synthesis.outcome("dcr").overall.prediction
    assert limits is not None
    assert 0 <= limits[0] < limits[1] <= 1


@pytest.mark.parametrize(
    ("begg", "egger", "said"),
    [
        (0.2, 0.3, "neither Begg's test (*P*\u00a0=\u00a0.200) nor Egger's test"),
        (0.01, 0.3, "Begg's test (*P*\u00a0=\u00a0.010) indicated small-study effects; Egger's"),
        (0.3, 0.01, "Egger's test (*P*\u00a0=\u00a0.010) indicated small-study effects; Begg's"),
        (0.01, 0.02, "and Egger's test (*P*\u00a0=\u00a0.020) indicated small-study effects."),
        (None, 0.3, "Egger's test (*P*\u00a0=\u00a0.300) did not indicate small-study effects."),
        (None, None, "Too few estimates of the objective"),
        (0.05, 0.05, "neither"),
    ],
)
def test_the_sentence_on_small_study_effects_follows_both_tests(
    synthesis: Synthesis, begg: float | None, egger: float | None, said: str
) -> None:
    changed = with_small_study(synthesis, begg_p=begg, egger_p=egger)
    assert said in text_of(changed, "orr.small_study.sentence")


@pytest.mark.parametrize(
    ("imputed", "said"),
    [(0, "imputed no study."), (1, "imputed 1 study on"), (3, "imputed 3 studies on")],
)
def test_the_sentence_on_trim_and_fill_follows_the_number(
    synthesis: Synthesis, imputed: int, said: str
) -> None:
    changed = with_small_study(synthesis, imputed=imputed)
    assert said in text_of(changed, "orr.trim_and_fill.sentence")


@pytest.mark.parametrize(
    ("p", "said"),
    [(0.04, "rate differed between"), (0.05, "no clear evidence"), (0.6, "no clear evidence")],
)
def test_the_sentence_on_groups_follows_the_test(synthesis: Synthesis, p: float, said: str) -> None:
    first, *others = synthesis.outcomes
    assert first.sensitivity is not None
    comparison = replace(first.sensitivity.comparisons["therapy"], q_between_p=p, regression_p=p)
    sensitivity = replace(
        first.sensitivity, comparisons={**first.sensitivity.comparisons, "therapy": comparison}
    )
    changed = replace(synthesis, outcomes=(replace(first, sensitivity=sensitivity), *others))
    assert said in text_of(changed, "orr.therapy.test_sentence")
    explains = "In meta-regression, type of" if p < 0.05 else "no clear evidence that type of"
    assert explains in text_of(changed, "orr.therapy.regression_sentence")


def test_an_outcome_with_one_estimate_has_every_sentence(synthesis: Synthesis) -> None:
    first, *others = synthesis.outcomes
    changed = replace(synthesis, outcomes=(replace(first, sensitivity=None), *others))
    before = {value.name for value in sensitivity_values(synthesis)}
    after = {value.name for value in sensitivity_values(changed)}
    assert before == after
    assert "Too few" in text_of(changed, "orr.leave_one_out.sentence")
    assert "could not be compared" in text_of(changed, "orr.therapy.test_sentence")


def test_effects_are_on_the_scale_of_the_profile(edition: Path) -> None:
    data = load_review(edition)
    from analysis.synthesis.catalogue import included_studies
    from analysis.synthesis.effects import Target, contributions
    from analysis.synthesis.rows import read_rows

    studies = {study.study_id: study for study in included_studies(data)}
    frame = data.outcomes.query("outcome == 'ORR'")
    rows = read_rows(frame, "data/outcomes.csv", studies, 0.95)
    target = Target("orr", "ORR", "proportion", "percent")
    for name, transform in (("stata14", "identity"), ("cochrane2025", "expit")):
        found, _ = contributions(rows, target, Conventions(profile(name)))
        assert scale_of(found, "proportion", Conventions(profile(name))).transform.name == transform


def test_every_sentence_names_its_outcome_and_no_source_outside_the_references(
    synthesis: Synthesis,
) -> None:
    # Four outcomes stand in one paragraph: "groups did not differ" says nothing there.
    values = {value.name: value.text for value in sensitivity_values(synthesis)}
    for outcome, label in (("orr", "objective response rate"), ("os", "median overall survival")):
        for name in ("leave_one_out", "small_study"):
            assert label in values[f"{outcome}.{name}.sentence"]
        assert label in values[f"{outcome}.therapy.test_sentence"]
        assert (
            f"no clear evidence that the {label} was related to the number"
            in values[f"{outcome}.regression.n_arm"]
        )
    # Hunter 2014 is cited in the methods; a name typed here would be in no list of references.
    assert not any(re.search(r"\(\w+ \d{4}", text) for text in values.values())


def test_reservations_are_said_once_with_the_outcomes_they_hold_for(synthesis: Synthesis) -> None:
    text = text_of(synthesis, "small_study.caution")
    # I² of 76.4% and 84.8%; of six and four medians of survival nothing is said to be doubted.
    heterogeneous, proportions = text.split("; ")
    assert "median" not in text
    for part in (heterogeneous, proportions):
        assert "(the objective response rate and the disease control rate)" in part
    firm = with_small_study(synthesis, reasons=())
    assert "(the disease control rate)" in text_of(firm, "small_study.caution")
    # Where there is one outcome, there is none to tell it from.
    only = replace(synthesis, outcomes=synthesis.outcomes[:1])
    assert "(" not in text_of(only, "small_study.caution")
    bare = replace(
        synthesis, outcomes=tuple(replace(entry, sensitivity=None) for entry in synthesis.outcomes)
    )
    for name in ("small_study.caution", "orr.small_study.caution"):
        assert text_of(bare, name) == "There was nothing to test for small-study effects."


def test_an_estimate_that_never_moves_has_no_two_ends(synthesis: Synthesis) -> None:
    first, *others = synthesis.outcomes
    assert first.sensitivity is not None
    refits = tuple(
        replace(refit, estimate=0.3391, switches=number < 9)
        for number, refit in enumerate(first.sensitivity.leave_one_out)
    )
    sensitivity = replace(first.sensitivity, leave_one_out=refits)
    changed = replace(synthesis, outcomes=(replace(first, sensitivity=sensitivity), *others))
    text = text_of(changed, "orr.leave_one_out.sentence")
    assert "was 33.9% whichever estimate was left out" in text
    assert text.endswith("and 3 more.")


def test_two_groups_of_one_study_are_compared_though_no_regression_fits(edition: Path) -> None:
    data = load_review(edition)
    # Zhou (ICI, prospective) and a study of the other type and timing: one estimate in each group.
    two = data.outcomes.query("outcome == 'OS' and study_id in ['Zhou2025', 'R08']")
    assert len(two) == 2
    few = synthesise(replace(data, outcomes=two))
    found = few.outcome("os").sensitivity
    assert found is not None
    comparison = found.comparisons["therapy"]
    assert comparison.q_between_p is not None
    assert comparison.regression_p is None
    assert comparison.reason == "too few estimates for a meta-regression"
    assert "no clear evidence that the median overall survival" in text_of(
        few, "os.therapy.test_sentence"
    )
    assert "could not be fitted" in text_of(few, "os.therapy.regression_sentence")


def test_sentences_of_an_outcome_without_a_pool_are_true(edition: Path) -> None:
    data = load_review(edition)
    known = data.outcomes.query("outcome != 'OS'")
    without = data.outcomes.query("outcome == 'OS' and ci_low.isna()")
    alone = data.outcomes.query("outcome == 'OS' and study_id == 'Zhou2025'")

    def said(*parts: pd.DataFrame) -> dict[str, str]:
        changed = replace(data, outcomes=pd.concat(parts))
        values = named_values(synthesise(changed, pools_only=True), changed)
        return {name: values[f"os.{name}"].text for name in ("ci", "model", "model_sentence")}

    assert said(known) == {
        "ci": "no study",
        "model": "no study",
        "model_sentence": "Nothing was pooled.",
    }
    # Chen S 2023 gives a median of overall survival without an interval.
    reported = said(known, without)
    assert reported["ci"] == reported["model"] == "no estimate that could be pooled"
    single = said(known, alone)["model_sentence"]
    assert single == "A single estimate was available, so nothing was pooled."
