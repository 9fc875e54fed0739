"""Does the sentence on risk of bias say what the judgements are, and what they do to the result?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analysis.measures.registry import measure
from analysis.paper.tables import statistics
from analysis.paper.values.quality import quality_values
from analysis.synthesis.computation import synthesise
from schemas import load_review
from tests.paper.tables.reading import rows
from tests.schemas.two_arms import TwoArms

if TYPE_CHECKING:
    from pathlib import Path

_KNOWN = {"evidence": "verified", "source": "10.1000/xyz", "location": "Table 3"}


def _review(root: Path, *judgements: str | None) -> Path:
    """Give the studies these judgements in every domain; None: nobody judged."""
    made = TwoArms.of(root, studies=len(judgements))
    rows = [
        {
            "study_id": study["study_id"],
            "outcome": "",
            "tool": "rob2",
            "item": f"d{number}",
            "judgement": judgement,
            "support": "",
            **_KNOWN,
        }
        for study, judgement in zip(made.tables["studies"], judgements, strict=True)
        if judgement is not None
        for number in range(1, 6)
    ]
    if rows:
        made.tables["quality"] = rows
    assert made.check().data is not None
    return root


def test_the_outcome_is_pooled_again_without_high_risk(tmp_path: Path) -> None:
    """The refit is the pool of the review that never had the two studies."""
    root = _review(tmp_path, "low", "high", "low", "high", None)
    synthesis = synthesise(load_review(root), pools_only=True)
    outcome = synthesis.outcome("response")
    pool = outcome.without_high_risk
    assert pool is not None
    kept = [s.study_id for s in outcome.overall.studies]
    assert [s.study_id for s in pool.studies] == [kept[0], kept[2], kept[4]]
    told = {value.name: value.text for value in quality_values(synthesis)}
    assert told["quality.tools"] == "RoB 2 (4 studies)"
    sentence = told["response.quality.sentence"]
    assert "of 4 studies was judged with RoB 2: 2 as low and 2 as high." in sentence
    assert f"Not judged: {outcome.overall.studies[4].label}." in sentence
    assert "Without the 2 studies at high risk, the pooled risk ratio for response was " in sentence
    assert "; 3 estimates); with all studies it was " in sentence
    assert sentence.endswith("; 5 estimates).")
    # The table of statistics has it as a row, with the interval in the column of its test.
    lines = rows(statistics.build(synthesise(load_review(root))))
    here = next(n for n, line in enumerate(lines) if line[0].startswith("Response"))
    line = next(line for line in lines[here:] if line[0].startswith("Without studies"))
    assert line[0] == "Without studies at high risk, 3"
    measured = measure("RR")
    assert pool.estimate is not None
    assert pool.ci_low is not None
    assert line[3:] == [
        measured.number(pool.estimate),
        measured.limits(pool.ci_low, pool.ci_high),
        "NA",
        "NA",
    ]


@pytest.mark.parametrize("judgements", [("low", "low", "some concerns"), (None, None, None)])
def test_without_high_risk_nothing_is_pooled_again(
    tmp_path: Path, judgements: tuple[str | None, ...]
) -> None:
    synthesis = synthesise(load_review(_review(tmp_path, *judgements)), pools_only=True)
    assert synthesis.outcome("response").without_high_risk is None
    told = {value.name: value.text for value in quality_values(synthesis)}
    assert "Without" not in told["response.quality.sentence"]
    assert bool(told["response.quality.sentence"]) == (judgements[0] is not None)


def test_tools_without_a_judgement_of_the_whole_give_points_or_answers(tmp_path: Path) -> None:
    """MINORS: 8 items of 2 points and 4 that do not apply, then all 12; JBI: 9 of 10 answered yes.

    By hand: 8 times 2 are 16 of 16; 12 times 1 are 12 of 24; ten answers, one of them unclear.
    """
    made = TwoArms.of(tmp_path, studies=3)
    full, half = "reported and adequate", "reported but inadequate"
    answers = [
        ("minors", [full] * 8 + ["not applicable"] * 4),
        ("minors", [half] * 12),
        ("jbi_case_series", ["yes"] * 9 + ["unclear"]),
    ]
    made.tables["quality"] = [
        {
            "study_id": study["study_id"],
            "outcome": "",
            "tool": tool,
            "item": f"q{number}",
            "answer": answer,
            "support": "",
            **_KNOWN,
        }
        for study, (tool, given) in zip(made.tables["studies"], answers, strict=True)
        for number, answer in enumerate(given, start=1)
    ]
    for study in made.tables["studies"]:
        study["design"] = "case_series"
    report = made.check()
    assert report.data is not None, report.problems
    synthesis = synthesise(load_review(tmp_path), pools_only=True)
    told = {value.name: value.text for value in quality_values(synthesis)}
    assert told["response.quality.sentence"] == (
        "The methodological quality of 2 studies was judged with MINORS: 16 of 16 points and 12 of "
        "24 points. The methodological quality of 1 study was judged with JBI checklist for case "
        "series, which has no judgement of the whole: 9 of 10 questions were answered in a study's "
        "favour."
    )
