"""The rows of a table as plain dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give every row by the names of the columns, None where a cell is empty.

    Parameters
    ----------
    frame
        Columns of text, counts (Int64) or numbers (float64); the cells become str, int or float.
    """
    # object: Int64 and str columns keep their own missing values; here all become None. Column by
    # column, because pandas asks of every single cell what it is.
    names = [str(name) for name in frame.columns]
    columns = [
        column.astype(object).where(column.notna(), None).tolist() for _, column in frame.items()
    ]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
