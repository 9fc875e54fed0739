"""Do the headings of a Word file count themselves, whoever wrote their numbers?"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from analysis.manuscript.word_xml import W, style_of, text_of
from analysis.render.finish_docx import finish_docx
from tests.render.paper_text import of_docx

TEXT = "# {}Methods\n\n## {}Two *arms*\n\n# Thanks {{.unnumbered}}\n\n## 2 more\n\n# {}Results\n"
# Pandoc writes a number and a tab, Quarto "1. Methods" and "1.1 Two arms" (seen with 1.9 and 1.10).
WRITTEN = [("", "", ""), ("1. ", "1.1 ", "2. ")]


def word_file(folder: Path, text: str, *more: str) -> Path:
    import subprocess

    import pypandoc

    path = folder / "paper.docx"
    command = [pypandoc.get_pandoc_path(), f"--output={path}", *more]
    subprocess.run(command, input=text, text=True, encoding="utf-8", check=True)
    return path


def part(path: Path, name: str) -> Any:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read(f"word/{name}.xml"))


@pytest.mark.parametrize("written", WRITTEN)
def test_numbers_leave_the_words_and_come_from_a_list(
    tmp_path: Path, written: tuple[str, ...]
) -> None:
    more = [] if written[0] else ["--number-sections"]
    text = TEXT.format(*written)
    if written[0]:
        text = text.replace("## 2 more", "## 1.2 2 more")
    path = word_file(tmp_path, text, *more)
    finish_docx(path, {})
    headings = [b for b in part(path, "document").iter(f"{W}p") if style_of(b)[:7] == "Heading"]
    # A title that begins with a number of its own keeps it.
    assert [text_of(block) for block in headings] == [
        *("Methods", "Two arms", "Thanks", "2 more", "Results")
    ]
    # Word shows what was written: paper_text counts as Word does.
    assert of_docx(tmp_path) == "1 Methods 1.1 Two arms Thanks 1.2 2 more 2 Results"
    numbering = part(path, "numbering")
    tags = [child.tag for child in numbering]
    assert tags == sorted(tags)  # lists before what refers to them
    levels = numbering.find(f"{W}abstractNum").findall(f"{W}lvl")
    shown = [level.find(f"{W}lvlText").get(f"{W}val") for level in levels[:3]]
    assert shown == ["%1", "%1.%2", "%1.%2.%3"]


def test_headings_without_numbers_stay_as_they_are(tmp_path: Path) -> None:
    path = word_file(tmp_path, "# Methods\n\n# 3 arms\n")
    before = part(path, "numbering")
    finish_docx(path, {})
    assert etree.tostring(part(path, "numbering")) == etree.tostring(before)
    assert of_docx(tmp_path) == "Methods 3 arms"
