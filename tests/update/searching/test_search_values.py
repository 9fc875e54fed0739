"""Does the paper name each database once, and nothing as a database that is none?"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from analysis.paper.values.context import _searches
from analysis.synthesis.catalogue import database_searches
from schemas import load_review
from tests.update.searching.conftest import take


def test_databases_of_an_update(root: Path) -> None:
    take(root, "pubmed.nbib", "PubMed")
    take(root, "manager.bib", "Colleagues", query="asked", kind="other")
    searches = database_searches(load_review(root).searches)
    assert [search.kind for search in searches] == [*["database"] * 5, "other"]
    synthesis = SimpleNamespace(searches=searches)
    found = {value.name: value.text for value in _searches(synthesis)}  # type: ignore[arg-type]
    assert found["search.databases"] == "PubMed, Embase, Web of Science and Cochrane Library"
    assert found["search.date"] == "10 January 2026"
    # Only one of the databases was searched again, and the paper does not say more.
    assert found["search.statement"] == (
        "PubMed was searched to 10 January 2026; Embase, Web of Science and Cochrane Library were "
        "searched to 20 May 2025"
    )
    assert found["search.end"].endswith("20 May 2025, the latest on 10 January 2026")


def test_databases_that_were_searched_on_one_day(root: Path) -> None:
    synthesis = SimpleNamespace(searches=database_searches(load_review(root).searches))
    found = {value.name: value.text for value in _searches(synthesis)}  # type: ignore[arg-type]
    assert found["search.statement"] == (
        "PubMed, Embase, Web of Science and Cochrane Library were searched to 20 May 2025"
    )
    assert found["search.end"] == "The search ends on 20 May 2025"


def test_review_without_a_search_says_so() -> None:
    synthesis = SimpleNamespace(searches=())
    found = {value.name: value.text for value in _searches(synthesis)}  # type: ignore[arg-type]
    assert found["search.statement"] == "No search is recorded"
