"""Is an item said to have nothing to show exactly where its drawing or table says so itself?"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from analysis.manuscript.sources import PAPER
from analysis.paper.figures import forest, plot_page
from analysis.paper.item_contents import has_content, places_of
from analysis.paper.items import FIGURE_KINDS, TABLE_KINDS, Further, draw, tabulate
from analysis.paper.tables.fragment import has_data, table_fragment
from schemas.protocol import DisplayItem
from tests.paper.figures.review_sample import empty
from tests.paper.figures.sensitivity_samples import firm_review
from tests.paper.tables.further_samples import CHECKLIST, full_review

if TYPE_CHECKING:
    from analysis.synthesis.results import Synthesis

REVIEWS = {"full": full_review, "firm": firm_review, "empty": empty}
# These always show something, or their text says what a reader wants to know of any version.
ALWAYS = {"flow", "versions", "prisma"}
#: Rows that only say that a pool has no estimate are no content, and still rows.
ROWS_OF_NOTHING = {"pools", "comparison"}


class Drawn(Exception):  # noqa: N818 - no error
    """What would have been drawn."""


def panels(synthesis: Synthesis, item: DisplayItem, patch: pytest.MonkeyPatch) -> bool:
    """Say whether a figure has a panel that shows more than a sentence."""

    def of_plots(plots: Any, *_: Any, **__: Any) -> Any:
        raise Drawn(any(not isinstance(plot, plot_page.Absent) for plot in plots))

    def of_blocks(blocks: Any, *_: Any, **__: Any) -> Any:
        raise Drawn(any(row.kind != "note" for block in blocks for row in block.rows))

    module = import_module(f"analysis.paper.figures.{item.kind}")
    if hasattr(module, "plot_pages"):
        patch.setattr(module, "plot_pages", of_plots)
    patch.setattr(forest, "figures_of_blocks", of_blocks)
    patch.setattr(forest, "forest_figures", lambda given, **_: of_blocks(map(_block, given)))
    with pytest.raises(Drawn) as found:
        draw(synthesis, item)
    return found.value.args[0]


def _block(panel: Any) -> Any:
    from analysis.paper.figures.forest_content import block_of

    return block_of(panel, 0.95)


def kinds_of(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if name not in ALWAYS]


@pytest.mark.parametrize("review", REVIEWS)
@pytest.mark.parametrize("kind", kinds_of(TABLE_KINDS))
def test_a_table_has_content_where_it_has_rows(kind: str, review: str) -> None:
    synthesis = REVIEWS[review]()
    item = DisplayItem(id="tbl-x", kind=kind, by=("therapy",) if kind == "comparison" else ())
    rows = has_data(table_fragment(tabulate(synthesis, item, Further(CHECKLIST))))
    said = has_content(synthesis, item)
    if kind in {"changes", "changed_sentences"}:
        assert synthesis.history is None  # no version is known, so nobody can say
        assert said
    elif kind in ROWS_OF_NOTHING and review == "empty":
        assert not said
    else:
        assert said == rows


# What these draw is no list of panels; their own tests look at an empty one.
@pytest.mark.parametrize("review", REVIEWS)
@pytest.mark.parametrize(
    "kind", [k for k in kinds_of(FIGURE_KINDS) if k not in {"quality", "effect_direction"}]
)
def test_a_figure_has_content_where_it_has_a_panel(
    kind: str, review: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthesis = REVIEWS[review]()
    if kind == "bubble" and review == "full":
        assert not has_content(synthesis, DisplayItem(id="fig-x", kind=kind))  # lines of no points
        return
    if kind == "specification":
        item = DisplayItem(id="fig-x", kind=kind, outcomes=("orr",))
        some = any(
            entry.estimate is not None
            for outcome in synthesis.outcomes
            if outcome.id == "orr" and outcome.sensitivity
            for entry in outcome.sensitivity.specifications
        )
        assert has_content(synthesis, item) == some
        return
    outcomes = tuple(outcome.id for outcome in synthesis.outcomes) if kind == "forest" else ()
    item = DisplayItem(id="fig-x", kind=kind, outcomes=outcomes)
    assert has_content(synthesis, item) == panels(synthesis, item, monkeypatch)


def test_a_flow_of_records_needs_a_number() -> None:
    item = DisplayItem(id="fig-x", kind="flow")
    assert has_content(full_review(), item)
    assert not has_content(empty(), item)


@pytest.mark.parametrize("kind", ["quality", "effect_direction"])
def test_judgements_and_directions_are_content(kind: str) -> None:
    item = DisplayItem(id="fig-x", kind=kind)
    assert has_content(full_review(), item)
    assert not has_content(replace(full_review(), ratings=(), narratives=()), item)


def test_places_are_the_protocols_but_for_what_is_empty(edition: Any) -> None:
    from schemas import load_review

    assert (edition / PAPER).exists()
    protocol = load_review(edition).protocol
    items = (
        DisplayItem(id="fig-flow", kind="flow", placement="supplement", journals={"bmj": "main"}),
        DisplayItem(id="tbl-ongoing", kind="ongoing"),
        DisplayItem(id="stbl-terms", kind="terms", placement="none"),
        DisplayItem(id="sfig-funnel", kind="funnel", placement="supplement"),
    )
    protocol = protocol.model_copy(update={"display": items})
    nothing = {"tbl-ongoing": "empty", "stbl-terms": "none", "sfig-funnel": "empty"}
    found = replace(empty(), flow=full_review().flow)
    assert places_of(protocol, found) == {"fig-flow": "supplement", **nothing}
    assert places_of(protocol, found, "bmj") == nothing


def test_terms_that_were_reported_in_the_same_words_need_no_table() -> None:
    item = DisplayItem(id="stbl-terms", kind="terms")
    alike = (("Nausea", "Nausea"), ("fatigue", "Fatigue"))
    assert not has_content(replace(full_review(), terms=alike), item)
    assert has_content(replace(full_review(), terms=(*alike, ("Tiredness", "Fatigue"))), item)
