"""Is a damaged export always read or refused in words, never with a traceback?"""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.update.searching.cleaning import clean
from analysis.update.searching.exports import FORMATS, read_export
from schemas.cells import refuse_any
from schemas.problems import DataProblems
from tests.update.searching.conftest import EXAMPLES

QUICK = settings(max_examples=60, deadline=None)
FILES = sorted(path for path in EXAMPLES.iterdir() if path.is_file())


def look(data: bytes, asked: str = "auto") -> None:
    try:
        export = read_export(data, "export", asked)
    except DataProblems:
        return
    assert export.records
    for record in export.records:
        assert record.line >= 1
        assert all(refuse_any(cell) is None for cell in clean(record).values() if cell)


@QUICK
@given(st.sampled_from(FILES), st.data())
def test_examples_with_a_piece_lost_doubled_or_replaced(path: Path, data: st.DataObject) -> None:
    content = path.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 80)))
    piece = data.draw(st.sampled_from([b"", content[start:end] * 2, b'"', b"{", b"<", b"\n\n"]))
    look(content[:start] + piece + content[end:])


@QUICK
@given(st.binary(max_size=200), st.sampled_from(["auto", *FORMATS]))
@example(b"\x01\r\x01", "auto")
@example(b"x" * 140_000, "auto")
def test_any_bytes_as_any_format(content: bytes, asked: str) -> None:
    look(content, asked)


@QUICK
@given(
    st.text(max_size=200),
    st.sampled_from(
        [
            "TY  - JOUR\n{}\nER  - \n",
            "PMID- 1\nTI  - {}\n",
            "PT J\nTI {}\nER\n",
            "@article{{a, title={{{}}}}}",
            "Title,Year\n{},2020\n",
            "<xml><records><record>{}</record></records></xml>",
        ]
    ),
)
def test_any_text_inside_a_record(text: str, frame: str) -> None:
    look(frame.format(text).encode("utf-8", "replace"))
