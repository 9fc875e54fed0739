"""Does the whole way hold with as few estimates as an outcome can have?"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.synthesis.computation import synthesise
from schemas import load_review


@pytest.mark.parametrize("kept", [0, 1, 2, 3])
@pytest.mark.parametrize("name", ["stata14", "metafor", "meta", "cochrane2025", "revman"])
def test_an_outcome_with_few_estimates_is_synthesised(review: Path, kept: int, name: str) -> None:
    path = review / "data/outcomes.csv"
    rows = path.read_text(encoding="utf-8-sig").splitlines()
    response = [row for row in rows if ",ORR," in row and "mRECIST" not in row]
    dropped = set(response[kept:])
    path.write_text("\n".join(row for row in rows if row not in dropped) + "\n", encoding="utf-8")
    protocol = review / "data/protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    protocol.write_text(text.replace("profile: stata14", f"profile: {name}"), encoding="utf-8")
    outcome = synthesise(load_review(review)).outcome("orr")
    # Chen S 2023 also reports mRECIST, which is taken when its RECIST row is gone.
    assert outcome.overall.k in {kept, kept + 1}
    assert (outcome.sensitivity is None) == (outcome.overall.k < 2)
