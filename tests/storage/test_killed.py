"""Is every table the old or the new one when a command is killed, and does it end when repeated?

One prepared review; each command dies at some of its changes of the disk, from the first to the
last. `tests/storage/test_changeset.py` dies at every step of what they all rely on, and
`tests/versions/test_release.py` does this for a release.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.paper.choices import check
from analysis.storage.changeset import writing
from tests.conftest import ROOT, copy_review
from tests.killing import changes_of, in_child, tree
from tests.typed_sheets import fill

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs POSIX processes")

_STEPS = 6
_EXPORT = """TY  - JOUR
AU  - Example, A.
TI  - An invented report that another database has too
PY  - 2026
DO  - 10.5555/example.z
ER  -

"""
COMMANDS = {
    "search import": "search import more.ris --database PubMed --date 2026-02-10",
    "search merge": "search merge R00003 R00001 --by AB",
    "search undo": "search undo R00002 --by AB",
    "search remove": "search remove 2026-01-20-embase --yes",
    "search reference": "search reference R00001",
    "screen read": "screen read ab.xlsx --date 2026-01-12",
    "workbook read": "workbook read new.xlsx --replaces R01",
    "registry read": "registry read trials.json --date 2026-01-10 --add all --propose all",
}


def _run(root: Path, command: str) -> tuple[int, str]:
    """Run a command; file names in it are those beside the review."""
    place = root.parent / "files"
    words = [
        str(place / word) if re.search(r"\.(ris|xlsx|json)$", word) else word
        for word in command.split()
    ]
    result = CliRunner().invoke(main, ["--root", str(root), *words])
    return result.exit_code, result.output


def _done(root: Path, command: str) -> None:
    code, said = _run(root, command)
    assert code == 0, said


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review with two searches and everything that the commands read, in `files` beside it."""
    place = tmp_path_factory.mktemp("killed")
    root, files = copy_review(place / "review"), place / "files"
    files.mkdir()
    shutil.copyfile(ROOT / "docs/example/pubmed.ris", files / "pubmed.ris")
    shutil.copyfile(ROOT / "tests/update/registry/examples/studies.json", files / "trials.json")
    (files / "embase.ris").write_text(_EXPORT, encoding="utf-8")
    (files / "more.ris").write_text(_EXPORT + _EXPORT.replace("e.z", "e.y"), encoding="utf-8")
    protocol = root / "data/protocol.yml"
    text = protocol.read_text("utf-8").replace("  reviewers: []", "  reviewers: [AB, CD]")
    assert "[AB, CD]" in text
    protocol.write_text(text, encoding="utf-8")
    _done(root, "search import pubmed.ris --database PubMed --date 2026-01-10")
    _done(root, "search import embase.ris --database Embase --date 2026-01-20")
    _done(root, "screen sheet ab.xlsx --reviewer AB --stage title_abstract")
    fill(files / "ab.xlsx", "screening", {"decision": "include"}, {"decision": "exclude"})
    _done(root, "workbook write new.xlsx")
    known = {"evidence": "verified", "source": "10.5555/example.c", "location": "Table 1"}
    study = "Sample2024"
    fill(
        files / "new.xlsx",
        "references",
        {
            "citation_key": study,
            "type": "article",
            "authors": "Sample, Bo",
            "title": "An invented report",
            "journal": "Journal of Examples",
            "year": 2024,
            "doi": known["source"],
        },
    )
    fill(
        files / "new.xlsx",
        "studies",
        {
            "study_id": study,
            "citation_key": study,
            "label": "Sample 2024",
            "year": 2024,
            "design": "single_arm_trial",
            "timing": "prospective",
            "therapy": "ICI",
            "n_total": 32,
            "n_arm": 32,
            **known,
        },
    )
    result = {"study_id": study, "outcome": "ORR", "criteria": "RECIST 1.1", "n": 32, "events": 9}
    fill(files / "new.xlsx", "outcomes", {**result, **known})
    judged = {f"q{number}": "unclear" for number in range(1, 11)}
    fill(files / "new.xlsx", "quality_jbi", {"study_id": study, **judged, **known})
    return root


def _copied(prepared: Path, place: Path) -> Path:
    """Copy the review; the files beside it are read only."""
    place.mkdir()
    (place / "files").symlink_to(prepared.parent / "files")
    return Path(shutil.copytree(prepared, place / "review"))


@pytest.mark.parametrize("name", COMMANDS)
def test_killed_anywhere_a_command_has_done_all_or_nothing_and_ends_when_repeated(
    name: str, prepared: Path, tmp_path: Path
) -> None:
    command = COMMANDS[name]
    old = tree(prepared)
    whole = _copied(prepared, tmp_path / "whole")
    total = changes_of(whole, partial(_done, whole, command))
    new = tree(whole)
    assert new != old
    seen = []
    for step in sorted({round(part * (total - 1) / (_STEPS - 1)) for part in range(_STEPS)}):
        root = _copied(prepared, tmp_path / str(step))
        ended = in_child(root, partial(_done, root, command), step)
        assert ended == signal.SIGKILL, f"not killed at step {step} of {total}"
        _done(root, "search list")  # reads only, and finishes nothing
        with writing(root):  # the next command that writes finishes what was decided
            pass
        found = tree(root)
        left = {file for file in old.keys() | new.keys() if found.get(file) != new.get(file)}
        assert found in (old, new) or _orphans(left), f"killed at step {step}: {left}"
        seen.append(found == old)
        _run(root, command)  # says that nothing is left to do, or does it
        assert tree(root) == new or _orphans(left), f"repeated after step {step}"
    assert seen[0]
    assert not seen[-1]
    assert seen == sorted(seen, reverse=True)


def _orphans(files: set[str]) -> bool:
    """Tell whether nothing but an export of a removed search is left: it loses nothing."""
    return bool(files) and all(file.startswith("data/searches/") for file in files)


@pytest.mark.parametrize("name", ["search import", "screen read", "workbook read"])
def test_before_and_after_the_review_is_sound(name: str, prepared: Path, tmp_path: Path) -> None:
    root = _copied(prepared, tmp_path / "sound")
    assert check(root).data is not None
    _done(root, COMMANDS[name])
    assert check(root).data is not None
