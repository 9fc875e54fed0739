"""Figures and tables: each is referred to in the text, in the order of their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.numbered import numbered_items
from analysis.manuscript.sources import manuscript_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.lint.facts import Facts
    from analysis.lint.sentences import Sentence
    from analysis.manuscript.source_line import SourceLine
    from schemas.problems import Problem


def display_items(facts: Facts, sentences: tuple[Sentence, ...]) -> Iterator[Problem]:
    """Find items that the text never mentions, or mentions first after a later one.

    A mention in a caption or in the abstract does not count: a reader of the text must be led to
    the item.
    """
    places: dict[str, SourceLine] = {}
    parts: dict[str, str] = {}
    for item in numbered_items(facts.manuscript, facts.float_kinds):
        if item.part_of:
            parts[item.id] = item.part_of
        else:
            places.setdefault(item.id, item.line)
    mentions: dict[str, SourceLine] = {}
    for sentence in sentences:
        if sentence.part == "body":
            for place, key in sentence.references:
                # Whoever speaks of a part speaks of the figure.
                mentions.setdefault(parts.get(key, key), sentence.line_at(place))
    # Kinds are numbered apart, so each has an order of its own.
    for kind in facts.float_kinds:
        numbered = [name for name in places if name.partition("-")[0] == kind]
        yield from _unmentioned(numbered, places, mentions)
        yield from _disordered(numbered, mentions)


def _unmentioned(
    numbered: list[str], places: dict[str, SourceLine], mentions: dict[str, SourceLine]
) -> Iterator[Problem]:
    for name in numbered:
        if name not in mentions:
            what = f"The text never refers to {name}."
            hint = f"Write @{name} where a reader should look at it, or remove the item."
            yield manuscript_problem(places[name], f"#{name}", what, hint, "item-unmentioned")


def _disordered(numbered: list[str], mentions: dict[str, SourceLine]) -> Iterator[Problem]:
    first = {name: place for place, name in enumerate(mentions)}
    known = [name for name in numbered if name in first]
    for number, name in enumerate(known):
        later = [other for other in known[number + 1 :] if first[other] < first[name]]
        if later:
            other = min(later, key=first.__getitem__)
            before = mentions[other]
            what = f"{name} is first referred to after {other}, which has a later number."
            hint = (
                f"@{other} stands in {before.file}, line {before.line}. Move the items into the "
                "order in which the text refers to them, or refer to this one earlier."
            )
            yield manuscript_problem(mentions[name], f"@{name}", what, hint, "item-order")
