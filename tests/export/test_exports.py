"""Are the exports what their readers expect, the same every time, and harmless?"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.export.files import EXPORTS, export
from analysis.export.references import BIBTEX, RIS, bibtex_files, ris_files
from analysis.export.revman import PACKAGE, PREFIX, revman_files
from analysis.export.stata_script import SCRIPT, stata_files
from analysis.meta.profiles import PROFILES
from analysis.storage.provenance import read_provenance
from analysis.synthesis.computation import synthesise
from analysis.synthesis.results import Synthesis
from schemas import load_review
from schemas.review_data import ReviewData

ROOT = Path(__file__).resolve().parents[1] / "edition-1.0"


@pytest.fixture(scope="module")
def data() -> ReviewData:
    return load_review(ROOT)


@pytest.fixture(scope="module")
def synthesis(data: ReviewData) -> Synthesis:
    return synthesise(data)


def under(data: ReviewData, profile: str) -> ReviewData:
    return replace(data, protocol=data.protocol.model_copy(update={"profile": profile}))


def snapshot(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_all_exports_are_the_same_bytes_every_time(review: Path, tmp_path: Path) -> None:
    for name in ("first", "second"):
        export(review, EXPORTS, tmp_path / name)
    assert snapshot(tmp_path / "first") == snapshot(tmp_path / "second")
    export(review, EXPORTS)
    assert snapshot(review / "_output/export") == snapshot(tmp_path / "first")
    for path in (tmp_path / "first").rglob("*"):
        assert not path.is_file() or str(review).encode() not in path.read_bytes()


def test_every_export_says_what_it_was_made_from(review: Path) -> None:
    done = CliRunner().invoke(main, ["--root", str(review), "export", "all"])
    assert done.exit_code == 0, done.output
    for name in EXPORTS:
        folder = review / "_output/export" / name
        assert read_provenance(folder / "provenance.txt").profile == "stata14"
    for file in ("r/settings.csv", f"stata/{SCRIPT}", "datapackage/datapackage.json"):
        assert read_provenance(review / "_output/export" / file).profile == "stata14"


def test_every_export_has_a_command() -> None:
    (what,) = (entry for entry in main.get_command(None, "export").params if entry.name == "what")  # type: ignore[union-attr,arg-type]
    assert set(what.type.choices) == {*EXPORTS, "all"}  # type: ignore[attr-defined]


def test_wrong_data_write_nothing(review: Path, tmp_path: Path) -> None:
    (review / "data/outcomes.csv").write_text("study_id\n")
    command = ["--root", str(review), "export", "r", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


def test_references_are_those_of_real_studies(synthesis: Synthesis, data: ReviewData) -> None:
    real = [study for study in synthesis.studies if not study.reconstructed]
    ris = ris_files(synthesis, data)[RIS].decode("utf-8")
    records = [record for record in ris.split("\r\n\r\n") if record]
    assert len(records) == len(real) >= 2
    for record in records:
        lines = record.split("\r\n")
        assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)
        assert lines[0].startswith("TY  - ")
        assert lines[-1] == "ER  - "
        assert "{" not in record
    assert "Reconstructed" not in ris
    from pybtex.database import parse_string

    library = parse_string(bibtex_files(synthesis, data)[BIBTEX].decode("utf-8"), "bibtex")
    assert list(library.entries) == [study.citation_key for study in real]
    assert not any("annote" in entry.fields for entry in library.entries.values())


def test_a_field_of_a_reference_cannot_become_another(
    review: Path, synthesis: Synthesis, data: ReviewData
) -> None:
    bib = review / "manuscript/references.bib"
    key = next(study.citation_key for study in synthesis.studies if study.citation_key)
    text = (
        f'@article{{{key}, author={{M{{\\"u}}ller, A. and others}}, title={{A\nER  - \nTY  - B}}}}'
    )
    bib.write_text(text, "utf-8")
    ris = ris_files(synthesis, replace(data, root=review))[RIS].decode("utf-8")
    assert ris.count("\r\nER  - \r\n") == 1
    assert "AU  - Müller, A.\r\n" in ris
    assert "TI  - A ER - TY - B\r\n" in ris
    assert "N1  - The list of authors is not complete.\r\n" in ris


def test_the_data_package_describes_its_files(review: Path, tmp_path: Path) -> None:
    export(review, ["datapackage"], tmp_path)
    folder = tmp_path / "datapackage"
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert package["profile"] == "tabular-data-package"
    names = [resource["name"] for resource in package["resources"]]
    assert len(set(names)) == len(names) > 8
    assert all(re.fullmatch(r"[a-z0-9._-]+", name) for name in names)
    for resource in package["resources"]:
        path = folder / resource["path"]
        content = path.read_bytes()
        assert content == (review / "data" / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"))))
        fields = resource["schema"]["fields"]
        header = next(csv.reader(io.StringIO(content.decode("utf-8"))))
        assert [field["name"] for field in fields] == header
        for field in fields:
            check_column(field, [row[field["name"]] for row in rows])
        for key in resource["schema"].get("foreignKeys", []):
            known = {
                row["study_id"]
                for row in csv.DictReader(io.StringIO((folder / "studies.csv").read_text("utf-8")))
            }
            assert {row[key["fields"]] for row in rows} <= known


def check_column(field: dict, cells: list[str]) -> None:
    """What a Frictionless validator does with a column."""
    constraints = field.get("constraints", {})
    assert field["description"]
    for cell in cells:
        if cell == "":
            assert not constraints.get("required")
            continue
        value = {"integer": int, "number": float, "string": str}[field["type"]](cell)
        if "minimum" in constraints:
            assert value >= constraints["minimum"]
        if "maximum" in constraints:
            assert value <= constraints["maximum"]
        if "enum" in constraints:
            assert value in constraints["enum"]
        if "pattern" in constraints:
            assert re.search(constraints["pattern"], cell)


@pytest.mark.parametrize("profile", PROFILES)
def test_revman_rows_give_back_the_weights(data: ReviewData, profile: str) -> None:
    own = under(data, profile)
    synthesis = synthesise(own)
    files = revman_files(synthesis, own)
    package = zipfile.ZipFile(io.BytesIO(files[PACKAGE]))

    def table(name: str) -> list[dict[str, str]]:
        inside = f"{PREFIX}-analysis-data/{PREFIX}-{name}.csv"
        return list(csv.DictReader(io.StringIO(package.read(inside).decode("utf-8"))))

    settings, rows = table("overall-estimates-and-settings"), table("data-rows")
    place = ("Analysis group", "Analysis number")
    known = {tuple(setting[column] for column in place) for setting in settings}
    assert {tuple(row[column] for column in place) for row in rows} <= known
    first = [row for row in rows if (row[place[0]], row[place[1]]) == ("1", "1")]
    pool = synthesis.outcomes[0].overall
    assert len(first) == pool.k
    assert all(float(row["GIV SE"]) > 0 for row in rows)
    groups = {
        (row[place[0]], row[place[1]], row["Subgroup"]) for row in table("subgroup-estimates")
    }
    assert {(r[place[0]], r[place[1]], r["Subgroup"]) for r in rows if r["Subgroup"]} <= groups
    if profile == "stata14":
        from analysis.meta.models import pool as fit

        again = fit(
            [float(row["GIV Mean"]) for row in first],
            [float(row["GIV SE"]) ** 2 for row in first],
            method="CE" if pool.model == "common" else "DL",
        )
        assert again.estimate == pytest.approx(pool.estimate, rel=1e-12)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_do_file_has_a_command_for_every_pool(data: ReviewData, profile: str) -> None:
    own = under(data, profile)
    files = stata_files(synthesise(own), own, "a line")
    script = files[SCRIPT].decode("utf-8")
    assert "NOT RUN" in script
    pools = {row["pool"] for row in csv.DictReader(io.StringIO(files["estimates.csv"].decode()))}
    assert {found[1] for found in re.finditer(r"pool == (\d+)", script)} == pools
    assert script.count("\npreserve\n") == script.count("\nrestore\n")
    if profile == "stata14":
        for command in ("metaprop", "metan", "metainf", "metabias", "metatrim", "metareg"):
            assert re.search(rf"^(capture noisily xi: )?{command} ", script, re.MULTILINE), command
    elif profile == "meta":
        assert "melogit events || study:, binomial(n)" in script


def test_a_title_cannot_become_a_stata_command(synthesis: Synthesis, data: ReviewData) -> None:
    evil = replace(synthesis, title='*/ shell rm "x" `=1\' $S_ADO ///\n!ls')
    script = stata_files(evil, data, "a line")[SCRIPT].decode("utf-8")
    first, second = script.split("\n")[:2]
    assert first.startswith("* ")
    assert not set("`$\"/!'") & set(first)
    assert second == "* a line"
