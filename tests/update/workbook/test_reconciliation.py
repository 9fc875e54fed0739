"""Are two extractors' disagreements all found, with their sources, and the agreed rows built?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.storage.table_files import read_table
from analysis.update.reconciliation.comparison import Comparison
from analysis.update.reconciliation.pair import reconcile
from analysis.update.reconciliation.report import comparison_text
from analysis.update.workbook.cells import UNDECIDED
from schemas.problems import DataProblems
from tests.update.workbook.conftest import KNOWN, Form, read, rules

MakeForm = Callable[..., Form]


@pytest.fixture
def pair(form: MakeForm) -> tuple[Form, Form]:
    """Two workbooks of one study; the second differs in what the tests look for."""
    a, b = form(name="a.xlsx").example(), form(name="b.xlsx").example()
    b.put("outcomes", 2, events=13, location="Figure 2")
    b.put("studies", 2, n_arm="30.0", label="example 2026.", note="seen by B")
    b.put("adverse_events", 2, term_reported="Hypertension")
    event = {"study_id": "Example2026", "grade": "any", "n": 30, "events": 9}
    a.put("adverse_events", 3, term_reported="decreased appetite", **event, **KNOWN)
    b.put("adverse_events", 3, term_reported="appetite decreased", **event, **KNOWN)
    return a, b


def compared(root: Path, pair: tuple[Form, Form], out: Path | None = None) -> Comparison:
    shares: list[float] = []
    one, other = pair[0].save(), pair[1].save()
    found = reconcile(root, one, other, out, progress=lambda share, _: shares.append(share))
    # What draws the bar: from nothing to all, never back.
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    return found


def test_every_disagreement_is_listed_with_both_sources(
    root: Path, pair: tuple[Form, Form]
) -> None:
    found = compared(root, pair)
    told = [(d.table, d.column, d.a.value, d.b.value) for d in found.disagreements]
    assert told == [
        ("outcomes", "events", "12", "13"),
        ("outcomes", "location", "Table 2", "Figure 2"),
    ]
    events = found.disagreements[0]
    assert (events.a.row, events.a.source) == (2, "10.1000/example, Table 2")
    assert events.b.source == "10.1000/example, Figure 2"


def test_rows_of_one_workbook_are_named_with_a_similar_one(
    root: Path, pair: tuple[Form, Form]
) -> None:
    found = compared(root, pair)
    assert [(o.book, o.row) for o in found.only] == [
        ("A", "Example2026, decreased appetite, any"),
        ("B", "Example2026, appetite decreased, any"),
    ]
    assert "differs only in term_reported" in found.only[0].hint


def test_agreement_is_counted_over_filled_cells_of_common_rows(root: Path, form: MakeForm) -> None:
    """One row, counted by hand: 12 and 13 differ, the other filled cells outside the key agree."""
    a, b = form(name="a.xlsx"), form(name="b.xlsx")
    for filled, events in ((a, 12), (b, 13)):
        filled.put("outcomes", 2, study_id="X", outcome="ORR", n=30, events=events, **KNOWN)
    found = compared(root, (a, b))
    # n, events, evidence, source and location
    assert (found.total.compared, found.total.agreed) == (5, 4)
    assert found.counts["outcomes", "events"].share == 0
    assert "Agreement: 4 of 5 cells (80.0 %)" in comparison_text(found)


def test_kappa_of_judgements(root: Path, form: MakeForm) -> None:
    """Ten items, of which 6 yes–yes, 2 no–no, 1 yes–no and 1 no–yes.

    Agreement 0.8; by chance 0.7·0.7 + 0.3·0.3 = 0.58; κ = (0.8 − 0.58) / 0.42 = 0.5238.
    """
    a, b = form(name="a.xlsx"), form(name="b.xlsx")
    answers = [("yes", "yes")] * 6 + [("no", "no")] * 2 + [("yes", "no"), ("no", "yes")]
    for side, filled in enumerate((a, b)):
        cells = {f"q{n}": pair[side] for n, pair in enumerate(answers, start=1)}
        filled.put("quality_jbi", 2, study_id="X", **cells, **KNOWN)
    judged, kappa = compared(root, (a, b)).kappas["quality_jbi"]
    assert judged == 10
    assert kappa is not None
    assert kappa.estimate == pytest.approx(0.22 / 0.42, abs=1e-12)
    assert kappa.low < kappa.estimate < kappa.high


def test_kappa_of_judgements_whose_values_depend_on_the_tool(root: Path, form: MakeForm) -> None:
    """The same ten pairs as above, as rows of quality.csv; 0.22 / 0.42 again."""
    a, b = form(name="a.xlsx"), form(name="b.xlsx")
    levels = {"yes": "low", "no": "high"}
    pairs = [("yes", "yes")] * 6 + [("no", "no")] * 2 + [("yes", "no"), ("no", "yes")]
    for side, filled in enumerate((a, b)):
        for place, pair in enumerate(pairs):
            study, item = ("X", "Y")[place // 5], f"d{place % 5 + 1}"
            cells = {"tool": "rob2", "item": item, "judgement": levels[pair[side]]}
            filled.put("quality", place + 2, study_id=study, **cells, **KNOWN)
    judged, kappa = compared(root, (a, b)).kappas["quality, rob2"]
    assert judged == 10
    assert kappa is not None
    assert kappa.estimate == pytest.approx(0.22 / 0.42, abs=1e-12)


def test_kappa_is_of_one_tool_at_a_time(root: Path, form: MakeForm) -> None:
    """Three judgements: of ten, 4 low–low, 2 some–some, 1 high–high, 2 low–some, 1 some–high.

    Agreement 0.7. A: low 6, some 3, high 1; B: low 4, some 4, high 2; by chance 0.24 + 0.12 + 0.02
    = 0.38; κ = 0.32 / 0.62. Ten answers to MINORS on which both agree do not change it.
    """
    a, b = form(name="a.xlsx"), form(name="b.xlsx")
    low, some, high = "low", "some concerns", "high"
    pairs = [(low, low)] * 4 + [(some, some)] * 2 + [(high, high)] + [(low, some)] * 2
    pairs.append((some, high))
    for side, filled in enumerate((a, b)):
        for place, pair in enumerate(pairs):
            study, item = ("X", "Y")[place // 5], f"d{place % 5 + 1}"
            cells = {"tool": "rob2", "item": item, "judgement": pair[side]}
            filled.put("quality", place + 2, study_id=study, **cells, **KNOWN)
        for place in range(10):
            answer = ("reported and adequate", "not reported")[place % 2]
            cells = {"tool": "minors", "item": f"q{place + 1}", "answer": answer}
            filled.put("quality", place + 12, study_id="Z", **cells, **KNOWN)
    found = compared(root, (a, b)).kappas
    judged, kappa = found["quality, rob2"]
    assert judged == 10
    assert kappa is not None
    assert kappa.estimate == pytest.approx(0.32 / 0.62, abs=1e-12)
    judged, kappa = found["quality, minors"]
    assert judged == 10
    assert kappa is not None
    assert kappa.estimate == 1


def test_kappa_of_one_who_answers_the_same_everywhere_has_no_interval(
    root: Path, form: MakeForm
) -> None:
    """Nine times unclear–unclear, once unclear–yes: chance alone gives the same 0.9; κ = 0."""
    a, b = form(name="a.xlsx"), form(name="b.xlsx")
    for filled, first in ((a, "unclear"), (b, "yes")):
        cells = {f"q{n}": "unclear" for n in range(2, 11)} | {"q1": first}
        filled.put("quality_jbi", 2, study_id="X", **cells, **KNOWN)
    text = comparison_text(compared(root, (a, b)))
    assert "Cohen's κ 0.00, without an interval over 10 judgements" in text


def test_the_same_rows_in_two_workbooks_agree(root: Path, form: MakeForm) -> None:
    a, b = form(name="a.xlsx").example(), form(name="b.xlsx").example()
    b.book.properties.creator = "B"
    found = compared(root, (a, b))
    assert (found.disagreements, found.only) == ([], [])
    assert found.total.agreed == found.total.compared > 0
    paths = [str(filled.path) for filled in (a, b)]
    told = CliRunner().invoke(main, ["--root", str(root), "reconcile", *paths])
    assert f"Nothing is to be decided: review workbook read {a.path}" in told.stderr


def test_one_file_under_two_names_is_no_second_extraction(root: Path, form: MakeForm) -> None:
    """Is an agreement of 100 % refused that comes from giving one workbook twice?"""
    one = form(name="a.xlsx").example().save()
    copy = one.with_name("b.xlsx")
    copy.write_bytes(one.read_bytes())
    with pytest.raises(DataProblems, match="are the same file"):
        reconcile(root, one, copy)


def test_a_workbook_that_is_no_form_is_told_once(root: Path, form: MakeForm) -> None:
    other = form(name="other.xlsx").path
    openpyxl.Workbook().save(other)
    with pytest.raises(DataProblems) as refused:
        reconcile(root, other, form(name="b.xlsx").save())
    assert [problem.rule for problem in refused.value.problems] == ["workbook-no-sheet"]


def test_what_is_not_decided_is_refused_and_what_is_decided_is_read(
    root: Path, pair: tuple[Form, Form], tmp_path: Path
) -> None:
    out = tmp_path / "agreed.xlsx"
    compared(root, pair, out)
    agreed = Form(out.read_bytes(), out)
    events = agreed.cell("outcomes", 2, "events")
    assert events.value == f"{UNDECIDED}A: 12 | B: 13"
    assert "10.1000/example, Figure 2" in events.comment.text
    assert agreed.cell("studies", 2, "n_arm").value == 30
    assert agreed.cell("studies", 2, "note").value == "seen by B"
    assert rules(read(root, agreed)).count("workbook-undecided") == 4
    agreed.put("outcomes", 2, events=12, location="Table 2")
    for row in range(2, 6):
        if agreed.cell("adverse_events", row, "remove").value:
            keep = agreed.cell("adverse_events", row, "term_reported").value == "decreased appetite"
            agreed.put("adverse_events", row, remove="no" if keep else "yes")
    intake = read(root, agreed)
    assert intake.written, [found.problem for found in intake.found]
    events_of = [r for r in read_table(root, "adverse_events")[1] if r["study_id"] == "Example2026"]
    assert [row["term_reported"] for row in events_of] == ["hypertension", "decreased appetite"]


def test_a_cell_to_decide_has_one_drop_down_with_both_values(
    root: Path, pair: tuple[Form, Form], tmp_path: Path
) -> None:
    out = tmp_path / "agreed.xlsx"
    compared(root, pair, out)
    book: Any = openpyxl.load_workbook(out)
    own = [v for v in book["outcomes"].data_validations.dataValidation if "F2" in v.sqref]
    assert len(own) == 1
    cells = own[0].formula1.removeprefix("Lists!").replace("$", "")
    assert [row[0].value for row in book["Lists"][cells]] == [12, 13]


def test_a_workbook_with_refused_cells_is_not_compared(
    root: Path, form: MakeForm, tmp_path: Path
) -> None:
    a, b = form(name="a.xlsx").example(), form(name="b.xlsx").example()
    b.put("outcomes", 2, events="=6*2")
    with pytest.raises(DataProblems, match="formula"):
        compared(root, (a, b))


def test_the_command(root: Path, pair: tuple[Form, Form]) -> None:
    paths = [str(filled.save()) for filled in pair]
    plain = CliRunner().invoke(main, ["--root", str(root), "reconcile", *paths])
    assert plain.exit_code == 0
    assert "2 disagreements; 2 rows in one workbook only." in plain.output
    as_json = CliRunner().invoke(main, ["--root", str(root), "reconcile", *paths, "--json"])
    found = json.loads(as_json.stdout)
    assert found["cells"]["compared"] == sum(column["compared"] for column in found["columns"])
    assert len(found["disagreements"]) == 2
