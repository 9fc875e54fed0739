"""Reported adverse events and the standard terms under which they are pooled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.cells import Table


def folded(term: str) -> str:
    """Give a term as it is compared: without capitals, and with single spaces."""
    return " ".join(term.split()).casefold()


def add_standard_terms(tables: Mapping[str, Table]) -> None:
    """Give the adverse events their column `term`, joined from the table of terms.

    A term that is not in the table keeps its own words, so that the other checks can go on; that
    it is missing there is an error, so such a table is never analysed.

    Parameters
    ----------
    tables
        All tables; the frame of `adverse_events` is changed.
    """
    events, terms = tables["adverse_events"], tables["adverse_event_terms"]
    standard: dict[str, str] = {}
    written: dict[str, str] = {}
    pairs = zip(terms.frame["term_reported"], terms.frame["term"], strict=True)
    for reported, term in pairs:
        if pd.notna(reported) and pd.notna(term):
            standard.setdefault(folded(reported), term)
            written.setdefault(folded(reported), reported)
    values = []
    for reported in events.frame["term_reported"]:
        known = None if pd.isna(reported) else standard.get(folded(reported))
        values.append(reported if known is None else known)
        if known is not None and reported != (meant := written[folded(reported)]):
            note = f'{events.source.file}: "{reported}" was read as the term "{meant}".'
            if note not in events.source.notes:
                events.source.notes.append(note)
    place = events.frame.columns.get_loc("term_reported")
    assert isinstance(place, int)  # noqa: S101 - the schema's columns are unique
    if "term_reported" in events.source.missing:
        events.source.missing.append("term")  # nothing can be concluded from it either
    events.frame.insert(place + 1, "term", pd.Series(values, dtype="str"))
