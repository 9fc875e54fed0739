"""Do passages say what the review has, in neutral words, and nothing that is not there?"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.paper.passages import written_passages
from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from analysis.synthesis.results import Synthesis
from schemas import load_review
from schemas.review_data import ReviewData

SHORTCODE = re.compile(r"\{\{< var (\S+) >\}\}")


@pytest.fixture(scope="module")
def data(edition: Path) -> ReviewData:
    return load_review(edition)


@pytest.fixture(scope="module")
def synthesis(data: ReviewData) -> Synthesis:
    return synthesise(data)


def written(synthesis: Synthesis, data: ReviewData) -> dict[str, str]:
    """Give the passages as they are read, values in place."""
    values = named_values(synthesis, data)
    found = written_passages(data.root, synthesis, data, values)
    return {
        name: SHORTCODE.sub(lambda match: values[match[1]].text, text)
        for name, text in found.items()
    }


@pytest.fixture(scope="module")
def passages(data: ReviewData, synthesis: Synthesis) -> dict[str, str]:
    return written(synthesis, data)


def test_every_outcome_and_subgroup_has_its_passages(
    passages: dict[str, str], data: ReviewData
) -> None:
    for outcome in data.protocol.outcomes:
        for subject in ("results", "subgroups", "leave-one-out"):
            assert passages[f"{outcome.id}-{subject}"]
    assert {f"subgroups-{entry.id}" for entry in data.protocol.subgroups} <= set(passages)


def test_numbers_of_passages_are_values(data: ReviewData, synthesis: Synthesis) -> None:
    """Otherwise lint, trace and changes would not know them."""
    values = named_values(synthesis, data)
    for name, text in written_passages(data.root, synthesis, data, values).items():
        typed = re.sub(r"\[@[^\]]*\]|@[\w-]+", "", SHORTCODE.sub("", text))
        assert not re.search(r"\d", typed), name


def test_a_result_names_its_panel_and_what_it_rests_on(passages: dict[str, str]) -> None:
    told = passages["orr-results"]
    assert "(@fig-response, A)" in told
    assert "15 estimates from 14 studies (249 of 863 patients)" in told
    assert "(@fig-survival, B)" in passages["os-results"]
    assert "4 medians from 4 studies." in passages["os-results"]


def test_groups_without_a_small_p_are_not_called_alike(passages: dict[str, str]) -> None:
    told = passages["subgroups-timing"]
    assert "there was no clear evidence of a difference in the objective response rate" in told
    assert not re.search(r"no difference|did not differ|similar", " ".join(passages.values()))


def test_no_verdict_on_small_studies_below_ten(passages: dict[str, str]) -> None:
    # Sterne 2011, BMJ 343:d4002: ten or more. There are 15 response rates, 6 and 4 medians.
    assert passages["orr-small-study"]
    assert passages["pfs-small-study"] == passages["os-small-study"] == ""
    told = passages["small-study"]
    assert "For the median" not in told
    assert re.search(r"Fewer than 10 estimates .* no verdict", told)


def test_leave_one_out_is_one_sentence_when_nothing_changes(
    passages: dict[str, str], synthesis: Synthesis, data: ReviewData
) -> None:
    assert passages["leave-one-out"].count("\n") == 0
    first, *others = synthesis.outcomes
    assert first.sensitivity is not None
    switching = tuple(replace(refit, switches=True) for refit in first.sensitivity.leave_one_out)
    changed = replace(first, sensitivity=replace(first.sensitivity, leave_one_out=switching))
    told = written(replace(synthesis, outcomes=(changed, *others)), data)["leave-one-out"]
    assert told.count("\n") == 1
    assert "the other model without" in told.split("\n")[1]


def test_a_prediction_interval_only_under_random_effects(passages: dict[str, str]) -> None:
    assert "prediction interval" in passages["orr-heterogeneity"]
    assert "prediction" not in passages["pfs-heterogeneity"]


def test_what_a_review_does_not_have_leaves_nothing(synthesis: Synthesis, data: ReviewData) -> None:
    # Without figures and tables nothing has to be said of what they do not show either.
    without = {"adverse_events": None, "subgroups": (), "display": ()}
    protocol = data.protocol.model_copy(update=without)
    bare = replace(
        synthesis,
        adverse_events=(),
        ongoing=(),
        awaiting=(),
        searches=(),
        subgroup_labels={},
        outcomes=tuple(replace(entry, subgroups={}) for entry in synthesis.outcomes),
    )
    found = written(bare, replace(data, protocol=protocol))
    for name in ("harms", "ongoing", "awaiting", "search", "versions", "methods-harms"):
        assert found[name] == "", name
    assert "adverse" not in found["evidence"]
    assert not any(name.startswith("subgroups-") for name in found)
    assert "Subgroups" not in found["methods-subgroups"]


def test_a_table_that_has_nothing_leaves_no_sentence(
    synthesis: Synthesis, data: ReviewData
) -> None:
    found = written(replace(synthesis, ongoing=(), adverse_events=()), data)
    assert found["ongoing"] == found["harms"] == ""


def test_reconstructed_rows_only_where_there_are_some(
    synthesis: Synthesis, data: ReviewData, passages: dict[str, str]
) -> None:
    assert "reconstructed" in passages["evidence"]
    found = [replace(entry, reconstructed=0) for entry in synthesis.evidence]
    studies = [replace(study, evidence="verified") for study in synthesis.studies]
    told = written(replace(synthesis, evidence=tuple(found), studies=tuple(studies)), data)
    assert "econstructed" not in told["evidence"] + told["limits"]


def test_a_dominant_study_is_named_with_its_share(synthesis: Synthesis, data: ReviewData) -> None:
    first, *others = synthesis.outcomes
    *rest, small = first.overall.studies
    # 0 of 22 under untransformed proportions: 27 % of the weight for 3 % of the participants.
    heavy = replace(small, n=22, weight=0.27)
    pool = replace(first.overall, studies=(*rest, heavy))
    changed = replace(synthesis, outcomes=(replace(first, overall=pool), *others))
    # One study has half of the participants; here only a larger share would be named for that.
    balance = data.protocol.balance.model_copy(update={"dominant_share": 0.52})
    protocol = data.protocol.model_copy(update={"balance": balance})
    told = written(changed, replace(data, protocol=protocol))["orr-weights"]
    assert re.search(r"has 22 of the \d+ patients \(3%\) and 27% of the weight; it found", told)


def test_a_study_of_half_the_patients_is_set_against_the_others(
    passages: dict[str, str],
) -> None:
    # APOLLO: 433 of 863 patients and 91 responses; the other 14 estimates pool to 35.2 %
    # (metafor 4.8, rma(measure="PR", method="DL") without its row).
    told = passages["orr-weights"]
    assert "433 of the 863 patients (50%)" in told
    assert "found 21.0%" in told.replace("it found", "found")
    assert "35.2% without it" in told
    assert passages["abstract-weights"].startswith("For the objective response rate, Zhou 2025")


def test_small_groups_are_set_against_large_ones(
    passages: dict[str, str], synthesis: Synthesis, data: ReviewData
) -> None:
    # Weighed by their precision alone the 15 rates give 27.2 % (sum of p/v over sum of 1/v).
    assert re.search(r"to a higher value: .* 33\.9%, .* 27\.2%", passages["orr-weights"])
    # 646 of 863 is 74.9 %: it is not the small groups that keep disease control below 81.5 %.
    assert "pull" not in passages["dcr-weights"]
    balance = data.protocol.balance.model_copy(update={"model_shift": 0.95})
    protocol = data.protocol.model_copy(update={"balance": balance})
    assert "pull" not in written(synthesis, replace(data, protocol=protocol))["orr-weights"]


def test_words_agree_with_their_numbers(synthesis: Synthesis, data: ReviewData) -> None:
    one = replace(synthesis, awaiting=synthesis.awaiting[:1])
    assert written(one, data)["awaiting"].startswith("One report awaits extraction")
    assert written(synthesis, data)["left-out"].startswith("There was 1 outcome estimate that")
    every = "".join(written(synthesis, data).values())
    assert not re.search(r"\b1 (?:studies|estimates|patients|medians)\b", every)
    assert not re.search(r"\b(\d+) of the \1\b", every)


def test_the_model_rule_is_told_as_it_is(synthesis: Synthesis, data: ReviewData) -> None:
    def models(**rule: object) -> str:
        chosen = data.protocol.model_rule.model_copy(update=rule)
        protocol = data.protocol.model_copy(update={"model_rule": chosen})
        return written(synthesis, replace(data, protocol=protocol))["methods-models"]

    assert "below 50% and *P* was .10 or more" in models()
    assert "applied to each pool" in models(applies_to="pool")
    assert "once to all studies of an outcome" in models(applies_to="outcome")
    always = models(i2_below=0.0)
    assert "In every pool, the model was one of random effects" in always
    assert "common-effect (fixed" not in always


def test_measures_are_told_in_their_own_words(passages: dict[str, str]) -> None:
    told = passages["methods-measures"]
    assert told.startswith("Proportions were pooled without transformation")
    assert "Medians were pooled on their original scale, in months." in told


def test_what_an_outcome_changes_in_the_profile_is_told(
    synthesis: Synthesis, data: ReviewData
) -> None:
    first, *others = data.protocol.outcomes
    changed = first.model_copy(update={"model": {"tau2_method": "REML", "test": "knha"}})
    protocol = data.protocol.model_copy(update={"outcomes": (changed, *others)})
    told = written(synthesis, replace(data, protocol=protocol))["methods-models"]
    (line,) = [line for line in told.split("\n") if line.startswith("For the objective response")]
    assert "by restricted maximum likelihood; confidence intervals" in line
    assert "Knapp and Hartung" in line


def test_the_test_of_small_studies_is_the_one_that_was_made(
    synthesis: Synthesis, data: ReviewData
) -> None:
    """Egger's test rejects too often for risk ratios: Sterne 2011, BMJ 343:d4002."""
    changed = tuple(
        entry.model_copy(update={"measure": "RR", "unit": ""}) for entry in data.protocol.outcomes
    )
    protocol = data.protocol.model_copy(update={"outcomes": changed})
    told = written(synthesis, replace(data, protocol=protocol))["methods-sensitivity"]
    assert "were tested by Harbord\\'s score test" in told
    assert "Begg's rank" not in told
    # The sources are of the tests that this one refines, not of itself.
    assert "Tests of this kind and trim and fill are described elsewhere" in told
    usual = written(synthesis, data)["methods-sensitivity"]
    assert "Begg's rank" in usual
    assert "These methods are described elsewhere" in usual


def test_of_tests_that_were_not_made_nothing_is_distrusted(
    data: ReviewData, synthesis: Synthesis
) -> None:
    """Ten trials of which one prints its ratio alone have no test that suits their measure."""
    outcome = next(o for o in synthesis.outcomes if o.overall.k >= 10)
    assert outcome.sensitivity is not None
    assert outcome.sensitivity.small_study is not None
    untested = replace(outcome.sensitivity.small_study, begg_p=None, egger_p=None, suited=())
    alone = replace(outcome, sensitivity=replace(outcome.sensitivity, small_study=untested))
    # The figures of the other outcomes are not asked for.
    shown = replace(data, protocol=data.protocol.model_copy(update={"display": ()}))
    for entry, told in ((outcome, True), (alone, False)):
        part = replace(synthesis, outcomes=(entry,))
        text = written_passages(data.root, part, shown, named_values(part, shown))["small-study"]
        assert ("small_study.caution" in text) is told
