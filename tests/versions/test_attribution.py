"""Do the parts of a change add up to the whole, and does each name what moved the estimate?"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.build.history import attribution
from analysis.build.history.attribution import pool_changes
from analysis.build.history.comparison import compare
from analysis.build.history.shelf import Released
from analysis.build.history.shelf import released as version
from analysis.storage.cache import PLACE
from analysis.storage.table_files import read_table, table_bytes
from analysis.synthesis.computation import synthesise
from analysis.synthesis.pool_states import as_content
from schemas import load_review
from tests.versions.edits import add, replace_study, set_cell, set_text

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.synthesis.versions import Cause, Changes, PoolChange

CAUSES: tuple[Cause, ...] = ("program", "removed", "added", "corrected", "protocol")
GROUPS = ("therapy", "timing")
ESTIMATES = st.one_of(st.none(), st.floats(0.01, 0.99))


def content(estimate: float | None, study: str) -> dict[str, Any]:
    """Results with one pool of one study."""
    names = ("cohort", "criteria", "variable", "level", "level_label", "i2", "q_p", "tau2")
    nothing = dict.fromkeys(names)
    row = nothing | {"study_id": study, "label": f"Example {study}", "reconstructed": False}
    row |= {"estimate": 0.5, "ci_low": 0.4, "ci_high": 0.6, "events": 5, "n": 10}
    pool = nothing | {"measure": "proportion", "unit": "percent", "model": "common"}
    pool |= {"k": 1, "n_studies": 1, "ci_low": 0.1, "ci_high": 0.9}
    pool |= {"estimate": estimate, "studies": [row]}
    outcome = {"id": "x", "label": "X", "overall": pool, "subgroups": {}}
    return {"outcomes": [outcome], "adverse_events": []}


@given(
    start=st.floats(0.01, 0.99),
    path=st.lists(st.one_of(st.none(), ESTIMATES), min_size=0, max_size=4),
    end=st.floats(0.01, 0.99),
    computable=st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_parts_add_up_whatever_could_be_computed_between(
    start: float, path: list[float | None], end: float, computable: list[bool]
) -> None:
    old, new = content(start, "a"), content(end, "b")
    states: list[tuple[Cause, dict[str, Any] | None]] = [
        (cause, content(estimate, "a") if fine else None)
        for cause, estimate, fine in zip(CAUSES, path, computable, strict=False)
    ]
    states.append((CAUSES[len(states)], new))
    (change,) = pool_changes(old, new, states)
    assert change.difference is not None
    assert sum(step.difference for step in change.steps) == pytest.approx(
        change.difference, abs=1e-9
    )
    named = [cause for step in change.steps for cause in step.causes]
    assert named == [cause for cause, _ in states if cause in named]


def since_first(root: Path) -> Changes:
    now = as_content(synthesise(load_review(root), pools_only=True))
    return compare(version(root, "1.0"), root, now, GROUPS)


def pool(changes: Changes, topic: str, level: str | None = None) -> PoolChange:
    return next(p for p in changes.pools if p.state.topic == topic and p.state.level == level)


def adds_up(changes: Changes) -> None:
    for change in changes.pools:
        if change.difference is not None:
            total = sum(step.difference for step in change.steps)
            assert total == pytest.approx(change.difference, abs=1e-12), change.state


def test_a_study_replaced_and_a_row_corrected(released: Path) -> None:
    replace_study(released, "R01", "19")
    set_cell(released, "outcomes", {"study_id": "R02", "outcome": "ORR"}, "events", "9")
    changes = since_first(released)
    adds_up(changes)
    steps = pool(changes, "orr").steps
    assert [(step.causes, step.studies) for step in steps] == [
        (("removed",), ("Reconstructed ICI 1",)),
        (("added",), ("Example 2026",)),
        (("corrected",), ("Reconstructed ICI 2",)),
    ]
    # A pool of other studies has no part in it.
    tace = pool(changes, "orr", "TACE")
    assert (tace.moved, tace.steps) == (False, ())
    # Events of overall survival were not touched: the rows moved to another name, the pool did not.
    assert not pool(changes, "pfs").moved


def test_states_on_the_way_are_computed_once_and_again_when_their_rows_change(
    released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PLACE, raising=False)
    computed: list[int] = []

    def compute(*parts: Any) -> bytes:
        computed.append(1)
        return original(*parts)

    original = attribution._compute
    monkeypatch.setattr(attribution, "_compute", compute)
    replace_study(released, "R01", "19")
    first = since_first(released)
    assert since_first(released) == first
    # The present program on the old tables; without the study that went is a state of its own.
    assert len(computed) == 2
    set_cell(released, "outcomes", {"study_id": "R02", "outcome": "ORR"}, "events", "9")
    adds_up(since_first(released))
    # A row corrected on top of them leaves both, and makes a state of what was the end.
    assert len(computed) == 3


def test_rows_that_only_the_new_protocol_knows_stand_together_with_it(released: Path) -> None:
    set_text(
        released,
        "data/protocol.yml",
        "      - {id: RT, label: Radiotherapy}",
        "      - {id: RT, label: Radiotherapy}\n      - {id: HAIC, label: Infusion}",
    )
    set_cell(released, "studies", {"study_id": "R01"}, "therapy", "HAIC")
    set_cell(released, "outcomes", {"study_id": "R01", "outcome": "ORR"}, "events", "11")
    changes = since_first(released)
    adds_up(changes)
    assert [step.causes for step in pool(changes, "orr").steps] == [("corrected", "protocol")]
    new = pool(changes, "orr", "HAIC")
    assert new.before is None
    assert new.steps == ()


def test_a_choice_of_the_protocol_alone(released: Path) -> None:
    set_text(released, "data/protocol.yml", "i2_below: 0.50", "i2_below: 0.99")
    set_text(released, "data/protocol.yml", "p_at_least: 0.10", "p_at_least: 0.00")
    changes = since_first(released)
    adds_up(changes)
    assert [step.causes for step in pool(changes, "orr").steps] == [("protocol",)]
    assert [entry.column for entry in changes.protocol] == [
        "model_rule.i2_below",
        "model_rule.p_at_least",
    ]
    assert any(crossing.kind == "model" for crossing in changes.crossings)


def test_the_program_alone_is_named(first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = copy.deepcopy(version(first).results())
    for outcome in before["synthesis"]["outcomes"]:
        outcome["overall"]["estimate"] *= 0.9  # as if an older program had computed it
    monkeypatch.setattr(Released, "results", lambda _: before)
    changes = since_first(first)
    adds_up(changes)
    (step,) = pool(changes, "orr").steps
    assert step.causes == ("program",)


def test_old_tables_that_the_program_cannot_compute_are_said(released: Path) -> None:
    # What the table of an old program may have held, and the present one refuses.
    path = released / "versions/1.0/data/outcomes.csv"
    path.write_text(path.read_text("utf-8").replace("R01,,ORR,,32,10,", "R01,,ORR,,32,99,"))
    set_cell(released, "outcomes", {"study_id": "R02", "outcome": "ORR"}, "events", "9")
    changes = since_first(released)
    assert not changes.attributed
    assert "cannot be computed by the present program" in changes.reason
    adds_up(changes)
    assert pool(changes, "orr").steps[0].causes == ("program", "corrected")


def test_an_older_version_without_a_column_or_table_is_compared_all_the_same(
    released: Path,
) -> None:
    folder = released / "versions/1.0/data"
    (folder / "screening.csv").unlink()
    columns, rows = read_table(released / "versions/1.0", "outcomes")
    older = [column for column in columns if column != "percent_reported"]
    assert len(older) < len(columns)
    for row in rows:
        del row["percent_reported"]
    (folder / "outcomes.csv").write_bytes(table_bytes(older, rows))
    row = {"study_id": "R01", "outcome": "OS", "median": "15", "ci_low": "12", "ci_high": "18"}
    row |= {"ci_level": "0.95", "upper_not_reached": "no", "evidence": "reconstructed"}
    row |= {"source": "10.1177/10732748251390032", "location": "pooled rows"}
    add(released, "outcomes", [row])
    changes = since_first(released)
    assert changes.attributed
    adds_up(changes)
    assert [step.causes for step in pool(changes, "os").steps] == [("added",)]
