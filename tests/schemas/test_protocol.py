"""Is every slip in data/protocol.yml named with its line, its entry and the way out?"""

from __future__ import annotations

import pytest

from tests.schemas.conftest import ReviewCopy, the_problem

CASES = [
    # what stands there, what is written, entry reported, words
    ("profile: stata14", "profil: stata14", "profil", 'Did you mean "profile"?'),
    ("i2_below: 0.50", "i2_below: 50", "model_rule.i2_below", "50 % is 0.50"),
    ("i2_below: 0.50", "i2_below: half", "model_rule.i2_below", "must be a number"),
    ("i2_below: 0.50", "i2_belwo: 0.50", "model_rule.i2_belwo", 'Did you mean "i2_below"?'),
    ("confidence_level: 0.95", "confidence_level: 95", "confidence_level", "fraction"),
    # The entry is called as it was written: kind is the older name of measure.
    ("kind: proportion", "kind: proportions", "outcomes[orr].kind", 'Did you mean "proportion"?'),
    ("unit: percent", "unit: months", "outcomes[orr].unit", "recorded in percent"),
    ("unit: percent", "unit: weeks", "outcomes[orr].unit", "Allowed: percent."),
    ("not_more_than: dcr", "not_more_than: dcrr", "outcomes[orr].not_more_than", '"dcr"'),
    ("not_more_than: dcr", "not_more_than: os", "outcomes[orr].not_more_than", "one measure"),
    ("id: dcr", "id: orr", "outcomes[orr].id", "occurs twice"),
    ("code: DCR", "code: ORR", "outcomes[dcr].code", "occurs twice"),
    ("id: orr", "id: 1", "outcomes[1].id", "must be text"),
    ("id: orr", "id: o r", "outcomes[o r].id", "cannot be used"),
    ('edition: "1.0"', "edition: 1.0", "review.edition", "quotation marks"),
    ("id: CRD42024590395", "id: CRD4202459", "review.registration.id", "11 to 13 digits"),
    ("doi: 10.1177", "doi: https://doi.org/10.1177", "review.first_published.doi", "without"),
    ("minimum_studies: 2", "minimum_studies: 0", "adverse_events.minimum_studies", "at least 1"),
    ("minimum_studies: 2", "minimum_studies: 2.5", "adverse_events.minimum_studies", "number"),
    ("{id: RT, label", "{id: ICI, label", "subgroups[therapy].levels[ICI].id", "occurs twice"),
    ("{id: RT, label", "{id: no, label", "subgroups[therapy].levels[3].id", "quotation marks"),
    ("column: bclc", "column: therapy", "subgroups[therapy].column", "characteristics too"),
    ('grades: [any, ">=3"]', "grades: any", "adverse_events.grades", "must be a list"),
    ('grades: [any, ">=3"]', "grades: []", "adverse_events.grades", "is empty"),
    ("outcomes: [orr, dcr]", "outcomes: [orr, dcrs]", "display", "no outcome with the id dcrs"),
    (
        "citation_key: Chen2025review",
        "citation_key: Chen2025",
        "review.first_published.citation_key",
        "references.bib",
    ),
]


@pytest.mark.parametrize(("old", "new", "entry", "words"), CASES, ids=lambda x: str(x)[:30])
def test_slip_is_reported_with_its_entry(
    review: ReviewCopy, old: str, new: str, entry: str, words: str
) -> None:
    line = review.substitute(review.protocol, old, new)
    problem = next(p for p in review.check().errors if p.file == "data/protocol.yml")
    assert (problem.column or "").startswith(entry)
    assert words in f"{problem.what} {problem.hint}"
    # A column under both headings is reported where it is a subgroup, above the change.
    assert problem.line == line or ((problem.line or line) < line and "column: therapy" in new)


def test_missing_entry_is_reported(review: ReviewCopy) -> None:
    review.substitute(review.protocol, "profile: stata14\n", "")
    problem = next(p for p in review.check().errors if p.file == "data/protocol.yml")
    assert problem.column == "profile"
    assert "is missing" in problem.what


def test_missing_entry_of_a_group_names_the_line_of_the_group(review: ReviewCopy) -> None:
    line = review.substitute(review.protocol, "    kind: proportion\n", "")
    problem = next(p for p in review.check().errors if p.file == "data/protocol.yml")
    assert problem.column == "outcomes[orr].measure"
    assert problem.line is not None
    assert line - 4 <= problem.line <= line


def test_all_slips_are_reported_at_once(review: ReviewCopy) -> None:
    review.substitute(review.protocol, "i2_below: 0.50", "i2_below: 50")
    review.substitute(review.protocol, "kind: proportion", "kind: share")
    review.substitute(review.path("outcomes"), "verified", "verifid")
    files = [problem.file for problem in review.check().errors]
    assert files.count("data/protocol.yml") == 2
    assert "data/outcomes.csv" in files


def test_entry_that_occurs_twice(review: ReviewCopy) -> None:
    """YAML would silently take the second: is it refused?"""
    text = review.protocol.read_text(encoding="utf-8") + "\nprofile: metafor\n"
    review.protocol.write_text(text, encoding="utf-8")
    problem = next(p for p in review.check().errors if p.file == "data/protocol.yml")
    assert problem.column == "profile"
    assert problem.line == text.count("\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"# only a remark\n", "is empty"),
        (b"outcomes: [orr\n", "cannot be read here"),
        (b"a: b: c\n", "cannot be read here"),
        (b"\xe9\xff", "not UTF-8"),
        (b"a: !!python/object/apply:os.system [ls]\n", "cannot be read here"),
        (b"- a\n- b\n", "group of entries"),
        (b"a: 2020-13-45\n", "cannot be read here"),
        (b"? [a]\n: b\n", "cannot be read here"),
    ],
)
def test_file_that_is_no_protocol(review: ReviewCopy, content: bytes, words: str) -> None:
    review.protocol.write_bytes(content)
    errors = [p for p in review.check().errors if p.file == "data/protocol.yml"]
    assert errors
    assert words in f"{errors[0].what} {errors[0].hint}"
    assert review.check().data is None


def test_tables_are_checked_even_without_a_protocol(review: ReviewCopy) -> None:
    review.protocol.unlink()
    where = {"study_id": "ChenS2023", "outcome": "DCR", "criteria": "mRECIST"}
    review.change("outcomes", where, events="45")
    assert {p.rule for p in review.check().errors} == {"protocol-entry", "events-exceed-n"}


def test_check_without_a_protocol_leaves_no_trace(review: ReviewCopy) -> None:
    """After a check without protocol, is an unknown column still refused?"""
    protocol = review.protocol.read_bytes()
    review.protocol.unlink()
    review.check()
    review.protocol.write_bytes(protocol)
    review.write("studies", [{**row, "shoe_size": "42"} for row in review.rows("studies")])
    assert the_problem(review.check(), "column-unknown").column == "shoe_size"


def test_new_subgroup_needs_its_column(review: ReviewCopy) -> None:
    """A new subgroup is an edit in the protocol: is the missing column then asked for?"""
    review.substitute(review.protocol, "column: timing", "column: setting")
    rules = {(p.rule, p.column) for p in review.check().errors}
    assert rules == {("column-misspelt", "timing")} or ("column-missing", "setting") in rules


def test_new_outcome_is_an_edit_of_the_protocol(review: ReviewCopy) -> None:
    new = "outcomes:\n  - {id: cr, code: CR, label: Complete, kind: proportion, unit: percent}\n"
    review.substitute(review.protocol, "outcomes:\n", new)
    review.append(
        "outcomes",
        study_id="ChenS2023",
        outcome="CR",
        n="32",
        events="2",
        evidence="verified",
        source="10.3389/fonc.2023.1235786",
        location="Table 2",
    )
    assert the_problem_free(review)


def the_problem_free(review: ReviewCopy) -> bool:
    return review.check().problems == ()


def test_reference_list_that_is_missing(review: ReviewCopy) -> None:
    """Without it no key can be judged: is that one message and not one for each study?"""
    review.references.unlink()
    assert the_problem(review.check(), "references-missing").file == "manuscript/references.bib"


def test_key_that_occurs_twice(review: ReviewCopy) -> None:
    text = review.references.read_text(encoding="utf-8")
    review.references.write_text(text + "\n@misc{zhou2025, title={Other}}\n", encoding="utf-8")
    problem = the_problem(review.check(), "references-duplicate")
    assert problem.line == text.count("\n") + 2
    assert problem.value == "zhou2025"


@pytest.mark.parametrize("doi", ["10.1/A.b", "https://doi.org/10.1/a.b", "doi:10.1/a.B"])
def test_one_report_that_stands_under_two_keys(review: ReviewCopy, doi: str) -> None:
    """However it is written: DOIs know no capitals (DOI Handbook, 2.4)."""
    text = review.references.read_text(encoding="utf-8")
    text += "\n@article{First, title={One}, doi={10.1/a.b}}\n"
    second = f"@article{{Second, title={{One}}, doi={{{doi}}}}}\n"
    review.references.write_text(text + second, encoding="utf-8")
    problem = the_problem(review.check(), "references-doi")
    assert (problem.line, problem.value) == (text.count("\n") + 1, "10.1/a.b")
    assert problem.severity == "warning"
    assert "DOI of First" in problem.what


@pytest.mark.parametrize(
    "content", [b"@article{a, title={never closed\n", b"\xe9", b"@article{Zhou2025, title}\n"]
)
def test_reference_list_that_cannot_be_read(review: ReviewCopy, content: bytes) -> None:
    review.references.write_bytes(content)
    errors = review.check().errors
    assert any(problem.file == "manuscript/references.bib" for problem in errors)
