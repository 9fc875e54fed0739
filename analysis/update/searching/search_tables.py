"""The four tables of the searches, read and written together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from analysis.storage.table_files import read_table, table_bytes, table_path
from analysis.update.searching.deduplication import Deduplication, deduplicate
from analysis.update.searching.merge_log import number_of
from analysis.update.searching.trials import assign_trials
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, str]
TABLES = ("searches", "records", "record_merges", "record_studies")
FILE_SEPARATOR = "; "


@dataclass(slots=True)
class SearchTables:
    """Rows of the tables as text, to be changed and written back."""

    columns: dict[str, list[str]]
    searches: list[Row]
    records: list[Row]
    record_merges: list[Row]
    record_studies: list[Row]

    @classmethod
    def read(cls, root: Path) -> SearchTables:
        """Read the tables.

        Raises
        ------
        DataProblems
            If one of them cannot be read as a table.
        """
        found = {name: read_table(root, name) for name in TABLES}
        return cls(
            {name: columns for name, (columns, _) in found.items()},
            *(found[name][1] for name in TABLES),
        )

    def contents(self, root: Path) -> dict[str, bytes]:
        """Give the files that have changed, for `analysis.storage.changeset.replace_files`."""
        fresh = {
            table_path(name): table_bytes(self.columns[name], getattr(self, name))
            for name in TABLES
        }
        return {path: data for path, data in fresh.items() if (root / path).read_bytes() != data}

    def settle(self) -> Deduplication:
        """Compare all records; bring the log of merges and the trials up to date."""
        result = deduplicate(self.records, self.record_merges)
        self.record_merges = list(result.log.rows)
        self.record_studies = assign_trials(self.records, self.record_merges, self.record_studies)
        return result

    def record(self, record_id: str) -> Row:
        """Give the row of a record.

        Raises
        ------
        DataProblems
            If there is none.
        """
        wanted = record_id.strip().upper()
        found = next((row for row in self.records if row["record_id"] == wanted), None)
        if found is None:
            last = max((row["record_id"] for row in self.records), key=number_of, default=None)
            what = "There is no record of this number."
            hint = (
                "No search has been imported yet: `review search import`."
                if last is None
                else f"Records run from R00001 to {last}."
            )
            refuse(table_path("records"), record_id, what, hint)
        return found

    def search(self, search_id: str) -> Row:
        """Give the row of a search that a record names."""
        return next(row for row in self.searches if row["search_id"] == search_id)


def refuse(file: str, value: str | None, what: str, hint: str) -> NoReturn:
    """Refuse a command.

    Raises
    ------
    DataProblems
        Always.
    """
    raise DataProblems([Problem(file, None, None, value, what, hint, "error", "search")])
