"""Is it always the wheel's own pandoc that works, whatever is installed besides?"""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from analysis.manuscript.pandoc import pandoc_program


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
