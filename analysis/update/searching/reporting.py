"""What the commands of the searches print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.storage.table_files import read_table
from analysis.update.searching.cleaning import unguarded
from analysis.update.searching.counts import count_records
from analysis.update.searching.merge_log import kept_records
from analysis.update.searching.search_tables import SearchTables
from analysis.update.searching.trials import trials
from schemas.problems import count_text

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.update.searching.importing import ImportReport
    from analysis.update.searching.search_tables import Row
    from analysis.update.searching.showing import ShownRecord


def import_text(report: ImportReport) -> str:
    """Say what an import did."""
    if report.already:
        return f"This file was imported before, as search {report.search_id}. Nothing was changed."
    read = f"{count_text(report.records, 'record')} ({report.format}, {report.encoding})"
    new = report.records - report.within - report.across
    repeated = (
        f"Duplicates within this search: {report.within}, of earlier searches: {report.across}"
    )
    lines = [f"Search {report.search_id}: {read}.", f"  {repeated}. New: {new}."]
    if report.query_of is not None:
        lines.append(
            f"  No query was given: that of {report.query_of} was taken over. If the search was "
            "changed, correct it in data/searches.csv."
        )
    if report.trials:
        reports = count_text(report.trials, "new report")
        lines.append(f"  {reports} of trials with several reports: review search studies")
    if report.doubts:
        pairs = count_text(len(report.doubts), "pair")
        lines.append(f"  {pairs} may be the same report, a person decides: review search possible")
    lines += [
        f"  {row['record_id']} is no longer merged with {row['kept_id']}: a new record fits one of "
        "them and not the other. A person decides: review search possible"
        for row in report.retracted
    ]
    return "\n".join([*lines, *(f"  {note}" for note in report.notes)])


def list_text(root: Path) -> str:
    """List the searches with what they found."""
    tables = SearchTables.read(root)
    counts = count_records(tables.searches, tables.records, tables.record_merges)
    head = ("Search", "Database", "Date", "Records", "Duplicates", "New")
    rows: list[tuple[str, ...]] = [head]
    for search in counts.searches:
        told = "not reported" if search.told is None else f"{search.told}, not imported"
        numbers = (
            (str(search.imported), str(search.duplicates), str(search.unique))
            if search.imported
            else (told, "", "")
        )
        rows.append((search.search_id, search.database, search.date, *numbers))
    sums = (str(counts.identified), str(counts.duplicates), str(counts.unique))
    rows.append(("all that were imported", "", "", *sums))
    lines = [_aligned(row, rows) for row in rows]
    by_database = [
        f"  {database}: {number}" for (_, database), number in counts.by_database.items() if number
    ]
    if len(by_database) < sum(search.imported > 0 for search in counts.searches):
        lines += ["", "Records of each database:", *by_database]
    return "\n".join(lines)


def merges_text(root: Path) -> str:
    """List which records were merged, and why."""
    tables = SearchTables.read(root)
    if not tables.record_merges:
        return "No record has been merged."
    titles = {row["record_id"]: row["title"] for row in tables.records}
    lines = []
    for row in tables.record_merges:
        mark = f" [no longer: {row['undone']}]" if row["undone"] else ""
        lines.append(
            f"{row['record_id']} → {row['kept_id']}  {row['reason']} ({row['decided_by']}){mark}"
        )
        lines.append(f"    {_short(titles.get(row['record_id'], ''))}")
    kept = kept_records(tables.record_merges)
    lines.append(f"{count_text(len(kept), 'record')} merged into others.")
    return "\n".join(lines)


def studies_text(root: Path) -> str:
    """List the trials that several records report."""
    tables = SearchTables.read(root)
    found = trials(tables.record_studies, tables.record_merges)
    rows = {row["record_id"]: row for row in tables.records}
    included = _included(root)
    lines = []
    several = [trial for trial in found if len(trial.records) > 1 or trial.study in included]
    for trial in several:
        name = included.get(trial.study)
        known = f" = {name} of studies.csv" if name and name != trial.study else ""
        lines.append(f"{trial.study}{known}: {count_text(len(trial.records), 'report')}")
        for record_id in trial.records:
            by = " (a person decided)" if record_id in trial.by_person else ""
            lines.append(f"    {_line(rows[record_id])}{by}")
    alone = len(found) - len(several)
    counted = count_text(len(several), "study").replace("studys", "studies")
    lines.append(
        f"{counted[:1].upper()}{counted[1:]} with several reports or in the review already; "
        f"{alone} more with one report."
    )
    return "\n".join(lines)


def possible_text(root: Path) -> str:
    """List the pairs that a person should look at."""
    from analysis.update.searching.decisions import possible

    found = possible(root)
    if not found:
        return "No pair of records is left to a person."
    lines = []
    for doubt, first, second in found:
        lines += [doubt.match.reason, f"    {_line(first)}", f"    {_line(second)}"]
    example = found[0][0].pair
    same = f"review search merge {example[1]} {example[0]}"
    lines += [
        f"{count_text(len(found), 'pair')}. The same report? {same}",
        "Two reports of one study? review search group … --study NAME. Else leave them.",
    ]
    return "\n".join(lines)


def show_text(shown: ShownRecord) -> str:
    """Print a record with its raw fields, its search and what was decided."""
    record = shown.record
    lines = [record["record_id"]]
    skipped = ("record_id", "search_id", "position")
    lines += [
        f"  {column}: {_visible(unguarded(text))}"
        for column, text in record.items()
        if text and column not in skipped
    ]
    search = shown.search
    lines += [
        "",
        f"Found by {search['search_id']}: {search['database']}, {search['search_date']}",
        f"  query: {_visible(search['query'])}",
    ]
    if shown.kept != record["record_id"]:
        lines.append(f"Duplicate: {shown.kept} stands for it.")
    for row in shown.merges:
        state = " (no longer)" if row["undone"] else ""
        lines.append(
            f"  {row['record_id']} → {row['kept_id']}{state}: {row['reason']} ({row['decided_by']})"
        )
    for row in shown.studies:
        lines.append(f"Report of {row['study']} ({row['decided_by']})")
    lines += ["", f"As exported ({shown.file}, from line {shown.line}):", ""]
    lines += [f"  {_visible(line)}" for line in shown.raw.split("\n")]
    return "\n".join(lines)


def _included(root: Path) -> dict[str, str]:
    """Give the included studies by their id and by their registrations."""
    found = {}
    for row in read_table(root, "studies")[1]:
        for name in (row["study_id"], *row["registry_id"].split(";")):
            if name.strip():
                found[name.strip()] = row["study_id"]
    return found


def _line(row: Row) -> str:
    author = unguarded(row["authors"]).split(",")[0].split(";")[0]
    told = " ".join(part for part in (author, row["year"]) if part)
    place = ", ".join(part for part in (unguarded(row["source_title"]), row["doi"]) if part)
    return f"{row['record_id']}  {_visible(told)}: {_short(row['title'])} [{_visible(place)}]"


def _short(title: str) -> str:
    text = _visible(unguarded(title)) or "(no title)"
    return text if len(text) <= 90 else text[:89] + "…"


def _visible(text: str) -> str:
    """Leave no sign that a terminal would obey."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "?" for c in text)


def _aligned(row: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(line[column]) for line in rows) for column in range(len(row))]
    cells = [
        cell.ljust(width) if column < 3 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
