"""Can any file content make the check fail with a traceback?"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import check_review, render_report
from tests.schemas.conftest import EDITION, TABLES, ReviewCopy

# Few examples: each one checks a whole review.
QUICK = settings(max_examples=40)

# Bytes that are no table at all are refused in a few ways only.
QUICKER = settings(QUICK, max_examples=20)

CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "0", "-1", "1e9", "1,5", "NaN", "inf", "=1", "yes", "45000", "Aug-20"]),
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(["R01", "Zhou2025", "ChenS2023", "ORR", "DCR", "PFS", "any", ">=3", "A"]),
)


def _check(change: object, name: str) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(EDITION / "data", root / "data")
        (root / "manuscript").mkdir()
        bib = "manuscript/references.bib"
        shutil.copyfile(EDITION / bib, root / bib)
        assert callable(change)
        change(ReviewCopy(root))
        report = check_review(root)
        text = render_report(report)
    assert (report.data is None) == bool(report.errors), name
    assert text.splitlines()[-1].endswith(("warnings.", "warning."))


@QUICKER
@given(content=st.binary(max_size=300), table=st.sampled_from(TABLES))
def test_random_bytes_as_a_table(content: bytes, table: str) -> None:
    _check(lambda review: review.path(table).write_bytes(content), table)


@QUICKER
@given(content=st.binary(max_size=300))
def test_random_bytes_after_the_header(content: bytes) -> None:
    def change(review: ReviewCopy) -> None:
        header = review.path("outcomes").read_bytes().split(b"\n")[0]
        review.path("outcomes").write_bytes(header + b"\n" + content)

    _check(change, "outcomes")


@QUICKER
@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_random_bytes_as_protocol_and_references(content: bytes) -> None:
    def change(review: ReviewCopy) -> None:
        review.protocol.write_bytes(content)
        review.references.write_bytes(content)

    _check(change, "protocol")


@QUICK
@given(data=st.data(), table=st.sampled_from(TABLES))
def test_random_cells(data: st.DataObject, table: str) -> None:
    """Cells of any content in right columns: no traceback from any check between cells."""

    def change(review: ReviewCopy) -> None:
        rows = review.rows(table)[:6]
        for row in rows:
            columns = data.draw(st.sets(st.sampled_from(list(row)), max_size=6))
            row.update({column: data.draw(CELLS) for column in sorted(columns)})
        review.write(table, rows)

    _check(change, table)


@QUICK
@given(data=st.data())
def test_random_entries_of_the_protocol(data: st.DataObject) -> None:
    """Any line of the protocol replaced by any plain YAML value."""

    def change(review: ReviewCopy) -> None:
        lines = review.protocol.read_text(encoding="utf-8").splitlines()
        number = data.draw(st.integers(0, len(lines) - 1))
        values = [
            "",
            "[]",
            "{}",
            "null",
            "no",
            "-1",
            "1e400",
            ".nan",
            "2020-01-01",
            "[a, [b]]",
            "x",
        ]
        lines[number] = lines[number].split(":")[0] + ": " + data.draw(st.sampled_from(values))
        review.protocol.write_text("\n".join(lines), encoding="utf-8")

    _check(change, "protocol")


@pytest.mark.parametrize("missing", ["data", "manuscript", ""])
def test_folders_that_do_not_exist(tmp_path: Path, missing: str) -> None:
    """The wrong folder was given: is what is missing said, once, and no traceback?"""
    root = tmp_path / "review"
    if missing:
        shutil.copytree(EDITION / "data", root / "data")
        (root / "manuscript").mkdir()
        shutil.rmtree(root / missing)
    report = check_review(root)
    assert report.data is None
    rules = {p.rule for p in report.errors}
    assert rules == ({"references-missing"} if missing == "manuscript" else {"no-review"})
