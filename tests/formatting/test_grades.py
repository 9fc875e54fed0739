"""Are grades named as people say them, whether they are numbers or words?"""

from __future__ import annotations

import pytest

from analysis.formatting.grades import counted, grade_name, grade_words


@pytest.mark.parametrize(
    ("grade", "head", "words", "number"),
    [
        ("any", "Any grade", "any grade", False),
        (">=3", "Grade ≥3", "grade 3 or worse", True),
        ("serious", "Serious", "serious", False),
        ("mild", "Mild", "mild", False),
    ],
)
def test_a_grade_has_its_names(grade: str, head: str, words: str, number: bool) -> None:
    assert (grade_name(grade), grade_words(grade), counted(grade)) == (head, words, number)
