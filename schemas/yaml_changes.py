"""Changes of single entries of a YAML text that leave every other sign, comments too, alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from schemas.yaml_text import Location, root_node

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WIDTH = 96


def with_item(
    text: str, location: Location, value: str | Mapping[str, Any], order: Sequence[str] = ()
) -> str:
    """Add an item at the end of a list.

    Parameters
    ----------
    text
        A text that `schemas.yaml_text.read_yaml` can read, without a byte-order mark.
    location
        Where the list stands; a list at the top that is missing is made.
    value
        A word or a group of entries.
    order
        The keys at the top in their usual order: says where a missing list belongs.

    Raises
    ------
    KeyError
        If there is no such place.
    """
    root = root_node(text)
    parent = _find(root, location)
    if parent is None and len(location) == 1:
        return _with_list(text, root, str(location[0]), value, order)
    if not isinstance(parent, yaml.SequenceNode):
        raise KeyError(location)
    if parent.flow_style and (parent.value or isinstance(value, str)):
        at = parent.value[-1].end_mark.index if parent.value else parent.start_mark.index + 1
        return f"{text[:at]}{', ' if parent.value else ''}{_in_line(value)}{text[at:]}"
    if parent.flow_style:
        before, after = text[: parent.start_mark.index], text[parent.end_mark.index :]
        return f"{before.rstrip(' ')}\n{_block(value, 2).rstrip()}{after}"
    lines = _lines(text)
    # In the way in which the list is written so far.
    in_line = getattr(parent.value[-1], "flow_style", True) or isinstance(value, str)
    indent = " " * parent.start_mark.column
    one = f"{indent}- {_in_line(value)}\n" if in_line else ""
    fits = in_line and len(one) <= _WIDTH + 4
    lines.insert(_last_line(parent) + 1, one if fits else _block(value, len(indent)))
    return "".join(lines)


def with_key(text: str, location: Location, name: str, value: str) -> str:
    """Add an entry at the end of a group.

    Parameters
    ----------
    text
        As for `with_item`.
    location
        Where the group stands; something stands in it already.
    name, value
        The new entry.

    Raises
    ------
    KeyError
        If there is no such group.
    """
    parent = _find(root_node(text), location)
    if not isinstance(parent, yaml.MappingNode) or not parent.value:
        raise KeyError(location)
    written = _in_line({name: value})[1:-1]
    last = parent.value[-1][1]
    if parent.flow_style:
        return f"{text[: last.end_mark.index]}, {written}{text[last.end_mark.index :]}"
    lines = _lines(text)
    lines.insert(_last_line(last) + 1, f"{' ' * parent.start_mark.column}{written}\n")
    return "".join(lines)


def without(text: str, location: Location) -> str:
    """Take an entry out: an item of a list or a key of a group, with the comment above an item.

    Parameters
    ----------
    text
        As for `with_item`.
    location
        Where the entry stands.

    Raises
    ------
    KeyError
        If it does not stand there.
    """
    root = root_node(text)
    parent = _find(root, location[:-1])
    parts = _parts(parent)
    names = [name for name, _, _ in parts]
    if location[-1] not in names or not isinstance(parent, yaml.CollectionNode):
        raise KeyError(location)
    position = names.index(location[-1])
    if parent.flow_style:
        spans = [(first.start_mark.index, last.end_mark.index) for _, first, last in parts]
        begin, end = spans[position]
        if position + 1 < len(spans):
            end = spans[position + 1][0]
        elif position:
            begin = spans[position - 1][1]
        return text[:begin] + text[end:]
    lines = _lines(text)
    begin = parts[position][1].start_mark.line
    column = parent.start_mark.column
    while position and _is_comment(lines[begin - 1], column):
        begin -= 1
    del lines[begin : _last_line(parts[position][2]) + 1]
    if len(parts) == 1:
        above = next(
            key for name, key, _ in _parts(_find(root, location[:-2])) if name == location[-2]
        )
        line, at = above.end_mark.line, above.end_mark.column + 1
        empty = "[]" if isinstance(parent, yaml.SequenceNode) else "{}"
        lines[line] = f"{lines[line][:at]} {empty}{lines[line][at:]}"
    return "".join(lines)


def _find(root: yaml.Node, location: Location) -> yaml.Node | None:
    here: yaml.Node | None = root
    for name in location:
        here = next((value for known, _, value in _parts(here) if known == name), None)
    return here


def _parts(node: yaml.Node | None) -> list[tuple[str | int, yaml.Node, yaml.Node]]:
    """Give name, first and last node of everything within a group or a list."""
    if isinstance(node, yaml.MappingNode):
        return [(str(key.value), key, value) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [(number, item, item) for number, item in enumerate(node.value)]
    return []


def _last_line(node: yaml.Node) -> int:
    # A block ends, for the reader, where the next one begins: behind blank lines and comments.
    parts = [] if getattr(node, "flow_style", True) else _parts(node)
    if parts:
        return _last_line(parts[-1][2])
    end = node.end_mark
    return end.line - 1 if end.column == 0 and end.line > node.start_mark.line else end.line


def _with_list(
    text: str, root: yaml.Node, name: str, value: str | Mapping[str, Any], order: Sequence[str]
) -> str:
    before = order[: order.index(name)] if name in order else order
    ends = [_last_line(last) for known, _, last in _parts(root) if known in before]
    lines = _lines(text)
    lines.insert(max(ends, default=len(lines) - 1) + 1, f"\n{name}:\n{_block(value, 2)}")
    return "".join(lines)


def _lines(text: str) -> list[str]:
    return (
        f"{text}\n".splitlines(keepends=True)
        if text[-1:] != "\n"
        else text.splitlines(keepends=True)
    )


def _is_comment(line: str, column: int) -> bool:
    bare = line.lstrip(" ")
    return bare.startswith("#") and len(line) - len(bare) >= column


def _in_line(value: str | Mapping[str, Any]) -> str:
    written: str = yaml.safe_dump(
        [dict(value) if not isinstance(value, str) else value],
        default_flow_style=True,
        allow_unicode=True,
        sort_keys=False,
        width=10**6,
    )
    return written.strip()[1:-1]


def _block(value: str | Mapping[str, Any], indent: int) -> str:
    written: str = yaml.safe_dump(
        [dict(value) if not isinstance(value, str) else value],
        allow_unicode=True,
        sort_keys=False,
        width=_WIDTH,
        default_flow_style=None,
    )
    return "".join(f"{' ' * indent}{line}\n" for line in written.splitlines())
