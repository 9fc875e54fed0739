"""Is every typed sentence found that new rows may have made untrue, and no other?"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.build.history.shelf import released as version
from analysis.build.history.typed_sentences import note_to_read, places, sentences_to_read
from analysis.synthesis.versions import TypedSentence
from analysis.versions.report import changes_json, changes_text, release_text
from analysis.versions.since import changes_since
from analysis.versions.status.text import text_points
from tests.versions.conftest import empty_papers, quick_release
from tests.versions.edits import change, remove_study, set_cell, set_text

ZHOU = "Zhou 2025 (APOLLO)"


def to_read(root: Path) -> tuple[TypedSentence, ...]:
    return sentences_to_read(version(root), root)


def in_the_discussion(root: Path, line: int) -> list[TypedSentence]:
    return [x for x in to_read(root) if x.file.endswith("_discussion.qmd") and x.line >= line]


def typed_before(root: Path, *sentences: str) -> int:
    """Add a paragraph to the review and to its version; give the line on which it begins."""
    for folder in (root, root / "versions/1.0"):
        path = folder / "manuscript/_discussion.qmd"
        text = path.read_text("utf-8").rstrip("\n")
        path.write_text("\n".join([text, "", *sentences, ""]), encoding="utf-8")
    return text.count("\n") + 3


def corrected(root: Path, study: str = "Zhou2025") -> None:
    set_cell(root, "outcomes", {"study_id": study, "outcome": "ORR"}, "note", "read again")


def reasons(found: tuple[TypedSentence, ...], text: str) -> tuple[str, ...]:
    (one,) = [entry for entry in found if text in entry.text]
    return one.because


def test_without_a_change_there_is_nothing_to_read(released: Path) -> None:
    assert to_read(released) == ()
    assert list(note_to_read(released)) == []
    (point,) = text_points(released)
    assert not point.due


def test_sentences_about_a_corrected_study_are_found_with_their_lines(released: Path) -> None:
    corrected(released)
    found = to_read(released)
    assert reasons(found, "APOLLO was an open-label phase 3 trial") == (f"{ZHOU}: corrected",)
    # It prints values; they stand for themselves, its words do not.
    assert reasons(found, "APOLLO supplies one: median overall survival was …")
    for entry in found:
        line = (released / entry.file).read_text("utf-8").split("\n")[entry.line - 1]
        assert line.startswith(entry.text[:7])
    texts = " ".join(entry.text for entry in found)
    assert "Chen S and colleagues" not in texts
    # The value that lists the studies cites them, and follows the tables.
    assert "were entered from the reports of the studies themselves" not in texts


def test_a_study_is_known_by_its_names_too(released: Path) -> None:
    line = typed_before(
        released,
        "In APOLLO the dose was the same.",
        "The trial NCT04344158 was open.",
        "As Zhou 2025 found, all lived longer.",
        "ALTER-0802 was older, and Chen and colleagues say so.",
        "A study called APOLLON or BAPOLLO is another one.",
    )
    corrected(released)
    found = in_the_discussion(released, line)
    assert [entry.line for entry in found] == [line, line + 1, line + 2]
    set_cell(released, "comparators", {"comparator_id": "ALTER0802", "outcome": "ORR"}, "note", "x")
    assert line + 3 in [entry.line for entry in to_read(released)]


def test_words_that_compare_are_read_again_when_a_study_comes_or_goes(released: Path) -> None:
    line = typed_before(
        released,
        "APOLLO is the only randomised trial [@Zhou2025].",
        "APOLLO was an open trial of first-line treatment [@Zhou2025].",
        "Most studies were small.",
        "Most studies were small [@Chen2025review].",
    )
    corrected(released, "ChenS2023")
    assert in_the_discussion(released, line) == []
    remove_study(released, "R01")
    found = {entry.line: entry.because for entry in in_the_discussion(released, line)}
    assert found == {
        line: ("“only” compares, and studies came or went",),
        line + 2: ("“Most” compares, and studies came or went",),
    }


def test_a_sentence_edited_since_the_version_has_been_read(released: Path) -> None:
    corrected(released)
    before = to_read(released)
    set_text(released, "manuscript/_results.qmd", "APOLLO was an open-label", "APOLLO was a")
    assert len(to_read(released)) == len(before) - 1
    # Only its place is another.
    set_text(released, "manuscript/_results.qmd", "# Results", "\n\n# Results")
    assert len(to_read(released)) == len(before) - 1


@pytest.mark.parametrize("gone", ["study", "row"])
def test_what_is_said_about_something_that_went_is_found(released: Path, gone: str) -> None:
    if gone == "study":
        remove_study(released, "ChenS2023")
        expected = ("Chen S 2023: removed",)
    else:
        change(
            released,
            "outcomes",
            lambda row: None if (row["study_id"], row["outcome"]) == ("ChenS2023", "OS") else row,
        )
        expected = ("Chen S 2023: corrected",)
    assert reasons(to_read(released), "Chen S and colleagues compared") == expected


def test_every_command_of_an_update_says_so(
    released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corrected(released)
    # A note moves no pool: the results are still those of the version.
    monkeypatch.setattr(
        "analysis.build.build_stamp.current_results", lambda root: version(root).results()
    )
    found = to_read(released)
    (note,) = note_to_read(released)
    assert note.startswith(f"{len(found)} typed sentences speak of studies that changed since")
    assert all(place in note for place in places(found))
    (point,) = text_points(released)
    assert point.due
    assert point.items == places(found)
    since = changes_since(released, None)
    assert since.to_read == found
    assert "Typed sentences to read again\n  manuscript/_introduction.qmd, line " in changes_text(
        since
    )
    assert changes_json(since)["to_read"][0]["because"] == (f"{ZHOU}: corrected",)
    done = quick_release(released, "1.0.1", "A note", render=empty_papers)
    assert done.to_read == found
    assert "read them before you commit" in release_text(done)
    assert to_read(released) == ()


def test_places_are_told_file_by_file() -> None:
    entries = [
        TypedSentence(file, line, "Example.", ())
        for file, line in [("a.qmd", 9), ("a.qmd", 3), ("b.qmd", 1), ("a.qmd", 3), ("a.qmd", 5)]
    ]
    assert places(entries) == ("a.qmd, lines 3, 5 and 9", "b.qmd, line 1")


def test_the_name_of_a_group_is_no_name_of_its_study(released: Path) -> None:
    """*Usual care* in a title spoke of every study that came with such an arm."""
    line = typed_before(released, "Best supportive care was free of charge.")
    head = "study_id,arm,role,label,evidence,source,location,note"
    row = "Zhou2025,c,control,Best supportive care,verified,10.1/x,p. 1,"
    (released / "data/arms.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    found = to_read(released)
    assert found  # the study itself has changed
    assert not [entry for entry in found if entry.line == line and "care" in entry.text]
