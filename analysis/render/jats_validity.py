"""Checks a JATS file against its document type, without a network."""

from __future__ import annotations

import tarfile
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.problems import Problem

if TYPE_CHECKING:
    from lxml import etree

# Journal Archiving and Interchange, the one of JATS's types that asks for no journal: a paper on
# its way to one has neither its identifier nor an ISSN.
PUBLIC_ID = "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD v1.2 20190208//EN"
SYSTEM_ID = "http://jats.nlm.nih.gov/archiving/1.2/JATS-archivearticle1.dtd"
VERSION = "1.2"

_FILES = Path(__file__).parent / "jats" / "archiving-1.2.tar.xz"
_MOST_SHOWN = 20


def jats_problems(path: Path) -> tuple[Problem, ...]:
    """Find what the document type does not allow in a JATS file.

    Parameters
    ----------
    path
        The file; its own DOCTYPE is not looked at.

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
    dtd = _document_type()
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
def _document_type() -> etree.DTD:
    from lxml import etree

    with tempfile.TemporaryDirectory(prefix="jats-") as folder:
        with tarfile.open(_FILES, "r:xz") as archive:
            archive.extractall(folder, filter="data")
        file: Any = str(Path(folder) / "JATS-archivearticle1.dtd")
        return etree.DTD(file)
