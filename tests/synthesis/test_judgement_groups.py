"""Are studies grouped by their judgements as they would be by a column that says the same?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.export.pooled_rows import estimate_rows, expected_results
from analysis.paper.passages import written_passages
from analysis.paper.tables import moderators
from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from analysis.synthesis.groupings import scores_of
from analysis.synthesis.results import Synthesis
from schemas import load_review
from schemas.quality_files import shipped_tools
from tests.paper.tables.reading import rows
from tests.schemas.two_arms import PROTOCOL, TwoArms

GROUPS = "judgement_groups:\n  - {id: rob, tool: rob2, label: Risk of bias}\n"
COLUMN = """\
subgroups:
  - id: rob
    column: bias
    label: Risk of bias
    levels: [{id: low, label: Low}, {id: some concerns, label: Some concerns},
             {id: high, label: High}]
"""
JUDGED = ("low", "high", "low", "high", "low")


def judged(root: Path, protocol: str, *whole: str | None, outcome: str = "") -> TwoArms:
    root.mkdir(exist_ok=True)
    made = TwoArms.of(root, studies=len(whole))
    made.protocol = PROTOCOL + protocol
    for study, judgement in zip(made.tables["studies"], whole, strict=True):
        for number in range(1, 6 if judgement else 1):
            made.add(
                "quality",
                study_id=study["study_id"],
                outcome=outcome,
                tool="rob2",
                item=f"d{number}",
                judgement=judgement or "",
                support="",
            )
    return made


def computed(made: TwoArms) -> Synthesis:
    report = made.check()
    assert report.data is not None, report.problems
    return synthesise(load_review(made.root))


def test_judgements_group_as_a_column_does(tmp_path: Path) -> None:
    """Pools, test between them and meta-regression are the same, to the last bit."""
    ours = computed(judged(tmp_path / "ours", GROUPS, *JUDGED))
    column = judged(tmp_path / "column", COLUMN, *JUDGED)
    for study, judgement in zip(column.tables["studies"], JUDGED, strict=True):
        study["bias"] = judgement
    theirs = computed(column)
    for name in ("score", "response"):
        mine, other = ours.outcome(name), theirs.outcome(name)
        assert mine.subgroups == other.subgroups
        assert [pool.n_studies for pool in mine.subgroups["rob"]] == [3, 0, 2]
        assert mine.sensitivity is not None
        assert other.sensitivity is not None
        found = mine.sensitivity.comparisons["rob"]
        assert found == other.sensitivity.comparisons["rob"]
        assert found.q_between_p is not None
        assert found.regression_p is not None


SCORED = GROUPS.replace("label: Risk", "score: true, label: Risk")
NUMBERS = """\
characteristics: [{column: bias_n, label: Bias, description: as a number}]
moderators: [{column: bias_n, label: Bias}]
"""


def test_a_score_is_a_moderator_like_a_column_of_the_same_numbers(tmp_path: Path) -> None:
    """Low is 0, some concerns 1, high 2: the slope is that of the same numbers in studies.csv."""
    whole = ("low", "high", "some concerns", "high", "low")
    ours = computed(judged(tmp_path / "ours", SCORED, *whole))
    column = judged(tmp_path / "column", NUMBERS, *whole)
    for study, judgement in zip(column.tables["studies"], whole, strict=True):
        study["bias_n"] = str(("low", "some concerns", "high").index(judgement))
    theirs = computed(column)
    assert ours.moderator_labels == {"rob_score": "Risk of bias as a score"}
    for name in ("score", "response"):
        mine, other = ours.outcome(name).sensitivity, theirs.outcome(name).sensitivity
        assert mine is not None
        assert other is not None
        found = mine.regressions["rob_score"]
        assert found == replace(other.regressions["bias_n"], column="rob_score")
        assert found.x == (0, 2, 1, 2, 0)
        assert found.slope_p > 0


def test_a_score_is_of_the_outcome_and_leaves_out_who_is_not_judged(tmp_path: Path) -> None:
    made = judged(tmp_path, SCORED, "low", "high", None, "low", "high", outcome="RESPONSE")
    synthesis = computed(made)
    response = synthesis.outcome("response").sensitivity
    assert response is not None
    assert response.regressions["rob_score"].x == (0, 2, 0, 2)
    other = synthesis.outcome("score").sensitivity
    assert other is not None
    assert "rob_score" not in other.regressions
    header, table = estimate_rows(synthesis, load_review(tmp_path))
    place, kind = header.index("moderator.rob_score"), header.index("analysis")
    assert [row[place] for row in table if row[kind] == "response"] == [0, 2, None, 0, 2]
    names = {line.name for line in expected_results(synthesis)}
    assert "response | slope of rob_score" in names


def test_the_paper_tells_the_score_in_methods_table_and_text(tmp_path: Path) -> None:
    made = judged(tmp_path, SCORED, *JUDGED)
    synthesis = computed(made)
    (tmp_path / "manuscript").mkdir(exist_ok=True)
    (tmp_path / "manuscript/paper.qmd").write_text("---\ntitle: A\n---\n\nB.\n", encoding="utf-8")
    data = load_review(tmp_path)
    told = written_passages(tmp_path, synthesis, data, named_values(synthesis, data))
    methods = told["methods-subgroups"]
    assert "The risk of bias also entered as a score, from 0 (low) to 2 (high)." in methods
    assert "risk of bias as a score" in told["moderators"]
    lines = rows(moderators.build(synthesis))
    scored = [line for line in lines if line[0].startswith("Risk of bias as a score")]
    assert [line[1] for line in scored] == ["5", "5", "5"]


def test_a_judgement_that_says_nothing_has_no_number() -> None:
    assert scores_of(shipped_tools()["robins_i"]) == {
        "low": 0, "moderate": 1, "serious": 2, "critical": 3,
    }  # fmt: skip


def test_a_score_cannot_have_the_name_of_a_moderator(tmp_path: Path) -> None:
    taken = "moderators: [{column: rob_score, label: Bias}]\n"
    problem = judged(tmp_path, SCORED + taken, *JUDGED).problem("protocol-entry")
    assert "A moderator is called rob_score" in problem.what
    assert problem.column == "judgement_groups[rob].id"


def test_a_judgement_of_a_result_groups_that_outcome_alone(tmp_path: Path) -> None:
    made = judged(tmp_path, GROUPS, *JUDGED)
    for number in range(1, 6):
        made.add(
            "quality",
            study_id="S1",
            outcome="RESPONSE",
            tool="rob2",
            item=f"d{number}",
            judgement="high",
            support="",
        )
    found = computed(made)
    sizes = {
        name: [pool.n_studies for pool in found.outcome(name).subgroups["rob"]]
        for name in ("score", "response")
    }
    assert sizes == {"score": [3, 0, 2], "response": [2, 0, 3]}


def test_who_is_not_judged_is_in_no_group(tmp_path: Path) -> None:
    made = judged(tmp_path, GROUPS, "low", "high", None, "low")
    synthesis = computed(made)
    pools = synthesis.outcome("response").subgroups["rob"]
    assert [pool.n_studies for pool in pools] == [2, 0, 1]
    values = named_values(synthesis, load_review(tmp_path))
    assert values["response.rob.low.summary"].text


@pytest.mark.parametrize(
    ("tool", "words"), [("rob9", "no quality tool"), ("jbi_cohort", "no judgement of the whole")]
)
def test_a_tool_that_forms_no_groups_is_named(tmp_path: Path, tool: str, words: str) -> None:
    made = judged(tmp_path, GROUPS.replace("rob2", tool), *JUDGED)
    problem = made.problem("quality-tool")
    assert words in problem.what
    assert (problem.file, problem.column) == ("data/protocol.yml", "judgement_groups[1].tool")
    assert problem.line == len(PROTOCOL.splitlines()) + 2


def test_two_groupings_of_one_name_are_refused(tmp_path: Path) -> None:
    made = judged(tmp_path, COLUMN + GROUPS, *JUDGED)
    assert "Another grouping has the id rob" in made.problem("protocol-entry").what
