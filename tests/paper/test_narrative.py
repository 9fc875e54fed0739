"""Are outcomes that are not pooled brought together by the methods that the protocol names?

Made-up trials, nobody's results. Expected numbers are hand arithmetic.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from matplotlib.patches import Polygon

from analysis.paper.items import draw, tabulate
from analysis.paper.passages import written_passages
from analysis.paper.tables.fragment import table_fragment
from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from analysis.synthesis.patients import most_in_results
from analysis.synthesis.results import Synthesis
from analysis.trace.items import rows_shown
from schemas.protocol import DisplayItem
from schemas.review_data import ReviewData
from tests.paper.tables.reading import groups, row, rows
from tests.schemas.rating import rate
from tests.schemas.two_arms import PROTOCOL, TwoArms

NARRATIVE = re.sub(
    r"outcomes:.*",
    "outcomes:\n"
    "  - {id: score, code: SCORE, label: Severity, measure: SMD, unit: points, better: lower,\n"
    "     synthesis: {by: [direction, p_values, effects], why: the scales differ too much,\n"
    "                 combination: stouffer}}\n"
    "  - {id: response, code: RESPONSE, label: Response, measure: RR, better: higher,\n"
    "     synthesis: {by: [direction], why: the scales differ too much}}\n",
    PROTOCOL.replace("kind: two_arms", "kind: narrative"),
    flags=re.DOTALL,
)


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReviewData, Synthesis]:
    root = tmp_path_factory.mktemp("narrative")
    made = TwoArms.of(root, studies=4)
    made.protocol = NARRATIVE
    made.tables["contrasts"] = []
    for line in made.tables["outcomes"]:
        for name in ("instrument", "time", "time_unit"):
            line.pop(name, None)
    for number, (cells, n) in enumerate(
        (
            ({"direction": "experimental", "p": "0.01"}, "400"),
            ({"direction": "control"}, "20"),
            ({"direction": "none"}, "90"),
        ),
        start=5,
    ):
        made.add(
            "studies",
            study_id=f"S{number}",
            citation_key=f"S{number}",
            label=f"S{number}",
            year="2021",
            design="rct",
            n_total=n,
        )
        half = str(int(n) // 2)
        made.add(
            "contrasts",
            study_id=f"S{number}",
            comparison="main",
            outcome="SCORE",
            measure="SMD",
            n_experimental=half,
            n_control=half,
            **cells,
        )
    report = made.check()
    assert report.data is not None, report.problems
    (root / "manuscript/paper.qmd").write_text("---\ntitle: A comparison\n---\n", encoding="utf-8")
    return report.data, synthesise(report.data)


def read(review: tuple[ReviewData, Synthesis]) -> dict[str, str]:
    data, synthesis = review
    values = named_values(synthesis, data)
    found = written_passages(data.root, synthesis, data, values)
    return {
        name: re.sub(r"\{\{< var (\S+) >\}\}", lambda m: values[m[1]].text, text).replace(
            "\N{NO-BREAK SPACE}", " "
        )
        for name, text in found.items()
    }


def test_votes_count_every_study_with_a_direction(review: tuple[ReviewData, Synthesis]) -> None:
    """Four trials with lower means and one that says so, against one; P = 2(6 + 1)/64."""
    votes = review[1].narratives[0].votes
    assert votes is not None
    assert (votes.favourable, votes.against, votes.unclear) == (5, 1, 1)
    assert votes.p == pytest.approx(14 / 64)
    assert not review[1].outcomes
    assert review[1].outcome("score").overall.estimate is None


def test_printed_and_computed_p_values_are_combined(review: tuple[ReviewData, Synthesis]) -> None:
    """S5 prints .01; S6 and S7 have no P; the four others have Wald's."""
    found = review[1].narratives[0]
    assert found.combined is not None
    assert (found.combined.method, found.combined.k) == ("stouffer", 5)
    assert [finding.p for finding in found.findings][4:] == [0.01, None, None]
    assert found.effects is not None
    assert found.effects.k == 4
    assert found.effects.low <= found.effects.q1 <= found.effects.median <= found.effects.q3


def test_passages_name_the_method_and_why_nothing_is_pooled(
    review: tuple[ReviewData, Synthesis],
) -> None:
    told = read(review)
    method = told["methods-synthesis"]
    assert "Results for the severity were not pooled, because the scales differ too much." in method
    assert "vote counting by direction of effect (with the Wilson interval" in method
    assert "Stouffer's method" in method
    said = told["score-results"]
    assert "The effect favoured treatment in 5 of the 6 studies with a direction (83%" in said
    assert "and control in 1 (sign test, *P* = .219)." in said
    assert "The number of studies without a direction was 1: S7." in said
    assert "4 standardised mean differences ranged from" in said
    assert "pooled" not in " ".join(told[name] for name in told if name != "methods-synthesis")
    assert told["methods-models"] == told["methods-measures"] == ""


def test_numbers_of_the_passages_are_values(review: tuple[ReviewData, Synthesis]) -> None:
    data, synthesis = review
    values = named_values(synthesis, data)
    for name, text in written_passages(data.root, synthesis, data, values).items():
        assert not re.search(r"\d", re.sub(r"\{\{< var \S+ >\}\}", "", text)), name


def test_the_direction_plot_has_an_arrow_for_every_result(
    review: tuple[ReviewData, Synthesis],
) -> None:
    """Seven results of severity, one of them two triangles, and four of response."""
    from analysis.paper.figures.effect_direction import alt_text

    item = DisplayItem(id="fig-direction", kind="effect_direction")
    (figure,) = draw(review[1], item).figures
    marks = [
        artist
        for artist in figure.artists
        if isinstance(artist, Polygon) and artist.get_label() == "_mark"
    ]
    assert len(marks) == 7 + 1 + 4
    assert "favours control: S6; no direction: S7" in alt_text(review[1], item)
    # Shapes differ, not only colours; larger trials have larger arrows.
    areas = sorted(round(patch.get_path().get_extents().height, 3) for patch in marks)
    assert len(set(areas)) == 3


def test_the_albatross_plot_has_the_studies_with_p_and_number(
    review: tuple[ReviewData, Synthesis],
) -> None:
    from analysis.paper.figures.albatross import alt_text

    item = DisplayItem(id="fig-albatross", kind="albatross", outcomes=("score",))
    (figure,) = draw(review[1], item).figures
    assert len([patch for patch in figure.artists if patch.get_label() == "_mark"]) == 5
    words = " ".join(text.get_text() for text in figure.texts)
    assert "left, favours control; right, favours treatment" in words
    # Beside the lines, names of small effects ran into each other.
    assert re.search(r"Lines, from the middle outwards: SMD 0\.\d+, SMD \d", words)
    assert "S5, n = 400, P = .010, favours treatment" in alt_text(review[1], item)


def test_patients_of_outcomes_that_are_not_pooled_count(
    review: tuple[ReviewData, Synthesis],
) -> None:
    """40 in each group of S1 had a response, 39 a score: 80 patients, with n_total empty or not."""
    assert most_in_results(review[1])["S1"] == 80


def test_an_empty_table_of_quality_has_no_column_of_a_tool(
    review: tuple[ReviewData, Synthesis],
) -> None:
    table = tabulate(review[1], DisplayItem(id="tbl-quality", kind="quality"))
    assert [column.id for column in table.columns] == ["study"]


def test_tables_stand_by_outcome(review: tuple[ReviewData, Synthesis]) -> None:
    table = tabulate(review[1], DisplayItem(id="tbl-findings", kind="findings"))
    assert groups(table) == ["Severity, SMD", "Response, RR"]
    assert row(table, "S5")[-3:] == ["Treatment", "NR", ".010"]
    assert row(table, "S7")[-3:] == ["No direction", "NR", "–"]
    result = tabulate(review[1], DisplayItem(id="tbl-syntheses", kind="syntheses"))
    told = " ".join(" ".join(line) for line in rows(result))
    assert "5 favour Treatment, 1 Control, 1 without direction" in told
    assert "not pooled, because the scales differ too much" in table_fragment(result)


def test_a_forest_plot_without_a_pool_can_be_drawn(review: tuple[ReviewData, Synthesis]) -> None:
    item = DisplayItem(id="fig-severity", kind="forest", outcomes=("score",))
    words = " ".join(t.get_text() for f in draw(review[1], item).figures for t in f.texts)
    assert "S1" in words
    assert "Overall" not in words


def test_a_trace_knows_the_rows(review: tuple[ReviewData, Synthesis]) -> None:
    from dataclasses import asdict

    synthesis = {"outcomes": [], "narratives": [asdict(entry) for entry in review[1].narratives]}
    found = rows_shown({"kind": "findings", "outcomes": ["score"]}, synthesis)
    assert {file for file, _ in found} == {"data/outcomes.csv", "data/contrasts.csv"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("better: lower,", "", "which direction is good"),
        (
            "combination: stouffer}}",
            "combination: stouffer}}\n  - {id: more, code: MORE, label: More, measure: MD}",
            "A narrative review pools nothing, but more would be pooled",
        ),
    ],
)
def test_a_protocol_that_does_not_fit_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    made = TwoArms.of(tmp_path, studies=1)
    made.protocol = NARRATIVE.replace(old, new)
    assert said in " ".join(problem.what for problem in made.check().problems)


def test_a_direction_against_its_estimate_is_said(tmp_path: Path) -> None:
    made = TwoArms.of(tmp_path, studies=2)
    made.protocol = NARRATIVE
    made.tables["contrasts"] = []
    made.add(
        "contrasts",
        study_id="S1",
        comparison="main",
        outcome="SCORE",
        measure="SMD",
        estimate="0.4",
        se="0.1",
        direction="experimental",
    )
    assert "favours the other group" in made.problem("direction-against-estimate").what


def test_an_outcome_that_is_not_pooled_is_rated_all_the_same(
    review: tuple[ReviewData, Synthesis], tmp_path: Path
) -> None:
    """Seven studies: four made-up trials favour the treatment, one of three others too."""
    data, _ = review
    made = TwoArms(tmp_path)
    made.tables = {
        name: list(csv.DictReader(io.StringIO((data.root / f"data/{name}.csv").read_text())))
        for name in ("studies", "arms", "outcomes", "contrasts")
    }
    made.protocol = f"{NARRATIVE}certainty:\n  outcomes:\n    - {{id: score}}\n"
    rate(made, "SCORE", statement=("", "The treatment may help."))
    report = made.check()
    assert report.data is not None, report.problems
    synthesis = synthesise(report.data)
    (outcome,) = synthesis.rated
    assert outcome.grade is not None
    # 4 · 78 participants with a score, and 400 + 20 + 90.
    assert outcome.grade.result == (
        "not pooled; 7 studies; 5 for, 1 against, 1 unclear; 822 participants"
    )
    assert outcome.grade.level == "moderate"
    item = DisplayItem(id="tbl-x", kind="summary_of_findings")
    found = row(tabulate(synthesis, item), "Severity")
    told = "5 of 6 studies favour treatment; median SMD −0.72; range −0.73 to −0.71"
    assert found[1:3] == ["822 (7)", f"Not pooled|{told}"]
    assert found[-1] == "The treatment may help."
    (tmp_path / "manuscript/paper.qmd").write_text("---\ntitle: A\n---\n", encoding="utf-8")
    values = named_values(synthesis, report.data)
    told = written_passages(tmp_path, synthesis, report.data, values)
    assert values["score.certainty.sentence"].text.endswith("The treatment may help.")
    assert "score.certainty.sentence" in told["score-certainty"]
