"""Does our figure show the same judgements as robvis does of its example?

The judgements are those of `data_rob2`, as the package's introduction prints them (robvis 0.3.0,
https://github.com/mcguinlu/robvis, article "Introduction to robvis"): nine made-up studies.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.paper.figures.quality_panels import shares
from analysis.paper.items import draw
from analysis.synthesis.rating import used_tools
from analysis.synthesis.row import RowRef
from analysis.synthesis.study_rating import Rating
from schemas.protocol import DisplayItem
from schemas.quality_files import shipped_tools
from schemas.quality_rules import apply_rules
from tests.paper.figures.review_sample import review

L, S, H, N = "low", "some concerns", "high", None
# robvis draws "no information", which RoB 2 has as an answer to a question, not as a judgement.
DATA_ROB2 = (
    ((L, L, L, L, L), L),
    ((S, L, L, L, L), L),
    ((N, L, S, L, L), S),
    ((L, L, H, L, S), H),
    ((H, H, L, L, S), L),
    ((L, H, S, L, L), S),
    ((L, S, S, H, L), S),
    ((L, S, L, L, L), L),
    ((L, L, H, L, L), H),
)
DOMAINS = ("d1", "d2", "d3", "d4", "d5")
SIGNS = {L: "+", S: "!", H: "−", N: "–"}


@pytest.fixture(scope="module")
def ratings() -> list[Rating]:
    return [
        Rating(
            study_id=f"Study {number}",
            label=f"Study {number}",
            citation_key=None,
            tool="rob2",
            answers=dict(zip(DOMAINS, domains, strict=True)),
            row=RowRef("data/quality.csv", number),
            overall=overall,
        )
        for number, (domains, overall) in enumerate(DATA_ROB2, start=1)
    ]


def test_every_light_is_the_judgement_of_robvis(ratings: list[Rating]) -> None:
    synthesis = replace(
        review(),
        ratings=tuple(ratings),
        quality_tools=used_tools(shipped_tools(), ratings),
    )
    (figure,) = draw(synthesis, DisplayItem(id="fig-x", kind="quality")).figures
    texts = [(text.get_text(), *text.get_position()) for text in figure.texts]
    heads: dict[str, float] = {}
    for name, x, _ in texts:
        if name in {"D1", "D2", "D3", "D4", "D5", "Overall"}:
            heads.setdefault(name, x)  # the bars, below, have an "Overall" as well
    lights = [(word, x, y) for word, x, y in texts if word in SIGNS.values()]
    shown = {}
    for name, _, y in texts:
        if name.startswith("Study ") and name != "Study":
            row = [(x, word) for word, x, at in lights if abs(at - y) < 0.02]
            shown[name] = [
                min(row, key=lambda each: abs(each[0] - x))[1] for x in sorted(heads.values())
            ]
    wanted = {
        f"Study {number}": [SIGNS[each] for each in (*domains, overall)]
        for number, (domains, overall) in enumerate(DATA_ROB2, start=1)
    }
    assert shown == wanted


def test_every_bar_has_the_counts_of_robvis(ratings: list[Rating]) -> None:
    tool = shipped_tools()["rob2"]
    for place, item in enumerate((*DOMAINS, "overall")):
        column = [(*domains, overall)[place] for domains, overall in DATA_ROB2]
        counted = {
            None if level is None else level.value: part
            for level, part in shares(ratings, tool, item, None)
        }
        assert counted == {value: column.count(value) for value in set(column)}


def test_what_robvis_draws_without_a_word_needs_a_reason_here() -> None:
    """Five of its nine studies are judged better as a whole than their worst domain."""
    tool = shipped_tools()["rob2"]
    against = []
    for number, (domains, overall) in enumerate(DATA_ROB2, start=1):
        given = {
            name: value for name, value in zip(DOMAINS, domains, strict=True) if value is not None
        }
        made = apply_rules(tool, given)
        if made.overall is not None and not made.allows(overall):
            against.append(number)
    assert against == [2, 5, 6, 7, 8]
