"""Is a table that goes beyond all measure one message, whatever command reads it?"""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli import main
from schemas.csv_text import LONGEST_CELL, MOST_COLUMNS, BrokenCsv, content_of, csv_rows
from tests.conftest import ROOT

# What each reader of tables is given: its command, and a first line that it knows.
READERS = {
    "pool": ("pool {file}", "study,events,n"),
    "audit": ("audit {file}", "outcome,estimate,ci_low,ci_high"),
    "search": (
        "search import {file} --database X --date 2026-01-10 --query q",
        "Title,Authors,Year,DOI",
    ),
    "registry": ("registry read {file} --date 2026-01-10 --dry-run", "NCT Number,Study Title"),
    "screening": (
        "screen import {file} --stage title_abstract --reviewer AB",
        "title,year,included",
    ),
    "sheet": ("screen read {file}", "record_id,stage,reviewer,decision,reason,note"),
}
WIDE = "," * (MOST_COLUMNS + 1)
BROKEN = {
    "wide": f"a{WIDE}\n",
    "unclosed": 'a,"b\nc,d\n',
}


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("reader", READERS)
def test_every_reader_refuses_it_with_a_message(reader: str, fault: str, tmp_path: Path) -> None:
    command, header = READERS[reader]
    path = tmp_path / "file.csv"
    path.write_text(f"{header}\n{BROKEN[fault]}", encoding="utf-8")
    done = CliRunner().invoke(main, ["--root", str(ROOT), *command.format(file=path).split()])
    assert isinstance(done.exception, SystemExit), (done.output, done.exc_info)
    assert done.exit_code in (1, 2)
    assert "Traceback" not in done.output
    assert "line 2" in done.output or "review" in done.output


def test_rows_begin_where_they_are_said_to_begin() -> None:
    text = 'a,b\n"1\n2",3\r\n\n4,5'
    assert csv_rows(text) == [(1, ["a", "b"]), (2, ["1\n2", "3"]), (4, []), (5, ["4", "5"])]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('a\n"b\nc', 2, "never closed"),
        ('a\n"b" c', 2, "not clear"),
        (f"a\nb{WIDE}", 2, "more than 20,000 cells"),
        (f"a\n\n{'x' * (LONGEST_CELL + 1)}", 3, "more than 10,000,000 characters"),
    ],
)
def test_what_is_no_table_names_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(BrokenCsv, match=what) as caught:
        csv_rows(text)
    assert caught.value.line == line


def test_the_limit_of_other_readers_is_left_alone() -> None:
    """csv keeps one limit for the whole process."""
    import csv

    before = csv.field_size_limit()
    csv_rows("a" * 200_000)
    assert csv.field_size_limit() == before


def test_a_file_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="it holds more than 1 MB") as caught:
        content_of(Path("/dev/zero"), 1_000_000)
    assert caught.value.errno == errno.EFBIG
    path = tmp_path / "small"
    path.write_bytes(b"abc")
    assert content_of(path, 3) == b"abc"
