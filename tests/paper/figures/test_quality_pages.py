"""Do the lights of many studies go over pages that can be read by themselves?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from analysis.paper.figures import style
from analysis.paper.items import draw
from analysis.synthesis.rating import used_tools
from analysis.synthesis.row import RowRef
from analysis.synthesis.study_rating import Rating
from schemas.protocol import DisplayItem
from schemas.quality_files import shipped_tools
from tests.paper.figures.extents import faults
from tests.paper.figures.review_sample import review

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STUDIES = 80


def ratings(tool: str) -> list[Rating]:
    """Eighty studies; every seventh has a name that needs two lines."""
    known = shipped_tools()[tool]
    levels = {item.id: [level.value for level in known.levels(item.scale)] for item in known.shown}
    whole = [x.value for x in known.levels(known.overall.scale)] if known.overall.scale else [None]
    names = [
        f"Study {number:02}" + (" of the multicentre cooperative group" if number % 7 == 0 else "")
        for number in range(STUDIES)
    ]
    return [
        Rating(
            study_id=name,
            label=name,
            citation_key=None,
            tool=tool,
            answers={item: each[number % len(each)] for item, each in levels.items()},
            row=RowRef("data/quality.csv", number),
            overall=whole[number % len(whole)],
            score=number % 9 if known.overall.rule == "points" else None,
            most=16 if known.overall.rule == "points" else None,
        )
        for number, name in enumerate(names)
    ]


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.texts]


@pytest.mark.parametrize("tool", ["rob2", "robins_i", "minors", "amstar2"])
def test_every_page_has_title_head_and_legend_and_nothing_is_cut(tool: str) -> None:
    found = ratings(tool)
    synthesis = replace(
        review(), ratings=tuple(found), quality_tools=used_tools(shipped_tools(), found)
    )
    pages = draw(synthesis, DisplayItem(id="fig-x", kind="quality")).figures
    assert len(pages) > 1
    known = shipped_tools()[tool]
    heads = [item.short for item in known.shown]
    shown: list[str] = []
    for number, page in enumerate(pages):
        told = words(page)
        assert page.get_figheight() <= style.PAGE_HEIGHT + 1e-6
        assert faults(page) == []
        # A legend says what each sign means; it may be the only thing between reader and guess.
        assert any("+ and disc: low" in text or "and disc:" in text for text in told), number
        rows = [text for text in told if text.startswith("Study ")]
        shown += rows
        if rows:
            assert {"Study", *heads} <= set(told), number
            (title,) = [text for text in told if text.startswith("A")]
            assert title.endswith("(continued)") == (number > 0)
    # A name on two lines begins once.
    assert sorted(text.split(" of the")[0] for text in shown) == sorted(
        rating.label.split(" of the")[0] for rating in found
    )
