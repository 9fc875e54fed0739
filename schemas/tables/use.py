"""Which tables and columns a review uses: that follows from its kind and its measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.protocol import Protocol

_ABOUT = ("evidence", "source", "location", "note")

#: Columns of studies.csv that every kind of review has.
_STUDY = (
    *("study_id", "citation_key", "label", "year", "country", "design"),
    *("enrolment_start", "enrolment_end", "n_total"),
    *("age_mean", "age_sd", "age_median", "age_low", "age_high", "male_percent"),
    *("registry_id", *_ABOUT),
)
#: Further ones of single treated groups, most of them of oncology.
_TREATED = (
    *("partner", "line_of_treatment", "n_arm", "ecog", "dose", "response_criteria"),
    *("ctcae_version", "control"),
)

_OUTCOME = ("study_id", "cohort", "outcome")
_TIME = ("time", "time_unit", "time_label", "primary")
_ALLOWED = "clusters_allowed"
_CLUSTER = ("cluster_size", "icc", "design_effect", _ALLOWED)


def unused_tables(protocol: Protocol) -> frozenset[str]:
    """Name the tables that this review has no use for."""
    unused: set[str] = set()
    if protocol.adverse_events is None:
        unused |= {"adverse_events", "adverse_event_terms", "comparator_events"}
    if not protocol.comparisons:
        unused |= {"arms", "contrasts"}
    elif not any(outcome.form.contrast for outcome in protocol.outcomes):
        unused.add("contrasts")
    if not protocol.outcomes:
        unused.add("outcomes")
    if protocol.certainty is None:
        unused.add("certainty")
    if protocol.review.kind != "single_arm":
        unused |= {"comparators", "comparator_events"}
    return frozenset(unused)


def needed_tables(protocol: Protocol | None) -> frozenset[str]:
    """Name the tables whose file must be there; any other one may be missing and has no rows."""
    needed = {"studies"}
    if protocol is None or protocol.outcomes:
        needed.add("outcomes")
    if protocol is not None and protocol.adverse_events is not None:
        needed |= {"adverse_events", "adverse_event_terms"}
    if protocol is not None and any(
        outcome.form.columns for outcome in protocol.outcomes if outcome.two_groups
    ):
        needed.add("arms")
    return frozenset(needed)


def study_columns(protocol: Protocol) -> frozenset[str]:
    """Name the columns of studies.csv."""
    chosen = protocol.study_columns
    if chosen is None:
        chosen = _TREATED if protocol.review.kind == "single_arm" else ()
    own = (*protocol.subgroups, *protocol.characteristics, *protocol.moderators)
    return frozenset({*_STUDY, *chosen, *(entry.column for entry in own)})


def outcome_columns(protocol: Protocol) -> frozenset[str]:
    """Name the columns of outcomes.csv: those that the measures of the outcomes need."""
    found = {*_OUTCOME, *_ABOUT}
    for outcome in protocol.outcomes:
        found |= set(outcome.form.all_columns)
    if protocol.comparisons:
        found.add("arm")
    # Surveys sample households and clinics; a trial may allocate them.
    if protocol.comparisons or protocol.review.kind == "prevalence":
        found |= set(_CLUSTER)
    if any(outcome.criteria_preferred for outcome in protocol.outcomes):
        found.add("criteria")
    if any(outcome.instruments for outcome in protocol.outcomes):
        found |= {"instrument", "primary"}
    rules = [outcome.time for outcome in protocol.outcomes if outcome.time is not None]
    if rules:
        found |= set(_TIME)
    if protocol.comparisons and any(rule.before_crossover for rule in rules):
        found.add("period")
    return frozenset(found)


def contrast_columns(protocol: Protocol) -> frozenset[str]:
    """Name the columns of contrasts.csv."""
    result = ("measure", "estimate", "ci_low", "ci_high", "ci_level", "se", "p")
    groups = ("adjusted", "adjusted_for", _ALLOWED, "n_experimental", "n_control")
    if any(outcome.synthesis is not None for outcome in protocol.outcomes):
        groups = ("direction", *groups)
    of_rows = outcome_columns(protocol) & {"instrument", *_TIME, "period"}
    return frozenset({*_OUTCOME, "comparison", *result, *groups, *of_rows, *_ABOUT})
