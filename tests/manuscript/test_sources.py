"""Is every mistake in the manuscript found before anything is rendered, with its place?"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.build.building import build
from schemas.problems import DataProblems, Problem


def problems_of(review: Path) -> list[Problem]:
    with pytest.raises(DataProblems) as caught:
        build(review)
    return list(caught.value.problems)


def append(review: Path, name: str, text: str) -> int:
    """Add a paragraph to a file of the manuscript; give the line on which it begins."""
    path = review / "manuscript" / name
    before = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(f"{before}\n\n{text}\n", encoding="utf-8")
    return before.count("\n") + 3


@pytest.mark.parametrize(
    ("text", "rule", "said"),
    [
        ("{{< var orr.estimat >}}", "var", "orr.estimate"),
        ("{{< vra orr.estimate >}}", "shortcode", "var"),
        ("{{< meta keyword >}}", "meta", "keywords"),
        ("The share is $p = {{< var orr.estimate >}}$.", "var-in-formula", "Quarto 1.9"),
        ("{{< video a.mp4 >}}", "shortcode", "var, meta, include, pagebreak"),
        ("See @fig-responses.", "crossref", "fig-response"),
        ("See @sec-metods.", "crossref", "sec-methods"),
        ("Known [@Zhou2026].", "citation", "Zhou2025"),
        ("Known [see @Zhou2025, p. 3; @Nobody].", "citation", "Nobody"),
    ],
)
def test_an_unknown_name_is_an_error_with_file_line_and_the_nearest_name(
    review: Path, text: str, rule: str, said: str
) -> None:
    line = append(review, "_discussion.qmd", text)
    (problem,) = problems_of(review)
    assert (problem.file, problem.line) == ("manuscript/_discussion.qmd", line)
    assert problem.rule == rule
    assert said in f"{problem.what} {problem.hint}"


def test_an_unknown_value_in_the_abstract_is_found_with_its_line(review: Path) -> None:
    paper = review / "manuscript/paper.qmd"
    text = paper.read_text(encoding="utf-8")
    paper.write_text(text.replace("{{< var orr.summary >}}", "{{< var orr.sumary >}}"), "utf-8")
    (problem,) = problems_of(review)
    expected = next(
        n for n, t in enumerate(paper.read_text("utf-8").splitlines(), 1) if "sumary" in t
    )
    assert (problem.file, problem.line) == ("manuscript/paper.qmd", expected)
    assert "orr.summary" in problem.hint


def test_all_mistakes_are_reported_at_once(review: Path) -> None:
    append(review, "_introduction.qmd", "{{< var a.b >}} and @fig-none")
    append(review, "_methods.qmd", "[@Nobody]")
    assert [problem.rule for problem in problems_of(review)] == ["var", "crossref", "citation"]


def test_a_float_that_nothing_fills_is_an_error(review: Path) -> None:
    line = append(review, "_results.qmd", "::: {#fig-extra}\n\nA caption.\n\n:::")
    (problem,) = problems_of(review)
    assert (problem.line, problem.rule) == (line, "item")
    assert "display" in problem.hint


def test_an_id_used_twice_is_an_error_that_names_both_places(review: Path) -> None:
    append(review, "_conclusions.qmd", "## Again {#sec-search}")
    (problem,) = problems_of(review)
    assert problem.rule == "duplicate-id"
    assert "_methods.qmd" in problem.hint


def test_a_missing_include_is_an_error_at_the_include(review: Path) -> None:
    (review / "manuscript/_methods.qmd").unlink()
    found = [problem for problem in problems_of(review) if problem.rule == "include"]
    assert len(found) == 1
    assert found[0].file == "manuscript/paper.qmd"
    assert "_methods.qmd" in found[0].what


def test_an_include_inside_a_sentence_is_an_error(review: Path) -> None:
    line = append(review, "_methods.qmd", "As said {{< include _notice.qmd >}} above.")
    found = [problem for problem in problems_of(review) if problem.rule == "include"]
    assert [problem.line for problem in found] == [line]


def test_an_include_of_itself_is_an_error(review: Path) -> None:
    append(review, "_methods.qmd", "{{< include _methods.qmd >}}")
    assert [problem.rule for problem in problems_of(review)] == ["include"]


def test_broken_front_matter_is_an_error_with_its_line(review: Path) -> None:
    paper = review / "manuscript/paper.qmd"
    text = paper.read_text(encoding="utf-8")
    paper.write_text(text.replace("lang: en-GB", 'lang: "en-GB'), encoding="utf-8")
    (problem,) = problems_of(review)
    assert problem.rule == "front-matter-yaml"
    assert problem.line is not None


@pytest.mark.parametrize(
    "text",
    [
        "`{{< var no.such >}}` and `@fig-nowhere`",
        "```\n{{< var no.such >}} [@Nobody]\n```",
        "Write to someone@example.org.",
        r"An escaped \@Nobody.",
    ],
)
def test_code_and_addresses_are_left_alone(review: Path, text: str) -> None:
    append(review, "_discussion.qmd", text)
    assert build(review).fresh


def test_a_reference_to_an_unnumbered_heading_is_an_error(review: Path) -> None:
    append(review, "_methods.qmd", "See @sec-aside.\n\n## Aside {#sec-aside .unnumbered}")
    (problem,) = problems_of(review)
    assert problem.rule == "crossref"
    assert "number" in problem.what


@pytest.mark.parametrize(
    "text",
    [
        "```{python}\n1 + 1\n```",
        "::: {.panel-tabset}\nText\n:::",
        "::: {#thm-one}\nText\n:::",
        "Before \\newpage after.",
        "::: {.column-margin}\nText\n:::",
        '::: {.content-visible when-format="html"}\nText\n:::',
    ],
)
def test_the_embedded_engine_refuses_what_it_does_not_know(review: Path, text: str) -> None:
    from analysis.render.engine import render

    line = append(review, "_discussion.qmd", text)
    with pytest.raises(DataProblems) as caught:
        render(review, ["html"], engine="embedded")
    assert caught.value.problems[0].line == line
    assert caught.value.problems[0].file == "manuscript/_discussion.qmd"
    assert "docs/manuscript.md" in caught.value.problems[0].hint


def test_what_pandoc_warns_of_is_an_error_with_its_place(review: Path) -> None:
    from analysis.render.engine import render

    append(review, "_discussion.qmd", "A [b][x].\n\n[x]: https://a.org\n\n[x]: https://b.org")
    with pytest.raises(DataProblems) as caught:
        render(review, ["html"], engine="embedded")
    assert caught.value.problems[0].rule == "pandoc"
    assert caught.value.problems[0].file.startswith("manuscript/")
    assert not (review / "_output").exists()
