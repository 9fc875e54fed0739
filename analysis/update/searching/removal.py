"""A search taken out again that was imported by mistake."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from analysis.storage.changeset import replace_files, writing
from analysis.storage.table_files import read_table, table_path
from analysis.update.searching.importing import FOLDER
from analysis.update.searching.search_tables import FILE_SEPARATOR, SearchTables, refuse
from schemas.places import inside
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path


def remove_search(root: Path, search_id: str) -> int:
    """Delete a search, its records and its kept exports.

    Parameters
    ----------
    root
        The review's folder.
    search_id
        The search.

    Returns
    -------
    int
        How many records were deleted.

    Raises
    ------
    DataProblems
        If there is no such search, or somebody has decided on one of its records.
    """
    with writing(root):
        tables = SearchTables.read(root)
        row = next((row for row in tables.searches if row["search_id"] == search_id), None)
        if row is None:
            names = [row["search_id"] for row in tables.searches]
            what, hint = "There is no search of this name.", did_you_mean(search_id, names)
            refuse(table_path("searches"), search_id, what, f"{hint}See `review search list`.")
        gone = {r["record_id"] for r in tables.records if r["search_id"] == search_id}
        screened = {r["record_id"] for r in read_table(root, "screening")[1]} & gone
        if screened:
            refuse(
                table_path("screening"),
                search_id,
                f"{len(screened)} records of this search have been screened.",
                "Deleting them would lose these decisions. Keep the search; if its name or date "
                "is wrong, correct the row in data/searches.csv.",
            )
        tables.searches.remove(row)
        tables.records = [r for r in tables.records if r["record_id"] not in gone]
        tables.record_merges = [
            r for r in tables.record_merges if not {r["record_id"], r["kept_id"]} & gone
        ]
        tables.record_studies = [r for r in tables.record_studies if r["record_id"] not in gone]
        tables.settle()
        kept = [f"data/{name}" for name in filter(None, row["file"].split(FILE_SEPARATOR))]
        for name in kept:
            folder = root / "data" / FOLDER
            if inside(folder, PurePosixPath(name).name) != root / name:
                what = f"The file of this search is not one of data/{FOLDER}/."
                hint = "Nothing was deleted. Correct the column file in data/searches.csv."
                refuse(table_path("searches"), name.removeprefix("data/"), what, hint)
        replace_files(root, {**tables.contents(root), **dict.fromkeys(kept)})
    return len(gone)
