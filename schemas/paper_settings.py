"""What the program reads in _quarto.yml and in the front matter of the paper.

Both hold much more, for Quarto: only the entries that are used here have a type.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from schemas.entry import Text  # noqa: TC001 - the models need it when they are made
from schemas.places import inside
from schemas.problems import DataProblems, Problem
from schemas.yaml_file import YamlFile

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.yaml_text import Location

QUARTO_FILE = "_quarto.yml"
PAPER_FILE = "manuscript/paper.qmd"
_GUIDE = "docs/quarto.md"


class _Open(BaseModel):
    """A group in which further entries may stand."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)


def _named_path(given: Any) -> Any:
    return {"path": given} if isinstance(given, str) else given


def _as_list(given: Any) -> Any:
    return given if given is None or isinstance(given, list) else [given]


def _with_name(given: Any) -> Any:
    return {"name": given} if isinstance(given, str) else given


class _Filter(_Open):
    path: Text


class _Float(_Open):
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]


class _Crossref(_Open):
    custom: list[_Float] = []


class QuartoConfig(_Open):
    """The entries of _quarto.yml that the embedded engine and the checks read."""

    project: dict[str, Any] = {}
    format: dict[str, dict[str, Any] | str | None] = {}
    filters: list[Annotated[_Filter, BeforeValidator(_named_path)]] = []
    crossref: _Crossref = _Crossref()


class _Place(_Open):
    name: Text


_Places = Annotated[list[Annotated[_Place, BeforeValidator(_with_name)]], BeforeValidator(_as_list)]


class _Author(_Open):
    name: Text
    orcid: str | None = None
    affiliations: _Places | None = None
    affiliation: _Places | None = None


class FrontMatter(_Open):
    """The entries of the front matter that are read here."""

    title: str | None = None
    subtitle: str | None = None
    abstract: str | None = None
    lang: str | None = None
    author: Annotated[
        list[Annotated[_Author, BeforeValidator(_with_name)]] | None, BeforeValidator(_as_list)
    ] = None
    keywords: Annotated[list[str] | None, BeforeValidator(_as_list)] = None
    nocite: str | None = None
    bibliography: Annotated[list[Text] | None, BeforeValidator(_as_list)] = None
    citation_style: Text | None = Field(None, alias="citation-style")
    csl: Text | None = None
    citation_abbreviations: Text | None = Field(None, alias="citation-abbreviations")
    reference_doc: Text | None = Field(None, alias="reference-doc")
    running_head: str | None = Field(None, alias="running-head")


_QUARTO = YamlFile(
    QuartoConfig, QUARTO_FILE, "quarto-entry", "Quarto and the paper need it.", _GUIDE
)
_FRONT = YamlFile(FrontMatter, PAPER_FILE, "front-matter-entry", "It is the paper.", _GUIDE)
# Entries of either that name a file of the review, and what the name is relative to.
_QUARTO_PATHS = (("format", "html", "css"), ("format", "typst", "include-in-header"))
_FRONT_PATHS = (("csl",), ("citation-abbreviations",), ("reference-doc",), ("bibliography",))


def read_quarto(root: Path) -> dict[str, Any]:
    """Read _quarto.yml.

    Returns
    -------
    dict
        Its content, empty if nothing stands in it; filters each with their ``path``.

    Raises
    ------
    DataProblems
        If the file is missing or cannot be read, an entry is of the wrong kind, or a file that it
        names lies outside the review.
    """
    try:
        text = (root / QUARTO_FILE).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        what = "The file is missing."
        raise DataProblems([_QUARTO.problem(what, _QUARTO.purpose)]) from None
    except UnicodeDecodeError:
        raise DataProblems(
            [_QUARTO.problem("The file is not UTF-8 text.", "Save it again as UTF-8.")]
        ) from None
    found, problems = _QUARTO.content(text)
    if found is None:
        raise DataProblems(problems)
    if found.content is None:
        return {}
    model, problems = _QUARTO.validated(found)
    if model is None:
        raise DataProblems(problems)
    content = model.model_dump(by_alias=True, exclude_unset=True)
    places = [
        *_QUARTO_PATHS,
        *(("filters", number, "path") for number in range(len(content.get("filters", [])))),
    ]
    _refuse_outside(_QUARTO, root, root, content, places, found.lines)
    return content


def read_front_matter(root: Path, text: str) -> tuple[dict[str, Any], list[Problem]]:
    """Read the front matter of the paper.

    Parameters
    ----------
    root
        The review's folder.
    text
        What stands between the two lines ``---``.

    Returns
    -------
    tuple
        Its content as it is written, and everything that is wrong with it.
    """
    found, problems = _FRONT.content(text, first_line=2)
    if found is None or found.content is None:
        return {}, problems
    if not isinstance(found.content, dict):
        what = "The front matter must be a list of entries such as `title: ...`."
        return {}, [_FRONT.problem(what, "", line=2)]
    _, problems = _FRONT.validated(found)
    if not problems:
        try:
            folder = (root / PAPER_FILE).parent
            _refuse_outside(_FRONT, root, folder, found.content, _FRONT_PATHS, found.lines)
        except DataProblems as outside:
            problems = list(outside.problems)
    return (found.content if not problems else {}), problems


def _refuse_outside(
    kind: YamlFile[Any],
    root: Path,
    base: Path,
    content: dict[str, Any],
    places: Any,
    lines: dict[Location, int],
) -> None:
    problems = []
    for place in places:
        here: Any = content
        for part in place:
            known = isinstance(here, dict) and part in here
            here = here[part] if known or isinstance(here, list) else None
        for name in here if isinstance(here, list) else [here]:
            if name is None:
                continue
            is_there = isinstance(name, str) and leads_inside(root, base, name)
            if not is_there:
                what = "This must be the name of a file of the review."
                hint = "Keep the file in the review's folder and name it from here."
                problems.append(
                    kind.problem(
                        what,
                        hint,
                        line=lines.get(place) or lines.get(place[:-1]),
                        entry=".".join(map(str, place)),
                        value=str(name),
                    )
                )
    if problems:
        raise DataProblems(problems)


def leads_inside(root: Path, base: Path, name: str) -> bool:
    """Tell whether a name that is relative to a folder of the review stays in the review."""
    within = posixpath.normpath(posixpath.join(base.relative_to(root).as_posix(), name))
    return not name.startswith("/") and inside(root, within) is not None
