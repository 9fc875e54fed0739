"""Rows of data/certainty.csv: those that are still to be filled in, and the result they rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.certainty import DOMAINS
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from analysis.synthesis.results import Outcome

_TABLE = "certainty"


def empty_rows(outcomes: Sequence[Outcome]) -> str:
    """Write the rows of a rating without its judgements, as CSV with the column names.

    Parameters
    ----------
    outcomes
        Those of which the domains are wanted.
    """
    from analysis.storage.table_files import table_bytes
    from schemas.tables import MODELS

    columns = [str(name) for name in MODELS[_TABLE].to_schema().columns]
    rows = [
        {"outcome": outcome.code, "domain": name, "result": outcome.grade.result}
        for outcome in outcomes
        if outcome.grade is not None
        for name, domain in DOMAINS.items()
        if domain.needed
    ]
    return table_bytes(columns, rows).decode()


def sign(root: Path, outcomes: Sequence[Outcome]) -> int:
    """Write into the rows of these outcomes that their result, as it stands, was rated.

    Parameters
    ----------
    root
        The project's folder.
    outcomes
        With the results that people have looked at.

    Returns
    -------
    int
        Number of rows that were changed.

    Raises
    ------
    DataProblems
        If an outcome has no row, the table cannot be read, or another command is writing.
    """
    from analysis.storage.changeset import replace_files, writing
    from analysis.storage.table_files import read_table, table_bytes, table_path

    with writing(root):
        columns, rows = read_table(root, _TABLE)
        results = {x.code: x.grade.result for x in outcomes if x.grade is not None}
        _refuse_missing(results, {row["outcome"] for row in rows})
        changed = 0
        for row in rows:
            result = results.get(row["outcome"])
            if result is not None and row.get("result") != result:
                row["result"] = result
                changed += 1
        if changed:
            names = columns if "result" in columns else [*columns, "result"]
            replace_files(root, {table_path(_TABLE): table_bytes(names, rows)})
    return changed


def _refuse_missing(wanted: Collection[str], known: Collection[str]) -> None:
    missing = [code for code in wanted if code not in known]
    if missing:
        what = f"There is no rating of {', '.join(missing)}."
        hint = "Add its rows first: review certainty --rows writes them without judgements."
        raise DataProblems(
            [Problem(f"data/{_TABLE}.csv", None, "outcome", None, what, hint, "error", "no-rating")]
        )
