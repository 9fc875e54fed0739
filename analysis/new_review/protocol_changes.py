"""Outcomes, groups and comparisons that come into a protocol or go, comments left as they are."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from analysis.new_review.starting_entries import rated_entry
from analysis.new_review.text import display_text
from schemas.problems import DataProblems, Problem
from schemas.protocol import Protocol
from schemas.protocol_file import PROTOCOL_FILE, read_protocol
from schemas.vocabulary import list_hint
from schemas.yaml_changes import with_item, with_key, without

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Lists of the protocol whose entries can come and go, by the word for one entry.
LISTS = {"outcome": "outcomes", "subgroup": "subgroups", "comparison": "comparisons"}
_ORDER = tuple(Protocol.model_fields)
# Under which word a figure or table names an entry of such a list.
_SHOWN_BY = {"outcomes": "outcomes", "subgroups": "by"}


def protocol_of(text: str) -> Protocol:
    """Read the text of a protocol.

    Raises
    ------
    DataProblems
        With everything that is wrong in it.
    """
    with tempfile.TemporaryDirectory(prefix="review-protocol-") as desk:
        file = Path(desk) / "protocol.yml"
        file.write_text(text, encoding="utf-8", newline="\n")
        protocol, problems = read_protocol(file)
    if protocol is None:
        raise DataProblems(problems)
    return protocol


def with_entry(text: str, kind: str, entry: Mapping[str, Any]) -> str:
    """Add an entry, and the figures and tables that a new review would have for it.

    Parameters
    ----------
    text
        The protocol as it stands.
    kind
        A word of `LISTS`.
    entry
        The entry as YAML has it.

    Raises
    ------
    DataProblems
        If the protocol would be wrong with it.
    """
    old = protocol_of(text)
    if kind == "comparison" and len(old.comparisons) == 1:
        # What needed no name while there was one comparison keeps that one.
        asking = [(("outcomes", n), outcome) for n, outcome in enumerate(old.outcomes)]
        harms = old.adverse_events
        for at, asked in [*asking, *([(("adverse_events",), harms)] if harms else [])]:
            if asked.two_groups and asked.comparison is None:
                text = with_key(text, at, "comparison", old.comparisons[0].id)
    text = with_item(text, (LISTS[kind],), entry, _ORDER)
    if kind == "outcome" and _rates_all(old) and entry["id"] not in _rated(old):
        told = rated_entry(entry["id"], entry["measure"])
        text = with_item(text, ("certainty", "outcomes"), told, _ORDER)
    new = protocol_of(text)
    usual, wanted = _usual(old), _usual(new)
    for grown in _grown(usual, wanted):
        shape, field, shown, further = grown
        for position, item in enumerate(old.display):
            if item.kind == shape and getattr(item, field) == shown:
                text = with_item(text, ("display", position, field), further)
    known = {item.id for item in old.display}
    for name, item in wanted.items():
        if name not in usual and name not in known:
            text = with_item(text, ("display",), item, _ORDER)
    protocol_of(text)
    return text


def without_entry(text: str, kind: str, name: str) -> str:
    """Take an entry out, and everything in the protocol that names it.

    Parameters
    ----------
    text, kind
        As for `with_entry`.
    name
        The id of the entry.

    Raises
    ------
    DataProblems
        If there is no such entry, or the protocol would be wrong without it.
    """
    old = protocol_of(text)
    part = LISTS[kind]
    names = [entry.id for entry in getattr(old, part)]
    if name not in names:
        what = f"There is no {kind} with this id."
        raise refusal(PROTOCOL_FILE, what, list_hint(name, names), name)
    for place in reversed(_places(old, part, name)):
        text = without(text, place)
    text = without(text, (part, names.index(name)))
    new = protocol_of(text)
    text = without_items(text, set(_usual(old)) - set(_usual(new)))
    protocol_of(text)
    return text


def without_items(text: str, names: set[str]) -> str:
    """Take figures and tables out of the list that the protocol has of them."""
    for position, item in reversed([*enumerate(protocol_of(text).display)]):
        if item.id in names:
            text = without(text, ("display", position))
    return text


def refusal(file: str, what: str, hint: str, value: str | None = None) -> DataProblems:
    """Make the error that stops a change."""
    hint = f"{hint} Nothing was changed.".strip()
    return DataProblems([Problem(file, None, None, value, what, hint, "error", "change")])


def _usual(protocol: Protocol) -> dict[str, dict[str, Any]]:
    """Give the figures and tables that a new review with this protocol would have, by id."""
    return {item["id"]: item for item in yaml.safe_load(display_text(protocol))["display"]}


def _rates_all(protocol: Protocol) -> bool:
    """Say whether every outcome is rated, so that a further one is as well."""
    return {outcome.id for outcome in protocol.outcomes} <= _rated(protocol)


def _rated(protocol: Protocol) -> set[str]:
    return {entry.id for entry in protocol.certainty.outcomes} if protocol.certainty else set()


def _grown(
    usual: Mapping[str, dict[str, Any]], wanted: Mapping[str, dict[str, Any]]
) -> list[tuple[str, str, tuple[str, ...], str]]:
    """Give kind, field and old content of items that show one more, and what that is."""
    found: dict[tuple[str, str, tuple[str, ...], str], None] = {}
    for name in usual.keys() & wanted.keys():
        for field in ("outcomes", "by"):
            before, now = usual[name].get(field, []), wanted[name].get(field, [])
            for further in [entry for entry in now if entry not in before]:
                found[(usual[name]["kind"], field, tuple(before), further)] = None
    return [*found]


def _places(protocol: Protocol, part: str, name: str) -> list[tuple[str | int, ...]]:
    """Say where else in the protocol an entry is named."""
    found: list[tuple[str | int, ...]] = []
    field = _SHOWN_BY.get(part)
    for position, item in enumerate(protocol.display):
        shown = getattr(item, field) if field else ()
        if name in shown:
            at = ("display", position)
            found.append(at if len(shown) == 1 else (*at, str(field), shown.index(name)))
    if part == "outcomes":
        rated = _rated(protocol)
        # The only one that is rated takes the whole plan along.
        found += [
            ("certainty", "outcomes", n) if len(rated) > 1 else ("certainty",)
            for n, told in enumerate(protocol.certainty.outcomes if protocol.certainty else ())
            if told.id == name
        ]
        for entry in ("precision", "relevant_change"):
            if name in getattr(protocol.update, entry):
                found.append(("update", entry, name))
        for position, outcome in enumerate(protocol.outcomes):
            if outcome.not_more_than == name:
                found.append(("outcomes", position, "not_more_than"))
    return found
