"""Does a forest plot show the columns that the protocol asks for, and say what is not known?"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.paper.choices import check
from analysis.paper.figures import style
from analysis.paper.figures.forest_columns import COLUMNS, further_columns
from analysis.paper.items import draw
from analysis.synthesis.computation import synthesise
from analysis.synthesis.results import Synthesis
from schemas import load_review
from schemas.protocol import DisplayItem
from tests.paper.figures.extents import faults
from tests.synthesis.test_judgement_groups import GROUPS, judged


@pytest.fixture(scope="module")
def synthesis(edition: Path) -> Synthesis:
    return synthesise(load_review(edition))


def test_columns_say_what_is_known_of_each_study(synthesis: Synthesis) -> None:
    pool = synthesis.outcome("orr").overall
    rows = {study.study_id: study for study in pool.studies}
    columns = {column.id: column for column in further_columns(synthesis, COLUMNS, "orr")}
    zhou, invented = rows["Zhou2025"], rows["R01"]
    # data/studies.csv, data/quality_jadad.csv: two of the four items are answered yes.
    assert columns["year"].study(zhou) == "2025"
    assert columns["design"].study(zhou) == "Randomised controlled trial"
    assert columns["quality"].study(zhou) == "2/4"
    assert columns["domains"].study(zhou) == "Y Y N U"
    # data/quality_jbi.csv: one of ten is answered yes.
    assert columns["quality"].study(rows["ChenS2023"]) == "1/10"
    assert columns["criteria"].study(rows["ChenS2023"]) == "RECIST 1.1"
    assert columns["year"].study(invented) == "–"
    assert columns["quality"].study(invented) == "–"


def test_a_plot_with_further_columns_is_drawn_within_its_page(synthesis: Synthesis) -> None:
    item = DisplayItem(
        id="fig-x", kind="forest", outcomes=("orr", "dcr"), columns=("year", "quality")
    )
    (figure,) = draw(synthesis, item).figures
    texts = [text.get_text() for text in figure.texts]
    assert {"Year", "Quality", "Events/n"} <= set(texts)
    assert "2/4" in texts


def test_a_plot_that_columns_would_squeeze_gets_a_wider_page(synthesis: Synthesis) -> None:
    """Otherwise squares lie over numbers, and the axis label falls letter by letter."""
    plain = DisplayItem(id="fig-x", kind="forest", outcomes=("orr",))
    full = plain.model_copy(update={"columns": COLUMNS})
    (narrow,), (wide,) = draw(synthesis, plain).figures, draw(synthesis, full).figures
    assert narrow.get_figwidth() == style.PAGE_WIDTH
    assert wide.get_figwidth() > style.PAGE_WIDTH
    assert faults(wide) == []


def test_an_unknown_column_is_named_with_the_nearest(review: Path) -> None:
    protocol = review / "data/protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    changed = text.replace("dcr], by: [therapy]}", "dcr], by: [therapy], columns: [yaer]}", 1)
    assert changed != text
    protocol.write_text(changed, encoding="utf-8")
    (problem,) = check(review).errors
    assert "year" in problem.hint


@pytest.mark.parametrize("kind", ["forest", "subgroup_forest"])
@pytest.mark.parametrize("outcome", ["score", "response", "survival"])
def test_every_kind_of_effect_has_its_judgements(kind: str, outcome: str, tmp_path: Path) -> None:
    """Differences, ratios from counts, and ratios that a report gives only as a comparison."""
    made = judged(tmp_path, GROUPS, "low", "high", None, "low")
    assert made.check().data is not None
    synthesis = synthesise(load_review(tmp_path))
    by = ("rob",) if kind == "subgroup_forest" else ()
    item = DisplayItem(
        id="fig-x", kind=kind, outcomes=(outcome,), by=by, columns=("quality", "domains")
    )
    (figure,) = draw(synthesis, item).figures
    told = [text.get_text() for text in figure.texts]
    assert {"Risk of bias", "D1–D5"} <= set(told)
    # By group the study that nobody judged is in none.
    assert told.count("Low") - (kind == "subgroup_forest") == 2
    assert told.count("+ + + + +") == 2
    assert told.count("− − − − −") == 1
    assert faults(figure) == []


def test_columns_of_a_figure_that_has_none_are_refused(review: Path) -> None:
    """A funnel plot shows no rows: the entry would be read and nothing would come of it."""
    protocol = review / "data/protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    old = "kind: funnel, outcomes: [orr, dcr, pfs, os]}"
    assert old in text
    changed = text.replace(old, old.replace("}", ", columns: [quality]}"), 1)
    protocol.write_text(changed, encoding="utf-8")
    (problem,) = check(review).errors
    assert "Only plots of single studies" in problem.what
    assert problem.file == "data/protocol.yml"
