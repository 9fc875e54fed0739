"""Is every construct that a format would lose, or print as it is written, an error with its line?

The constructs are from the manuals of pandoc and Quarto. What pandoc does with each was tried: text
behind an open div or fence belongs to it, a div below a line of text is text, a note without text
is printed as ``[^1]``, a note without mark vanishes, LaTeX and HTML vanish outside their formats.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.manuscript.source_checks import check_subset
from analysis.manuscript.sources import read_manuscript
from analysis.manuscript.structure import structure_problems
from schemas.problems import Problem

# What is written, the line of it that is named, and the rule.
WRONG = [
    ("::: {.callout-note}\nNever closed.", 1, "div-open"),
    (":::: {.a}\n\n::: {.b}\nx\n:::\n\ny", 1, "div-open"),
    ("A line.\n\n:::", 3, "div-closed-twice"),
    ("A line.\n::: {.callout-note}\nx\n:::", 2, "div-in-paragraph"),
    ("```\nnever closed", 1, "code-open"),
    ("~~~ r\n```\nx\n```", 1, "code-open"),
    ("$$\na = b", 1, "formula-open"),
    ("$$ a\n\n= b $$", 1, "formula-open"),
    ("A claim.[^none]", 1, "footnote-without-text"),
    ("A[^a] b.\n\n[^a]: One.\n\n[^a]: Two.", 5, "footnote-twice"),
    ("[^b]: Never used.", 1, "footnote-unused"),
    ("A line.\n\n---\nfoo: bar\n---", 3, "front-matter-in-text"),
    ("```{=latex}\n\\newpage\n```", 1, "unsupported"),
    ("```{=rtf}\nx\n```", 1, "unsupported"),
    ("A word \\alert{here}.", 1, "unsupported"),
    ("\\index{drug}", 1, "unsupported"),
    ("<table><tr><td>1</td></tr></table>", 1, "unsupported"),
    ("H<sub>2</sub>O", 1, "unsupported"),
    ("The mean is `r mean(x)`.", 1, "unsupported"),
    ("The mean is `{python} x`.", 1, "unsupported"),
    ('[only]{.content-visible when-format="html"}', 1, "unsupported"),
    ("::: {.callout-danger}\nx\n:::", 1, "unsupported"),
    ("::: {.hidden}\nx\n:::", 1, "unsupported"),
    ("```{#lst-a .python}\n1\n```", 1, "unsupported"),
    ("```r\nx <- 1 # <1>\n```", 2, "unsupported"),
    ("{{{< var x >}}}", 1, "unsupported"),
    ("::: {#tbl-a layout-ncol=2}\nx\n:::", 1, "unsupported"),
]
RIGHT = [
    "# A heading\n::: {.note}\nx\n:::",
    ":::: {.a}\n::: {.b}\nx\n:::\n::::",
    "::: note\nx\n:::",
    "<!-- ::: {.a} and\n[^never] \\alert{x} -->\n\nA line.",
    "See <https://example.org> or <a.b@example.org>, 3 < 4 and a\\ b\\*.",
    "`\\alert{x}` and `<sub>` are code, as is `::: {.a}`.",
    "$$\n\\hat\\theta = \\frac{a}{b}\n$$ {#eq-a}",
    "A[^a] and $x$, $y_i$.\n\n[^a]: Its text.\n\n    A second paragraph.",
    "~~~\n::: {.a}\n[^x] $$\n~~~",
    "A line.\n\n---\n\nAnother.",
    "- [ ] a task\n- [x] done",
]


def problems(tmp_path: Path, text: str) -> list[Problem]:
    (tmp_path / "manuscript").mkdir()
    paper = f"---\ntitle: A\n---\n\n{text}\n"
    (tmp_path / "manuscript/paper.qmd").write_text(paper, encoding="utf-8")
    manuscript = read_manuscript(tmp_path)
    return [*structure_problems(manuscript), *check_subset(manuscript)]


@pytest.mark.parametrize(("text", "line", "rule"), WRONG)
def test_an_odd_construct_is_an_error_with_its_line(
    tmp_path: Path, text: str, line: int, rule: str
) -> None:
    found = problems(tmp_path, text)
    assert found, text
    assert (found[0].file, found[0].line) == ("manuscript/paper.qmd", line + 4)
    assert found[0].rule == rule
    assert found[0].severity == "error"
    assert found[0].hint


@pytest.mark.parametrize("text", RIGHT)
def test_what_pandoc_reads_as_meant_is_none(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text) == []
