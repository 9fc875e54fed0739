"""Is it always the wheel's own pandoc that works, and is one that fails one message?"""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from analysis.manuscript.pandoc import pandoc_failure, pandoc_program, run_pandoc
from analysis.manuscript.typesetting import typeset
from analysis.paper.figures.svg_setting import pixels_of
from schemas.problems import DataProblems


def test_threads_never_take_an_older_pandoc_from_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What Debian installs: older, and without the writer for Typst.
    other = tmp_path / "pandoc"
    other.write_text("#!/bin/sh\necho pandoc 2.17\n", encoding="ascii")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("PYPANDOC_PANDOC", str(other))
    pandoc_program.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = {job.result() for job in [pool.submit(pandoc_program) for _ in range(32)]}
    (program,) = found
    assert Path(program).parent.parent.name == "pypandoc"
    written = subprocess.run(
        [program, "--to=typst"], input="*a*", capture_output=True, text=True, check=True
    )
    assert written.stdout == "#emph[a]\n"


def test_a_pandoc_that_fails_names_file_and_reason(tmp_path: Path) -> None:
    """A folder stands where the file should be: pandoc's own reason is told, no traceback."""
    options = ["--to=docx", f"--output={tmp_path}"]
    with pytest.raises(DataProblems) as caught:
        run_pandoc(options, b"*a*", "letter.docx")
    (problem,) = caught.value.problems
    assert problem.file == "letter.docx"
    assert tmp_path.name in problem.what


def test_a_pandoc_that_the_system_ends_says_so() -> None:
    assert "signal 9" in pandoc_failure("paper.docx", -9, "").what
    assert "it said nothing" in pandoc_failure("paper.docx", 1, " ").what


def test_what_typst_cannot_set_names_file_and_reason(tmp_path: Path) -> None:
    with pytest.raises(DataProblems, match="unknown variable: nothing"):
        typeset(b"#nothing", "paper.pdf")
    with pytest.raises(DataProblems, match=r"paper\.pdf"):
        typeset(b"A", "paper.pdf", output=str(tmp_path / "gone" / "paper.pdf"))


@pytest.mark.parametrize("content", [b"<svg", b"", b"\xff\xfe", b"<svg xmlns='x'/>"])
def test_a_picture_that_cannot_be_drawn_names_its_file(content: bytes) -> None:
    with pytest.raises(DataProblems, match=r"manuscript/own\.svg"):
        pixels_of(content, file="manuscript/own.svg")
