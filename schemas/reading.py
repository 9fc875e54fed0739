"""From the bytes of a CSV file to its rows, telling what is wrong with the file itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemas.csv_text import BrokenCsv, content_of, csv_rows
from schemas.problems import Problem, Severity
from schemas.vocabulary import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from schemas.csv_text import Records

_SAVE_AS = 'In Excel: File, Save As, file type "CSV UTF-8 (comma delimited)".'
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
# Excel writes decimal commas where it separates columns by semicolons.
DECIMAL_COMMA_DELIMITERS = frozenset({";", "\t"})


@dataclass(slots=True)
class FileText:
    """The rows of one file as text, with what was found while reading.

    Attributes
    ----------
    file
        Path for messages.
    header
        Names of the columns that the schema knows, in the order of the file.
    written
        Names of all columns of the file, without spaces around them.
    rows
        Line on which the row begins, and the cells that belong to `header`.
    delimiter
        Character that separates the cells.
    missing
        Columns of the schema that the file does not have.
    broken_lines
        Rows with too many or too few cells: what stands in them cannot be trusted.
    problems, notes
        What is wrong, and what was met and read without trouble.
    """

    file: str
    header: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    rows: Records = field(default_factory=list)
    delimiter: str = ","
    missing: list[str] = field(default_factory=list)
    broken_lines: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    readable: bool = True

    def report(
        self,
        rule: str,
        what: str,
        hint: str,
        *,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
        severity: Severity = "error",
    ) -> None:
        """Add a problem of this file."""
        self.problems.append(Problem(self.file, line, column, value, what, hint, severity, rule))


def read_file(
    path: Path,
    file: str,
    columns: Sequence[str],
    *,
    optional: Collection[str] = (),
    strict: bool = True,
    required: bool = True,
    others: Collection[str] = (),
    arrange: Callable[[Records], tuple[Records, list[str]]] | None = None,
) -> FileText:
    """Read a CSV file and compare its header with the columns of its schema.

    Parameters
    ----------
    path
        The file.
    file
        How messages name it, relative to the review's folder.
    columns
        The columns the file must have.
    optional
        Columns that may be missing; they are read as empty.
    strict
        False when further columns may stand in the file.
    required
        Whether the file must be there; otherwise a missing one is a table without rows.
    others
        Names of files that have their own purpose, so that none of them is taken for this one.
    arrange
        What writes a table of another form as one line of names and its rows, and says so.

    Returns
    -------
    FileText
        Nothing is raised for what a user can do to a file; `readable` is False and `problems`
        say why when no rows could be read.
    """
    result = FileText(file)
    text = _decode(path, result, others, required)
    if text is None:
        result.readable = False
        return result
    text = _skip_separator_line(text)
    records = _split(text, result, [*columns, *optional])
    if not records:
        if result.readable:
            result.readable = False
            result.report(
                "file-empty",
                "The file is empty: not even the column names are there.",
                f"The first line must be: {','.join(columns)}",
            )
        return result
    if arrange is not None:
        records, said = arrange(records)
        for what in said:
            result.report("file-form", what, "Look whether it came out right.", severity="warning")
    _use_header(result, records, list(columns), list(optional), strict)
    return result


def _decode(path: Path, result: FileText, others: Collection[str], required: bool) -> str | None:
    try:
        data = content_of(path)
    except FileNotFoundError:
        folder = path.parent
        files = sorted(p.name for p in folder.glob("*")) if folder.is_dir() else []
        meant = did_you_mean(path.name, [name for name in files if name not in others])
        if required or meant:
            result.report(
                "file-missing",
                "The file is missing.",
                f"{meant}A table without rows still needs its file with the line of column names.",
            )
        return None
    except OSError as error:
        result.report(
            "file-unreadable",
            f"The file cannot be opened ({error.strerror or 'unknown reason'}).",
            "Close it in other programs and look at who may read it.",
        )
        return None
    if data.startswith(b"PK\x03\x04"):
        result.report("file-workbook", "This is an Excel workbook, not a CSV file.", _SAVE_AS)
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        result.report(
            "file-encoding",
            'The file was saved as "Unicode text" (UTF-16), not as UTF-8.',
            _SAVE_AS,
        )
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        start = data.rfind(b"\n", 0, error.start) + 1
        before = data[start : error.start].decode("utf-8", "replace")[-20:]
        # Western Excel writes cp1252: shown as such, an extractor recognises the word.
        wrong = data[error.start : error.start + 12].split(b"\n")[0].decode("cp1252", "replace")
        result.report(
            "file-encoding",
            "A letter in this line is not UTF-8, so accents and symbols would come out wrong.",
            f"Save the table again. {_SAVE_AS}",
            line=line,
            value=before + wrong,
        )
        return None
    if text.startswith("\ufeff"):
        text = text[1:]
        result.notes.append(f"{result.file} begins with a byte-order mark; it was read as usual.")
    if "\r" in text:
        result.notes.append(f"{result.file} has Windows line ends; it was read as usual.")
    return text


def _skip_separator_line(text: str) -> str:
    # Excel's own hint "sep=;" is not a row; an empty line keeps the line numbers right.
    first, _, rest = text.partition("\n")
    return f"\n{rest}" if first.strip().lower() in {"sep=;", "sep=,", "sep=\\t"} else text


def _split(text: str, result: FileText, columns: Sequence[str]) -> Records:
    lines = [line for line in text.splitlines() if line.strip()]
    # A title above the names of the columns has no sign between columns.
    parted = (line for line in lines if any(sign in line for sign in _DELIMITERS))
    header = next(parted, lines[0] if lines else "")
    known = set(columns)
    # The delimiter under which most column names are recognised; the comma when none is better.
    result.delimiter = max(
        _DELIMITERS, key=lambda d: len(known & {c.strip().strip('"') for c in header.split(d)})
    )
    if len(known & set(header.split(result.delimiter))) == 0:
        counts = {d: header.count(d) for d in _DELIMITERS}
        result.delimiter = max(counts, key=lambda d: counts[d])
    if result.delimiter != ",":
        name = _DELIMITERS[result.delimiter]
        result.report(
            "file-delimiter",
            f"The columns are separated by {name}, not by commas. The file was read that way.",
            f"Look whether all numbers came out as meant, then save with commas. {_SAVE_AS}",
            line=1,
            severity="warning",
        )
    try:
        records = csv_rows(text, result.delimiter)
    except BrokenCsv as error:
        result.readable = False
        result.report(
            "file-quotes",
            error.what,
            'A cell with commas stands between " and "; a " inside it is written twice: "".',
            line=error.line,
        )
        return []
    return [(line, cells) for line, cells in records if any(cell.strip() for cell in cells)]


def _use_header(
    result: FileText,
    records: Records,
    needed: list[str],
    optional: list[str],
    strict: bool,
) -> None:
    header_line, written = records[0]
    columns = [*needed, *optional]
    result.written = [name.strip() for name in written]
    names = [_known_name(name, columns, result, header_line) for name in written]
    positions: dict[str, int] = {}
    unknown: list[str] = []
    for position, name in enumerate(names):
        if name in positions:
            result.report(
                "column-duplicate",
                f"The column {name} occurs twice.",
                "Delete one of them; only the first was read.",
                line=header_line,
                column=name,
            )
        elif name in columns:
            positions[name] = position
        elif name or any(len(row) > position and row[position].strip() for _, row in records[1:]):
            unknown.append(name)
    free = [name for name in columns if name not in positions]
    result.missing = [name for name in free if name in needed]
    for name in unknown if strict else ():
        meant = nearest(name, free) if name else None
        result.report(
            "column-unknown" if meant is None else "column-misspelt",
            f"The column {name} is not known." if name else "A column has cells but no name.",
            f'Did you mean "{meant}"? That column is missing.'
            if meant
            else f"Known columns: {', '.join(columns)}.{_own_columns(result.file)}",
            line=header_line,
            column=name or None,
        )
        if meant is not None:
            free.remove(meant)
    for name in free:
        if name in optional:
            continue
        result.report(
            "column-missing",
            f"The column {name} is missing.",
            "Add it to the first line; its cells may be empty where nothing was reported.",
            line=header_line,
            column=name,
        )
    result.header = list(positions)
    for line, cells in records[1:]:
        _check_width(result, line, cells, len(written))
        padded = cells + [""] * (len(written) - len(cells))
        result.rows.append((line, [padded[position] for position in positions.values()]))


def _known_name(written: str, columns: list[str], result: FileText, line: int) -> str:
    """Accept a column name in other letters or with spaces around it, and say so."""
    if written in columns:
        return written
    plain = written.strip().lower().replace(" ", "_")
    if plain not in columns:
        return written.strip()
    result.report(
        "column-spelling",
        f'The column name "{written}" was read as {plain}.',
        f"Write it as {plain}.",
        line=line,
        column=plain,
        severity="warning",
    )
    return plain


def _check_width(result: FileText, line: int, cells: list[str], width: int) -> None:
    # Excel leaves empty cells behind a row; they say nothing and are no mistake.
    used = len(cells)
    while used > width and not cells[used - 1].strip():
        used -= 1
    if used > width:
        result.report(
            "row-too-long",
            f"The row has {used} cells, the table has {width} columns.",
            "Is there a comma inside a cell? Write 46.9 and not 46,9, and put words with a comma "
            'between quotation marks: "…, …".',
            line=line,
            value=result.delimiter.join(cells[width - 1 : used]),
        )
        result.broken_lines.add(line)
    elif len(cells) < width:
        result.report(
            "row-too-short",
            f"The row has {len(cells)} cells, the table has {width} columns.",
            "An empty cell still needs its comma. Compare the row with the one above it.",
            line=line,
        )
        result.broken_lines.add(line)


def _own_columns(file: str) -> str:
    if not file.endswith("studies.csv"):
        return ""
    return " Declare a column of your own in data/protocol.yml, under characteristics or subgroups."
