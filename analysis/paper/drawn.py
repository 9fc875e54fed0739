"""Remembers drawn figures, so that a change of the text does not draw them again.

A drawing depends on the tables, the results, its entry in the protocol and the program. It is kept
under the hash of these; a drawing that no build has used is thrown away.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.storage.atomic import WORKSHOP
from analysis.storage.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from analysis.synthesis.results import Synthesis
    from schemas.protocol import DisplayItem

# Another place for the drawings, shared by several reviews; nothing is thrown away there.
PLACE = "REVIEW_DRAWINGS"
_PACKAGES = ("analysis", "schemas")
_FACTS = "facts.json"


@dataclass(frozen=True, slots=True)
class Drawings:
    """The place where drawings are kept, and what they depend on besides their item."""

    folder: Path
    state: str
    history: str
    shared: bool

    @classmethod
    def of(cls, root: Path, synthesis: Synthesis) -> Drawings:
        """Find the drawings that fit these results and this program."""
        import matplotlib as mpl

        above = Path(__file__).resolve().parents[2]
        files = (path for name in _PACKAGES for path in sorted((above / name).rglob("*.py")))
        # What changed since earlier versions is drawn in figures of its own kind only.
        plain = asdict(replace(synthesis, history=None))
        history = synthesis.history and asdict(synthesis.history)
        tables = sorted(path for path in (root / "data").iterdir() if path.is_file())
        parts = (
            fingerprint(above, files),
            fingerprint(root, tables),
            mpl.__version__,
            json.dumps(plain, sort_keys=True, default=str),
        )
        state = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        shared = os.environ.get(PLACE)
        place = Path(shared) if shared else root / WORKSHOP / "drawings"
        return cls(place, state, json.dumps(history, sort_keys=True), bool(shared))

    def take(
        self, item: DisplayItem, target: Path, draw: Callable[[Path], dict[str, Any]]
    ) -> dict[str, Any]:
        """Put the files of an item into a folder, drawing them only if they are not kept.

        Parameters
        ----------
        item
            The entry of the protocol.
        target
            Folder for the files.
        draw
            Draws into the folder it is given and returns what items.json says of the item.
        """
        kept = self.folder / self._key(item)
        if not (kept / _FACTS).is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh = Path(tempfile.mkdtemp(prefix="new-", dir=self.folder))
            facts = draw(fresh)
            (fresh / _FACTS).write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
            try:
                fresh.rename(kept)
            except OSError:
                # Another build was faster with the same drawing, or left half of one.
                shutil.rmtree(kept, ignore_errors=True)
                fresh.rename(kept)
        for path in kept.iterdir():
            if path.name != _FACTS:
                shutil.copyfile(path, target / path.name)
        return json.loads((kept / _FACTS).read_text(encoding="utf-8"))

    def forget_all_but(self, items: Iterable[DisplayItem]) -> None:
        """Throw away drawings that these items do not use."""
        if self.shared or not self.folder.is_dir():
            return
        used = {self._key(item) for item in items}
        for kept in self.folder.iterdir():
            if kept.name not in used:
                shutil.rmtree(kept, ignore_errors=True)

    def _key(self, item: DisplayItem) -> str:
        entry = item.model_dump_json() + (self.history if item.kind == "changes" else "")
        return hashlib.sha256(f"{self.state}\0{entry}".encode()).hexdigest()[:32]
