"""Does whatever is handed in give findings or a message, the same each time, and no traceback?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analysis.audit.findings import UnreadableFile
from analysis.audit.prose_reading import Page, read_prose
from analysis.audit.run import audit_claims
from analysis.audit.table_reading import read_table
from analysis.cli import main
from tests.audit.audited import HEADER, SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

SOUP = st.text(alphabet="0123456789.,;:%()[]-–−+<>=≤· \tPpIi²2QdfkCIORHRto\n\"'NRe", max_size=120)
CELL = st.one_of(
    st.sampled_from(
        ["", "33.8", "-1", "0", "100", "1e9", "NR", "P = .000", "0,5", "∞", "=1+1", "%"]
    ),
    st.text(max_size=8),
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["audit", *arguments], catch_exceptions=False)


@settings(max_examples=300, deadline=None)
@given(SOUP)
@example("9" * 400 + "% (95% CI " + "9" * 400 + "-1)")
@example("k = " + "9" * 5000 + " I2 = " + "9" * 5000)
@example(" " * 3000 + "(" * 3000 + "1" * 3000)
def test_any_text(text):
    """Is any text read without a traceback, twice the same?"""
    first, second = (read_prose([Page("", text)]) for _ in range(2))
    assert first == second
    assert audit_claims(first.claims, in_prose=True) == audit_claims(second.claims, in_prose=True)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELL, max_size=15), max_size=6), st.sampled_from(",;\t"))
def test_any_cells(rows, delimiter):
    """Are any cells under a known header read without a traceback?"""
    lines = [delimiter.join(HEADER.split(",")), *(delimiter.join(row) for row in rows)]
    try:
        table = read_table("\n".join(lines), "t.csv")
    except UnreadableFile:
        return
    audit_claims(table.claims)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([".csv", ".txt", ".pdf", ".tsv", ".xlsx", ""]))
def test_any_bytes(tmp_path_factory, content, suffix):
    """Does the command end with 0, 1 or 2 on any bytes?"""
    file = tmp_path_factory.mktemp("any") / f"file{suffix}"
    file.write_bytes(content)
    assert run(str(file)).exit_code in (0, 1, 2)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.csv", None, "cannot be opened"),
        ("empty.csv", b"", "empty"),
        ("other.csv", b"name,colour\na,b\n", "name, colour"),
        ("binary.csv", b"a,b\x00\x01,c\n", "not a text file"),
        ("book.xlsx", b"PK\x03\x04", "Save the sheet as CSV"),
        ("broken.pdf", b"%PDF-1.7\ngarbage", "not a PDF that can be read"),
        ("prose.txt", b"Nothing here.", "no statistics"),
        ("quote.csv", b'estimate,ci_low\n"1' + b"x" * 200_000, "line"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name, content, said):
    """Is the file named with what to do, and the exit code 2?"""
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    result = run(str(file))
    assert result.exit_code == 2
    assert name in result.output
    assert said in result.output


def test_a_cell_that_is_no_number_is_listed(tmp_path: Path):
    """Is the cell named with line and column, and the row still audited?"""
    file = tmp_path / "t.csv"
    file.write_text("claim_id,estimate,ci_low,ci_high,unit\na,about 5,4,6,months\n", "utf-8")
    result = run(str(file))
    assert result.exit_code == 0
    assert "line 2, column estimate: about 5" in result.output


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding):
    """Are files from spreadsheets read, whatever they were saved as?"""
    file = tmp_path / "t.csv"
    file.write_text("estimate;95% CI;unit\n0,85;0,70–1,03;OR\n", encoding)
    result = run(str(file), "--json")
    assert result.exit_code == 0
    (row,) = json.loads(result.output)["rows"]
    assert row["verdict"] == "consistent"


def test_json_of_the_shipped_file():
    """Does --json give the promised keys, exit with 1, and say the same twice?"""
    result = run(str(SHIPPED), "--json")
    assert result.exit_code == 1
    assert run(str(SHIPPED), "--json").output == result.output
    found = json.loads(result.output)
    assert found["summary"]["impossible"] == 2
    for row in found["rows"]:
        assert {"claim_id", "verdict", "checks"} <= row.keys()
        for check in row["checks"]:
            assert {"name", "verdict", "arithmetic", "rows"} <= check.keys()
            assert check["rows"][0] == row["claim_id"]
            assert check["arithmetic"]


def test_report_for_people():
    """Is the worst said first, with something to look at, and a summary last?"""
    output = run(str(SHIPPED)).output
    at = [output.index(word) for word in ("IMPOSSIBLE", "INCONSISTENT", "CONSISTENT:", "CANNOT")]
    assert at[0] < at[1] < at[3]
    assert "Look at:" in output
    assert output.rstrip().splitlines()[-1].startswith("49 claims: 2 impossible, 2 inconsistent")
    assert max(map(len, output.splitlines())) <= 100


def test_two_rows_of_one_name(tmp_path: Path):
    """Do rows with the same claim_id keep findings of their own?"""
    file = tmp_path / "t.csv"
    file.write_text(
        "claim_id,estimate,ci_low,ci_high,unit\na,5,4,6,months\na,50,4,6,months\n", "utf-8"
    )
    rows = json.loads(run(str(file), "--json").output)["rows"]
    assert [(row["claim_id"], row["verdict"]) for row in rows] == [
        ("a", "consistent"),
        ("a#2", "impossible"),
    ]


def test_a_terminal_is_not_steered(tmp_path: Path):
    """Are control characters of a cell taken out of the report?"""
    file = tmp_path / "t.csv"
    file.write_text("claim_id,estimate,outcome\na,5\x1b[31m,x\x1b[2J\n", "utf-8")
    assert "\x1b" not in run(str(file)).output
