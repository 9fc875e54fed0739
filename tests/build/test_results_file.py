"""Does the file that is written piece by piece hold what was computed, all of it?"""

from __future__ import annotations

import json
from pathlib import Path

from analysis.build.building import results
from analysis.build.results_file import write_results
from analysis.paper.choices import check
from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from tests.large_review import Size, large_review


def test_the_file_is_the_same_as_the_whole_content_in_memory(tmp_path: Path) -> None:
    root = large_review(tmp_path / "review", Size(4, outcomes=1, terms=1))
    data = check(root).data
    assert data is not None
    synthesis = synthesise(data)
    values = named_values(synthesis, data)
    passages = {"results": "Words, “signs” and\na line."}
    expected = results(synthesis, values, ("A note.",), passages)
    head = {name: expected[name] for name in ("edition", "profile", "notes")}
    written = tmp_path / "results.json"
    write_results(written, head, values, synthesis, passages)
    assert json.loads(written.read_text("utf-8")) == json.loads(json.dumps(expected))
    # Nothing stands in one endless line.
    assert max(map(len, written.read_text("utf-8").splitlines())) < 40_000
