"""The files that hold all rows of what the paper shows in part."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from analysis.paper.whole_rows import FOLDER
from analysis.storage.fingerprint import GENERATED

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.journal.context import Submission


def write_whole_tables(submission: Submission, folder: Path) -> list[Path]:
    """Put every file that a table or figure names into the package, under the name that it says.

    Parameters
    ----------
    submission
        The review on its way to a journal.
    folder
        The package; the files lie in ``whole-tables/``.

    Returns
    -------
    list of Path
        In the order of the protocol; none where everything is shown whole.
    """
    written = []
    for item in submission.items.values():
        for name in item.get("whole", {}).get("files", ()):
            written.append(submission.place(folder, f"{FOLDER}/{name}"))
            shutil.copyfile(submission.root / GENERATED / FOLDER / name, written[-1])
    return written
