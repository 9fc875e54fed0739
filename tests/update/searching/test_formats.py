"""Is every usual export read with the right fields, and is a broken one refused with its line?"""

from __future__ import annotations

import pytest

from analysis.update.searching.cleaning import clean
from analysis.update.searching.exports import Export, detect, read_export
from schemas.problems import DataProblems, Problem
from tests.update.searching.conftest import EXAMPLES, Row

TRIAL_A = (
    "Example trial A of drug alpha plus drug beta in a condition: a randomised, controlled, "
    "phase 3 trial"
)


def read(name: str) -> tuple[Export, list[Row]]:
    export = read_export((EXAMPLES / name).read_bytes(), name)
    return export, [clean(found) for found in export.records]


def refused(data: bytes, asked: str = "auto") -> Problem:
    with pytest.raises(DataProblems) as found:
        read_export(data, "export.txt", asked)
    (problem,) = found.value.problems
    assert problem.file == "export.txt"
    return problem


@pytest.mark.parametrize(
    ("name", "form", "records"),
    [
        ("pubmed.nbib", "nbib", 3),
        ("embase.ris", "ris", 3),
        ("web-of-science.txt", "wos", 2),
        ("web-of-science-utf16.txt", "csv", 1),
        ("scopus.csv", "csv", 2),
        ("pubmed.csv", "csv", 1),
        ("embase-upright.csv", "csv", 2),
        ("cochrane.csv", "csv", 1),
        ("manager.bib", "bibtex", 2),
        ("endnote.xml", "endnote", 2),
    ],
)
def test_format_is_seen_from_the_content(name: str, form: str, records: int) -> None:
    export, _ = read(name)
    assert (export.format, len(export.records)) == (form, records)


def test_nbib_of_pubmed() -> None:
    export, (first, second, erratum) = read("pubmed.nbib")
    assert first == {
        "title": TRIAL_A,
        "authors": "Example, Anna B; Muster, Max",
        "year": "2025",
        "source_title": "Journal of invented examples",
        "volume": "12",
        "issue": "3",
        "pages": "101-110",
        "doi": "10.1000/example.a",
        "pmid": "99000001",
        "registry_id": "NCT90000001",
        "abstract": (
            "BACKGROUND: An invented abstract that goes on over two lines. "
            "Registered as NCT90000001."
        ),
        "language": "eng",
        "report_type": "Journal Article; Randomized Controlled Trial",
    }
    assert second["doi"] == ""
    # Old records give initials only.
    assert erratum["authors"] == "Example, AB"
    assert [found.line for found in export.records] == [2, 31, 44]
    assert export.records[0].raw.startswith("PMID- 99000001\nOWN - NLM")


def test_ris_of_embase() -> None:
    export, (first, meeting, _) = read("embase.ris")
    assert first["title"] == (
        "Example trial A of drug α plus drug β in a condition: A randomised, controlled, "
        "phase III trial"
    )
    assert first["authors"] == "Example, A.B.; Muster, M."
    assert (first["year"], first["volume"], first["issue"]) == ("2025", "12", "3")
    assert (first["pages"], first["doi"], first["pmid"]) == (
        "101-110",
        "10.1000/example.a",
        "99000001",
    )
    # The registration stands in a field of its own (CL) that the table does not have.
    assert first["registry_id"] == "NCT90000001"
    assert meeting["report_type"] == "Conference Abstract"
    assert meeting["registry_id"] == "NCT90000001"
    assert [found.line for found in export.records] == [1, 20, 34]


def test_plain_text_of_web_of_science() -> None:
    _, (first, second) = read("web-of-science.txt")
    assert (first["title"], first["authors"]) == (TRIAL_A, "Example, Anna B.; Muster, Max")
    assert (first["doi"], first["pmid"], first["pages"]) == (
        "10.1000/example.a",
        "99000001",
        "101-110",
    )
    assert (second["pages"], second["language"]) == ("17", "Spanish")


def test_table_of_web_of_science_in_utf16_with_a_lone_quotation_mark() -> None:
    export, (only,) = read("web-of-science-utf16.txt")
    assert export.encoding == "UTF-16"
    assert only["title"] == 'Example series C of a "procedure'
    assert (only["authors"], only["year"], only["pages"]) == ("Prueba, Carla", "2023", "17")


def test_table_of_scopus() -> None:
    _, (first, second) = read("scopus.csv")
    assert (first["authors"], first["pages"]) == ("Prueba, Carla", "17")
    assert (second["authors"], second["pages"]) == ("Essai, Dominique; Prueba, Carla", "5-9")
    assert second["registry_id"] == "ISRCTN90000004"
    # A spreadsheet shows the apostrophe's cell and does not execute it.
    assert second["title"].startswith("'=cmd()")


def test_tables_of_pubmed_embase_and_cochrane() -> None:
    _, (pubmed,) = read("pubmed.csv")
    _, (upright, case) = read("embase-upright.csv")
    _, (cochrane,) = read("cochrane.csv")
    assert pubmed["authors"] == "Voorbeeld, E; van der Muster, F; Roe, RB"
    assert upright["authors"] == "Voorbeeld, E.; van der Muster, F.; Roe, R.B."
    assert (pubmed["pmid"], upright["pmid"]) == ("99000005", "99000005")
    assert (upright["pages"], upright["abstract"]) == ("1-2", "An invented survey, with a comma.")
    assert case["title"] == "Example report F of one case"
    assert (cochrane["authors"], cochrane["year"]) == ("Example, AB; Muster, M", "2019")


def test_bibtex_with_an_abbreviation_accents_and_a_repeated_key() -> None:
    export, (first, talk) = read("manager.bib")
    assert first["title"] == TRIAL_A
    assert first["authors"] == "Example, Anna B.; Müster, Max"
    assert first["source_title"] == "Journal of Invented Examples"
    assert (first["pages"], first["abstract"]) == (
        "101-110",
        "Half of the patients, 50% of 80, were invented & counted.",
    )
    assert (talk["source_title"], talk["report_type"]) == ("Invented congress", "conference paper")
    assert [found.line for found in export.records] == [3, 16]


def test_endnote_xml() -> None:
    export, (first, talk) = read("endnote.xml")
    assert (first["title"], first["pmid"]) == (TRIAL_A, "99000001")
    assert first["abstract"] == "An invented abstract & nothing else."
    assert talk["report_type"] == "conference proceedings"
    assert [found.line for found in export.records] == [2, 13]
    assert "titles/title: Example trial A of drug alpha plus drug beta" in export.records[0].raw


RIS = "TY  - JOUR\nTI  - Étude d’exemple\nPY  - 2020\nER  - \n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (RIS.encode(), "UTF-8"),
        (b"\xef\xbb\xbf" + RIS.encode(), "UTF-8"),
        (RIS.replace("\n", "\r\n").encode("cp1252"), "Windows-1252"),
        (RIS.encode("utf-16"), "UTF-16"),
        (RIS.encode("utf-16-le"), "UTF-16"),
    ],
)
def test_encodings(data: bytes, encoding: str) -> None:
    export = read_export(data, "export.ris")
    assert export.encoding == encoding
    assert clean(export.records[0])["title"] == "Étude d’exemple"


def test_chinese_export_is_not_read_as_western_letters() -> None:
    export = read_export(RIS.replace("Étude d’exemple", "举例研究").encode("gb2312"), "e.ris")
    assert clean(export.records[0])["title"] == "举例研究"


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", None, "empty"),
        (b"PK\x03\x04rest", None, "workbook"),
        (b"Dear colleague,\nhere are the records.\n", 1, "not known"),
        (b"TY  - JOUR\nTI  - A\nER  - \nTY  - JOUR\nTI  - B\n", 4, "breaks off"),
        (b"PT J\nTI A\nER\n\nPT J\nTI B\n", 5, "breaks off"),
        (b"@article{b,\n title={B\n}\n", 1, "breaks off"),
        (b"@article{b,\n title={B\n\n", 1, "cannot be read"),
        (b'Title,Year,DOI\nA,2020,\nB,2021\n"C,2022,\n', 4, "never closed"),
        (b"Title,Year,DOI\nA,2020,,too,many\n", 2, "5 cells"),
        (b"Otsikko,Vuosi\nA,2020\n", 1, "not known"),
        (b"<xml><records><record><titles></record>", 1, "broken"),
        (b"TY  - JOUR\nTI  - A\x00\n", 2, "not text"),
    ],
)
def test_broken_file_is_refused_with_its_line(data: bytes, line: int | None, words: str) -> None:
    problem = refused(data)
    assert problem.line == line
    assert words in problem.what
    assert problem.hint


def test_file_that_is_not_what_was_said() -> None:
    assert "TY" in refused(b"PMID- 1\nOWN - A\n", "ris").what
    assert refused(b"TY  - JOUR\nER  - \n", "nbib").line == 1
    assert refused(b"TY  - JOUR\nER  - \n", "csv").line == 1


def test_xml_that_would_make_the_reader_do_something_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><records><record>&a;</record></records></xml>'
    assert "entities" in refused(bomb).what


def test_old_programs_that_close_no_record_are_read() -> None:
    export = read_export(b"TY  - JOUR\nTI  - A\n\nTY  - JOUR\nTI  - B\n", "old.ris")
    assert [clean(found)["title"] for found in export.records] == ["A", "B"]


def test_text_of_no_format() -> None:
    assert detect("one\ntwo\nthree") is None
