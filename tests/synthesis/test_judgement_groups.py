"""Are studies grouped by their judgements as they would be by a column that says the same?"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from analysis.synthesis.results import Synthesis
from schemas import load_review
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
