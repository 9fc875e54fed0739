"""Does the synthesis apply the protocol to the rows as it says?

Expected numbers: issue "The paper from its data", computed independently of this program; they are
given to four decimals, so the tolerance is half a unit of the fourth.
"""

from __future__ import annotations

import csv
import dataclasses
import json
from pathlib import Path

import pytest

from analysis.build.building import results
from analysis.paper.values import named_values
from analysis.paper.values.pools import pool_values
from analysis.synthesis.computation import synthesise
from analysis.synthesis.results import Synthesis
from schemas import load_review
from tests.conftest import ROOT

FOUR_DECIMALS = 5e-5
THREE_DECIMALS = 5e-4


@pytest.fixture(scope="module")
def synthesis(edition: Path) -> Synthesis:
    return synthesise(load_review(edition))


def test_pooled_response_is_what_the_shipped_rows_give(synthesis: Synthesis) -> None:
    pool = synthesis.outcome("orr").overall
    assert (pool.k, pool.n_studies, pool.n_participants, pool.model) == (15, 14, 863, "random")
    assert pool.estimate == pytest.approx(0.3389, abs=FOUR_DECIMALS)
    assert pool.ci_low == pytest.approx(0.2653, abs=FOUR_DECIMALS)
    assert pool.ci_high == pytest.approx(0.4125, abs=FOUR_DECIMALS)
    assert pool.i2 == pytest.approx(0.7643, abs=FOUR_DECIMALS)


def test_pooled_disease_control_is_what_the_shipped_rows_give(synthesis: Synthesis) -> None:
    pool = synthesis.outcome("dcr").overall
    assert (pool.k, pool.model) == (15, "random")
    assert pool.estimate == pytest.approx(0.7713, abs=FOUR_DECIMALS)
    assert pool.ci_low == pytest.approx(0.6996, abs=FOUR_DECIMALS)
    assert pool.ci_high == pytest.approx(0.8430, abs=FOUR_DECIMALS)
    assert pool.i2 == pytest.approx(0.8483, abs=FOUR_DECIMALS)


def test_a_homogeneous_subgroup_uses_the_common_effect(synthesis: Synthesis) -> None:
    tace = next(p for p in synthesis.outcome("orr").subgroups["therapy"] if p.level == "TACE")
    assert (tace.k, tace.model) == (5, "common")
    assert tace.estimate == pytest.approx(0.3673, abs=FOUR_DECIMALS)
    assert tace.ci_low == pytest.approx(0.2954, abs=FOUR_DECIMALS)
    assert tace.ci_high == pytest.approx(0.4392, abs=FOUR_DECIMALS)


@pytest.mark.parametrize(
    ("outcome", "k", "estimate", "low", "high", "p"),
    [("pfs", 6, 6.913, 6.227, 7.599, 0.844), ("os", 4, 17.115, 15.606, 18.624, 0.507)],
)
def test_pooled_medians_are_what_the_shipped_rows_give(
    synthesis: Synthesis, outcome: str, k: int, estimate: float, low: float, high: float, p: float
) -> None:
    pool = synthesis.outcome(outcome).overall
    assert (pool.k, pool.model) == (k, "common")
    assert pool.estimate == pytest.approx(estimate, abs=THREE_DECIMALS)
    assert pool.ci_low == pytest.approx(low, abs=THREE_DECIMALS)
    assert pool.ci_high == pytest.approx(high, abs=THREE_DECIMALS)
    assert pool.q_p == pytest.approx(p, abs=THREE_DECIMALS)


def test_a_median_without_an_interval_is_listed_and_not_pooled(
    synthesis: Synthesis, edition: Path
) -> None:
    left = [entry for entry in synthesis.outcome("os").overall.left_out if entry.noteworthy]
    assert [(entry.label, entry.reason) for entry in left] == [
        ("Chen S 2023", "no confidence interval reported")
    ]
    line = (
        Path(edition, left[0].row.file)
        .read_text(encoding="utf-8")
        .splitlines()[left[0].row.line - 1]
    )
    assert line.startswith("ChenS2023,,OS,")


def test_a_study_with_two_criteria_enters_once_by_the_preferred_one(synthesis: Synthesis) -> None:
    pool = synthesis.outcome("orr").overall
    chen = [study for study in pool.studies if study.study_id == "ChenS2023"]
    assert [(study.criteria, study.events, study.n) for study in chen] == [("RECIST 1.1", 15, 32)]
    passed_over = [entry for entry in pool.left_out if entry.study_id == "ChenS2023"]
    assert len(passed_over) == 1
    assert not passed_over[0].noteworthy


def test_a_subgroup_of_one_shows_the_studys_own_interval(synthesis: Synthesis) -> None:
    alone = next(p for p in synthesis.outcome("pfs").subgroups["therapy"] if p.level == "RT")
    assert (alone.model, alone.k) == ("single", 1)
    # data/outcomes.csv: R11, PFS
    assert (alone.estimate, alone.ci_low, alone.ci_high) == (7.4, 1.1, 27.7)
    assert alone.i2 is None


def test_a_subgroup_without_a_study_says_so(synthesis: Synthesis) -> None:
    empty = next(p for p in synthesis.outcome("os").subgroups["therapy"] if p.level == "RT")
    assert (empty.model, empty.k, empty.estimate) == ("none", 0, None)


def test_weights_of_every_pool_add_up_to_one(synthesis: Synthesis) -> None:
    pools = [o.overall for o in synthesis.outcomes]
    pools += [p for o in synthesis.outcomes for group in o.subgroups.values() for p in group]
    pools += [event.pool for event in synthesis.adverse_events if event.pooled]
    for pool in pools:
        if pool.studies:
            # Rounding of a sum of at most 15 doubles.
            assert sum(s.weight or 0 for s in pool.studies) == pytest.approx(1, abs=1e-12)


def test_every_row_of_a_pool_is_marked_reconstructed_if_it_or_its_study_is(
    synthesis: Synthesis, edition: Path
) -> None:
    with (edition / "data/studies.csv").open(encoding="utf-8") as file:
        invented = {r["study_id"] for r in csv.DictReader(file) if r["evidence"] == "reconstructed"}
    for outcome in synthesis.outcomes:
        for study in outcome.overall.studies:
            assert study.reconstructed == (
                study.evidence == "reconstructed" or study.study_id in invented
            )


def test_a_term_in_too_few_studies_is_listed_and_not_pooled(synthesis: Synthesis) -> None:
    listed = [event for event in synthesis.adverse_events if not event.pooled]
    assert [event.term for event in listed] == ["Abdominal pain"]
    assert listed[0].pool.estimate is None
    assert listed[0].pool.k == 1


def test_a_term_that_is_only_listed_is_not_said_to_have_no_study(
    synthesis: Synthesis, edition: Path
) -> None:
    values = {
        value.name: value.text
        for value in pool_values(synthesis, load_review(edition).protocol)
        if value.name.startswith("ae.abdominal_pain.any.")
    }
    assert values["ae.abdominal_pain.any.model"] == "too small a number of studies"
    assert not any("no study" in text for text in values.values())


def test_the_same_data_give_an_equal_synthesis(synthesis: Synthesis, edition: Path) -> None:
    assert synthesise(load_review(edition)) == synthesis


def test_a_synthesis_cannot_be_changed(synthesis: Synthesis) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        synthesis.outcomes[0].overall.k = 3  # type: ignore[misc]


def test_results_are_plain_json_that_names_every_row(synthesis: Synthesis, edition: Path) -> None:
    data = load_review(edition)
    content = results(synthesis, named_values(synthesis, data), ())
    text = json.dumps(content, allow_nan=False)
    assert str(edition) not in text
    again = json.loads(text)
    rows = again["values"]["orr.estimate"]["rows"]
    assert len(rows) == 15
    assert {row["file"] for row in rows} == {"data/outcomes.csv"}


@pytest.mark.parametrize("name", ["stata14", "metafor", "meta", "cochrane2025", "revman"])
def test_every_profile_pools_every_outcome(review: Path, name: str) -> None:
    protocol = review / "data/protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    protocol.write_text(text.replace("profile: stata14", f"profile: {name}"), encoding="utf-8")
    found = synthesise(load_review(review))
    for outcome in found.outcomes:
        pool = outcome.overall
        assert pool.estimate is not None
        assert pool.ci_low is not None
        assert pool.ci_high is not None
        assert pool.ci_low < pool.estimate < pool.ci_high


def test_a_study_with_no_events_drops_out_under_stata_and_stays_under_metafor(review: Path) -> None:
    outcomes = review / "data/outcomes.csv"
    text = outcomes.read_text(encoding="utf-8")
    outcomes.write_text(text.replace("R04,,ORR,,20,3,", "R04,,ORR,,20,0,"), encoding="utf-8")
    pool = synthesise(load_review(review)).outcome("orr").overall
    assert pool.k == 14
    assert any("0 of 20" in entry.reason for entry in pool.left_out)

    protocol = review / "data/protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    protocol.write_text(text.replace("profile: stata14", "profile: metafor"), encoding="utf-8")
    pool = synthesise(load_review(review)).outcome("orr").overall
    assert pool.k == 15
    assert any("Reconstructed ICI 4" in note for note in pool.notes)


def test_many_zeros_under_metafor_are_one_short_note(review: Path) -> None:
    """Is a correction told once for all its rows, and not in the program's own words?"""
    path = review / "data" / "outcomes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["outcome"] == "ORR":
            row.update(events="0", percent_reported="", note=row["note"] or "as an example")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    protocol = review / "data" / "protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    protocol.write_text(text.replace("profile: stata14", "profile: metafor"), encoding="utf-8")
    notes = synthesise(load_review(review)).outcome("orr").overall.notes
    told = [note for note in notes if "were added" in note]
    assert len(told) == 1
    assert "more: 0.5 events and 0.5 non-events were added" in told[0]
    assert "only0" not in told[0]


def test_analysis_and_schemas_know_nothing_of_this_review() -> None:
    # DESIGN.md: outcomes, groups, models and labels come from data/protocol.yml.
    words = ("anlotinib", "hepatocellular", "penpulimab", "sorafenib", "hcc")
    for folder in ("analysis", "schemas"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8").lower()
            assert not [word for word in words if word in text], path
