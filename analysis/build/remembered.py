"""What was checked and computed, remembered in the cache as plain text for the next command.

The key is the hash of every file that the work reads, besides the program and its libraries: after
a change of the text nothing of it is done again, after any other change all of it is.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final

from analysis.storage.cache import Cache
from analysis.storage.fingerprint import fingerprint, input_files
from analysis.storage.records import read_records, write_records

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd

    from analysis.synthesis.results import Synthesis
    from schemas import CheckReport, ReviewData

_HOMES: Final = ("analysis.measures", "analysis.synthesis", "schemas")
_TEXT: Final = ".qmd"
_PROTOCOL: Final = "data/protocol.yml"
# Tables with more cells are as quickly read from their own files.
_MOST_CELLS: Final = 200_000


def review_state(root: Path, *, text: bool, also: Sequence[str] = ()) -> str:
    """Hash the files of a review that check and computation read.

    Parameters
    ----------
    root
        The project's folder.
    text
        Whether the text is among them.
    also
        Names of files that are none of the paper's.

    Raises
    ------
    OSError
        If one of them cannot be read.
    """
    files = [path for path in input_files(root) if text or path.suffix != _TEXT]
    return fingerprint(root, [*files, *(root / name for name in also if (root / name).is_file())])


def checked_review(root: Path) -> CheckReport:
    """Check a review's data and its protocol's choices, or remember what was found.

    Parameters
    ----------
    root
        The project's folder.

    Returns
    -------
    CheckReport
        What `analysis.paper.choices.check` gives.
    """

    def check() -> CheckReport:
        from analysis.paper.choices import check

        return check(root)

    return remembered(root, "checked review", check, _report_content, lambda c: _report(c, root))


def remembered(
    root: Path,
    subject: str,
    make: Callable[[], Any],
    content_of: Callable[[Any], object],
    made_of: Callable[[Any], Any],
    *,
    text: bool = False,
    also: Sequence[str] = (),
) -> Any:
    """Give what is remembered for the files of a review, or make it and remember it.

    Parameters
    ----------
    root
        The project's folder.
    subject
        What kind of work it is.
    make
        Does the work.
    content_of, made_of
        From what comes out of it to records, and back.
    text, also
        As for `review_state`.
    """
    state = _state(root, text, also)
    if state is None:
        return make()
    cache = Cache.of(root)
    kept = cache.find(subject, (state,))
    if kept is not None:
        with suppress(ValueError, KeyError, TypeError):
            return made_of(read_records(kept, _HOMES))
    found = make()
    # Whoever saves a file meanwhile has changed what was read.
    if _state(root, text, also) == state:
        with suppress(TypeError):  # something in it is no record, or it is too large
            cache.keep(subject, (state,), write_records(content_of(found)))
            cache.trim()
    return found


def synthesis_content(synthesis: Synthesis) -> object:
    """Give a computed review as records; its tools are read from their own files."""
    return replace(synthesis, quality_tools={}), tuple(synthesis.quality_tools)


def synthesis_of(content: Any, data: ReviewData) -> Synthesis:
    """Give back the computed review, with the tools of its checked data."""
    synthesis, tools = content
    return replace(synthesis, quality_tools={name: data.quality_tools[name] for name in tools})


def _state(root: Path, text: bool, also: Sequence[str]) -> str | None:
    # What cannot be read is told by those who have to read it.
    with suppress(OSError):
        if (root / _PROTOCOL).is_file():
            return review_state(root, text=text, also=also)
    return None


def _report_content(report: CheckReport) -> object:
    data = None if report.data is None else _data_content(report.data)
    return report.problems, report.notes, data


def _report(content: Any, root: Path) -> CheckReport:
    from schemas.review_data import CheckReport

    problems, notes, data = content
    return CheckReport(problems, None if data is None else _data(data, root), notes)


def _data_content(data: ReviewData) -> object:
    import pandas as pd

    from schemas.yaml_text import read_yaml

    protocol = (data.root / _PROTOCOL).read_text(encoding="utf-8-sig")
    rest, found = {}, {}
    for each in fields(data):
        value = getattr(data, each.name)
        if isinstance(value, pd.DataFrame):
            found[each.name] = value
        # What is left has models of its own, and is read from its own files again.
        elif each.name not in {"root", "protocol", "quality_tools"}:
            rest[each.name] = value
    if sum(frame.size for frame in found.values()) > _MOST_CELLS:
        raise TypeError("the tables are too large")
    rest["keys_by_doi"] = dict(rest["keys_by_doi"])
    frames = {name: _columns(frame) for name, frame in found.items()}
    return read_yaml(protocol).content, rest, frames


def _data(content: Any, root: Path) -> ReviewData:
    from schemas.protocol_file import protocol_of
    from schemas.quality_files import read_tools
    from schemas.review_data import ReviewData

    entries, rest, frames = content
    parts: dict[str, Any] = rest | {name: _frame(columns) for name, columns in frames.items()}
    protocol, tools = protocol_of(entries, root / _PROTOCOL), read_tools(root)[0]
    return ReviewData(root=root, protocol=protocol, quality_tools=tools, **parts)


def _columns(frame: pd.DataFrame) -> object:
    """Give name, type and cells of every column; an empty cell is None."""
    return tuple(
        (
            str(name),
            str(column.dtype),
            tuple(
                None if absent else cell
                for cell, absent in zip(column.to_list(), column.isna().to_list(), strict=True)
            ),
        )
        for name, column in frame.items()
    )


def _frame(columns: Any) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {name: pd.Series(list(cells), dtype=dtype) for name, dtype, cells in columns}
    )
