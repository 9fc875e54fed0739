"""Is what the paper says of a pool's information what its rows and the protocol give?

Expected numbers of edition 1.0 are computed here from its pools by hand: half-width and z.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.paper.information_text import chance, information_text, size
from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from analysis.synthesis.information_size import Information, Step
from analysis.synthesis.results import Outcome, Synthesis
from schemas import load_review
from schemas.review_data import ReviewData


@pytest.fixture(scope="module")
def data(edition: Path) -> ReviewData:
    return load_review(edition)


@pytest.fixture(scope="module")
def synthesis(data: ReviewData) -> Synthesis:
    return synthesise(data)


def information(outcome: Outcome) -> Information:
    assert outcome.information is not None
    return outcome.information


def test_information_is_the_square_of_wanted_over_reached(synthesis: Synthesis) -> None:
    # Half-widths of edition 1.0: (41.25 − 26.53) / 2 and (18.62 − 15.61) / 2.
    orr, survival = (synthesis.outcome(name) for name in ("orr", "os"))
    assert information(orr).half_width == pytest.approx(0.0736, abs=1e-4)
    assert information(orr).fraction == pytest.approx((0.05 / 0.073615) ** 2, rel=1e-4)
    assert information(survival).half_width == pytest.approx(1.509, abs=1e-3)
    assert information(survival).fraction == pytest.approx((2 / 1.509) ** 2, rel=1e-3)


def test_it_equals_the_share_of_patients_adjusted_for_diversity(synthesis: Synthesis) -> None:
    """Wetterslev 2009: N / (N_F / (1 − D²)), N_F the patients that one common effect would need."""
    for outcome in synthesis.outcomes:
        found, pool = information(outcome), outcome.overall
        assert found.wanted is not None
        common = 1 / sum(1 / study.se**2 for study in pool.studies if study.se is not None)
        required = common / (found.wanted / 1.959964) ** 2 / (1 - found.diversity)
        assert found.fraction == pytest.approx(1 / required, rel=1e-5)


def test_common_effect_pools_have_no_diversity(synthesis: Synthesis) -> None:
    models = {o.overall.model: information(o).diversity for o in synthesis.outcomes}
    assert models["common"] == pytest.approx(0, abs=1e-12)
    assert 0.5 < models["random"] < 1


def test_a_study_of_median_size_is_what_is_added(synthesis: Synthesis) -> None:
    orr = synthesis.outcome("orr")
    found = information(orr)
    sizes = sorted(study.n or 0 for study in orr.overall.studies)
    assert found.typical_n == sizes[len(sizes) // 2]
    assert found.awaited == len(synthesis.awaiting)
    tau2 = orr.overall.tau2 or 0
    variances = sorted((study.se or 0) ** 2 for study in orr.overall.studies)
    spread = variances[len(variances) // 2] + tau2
    missing = (1.959964 / 0.05) ** 2 - (1.959964 / found.half_width) ** 2
    assert found.further_studies == int(missing * spread) + 1


def test_studies_without_a_year_have_no_place_in_time(synthesis: Synthesis) -> None:
    years = {study.study_id: study.year for study in synthesis.studies}
    for outcome in synthesis.outcomes:
        dated = [s for s in outcome.overall.studies if years[s.study_id] is not None]
        steps = information(outcome).steps
        # One study is no order in time.
        assert len(steps) == (len(dated) if len(dated) > 1 else 0)
        assert [step.year for step in steps] == sorted(step.year for step in steps)


def test_a_protocol_that_asks_for_nothing_gets_no_verdict(data: ReviewData) -> None:
    update = data.protocol.update.model_copy(update={"precision": {}, "relevant_change": {}})
    silent = replace(data, protocol=data.protocol.model_copy(update={"update": update}))
    quiet = synthesise(silent, pools_only=True)
    for outcome in quiet.outcomes:
        found = information(outcome)
        assert (found.fraction, found.further_studies, found.chance) == (None, None, None)
        assert "names no precision" in information_text(outcome)
    values = named_values(quiet, silent)
    assert values["orr.information.reached"].text == "not available"
    assert values["information.reached"].text.startswith("The protocol names no precision")
    assert values["information.change"].text == ""


def test_one_estimate_has_no_information(data: ReviewData) -> None:
    first = data.outcomes[data.outcomes["outcome"] == "ORR"].head(1)
    alone = synthesise(replace(data, outcomes=first), pools_only=True)
    assert alone.outcome("orr").information is None
    assert "Fewer than two" in information_text(alone.outcome("orr"))
    assert named_values(alone, data)["orr.information.reached"].raw is None


def test_sentences_say_numbers_and_units(synthesis: Synthesis, data: ReviewData) -> None:
    text = information_text(synthesis.outcome("orr"))
    assert "reaches 7.4 percentage points" in text
    assert "46% of the information" in text
    assert "within the 1.0 months that are wanted" in information_text(synthesis.outcome("pfs"))
    values = named_values(synthesis, data)
    assert values["orr.information.reached"].text == "46%"
    assert values["orr.information.reached"].formula
    assert "46% for the objective response rate" in values["information.reached"].text


def test_nothing_is_foretold_from_rows_that_were_made_to_fit(
    synthesis: Synthesis, data: ReviewData
) -> None:
    orr = synthesis.outcome("orr")
    assert orr.overall.reconstructed
    assert information(orr).chance is None
    assert named_values(synthesis, data)["information.change"].text == ""
    real = data.outcomes[data.outcomes["evidence"] != "reconstructed"].copy()
    # Two rows that were read are enough for a pool.
    read = synthesise(replace(data, outcomes=real), pools_only=True).outcome("orr")
    assert information(read).chance is not None


def test_small_probabilities_are_not_printed_as_nothing() -> None:
    assert chance(0.0004) == "less than 0.1%"
    assert chance(0.0077) == "0.8%"
    assert chance(1.0) == "100.0%"


def test_when_no_study_waits_one_more_is_assumed(synthesis: Synthesis) -> None:
    outcome = synthesis.outcome("orr")
    found = replace(information(outcome), awaited=1, relevant_change=0.05, chance=0.1)
    alone = replace(outcome, information=found)
    assert "one more study of median precision would move" in information_text(alone)


def test_sizes_have_the_unit_of_the_outcome(synthesis: Synthesis) -> None:
    assert size(synthesis.outcome("orr").overall, 0.05) == "5.0 percentage points"
    assert size(synthesis.outcome("os").overall, 2) == "2.0 months"


def test_the_figure_shows_every_step_and_says_them(synthesis: Synthesis) -> None:
    from analysis.paper.items import draw
    from schemas.protocol import DisplayItem
    from tests.paper.figures.extents import faults

    item = DisplayItem(id="sfig-x", kind="sequential", outcomes=("orr", "pfs"))
    long_name = "A study with a name that is far longer than any column is wide " * 2
    outcome = synthesis.outcome("orr")
    step = Step(2024, f"{long_name}<b>$x$", 3, 12.0)
    crowded = replace(
        synthesis,
        outcomes=(
            replace(outcome, information=replace(information(outcome), steps=(step,) * 3)),
            *synthesis.outcomes[1:],
        ),
    )
    for review in (synthesis, crowded):
        drawing = draw(review, item)
        for figure in drawing.figures:
            assert not faults(figure)
    drawing = draw(synthesis, item)
    shown = " ".join(text.get_text() for figure in drawing.figures for text in figure.texts)
    assert shown.count("Chen S 2023") == 2
    assert "7.4 (5.0)" in shown
    assert "46% of the information" in drawing.alt


def test_the_figure_says_why_it_is_empty(synthesis: Synthesis) -> None:
    from analysis.paper.items import draw
    from schemas.protocol import DisplayItem

    bare = replace(
        synthesis, outcomes=tuple(replace(o, information=None) for o in synthesis.outcomes)
    )
    drawing = draw(bare, DisplayItem(id="sfig-x", kind="sequential"))
    assert "names no precision" in drawing.alt
