"""Packs what a review needs besides modules into the wheel; run by hatchling, never imported.

`analysis.storage.program_files` finds it there. An environment that runs the repository itself
(`make setup`) needs no copy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShippedFiles(BuildHookInterface[Any]):
    """Adds the files that pyproject.toml lists, as ``analysis/shipped/``."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files before the wheel is built."""
        if version == "editable":
            return
        for name in self.config["files"]:
            build_data["force_include"][str(Path(self.root, name))] = f"analysis/shipped/{name}"
