"""Completes the front of a JATS file: authors, affiliations, keywords, licence, kind of paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from schemas.authors import Author, Authors

_HREF = "{http://www.w3.org/1999/xlink}href"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# A licence of Creative Commons is kept as LICENSE-CC-BY-4.0.md.
_LICENCE_FILE = re.compile(r"LICENSE-CC-(BY(?:-NC)?(?:-SA|-ND)?)-(\d\.\d)\.md$")
# Children of article-meta behind which, in this order, the others stand (JATS 1.2).
_ORDER = (
    "article-id",
    "article-categories",
    "title-group",
    "contrib-group",
    "aff",
    "author-notes",
    "pub-date",
    "history",
    "permissions",
    "self-uri",
    "abstract",
    "kwd-group",
    "funding-group",
    "custom-meta-group",
)
_NOTHING = "none"
# https://credit.niso.org names each role's page after the role.
_CREDIT = "https://credit.niso.org/"


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What the JATS file says about the paper besides its text.

    Attributes
    ----------
    authors
        Who wrote it; without a person or group, what the manuscript's front matter says stays.
    keywords
        In the order of the manuscript.
    language
        As ``en-GB``; empty if the manuscript does not say.
    licence
        Address of the licence of the text, None if there is none.
    """

    authors: Authors
    keywords: tuple[str, ...] = ()
    language: str = ""
    licence: str | None = None


def licence_of(root: Path) -> str | None:
    """Give the address of the Creative Commons licence that lies in the review's folder."""
    for path in sorted(root.glob("LICENSE-CC-*.md")):
        found = _LICENCE_FILE.match(path.name)
        if found:
            return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/"
    return None


def facts_of(root: Path, front_matter: Mapping[str, Any], authors: Authors) -> PaperFacts:
    """Gather the facts out of the front matter, shortcodes resolved, and the review's folder."""
    return PaperFacts(
        authors=authors,
        keywords=tuple(str(word) for word in front_matter.get("keywords") or ()),
        language=str(front_matter.get("lang") or ""),
        licence=licence_of(root),
    )


def complete_front(article: Any, facts: PaperFacts) -> None:
    """Write the facts into an article, replacing what the template wrote in their place.

    Parameters
    ----------
    article
        Root of the JATS file.
    facts
        What is known about the paper.
    """
    article.set("article-type", "review-article")
    if facts.language:
        article.set(_LANGUAGE, facts.language)
    meta = article.find("front/article-meta")
    if meta is None:
        return
    if meta.find("article-categories") is None:
        group = _new("subj-group", subj_group_type="heading")
        _add(group, "subject", "Systematic Review")
        _put(meta, _new("article-categories", group))
    if facts.authors.names:
        _set_authors(meta, facts.authors)
    if facts.licence and meta.find("permissions") is None:
        _put(meta, _permissions(facts.licence))
    if facts.keywords and meta.find("kwd-group") is None:
        words = _new("kwd-group", kwd_group_type="author")
        for word in facts.keywords:
            _add(words, "kwd", word)
        _put(meta, words)
    funding = facts.authors.funding
    if funding and funding.strip().lower() != _NOTHING and meta.find("funding-group") is None:
        group = _new("funding-group")
        _add(group, "funding-statement", funding.strip())
        _put(meta, group)


def _set_authors(meta: Any, authors: Authors) -> None:
    for old in (
        *meta.findall("contrib-group"),
        *meta.findall("aff"),
        *meta.findall("author-notes"),
    ):
        meta.remove(old)
    places = authors.numbered_affiliations()
    group = _new("contrib-group")
    for author in authors.authors:
        numbers = [places.index(place) + 1 for place in authors.affiliations_of(author)]
        group.append(_contributor(author, numbers))
    if authors.group:
        contributor = _new("contrib", contrib_type="author")
        _add(contributor, "collab", authors.group)
        group.append(contributor)
    for number, place in enumerate(places, start=1):
        affiliation = _new("aff", id=f"aff{number}")
        _add(affiliation, "label", str(number))
        for tag, text in (
            ("institution", place.name),
            ("city", place.city),
            ("country", place.country),
        ):
            if text:
                _add(affiliation, tag, text)
        group.append(affiliation)
    _put(meta, group)


def _contributor(author: Author, affiliations: list[int]) -> Any:
    found = _new("contrib", contrib_type="author")
    if author.corresponding:
        found.set("corresp", "yes")
    if author.equal_contribution:
        found.set("equal-contrib", "yes")
    if author.orcid:
        # Nobody has logged in at ORCID to say so.
        _add(
            found,
            "contrib-id",
            f"https://orcid.org/{author.orcid}",
            contrib_id_type="orcid",
            authenticated="false",
        )
    name = _new("name")
    _add(name, "surname", author.family)
    _add(name, "given-names", author.given)
    found.append(name)
    if author.degrees:
        _add(found, "degrees", ", ".join(author.degrees))
    for role in author.role_names:
        term = re.sub(r"[^a-z]+", "-", role.lower()).strip("-")
        _add(
            found,
            "role",
            role,
            vocab="credit",
            vocab_identifier=_CREDIT,
            vocab_term=role,
            vocab_term_identifier=f"{_CREDIT}contributor-roles/{term}/",
        )
    if author.corresponding and author.email:
        _add(found, "email", author.email)
    for number in affiliations:
        _add(found, "xref", str(number), ref_type="aff", rid=f"aff{number}")
    return found


def _permissions(licence: str) -> Any:
    text = _new("license-p", "This article is licensed under ")
    link = _add(text, "ext-link", licence, ext_link_type="uri")
    link.set(_HREF, licence)
    link.tail = "."
    terms = _new("license", text, license_type="open-access")
    terms.set(_HREF, licence)
    return _new("permissions", terms)


def _put(meta: Any, element: Any) -> None:
    """Add a child where the document type wants it."""
    behind = _ORDER[: _ORDER.index(element.tag) + 1]
    place = 0
    for index, child in enumerate(meta, start=1):
        if child.tag in behind:
            place = index
    meta.insert(place, element)


def _new(tag: str, content: Any = None, **attributes: str) -> Any:
    from lxml import etree

    element = etree.Element(tag)
    for name, value in attributes.items():
        element.set(name.replace("_", "-"), value)
    if isinstance(content, str):
        element.text = content
    elif content is not None:
        element.append(content)
    return element


def _add(parent: Any, tag: str, text: str, **attributes: str) -> Any:
    element = _new(tag, text, **attributes)
    parent.append(element)
    return element
