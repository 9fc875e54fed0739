"""Do the hooks around the genuine Quarto build before it and leave the same files after it?

Quarto itself cannot be installed here; a stand-in calls the hooks as Quarto was seen to do
(quarto-facts.md) and leaves files where Quarto leaves them.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from analysis.render import quarto_program
from analysis.render.engine import render
from analysis.render.formats import FORMATS
from schemas.problems import DataProblems
from tests.conftest import ROOT, copy_review

STAND_IN = """
import os, pathlib, shutil, subprocess, sys
if sys.argv[1:] == ["--version"]:
    print("1.9.38")
    sys.exit()
root = pathlib.Path.cwd()
python = os.environ.get("QUARTO_PYTHON", sys.executable)
if subprocess.call([python, "analysis/render/pre_render.py"]):
    sys.exit(1)
if "PDF_FAILS" in os.environ:
    (root / "manuscript/paper.html").write_text("made before the PDF")
    (root / "manuscript/paper.typ").write_text("what Typst refuses")
    sys.exit(1)
wanted = sys.argv[3:] or ["html", "typst", "docx", "jats"]
names = {{"html": "html", "typst": "pdf", "docx": "docx", "jats": "xml"}}
out = root / "_output" / "manuscript"
out.mkdir(parents=True, exist_ok=True)
for name in wanted:
    shutil.copy(pathlib.Path({made!r}) / f"paper.{{names[name]}}", out)
sys.exit(subprocess.call([python, "analysis/render/post_render.py"]))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = copy_review(tmp_path / "project")
    for name in ("analysis", "schemas"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "pyproject.toml", root / "pyproject.toml")
    return root


@pytest.fixture
def with_quarto(tmp_path: Path, rendered: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    program = tmp_path / "bin" / "quarto"
    program.parent.mkdir()
    code = tmp_path / "bin" / "stand_in.py"
    code.write_text(STAND_IN.format(made=str(rendered / "_output")), encoding="utf-8")
    # Not the environment's Python behind `#!`, which may not have a space in its path.
    command = shlex.join([sys.executable, str(code)])
    program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    quarto_program.quarto_version.cache_clear()
    yield
    quarto_program.quarto_version.cache_clear()


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
@pytest.mark.usefixtures("with_quarto")
def test_quarto_leaves_the_same_files_under_the_same_names(project: Path, rendered: Path) -> None:
    report = render(project, list(FORMATS), engine="auto")
    assert report.engine == "quarto"
    assert files(project / "_output") == files(rendered / "_output")
    assert not render(project, list(FORMATS), engine="quarto").fresh


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
@pytest.mark.usefixtures("with_quarto")
def test_one_format_stays_where_quarto_preview_looks_and_is_not_taken_for_new(
    project: Path,
) -> None:
    left = project / "_output/manuscript"
    left.mkdir(parents=True)
    (left / "paper.pdf").write_bytes(b"left by a run that failed")
    render(project, ["html"], engine="quarto")
    page = project / "_output/paper.html"
    assert files(left) == {"paper.html"}
    assert (left / "paper.html").read_bytes() == page.read_bytes()
    assert not (project / "_output/paper.pdf").exists()
    # Without a path, a preview serves index.html.
    assert 'url=manuscript/paper.html"' in (project / "_output/index.html").read_text("utf-8")
    render(project, ["jats"], engine="quarto")
    assert files(left) == {"paper.xml"}


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
@pytest.mark.usefixtures("with_quarto")
def test_files_of_other_data_are_named_and_those_of_a_failure_removed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    render(project, list(FORMATS), engine="quarto")
    text = project / "manuscript/_discussion.qmd"
    text.write_text(text.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    done = subprocess.run(
        ["quarto", "render", "--to", "html"],
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in ("pdf", "docx", "xml"):
        assert f"Removed _output/paper.{name}: it was made from other data." in done.stdout
    before = files(project / "_output") - {"index.html", "manuscript/paper.html"}
    monkeypatch.setenv("PDF_FAILS", "1")
    with pytest.raises(DataProblems):
        render(project, list(FORMATS), engine="quarto", force=True)
    assert not {"paper.html", "paper.typ"} & files(project / "manuscript")
    assert files(project / "_output") == before


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
@pytest.mark.usefixtures("with_quarto")
def test_a_mistake_in_the_data_stops_quarto_and_keeps_the_output(project: Path) -> None:
    render(project, ["html"], engine="quarto")
    before = (project / "_output/paper.html").read_bytes()
    outcomes = project / "data/outcomes.csv"
    text = outcomes.read_text(encoding="utf-8")
    outcomes.write_text(text.replace("R01,,ORR,,32,10,", "R01,,ORR,,32,99,"), encoding="utf-8")
    done = subprocess.run(
        ["quarto", "render"], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "data/outcomes.csv" in done.stderr
    assert "Traceback" not in done.stderr
    assert (project / "_output/paper.html").read_bytes() == before


def test_a_python_without_the_packages_is_told_which_command_to_run(project: Path) -> None:
    done = subprocess.run(
        # -I -S: no packages at all, as in a Python that Quarto may find.
        [sys.executable, "-I", "-S", "analysis/render/pre_render.py"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "make setup" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_old_quarto_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarto_program, "quarto_version", lambda: (1, 8, 24))
    assert not quarto_program.quarto_is_usable()
    monkeypatch.setattr(quarto_program, "quarto_version", lambda: (1, 10, 0))
    assert quarto_program.quarto_is_usable()


def test_what_quarto_reads_before_the_build_exists_in_a_clean_clone() -> None:
    # Quarto resolves includes before pre-render runs: nothing generated may be included.
    config = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))
    named = [config["project"]["pre-render"], config["project"]["post-render"]]
    named += [entry["path"] for entry in config["filters"]]
    named += [config["format"]["html"]["css"], config["format"]["typst"]["include-in-header"]]
    named += config["project"]["render"]
    if (ROOT / ".git").exists() and shutil.which("git"):
        # Another user may own the clone, as in a container; nothing of it is run here.
        tracked = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", *named],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        assert sorted(tracked) == sorted(named)
    assert all((ROOT / name).is_file() for name in named)
    for path in (ROOT / "manuscript").glob("*.qmd"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if "{{< include" in line:
                assert "_generated" not in line
