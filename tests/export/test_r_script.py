"""Does metafor, given the extracted rows, find every number that this program found?"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from analysis.export.files import export
from analysis.export.pooled_rows import expected_results
from analysis.meta.profiles import PROFILES
from analysis.synthesis.computation import synthesise
from schemas import load_review
from tests.synthesis.test_clusters import COUNTS, survey

# Twelve digits are what double precision leaves after a sum of weights; the script allows 1e-8 for
# a closed form and 1e-6 where both sides iterate, metafor to a change of tau2 below 1e-13.
CLOSED_WORST = 1e-9


@cache
def has_metafor() -> bool:
    rscript = shutil.which("Rscript")
    if rscript is None:
        return False
    asked = [rscript, "-e", 'stopifnot(packageVersion("metafor") >= "3.8")']
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


needs_metafor = pytest.mark.skipif(not has_metafor(), reason="needs R with metafor 3.8 or newer")


def under_profile(review: Path, name: str) -> Path:
    protocol = review / "data/protocol.yml"
    text = protocol.read_text("utf-8")
    assert "\nprofile: stata14\n" in text
    protocol.write_text(text.replace("\nprofile: stata14\n", f"\nprofile: {name}\n"), "utf-8")
    return review


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["Rscript", str(folder / "independent_check.R"), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


@needs_metafor
@pytest.mark.parametrize("profile", PROFILES)
def test_metafor_finds_every_number(review: Path, tmp_path: Path, profile: str) -> None:
    root = under_profile(review, profile)
    export(root, ["r"], tmp_path / "out")
    folder = tmp_path / "out/r"
    written = tmp_path / "by metafor.csv"
    done = run(folder, "--expected", "--write", str(written))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert "They agree." in done.stdout
    theirs = {row["name"]: row for row in csv.DictReader(io.StringIO(written.read_text("utf-8")))}
    closed = 0.0
    ours = expected_results(synthesise(load_review(root)))
    for line in ours:
        found = theirs[line.name]
        assert (found["model"], int(found["k"])) == (line.model, line.k), line.name
        for column in ("estimate", "ci_low", "ci_high", "tau2", "i2", "q", "p"):
            value = getattr(line, column)
            if value is None:
                continue
            gap = abs(float(found[column]) - value) / max(abs(value), 1e-3)
            assert gap <= line.tolerance, (line.name, column, found[column], value)
            if line.tolerance < 1e-6:
                closed = max(closed, gap)
    assert closed < CLOSED_WORST
    # The list cannot quietly shrink: pools of every kind, and what is asked about an overall pool.
    names = " ".join(line.name for line in ours)
    for part in ("Begg", "Egger", "without", "between", "regression on", "slope of", " = "):
        assert f"| {part}" in names or part in names
    assert len(ours) > 150


@needs_metafor
def test_the_check_notices_a_wrong_number(review: Path, tmp_path: Path) -> None:
    export(review, ["r"], tmp_path)
    expected = tmp_path / "r/expected.csv"
    header, first, *others = expected.read_text("utf-8").splitlines()
    cells = first.split(",")
    cells[3] = str(float(cells[3]) * (1 + 1e-7))
    gone = "no such pool,random,3,0.5,,,,,,,,,,1e-8"
    expected.write_text("\n".join([header, ",".join(cells), *others, gone]) + "\n", "utf-8")
    done = run(tmp_path / "r", "--expected")
    assert done.returncode == 1
    assert f"Different: {cells[0]}, estimate" in done.stdout
    assert "Not reproduced: no such pool" in done.stdout
    assert "They do not agree." in done.stdout


@needs_metafor
def test_text_from_the_data_is_never_run(review: Path, tmp_path: Path) -> None:
    studies = review / "data/studies.csv"
    text = studies.read_text("utf-8").replace(
        "ChenS2023,ChenS2023,Chen S 2023,",
        'ChenS2023,ChenS2023,"Chen ""; quit(status = 7); system(\'touch owned\') # \\ S",',
    )
    studies.write_text(text, "utf-8")
    export(review, ["r"], tmp_path)
    done = run(tmp_path / "r", "--expected")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert not list(tmp_path.rglob("owned"))


def test_two_estimates_are_not_expected_to_be_tested(review: Path) -> None:
    """Of two estimates there is no test of small-study effects, here and in R."""
    path = review / "data/outcomes.csv"
    lines = path.read_text("utf-8").splitlines()
    survival = [line for line in lines if line.split(",")[2] == "PFS"]
    kept = [line for line in lines if line not in survival[2:]]
    path.write_text("\n".join(kept) + "\n", "utf-8")
    names = {line.name for line in expected_results(synthesise(load_review(review)))}
    assert any(name.startswith("pfs | without") for name in names)
    assert "pfs | Begg" not in names
    assert "pfs | Egger" not in names
    assert "orr | Egger" in names


@needs_metafor
def test_metafor_finds_surveys_of_clusters_and_refits_of_the_model_of_counts(
    tmp_path: Path,
) -> None:
    """Design effects in the likelihood, in logits and in intervals; a study without events."""
    counts = {**COUNTS, "Five": (40, 0, None), "Six": (70, 22, 1.6), "Seven": (55, 9, None)}
    root = survey(tmp_path / "review", counts)
    export(root, ["r"], tmp_path / "out")
    done = run(tmp_path / "out/r", "--expected")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert "They agree." in done.stdout
    # The whole pool, two groups, seven refits, tests and regressions.
    assert "76 numbers of 14 results" in done.stdout
