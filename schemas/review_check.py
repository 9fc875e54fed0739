"""Loading a review: all tables, the protocol and the reference list, checked together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.cells import Table, type_cells
from schemas.checks import run_checks
from schemas.checks.context import Context
from schemas.problems import DataProblems, Problem, sort_problems
from schemas.protocol_file import check_citation, read_protocol
from schemas.quality_files import read_tools
from schemas.reading import FileText, read_file
from schemas.references import read_references
from schemas.review_data import CheckReport, ReviewData
from schemas.tables import MODELS, all_schemas, needed_columns, table_schemas
from schemas.tables.use import needed_tables
from schemas.terms import add_standard_terms
from schemas.translation import check_columns
from schemas.vocabulary import list_hint
from schemas.yaml_file import line_of_entry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandera.pandas as pa

    from schemas.protocol import Protocol
    from schemas.quality_tool import QualityTool

_FILES = frozenset({*(f"{name}.csv" for name in MODELS), "protocol.yml", "README.md"})


def check_review(root: Path) -> CheckReport:
    """Read and check everything in a review's data, in one pass.

    Parameters
    ----------
    root
        Folder that holds `data/` and `manuscript/`.

    Returns
    -------
    CheckReport
        All problems of all files. A broken file does not stop the checks of the others, and no
        mistake in the data raises.
    """
    if not (root / "data").is_dir():
        return CheckReport((_no_review(root),), None)
    protocol, problems = read_protocol(root / "data" / "protocol.yml")
    references = read_references(root / "manuscript" / "references.bib")
    problems += references.problems
    if protocol is not None and references.readable:
        problems += check_citation(root / "data" / "protocol.yml", protocol, references.keys)
    tools, broken = read_tools(root)
    problems += broken
    problems += _unknown_tools(root, protocol, tools)
    tables: dict[str, Table] = {}
    notes: list[str] = []
    used = table_schemas(protocol)
    needed = needed_tables(protocol)
    for name, schema in all_schemas(protocol).items():
        asked = needed_columns(used[name]) if name in used else ()
        source = read_file(
            root / "data" / f"{name}.csv",
            f"data/{name}.csv",
            asked,
            optional=[str(column) for column in schema.columns if column not in asked],
            # Without the protocol it is not known which columns the review adds.
            strict=protocol is not None or name != "studies",
            required=name in needed,
            others=_FILES,
        )
        _tell_workbooks(source, root / "data" / name)
        tables[name] = type_cells(source, schema)
        if source.readable:
            check_columns(tables[name], schema)
            _tell_unused(tables[name], used.get(name))
    add_standard_terms(tables)
    run_checks(Context.of(tables, protocol, references, root, tools))
    for table in tables.values():
        problems += _without_consequences(table)
        notes += table.source.notes
    found = sort_problems(problems)
    if protocol is None or any(p.severity == "error" for p in found):
        return CheckReport(found, None, tuple(notes))
    frames = {name: table.frame for name, table in tables.items()}
    data = ReviewData(
        root=root,
        protocol=protocol,
        citation_keys=references.keys,
        keys_by_doi=references.by_doi,
        quality_tools=tools,
        problems=found,
        **frames,
    )
    return CheckReport(found, data, tuple(notes))


def load_review(root: Path) -> ReviewData:
    """Load the data of a review.

    Parameters
    ----------
    root
        Folder that holds `data/` and `manuscript/`.

    Returns
    -------
    ReviewData
        The checked data; its `problems` are warnings.

    Raises
    ------
    DataProblems
        When there is an error; carries all problems of all files.
    """
    report = check_review(root)
    if report.data is None:
        raise DataProblems(report.problems)
    return report.data


def _unknown_tools(
    root: Path, protocol: Protocol | None, tools: Mapping[str, QualityTool]
) -> list[Problem]:
    """Name tools of the protocol that do not exist, or that groups cannot be formed by."""
    if protocol is None:
        return []
    file, groups = "data/protocol.yml", protocol.judgement_groups
    named: list[tuple[str, tuple[str | int, ...]]] = [
        (name, ("quality_tools", i)) for i, name in enumerate(protocol.quality_tools)
    ]
    named += [(x.tool, ("judgement_groups", i, "tool")) for i, x in enumerate(groups)]
    found = []
    for name, place in named:
        section, position, *rest = place
        column = ".".join([f"{section}[{int(position) + 1}]", *map(str, rest)])
        what, hint = "There is no quality tool of this name.", list_hint(name, sorted(tools))
        if name in tools:
            if section == "quality_tools" or tools[name].overall.scale is not None:
                continue
            what = f"{tools[name].label} has no judgement of the whole, so it forms no groups."
            hint = "Name a tool that has one, or delete the entry."
        line = line_of_entry(root / file, place)
        found.append(Problem(file, line, column, name, what, hint, "error", "quality-tool"))
    return found


def _no_review(root: Path) -> Problem:
    """Say kindly that the command was started somewhere else."""
    near = [folder for folder in (root.parent, root.parent.parent) if _is_review(folder)]
    inside = root.iterdir() if root.is_dir() else ()
    below = sorted(path.name for path in inside if _is_review(path))
    if near:
        hint = f"The review is in {near[0]}: go there, or write review --root and that folder."
    elif below:
        hint = f"The review is in {below[0]}: go there, or write review --root {below[0]}."
    else:
        hint = "Go to the folder of the review, or name it: review --root FOLDER and the command."
    what = f"There is no review in this folder ({root}): no data/protocol.yml, and no tables."
    return Problem("data/", None, None, None, what, hint, "error", "no-review")


def _is_review(folder: Path) -> bool:
    try:
        return (folder / "data" / "protocol.yml").is_file()
    except OSError:  # a folder that may not be looked into
        return False


def _tell_workbooks(source: FileText, path: Path) -> None:
    """Say that a workbook with the name of a table is not read."""
    for suffix in (".xlsx", ".xls", ".ods"):
        beside = path.with_suffix(suffix)
        if beside.exists():
            source.report(
                "file-beside",
                f"{beside.name} stands beside this table; it is not read.",
                "If it holds the newer rows, save it as CSV UTF-8 under the name of the table, or "
                "use review workbook. Then move it elsewhere.",
                severity="warning",
            )


def _tell_unused(table: Table, used: pa.DataFrameSchema | None) -> None:
    """Say that cells are filled in a table or column for which the review has no use."""
    source = table.source
    if used is None:
        if len(table.frame):
            source.report(
                "table-not-used",
                "This review has no use for the table, so its rows appear nowhere.",
                "Look whether the protocol lacks an entry: adverse_events, comparisons, outcomes, "
                "certainty.",
                severity="warning",
            )
        return
    for name in source.header:
        if name not in used.columns and bool(table.frame[name].notna().any()):
            source.report(
                "column-not-used",
                f"This review has no use for the column {name}, so it appears nowhere.",
                "Look whether a number stands in the wrong column, or name the column in "
                "data/protocol.yml (study_columns, or the measure of an outcome).",
                line=1,
                column=name,
                severity="warning",
            )


def _without_consequences(table: Table) -> list[Problem]:
    """Drop what only follows from a row, cell or column that could not be read."""
    source = table.source
    missing = set(source.missing)
    kept = []
    for problem in source.problems:
        about_row = problem.line in source.broken_lines
        if about_row and not problem.rule.startswith("row-too"):
            continue
        if problem.column in missing and not problem.rule.startswith("column-"):
            continue
        cell = (problem.line or 0, problem.column or "")
        if cell in table.bad_cells and not problem.rule.startswith(("cell-", "date-")):
            continue
        if cell in table.bad_cells and problem.rule == "cell-empty":
            continue
        kept.append(problem)
    return kept
