"""Reading the studies of a stranger's CSV: what stands in each row, and why a row cannot be used.

More is understood here than in a review's own tables: numbers as R and Stata write them, and their
signs for a missing value.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.pool.csv_columns import (
    choose_columns,
    holds_logs,
    is_named_text,
    is_ratio,
    measure_of,
    plain_name,
)
from analysis.pool.csv_found import as_table
from analysis.pool.csv_intervals import PARTS, interval_columns, interval_parts
from analysis.pool.csv_layouts import LAYOUTS
from analysis.pool.csv_table import StudyTable
from analysis.pool.csv_totals import is_total, repeated_rows, sums_of_others
from schemas.problems import DataProblems, Problem, count_text, sort_problems
from schemas.reading import DECIMAL_COMMA_DELIMITERS, FileText, read_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["read_studies"]

_MISSING = re.compile(r"^(|\.|-+|–|—|na|n/a|nan|null|none|nr|not reported|n\.r\.|\?)$", re.I)
_NOT_REACHED = re.compile(r"^(|\.|-+|–|na|nr|ne|inf|infinity|∞|not reached|not estimable)$", re.I)
_NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$", re.I)
_DECIMAL_COMMA = re.compile(r"^[+-]?\d+,\d+$")
# Word and spreadsheets make a dash or another hyphen of a minus sign.
_DASHED = re.compile(r"^[\u2010-\u2015\uff0d\ufe63]\s?(?=[\d.,])")
_THOUSANDS = re.compile(r"^\d{1,3}(,\d{3})+$")
_WITH_PERCENTAGE = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)\s*[(\[]\s*\d+(?:[.,]\d+)?\s*%\s*[)\]]")
_OUTCOMES = frozenset({"outcome", "endpoint"})
_COUNTS = frozenset({"events", "n", "ai", "n1i", "bi", "ci", "n2i", "di", "tp", "fn", "fp", "tn"})
_TIMES = frozenset({"time", "t1i", "t2i"})
_MOST_BY_CHANCE = 2
_POSITIVE = frozenset({"vi", "sei", "se1i", "se2i"}) | _TIMES
# What the numbers of a role lie between, and in words.
_RANGES = {
    "correlation": (-1.0, 1.0, "A correlation lies between −1 and 1."),
    "p": (0.0, 1.0, "A P value lies between 0 and 1."),
}
# What is said of a row all of whose numbers in these roles are 0.
_NOBODY = (
    ("no patients", ("n",)),
    *(("no patients in the first arm", roles) for roles in (("n1i",), ("ai", "bi"))),
    *(("no patients in the second arm", roles) for roles in (("n2i",), ("ci", "di"))),
    ("nobody with the condition", ("tp", "fn")),
    ("nobody without the condition", ("fp", "tn")),
)


def read_studies(path: str, given: Mapping[str, str], measure: str | None) -> StudyTable:
    """Read a CSV file of studies.

    Parameters
    ----------
    path
        The file.
    given
        Roles whose column the user named, ``by`` among them.
    measure
        Effect measure, if one was asked for: it decides between layouts.

    Raises
    ------
    DataProblems
        With everything that is wrong in the file, by line and column.
    """
    # Twice: the first time for the names of the columns, which decide what is read.
    header = _header(path)
    joined = interval_columns(Path(path), header)
    layout, columns = choose_columns(header, given, measure, path, joined)
    needed = list(dict.fromkeys(columns.values()))
    source = read_file(Path(path), path, needed, strict=False, arrange=as_table)
    problems = [p for p in source.problems if p.severity == "error"]
    heading = columns.get("estimate", columns.get("yi", ""))
    table = StudyTable(layout, columns, measure_of(heading), logs=holds_logs(heading))
    table.warnings += [p.what for p in source.problems if p.severity == "warning"]
    reader = _Rows(source, table, ratios=is_ratio(measure or table.named_measure))
    reader.read()
    if problems or reader.problems:
        raise DataProblems(sort_problems([*problems, *reader.problems]))
    if not table.lines:
        what = "No row has all the numbers that are needed."
        hint = " ".join(table.left_out[:3]) or "The file has no rows below the column names."
        raise DataProblems([Problem(path, None, None, None, what, hint, "error", "pool-empty")])
    reader.leave_out_repeated()
    reader.leave_out_sums()
    _tell_apart(table)
    table.warnings += _several_outcomes(path, header, table)
    return table


def _several_outcomes(path: str, header: Sequence[str], table: StudyTable) -> Iterator[str]:
    """Warn when results of different outcomes are in one pool."""
    for name in header:
        if plain_name(name) not in _OUTCOMES or name in table.columns.values():
            continue
        source = read_file(Path(path), path, [name], strict=False, arrange=as_table)
        cells = {line: _clean(cells[0]) for line, cells in source.rows}
        values = sorted({cells.get(line, "") for line in table.lines} - {""})
        if len(values) > 1:
            listed = ", ".join(values[:5]) + (" …" if len(values) > 5 else "")
            yield (
                f"The column {name} has several values ({listed}), and all of them were pooled "
                f"together. Keep the rows of one, or pool them apart with --by {name}."
            )


def _header(path: str) -> list[str]:
    if not Path(path).is_file():
        what = "This is a folder." if Path(path).is_dir() else "The file is missing."
        hint = "Name a CSV file: a line of column names, then one line for each study."
        raise DataProblems([Problem(path, None, None, None, what, hint, "error", "file-missing")])
    found = read_file(Path(path), path, ("study", "events", "n"), strict=False, arrange=as_table)
    if not found.readable:
        raise DataProblems([p for p in found.problems if p.severity == "error"])
    return [name for name in found.written if name]


class _Rows:
    """Turns the cells of a table into numbers, collecting what is wrong."""

    def __init__(self, source: FileText, table: StudyTable, *, ratios: bool) -> None:
        self.source = source
        self.table = table
        # Columns yi with vi or sei hold logs, which may be negative.
        layout = LAYOUTS[table.layout]
        shown = layout.reported and ratios and not (table.logs or layout.logs)
        self.ratios = {"estimate", "yi", "ci_low", "ci_high"} if shown else set()
        self.problems: list[Problem] = []
        self.commas: Counter[str] = Counter()
        self.dashes: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.names: list[str] = []
        one = {table.columns[role] for role in PARTS if role in table.columns}
        self.joined = next(iter(one)) if len(one) == 1 and "ci_low" in table.columns else None
        self.comma_cells = source.delimiter in DECIMAL_COMMA_DELIMITERS

    def read(self) -> None:
        table = self.table
        layout = LAYOUTS[table.layout]
        roles = layout.roles
        place = {name: index for index, name in enumerate(self.source.header)}
        extra = [role for role in layout.optional if role in table.columns]
        table.values = {role: [] for role in (*roles, *extra)}
        table.texts = {role: [] for role in table.columns if is_named_text(role)}
        for line, cells in self.source.rows:
            if line in self.source.broken_lines:
                continue
            texts = {role: _clean(cells[place[name]]) for role, name in table.columns.items()}
            label = _label(texts, line)
            if is_total(texts.get("study", "")):
                why = "this row sums up other rows and is no study"
                table.left_out.append(f"{label} (line {line}): {why}.")
                continue
            self._take_apart(texts)
            before = len(self.problems)
            numbers = {role: self._number(role, texts[role], line) for role in table.values}
            if len(self.problems) > before:
                continue
            absent = [table.columns[role] for role in roles if numbers[role] is None]
            if absent:
                table.left_out.append(f"{label} (line {line}): no {' and no '.join(absent)}.")
                continue
            row = {role: value for role, value in numbers.items() if value is not None}
            empty = _without_patients(row)
            if empty:
                table.left_out.append(f"{label} (line {line}): {empty}.")
                continue
            wrong = list(self._impossible(row, texts, line))
            self.problems += wrong
            if wrong:
                continue
            for role, numbers_of_role in table.values.items():
                numbers_of_role.append(row.get(role, math.nan))
            table.labels.append(label)
            self.names.append(texts.get("study", ""))
            table.lines.append(line)
            table.groups.append(texts.get("by", ""))
            for role, cells_of_role in table.texts.items():
                cells_of_role.append(texts[role])
        for name, number in self.commas.items():
            where = f"Column {name}: the comma in {count_text(number, 'number')}"
            table.warnings.append(f"{where} was read as a decimal point.")
        for name, number in self.counts.items():
            where = f"Column {name}: {count_text(number, 'count')} with a percentage or a comma"
            table.warnings.append(f"{where} between thousands, of which the count was read.")
        for name, number in self.dashes.items():
            where = f"Column {name}: the dash before {count_text(number, 'number')}"
            table.warnings.append(f"{where} was read as a minus sign.")

    def _take_apart(self, texts: dict[str, str]) -> None:
        """Share a cell such as `0.80 (0.60–1.07)` among the roles that it holds."""
        if self.joined is None or _MISSING.match(texts["ci_low"]):
            return
        parts = interval_parts(texts["ci_low"])
        if parts is not None:
            texts.update(zip(PARTS, parts, strict=True))

    def leave_out_repeated(self) -> None:
        """Leave out rows that repeat an earlier one, with the line of that one."""
        table = self.table
        repeated = dict(repeated_rows(self.names, table.groups, table.values))
        for row, first in repeated.items():
            why = f"the same as line {table.lines[first]}"
            table.left_out.append(f"{table.labels[row]} (line {table.lines[row]}): {why}.")
        self._keep([row for row in range(len(table.lines)) if row not in repeated])

    def _keep(self, kept: Sequence[int]) -> None:
        table = self.table
        table.labels = [table.labels[row] for row in kept]
        table.lines = [table.lines[row] for row in kept]
        table.groups = [table.groups[row] for row in kept]
        table.texts = {role: [t[row] for row in kept] for role, t in table.texts.items()}
        table.values = {role: [v[row] for row in kept] for role, v in table.values.items()}

    def leave_out_sums(self) -> None:
        """Leave out rows that are the sums of all others, or point them out where chance may do it.

        Of two columns, a third row may happen to be the sum of two; of four, none does.
        """
        table = self.table
        counts = {role: table.values[role] for role in table.values if role in _COUNTS}
        sums = list(sums_of_others(counts))
        sure = len(counts) > _MOST_BY_CHANCE
        for row in sums:
            where = f"{table.labels[row]} (line {table.lines[row]})"
            if sure:
                table.left_out.append(f"{where}: its counts are the sums of all other rows.")
            else:
                table.warnings.append(
                    f"{where}: its counts are the sums of all other rows. If it is a total, take "
                    "it out: it was pooled as a study."
                )
        if sure:
            self._keep([row for row in range(len(table.lines)) if row not in sums])

    def _number(self, role: str, text: str, line: int) -> float | None:
        open_end = role == "ci_high" and self.table.layout == "times"
        if open_end and _NOT_REACHED.match(text):
            return math.inf
        if _MISSING.match(text):
            return None
        plain = text.replace("\N{MINUS SIGN}", "-")
        if role not in _COUNTS and _DASHED.match(plain):
            self.dashes[self.table.columns[role]] += 1
            plain = f"-{plain[1:].lstrip()}"
        grouped = role in _COUNTS or (role in _TIMES and not self.comma_cells)
        thousands = grouped and _THOUSANDS.match(plain)
        if not thousands and _DECIMAL_COMMA.match(plain) and (not grouped or self.comma_cells):
            self.commas[self.table.columns[role]] += 1
            plain = plain.replace(",", ".")
        if grouped and (told := _count_alone(plain)):
            self.counts[self.table.columns[role]] += 1
            plain = told
        if not _NUMBER.match(plain):
            self.problems.append(self._not_a_number(role, text, line))
            return None
        value = float(plain)
        if role in _COUNTS and not value.is_integer():
            what = "A count must be a whole number."
            self.problems.append(self._wrong(role, text, line, what, "Enter numbers of patients."))
            return None
        return value

    def _not_a_number(self, role: str, text: str, line: int) -> Problem:
        hint = "Leave the cell empty if it was not reported."
        if role == "p" and text.startswith(("<", ">", "≤", "≥")):
            hint = "A P value below a limit gives no standard error: look for the interval."
        elif text.endswith("%"):
            hint = "Write numbers of patients, or the number without the percent sign."
        elif _THOUSANDS.match(text):
            hint = "Write 1234 without a comma: it could also be a decimal point."
        elif "/" in text:
            hint = "Put events and sample size into two columns."
        return self._wrong(role, text, line, "This is not a number.", hint)

    def _impossible(
        self, row: Mapping[str, float], texts: Mapping[str, str], line: int
    ) -> Iterator[Problem]:
        for role, value in row.items():
            least, most, words = _RANGES.get(role, (-math.inf, math.inf, ""))
            if role in _COUNTS and value < 0:
                what, hint = "A count cannot be negative.", "Look at the report again."
            elif value <= 0 and (role in _POSITIVE or (role == "median" and "ci_low" in row)):
                what, hint = f"{self.table.columns[role]} must be above 0.", "Look at the source."
            elif role in self.ratios and value <= 0:
                what = "A ratio must be above 0."
                hint = "If these are logarithms, pool them as they are with --measure GEN."
            elif not least <= value <= most:
                what, hint = words, "Look at the report again."
            else:
                continue
            yield self._wrong(role, texts[role], line, what, hint)
        for events, size in (("events", "n"), ("ai", "n1i"), ("ci", "n2i")):
            if events in row and size in row and row[events] > row[size]:
                what = f"There are more events ({row[events]:g}) than patients ({row[size]:g})."
                hint = "Are the two columns exchanged? Compare with the report."
                yield self._wrong(events, texts[events], line, what, hint)
        middle = next((r for r in ("median", "estimate", "yi") if r in row and "ci_low" in row), "")
        if middle and not row["ci_low"] <= row[middle] <= row["ci_high"]:
            what = (
                f"The estimate lies outside its interval, {row['ci_low']:g} to {row['ci_high']:g}."
            )
            yield self._wrong(middle, texts[middle], line, what, "Compare the three numbers.")
        elif middle and row["ci_low"] == row["ci_high"]:
            what = "The interval has no width, so there is no standard error."
            yield self._wrong("ci_low", texts["ci_low"], line, what, "Look at the report again.")
        if "median" in row and row["ci_low"] <= 0:
            what = "A median time is above 0."
            yield self._wrong("ci_low", texts["ci_low"], line, what, "Look at the report again.")

    def _wrong(self, role: str, text: str, line: int, what: str, hint: str) -> Problem:
        column = self.table.columns[role]
        return Problem(self.source.file, line, column, text, what, hint, "error", "pool-cell")


def _count_alone(text: str) -> str:
    """Give the count of `7 (8%)` or `1,200`, which can be read in one way; else nothing."""
    shared = _WITH_PERCENTAGE.fullmatch(text)
    count = text if shared is None else shared[1]
    if _THOUSANDS.fullmatch(count):
        return count.replace(",", "")
    return "" if shared is None else count


def _without_patients(row: Mapping[str, float]) -> str:
    """Say which arm of a row has no patients; empty when each has some."""
    for why, roles in _NOBODY:
        if all(row.get(role) == 0 for role in roles):
            return why
    return ""


def _clean(cell: str) -> str:
    """Return a cell without what a terminal would obey, on one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in cell).split())


def _label(texts: Mapping[str, str], line: int) -> str:
    study, year = texts.get("study", ""), texts.get("year", "")
    if not study:
        return f"line {line}"
    return study if not year or year in study else f"{study} {year}"


def _tell_apart(table: StudyTable) -> None:
    """Give studies of the same name a number, so that every message is about one of them."""
    counted = Counter(table.labels)
    seen: Counter[str] = Counter()
    for position, label in enumerate(table.labels):
        if counted[label] > 1:
            seen[label] += 1
            table.labels[position] = f"{label} ({seen[label]})"
