"""Is the package complete, the same every time, honest about drafts, and put in place whole?"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pypdf
import pytest
from click.testing import CliRunner
from lxml import etree

from analysis.build.building import PROVENANCE
from analysis.cli import main
from analysis.journal.blinding import traces
from analysis.journal.contents import WRITERS
from analysis.journal.context import WATERMARK, Submission
from analysis.journal.listing import journal_lines
from analysis.journal.package import SubmissionReport
from analysis.journal.placing import put_in_place
from analysis.journal.preflight import preflight_sources
from analysis.journal.preflight.contents import contents_of
from schemas.authors import read_authors

pytestmark = pytest.mark.xdist_group("submission")

ROOT = Path(__file__).parents[2]


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_everything_is_there(package: SubmissionReport) -> None:
    kinds = {entry["what"] for entry in manifest_of(package)["files"]}
    # The shipped paper shows every table whole: there is nothing to add.
    always = {writer.title for writer in WRITERS} - {"All rows of what the paper shows in part"}
    assert kinds == {*always, "About this package"}
    numbered = [path.stem for path in files_of(package.folder / "figures")]
    for number in range(1, 3):
        assert any(re.match(rf"draft-figure-{number}\b", name) for name in numbered)
    assert len(files_of(package.folder / "tables")) == 4


def manifest_of(package: SubmissionReport) -> dict:
    (path,) = package.folder.glob("*MANIFEST.json")
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_manifest_holds_every_file_with_its_hash(package: SubmissionReport) -> None:
    manifest = manifest_of(package)
    assert manifest["draft"] is True
    assert manifest["provenance"] == package.submission.provenance
    listed = {entry["file"]: entry for entry in manifest["files"]}
    for path in files_of(package.folder):
        name = path.relative_to(package.folder).as_posix()
        if "MANIFEST" in name:
            continue
        entry = listed.pop(name)
        assert entry["bytes"] == path.stat().st_size
        assert entry["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert not listed


def test_the_readme_numbers_the_files_in_the_order_of_the_upload(package: SubmissionReport) -> None:
    (path,) = package.folder.glob("*README.txt")
    text = path.read_text(encoding="utf-8")
    rows = re.findall(r"^ +(\d+)\. (.+)$", text, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, len(rows) + 1))
    names = [name for _, name in rows]
    assert all((package.folder / name).is_file() for name in names)
    assert "cover-letter" in names[0]
    assert "title-page" in names[1]
    assert "manuscript" in names[2]
    assert WATERMARK in text
    assert max(map(len, text.splitlines())) <= 500


def test_every_name_and_every_page_says_draft(package: SubmissionReport) -> None:
    files = files_of(package.folder)
    assert all("draft" in path.name for path in files)
    words = [path for path in files if path.suffix == ".docx"]
    pages = [path for path in files if path.suffix == ".pdf"]
    assert len(words) >= 8
    assert pages
    for path in words:
        for section in docx.Document(str(path)).sections:
            assert WATERMARK in etree.tostring(section.header._element, encoding="unicode")
    for path in pages:
        for page in pypdf.PdfReader(path).pages:
            contents = page.get_contents()
            assert contents is not None
            assert contents.get_data().rstrip().endswith(b"/DraftStamp Do Q EMC")


def test_the_zip_is_the_folder(package: SubmissionReport) -> None:
    whole, reviewers = package.archives
    base = package.folder.parent
    expected = {path.relative_to(base).as_posix(): path for path in files_of(package.folder)}
    with zipfile.ZipFile(whole) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            name: path.read_bytes() for name, path in expected.items()
        }
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    with zipfile.ZipFile(reviewers) as archive:
        assert set(archive.namelist()) == {n for n in expected if "editors-only" not in n}


def test_no_author_is_anywhere_in_what_reviewers_get(
    package: SubmissionReport, built: Path, tmp_path: Path
) -> None:
    """Text, properties and tags, in zips inside zips, as bytes and as the text of PDF pages."""
    words = [word for word in traces(read_authors(built)) if len(word) > 6] + ["Exampleton"]
    assert len(words) > 8
    found = []
    for name, content in unpacked(package.archives[1].read_bytes(), ""):
        text = content.decode("utf-8", "ignore") + content.decode("utf-16-le", "ignore")
        if name.endswith(".pdf"):
            path = tmp_path / "page.pdf"
            path.write_bytes(content)
            text += " ".join(part.text for part in contents_of(tmp_path, [path]))
        found += [(name, word) for word in words if word.casefold() in text.casefold()]
    assert not found
    editors = package.folder / "editors-only"
    assert {"draft-title-page.docx", "draft-cover-letter.docx"} <= {
        p.name for p in files_of(editors)
    }


def unpacked(content: bytes, name: str) -> list[tuple[str, bytes]]:
    if content[:2] != b"PK":
        return [(name, content)]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [
            inner
            for entry in archive.namelist()
            for inner in unpacked(archive.read(entry), f"{name}/{entry}")
        ]


def test_without_draft_it_is_refused_with_everything_that_is_missing(built: Path) -> None:
    before = sorted((built / "_output").rglob("*")) if (built / "_output").exists() else []
    done = CliRunner().invoke(main, ["--root", str(built), "submit", "--journal", "generic"])
    assert done.exit_code == 1
    assert "rows are reconstructed" in done.output
    assert "Until then: review submit --draft." in done.output
    assert "Traceback" not in done.output
    after = sorted((built / "_output").rglob("*")) if (built / "_output").exists() else []
    assert after == before


def test_a_refusal_names_every_declaration(submission_for: Callable[..., Submission]) -> None:
    """The shipped authors.yml declares nothing: nobody is made up."""
    bare = replace(submission_for(draft=False), authors=read_authors(ROOT))
    errors = {p.column for p in preflight_sources(bare) if p.severity == "error"}
    assert {"authors", "funding", "competing_interests", "confirmed"} <= errors


def test_an_unknown_journal_gets_the_nearest_name(review: Path) -> None:
    arguments = ["--root", str(review), "submit", "--journal", "generik"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1
    assert "generic" in done.output


def test_the_list_names_every_journal() -> None:
    lines = journal_lines(ROOT)
    names = {line.split()[0] for line in lines}
    assert {"cancer-control", "bmj", "plos-one", "generic"} <= names
    assert "no rules of its own" in next(line for line in lines if line.startswith("generic"))


def small_package(folder: Path, text: str) -> Path:
    package = folder / "sample"
    (package / "editors-only").mkdir(parents=True)
    (package / "a.txt").write_text(text, encoding="utf-8")
    (package / "editors-only/b.txt").write_text("names", encoding="utf-8")
    return package


def test_a_package_replaces_the_one_before_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put_in_place(small_package(tmp_path / "one", "old"), out, blinded=True)
    assert (out / "sample-for-reviewers.zip").is_file()
    folder, archives = put_in_place(small_package(tmp_path / "two", "new"), out, blinded=False)
    assert (folder / "a.txt").read_text(encoding="utf-8") == "new"
    # The zip of the blinded package would be mistaken for part of the new one.
    assert sorted(path.name for path in out.iterdir()) == ["sample", "sample.zip"]
    assert archives == (out / "sample.zip",)


def test_a_package_that_cannot_be_placed_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    put_in_place(small_package(tmp_path / "one", "old"), out, blinded=False)
    before = {path: path.read_bytes() for path in files_of(out)}
    rename = Path.rename

    def broken(self: Path, target: Path) -> Path:
        if Path(target) == out / "sample.zip" and "old" not in self.parts:
            raise OSError("no space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", broken)
    with pytest.raises(OSError, match="no space left"):
        put_in_place(small_package(tmp_path / "two", "new"), out, blinded=False)
    assert {path: path.read_bytes() for path in files_of(out)} == before


def test_the_same_package_has_the_same_bytes(tmp_path: Path) -> None:
    archives = [
        put_in_place(
            small_package(tmp_path / name, "text"), tmp_path / f"out-{name}", blinded=True
        )[1]
        for name in ("one", "two")
    ]
    for first, second in zip(*archives, strict=True):
        assert first.read_bytes() == second.read_bytes()


def test_packages_and_tracked_changes_survive_the_next_render(tmp_path: Path) -> None:
    """Nobody makes them again unasked: they were asked for."""
    from analysis.render.output_stamps import OUTPUT
    from analysis.render.publish import SUBMISSIONS, publish

    generated = tmp_path / "manuscript/_generated"
    generated.mkdir(parents=True)
    (generated / "items.json").write_text("{}", encoding="utf-8")
    (generated / "results.json").write_text("{}", encoding="utf-8")
    (generated / PROVENANCE).write_text("Made from an example.", encoding="ascii")
    output = tmp_path / OUTPUT
    kept = [f"{SUBMISSIONS}/sample/a.txt", "redline-1.0.docx"]
    for name in [*kept, "paper.old"]:
        (output / name).parent.mkdir(parents=True, exist_ok=True)
        (output / name).write_text(name, encoding="utf-8")
    publish(tmp_path, tmp_path, [], "state")
    assert [(output / name).read_text(encoding="utf-8") for name in kept] == kept
    assert not (output / "paper.old").exists()
