"""What the last build left, and whether it is still whole and made from what stands there now.

Imports nothing heavy: a command that finds nothing changed answers at once.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.storage.fingerprint import GENERATED, fingerprint, input_fingerprint

if TYPE_CHECKING:
    from pathlib import Path

VARIABLES = "_variables.yml"
STAMP = "stamp.json"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes
    ----------
    fingerprint
        Hash of everything that went in.
    fresh
        False if nothing had changed and the previous build was kept.
    notes
        What an author should know: rows reconstructed, studies left out, warnings about data.
    """

    fingerprint: str
    fresh: bool
    notes: tuple[str, ...]


def kept_build(root: Path, state: str, *, pixels: bool) -> BuildReport | None:
    """Give the last build if it is whole and enough, else None.

    Parameters
    ----------
    root
        The project's folder.
    state
        Fingerprint of what stands there now.
    pixels
        Whether figures are wanted as PNG, too.
    """
    previous = _previous(root)
    if previous is None or previous["fingerprint"] != state or (pixels and not previous["pixels"]):
        return None
    return BuildReport(state, fresh=False, notes=tuple(previous["notes"]))


def current_results(root: Path) -> dict[str, Any] | None:
    """Read results.json of the last build, None if anything has changed since.

    Parameters
    ----------
    root
        The project's folder.
    """
    previous = _previous(root)
    if previous is None or previous["fingerprint"] != input_fingerprint(root):
        return None
    return json.loads((root / GENERATED / "results.json").read_text(encoding="utf-8"))


def _previous(root: Path) -> dict[str, Any] | None:
    """Read the stamp of the last build, None if it is not whole."""
    folder = root / GENERATED
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != STAMP)
        variables = (root / VARIABLES).read_text(encoding="utf-8")
        # A build that was killed before its last step leaves the variables of the one before.
        whole = (
            fingerprint(folder, files) == stamp["files"]
            and hash_of_variables(variables) == stamp["variables"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return stamp if whole and "pixels" in stamp else None


def read_variables(root: Path) -> dict[str, str]:
    """Give what the last build printed for each named value, by dotted name.

    Parameters
    ----------
    root
        The project's folder.
    """
    import yaml

    from analysis.manuscript.source_checks import flatten

    text = (root / VARIABLES).read_text(encoding="utf-8")
    # Ten times as fast where libyaml is there; the program wrote the file.
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    return flatten(yaml.load(text, Loader=loader))  # noqa: S506 - both are safe


def hash_of_variables(text: str) -> str:
    """Hash the text of ``_variables.yml``."""
    return hashlib.sha256(text.encode()).hexdigest()
