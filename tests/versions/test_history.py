"""Does the paper say which version it is and what changed, truly at every moment of its life?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from analysis.build.history.history import position, with_history
from analysis.paper.figures import changes as figure
from analysis.paper.items import Further, tabulate
from analysis.paper.tables.fragment import table_fragment
from analysis.paper.values.versions import version_values
from analysis.render.version_menu import sibling_page, with_menu, write_earlier_pages
from analysis.synthesis.computation import synthesise
from analysis.synthesis.versions import SentenceChange
from analysis.versions.since import changes_since
from schemas import load_review
from schemas.protocol import DisplayItem
from tests.paper.figures.review_sample import empty
from tests.paper.figures.synthesis_samples import HOSTILE
from tests.paper.tables.reading import rows
from tests.versions.conftest import PAGE, compute, quick_release
from tests.versions.edits import replace_study, set_cell

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.synthesis.results import Synthesis

# What is made for the whole file is made once.
pytestmark = pytest.mark.xdist_group("history")

FIRST = "This is the first version; nothing has changed since an earlier one."
_ESCAPED = re.compile(r"\\.")
CHANGES = DisplayItem(id="sfig-changes", kind="changes")


def made(root: Path) -> Synthesis:
    data = load_review(root)
    return with_history(synthesise(data), data)


def values(root: Path) -> dict[str, str]:
    found = compute(root)["values"]
    return {
        name: value["text"] for name, value in found.items() if name[:7] in ("changes", "version")
    }


def cells(synthesis: Synthesis, kind: str, further: Further | None = None) -> list[list[str]]:
    return rows(tabulate(synthesis, DisplayItem(id="stbl-x", kind=kind), further or Further()))


@pytest.fixture(scope="module")
def second(first: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Version 1.1: a study in the place of a reconstructed one, and a corrected row."""
    import shutil

    root = tmp_path_factory.mktemp("second") / "review"
    shutil.copytree(first, root)
    replace_study(root, "R01", "19")
    set_cell(root, "outcomes", {"study_id": "R02", "outcome": "ORR"}, "events", "9")
    quick_release(root, "1.1", "An example study", "2026-01-10")
    return root


@pytest.fixture(scope="module")
def now(second: Path) -> Synthesis:
    return made(second)


@pytest.fixture(scope="module")
def results(second: Path) -> dict[str, Any]:
    return compute(second)


def test_before_any_release(edition: Path) -> None:
    found = values(edition)
    assert found["version.statement"] == "Version 1.0, not released yet"
    assert found["changes.statement"] == found["changes.summary"] == FIRST
    assert found["changes.heading"] == "Changes since an earlier version"
    synthesis = made(edition)
    assert any(FIRST in cell for row in cells(synthesis, "changes") for cell in row)
    assert any(FIRST in cell for row in cells(synthesis, "changed_sentences") for cell in row)
    assert cells(synthesis, "versions")[1][:3] == ["1.0", "Not released", "Not released"]
    assert figure.figures(synthesis, CHANGES)
    assert "nothing to compare" in figure.alt_text(synthesis, CHANGES)


def test_the_first_version(first: Path) -> None:
    found = values(first)
    assert found["version.statement"] == "Version 1.0 of 5 January 2026"
    assert found["changes.statement"] == FIRST
    assert cells(made(first), "versions")[1][:3] == ["1.0", "5 January 2026", "First version"]


def test_data_that_changed_after_the_release(released: Path) -> None:
    set_cell(released, "outcomes", {"study_id": "R01", "outcome": "ORR"}, "events", "11")
    found = values(released)
    assert found["version.statement"] == "Version 1.0 of 5 January 2026, with unreleased changes"
    assert found["changes.heading"] == "Changes since version 1.0"
    assert found["changes.statement"] == (
        "Since version 1.0, 1 study was corrected; 1 of the 4 pooled outcomes changed, and no "
        "conclusion did."
    )
    text = (released / "data/protocol.yml").read_text("utf-8")
    (released / "data/protocol.yml").write_text(
        text.replace('edition: "1.0"', 'edition: "1.1"'), encoding="utf-8"
    )
    assert values(released)["version.statement"] == (
        "Version 1.1, not released yet; the last one is version 1.0 of 5 January 2026"
    )


def test_a_released_version_is_compared_with_the_one_before_it(second: Path) -> None:
    earlier, present = position(second)
    assert [entry.edition for entry in earlier] == ["1.0"]
    assert present is not None
    assert present.edition == "1.1"
    found = values(second)
    assert found["version.statement"] == "Version 1.1 of 10 January 2026"
    assert found["changes.studies"].startswith(
        "Added: Example 2026 (in the place of Reconstructed ICI 1). "
        "Removed: Reconstructed ICI 1. Corrected: Reconstructed ICI 2."
    )
    assert "none of them changes a conclusion" in found["changes.thresholds"]


def test_the_paper_of_a_release_says_what_a_later_render_says(
    second: Path, results: dict[str, Any]
) -> None:
    from analysis.build.history.shelf import released as version

    frozen = version(second).results()
    assert frozen["synthesis"]["history"] == results["synthesis"]["history"]
    assert frozen["values"] == results["values"]


def test_the_table_of_changes_names_study_cells_and_what_moved(now: Synthesis) -> None:
    found = {row[0]: row for row in cells(now, "changes") if len(row) == 4}
    assert found["Example 2026"][1:] == [
        "",
        "Included",
        "added, in the place of Reconstructed ICI 1",
    ]
    assert found["Reconstructed ICI 2†"][3] == "corrected|outcomes: ORR, events: 8 → 9"
    assert found["Reconstructed ICI 1, replaced by Example 2026"][1:3] == [
        "reconstructed",
        "verified",
    ]
    pool = found["Objective response rate†"]
    assert pool[1].startswith("33.9% (26.5–41.2)")
    assert "rows added (Example 2026): +" in pool[3]


def test_the_figure_has_every_pool_before_and_now(now: Synthesis) -> None:
    text = figure.alt_text(now, CHANGES)
    assert "Objective response rate, before 33.9% (95% CI 26.5–41.2), now 36.1%" in text
    assert "Objective response rate by version: version 1.0, 33.9% (26.5–41.2); version 1.1" in text
    # Four outcomes with five groups each, before and now.
    drawn = figure.figures(now, CHANGES)
    words = [label.get_text() for page in drawn for label in page.texts]
    assert sum(word.strip(" †\N{NO-BREAK SPACE}") == "now" for word in words) >= 24
    assert any("Version 1.1 (2026-01-10)" in word for word in words)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_sign_in_the_data_becomes_markup(now: Synthesis, name: str) -> None:
    from lxml import html

    from tests.paper.tables.test_every_table import with_text

    history = now.history
    assert history is not None
    assert history.changes is not None
    changes = with_text(history.changes, name)
    versions = tuple(replace(entry, summary=name, edition=name) for entry in history.versions)
    hostile = replace(now, history=replace(history, versions=versions, changes=changes))
    further = Further(sentences=[SentenceChange("body", name, name)])
    for kind in ("changes", "versions", "changed_sentences"):
        item = DisplayItem(id="stbl-x", kind=kind)
        text = table_fragment(tabulate(hostile, item, further))
        table = html.fromstring(text)
        assert not list(table.iter("b", "img", "script"))
        widths = [float((col.get("style") or "")[6:-1]) for col in table.iter("col")]
        assert sum(widths) == 100
        assert any(name in cell for row in cells(hostile, kind, further) for cell in row)
    found = {value.name: value.text for value in version_values(hostile)}
    for text in found.values():
        assert not set("<*$[`") & set(_ESCAPED.sub("", text))


def test_a_review_without_anything_has_its_tables_and_figure() -> None:
    for kind in ("changes", "versions", "changed_sentences"):
        assert cells(empty(), kind)
    assert figure.figures(empty(), CHANGES)


def test_the_page_says_its_version_and_links_the_others(
    second: Path, results: dict[str, Any], tmp_path: Path
) -> None:
    history = results["synthesis"]["history"]
    page = with_menu(PAGE, history)
    assert '<a href="versions/1.0/paper.html">1.0</a>' in page
    assert "Version 1.1 of 10 January 2026 · earlier: " in page
    assert page.index("<nav") < page.index("<header")
    assert with_menu(page, history) == page  # one line, however often
    assert 'href="../1.0/paper.html"' in sibling_page(page)
    frozen = (second / "versions/1.1/paper.html").read_text("utf-8")
    assert frozen == sibling_page(page)
    write_earlier_pages(second, tmp_path, history)
    assert [path.parent.name for path in tmp_path.glob("versions/*/paper.html")] == ["1.0"]
    old = (tmp_path / "versions/1.0/paper.html").read_text("utf-8")
    assert "Version 1.0 of 5 January 2026; this page is kept as it was" in old
    (link,) = [part.split('"')[0] for part in old.split('href="')[1:]]
    assert (tmp_path / "versions/1.0" / link).resolve() == (tmp_path / "paper.html").resolve()


def test_a_page_without_history_stays_as_it_is() -> None:
    assert with_menu(PAGE, None) == PAGE


def test_changes_in_words_comment_and_json(second: Path) -> None:
    from analysis.versions.report import changes_json, changes_markdown, changes_text

    found = changes_since(second, "1.0")
    assert (found.asked, found.next) == ("minor", "1.1")
    text = changes_text(found)
    assert "Example 2026 (verified), added, in the place of Reconstructed ICI 1" in text
    assert "    - It rests on 15 estimates from 14 studies (249 of 863 patients)" in text
    assert "    + It rests on 15 estimates from 14 studies (259 of 863 patients)" in text
    comment = changes_markdown(found)
    assert "<details><summary>Pooled outcomes (3)</summary>" in comment
    content = changes_json(found)
    assert content["next_version"] == "1.1"
    assert {entry["name"] for entry in content["changes"]["pools"]} == {
        "Objective response rate",
        "Objective response rate, Immune checkpoint inhibitor",
        "Objective response rate, Prospective",
    }
    nothing = changes_since(second, None)
    assert nothing.asked is None
    assert "Nothing has changed since version 1.1." in changes_text(nothing)
