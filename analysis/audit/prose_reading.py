"""Statistics in the sentences of a plain text or a PDF, as claims.

`tokens` gives every number a role, `statements` puts them together, here they become claims. What
looks like an interval or an I² and is part of no claim is listed as not understood.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from analysis.audit.claims import COMPARISONS, OVERALL_LABELS, Claim
from analysis.audit.findings import Unparsed
from analysis.audit.measures import is_proportion, kind_in_text
from analysis.audit.open_limits import is_open, open_statement
from analysis.audit.p_values import p_value
from analysis.audit.plain_text import in_plain_characters, without_markup
from analysis.audit.printed import Printed, number
from analysis.audit.printed_tests import TestStatistic
from analysis.audit.prose_limits import read_limits
from analysis.audit.prose_p import Owner, owner_of
from analysis.audit.remarks import remarks_of, remarks_on_all
from analysis.audit.statements import Statement, statements_of
from analysis.audit.tokens import MEASURE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analysis.audit.p_values import PValue
    from analysis.audit.tokens import Token

# What looks like a result, and what was expected where it is part of none.
_SUSPECTS = (
    (
        re.compile(
            r"\d\d\s*%?\s*(?:CI|(?i:confidence interval))\b|\bI\s*\^?2\s*(?:=|:|of|was)"
            r"|\bI-?squared\b"
        ),
        "An estimate with limits or an I² with its number was expected here.",
    ),
    (
        re.compile(
            r"(?<![\w.'])[tFrH]\s?(?:[(\[][\d.,; ]+[)\]]\s?)?=\s?[+-]?\d*\.\d+"
            r"(?=[^.]{1,40}\b[pP]\s?[=<>])"
        ),
        "A test statistic with its degrees of freedom and its P was expected here.",
    ),
)
# "HR (95% CI) was 0.85 (0.70-1.03)": how far the result may stand behind its heading.
_HEADED = 60
_TAU2_SOFTWARE = re.compile(r"\bREML\b|\bmetafor\b|restricted maximum likelihood", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[a-z)\]%\d])[.;]\s+(?=[\"'(]?[A-Z])|\n\s*\n")
_BEYOND = re.compile(
    r"recover|occupan|bioavailab|of baseline|predicted|of (?:the )?mean", re.IGNORECASE
)
_MEASURE = re.compile(MEASURE_NAMES, re.IGNORECASE)
_MARKS = " ,:=|-()[]"
_NAMES_NOTHING = frozenset(
    (
        *("", "a", "an", "the", "this", "these", "and", "but", "or", "while", "whereas", "with"),
        *("of", "for", "in", "on", "at", "by", "to", "from", "was", "were", "is", "are", "had"),
    )
)
# "… 5.8 points (95% CI …; P = .001) on the MADRS."
_BEHIND = re.compile(r"[\s)\]]*\s(?:on|in|for|of|with|at|between)\s(?P<words>[^.;,()\[\]\d]{2,60})")
_HETEROGENEOUS = re.compile(r"heterogen|cochran", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """Text with the words that name its place, such as ``page 3, ``."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """What was read of a text."""

    claims: tuple[Claim, ...]
    unparsed: tuple[Unparsed, ...]


def read_prose(pages: Sequence[Page]) -> Prose:
    """Read claims from a text, page by page.

    Parameters
    ----------
    pages : sequence of Page
        One for a plain text.
    """
    pages = [Page(page.label, without_markup(page.text)) for page in pages]
    whole = "\n".join(page.text for page in pages)
    tau2 = bool(_TAU2_SOFTWARE.search(whole))
    remarks = remarks_on_all(whole)
    claims: list[Claim] = []
    unparsed: list[Unparsed] = []
    for page in pages:
        reader = _PageReader(page)
        reader.read()
        claims += reader.claims
        unparsed += reader.unparsed
    seen: dict[str, int] = {}
    named: list[Claim] = []
    for claim in claims:
        base = claim.place.replace(", ", "-").replace(" ", "-")
        seen[base] = seen.get(base, 0) + 1
        name = base if seen[base] == 1 else f"{base}#{seen[base]}"
        every = claim.remarks | remarks
        named.append(replace(claim, claim_id=name, i2_from_tau2=tau2, remarks=every))
    return Prose(tuple(named), tuple(unparsed))


class _PageReader:
    def __init__(self, page: Page) -> None:
        self.page = page
        # One character for one, so that positions are those of the page.
        self.text = in_plain_characters(page.text)
        self.starts = [0, *(i + 1 for i, c in enumerate(page.text) if c == "\n")]
        self.claims: list[Claim] = []
        self.unparsed: list[Unparsed] = []

    def read(self) -> None:
        """Fill `claims` and `unparsed`."""
        taken: list[tuple[int, int]] = []
        for statement in statements_of(self.text, self.page.text):
            taken.append((statement.start, statement.end))
            claim = None if statement.doubt else self._claim(statement)
            if claim is not None:
                self.claims.append(claim)
            elif statement.doubt or statement.interval is not None:
                doubt = statement.doubt or "Estimate and limits seem to have different units."
                self._list(statement.start, statement.end, doubt)
        for pattern, why in _SUSPECTS:
            for suspect in pattern.finditer(self.text):
                heads = self.text[suspect.end() : suspect.end() + 1] in (")", "]") and any(
                    0 <= first - suspect.end() <= _HEADED for first, _ in taken
                )
                if not heads and not any(first <= suspect.start() < last for first, last in taken):
                    self._list(suspect.start(), suspect.end() + 40, why)

    def _list(self, start: int, end: int, why: str) -> None:
        shown = " ".join(self.page.text[max(0, start - 30) : end + 10].split())
        self.unparsed.append(Unparsed(self._place(start), shown, why))

    def _claim(self, statement: Statement) -> Claim | None:
        claim = Claim(
            claim_id="",
            place=self._place(statement.value.start if statement.value else statement.start),
            outcome=self._label(statement),
            statistic=statement.measure,
            remarks=remarks_of(self._sentence(statement)),
        )
        if statement.interval is not None and is_open(statement.interval):
            read = self._with_one_limit(claim, statement, statement.interval)
            if read is None:
                return None
            claim = read
        elif statement.interval is not None and statement.value is not None:
            read = self._with_limits(claim, statement, statement.value, statement.interval)
            if read is None:
                return None
            claim = read
        elif statement.value is not None:
            percent = number(statement.value.parts["value"])
            if percent is None:
                return None
            shown = Printed(f"{percent.text}%", percent.value, percent.span)
            claim = replace(claim, kind="percent", unit="%", estimate=shown)
        if len(statement.counts) == 1 and claim.kind == "percent":
            events, n = statement.counts[0]
            claim = replace(claim, events=events, n=n) if n > 0 else claim
        return self._with_statistics(claim, statement)

    def _with_limits(
        self, claim: Claim, statement: Statement, value: Token, interval: Token
    ) -> Claim | None:
        units = (*(interval.parts.get(n, "") for n in ("low_unit", "high_unit")),)
        unit = (value.parts.get("unit") or "").strip() or next(filter(None, units), "").strip()
        sentence = self._sentence(statement)
        kind = kind_in_text(unit, statement.measure, sentence, claim.outcome)
        read = read_limits(value, interval, kind)
        if read is None:
            return None
        estimate, low, high = read
        if kind == "percent" and estimate.value > 100 and _not_of_people(sentence):
            kind = "change"
        percents = ("%", "percent", "per cent")
        shown = f"{estimate.text}%" if unit.casefold() in percents else estimate.text
        return replace(
            claim,
            kind=kind,
            unit=unit,
            estimate=Printed(shown, estimate.value, estimate.span),
            low=low,
            high=high,
            level=_level(interval),
        )

    def _with_one_limit(self, claim: Claim, statement: Statement, interval: Token) -> Claim | None:
        value = statement.value
        units = [interval.parts.get(name, "") for name in ("low_unit", "high_unit")]
        unit = ("" if value is None else value.parts.get("unit") or "") or next(
            filter(None, units), ""
        )
        unit = unit.strip()
        kind = kind_in_text(unit, statement.measure, self._sentence(statement), claim.outcome)
        read = open_statement(value, interval, kind)
        if read is None:
            return None
        return replace(
            claim,
            kind=kind,
            unit=unit,
            estimate=read.estimate,
            low=read.low,
            high=read.high,
            words=read.words,
            level=_level(interval),
        )

    def _with_statistics(self, claim: Claim, statement: Statement) -> Claim:
        """Add I², Q, k, the P values with their owners, and the test they are from."""
        tokens = statement.statistics
        parts: dict[str, str] = {}
        for token in tokens:
            parts = {**token.parts, **parts}
        i2 = _i2(parts)
        df = next(
            (parts[n] for n in ("q_df", "c_df", "c_df2", "df", "df2", "df3") if n in parts), ""
        )
        test = None if statement.test is None else TestStatistic.read(statement.test, tokens)
        words = " ".join(self._around(token) for token in tokens)
        is_heterogeneity = i2 is not None or "q" in parts or bool(_HETEROGENEOUS.search(words))
        q = parts.get("q") or (parts.get("chi2") if is_heterogeneity else None)
        if is_heterogeneity:
            test = None
        owners = self._owners(claim, tokens, is_heterogeneity=is_heterogeneity and q is not None)
        studies = parts.get("studies")
        k = int(parts["k"]) if "k" in parts else int(studies) if studies else None
        whole_df = int(df) if df.isdecimal() and q is not None else None
        source = "printed" if "k" in parts else "studies" if studies else ""
        if k is None and whole_df:
            k, source = whole_df + 1, "df + 1"
        p_effect = (
            owners.get("effect")
            or owners.get("of the effect")
            or owners.get("adjusted")
            or owners.get("one-sided")
        )
        remark = next((n for n in ("adjusted", "one-sided") if n in owners), "")
        extra = {"adjusted": {"multiplicity"}, "one-sided": {"one-sided"}}.get(remark, set[str]())
        compares = claim.kind in COMPARISONS or test is not None
        return replace(
            claim,
            i2=i2,
            q=None if q is None else number(q),
            df=whole_df,
            tau2=number(parts["tau2"]) if "tau2" in parts else None,
            p_heterogeneity=owners.get("heterogeneity"),
            p_effect=p_effect if compares else None,
            p_unassigned=owners.get("unassigned") or (None if compares else p_effect),
            k=k,
            k_source=source,
            test=test,
            remarks=claim.remarks | extra,
        )

    def _owners(
        self, claim: Claim, tokens: Iterable[Token], *, is_heterogeneity: bool
    ) -> dict[Owner, PValue]:
        """Say for each P what it is the P of."""
        found: dict[Owner, PValue] = {}
        before: str = ""
        several = sum(token.role == "p" for token in tokens) > 1
        for token in tokens:
            if token.role != "p":
                before = token.role if token.role not in ("df", "studies", "n", "k") else before
                continue
            read = p_value(_p_text(token))
            owner = owner_of(self._around(token), before)
            if owner == "effect" and before in ("i2", "q", "chi2") and before != "z":
                if several or claim.kind not in COMPARISONS or claim.limits is None:
                    owner = "heterogeneity" if before != "chi2" or is_heterogeneity else owner
                elif before == "i2":
                    owner = "unassigned"
                elif is_heterogeneity:
                    owner = "heterogeneity"
            if read is not None and owner not in found:
                found[owner] = read
        return found

    def _around(self, token: Token) -> str:
        """Take the words that stand at a token, up to the next punctuation on both sides."""
        before = re.split(r"[;,.()\[\]]", self.text[max(0, token.start - 45) : token.start])[-1]
        behind = re.split(r"[;,\])]|\.\s|\d", self.text[token.end : token.end + 50])[0]
        return f"{before} {token.text} {behind}"

    def _label(self, statement: Statement) -> str:
        """Take the words that say what a number is of, articles and verbs at their ends left out.

        They stand before the measure's name, back to the start of the sentence or another number,
        and between the name and the number; where neither has any, before the bracket that the
        number stands in, or else behind it.
        """
        at = statement.start
        before = self.text[max(0, at - 160) : at]
        parts = [_last_words(before[-90:])]
        if statement.measure and statement.value is not None:
            between = self.text[at : statement.value.start]
            parts += map(_told, _MEASURE.split(between))
        found = ", ".join(dict.fromkeys(filter(None, parts)))
        opened = max(map(before.rfind, "(["))
        if not found and opened > max(map(before.rfind, ")]")):
            found = _last_words(before[:opened])
        behind = _BEHIND.match(self.text, statement.end)
        return found if found or behind is None else _told(behind["words"])

    def _sentence(self, statement: Statement) -> str:
        before = self.page.text[max(0, statement.start - 200) : statement.start]
        after = self.page.text[statement.end : statement.end + 120]
        inside = self.page.text[statement.start : statement.end]
        return f"{_SENTENCE.split(before)[-1]}{inside}{_SENTENCE.split(after)[0]}"

    def _place(self, at: int) -> str:
        return f"{self.page.label}line {bisect_right(self.starts, at)}"


def _last_words(text: str) -> str:
    """Take the end of a text, back to a sentence's start, a bracket or a number."""
    words = re.split(r"[.;()\[\]%]\s|\d[\d.]*|;|[()\[\]]", text)[-1]
    return _told(" ".join(words.split()[-8:]))


def _told(words: str) -> str:
    """Leave out the words at both ends of some others that name nothing."""
    kept = words.split()
    for end in (-1, 0):
        while kept and kept[end].strip(_MARKS).casefold() in _NAMES_NOTHING:
            del kept[end]
    told = " ".join(kept).strip(_MARKS)
    return "" if told.casefold() in OVERALL_LABELS else told


def _not_of_people(sentence: str) -> bool:
    """Whether a percent may be above 100: a recovery, an occupancy, or of something not named."""
    return _BEYOND.search(sentence) is not None or not is_proportion(sentence)


def _level(interval: Token) -> Fraction:
    names = ("level", "level2", "side_level", "side_level2")
    text = next((interval.parts[name] for name in names if interval.parts.get(name)), "95")
    level = Fraction(text.replace(",", "."))
    return level / 100 if level > 50 else Fraction(19, 20)


def _i2(parts: dict[str, str]) -> Printed | None:
    read = number(parts["i2n"]) if "i2n" in parts else None
    if read is None:
        return None
    percent = "i2u" in parts or read.value > 1 or read.value == 0
    shown = f"{read.text}%" if percent else read.text
    factor = Fraction(1, 100) if percent else Fraction(1)
    return Printed(shown, read.value, read.span).scaled(factor)


def _p_text(token: Token) -> str:
    parts = token.parts
    if "bare_p" in parts:
        return f"P = {parts['bare_p']}"
    sign = parts["p_sign"]
    words = {"less than": "<", "below": "<", "<<": "<", ">>": ">", "=<": "≤", "=>": "≥"}
    sign = words.get(sign.casefold(), "=" if sign[:1].isalpha() or sign in "~≈:" else sign)
    return f"P {sign} {parts['pn']}"
