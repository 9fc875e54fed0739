"""Tokens put together: an estimate with its interval, a percent with its count, a test with its P.

The estimate is the percentage or the named measure before the bracket, never merely the nearest
number. Where the text leaves two numbers to choose from, the statement is a doubt and is listed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.audit.token_numbers import (
    count_of,
    gap,
    has_whole_limits,
    is_inside,
    is_percent,
    says_no_more,
    whole_of,
    with_bare_intervals,
)
from analysis.audit.tokens import HALF_OPEN, RANGE, UNREACHED, tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analysis.audit.tokens import Role, Token

# What may stand between an estimate and its interval without being another estimate.
_LIGHT: tuple[Role, ...] = (
    *("open", "close", "comma", "p", "i2", "tau2", "q", "chi2", "df", "k", "studies", "z", "n"),
    *("count", "people", "spread", "time", "other range", "level", "sign"),
)
_STATISTICS: tuple[Role, ...] = ("p", "i2", "tau2", "q", "chi2", "df", "k", "studies", "z", "n")
_TESTS: tuple[Role, ...] = ("t", "f", "chi2", "r", "z", "q")
_BESIDE_STATISTICS = re.compile(
    r"heterogeneity|tests?|overall|effects?|for|very|(?:(?:very-)?(?:high|moderate|low)-?)?"
    r"(?:certainty|quality)|high|moderate|low|evidence|grade|random(?:-effects)?|fixed(?:-effects?)?"
    r"|model|analysis|statistic|number|total|p-value|value|(?:one|two)-(?:sided|tailed)|log-?rank"
    r"|participants|nominal|at|on|based|data|both|approximate|corresponding|adjusted"
    r"|bonferroni(?:-corrected)?",
    re.IGNORECASE,
)
_MORE_LIMITS = re.compile(r"\s*(?:,|;|and|vs?\.?|/|\s)+\s*(?:to\s)?", re.IGNORECASE)
_AND = re.compile(r"\s*[)\]]?\s*,?\s*and\s+", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n[ \t]*\n|\f")
_DESCRIPTIVE = re.compile(
    r"\b(?:medians?|means?|aged?|ages|ranges?|IQRs?|quartiles?|years?|follow-?up|SD|score)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """Tokens that belong to one result.

    Attributes
    ----------
    start, end
        Where it stands; `start` at its measure or estimate.
    value, interval, test
        Its tokens, None where it has none.
    measure
        Its name as printed, empty if none is near.
    statistics
        I², P and the like, in order.
    counts
        Of the same bracket: events and total.
    doubt
        Why it is not understood; empty if it is.
    """

    start: int
    end: int
    value: Token | None = None
    interval: Token | None = None
    test: Token | None = None
    measure: str = ""
    statistics: tuple[Token, ...] = ()
    counts: tuple[tuple[int, int], ...] = ()
    doubt: str = ""


@dataclass
class _Found:
    statements: list[Statement] = field(default_factory=list)

    def covers(self, token: Token) -> bool:
        return any(s.start <= token.start < s.end for s in self.statements)


def statements_of(text: str, paragraphs: str) -> list[Statement]:
    """Find every statement of a text.

    Parameters
    ----------
    text : str
        In plain characters.
    paragraphs : str
        The same text with its lines, where a blank line ends a sentence.
    """
    return _Grammar(text, paragraphs).read()


class _Grammar:
    def __init__(self, text: str, paragraphs: str) -> None:
        self.text = text
        self.tokens = with_bare_intervals(text, tokens_of(text))
        breaks = [match.end() for match in _PARAGRAPH.finditer(paragraphs)]
        self.paragraph = [bisect_right(breaks, token.start) for token in self.tokens]
        self.found = _Found()

    def read(self) -> list[Statement]:
        """Find intervals first, then counts, tests and heterogeneity that belong to none."""
        for i, token in enumerate(self.tokens):
            if token.role == "interval" and not self.found.covers(token):
                statement = self._result(i)
                if statement is not None:
                    self.found.statements.append(statement)
        for i, token in enumerate(self.tokens):
            if not self.found.covers(token):
                statement = self._percent_of_count(i) or self._test(i)
                if statement is not None:
                    self.found.statements.append(statement)
        for token in self.tokens:
            if token.role == "level" and not self.found.covers(token):
                doubt = "Limits were expected behind the name of the interval."
                if not self._heads_a_list(token):
                    self.found.statements.append(Statement(token.start, token.end, doubt=doubt))
        return sorted(self.found.statements, key=lambda statement: statement.start)

    def _heads_a_list(self, token: Token) -> bool:
        """Whether an interval is only named, such as ``HR (95% CI)`` as a heading or a plural."""
        after = self.text[token.end : token.end + 2]
        plural = token.text.rstrip("s ") != token.text.rstrip() and token.text.endswith("s")
        return plural or not re.match(r"\s?[\w=:(\[]", after)

    def _segment(self, i: int) -> int:
        """Give the first token of the sentence, behind the last statement in it."""
        first = i
        while first > 0:
            previous = self.tokens[first - 1]
            ended = previous.role == "stop" or self.paragraph[first - 1] != self.paragraph[i]
            if ended or self.found.covers(previous):
                break
            first -= 1
        return first

    def _result(self, i: int) -> Statement | None:
        interval = self.tokens[i]
        bare = "level" not in interval.parts and interval.parts.get("bare") == "yes"
        first = self._segment(i)
        bracket = self._bracket(i, first)
        end_of_before = i if bracket is None else bracket
        before, inside = self.tokens[first:end_of_before], self.tokens[end_of_before:i]
        value, sure = self._estimate(before, inside, interval)
        statistics, end = self._statistics(i + 1)
        if bare and not self._bare_is_interval(value, interval, statistics):
            return self._bare_range(value, interval)
        if self._more_limits(interval):
            doubt = "Several intervals stand in one bracket; which belongs to which number?"
            return Statement(interval.start, interval.end, doubt=doubt)
        unreached = self._unreached(value, first, interval)
        if unreached is not None:
            return Statement(unreached, end, None, interval, statistics=statistics)
        if value is None:
            doubt = "No estimate was found in front of this interval."
            return Statement(interval.start, interval.end, doubt=doubt)
        tokens = self.tokens[first:i]
        at = tokens.index(value)
        measure, start = self._measure(tokens, at)
        measure = measure or self._measure_before(value)
        between = tokens[at + 1 :]
        if any(t.role in ("t", "f", "r") for t in between):
            doubt = "A test statistic stands in front of this interval and no estimate."
            return Statement(interval.start, interval.end, doubt=doubt)
        if not sure and not is_inside(value, interval):
            doubt = f"Whether {value.text.strip()} is the estimate of this interval is not clear."
            return Statement(interval.start, interval.end, doubt=doubt)
        if not is_inside(value, interval) and any(
            other is not value and other.role == "value" and is_inside(other, interval)
            for other in tokens
        ):
            doubt = "More than one number may be the estimate of this interval."
            return Statement(interval.start, interval.end, doubt=doubt)
        near = [*between, *(t for t in tokens[max(0, at - 4) : at] if gap(t, value) <= 40)]
        counts = tuple(
            count for t in near if (count := count_of(t)) is not None and says_no_more(self.text, t)
        )
        own = tuple(t for t in between if t.role in _STATISTICS)
        return Statement(start, end, value, interval, None, measure, (*own, *statistics), counts)

    def _unreached(self, value: Token | None, first: int, interval: Token) -> int | None:
        """Give where the sentence says that the estimate of an open interval was not reached."""
        if {"low", "high"} <= interval.parts.keys():
            return None
        start = self.tokens[first].start if value is None else value.end
        found = [match.start() for match in UNREACHED.finditer(self.text, start, interval.start)]
        return found[-1] if found else None

    def _bracket(self, i: int, first: int) -> int | None:
        """Find the bracket that is open at a token."""
        depth = 0
        for at in range(i - 1, first - 1, -1):
            role = self.tokens[at].role
            if role == "close":
                depth += 1
            elif role == "open":
                if depth == 0:
                    return at
                depth -= 1
        return None

    def _estimate(
        self, before: Sequence[Token], inside: Sequence[Token], interval: Token
    ) -> tuple[Token | None, bool]:
        """Choose the estimate; the flag says whether nothing else could be it."""
        own = [t for t in inside if t.role == "value"]
        named = [t for t in own if self._named(inside, t)]
        last = next((t for t in reversed(before) if t.role == "value"), None)
        if named:
            return named[-1], True
        at_bracket = last is not None and bool(inside) and self._next_to(before, last)
        # "0.60 (12% v 20%; 95% CI …)": what stands at the bracket is what the bracket is about.
        if (
            last is not None
            and at_bracket
            and (not own or is_percent(last) or self._named(before, last))
        ):
            return last, True
        percents = [t for t in own if is_percent(t)]
        if percents:
            return percents[-1], len(percents) == 1
        if own and self._next_to(inside, own[-1]):
            return own[-1], last is None
        if last is None:
            return None, False
        if self._next_to(before, last):
            return last, True
        strong = [
            t for t in before if t.role == "value" and (is_percent(t) or self._named(before, t))
        ]
        if strong and strong[-1] is last:
            return last, False
        return (strong[-1] if len(strong) == 1 else last), False

    def _next_to(self, tokens: Sequence[Token], value: Token) -> bool:
        """Whether nothing but statistics and punctuation follows a value."""
        at = list(tokens).index(value)
        return all(t.role in _LIGHT or t.role == "measure" for t in tokens[at + 1 :])

    def _named(self, tokens: Sequence[Token], value: Token) -> bool:
        """Whether the name of a measure stands before a value with no other value between."""
        for token in reversed(list(tokens)[: list(tokens).index(value)]):
            if token.role == "measure":
                return True
            if token.role in ("value", "interval", "stop"):
                return False
        return False

    def _measure(self, tokens: Sequence[Token], at: int) -> tuple[str, int]:
        """Give the measure's name and where the statement begins."""
        value = tokens[at]
        names: list[Token] = []
        for token in reversed(tokens[:at]):
            if token.role in ("value", "interval", "stop"):
                break
            if token.role == "measure":
                names.insert(0, token)
        names = [t for t in names if gap(t, value) <= 120]
        start = names[0].start if names and gap(names[0], value) <= 60 else value.start
        behind = [t for t in tokens[at + 1 :] if t.role == "measure"]
        text = " ".join(dict.fromkeys(t.text for t in (*names, *behind)))
        return text, start

    def _measure_before(self, value: Token) -> str:
        """Give the measure of the result that an "and" joins to this one, which has no unit."""
        before = max(self.found.statements, key=lambda s: s.end, default=None)
        if before is None or value.parts.get("unit") or not 0 < value.start - before.end < 12:
            return ""
        joined = _AND.fullmatch(self.text[before.end : value.start])
        return before.measure if joined else ""

    def _more_limits(self, interval: Token) -> bool:
        between = _MORE_LIMITS.match(self.text, interval.end)
        if between is None:
            return False
        further = RANGE.match(self.text, between.end())
        half_open = HALF_OPEN.match(self.text, between.end())
        return half_open is not None or (further is not None and further["between"] != "/")

    def _bare_is_interval(
        self, value: Token | None, interval: Token, statistics: Iterable[Token]
    ) -> bool:
        """Whether a bracket without "CI" holds limits: a measure is named, or an I² follows."""
        if value is None:
            return False
        if has_whole_limits(interval) and not value.parts["value"].isdecimal():
            # References such as (12-15).
            return False
        i = self.tokens.index(interval)
        first = self._segment(i)
        named = self._named(self.tokens[first:i], value)
        listed = interval.parts["between"] in (",", ";") and not is_inside(value, interval)
        return (named and not listed) or any(t.role == "i2" for t in statistics)

    def _bare_range(self, value: Token | None, interval: Token) -> Statement | None:
        if value is None or gap(value, interval) > 3:
            return None
        words = self.text[max(0, value.start - 60) : value.start]
        # References such as (64-75) stand behind no percent between them.
        cited = has_whole_limits(interval) and not is_percent(value)
        if cited or _DESCRIPTIVE.search(words) or not is_inside(value, interval):
            return None
        doubt = "A range without a name: is it a confidence interval, and of what?"
        return Statement(value.start, interval.end, doubt=doubt)

    def _statistics(self, at: int, own: Role | None = None) -> tuple[tuple[Token, ...], int]:
        """Read I², P, Q and the like that stand one behind the other."""
        found: list[Token] = []
        end = self.tokens[at - 1].end
        while at < len(self.tokens):
            token = self.tokens[at]
            if self.paragraph[at] != self.paragraph[at - 1]:
                break
            following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
            if token.role in _STATISTICS:
                repeated = token.role != "p" and any(t.role == token.role for t in found)
                if (
                    repeated
                    or token.role == own
                    or (token.role == "p" and sum(t.role == "p" for t in found) == 2)
                ):
                    break
                found.append(token)
                end = token.end
            elif token.role == "stop":
                # Cochrane: "P = 0.01. I² = 0%".
                if following is None or following.role != "i2" or not found:
                    break
            elif (
                token.role == "word" and _BESIDE_STATISTICS.fullmatch(token.text) is None
            ) or token.role not in ("open", "close", "comma", "joint", "word", "people", "time"):
                break
            at += 1
        return tuple(found), end

    def _percent_of_count(self, i: int) -> Statement | None:
        """Read ``15 of 32 (46.9%)``, ``46.9% (15/32)`` and ``15 (46.9%) of 32``."""
        token = self.tokens[i]
        roles = [t.role for t in self.tokens[i : i + 7]]
        count: tuple[int, int] | None = None
        value: Token | None = None
        last = i
        if token.role == "count":
            for step in range(1, 6):
                following = self.tokens[i + step] if i + step < len(self.tokens) else None
                if following is None or gap(token, following) > 40:
                    break
                if following.role == "value":
                    opened = self.tokens[i + step - 1].role in ("open", "comma")
                    # "3 of 12 (25% in A, 30% in B)" and "12 of 32, or 25% of all" are not told.
                    if is_percent(following) and opened and says_no_more(self.text, following):
                        value, count, last = following, count_of(token), i + step
                    break
                if following.role not in ("open", "comma", "word", "joint"):
                    break
        elif token.role == "value" and is_percent(token):
            if roles[1:3] == ["open", "count"] and gap(self.tokens[i], self.tokens[i + 2]) <= 4:
                several = "count" in roles[3:5] or not says_no_more(self.text, self.tokens[i + 2])
                value, last = token, i + 2
                count = None if several else count_of(self.tokens[i + 2])
        elif token.role == "value" and roles[1:4] == ["open", "value", "close"]:
            total = self.tokens[i + 5] if roles[4:5] == ["joint"] and len(roles) > 5 else None
            if total is not None and self.tokens[i + 4].text.casefold() == "of":
                percent = self.tokens[i + 2]
                events, n = whole_of(token), whole_of(total)
                if is_percent(percent) and events is not None and n is not None:
                    value, count, last = percent, (events, n), i + 5
        if value is None or count is None or count[1] == 0:
            return None
        return Statement(token.start, self.tokens[last].end, value, counts=(count,))

    def _test(self, i: int) -> Statement | None:
        """Read a test statistic or an I² with the P that belongs to it."""
        token = self.tokens[i]
        if token.role not in (*_TESTS, "i2"):
            return None
        statistics, end = self._statistics(i + 1, token.role)
        if token.role in ("t", "f", "r"):
            # The first P and the df before it; whatever follows belongs to something else.
            p = next((at for at, t in enumerate(statistics) if t.role == "p"), None)
            if p is None:
                return None
            statistics = statistics[: p + 1]
            end = statistics[-1].end
            return Statement(token.start, end, test=token, statistics=statistics)
        return Statement(token.start, end, test=token, statistics=(token, *statistics))
