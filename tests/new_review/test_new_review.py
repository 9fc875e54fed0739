"""Does `review new` give a folder in which another team can begin, and nothing of this review?"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from analysis.cli import main
from analysis.lint import lint_review
from analysis.manuscript.sources import read_manuscript
from analysis.manuscript.unfinished import unfinished
from analysis.new_review.folder import STARTER, new_review
from schemas import check_review
from schemas.problems import DataProblems

# What only the shipped review may say.
OF_THE_SHIPPED = re.compile(r"anlotinib|hepatocell|penpulimab|sorafenib|Chen2025", re.IGNORECASE)

PROTOCOL = """\
review:
  title: "Fever & <b>rest</b>: \\"a review\\""
  edition: "1.0"
  intervention: rest
  condition: fever
profile: stata14
confidence_level: 0.9
model_rule: {i2_below: 0.5, p_at_least: 0.1}
significance_level: 0.05
outcomes:
  - {id: Cure_rate, code: 治愈, label: ECG cure, kind: proportion, unit: percent}
  - {id: stay, code: LOS, label: Median stay, kind: median, unit: months}
subgroups:
  - id: age
    column: age_group
    label: Age
    levels: [{id: "<65", label: Younger}, {id: ">=65", label: Older}, {id: 老, label: Oldest}]
moderators: [{column: n_arm, label: Patients}]
adverse_events: {grades: [mild, severe], minimum_studies: 2}
abbreviations: {ECG: electrocardiogram}
"""
BARE = PROTOCOL[: PROTOCOL.index("subgroups:")] + PROTOCOL[PROTOCOL.index("adverse_events:") :]


@pytest.fixture(scope="module", params=["", PROTOCOL, BARE], ids=["example", "groups", "bare"])
def begun(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new")
    given = None
    if request.param:
        given = folder / "mine.yml"
        given.write_text(request.param, encoding="utf-8")
    new_review(folder / "review", given)
    return folder / "review"


def test_its_tables_are_empty_and_right(begun: Path) -> None:
    report = check_review(begun)
    assert not report.problems
    for path in (begun / "data").glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) == 1 or path.name == "prisma_checklist.csv"


def test_nothing_of_the_shipped_review_is_in_it(begun: Path) -> None:
    for folder in ("data", "manuscript"):
        for path in (begun / folder).rglob("*"):
            if path.is_file() and path.parent.name != "journals":
                assert not OF_THE_SHIPPED.search(path.read_text(encoding="utf-8")), path
    assert not (begun / "versions").exists()
    assert not (begun / "published").exists()


def test_every_value_figure_and_place_of_its_text_exists(begun: Path) -> None:
    found = [p for p in lint_review(begun) if p.severity == "error"]
    # An author spells out the abbreviation of a label; the program cannot know where.
    assert {p.rule for p in found} <= {"abbreviation"}
    text = "\n".join(line.text for line in read_manuscript(begun).lines)
    protocol = yaml.safe_load((begun / "data/protocol.yml").read_text(encoding="utf-8"))
    for item in protocol["display"]:
        assert f"::: {{#{item['id']}}}" in text
        assert f"@{item['id']}" in text
    assert not re.search(r"^\s*%", text, re.MULTILINE)


def test_sentences_that_are_values_stand_alone(begun: Path) -> None:
    """They name their outcome and their numbers themselves: what stands before would be twice."""
    text = "\n".join(line.text for line in read_manuscript(begun).lines)
    assert "small_study.caution" in text
    assert not re.search(r":\s*\{\{< var [\w.]+sentence", text)
    assert not re.search(r"flow\.(identified|full_texts|excluded) >", text)


def test_a_review_without_medians_does_not_speak_of_them(tmp_path: Path) -> None:
    protocol = tmp_path / "mine.yml"
    text = re.sub(r".*kind: median.*\n", "", PROTOCOL)
    protocol.write_text(text, encoding="utf-8")
    new_review(tmp_path / "review", protocol)
    for name in ("paper", "_methods", "_results"):
        found = (tmp_path / f"review/manuscript/{name}.qmd").read_text(encoding="utf-8")
        assert "median" not in found.lower()
    new_review(tmp_path / "other")
    found = (tmp_path / "other/manuscript/_methods.qmd").read_text(encoding="utf-8")
    assert "{{< var methods.medians >}}\n\n" in found


def test_it_holds_what_make_and_quarto_need(begun: Path) -> None:
    needed = "Makefile pyproject.toml requirements.lock LICENSE README.md _quarto.yml .gitignore"
    for name in (*needed.split(), "analysis/render/pre_render.py", "schemas/dictionary.py"):
        assert (begun / name).is_file(), name
    assert not list(begun.rglob("__pycache__"))


def test_what_is_still_to_be_written_is_found(begun: Path) -> None:
    found = list(unfinished(read_manuscript(begun)))
    files = {problem.file for problem in found}
    assert {"manuscript/paper.qmd", "manuscript/_introduction.qmd"} <= files
    assert {problem.rule for problem in found} == {"text-unfinished"}


def test_a_folder_in_use_and_a_protocol_with_figures_are_refused(tmp_path: Path) -> None:
    used = tmp_path / "used"
    used.mkdir()
    (used / "thesis.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(DataProblems, match="holds something"):
        new_review(used)
    assert [path.name for path in used.iterdir()] == ["thesis.docx"]
    protocol = tmp_path / "mine.yml"
    protocol.write_text(f"{BARE}display:\n  - {{id: fig-flow, kind: flow}}\n", encoding="utf-8")
    with pytest.raises(DataProblems, match="Take display out"):
        new_review(tmp_path / "other", protocol)
    protocol.write_text("review: 3\n", encoding="utf-8")
    with pytest.raises(DataProblems):
        new_review(tmp_path / "other", protocol)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.yml", "used"]


def test_the_command_says_what_was_made(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["new", str(tmp_path / "review")])
    assert result.exit_code == 0
    assert "Response rate, Median survival" in result.output
    assert "docs/another-review.md" in result.output


def test_the_starting_protocol_is_the_one_that_is_explained() -> None:
    text = (STARTER / "data/protocol.yml").read_text(encoding="utf-8")
    assert "study_interval: clopper_pearson" in text
    assert "display:" not in text


def test_a_wrong_protocol_is_named_as_the_user_names_it(tmp_path: Path) -> None:
    protocol = tmp_path / "mine.yml"
    protocol.write_text("review:\n  titel: x\n", encoding="utf-8")
    with pytest.raises(DataProblems) as refused:
        new_review(tmp_path / "other", protocol)
    assert {problem.file for problem in refused.value.problems} == {"mine.yml"}


def test_make_lists_what_works_in_it_and_its_tests_pass(tmp_path: Path) -> None:
    """With the environment of this repository: its own would take a minute and 1.5 GB."""
    begun = tmp_path / "review"
    new_review(begun)
    ready = begun / ".venv" / ".ready"
    ready.parent.mkdir(exist_ok=True)
    ready.touch()

    def make(*words: str) -> str:
        command = ["make", "--no-print-directory", f"BIN={Path(sys.executable).parent}", *words]
        done = subprocess.run(command, cwd=begun, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "warning" not in done.stderr
        return done.stdout

    listed = set(re.findall(r"^  make ([a-z-]+) ", make("help"), flags=re.MULTILINE))
    assert listed == {"help", "setup", "paper", "check", "test", "dictionary", "clean"}
    dictionary = (begun / "data/README.md").read_bytes()
    make("test")
    make("dictionary")
    assert (begun / "data/README.md").read_bytes() == dictionary
    make("clean")


def test_one_environment_serves_several_reviews(tmp_path: Path) -> None:
    """`review` runs the installed program on the folder that it is called in, or that is named."""
    new_review(tmp_path / "review")
    # The program's copy in the folder must not be what runs.
    (tmp_path / "review/analysis/__init__.py").write_text("raise SystemExit(9)", encoding="utf-8")
    command = Path(sys.executable).parent / "review"
    for folder, options in ((tmp_path / "review", []), (tmp_path, ["--root", "review"])):
        done = subprocess.run(
            [command, *options, "check"], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
