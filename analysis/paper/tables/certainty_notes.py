"""Notes below the tables of certainty: the reasons, the baseline risks, what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import count, number
from analysis.measures.registry import measure
from analysis.paper.certainty_text import downgrades
from analysis.paper.tables.cells import text
from schemas.certainty import DOMAINS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.synthesis.grade import Grade
    from analysis.synthesis.results import Outcome, Synthesis


class Reasons:
    """The reasons of a table, each with a letter, in the order in which they are asked for."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def letters(self, grade: Grade) -> str:
        """Give the letters of a rating's reasons as a superscript; empty where there is none."""
        found = []
        for rating in downgrades(grade):
            way = "up" if rating.step > 0 else "down"
            steps = "one level" if abs(rating.step) == 1 else f"{abs(rating.step)} levels"
            label = DOMAINS[rating.domain].label
            told = f"{label}, rated {way} {steps}: {(rating.reason or '').rstrip('.')}."
            found.append(self._known.setdefault(told, _letter(len(self._known))))
        return f"<sup>{','.join(found)}</sup>" if found else ""

    @property
    def notes(self) -> tuple[str, ...]:
        """The reasons with their letters, in one note."""
        told = " ".join(f"<sup>{sign}</sup> {text(words)}" for words, sign in self._known.items())
        return (told,) if told else ()


def _letter(place: int) -> str:
    first, second = divmod(place, 26)
    return (chr(ord("a") + first - 1) if first else "") + chr(ord("a") + second)


def plan_note(synthesis: Synthesis) -> str:
    """Give the protocol's sentence on who rated, and as what."""
    notes = [x.grade.note for x in synthesis.rated if x.grade is not None and x.grade.note]
    return text(notes[0]) if notes else ""


def baseline_notes(synthesis: Synthesis) -> Iterator[str]:
    """Say where the levels without treatment, and standard deviations, are from."""
    medians: list[str] = []
    for outcome in synthesis.rated:
        grade = outcome.grade
        if grade is None:
            continue
        given = [entry for entry in grade.absolute if entry.given]
        if given:
            source = f" ({grade.baseline_source})" if grade.baseline_source else ""
            yield text(f"{outcome.label}: the risk without treatment was given{source}.")
        elif any(entry.effect.baseline is not None for entry in grade.absolute):
            medians.append(outcome.label)
        yield _points_note(outcome, grade)
    if medians:
        named = "; ".join(medians)
        yield text(f"Without treatment: the median of the control groups ({named}).")


def _points_note(outcome: Outcome, grade: Grade) -> str:
    told = grade.points
    if told is None:
        return ""
    origin = "given" if told.given else f"the median of {count(told.groups)} control groups"
    important = (
        ""
        if told.important is None
        else f"; a difference of {number(told.important)} points is the smallest that matters"
    )
    return text(
        f"{outcome.label}: points on the {told.instrument} are the {measure(outcome.measure).label}"
        f" times a standard deviation of {number(told.sd)} ({origin}){important}."
    )


def open_note(synthesis: Synthesis) -> str:
    """Name the outcomes whose rating is open again."""
    names = [
        outcome.label
        for outcome in synthesis.rated
        if outcome.grade is not None and outcome.grade.earlier is not None
    ]
    if not names:
        return ""
    return text(f"Rated before its result changed, and to be rated again: {'; '.join(names)}.")
