"""Reads the manuscript: front matter, includes, and where every line came from.

Both engines start here: the checks before a render need the lines with their files and numbers, and
the embedded engine renders the text that stands when all includes are in place.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from analysis.manuscript.generated_text import filled, stored_passages, stored_places
from analysis.manuscript.placement import place
from analysis.manuscript.source_line import SHORTCODE, Manuscript, SourceLine
from schemas.paper_settings import leads_inside, read_front_matter, read_quarto
from schemas.problems import DataProblems, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analysis.manuscript.placement import Place

PAPER = "manuscript/paper.qmd"

_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
# As Markdown, as the target of a reference, as HTML.
_PICTURE = re.compile(
    r"""!\[[^\]]*\]\(\s*<?([^)\s>]+)"""
    r"""|^\s*\[[^\]]+\]:\s*<?(\S+\.(?i:png|jpe?g|svg|gif|pdf|tiff?|eps|webp))"""
    r"""|<(?:img|source|embed|object|iframe)\b[^>]*?\b(?:src|data)\s*=\s*["']?([^"'\s>]+)"""
)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(?!\\)|//|#")
_INLINE_CODE = re.compile(r"`[^`]*`")


def manuscript_problem(
    line: SourceLine | None,
    value: str | None,
    what: str,
    hint: str,
    rule: str,
    severity: Severity = "error",
) -> Problem:
    """Make an error or warning about a line of the manuscript, or (None) about all of it."""
    return Problem(
        file=line.file if line else PAPER,
        line=line.line if line else None,
        column=None,
        value=value,
        what=what,
        hint=hint,
        severity=severity,
        rule=rule,
    )


def read_manuscript(
    root: Path,
    passages: Mapping[str, str] | None = None,
    places: Mapping[str, Place] | None = None,
) -> Manuscript:
    """Read the paper with everything it includes, its passages filled in, its items in place.

    Parameters
    ----------
    root
        The project's folder.
    passages
        What fills the divs of passages, by id; None takes those of the last build.
    places
        The items that do not stand where they are written; None takes those of the last build.

    Raises
    ------
    DataProblems
        If a file is missing, an include does not stand alone on its line or includes itself, or the
        front matter is not valid YAML.
    """
    problems: list[Problem] = []
    written = stored_passages(root) if passages is None else passages
    lines = filled(_read_lines(root, PAPER, (), None, problems), written)
    head, body = _split_front_matter(lines)
    front_matter, wrong = read_front_matter(root, "\n".join(line.text for line in head))
    problems += wrong
    problems += _pictures_outside(root, body)
    if problems:
        raise DataProblems(problems)
    manuscript = Manuscript(front_matter, tuple(head), tuple(body))
    return place(manuscript, stored_places(root)["places"] if places is None else places, written)


def _read_lines(
    root: Path,
    name: str,
    including: tuple[str, ...],
    caller: SourceLine | None,
    problems: list[Problem],
) -> list[SourceLine]:
    path = root / name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        what = f"The file {name} does not exist."
        hint = "Correct the name in the include, or add the file."
        problems.append(manuscript_problem(caller, caller and caller.text, what, hint, "include"))
        return []
    except UnicodeDecodeError:
        what = f"The file {name} is not UTF-8 text."
        hint = "Save it again as UTF-8."
        problems.append(manuscript_problem(caller, None, what, hint, "encoding"))
        return []
    lines: list[SourceLine] = []
    fence: str | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        mark = _FENCE.match(raw)
        in_code = fence is not None
        if mark and fence is None:
            fence, in_code = mark[1], True
        elif mark and fence is not None and mark[1].startswith(fence):
            fence = None
        line = SourceLine(name, number, raw, in_code)
        included = next((m for m in SHORTCODE.finditer(line.prose) if m[1] == "include"), None)
        if included is None:
            lines.append(line)
        elif raw.strip() != included[0]:
            what = "An include must stand alone on its line."
            hint = "Put it on a line of its own, with a blank line before and after."
            problems.append(manuscript_problem(line, raw.strip(), what, hint, "include"))
        else:
            asked = included[2].strip("\"'")
            target = posixpath.normpath((Path(name).parent / asked).as_posix())
            if not leads_inside(root, path.parent, asked):
                what = f"The file {asked} is not in the review's folder."
                hint = "Text is included from files of the review only."
                problems.append(manuscript_problem(line, raw.strip(), what, hint, "include"))
            elif target in (*including, name):
                what = f"{target} includes itself."
                problems.append(manuscript_problem(line, raw.strip(), what, "", "include"))
            else:
                lines += _read_lines(root, target, (*including, name), line, problems)
    return lines


def _pictures_outside(root: Path, lines: list[SourceLine]) -> Iterator[Problem]:
    """Find pictures that would be taken from outside the review."""
    folder = (root / PAPER).parent
    for line in lines:
        for match in _PICTURE.finditer(line.prose):
            name = unquote(next(filter(None, match.groups())))
            if _ADDRESS.match(name) or "{{<" in name:
                continue
            # Quarto counts a name that begins with / from the project's folder.
            base, within = (root, name.lstrip("/")) if name[0] == "/" else (folder, name)
            if not leads_inside(root, base, within):
                what = f"The picture {name} is not in the review's folder."
                hint = "Copy it into manuscript/ and name it from there."
                yield manuscript_problem(line, name, what, hint, "picture-outside")


def _split_front_matter(lines: list[SourceLine]) -> tuple[list[SourceLine], list[SourceLine]]:
    if not lines or lines[0].text.rstrip() != "---":
        return [], lines
    for index, line in enumerate(lines[1:], start=1):
        if line.file == lines[0].file and line.text.rstrip() in ("---", "..."):
            return lines[1:index], lines[index + 1 :]
    return [], lines


def float_kinds(root: Path) -> tuple[str, ...]:
    """Give the prefixes of numbered items: ``fig``, ``tbl`` and the custom ones of _quarto.yml."""
    custom = read_quarto(root).get("crossref", {}).get("custom", [])
    return ("fig", "tbl", *(entry["key"] for entry in custom))
