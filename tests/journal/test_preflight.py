"""Does preflight find what is missing or too long for the journal, and say so readably?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from analysis.journal.context import Submission
from analysis.journal.counts import cited_keys, counts_of
from analysis.journal.preflight import preflight_sources
from analysis.journal.preflight.cited import reference_problems
from analysis.journal.preflight.limits import exceeded, measured
from analysis.journal.preflight.report import render_html, render_terminal, verdict
from analysis.journal.requirements import Journal, Limits
from analysis.manuscript.citation_style import style_file
from schemas.authors import Authors
from schemas.problems import Problem

Make = Callable[..., Submission]
AMA = style_file("american-medical-association")
ARTICLE = "author={A, B}, title={A title}, journal={Gut}, year={2020}"
UNKNOWN = ARTICLE.replace("Gut", "Journal of Nowhere")
SOURCE = {"title": "Guidelines", "read": dt.date(2026, 11, 22), "covers": ["limits"]}


def rules_of(**limits: int) -> Journal:
    named = {"id": "example", "name": "Example Journal"}
    return Journal.model_validate({**named, "sources": [SOURCE], "limits": limits})


def limited(make: Make, **limits: int) -> Submission:
    return make(sources=[SOURCE], limits=limits, draft=False)


def rules(problems: tuple[Problem, ...], severity: str = "error") -> set[str]:
    return {problem.rule for problem in problems if problem.severity == severity}


def test_figures_that_write_numbers_otherwise_are_told(submission_for: Make) -> None:
    told = "writes numbers otherwise than the figures do"
    for numbers, expected in (({}, False), ({"leading_zero": True, "p_letter": "p"}, True)):
        found = preflight_sources(submission_for(numbers=numbers))
        assert any(told in p.what and p.severity == "warning" for p in found) is expected


# Limits


def test_counts_are_those_of_the_text(submission_for: Make) -> None:
    submission = submission_for()
    counts = counts_of(submission)
    title = str(submission.manuscript.front_matter["title"])
    assert counts.title_characters == len(title)
    assert counts.title_words == len(title.split())
    assert counts.keywords == len(submission.manuscript.front_matter["keywords"])
    assert counts.tables == sum(n.startswith("tbl-") for n in submission.items)
    assert counts.figures == sum(n.startswith("fig-") for n in submission.items)
    assert counts.references == len(cited_keys(submission))
    # Words of the sources without markup are about as many as those that are read.
    body = " ".join(line.text for line in submission.manuscript.body if ":::" not in line.text)
    assert 0.5 < counts.main_text_words / len(body.split()) < 1.2


@pytest.mark.parametrize(
    "name",
    [
        "abstract_words",
        "main_text_words",
        "references",
        "tables",
        "figures",
        "display_items",
        "title_characters",
        "title_words",
        "running_head_characters",
        "keywords",
        "heading_levels",
    ],
)
def test_limit_holds_to_the_last_word(submission_for: Make, name: str) -> None:
    counts = counts_of(submission_for())
    found = getattr(counts, name)
    assert found > 0
    kept, broken = (rules_of(**{name: limit}) for limit in (found, found - 1))
    assert not list(exceeded(kept, measured(kept, counts)))
    (problem,) = exceeded(broken, measured(broken, counts))
    assert problem.value == str(found)
    advice = {
        **dict.fromkeys(("display_items", "tables", "figures"), "Move 1 to the supplement"),
        **dict.fromkeys(("references", "keywords", "heading_levels"), "Leave out 1."),
    }
    assert advice.get(name, "Shorten by 1.") in problem.hint


def test_broken_limit_refuses(submission_for: Make) -> None:
    assert "journal-limit" in rules(preflight_sources(limited(submission_for, tables=0)))


def test_too_few_keywords(submission_for: Make) -> None:
    counts = counts_of(submission_for())
    wanted = rules_of(keywords_least=counts.keywords + 2)
    (problem,) = exceeded(wanted, measured(wanted, counts))
    assert "Add 2" in problem.hint


def test_heading_of_the_abstract_that_nobody_wrote(submission_for: Make) -> None:
    given = ["Background", "Methods", "Results", "Conclusions"]
    headings = [{"heading": "Summary", "takes": given}, {"heading": "Data sources"}]
    submission = submission_for(abstract={"structured": True, "headings": headings})
    found = [p.value for p in preflight_sources(submission) if p.rule == "journal-abstract"]
    assert found == ["Data sources"]


# Statements and rows


def test_reconstructed_rows_refuse_a_package_but_not_a_draft(submission_for: Make) -> None:
    assert "evidence" in rules(preflight_sources(submission_for(draft=False)))
    problems = preflight_sources(submission_for(draft=True))
    assert "evidence" not in rules(problems)
    assert "evidence" in rules(problems, "warning")


@pytest.mark.parametrize(
    ("table", "column", "value", "found"),
    [
        ("outcomes", "evidence", None, "Nobody has said"),
        ("outcomes", "evidence", "guessed", "Nobody has said"),
        ("comparator_events", "evidence", None, "Nobody has said"),
        ("quality_jbi", "evidence", "reconstructed", "are reconstructed"),
        ("flow", "evidence", "reconstructed", "are reconstructed"),
    ],
)
def test_every_table_is_asked_how_its_rows_are_known(
    submission_for: Make, table: str, column: str, value: str | None, found: str
) -> None:
    submission = submission_for(draft=False)
    told = {p.what for p in preflight_sources(submission) if p.file == f"data/{table}.csv"}
    frame = getattr(submission.data, table).copy()
    frame.loc[0, column] = value
    changed = replace(submission, data=replace(submission.data, **{table: frame}))
    errors = [
        p
        for p in preflight_sources(changed)
        if p.file == f"data/{table}.csv" and p.what not in told
    ]
    assert [p.severity for p in errors if found in p.what] == ["error"]
    # A rate of a comparator that nobody has read yet prints nothing.
    assert not [p for p in told if "Nobody has said" in p]


def test_a_review_whose_rows_are_read_is_not_refused(submission_for: Make) -> None:
    submission = submission_for(draft=False)
    read = {}
    for table in ("studies", "outcomes", "adverse_events"):
        frame = getattr(submission.data, table)
        read[table] = frame[frame["evidence"] != "reconstructed"]
        assert 0 < len(read[table]) < len(frame)
    problems = preflight_sources(replace(submission, data=replace(submission.data, **read)))
    errors = [p for p in problems if p.severity == "error"]
    # The abstract of a meeting, whose year nobody has read yet.
    assert [(p.rule, p.value) for p in errors] == [("reference-incomplete", "LinH_ALTERH003")]
    # What was computed from a report is only mentioned.
    assert "evidence" in rules(problems, "warning")


def test_nothing_declared_is_told_entry_by_entry(submission_for: Make) -> None:
    wanted = ["funding", "patient_involvement", "guarantor", "contributions", "registration"]
    submission = replace(submission_for(statements=wanted, draft=False), authors=Authors())
    told = " ".join(f"{p.column} {p.what}" for p in preflight_sources(submission))
    for words in ("No author is named", "funding", "patients and the public", "guarantor"):
        assert words in told
    # The protocol says where the review is registered.
    assert "statement: registration" not in told


def test_what_the_authors_declared_is_not_asked_again(submission_for: Make) -> None:
    wanted = ["funding", "competing_interests", "ethics", "contributions", "acknowledgements"]
    found = rules(preflight_sources(submission_for(statements=wanted, draft=False)))
    assert "statement-missing" not in found


def test_figure_without_alternative_text(submission_for: Make) -> None:
    items = {"fig-x": {"kind": "figure", "images": [{"name": "fig-x", "alt": " "}]}}
    submission = replace(submission_for(), items=items)
    assert "alt-text" in rules(preflight_sources(submission))


# References


@pytest.mark.parametrize(
    ("doi", "rule"),
    [
        ("10.1016/0197-2456(95)00134-4", None),
        ("10.1016/S1470-2045(25)00190-1", None),
        ("https://doi.org/10.1000/x", "doi-form"),
        ("doi:10.1000/x", "doi-form"),
        ("10.1000/x.", "doi-form"),
        ("10.1000/x)", "doi-form"),
        ("10.1000", "doi-form"),
        ("", "doi-missing"),
    ],
)
def test_form_of_a_doi(tmp_path: Path, doi: str, rule: str | None) -> None:
    (tmp_path / "manuscript").mkdir()
    text = f"@article{{Example2020,\n {ARTICLE},\n doi={{{doi}}}}}\n"
    (tmp_path / "manuscript/references.bib").write_text(text, encoding="utf-8")
    found = [p.rule for p in reference_problems(tmp_path, ["Example2020", "Unknown2021"], AMA)]
    assert found == ([rule] if rule else [])


def test_two_works_with_one_doi(tmp_path: Path) -> None:
    (tmp_path / "manuscript").mkdir()
    text = f"@article{{A,\n doi={{10.1000/x}}, {ARTICLE}}}\n"
    text += f"@article{{B,\n doi={{10.1000/X}}, {ARTICLE}}}\n"
    (tmp_path / "manuscript/references.bib").write_text(text, encoding="utf-8")
    (problem,) = reference_problems(tmp_path, ["A", "B"], AMA)
    assert (problem.rule, problem.line) == ("doi-repeated", 3)


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ("@article{A, author={A, B}, title={T}, year={2020}, doi={10.1000/x}}", "no journal"),
        ("@article{A, author={A, B}, title={T}, journal={Gut}, doi={10.1000/x}}", "no year"),
        ("@article{A, title={T}, journal={Gut}, year={2020}, doi={10.1000/x}}", "no author"),
        ("@book{A, editor={A, B}, title={T}, year={2020}, doi={10.1000/x}}", "no publisher"),
        ("@misc{A, title={T}, year={2020}}", "no url"),
        ("@misc{A, title={T}, howpublished={A meeting}, doi={10.1000/x}}", "no year"),
        ("@misc{A, title={T}, howpublished={A meeting}, year={2020}, doi={10.1000/x}}", None),
        ("@online{A, title={T}, url={x}, urldate={2020-01-02}, doi={10.1000/x}}", None),
        (f"@article{{A, {ARTICLE}, doi={{10.1000/x}}}}", None),
        # A journal whose short name nobody knows is printed in full, and named.
        (
            f"@article{{A, {UNKNOWN}, doi={{10.1000/x}}}}",
            "The abbreviation of Journal of Nowhere is not known",
        ),
        (
            f"@article{{A, {UNKNOWN}, shortjournal={{J Nowhere}}, doi={{10.1000/x}}}}",
            None,
        ),
    ],
)
def test_what_a_reference_lacks(tmp_path: Path, entry: str, what: str | None) -> None:
    (tmp_path / "manuscript").mkdir()
    (tmp_path / "manuscript/references.bib").write_text(entry, encoding="utf-8")
    found = [p for p in reference_problems(tmp_path, ["A"], AMA) if p.rule != "doi-missing"]
    assert len(found) == (what is not None)
    assert all(str(what) in problem.what and problem.line == 1 for problem in found)


# The report


def test_report_holds_limits_and_problems_and_needs_nothing_else(submission_for: Make) -> None:
    submission = limited(submission_for, abstract_words=10)
    problems = preflight_sources(submission)
    page = render_html(submission, problems)
    tree = html.document_fromstring(page)
    rows = [[c.text_content() for c in row] for row in tree.iter("tr")]
    words = str(counts_of(submission).abstract_words)
    assert ["Words of the abstract", words, "at most 10", "not kept"] in rows
    assert all(p.what in tree.text_content() for p in problems)
    assert not re.search(r"(?:src|href|url)\s*[=(]", page)
    assert page == render_html(submission, problems)
    assert tree.get("lang") == "en"
    assert all(cell.get("scope") for cell in tree.iter("th"))
    text = render_terminal(submission, problems)
    assert text.startswith("Not ready for Example Journal")
    assert re.search(rf"✗ Words of the abstract +{words} +at most 10", text)


def test_problem_cannot_become_markup(submission_for: Make) -> None:
    nasty = Problem("<b>a</b>", None, None, "<script>", "<img>", "&", "error", "x")
    page = render_html(submission_for(), (nasty,))
    assert "<script>" not in page
    assert "<img>" not in page


def test_verdict(submission_for: Make) -> None:
    told = verdict(submission_for(draft=False), ())
    assert told.startswith(
        "Ready for Example Journal as far as its rules are known: no limit of 11"
    )
    assert "words of the abstract" in told
    one = verdict(limited(submission_for, abstract_words=1000), ())
    assert "only 1 of 11 limits" in one
    known = {name: 10**6 for name in Limits.model_fields if name != "keywords_least"}
    every = submission_for(draft=False, limits=known, sources=[SOURCE])
    assert verdict(every, ()) == "Ready for Example Journal."
    assert "must not be submitted" in verdict(submission_for(draft=True), ())
