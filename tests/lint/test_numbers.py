"""Is every number typed by hand found, and none that has its source, its value or its reason?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.lint import RULES, lint_review
from analysis.lint.facts import Facts, facts_of
from analysis.lint.rules.numbers import typed_numbers
from analysis.lint.sentences import Sentence, sentences
from analysis.manuscript.sources import read_manuscript
from analysis.meta.profiles import PROFILES
from tests.conftest import ROOT
from tests.lint.conftest import Desk


def test_the_shipped_manuscript_has_no_error() -> None:
    assert [str(problem) for problem in lint_review(ROOT) if problem.severity == "error"] == []


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_other_conventions_make_no_sentence_of_the_manuscript_wrong(
    review: Path, profile: str
) -> None:
    protocol = review / "data/protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    protocol.write_text(text.replace("profile: stata14", f"profile: {profile}"), encoding="utf-8")
    assert [str(problem) for problem in lint_review(review) if problem.severity == "error"] == []


def test_an_update_of_the_data_makes_no_sentence_of_the_manuscript_wrong(review: Path) -> None:
    # Six studies fewer change nearly every number, the models and some directions.
    gone = ("R01", "R03", "R05", "R07", "R09", "R11")
    for name in ("studies", "outcomes", "adverse_events"):
        path = review / f"data/{name}.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if line.split(",")[0] not in gone]
        path.write_text("".join(kept), encoding="utf-8")
    flow = review / "data/flow.csv"
    text = flow.read_text(encoding="utf-8")
    text = text.replace("included,,14,", "included,,8,").replace("assessed,,43,", "assessed,,37,")
    flow.write_text(text, encoding="utf-8")
    assert [str(problem) for problem in lint_review(review) if problem.severity == "error"] == []


@pytest.mark.parametrize(
    ("text", "typed", "meant"),
    [
        ("The pooled objective response rate was {orr.estimate}.", "orr.estimate", "orr.estimate"),
        ("The pooled disease control rate was {dcr.estimate}.", "dcr.estimate", "dcr.estimate"),
        ("The median overall survival was {os.estimate}.", "os.estimate", "os.estimate"),
        ("The review has {studies.included} studies.", "studies.included", "studies.included"),
        (
            "Objective response had a heterogeneity of I² = {orr.i2}.",
            "orr.i2",
            "orr.i2",
        ),
    ],
)
def test_the_value_that_was_meant_is_named(desk: Desk, text: str, typed: str, meant: str) -> None:
    printed = desk.values[typed].text.replace("\u00a0", " ")
    line = desk.add("_results.qmd", text.replace(f"{{{typed}}}", printed))
    (problem,) = desk.new()
    assert (problem.file, problem.line) == ("manuscript/_results.qmd", line)
    assert problem.rule == "number"
    assert problem.value == printed
    assert f"{{{{< var {meant} >}}}}" in problem.hint.split(", or ")[0]


def test_a_rounded_percentage_finds_its_value(desk: Desk) -> None:
    raw = desk.values["orr.estimate"].raw
    assert raw is not None
    (problem,) = desk.about(f"The objective response rate was about {raw:.0%}.")
    assert "{{< var orr.estimate >}}" in problem.hint


def test_an_interval_with_one_wrong_end_finds_its_value(desk: Desk) -> None:
    low = desk.values["orr.ci_low"].text.removesuffix("%")
    (problem,) = desk.about(f"The interval of the objective response rate was {low}–99.9%.")
    assert "{{< var orr.ci >}}" in problem.hint


@pytest.mark.parametrize(
    "text",
    [
        "In all, 77 patients were treated.",
        "Response was 12,345 of all.",
        "A proportion of .5 responded.",
        "The rate was 33,9% or so.",
        "It was 12%.",
        "It was 12 per cent.",
        "Treatment lasted 7-8 weeks.",
        "The rate{{< var orr.estimate >}}5 is odd.",
        "*P* = .049 was seen.",
        "*P* \\< .05 was seen.",
        "| arm | 77 |",
        "- an item with 77 patients",
        "### A heading with 77 patients",
        "Text^[A footnote on 77 patients.] goes on.",
        "Fourteen studies were small.",
        "Twenty-one responded.",
        "It was reported by three small prospective studies.",
        "It was seen in two of the trials.",
        "It was seen in half of the patients.",
        "It was seen in two thirds of all patients.",
        "It was seen (77) in some.",
        "As Figure 2 shows.",
        "As Table S2 shows.",
        "It was 17.2 months. Others cite a source [@Zhou2025].",
        "Others cite a source [@Zhou2025]. It was 17.2 months.",
        "See @fig-response for the 77 patients.",
        "The values are 77 [see @fig-response].",
    ],
)
def test_a_number_by_hand_is_an_error(rules_of: Callable[[str], list[str]], text: str) -> None:
    assert rules_of(text) == ["number"]


@pytest.mark.parametrize(
    "text",
    [
        "The rate was {{< var orr.estimate >}}.",
        "Median survival was 17.2 months in that trial [@Zhou2025].",
        "Median survival was 17.2 months.[@Zhou2025]",
        "Median survival was 17.2 months. [@Zhou2025]",
        "Median survival, e.g. in China, was 17.2 months\nin that trial [see @Zhou2025, p. 3].",
        "According to @Zhou2025, survival was 17.2 months.",
        "In that trial [@Zhou2025]:\n\n- 17.2 months of survival\n- 77 patients",
        "`33.9%` and `x = 3`",
        "```\n33.9%\n```",
        "See [the registry](https://example.org/77) and <https://example.org/78>.",
        "See https://doi.org/10.1000/77 and 10.1000/78.",
        "See @fig-response and @sec-response.",
        "[Text]{.class-3 data-x=4} and [^note].\n\n[^note]: A note.",
        "<!-- 77 patients\n\nand 78 -->",
        '<span data-n="77">word</span> with an &#160; entity',
        "TQB2450 is registered as NCT04344158.",
        "1. The first.\n2. The second.",
        "They ask whether it is clear (1), complete (2) and right (3).",
        "Adverse events of grade 3 or worse were counted.",
        "Two reviewers looked at two outcomes; one study stood alone.",
        "The two-sided tests and two-arm trials were left out.",
        "I² and τ² are given.",
        "Write to someone77@example.org.",
    ],
)
def test_what_has_a_source_or_is_no_number_passes(
    rules_of: Callable[[str], list[str]], text: str
) -> None:
    assert rules_of(text) == []


def test_an_allowed_text_allows_itself_and_nothing_longer(desk: Desk) -> None:
    desk.allow("{text: about 9%, reason: a test}")
    found = desk.about("It was about 9%, not about 9.5%, about 94% or whereabout 9%.")
    assert sorted(str(problem.value) for problem in found) == ["9%", "9.5%", "94%"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("- text: grade 9", "reason is missing"),
        ("- reason: because", "either `text` or `pattern`"),
        ("- {text: a, pattern: b, reason: c}", "either `text` or `pattern`"),
        ("- {txt: a, reason: c}", 'Did you mean "text"'),
        ("- {pattern: '(', reason: c}", "regular expression"),
        ("- {text: a, rule: numbr, reason: c}", 'Did you mean "number"'),
        ("- {text: 3, reason: c}", "quotation marks"),
        ("text", "`allowed`"),
        ("- {text: a", "cannot be read"),
        ("- {text: a, reason: b}\nallowed: []", "stands twice"),
    ],
)
def test_a_wrong_entry_of_the_list_is_named(desk: Desk, entry: str, said: str) -> None:
    listed = entry if entry == "text" else f"allowed:\n  {entry}\n"
    desk.file("lint.yml").write_text(listed, encoding="utf-8")
    found = [problem for problem in desk.lint() if problem.file == "manuscript/lint.yml"]
    assert len(found) == 1
    assert said in f"{found[0].what} {found[0].hint}"


def test_an_entry_nobody_needs_is_a_warning(desk: Desk) -> None:
    desk.allow("{text: version 9, reason: none}")
    (problem,) = desk.new()
    assert (problem.severity, problem.value) == ("warning", "version 9")
    lines = desk.file("lint.yml").read_text("utf-8").split("\n")
    assert "version 9" in lines[(problem.line or 0) - 1]


def test_a_review_without_the_list_allows_nothing(desk: Desk) -> None:
    desk.allow("{text: about 9%, reason: a test}")
    assert desk.about("It was about 9%.") == []
    desk.file("lint.yml").unlink()
    assert any("about 9%" in problem.what for problem in desk.lint())


def test_a_number_of_the_front_matter_is_found_and_its_settings_are_not(desk: Desk) -> None:
    desk.replace("paper.qmd", "lang: en-GB", "lang: en-GB\ndate: 2025-05-20\nfontsize: 11pt")
    desk.replace("paper.qmd", 'title: "', 'title: "The 77 studies: ')
    (problem,) = desk.new()
    assert (problem.file, problem.line, problem.value) == ("manuscript/paper.qmd", 2, "77")


def test_a_quoted_number_that_a_value_prints_too_is_a_warning(desk: Desk) -> None:
    found = desk.about("The pooled objective response rate was 33.9% [@Chen2025review].")
    if desk.values["orr.estimate"].text == "33.9%":
        (problem,) = found
        assert problem.severity == "warning"
        assert "orr.estimate" in problem.hint


class Typist:
    """Types a number into a sentence of the body, and asks the rule for numbers."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.sentences = [
            each for each in self.read() if each.part == "body" and not each.citations
        ]

    def read(self) -> tuple[Sentence, ...]:
        facts = self.facts()
        return sentences(facts.manuscript, facts.values, facts.float_kinds)

    def facts(self) -> Facts:
        return facts_of(self.desk.root, self.desk.data, self.desk.values, RULES)

    def finds(self, sentence: Sentence, place: int, number: str) -> bool:
        line = sentence.line_at(place)
        path = self.desk.root / line.file
        original = path.read_text(encoding="utf-8")
        start = sentence.raw.rfind("\n", 0, place) + 1
        before = sentence.raw[start:place]
        in_line = line.text.index(before) + len(before)
        lines = original.split("\n")
        lines[line.line - 1] = f"{line.text[:in_line]} {number}{line.text[in_line:]}"
        path.write_text("\n".join(lines), encoding="utf-8")
        try:
            found = list(typed_numbers(self.facts(), self.read()))
        finally:
            path.write_text(original, encoding="utf-8")
        return any((each.file, each.line) == (line.file, line.line) for each in found)


@pytest.fixture
def typist(desk: Desk) -> Typist:
    return Typist(desk)


NUMBERS = st.one_of(
    st.integers(10, 99_999).map(lambda n: f"{n} patients"),
    st.integers(10_000, 9_999_999).map(lambda n: f"{n:,}"),
    st.integers(0, 1000).map(lambda n: f"{n / 10}%"),
    st.integers(0, 600).map(lambda n: f"{n / 10} months"),
    st.integers(0, 999).map(lambda n: f".{n:03d}"),
    st.integers(0, 99).map(lambda n: f"{n}.{n}–{n + 1}.{n}%"),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(which=st.integers(0), where=st.integers(0), number=NUMBERS)
def test_any_number_in_any_sentence_of_the_body_is_found(
    typist: Typist, which: int, where: int, number: str
) -> None:
    """A sentence is taken at random, a number of any form is put before one of its words."""
    sentence = typist.sentences[which % len(typist.sentences)]
    words = sentence.words
    gaps = [n for n in range(len(words) - 1) if words[n] == " " and words[n + 1].isalpha()]
    if gaps:
        assert typist.finds(sentence, gaps[where % len(gaps)], number)


def test_sentences_end_where_a_reader_ends_them(desk: Desk) -> None:
    text = (
        "First, e.g. this, and Chen S. and others (i.e. them). Second! Is it the third? The "
        "fourth has 3.5 and\ngoes on. {{< var methods.intervals >}} Sixth.[@Zhou2025] Seventh vs. "
        "others; see c-Kit."
    )
    desk.add("_results.qmd", text)
    manuscript = read_manuscript(desk.root)
    found = sentences(manuscript, desk.values, ("fig", "tbl"))
    own = [
        " ".join(each.raw.split())
        for each in found
        if each.line_at(0).file.endswith("_results.qmd")
    ]
    assert own[-7:] == [
        "First, e.g. this, and Chen S. and others (i.e. them).",
        "Second!",
        "Is it the third?",
        "The fourth has 3.5 and goes on.",
        "{{< var methods.intervals >}}",
        "Sixth.[@Zhou2025]",
        "Seventh vs. others; see c-Kit.",
    ]
