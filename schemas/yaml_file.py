"""Reading a YAML file that authors write: its Pydantic model, or what is wrong with the file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from schemas.problems import Problem
from schemas.vocabulary import did_you_mean, list_hint, nearest
from schemas.yaml_text import Location, UnreadableYaml, YamlText, read_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)
_UNKNOWN = "extra_forbidden"


@dataclass(frozen=True)
class YamlFile(Generic[Model]):
    """A kind of YAML file with a model.

    The groups of the model are `schemas.entry.Entry`s; their validators raise a `refusal`.

    Attributes
    ----------
    model
        What a file of this kind holds; it forbids unknown entries.
    name
        Path relative to the review's folder, for messages.
    rule
        Name of the rule of every problem with an entry.
    purpose
        What a file of this kind is for, in a sentence; said when it is missing.
    guide
        The file that explains the entries.
    shipped
        Whether it comes with the program.
    """

    model: type[Model]
    name: str
    rule: str
    purpose: str
    guide: str
    shipped: bool = False

    def read(self, path: Path) -> tuple[Model | None, list[Problem]]:
        """Read a file.

        Parameters
        ----------
        path
            Where it stands.

        Returns
        -------
        tuple
            The model and no problem, or None and all problems found; nothing is raised for what
            a user can do to the file.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return None, [self.problem("The file is missing.", self.purpose)]
        except UnicodeDecodeError:
            return None, [self.problem("The file is not UTF-8 text.", "Save it again as UTF-8.")]
        except OSError as error:
            return None, [self.problem(f"The file cannot be opened ({error.strerror}).", "")]
        found, problems = self.content(text)
        if found is None:
            return None, problems
        if found.content is None:
            what, hint = "The file is empty.", f"Compare with the shipped {path.name}."
            return None, [self.problem(what, hint)]
        return self.validated(found)

    def content(self, text: str, first_line: int = 1) -> tuple[YamlText | None, list[Problem]]:
        """Read a text without its model.

        Parameters
        ----------
        text
            The YAML.
        first_line
            Where it begins in its file.

        Returns
        -------
        tuple
            The content and no problem, or None and all problems found.
        """
        try:
            found = read_yaml(text, shipped=self.shipped)
        except UnreadableYaml as error:
            line = None if error.line is None else error.line + first_line - 1
            return None, [
                self.problem(
                    f"The file cannot be read here: {error.what}.",
                    "Look at the indentation, at a missing colon or quotation mark in this or the "
                    "line above.",
                    line=line,
                    rule=self.rule.replace("-entry", "-yaml"),
                )
            ]
        lines = {place: line + first_line - 1 for place, line in found.lines.items()}
        if found.repeated:
            return None, [
                self.problem(
                    "This entry occurs twice.",
                    "Delete one of them.",
                    line=line + first_line - 1,
                    entry=_path(location, found.content),
                )
                for location, line in found.repeated
            ]
        return replace(found, lines=lines), []

    def validated(self, found: YamlText) -> tuple[Model | None, list[Problem]]:
        """Give the model of a content, or None and what is wrong with it."""
        try:
            return self.model.model_validate(found.content), []
        except ValidationError as error:
            return None, [
                self._entry_problem(details, found.content, found.lines)
                for details in _told_once(error.errors())
            ]

    def problem(
        self,
        what: str,
        hint: str,
        *,
        line: int | None = None,
        entry: str | None = None,
        value: str | None = None,
        rule: str | None = None,
    ) -> Problem:
        """Make an error about a file of this kind."""
        return Problem(self.name, line, entry, value, what, hint, "error", rule or self.rule)

    def _entry_problem(
        self, details: ErrorDetails, content: object, lines: dict[Location, int]
    ) -> Problem:
        location: Location = details["loc"]
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
            hint = f"Add it. {self.guide} explains each entry."
        elif kind == _UNKNOWN:
            names = _names_at(location[:-1], self.model)
            what = f"The entry {location[-1]} is not known here."
            hint = f"{did_you_mean(str(location[-1]), names)}Known: {', '.join(names)}."
        elif kind == "literal_error":
            allowed = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            what = "This is not one of the allowed values."
            hint = list_hint(str(given), allowed)
        elif kind == "string_type":
            what = "This must be text."
            hint = "Put it between quotation marks: YAML reads no, yes and 1.0 otherwise as "
            hint += '"not text".'
        elif kind == "string_pattern_mismatch":
            what = "This name cannot be used."
            hint = "Use a letter first, then letters, digits, _ or -; columns in small letters."
        elif kind in {"string_too_short", "too_short"}:
            what, hint = "This entry is empty.", "Fill it in or delete it."
        elif kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
            what = "This number is outside the possible range."
            bound = next(context[key] for key in ("ge", "gt", "le", "lt") if key in context)
            words = "at least" if kind.startswith("greater") else "at most"
            hint = f"It must be {words} {bound:g}."
            if words == "at most" and bound <= 1:
                hint += " A percentage is written as a fraction: 50 % is 0.50."
        elif kind in {"float_type", "int_type", "float_parsing", "int_parsing", "int_from_float"}:
            what = "This must be a number."
            hint = "Write digits with a decimal point, without quotes."
        elif kind == "bool_type":
            what, hint = "This must be true or false.", "Write it without quotation marks."
        elif kind.startswith("date"):
            what, hint = "This must be a date.", "Write year, month and day as 2026-11-22."
        elif kind in {"model_type", "dict_type"}:
            what, hint = "This must be a group of entries.", "Write each as name: value, indented."
        elif kind in {"tuple_type", "list_type"}:
            what = "This must be a list."
            hint = "Write it as [a, b] or with a dash before each item."
        return self.problem(
            what,
            hint,
            line=_line_of(location, lines),
            entry=_path(location, content) or None,
            value=value,
        )


def line_of_entry(path: Path, location: Location) -> int | None:
    """Give the line of an entry in a file that has been read without problems."""
    try:
        return read_yaml(path.read_text(encoding="utf-8-sig")).lines.get(location)
    except (OSError, ValueError, UnreadableYaml):
        return None  # changed since


def entry_of(path: Path, location: Location) -> str:
    """Write where an entry stands in a file that has been read: ``outcomes[orr].unit``."""
    try:
        content = read_yaml(path.read_text(encoding="utf-8-sig")).content
    except (OSError, ValueError, UnreadableYaml):
        content = None  # changed since
    return _path(location, content)


def _told_once(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out a missing entry that is there under a misspelt name, and what only follows."""
    unknown = [details["loc"] for details in errors if details["type"] == _UNKNOWN]
    told = []
    for details in errors:
        group, name = details["loc"][:-1], details["loc"][-1:]
        slips = [str(location[-1]) for location in unknown if location[:-1] == group]
        if details["type"] == "missing" and nearest(str(name[0]), slips) is not None:
            continue
        # A list whose items are wrong is not empty, although pydantic counts none that is right.
        if details["type"] == "too_short" and details["input"]:
            continue
        told.append(details)
    return told


def _path(location: Location, content: object) -> str:
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


def _value_at(location: Location, content: object) -> str | None:
    here: Any = content
    try:
        for part in location:
            here = here[part]
    except (KeyError, IndexError, TypeError):
        return None  # a set, for instance, has no first item
    return here if isinstance(here, str) else None


def _names_at(location: Location, whole: type[BaseModel]) -> list[str]:
    """Give the names of the entries that are valid at a place."""
    model: Any = whole
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


def _line_of(location: Location, lines: dict[Location, int]) -> int | None:
    # A missing entry has no line: the group it belongs to is the nearest place to look at.
    while location and location not in lines:
        location = location[:-1]
    return lines.get(location)
