"""Writes ``docs/profiles.md``: ``make profiles``."""

from __future__ import annotations

from pathlib import Path

from analysis.pool.profile_page import as_markdown

PAGE = Path(__file__).parents[2] / "docs" / "profiles.md"

if __name__ == "__main__":
    PAGE.write_text(as_markdown(), encoding="utf-8", newline="\n")
