"""Whether every reported adverse event has one standard term, and counts patients once."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from schemas.terms import folded
from schemas.vocabulary import did_you_mean, nearest

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row

_TERMS_FILE = "data/adverse_event_terms.csv"
# Two names of at least this similarity are most likely one term in two spellings: it joins
# neutropenia and neutropaenia, and keeps hypertension and hypotension (87) apart.
_SAME_TERM = 90.0


def check_terms(context: Context) -> None:
    """Check reported terms against the table of terms, and the standard terms themselves."""
    mapping = context.rows("adverse_event_terms", "term_reported", "term")
    _check_one_standard_term(mapping)
    _check_spelling(context, mapping)
    if context.knows("adverse_event_terms", "term_reported", "term"):
        _check_mapped(context, mapping)
        _check_comparators(context, mapping)
    _check_counted_once(context)


def _check_one_standard_term(mapping: tuple[Row, ...]) -> None:
    first: dict[str, Row] = {}
    for row in mapping:
        reported, term = row.text("term_reported"), row.text("term")
        if reported is None or term is None:
            continue
        other = first.setdefault(folded(reported), row)
        same = other.text("term_reported") == reported and other.text("term") == term
        if other is not row and not same:
            row.report(
                "term-mapped-twice",
                "term_reported",
                f'Line {other.line} has "{other.text("term_reported")}" already, for the standard '
                f'term "{other.text("term")}".',
                "Keep one row: capitals and spaces make no difference.",
            )


def _check_mapped(context: Context, mapping: tuple[Row, ...]) -> None:
    standard = {
        folded(reported): (reported, row.text("term"))
        for row in mapping
        if (reported := row.text("term_reported")) is not None
    }
    unknown: dict[str, list[Row]] = defaultdict(list)
    for row in context.rows("adverse_events", "term_reported"):
        reported = row.text("term_reported")
        if reported is not None and folded(reported) not in standard:
            unknown[folded(reported)].append(row)
    for key, rows in unknown.items():
        meant = nearest(key, standard)
        reported, term = standard[meant] if meant is not None else (None, None)
        like = "" if meant is None else f'The nearest there is "{reported}", pooled as "{term}". '
        further = len(rows) - 1
        more = f" ({further} more of the same)" if further else ""
        # One missing row of the mapping is one mistake, however often the term is reported.
        rows[0].report(
            "term-unmapped",
            "term_reported",
            f"This adverse event has no standard term in {_TERMS_FILE}{more}.",
            f"{like}Correct the words here, or add them there with their standard term.",
        )


def _check_comparators(context: Context, mapping: tuple[Row, ...]) -> None:
    terms = {term for row in mapping if (term := row.text("term")) is not None}
    told: set[str] = set()
    for row in context.rows("comparator_events", "term"):
        term = row.text("term")
        if term is None or term in terms or term in told:
            continue
        told.add(term)
        row.report(
            "term-not-listed",
            "term",
            f"This is not a standard term of {_TERMS_FILE}, so it stands beside no result.",
            f"{did_you_mean(term, terms)}If only comparators have it, add a row there with an "
            "empty term_reported.",
            "warning",
        )


def _check_counted_once(context: Context) -> None:
    first: dict[tuple[str | None, ...], Row] = {}
    for row in context.rows("adverse_events", "study_id", "cohort", "term_reported", "grade"):
        reported, term = row.text("term_reported"), row.text("term")
        if reported is None or term is None:
            continue
        key = (row.text("study_id"), row.text("cohort"), row.text("grade"), term)
        other = first.setdefault(key, row)
        # The same words twice are a repeated row, and told with the table's key.
        if other is not row and other.text("term_reported") != reported:
            row.report(
                "term-counted-twice",
                "term_reported",
                f'Line {other.line}, "{other.text("term_reported")}", is pooled as "{term}" too: '
                "patients who had both would be counted twice.",
                "Keep the row with more patients and say so in its note, or give one of the two "
                f"a standard term of its own in {_TERMS_FILE}.",
            )


def _check_spelling(context: Context, mapping: tuple[Row, ...]) -> None:
    from rapidfuzz import fuzz, process, utils

    rows = (*mapping, *context.rows("adverse_events"))
    uses = Counter(term for row in rows if (term := row.text("term")) is not None)
    listed = {term for row in mapping if (term := row.text("term")) is not None}
    # Of two spellings the rarer one is the slip; of two equally rare ones the later.
    common: list[str] = []
    slips: dict[str, str] = {}
    for term, _ in uses.most_common():
        if term not in listed:
            continue
        twin = process.extractOne(
            term,
            common,
            scorer=fuzz.ratio,
            processor=utils.default_process,
            score_cutoff=_SAME_TERM,
        )
        if twin is None:
            common.append(term)
        else:
            slips[term] = str(twin[0])
    for row in mapping:
        meant = slips.pop(row.text("term") or "", None)
        if meant is not None:
            row.report(
                "term-spelling",
                "term",
                f'This is nearly the term "{meant}", and would be pooled apart from it.',
                "Use one spelling for one adverse event.",
                "warning",
            )
