"""Does the command work on the paper itself, and find nothing in a paper nobody edited?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli import main
from tests.journal.feedback.edited import Reviewed, parts_of

pytestmark = [pytest.mark.rendered, pytest.mark.xdist_group("rendered")]


def run(root: Path, *words: str) -> str:
    done = CliRunner().invoke(main, ["--root", str(root), "feedback", "read", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_paper_that_nobody_edited_has_no_edits(rendered: Path) -> None:
    found = json.loads(run(rendered, str(rendered / "_output/paper.docx"), "--json"))
    assert found["edits"] == []
    assert found["remarks"] == []
    assert found["missing"] == []
    assert found["matched"] >= 0.95 * found["paragraphs"] > 50


def test_edited_paper(rendered: Path, tmp_path: Path) -> None:
    reviewed = Reviewed(parts_of(rendered / "_output/paper.docx"))
    number = json.loads((rendered / "_output/results.json").read_text(encoding="utf-8"))
    estimate = number["values"]["orr.estimate"]["text"]
    sentence = "were as follows: objective response rate "
    reviewed.replace(sentence + estimate, sentence + "99.9%", tracked=True)
    path = reviewed.save(tmp_path / "back.docx")
    out = tmp_path / "list.md"
    (edit,) = json.loads(run(rendered, str(path), "--json", "--out", str(out)))["edits"]
    assert edit["place"]["file"].startswith("manuscript/")
    assert "{{< var orr.estimate >}}" in edit["place"]["source"]
    assert any("review trace orr.estimate" in warning for warning in edit["warnings"])
    assert "99.9%" in out.read_text(encoding="utf-8")
