"""Does `review upgrade` replace what is the program's, and nothing that a team wrote?"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.cli import main
from analysis.new_review.folder import new_review
from analysis.new_review.program_copy import bring_up_to_date, files_for, outdated_notes
from analysis.storage.program_files import RECORD
from schemas.problems import DataProblems
from tests.conftest import ROOT

FILTER = "manuscript/filters/generated.lua"
STYLE = "manuscript/styles/paper.css"


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    new_review(tmp_path / "review", with_program=False)
    return tmp_path / "review"


def older(root: Path, name: str) -> None:
    """Make a file of the program one that an older program wrote."""
    path, record = root / name, root / RECORD
    new = next(x for x in record.read_text(encoding="utf-8").splitlines() if x.endswith(name))
    path.write_bytes(path.read_bytes() + b"\n")
    import hashlib

    old = f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}"
    record.write_text(record.read_text(encoding="utf-8").replace(new, old), encoding="utf-8")


def call(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--root", str(root), "upgrade", *arguments])


def snapshot(root: Path) -> dict[str, bytes]:
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for p in root.rglob("*")
        if p.is_file() and ".review" not in p.parts
    }


def test_a_new_review_is_up_to_date(begun: Path) -> None:
    before = snapshot(begun)
    assert "up to date" in call(begun).output
    assert snapshot(begun) == before


def test_no_review_begins_with_the_abstract_of_another() -> None:
    """Abstracts and boxes for a journal are the text of one review, not of the program."""
    texts = {name for name in files_for(whole=True) if name.startswith("manuscript/journals/")}
    assert "manuscript/journals/bmj.yml" in texts
    assert not any(name.endswith(".md") for name in texts)


def test_older_files_are_named_by_the_check_and_replaced(begun: Path) -> None:
    before = snapshot(begun)
    older(begun, FILTER)
    assert [note.file for note in outdated_notes(begun)] == [FILTER]
    assert "review upgrade" in CliRunner().invoke(main, ["--root", str(begun), "check"]).output
    dry = call(begun, "--dry-run")
    assert f"{FILTER}: would be replaced" in dry.output
    assert (begun / FILTER).read_bytes() != before[FILTER]
    assert f"{FILTER}: replaced" in call(begun).output
    assert snapshot(begun) == before


def test_a_file_of_a_review_begun_before_there_was_a_record_is_known(begun: Path) -> None:
    """The sums of earlier editions are shipped: without them each old file would look edited."""
    known = (ROOT / "analysis/new_review/earlier_files.txt").read_text(encoding="utf-8")
    assert sum(line.endswith(f"  {FILTER}") for line in known.splitlines()) > 5
    (begun / RECORD).unlink()
    (begun / FILTER).unlink()
    assert f"{FILTER}: written" in call(begun).output


def test_an_edited_file_is_refused_kept_or_replaced_as_the_team_says(begun: Path) -> None:
    before = snapshot(begun)
    (begun / STYLE).write_text("body { color: green }\n", encoding="utf-8")
    older(begun, FILTER)
    edited = snapshot(begun)
    assert not [note for note in outdated_notes(begun) if note.file == STYLE]
    with pytest.raises(DataProblems, match="somebody has edited") as caught:
        bring_up_to_date(begun)
    assert [problem.file for problem in caught.value.problems] == [STYLE]
    assert snapshot(begun) == edited
    assert f"{STYLE}: left as you edited it" in call(begun, "--keep-edits").output
    assert (begun / FILTER).read_bytes() == before[FILTER]
    assert (begun / STYLE).read_bytes() == edited[STYLE]
    assert f"{STYLE}: replaced, although edited" in call(begun, "--replace-edits").output
    assert (begun / STYLE).read_bytes() == before[STYLE]


def test_a_file_that_the_program_no_longer_has_goes(begun: Path) -> None:
    import hashlib

    for name, content in (("manuscript/filters/old.lua", b"-- old\n"), ("mine.lua", b"-- mine\n")):
        (begun / name).write_bytes(content)
    record = begun / RECORD
    line = f"{hashlib.sha256(b'-- old' + bytes([10])).hexdigest()}  manuscript/filters/old.lua\n"
    record.write_text(record.read_text(encoding="utf-8") + line, encoding="utf-8")
    assert "manuscript/filters/old.lua: deleted" in call(begun).output
    assert not (begun / "manuscript/filters/old.lua").exists()
    assert (begun / "mine.lua").exists()


def test_the_programs_own_folder_is_refused() -> None:
    with pytest.raises(DataProblems, match="the program's own folder"):
        bring_up_to_date(ROOT, dry_run=True)


def test_a_review_without_the_program_names_commands_to_quarto(begun: Path) -> None:
    text = (begun / "_quarto.yml").read_text(encoding="utf-8")
    for name in ("prepare-quarto", "publish-quarto"):
        assert f"render: review {name}" in text
        assert name in main.commands
    assert not [name for name in files_for(whole=False) if name.startswith(("analysis", "docs"))]
