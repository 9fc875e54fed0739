"""A small paper, its Word file, and what reviewers do to one: written as XML, as Word does it."""

from __future__ import annotations

import copy
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from analysis.journal.feedback.reading import read_feedback
from analysis.journal.feedback.records import Feedback
from analysis.manuscript.checklist import places
from analysis.manuscript.sources import float_kinds, read_manuscript
from analysis.manuscript.text import ReadText, read_text
from analysis.manuscript.word_xml import W, element

W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
EXTENDED_KIND = "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"
EXTENDED_CONTENT = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.commentsExtended+xml"
)

PAPER = """\
---
title: An example review
abstract: |
  ## Results

  The pooled response was {{< var example.estimate >}} in the example.
---

# Introduction {#sec-introduction}

An example drug is given for an example disease [@Example2020].
Nobody knows whether it works.

# Results {#sec-results}

## Response {#sec-response}

The search found {{< var example.studies >}} studies (@tbl-example).
The pooled response was {{< var example.estimate >}} ({{< var example.ci >}}).
It was *higher* in younger patients---as expected.

::: {#tbl-example}

Studies of the example. A note about them.

:::

# Declarations {.unnumbered}

Nobody paid for the example.
"""
VARIABLES = {
    "example.estimate": '[33.9%]{.value data-value="example.estimate"}',
    "example.ci": '[95% CI 26.5–41.2%]{.value data-value="example.ci"}',
    "example.studies": '[14]{.value data-value="example.studies"}',
}
VALUES = {
    "example.estimate": {"text": "33.9%", "rows": [{"file": "data/outcomes.csv", "line": 2}]},
    "example.ci": {"text": "95% CI 26.5–41.2%", "rows": []},
    "example.studies": {"text": "14", "rows": []},
}
# What the paper looks like when it is rendered, as pandoc's markdown.
RENDERED = """\
---
title: An example review
---

## Results

The pooled response was 33.9% in the example.

# Introduction

An example drug is given for an example disease.^1^
Nobody knows whether it works.

# Results

## Response

The search found 14 studies (Table 1).
The pooled response was 33.9% (95% CI 26.5–41.2%).
It was *higher* in younger patients---as expected.

::: {custom-style="Table Caption"}
Table 1: Studies of the example.
:::

::: {custom-style="Caption Legend"}
A note about them.
:::

| Study     | Patients | Events |
|-----------|----------|--------|
| Example A | 50       | 20     |
| Example B | 40       | 10     |

# Declarations

Nobody paid for the example.
"""


@dataclass
class Reviewed:
    """A Word file in the hands of a reviewer."""

    parts: dict[str, bytes]

    def __post_init__(self) -> None:
        self.tree = etree.fromstring(self.parts["word/document.xml"])

    def run_with(self, words: str) -> Any:
        """Give the run that holds some words; runs are joined where the words go over several."""
        for paragraph in self.tree.iter(f"{W}p"):
            _join_runs(paragraph)
            for run in paragraph.iter(f"{W}r"):
                if words in "".join(t.text or "" for t in run.iter(f"{W}t")):
                    return run
        raise AssertionError(f"no run holds {words!r}")

    def cut_out(self, words: str) -> Any:
        """Give a run that holds exactly some words."""
        run = self.run_with(words)
        text = "".join(t.text or "" for t in run.iter(f"{W}t"))
        before, _, after = text.partition(words)
        for piece, put in ((before, run.addprevious), (after, run.addnext)):
            if piece:
                put(_run_like(run, piece))
        _set_text(run, words)
        return run

    def replace(self, old: str, new: str, author: str = "R. Example", *, tracked: bool) -> None:
        """Write other words, with or without tracking."""
        run = self.cut_out(old)
        if not tracked:
            if new:
                _set_text(run, new)
            else:
                run.getparent().remove(run)
            return
        if new:
            run.addnext(_change("ins", _run_like(run, new), author))
        _wrap(run, "del", author)

    def insert_after(self, words: str, new: str, author: str = "R. Example") -> None:
        """Insert words behind others, tracked."""
        run = self.cut_out(words)
        run.addnext(_change("ins", _run_like(run, new), author))

    def move(self, words: str, behind: str, author: str = "R. Example") -> None:
        """Move words, tracked."""
        there = self.cut_out(behind)
        run = self.cut_out(words)
        there.addnext(_change("moveTo", _run_like(run, words), author))
        _wrap(run, "moveFrom", author)

    def embolden(self, words: str, author: str = "R. Example") -> None:
        """Make words bold, tracked."""
        run = self.cut_out(words)
        properties = run.find(f"{W}rPr")
        if properties is None:
            properties = element("rPr")
            run.insert(0, properties)
        changed = element("rPrChange", id="90", author=author, date="2026-11-01T09:00:00Z")
        changed.append(copy.deepcopy(element("rPr")))
        properties.append(element("b"))
        properties.append(changed)

    def comment(self, words: str, *texts: str, resolved: bool = False) -> None:
        """Comment on words; further texts are answers."""
        run = self.cut_out(words)
        notes, links = [], []
        for number, text in enumerate(texts):
            run.addprevious(element("commentRangeStart", id=str(number)))
            anchor = element("r")
            anchor.append(element("commentReference", id=str(number)))
            run.addnext(anchor)
            run.addnext(element("commentRangeEnd", id=str(number)))
            notes.append(
                f'<w:comment w:id="{number}" w:author="R. Example {number}" '
                f'w:date="2026-11-0{number + 1}T09:00:00Z"><w:p w14:paraId="1000000{number}">'
                f"<w:r><w:t>{text}</w:t></w:r></w:p></w:comment>"
            )
            parent = ' w15:paraIdParent="10000000"' if number else ""
            done = int(resolved and not number)
            links.append(f'<w15:commentEx w15:paraId="1000000{number}" w15:done="{done}"{parent}/>')
        names = f'xmlns:w="{W[1:-1]}" xmlns:w14="{W14}" xmlns:w15="{W15}"'
        self.parts["word/comments.xml"] = (
            f"<w:comments {names}>{''.join(notes)}</w:comments>".encode()
        )
        self.parts["word/commentsExtended.xml"] = (
            f"<w15:commentsEx {names}>{''.join(links)}</w15:commentsEx>".encode()
        )

        self._declare("commentsExtended", EXTENDED_KIND, EXTENDED_CONTENT)

    def _declare(self, part: str, kind: str, content: str) -> None:
        """Say that a part belongs to the document, without which programs leave it out."""
        link = f'<Relationship Id="rIdX" Type="{kind}" Target="{part}.xml"/></Relationships>'
        self._append("word/_rels/document.xml.rels", "</Relationships>", link)
        entry = f'<Override PartName="/word/{part}.xml" ContentType="{content}"/></Types>'
        self._append("[Content_Types].xml", "</Types>", entry)

    def _append(self, part: str, end: str, entry: str) -> None:
        self.parts[part] = self.parts[part].decode().replace(end, entry).encode()

    def split_paragraph(self, words: str, author: str = "R. Example") -> None:
        """Press return in front of some words, tracked."""
        run = self.cut_out(words)
        paragraph = run.getparent()
        second = element("p")
        for node in [run, *run.itersiblings()]:
            second.append(node)
        paragraph.addnext(second)
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            properties = element("pPr")
            paragraph.insert(0, properties)
        mark = element("rPr")
        mark.append(element("ins", id="91", author=author, date="2026-11-01T09:00:00Z"))
        properties.append(mark)

    def save(self, path: Path) -> Path:
        """Write the file."""
        self.parts["word/document.xml"] = etree.tostring(self.tree)
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content)
        return path


def small_paper(root: Path, paper: str = PAPER) -> tuple[ReadText, ...]:
    """Write the example's manuscript and give it as it is read."""
    (root / "manuscript").mkdir(parents=True, exist_ok=True)
    (root / "manuscript" / "paper.qmd").write_text(paper, encoding="utf-8")
    (root / "_quarto.yml").write_text("project:\n  type: default\n", encoding="utf-8")
    manuscript = read_manuscript(root)
    return read_text(manuscript, VARIABLES, places(manuscript), float_kinds(root))


def word_file() -> dict[str, bytes]:
    """Make the example's Word file."""
    import tempfile

    import pypandoc

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "example.docx"
        pypandoc.convert_text(RENDERED, "docx", "markdown", outputfile=str(path))
        return parts_of(path)


def parts_of(path: Path) -> dict[str, bytes]:
    """Read a Word file into its parts."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read(
    path: Path,
    texts: tuple[ReadText, ...],
    cells: dict[str, tuple[tuple[str, ...], ...]] | None = None,
) -> Feedback:
    """Read an edited file of the example."""
    return read_feedback(path, texts, VALUES, {"tbl-example": "Table 1"}, cells)


def _join_runs(paragraph: Any) -> None:
    """Put neighbouring runs of the same look together, as Word does when it saves."""
    for run in list(paragraph.iterfind(f"{W}r")):
        before = run.getprevious()
        if before is None or before.tag != f"{W}r" or run.find(f"{W}t") is None:
            continue
        if before.find(f"{W}t") is None or _look(before) != _look(run):
            continue
        text = "".join(t.text or "" for t in (*before.iter(f"{W}t"), *run.iter(f"{W}t")))
        _set_text(before, text)
        paragraph.remove(run)


def _look(run: Any) -> bytes:
    properties = run.find(f"{W}rPr")
    return b"" if properties is None else etree.tostring(properties)


def _set_text(run: Any, text: str) -> None:
    for node in [n for n in run if n.tag != f"{W}rPr"]:
        run.remove(node)
    made = element("t")
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    made.text = text
    run.append(made)


def _run_like(run: Any, text: str) -> Any:
    made = copy.deepcopy(run)
    _set_text(made, text)
    return made


def _change(kind: str, run: Any, author: str) -> Any:
    made = element(kind, id="92", author=author, date="2026-11-01T09:00:00Z")
    made.append(run)
    return made


def _wrap(run: Any, kind: str, author: str) -> None:
    made = element(kind, id="93", author=author, date="2026-11-01T09:00:00Z")
    run.addprevious(made)
    made.append(run)
    if kind == "del":
        for text in run.iter(f"{W}t"):
            text.tag = f"{W}delText"
