"""Whether the certainty of the evidence is rated wholly, and as GRADE allows it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from schemas.certainty import DOMAINS, LEVELS, STATEMENT, body_start
from schemas.vocabulary import DESIGNS, list_hint

if TYPE_CHECKING:
    from schemas.certainty import CertaintyLevel
    from schemas.checks.context import Context, Row
    from schemas.protocol_certainty import Certainty
    from schemas.protocol_outcomes import Outcome

_TABLE = "certainty"


def check_certainty(context: Context) -> None:
    """Check each row against its domain, and each rating as a whole."""
    protocol = context.protocol
    if protocol is None or protocol.certainty is None:
        return
    outcomes = {outcome.code: outcome for outcome in protocol.outcomes}
    ratings: dict[str, list[Row]] = defaultdict(list)
    for row in context.rows(_TABLE, "outcome", "domain"):
        outcome = outcomes.get(row.text("outcome") or "")
        if outcome is None:
            continue  # the closed list has told of it
        _check_comparison(row, outcome, [entry.id for entry in protocol.comparisons])
        if protocol.certainty.outcome(outcome.id) is None:
            row.report(
                "certainty-not-planned",
                "outcome",
                f"The protocol does not name {outcome.id} among the outcomes that are rated, so "
                "this row appears nowhere.",
                "Add it to certainty, outcomes in data/protocol.yml, or delete the row.",
                "warning",
            )
            continue
        _check_level(row)
        ratings[outcome.code].append(row)
    for code, rows in ratings.items():
        _check_rating(outcomes[code], rows, protocol.certainty, context)


def _check_comparison(row: Row, outcome: Outcome, known: list[str]) -> None:
    name = row.text("comparison")
    own = outcome.comparison or (known[0] if len(known) == 1 and outcome.two_groups else None)
    if name is None or name == own:
        return
    what = (
        f"{outcome.code} is compared in {own}."
        if own
        else f"{outcome.code} compares nothing, so it has no comparison."
    )
    hint = "Correct it, or leave the cell empty: an outcome has one comparison."
    row.report("certainty-comparison", "comparison", what, hint)


def _check_level(row: Row) -> None:
    name, level = row.text("domain"), row.text("level")
    domain = DOMAINS.get(name or "")
    if domain is None or (row.line, "level") in row.table.bad_cells:
        return
    if not domain.levels:
        if level is not None:
            what = "This row is a sentence of yours; it has no level."
            row.report("certainty-level", "level", what, "Leave the cell empty.")
        if not row.has("reason"):
            what = "The sentence is missing."
            row.report("certainty-reason", "reason", what, "Write it, or delete the row.")
        return
    words = ", ".join(domain.levels)
    if level is None:
        what = f"{domain.label} is listed but not judged."
        row.report("certainty-level", "level", what, f"One of: {words}.")
    elif level not in domain.levels:
        what = f"This is no judgement of {domain.label.lower()}."
        row.report("certainty-level", "level", what, list_hint(level, domain.levels))
    elif domain.levels[level] and not row.has("reason"):
        row.report(
            "certainty-reason",
            "reason",
            f"The certainty is rated {'up' if domain.raises else 'down'} without a reason.",
            "Say in a sentence why; it stands below the summary of findings.",
        )


def _check_rating(outcome: Outcome, rows: list[Row], plan: Certainty, context: Context) -> None:
    by_domain = {row.text("domain") or "": row for row in rows if row.text("domain") in DOMAINS}
    judged = [row for name, row in by_domain.items() if name != STATEMENT]
    missing = [name for name, domain in DOMAINS.items() if domain.needed and name not in by_domain]
    if judged and missing:
        judged[0].report(
            "certainty-incomplete",
            "domain",
            f"The rating of {outcome.code} lacks: {', '.join(missing)}.",
            "Add a row for each; review certainty shows what speaks for which judgement.",
        )
    entry = plan.outcome(outcome.id)
    designs = _designs_of(outcome, context)
    start = entry.start if entry is not None else None
    start = start or body_start(designs, plan.start)
    _check_raised(outcome, by_domain, start)
    results = {text for row in judged if (text := row.text("result"))}
    if len(results) > 1:
        judged[-1].report(
            "certainty-results",
            "result",
            f"The rows of {outcome.code} say that {len(results)} different results were rated.",
            "A rating is of one result: look at all of its domains again.",
        )
    levels = {body_start([design], plan.start) for design in designs}
    if len(levels) > 1 and entry is not None and entry.start is None and judged:
        names = ", ".join(DESIGNS[design].lower() for design in sorted(designs))
        judged[0].report(
            "certainty-mixed-designs",
            "outcome",
            f"The studies of {outcome.code} have designs that begin at different levels ({names}); "
            f"the rating begins at the lowest, {start}.",
            "Rate them apart, or give this outcome a start under certainty in data/protocol.yml.",
            "warning",
        )


def _check_raised(
    outcome: Outcome, by_domain: dict[str, Row], start: CertaintyLevel | None
) -> None:
    def step(name: str) -> int:
        return DOMAINS[name].levels.get(by_domain[name].text("level") or "", 0)

    raised = [name for name in by_domain if step(name) > 0]
    lowered = [name for name in by_domain if step(name) < 0]
    for name in raised:
        row = by_domain[name]
        if start == LEVELS[-1]:
            row.report(
                "certainty-raised",
                "level",
                f"The evidence on {outcome.code} begins at high already: nothing can be added.",
                "GRADE rates up what begins low, such as studies without randomisation. Delete the "
                "row, or look at the designs.",
            )
        elif lowered:
            row.report(
                "certainty-raised",
                "level",
                f"The evidence on {outcome.code} is rated up although it was rated down for "
                f"{', '.join(lowered)}.",
                "GRADE rates up only where nothing speaks against the evidence; say why in reason.",
                "warning",
            )
        if name == "large_effect" and not outcome.two_groups:
            row.report(
                "certainty-raised",
                "domain",
                f"{outcome.code} compares nothing, so it has no effect that could be large.",
                "Delete the row.",
            )


def _designs_of(outcome: Outcome, context: Context) -> set[str]:
    """Give the designs of the studies that report an outcome."""
    studies = context.studies()
    told = {
        row.text("study_id")
        for table in ("outcomes", "contrasts")
        for row in context.rows(table, "study_id", "outcome")
        if row.text("outcome") == outcome.code
    }
    found = {studies[name].text("design") or "" for name in told if name in studies}
    return {design for design in found if design in DESIGNS}
