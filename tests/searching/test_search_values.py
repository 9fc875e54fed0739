"""Does the paper name each database once, and nothing as a database that is none?"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from analysis.catalogue import database_searches
from analysis.values.context import _searches
from schemas import load_review

from .conftest import take


def test_databases_of_an_update(root: Path) -> None:
    take(root, "pubmed.nbib", "PubMed")
    take(root, "manager.bib", "Colleagues", query="asked", kind="other")
    searches = database_searches(load_review(root).searches)
    assert [search.kind for search in searches] == [*["database"] * 5, "other"]
    synthesis = SimpleNamespace(searches=searches)
    databases, day = _searches(synthesis)  # type: ignore[arg-type]
    assert databases.text == "PubMed, Embase, Web of Science and Cochrane Library"
    assert day.text == "10 January 2026"
