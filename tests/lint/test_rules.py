"""Does each rule find its fault, leave the right text alone, and say what to do?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.lint.conftest import Desk


def with_p(desk: Desk, numbers: dict[str, float]) -> Desk:
    """Give some P values other numbers, so that a test does not hang on the shipped data."""
    values = dict(desk.values)
    for name, number in numbers.items():
        text = f"*P*\u00a0=\u00a0{f'{number:.3f}'.removeprefix('0')}"
        values[name] = replace(values[name], raw=number, text=text)
    return replace(desk, values=values)


def with_value(desk: Desk, text: str) -> Desk:
    """Add a value called test.only."""
    value = replace(desk.values["orr.estimate"], name="test.only", text=text)
    return replace(desk, values={**desk.values, "test.only": value})


# Abstract ------------------------------------------------------------------------------------


def test_a_number_of_the_abstract_that_the_body_lacks_is_an_error(desk: Desk) -> None:
    desk = with_value(desk, "98.7%")
    desk.in_abstract("In all, {{< var test.only >}} responded.")
    (problem,) = desk.new()
    assert (problem.rule, problem.file) == ("abstract", "manuscript/paper.qmd")
    assert problem.value == "98.7%"
    assert "test.only" in problem.what
    assert "nearest" in problem.hint
    desk.add("_results.qmd", "In all, {{< var test.only >}} responded.")
    assert desk.new() == []


def test_a_typed_number_of_the_abstract_is_compared_with_the_body(desk: Desk) -> None:
    desk.allow("{pattern: 'median follow-up of \\d+ months', reason: not in the tables}")
    desk.in_abstract("The median follow-up of 931 months is long.")
    desk.add("_results.qmd", "There was a median follow-up of 913 months.")
    (problem,) = desk.new()
    assert (problem.rule, problem.value) == ("abstract", "931 months")
    desk.replace("_results.qmd", "of 913 months", "of 931 months")
    assert desk.new() == []


def test_the_abstract_may_print_the_same_number_by_another_value(desk: Desk) -> None:
    desk = with_value(desk, "98.7% of all")
    other = replace(desk.values["test.only"], name="test.other", text="at 98.7%")
    desk = replace(desk, values={**desk.values, "test.other": other})
    desk.in_abstract("In all, {{< var test.only >}} responded.")
    desk.add("_results.qmd", "It stood {{< var test.other >}}.")
    assert desk.new() == []


# Figures and tables ---------------------------------------------------------------------------

ITEM = "::: {#fig-extra}\n\nA caption.\n\n:::"


def test_an_item_that_the_text_never_mentions_is_an_error_at_the_item(desk: Desk) -> None:
    line = desk.add("_results.qmd", ITEM)
    (problem,) = desk.new()
    assert (problem.rule, problem.line) == ("item-unmentioned", line)
    assert "@fig-extra" in problem.hint


def test_a_mention_in_the_text_is_enough(desk: Desk) -> None:
    desk.add("_results.qmd", f"This is shown (@fig-extra).\n\n{ITEM}")
    assert [problem.rule for problem in desk.new()] == []


def test_a_mention_in_a_caption_or_the_abstract_does_not_count(desk: Desk) -> None:
    desk.add("_results.qmd", ITEM.replace("A caption.", "A caption, see @fig-extra."))
    desk.in_abstract("As @fig-extra shows.")
    assert [problem.rule for problem in desk.new()] == ["item-unmentioned"]


def test_an_item_mentioned_after_a_later_one_is_an_error(desk: Desk) -> None:
    desk.first_in("_introduction.qmd", "As @fig-extra shows.")
    desk.add("_results.qmd", ITEM)
    found = desk.new()
    assert found
    assert {problem.rule for problem in found} == {"item-order"}
    assert all("fig-extra" in problem.what for problem in found)
    assert all("_introduction.qmd, line" in problem.hint for problem in found)


def test_kinds_of_items_are_numbered_apart(desk: Desk) -> None:
    desk.first_in("_introduction.qmd", "As @tbl-baseline shows.")
    assert [problem for problem in desk.new() if "fig-" in problem.what] == []


# Abbreviations --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The ORR was high.", "not spelled out in the body"),
        ("The ORR was high. The objective response rate (ORR) was high.", "before it is spelled"),
        ("Again transarterial chemoembolisation (TACE).", "a second time in the body"),
        ("Again TACE (transarterial chemoembolisation).", "a second time in the body"),
        ("HER is one. The human epidermal receptor (HER) is one.", "before it is spelled"),
    ],
)
def test_an_abbreviation_is_spelled_out_once_where_it_is_first_used(
    desk: Desk, text: str, said: str
) -> None:
    (problem,) = desk.about(text)
    assert problem.rule == "abbreviation"
    assert problem.severity == "error"
    assert said in problem.what


@pytest.mark.parametrize(
    "text",
    [
        "The objective response rates (ORRs) are many. ORR is used.",
        "The Barcelona Clinic Liver Cancer (BCLC) stage. BCLC again.",
        "The human epidermal receptor (HER) is one. HER is one.",
        "TACE is used again, and TACE-based treatment.",
        "The mORRtar holds.",
    ],
)
def test_an_abbreviation_used_after_its_words_passes(desk: Desk, text: str) -> None:
    assert desk.about(text) == []


def test_abstract_and_body_are_two_texts(desk: Desk) -> None:
    desk.add("_results.qmd", "The human epidermal receptor (HER) is one.")
    desk.in_abstract("HER is one.")
    (problem,) = desk.new()
    assert problem.file == "manuscript/paper.qmd"
    assert "abstract" in problem.what
    desk.replace("paper.qmd", "HER is one", "The human epidermal receptor (HER) is one")
    assert desk.new() == []


def test_an_abbreviation_that_only_a_value_brings_is_a_warning(desk: Desk) -> None:
    # New data can bring it; an update of the data must not fail for it.
    desk = with_value(desk, "an ECOG status")
    desk.add("_results.qmd", "It was {{< var test.only >}}.")
    (problem,) = desk.new()
    assert (problem.value, problem.severity) == ("ECOG", "warning")
    assert "{{< var test.only >}}" in problem.what


def test_captions_spell_out_below_the_item(desk: Desk) -> None:
    caption = ITEM.replace("A caption.", "The ORR and the ECOG status.")
    desk.add("_results.qmd", f"This is shown (@fig-extra).\n\n{caption}")
    assert desk.new() == []


# Reference list -------------------------------------------------------------------------------


ENTRY = "\n@article{Nobody1999, author={No, Body}, title={Nothing}, year={1999}}\n"


def test_an_entry_without_citation_is_an_error_at_the_entry(desk: Desk) -> None:
    text = desk.file("references.bib").read_text(encoding="utf-8")
    desk.file("references.bib").write_text(text + ENTRY, encoding="utf-8")
    (problem,) = desk.new()
    assert (problem.rule, problem.value) == ("entry-uncited", "Nobody1999")
    assert problem.line == text.count("\n") + 2


@pytest.mark.parametrize("nocite", ["nocite: '@Nobody1999'", "nocite: '@*'"])
def test_an_entry_that_nocite_names_passes(desk: Desk, nocite: str) -> None:
    text = desk.file("references.bib").read_text(encoding="utf-8")
    desk.file("references.bib").write_text(text + ENTRY, encoding="utf-8")
    desk.replace("paper.qmd", "lang: en-GB", f"lang: en-GB\n{nocite}")
    assert desk.new() == []


def test_entries_of_studies_are_cited_by_the_tables(desk: Desk) -> None:
    desk.everywhere("{{< var awaiting.list >}}", "many")
    desk.everywhere("{{< var studies.verified_list >}}", "some")
    assert [problem for problem in desk.new() if problem.rule == "entry-uncited"] == []


# Significance ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Egger's test was significant ({{< var orr.egger.p >}}).",
        "Small-study effects were significantly present ({{< var orr.egger.p >}}).",
        "Begg's was not significant, but Egger's was significant ({{< var orr.egger.p >}}).",
        "It was significant (*P* = .34), and Egger's was quoted [@Chen2025review].",
        "Rates differed between the groups ({{< var orr.therapy.test >}}).",
        (
            "Rates were significantly higher in {{< var orr.timing.prospective.estimate >}}\n"
            "than in {{< var orr.timing.retrospective.estimate >}}."
        ),
    ],
)
def test_a_claim_of_significance_against_its_p_is_an_error(desk: Desk, text: str) -> None:
    numbers = {"orr.egger.p": 0.2, "orr.therapy.test": 0.3, "orr.timing.test": 0.4}
    found = with_p(desk, numbers).about(text)
    assert [problem.rule for problem in found] == ["significance"]
    assert found[0].severity == "error"
    assert "P = " in found[0].what


@pytest.mark.parametrize(
    "text",
    [
        "Egger's test was not significant ({{< var orr.egger.p >}}).",
        "Groups did not differ ({{< var orr.egger.p >}}).",
        "There was no significant difference ({{< var orr.egger.p >}}).",
        "The result was non-significant ({{< var orr.egger.p >}}).",
        "One was significant ({{< var dcr.begg.p >}}), but one was not ({{< var orr.egger.p >}}).",
    ],
)
def test_a_denial_of_significance_against_its_p_is_an_error(desk: Desk, text: str) -> None:
    found = with_p(desk, {"orr.egger.p": 0.004, "dcr.begg.p": 0.004}).about(text)
    assert [problem.rule for problem in found] == ["significance"]
    assert "denies" in found[0].what
    # The same sentence is right when the number is large.
    right = with_p(desk, {"orr.egger.p": 0.4, "dcr.begg.p": 0.004})
    assert right.new() == []


@pytest.mark.parametrize(
    "text",
    [
        "{{< var orr.small_study.sentence >}}",
        "{{< var orr.timing.test_sentence >}} {{< var orr.timing.regression_sentence >}}",
        "The significance level is {{< var protocol.significance >}}.",
        "Egger's test was significant ({{< var dcr.begg.p >}}).",
        "Neither {{< var orr.egger.p >}} nor {{< var pfs.egger.p >}} was significant.",
    ],
)
def test_a_statement_that_agrees_with_its_p_passes(desk: Desk, text: str) -> None:
    right = with_p(desk, {"dcr.begg.p": 0.004, "orr.egger.p": 0.4, "pfs.egger.p": 0.2})
    assert right.about(text) == []


def test_heterogeneity_is_judged_by_the_limit_of_the_model_rule(desk: Desk) -> None:
    text = "There was significant heterogeneity ({{< var orr.p >}})."
    assert with_p(desk, {"orr.p": 0.07}).about(text) == []
    (problem,) = with_p(desk, {"orr.p": 0.2}).new()
    assert "{{< var orr.heterogeneity >}}" in problem.hint


def test_a_claim_without_any_p_is_a_warning(desk: Desk) -> None:
    (problem,) = desk.about("The rates were significantly higher.")
    assert (problem.rule, problem.severity) == ("significance", "warning")


# Decimals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("It was 34% against 33.8% elsewhere [@Zhou2025].", "34%"),
        ("It was 12 months and 10.5 months [@Zhou2025].", "12 months"),
        ("The interval was 26.5–41% there [@Zhou2025].", "26.5–41%"),
        ("Here {{< var dcr.estimate >}}, there 79% [@Zhou2025].", "79%"),
    ],
)
def test_other_decimals_for_the_same_quantity_are_an_error(
    desk: Desk, text: str, value: str
) -> None:
    found = [problem for problem in desk.about(text) if problem.severity == "error"]
    assert [(problem.rule, problem.value) for problem in found] == [("decimals", value)]


@pytest.mark.parametrize(
    "text",
    [
        "It was 3.8% (95% CI 1.1–9.9%) there [@Zhou2025].",
        "Fewer than 5% responded against 3.8% elsewhere [@Zhou2025].",
        "It was about 4%, printed as 3.8% [@Zhou2025].",
        "It was 100% against 3.8% elsewhere [@Zhou2025].",
        "It was 3.8% after 12 months [@Zhou2025].",
        "*P* = .05 and *P* = .003 were printed [@Zhou2025].",
    ],
)
def test_levels_limits_and_other_units_may_have_other_decimals(desk: Desk, text: str) -> None:
    assert desk.about(text) == []


# Causal verbs ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "The combination improved the objective response.",
        "Anlotinib prolonged survival to {{< var os.estimate >}}.",
        "Adding radiotherapy led to a response of {{< var orr.therapy.rt.estimate >}}.",
        "Such treatment reduces progression.",
    ],
)
def test_a_causal_verb_about_a_pool_is_a_warning(desk: Desk, text: str) -> None:
    (problem,) = desk.about(text)
    assert (problem.rule, problem.severity) == ("causal", "warning")
    assert "control group" in problem.hint


@pytest.mark.parametrize(
    "text",
    [
        "In that trial, anlotinib prolonged survival [@Zhou2025].",
        "The numbers do not show that the combination improved survival.",
        "Whether the combination improved survival is open.",
        "The number of records increased.",
    ],
)
def test_a_cited_denied_or_other_statement_passes(desk: Desk, text: str) -> None:
    assert desk.about(text) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("causal", "The combination improved the objective response."),
        ("significance", "The rates were significantly higher."),
        ("abbreviation", "The ORR was high."),
    ],
)
def test_any_finding_can_be_allowed_with_a_reason(desk: Desk, rule: str, text: str) -> None:
    desk.allow(f"{{rule: {rule}, text: {text.rstrip('.')}, reason: a test}}")
    desk.add("_results.qmd", text)
    assert desk.new() == []
