"""Reads a revised file against the review as it stands now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from analysis.journal.feedback.generated_tables import printed_rows
from analysis.journal.feedback.reading import read_feedback

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from analysis.journal.feedback.records import Feedback


def read_file(root: Path, file: Path, progress: Callable[[str], None]) -> Feedback:
    """Build the review where it has changed, then read the file against it.

    Parameters
    ----------
    root
        The review's folder.
    file
        The Word file that came back.
    progress
        Called with each step.

    Raises
    ------
    DataProblems
        If the review or the file cannot be read.
    """
    from analysis.build.build_stamp import read_variables
    from analysis.build.building import build
    from analysis.manuscript.checklist import places
    from analysis.manuscript.sources import float_kinds, read_manuscript
    from analysis.manuscript.text import read_text
    from analysis.storage.fingerprint import GENERATED

    build(root, progress=progress)
    manuscript = read_manuscript(root)
    variables = read_variables(root)
    results = json.loads((root / GENERATED / "results.json").read_text(encoding="utf-8"))
    labels = places(manuscript)
    kinds = float_kinds(root)
    texts = read_text(manuscript, variables, labels, kinds)
    tables = printed_rows(root / GENERATED / "tables", labels, labels, kinds)
    return read_feedback(file, texts, results["values"], labels, tables)
