"""Arms of studies: what the rows of results call them, and how many patients they have."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row
    from schemas.protocol_outcomes import Comparison, Outcome

_TABLES = ("outcomes", "adverse_events")


def check_arms(context: Context) -> None:
    """Check the arms against the rows of results, and both against the comparisons."""
    arms: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in context.rows("arms"):
        arms[row.text("study_id") or ""].setdefault(row.text("arm") or "", row)
    for table in _TABLES:
        for row in context.rows(table):
            _check_arm(row, arms.get(row.text("study_id") or "", {}))
    _check_sizes(context, arms)
    if context.protocol is None:
        return
    outcomes = {o.code: o for o in context.protocol.outcomes}
    told = {code for row in context.rows("outcomes") if (code := row.text("outcome"))}
    for study, known in arms.items():
        _check_sides(study, known, context, [o for o in outcomes.values() if o.code in told])
    for row in context.rows("outcomes"):
        outcome = outcomes.get(row.text("outcome") or "")
        if outcome is not None and outcome.two_groups and not row.has("arm"):
            row.report(
                "arm-missing",
                "arm",
                f"{outcome.code} compares two groups, but the row does not say of which arm it is.",
                "Give the arm as in data/arms.csv; a result that is printed only as a comparison "
                "belongs into data/contrasts.csv.",
            )


def _check_arm(row: Row, known: dict[str, Row]) -> None:
    name = row.text("arm")
    if name is None:
        return
    arm = known.get(name)
    if arm is None:
        row.report(
            "arm-unknown",
            "arm",
            "This study has no arm of this name in data/arms.csv.",
            f"{did_you_mean(name, known)}Correct the name, or add the arm first.",
        )
        return
    n, size = row.count("n"), arm.count("n_randomised")
    # Both periods of a crossover trial together have each patient in each arm.
    both = row.text("period") not in (None, "first")
    if n is not None and size is not None and n > size and not both:
        row.report(
            "n-exceeds-arm",
            "n",
            f"n ({n}) is more than the patients of the arm ({size}, line {arm.line} of "
            "data/arms.csv).",
            "Look whether n is of another arm, or of all arms together.",
        )


def _check_sizes(context: Context, arms: dict[str, dict[str, Row]]) -> None:
    for name, study in context.studies().items():
        sizes = [arm.count("n_randomised") for arm in arms.get(name, {}).values()]
        total, together = study.count("n_total"), sum(size or 0 for size in sizes)
        if total is None or None in sizes or not sizes or together == total:
            continue
        study.report(
            "arms-and-total",
            "n_total",
            f"The arms have {together} patients together, the study {total}.",
            "Look whether an arm is missing in data/arms.csv, or counted twice.",
            "error" if together > total else "warning",
        )


def members(known: dict[str, Row], comparison: Comparison) -> tuple[list[Row], list[Row]]:
    """Give the arms of a study on both sides of a comparison."""
    sides: list[list[Row]] = []
    for side, role in ((comparison.experimental, "experimental"), (comparison.control, "control")):
        sides.append(
            [
                arm
                for arm in known.values()
                if (
                    arm.text("treatment") in side.treatments
                    if side.treatments
                    else arm.text("role") == role
                )
            ]
        )
    return sides[0], sides[1]


def _check_sides(
    study: str, known: dict[str, Row], context: Context, outcomes: list[Outcome]
) -> None:
    protocol = context.protocol
    if protocol is None:
        return
    used = {outcome.comparison for outcome in outcomes if outcome.two_groups}
    for comparison in protocol.comparisons:
        if comparison.id not in used and None not in used:
            continue
        experimental, control = members(known, comparison)
        both = [arm for arm in experimental if arm in control]
        if both:
            both[0].report(
                "arm-on-both-sides",
                "treatment",
                f"The comparison {comparison.id} names this arm on both sides.",
                "Look at the treatments of the comparison in data/protocol.yml.",
            )
        for side, arms in (("experimental", experimental), ("control", control)):
            if len(arms) > 1 and comparison.several == "refuse":
                names = ", ".join(arm.text("arm") or "" for arm in arms)
                arms[1].report(
                    "several-arms",
                    "arm",
                    f"{study} has {len(arms)} {side} arms for the comparison {comparison.id}: "
                    f"{names}.",
                    "Say under several of this comparison in data/protocol.yml what is done with "
                    "them: combine, split, highest_dose, lowest_dose or first.",
                )
