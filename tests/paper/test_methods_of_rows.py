"""Do the methods name time rule, changes and clusters where a review has them, and only there?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.synthesis.computation import synthesise
from schemas import load_review
from schemas.protocol_synthesis import Unpooled
from schemas.review_data import ReviewData
from tests.paper.test_passages import written
from tests.synthesis.test_designs import designs_review


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> ReviewData:
    return load_review(designs_review(tmp_path_factory.mktemp("rows") / "review"))


@pytest.fixture(scope="module")
def told(data: ReviewData) -> dict[str, str]:
    return written(synthesise(data), data)


def test_rules_for_rows_stand_in_the_methods(told: dict[str, str]) -> None:
    methods = told["methods-measures"].replace("\u00a0", " ").replace("\\", "")
    for sentence in (
        "For the pain, of several time points of a study, the one nearest to 12 weeks was taken.",
        "Of crossover trials, only the first period was used.",
        (
            "Of the 4 estimates for the pain, 1 was computed from changes from baseline and 3 from "
            "values at follow-up."
        ),
        # Cochrane Handbook 6.5, 23.1.4; 1 + (20 − 1) · 0.05 = 1.95.
        (
            "The variance of a study of clusters was multiplied by its design effect, as reported "
            "or 1 + (mean size of a cluster − 1) × intracluster correlation."
        ),
        (
            "The pool of the pain has a note (Clus: variance times the design effect 1.95 of its "
            "clusters)."
        ),
    ):
        assert methods.count(sentence) == 1, sentence


def test_a_note_is_no_reason_for_the_model(told: dict[str, str]) -> None:
    line = next(line for line in told["pain-results"].split("\n") if "model was used" in line)
    assert "because" in line
    assert "Clus" not in told["pain-results"]


def test_without_a_rule_the_usual_choice_is_told(data: ReviewData) -> None:
    (pain,) = data.protocol.outcomes
    protocol = data.protocol.model_copy(
        update={"outcomes": (pain.model_copy(update={"time": None}),)}
    )
    loose = replace(data, protocol=protocol)
    methods = written(synthesise(loose, pools_only=True), loose)["methods-measures"]
    assert "its own primary one was taken, or else the one that stands first" in methods
    once = data.outcomes.query("study_id == 'Clus'")
    plain = replace(loose, outcomes=once.assign(cluster_size=None, icc=None))
    methods = written(synthesise(plain, pools_only=True), plain)["methods-measures"]
    for word in ("time point", "crossover", "baseline", "cluster", "note"):
        assert word not in methods, word


def test_a_review_without_pools_names_its_rules_too(data: ReviewData) -> None:
    (pain,) = data.protocol.outcomes
    apart = Unpooled(by=("effects",), why="scales differ")
    outcomes = (pain.model_copy(update={"synthesis": apart}),)
    loose = replace(data, protocol=data.protocol.model_copy(update={"outcomes": outcomes}))
    told = written(synthesise(loose), loose)
    assert told["methods-measures"] == ""
    methods = told["methods-synthesis"].replace("\u00a0", " ")
    assert "the one nearest to 12 weeks was taken." in methods
    assert "Of crossover trials, only the first period was used." in methods
