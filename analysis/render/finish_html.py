"""Adds to the web page, whichever engine wrote it, what a reader can do with it on a screen."""

from __future__ import annotations

import html
import json
import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

from analysis.render.page_head import with_head
from analysis.render.page_parts import with_parts
from analysis.render.page_policy import with_policy
from analysis.render.quarto_page import with_floats
from analysis.render.version_menu import with_menu

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from analysis.render.jats_front import PaperFacts

SCRIPTS = ("manuscript/scripts/paper.js", "manuscript/scripts/trace.js")
_MARK = '<script id="paper-script">'
_VALUE = re.compile(r'data-value="([^"]+)"')
_TAG = re.compile(r"<[^>]+>")
_NUMBERED = re.compile(r"^\s*([^\W\d_]+[\s\u00a0]*[A-Z]?\d+)")
_DOI = re.compile(r"^10\.\d{4,9}/\S+$")
_DRAWN = re.compile(r"<(?:img|svg)\b")
_HEADINGS = ("Study", "Result", "Evidence", "Source", "Row of the data")


def finish_html(
    path: Path,
    items: Mapping[str, Any],
    results: Mapping[str, Any],
    scripts: Sequence[str],
    facts: PaperFacts | None = None,
) -> None:
    """Add the menu of versions, the rows behind forest plots, the values, and the page's scripts.

    The rows are a table that opens below its figure, with or without JavaScript.

    Parameters
    ----------
    path
        The web page; it is replaced. A page that is finished already stays as it is.
    items
        The content of ``items.json``.
    results
        The content of ``results.json``. The values that the page prints are put into it, with the
        evidence and source of the rows behind them.
    scripts
        The texts of `SCRIPTS`.
    facts
        Licence and group of authors, for what the page says of itself.
    """
    page = path.read_text(encoding="utf-8")
    if _MARK in page:
        return
    page = with_parts(with_floats(page), items)
    for name, item in items.items():
        if item.get("rows"):
            page = _with_rows(page, name, item["rows"])
    page = with_menu(page, results["synthesis"].get("history"))
    page = with_head(page, results["synthesis"], facts)
    values = results["values"]
    used = {name: values[name] for name in sorted(set(_VALUE.findall(page))) if name in values}
    before, end, after = page.rpartition("</body>")
    page = (
        f'{before}<script type="application/json" id="values">{_json(used)}</script>\n'
        f'<script type="application/json" id="value-rows">{_json(_known(results, used))}</script>\n'
        f"{_MARK}\n{''.join(scripts)}</script>\n{end}{after}"
    )
    path.write_text(with_policy(page), encoding="utf-8", newline="\n")


def _json(content: object) -> str:
    # "<" would end the block early, if a text contained the end of a script.
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _known(results: Mapping[str, Any], used: Mapping[str, Any]) -> dict[str, str]:
    """Say of every row behind a printed value which study it belongs to and how it is known."""
    synthesis = results["synthesis"]
    pools = [outcome["overall"] for outcome in synthesis["outcomes"]]
    pools += [event["pool"] for event in synthesis["adverse_events"]]
    rows = {(row["file"], row["line"]) for value in used.values() for row in value["rows"]}
    known = {}
    for study in (study for pool in pools for study in pool["studies"]):
        place = study["row"]["file"], study["row"]["line"]
        if place in rows:
            parts = [study["evidence"], study["source"], study["location"]]
            told = ", ".join(part for part in parts if part)
            known[f"{place[0]}:{place[1]}"] = f"{study['label']}: {told}"
    return known


def _with_rows(page: str, name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Put the table of rows into a figure: above its caption, or below where that stands first."""
    start = page.find(f' id="{name}"')
    end = page.find("</figure>", start)
    caption = page.find("<figcaption", start, end)
    if start < 0 or end < 0 or caption < 0:
        return page
    words = html.unescape(_TAG.sub("", page[caption : page.find("</figcaption>", caption)]))
    numbered = _NUMBERED.match(words)
    label = " ".join(numbered[1].split()) if numbered else "this figure"
    place = caption if _DRAWN.search(page, start, caption) else end
    return page[:place] + _rows_table(rows, label) + page[place:]


def _rows_table(rows: Sequence[Mapping[str, Any]], label: str) -> str:
    heads = "".join(f'<th scope="col">{heading}</th>' for heading in _HEADINGS)
    panels = "\n".join(
        _panel(list(found))
        for _, found in groupby(rows, key=lambda row: (row["panel"], row.get("group", "")))
    )
    return (
        f'<details class="rows"><summary>The rows of {label}: results, evidence and sources'
        "</summary>\n"
        f'<div class="scroll" role="region" tabindex="0" aria-label="Rows of {label}">\n'
        f"<table><thead><tr>{heads}</tr></thead>\n{panels}\n</table>\n"
        "</div></details>\n"
    )


def _panel(rows: Sequence[Mapping[str, Any]]) -> str:
    """Give the rows of a pool below its name and before its result."""
    first = rows[0]
    named = ", ".join(filter(None, (first["panel"], first.get("group"))))
    pooled = "".join(
        f'<tr class="pooled"><th scope="row">{html.escape(name)}</th>'
        f'<td colspan="{len(_HEADINGS) - 1}">{html.escape(result)}</td></tr>\n'
        for name, result in rows[-1].get("pooled", ())
    )
    return (
        f'<tbody>\n<tr><th colspan="{len(_HEADINGS)}" scope="rowgroup">'
        f"{html.escape(named)}</th></tr>\n" + "\n".join(map(_row, rows)) + f"\n{pooled}</tbody>"
    )


def _row(row: Mapping[str, Any]) -> str:
    place = ""
    if "image" in row:
        place = (
            f' data-image="{row["image"]}" data-middle="{row["middle"]}" '
            f'data-height="{row["height"]}"'
        )
    cells = [
        f'<th scope="row">{html.escape(row["label"])}</th>',
        _cell(row["result"]),
        _cell(row["evidence"]),
        f"<td>{_source(row)}</td>",
        _cell(row["row"]),
    ]
    return f"<tr{place}>{''.join(cells)}</tr>"


def _cell(text: str) -> str:
    return f"<td>{html.escape(text)}</td>"


def _source(row: Mapping[str, Any]) -> str:
    source = html.escape(row["source"])
    if _DOI.match(row["source"]):
        source = f'<a href="https://doi.org/{source}">{source}</a>'
    parts = [source, html.escape(row["location"]), html.escape(row["note"])]
    return "<br>".join(part for part in parts if part)
