"""Is every row of a forest plot found in its pictures, however long its name and many the pages?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.render.conftest import ADDED


@pytest.mark.rendered
@pytest.mark.xdist_group("long")
def test_rows_with_long_names_are_found_on_every_page_in_order(long_paper: Path) -> None:
    generated = long_paper / "manuscript/_generated"
    items = json.loads((generated / "items.json").read_text(encoding="utf-8"))
    item = items["fig-response"]
    rows = item["rows"]
    assert len(rows) == 2 * (15 + ADDED)
    assert len(item["images"]) > 1
    places = [(row["image"], row["middle"]) for row in rows]
    assert places == sorted(places)
    assert {image for image, _ in places} == set(range(len(item["images"])))
    assert all(0 < row["middle"] < 1 and 0 < row["height"] < 0.1 for row in rows)


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
def test_a_row_says_what_the_table_says(rendered: Path) -> None:
    items = json.loads((rendered / "manuscript/_generated/items.json").read_text(encoding="utf-8"))
    row = items["fig-response"]["rows"][0]
    header, *lines = (rendered / "data/outcomes.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("study_id")
    line = int(row["row"].split("line ")[1])
    assert row["row"].startswith("data/outcomes.csv")
    for part in ("source", "location", "evidence"):
        assert row[part] in lines[line - 2]
    for row in items["fig-survival"]["rows"]:
        assert row["result"].endswith(")")
        assert "months (" in row["result"]
