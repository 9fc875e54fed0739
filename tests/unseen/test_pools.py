"""Are tables of strangers pooled, or refused, as their answers, written beforehand, say?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from analysis.pool.csv_results import PoolOptions
from analysis.pool.pool_csv import pool_csv
from analysis.pool.pool_report import summary
from schemas.problems import DataProblems
from tests.unseen.cases import cases_of, named

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", cases_of("pools"), ids=named)
def test_table(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(case["text"], encoding="utf-8", newline="")
    if "refused" in case:
        with pytest.raises(DataProblems) as refused:
            pool_csv(str(path), PoolOptions())
        told = [f"line {p.line} {p.value} {p.what} {p.hint}" for p in refused.value.problems]
        assert re.search(case["refused"], " ".join(told))
        return
    found = pool_csv(str(path), PoolOptions())
    fit = found.overall
    assert len(fit.studies) == case["k"]
    if "estimate" in case:
        # As printed: two decimals.
        assert [round(v, 2) for v in (fit.estimate, fit.ci_low, fit.ci_high)] == case["estimate"]
    labels = [study.label for study in fit.studies]
    assert case.get("labels", labels) == labels
    assert [words for words in case.get("said", ()) if words not in summary(found)] == []
