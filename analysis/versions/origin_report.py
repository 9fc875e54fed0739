"""Whether a file was made from the data here, and which released version has the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.build.history.shelf import shelf
from analysis.storage.provenance import PARTS, SHORT, differences, hashes_of, read_provenance

if TYPE_CHECKING:
    from pathlib import Path


def report(path: Path, root: Path) -> tuple[str, bool]:
    """Say what a file was made from and whether it belongs to the data here.

    Parameters
    ----------
    path
        The file.
    root
        The project's folder it is compared with.

    Returns
    -------
    text, belongs
        ``belongs`` is True if data and protocol are those here.
    """
    found, here = read_provenance(path), hashes_of(root)
    different = differences(found.hashes, here)
    counts = ", ".join(f"{number} {name}" for name, number in found.evidence.items())
    lines = [
        f"{path.name}: edition {found.edition}, profile {found.profile}, program {found.version}.",
        f"Rows of results: {counts}.",
    ]
    for part in PARTS:
        state = "other than here" if part in different else "as here"
        lines.append(f"  {part:<9} {getattr(found.hashes, part)[:SHORT]}  {state}")
    belongs = not {"data", "protocol"} & set(different)
    lines.append(
        "It was made from the data and the protocol that are here."
        if belongs
        else "It was made from other data or another protocol than those here."
    )
    lines += [
        f"Tables and protocol are those of version {entry.edition} of {entry.date}."
        for entry in shelf(root)
        if entry.same_facts(found.hashes)
    ]
    return "\n".join(lines), belongs
