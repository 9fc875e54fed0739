"""What can be wrong in the manuscript, found before anything is rendered.

Quarto prints ``?var:name`` for an unknown value and ``?@fig-x`` for an unknown reference and goes
on. A paper must not: here both are errors that name the file and the line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.manuscript.numbered import EQUATION, numbered_items
from analysis.manuscript.sources import SHORTCODE, manuscript_problem
from analysis.manuscript.structure import visible_prose
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from analysis.manuscript.numbered import NumberedItem
    from analysis.manuscript.source_line import Manuscript, SourceLine
    from schemas.problems import Problem

KNOWN_SHORTCODES = ("var", "meta", "include", "pagebreak")

# Pandoc's citation keys (manual, "Citation syntax"): a letter, digit or underscore, then also
# punctuation inside, but not at the end. An @ inside a word is an address, not a citation.
_KEY = re.compile(r"(?<![\w@\\.])-?@(?:\{([^}]+)\}|([A-Za-z0-9_](?:[\w:.#$%&+?<>~/-]*[\w/])?))")
_ATTRIBUTE_ID = re.compile(r"\{[^}]*?#([A-Za-z][\w:.-]*)[^}]*\}")
_HEADING = re.compile(r"^#{1,6}\s")
_UNNUMBERED = re.compile(r"\.unnumbered\b|\.appendix\b")
# What a format would lose or show as it is written (docs/manuscript.md, "What cannot").
_IN_CODE = (
    (re.compile(r"^\s*(?:`{3,}|~{3,})\s*\{[a-z]"), "A code cell"),
    (re.compile(r"^\s*(?:`{3,}|~{3,})\s*\{[^}]*#lst-"), "A listing with a number"),
    (
        re.compile(r"^\s*(?:`{3,}|~{3,})\s*\{=(?!(?:html|typst|openxml|jats)\})"),
        "A raw block of another format than html, typst, openxml and jats",
    ),
    (re.compile(r"(?:#|//|--|%)\s*<\d+>\s*$"), "An annotation of code"),
)
_COMPUTED = re.compile(r"(?<!`)`(?:r\s|\{(?:r|python|julia|ojs)\}\s)[^`]+`")
_IN_PROSE = (
    (re.compile(r"^\s*:{3,}\s*\{[^}]*\.panel-"), "A set of tabs"),
    (re.compile(r"\{[^}]*\.(?:column-|columns?\b|aside\b|margin\b)"), "A column or margin"),
    (re.compile(r"\{[^}]*\.content-(?:visible|hidden)"), "Conditional content"),
    (re.compile(r"^\s*:{3,}\s*\{[^}]*\.hidden\b"), "Hidden content"),
    (
        re.compile(r"\{[^}]*\.callout-(?!(?:note|tip|warning|caution|important)\b)\w"),
        "A callout of this kind",
    ),
    (re.compile(r"^\s*:{3,}\s*\{[^}]*#s?tbl-[^}]*\blayout"), "A panel of tables"),
    (re.compile(r"\{\{\{<"), "An escaped shortcode"),
    (re.compile(r"</?(?!https?:|mailto:)[A-Za-z][\w-]*(?:\s[^<>]*)?/?>"), "HTML in the text"),
    (re.compile(r"\{[^}]*\.when-(?:format|meta)"), "Conditional content"),
    (re.compile(r"^\s*:{3,}\s*\{[^}]*\.(?:grid|g-col-\d+)\b"), "A grid"),
    (
        re.compile(r"\{[^}]*#(?:lst|thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg)-"),
        "A theorem or listing with a number",
    ),
    (re.compile(r"\{[^}]*#(?:nte|tip|wrn|imp|cau)-"), "A callout with a number"),
    (re.compile(r"\{[^}]*#(?:vid|dia)-"), "A video or diagram"),
    (
        # Pandoc takes any for LaTeX, and leaves it out of every format of the paper.
        re.compile(r"(?<!\\)(?:\\\\)*\\[A-Za-z]{2,}"),
        "A command of LaTeX",
    ),
)
_FORMULA = re.compile(r"\$\$.*?(?:\$\$|$)|\$[^$\s](?:[^$]*[^$\s])?\$(?!\d)")
_NAME = re.compile(r"^\s*-?\s*name:")
_CAPTION = re.compile(r"^\s*(?::|[Tt]able:)\s+\S")
_PICTURE = re.compile(r"!\[[^\]]*\]\(")


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
    kinds = {*float_kinds, EQUATION, "sec"}
    for line in manuscript.lines:
        problems += _check_shortcodes(line, manuscript, variables)
        for key in _citations(line):
            if key.split("-", 1)[0] in kinds and "-" in key:
                problems += _check_reference(line, key, targets, numbered)
            elif key not in citation_keys:
                what = f"The citation @{key} has no entry in the bibliography."
                hint = did_you_mean(key, citation_keys) + "Add the entry, or correct the key."
                problems.append(manuscript_problem(line, f"@{key}", what, hint, "citation"))
    problems += _check_floats(manuscript, items, float_kinds)
    return problems


def check_subset(manuscript: Manuscript) -> list[Problem]:
    """Find what some format of the embedded engine would lose or print as it is written."""
    problems = []
    in_formula = False
    for line, prose in visible_prose(manuscript.body):
        text, in_formula = _without_formulas(prose, in_formula)
        found = [name for pattern, name in _IN_PROSE if pattern.search(text)]
        found += [name for pattern, name in _IN_CODE if line.code and pattern.search(line.text)]
        if not line.code and _COMPUTED.search(line.text):
            found.append("Code that would be computed")
        for name in found:
            what = f"{name} is something the embedded engine does not have in every format."
            hint = "docs/manuscript.md shows what can be written instead."
            problems.append(manuscript_problem(line, line.text.strip(), what, hint, "unsupported"))
    return problems


def _without_formulas(text: str, inside: bool) -> tuple[str, bool]:
    """Blank out formulas, whose commands are LaTeX; give whether one is still open."""
    if inside:
        _before, end, text = text.partition("$$")
        if not end:
            return "", True
    if text.count("$$") % 2:
        text = text[: text.rindex("$$")]
        return _FORMULA.sub("", text), True
    return _FORMULA.sub("", text), False


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
            if _HEADING.match(line.text) and _UNNUMBERED.search(match[0]):
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
        elif _in_formula(line.prose, match.start()):
            what = "Quarto 1.9 prints a value inside a formula as signs of its own."
            hint = "Write the value before or behind the formula."
            yield manuscript_problem(line, match[0], what, hint, "var-in-formula")
        elif line in manuscript.front_matter_lines and _NAME.match(line.text):
            what = "A value in the name of an author is not resolved in JATS."
            hint = "Write the name itself."
            yield manuscript_problem(line, match[0], what, hint, "var-in-name")
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


def _in_formula(text: str, place: int) -> bool:
    return any(found.start() <= place < found.end() for found in _FORMULA.finditer(text))


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
    manuscript: Manuscript, items: Collection[str], kinds: Collection[str]
) -> Iterator[Problem]:
    for item in numbered_items(manuscript, kinds):
        if not item.is_div or item.id in items or item.kind == EQUATION:
            continue
        blocks = _blocks(item)
        captioned = any(
            _CAPTION.match(line.text) or _PICTURE.search(line.text) for line in item.content
        )
        if len(blocks) < 2 and not captioned:
            what = f"Nothing is generated for {item.id}, so this item would be empty."
            hint = did_you_mean(item.id, items)
            hint += "The entry `display` in data/protocol.yml says what is generated."
            yield manuscript_problem(item.line, f"#{item.id}", what, hint, "item")


def _blocks(item: NumberedItem) -> list[list[SourceLine]]:
    """Divide what stands in a div at its empty lines."""
    blocks: list[list[SourceLine]] = [[]]
    for line in item.content:
        if line.text.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]
