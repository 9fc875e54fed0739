"""Are adverse events of two groups compared, and told so, in figure, table, values and passage?

Two made-up trials, nobody's results. Expected numbers are hand arithmetic beside them.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from analysis.paper.items import draw, tabulate
from analysis.paper.passages import written_passages
from analysis.paper.tables.fragment import table_fragment
from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from analysis.synthesis.results import Synthesis
from schemas.protocol import DisplayItem
from schemas.review_data import ReviewData
from tests.paper.tables.reading import notes, row
from tests.schemas.two_arms import PROTOCOL, TwoArms

HARMS = "adverse_events: {{grades: [any], minimum_studies: 2, measure: {}}}\n"
# Events of 40 in each group, study by study.
EVENTS = {
    "Nausea": ((20, 10), (24, 12)),
    "Headache": ((10, 9), (8, 10)),
    "Sedation": ((2, 12), (3, 15)),
    "Rash": ((3, 1),),
}


def review(root: Path, measure: str, grade: str = "any") -> tuple[ReviewData, Synthesis]:
    made = TwoArms.of(root, studies=2)
    made.protocol = PROTOCOL + HARMS.format(measure).replace("[any]", f"[{grade}]")
    for term, studies in EVENTS.items():
        made.add("adverse_event_terms", term_reported=term, term=term)
        for number, pair in enumerate(studies, start=1):
            for arm, events in zip("TC", pair, strict=True):
                made.add(
                    "adverse_events",
                    study_id=f"S{number}",
                    arm=arm,
                    term_reported=term,
                    grade=grade,
                    n="40",
                    events=str(events),
                )
    for row_ in made.tables["adverse_event_terms"]:
        for name in ("evidence", "source", "location"):
            row_.pop(name)
    report = made.check()
    assert report.data is not None, report.problems
    (root / "manuscript/paper.qmd").write_text("---\ntitle: A comparison\n---\n", encoding="utf-8")
    return report.data, synthesise(report.data)


@pytest.fixture(scope="module")
def ratios(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReviewData, Synthesis]:
    return review(tmp_path_factory.mktemp("harms"), "RR")


def test_the_pool_is_a_risk_ratio(ratios: tuple[ReviewData, Synthesis]) -> None:
    """Both trials have a ratio of 2 (20/10 and 24/12), so every pool of them is 2."""
    event = next(entry for entry in ratios[1].adverse_events if entry.term == "Nausea")
    assert event.pool.estimate == pytest.approx(2.0)
    assert (event.experimental, event.control) == ("Treatment", "Control")
    assert event.frequency == 44 / 80
    # Inverse variance: 1/a - 1/n1 + 1/c - 1/n2 for each trial.
    precision = sum(1 / (1 / a - 1 / 40 + 1 / c - 1 / 40) for a, c in EVENTS["Nausea"])
    assert event.pool.ci_low is not None
    low = math.exp(math.log(2) - 1.959964 / precision**0.5)
    assert event.pool.ci_low == pytest.approx(low, rel=1e-6)


def test_the_figure_has_both_groups_and_whom_each_side_favours(
    ratios: tuple[ReviewData, Synthesis],
) -> None:
    from analysis.paper.figures.adverse_event_forest import alt_text

    item = DisplayItem(id="fig-harms", kind="adverse_event_forest")
    (figure,) = draw(ratios[1], item).figures
    words = " ".join(text.get_text() for text in figure.texts)
    assert "Incidence" not in words
    assert "Pooled risk ratio" in words
    assert "44/80" in words
    assert "22/80" in words
    assert words.index("Favours treatment") < words.index("Favours control")
    assert "Rash (1 study, 3/40 against 1/40)" in words.replace("\N{NO-BREAK SPACE}", " ")
    # The commonest with the treatment comes first.
    assert words.index("Nausea") < words.index("Headache") < words.index("Sedation")
    assert "The marks are risk ratios, Treatment against Control." in alt_text(ratios[1], item)


def test_the_table_is_headed_by_the_measure(ratios: tuple[ReviewData, Synthesis]) -> None:
    table = tabulate(ratios[1], DisplayItem(id="tbl-harms", kind="adverse_events"))
    told = table_fragment(table)
    assert "RR (95% CI)" in told
    assert "Incidence, %" not in told
    assert row(table, "Nausea")[1:4] == ["2", "44/80", "22/80"]
    assert "RR: risk ratio, Treatment against control" in notes(table)


def test_the_passage_compares_in_words(ratios: tuple[ReviewData, Synthesis]) -> None:
    data, synthesis = ratios
    values = named_values(synthesis, data)
    text = written_passages(data.root, synthesis, data, values)
    assert not re.search(r"\d", re.sub(r"\{\{< var \S+ >\}\}", "", text["harms"]))
    told = {
        name: re.sub(r"\{\{< var (\S+) >\}\}", lambda match: values[match[1]].text, passage)
        for name, passage in text.items()
    }
    said = told["harms"].replace("\N{NO-BREAK SPACE}", " ")
    assert "risk ratios of adverse events of any grade, treatment against control" in said
    assert "nausea (RR 2.00, 95% CI" in said
    assert "44/80 against 22/80" in said
    assert "nausea was more frequent with treatment than with control and sedation was less" in said
    assert "for headache the interval includes it" in said
    assert "rash (any grade)" in said
    assert "risk ratios of treatment against control were pooled" in told["methods-harms"]


def test_a_grade_that_is_a_word_stands_before_its_events(tmp_path: Path) -> None:
    data, synthesis = review(tmp_path, "RR", "serious")
    values = named_values(synthesis, data)
    text = written_passages(data.root, synthesis, data, values)["harms"]
    named = "{{< var ae.named_serious >}}"
    assert f"risk ratios of {named} adverse events, " in text
    assert f"Of the {named} adverse events, " in text
    assert values["ae.named_serious"].text == "serious"


def test_differences_are_in_percent(tmp_path: Path) -> None:
    """20/40 - 10/40 = 25 and 24/40 - 12/40 = 30 percentage points: the pool lies between."""
    data, synthesis = review(tmp_path, "RD")
    item = DisplayItem(id="fig-harms", kind="adverse_event_forest")
    words = " ".join(text.get_text() for text in draw(synthesis, item).figures[0].texts)
    assert "Pooled risk difference, %" in words
    table = tabulate(synthesis, DisplayItem(id="tbl-harms", kind="adverse_events"))
    assert "RD, % (95% CI)" in table_fragment(table)
    value = named_values(synthesis, data)["ae.nausea.any.estimate"]
    assert value.raw is not None
    assert 0.25 < value.raw < 0.30
    assert value.text.endswith("%")
