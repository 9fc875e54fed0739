"""Reading data/protocol.yml: the model of the protocol or what is wrong with the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from schemas.problems import Problem
from schemas.protocol import Protocol
from schemas.vocabulary import did_you_mean, list_hint, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic_core import ErrorDetails

PROTOCOL_FILE = "data/protocol.yml"

_Location = tuple[str | int, ...]
_UNKNOWN = "extra_forbidden"


def read_protocol(path: Path) -> tuple[Protocol | None, list[Problem]]:
    """Read the protocol.

    Parameters
    ----------
    path
        The file data/protocol.yml.

    Returns
    -------
    tuple
        The protocol and no problem, or None and all problems found; nothing is raised for what
        a user can do to the file.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None, [_problem("The file is missing.", "Every choice of the review stands in it.")]
    except UnicodeDecodeError:
        return None, [_problem("The file is not UTF-8 text.", "Save it again as UTF-8.")]
    except OSError as error:
        return None, [_problem(f"The file cannot be opened ({error.strerror}).", "")]
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if node is None:
            return None, [_problem("The file is empty.", "Compare with the shipped protocol.yml.")]
        lines = dict(_lines(node, ()))
        repeated = list(_repeated(node, ()))
        content: Any = loader.construct_document(node)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return None, [_yaml_problem(error)]
    if repeated:
        return None, [
            _problem(
                "This entry occurs twice.",
                "Delete one of them.",
                line=line,
                entry=_path(location, content),
            )
            for location, line in repeated
        ]
    try:
        return Protocol.model_validate(content), []
    except ValidationError as error:
        return None, [
            _entry_problem(details, content, lines) for details in _told_once(error.errors())
        ]


def check_citation(path: Path, protocol: Protocol, keys: frozenset[str]) -> list[Problem]:
    """Check that the publication that the review continues is in the reference list.

    Parameters
    ----------
    path
        The file of the protocol, to find the line.
    protocol
        What was read from it.
    keys
        Citation keys of manuscript/references.bib.

    Returns
    -------
    list of Problem
        One problem or none.
    """
    published = protocol.review.first_published
    if published is None or published.citation_key in keys:
        return []
    location: _Location = ("review", "first_published", "citation_key")
    node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    hint = did_you_mean(published.citation_key, keys)
    return [
        _problem(
            "This key is not in manuscript/references.bib.",
            f"{hint}Add the report to the reference list, or correct the key.",
            line=dict(_lines(node, ())).get(location),
            entry=".".join(map(str, location)),
            value=published.citation_key,
            rule="citation-unknown",
        )
    ]


def _told_once(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out a missing entry that is there under a misspelt name."""
    unknown = [details["loc"] for details in errors if details["type"] == _UNKNOWN]
    told = []
    for details in errors:
        group, name = details["loc"][:-1], details["loc"][-1:]
        slips = [str(location[-1]) for location in unknown if location[:-1] == group]
        if details["type"] == "missing" and nearest(str(name[0]), slips) is not None:
            continue
        told.append(details)
    return told


def _problem(
    what: str,
    hint: str,
    *,
    line: int | None = None,
    entry: str | None = None,
    value: str | None = None,
    rule: str = "protocol-entry",
) -> Problem:
    return Problem(PROTOCOL_FILE, line, entry, value, what, hint, "error", rule)


def _yaml_problem(error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None)
    detail = getattr(error, "problem", None) or "the text cannot be read as YAML"
    return _problem(
        f"The file cannot be read here: {detail}.",
        "Look at the indentation, at a missing colon or quotation mark in this or the line above.",
        line=None if mark is None else mark.line + 1,
        rule="protocol-yaml",
    )


def _lines(node: yaml.Node, location: _Location) -> Iterator[tuple[_Location, int]]:
    yield location, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*location, str(key.value))
            yield from _lines(value, inner)
            yield inner, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines(value, (*location, number))


def _repeated(node: yaml.Node, location: _Location) -> Iterator[tuple[_Location, int]]:
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


def _path(location: _Location, content: object) -> str:
    """Write where an entry stands, naming the items of lists by their id: outcomes[orr].unit."""
    text = ""
    here: Any = content
    for part in location:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(part, int):
            name = here.get("id", here.get("column")) if isinstance(here, dict) else None
            text += f"[{name if isinstance(name, str) else part + 1}]"
        else:
            text += f".{part}" if text else str(part)
    return text


def _value_at(location: _Location, content: object) -> str | None:
    here: Any = content
    try:
        for part in location:
            here = here[part]
    except (KeyError, IndexError, TypeError):
        return None  # a set, for instance, has no first item
    return here if isinstance(here, str) else None


def _names_at(location: _Location) -> list[str]:
    """Give the names of the entries that are valid at a place."""
    model: Any = Protocol
    for part in location:
        if isinstance(part, int):
            continue
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return []
        if part not in model.model_fields:
            return []
        model = _model_within(model.model_fields[part].annotation)
    return list(model.model_fields) if model is not None else []


def _model_within(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_within(part) for part in get_args(annotation))
    return next((model for model in found if model is not None), None)


def _entry_problem(details: ErrorDetails, content: object, lines: dict[_Location, int]) -> Problem:
    location: _Location = details["loc"]
    kind = details["type"]
    context = details.get("ctx", {})
    given = details["input"]
    is_plain = isinstance(given, str | int | float | bool)
    value = str(given) if is_plain and kind != "missing" else None
    what, hint = f"{details['msg']}.", ""
    if kind == "entry":
        what, hint = str(context["what"]), str(context["hint"])
        location = (*location, *context["at"])
        value = _value_at(location, content)
    elif kind == "missing":
        what = f"The entry {location[-1]} is missing."
        hint = "Add it. data/README.md explains each entry."
    elif kind == _UNKNOWN:
        names = _names_at(location[:-1])
        what = f"The entry {location[-1]} is not known here."
        hint = f"{did_you_mean(str(location[-1]), names)}Known: {', '.join(names)}."
    elif kind == "literal_error":
        allowed = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        what = "This is not one of the allowed values."
        hint = list_hint(str(given), allowed)
    elif kind == "string_type":
        what = "This must be text."
        hint = 'Put it between quotation marks: YAML reads no, yes and 1.0 otherwise as "not text".'
    elif kind == "string_pattern_mismatch":
        what = "This name cannot be used."
        hint = "Use a letter first, then letters, digits, _ or -; columns in small letters."
    elif kind in {"string_too_short", "too_short"}:
        what, hint = "This entry is empty.", "Fill it in or delete it."
    elif kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
        what = "This number is outside the possible range."
        bound = context.get("ge", context.get("gt", context.get("le", context.get("lt"))))
        words = "at least" if kind.startswith("greater") else "at most"
        hint = f"It must be {words} {bound:g}. A percentage is written as a fraction: 50 % is 0.50."
    elif kind in {"float_type", "int_type", "float_parsing", "int_parsing", "int_from_float"}:
        what, hint = "This must be a number.", "Write digits with a decimal point, without quotes."
    elif kind in {"model_type", "dict_type"}:
        what, hint = "This must be a group of entries.", "Write each as name: value, indented."
    elif kind in {"tuple_type", "list_type"}:
        what, hint = "This must be a list.", "Write it as [a, b] or with a dash before each item."
    return _problem(
        what,
        hint,
        line=_line_of(location, lines),
        entry=_path(location, content) or None,
        value=value,
    )


def _line_of(location: _Location, lines: dict[_Location, int]) -> int | None:
    # A missing entry has no line: the group it belongs to is the nearest place to look at.
    while location and location not in lines:
        location = location[:-1]
    return lines.get(location)
