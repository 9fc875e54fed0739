"""What a page of Markdown names: commands, targets, files, links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A page of the repository, by its place below the root."""

    name: str

    @cached_property
    def text(self) -> str:
        """The whole page."""
        return (ROOT / self.name).read_text(encoding="utf-8")

    @cached_property
    def fenced(self) -> list[str]:
        """Return what stands in its blocks of code."""
        return _FENCE.findall(self.text)

    @cached_property
    def spans(self) -> list[str]:
        """Return what stands between single backticks."""
        return re.findall(r"`([^`\n]+)`", _FENCE.sub("", self.text))

    @property
    def code(self) -> list[str]:
        """Blocks and spans."""
        return [*self.fenced, *self.spans]

    @property
    def links(self) -> list[tuple[Path, str]]:
        """Files that it links to, from the root, each with the heading behind the #."""
        targets = re.findall(r"\]\(([^)\s]+)\)", _FENCE.sub("", self.text))
        local = [target.partition("#") for target in targets if "://" not in target]
        here = Path(self.name)
        return [((here.parent / file) if file else here, anchor) for file, _, anchor in local]


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", path.read_text("utf-8")), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def make_targets() -> set[str]:
    """Return the targets of make in this repository."""
    files = [ROOT / "Makefile", *ROOT.glob("tests/*.mk")]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    return set(re.findall(r"^([a-z-]+):", text, flags=re.MULTILINE))
