"""Renders the sources as the genuine Quarto does, as far as the project's own files meet it.

Quarto cannot be installed where this is tested. `filters.lua` and `template.typ` stand for its own
filters and its template of Typst; order of all filters, options and metadata are Quarto's.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from analysis.build.building import PROVENANCE
from analysis.manuscript.pandoc import pandoc_program
from analysis.manuscript.sources import SHORTCODE, read_manuscript
from analysis.render.finish_docx import finish_docx
from analysis.render.finish_html import SCRIPTS, finish_html
from analysis.render.finish_jats import finish_jats
from analysis.render.formats import FORMATS as FINISHED
from analysis.render.provenance_marks import mark
from analysis.render.publish import alternative_texts, paper_facts

if TYPE_CHECKING:
    import re

_HERE = Path(__file__).parent
# Quarto's names of the formats, pandoc's writers, the files that Quarto leaves.
FORMATS = {
    "html": ("html", "paper.html"),
    "typst": ("typst", "paper.pdf"),
    "docx": ("docx", "paper.docx"),
    "jats": ("jats_publishing+element_citations", "paper.xml"),
}


# What the shortcode for a page break leaves: in JATS an empty paragraph.
BREAKS = {
    "html": '```{=html}\n<div style="page-break-after: always;"></div>\n```',
    "typst": "```{=typst}\n#pagebreak()\n```",
    "docx": '```{=openxml}\n<w:p><w:r><w:br w:type="page"/></w:r></w:p>\n```',
    "jats": "```{=jats}\n<p></p>\n```",
}


def _unresolved(match: re.Match[str]) -> str:
    name, argument = match[1], match[2].strip()
    return f'[]{{data-shortcode="{argument}"}}' if name == "var" else match[0]


def _marked(value: Any) -> Any:
    if isinstance(value, str):
        return SHORTCODE.sub(_unresolved, value)
    if isinstance(value, list):
        return [_marked(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _marked(entry) for key, entry in value.items()}
    return value


def _authors(given: Any) -> list[dict[str, Any]]:
    entries = given if isinstance(given, list) else [given]
    return [
        {"name": {"literal": entry["name"] if isinstance(entry, dict) else entry}}
        for entry in entries
    ]


def render_like_quarto(root: Path, name: str, folder: Path) -> Path:
    """Render a built review in one of Quarto's formats; give the file before post-render."""
    manuscript = read_manuscript(root)
    config = yaml.safe_load((root / "_quarto.yml").read_text(encoding="utf-8"))
    writer, file = FORMATS[name]
    given = config["format"][name]
    options = given if isinstance(given, dict) else {}
    variables = yaml.safe_load((root / "_variables.yml").read_text(encoding="utf-8"))
    authors = _authors(manuscript.front_matter.get("author", []))
    metadata = (
        _marked(manuscript.front_matter)
        | options
        | {
            "_quarto-vars": variables,
            "author": [author["name"]["literal"] for author in authors],
            "by-author": authors,
            "quarto-version": "1.9.38",
            "link-citations": config["link-citations"],
        }
    )
    folder.mkdir(parents=True, exist_ok=True)
    facts = folder / "metadata.json"
    facts.write_text(json.dumps(metadata, default=str), encoding="utf-8")
    filters = []
    for place in ("pre-ast", "quarto", "post-quarto"):
        found = [root / e["path"] for e in config["filters"] if e["at"] == place]
        filters += [_HERE / "filters.lua"] if place == "quarto" else found
    command = [
        *(pandoc_program(), "--from=markdown", f"--to={writer}", "--standalone", "--wrap=none"),
        *(f"--metadata-file={facts}", "--resource-path=."),
    ]
    for number, path in enumerate(filters):
        script = folder / f"{number}-{path.name}"
        script.write_text("quarto = {}\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
        command.append(f"--lua-filter={script}")
    command += ["--citeproc", f"--csl={root / 'manuscript' / manuscript.front_matter['csl']}"]
    output = folder / (file if name != "typst" else "paper.typ")
    command += [f"--output={output}", *_arguments(root, name, options, metadata, folder)]
    if config["number-sections"] and name == "html":  # elsewhere a filter or the template counts
        command.append("--number-sections")

    def resolved(match: re.Match[str]) -> str:
        if match[1] == "pagebreak":
            return f"\n\n{BREAKS[name]}\n\n"
        if match[1] == "meta":
            return str(_marked(manuscript.front_matter[match[2].strip()]))
        return _unresolved(match)

    text = "".join(
        (line.text if line.code else SHORTCODE.sub(resolved, line.text)) + "\n"
        for line in manuscript.body
    )
    environment = os.environ | {"QUARTO_PROJECT_DIR": str(root), "SOURCE_DATE_EPOCH": "0"}
    done = subprocess.run(
        command,
        input=text,
        capture_output=True,
        encoding="utf-8",
        cwd=root / "manuscript",
        env=environment,
        check=False,
    )
    assert not done.returncode, done.stderr
    assert not done.stderr, done.stderr
    if name != "typst":
        return output
    import typst

    # Typst looks for pictures beside its source.
    for picture in (root / "manuscript").rglob("*"):
        if picture.suffix in {".svg", ".png", ".jpg"}:
            place = folder / picture.relative_to(root / "manuscript")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(picture, place)
    pdf = folder / file
    fonts = [str(root / options["font-paths"].removeprefix("/"))]
    typst.compile(
        str(output), output=str(pdf), root=str(folder), font_paths=fonts, ignore_system_fonts=True
    )
    return pdf


def _arguments(
    root: Path, name: str, options: dict[str, Any], metadata: dict[str, Any], folder: Path
) -> list[str]:
    if name == "html":
        return [
            f"--template={root / options['template']}",
            *("--section-divs", "--embed-resources", f"--css={root / options['css']}"),
            *(f"--{options['html-math-method']}", "--toc", f"--toc-depth={options['toc-depth']}"),
        ]
    if name == "typst":
        # Quarto lays its template and partials into one folder, those of the project last.
        staged = folder / "template"
        staged.mkdir(exist_ok=True)
        (staged / "template.typ").write_bytes((_HERE / "template.typ").read_bytes())
        for partial in options["template-partials"]:
            (staged / Path(partial).name).write_bytes((root / partial).read_bytes())
        return [
            f"--template={staged / 'template.typ'}",
            f"--include-in-header={root / options['include-in-header']}",
        ]
    if name == "docx":
        return [f"--reference-doc={root / 'manuscript' / metadata['reference-doc']}"]
    return []


def paper_like_quarto(root: Path, folder: Path) -> Path:
    """Render a built review in all formats and finish the files, as after Quarto."""
    generated = root / "manuscript/_generated"
    items = json.loads((generated / "items.json").read_text(encoding="utf-8"))
    results = json.loads((generated / "results.json").read_text(encoding="utf-8"))
    render_like_quarto(root, "typst", folder / "typst").rename(folder / "paper.pdf")
    page = render_like_quarto(root, "html", folder)
    finish_html(page, items, results, [(root / name).read_text("utf-8") for name in SCRIPTS])
    finish_docx(render_like_quarto(root, "docx", folder), items)
    article = render_like_quarto(root, "jats", folder)
    finish_jats(article, alternative_texts(items), paper_facts(root))
    origin = (generated / PROVENANCE).read_text(encoding="ascii").strip()
    for name in ("html", "docx", "jats"):
        mark(folder / FINISHED[name].file, name, origin)
    return folder
