"""Values around the pools: studies, flow, searches, protocol, comparators, what is awaited."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from analysis.formatting.dates import written
from analysis.formatting.numbers import number, percent
from analysis.manuscript.value import Value, count_value, escape, join_words, phrase, slug
from analysis.paper.values.flow import NOT_REPORTED, flow_values
from analysis.synthesis.patients import patients_by_study
from analysis.synthesis.row import RowRef
from schemas.frame_records import records
from schemas.vocabulary import RANDOMISED_DESIGNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analysis.synthesis.results import Study, Synthesis
    from schemas.review_data import ReviewData

#: Names of counts over all studies, which no group may take.
_OF_ALL_STUDIES = frozenset({"included", "patients", "randomised", "verified_list"})


def context_values(synthesis: Synthesis, data: ReviewData) -> Iterator[Value]:
    """Give the values that are counted or quoted, not pooled."""
    yield from _studies(synthesis, data)
    yield from flow_values(synthesis, data)
    yield from _searches(synthesis)
    yield from _protocol(data)
    yield from _comparators(data)
    yield from _awaiting(data)


def _studies(synthesis: Synthesis, data: ReviewData) -> Iterator[Value]:
    studies = synthesis.studies
    table = "studies table"
    everyone = [study.row for study in studies]
    yield count_value("studies.included", len(studies), table, everyone)
    patients = sum(patients_by_study(synthesis).values())
    yield count_value("studies.patients", patients, "patients of all studies", everyone)
    levels = [(group, level.id) for group in data.protocol.subgroups for level in group.levels]
    uses = Counter(slug(level) for _, level in levels)
    for subgroup, level in levels:
        members = [s.row for s in studies if s.levels.get(subgroup.id) == level]
        name = slug(level)
        if uses[name] > 1 or name in _OF_ALL_STUDIES:
            # Yes and no of two variables: the variable tells them apart.
            name = f"{slug(subgroup.id)}_{name}"
        yield count_value(f"studies.{name}", len(members), table, members)
    randomised = [s.row for s in studies if s.characteristics.get("design") in RANDOMISED_DESIGNS]
    yield count_value("studies.randomised", len(randomised), table, randomised)
    real = [study for study in studies if not study.reconstructed]
    yield phrase(
        "studies.verified_list",
        join_words(map(_cited, real)),
        "studies that are not reconstructed",
        [study.row for study in real],
    )
    rated = [
        study.row
        for study in studies
        if any(rating.study_id == study.study_id for rating in synthesis.ratings)
    ]
    yield count_value(
        "quality.rated",
        len(rated),
        "studies with a quality rating",
        [row for rating in synthesis.ratings for row in rating.rows],
    )


def _cited(study: Study) -> str:
    citation = f" [@{study.citation_key}]" if study.citation_key else ""
    return escape(study.label) + citation


def _searches(synthesis: Synthesis) -> Iterator[Value]:
    rows = [search.row for search in synthesis.searches]
    # An update searches the same databases again; reference lists and experts are no databases.
    databases = dict.fromkeys(
        search.database for search in synthesis.searches if search.kind != "other"
    )
    yield phrase(
        "search.databases",
        join_words(escape(database) for database in databases),
        "searches table",
        rows,
    )
    dates = [search.date for search in synthesis.searches]
    latest = _long_date(max(dates)) if dates else NOT_REPORTED
    yield phrase("search.date", latest, "latest search date", rows)
    # An update may repeat the search in some of the databases only: each has its own last day.
    last = {
        database: max(search.date for search in synthesis.searches if search.database == database)
        for database in databases
    }
    days = sorted(set(last.values()), reverse=True)
    told = "; ".join(
        _searched([name for name, day in last.items() if day == end], end) for end in days
    )
    yield phrase("search.statement", told or "No search is recorded", "searches table", rows)
    ends = f"The search ends on {_long_date(days[0])}" if days else "No search is recorded"
    if len(days) > 1:
        ends = (
            "The searches do not end on one day: the oldest of them ends on "
            f"{_long_date(days[-1])}, the latest on {_long_date(days[0])}"
        )
    yield phrase("search.end", ends, "searches table", rows)


def _searched(databases: list[str], day: str) -> str:
    named = join_words(escape(database) for database in databases)
    return f"{named} {'was' if len(databases) == 1 else 'were'} searched to {_long_date(day)}"


def _protocol(data: ReviewData) -> Iterator[Value]:
    protocol = data.protocol
    rule = protocol.model_rule
    registration = protocol.review.registration
    yield phrase(
        "protocol.registration",
        escape(f"{registration.registry} {registration.id}") if registration else "not registered",
        "protocol: review, registration",
    )
    yield phrase("protocol.profile", escape(protocol.profile), "protocol: profile")
    level = protocol.confidence_level
    source = "protocol: confidence_level"
    yield Value("protocol.level", percent(level, 0), level, "fraction", source, ())
    i2 = rule.i2_below
    source = "protocol: model_rule, i2_below"
    yield Value("protocol.i2_below", percent(i2, 0), i2, "fraction", source, ())
    yield _threshold("protocol.p_at_least", rule.p_at_least, "model_rule, p_at_least")
    yield _threshold("protocol.significance", protocol.significance_level, "significance_level")
    minimum = protocol.minimum_studies
    source = "protocol: adverse_events, minimum_studies"
    yield count_value("protocol.minimum_studies", minimum, source)


def _threshold(name: str, value: float, entry: str) -> Value:
    text = number(value, 2).removeprefix("0")
    return Value(name, text, value, "P", f"protocol: {entry}", ())


def _comparators(data: ReviewData) -> Iterator[Value]:
    outcome_ids = {outcome.code: outcome.id for outcome in data.protocol.outcomes}
    for record in records(data.comparators):
        outcome = outcome_ids[str(record["outcome"])]
        estimate = float(record["estimate"])
        percentage = record["unit"] == "percent"
        text = f"{number(estimate)}%" if percentage else f"{number(estimate)} {record['unit']}"
        yield Value(
            f"comparator.{slug(str(record['comparator_id']))}.{outcome}",
            text,
            estimate / 100 if percentage else estimate,
            "fraction" if percentage else str(record["unit"]),
            f"as printed: {record['source']}",
            (RowRef("data/comparators.csv", int(record["line"])),),
        )


def _awaiting(data: ReviewData) -> Iterator[Value]:
    waiting = records(data.awaiting_extraction)
    rows = [RowRef("data/awaiting_extraction.csv", int(record["line"])) for record in waiting]
    yield count_value("awaiting.count", len(waiting), "awaiting_extraction table", rows)
    yield phrase(
        "awaiting.list",
        "; ".join(map(_awaited, waiting)) or "none",
        "awaiting_extraction table",
        rows,
    )


def _long_date(text: str) -> str:
    """Write ``2025-05-20`` as ``20 May 2025``."""
    return escape(written(text))


def _awaited(record: Mapping[str, object]) -> str:
    key = record["citation_key"]
    return escape(str(record["title"])) + (f" [@{key}]" if key else "")
