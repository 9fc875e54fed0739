"""Sets the edition in the text of a protocol, so that comments and order stay as they are."""

from __future__ import annotations

import re

from schemas.problems import DataProblems, Problem
from schemas.yaml_text import read_yaml

FILE = "data/protocol.yml"
_REVIEW = re.compile(r"^review:[ \t\r]*(?:#.*)?$", re.MULTILINE)
_EDITION = re.compile(r"^([ \t]+edition:[ \t]*)([^#\n]*?)([ \t\r]*(?:#.*)?)$", re.MULTILINE)
_TOP = re.compile(r"^\S", re.MULTILINE)


def with_edition(text: str, edition: str) -> str:
    """Put an edition into the section ``review``.

    Parameters
    ----------
    text
        The protocol, as it is written.
    edition
        The number of the version.

    Raises
    ------
    DataProblems
        If the entry does not stand on a line of its own.
    """
    start = _REVIEW.search(text)
    if start:
        end = next(
            (m.start() for m in _TOP.finditer(text, start.end()) if text[m.start()] != "#"),
            len(text),
        )
        section = text[start.end() : end]
        changed = _EDITION.sub(rf'\g<1>"{edition}"\g<3>', section, count=1)
        whole = text[: start.end()] + changed + text[end:]
        if _read(whole) == edition and _others(whole) == _others(text):
            return whole
    what = "The edition cannot be set by the program."
    hint = f'Write it on a line of its own in the section review: edition: "{edition}".'
    problem = Problem(FILE, None, "review.edition", None, what, hint, "error", "edition")
    raise DataProblems([problem])


def _read(text: str) -> object:
    return read_yaml(text).content["review"].get("edition")


def _others(text: str) -> object:
    content = read_yaml(text).content
    content["review"].pop("edition", None)
    return content
