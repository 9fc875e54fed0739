"""Whether two records are the same report. docs/searches.md gives the reasons for the rule.

Merging two reports that differ loses one of them without anybody seeing it; leaving a duplicate
costs a person a minute. Every doubt is therefore left to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.update.searching.titles import same_source

if TYPE_CHECKING:
    from analysis.update.searching.titles import Traits

# Likeness of titles, 0 to 100: `rapidfuzz.fuzz.ratio` of the letters.
LISTED = 85.0  # below, two titles are not compared further
TYPED = 95.0  # what a slip of the keys or a lost letter leaves
SAME_PLACE = 90.0  # enough when volume and first page are the same too
SAME_IDENTIFIER = 60.0  # a shared identifier is not believed when the titles have little in common
# The titles of abstracts under the one DOI of a supplement may be as similar as this.
SAME_IDENTIFIER_ALONE = 90.0
# Shorter titles ("Editorial", "In reply") say too little.
SHORTEST_TITLE = 20


@dataclass(frozen=True, slots=True)
class Match:
    """What makes two records alike.

    Attributes
    ----------
    certain
        True when they are merged without asking; otherwise a person decides.
    by_identifier
        True when a DOI or a PubMed number is the reason.
    score
        Likeness of the titles, 0 to 100; None when one has no title.
    reason
        In words.
    """

    certain: bool
    by_identifier: bool
    score: float | None
    reason: str


def compare(a: Traits, b: Traits) -> Match | None:
    """Compare two records; the order of the two makes no difference.

    Returns
    -------
    Match or None
        None when they are not alike.
    """
    from rapidfuzz import fuzz

    score = fuzz.ratio(a.letters, b.letters) if a.letters and b.letters else None
    for name, first, second in (("PubMed number", a.pmid, b.pmid), ("DOI", a.doi, b.doi)):
        if first and first == second:
            return _same_identifier(f"same {name} {first}", a, b, score)
    return None if score is None or score < LISTED else _alike(a, b, score)


def identifiers_differ(a: Traits, b: Traits) -> str:
    """Say which identifier both have and have differently; empty when none."""
    if a.doi and b.doi and a.doi != b.doi:
        return "the DOIs differ"
    return "the PubMed numbers differ" if a.pmid and b.pmid and a.pmid != b.pmid else ""


def same_author(a: Traits, b: Traits) -> bool:
    """Say whether the first authors agree; some databases exchange family and given name."""
    if not (a.family and b.family):
        return False
    turned = len(a.names) > 1 and a.names == b.names
    return a.family == b.family or turned or _one_in_natural_order(a, b)


def _one_in_natural_order(a: Traits, b: Traits) -> bool:
    """Say whether `Jane Doe` of one is `Doe, J` of the other: family name and an initial agree."""
    for whole, parted in ((a, b), (b, a)):
        given = whole.names - {parted.family}
        others = parted.names - {parted.family}
        if len(given) < len(whole.names) and whole.family not in whole.names and others:
            return bool({name[0] for name in given} & {name[0] for name in others})
    return False


def _same_identifier(reason: str, a: Traits, b: Traits, score: float | None) -> Match:
    author = same_author(a, b)
    same_place = bool(a.first_page) and a.first_page == b.first_page
    doubt = identifiers_differ(a, b)
    if not doubt and _notice(a, b):
        doubt = "one of them is a notice about the other"
    believed = (
        score is None
        or score >= SAME_IDENTIFIER_ALONE
        or (score >= SAME_IDENTIFIER and author)
        or (author and same_place)
    )
    if not doubt and not believed:
        doubt = f"the titles differ (likeness {score:.0f})"
    if doubt:
        return Match(False, True, score, f"{reason}; but {doubt}")
    return Match(True, True, score, reason)


def _notice(a: Traits, b: Traits) -> bool:
    """Say whether one of two is a correction, retraction or comment and the other is not."""
    return a.kind != b.kind and bool({"correction", "retraction", "comment"} & {a.kind, b.kind})


def _alike(a: Traits, b: Traits, score: float) -> Match | None:
    if _notice(a, b):
        return None  # a report of its own, however alike the titles are
    author = same_author(a, b)
    authors_known = bool(a.family and b.family)
    gap = None if a.year is None or b.year is None else abs(a.year - b.year)
    same_place = bool(a.volume and a.first_page) and (a.volume, a.first_page) == (
        b.volume,
        b.first_page,
    )
    doubt = _doubt(a, b, same_place)
    short = min(len(a.letters), len(b.letters)) < SHORTEST_TITLE
    titled = score == 100 or (score >= TYPED and _typed_differently(a.title, b.title))
    placed = score >= SAME_PLACE and same_place
    # Many articles appear on line in December and in print in the next year.
    dated = gap == 0 or (gap == 1 and (same_place or _sources_agree(a, b)))
    told = [f"title {score:.0f}"]
    told += ["first author"] * author + ["year"] * (gap == 0)
    told += ["volume and first page"] * same_place
    told += ["journal"] * (gap == 1 and not same_place and _sources_agree(a, b))
    reason = _equal(told) + ("; the years are one apart" if gap == 1 else "")
    if author and dated and not doubt and (placed or (titled and not short)):
        return Match(True, False, score, reason)
    # The same volume: one of the years is a slip.
    volume = bool(a.volume) and a.volume == b.volume and _sources_agree(a, b)
    slipped = author and volume and score == 100 and not short
    if not slipped and not _worth_asking(score, author, authors_known, gap, short, bool(doubt)):
        return None
    doubt = doubt or _what_is_missing(author, authors_known, gap, titled, short)
    return Match(False, False, score, f"{reason}; but {doubt}")


def _doubt(a: Traits, b: Traits, same_place: bool) -> str:
    """Name what speaks against one report, whatever the titles say; empty when nothing does."""
    found = identifiers_differ(a, b)
    if not found and a.kind != b.kind:
        kinds = " and ".join(kind or "article" for kind in sorted((a.kind, b.kind)))
        found = f"they are of different kinds ({kinds})"
    if not found and a.numbers != b.numbers:
        found = "the numbers in the titles differ"
    if found or same_place:
        return found
    if a.volume and b.volume and a.volume != b.volume:
        return "the volumes differ"
    if a.first_page and b.first_page and a.first_page != b.first_page:
        return "the first pages differ"
    if a.source and b.source and not same_source(a.source, b.source):
        return "the journals differ"
    return ""


def _sources_agree(a: Traits, b: Traits) -> bool:
    return bool(a.source and b.source) and same_source(a.source, b.source)


def _typed_differently(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Say whether titles differ by slips only, not by a word that changes the meaning.

    One letter in a long word, two letters exchanged, or a lone letter that one database lost;
    `men` and `women`, `first` and `second` are not such.
    """
    from rapidfuzz.distance import OSA, Levenshtein, Opcodes

    edits: Opcodes = Levenshtein.opcodes(first, second)
    for edit in edits:
        if edit.tag == "equal":
            continue
        old = "".join(first[edit.src_start : edit.src_end])
        new = "".join(second[edit.dest_start : edit.dest_end])
        longest = max(old, new, key=len)
        slip = len(longest) >= 6 and OSA.distance(old, new) <= 1
        if not slip and old != new and len(longest) > 1:
            return False
    return True


def _worth_asking(
    score: float, author: bool, authors_known: bool, gap: int | None, short: bool, doubt: bool
) -> bool:
    near = gap is None or gap <= 1
    if short:
        return score == 100 and author and gap == 0 and not doubt
    if author:
        return near and (score >= TYPED or not doubt)
    # Other authors under the same title: names in another order, or nothing but the same words.
    return near and (score == 100 or (score >= TYPED and not authors_known and not doubt))


def _what_is_missing(
    author: bool, authors_known: bool, gap: int | None, titled: bool, short: bool
) -> str:
    if not author:
        return "the first authors differ" if authors_known else "a first author is missing"
    if gap is None:
        return "a year is missing"
    if gap > 1:
        return f"the years are {gap} apart"
    if gap:
        return "the years differ and the journal is not known to be the same"
    if short:
        return "the title is too short to tell"
    return "" if titled else "some words of the titles differ"


def _equal(told: list[str]) -> str:
    if len(told) == 1:
        return told[0]
    title, *equal = told
    *first, last = equal
    return f"{title}, {', '.join(first)} and {last} equal" if first else f"{title}, {last} equal"
