"""What in a blinded package tells who wrote the paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from schemas.authors import NOTHING
from schemas.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analysis.journal.preflight.contents import Content
    from schemas.authors import Authors

RULE = "not-blinded"
# Names of programs that stand where a file names its maker, and tell nothing.
_PROGRAMS = re.compile(
    r"^(pandoc|typst.*|libreoffice.*|microsoft.*|python-docx|matplotlib.*|openpyxl|\(unspecified\)|"
    r"unknown|anonymous|author|\$[\w-]+\$|)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Mark:
    """Words that tell who somebody is.

    Attributes
    ----------
    what
        What they are, for the message.
    words
        As written in authors.yml.
    pattern
        How they are found.
    strength
        ``certain``: nobody else is meant, wherever it stands. ``name``: may stand in a list of
        references, where anybody is cited. ``family``: many people bear it, so it tells something
        only where a file says who made it.
    word
        A word in small letters without which the pattern is not found.
    """

    what: str
    words: str
    pattern: re.Pattern[str]
    strength: Literal["certain", "name", "family"]
    word: str


def unblinded(authors: Authors, contents: Iterable[Content]) -> tuple[Problem, ...]:
    """Search files for everything that tells who wrote the paper.

    Texts, properties, authors of comments and changes, tags of pictures, names of files, and
    everything in archives. A name in a list of references is left alone: everybody may be cited.

    Parameters
    ----------
    authors
        Who must not be found.
    contents
        All that stands in the files that reviewers see, as `contents_of` gives it.

    Returns
    -------
    tuple of Problem
        Errors, and warnings where only a family name was found in the text.
    """
    marks = tuple(_marks(authors))
    seen: dict[tuple[str, str, str], Problem] = {}
    texts = [c for c in contents if c.text.strip()]
    cited = " ".join(c.text for c in texts if c.part == "references")
    for content in texts:
        for problem in _told(content, marks, cited):
            seen.setdefault((problem.file, problem.column or "", problem.value or ""), problem)
    return _once_per_file(seen.values())


def _marks(authors: Authors) -> Iterator[_Mark]:
    for author in authors.authors:
        given, family = author.given, author.family
        initials = "".join(part[0] for part in re.split(r"[\s.\-]+", given) if part)
        orders = (f"{given} {family}", f"{family} {given}", f"{family}, {given}")
        spellings = [_spelling(order) for order in orders]
        # Files of data keep the parts of a name in fields of their own.
        spellings.append(rf'"{_spelling(given)}"[^{{}}]{{0,40}}"{_spelling(family)}"')
        spellings.append(rf'"{_spelling(family)}"[^{{}}]{{0,40}}"{_spelling(given)}"')
        yield _Mark(
            "the name of an author",
            author.name,
            _word("|".join(spellings)),
            "name",
            _longest(family),
        )
        short = f"{_spelling(family)},? {'[. ]*'.join(map(re.escape, initials))}"
        yield _Mark(
            "the name of an author",
            f"{family} {initials}",
            _word(short),
            "family",
            _longest(family),
        )
        yield _Mark(
            "the name of an author", family, _word(_spelling(family)), "family", _longest(family)
        )
        if author.orcid:
            pattern = re.compile(re.escape(author.orcid).replace(r"\-", "-?"))
            yield _Mark(
                "the ORCID of an author",
                author.orcid,
                pattern,
                "certain",
                author.orcid[-4:].lower(),
            )
        if author.email:
            pattern = re.compile(re.escape(author.email), re.IGNORECASE)
            yield _Mark(
                "the e-mail address of an author",
                author.email,
                pattern,
                "certain",
                author.email.lower(),
            )
    for place in authors.affiliations:
        yield _Mark(
            "an affiliation", place.name, _phrase(place.name), "certain", _longest(place.name)
        )
    if authors.group:
        yield _Mark(
            "the name of the group",
            authors.group,
            _phrase(authors.group),
            "certain",
            _longest(authors.group),
        )
    for what, statement in (
        ("the statement of funding", authors.funding),
        ("the acknowledgements", authors.acknowledgements),
    ):
        if statement and statement.strip().lower() != NOTHING:
            yield _Mark(what, statement, _phrase(statement), "certain", _longest(statement))
    for words in authors.identifying:
        yield _Mark(
            "words that identify the authors", words, _phrase(words), "certain", _longest(words)
        )


def _longest(words: str) -> str:
    return max(words.lower().split(), key=len)


def _spelling(name: str) -> str:
    return r"\s+".join(map(re.escape, name.split()))


def _word(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


def _phrase(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_spelling(words)}(?!\w)", re.IGNORECASE)


def _told(content: Content, marks: tuple[_Mark, ...], cited: str) -> Iterator[Problem]:
    found = False
    small = content.text.lower()
    for mark in marks:
        # Looking for a word is a hundred times faster than looking for a pattern.
        if mark.word not in small or mark.pattern.search(content.text) is None:
            continue
        if mark.strength != "certain" and content.part == "references":
            continue
        if mark.strength == "family":
            if found or content.part == "data":
                continue
            # A cited author of the same name is spoken of in the text too.
            if content.part == "text" and mark.pattern.search(cited):
                continue
        found = True
        yield _problem(content, mark)
    if content.part == "maker" and not found and not _PROGRAMS.match(content.text.strip()):
        yield Problem(
            content.file,
            None,
            content.where or None,
            content.text.strip(),
            "This says who made the file.",
            "Reviewers can read it in the properties. Empty it.",
            "error",
            RULE,
        )


def _problem(content: Content, mark: _Mark) -> Problem:
    only_family = mark.strength == "family" and content.part == "text"
    hint = "Is an author of this paper meant? Then write it so that nobody can tell."
    if not only_family:
        hint = (
            "Reviewers must not find it. Take it out of the source, or keep the file for editors."
        )
    return Problem(
        content.file,
        None,
        content.where or None,
        mark.words,
        f"This is {mark.what}.",
        hint,
        "warning" if only_family else "error",
        RULE,
    )


def _once_per_file(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Tell each name once in a part of a file: the bytes repeat what the tags say."""
    kept: list[Problem] = []
    told = {(p.file, p.value) for p in problems if not (p.column or "").endswith("bytes")}
    for problem in problems:
        if (problem.column or "").endswith("bytes") and (problem.file, problem.value) in told:
            continue
        kept.append(problem)
    return tuple(kept)
