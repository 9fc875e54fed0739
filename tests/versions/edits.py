"""Small changes of a review's tables, as a team would make them between two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.storage.table_files import read_table, table_bytes, table_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

OF_STUDIES = ("studies", "outcomes", "adverse_events")
EXAMPLE = "Example2026"
_ENTRY = """
@article{Example2026,
  author = {Example, A.},
  title = {An example trial},
  journal = {Journal of Examples},
  year = {2026},
  doi = {10.1000/example}
}
"""


def change(root: Path, table: str, edit: Callable[[dict[str, str]], dict[str, str] | None]) -> None:
    """Put every row through a function; None deletes it."""
    columns, rows = read_table(root, table)
    kept = [row for row in (edit(dict(row)) for row in rows) if row is not None]
    (root / table_path(table)).write_bytes(table_bytes(columns, kept))


def add(root: Path, table: str, rows: Iterable[dict[str, str]]) -> None:
    """Add rows at the end of a table."""
    columns, old = read_table(root, table)
    (root / table_path(table)).write_bytes(table_bytes(columns, [*old, *rows]))


def set_cell(root: Path, table: str, key: dict[str, str], column: str, value: str) -> None:
    """Correct one cell of the row that has these values."""

    def edit(row: dict[str, str]) -> dict[str, str]:
        if all(row[name] == wanted for name, wanted in key.items()):
            row[column] = value
        return row

    change(root, table, edit)


def remove_study(root: Path, study: str) -> None:
    """Delete a study's rows."""
    for table in OF_STUDIES:
        change(root, table, lambda row: None if row["study_id"] == study else row)


def replace_study(root: Path, study: str, events: str) -> None:
    """Put an example study that was read in the place of another, with other responders."""

    def edit(row: dict[str, str]) -> dict[str, str]:
        if row["study_id"] != study:
            return row
        row |= {"study_id": EXAMPLE, "evidence": "verified", "location": "Table 2"}
        row["source"] = "10.1000/example"
        if "label" in row:
            row |= {"label": "Example 2026", "citation_key": EXAMPLE, "note": ""}
        if row.get("outcome") == "ORR":
            row["events"] = events
        return row

    for table in OF_STUDIES:
        change(root, table, edit)
    path = root / "manuscript/references.bib"
    path.write_text(path.read_text("utf-8") + _ENTRY, encoding="utf-8")


def set_text(root: Path, name: str, old: str, new: str) -> None:
    """Replace a text in a file that has it."""
    path = root / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
