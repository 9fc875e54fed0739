"""Does the tutorial docs/update.md hold, from version 1.0 through Excel sheets to version 1.1?

Its commands are read from the page and run in order; between them the test does what the page asks
of a person. The studies are the page's invented examples.
"""

from __future__ import annotations

import re
import shlex
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.render.engine import render
from analysis.render.formats import FORMATS
from analysis.storage.table_files import read_table
from schemas import load_review
from tests.conftest import ROOT, copy_review
from tests.short_review import keep_items
from tests.typed_sheets import fill

pytestmark = pytest.mark.xdist_group("update")

PAGE = (ROOT / "docs" / "update.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"^```\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
NEW, FOUND = "Example2026", "Sample2024"


def _name_reviewers(root: Path) -> None:
    path = root / "data" / "protocol.yml"
    text, count = re.subn(
        r"(?m)^  reviewers: .*$", "  reviewers: [AB, CD]", path.read_text("utf-8")
    )
    assert count == 1
    path.write_text(text, encoding="utf-8")


def _decide(sheet: str, *decisions: str) -> Callable[[Path], None]:
    def decide(root: Path) -> None:
        fill(root / sheet, "screening", *({"decision": decision} for decision in decisions))

    return decide


def _study(name: str, year: int, n: int) -> dict[str, object]:
    return {
        "study_id": name,
        "citation_key": name,
        "label": f"{name[:-4]} {year}",
        "year": year,
        "design": "single_arm_trial",
        "timing": "prospective",
        "therapy": "ICI",
        "n_total": n,
        "n_arm": n,
        "evidence": "verified",
        "source": "10.5555/example.a" if name == NEW else "10.5555/example.c",
        "location": "Table 1",
    }


def _response(name: str, n: int, events: int) -> dict[str, object]:
    evidence = {key: _study(name, 0, n)[key] for key in ("evidence", "source")}
    row = {"study_id": name, "outcome": "ORR", "criteria": "RECIST 1.1", "n": n, "events": events}
    return {**row, **evidence, "location": "Table 2"}


def _extract(root: Path) -> None:
    path = root / "new.xlsx"
    reference = {
        "citation_key": FOUND,
        "type": "article",
        "authors": "Sample, Bo",
        "title": "An invented report that was not found at first",
        "journal": "Journal of Examples",
        "year": 2024,
        "doi": "10.5555/example.c",
    }
    survival = {
        **_response(NEW, 40, 0),
        "outcome": "PFS",
        "n": None,
        "events": None,
        "median": "8,1",  # as a German Excel has it
        "ci_low": 6.0,
        "ci_high": 10.9,
        "ci_level": 0.95,
        "upper_not_reached": "no",
    }
    judged = [
        {"study_id": name, **{f"q{n}": "unclear" for n in range(1, 11)}} for name in (NEW, FOUND)
    ]
    fill(path, "references", reference)
    fill(path, "studies", _study(NEW, 2026, 40), _study(FOUND, 2024, 32))
    fill(path, "outcomes", _response(NEW, 40, 14), _response(FOUND, 32, 9), survival)
    for row in judged:
        known = _study(str(row["study_id"]), 0, 1)
        row |= {key: known[key] for key in ("evidence", "source", "location")}
    fill(path, "quality_jbi", *judged)


BY_HAND: dict[str, Callable[[Path], None]] = {
    "review screen sheet ab.xlsx": _name_reviewers,
    "review screen read ab.xlsx": _decide("ab.xlsx", "include", "exclude"),
    "review screen read cd.xlsx": _decide("cd.xlsx", "include", "exclude"),
    "review screen read ab-full.xlsx": _decide("ab-full.xlsx", "include"),
    "review screen read cd-full.xlsx": _decide("cd-full.xlsx", "include"),
    "review workbook read new.xlsx --replaces R01 --dry-run": _extract,
}


@pytest.fixture(scope="module")
def update(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The review after the whole page, and what each command printed."""
    root = copy_review(tmp_path_factory.mktemp("update") / "review")
    # The papers of two versions are drawn: of the figures those that the tests look at.
    keep_items(root, {"tbl", "stbl", "fig-flow", "fig-response"})
    shutil.copytree(ROOT / "docs", root / "docs")
    runner = CliRunner()
    waiting = dict(BY_HAND)
    printed = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        for command in COMMANDS:
            for start in [key for key in waiting if command.startswith(key)]:
                waiting.pop(start)(root)
            result = runner.invoke(main, shlex.split(command)[1:])
            assert result.exit_code == 0, f"{command}\n{result.output}"
            printed[command] = result.output
    assert not waiting, f"the page has no longer: {list(waiting)}"
    return root, printed


def _said(printed: dict[str, str], start: str) -> str:
    return " ".join(next(text for key, text in printed.items() if key.startswith(start)).split())


def test_the_rows_end_in_the_tables_and_the_check_is_green(
    update: tuple[Path, dict[str, str]],
) -> None:
    root, printed = update
    data = load_review(root)
    ids = set(data.studies["study_id"])
    assert {NEW, FOUND} <= ids
    for name in ("studies", "outcomes", "adverse_events"):
        assert "R01" not in set(getattr(data, name)["study_id"])
    found = data.outcomes.set_index(["study_id", "outcome"])
    assert found.loc[(NEW, "ORR"), "events"] == 14
    assert found.loc[(NEW, "PFS"), "median"] == 8.1
    assert {NEW, FOUND} <= data.citation_keys
    assert data.protocol.review.edition == "1.1"
    assert "No errors" in _said(printed, "review check")


def test_the_dry_run_changed_nothing_and_said_the_same(
    update: tuple[Path, dict[str, str]],
) -> None:
    _, printed = update
    tried = printed["review workbook read new.xlsx --replaces R01 --dry-run"]
    done = printed["review workbook read new.xlsx --replaces R01"]
    assert "removed: R01" in tried
    assert [line for line in tried.splitlines() if "removed" in line] == [
        line for line in done.splitlines() if "removed" in line
    ]


def test_the_duplicate_was_found_with_its_reason_and_screening_was_settled(
    update: tuple[Path, dict[str, str]],
) -> None:
    root, printed = update
    assert "R00002 → R00001 same DOI 10.5555/example.a" in _said(printed, "review search merges")
    _, rows = read_table(root, "screening")
    assert len(rows) == 6
    _, records = read_table(root, "records")
    assert len(records) == 3


def test_the_changes_name_both_studies_and_the_moved_estimate(
    update: tuple[Path, dict[str, str]],
) -> None:
    _, printed = update
    said = _said(printed, "review changes")
    assert "Sample 2024 (verified), added, in the place of Reconstructed ICI 1" in said
    assert "Example 2026 (verified), added Sample" in said
    assert "Objective response rate: 33.9%" in said


def test_the_paper_says_its_version_and_the_page_links_the_one_before(
    update: tuple[Path, dict[str, str]],
) -> None:
    root, _ = update
    page = (root / "versions" / "1.1" / "paper.html").read_text(encoding="utf-8")
    assert "Example 2026" in page
    assert "R01" not in re.findall(r'data-study="([^"]+)"', page)
    published = (root / "_output" / "paper.html").read_text(encoding="utf-8")
    assert re.search(r'href="[^"]*versions/1\.0/paper\.html"', published)
    assert (root / "_output" / "versions" / "1.0" / "paper.html").is_file()


def test_the_flow_has_the_studies_of_the_version_before_and_the_new_one(
    update: tuple[Path, dict[str, str]],
) -> None:
    root, _ = update
    page = (root / "_output" / "paper.html").read_text(encoding="utf-8")
    alt = re.search(r'aria-label="(PRISMA 2020 flow diagram[^"]*)"', page)
    assert alt is not None
    # 14 studies before, one of them replaced by its report, and one new.
    assert "15" in alt[1]
    assert "14" in alt[1]


def test_the_redline_has_tracked_changes(update: tuple[Path, dict[str, str]]) -> None:
    root, _ = update
    with zipfile.ZipFile(root / "_output" / "redline-1.0.docx") as archive:
        text = archive.read("word/document.xml").decode()
    inserted = "".join(re.findall(r"<w:ins [^>]*>.*?</w:ins>", text, flags=re.DOTALL))
    deleted = "".join(re.findall(r"<w:delText[^>]*>([^<]*)", text))
    assert "Example 2026" in re.sub(r"<[^>]+>", "", inserted)
    assert "Reconstructed ICI 1" in deleted or "ICI 1" in deleted


def test_after_the_release_the_output_is_whole_and_current(
    update: tuple[Path, dict[str, str]],
) -> None:
    root, _ = update
    names = {"paper.html", "paper.pdf", "paper.docx", "paper.xml", "results.json"}
    assert names <= {path.name for path in (root / "_output").iterdir()}
    assert not render(root, list(FORMATS)).fresh
    released = root / "versions" / "1.1"
    for name in ("paper.docx", "paper.pdf", "results.json"):
        assert (released / name).read_bytes() == (root / "_output" / name).read_bytes()


def test_nothing_is_left_behind(update: tuple[Path, dict[str, str]]) -> None:
    root, _ = update
    left = {path.name for path in (root / ".review").iterdir()}
    assert left <= {"lock", "drawings"}
