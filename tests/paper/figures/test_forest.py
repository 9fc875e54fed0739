"""Forest plots: nothing overlaps, nothing is cut off, nothing is said that is not so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.lines import Line2D

from analysis.paper.figures import style
from analysis.paper.figures.forest import (
    Column,
    Panel,
    alt_text,
    figures_of_blocks,
    forest_figure,
    forest_figures,
    panel_of,
)
from analysis.paper.figures.forest_content import Block, Heading, Mark, Row
from analysis.paper.figures.sheet import MARK, Sheet
from tests.paper.figures.extents import faults, marks, texts
from tests.paper.figures.review_sample import review
from tests.paper.figures.synthesis_samples import HOSTILE, LONG, estimate, left_out, pool


def shown(figure) -> list[str]:
    return [text.get_text() for text in figure.texts]


def joined(figure) -> str:
    return " ".join(shown(figure)).replace("\N{NO-BREAK SPACE}", " ")


def many(k: int, name: str = "Study {}") -> list:
    return [
        estimate(name.format(i), 3 + i * 7 % 40, 50 + i * 13 % 400, reconstructed=i % 3 == 0)
        for i in range(1, k + 1)
    ]


@pytest.mark.parametrize("k", [0, 1, 2, 3, 15, 60, 100])
def test_any_number_of_studies(k: int) -> None:
    figures = forest_figures([Panel("Response", pool(many(k)))])
    assert [faults(figure) for figure in figures] == [[]] * len(figures)
    for figure in figures:
        width, height = figure.get_size_inches()
        assert width == style.PAGE_WIDTH
        assert height <= style.TIGHT_HEIGHT
    printed = " ".join(joined(figure) for figure in figures)
    assert all(
        printed.count(f"Study {i} ") + printed.count(f"Study {i}\u2009") for i in range(1, k)
    )
    assert ("No study" in printed) is (k == 0)
    assert (len(figures) > 1) is (k >= 100)


def test_a_divided_figure_repeats_its_head_and_ends_with_its_diamond() -> None:
    first, *others = forest_figures([Panel("Response", pool(many(100)))])
    assert "Response" in shown(first)
    for figure in others:
        assert "Response (continued)" in shown(figure)
    for figure in (first, *others):
        assert "Study" in shown(figure)
        assert "Events/n" in shown(figure)
        assert "Objective response rate, %" in shown(figure)
    assert [joined(figure).count("Overall") for figure in (first, *others)][-1] == 1
    assert "Overall" not in joined(first)
    heights = [figure.get_size_inches()[1] for figure in (first, *others)]
    assert min(heights) > 0.6 * max(heights)


def test_panels_that_just_miss_a_page_are_set_tightly() -> None:
    def heights(k: int) -> list[float]:
        panels = [Panel("Response", pool(many(k))), Panel("Control", pool(many(k)))]
        figures = forest_figures(panels)
        assert [faults(figure) for figure in figures] == [[]] * len(figures)
        return [float(figure.get_size_inches()[1]) for figure in figures]

    # At 20 studies a panel each would fill half a page and leave the rest empty.
    (loose,), (tight,) = heights(15), heights(24)
    assert loose < style.PAGE_HEIGHT < tight < style.TIGHT_HEIGHT
    # What is gained by no tightness stays as it is: rows 0.175 inches apart, not 0.15.
    (one, other), (next_one, _) = heights(28), heights(29)
    assert one == other
    assert next_one - one == pytest.approx(0.175, abs=0.001)


@pytest.mark.parametrize("k", [1, 3, 15, 60])
def test_long_names_wrap(k: int) -> None:
    figures = forest_figures([Panel(LONG * 2, pool(many(k, LONG[:-3] + "{:03d}")))])
    assert [faults(figure) for figure in figures] == [[]] * len(figures)
    assert "Multicentre" in joined(figures[0])


def test_a_name_without_a_space_is_broken_where_the_column_ends() -> None:
    figure = forest_figure([Panel("Response", pool([estimate("x" * 120, 4, 20)]))])
    assert not faults(figure)
    assert "".join(text for text in shown(figure) if set(text) == {"x"}) == "x" * 120


@pytest.mark.parametrize("name", HOSTILE)
def test_data_is_never_markup(name: str) -> None:
    figure = forest_figure([Panel(name, pool([estimate(name, 4, 20), estimate("B", 9, 20)]))])
    assert not faults(figure)
    assert name in joined(figure)
    assert not any(text.get_parse_math() for text in figure.texts)


def test_no_type_is_smaller_than_seven_point_and_no_font_is_the_systems() -> None:
    figure = forest_figure([panel_of(review().outcome("orr"), "therapy")])
    assert min(float(text.get_fontsize()) for text in figure.texts) >= 7
    files = {str(text.get_fontproperties().get_file()) for text in figure.texts}
    assert all(Path(file).parent == style.FONT_FOLDER for file in files)


def test_no_events_and_nothing_but_events() -> None:
    studies = [estimate("None", 0, 20), estimate("All", 20, 20), estimate("Some", 7, 20)]
    figure = forest_figure([Panel("Response", pool(studies))])
    assert not faults(figure)
    assert "0/20" in shown(figure)
    assert "100.0 (95.1–104.9)" in shown(figure)
    assert "Filled arrows" in joined(figure)


def test_a_tiny_weight_is_still_a_square() -> None:
    studies = [estimate("Large", 5000, 10000), estimate("Tiny", 1, 3)]
    figure = forest_figure([Panel("Response", pool(studies))])
    assert not faults(figure)
    sides = [mark.right - mark.left for mark in marks(figure)]
    assert min(sides) > 1.5


def test_an_interval_that_its_square_hides_is_seen_on_it() -> None:
    """Is the interval of a very large study drawn on its square, and no other a second time?"""
    studies = [estimate("Large", 5000, 10000), estimate("Small", 3, 10)]
    figure = forest_figure([Panel("Response", pool(studies))])
    over = [
        line
        for line in figure.findobj(Line2D)
        if line.get_label() != MARK and line.get_color() == style.PAPER
    ]
    (line,) = over
    squares = [mark for mark in marks(figure) if mark.right - mark.left > 8]
    left, right = 72 * np.asarray(line.get_xdata(), dtype=float)
    assert any(mark.left <= left < right <= mark.right for mark in squares)


def test_one_wide_interval_does_not_squash_the_others() -> None:
    studies = [estimate(f"S{i}", None, None, value=6 + i / 10, ci=(5, 8)) for i in range(6)]
    studies.append(estimate("Wide", None, None, value=7, ci=(0.5, 90)))
    figure = forest_figure([Panel("Survival", pool(studies, measure="median"))])
    assert "7.0 (0.5–90.0)" in shown(figure)
    assert "Filled arrows" in joined(figure)
    assert not faults(figure)


def test_an_upper_limit_that_was_not_reached() -> None:
    studies = [
        estimate("Open", None, None, value=17, ci=(11, None)),
        estimate("Closed", None, None, value=16, ci=(14, 19)),
    ]
    figure = forest_figure([Panel("Survival", pool(studies, measure="median", label="Survival"))])
    assert "17.0 (11.0–NR)" in shown(figure)
    assert "upper limit not reached" in joined(figure)
    assert not faults(figure)


def test_reconstructed_rows_carry_a_dagger_that_is_explained() -> None:
    real, made_up = estimate("Real", 4, 20), estimate("Made up", 9, 20, reconstructed=True)
    with_dagger = joined(forest_figure([Panel("Response", pool([real, made_up]))]))
    assert "Made up †" in with_dagger
    assert "Real †" not in with_dagger
    assert "open squares: reconstructed row" in with_dagger
    assert "†" not in joined(forest_figure([Panel("Response", pool([real, real]))]))


def test_left_out_studies_are_named_if_noteworthy() -> None:
    items = [
        left_out("Chen S 2023", "no interval"),
        left_out("Quiet", "criteria", noteworthy=False),
    ]
    figure = forest_figure([Panel("Survival", pool(many(3), left_out=items))])
    assert "Not pooled: Chen S 2023 (no interval)." in shown(figure)
    assert "Quiet" not in joined(figure)


def test_subgroups_have_their_studies_diamonds_and_heterogeneity() -> None:
    outcome = review().outcome("orr")
    panel = panel_of(outcome, "therapy")
    figure = forest_figure([panel])
    assert not faults(figure)
    printed = joined(figure)
    for group in panel.groups:
        assert str(group.level_label) in printed
    assert printed.count("Subtotal") == 3
    assert printed.count("I") >= 4
    assert "Weights are shares of the subgroup's pool." in printed


def test_a_subgroup_of_one_study_and_an_empty_one() -> None:
    studies = many(4)
    groups = (
        pool(studies[:3], level="First"),
        pool(studies[3:], level="One study"),
        pool([], level=LONG * 2),
    )
    figure = forest_figure([Panel("Response", pool(studies), groups)])
    assert not faults(figure)
    # A diamond for one study would say that something was pooled.
    assert joined(figure).count("Subtotal") == 1
    assert "No study" in shown(figure)
    alone = forest_figure([Panel("Response", pool(studies[:1]))])
    assert "One study: its own interval is shown." in joined(alone)
    assert "Overall" not in joined(alone)


def test_panels_are_lettered_and_their_columns_stand_below_one_another() -> None:
    synthesis = review()
    figure = forest_figure([panel_of(synthesis.outcome(name)) for name in ("orr", "dcr")])
    assert not faults(figure)
    assert "A\N{EN SPACE}Objective response rate" in shown(figure)
    assert "B\N{EN SPACE}Disease control rate" in shown(figure)
    heads = [item for item in texts(figure) if item.name == "Events/n"]
    assert len({round(item.right, 3) for item in heads}) == 1


def test_proportions_and_medians_in_one_figure() -> None:
    synthesis = review()
    panels = [panel_of(outcome) for outcome in synthesis.outcomes]
    figures = forest_figures(panels)
    assert [faults(figure) for figure in figures] == [[]] * len(figures)


def test_studies_that_are_shown_but_not_pooled() -> None:
    weighed = pool(many(3))
    outside = replace(weighed.studies[0], label="Outside", se=None, weight=None)
    mixed = replace(weighed, studies=(*weighed.studies, outside), notes=("Outside has no weight.",))
    figure = forest_figure([Panel("Response", mixed)])
    assert not faults(figure)
    assert "–" in shown(figure)
    assert "Outside has no weight." in shown(figure)
    alone = replace(
        mixed, studies=(outside,), model="none", method="no model fits", estimate=None, k=1
    )
    panel = Panel("Response", alone, (alone,))
    assert "Not pooled: no model fits" in joined(forest_figure([panel]))
    assert "not pooled (no model fits)" in alt_text([panel])


def test_a_prediction_interval_has_a_row_of_its_own() -> None:
    panel = replace(panel_of(review().outcome("orr")), prediction=(0.1, 0.62))
    figure = forest_figure([panel])
    assert not faults(figure)
    assert "Prediction interval" in shown(figure)
    assert "(10.0–62.0)" in shown(figure)
    assert "Prediction interval 10.0–62.0%" in alt_text([panel])


def test_columns_of_ones_own() -> None:
    overall = pool(many(3))
    columns = (
        Column("year", "Year", True, lambda _: "2023", lambda _: ""),
        Column("bias", "Risk of bias", False, lambda _: "some concerns", lambda _: ""),
    )
    figure = forest_figure([Panel("Response", overall, columns=columns)])
    assert not faults(figure)
    assert shown(figure).count("2023") == 3


def test_heterogeneity_line_is_set_in_ama_style() -> None:
    figure = forest_figure([panel_of(review().outcome("orr"))])
    italic = [text.get_text() for text in figure.texts if "Italic" in _file(text)]
    assert italic == ["Q", "P", "I"]
    assert "df = 14" in joined(figure)
    assert "² = 76.4%" in joined(figure)


def _file(text) -> str:
    return str(text.get_fontproperties().get_file())


def test_alt_text_says_the_numbers() -> None:
    synthesis = review()
    text = alt_text(
        [panel_of(synthesis.outcome("orr"), "therapy"), panel_of(synthesis.outcome("os"))]
    )
    assert text.startswith("Forest plot with 2 panels. Panel A, Objective response rate")
    assert "15 estimates, 14 studies, 863 participants" in text
    assert "I² = 76.4%, P < .001; random effects" in text
    assert "range over 15.0–64.0%" in text
    assert "13 of 15 rows are reconstructed" in text
    assert "Radiotherapy, 41.8% (95% CI" in text
    assert "months (95% CI" in text
    assert "Not pooled: Chen S 2023." in text
    assert "None" not in text


def test_alt_text_of_nothing_and_of_one_study() -> None:
    assert alt_text([Panel("Response", pool([]))]) == "Forest plot. Response: no study."
    one = alt_text([Panel("Response", pool([estimate("A", 4, 20)]))])
    assert "1 study, 20 participants; its own estimate 20.0% (95% CI" in one


def test_without_panels_there_is_no_figure() -> None:
    with pytest.raises(ValueError, match="at least one panel"):
        forest_figures([])


# Drawing is slow beside what hypothesis is made for; twenty odd figures have found all there was.
@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(
                st.characters(min_codepoint=32, max_codepoint=0x24F, exclude_categories=["Cc"]),
                min_size=1,
                max_size=80,
            ),
            st.integers(0, 100000),
            st.integers(1, 100000),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_the_studies_are_called_and_counted(
    studies: list[tuple[str, int, int]],
) -> None:
    made = [estimate(name, min(events, n), n) for name, events, n in studies]
    for figure in forest_figures([Panel("Any", pool(made)), Panel("Again", pool(made))]):
        assert not faults(figure)


def test_the_engine_draws_rows_that_are_no_studies() -> None:
    # Pooled adverse events or leave-one-out results come as blocks of their own.
    rows = [
        Row(
            "study",
            ((f"Without {LONG} {i}", "regular"),),
            (f"{30 + i}.0 (20.0–40.0)",),
            Mark(30 + i, 20, 40),
        )
        for i in range(12)
    ]
    block = Block(
        title="Leave-one-out",
        first_heading="Study left out",
        headings=(Heading("% (95% CI)", before_plot=False),),
        rows=(*rows, Row("note", (("All included: 33.9", "regular"),))),
        axis_label="Objective response rate, %",
        bounds=(0.0, 100.0),
        reference=33.9,
    )
    (figure,) = figures_of_blocks([block])
    assert not faults(figure)
    assert "Study left out" in shown(figure)


def test_the_check_for_overlap_finds_overlap() -> None:
    sheet = Sheet(2, 1)
    sheet.text(0.5, 0.5, "One text")
    sheet.text(0.6, 0.52, "Another text")
    sheet.text(1.8, 0.9, "beyond the edge")
    sheet.box(0.5, 0.4, 0.2, 0.2, label=MARK)
    sheet.line((0.9, 0.1), (0.9, 0.9), dashed=True)
    found = " ".join(faults(sheet.figure))
    for fault in (
        "'beyond the edge' leaves the page",
        "'One text' over 'Another text'",
        "'One text' over mark",
        "'One text' over dashed line",
    ):
        assert fault in found
