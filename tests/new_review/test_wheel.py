"""Does a wheel alone, without the repository, give a paper as docs/first-steps.md says?"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis.storage.fingerprint import program_fingerprint
from tests.conftest import ROOT
from tests.typed_sheets import fill

# Trials of BCG against tuberculosis: events and patients without, vaccinated and not. Colditz 1994,
# JAMA 271:698, as dat.bcg of the R package metadat has them.
TRIALS = (
    ("Aronson", 1948, 4, 119, 11, 128),
    ("Ferguson and Simes", 1949, 6, 300, 29, 274),
    ("Rosenthal", 1960, 3, 228, 11, 209),
    ("Hart and Sutherland", 1977, 62, 13536, 248, 12619),
    ("Frimodt-Moller", 1973, 33, 5036, 47, 5761),
    ("Stein and Aronson", 1953, 180, 1361, 372, 1079),
    ("Vandiviere", 1973, 8, 2537, 10, 619),
    ("TPT Madras", 1980, 505, 87886, 499, 87892),
    ("Coetzee and Berjak", 1968, 29, 7470, 45, 7232),
    ("Rosenthal", 1961, 17, 1699, 65, 1600),
    ("Comstock", 1974, 186, 50448, 141, 27197),
    ("Comstock and Webster", 1969, 5, 2493, 3, 2338),
    ("Comstock", 1976, 27, 16886, 29, 17825),
)
# metafor: rma(yi, vi, data = escalc("RR", ...)) gives exp(-0.7145), its manual page dat.bcg.
RISK_RATIO = "0.49"
MOST_COMMANDS = 5


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel and its dependencies, and nothing of the repository."""

    folder: Path

    @property
    def programs(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def packages(self) -> Path:
        found = sysconfig.get_path("purelib", vars={"base": str(self.folder)})
        return Path(found)

    def run(self, arguments: list[str], folder: Path) -> str:
        """Run a program of the environment without anything that leads to the repository."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "REVIEW_"))}
        done = subprocess.run(
            [str(self.programs / arguments[0]), *arguments[1:]],
            cwd=folder,
            env=kept | {"PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    made = Installed(place / "environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(made.folder)], check=True)
    (wheel,) = place.glob("*.whl")
    python = str(made.programs / "python")
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps"]
    more = ["--no-index", "--quiet", "--disable-pip-version-check", str(wheel)]
    subprocess.run([*install, *more], check=True, capture_output=True)
    # The dependencies of the environment that runs these tests. Its own .pth files, one of which
    # leads to the repository, are not read from here.
    lines = f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n"
    (made.packages / "dependencies.pth").write_text(lines, encoding="utf-8")
    return made


def test_the_repository_is_not_importable_there(installed: Installed, tmp_path: Path) -> None:
    code = "import analysis, schemas, sys; print(analysis.__file__, schemas.__file__, *sys.path)"
    words = installed.run(["python", "-c", code], tmp_path)
    assert str(ROOT / "analysis") not in words
    assert str(installed.packages / "analysis") in words
    assert str(ROOT) not in words.split()


def test_a_wheel_is_the_same_program_as_the_repository(
    installed: Installed, tmp_path: Path
) -> None:
    """The hash of the program travels in every paper: it must not depend on how it is installed."""
    code = "from analysis.storage.fingerprint import program_fingerprint as f; print(f())"
    assert installed.run(["python", "-c", code], tmp_path).strip() == program_fingerprint()


def test_the_environment_of_the_repository_gets_no_second_copy(tmp_path: Path) -> None:
    build = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "-t",
        "wheel:editable",
        "-d",
        str(tmp_path),
    ]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if "shipped" in name]


def tutorial() -> list[str]:
    """Give the commands of the tutorial, as they are written."""
    text = (ROOT / "docs/first-steps.md").read_text(encoding="utf-8")
    section = text.split("## A first paper", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"^```\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def fill_in(book: Path) -> None:
    """Type the trials into the sheets that the tutorial names."""
    about = {"evidence": "derived", "source": "10.1001/jama.1994.03510330076038"}
    about |= {"note": "As in dat.bcg of the R package metadat"}
    references, studies, arms, outcomes = [], [], [], []
    for authors, year, *cells in TRIALS:
        key = re.sub(r"\W", "", authors.split()[0]) + str(year)
        title = f"Trial of {authors}, {year}"
        references.append(
            {"citation_key": key, "authors": authors, "title": title, "journal": "-", "year": year}
        )
        study = {"study_id": key, "citation_key": key, "label": f"{authors} {year}", "year": year}
        studies.append(study | {"design": "rct", "n_total": sum(cells)} | about)
        sides = (("bcg", "experimental", cells[:2]), ("none", "control", cells[2:]))
        for arm, role, (events, others) in sides:
            row = {"study_id": key, "arm": arm, **about}
            arms.append(row | {"role": role, "label": arm, "n_randomised": events + others})
            counts = {"n": events + others, "events": events}
            outcomes.append(row | {"outcome": "TUBERCULOSIS", **counts})
    sheets = {"references": references, "studies": studies, "arms": arms, "outcomes": outcomes}
    for name, rows in sheets.items():
        fill(book, name, *rows)


def test_the_tutorial_gives_a_paper_in_five_commands(installed: Installed, tmp_path: Path) -> None:
    commands = tutorial()
    assert len(commands) <= MOST_COMMANDS
    folder = tmp_path
    said = ""
    for command in commands:
        words = shlex.split(command)
        if words[0] == "cd":
            folder = folder / words[1]
            continue
        if words[:3] == ["review", "workbook", "read"]:
            fill_in(folder / words[3])
        # One format is enough here: all four are rendered by other tests.
        more = ["--to", "html"] if words[:2] == ["review", "render"] else []
        said += installed.run([*words, *more], folder)
    assert "outcomes: 26 added" in said
    page = (folder / "_output/paper.html").read_text(encoding="utf-8")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))  # some spaces do not break
    assert f"The pooled risk ratio for tuberculosis was {RISK_RATIO} (95% CI" in text
    assert "BCG vaccine against tuberculosis" in text
    installed.run(["review", "check"], folder)
    assert "No errors" in installed.run(["review", "lint"], folder)
    # Nothing of the program but what Quarto reads; no make.
    assert not (folder / "analysis").exists()
    assert not (folder / "Makefile").exists()
    assert "up to date" in installed.run(["review", "upgrade"], folder)
