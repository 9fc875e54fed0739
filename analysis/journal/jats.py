"""The paper as JATS XML with its pictures, for journals and archives that take text as data."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from analysis.render.publish import whole_tables
from schemas.problems import DataProblems

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.journal.context import Submission
    from analysis.journal.requirements import Journal
    from analysis.render.jats_front import JournalFacts

_FOLDER: Final = "jats"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"


def write_jats(submission: Submission, folder: Path) -> list[Path]:
    """Write the whole paper, supplement included, as one JATS file with its pictures beside it.

    With the journal's ISSN it is a file of the Publishing DTD, else of Archiving and Interchange.

    It names the authors: in a blinded package it lies with what only the editors see.

    Parameters
    ----------
    submission
        The review on its way to a journal.
    folder
        The package.

    Returns
    -------
    list of Path
        The file, then the pictures.

    Raises
    ------
    DataProblems
        If the file is not valid against its document type.
    """
    from analysis.journal.arrangement import with_floats_in_text
    from analysis.render.embedded import Variant, render_variant
    from analysis.render.finish_jats import finish_jats
    from analysis.render.jats_validity import jats_problems
    from analysis.render.output_stamps import FIGURE_FOLDER
    from analysis.render.provenance_marks import mark
    from analysis.render.publish import alternative_texts, paper_facts, picture_file

    target = submission.place(folder, f"{_FOLDER}/paper.xml", editors_only=True)
    manuscript = with_floats_in_text(submission.sources)
    csl = submission.root / "manuscript" / manuscript.front_matter["csl"]
    render_variant(submission.root, "jats", Variant(manuscript, csl, {}), target)
    facts = replace(paper_facts(submission.root), journal=_journal(submission.journal))
    files = _beside(submission, folder, target)
    pictures = finish_jats(target, alternative_texts(submission.items), facts, files)
    mark(target, "jats", submission.provenance)
    problems = jats_problems(target)
    if problems:
        raise DataProblems(list(problems))
    written = [target]
    for name, origin in pictures.items():
        place = f"{_FOLDER}/{FIGURE_FOLDER}/{name}"
        written.append(submission.place(folder, place, editors_only=True))
        shutil.copyfile(picture_file(submission.root, origin), written[-1])
    if submission.draft:
        new = [path.name for path in written[1:]]
        _rename_pictures(target, dict(zip(pictures, new, strict=True)))
    return written


def _beside(submission: Submission, folder: Path, target: Path) -> list[str]:
    """Give the files with all rows as seen from the JATS file, by the names of the package."""
    up = "../" * len(target.parent.relative_to(folder).parts)
    return [
        up + submission.place(folder, name).relative_to(folder).as_posix()
        for name in whole_tables(submission.items)
    ]


def _journal(journal: Journal) -> JournalFacts | None:
    """Give what the Publishing DTD wants to know of a journal, None for one without an ISSN."""
    from analysis.manuscript.journal_names import abbreviation
    from analysis.render.jats_front import JournalFacts

    issns = {"print": journal.issn_print, "electronic": journal.issn_electronic}
    known = {form: issn for form, issn in issns.items() if issn}
    if not known:
        return None
    return JournalFacts(journal.name, abbreviation(journal.name), known, journal.publisher)


def _rename_pictures(path: Path, names: dict[str, str]) -> None:
    from lxml import etree

    tree = etree.parse(path, etree.XMLParser(load_dtd=False, no_network=True))
    for graphic in tree.iter("graphic", "inline-graphic"):
        folder, _, name = graphic.get(_HREF, "").rpartition("/")
        graphic.set(_HREF, f"{folder}/{names[name]}")
    tree.write(path, xml_declaration=True, encoding="UTF-8")
