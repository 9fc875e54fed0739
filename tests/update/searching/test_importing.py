"""Does an import keep everything, add nothing twice, and leave data that the check accepts?"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from analysis.update.searching.counts import count_records, counts_of
from analysis.update.searching.importing import import_export
from analysis.update.searching.removal import remove_search
from analysis.update.searching.search_tables import SearchTables
from analysis.update.searching.showing import completed, show
from schemas import check_review, load_review
from schemas.problems import DataProblems
from tests.update.searching.conftest import DAY, EXAMPLES, rows, take

ALL = (
    ("pubmed.nbib", "PubMed"),
    ("embase.ris", "Embase"),
    ("web-of-science.txt", "Web of Science"),
    ("web-of-science-utf16.txt", "Web of Science"),
    ("scopus.csv", "Scopus"),
    ("pubmed.csv", "PubMed"),
    ("embase-upright.csv", "Embase"),
    ("cochrane.csv", "Cochrane Library"),
    ("manager.bib", "Colleagues"),
    ("endnote.xml", "Colleagues"),
)


def take_all(root: Path) -> None:
    for name, database in ALL:
        take(root, name, database, query="example", kind="database")


def files_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".review" not in path.parts
    }


def test_every_format_gives_data_that_the_check_accepts(root: Path) -> None:
    take_all(root)
    report = check_review(root)
    assert report.problems == ()
    assert len(rows(root, "records")) == 19
    assert report.data is not None
    assert str(report.data.records["year"].dtype) == "Int64"


def test_export_is_kept_byte_for_byte(root: Path) -> None:
    take(root, "embase.ris", "Embase")
    kept = root / "data" / "searches" / "2026-01-10-embase.ris"
    assert kept.read_bytes() == (EXAMPLES / "embase.ris").read_bytes()
    (search,) = (row for row in rows(root, "searches") if row["search_date"] == DAY)
    assert search["file"] == "searches/2026-01-10-embase.ris"
    assert search["sha256"] == hashlib.sha256(kept.read_bytes()).hexdigest()
    assert search["records"] == "3"


def test_same_file_twice_changes_nothing(root: Path) -> None:
    take(root, "embase.ris", "Embase")
    before = files_of(root)
    report = take(root, "embase.ris", "Scopus", day="2026-02-02", query="other")
    assert report.already
    assert report.search_id == "2026-01-10-embase"
    assert files_of(root) == before


def test_same_file_of_a_later_day_is_the_search_run_again(root: Path) -> None:
    take(root, "embase.ris", "Embase")
    report = take(root, "embase.ris", "embase", day="2026-02-02")
    assert (report.already, report.records, report.across) == (False, 3, 3)
    assert any("same file as that of 2026-01-10-embase" in note for note in report.notes)
    assert max(row["search_date"] for row in rows(root, "searches")) == "2026-02-02"
    assert check_review(root).problems == ()
    before = files_of(root)
    assert take(root, "embase.ris", "Embase", day="2026-02-02").already
    assert take(root, "embase.ris", "Embase").already
    assert files_of(root) == before


def test_broken_file_changes_nothing(root: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ris"
    broken.write_bytes((EXAMPLES / "embase.ris").read_bytes().removesuffix(b"ER  - \n\n"))
    before = files_of(root)
    with pytest.raises(DataProblems, match="breaks off"):
        import_export(root, broken, "Embase", DAY)
    assert files_of(root) == before


@pytest.mark.parametrize(("kind", "said"), [(None, "register"), ("other", "other")])
def test_registrations_alone_come_from_a_register(root: Path, kind: str | None, said: str) -> None:
    file = EXAMPLES.parent / "loose" / "ctgov.json"
    import_export(root, file, "ClinicalTrials.gov", DAY, query="alpha", kind=kind)
    assert [r["kind"] for r in rows(root, "searches") if r["database"] == "ClinicalTrials.gov"] == [
        said
    ]
    assert check_review(root).data is not None


def test_query_of_the_last_search_is_taken_over_and_said(root: Path) -> None:
    report = take(root, "embase.ris", "embase")
    assert report.query_of == "2025-05-20-embase"
    old, new = (row for row in rows(root, "searches") if row["database"] == "Embase")
    assert new["query"] == old["query"]
    assert (new["search_id"], new["kind"]) == ("2026-01-10-embase", "database")


def test_new_database_needs_its_query(root: Path) -> None:
    with pytest.raises(DataProblems, match="--query"):
        take(root, "scopus.csv", "Scopus")
    take(root, "scopus.csv", "Scopus", query="example")


def test_other_query_on_the_same_day_is_another_search(root: Path) -> None:
    take(root, "embase.ris", "Embase", query="one")
    take(root, "embase-upright.csv", "Embase", query="two")
    assert [row["search_id"] for row in rows(root, "searches")][-2:] == [
        "2026-01-10-embase",
        "2026-01-10-embase-2",
    ]


def test_export_of_the_published_search_completes_its_row(root: Path) -> None:
    take(root, "pubmed.nbib", "PubMed", day="2025-05-20")
    first = rows(root, "searches")[0]
    assert (first["search_id"], first["records"]) == ("2025-05-20-pubmed", "3")
    assert first["file"] == "searches/2025-05-20-pubmed.nbib"
    assert len(rows(root, "searches")) == 4


def test_search_in_two_files_is_one_search(root: Path) -> None:
    """Web of Science gives 1000 records a file."""
    take(root, "web-of-science.txt", "Web of Science")
    report = take(root, "web-of-science-utf16.txt", "Web of Science")
    assert (report.search_id, report.within) == ("2026-01-10-web-of-science", 1)
    assert rows(root, "searches")[-1]["records"] == "3"
    shown = show(root, "R00003")
    assert shown.file == "data/searches/2026-01-10-web-of-science-2.csv"
    assert "procedure" in shown.raw


def test_record_is_shown_with_its_raw_fields(root: Path) -> None:
    take_all(root)
    shown = show(root, "r00005")
    assert shown.search["database"] == "Embase"
    assert (shown.file, shown.line) == ("data/searches/2026-01-10-embase.ris", 20)
    assert "M3  - Conference Abstract" in shown.raw
    assert [row["study"] for row in shown.studies] == ["NCT90000001"]
    with pytest.raises(DataProblems, match="R00001 to R00019"):
        show(root, "R00020")


def test_gaps_are_filled_from_duplicates(root: Path) -> None:
    take(root, "pubmed.csv", "PubMed")
    take(root, "embase-upright.csv", "Embase")
    found = completed(SearchTables.read(root), "R00002")
    assert (found["record_id"], found["source_title"]) == ("R00001", "Ex J")
    assert found["abstract"] == "An invented survey, with a comma."


def test_counts_for_the_flow_diagram(root: Path) -> None:
    take_all(root)
    data = load_review(root)
    counts = counts_of(data)
    assert (counts.identified, counts.duplicates, counts.unique) == (19, 8, 11)
    assert counts.by_database["database", "PubMed"] == 4
    # The last searches only: what earlier ones had found is a duplicate all the same.
    update = counts_of(data, ["2026-01-10-scopus", "2026-01-10-colleagues"])
    assert (update.identified, update.duplicates, update.unique) == (6, 3, 3)


def test_counts_do_not_depend_on_the_record_that_a_person_keeps() -> None:
    searches = [
        {"search_id": name, "database": name, "kind": None, "search_date": DAY, "records": None}
        for name in ("a", "b")
    ]
    found = [
        {"record_id": "R00001", "search_id": "a"},
        {"record_id": "R00002", "search_id": "b"},
    ]
    merges = [{"record_id": "R00001", "kept_id": "R00002", "undone": None}]
    first, second = count_records(searches, found, merges).searches
    assert (first.unique, second.unique) == (1, 0)


def test_search_is_removed_unless_it_was_screened(root: Path) -> None:
    before = files_of(root)
    take(root, "embase.ris", "Embase")
    assert remove_search(root, "2026-01-10-embase") == 3
    assert files_of(root) == before
    take(root, "embase.ris", "Embase")
    with (root / "data" / "screening.csv").open("a", encoding="utf-8") as file:
        file.write("R00001,title_abstract,Anna,include,,,\n")
    with pytest.raises(DataProblems, match="have been screened"):
        remove_search(root, "2026-01-10-embase")
    with pytest.raises(DataProblems, match="Did you mean"):
        remove_search(root, "2026-01-10-embas")


def test_changed_export_is_found_by_the_check(root: Path) -> None:
    take(root, "embase.ris", "Embase")
    kept = root / "data" / "searches" / "2026-01-10-embase.ris"
    kept.write_bytes(kept.read_bytes() + b"\n")
    (problem,) = check_review(root).problems
    assert problem.rule == "search-file-changed"
    kept.unlink()
    assert [found.rule for found in check_review(root).problems] == ["search-file-missing"]


def test_progress_goes_from_nothing_to_all(root: Path) -> None:
    told: list[float] = []
    lines = "".join(f"TY  - JOUR\nTI  - Example {n}\nER  - \n" for n in range(600))
    path = root / "many.ris"
    path.write_text(lines, encoding="utf-8")
    import_export(root, path, "Many", DAY, query="q", progress=lambda share, _: told.append(share))
    assert told == sorted(told)
    assert (told[0], told[-1], len(told)) == (0.0, 1.0, 6)


def test_a_year_or_number_that_cannot_be_read_is_named(root: Path, tmp_path: Path) -> None:
    """Is what stands in place of a year, DOI or PubMed number said with its line?"""
    path = tmp_path / "words.csv"
    path.write_text(
        "Title,Authors,Year,DOI,PMID,Journal\n"
        'A,"Doe, J",two thousand and nineteen,none yet,PMC12,J Ex\n'
        'B,"Roe, R",2019,10.1000/b,32123457,J Ex\n',
        encoding="utf-8",
    )
    notes = import_export(root, path, "X", DAY, query="q").notes
    assert notes == (
        "Line 2: no year in what the record has for it, “two thousand and nineteen”.",
        "Line 2: no DOI in what the record has for it, “none yet”.",
        "Line 2: no PubMed number in what the record has for it, “PMC12”.",
    )
