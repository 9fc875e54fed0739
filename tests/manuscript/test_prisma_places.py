"""Do the items of PRISMA on bias and certainty find their places, in every review there is?

Items 11 and 18 are risk of bias, 13f and 14 sensitivity and missing results, 15, 21 and 22 missing
results and certainty, 24c departures from the protocol (Page 2021, doi 10.1136/bmj.n71, table 1).
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from analysis.manuscript.checklist import (
    checklist_items,
    passage_sections,
    places,
    reported_at,
)
from analysis.manuscript.sources import read_manuscript
from analysis.new_review.folder import new_review
from analysis.new_review.protocol_text import KINDS, Choices
from analysis.paper.passages import written_passages
from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from schemas import load_review

if TYPE_CHECKING:
    from analysis.manuscript.source_line import Manuscript

ROOT = Path(__file__).parents[2]
ASKED = ("11", "13f", "14", "15", "18", "21", "22", "24c")
# By item: where its answer stands, as ids of the manuscript. Nothing: not reported.
_EXAMPLE = {
    "11": ["sec-quality"],
    "13f": ["sec-statistics"],
    "14": ["sec-statistics"],
    "15": ["sec-certainty-methods"],
    "18": ["sec-quality"],
    "21": ["sec-small-study", "sfig-funnel"],
    "22": ["sec-certainty-methods"],
    "24c": [],
}
_STARTED = {
    **_EXAMPLE,
    "18": ["sec-characteristics", "tbl-quality", "sfig-quality", "stbl-quality-support"],
    "22": ["sec-certainty", "tbl-summary-of-findings", "stbl-evidence-profile"],
}
# Nobody is judged and nothing pooled yet: the paper has no figure of it, and reports nothing.
_NEW = {**_STARTED, "18": [], "21": []}
# No pool: no sensitivity analysis of one.
_NARRATIVE = {**_NEW, "13f": [], "14": []}
EXPECTED = {
    ".": {
        **_EXAMPLE,
        "11": ["sec-quality", "stbl-quality"],
        "15": ["sec-certainty"],
        "18": ["sec-characteristics", "stbl-quality", "sfig-quality"],
        "22": ["sec-certainty"],
    },
    "examples/olfactory-loss": _EXAMPLE,
    "examples/tofacitinib-colitis": _EXAMPLE,
    "examples/psilocybin-depression": {
        **_STARTED,
        "11": ["sec-quality", "tbl-quality"],
        "18": ["sec-characteristics", "tbl-quality", "sfig-quality"],
    },
    **{f"new {kind}": _NARRATIVE if kind == "narrative" else _NEW for kind in KINDS},
}


def read(root: Path) -> Manuscript:
    data = load_review(root)
    synthesis = synthesise(data, pools_only=True)
    values = named_values(synthesis, data)
    return read_manuscript(root, written_passages(root, synthesis, data, values))


def begun(tmp_path: Path, kind: str) -> Path:
    root = tmp_path / "review"
    new_review(root, choices=Choices(kind=kind), with_program=False)  # type: ignore[arg-type]
    return root


def text_of(manuscript: Manuscript, name: str) -> str:
    """Give what stands in a section, up to the next heading of any level, or in a div."""
    lines = [line.prose.strip() for line in manuscript.body]
    start = next(n for n, line in enumerate(lines) if f"#{name}" in line and "{" in line)
    rest = lines[start + 1 :]
    end = next((n for n, line in enumerate(rest) if line.startswith("#")), len(rest))
    return " ".join(line for line in rest[:end] if line and not line.startswith(":::"))


@pytest.mark.parametrize("name", EXPECTED)
def test_each_item_has_the_place_where_its_answer_stands(name: str, tmp_path: Path) -> None:
    root = begun(tmp_path, name.removeprefix("new ")) if name.startswith("new ") else ROOT / name
    manuscript = read(root)
    with (root / "data/prisma_checklist.csv").open(encoding="utf-8", newline="") as stream:
        answers = {row["item"]: row for row in csv.DictReader(stream) if row["checklist"] == "main"}
    sections = passage_sections(manuscript)
    found = {item: [*reported_at(answers[item], sections)] for item in ASKED}
    assert found == EXPECTED[name]
    known = places(manuscript)
    items = checklist_items(manuscript, load_review(root))
    printed = {each.item: each.places for each in items if each.checklist == "main"}
    for item, ids in found.items():
        # What rests on sections and floats alone is printed when somebody has confirmed it.
        if not name.startswith("new ") or "passage-" in answers[item]:
            assert printed[item] == tuple(known[place] for place in ids), item
        for place in ids:
            assert known[place]
            assert text_of(manuscript, place), f"nothing stands in {place}"


def test_departures_answer_their_item_as_soon_as_there_is_one(tmp_path: Path) -> None:
    root = begun(tmp_path, "two_arms")
    data = load_review(root)

    def printed() -> tuple[str, ...]:
        items = checklist_items(read(root), data)
        return next(each.places for each in items if (each.checklist, each.item) == ("main", "24c"))

    assert printed() == ()
    (root / "data/deviations.csv").write_text(
        "date,section,what,why\n2024-05-01,Search,Embase was not searched,no access\n",
        encoding="utf-8",
    )
    assert printed() == ("2.1 Protocol and registration",)


def test_a_passage_with_words_of_the_author_answers_as_well(tmp_path: Path) -> None:
    root = begun(tmp_path, "two_arms")
    path = root / "manuscript/_methods.qmd"
    text = path.read_text(encoding="utf-8")
    own = "::: {#passage-deviations}\nThere were none.\n:::"
    path.write_text(text.replace("::: {#passage-deviations}\n:::", own), encoding="utf-8")
    assert passage_sections(read(root))["passage-deviations"] == "sec-protocol"
