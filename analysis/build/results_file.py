"""results.json: everything that was computed, written piece by piece.

A large review has hundreds of megabytes of it. So nothing is copied before it is written, and what
is in memory at one time is one value, one outcome or one study.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import TextIO

    from analysis.paper.values import Value
    from analysis.synthesis.results import Synthesis


def write_results(
    path: Path,
    head: Mapping[str, Any],
    values: Mapping[str, Value],
    synthesis: Synthesis,
    passages: Mapping[str, str],
) -> None:
    """Write results.json.

    Parameters
    ----------
    path
        The file.
    head
        What stands first: provenance, edition, profile and notes.
    values, synthesis, passages
        As in `analysis.build.building.results`, which gives the same content in memory.
    """
    told = {name: {"text": text} for name, text in passages.items()}
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        entries = [
            *((name, value, 0) for name, value in head.items()),
            ("values", values, 1),
            ("synthesis", _fields(synthesis), 2),
            ("passages", told, 1),
        ]
        _write(stream, "{}", ((f"{_text(n)}: ", v, depth) for n, v, depth in entries))
        stream.write("\n")


def _write(stream: TextIO, brackets: str, entries: Iterable[tuple[str, Any, int]]) -> None:
    """Write a list or an object, each of its entries in a line or over several."""
    before = f"{brackets[0]}\n"
    empty = True
    for name, value, depth in entries:
        stream.write(before)
        stream.write(name)
        if depth and isinstance(value, Mapping):
            _write(stream, "{}", ((f"{_text(n)}: ", v, depth - 1) for n, v in value.items()))
        elif depth and isinstance(value, tuple | list):
            _write(stream, "[]", (("", each, depth - 1) for each in value))
        else:
            stream.write(_text(value))
        before, empty = ",\n", False
    stream.write(brackets if empty else f"\n{brackets[1]}")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_fields)


def _fields(value: Any) -> dict[str, Any]:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return {field.name: getattr(value, field.name) for field in fields(value)}
