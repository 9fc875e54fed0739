"""Does a newcomer who follows a recipe of CONTRIBUTING.md get what it promises?"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.journal.journal_files import journal_names, read_journal
from analysis.lint import lint_review
from analysis.new_review.folder import new_review
from schemas import check_review
from schemas.quality_files import read_tools
from tests.paper.figures.look import look
from tests.project.pages import ROOT, Page

PAGE = Page("CONTRIBUTING.md")
RECIPES = re.findall(r"^### Add an? (.+)$", PAGE.text, flags=re.MULTILINE)
NAMED = sorted({span for span in PAGE.spans if "::" in span and span != "::"})


def defined(path: Path) -> set[str]:
    """Return the names that a module gives to functions, classes and values."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def change(path: Path, old: str, new: str) -> None:
    """Replace the first place of a text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} has no {old}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A copy of the program with an empty review."""
    new_review(tmp_path / "review")
    return tmp_path / "review"


def run(folder: Path, program: str) -> str:
    """Run a program with the modules of the copy."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_is_a_recipe_for_each_seam() -> None:
    seams = ["outcome", "effect measure", "quality tool", "journal", "figure", "search format"]
    assert seams == RECIPES


@pytest.mark.parametrize("name", [name for name in NAMED if not name.startswith(":::")])
def test_what_a_recipe_names_is_there(name: str) -> None:
    file, _, what = name.partition("::")
    assert what in defined(ROOT / file)


def test_an_outcome_is_a_few_lines_of_protocol_and_text(begun: Path) -> None:
    protocol = begun / "data/protocol.yml"
    outcome = "  - {id: relapse, code: REL, label: Relapse rate, kind: proportion, unit: percent}\n"
    change(protocol, "outcomes:\n", f"outcomes:\n{outcome}")
    display = "{id: fig-relapse, kind: forest, outcomes: [relapse]}"
    assert display in PAGE.spans
    change(protocol, "display:\n", f"display:\n  - {display}\n")
    text = begun / "manuscript/_results.qmd"
    block = "\n## Relapse {#sec-relapse}\n\nThe pooled {{< var relapse.label >}} was "
    block += (
        "{{< var relapse.summary >}} (@fig-relapse).\n\n::: {#fig-relapse}\n\nRelapse.\n\n:::\n"
    )
    text.write_text(text.read_text(encoding="utf-8").rstrip("\n") + "\n" + block, encoding="utf-8")
    with (begun / "data/outcomes.csv").open(encoding="utf-8") as stream:
        assert "outcome" in stream.readline()
    assert not check_review(begun).problems
    assert [p for p in lint_review(begun) if p.severity == "error"] == []


def test_a_journal_is_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "manuscript/journals"
    folder.mkdir(parents=True)
    mine = folder / "example-journal.yml"
    shutil.copyfile(ROOT / "manuscript/journals/plos-one.yml", mine)
    change(mine, "id: plos-one", "id: example-journal")
    change(mine, "name: PLOS ONE", "name: Example Journal")
    assert "example-journal" in journal_names(tmp_path)
    assert read_journal(tmp_path, "example-journal").name == "Example Journal"


def test_a_quality_tool_is_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "data/quality_tools"
    folder.mkdir(parents=True)
    shutil.copyfile(ROOT / "schemas/quality_tools/rob2.yml", folder / "mine.yml")
    change(folder / "mine.yml", "id: rob2", "id: mine")
    change(folder / "mine.yml", "label: RoB 2", "label: Mine")
    tools, problems = read_tools(tmp_path)
    assert problems == []
    assert tools["mine"].label == "Mine"


def test_a_figure_and_a_format_are_a_module_and_a_line_in_a_table(begun: Path) -> None:
    figures = begun / "analysis/paper/figures"
    shutil.copyfile(figures / "baujat.py", figures / "mine.py")
    change(
        begun / "analysis/paper/items.py", "FIGURE_KINDS = (\n", 'FIGURE_KINDS = (\n    "mine",\n'
    )
    parts = "PARTS: dict[str, tuple[str, ...]] = {\n"
    change(begun / "analysis/trace/items.py", parts, f'{parts}    "mine": ("outcomes",),\n')
    searching = begun / "analysis/update/searching"
    shutil.copyfile(searching / "refer.py", searching / "mine.py")
    exports = searching / "exports.py"
    change(exports, '    "ris": (', '    "mine": ("Mine", "mine", "mine"),\n    "ris": (')
    change(exports, '    ("ris", re', '    ("mine", re.compile(r"^%0 Mine$")),\n    ("ris", re')
    change(begun / "data/protocol.yml", "kind: baujat", "kind: mine")
    out = run(
        begun,
        "from pathlib import Path\n"
        "from analysis.paper.items import draw\n"
        "from analysis.synthesis.computation import synthesise\n"
        "from analysis.trace.items import rows_shown\n"
        "from analysis.update.searching.exports import read_export\n"
        "from schemas import load_review\n"
        "data = load_review(Path())\n"
        "item = next(item for item in data.protocol.display if item.kind == 'mine')\n"
        "drawing = draw(synthesise(data), item)\n"
        "export = read_export(b'%0 Mine\\n%T A title\\n%D 2020\\n', 'x.mine')\n"
        "print(len(drawing.figures), bool(drawing.alt), export.format, len(export.records))\n",
    )
    assert out.split() == ["1", "True", "mine", "1"]


def test_one_figure_can_be_looked_at_alone(edition: Path, tmp_path: Path) -> None:
    (picture,) = look(edition, "fig-flow", tmp_path)
    assert picture.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="there are: fig-flow"):
        look(edition, "fig-nothing", tmp_path)


def test_the_commands_that_run_one_test_find_one() -> None:
    commands = re.findall(r"^\S+python -m pytest (\S+) (.*)$", PAGE.text, flags=re.MULTILINE)
    assert len(commands) >= 2
    for path, options in commands:
        files = [ROOT / path] if path.endswith(".py") else list((ROOT / path).rglob("test_*.py"))
        names = [name for file in files for name in defined(file) if name.startswith("test_")]
        chosen = re.search(r"-k (\w+)", options)
        assert any(chosen is None or chosen[1] in name for name in names), path


def test_every_measured_thing_is_there() -> None:
    table = re.findall(r"^\| `(tests/[\w/.]+)`", PAGE.text, flags=re.MULTILINE)
    assert len(table) >= 5
    assert all((ROOT / name).exists() for name in table)
