"""Does every item stand where the protocol wants it, with nothing left of what is gone?"""

from __future__ import annotations

from collections.abc import Mapping

from analysis.manuscript.checklist import places as labels
from analysis.manuscript.mentions import without_references
from analysis.manuscript.placement import Place, place
from analysis.manuscript.source_line import Manuscript, SourceLine

MAIN = """
# Results {#sec-results}

## Flow {#sec-flow}

Records were screened (@fig-flow).

::: {#fig-flow}

Flow of records.

:::

## Response {#sec-response}

The pool was large (@fig-response, A).
Groups are shown in @sfig-groups.

::: {#fig-response}

Response.

:::

## Harms {#sec-harms}

All terms are in @tbl-harms and @stbl-terms.

::: {#tbl-harms}

Harms.

:::

# References {.unnumbered}

::: {#refs}
:::

{{< pagebreak >}}

# Supplementary material {.unnumbered}

## Terms {#sec-terms .unnumbered}

::: {#stbl-terms}

Terms.

:::

## Supplementary figures {.unnumbered}

::: {#sfig-groups}

Groups.

:::

::: {#sfig-last}

Last.

:::
"""


def manuscript(text: str) -> Manuscript:
    lines = enumerate(text.strip().splitlines(), start=1)
    return Manuscript({}, (), tuple(SourceLine("paper.qmd", n, line) for n, line in lines))


def done(
    places: Mapping[str, Place], text: str = MAIN, passages: Mapping[str, str] | None = None
) -> Manuscript:
    return place(manuscript(text), places, passages or {})


def written(found: Manuscript) -> str:
    text = "\n".join(line.text for line in found.body)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()


def order(found: Manuscript) -> dict[str, str]:
    return {name: label for name, label in labels(found).items() if not name.startswith("sec-")}


def test_nothing_is_touched_where_nothing_is_placed() -> None:
    found = done({})
    assert not found.placed
    assert written(found) == MAIN.strip()


def test_a_figure_goes_to_the_supplement_in_the_order_of_mention() -> None:
    found = done({"fig-flow": "supplement"})
    assert found.ids == {"fig-flow": "sfig-flow"}
    text = written(found)
    assert "Records were screened (@sfig-flow)." in text
    # Mentioned before the groups: it comes first among the supplementary figures.
    assert text.endswith(
        "## Supplementary figures {.unnumbered}\n\n::: {#sfig-flow}\n\nFlow of records.\n\n:::\n\n"
        "::: {#sfig-groups}\n\nGroups.\n\n:::\n\n::: {#sfig-last}\n\nLast.\n\n:::"
    )
    assert order(found)["fig-response"] == "Figure 1"
    assert order(found)["sfig-flow"] == "Figure S1"
    assert order(found)["sfig-groups"] == "Figure S2"


def test_a_table_of_the_supplement_keeps_a_heading() -> None:
    found = done({"tbl-harms": "supplement"})
    text = written(found)
    # Its sentence speaks of it before the terms; each table there has a heading of its own.
    assert (
        "# Supplementary material {.unnumbered}\n\n## Harms {.unnumbered}\n\n"
        "::: {#stbl-harms}\n\nHarms.\n\n:::\n\n## Terms {#sec-terms .unnumbered}" in text
    )
    assert "All terms are in @stbl-harms and @stbl-terms." in text
    assert "## Harms {#sec-harms}" in text


def test_an_item_comes_to_the_main_text_behind_its_first_mention() -> None:
    found = done({"sfig-groups": "main", "stbl-terms": "main"})
    assert not found.problems
    assert order(found) == {
        "fig-flow": "Figure 1",
        "fig-response": "Figure 2",
        "fig-groups": "Figure 3",
        "tbl-harms": "Table 1",
        "tbl-terms": "Table 2",
        "sfig-last": "Figure S1",
    }
    text = written(found)
    assert "Groups are shown in @fig-groups.\n\n::: {#fig-response}" in text
    # Its heading in the supplement had nothing else, and nobody speaks of that section.
    assert "## Terms" not in text
    assert found.ids["sec-terms"] is None


def test_only_what_the_main_text_speaks_of_can_come_there() -> None:
    (problem,) = done({"sfig-last": "main"}).problems
    assert (problem.file, problem.severity) == ("paper.qmd", "error")
    assert problem.line == MAIN.strip().splitlines().index("::: {#sfig-last}") + 1
    assert "never refers to it" in problem.what


def test_what_is_left_out_goes_with_its_reference_and_what_only_led_there() -> None:
    found = done({"fig-response": "none", "sfig-groups": "none"})
    text = written(found)
    assert "The pool was large.\n\n## Harms" in text
    assert "@fig-response" not in text
    assert "Groups" not in text
    assert [line.text for line in found.left_out] == ["Groups are shown in @sfig-groups."]
    assert found.ids == {"fig-response": None, "sfig-groups": None}


def test_a_sentence_about_several_items_is_an_error_for_none_and_keeps_what_is_empty() -> None:
    (left_out,) = done({"tbl-harms": "none"}).problems
    line = MAIN.strip().splitlines().index("All terms are in @tbl-harms and @stbl-terms.") + 1
    assert (left_out.severity, left_out.line, left_out.value) == ("error", line, "@tbl-harms")
    assert "the sentence speaks of stbl-terms too" in left_out.what
    empty = done({"tbl-harms": "empty"})
    assert [problem.severity for problem in empty.problems] == ["warning"]
    assert "Harms." in written(empty)
    # Where everything that it speaks of is gone, the sentence goes, and the section with it.
    both = done({"tbl-harms": "empty", "stbl-terms": "empty"})
    assert not both.problems
    assert "erms" not in written(both)
    assert "Harms" not in written(both)
    assert both.ids["sec-harms"] is None


def test_a_supplement_without_anything_goes_with_its_page() -> None:
    names = ("stbl-terms", "tbl-harms", "sfig-groups", "sfig-last")
    found = done(dict.fromkeys(names, "none"))
    assert written(found).endswith("# References {.unnumbered}\n\n::: {#refs}\n:::")


def test_a_supplement_is_made_where_there_is_none() -> None:
    text = MAIN[: MAIN.index("{{< pagebreak >}}")].replace(" and @stbl-terms", "")
    text = text.replace("Groups are shown in @sfig-groups.\n", "")
    found = done({"tbl-harms": "supplement"}, text)
    assert written(found).endswith(
        "{{< pagebreak >}}\n\n# Supplementary material {.unnumbered}\n\n## Harms {.unnumbered}\n\n"
        "::: {#stbl-harms}\n\nHarms.\n\n:::"
    )


def test_a_heading_goes_with_passages_that_have_nothing_to_say() -> None:
    section = "## Ongoing {#sec-ongoing}\n\n::: {#passage-ongoing}\n:::"
    text = f"# Results\n\n{section}\n\n# End\n\nWords."
    assert written(done({}, text, {"ongoing": ""})) == "# End\n\nWords."
    assert "Ongoing" in written(done({}, text, {"ongoing": "One trial."}))
    # A heading that the text speaks of stays, and one that its author left empty too.
    named = f"{text}\nMore is in @sec-ongoing, which has 3 parts."
    assert "## Ongoing" in written(done({}, named, {"ongoing": ""}))
    assert written(done({}, "# Results\n\n# End\n\nWords.", {})).startswith("# Results")


def test_references_in_parentheses_go_alone() -> None:
    for text, left in (
        ("A rose (@fig-x).", "A rose."),
        ("A rose (@fig-x, A; @fig-y).", "A rose (@fig-y)."),
        ("A rose (@fig-y and @fig-x, B).", "A rose (@fig-y)."),
        ("A rose (see @fig-x).", "A rose."),
        ("A rose (95% CI 1–2, @fig-x).", "A rose (95% CI 1–2)."),
        ("A rose [@fig-x].", "A rose."),
        ("A rose (@fig-x), and B fell.", "A rose, and B fell."),
        ("One. @fig-x shows it. Two.", "One. Two."),
        ("- One (@fig-x).\n- @fig-x.", "- One."),
        ("One.\n@fig-x shows it.\nTwo.", "One.\nTwo."),
        ("{{< var a.sentence >}}\n@fig-x shows it.", "{{< var a.sentence >}}"),
    ):
        found = without_references(manuscript(text), {"fig-x"})
        assert "\n".join(line.text for line in found.lines).strip() == left
        assert not found.kept


def test_what_a_sentence_says_besides_is_not_lost() -> None:
    for text in (
        "@fig-x shows that {{< var orr.estimate >}} responded.",
        "@fig-x is that of Chen [@Chen2025].",
        "As @fig-x shows, 12 died.",
        "@fig-x and @fig-y show it.",
        "## What @fig-x shows",
    ):
        found = without_references(manuscript(text), {"fig-x"})
        assert found.lines[0].text == text
        assert [entry.id for entry in found.kept] == ["fig-x"]


def test_own_pictures_and_tables_without_a_div_move_as_well() -> None:
    text = (
        "# Results\n\nThe map (@fig-map) and the plan (@tbl-plan).\n\n"
        "![A map](map.png){#fig-map}\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n: A plan {#tbl-plan}\n\nWords."
    )
    found = done({"fig-map": "supplement", "tbl-plan": "supplement"}, text)
    written_text = written(found)
    assert written_text.startswith(
        "# Results\n\nThe map (@sfig-map) and the plan (@stbl-plan).\n\nWords."
    )
    assert "![A map](map.png){#sfig-map}" in written_text
    assert "| a | b |\n|---|---|\n| 1 | 2 |\n\n: A plan {#stbl-plan}" in written_text
