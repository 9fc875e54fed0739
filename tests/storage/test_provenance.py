"""Can every output be traced to its data, and two builds be told apart?"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.render.provenance_marks import mark
from analysis.storage.provenance import Hashes, Provenance, differences, hashes_of, read_provenance
from analysis.versions.origin_report import report
from schemas.problems import DataProblems

FILES = ("paper.html", "paper.pdf", "paper.docx", "paper.xml", "results.json")

SAMPLE = Provenance(
    edition='1.0; "β" <b> = --',
    profile="stata14",
    version="1.0.0",
    hashes=Hashes(*("0123456789abcdef" * 4 for _ in range(5))),
    verified=3,
    derived=2,
    reconstructed=1,
)


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
@pytest.mark.parametrize("name", FILES)
def test_every_output_says_what_it_was_made_from(rendered: Path, name: str) -> None:
    found = read_provenance(rendered / "_output" / name)
    assert found.hashes == hashes_of(rendered)
    assert found.profile == "stata14"
    assert found.reconstructed > 0
    text, belongs = report(rendered / "_output" / name, rendered)
    assert belongs
    assert "as here" in text
    assert "other than here" not in text


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
def test_all_outputs_of_a_build_say_the_same(rendered: Path) -> None:
    assert len({read_provenance(rendered / "_output" / name).line for name in FILES}) == 1


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
def test_the_marked_files_are_still_whole(rendered: Path) -> None:
    from docx import Document
    from lxml import etree
    from pypdf import PdfReader

    line = read_provenance(rendered / "_output/results.json").line
    pdf = PdfReader(rendered / "_output/paper.pdf", strict=True)
    assert len(pdf.pages) > 3
    assert pdf.xmp_metadata is not None
    assert pdf.xmp_metadata.dc_description == {"x-default": line}
    assert pdf.metadata is not None
    assert pdf.metadata.title
    assert Document(str(rendered / "_output/paper.docx")).core_properties.identifier == line
    article = etree.parse(rendered / "_output/paper.xml").find(".//article-meta")
    assert article is not None
    assert article[-1].tag == "custom-meta-group"
    assert article.findtext(".//custom-meta/meta-value") == line


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
def test_the_paper_can_print_what_it_was_built_from(rendered: Path) -> None:
    results = json.loads((rendered / "_output/results.json").read_text("utf-8"))
    printed = results["values"]["provenance.statement"]["text"].replace("\\", "")
    found = results["provenance"]
    assert printed == (
        f"Built from data {found['data'][:12]}, program {found['version']} "
        f"{found['program'][:12]}, profile stata14"
    )


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("data/outcomes.csv", "data"),
        ("published/reported_statistics.csv", "data"),
        ("data/protocol.yml", "protocol"),
        ("manuscript/_results.qmd", "text"),
        ("data/prisma_checklist.csv", "text"),
        ("_quarto.yml", "text"),
        ("requirements.lock", "lock"),
    ],
)
def test_a_change_shows_in_its_own_part_alone(review: Path, name: str, part: str) -> None:
    before = hashes_of(review)
    path = review / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((path.read_bytes() if path.exists() else b"") + b"\n")
    assert differences(hashes_of(review), before) == (part,)


def test_the_dictionary_and_the_place_of_the_folder_change_nothing(
    review: Path, tmp_path: Path
) -> None:
    before = hashes_of(review)
    (review / "data/README.md").write_text("another text")
    moved = tmp_path / "moved here"
    shutil.move(review, moved)
    assert hashes_of(moved) == before


def test_a_file_from_other_data_is_told_apart(review: Path, tmp_path: Path) -> None:
    found = replace(SAMPLE, hashes=hashes_of(review))
    file = tmp_path / "old.html"
    file.write_text("<html><head></head></html>")
    mark(file, "html", found.line)
    run = CliRunner().invoke(main, ["--root", str(review), "provenance", str(file)])
    assert run.exit_code == 0, run.output
    assert "was made from the data and the protocol that are here" in run.output
    (review / "data/flow.csv").write_bytes((review / "data/flow.csv").read_bytes() + b"\n")
    run = CliRunner().invoke(main, ["--root", str(review), "provenance", str(file)])
    assert run.exit_code == 1
    assert "made from other data" in run.output
    assert str(review) not in run.output


def test_the_line_survives_whatever_the_edition_is_called(tmp_path: Path) -> None:
    assert SAMPLE.line.isascii()
    assert not set('<>"&\\\n') & set(SAMPLE.line)
    file = tmp_path / "a.txt"
    file.write_text(f"before {SAMPLE.line}\nafter")
    assert read_provenance(file) == SAMPLE


@pytest.mark.parametrize("content", ["", "living-review-provenance 1; edition=1"])
def test_a_file_that_says_nothing_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "letter.txt"
    file.write_text(content)
    with pytest.raises(DataProblems) as caught:
        read_provenance(file)
    assert "letter.txt" in str(caught.value)
    assert "does not say" in str(caught.value)


def test_a_pdf_of_another_kind_is_marked_as_well(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    file = tmp_path / "plain.pdf"
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(file)
    mark(file, "pdf", SAMPLE.line)
    assert read_provenance(file) == SAMPLE
    assert len(PdfReader(file, strict=True).pages) == 1


def test_exports_stay_beside_the_paper_until_something_changes(short: Path) -> None:
    from analysis.export.files import export
    from analysis.render.engine import render
    from analysis.render.formats import EXPORT_FOLDER

    export(short, ["ris"])
    render(short, ["jats"], engine="embedded")
    kept = short / EXPORT_FOLDER / "ris/included_studies.ris"
    assert kept.is_file()
    text = short / "manuscript/_conclusions.qmd"
    text.write_text(text.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")
    render(short, ["jats"], engine="embedded")
    assert not kept.exists()
