"""The figures beside the forest plots, on whatever an update may bring."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analysis.paper.figures import style
from analysis.paper.items import Drawing, draw
from analysis.synthesis.results import Synthesis
from schemas.quality_files import shipped_tools
from tests.paper.figures.extents import faults, marks, page, texts
from tests.paper.figures.review_sample import empty, review
from tests.paper.figures.sensitivity_samples import (
    comparison,
    event,
    firm,
    firm_review,
    item,
    many,
    outcome_of,
    rating,
    synthesis_of,
)
from tests.paper.figures.synthesis_samples import HOSTILE, LONG, estimate, pool

KINDS = (
    "subgroup_forest",
    "adverse_event_forest",
    "leave_one_out",
    "funnel",
    "baujat",
    "cumulative",
    "bubble",
    "specification",
    "quality",
)


def with_studies(k: int, name: str = "Study {}") -> Synthesis:
    studies = many(k, name)
    return synthesis_of(
        outcome_of(studies),
        events=[event("Hypertension", "any", studies)] if k else [],
        ratings=[
            rating(study.label, ("yes", "no", "unclear")[i % 3]) for i, study in enumerate(studies)
        ],
    )


def shown(drawing: Drawing) -> str:
    written = [text.get_text() for figure in drawing.figures for text in figure.texts]
    return " ".join(" ".join(written).split())


def drawn(synthesis: Synthesis, kind: str, *names: str, by: tuple[str, ...] = ()) -> Drawing:
    """Draw a figure that is neither too large nor has anything over or beyond anything else."""
    drawing = draw(synthesis, item(kind, names, by))
    assert drawing.figures
    for figure in drawing.figures:
        width, height = figure.get_size_inches()
        assert width == style.PAGE_WIDTH
        assert height <= style.TIGHT_HEIGHT + 1e-9
        assert not faults(figure)
        assert min(float(text.get_fontsize()) for text in figure.texts) >= 7
        assert not any(text.get_parse_math() for text in figure.texts)
    for text in (drawing.alt, shown(drawing).replace("None left out", "")):
        assert not re.search(r"\b(None|nan|inf|True|False)\b", text)
    return drawing


@pytest.mark.parametrize("kind", KINDS)
def test_the_review(kind: str) -> None:
    drawing = drawn(firm_review(), kind)
    assert drawing.alt.endswith(".")
    assert "Panel A" in drawing.alt or kind == "quality"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("k", [0, 1, 2, 3, 100])
def test_any_number_of_studies(kind: str, k: int) -> None:
    drawing = drawn(with_studies(k), kind)
    assert len(drawing.figures) <= 3
    if kind in {"leave_one_out", "subgroup_forest", "quality"}:
        printed = shown(drawing)
        assert all(f"Study {i}" in printed for i in range(1, k + 1) if k > 1)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_at_all(kind: str) -> None:
    drawing = drawn(empty(), kind)
    assert len(shown(drawing)) > 30
    nothing = replace(empty(), outcomes=())
    if kind in {"adverse_event_forest", "quality", "leave_one_out", "bubble", "subgroup_forest"}:
        drawn(nothing, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0, 1])
def test_no_events_and_nothing_but_events(kind: str, share: int) -> None:
    studies = [estimate(f"S{i}", share * (20 + i), 20 + i) for i in range(5)]
    synthesis = synthesis_of(outcome_of(studies), events=[event("Term", "any", studies)])
    drawn(synthesis, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [*HOSTILE, LONG * 2, "x" * 120])
def test_any_name(kind: str, name: str) -> None:
    studies = many(5, name.replace("{", "{{").replace("}", "}}") + " {}")
    outcome = replace(outcome_of(studies), label=name)
    synthesis = synthesis_of(
        outcome, outcome, events=[event(name, "any", studies)], ratings=[rating(name, "unclear")]
    )
    drawn(replace(synthesis, moderator_labels={"n_arm": name}), kind)


def test_subgroups_are_compared_and_an_empty_one_says_so() -> None:
    drawing = drawn(with_studies(8), "subgroup_forest")
    printed = shown(drawing)
    assert "Objective response rate, by type of combination" in printed
    assert "Third No study" in printed
    assert "Between subgroups: Q = 3.81, df = 1, P = .051." in printed
    assert "Between subgroups: Q = 3.81, df = 1, P = .051." in drawing.alt
    assert "Random effects, DerSimonian–Laird." in printed


def test_subgroups_that_cannot_be_compared_say_why() -> None:
    outcome = outcome_of(many(4))
    assert outcome.sensitivity is not None
    told = {"therapy": comparison("therapy", "fewer than two groups have a study")}
    outcome = replace(outcome, sensitivity=replace(outcome.sensitivity, comparisons=told))
    printed = shown(drawn(synthesis_of(outcome), "subgroup_forest"))
    assert "No test between subgroups: fewer than two groups have a study." in printed


def test_panels_follow_outcomes_and_variables() -> None:
    synthesis = firm_review()
    drawing = drawn(synthesis, "subgroup_forest", "dcr", "orr", by=("timing", "therapy"))
    titles = [
        text.get_text() for f in drawing.figures for text in f.texts if text.get_fontsize() == 9
    ]
    assert [title.split("\N{EN SPACE}")[1] for title in titles] == [
        "Disease control rate, by timing of the study",
        "Disease control rate, by type of combination",
        "Objective response rate, by timing of the study",
        "Objective response rate, by type of combination",
    ]


def test_adverse_events_are_ordered_and_the_rest_is_listed() -> None:
    few = [estimate("A", 2, 40), estimate("B", 3, 40)]
    more = [estimate("A", 20, 40), estimate("B", 21, 40)]
    synthesis = synthesis_of(
        events=[
            event("Rare", "any", few),
            event("Common", "any", more),
            event("Only once", "any", few[:1]),
            event("Severe", ">=3", [replace(few[0], reconstructed=True), few[1]]),
        ]
    )
    drawing = drawn(synthesis, "adverse_event_forest")
    printed = shown(drawing)
    assert printed.index("Common") < printed.index("Rare")
    assert "Reported but not pooled: Only once (1 study, 2/40)." in printed
    assert "Severe †" in printed
    assert "pool with reconstructed rows" in printed
    assert "Panel B, grade ≥3: Severe" in drawing.alt
    assert "1 term not pooled." in drawing.alt


def test_leaving_out_shows_line_band_and_switches() -> None:
    drawing = drawn(with_studies(6), "leave_one_out")
    printed = shown(drawing)
    assert "None left out (6 studies)" in printed
    assert "76.4 ‡" in printed
    assert "‡ The protocol's rule" in printed
    assert "Dashed line and shading" in printed
    assert "the rule would have chosen the other model without Study 3" in drawing.alt
    calm = outcome_of(many(6))
    assert calm.sensitivity is not None
    steady = tuple(replace(r, switches=False) for r in calm.sensitivity.leave_one_out)
    calm = replace(calm, sensitivity=replace(calm.sensitivity, leave_one_out=steady))
    assert "‡" not in shown(drawn(synthesis_of(calm), "leave_one_out"))


def test_a_single_year_is_no_order_in_time() -> None:
    dated = firm(outcome_of(many(5)), dated=3)
    printed = shown(drawn(synthesis_of(dated), "cumulative"))
    assert "2 of 5 estimates belong to a study without a year" in printed
    # Two are a pair, which the forest plot shows.
    for few in (1, 2):
        pair = firm(outcome_of(many(5)), dated=few)
        assert "that shows no course in time" in shown(drawn(synthesis_of(pair), "cumulative"))


def test_a_pool_that_has_not_grown_gets_no_panel_and_is_named() -> None:
    grown = firm(outcome_of(many(5)), dated=3)
    pair = replace(firm(outcome_of(many(5)), dated=2), id="other", label="Other outcome")
    drawing = drawn(synthesis_of(grown, pair), "cumulative")
    note = "Not shown, with fewer than 3 estimates in order of time: other outcome."
    assert note in shown(drawing).replace("\n", " ")
    assert drawing.alt.endswith(note)
    assert "no course in time" not in shown(drawing)


def test_estimates_of_one_year_show_no_course() -> None:
    """Is a review whose studies are all of one year spared a course in time that is none?"""
    grown = firm(outcome_of(many(5)), dated=5)
    assert grown.sensitivity
    alike = tuple(replace(step, year=2020) for step in grown.sensitivity.cumulative)
    flat = replace(
        grown,
        id="other",
        label="Other outcome",
        sensitivity=replace(grown.sensitivity, cumulative=alike),
    )
    assert "of one year, which is no course in time" in shown(
        drawn(synthesis_of(flat), "cumulative")
    )
    both = shown(drawn(synthesis_of(grown, flat), "cumulative")).replace("\n", " ")
    assert "Not shown, with all estimates of one year: other outcome." in both


def test_a_funnel_says_what_its_regions_are_and_when_it_says_little() -> None:
    drawing = drawn(with_studies(8), "funnel")
    assert "there is no null value" in shown(drawing)
    # The key stands inside the plot, where no point is (`drawn` looks for overlaps).
    for words in ("90%", "99%", "study", "reconstructed", "imputed"):
        assert words in shown(drawing)
    for text in (shown(drawing), drawing.alt):
        # A P of eight estimates would be read as a verdict (Sterne 2011, BMJ 343:d4002).
        assert "Begg" not in text
        assert "imputes 2 studies on the left" in text
        assert "fewer than 10 estimates" in text
    enough = drawn(with_studies(12), "funnel").alt
    assert "fewer than 10" not in enough
    assert "Begg P = .002, Egger not computed" in enough


def test_influential_studies_are_named_in_bold_and_below() -> None:
    assert "Influential: Study 51." in shown(drawn(with_studies(100), "baujat"))
    drawing = drawn(with_studies(6), "baujat")
    bold = [
        text.get_text()
        for text in drawing.figures[0].texts
        if "Bold" in str(text.get_fontproperties().get_file()) and "Study" in text.get_text()
    ]
    assert bold == ["Study 4"]
    assert "influential: Study 4." in drawing.alt


def test_r2_is_never_printed_below_zero() -> None:
    """Does the bubble plot of a line with R² = −9 % say 0.0%?"""
    drawing = drawn(firm_review(), "bubble", "orr")
    said = [text.get_text() for f in drawing.figures for text in f.texts]
    said += [t.get_text() for f in drawing.figures for axes in f.axes for t in axes.texts]
    assert any("R² = 0.0%" in text for text in said), said


def test_a_name_is_nearest_to_its_own_point() -> None:
    (figure,) = drawn(with_studies(40), "baujat").figures
    discs = [mark for mark in marks(figure) if mark.round]
    names = [text for text in texts(figure) if text.name.startswith("Study")]
    assert names
    for name in names:
        near, next_one = sorted(disc.gap_to(name) for disc in discs)[:2]
        assert next_one > near + 1


def test_the_papers_own_analysis_stands_out_in_the_curve() -> None:
    drawing = drawn(with_studies(5), "specification")
    printed = shown(drawing)
    assert "diamonds: analyses with this result" in printed
    assert "3 could not be computed" in printed
    assert "Freeman–Tukey" in printed
    assert "Proportion as it is, 0 and 100% left out" in printed
    assert "64 analyses, estimates from" in drawing.alt


def test_answers_are_told_by_letters_as_well() -> None:
    values = ("yes", "no", "unclear", "not applicable")
    ratings = [rating(f"S{i}", value) for i, value in enumerate(values)]
    ratings.append(replace(ratings[0], label="Open", answers={**ratings[0].answers, "q1": None}))
    ratings.append(rating("Trial", "yes", tool="jadad_items"))
    drawing = drawn(synthesis_of(ratings=ratings), "quality")
    (figure,) = drawing.figures
    letters = [text.get_text() for text in figure.texts]
    assert all(letters.count(sign) >= 10 for sign in ("Y", "U", "N", "NA"))
    assert {"–", "4/4"} <= set(letters)
    assert "criteria for inclusion clear" in shown(drawing)
    assert "double blind" in shown(drawing)
    assert "N and square: no" in shown(drawing)
    assert "JBI checklist for case series: 5 studies." in drawing.alt
    assert "Q1, 1 yes, 1 unclear, 1 no, 1 not applicable, 1 not assessed;" in drawing.alt
    assert "Jadad scale: 1 study." in drawing.alt
    assert all(item.within(page(figure)) for item in texts(figure))


def test_who_was_not_assessed_is_one_sentence() -> None:
    """The reconstructed rows of the sample are no rows of dashes."""
    plain = review()
    real = [study for study in plain.studies if not study.reconstructed]
    judged = rating(real[0].study_id)
    drawing = drawn(synthesis_of(ratings=[replace(judged, label=real[0].label)]), "quality")
    invented = len(plain.studies) - len(real)
    assert f"{invented} reconstructed rows have no report that could be judged" in shown(drawing)
    assert "–" not in [text.get_text() for figure in drawing.figures for text in figure.texts]


def test_every_tool_is_drawn_with_its_own_signs_and_bars_may_be_weighted() -> None:
    """One module draws them all: whatever the file says of shape, colour and sign."""
    outcome = outcome_of(many(4))
    for tool in shipped_tools().values():
        scale = None if tool.overall.scale is None else tool.levels(tool.overall.scale)
        ratings = [
            replace(
                rating(study.study_id),
                tool=tool.id,
                answers={
                    item.id: tool.levels(item.scale)[i % len(tool.levels(item.scale))].value
                    for item in tool.shown
                },
                overall=None if scale is None else scale[i % len(scale)].value,
            )
            for i, study in enumerate(outcome.overall.studies)
        ]
        synthesis = synthesis_of(outcome, ratings=ratings)
        plain = drawn(synthesis, "quality")
        assert tool.shown[0].short in shown(plain)
        weighted = drawn(synthesis, "quality", "orr")
        assert "weighted as in the pool" in shown(weighted)
        assert "% of the weight" in weighted.alt


def test_a_prediction_interval_of_the_pool_is_drawn() -> None:
    outcome = outcome_of(many(5))
    whole = replace(outcome.overall, prediction=(0.01, 0.4))
    drawing = draw(synthesis_of(replace(outcome, overall=whole)), item("forest", ["orr"]))
    assert "Prediction interval" in shown(drawing)
    assert "Prediction interval 1.0–40.0%" in drawing.alt


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="pie is not a kind of figure"):
        draw(empty(), item("pie"))


def test_a_pool_without_interval_has_no_band() -> None:
    outcome = firm(replace(outcome_of(many(3)), overall=pool(many(3))))
    open_ended = replace(outcome, overall=replace(outcome.overall, ci_high=None))
    assert "shading" not in shown(drawn(synthesis_of(open_ended), "leave_one_out"))


@pytest.mark.parametrize("kind", ["baujat", "funnel"])
def test_a_plot_that_cannot_be_drawn_takes_no_room_beside_others(kind: str) -> None:
    """It keeps its letter, which caption and description know, and the legend says why."""
    whole = firm(outcome_of(many(12)))
    single = replace(firm(outcome_of(many(1))), id="other", label="Other outcome")
    alone, both = drawn(synthesis_of(whole), kind), drawn(synthesis_of(whole, single), kind)
    told = " ".join(shown(both).split())
    assert "B, Other outcome: " in told
    assert "too few" in told.lower() or "Fewer than three" in told
    sizes = [figure.figures[0].get_size_inches() for figure in (alone, both)]
    # A line or two of legend, and not another row of plots.
    assert sizes[1][1] - sizes[0][1] < 0.5
    nothing = drawn(synthesis_of(single, replace(single, id="third")), kind)
    assert "Other outcome" in shown(nothing)
