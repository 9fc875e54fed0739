"""Values and sentences about how much the pools know: their precision, and what may change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import percent
from analysis.manuscript.value import Value, escape, join_words, phrase
from analysis.measures.registry import subject
from analysis.paper.information_text import chance, size
from analysis.paper.values.pools import NOT_AVAILABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.synthesis.information_size import Information
    from analysis.synthesis.results import Outcome, Synthesis
    from analysis.synthesis.row import RowRef

_REFERENCE: Final = "Wetterslev et al. 2009, BMC Med Res Methodol 9:86"
_FRACTION: Final = "(wanted half-width / half-width of the pooled interval)²"
_PREDICTIVE: Final = "Higgins et al. 2009, J R Stat Soc A 172:137"
_CHANCE: Final = "2Φ(−change / √(variance now − variance after)), τ² taken as known"


def information_values(synthesis: Synthesis) -> Iterator[Value]:
    """Give the values of each outcome's information, and the sentences over all outcomes."""
    for outcome in synthesis.outcomes:
        yield from _values_of(outcome)
    yield phrase(
        "information.reached", _reached(synthesis), "information of every pool", _rows(synthesis)
    )
    yield phrase(
        "information.change", _change(synthesis), "information of every pool", _rows(synthesis)
    )


def _values_of(outcome: Outcome) -> Iterator[Value]:
    found = outcome.information
    rows = tuple(row for study in outcome.overall.studies for row in study.rows)

    def make(name: str, text: str | None, raw: float | None, formula: str, source: str) -> Value:
        # The name exists even where the number does not, so that a sentence survives an update.
        return Value(
            f"{outcome.id}.information.{name}",
            NOT_AVAILABLE if text is None else text,
            raw,
            None if raw is None else "fraction",
            "protocol: update",
            rows,
            formula if raw is not None else None,
            source if raw is not None else None,
        )

    fraction = None if found is None else found.fraction
    probability = None if found is None else found.chance
    text = None if fraction is None else percent(fraction, 0)
    yield make("reached", text, fraction, _FRACTION, _REFERENCE)
    text = None if probability is None else chance(probability)
    yield make("change", text, probability, _CHANCE, _PREDICTIVE)


def _reached(synthesis: Synthesis) -> str:
    parts = [
        f"{percent(found.fraction, 0)} for the {_name(outcome)} (half-width of "
        f"{size(outcome.overall, found.wanted)})"
        for outcome, found in _known(synthesis)
        if found.fraction is not None and found.wanted is not None
    ]
    if not parts:
        return "The protocol names no precision that the pools should have."
    return (
        "Of the information needed for the precision that the protocol asks for, the pools held "
        f"{join_words(parts)}."
    )


def _change(synthesis: Synthesis) -> str:
    known = [
        (found.chance, outcome, found)
        for outcome, found in _known(synthesis)
        if found.chance is not None
    ]
    if not known:
        # No change is called relevant, or the rows were made to fit a pool.
        return ""
    largest, outcome, found = max(known, key=lambda entry: entry[0])
    studies = "one more study" if found.awaited == 1 else f"{found.awaited} more studies"
    waiting = ", as many as await extraction," if synthesis.awaiting else ""
    return (
        f"If {studies}{waiting} were of median precision and like the others, the largest "
        "probability that they move an estimate by what the protocol calls a relevant change would "
        f"be {chance(largest)}, for the {_name(outcome)}."
    )


def _known(synthesis: Synthesis) -> Iterator[tuple[Outcome, Information]]:
    for outcome in synthesis.outcomes:
        if outcome.information is not None:
            yield outcome, outcome.information


def _name(outcome: Outcome) -> str:
    return escape(subject(outcome))


def _rows(synthesis: Synthesis) -> list[RowRef]:
    return [
        row
        for outcome, _ in _known(synthesis)
        for study in outcome.overall.studies
        for row in study.rows
    ]
