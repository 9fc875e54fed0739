"""Does the heading of a group stay with its first row at the end of a page, whichever engine?

A made-up table of eighty groups runs over pages under the project's style, once in the embedded
engine's template and once in the stand-in for Quarto's. Without the rule of paper.typ for headings
some end a page alone; with it, none does.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest
import typst

from analysis.manuscript.pandoc import pandoc_program
from tests.conftest import ROOT

TEMPLATES = {
    "embedded": ROOT / "manuscript/templates/embedded.typ",
    "quarto": ROOT / "tests/render/like_quarto/template.typ",
}
STYLE = (ROOT / "manuscript/styles/paper.typ").read_text(encoding="utf-8")
RULE = "table.header(level: 2, repeat: false, ruled(cell))"
FACTS = (
    "---\ntitle: A\nlang: en\npapersize: a4\nmargin: {x: 2.2cm, y: 2.3cm}\n"
    "mainfont: Libertinus Serif\nfontsize: 10.5pt\nby-author: []\n---\n\n"
)
GROUPS = 80


def table(columns: int) -> str:
    rows = []
    for group in range(1, GROUPS + 1):
        rows.append(f'<tr><td colspan="{columns}"><strong>Group {group}.</strong></td></tr>')
        for study in range(1 + group % 4):
            words = "a few more words " * (1 + (group + study) % 3)
            cells = "".join(f"<td>{words}</td>" for _ in range(columns - 1))
            rows.append(f"<tr><td>Study {group}-{study}.</td>{cells}</tr>")
    head = "".join(f"<th>Column {place}</th>" for place in range(columns))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def last_of_pages(folder: Path, template: str, style: str, columns: int) -> list[str]:
    """Set the table and give, for every page, the last name of a group or study on it."""
    for part in ("page.typ", "typst-show.typ"):
        shutil.copy(ROOT / "manuscript/templates" / part, folder / part)
    shutil.copy(TEMPLATES[template], folder / "template.typ")
    (folder / "style.typ").write_text(style, encoding="utf-8")
    figure = (
        '```{=typst}\n#figure(kind: "quarto-float-stbl", supplement: "Table S", caption: [A.])[\n'
        f"```\n\n```{{=html}}\n{table(columns)}\n```\n\n```{{=typst}}\n]\n```\n"
    )
    source = folder / "paper.typ"
    reader = folder / "reader.lua"
    reader.write_text(
        "function RawBlock(raw)\n  if raw.format == 'html' then\n"
        "    return pandoc.read(raw.text, 'html').blocks\n  end\nend\n",
        encoding="utf-8",
    )
    subprocess.run(
        [pandoc_program(), "--from=markdown", "--to=typst", "--standalone",
         f"--template={folder / 'template.typ'}", f"--include-in-header={folder / 'style.typ'}",
         f"--lua-filter={reader}", f"--output={source}"],
        input=FACTS + figure,
        encoding="utf-8", check=True,
    )  # fmt: skip
    pdf = folder / "paper.pdf"
    typst.compile(str(source), output=str(pdf), root=str(folder), ignore_system_fonts=True)
    found = []
    for page in pypdf.PdfReader(pdf).pages:
        names = [
            line.strip()
            for line in page.extract_text().splitlines()
            if line.strip().startswith(("Group ", "Study "))
        ]
        found += names[-1:]
    return found


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("columns", [3, 6])
def test_a_heading_of_a_group_never_ends_a_page(
    tmp_path: Path, template: str, columns: int
) -> None:
    ends = last_of_pages(tmp_path, template, STYLE, columns)
    assert len(ends) >= 4
    assert [name for name in ends if name.startswith("Group ")] == []


def test_without_the_rule_some_do(tmp_path: Path) -> None:
    assert RULE in STYLE
    plain = "table.cell(colspan: columns, box(cell.body))"
    ends = last_of_pages(tmp_path, "embedded", STYLE.replace(RULE, plain), 3)
    assert any(name.startswith("Group ") for name in ends)
