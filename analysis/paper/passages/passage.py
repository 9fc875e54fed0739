"""One generated passage, and what its writers know: results, tables, values, items of the paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.formatting.numbers import lower_first
from analysis.manuscript.value import escape
from analysis.measures.registry import measure

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from analysis.manuscript.value import Value
    from analysis.measures.measure import Measure
    from analysis.synthesis.results import Outcome, Synthesis
    from schemas.protocol import Protocol
    from schemas.review_data import ReviewData


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, or several, that follow from protocol and data.

    Attributes
    ----------
    id
        The div ``::: {#passage-id}`` shows it.
    markdown
        Text with shortcodes for its numbers, so that lint, trace and changes read it like any
        other; empty where the review does not have what it would speak of.
    """

    id: str
    markdown: str


@dataclass(frozen=True, slots=True)
class Material:
    """What passages are written from.

    Attributes
    ----------
    synthesis, data
        The computed review and its tables.
    values
        All named values: a passage prints no number that is not one of them.
    shown
        Ids of the generated figures and tables that have a place in the manuscript.
    """

    synthesis: Synthesis
    data: ReviewData
    values: Mapping[str, Value]
    shown: Collection[str]

    @property
    def protocol(self) -> Protocol:
        """The choices of the review."""
        return self.data.protocol

    @property
    def people(self) -> str:
        """What those who were studied are called: patients where there is a treatment."""
        return "participants" if self.protocol.review.intervention is None else "patients"

    def value(self, name: str) -> str:
        """Write the shortcode of a value.

        Raises
        ------
        KeyError
            If there is no such value: a passage must not print what does not exist.
        """
        self.values[name]
        return f"{{{{< var {name} >}}}}"

    def says(self, name: str) -> str:
        """Write the shortcode of a value that is a sentence; nothing where the value is empty."""
        found = self.values.get(name)
        return self.value(name) if found is not None and found.text else ""

    def reference(
        self, kind: str, outcome: str | None = None, by: str | None = None, form: str = ""
    ) -> str:
        """Refer to the item of a kind that shows an outcome, and to its panel; empty without one.

        Parameters
        ----------
        kind
            A kind of the protocol's ``display``.
        outcome
            Id of the outcome it must show; None for any.
        by
            Id of the subgroup variable it must show.
        form
            ``fig`` or ``tbl`` where both have the kind.
        """
        for item in self.protocol.display:
            fits = item.kind == kind and form in item.id.split("-")[0] and item.id in self.shown
            if fits and (outcome is None or outcome in item.outcomes) and (not by or by in item.by):
                lettered = outcome is not None and not by and len(item.outcomes) > 1
                panel = f", {_letter(item.outcomes.index(outcome))}" if lettered and outcome else ""
                return f"@{item.id}{panel}"
        return ""

    def cited(self, *keys: str) -> str:
        """Cite those of these sources that the reference list has, behind a word."""
        known = [f"@{key}" for key in keys if key in self.data.citation_keys]
        return f" [{'; '.join(known)}]" if known else ""

    def measure(self, outcome: Outcome) -> Measure:
        """Return an outcome's measure."""
        return measure(outcome.measure)

    def label(self, outcome: Outcome) -> str:
        """Name an outcome within a sentence, by its value."""
        return self.value(f"{outcome.id}.label")


def _letter(position: int) -> str:
    return chr(ord("A") + position)


def named(label: str) -> str:
    """Write a label of the protocol as words within a sentence."""
    return escape(lower_first(label))


def sentences(*parts: str) -> str:
    """Set sentences one to a line, without the empty ones."""
    return "\n".join(part for part in parts if part)


def paragraphs(*parts: str) -> str:
    """Set paragraphs with a blank line between, without the empty ones."""
    return "\n\n".join(part for part in parts if part)


def in_brackets(text: str) -> str:
    """Set a reference in brackets behind a word; nothing where there is none."""
    return f" ({text})" if text else ""
