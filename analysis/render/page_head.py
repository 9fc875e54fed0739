"""What the web page says of itself to search engines and reference managers."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analysis.render.jats_front import PaperFacts

_TAG = re.compile(r"<[^>]+>")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_LANGUAGE = re.compile(r'<html[^>]*\blang="([^"]*)"')
_META = '<meta name="{}" content="([^"]*)"'
_SUBTITLE = re.compile(r'<p class="subtitle">(.*?)</p>', re.DOTALL)
_ABSTRACT = re.compile(r'<section class="abstract".*?</section>', re.DOTALL)
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_AUTHOR = re.compile(r'<li><span class="author">(.*?)</span>(.*?)</li>', re.DOTALL)
_ORCID = re.compile(r'href="(https://orcid\.org/[\dX-]+)"')
_PLACES = re.compile(r'<span class="affiliation">(.*?)</span>', re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z])")
# What search engines show of a description, and a little more.
_DESCRIPTION_LENGTH = 320


@dataclass(frozen=True, slots=True)
class _Author:
    name: str
    orcid: str | None
    places: str


def with_head(page: str, synthesis: Mapping[str, Any], facts: PaperFacts | None = None) -> str:
    """Put tags for search engines and reference managers into the head of a finished page.

    Highwire tags (``citation_*``) are what Google Scholar and Zotero read, Open Graph what messages
    show of a link, JSON-LD a ScholarlyArticle of schema.org. All of it stands in the page already;
    no date or address is made up.

    Parameters
    ----------
    page
        The page of either engine.
    synthesis
        The entry ``synthesis`` of results.json, for version and date.
    facts
        Licence and group of authors.
    """
    end = page.find("</head>")
    title = _found(_TITLE, page)
    if end < 0 or not title:
        return page
    language = _found(_LANGUAGE, page)
    authors = [_author(*found) for found in _AUTHOR.findall(page)]
    keywords = _found(re.compile(_META.format("keywords")), page)
    told = _description(page)
    day = _day(synthesis.get("history"))
    version = str(synthesis.get("edition") or "")
    tags = list(_tags(title, language, authors, keywords, told, day))
    if told and '<meta name="description"' not in page:
        tags.insert(0, _tag("name", "description", told))
    article = _article(title, language, authors, keywords, told, day, version, facts)
    # "<" would end the block early, if a text contained the end of a script.
    text = json.dumps(article, ensure_ascii=False).replace("<", "\\u003c")
    tags.append(f'<script type="application/ld+json" id="about">{text}</script>')
    return page[:end] + "\n".join(tags) + "\n" + page[end:]


def _found(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    return _plain(found[1]) if found else ""


def _plain(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", markup)).split())


def _author(name: str, rest: str) -> _Author:
    orcid = _ORCID.search(rest)
    return _Author(_plain(name), orcid[1] if orcid else None, _found(_PLACES, rest))


def _description(page: str) -> str:
    """Give the author's description; else the line below the title and the first sentences.

    The line below the title says whether the review is a draft, which no description may leave out.
    """
    own = _found(re.compile(_META.format("description")), page)
    if own:
        return own
    abstract = _ABSTRACT.search(page)
    texts = [_found(_SUBTITLE, page)]
    texts += map(_plain, _PARAGRAPH.findall(abstract[0])) if abstract else []
    told = ""
    for sentence in (s for text in texts for s in _SENTENCE_END.split(text) if s):
        if told and len(told) + len(sentence) > _DESCRIPTION_LENGTH:
            break
        told = f"{told} {sentence}".strip()
    return told


def _day(history: Mapping[str, Any] | None) -> str:
    """Give the day of the last release, empty before the first."""
    days = [entry["date"] for entry in (history or {}).get("versions", ()) if entry["date"]]
    return str(days[-1]) if days else ""


def _tags(
    title: str, language: str, authors: list[_Author], keywords: str, told: str, day: str
) -> Iterator[str]:
    yield _tag("name", "citation_title", title)
    for author in authors:
        yield _tag("name", "citation_author", author.name)
        if author.places:
            yield _tag("name", "citation_author_institution", author.places)
        if author.orcid:
            yield _tag("name", "citation_author_orcid", author.orcid)
    if day:
        yield _tag("name", "citation_publication_date", day.replace("-", "/"))
    if language:
        yield _tag("name", "citation_language", language)
        yield _tag("property", "og:locale", language.replace("-", "_"))
    if keywords:
        yield _tag("name", "citation_keywords", keywords.replace(", ", "; "))
    yield _tag("property", "og:type", "article")
    yield _tag("property", "og:title", title)
    if told:
        yield _tag("property", "og:description", told)
    if day:
        yield _tag("property", "article:published_time", day)


def _tag(kind: str, name: str, content: str) -> str:
    return f'<meta {kind}="{name}" content="{html.escape(content)}">'


def _article(
    title: str,
    language: str,
    authors: list[_Author],
    keywords: str,
    told: str,
    day: str,
    version: str,
    facts: PaperFacts | None,
) -> dict[str, Any]:
    group = None if facts is None else facts.authors.group
    persons = [
        {
            "@type": "Organization" if author.name == group else "Person",
            "name": author.name,
            "sameAs": author.orcid,
            "affiliation": author.places and {"@type": "Organization", "name": author.places},
        }
        for author in authors
    ]
    article = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": title,
        "abstract": told,
        "author": [_known(person) for person in persons],
        "datePublished": day,
        "version": version,
        "keywords": keywords,
        "inLanguage": language,
        "license": None if facts is None else facts.licence,
    }
    return _known(article)


def _known(entries: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entries.items() if value}
