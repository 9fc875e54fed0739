"""Are exports that nobody tuned to read as their answers, written beforehand, say?"""

from __future__ import annotations

from typing import Any

import pytest

from analysis.update.searching.cleaning import clean
from analysis.update.searching.exports import read_export
from schemas.problems import DataProblems
from tests.unseen.cases import cases_of, named, with_odd_bytes


def content(case: dict[str, Any]) -> bytes:
    """The file of a case."""
    text = case["text"].removeprefix("\n")
    return text.encode(case["encoding"]) if "encoding" in case else with_odd_bytes(text, case)


@pytest.mark.parametrize("case", cases_of("searches"), ids=named)
def test_export(case: dict[str, Any]) -> None:
    if "refused" in case:
        with pytest.raises(DataProblems, match=case["refused"]):
            read_export(content(case), "export")
        return
    export = read_export(content(case), "export")
    rows = [clean(record) for record in export.records]
    found = [
        {name: row[name] for name in wanted}
        for row, wanted in zip(rows, case["expect"], strict=True)
    ]
    assert found == case["expect"]
    said = " ".join(export.notes)
    assert [note for note in case.get("notes", ()) if note not in said] == []
