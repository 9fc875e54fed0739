"""From the text of a YAML file to plain content: one reader, with limits, for every such file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

Location = tuple[str | int, ...]

# Far above what a review needs; a file beyond them was made to stop the program, or by accident.
_LONGEST = 2_000_000
_DEEPEST = 50
_MOST_ENTRIES = 100_000
_LARGEST_WHOLE = 10**15
_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\n\r")


class UnreadableYaml(Exception):  # noqa: N818 - named for what the user reads
    """The text is no YAML that can be used here.

    Attributes
    ----------
    what
        What is wrong, as the end of a sentence.
    line
        Line of the text, 1-based, None if it is not known.
    """

    def __init__(self, what: str, line: int | None) -> None:
        super().__init__(what)
        self.what = what
        self.line = line


@dataclass(frozen=True, slots=True)
class YamlText:
    """What a text holds.

    Attributes
    ----------
    content
        Plain dictionaries, lists, text, numbers and dates; None if nothing stands there.
    lines
        The line of every entry.
    repeated
        Entries that stand twice in their group, with their lines.
    """

    content: Any
    lines: dict[Location, int]
    repeated: tuple[tuple[Location, int], ...]


def read_yaml(text: str, *, shipped: bool = False) -> YamlText:
    """Read a text as YAML.

    Parameters
    ----------
    text
        The whole text.
    shipped
        Whether it is a file of the program: it is read several times as fast where libyaml is
        there, which takes some mistakes (tabs behind a colon) for YAML.

    Raises
    ------
    UnreadableYaml
        If it is none, or goes beyond what any file of a review needs: too long, too deep, aliases
        that stand for too much, numbers without an end.
    """
    if len(text) > _LONGEST:
        raise UnreadableYaml(f"it is longer than {_LONGEST:,} letters", None)
    try:
        return _content(_QuickReader(text) if shipped else _Reader(text))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise UnreadableYaml("a sign stands here that no text has", line) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableYaml(
            error.problem or "the text cannot be read as YAML", mark.line + 1 if mark else None
        ) from None
    except RecursionError:
        raise UnreadableYaml("entries stand too deep within each other", None) from None


def _content(reader: Any) -> YamlText:
    node = reader.get_single_node()
    if node is None:
        return YamlText(None, {}, ())
    _measure(node)
    lines = dict(_lines(node, ()))
    repeated = tuple(_repeated(node, ()))
    return YamlText(reader.construct_document(node), lines, repeated)


class _Limits:
    """YAML's plain types, each refused with its line where it cannot be read."""

    depth = 0

    def compose_node(self: Any, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _refused("entries stand too deep within each other", self.peek_event())
        node = super().compose_node(parent, index)  # type: ignore[misc]
        self.depth -= 1
        return node

    def construct_object(self: Any, node: yaml.Node, deep: bool = False) -> Any:
        try:
            found = super().construct_object(node, deep)  # type: ignore[misc]
        except (ValueError, IndexError, KeyError, AttributeError, TypeError, OverflowError):
            kind = str(node.tag).rsplit(":", 1)[-1]
            raise _refused(f"this is no value of the kind {kind}", node) from None
        if isinstance(found, str) and _is_unprintable(found):
            raise _refused("the text holds a sign that cannot be written", node)
        if isinstance(found, float) and not math.isfinite(found):
            raise _refused("this number is not finite", node)
        if isinstance(found, int) and abs(found) > _LARGEST_WHOLE:
            raise _refused("this number is too large", node)
        return found


class _Reader(_Limits, yaml.SafeLoader):
    """PyYAML's own reader."""


def _quick_reader() -> type[Any]:
    """Give a reader whose signs are read by libyaml where there is one."""
    if not yaml.__with_libyaml__:
        return _Reader
    from yaml.composer import Composer
    from yaml.constructor import SafeConstructor
    from yaml.cyaml import CParser  # type: ignore[attr-defined]
    from yaml.resolver import Resolver

    class Quick(_Limits, Composer, CParser, SafeConstructor, Resolver):
        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            Composer.__init__(self)
            SafeConstructor.__init__(self)
            Resolver.__init__(self)

    return Quick


_QuickReader = _quick_reader()


def _is_unprintable(text: str) -> bool:
    return not _CONTROLS.isdisjoint(text) or any("\ud800" <= sign <= "\udfff" for sign in text)


def _refused(what: str, place: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=what, problem_mark=place.start_mark)


def _measure(node: yaml.Node) -> None:
    """Refuse aliases that stand for more entries than any file has, or for themselves.

    What an alias names is counted once and remembered: a few lines can stand for billions.
    """
    sizes: dict[int, int] = {}
    within: set[int] = set()

    def size(here: yaml.Node) -> int:
        known = sizes.get(id(here))
        if known is not None:
            return known
        if id(here) in within:
            raise _refused("an alias stands within what it names", here)
        within.add(id(here))
        inner: list[yaml.Node] = []
        if isinstance(here, yaml.MappingNode):
            inner = [part for pair in here.value for part in pair]
        elif isinstance(here, yaml.SequenceNode):
            inner = here.value
        total = 1 + sum(size(part) for part in inner)
        if total > _MOST_ENTRIES:
            raise _refused("the aliases stand for too many entries", here)
        within.discard(id(here))
        sizes[id(here)] = total
        return total

    size(node)


def _lines(node: yaml.Node, location: Location) -> Iterator[tuple[Location, int]]:
    yield location, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*location, str(key.value))
            yield from _lines(value, inner)
            yield inner, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines(value, (*location, number))


def _repeated(node: yaml.Node, location: Location) -> Iterator[tuple[Location, int]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                yield (*location, name), key.start_mark.line + 1
            seen.add(name)
            yield from _repeated(value, (*location, name))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _repeated(value, (*location, number))


def root_node(text: str) -> yaml.Node:
    """Give the nodes of a text, with their places, for changes that leave the rest alone.

    Parameters
    ----------
    text
        A text that `read_yaml` can read, without a byte-order mark.
    """
    node = _Reader(text).get_single_node()
    return yaml.MappingNode("tag:yaml.org,2002:map", []) if node is None else node


def places_of_keys(text: str) -> tuple[tuple[Location, int], ...]:
    """Say where each key of a text begins, for a change that leaves every other sign alone.

    Parameters
    ----------
    text
        A text that `read_yaml` can read, without a byte-order mark.

    Returns
    -------
    tuple
        Location of the entry, and the number of signs before its key.
    """
    node = _Reader(text).get_single_node()
    return () if node is None else tuple(dict.fromkeys(_places(node, ())))


def _places(node: yaml.Node, location: Location) -> Iterator[tuple[Location, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*location, str(key.value))
            yield inner, key.start_mark.index
            yield from _places(value, inner)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _places(value, (*location, number))
