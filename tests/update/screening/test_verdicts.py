"""Do the decisions on a record amount to what the protocol says?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.screening_log import screening_log
from schemas.screening_verdicts import Decision, Verdict, verdict
from schemas.vocabulary import SCREENING_DECISIONS
from tests.update.screening.samples import REASONS, choices

FULL = "full_text"


def of(
    *votes: tuple[str, str] | tuple[str, str, str], per_record: int = 2, team: str = "AB CD"
) -> Verdict:
    decisions = [
        Decision("R1", FULL, name, decision, reason[0] if reason else None)
        for name, decision, *reason in votes
    ]
    return verdict(decisions, choices(per_record, team.split()))


def test_nobody_one_and_both() -> None:
    assert of() == Verdict("open")
    assert of(("AB", "include")) == Verdict("waiting")
    assert of(("AB", "include"), ("CD", "include")) == Verdict("decided", "include")


def test_disagreement_and_doubt_are_conflicts_until_the_arbiter_decides() -> None:
    for other in ("exclude", "unsure"):
        assert of(("AB", "include"), ("CD", other)) == Verdict("conflict", disagreed=True)
    assert of(("AB", "unsure"), ("CD", "unsure")).standing == "conflict"
    closed = of(("AB", "include"), ("CD", "exclude", "case_report"), ("EF", "include"))
    assert closed == Verdict("decided", "include", disagreed=True)
    closed = of(("AB", "include"), ("CD", "unsure"), ("EF", "exclude", "case_report"))
    assert closed == Verdict("decided", "exclude", "case_report", disagreed=True)


def test_an_arbiter_does_not_stand_in_for_a_reviewer() -> None:
    assert of(("AB", "include"), ("EF", "include")) == Verdict("waiting")
    agreed = of(("AB", "include"), ("CD", "include"), ("EF", "exclude", "case_report"))
    assert agreed == Verdict("decided", "include")


def test_of_two_reasons_the_first_of_the_protocol_is_kept() -> None:
    found = of(("AB", "exclude", "insufficient_data"), ("CD", "exclude", "review_article"))
    assert found == Verdict("decided", "exclude", "review_article")


def test_a_full_text_that_one_reviewer_could_not_get_waits_for_that_reviewer() -> None:
    assert of(("AB", "not retrieved"), ("CD", "include")) == Verdict("waiting")
    assert of(("AB", "not retrieved")) == Verdict("waiting")
    both = of(("AB", "not retrieved"), ("CD", "not retrieved"))
    assert both == Verdict("decided", "not retrieved")


def test_one_reviewer_decides_alone_where_the_protocol_says_so() -> None:
    assert of(("AB", "include"), per_record=1) == Verdict("decided", "include")
    assert of(("AB", "unsure"), per_record=1).standing == "conflict"


def test_in_a_team_any_two_decide() -> None:
    team = "AB CD GH"
    assert of(("AB", "include"), ("GH", "include"), team=team).outcome == "include"
    third = of(("AB", "include"), ("CD", "include"), ("GH", "exclude"), team=team)
    assert third.standing == "conflict"


DECISIONS = st.lists(
    st.tuples(
        st.sampled_from(["AB", "CD", "EF"]),
        st.sampled_from(sorted(SCREENING_DECISIONS)),
        st.sampled_from(REASONS),
    ),
    unique_by=lambda vote: vote[0],
    max_size=3,
)


@given(DECISIONS, st.sampled_from([1, 2]))
def test_any_decisions_have_a_verdict_whatever_their_order(
    votes: list[tuple[str, str, str]], per_record: int
) -> None:
    found = of(*votes, per_record=per_record)
    assert found == of(*reversed(votes), per_record=per_record)
    assert (found.outcome is not None) == (found.standing == "decided")
    assert (found.reason is not None) == (found.outcome == "exclude")


@pytest.mark.parametrize("stage", ["title_abstract", "full_text"])
def test_a_duplicate_is_not_among_the_records(stage: str) -> None:
    made = Decision("R2", stage, "AB", "include")
    log = screening_log({"R1": "s", "R2": "s"}, ["R2"], {}, [made], choices())
    assert list(log.states) == ["R1"]
    assert log.states["R1"].status == "not screened"
