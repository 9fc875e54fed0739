"""Completes the front of a JATS file: authors, affiliations, keywords, licence, kind of paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from schemas.authors import Author, Authors

_HREF = "{http://www.w3.org/1999/xlink}href"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# A licence of Creative Commons is kept as LICENSE-CC-BY-4.0.md.
_LICENCE_FILE = re.compile(r"LICENSE-CC-(BY(?:-NC)?(?:-SA|-ND)?)-(\d\.\d)\.md$")
# Children of article-meta behind which, in this order, the others stand (JATS 1.3).
_ORDER = (
    "article-id",
    "article-version",
    "article-categories",
    "title-group",
    "contrib-group",
    "aff",
    "author-notes",
    "pub-date",
    "pub-date-not-available",
    "history",
    "pub-history",
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
class JournalFacts:
    """The journal that a file is meant for.

    Attributes
    ----------
    name
        As it calls itself.
    abbreviation
        As the NLM Catalog has it; None where it is not known.
    issns
        Its ISSN by the form of publication (``print``, ``electronic``); not empty.
    publisher
        None where it is not known.
    """

    name: str
    abbreviation: str | None
    issns: Mapping[str, str]
    publisher: str | None = None


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
    versions
        Released versions with their days as ``2026-01-31``, the first one first.
    version
        Which of them this file is; None where something has changed since the last one.
    journal
        The journal it is sent to; None for the paper itself.
    """

    authors: Authors
    keywords: tuple[str, ...] = ()
    language: str = ""
    licence: str | None = None
    versions: tuple[tuple[str, str], ...] = ()
    version: str | None = None
    journal: JournalFacts | None = None


def licence_of(root: Path) -> str | None:
    """Give the address of the Creative Commons licence that lies in the review's folder."""
    for path in sorted(root.glob("LICENSE-CC-*.md")):
        found = _LICENCE_FILE.match(path.name)
        if found:
            return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/"
    return None


def facts_of(
    root: Path,
    front_matter: Mapping[str, Any],
    authors: Authors,
    versions: Sequence[Mapping[str, Any]] = (),
) -> PaperFacts:
    """Gather the facts.

    Parameters
    ----------
    root
        The review's folder, in which its licence lies.
    front_matter
        Shortcodes resolved.
    authors
        Who wrote it.
    versions
        ``synthesis.history.versions`` of ``results.json``: each with ``edition`` and ``date``, the
        present state last, without a date where it is not released.
    """
    released = tuple((str(v["edition"]), str(v["date"])) for v in versions if v.get("date"))
    return PaperFacts(
        authors=authors,
        keywords=tuple(str(word) for word in front_matter.get("keywords") or ()),
        language=str(front_matter.get("lang") or ""),
        licence=licence_of(root),
        versions=released,
        version=released[-1][0] if released and versions[-1].get("date") else None,
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
    if facts.journal:
        _set_journal(article.find("front"), facts.journal)
    _set_dates(meta, facts)
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


def _set_journal(front: Any, journal: JournalFacts) -> None:
    for old in front.findall("journal-meta"):
        front.remove(old)
    meta = _new("journal-meta")
    if journal.abbreviation:
        _add(meta, "journal-id", journal.abbreviation, journal_id_type="nlm-ta")
    else:
        _add(meta, "journal-id", journal.name, journal_id_type="publisher-id")
    titles = _new("journal-title-group")
    _add(titles, "journal-title", journal.name)
    if journal.abbreviation:
        _add(titles, "abbrev-journal-title", journal.abbreviation, abbrev_type="nlm-ta")
    meta.append(titles)
    for form, issn in journal.issns.items():
        _add(meta, "issn", issn, publication_format=form)
    if journal.publisher:
        publisher = _new("publisher")
        _add(publisher, "publisher-name", journal.publisher)
        meta.append(publisher)
    front.insert(0, meta)


def _set_dates(meta: Any, facts: PaperFacts) -> None:
    """Say when the paper came out, and what came out before it."""
    for tag in ("pub-date", "pub-date-not-available", "pub-history", "article-version"):
        for old in meta.findall(tag):
            meta.remove(old)
    released = dict(facts.versions).get(facts.version or "")
    if facts.version and released:
        _put(meta, _new("article-version", facts.version))
    if released and facts.journal is None:
        _put(meta, _date("pub-date", released, date_type="pub", publication_format="electronic"))
    else:
        _put(meta, _new("pub-date-not-available"))
    if facts.versions:
        history = _new("pub-history")
        for name, day in facts.versions:
            event = _new("event", event_type="version")
            _add(event, "event-desc", f"Version {name}")
            event.append(_date("date", day, date_type="pub"))
            history.append(event)
        _put(meta, history)


def _date(tag: str, day: str, **attributes: str) -> Any:
    date = _new(tag, iso_8601_date=day, **attributes)
    year, month, number = day.split("-")
    for part, text in (("day", number), ("month", month), ("year", year)):
        _add(date, part, text)
    return date


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
