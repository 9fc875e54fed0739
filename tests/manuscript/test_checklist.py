"""Does the reporting checklist point to places that the manuscript has?"""

from __future__ import annotations

import csv
from pathlib import Path

from analysis.manuscript.checklist import checklist_items, checklist_problems, places
from analysis.manuscript.sources import read_manuscript
from schemas import Problem, load_review

PAPER = """\
---
title: A review
abstract: Short
---

# Introduction {#sec-introduction}

# Methods {#sec-methods}

## Search {#sec-search}

### Sources

### Dates {#sec-dates}

## Selection {#sec-selection .x}

```
# no heading {#sec-code}
```

::: {#tbl-one}
One.
:::

::: {#stbl-one}
One.
:::

::: {.notice #fig-one}
One.
:::

::: {#stbl-two}
Two.
:::

# Declarations {#sec-declarations .unnumbered}

# Further {#sec-further}
"""


def paper(root: Path, text: str = PAPER) -> Path:
    (root / "manuscript").mkdir()
    (root / "manuscript" / "paper.qmd").write_text(text, encoding="utf-8")
    return root


def test_places_are_named_as_a_reader_finds_them(tmp_path: Path) -> None:
    assert places(read_manuscript(paper(tmp_path))) == {
        "title": "Title",
        "abstract": "Abstract",
        "sec-introduction": "1 Introduction",
        "sec-methods": "2 Methods",
        "sec-search": "2.1 Search",
        "sec-dates": "2.1.2 Dates",
        "sec-selection": "2.2 Selection",
        "tbl-one": "Table 1",
        "stbl-one": "Table S1",
        "fig-one": "Figure 1",
        "stbl-two": "Table S2",
        "sec-declarations": "Declarations",
        "sec-further": "3 Further",
    }


def test_the_shipped_checklist_points_to_places_that_exist(review: Path) -> None:
    manuscript, data = read_manuscript(review), load_review(review)
    assert checklist_problems(manuscript, data) == []
    items = checklist_items(manuscript, data)
    assert len(items) == len(data.prisma_checklist)
    # PRISMA 2020: 27 items, 42 with the parts of items counted one by one; 12 for the abstract.
    assert sum(item.checklist == "main" for item in items) == 42
    assert sum(item.checklist == "abstract" for item in items) == 12
    # PRISMA-LSR: its four own items, and the first four of PRISMA 2020 with what it adds to them.
    living = [item.item for item in items if item.checklist == "living"]
    assert living == ["1", "2", "3", "4", "L1", "L2", "L3", "L4"]


def test_a_place_that_does_not_exist_is_named_with_its_line(review: Path) -> None:
    path = review / "data" / "prisma_checklist.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("sec-eligibility", "sec-eligibilty", 1), encoding="utf-8")
    manuscript, data = read_manuscript(review), load_review(review)
    (problem,) = checklist_problems(manuscript, data)
    assert (problem.file, problem.line) == ("data/prisma_checklist.csv", 6)
    assert (problem.column, problem.value) == ("location", "sec-eligibilty")
    assert 'Did you mean "sec-eligibility"?' in problem.hint
    item = next(item for item in checklist_items(manuscript, data) if item.item == "5")
    assert item.places == ("2.6 Statistical analysis",)


def answered(review: Path, item: str, location: str, confirmed: str) -> list[Problem]:
    """Answer an item of the main checklist, and give the problems with their rules."""
    path = review / "data" / "prisma_checklist.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    row = next(row for row in rows if (row["checklist"], row["item"]) == ("main", item))
    row |= {"location": location, "confirmed": confirmed}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(row), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return checklist_problems(read_manuscript(review), load_review(review))


def test_an_item_that_nobody_has_confirmed_is_not_reported(review: Path) -> None:
    """Promise 7: a checklist claims what the team has found, not what a new review begins with."""
    (problem,) = answered(review, "8", "sec-selection", "")
    assert (problem.rule, problem.severity) == ("checklist-unconfirmed", "warning")
    assert "Item 8 names a place that nobody has confirmed" in problem.what
    items = checklist_items(read_manuscript(review), load_review(review))
    assert next(item for item in items if item.item == "8").places == ()
    assert answered(review, "8", "sec-selection", "yes") == []
    items = checklist_items(read_manuscript(review), load_review(review))
    assert next(item for item in items if item.item == "8").places


def test_a_table_without_the_column_claims_nothing(review: Path) -> None:
    path = review / "data" / "prisma_checklist.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = [name for name in rows[0] if name != "confirmed"]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    manuscript, data = read_manuscript(review), load_review(review)
    assert {item.places for item in checklist_items(manuscript, data)} == {()}
    (problem,) = checklist_problems(manuscript, data)
    assert "items name a place" in problem.what


def test_what_is_confirmed_must_have_a_place_with_text(review: Path) -> None:
    (problem,) = answered(review, "8", "", "yes")
    assert (problem.rule, problem.severity) == ("checklist-without-place", "error")
    (review / "manuscript" / "_own.qmd").write_text(
        "## New {#sec-new}\n\nWrite here what is new.\n", encoding="utf-8"
    )
    paper = review / "manuscript" / "paper.qmd"
    text = paper.read_text(encoding="utf-8")
    paper.write_text(f"{text}\n{{{{< include _own.qmd >}}}}\n", encoding="utf-8")
    (problem,) = answered(review, "8", "sec-new", "yes")
    assert problem.rule == "checklist-unwritten"
    assert answered(review, "8", "sec-new sec-selection", "yes") == []
