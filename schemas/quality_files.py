"""Which quality tools there are: those of the program, and a team's own in data/quality_tools."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from schemas.problems import DataProblems
from schemas.quality_tool import QualityTool
from schemas.yaml_file import YamlFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.problems import Problem

SHIPPED = Path(__file__).with_name("quality_tools")
OWN = "data/quality_tools"


@lru_cache(maxsize=1)
def shipped_tools() -> Mapping[str, QualityTool]:
    """Give the tools that come with the program, by id.

    Raises
    ------
    DataProblems
        If a file of the program is broken.
    """
    tools, problems = _read(SHIPPED, "schemas/quality_tools", {})
    if problems:
        raise DataProblems(problems)
    return MappingProxyType(tools)


def read_tools(root: Path) -> tuple[dict[str, QualityTool], list[Problem]]:
    """Give all tools that a review can use.

    Parameters
    ----------
    root
        Folder of the review.

    Returns
    -------
    tuple
        The tools by id, and what is wrong with the team's own files; a broken one is left out.
    """
    own, problems = _read(root / OWN, OWN, shipped_tools())
    return {**shipped_tools(), **own}, problems


def _read(
    folder: Path, name: str, taken: Mapping[str, QualityTool]
) -> tuple[dict[str, QualityTool], list[Problem]]:
    tools: dict[str, QualityTool] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yml")):
        file = YamlFile(
            model=QualityTool,
            name=f"{name}/{path.name}",
            rule="quality-tool-entry",
            purpose="It describes a tool that judges studies.",
            guide="CONTRIBUTING.md",
            shipped=folder == SHIPPED,
        )
        tool, found = file.read(path)
        problems += found
        if tool is None:
            continue
        what, hint = "", ""
        if tool.id != path.stem:
            what = f"The tool is called {tool.id}, its file {path.name}."
            hint = "Give both one name."
        elif tool.id in taken:
            what = f"The program has a tool {tool.id} already."
            hint = "Give yours another id; two teams' readers must not take one for the other."
        if what:
            problems.append(file.problem(what, hint, entry="id", value=tool.id))
        else:
            tools[tool.id] = tool
    return tools, problems
