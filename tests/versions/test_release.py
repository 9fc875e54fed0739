"""Is a version frozen whole and once, under a number that says what changed, or not at all?"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from analysis.build.history.protocol_edition import with_edition
from analysis.build.history.shelf import shelf
from analysis.storage.changeset import replace_files, writing
from analysis.versions.log import cell
from analysis.versions.release import release
from analysis.versions.report import release_text
from schemas.problems import DataProblems
from tests.killing import die, in_child, tree
from tests.versions.conftest import FIRST_DAY, empty_papers, quick_release
from tests.versions.edits import remove_study, replace_study, set_cell

if TYPE_CHECKING:
    pass


def refused(root: Path, number: str, summary: str = "Something new") -> str:
    before = tree(root)
    with pytest.raises(DataProblems) as caught:
        quick_release(root, number, summary)
    assert tree(root) == before
    return str(caught.value)


def test_a_version_holds_what_it_was_made_from_and_what_came_out(first: Path) -> None:
    folder = first / "versions/1.0"
    (entry,) = shelf(first)
    assert (entry.edition, entry.date, entry.version.kind) == ("1.0", FIRST_DAY, "first")
    assert entry.version.studies == 14
    # The state of the data that README.md prints for edition 1.0.
    counts = {"verified": 10, "derived": 6, "data_set": 0, "reconstructed": 79}
    assert entry.version.rows == counts
    assert entry.version.headline[0].estimate == pytest.approx(0.3389, abs=5e-5)
    for name in ("data/outcomes.csv", "manuscript/_results.qmd", "_quarto.yml"):
        assert (folder / name).read_bytes() == (first / name).read_bytes()
    assert (folder / "data/protocol.yml").read_bytes() == (first / "data/protocol.yml").read_bytes()
    assert (folder / "paper.docx").read_text() == "paper.docx of 1.0"
    assert not (folder / "manuscript/_generated").exists()
    assert "| [1.0](1.0/) | 5 January 2026 | first |" in (first / "versions/README.md").read_text(
        "utf-8"
    )


def test_places_that_are_still_to_be_written_are_refused(released: Path) -> None:
    replace_study(released, "R01", "19")
    path = released / "manuscript/_discussion.qmd"
    text = path.read_text("utf-8")
    path.write_text(f"{text}\nWrite here what follows.\n", encoding="utf-8")
    told = refused(released, "1.1")
    assert f"_discussion.qmd\n  ERROR    line {text.count(chr(10)) + 2}" in told
    assert "Write here what follows." in told


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("manuscript/paper.qmd", "running-head:", "running-head: Write here #"),
        ("manuscript/_results.qmd", "## Survival {", "## Write here {"),
        (
            "data/prisma_checklist.csv",
            "sec-search stbl-searches,yes,\n",
            "sec-search,yes,Write here\n",
        ),
        ("data/protocol.yml", "label: Median overall survival", "label: Example outcome"),
    ],
)
def test_words_of_a_new_review_are_refused_wherever_a_reader_would_meet_them(
    released: Path, file: str, old: str, new: str
) -> None:
    path = released / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    told = refused(released, "1.1")
    assert f"{file}\n  ERROR    line {line}:" in told
    assert "still to be written" in told


def test_the_number_is_set_and_comments_of_the_protocol_stay(released: Path) -> None:
    before = (released / "data/protocol.yml").read_text("utf-8")
    replace_study(released, "R01", "19")
    done = quick_release(released, "1.1", "An example study", render=empty_papers)
    after = (released / "data/protocol.yml").read_text("utf-8")
    assert after == before.replace('edition: "1.0"', 'edition: "1.1"')
    assert (done.version.kind, done.asked) == ("minor", "minor")
    assert done.reasons == ("Study added: Example 2026.", "Study removed: Reconstructed ICI 1.")
    assert [entry.edition for entry in shelf(released)] == ["1.0", "1.1"]
    listed = (released / "versions/README.md").read_text("utf-8")
    assert listed.index("[1.1]") < listed.index("[1.0]")


@pytest.mark.parametrize(
    "text",
    [
        "review:\r\n  edition: '1.0'\r\n  title: A\r\nprofile: x\r\n",
        "review:\n  title: A\n  edition: 1.0 # now\n\nprofile: x\n",
        "a: 1\nreview:\n  # the edition: below\n  edition: '1.0'\nother:\n  edition: x\n",
    ],
)
def test_only_the_edition_of_the_review_is_set(text: str) -> None:
    import yaml

    changed = yaml.safe_load(with_edition(text, "2.0"))
    expected = yaml.safe_load(text)
    expected["review"]["edition"] = "2.0"
    assert changed == expected
    assert len(with_edition(text, "2.0").splitlines()) == len(text.splitlines())


def test_an_edition_that_stands_elsewhere_is_not_guessed_at() -> None:
    with pytest.raises(DataProblems, match="line of its own"):
        with_edition("review: {title: A, edition: '1.0'}\n", "1.1")


def test_a_number_lower_than_the_rules_ask_for_is_refused_with_the_reasons(released: Path) -> None:
    remove_study(released, "R01")
    said = refused(released, "1.0.1")
    assert "asks for a minor one" in said
    assert "Study removed: Reconstructed ICI 1." in said
    assert "Release it as 1.1" in said


def test_a_changed_conclusion_asks_for_a_major_version(released: Path) -> None:
    # As if version 1.0 had rows of real studies: only from them is something concluded.
    frozen = released / "versions/1.0/results.json"
    text = frozen.read_text("utf-8")
    assert '"reconstructed": true' in text
    frozen.write_text(text.replace('"reconstructed": true', '"reconstructed": false'), "utf-8")
    # Next to no responder in five studies at once: far outside the interval of version 1.0.
    for study in ("R01", "R02", "R03", "R04", "R05"):
        key = {"study_id": study, "outcome": "DCR"}
        set_cell(released, "outcomes", key, "events", "1")
        set_cell(released, "outcomes", {**key, "outcome": "ORR"}, "events", "0")
    said = refused(released, "1.1")
    assert "asks for a major one" in said
    assert "Disease control rate: 77.1% (70.0–84.3) became" in said


def test_a_protocol_that_is_edited_meanwhile_is_not_overwritten(released: Path) -> None:
    remove_study(released, "R01")
    path = released / "data/protocol.yml"

    def edited(copy: Path, formats: list[str], **_: object) -> None:
        empty_papers(copy, formats)
        path.write_text(path.read_text("utf-8") + "# a new comment\n", encoding="utf-8")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.render.engine.render", edited)
        with pytest.raises(DataProblems, match="was changed while the paper was rendered"):
            release(released, "1.1", "Less", "2026-01-10")
    assert path.read_text("utf-8").endswith("# a new comment\n")
    assert [entry.edition for entry in shelf(released)] == ["1.0"]


@pytest.mark.parametrize(
    ("number", "summary", "said"),
    [
        ("1.0", "Again", "exists already"),
        ("1.0.0", "Again", "exists already"),
        ("0.9", "Back", "lower than version 1.0"),
        ("1.1", "  ", "summary is empty"),
        ("1.1", "Nothing", "Nothing has changed since version 1.0"),
        ("v2", "Two", "not a number of a version"),
        ("1.01", "One", "not a number of a version"),
        ("../1.1", "Out", "not a number of a version"),
    ],
)
def test_what_is_no_new_version_is_refused(
    released: Path, number: str, summary: str, said: str
) -> None:
    assert said in refused(released, number, summary)


@pytest.mark.parametrize(("day", "early"), [("2025-01-10", True), (FIRST_DAY, False)])
def test_a_day_before_that_of_the_last_version_is_pointed_out(
    released: Path, day: str, *, early: bool
) -> None:
    remove_study(released, "R01")
    told = release_text(quick_release(released, "1.1", "Less", day, render=empty_papers))
    said = "Look at its day: version 1.0, the one before, is of 5 January 2026."
    assert (said in told) is early


def test_a_correction_is_a_patch_and_a_higher_number_is_accepted(released: Path) -> None:
    set_cell(released, "outcomes", {"study_id": "R01", "outcome": "ORR"}, "events", "11")
    done = quick_release(released, "1.2", "A row corrected", render=empty_papers)
    assert (done.asked, done.version.kind) == ("patch", "minor")
    assert done.reasons[0] == "Study corrected: Reconstructed ICI 1."


def test_data_with_errors_are_not_released(released: Path) -> None:
    set_cell(released, "outcomes", {"study_id": "R01", "outcome": "ORR"}, "events", "99")
    assert "data/outcomes.csv" in refused(released, "1.1")


@pytest.mark.parametrize(
    "text",
    ["a | b", "<script>x</script>", "[l](http://x.org)", "*s* _t_ `c`", "@team #1", "&lt;b&gt;"],
)
def test_text_in_the_list_of_versions_is_text(text: str) -> None:
    import pypandoc

    table = f"| a | b |\n|---|---|\n| {cell(text)} | x |\n"
    plain = pypandoc.convert_text(table, "plain", format="gfm", extra_args=["--wrap=none"])
    assert text in plain.replace("\N{ZERO WIDTH SPACE}", "")
    page = pypandoc.convert_text(table, "html", format="gfm")
    assert page.count("<td") == 2
    assert not any(f"<{tag}" in page for tag in ("a ", "em", "code", "script", "b>"))


def test_a_damaged_version_is_named(released: Path) -> None:
    (released / "versions/1.0/version.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DataProblems, match=r"versions/1\.0/version\.json"):
        shelf(released)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs POSIX processes")
def test_killed_at_any_stage_there_is_the_old_review_or_the_new_one(
    released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_study(released, "R01", "19")
    old = tree(released)
    # While the paper is rendered.
    ended = in_child(
        released,
        lambda: quick_release(released, "1.1", "New", render=lambda *_, **__: die()),
    )
    assert ended == signal.SIGKILL
    assert tree(released) == old
    # While everything is put in its place.
    contents: dict[str, bytes] = {}
    with monkeypatch.context() as patch:
        patch.setattr(
            "analysis.versions.release.replace_files", lambda _, found: contents.update(found)
        )
        quick_release(released, "1.1", "New", render=empty_papers)
    assert tree(released) == old
    seen = set()
    for step in range(0, 2 * len(contents) + 20, 20):
        root = tmp_path / str(step)
        shutil.copytree(released, root)
        ended = in_child(root, partial(replace_files, root, contents), step)
        assert ended in (0, signal.SIGKILL)
        with writing(root):  # whoever comes next finishes what was decided
            found = tree(root)
        done = {
            **old,
            **{name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
        }
        assert found in (old, done), f"killed at step {step}"
        # The number in the protocol and the folder belong together at every moment.
        text = (root / "data/protocol.yml").read_text("utf-8")
        assert ('edition: "1.1"' in text) == (root / "versions/1.1/version.json").is_file()
        seen.add(found == done)
    assert seen == {False, True}
