"""Sentences typed by hand that the changes of the tables since a version may have made untrue.

Numbers follow the tables by themselves. Words do not: what is said about a study whose rows have
changed, and "the only randomised trial" when a study has come or gone. Nobody has to remember them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.build.history.sentences import tidy, values_of
from analysis.build.history.tables import STUDY_TABLES, remembered_tables, row_changes
from analysis.synthesis.versions import TypedSentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from analysis.build.history.shelf import Released
    from analysis.build.history.tables import Row, Tables
    from analysis.lint.sentences import Sentence
    from analysis.paper.values import Value
    from analysis.synthesis.versions import Action

# Where a study, or what stands beside the studies, has rows; in this order its name is looked up.
_AWAITING: Final = "awaiting_extraction"
# What is labelled there is a group: "usual care" names no study.
_ARMS: Final = "arms"
_NAMED_IN: Final = (*STUDY_TABLES, _AWAITING, "comparators", "comparator_events")
_IDS: Final = ("study_id", "comparator_id")
_YEAR: Final = re.compile(r"[\s,]+(?:19|20)\d\d[a-z]?$")
_ASIDE: Final = re.compile(r"\s*\(([^()]+)\)\s*$")
# The name of a trial; a title's last words in parentheses may be anything.
_TRIAL: Final = re.compile(r"[A-Z][A-Z0-9]{2,}(?:-[A-Z0-9]+)*|[A-Z]+[0-9]*-[A-Z0-9-]+")
# Words that compare a study with all others: another study can make them wrong.
_COMPARING: Final = re.compile(
    r"(?<![\w-])(?:only|sole|all|none|no other|another|most|first|largest|biggest|smallest|"
    r"longest|shortest|highest|lowest|best|worst|latest|earliest|newest)(?![\w-])",
    re.IGNORECASE,
)
_STUDIES: Final = re.compile(
    r"(?<![\w-])(?:studies|trials|cohorts|reports)(?![\w-])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Subject:
    """Something the text can speak of, and what happened to its rows."""

    label: str
    keys: frozenset[str]
    names: re.Pattern[str]
    action: Action | None
    included: bool


def sentences_to_read(base: Released, root: Path) -> tuple[TypedSentence, ...]:
    """Give the typed sentences that somebody should read again, in the order of the paper.

    A sentence is listed if it cites or names a study whose rows came, went or were corrected, or
    if it compares (*the only*, *the largest*) where a study came or went. A sentence that was
    typed or edited since the version is not listed: its author has seen it.

    Parameters
    ----------
    base
        The version that the tables are compared with.
    root
        The review's folder.

    Raises
    ------
    DataProblems
        If a manuscript cannot be read, or the version is damaged.
    """
    old, new = (remembered_tables(folder, root, _NAMED_IN) for folder in (base.folder, root))
    subjects = tuple(_subjects(old, new))
    if not any(subject.action for subject in subjects):
        return ()
    values = values_of(base.results())
    known = {_typed(sentence) for sentence in _sentences(base.folder, values)}
    found = []
    for sentence in _sentences(root, values):
        typed = _typed(sentence)
        because = tuple(_because(sentence, subjects)) if typed in known else ()
        if because:
            line = sentence.line_at(0)
            found.append(TypedSentence(line.file, line.line, typed, because))
    return tuple(dict.fromkeys(found))


def note_to_read(root: Path) -> Iterator[str]:
    """Say where such sentences stand since the newest version, in one line or none."""
    from analysis.build.history.shelf import shelf

    known = shelf(root)
    found = sentences_to_read(known[-1], root) if known else ()
    if found:
        noun = "sentence speaks" if len(found) == 1 else "sentences speak"
        yield (
            f"{len(found)} typed {noun} of studies that changed since version {known[-1].edition}; "
            f"`review changes` shows what: {'; '.join(places(found))}."
        )


def places(sentences: Sequence[TypedSentence]) -> tuple[str, ...]:
    """Say where sentences stand, file by file: ``manuscript/_results.qmd, lines 23 and 24``."""
    from analysis.manuscript.value import join_words

    lines: dict[str, list[int]] = {}
    for sentence in sentences:
        lines.setdefault(sentence.file, []).append(sentence.line)
    parts = []
    for file, numbers in lines.items():
        several = sorted(set(numbers))
        noun = "line" if len(several) == 1 else "lines"
        parts.append(f"{file}, {noun} {join_words(map(str, several))}")
    return tuple(parts)


def _sentences(folder: Path, values: Mapping[str, Value]) -> tuple[Sentence, ...]:
    from analysis.lint.sentences import sentences
    from analysis.manuscript.sources import float_kinds, read_manuscript

    # Passages are written anew each time: nobody has to read them again.
    return sentences(read_manuscript(folder, {}, {}), values, float_kinds(folder))


def _typed(sentence: Sentence) -> str:
    """Write the words of a sentence with … for its values."""
    from analysis.lint.sentences import printed
    from analysis.manuscript.value import phrase

    gaps = {name: phrase(name, "…", "") for _, name in sentence.values}
    return tidy(printed(sentence, gaps).text)


def _because(sentence: Sentence, subjects: Sequence[_Subject]) -> Iterator[str]:
    spoken_of = [
        subject
        for subject in subjects
        if subject.keys & set(sentence.citations) or subject.names.search(sentence.words)
    ]
    yield from (
        f"{subject.label}: {subject.action}" for subject in spoken_of if subject.action is not None
    )
    moved = [
        subject
        for subject in subjects
        if subject.included and subject.action in {"added", "removed"}
    ]
    comparing = _COMPARING.search(sentence.words)
    about = spoken_of or (_STUDIES.search(sentence.words) and not sentence.citations)
    if comparing and about and moved and not any(subject.action for subject in spoken_of):
        yield f"“{comparing[0]}” compares, and studies came or went"


def _subjects(old: Tables, new: Tables) -> Iterator[_Subject]:
    """Give everything that has rows in either version, a study before its wait for extraction."""
    rows: dict[str, list[tuple[str, Row]]] = {}
    actions: dict[str, list[tuple[str, Action]]] = {}
    for table in _NAMED_IN:
        before, after = old.get(table, {}), new.get(table, {})
        for row in (*after.values(), *before.values()):
            rows.setdefault(_id(row), []).append((table, row))
        if table == _AWAITING:
            continue  # it only gives names: what waits has no results to speak of
        for change in row_changes(table, before, after):
            row = after.get(change.key) or before[change.key]
            actions.setdefault(_id(row), []).append((table, change.action))
    for identifier, entries in rows.items():
        if not identifier:
            continue
        label = _label(identifier, entries)
        keys = {row["citation_key"] for _, row in entries if row.get("citation_key")}
        yield _Subject(
            label=label,
            keys=frozenset(keys),
            names=_pattern(entries),
            action=_action(actions.get(identifier, [])),
            included=any(table == "studies" for table, _ in entries),
        )


def _id(row: Row) -> str:
    return next((row[name] for name in _IDS if row.get(name)), "")


def _label(identifier: str, rows: Sequence[tuple[str, Row]]) -> str:
    names = (row.get("label") or row.get("title") for table, row in rows if table != _ARMS)
    return next((name for name in names if name), identifier)


def _action(changes: Sequence[tuple[str, Action]]) -> Action | None:
    """Sum up what happened: a study came or went, or something of it was corrected."""
    if not changes:
        return None
    for table, action in changes:
        if table in {"studies", "comparators"} and action != "corrected":
            return action
    return "corrected"


def _pattern(entries: Sequence[tuple[str, Row]]) -> re.Pattern[str]:
    """Match the names by which a text can speak of a study, without citing it."""
    names: set[str] = set()
    for table, row in entries:
        if row.get("registry_id"):
            names.add(row["registry_id"])
        if table == _ARMS:
            continue
        label = row.get("label") or row.get("title") or ""
        aside = _ASIDE.search(label)
        if aside and _TRIAL.fullmatch(aside[1]):
            names.add(aside[1])
        if table == _AWAITING:
            continue
        bare = _ASIDE.sub("", label)
        first = bare.split(" ")[0]
        if table.startswith("comparator"):
            names |= {first} if _TRIAL.fullmatch(first) else set()
            continue
        without_year = _YEAR.sub("", bare)
        # A surname alone could be anybody's.
        names |= {bare} | ({without_year} if " " in without_year else set())
    escaped = sorted(
        (re.escape(name) for name in names if name), key=lambda name: (-len(name), name)
    )
    spaced = "|".join(name.replace(r"\ ", r"\s+") for name in escaped)
    return re.compile(rf"(?<![\w-])(?:{spaced})(?![\w-])" if spaced else r"(?!)")
