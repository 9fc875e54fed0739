"""Fills the workbook from a review: which rows stand in it, what is offered, what it says."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from analysis.update.workbook.plan import REFERENCES, ROW_IN_DATA, Sheet, plan_sheets
from schemas.problems import DataProblems, Problem
from schemas.protocol_file import PROTOCOL_FILE, read_protocol
from schemas.quality_records import OLD_TABLES
from schemas.review_check import check_review
from schemas.vocabulary import list_hint

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from schemas.protocol import Protocol

Rows = dict[str, str]
#: The tables that name what the others are about, and by which column.
_NAMED_BY = {
    "studies": "study_id",
    "awaiting_extraction": "study_id",
    "ongoing_trials": "registry_id",
}
_ABOUT = """\
Extraction workbook: {title}
Made from edition {edition}; data {hash}.

One sheet for each table, one row for each study, result or adverse event. Click a column name or \
a cell to read what belongs into it. Columns with a dark blue, underlined name must be filled; \
cells with a closed list have a drop-down.

{steps}

What is not reported stays empty. Zero is a number and is written 0. Never guess a value.
Write what the report prints: 46.9 for 46.9 %, months for times, 2020-08 for a date. Text columns \
are set to Text, so that Excel does not turn 2020-08 or 1-2 into something else. Do not paste \
formulas: paste values.
{rows}
To take a row out of the review, write yes in its column remove. Nothing else removes a row, with \
one exception: a study that gets results leaves awaiting_extraction, and it is said so.
The column names are protected, without a password: Review, Unprotect Sheet takes that away. \
Sheets and columns that you add are not read, and it is said so.
Problems are written into a copy of this file, next to the cells.
"""
# What belongs on which sheets; those that a review does not have are left out.
_STEPS = (
    (("references",), "one row for each report. Nobody has to write BibTeX."),
    (("studies",), "one row for each study, with the citation_key of its report."),
    (("arms",), "one row for each arm of a study, with its role: experimental or control."),
    (
        ("outcomes", "adverse_events"),
        "one row for each result of each arm, in the words of the report, with its source.",
    ),
    (("contrasts",), "what a report gives only as a comparison of two arms: a hazard ratio."),
    (("adverse_event_terms",), "new words for an adverse event, with their standard term."),
    (("quality",), "one row for each domain or question of a tool that fits the design."),
    (("certainty",), "one row for each outcome: what was judged of the evidence, and why."),
    (OLD_TABLES, "tables of older editions; review migrate moves their rows."),
)
_LAST_STEP = "Save, close the file, and have it read: review workbook read {name}"
_EMPTY = "The sheets are empty: they are for new studies. To correct rows that exist, have them \
written: review workbook write {name} --study ID."
_WITH_ROWS = "Rows that stand here already are in the review. Change a cell to correct it; empty \
it to delete what stands there."


def read_choices(root: Path) -> Protocol:
    """Read the protocol.

    Raises
    ------
    DataProblems
        If it cannot be read: the sheets depend on it.
    """
    if not (root / "data").is_dir():
        raise DataProblems(check_review(root).problems)  # says kindly that no review is here
    protocol, problems = read_protocol(root / PROTOCOL_FILE)
    if protocol is None:
        raise DataProblems(problems)
    return protocol


def write_workbook(
    root: Path, target: Path, *, studies: Collection[str] = (), everything: bool = False
) -> dict[str, int]:
    """Write the workbook for a review.

    Parameters
    ----------
    root
        The project's folder.
    target
        The file; its ending is .xlsx.
    studies
        Studies whose rows stand in it, to be corrected; ongoing trials by their registration.
    everything
        Whether all rows stand in it.

    Returns
    -------
    dict
        Number of rows by sheet, of the sheets that have any.

    Raises
    ------
    DataProblems
        If the file exists or cannot be written, if a study is not known, or if the protocol, the
        reference list or a table cannot be read.
    """
    from analysis.storage.atomic import replace_file
    from analysis.update.workbook.form import build_form
    from analysis.update.workbook.packing import workbook_bytes

    refuse_target(target)
    protocol = read_choices(root)
    sheets = plan_sheets(protocol, root)
    tables = read_tables(root, sheets)
    wanted = chosen_rows(tables, sheets, studies, everything=everything)
    rows = {name: [marked(sheets[name], row) for row in found] for name, found in wanted.items()}
    about = about_lines(root, protocol, target.name, sheets, with_rows=bool(studies) or everything)
    form = build_form(sheets, rows, offered(tables), about)
    try:
        replace_file(target, workbook_bytes(form))
    except OSError as error:
        what = f"The file cannot be written ({error.strerror})."
        hint = "Does the folder exist, and is the file closed in Excel?"
        problem = Problem(target.name, None, None, None, what, hint, "error", "workbook-write")
        raise DataProblems([problem]) from None
    return {name: len(found) for name, found in rows.items() if found}


def refuse_target(target: Path) -> None:
    """Refuse a name that is no workbook's, or a file that may hold somebody's work.

    Raises
    ------
    DataProblems
        With what to do instead.
    """
    if target.suffix.lower() != ".xlsx":
        what, hint = "The name of a workbook ends with .xlsx.", f"Write {target.stem}.xlsx."
    elif target.exists():
        what = "There is a file of this name already; somebody's work may be in it."
        hint = "Choose another name, or delete the file first."
    else:
        return
    raise DataProblems(
        [Problem(target.name, None, None, None, what, hint, "error", "workbook-name")]
    )


def read_tables(root: Path, sheets: Mapping[str, Sheet]) -> dict[str, list[Rows]]:
    """Read all tables of the workbook, and the reference list as one of them.

    Raises
    ------
    DataProblems
        If one cannot be read.
    """
    from analysis.storage.table_files import read_table
    from analysis.update.workbook.bibliography import read_bibliography

    tables = {name: read_table(root, name)[1] for name in sheets if name != REFERENCES}
    references = read_bibliography(root, sheets[REFERENCES].columns).rows
    return {REFERENCES: list(references), **tables}


def chosen_rows(
    tables: Mapping[str, Sequence[Rows]],
    sheets: Mapping[str, Sheet],
    studies: Collection[str],
    *,
    everything: bool,
) -> dict[str, list[Rows]]:
    """Choose the rows of some studies, of all, or none.

    Raises
    ------
    DataProblems
        If a study is not known.
    """
    if everything:
        return {name: list(rows) for name, rows in tables.items()}
    known = [row[column] for name, column in _NAMED_BY.items() for row in tables[name]]
    for study in studies:
        if study not in known:
            what, hint = "There is no study or ongoing trial of this name.", list_hint(study, known)
            raise DataProblems(
                [Problem("data/studies.csv", None, None, study, what, hint, "error", "no-study")]
            )
    keys = {
        row["citation_key"]
        for name, column in _NAMED_BY.items()
        for row in tables[name]
        if row[column] in studies and row.get("citation_key")
    }
    chosen: dict[str, list[Rows]] = {}
    for name, rows in tables.items():
        column = _NAMED_BY.get(name, "study_id")
        if column in sheets[name].columns:
            chosen[name] = [row for row in rows if row[column] in studies]
        elif name == REFERENCES:
            chosen[name] = [row for row in rows if row["citation_key"] in keys]
    return chosen


def row_mark(sheet: Sheet, row: Mapping[str, str]) -> str:
    """Give the mark by which a row of the data is known again: a hash of its cells."""
    cells = "\x1f".join([sheet.name, *(row.get(column, "") for column in sheet.columns)])
    return hashlib.sha256(cells.encode()).hexdigest()[:16]


def marked(sheet: Sheet, row: Mapping[str, str]) -> Rows:
    """Add to a row the mark that says which row of the data it is."""
    return {**row, ROW_IN_DATA: row_mark(sheet, row)}


def offered(tables: Mapping[str, Sequence[Rows]]) -> dict[tuple[str, str], list[str]]:
    """Give what drop-downs offer where other words are possible too."""

    def values(table: str, column: str) -> list[str]:
        return sorted({row[column] for row in tables.get(table, ()) if row[column]})

    studies, keys = values("studies", "study_id"), values(REFERENCES, "citation_key")
    terms = values("adverse_event_terms", "term_reported")
    standard = values("adverse_event_terms", "term")
    of_studies = (
        *("arms", "outcomes", "contrasts", "adverse_events"),
        *("quality", "quality_jadad", "quality_jbi"),
    )
    return {
        **{(table, "study_id"): studies for table in of_studies},
        **{(table, "arm"): values("arms", "arm") for table in ("outcomes", "adverse_events")},
        ("studies", "citation_key"): keys,
        ("awaiting_extraction", "citation_key"): keys,
        ("adverse_events", "term_reported"): terms,
        ("adverse_event_terms", "term"): standard,
    }


def about_lines(
    root: Path,
    protocol: Protocol,
    name: str,
    sheets: Collection[str],
    *,
    with_rows: bool,
) -> list[str]:
    """Write what stands on the first sheet."""
    from analysis.storage.provenance import SHORT, hashes_of

    rows = (_WITH_ROWS if with_rows else _EMPTY).format(name=name)
    told = (([sheet for sheet in named if sheet in sheets], what) for named, what in _STEPS)
    steps = [f"{' and '.join(named)}: {what}" for named, what in told if named]
    steps.append(_LAST_STEP.format(name=name))
    text = _ABOUT.format(
        title=protocol.review.title,
        edition=protocol.review.edition,
        hash=hashes_of(root).data[:SHORT],
        steps="\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1)),
        rows=rows,
    )
    return text.rstrip("\n").split("\n")
