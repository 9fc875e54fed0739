"""The usable rows of a stranger's CSV."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["StudyTable"]


@dataclass(slots=True)
class StudyTable:
    """The usable rows of a table.

    Attributes
    ----------
    layout
        Key of `analysis.pool.csv_layouts.LAYOUTS`.
    columns
        Name in the file of every role that was used.
    named_measure
        Measure that the column of effects holds by its name; None if it does not say so.
    logs
        Whether its name says that it holds their logarithms.
    labels, lines, groups
        Of every usable row; a group is empty where none was named.
    texts
        Cells of every column that was named for clusters or as a moderator, by its role.
    values
        Numbers of every role of the layout; NaN where one that is not needed is missing.
    left_out
        Rows that miss a value, with the reason.
    warnings
        What was met in the file and read all the same.
    """

    layout: str
    columns: dict[str, str]
    named_measure: str | None
    labels: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    logs: bool = False
    values: dict[str, list[float]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def named(self, row: int) -> str:
        """Return what a message calls a row: the study and its line."""
        label, place = self.labels[row], f"line {self.lines[row]}"
        return label if label == place else f"{label} ({place})"
