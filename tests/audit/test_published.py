"""Is this edition set fairly beside the printed numbers, and is every difference explained?"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from analysis.audit.published import (
    AGREES,
    ERROR_IN_PRINT,
    FILE,
    NO_UNIT,
    NOT_RECOMPUTED,
    OTHER_ROWS,
    RECONSTRUCTED,
    ROUNDING,
    compare,
    with_published,
)
from analysis.paper.figures import published as figure
from analysis.paper.items import FIGURE_KINDS, TABLE_KINDS
from analysis.paper.tables import published as table
from analysis.paper.tables.fragment import table_fragment
from analysis.paper.values.published import published_values
from analysis.synthesis.computation import synthesise
from analysis.synthesis.published import PublishedResult
from analysis.synthesis.results import Outcome, Synthesis
from schemas import load_review
from schemas.problems import DataProblems
from schemas.protocol import DisplayItem

ROOT = Path(__file__).resolve().parents[1] / "edition-1.0"
HEADER = (
    "claim_id,outcome,subgroup_variable,subgroup,statistic,estimate,ci_low,ci_high,unit,"
    "i2_percent,p_value_text\n"
)


@cache
def shipped() -> Synthesis:
    return with_published(synthesise(load_review(ROOT)), ROOT)


def by_id() -> dict[str, PublishedResult]:
    return {result.claim_id: result for result in shipped().published}


def real(synthesis: Synthesis) -> Synthesis:
    """The same review, if all its rows had been read."""

    def read(outcome: Outcome) -> Outcome:
        pool = outcome.overall
        studies = tuple(replace(study, reconstructed=False) for study in pool.studies)
        return replace(outcome, overall=replace(pool, studies=studies))

    return replace(synthesis, outcomes=tuple(map(read, synthesis.outcomes)))


def one(tmp_path: Path, row: str, synthesis: Synthesis | None = None) -> PublishedResult:
    path = tmp_path / "published.csv"
    path.write_text(HEADER + row + "\n", "utf-8")
    (result,) = compare(synthesis or shipped(), path)
    return result


def test_every_published_number_has_a_counterpart_and_a_reason() -> None:
    results = shipped().published
    assert len(results) == len((ROOT / FILE).read_text("utf-8").splitlines()) - 1
    assert all(result.verdict != "not recomputed" for result in results)
    assert all(result.explanation for result in results)
    assert all(
        (result.verdict == "agrees") == (result.explanation == (AGREES,)) for result in results
    )


def test_the_numbers_set_side_by_side_are_those_of_the_pools() -> None:
    synthesis = shipped()
    result = by_id()["orr"]
    pool = synthesis.outcome("orr").overall
    found = {number.name: number for number in result.numbers}
    assert found["estimate"].printed == "33.8"
    assert found["estimate"].recomputed == pool.estimate
    assert found["ci_high"].recomputed == pool.ci_high
    assert found["i2"].recomputed == pool.i2
    assert found["p"].recomputed == pool.q_p
    assert result.difference == pytest.approx((pool.estimate or 0) - 0.338)


def test_a_group_is_found_under_another_name_of_its_variable() -> None:
    # The publication says "design" where the protocol says "timing"; the levels are the same.
    level = by_id()["dcr_prospective"]
    assert level.label == "Prospective"
    regression = by_id()["metareg_orr_design"]
    comparison = shipped().outcome("orr").sensitivity
    assert comparison is not None
    assert regression.numbers[0].recomputed == comparison.comparisons["timing"].regression_p


def test_what_the_audit_calls_wrong_is_an_error_in_print() -> None:
    for name in ("orr_tace", "os_ici", "trimfill_orr_pooled"):
        reasons = by_id()[name].explanation
        assert reasons[0].startswith(f"{ERROR_IN_PRINT} ("), reasons
        assert RECONSTRUCTED in reasons


def test_a_number_without_a_unit_is_not_subtracted() -> None:
    result = by_id()["trimfill_orr_pooled"]
    assert NO_UNIT in result.explanation
    assert result.difference is None


@pytest.mark.parametrize(
    ("decimals", "shift", "reason"),
    [(1, 0.0, AGREES), (1, 0.05, ROUNDING), (1, 3.0, OTHER_ROWS), (3, 0.0, AGREES)],
)
def test_the_reason_follows_from_the_printed_digits(
    tmp_path: Path, decimals: int, shift: float, reason: str
) -> None:
    synthesis = real(shipped())
    pool = synthesis.outcome("pfs").overall
    low, high = pool.ci_low or 0, pool.ci_high or 0
    numbers = [f"{value + shift:.{decimals}f}" for value in (pool.estimate or 0, low, high)]
    result = one(tmp_path, f"x,PFS,,,pooled median,{','.join(numbers)},months,,", synthesis)
    assert result.explanation == (reason,)


def test_another_convention_is_named(tmp_path: Path) -> None:
    synthesis = real(shipped())
    outcome = synthesis.outcome("orr")
    assert outcome.sensitivity is not None
    other = next(
        entry
        for entry in outcome.sensitivity.specifications
        if entry.method == "CE" and entry.measure.startswith("PLO") and entry.estimate is not None
    )
    values = [other.estimate or 0, other.ci_low or 0, other.ci_high or 0]
    cells = ",".join(f"{100 * value:.2f}" for value in values)
    result = one(tmp_path, f"x,ORR,,,pooled proportion,{cells},percent,,", synthesis)
    assert result.explanation[0].startswith("Convention: PLO")


def test_reconstructed_rows_come_before_any_guess(tmp_path: Path) -> None:
    result = one(tmp_path, "x,ORR,,,pooled proportion,10.0,9.0,11.0,percent,,")
    assert result.explanation == (RECONSTRUCTED,)
    assert result.difference == pytest.approx(
        (shipped().outcome("orr").overall.estimate or 0) - 0.1
    )


@pytest.mark.parametrize(
    "row",
    [
        "x,No such outcome,,,pooled proportion,10,9,11,percent,,",
        "x,ORR,therapy,no such level,pooled proportion,10,9,11,percent,,",
        "x,Hypertension,grade,any,pooled proportion,10,9,11,percent,,",
        "x,,,,hazard of nothing,10,,,records,,",
    ],
)
def test_what_this_edition_does_not_compute_is_said(tmp_path: Path, row: str) -> None:
    result = one(tmp_path, row)
    assert result.verdict == "not recomputed"
    assert result.explanation == (NOT_RECOMPUTED,)
    assert result.difference is None


def test_counts_of_the_flow_and_of_patients_are_compared(tmp_path: Path) -> None:
    result = by_id()["prisma_identified"]
    assert result.verdict == "agrees"
    other = one(tmp_path, "x,,,,full texts assessed,44,,,records,,")
    assert other.difference == -1
    assert by_id()["patients"].numbers[0].printed == "863"


def test_in_an_update_the_flow_of_the_first_edition_is_compared() -> None:
    since = replace(synthesise(load_review(ROOT)), flow=(), flow_since="1.0")
    found = {result.claim_id: result for result in with_published(since, ROOT).published}
    # 366 records and 14 studies: what the published review printed (published/README.md).
    for name, count in (("prisma_identified", 366), ("prisma_included", 14)):
        assert found[name].verdict == "agrees"
        assert found[name].numbers[0].recomputed == count


def test_a_review_without_published_numbers_does_without(review: Path) -> None:
    (review / FILE).unlink()
    assert synthesise(load_review(review)).published == ()
    assert list(published_values(synthesise(load_review(review)))) == []
    with pytest.raises(DataProblems) as caught:
        with_published(synthesise(load_review(review)), review)
    assert "published/reported_statistics.csv" in str(caught.value)
    assert str(review) not in str(caught.value)


def test_an_unreadable_file_is_named(review: Path) -> None:
    (review / FILE).write_text("nothing to see\n")
    with pytest.raises(DataProblems) as caught:
        with_published(synthesise(load_review(review)), review)
    assert str(review) not in str(caught.value)


def test_the_table_shows_print_and_edition_and_escapes(tmp_path: Path) -> None:
    synthesis = shipped()
    html = table_fragment(table.build(synthesis))
    assert "33.8 (26.8–40.7)" in html
    assert "−" in html
    assert "+0.1" in html
    # What would not be printed as it was stands out: here the lower limit and not the estimate.
    assert "17.3 (<strong>15.7</strong>–18.9)" in html
    assert html.count("<tr>") > len(synthesis.published)
    evil = replace(by_id()["orr"], label="<script>", explanation=("{{< var x >}}",))
    html = table_fragment(table.build(replace(synthesis, published=(evil,))))
    assert "<script>" not in html
    assert "{{<" not in html
    empty = table_fragment(table.build(replace(synthesis, published=())))
    assert "No number was published before." in empty


def test_the_figure_has_both_and_leaves_out_what_cannot_be_compared() -> None:
    synthesis = shipped()
    item = DisplayItem(id="sfig-published", kind="published")
    drawn = figure.figures(synthesis, item)
    texts = [text.get_text() for page in drawn for text in page.texts]
    assert "33.8 (26.8–40.7)" in texts
    assert not any("133" in text for text in texts)
    alt = figure.alt_text(synthesis, item)
    assert "All studies, printed 33.8 (26.8–40.7), here 33.9" in alt
    assert figure.alt_text(replace(synthesis, published=()), item) == figure.NOTHING
    assert figure.figures(replace(synthesis, published=()), item)


def test_the_counts_for_the_text_add_up() -> None:
    found = {value.name: value.raw for value in published_values(shipped())}
    assert found["published.compared"] == len(shipped().published)
    agree, differ = found["published.agree"], found["published.differ"]
    assert agree is not None
    assert differ is not None
    assert agree + differ == found["published.compared"]
    assert found["published.error_in_print"] == 4


def test_the_kinds_can_be_asked_for() -> None:
    assert "published" in FIGURE_KINDS
    assert "published" in TABLE_KINDS
