"""Summary of findings: what each outcome comes to, in relative and absolute terms, how certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import count, lower_first, number
from analysis.measures.registry import measure
from analysis.paper.certainty_text import (
    MEANINGS,
    NOT_RATED,
    absolute_words,
    is_relative,
    level_words,
    needed_to_treat,
    signs,
    statement,
)
from analysis.paper.tables.assembly import Column, Line, assemble, visible, without_unread
from analysis.paper.tables.cells import (
    DAGGER,
    DAGGER_POOL_NOTE,
    abbreviations_note,
    estimate,
    limits_below,
    lines,
    text,
    unbroken,
)
from analysis.paper.tables.certainty_notes import Reasons, baseline_notes, open_note, plan_note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.measures.absolute import AbsoluteEffect
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.grade import Grade
    from analysis.synthesis.results import Outcome, Synthesis

_OPTIONAL = ("without", "with", "difference")


def build(synthesis: Synthesis) -> Table:
    """Build the table: a row for each outcome, and for each of its baseline risks."""
    rated = [(x, x.grade) for x in synthesis.rated if x.grade is not None]
    level = number(synthesis.level * 100, 0)
    columns = (
        Column("outcome", "Outcome"),
        Column("people", "Participants (studies)", "right"),
        Column("effect", limits_below(f"Effect ({level}% CI)"), "right"),
        Column("without", _side(rated, "control", "Without"), "right"),
        Column("with", _side(rated, "experimental", "With"), "right"),
        Column("difference", limits_below(f"Difference ({level}% CI)"), "right"),
        Column("certainty", "Certainty", "center"),
        Column("words", "What it means"),
    )
    reasons = Reasons()
    body = [line for outcome, grade in rated for line in _lines(outcome, grade, synthesis, reasons)]
    columns, body = without_unread(columns, body, _OPTIONAL, "")
    shown = visible(columns, body)
    levels = "; ".join(f"{signs(name)} {name}, {text(told)}" for name, told in MEANINGS.items())
    notes = [
        plan_note(synthesis),
        *reasons.notes,
        f"{levels}.",
        *baseline_notes(synthesis),
        open_note(synthesis),
        "NNT: number needed to treat for one more or one fewer person with the outcome; it is "
        "given where the interval excludes no difference."
        if "NNT" in shown
        else "",
        DAGGER_POOL_NOTE if DAGGER in shown else "",
        abbreviations_note(shown, synthesis.abbreviations),
    ]
    return assemble(columns, body, notes if body else [], "No outcome is rated.")


def _side(rated: list[tuple[Outcome, Grade]], role: str, word: str) -> str:
    """Head a column by its group, where all outcomes have the same."""
    names = {name for outcome, _ in rated if (name := getattr(outcome, role))}
    return text(f"With {lower_first(names.pop())}") if len(names) == 1 else word


def _lines(
    outcome: Outcome, grade: Grade, synthesis: Synthesis, reasons: Reasons
) -> Iterator[Line]:
    pool = outcome.overall
    measured = measure(pool.measure)
    people = "–" if grade.n_participants is None else count(grade.n_participants)
    by = f" by {grade.baseline_time}" if grade.baseline_time else ""
    name = text(f"{outcome.label}{by}") + (DAGGER if pool.reconstructed else "")
    effect = lines(["Not pooled", text(_unpooled(outcome, synthesis))])
    if pool.estimate is not None:
        head = f"{measured.short} " if measured.short else ""
        effect = limits_below(f"{head}{estimate(pool)}{text(measured.after(pool.unit))}")
    rows: list[tuple[str, str, str]] = []
    for entry in grade.absolute:
        number_needed = needed_to_treat(outcome, entry.effect)
        difference = lines(
            [
                _difference(outcome, entry.effect),
                f"NNT {number_needed}" if number_needed else "",
                _points(grade),
            ]
        )
        rows.append(
            (
                unbroken(text(level_words(outcome, entry.effect.baseline))),
                unbroken(text(level_words(outcome, entry.effect.treated))),
                difference,
            )
        )
    labels = [entry.label for entry in grade.absolute]
    several = len(labels) > 1
    first = rows[0] if rows else ("", "", "")
    yield Line(
        (
            lines([name, text(labels[0]) if several else ""]),
            f"{people} ({count(grade.n_studies)})",
            effect,
            *first,
            certainty_cell(grade, reasons),
            text(_sentence(outcome)),
        )
    )
    for label, row in zip(labels[1:], rows[1:], strict=True):
        yield Line((text(label), "", "", *row, "", ""))


def _unpooled(outcome: Outcome, synthesis: Synthesis) -> str:
    """Say what the studies of an outcome that is not pooled found, in a few words."""
    for entry in synthesis.narratives:
        if entry.outcome.id != outcome.id:
            continue
        votes, effects = entry.votes, entry.effects
        told = []
        if votes is not None:
            decided = votes.favourable + votes.against
            favoured = lower_first(outcome.experimental or "the treatment")
            told.append(f"{count(votes.favourable)} of {count(decided)} studies favour {favoured}")
        if effects is not None:
            measured = measure(outcome.measure)
            name = f"{measured.short} " if measured.short else ""
            told.append(f"median {name}{measured.amount(effects.median, outcome.unit)}")
            told.append(f"range {measured.span(effects.low, effects.high, outcome.unit)}")
        return "; ".join(told)
    return ""


def _difference(outcome: Outcome, effect: AbsoluteEffect) -> str:
    """Write the difference where it is not the effect itself, which stands beside it."""
    return limits_below(text(absolute_words(outcome, effect))) if is_relative(outcome) else ""


def _points(grade: Grade) -> str:
    """Tell a standardised difference in points of the instrument."""
    told = grade.points
    if told is None:
        return ""
    effect = told.effect
    middle, low, high = (number(value) for value in (effect.difference, effect.low, effect.high))
    return limits_below(text(f"{middle} points on the {told.instrument} ({low} to {high})"))


def certainty_cell(grade: Grade, reasons: Reasons) -> str:
    """Write circles and word, with the letters of the reasons; or that nobody has rated."""
    if grade.level is None:
        return NOT_RATED.capitalize()
    word = grade.level.capitalize() + reasons.letters(grade)
    return lines([signs(grade.level), word])


def _sentence(outcome: Outcome) -> str:
    told = statement(outcome)
    return f"{told}." if told else "–"
