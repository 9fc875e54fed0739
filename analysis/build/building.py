"""One computation for all formats: writes everything the manuscript reads, all or nothing.

``_variables.yml``, ``manuscript/_generated/`` (figures, tables, citation style, Word reference,
``items.json``) and ``results.json`` come from here and are never edited or committed.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from analysis.build.build_stamp import (
    STAMP,
    VARIABLES,
    BuildReport,
    hash_of_variables,
    kept_build,
)
from analysis.build.computed_review import computed_review
from analysis.build.results_file import write_results
from analysis.manuscript.generated_text import PASSAGES, PLACEMENT
from analysis.storage.atomic import staging, write_text
from analysis.storage.cache import Cache
from analysis.storage.changeset import writing
from analysis.storage.fingerprint import GENERATED, fingerprint, input_fingerprint
from analysis.storage.folders import replace_folder
from schemas.problems import DataProblems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from analysis.build.computed_review import Memory
    from analysis.build.placing import Placed
    from analysis.paper.values import Value
    from analysis.synthesis.results import Synthesis
    from schemas.problems import Problem
    from schemas.review_data import ReviewData

PROVENANCE = "provenance.txt"
# More names than these would hide the warning that they stand in.
_FEW_NAMES = 5
DEFAULT_STYLE = "american-medical-association"


def build(
    root: Path,
    *,
    force: bool = False,
    progress: Callable[[str], None] = lambda _: None,
    pixels: bool = True,
    memory: Memory | None = None,
) -> BuildReport:
    """Check the data, compute, and write what the manuscript reads.

    Parameters
    ----------
    root
        The project's folder.
    force
        Build even if nothing has changed.
    progress
        Called with a line of text before each step.
    pixels
        Whether figures are wanted as PNG, too; Word and JATS take them.
    memory
        What a process that builds again and again remembers.

    Raises
    ------
    DataProblems
        If the data, the protocol or the manuscript's sources are wrong, or another command is
        writing; nothing is changed then.
    """
    with writing(root):
        return _build(root, force, progress, pixels, memory)


def _build(
    root: Path,
    force: bool,
    progress: Callable[[str], None],
    pixels: bool,
    memory: Memory | None,
) -> BuildReport:
    state = input_fingerprint(root)
    kept = None if force else kept_build(root, state, pixels=pixels)
    if kept is not None:
        return kept

    from analysis.build.history.history import sentences_since
    from analysis.build.history.typed_sentences import note_to_read
    from analysis.build.own_items import FOLDER, draw_pixels, own_items
    from analysis.build.placing import PLACED, placed, placed_data, placed_text, placing_notes
    from analysis.manuscript.checklist import checklist_items
    from analysis.manuscript.pictures import own_pictures
    from analysis.manuscript.shortcodes import expand
    from analysis.manuscript.sources import float_kinds
    from analysis.paper.drawing import write_items
    from analysis.paper.figures.signs import labels_of
    from analysis.paper.items import Further
    from analysis.paper.values import named_values
    from analysis.synthesis.grading import open_ratings
    from analysis.synthesis.origin import provenance_of

    data, synthesis = computed_review(root, memory, progress)
    values = named_values(synthesis, data)
    progress("reading the manuscript")
    versions = placed(root, synthesis, data, values)
    passages, manuscript = versions.paper.passages, versions.paper.manuscript
    warnings = _check_manuscript(root, versions, data, values)
    changed = sentences_since(root, values, passages, versions.paper.places)
    further = Further(checklist_items(manuscript, data), changed)
    signs = _unwritten(root, labels_of(synthesis)) if data.protocol.display else ()
    warnings = (*data.problems, *open_ratings(synthesis.rated), *warnings)
    told = (*build_notes(synthesis, warnings), *placing_notes(versions))
    notes = (*told, *signs, *note_to_read(root))
    with staging(root) as folder:
        generated = folder / "generated"
        shown = placed_data(data, versions)
        items = write_items(generated, synthesis, shown, further, progress, pixels=pixels)
        kinds = float_kinds(root)
        printed = {name: value.text for name, value in values.items()}
        pictures = tuple(
            replace(picture, alt=expand(picture.alt, printed, manuscript.front_matter))
            for picture in own_pictures(manuscript, kinds)
        )
        own_pixels = draw_pixels(root, pictures, generated / FOLDER)
        _write_json(generated / "pixels.json", own_pixels)
        items |= own_items(manuscript, pictures, kinds, items)
        progress("preparing styles")
        _write_json(generated / "items.json", items)
        _write_json(generated / PASSAGES, _printed(passages, values))
        _write_json(generated / PLACEMENT, versions.as_json())
        text = placed_text(versions, values)
        if text is not None:
            (generated / PLACED).write_text(text, encoding="utf-8", newline="\n")
        origin = provenance_of(synthesis, root)
        head = {
            "provenance": origin.as_json(),
            "edition": synthesis.edition,
            "profile": synthesis.profile,
            "notes": notes,
            "placement": {"places": dict(versions.paper.places)},
        }
        write_results(generated / "results.json", head, values, synthesis, passages)
        (generated / PROVENANCE).write_text(origin.line + "\n", encoding="ascii", newline="\n")
        _write_styles(root, generated)
        variables = _yaml(nested({name: value.markdown for name, value in values.items()}))
        stamp = {"fingerprint": state, "notes": notes, "variables": hash_of_variables(variables)}
        stamp["pixels"] = pixels
        files = sorted(path for path in generated.rglob("*") if path.is_file())
        stamp["files"] = fingerprint(generated, files)
        _write_json(generated / STAMP, stamp)
        replace_folder(generated, root / GENERATED, root)
    write_text(root / VARIABLES, variables, root)
    Cache.of(root).trim()
    return BuildReport(state, fresh=True, notes=notes)


def adopt_build(root: Path, other: Path, state: str) -> None:
    """Take over what was built in another folder that holds the same review.

    Parameters
    ----------
    root
        The project's folder.
    other
        The folder with the build.
    state
        Fingerprint of the review in both.
    """
    import shutil

    with staging(root) as folder:
        generated = folder / "generated"
        shutil.copytree(other / GENERATED, generated)
        stamp = json.loads((generated / STAMP).read_text(encoding="utf-8"))
        _write_json(generated / STAMP, stamp | {"fingerprint": state})
        replace_folder(generated, root / GENERATED, root)
    write_text(root / VARIABLES, (other / VARIABLES).read_text(encoding="utf-8"), root)


def results(
    synthesis: Synthesis,
    values: Mapping[str, Value],
    notes: tuple[str, ...],
    passages: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Give everything that was computed, unrounded, with its rows: the content of results.json."""
    own = synthesis.own_profile
    return {
        "edition": synthesis.edition,
        "profile": synthesis.profile,
        "notes": list(notes),
        "values": {name: asdict(value) for name, value in values.items()},
        "synthesis": {
            **asdict(replace(synthesis, quality_tools={}, own_profile=None)),
            "own_profile": None if own is None else own.model_dump(mode="json"),
            "quality_tools": {
                name: tool.model_dump(mode="json") for name, tool in synthesis.quality_tools.items()
            },
        },
        "passages": {name: {"text": text} for name, text in passages.items()},
    }


def nested(flat: Mapping[str, str]) -> dict[str, Any]:
    """Turn dotted names into the nested form of ``_variables.yml``."""
    tree: dict[str, Any] = {}
    for name, text in flat.items():
        *parents, last = name.split(".")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[last] = text
    return tree


def _check_manuscript(
    root: Path, versions: Placed, data: ReviewData, values: Mapping[str, Value]
) -> tuple[Problem, ...]:
    """Raise what is wrong with the manuscript, give what is doubtful."""
    from analysis.build.placing import placing_problems
    from analysis.lint import lint
    from analysis.manuscript.authors import author_problems
    from analysis.manuscript.bibliography import own_keys
    from analysis.manuscript.checklist import checklist_problems
    from analysis.manuscript.generated_text import passage_problems
    from analysis.manuscript.pictures import own_pictures, picture_problems
    from analysis.manuscript.placement_checks import items_of
    from analysis.manuscript.protocol_in_text import untold
    from analysis.manuscript.source_checks import check_sources
    from analysis.manuscript.sources import float_kinds
    from analysis.manuscript.structure import structure_problems
    from schemas.authors import read_authors

    manuscript, passages = versions.paper.manuscript, versions.paper.passages
    keys, problems = own_keys(root, manuscript)
    problems += check_sources(
        manuscript,
        variables=values.keys(),
        citation_keys=data.citation_keys | keys,
        items=items_of(manuscript, data.protocol),
        float_kinds=float_kinds(root),
    )
    problems += picture_problems(root, own_pictures(manuscript, float_kinds(root)))
    problems += structure_problems(manuscript)
    problems += passage_problems(manuscript, passages)
    problems += checklist_problems(manuscript, data)
    problems += author_problems(manuscript, read_authors(root))
    known = data.citation_keys | keys
    problems += placing_problems(root, versions, data, values, known, float_kinds(root))
    if any(problem.severity == "error" for problem in problems):
        raise DataProblems(problems)
    # Only when every name exists can the text be read as it will be printed.
    found = lint(root, data, values, passages, versions.paper.places)
    if any(problem.severity == "error" for problem in found):
        raise DataProblems(found)
    return (*problems, *found, *untold(manuscript, data.protocol))


def _printed(passages: Mapping[str, str], values: Mapping[str, Value]) -> dict[str, dict[str, str]]:
    """Give each passage as written, and as pandoc reads it, with its values."""
    from analysis.manuscript.shortcodes import expand

    known = {name: value.markdown for name, value in values.items()}
    return {
        name: {"text": text, "markdown": expand(text, known, {})} for name, text in passages.items()
    }


def _write_styles(root: Path, folder: Path) -> None:
    import shutil

    from analysis.manuscript.bibliography import journals_cited
    from analysis.manuscript.citation_style import style_file
    from analysis.manuscript.journal_names import ABBREVIATIONS, abbreviations
    from analysis.manuscript.sources import read_manuscript
    from analysis.paper.figures.style import FONT_FOLDER

    manuscript = read_manuscript(root)
    style = str(manuscript.front_matter.get("citation-style", DEFAULT_STYLE))
    shutil.copyfile(style_file(style), folder / "style.csl")
    known = abbreviations(journals_cited(root, manuscript))
    _write_json(folder / ABBREVIATIONS, known)
    reference = folder / "reference.docx"
    reference.write_bytes(Cache.of(root).take("reference.docx", (), partial(_reference, reference)))
    # The letters of the figures are text; Quarto's Typst finds the font here (`font-paths`).
    shutil.copytree(FONT_FOLDER, folder / "fonts")


def _reference(path: Path) -> bytes:
    from analysis.manuscript.reference_docx import write_reference_docx

    write_reference_docx(path)
    return path.read_bytes()


def _unwritten(root: Path, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Say which labels come out as boxes; the font is asked once for the same labels."""

    def find() -> bytes:
        from analysis.paper.figures.signs import unwritten

        return json.dumps(unwritten(labels)).encode()

    return tuple(json.loads(Cache.of(root).take("signs", labels, find)))


def build_notes(synthesis: Synthesis, problems: Iterable[Problem]) -> tuple[str, ...]:
    """Say what an author should know of a build: what is made up, counted, not pooled, doubtful.

    Parameters
    ----------
    synthesis
        The computed review.
    problems
        Warnings of the checks.
    """
    from analysis.synthesis.patients import counted_from_results

    notes = []
    reconstructed = sum(entry.reconstructed for entry in synthesis.evidence)
    rows = sum(entry.rows for entry in synthesis.evidence)
    studies = sum(study.reconstructed for study in synthesis.studies)
    if reconstructed or studies:
        notes.append(
            f"{reconstructed} of {rows} rows of results and {studies} of {len(synthesis.studies)} "
            "studies are reconstructed: the paper says so and cannot be submitted."
        )
    counted = counted_from_results(synthesis)
    if counted:
        few = len(counted) <= _FEW_NAMES
        named = ", ".join(study.label for study in counted) if few else f"{len(counted)} studies"
        notes.append(
            f"Warning: data/studies.csv: patients of {named} are counted from their results, "
            "because n_arm and n_total are empty."
        )
    notes += [
        f"Not pooled: {entry.label}, {outcome.code}: {entry.reason} "
        f"({entry.row.file}, line {entry.row.line})."
        for outcome in synthesis.outcomes
        for entry in outcome.overall.left_out
        if entry.noteworthy
    ]
    notes += [
        f"Not pooled: {entry.label}, {event.id}: {entry.reason} "
        f"({entry.row.file}, line {entry.row.line})."
        for event in synthesis.adverse_events
        for entry in event.pool.left_out
    ]
    notes += [f"Warning: {problem.file}, {problem.place}: {problem.what}" for problem in problems]
    return tuple(notes)


def _yaml(tree: dict[str, Any]) -> str:
    import yaml

    # The same bytes, several times as fast.
    dumper = yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper
    # Quoted throughout: Quarto would print 0.80 as 0.8.
    return yaml.dump(
        tree, Dumper=dumper, allow_unicode=True, default_style='"', sort_keys=False, width=10_000
    )


def _write_json(path: Path, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
