"""Does `check` read every file of settings, and say in file and line what is wrong there?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.journal.settings import settings_problems
from tests.conftest import ROOT, copy_review
from tests.schemas.test_yaml_text import BOMB

PAPER = "manuscript/paper.qmd"
JOURNAL = "manuscript/journals/plos-one.yml"
FILES = ("_quarto.yml", "manuscript/lint.yml", "manuscript/authors.yml", JOURNAL)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_review(tmp_path_factory.mktemp("settings") / "review")


@pytest.fixture
def root(shared: Path) -> Iterator[Path]:
    """The review, put right again after each test."""
    kept = {name: (shared / name).read_bytes() for name in (*FILES, PAPER)}
    yield shared
    for name, content in kept.items():
        (shared / name).write_bytes(content)


def test_the_shipped_settings_are_sound() -> None:
    assert settings_problems(ROOT) == ()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "spoilt", ["nonsense: [", "x: !!int ''", BOMB, "x: a\0b", "x: " + "[" * 9999, "\udcff: 1"]
)
def test_every_file_is_read(name: str, spoilt: str, root: Path) -> None:
    before = (root / name).read_bytes()
    (root / name).write_bytes(before + b"\n" + spoilt.encode("utf-8", "surrogateescape"))
    found = settings_problems(root)
    assert {problem.file for problem in found} == {name}
    if "\udcff" not in spoilt:
        assert (found[0].line or 0) > before.count(b"\n")


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        ("title: [a, b]", 2),
        ("keywords: {a: 1}", 2),
        ("author: [{orcid: x}]", 2),
        ("author: 5", 2),
        ("csl: ../../secret.csl", 2),
        ("bibliography: /etc/passwd", 2),
        ("title: !!int ''", 2),
        ("title: one\ntitle: two", 3),
        ("lang: no", 2),
        ("[1, 2]", 2),
        ("just text", 2),
    ],
)
def test_front_matter_of_the_wrong_kind_is_named_with_its_line(
    entry: str, line: int, root: Path
) -> None:
    (root / PAPER).write_text(f"---\n{entry}\n---\n\nText.\n", encoding="utf-8")
    found = settings_problems(root)
    assert [(problem.file, problem.line) for problem in found] == [(PAPER, line)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("project\n  type: default\n", 2),
        ("format: 5\n", 1),
        ("\nfilters: [{at: x}]\n", 2),
        ("filters: [../../outside.lua]\n", 1),
        ("crossref: {custom: [{key: 1}]}\n", 1),
        ("crossref: {custom: [{key: '(.*'}]}\n", 1),
        ("crossref: []\n", 1),
        ("format: {html: {css: /etc/passwd}}\n", 1),
        ("[]\n", 1),
    ],
)
def test_quarto_settings_of_the_wrong_kind_are_named_with_their_line(
    text: str, line: int, root: Path
) -> None:
    (root / "_quarto.yml").write_text(text, encoding="utf-8")
    found = settings_problems(root)
    assert {(problem.file, problem.line) for problem in found} == {("_quarto.yml", line)}


@pytest.mark.parametrize("name", ["../../secret.qmd", "/etc/passwd", "x\0y", "out/secret.qmd"])
def test_no_text_is_included_from_outside(name: str, root: Path) -> None:
    (root.parent / "secret.qmd").write_text("secret", encoding="utf-8")
    out = root / "manuscript/out"
    if not out.is_symlink():
        out.symlink_to("../..")
    paper = (root / PAPER).read_text("utf-8")
    (root / PAPER).write_text(f"{paper}\n{{{{< include {name} >}}}}\n", encoding="utf-8")
    found = settings_problems(root)
    assert [problem.rule for problem in found] == ["include"]
    assert "not in the review's folder" in found[0].what


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("![A](../../secret.png)", True),
        ("![A](/../secret.png){width=50%}", True),
        ("![A][b]\n\n[b]: ../../secret.png", True),
        ('<img alt="x" src="/../../secret.png">', True),
        ("![A](%2e%2e/%2e%2e/secret.png)", True),
        ("![A](out/secret.png)", True),
        ("![A](figures/mine.png), ![B](/manuscript/mine.png), ![C](../data/mine.png)", False),
        ("`![A](../../secret.png)` is code, [a link](../../x.html) no picture", False),
        ("![A](https://example.org/a.png)", False),
    ],
)
def test_no_picture_is_taken_from_outside(text: str, outside: bool, root: Path) -> None:
    out = root / "manuscript/out"
    if not out.is_symlink():
        out.symlink_to("../..")
    (root.parent / "secret.png").write_bytes(b"")
    paper = (root / PAPER).read_text("utf-8")
    (root / PAPER).write_text(f"{paper}\n{text}\n", encoding="utf-8")
    found = [problem.rule for problem in settings_problems(root)]
    assert found == (["picture-outside"] if outside else [])


def test_check_prints_them(root: Path) -> None:
    text = (root / "_quarto.yml").read_text("utf-8")
    (root / "_quarto.yml").write_text(text.replace("project:", "project"), encoding="utf-8")
    done = CliRunner().invoke(main, ["--root", str(root), "check"])
    assert done.exit_code == 1
    assert "_quarto.yml" in done.output
