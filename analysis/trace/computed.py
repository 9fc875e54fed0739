"""The results of the data as they are now: from the last build if it is current, else computed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.build.build_stamp import current_results
from analysis.build.building import results
from analysis.build.history.sentences import passages_of
from analysis.manuscript.sources import SHORTCODE, read_manuscript

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PROTOCOL = "data/protocol.yml"

Row = tuple[str, int]


@dataclass(frozen=True, eq=False)
class Computed:
    """The content of results.json, and where the manuscript prints each value.

    Attributes
    ----------
    root
        The project's folder.
    values
        Fields of `Value` by name.
    synthesis
        Fields of `Synthesis`.
    display
        Entries `display` of the protocol.
    used
        File and line of each place of the manuscript that prints a value, by the value's name.
    """

    root: Path
    values: dict[str, dict[str, Any]]
    synthesis: dict[str, Any]
    display: tuple[dict[str, Any], ...]
    used: dict[str, tuple[Row, ...]]


def computed(root: Path, *, progress: Callable[[str], None] = lambda _: None) -> Computed:
    """Read the results of the last build, or compute them if anything has changed since.

    Neither figures nor tables are made, and the manuscript may have errors: an author looks up a
    value in order to mend one.

    Parameters
    ----------
    root
        The project's folder.
    progress
        Called with a line of text before each step.

    Raises
    ------
    DataProblems
        If the data or the protocol are wrong, or the manuscript cannot be read.
    """
    from schemas.yaml_text import read_yaml

    found = current_results(root) or _compute(root, progress)
    protocol = read_yaml((root / PROTOCOL).read_text(encoding="utf-8-sig")).content
    return Computed(
        root=root,
        values=found["values"],
        synthesis=found["synthesis"],
        display=tuple(protocol.get("display") or ()),
        used=_used(root, passages_of(found)),
    )


def _compute(root: Path, progress: Callable[[str], None]) -> dict[str, Any]:
    from analysis.paper.choices import check
    from analysis.paper.passages import written_passages
    from analysis.paper.values import named_values
    from analysis.synthesis.computation import synthesise
    from schemas.problems import DataProblems

    progress("the last build is out of date; computing")
    report = check(root)
    if report.data is None:
        raise DataProblems(report.problems)
    synthesis = synthesise(report.data)
    values = named_values(synthesis, report.data)
    passages = written_passages(root, synthesis, report.data, values)
    content = results(synthesis, values, (), passages)
    # As a build would have written it: names of fields, lists and numbers, nothing else.
    return json.loads(json.dumps(content))


def _used(root: Path, passages: dict[str, str]) -> dict[str, tuple[Row, ...]]:
    places: dict[str, list[Row]] = {}
    for line in read_manuscript(root, passages).lines:
        for match in SHORTCODE.finditer(line.prose):
            if match[1] == "var":
                place = (line.file, line.line)
                found = places.setdefault(match[2].strip(), [])
                if place not in found:
                    found.append(place)
    return {name: tuple(found) for name, found in places.items()}
