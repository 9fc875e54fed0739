"""Is a review of two arms set beside what was printed before: its pools, its studies, its flow?

Printed: Hedges' g and risk ratios of single trials in the Metapsy and Sypres database of psilocybin
for depression (doi 10.5281/zenodo.15714852, commit 71a102a, ODC-By 1.0), rounded to two digits; the
pools of the same rows by metafor 3.8-1, ``rma(method="REML", test="knha")``.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable

import pytest

from analysis.audit.published import AGREES, NO_UNIT, with_published
from analysis.paper.items import tabulate
from analysis.synthesis.computation import synthesise
from analysis.synthesis.results import Synthesis
from schemas import load_review
from schemas.protocol import DisplayItem
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "psilocybin-depression"
G = {
    "Back 2024": "−1.42", "Carhart-Harris 2021": "−0.54", "Davis 2021": "−2.48",
    "Goodwin 2022": "−0.71", "Griffiths 2016": "−1.27", "Krempien 2023": "−2.06",
    "Lewis 2025": "−1.73", "Luquiens 2025": "−0.33", "Raison 2023": "−0.87",
    "Rieser 2025": "−0.38", "Rosenblat 2024": "−0.14", "Ross 2016": "−0.79",
    "Ross 2025": "−0.83", "von Rotz 2023": "−0.94",
}  # fmt: skip
# exp of the printed log risk ratios: 0.7282, 1.0561, 1.0422, 1.7636 and 1.3218.
RR = {
    "Goodwin 2022": "2.07", "Griffiths 2016": "2.88", "Raison 2023": "2.84", "Ross 2016": "5.83",
    "von Rotz 2023": "3.75",
}  # fmt: skip
POOLS = [
    (
        "DEPRESSION",
        "pooled standardised mean difference",
        "−0.93",
        "−1.27",
        "−0.58",
        "59.7",
        ".005",
    ),
    ("RESPONSE", "pooled risk ratio", "2.77", "1.93", "3.97", "", ""),
    ("REMISSION", "pooled risk ratio", "4.04", "3.39", "4.82", "", ""),
]
HEADER = (
    *("claim_id", "section", "figure", "outcome", "subgroup_variable", "subgroup", "statistic"),
    *("estimate", "ci_low", "ci_high", "unit", "i2_percent", "p_value_text", "note"),
)


def rows() -> Iterable[dict[str, str]]:
    for code, statistic, estimate, low, high, i2, p in POOLS:
        yield {
            "claim_id": code.lower(),
            "outcome": code,
            "statistic": statistic,
            "estimate": estimate,
            "ci_low": low,
            "ci_high": high,
            "i2_percent": i2,
            "p_value_text": f"P = {p}" if p else "",
        }
    for code, statistic, printed in (
        ("DEPRESSION", "standardised mean difference", G),
        ("RESPONSE", "risk ratio", RR),
    ):
        for study, estimate in printed.items():
            yield {
                "claim_id": f"{code.lower()}-{study}".replace(" ", "-"),
                "outcome": code,
                "subgroup_variable": "study",
                "subgroup": study,
                "statistic": statistic,
                "estimate": estimate,
            }
    yield {"claim_id": "screened", "statistic": "records screened", "estimate": "1103",
           "unit": "count"}  # fmt: skip
    yield {"claim_id": "wrong", "outcome": "REMISSION", "subgroup_variable": "study",
           "subgroup": "Lewis 2025", "statistic": "risk ratio", "estimate": "2.31"}  # fmt: skip


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    root = tmp_path_factory.mktemp("published") / "review"
    shutil.copytree(EXAMPLE, root)
    (root / "published").mkdir()
    with (root / "published/reported_statistics.csv").open("w", newline="", encoding="utf-8") as f:
        writer = csv.DictWriter(f, HEADER, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows())
    return with_published(synthesise(load_review(root)), root)


def test_pools_and_trials_agree_with_the_print(compared: Synthesis) -> None:
    found = {result.claim_id: result for result in compared.published}
    assert len(found) == len(POOLS) + len(G) + len(RR) + 2
    wrong = found.pop("wrong")
    not_agreeing = {
        name: (result.explanation, result.numbers)
        for name, result in found.items()
        if result.verdict != "agrees"
    }
    assert not not_agreeing
    assert all(result.explanation == (AGREES,) for result in found.values())
    assert wrong.verdict == "differs"
    assert NO_UNIT not in wrong.explanation
    # 3.23 here, 2.31 printed.
    assert wrong.difference == pytest.approx(3.2308 - 2.31, abs=1e-3)


def test_the_table_has_the_trials_below_their_outcome(compared: Synthesis) -> None:
    item = DisplayItem.model_validate({"id": "stbl-published", "kind": "published"})
    text = str(tabulate(compared, item))
    for words in ("Severity of depression", "Davis 2021", "−2.48", "All studies", "+0.92"):
        assert words in text, words
