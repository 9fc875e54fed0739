"""Is of tables and texts condemned what their answers, written beforehand, say, and no more?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from analysis.audit.documents import UnreadableFile
from analysis.audit.findings import ALARMS
from analysis.audit.run import audit_file
from tests.unseen.cases import cases_of, named, with_odd_bytes

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", cases_of("audits"), ids=named)
def test_statistics(case: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / ("table.csv" if "table" in case else "paper.txt")
    path.write_bytes(with_odd_bytes(case.get("table") or case["prose"], case))
    if "refused" in case:
        with pytest.raises(UnreadableFile, match=re.compile(case["refused"], re.IGNORECASE)):
            audit_file(path)
        return
    report = audit_file(path)
    condemned = [row.claim for row in report.rows if row.verdict in ALARMS]
    if "condemned" in case:
        assert len(condemned) == len(case["condemned"]), condemned
        assert all(any(words in claim for claim in condemned) for words in case["condemned"])
    fit = [row.claim for row in report.rows if row.verdict == "consistent"]
    assert len(fit) >= case.get("read", 0), [(row.claim, row.verdict) for row in report.rows]
    listed = " ".join(f"{one.text} {one.why}" for one in report.unparsed)
    assert [words for words in case.get("listed", ()) if words not in listed] == []
    if case.get("listed") == []:
        assert not listed
