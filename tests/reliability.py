"""Puts figures into docs/reliability.md; each section is written by the target that measured it."""

from __future__ import annotations

import re

from tests.conftest import ROOT

PAGE = ROOT / "docs/reliability.md"


def put_section(name: str, text: str) -> None:
    """Replace what stands between the two marks of a section.

    Raises
    ------
    ValueError
        If the page has no such section.
    """
    page = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(page):
        raise ValueError(f"docs/reliability.md has no section {name}")
    fresh = pattern.sub(lambda _: f"{begin}\n{text}\n{end}", page)
    PAGE.write_text(fresh, encoding="utf-8", newline="\n")
