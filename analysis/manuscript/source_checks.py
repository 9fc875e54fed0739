"""What can be wrong in the manuscript, found before anything is rendered.

Quarto prints ``?var:name`` for an unknown value and ``?@fig-x`` for an unknown reference and goes
on. A paper must not: here both are errors that name the file and the line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.manuscript.sources import SHORTCODE, Manuscript, SourceLine, manuscript_problem
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from schemas.problems import Problem

KNOWN_SHORTCODES = ("var", "meta", "include", "pagebreak")

# Pandoc's citation keys (manual, "Citation syntax"): a letter, digit or underscore, then also
# punctuation inside, but not at the end. An @ inside a word is an address, not a citation.
_KEY = re.compile(r"(?<![\w@\\.])-?@(?:\{([^}]+)\}|([A-Za-z0-9_](?:[\w:.#$%&+?<>~/-]*[\w/])?))")
_ATTRIBUTE_ID = re.compile(r"\{[^}]*?#([A-Za-z][\w:.-]*)[^}]*\}")
_HEADING = re.compile(r"^#{1,6}\s")
_FLOAT_DIV = re.compile(r"^\s*:{3,}\s*\{[^}]*#([a-z]+)-[^}]*\}")
_UNSUPPORTED = (
    (re.compile(r"^\s*(?:`{3,}|~{3,})\s*\{[a-z]"), "A code cell"),
    (re.compile(r"^\s*:{3,}\s*\{[^}]*\.callout-"), "A callout"),
    (re.compile(r"^\s*:{3,}\s*\{[^}]*\.panel-"), "A panel"),
    (re.compile(r"^\s*:{3,}\s*\{[^}]*\.column-"), "A column layout"),
    (re.compile(r"^\s*:{3,}\s*\{[^}]*\.content-(?:visible|hidden)"), "Conditional content"),
    (re.compile(r"\{[^}]*\blayout(?:-ncol|-nrow)?="), "A figure layout"),
)


def flatten(variables: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Turn nested variables into dotted names, as ``{{< var a.b >}}`` names them."""
    flat: dict[str, str] = {}
    for name, value in variables.items():
        dotted = f"{prefix}{name}"
        if isinstance(value, dict):
            flat |= flatten(value, f"{dotted}.")
        else:
            flat[dotted] = str(value)
    return flat


def check_sources(
    manuscript: Manuscript,
    *,
    variables: Collection[str],
    citation_keys: Collection[str],
    items: Collection[str],
    float_kinds: Collection[str],
) -> list[Problem]:
    """Check names that the manuscript uses against what there is.

    Parameters
    ----------
    manuscript
        As `read_manuscript` gives it.
    variables
        Dotted names that ``{{< var >}}`` may use.
    citation_keys
        Keys of the bibliography.
    items
        Ids of the figures and tables that the build generates.
    float_kinds
        Prefixes of ids that are numbered: ``fig``, ``tbl`` and the custom ones of _quarto.yml.

    Returns
    -------
    list of Problem
        Errors in the order of the text.
    """
    problems: list[Problem] = []
    targets, numbered = _targets(manuscript, problems)
    kinds = {*float_kinds, "sec"}
    for line in manuscript.lines:
        problems += _check_shortcodes(line, manuscript, variables)
        for key in _citations(line):
            if key.split("-", 1)[0] in kinds and "-" in key:
                problems += _check_reference(line, key, targets, numbered)
            elif key not in citation_keys:
                what = f"The citation @{key} has no entry in the bibliography."
                hint = did_you_mean(key, citation_keys) + "Add the entry, or correct the key."
                problems.append(manuscript_problem(line, f"@{key}", what, hint, "citation"))
    problems += _check_floats(manuscript, items, set(float_kinds))
    return problems


def check_embedded_subset(manuscript: Manuscript) -> list[Problem]:
    """Find what Quarto knows and the embedded engine does not, so that nothing is dropped."""
    problems = []
    for line in manuscript.body:
        for pattern, name in _UNSUPPORTED:
            if pattern.search(line.text):
                what = f"{name} is something the embedded engine does not know."
                hint = "Write it without, or render with Quarto (`review render --engine quarto`)."
                problems.append(
                    manuscript_problem(line, line.text.strip(), what, hint, "unsupported")
                )
    return problems


def _citations(line: SourceLine) -> Iterator[str]:
    # The keys inside a shortcode are values' names, never citations.
    text = SHORTCODE.sub("", line.prose)
    for match in _KEY.finditer(text):
        yield match[1] or match[2]


def _targets(
    manuscript: Manuscript, problems: list[Problem]
) -> tuple[dict[str, SourceLine], set[str]]:
    targets: dict[str, SourceLine] = {}
    unnumbered: set[str] = set()
    for line in manuscript.body:
        for match in _ATTRIBUTE_ID.finditer(line.prose):
            name = match[1]
            if name in targets:
                first = targets[name]
                what = f"The id {name} is used twice."
                hint = f"It stands first in {first.file}, line {first.line}. Give one another name."
                problems.append(manuscript_problem(line, f"#{name}", what, hint, "duplicate-id"))
            targets[name] = line
            if _HEADING.match(line.text) and ".unnumbered" in match[0]:
                unnumbered.add(name)
    return targets, set(targets) - unnumbered


def _check_shortcodes(
    line: SourceLine, manuscript: Manuscript, variables: Collection[str]
) -> Iterator[Problem]:
    for match in SHORTCODE.finditer(line.prose):
        name, argument = match[1], match[2].strip()
        if name not in KNOWN_SHORTCODES:
            what = f"{name} is not a shortcode that the paper can use."
            hint = did_you_mean(name, KNOWN_SHORTCODES)
            hint += f"There are: {', '.join(KNOWN_SHORTCODES)}."
            yield manuscript_problem(line, match[0], what, hint, "shortcode")
        elif name == "var" and argument not in variables:
            what = f"There is no value called {argument or '(nothing)'}."
            hint = (
                did_you_mean(argument, variables)
                + "_variables.yml has the names of the last build."
            )
            yield manuscript_problem(line, match[0], what, hint, "var")
        elif name == "meta" and argument.split(".")[0] not in manuscript.front_matter:
            what = f"The front matter has no entry {argument or '(nothing)'}."
            hint = did_you_mean(argument, manuscript.front_matter)
            yield manuscript_problem(line, match[0], what, hint, "meta")


def _check_reference(
    line: SourceLine, key: str, targets: Mapping[str, SourceLine], numbered: Collection[str]
) -> Iterator[Problem]:
    if key not in targets:
        what = f"The reference @{key} points to nothing."
        hint = did_you_mean(key, targets) + "Look for a div or heading with this id."
        yield manuscript_problem(line, f"@{key}", what, hint, "crossref")
    elif key not in numbered:
        what = f"The reference @{key} points to a heading without a number."
        hint = "Remove {.unnumbered} from the heading, or write the reference in words."
        yield manuscript_problem(line, f"@{key}", what, hint, "crossref")


def _check_floats(
    manuscript: Manuscript, items: Collection[str], kinds: set[str]
) -> Iterator[Problem]:
    for index, line in enumerate(manuscript.body):
        match = _FLOAT_DIV.match(line.prose)
        if not match or match[1] not in kinds:
            continue
        identifier = next(_ATTRIBUTE_ID.finditer(line.text))[1]
        body = [after.text for after in manuscript.body[index + 1 :]]
        content = " ".join(body[: next((i for i, t in enumerate(body) if t[:3] == ":::"), 0)])
        if identifier not in items and "](" not in content:
            what = f"Nothing is generated for {identifier}, so this item would be empty."
            hint = did_you_mean(identifier, items)
            hint += "The entry `display` in data/protocol.yml says what is generated."
            yield manuscript_problem(line, f"#{identifier}", what, hint, "item")
