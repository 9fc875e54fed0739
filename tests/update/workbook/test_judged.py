"""Does the form know the words of the review's quality tools, as people type them?"""

from __future__ import annotations

import pytest

from analysis.update.workbook.choices import entry_of
from analysis.update.workbook.form import explain
from analysis.update.workbook.plan import plan_sheets
from analysis.update.workbook.writing import read_choices
from tests.update.workbook.conftest import EDITION

TOOLS = ("rob2", "nos_cohort", "quadas2", "jbi_prevalence")


@pytest.mark.parametrize(
    ("column", "typed", "entry"),
    [
        ("tool", "RoB 2", "rob2"),
        ("tool", "QUADAS-2", "quadas2"),
        ("item", "Randomisation process", "d1"),
        ("item", "D4", "d4"),
        ("item", "follow-up long enough", "o2"),
        ("judgement", "Some concerns", "some concerns"),
        ("judgement", "HIGH", "high"),
        ("answer", "Y", "yes"),
        ("answer", "1", "1 star"),
        ("answer", "0", "no star"),
        # Two of the tools have a domain of each of these names, or nobody has.
        ("judgement", "middling", None),
        ("item", "d17", None),
    ],
)
def test_what_can_mean_one_thing_is_read(column: str, typed: str, entry: str | None) -> None:
    protocol = read_choices(EDITION).model_copy(update={"quality_tools": TOOLS})
    field = plan_sheets(protocol)["quality"].field(column)
    assert (typed if typed in field.closed else entry_of(typed, field)) == entry


def test_the_form_tells_what_each_item_is() -> None:
    protocol = read_choices(EDITION).model_copy(update={"quality_tools": ("rob2",)})
    sheet = plan_sheets(protocol)["quality"]
    assert "d2 = deviations from intended interventions" in explain(sheet.field("item"))
    assert sheet.field("judgement").closed == ("low", "some concerns", "high")
    anything = read_choices(EDITION).model_copy(update={"quality_tools": ()})
    assert plan_sheets(anything)["quality"].field("item").closed == ()
