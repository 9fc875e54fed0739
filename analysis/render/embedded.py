"""Renders the manuscript with pandoc and Typst, where Quarto cannot be installed.

The same sources, filters and styles as Quarto's; pandoc does what it does inside Quarto, and
``filters/`` beside this module adds the cross-references and table reading that Quarto adds. What
this engine does not know is refused before anything is rendered.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from analysis.build.build_stamp import read_variables
from analysis.manuscript.journal_names import ABBREVIATIONS
from analysis.manuscript.pandoc import pandoc_failure, pandoc_program
from analysis.manuscript.shortcodes import expand, expand_metadata
from analysis.manuscript.source_checks import check_subset
from analysis.manuscript.sources import PAPER, manuscript_problem, read_manuscript
from analysis.manuscript.typesetting import typeset
from analysis.manuscript.value import join_words
from analysis.paper.figures.style import FONT_FOLDER
from analysis.render.formats import FORMATS, OutputFormat
from analysis.render.pdf_letters import boxes_note
from analysis.render.set_tables import VARIABLE, write_set_tables
from analysis.storage.fingerprint import GENERATED
from analysis.storage.program_files import program_folder, shared_file
from schemas.paper_settings import read_quarto
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from analysis.manuscript.source_line import Manuscript, SourceLine

_FILTERS = Path(__file__).parent / "filters"
# What Quarto does between the project's filters at `pre-ast` and those at `post-quarto`: one form
# for all floats; then numbers and shapes. A journal's filters stand between, and behind.
_BEFORE_NUMBERS = ("breaks.lua", "floats.lua")
_NUMBERS = ("crossref.lua", "shapes.lua", "front.lua")
_READER = "markdown+smart-raw_tex-tex_math_single_backslash"
# What Typst checks while it writes: tags, order of headings, descriptions, title and language.
_ACCESSIBLE = "ua-1"
_ACCESSIBLE_ERROR = "PDF/UA-1 error: "
_NAMED = re.compile(r"\bdiv ([a-z]+-[\w:.-]*\w)")
_WARNING_LINE = re.compile(r"\bline (\d+)")


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What all formats share: one markdown text, its origin line by line, and the metadata."""

    text: str
    origin: tuple[SourceLine, ...]
    metadata: dict[str, Any]
    config: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Variant:
    """The paper in another shape: a journal's manuscript, or the supplement alone.

    Attributes
    ----------
    manuscript
        The sources, in the order in which they are to stand.
    csl
        The citation style.
    metadata
        What is added to the paper's metadata, or replaces it; None takes an entry out.
    number_sections
        Whether headings carry numbers.
    reference_doc
        Word's styles and pages, None for the paper's own.
    before, after
        Lua filters that run before and after floats and references get their numbers.
    """

    manuscript: Manuscript
    csl: Path
    metadata: Mapping[str, Any]
    number_sections: bool = True
    reference_doc: Path | None = None
    before: tuple[Path, ...] = ()
    after: tuple[Path, ...] = ()


def render_embedded(
    root: Path,
    formats: Sequence[str],
    target: Path,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[str, ...]:
    """Render the paper into a folder.

    Parameters
    ----------
    root
        The project's folder, already built by :func:`analysis.build.building.build`.
    formats
        Names out of :data:`analysis.render.formats.FORMATS`.
    target
        An existing folder; ``paper.html`` and so on are written into it.
    progress
        Called with a line of text when a format is ready.

    Returns
    -------
    tuple of str
        What is worth knowing about the files.

    Raises
    ------
    DataProblems
        If the manuscript uses something this engine does not know, or pandoc or Typst refuse it;
        every problem names the file and line as far as they are known.
    """
    prepared = _prepare(root, read_manuscript(root))
    # Two at a time: the programs run outside Python, and small machines have two cores.
    with ThreadPoolExecutor(max_workers=2) as pool:
        jobs = {
            pool.submit(
                _render_one, root, FORMATS[name], prepared, target / FORMATS[name].file
            ): name
            for name in sorted(formats, key=lambda name: FORMATS[name].cost, reverse=True)
        }
        problems: list[Problem] = []
        notes: list[str] = []
        for job, name in jobs.items():
            try:
                notes += job.result()
            except DataProblems as error:
                problems += error.problems
            else:
                progress(f"{FORMATS[name].file} is ready")
    if problems:
        # Every format meets the same mistake: say it once.
        raise DataProblems(list(dict.fromkeys(problems)))
    return tuple(notes)


def render_variant(root: Path, form: str | OutputFormat, variant: Variant, output: Path) -> None:
    """Render the paper in another shape into one file.

    Parameters
    ----------
    root
        The project's folder, already built by :func:`analysis.build.building.build`.
    form
        A name out of :data:`analysis.render.formats.FORMATS`, or a format that is not of the paper.
    variant
        What is different from the paper itself.
    output
        The file; its folder exists.

    Raises
    ------
    DataProblems
        As :func:`render_embedded`.
    """
    prepared = _prepare(root, variant.manuscript)
    for name, value in variant.metadata.items():
        if value is None:
            prepared.metadata.pop(name, None)
        else:
            prepared.metadata[name] = value
    known = FORMATS[form] if isinstance(form, str) else form
    _render_one(root, known, prepared, output, variant)


def _prepare(root: Path, manuscript: Manuscript) -> _Prepared:
    problems = check_subset(manuscript)
    if problems:
        raise DataProblems(problems)
    variables = read_variables(root)
    config = read_quarto(root)
    lines: list[str] = []
    origin: list[SourceLine] = []
    for line in manuscript.body:
        text = line.text if line.code else expand(line.text, variables, manuscript.front_matter)
        for part in text.split("\n"):
            lines.append(part)
            origin.append(line)
    metadata = expand_metadata(manuscript.front_matter, variables, manuscript.front_matter)
    metadata |= _author_metadata(manuscript)
    metadata["crossref"] = config.get("crossref", {})
    metadata["embedded"] = True
    metadata["link-citations"] = config.get("link-citations", False)
    # The draft mark does not depend on a line of the front matter.
    metadata.setdefault("edition-label", variables.get("edition.label", ""))
    return _Prepared("\n".join(lines) + "\n", tuple(origin), metadata, config)


def _author_metadata(manuscript: Manuscript) -> dict[str, Any]:
    """Give the authors in the two shapes that templates use, as Quarto does."""
    authors = manuscript.front_matter.get("author", [])
    by_author = []
    for author in authors if isinstance(authors, list) else [authors]:
        entry = author if isinstance(author, dict) else {"name": author}
        places = entry.get("affiliations", entry.get("affiliation", []))
        places = places if isinstance(places, list) else [places]
        names = [place["name"] if isinstance(place, dict) else place for place in places]
        by_author.append(
            {
                "name": {"literal": entry["name"]},
                **{key: entry[key] for key in ("orcid", "email") if key in entry},
                **({"attributes": {"corresponding": True}} if entry.get("corresponding") else {}),
                **({"affiliations": [{"name": name} for name in names]} if names else {}),
            }
        )
    names = [author["name"]["literal"] for author in by_author]
    return {"author": names, "by-author": by_author}


def _render_one(
    root: Path,
    form: OutputFormat,
    prepared: _Prepared,
    output: Path,
    variant: Variant | None = None,
) -> tuple[str, ...]:
    given = prepared.config.get("format", {}).get(form.quarto_name)
    # Quarto writes `docx: default` for a format without options of its own.
    options = given if isinstance(given, dict) else {}
    metadata = prepared.metadata | {
        key: value for key, value in options.items() if key in form.template_options
    }
    is_typst = form.quarto_name == "typst"
    written = output.with_name(f"{output.name}.typ") if is_typst else output
    facts = output.with_name(f"{output.name}.json")
    # A day in the front matter is no text for YAML.
    content = json.dumps(metadata, ensure_ascii=False, default=str)
    facts.write_text(content, encoding="utf-8")
    csl = variant.csl if variant else root / "manuscript" / prepared.metadata["csl"]
    numbered = variant.number_sections if variant else prepared.config.get("number-sections")
    command = [
        pandoc_program(),
        f"--from={_READER}",
        f"--to={form.writer}",
        "--standalone",
        # Lines of the source say nothing: in a title or keyword a wrapped line would be kept.
        "--wrap=none",
        f"--metadata-file={facts}",
        f"--output={written}",
        "--resource-path=.",
    ]
    command += _lua_filters(root, prepared.config, variant)
    command += ["--citeproc", f"--csl={csl}"]
    short_names = root / GENERATED / ABBREVIATIONS
    # Quarto takes it from the front matter.
    prepared.metadata.pop("citation-abbreviations", None)
    if short_names.is_file():
        command.append(f"--citation-abbreviations={short_names}")
    command += form.arguments(root, options, prepared.metadata)
    if variant and variant.reference_doc and form.quarto_name == "docx":
        # The last one wins.
        command.append(f"--reference-doc={variant.reference_doc}")
    if numbered:
        command.append("--number-sections")
    with TemporaryDirectory(prefix="review-tables-") as folder:
        # A journal's filters may change tables.
        if form.takes_set_tables and variant is None:
            write_set_tables(root, form, Path(folder))
        _run(command, prepared, root, Path(folder))
    facts.unlink()
    return _compile_typst(root, written, output) if is_typst else ()


def _lua_filters(root: Path, config: dict[str, Any], variant: Variant | None) -> Iterable[str]:
    entries = config.get("filters", [])
    _refuse_without_filters(entries)
    own = [(entry.get("at"), shared_file(root, entry["path"])) for entry in entries]
    paths = [path for at, path in own if at != "post-quarto"]
    paths += [_FILTERS / name for name in _BEFORE_NUMBERS]
    paths += variant.before if variant else ()
    paths += [_FILTERS / name for name in _NUMBERS]
    paths += [path for at, path in own if at == "post-quarto"]
    paths += variant.after if variant else ()
    return [f"--lua-filter={path}" for path in paths]


def _refuse_without_filters(entries: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a _quarto.yml of an earlier program: what its filters do not know would be lost."""
    needed = {path.name for path in (program_folder() / "manuscript/filters").glob("*.lua")}
    missing = sorted(needed - {Path(entry["path"]).name for entry in entries})
    if missing:
        what = f"_quarto.yml does not name {join_words(missing)} among its filters."
        hint = "Take the file _quarto.yml, and manuscript/filters, from the program's repository."
        raise DataProblems([manuscript_problem(None, None, what, hint, "filters")])


def _run(command: list[str], prepared: _Prepared, root: Path, set_tables: Path) -> None:
    # LC_ALL: pandoc refuses UTF-8 under the C locale that bare containers have.
    environment = os.environ | {"QUARTO_PROJECT_DIR": str(root), "LC_ALL": "C.UTF-8"}
    environment[VARIABLE] = str(set_tables)
    environment.setdefault("SOURCE_DATE_EPOCH", "0")
    done = subprocess.run(
        command,
        input=prepared.text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=root / "manuscript",
        env=environment,
        check=False,
    )
    # A warning of pandoc is something lost or misread (an unclosed div, an unknown citation).
    if done.returncode or "[WARNING]" in done.stderr:
        if not done.stderr.strip() or done.returncode < 0:
            raise DataProblems([pandoc_failure(PAPER, done.returncode, done.stderr)])
        raise DataProblems(_pandoc_problems(done.stderr, prepared.origin))


def _pandoc_problems(stderr: str, origin: tuple[SourceLine, ...]) -> list[Problem]:
    problems = []
    for message in re.split(r"\n(?=\[WARNING\])", stderr.strip()):
        found = _WARNING_LINE.search(message)
        number = int(found[1]) if found else 0
        place = origin[number - 1] if 0 < number <= len(origin) else _named_in(message, origin)
        what = " ".join(_WARNING_LINE.sub("here", message.removeprefix("[WARNING]")).split())
        hint = "Look at this line and the ones before it." if place else ""
        problems.append(manuscript_problem(place, place and place.text, what, hint, "pandoc"))
    return problems


def _named_in(message: str, origin: tuple[SourceLine, ...]) -> SourceLine | None:
    """Find the line with the id of which a filter speaks."""
    named = _NAMED.search(message)
    mark = re.compile(rf"#{re.escape(named[1])}(?![\w-])") if named else None
    return next((line for line in origin if mark and mark.search(line.prose)), None)


def _compile_typst(root: Path, source: Path, output: Path) -> tuple[str, ...]:
    text = source.read_text(encoding="utf-8")
    # The letters of the figures are text.
    options = {"output": str(output), "root": str(root), "font_paths": [str(FONT_FOLDER)]}
    notes = boxes_note(text)
    try:
        typeset(source, PAPER, timestamp=0, pdf_standards=_ACCESSIBLE, **options)
    except DataProblems as error:
        reason = error.problems[0].what.partition(_ACCESSIBLE_ERROR)[2]
        if not reason:
            raise
        typeset(source, PAPER, timestamp=0, **options)
        notes += (f"{output.name} is not accessible by PDF/UA-1: {reason}",)
    source.unlink()
    return notes
