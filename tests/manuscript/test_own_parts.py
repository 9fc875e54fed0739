"""Are mistakes in the authors' own figures, tables and reference lists found, with their place?

One review with all of them is read once; each test looks at one mistake.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.lint import lint_review
from analysis.manuscript.checklist import places
from analysis.manuscript.numbered import numbered_items
from analysis.manuscript.sources import float_kinds, read_manuscript
from schemas.problems import Problem
from tests.conftest import copy_review

FILE = "manuscript/_discussion.qmd"
# What is written, the rule that finds it, and what it says.
WRONG = [
    ('![A](nowhere.png){fig-alt="x"}', "picture", "does not exist"),
    ('![A](drawing.pdf){fig-alt="x"}', "picture", "SVG"),
    ('![A](https://example.org/a.png){fig-alt="x"}', "picture", "Save it in manuscript/"),
    ("![](picture.png)", "alt-text", "fig-alt"),
    ("![A](picture.png){#fig-lost}", "item-unmentioned", "@fig-lost"),
    ("| a |\n|---|\n| b |\n\n: A table. {#tbl-lost}", "item-unmentioned", "@tbl-lost"),
    ("See @eq-none.", "crossref", "points to nothing"),
]
RIGHT = """See @fig-parts-a and @eq-own.

::: {#fig-parts layout-ncol=2}

![A](picture.png){#fig-parts-a}

![B](picture.png){#fig-parts-b}

Both.

:::

$$ x = 1.5 $$ {#eq-own}

# Appendix {#sec-appendix .appendix}
"""


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from PIL import Image

    root = copy_review(tmp_path_factory.mktemp("own") / "review")
    Image.new("RGB", (8, 8)).save(root / "manuscript/picture.png")
    (root / "manuscript/other.bib").write_text(
        "@book{Chen2025review, title = {T}, author = {A, B}, year = 2000}", encoding="utf-8"
    )
    paper = root / "manuscript/paper.qmd"
    text = paper.read_text(encoding="utf-8")
    both = text.replace("references.bib", "[references.bib, other.bib]", 1)
    paper.write_text(both, encoding="utf-8")
    with (root / FILE).open("a", encoding="utf-8") as file:
        file.write("\n" + "\n\n".join([*(text for text, _, _ in WRONG), RIGHT]))
    return root


@pytest.fixture(scope="module")
def found(review: Path) -> list[Problem]:
    return list(lint_review(review))


@pytest.mark.parametrize(("text", "rule", "said"), WRONG)
def test_what_is_wrong_with_an_own_item_is_said_with_its_line(
    review: Path, found: list[Problem], text: str, rule: str, said: str
) -> None:
    lines = (review / FILE).read_text(encoding="utf-8").split("\n")
    last = text.rsplit("\n", maxsplit=1)[-1]
    (problem,) = [p for p in found if p.line == lines.index(last) + 1 and p.file == FILE]
    assert problem.rule == rule
    assert said in f"{problem.what} {problem.hint}"


def test_whoever_speaks_of_a_part_speaks_of_the_figure(found: list[Problem]) -> None:
    assert not [p for p in found if p.file == FILE and "parts" in str(p.value)]


def test_a_formula_is_no_typed_number(found: list[Problem]) -> None:
    assert not [p for p in found if p.rule == "number" and p.file == FILE]


def test_a_key_in_two_lists_is_an_error(found: list[Problem]) -> None:
    (problem,) = [p for p in found if p.rule == "bibliography"]
    assert (problem.file, problem.value) == ("manuscript/other.bib", "Chen2025review")


def test_own_items_are_numbered_with_the_generated_ones(review: Path) -> None:
    manuscript = read_manuscript(review)
    named = places(manuscript)
    items = numbered_items(manuscript, float_kinds(review))
    figures = [item.id for item in items if item.kind == "fig" and not item.part_of]
    assert named["fig-parts"] == f"Figure {figures.index('fig-parts') + 1}"
    assert named["fig-parts-b"] == f"{named['fig-parts']} (b)"
    assert named["eq-own"] == "Equation 1"
    assert named["sec-appendix"] == "Appendix"
