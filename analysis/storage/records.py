"""Frozen records as JSON and back: nothing in such a text is ever executed.

Numbers keep their value and kind, tuples stay tuples. What holds anything else than plain values,
collections of them and frozen dataclasses cannot be written, and says so.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Exactly these: what is derived from them, such as NumPy's numbers, would come back as another.
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
_RECORD: Final = "record"


def write_records(value: object) -> bytes:
    """Write a value as text.

    Parameters
    ----------
    value
        Text, numbers, True, False, None and days; tuples, lists, dictionaries and frozen sets of
        them; frozen dataclasses of all these.

    Raises
    ------
    TypeError
        If it holds anything else.
    """
    kinds: dict[type, int] = {}
    content = _plain(value, kinds)
    named = [
        [kind.__module__, kind.__qualname__, [each.name for each in fields(kind)]] for kind in kinds
    ]
    return json.dumps([named, content], separators=(",", ":")).encode()


def read_records(text: bytes, homes: tuple[str, ...]) -> Any:
    """Give the value that a text holds.

    Parameters
    ----------
    text
        What `write_records` wrote.
    homes
        Packages whose frozen dataclasses may stand in it.

    Raises
    ------
    ValueError
        If the text names anything else, or is none of this kind.
    """
    try:
        named, content = json.loads(text)
        kinds = [_kind(module, name, names, homes) for module, name, names in named]
        return _made(content, kinds)
    except (TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _plain(value: Any, kinds: dict[type, int]) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple:
        return [_plain(part, kinds) for part in value]
    if is_dataclass(kind) and kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        parts = [_plain(getattr(value, each.name), kinds) for each in fields(kind)]
        return {_RECORD: [kinds.setdefault(kind, len(kinds)), *parts]}
    for name, (known, _, parts_of) in _COLLECTIONS.items():
        if kind is known:
            return {name: _plain(parts_of(value), kinds)}
    raise TypeError(f"{kind.__module__}.{kind.__qualname__} cannot be written")


#: Kinds of collections, and days: the type, how it is made of its parts, and its parts.
_COLLECTIONS: Final[dict[str, tuple[type, Callable[[Any], Any], Callable[[Any], Any]]]] = {
    "dict": (dict, dict, lambda value: tuple(value.items())),
    "list": (list, list, tuple),
    "set": (frozenset, frozenset, lambda value: tuple(sorted(value))),
    "day": (date, date.fromisoformat, date.isoformat),
}


def _kind(module: str, name: str, names: Sequence[str], homes: tuple[str, ...]) -> tuple[type, Any]:
    if not module.startswith(tuple(f"{home}." for home in homes)):
        raise ValueError(f"{module} is no home of records")
    kind = getattr(import_module(module), name)
    if not is_dataclass(kind) or not kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        raise ValueError(f"{module}.{name} is no record")
    if [each.name for each in fields(kind)] != list(names):
        raise ValueError(f"{module}.{name} has other fields")
    return kind, names  # type: ignore[return-value]


def _made(value: Any, kinds: Sequence[tuple[type, Sequence[str]]]) -> Any:
    if type(value) is list:
        return tuple([_made(part, kinds) for part in value])
    if type(value) is not dict:
        return value
    ((name, content),) = value.items()
    if name != _RECORD:
        return _COLLECTIONS[name][1](_made(content, kinds))
    number, *parts = content
    kind, names = kinds[number]
    # What its own `__init__` checks was checked when the record was made first.
    record = object.__new__(kind)
    for field, part in zip(names, parts, strict=True):
        object.__setattr__(record, field, _made(part, kinds))
    return record
