"""Are sentences that read differently found, and only those?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.build.history.sentences import printed_sentences, sentence_changes, tidy, values_of
from analysis.build.history.shelf import released as version
from analysis.manuscript.generated_text import stored_passages
from analysis.synthesis.versions import SentenceChange
from tests.versions.edits import set_text

if TYPE_CHECKING:
    from pathlib import Path

PAPER = st.lists(
    st.tuples(st.sampled_from(["abstract", "body"]), st.text("abc xyz.", min_size=1, max_size=30)),
    max_size=8,
)


def body(*texts: str) -> list[tuple[str, str]]:
    return [("body", text) for text in texts]


@given(PAPER, PAPER)
def test_going_from_one_side_to_the_other_gives_every_sentence(
    old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    changes = sentence_changes(old, new)
    gone = Counter(change.before for change in changes if change.before)
    come = Counter(change.after for change in changes if change.after)
    before, after = Counter(text for _, text in old), Counter(text for _, text in new)
    assert gone <= before
    assert before - gone + come == after


def test_a_changed_sentence_stands_beside_its_old_form() -> None:
    old = body("First one.", "The rate was 33.9% in 14 studies.", "Last one.")
    new = body(
        "First one.", "Quite new words here.", "The rate was 36.1% in 15 studies.", "Last one."
    )
    assert sentence_changes(old, new) == (
        SentenceChange("body", "", "Quite new words here."),
        SentenceChange(
            "body", "The rate was 33.9% in 14 studies.", "The rate was 36.1% in 15 studies."
        ),
    )


def test_another_place_of_an_equal_sentence_is_a_change_and_equal_papers_have_none() -> None:
    old = body("One.", "Two.")
    assert sentence_changes(old, old) == ()
    assert {c.before or c.after for c in sentence_changes(old, old[::-1])} <= {"One.", "Two."}


def test_values_are_read_as_each_version_printed_them(released: Path) -> None:
    results = version(released).results()
    before = printed_sentences(released / "versions/1.0", values_of(results))
    texts = [text for _, text in before]
    assert any("from 14 studies (249 of 863 patients)." in text for text in texts)
    assert not any("{{<" in text for text in texts)
    # What tells of the version itself would be new every time.
    assert not any("Version 1.0 of" in text for text in texts)
    set_text(released, "manuscript/_conclusions.qmd", "improves outcome.", "helps, and all see it.")
    results["values"]["orr.events"] = dict(results["values"]["orr.events"], text="259")
    passages = stored_passages(released / "versions/1.0")
    after = printed_sentences(released, values_of(results), passages)
    changed = sentence_changes(before, after)
    assert (changed[0].before.count("249"), changed[0].after.count("259")) == (1, 1)
    assert changed[-1].after.endswith("and all see it.")
    assert len(changed) == 2


def test_a_sentence_about_a_table_still_reads_as_one(released: Path) -> None:
    """Its number is left out: another table before it would make a changed sentence of it."""
    results = version(released).results()
    texts = [text for _, text in printed_sentences(released, values_of(results))]
    assert any("are listed in …: Penpulimab" in text for text in texts)
    assert "… sets the groups of this review beside results reported for other treatments." in texts


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("with heterogeneity (  , A) .", "with heterogeneity."),
        ("P < .001 ; next", "P < .001; next"),
        ("a (95% CI 1 to 2) , b", "a (95% CI 1 to 2), b"),
    ],
)
def test_gaps_of_references_are_closed(text: str, closed: str) -> None:
    assert tidy(text) == closed


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("little (I² = 0.0%) (, A).", "little (I² = 0.0%)."),
        ("in all (; ) and", "in all and"),
        ("0 were excluded (none;), and", "0 were excluded (none), and"),
        ("(A) 15 estimates (95% CI 1–2%)", "(A) 15 estimates (95% CI 1–2%)"),
        ("of the study (…; …      , A, … ).", "of the study."),
        ("excluded (none; …       ), and", "excluded (none), and"),
    ],
)
def test_references_leave_no_empty_signs(text: str, read: str) -> None:
    assert tidy(text) == read
