"""Are exports read as people and programs really leave them, and is what is not read named?

The files in `loose/` have the layouts named in each test; their content is invented.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.update.searching.cleaning import clean, plain_doi
from analysis.update.searching.deduplication import deduplicate
from analysis.update.searching.export_record import first_year, listed_lines, year_in
from analysis.update.searching.exports import Export, read_export
from schemas.problems import DataProblems
from tests.update.searching.conftest import Row, record

LOOSE = Path(__file__).parent / "loose"
ENTRY = (
    "@article{%s\n author = {Example, Anna and Muster, Max},\n title = {A trial of {\\&} alpha},\n"
    " year = {2024}%s\n doi = {10.1000/example.s1}\n}\n"
)


def read(name: str) -> tuple[Export, list[Row]]:
    return read_text((LOOSE / name).read_bytes(), name)


def read_text(data: bytes | str, name: str = "file") -> tuple[Export, list[Row]]:
    export = read_export(data.encode() if isinstance(data, str) else data, name)
    return export, [clean(found) for found in export.records]


def merged(*names: str) -> tuple[set[frozenset[str]], list[str]]:
    """Sets of the records of these files, and the reasons of the doubts."""
    cells = [found for name in names for found in read(name)[1]]
    rows = [record(number) | row for number, row in enumerate(cells, start=1)]
    result = deduplicate(rows, [])
    sets = {found for found in result.sets.values() if len(found) > 1}
    return sets, [doubt.match.reason for doubt in result.doubts]


@pytest.mark.parametrize("name", ["before-ty.ris", "one-blank.ris", "no-blank.ris"])
def test_ris_is_read_with_any_blanks_and_with_its_type_anywhere(name: str) -> None:
    export, rows = read(name)
    assert not export.notes
    assert all(row["title"] and row["authors"] and row["doi"] and row["volume"] for row in rows)
    assert rows[0]["authors"].split(",")[0] in ("Example", "Doe")
    assert rows[0]["year"] in ("2006", "2020")


def test_ris_without_any_type_is_read() -> None:
    export, (row, _) = read_text("TI  - Title A\nAU  - Doe, J\nER  - \n\nTI  - B\nER  - \n")
    assert (row["title"], row["authors"]) == ("Title A", "Doe, J")
    assert [found.line for found in export.records] == [1, 5]


def test_lines_of_ris_that_belong_to_no_record_are_named() -> None:
    text = "Record 1 of 2\nTY  - JOUR\nTI  - A\nIL-6 and\n more\nER  - \nDB  - X\nER  - \nstray\n"
    export, (row,) = read_text(text)
    assert row["title"] == "A IL-6 and more"
    assert export.notes == (
        "Lines 1, 7, 8 and 9 belong to no record and were not read: “Record 1 of 2”.",
    )


def test_hyphen_in_a_text_is_no_tag_where_tags_have_one_blank() -> None:
    _, (row,) = read_text("TY - JOUR\nTI - About\nII - an open label trial of\nIL-6\nER -\n")
    assert row["title"] == "About II - an open label trial of IL-6"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("20200115", "2020"),
        ("202001", "2020"),
        ("2020/05//", "2020"),
        ("JAN 2020", "2020"),
        ("2025-26", "2025"),
        ("12020", ""),
        ("20209999", ""),  # no month 99: a number, not a date
        ("in press", ""),
        ("0", ""),
    ],
)
def test_year_within_a_text(text: str, year: str) -> None:
    assert year_in(text) == year


def test_year_is_taken_from_the_first_field_that_has_one() -> None:
    assert first_year(["in press", "", "2020"]) == "2020"
    _, rows = read("years.ris")
    assert [row["year"] for row in rows] == ["2020"] * 5 + [""] + ["2020"] * 4
    assert read("cinahl.csv")[1][0]["year"] == "2024"
    early = "FN Clarivate\nVR 1.0\nPT J\nTI A\nEA JAN 2020\nEY 2019\nER\nEF\n"
    export, (row,) = read_text(early)
    assert row["year"] == "2019"
    assert not export.notes


@pytest.mark.parametrize(
    ("key", "comma"),
    [
        ("a2024,", ","),
        ("European Commission, T2019,", ","),
        ("Commission,T2019,", ","),
        (",", ","),
        ("a,", ""),
        ("a,", ",\n funding_text 1 = {Paid, {really} = by},"),
        ("a,", ",\n year = {1999},"),
        ("a,", ",\n month = jan # {~3},"),
    ],
)
def test_bibtex_entry_is_read_in_spite_of_its_form(key: str, comma: str) -> None:
    _, (row, other) = read_text(ENTRY % (key, comma) + ENTRY % ("b,", ","))
    assert row == other
    assert (row["title"], row["year"], row["doi"]) == (
        "A trial of & alpha",
        "2024",
        "10.1000/example.s1",
    )
    assert row["authors"] == "Example, Anna; Muster, Max"


def test_damaged_bibtex_entry_is_set_aside_and_named() -> None:
    damaged = "@article{b,\n title = {Never {closed},\n year = {2020}\n\n"
    export, rows = read_text(ENTRY % ("a,", ",") + damaged + ENTRY % ("c,", ","))
    assert len(rows) == 2
    (note,) = export.notes
    assert "line 7" in note
    assert "title has no end" in note


def test_scopus_writes_blanks_about_the_dash_of_pages() -> None:
    _, (row,) = read("scopus.bib")
    assert (row["pages"], row["year"]) == ("131-154", "2024")


@pytest.mark.parametrize(
    "name", ["lens.csv", "openalex.csv", "dimensions.csv", "pop.csv", "springer.csv"]
)
def test_columns_are_known_however_they_are_spelt(name: str) -> None:
    export, (row,) = read(name)
    names = row["authors"].split("; ")
    assert (len(names), "Doe" in names[0], "Roe" in names[1]) == (2, True, True)
    wanted = ("Example trial A of drug alpha", "2024", "12", "3", "Journal of Examples")
    assert tuple(row[n] for n in ("title", "year", "volume", "issue", "source_title")) == wanted
    assert row["doi"] == "10.1000/example.a"
    assert row["pages"] == ("" if name == "springer.csv" else "101-110")
    assert "were not read" in export.notes[-1]


def test_one_report_in_five_databases_is_merged_whatever_the_order_of_names() -> None:
    sets, doubts = merged("lens.csv", "openalex.csv", "dimensions.csv", "pop.csv", "springer.csv")
    assert [len(found) for found in sets] == [5]
    assert not doubts


def test_table_of_scopus_saved_by_r() -> None:
    export, (series, other) = read("scopus_r.csv")
    assert (series["source_title"], series["pages"], series["issue"]) == (
        "Revista de Ejemplos",
        "17",
        "",
    )
    assert (other["authors"], other["report_type"]) == (
        "Essai, Dominique; Prueba, Carla",
        "Article",
    )
    assert "Author.s..ID" in export.notes[0]


def test_name_of_a_database_is_no_journal() -> None:
    _, (row,) = read_text("Title,Year,Source\nA,2020,Scopus\n")
    assert row["source_title"] == ""


@pytest.mark.parametrize(
    ("name", "number", "source"),
    [
        ("ctgov.csv", "NCT90000001", "ClinicalTrials.gov"),
        ("ictrp.csv", "ChiCTR9000000001", "ICTRP"),
        ("ictrp.xml", "ChiCTR9000000001", "ChiCTR"),
        # The trial that the registration cites is not its own.
        ("ctgov.json", "NCT90000001; 2099-000001-11", "ClinicalTrials.gov"),
    ],
)
def test_registers_are_read(name: str, number: str, source: str) -> None:
    _, (row,) = read(name)
    assert (row["registry_id"], row["source_title"]) == (number, source)
    assert (row["report_type"], row["title"]) == (
        "trial registration",
        "Example trial A of drug alpha",
    )


def test_page_of_a_register_says_what_it_leaves_out() -> None:
    export, (row,) = read("ctgov.json")
    assert (row["year"], row["authors"]) == ("2024", "Example University")
    assert row["abstract"] == "Alpha is compared with placebo."
    assert export.records[0].line == 3
    pages, unnumbered = export.notes
    assert "2 of 3 trials" in pages
    assert unnumbered == "Records without an NCT number, not read: 2."


@pytest.mark.parametrize("text", ['{"studies": [', '[{"id": "doe2020", "title": "A"}]', "{}"])
def test_other_json_is_refused_with_what_to_download(text: str) -> None:
    with pytest.raises(DataProblems, match=r"ClinicalTrials\.gov"):
        read_text(text)


def test_row_that_does_not_fit_is_set_aside_and_the_others_are_read() -> None:
    export, rows = read_text("Title,Year,DOI\nA,2020,\nB,2020,,too,many\nC,2021,\n")
    assert [row["title"] for row in rows] == ["A", "C"]
    assert export.notes[0].startswith("Line 3: not 3 cells")


@pytest.mark.parametrize("name", ["pubmed.xml", "ovid.txt", "cnki.enw", "eric.nbib"])
def test_further_formats(name: str) -> None:
    export, (row, *more) = read(name)
    assert (row["title"], row["year"], row["volume"]) == (
        "Example trial A of drug alpha",
        "2025",
        "12",
    )
    assert row["source_title"] == "Journal of invented examples"
    assert row["pages"] in ("101-110", "101-10")
    assert (row["doi"], row["authors"].split(",")[0]) == ("10.1000/example.a", "Example")
    assert len(row["authors"].split("; ")) == 2
    if name in ("pubmed.xml", "ovid.txt"):
        # Not the trial nor the article that it cites.
        assert (row["registry_id"], row["pmid"]) == ("NCT90000001", "99000001")
    assert [other["title"] for other in more] == ["Example series C of a procedure"] * len(more)
    assert [note.split(" belong")[0] for note in export.notes] == {
        "ovid.txt": ["Line 1"],
        "eric.nbib": ["Line 21"],
    }.get(name, [])


def test_one_odd_byte_does_not_change_how_the_rest_is_read() -> None:
    export, (first, second) = read("onebad.ris")
    assert first["title"] == "Étude de l’alpha à l’hôpital de Zürich: première partie"
    assert first["authors"] == "Müller, Jörg"
    assert second["title"] == "Alpha – beta trial of a long title in adults"
    assert export.encoding == "UTF-8"
    assert export.notes[0].startswith("Line 11 is not UTF-8")


def test_odd_byte_within_a_line_of_utf8_leaves_its_other_letters() -> None:
    line = "TI  - Zürich ".encode() + b"\x96" + " Genève, hôpital".encode()
    _, (row,) = read_text(b"TY  - JOUR\n" + line + b"\nER  - \n")
    assert row["title"] == "Zürich – Genève, hôpital"


@pytest.mark.parametrize("word", ["Größe", "créée", "Straßenbäume", "Ärzte, Öfen und Übermut"])
def test_western_accents_in_pairs_are_not_chinese(word: str) -> None:
    export, (row,) = read_text(f"TY  - JOUR\nTI  - {word}\nER  - \n".encode("cp1252"))
    assert (export.encoding, row["title"]) == ("Windows-1252", word)


def test_chinese_lines_among_utf8_are_read_as_chinese() -> None:
    good = "TY  - JOUR\nTI  - Étude\nER  - \n".encode()
    odd = "TY  - JOUR\nTI  - 举例研究的标题\nER  - \n".encode("gb2312")
    export, rows = read_text(good + odd)
    assert [row["title"] for row in rows] == ["Étude", "举例研究的标题"]
    assert "Line 5" in export.notes[0]


def test_remarks_behind_a_title_hide_no_duplicate() -> None:
    sets, doubts = merged("suffix-a.ris", "suffix-b.ris")
    # The fifth is Web of Science's title of a correction: a report of its own.
    wanted = {frozenset({f"R{n:05d}", f"R{n + 8:05d}"}) for n in (1, 2, 3, 4, 6, 7, 8)}
    assert sets == wanted
    assert not doubts


def test_encoded_doi_is_the_same_doi() -> None:
    sets, _ = merged("percent-a.ris", "percent-b.ris")
    assert len(sets) == 2
    assert plain_doi("https://doi.org/10.1000%2Fa%28b%29") == "10.1000/a(b)"


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("Doe, Jane (jane.doe@example.org); Roe, R.", "Doe, Jane; Roe, R."),
        ("Doe, Jane <j@example.org>", "Doe, Jane"),
        ("jane@example.org; Roe, R.", "Roe, R."),
        ("J Doe, RB Roe", "Doe, J; Roe, RB"),
        ("Jane Doe|Richard Roe", "Jane Doe; Richard Roe"),
    ],
)
def test_names_of_authors(given: str, names: str) -> None:
    _, (row,) = read_text(f"TY  - JOUR\nTI  - A\nAU  - {given}\nER  - \n")
    assert row["authors"] == names


@pytest.mark.parametrize(("volume", "asked"), [("12", True), ("13", False)])
def test_years_far_apart_are_offered_only_within_one_volume(volume: str, asked: bool) -> None:
    rows = [record(1, volume="12", year="2012"), record(2, volume=volume, year="2021")]
    doubts = deduplicate(rows, []).doubts
    assert [doubt.match.reason for doubt in doubts] == (
        ["title 100, first author equal; but the years are 9 apart"] if asked else []
    )


def test_lines_are_named_in_words() -> None:
    assert listed_lines([2]) == "Line 3"
    assert listed_lines([0, 4]) == "Lines 1 and 5"
    assert listed_lines(list(range(8))) == "Lines 1, 2, 3, 4, 5 and 3 more"


def test_broken_xml_of_pubmed_is_refused() -> None:
    with pytest.raises(DataProblems, match="broken"):
        read_text("<?xml version='1.0'?>\n<PubmedArticleSet><PubmedArticle></PubmedArticleSet>")
