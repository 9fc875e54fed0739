"""Checks a JATS file against its document type, without a network."""

from __future__ import annotations

import tarfile
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.problems import Problem

if TYPE_CHECKING:
    from lxml import etree

VERSION = "1.3"


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One of JATS's document types: how a file names it, and its file here."""

    public_id: str
    system_id: str

    @property
    def doctype(self) -> str:
        """The line that a file of this type begins with."""
        return f'<!DOCTYPE article PUBLIC "{self.public_id}" "{self.system_id}">'


# The one that asks for no journal: the paper itself has neither its identifier nor an ISSN.
ARCHIVING = DocumentType(
    "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD v1.3 20210610//EN",
    "https://jats.nlm.nih.gov/archiving/1.3/JATS-archivearticle1-3.dtd",
)
# What journals take.
PUBLISHING = DocumentType(
    "-//NLM//DTD JATS (Z39.96) Journal Publishing DTD v1.3 20210610//EN",
    "https://jats.nlm.nih.gov/publishing/1.3/JATS-journalpublishing1-3.dtd",
)

_FILES = Path(__file__).parent / "jats" / "jats-1.3.tar.xz"
_MOST_SHOWN = 20


def jats_problems(path: Path) -> tuple[Problem, ...]:
    """Find what the document type does not allow in a JATS file.

    Parameters
    ----------
    path
        The file. Its own DOCTYPE says which of the types it is to keep to; without one of them it
        is Archiving and Interchange.

    Returns
    -------
    tuple of Problem
        Errors with their lines; empty if the file is valid.
    """
    from lxml import etree

    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
    try:
        tree = etree.parse(path, parser)
    except etree.XMLSyntaxError as error:
        return (_problem(path, error.lineno or None, error.msg or "not XML"),)
    named = tree.docinfo.public_id
    dtd = _definition(PUBLISHING if named == PUBLISHING.public_id else ARCHIVING)
    if dtd.validate(tree):
        return ()
    found = [_problem(path, entry.line, entry.message) for entry in dtd.error_log]
    return tuple(found[:_MOST_SHOWN])


def _problem(path: Path, line: int | None, what: str) -> Problem:
    return Problem(
        file=path.name,
        line=line,
        column=None,
        value=None,
        what=f"The JATS file is not valid: {what}",
        hint="Please report this: the program wrote what archives do not take.",
        severity="error",
        rule="jats-invalid",
    )


@cache
def _definition(kind: DocumentType) -> etree.DTD:
    from lxml import etree

    with tempfile.TemporaryDirectory(prefix="jats-") as folder:
        with tarfile.open(_FILES, "r:xz") as archive:
            archive.extractall(folder, filter="data")
        file: Any = str(Path(folder) / kind.system_id.rpartition("/")[2])
        return etree.DTD(file)
