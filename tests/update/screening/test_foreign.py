"""Do decisions of Rayyan, Covidence and ASReview come in, and is what does not fit named?

How each writes them: Rayyan in a remark of every format, ASReview in a column of 1 and 0 or in N1
of RIS, Covidence as lists by status with the reason in the notes. The records are invented.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.update.screening.decision_words import decision_of
from analysis.update.screening.intake import import_decisions
from schemas.problems import DataProblems
from tests.update.screening.samples import project

DAY = "2026-02-01"
RAYYAN = (
    "key,title,year,authors,notes,doi\n"
    'r1,Example report 1,2025,"Example, A","RAYYAN-INCLUSION: {""Ann""=>""Included"", '
    '""CD""=>""Excluded""} | RAYYAN-EXCLUSION-REASONS: case report",10.1000/example.1\n'
    'r2,Example report 2,2025,"Example, A","RAYYAN-INCLUSION: {""CD""=>""Maybe""}",'
    "10.1000/example.2\n"
    'r3,Another report,2025,"Example, A","RAYYAN-INCLUSION: {""CD""=>""Included""}",10.1000/no\n'
    'r4,Example report 4,2025,"Example, A",,10.1000/example.4\n'
)
ASREVIEW = (
    "title,authors,year,doi,included\n"
    'Example report 1,"Example, A",2025,https://doi.org/10.1000/EXAMPLE.1,1\n'
    'Example report 2,"Example, A",2025,10.1000/example.2,0\n'
    'Example report 3,"Example, A",2025,10.1000/example.3,\n'
)
ASREVIEW_RIS = "".join(
    f"TY  - JOUR\nTI  - Example report {n}\nDO  - 10.1000/example.{n}\n"
    f"N1  - ASReview_{word}\nER  - \n"
    for n, word in ((1, "relevant"), (2, "irrelevant"), (3, "not_seen"))
)
COVIDENCE = (
    "Title,Authors,Published Year,DOI,Notes\n"
    'Example report 1,"Example, A",2025,10.1000/example.1,Exclusion reason: Case report;\n'
)


def write(folder: Path, text: str, name: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_votes_of_rayyan_come_in_by_person(tmp_path: Path) -> None:
    review = project(tmp_path / "review")
    path = write(tmp_path, RAYYAN, "rayyan.csv")
    stage = "title_abstract"
    intake = import_decisions(review.root, path, DAY, stage=stage, people={"Ann": "AB"})
    assert review.decisions() == {
        ("R00001", stage, "AB", "include", ""),
        ("R00001", stage, "CD", "exclude", "case_report"),
        ("R00002", stage, "CD", "unsure", ""),
    }
    lost = "\n".join(intake.notes)
    assert "line 4: it is no record of this review; not taken" in lost
    assert "line 5: it carries no decision; not taken" in lost
    again = import_decisions(review.root, path, DAY, stage=stage, people={"Ann": "AB"})
    assert (again.known, again.taken) == (3, {})


@pytest.mark.parametrize(("text", "name"), [(ASREVIEW, "as.csv"), (ASREVIEW_RIS, "as.ris")])
def test_labels_of_asreview_are_those_of_the_named_reviewer(
    tmp_path: Path, text: str, name: str
) -> None:
    review = project(tmp_path / "review")
    path = write(tmp_path, text, name)
    words = ["import", str(path), "--stage", "title_abstract", "--reviewer", "ab", "--date", DAY]
    done = CliRunner().invoke(main, ["--root", str(review.root), "screen", *words])
    assert done.exit_code == 0, done.output
    assert {row[0]: row[3] for row in review.decisions()} == {
        "R00001": "include",
        "R00002": "exclude",
    }
    assert "carries no decision" in done.output


def test_reason_of_covidence(tmp_path: Path) -> None:
    review = project(tmp_path / "review")
    path = write(tmp_path, COVIDENCE, "excluded.csv")
    stage = "title_abstract"
    import_decisions(review.root, path, DAY, stage=stage, people={}, reviewer="CD")
    assert review.decisions() == {("R00001", stage, "CD", "exclude", "case_report")}


def test_person_that_the_protocol_does_not_know_is_named_with_the_line(tmp_path: Path) -> None:
    review = project(tmp_path / "review")
    path = write(tmp_path, RAYYAN, "rayyan.csv")
    with pytest.raises(DataProblems) as refused:
        import_decisions(review.root, path, DAY, stage="title_abstract", people={})
    (problem,) = refused.value.problems
    assert (problem.line, problem.column, problem.value) == (2, "reviewer", "Ann")
    assert review.decisions() == set()


@pytest.mark.parametrize(
    ("written", "decision"),
    [
        ("Yes", "include"),
        ("no", "exclude"),
        ("Maybe", "unsure"),
        ("1.0", "include"),
        ("not_retrieved", "not retrieved"),
        ("perhaps", None),
    ],
)
def test_words_for_a_decision(written: str, decision: str | None) -> None:
    assert decision_of(written) == decision
