"""The line at the top of the web page: which version it is, with links to the others.

Pages of earlier versions are copied beside the paper, so that all links work without a network.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from analysis.build.history.shelf import FOLDER, PAGE, shelf
from analysis.formatting.dates import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_NAV = re.compile(r'<nav class="versions".*?</nav>\n?', re.DOTALL)
_TITLE = re.compile(r'<header[^>]*\bid="title-block-header"')
_BODY = re.compile(r"<body[^>]*>\n?")
_FROM_HERE = f'href="{FOLDER.as_posix()}/'
_FROM_SIBLING = 'href="../'


def with_menu(page: str, history: Mapping[str, Any] | None) -> str:
    """Put the line into a page, before its title.

    Parameters
    ----------
    page
        The paper as HTML, without this line or with an older one.
    history
        The entry ``history`` of results.json; without it there is no line.
    """
    if not history:
        return page
    here = history["versions"][-1]
    others = [entry for entry in history["versions"][:-1] if entry["date"]]
    if history["released"]:
        told = f"{_named(here)} of {html.escape(written(here['date']))}"
        told += _listed("earlier", others, "{0}/{1}/" + PAGE)
    elif not others:
        told = f"{_named(here)}, not released yet"
    else:
        last = others[-1]
        told = (
            f"{_named(last)} of {html.escape(written(last['date']))}, with unreleased changes"
            if last["edition"] == here["edition"]
            else f"{_named(here)}, not released yet"
        )
        told += _listed("released", others, "{0}/{1}/" + PAGE)
    return _placed(page, told)


def sibling_page(page: str) -> str:
    """Make the links of a page fit a place in the folder of its own version."""
    return _NAV.sub(lambda nav: nav[0].replace(_FROM_HERE, _FROM_SIBLING), page)


def write_earlier_pages(root: Path, output: Path, history: Mapping[str, Any] | None) -> None:
    """Put the pages of the other versions beside the paper, each with links to all.

    Parameters
    ----------
    root
        The project's folder.
    output
        The folder of the new paper.
    history
        The entry ``history`` of results.json.
    """
    if not history:
        return
    here = history["versions"][-1]
    known = [entry.version for entry in shelf(root)]
    present = here["edition"] if history["released"] else None
    for entry in shelf(root):
        page = entry.folder / PAGE
        if entry.edition == present or not page.is_file():
            continue
        target = output / FOLDER / entry.edition / PAGE
        target.parent.mkdir(parents=True)
        others = [
            {"edition": other.edition}
            for other in known
            if other.edition not in (entry.edition, present)
        ]
        newest = "../../" + PAGE
        told = (
            f"{_named({'edition': entry.edition})} of {html.escape(written(entry.date))}; "
            f'this page is kept as it was · <a href="{newest}">the review as it is now</a>'
            + _listed("others", others, "../{1}/" + PAGE)
        )
        text = _placed(page.read_text(encoding="utf-8"), told)
        target.write_text(text, encoding="utf-8", newline="\n")


def _named(version: Mapping[str, Any]) -> str:
    return f"Version {html.escape(str(version['edition']))}"


def _listed(word: str, versions: Sequence[Mapping[str, Any]], pattern: str) -> str:
    if not versions:
        return ""
    links = []
    for version in reversed(versions):
        name = html.escape(str(version["edition"]))
        links.append(f'<a href="{pattern.format(FOLDER.as_posix(), name)}">{name}</a>')
    return f" · {word}: {', '.join(links)}"


def _placed(page: str, told: str) -> str:
    nav = f'<nav class="versions" aria-label="Versions of this review"><p>{told}</p></nav>\n'
    page = _NAV.sub("", page, count=1)
    place = _TITLE.search(page)
    if place:
        return page[: place.start()] + nav + page[place.start() :]
    body = _BODY.search(page)
    return page[: body.end()] + nav + page[body.end() :] if body else page
