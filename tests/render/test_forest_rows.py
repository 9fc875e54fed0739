"""Is every row of a forest plot found in its pictures, however long its name and many the pages?"""

from __future__ import annotations

import json
from pathlib import Path

from analysis.build import build
from tests.render.test_long_and_empty import add_studies


def test_rows_with_long_names_are_found_on_every_page_in_order(review: Path) -> None:
    add_studies(review, 60)
    build(review)
    generated = review / "manuscript/_generated"
    items = json.loads((generated / "items.json").read_text(encoding="utf-8"))
    item = items["fig-response"]
    rows = item["rows"]
    assert len(rows) == 150
    assert len(item["images"]) > 1
    places = [(row["image"], row["middle"]) for row in rows]
    assert places == sorted(places)
    assert {image for image, _ in places} == set(range(len(item["images"])))
    assert all(0 < row["middle"] < 1 and 0 < row["height"] < 0.1 for row in rows)


def test_a_row_says_what_the_table_says(review: Path) -> None:
    build(review)
    items = json.loads((review / "manuscript/_generated/items.json").read_text(encoding="utf-8"))
    row = items["fig-response"]["rows"][0]
    header, *lines = (review / "data/outcomes.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("study_id")
    line = int(row["row"].split("line ")[1])
    assert row["row"].startswith("data/outcomes.csv")
    for part in ("source", "location", "evidence"):
        assert row[part] in lines[line - 2]
    for row in items["fig-survival"]["rows"]:
        assert row["result"].endswith(")")
        assert "months (" in row["result"]
