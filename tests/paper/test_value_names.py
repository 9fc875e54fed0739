"""Do names of values stay apart in reviews whose groups and terms are not Latin words?"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from analysis.manuscript.value import slug
from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from schemas import load_review
from schemas.problems import DataProblems


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Any grade", "any_grade"),
        ("Hand–foot syndrome", "hand_foot_syndrome"),
        ("<65", "lt_65"),
        ("≥65", "ge_65"),
        (">=65", "ge_65"),
        ("HER2+", "her2_plus"),
        ("HER2-", "her2_minus"),
        ("+", "plus"),
        ("-", "minus"),
        ("亚洲", "亚洲"),
        ("β-blocker", "β_blocker"),
        ("???", "none"),
    ],
)
def test_a_name_keeps_what_tells_groups_apart(label: str, name: str) -> None:
    assert slug(label) == name


def _with_groups(review: Path, groups: str) -> Path:
    protocol = review / "data" / "protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    start, end = text.index("subgroups:"), text.index("# Further columns of studies.csv")
    text = text[:start] + groups + text[end:]
    shown, abbreviations = text.index("display:"), text.index("abbreviations:")
    protocol.write_text(text[:shown] + text[abbreviations:], encoding="utf-8")
    studies = review / "data" / "studies.csv"
    lines = studies.read_text(encoding="utf-8").splitlines()
    columns = lines[0].split(",")
    renamed = ["blinded" if name == "therapy" else name for name in columns]
    renamed = ["allocated" if name == "timing" else name for name in renamed]
    table = list(csv.DictReader(io.StringIO("\n".join(lines))))
    out = io.StringIO()
    writer = csv.DictWriter(out, renamed, lineterminator="\n")
    writer.writeheader()
    for row in table:
        row.pop("therapy")
        row.pop("timing")
        writer.writerow({**row, "blinded": "", "allocated": ""})
    studies.write_text(out.getvalue(), encoding="utf-8")
    return review


GROUPS = """\
subgroups:
  - id: blinded
    column: blinded
    label: Blinded
    levels: [{id: "yes", label: "Yes"}, {id: "no", label: "No"}]
  - id: allocated
    column: allocated
    label: Allocation
    levels: [{id: "yes", label: "Yes"}, {id: randomised, label: Randomised}]

"""


def test_equal_levels_of_two_variables_are_told_apart_by_the_variable(review: Path) -> None:
    found = load_review(_with_groups(review, GROUPS))
    values = named_values(synthesise(found), found)
    assert values["studies.blinded_yes"].raw == 0
    assert values["studies.allocated_yes"].raw == 0
    assert values["studies.no"].raw == 0
    assert values["studies.allocated_randomised"].raw == 0
    assert "studies.randomised" in values


def test_groups_that_differ_in_signs_alone_are_refused_in_words(review: Path) -> None:
    same = GROUPS.replace('{id: "no", label: "No"}', '{id: "yes.", label: "Yes!"}')
    found = load_review(_with_groups(review, same))
    with pytest.raises(DataProblems) as refused:
        named_values(synthesise(found), found)
    problem = refused.value.problems[0]
    assert problem.rule == "value-names"
    assert "blinded.yes" in problem.what


def test_a_rule_that_never_chooses_is_not_called_a_choice(review: Path) -> None:
    protocol = review / "data" / "protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    protocol.write_text(text.replace("i2_below: 0.50", "i2_below: 0"), encoding="utf-8")
    found = load_review(review)
    values = named_values(synthesise(found), found)
    assert values["orr.model"].text == "random-effects model"
    assert values["orr.model_reason"].text.startswith("because the protocol asks for it")
    assert "I²" in values["orr.heterogeneity"].text
