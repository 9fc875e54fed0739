"""The short list of what authors may type by hand, each entry with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.problems import Problem
from schemas.vocabulary import did_you_mean
from schemas.yaml_text import UnreadableYaml, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from analysis.lint.sentences import Sentence

ALLOWED_FILE = "manuscript/lint.yml"
_ENTRIES = ("text", "pattern", "rule", "reason")


@dataclass(frozen=True, slots=True)
class Allowed:
    """One entry: what may stand in the text, for which rule, and why."""

    pattern: re.Pattern[str]
    rule: str
    reason: str
    shown: str
    line: int

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Give the places of a text that the entry allows."""
        for match in self.pattern.finditer(text):
            yield match.span()


@dataclass(frozen=True, slots=True)
class AllowList:
    """All entries of the file, and what is wrong with it."""

    entries: tuple[Allowed, ...] = ()
    problems: tuple[Problem, ...] = ()

    def allows(self, rule: str, sentence: Sentence, start: int, end: int) -> bool:
        """Say whether a finding at a place of a sentence is allowed.

        A number must stand inside the allowed text; a finding of another rule is about the
        sentence, so the allowed text may stand anywhere in it.
        """
        return any(
            rule != "number" or (low <= start and end <= high)
            for entry in self.entries
            if entry.rule == rule
            for low, high in entry.spans(sentence.words)
        )

    def allows_key(self, key: str) -> bool:
        """Say whether an entry of the reference list may stay without a citation."""
        return any(
            entry.rule == "entry-uncited" and entry.pattern.fullmatch(key) for entry in self.entries
        )

    def unused(self, sentences: tuple[Sentence, ...]) -> Iterator[Problem]:
        """Find entries whose text stands nowhere any more, so that the list stays short."""
        for entry in self.entries:
            # An entry of the reference list is allowed by its key, which no sentence holds.
            if entry.rule == "entry-uncited":
                continue
            if not any(True for sentence in sentences for _ in entry.spans(sentence.words)):
                yield Problem(
                    ALLOWED_FILE,
                    entry.line,
                    None,
                    entry.shown,
                    "Nothing in the manuscript needs this entry any more.",
                    "Delete it.",
                    "warning",
                    "allowed-unused",
                )


def read_allowed(root: Path, rules: tuple[str, ...]) -> AllowList:
    """Read manuscript/lint.yml; a review without it allows nothing.

    Parameters
    ----------
    root
        The project's folder.
    rules
        Names that `rule` may have.
    """
    try:
        text = (root / ALLOWED_FILE).read_text(encoding="utf-8-sig")
        found = read_yaml(text)
    except FileNotFoundError:
        return AllowList()
    except UnicodeDecodeError:
        return AllowList(problems=(_problem(None, None, "The file is not UTF-8 text.", ""),))
    except UnreadableYaml as error:
        what = f"The file cannot be read: {error.what}."
        hint = "Look at quotes, colons and indentation."
        return AllowList(problems=(_problem(error.line, None, what, hint),))
    if found.repeated:
        what, hint = "This entry stands twice: YAML would take the last one only.", "Join the two."
        twice = [_problem(line, ".".join(map(str, at)), what, hint) for at, line in found.repeated]
        return AllowList(problems=tuple(twice))
    content = found.content or {}
    listed = content.get("allowed") if isinstance(content, dict) else None
    if listed is None or not isinstance(listed, list) or set(content) != {"allowed"}:
        what = "The file must have one entry, `allowed`, with a list under it."
        return AllowList(problems=(_problem(None, None, what, "docs/lint.md shows one."),))
    lines = [n for n, line in enumerate(text.splitlines(), 1) if re.match(r"\s*-\s", line)]
    entries, problems = [], []
    for number, entry in enumerate(listed):
        line = lines[number] if len(lines) == len(listed) else 1
        wrong = _wrong(entry, rules)
        if wrong:
            problems.append(_problem(line, str(entry), *wrong))
        else:
            entries.append(_allowed(entry, line))
    return AllowList(tuple(entries), tuple(problems))


def _wrong(entry: Any, rules: tuple[str, ...]) -> tuple[str, str] | None:
    if not isinstance(entry, dict) or not all(isinstance(x, str) for x in entry.values()):
        return "An entry consists of text and a reason.", "Put numbers between quotation marks."
    for name in entry:
        if name not in _ENTRIES:
            return f"{name} is nothing an entry can have.", did_you_mean(name, _ENTRIES)
    if ("text" in entry) == ("pattern" in entry):
        return "An entry has either `text` or `pattern`.", ""
    if not entry.get("reason", "").strip():
        return "The reason is missing.", "Say why this may be typed by hand."
    rule = entry.get("rule", "number")
    if rule not in rules:
        hint = f"{did_you_mean(rule, rules)}There are: {', '.join(rules)}."
        return f"{rule} is not a rule.", hint
    try:
        re.compile(entry.get("pattern", ""))
    except re.error as error:
        return f"The pattern is not a regular expression: {error}.", ""
    return None


def _allowed(entry: Mapping[str, str], line: int) -> Allowed:
    shown = entry.get("text") or entry["pattern"]
    if "text" in entry:
        words = r"\s+".join(map(re.escape, shown.split()))
        # "grade 3" must not allow "grade 3.5" nor "grade 3%".
        pattern = rf"(?<![\w.,]){words}(?!\w|[.,]\d|\s?\\?%)"
    else:
        pattern = shown
    return Allowed(
        re.compile(pattern), entry.get("rule", "number"), entry["reason"].strip(), shown, line
    )


def _problem(line: int | None, value: str | None, what: str, hint: str) -> Problem:
    return Problem(ALLOWED_FILE, line, None, value, what, hint, "error", "allowed")
