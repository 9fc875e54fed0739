"""Statistics in the sentences of a plain text or a PDF.

A statement is an estimate with its interval, followed by whatever statistics stand directly behind:
``33.8% (95% CI: 26.8–40.7, I² = 78.7%, P = .000)``, ``HR 0.85 [0.70 to 1.03; p = 0.10]``. What
looks like an interval or an I² and is part of no statement is listed as not understood.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from analysis.audit.claims import COMPARISONS, Claim
from analysis.audit.findings import Unparsed
from analysis.audit.measures import kind_of
from analysis.audit.p_values import p_value
from analysis.audit.printed import Printed, number

if TYPE_CHECKING:
    from collections.abc import Sequence

_N = r"[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_SEPARATOR = r"\s*(?:-|to|,|;|and|/)\s*"
_UNIT = r"%|per ?cent|months?|mo\b|weeks?|days?|years?|points?"
_MEASURE = (
    r"\b(?:a?OR|a?HR|a?RR|sHR|IRR|DOR|SMD|W?MD|RD|(?i:odds|hazards?|risk|rate) (?i:ratio)"
    r"|(?i:relative risk)|(?i:(?:mean|risk|standardi[sz]ed mean) difference))\b"
)
_CI = (
    r"(?:(?P<level>\d\d(?:\.\d)?)\s*%?\s*)?"
    r"(?:CrI|CIs?|(?i:confidence|credible)\s+(?i:intervals?))"
)
# Without a sign between, only a percent makes sure that the number is the I².
_IS = r"(?:\s*(?:=|:|of|was)\s*|\s*(?=\d+(?:\.\d+)?\s*%))"
_I2 = rf"\bI\s*\^?\s*(?:2|-?squared)(?:\s+(?:statistic|value))?{_IS}(?P<i2n>[+-]?\d+(?:\.\d+)?)"
_P = (
    r"\bp(?:[\s-]*(?:value|val))?\s*(?P<pw>(?:for\s+)?(?:heterogeneity|het|Q)\b|_?het\w*)?\s*"
    r"(?P<psign><=|>=|[<>=:≤≥]|of|was)\s*"
    r"(?P<pn>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:\s*[x×]\s*10\s*\^?-\d+|e-\d+)?)"
)
_Q = r"\b(?:Cochran'?s?\s+)?(?:Q|chi2|χ2)\s*(?:\((?P<qdf>\d{1,6})\))?\s*=\s*(?P<qn>\d+(?:\.\d+)?)"
_ITEMS = (
    # An I² may have an interval of its own.
    rf"{_I2}\s*(?P<i2u>%?)(?:\s*[(\[,;]?\s*\d\d\s*%?\s*CI[\s:,=]*{_N}\s*%?{_SEPARATOR}{_N}\s*%?)?",
    _P,
    _Q,
    r"\bd\.?f\.?\s*=\s*(?P<dfn>\d{1,6})",
    r"\bk\s*=\s*(?P<kn>\d{1,6})",
    r"(?P<ks>\b\d{1,6})\s+(?:studies|trials|cohorts|estimates)\b",
    r"(?:τ|tau)\s*\^?2\s*=\s*(?P<tn>\d*\.?\d+)",
    r"(?P<z>\bz\s*=\s*[+-]?\d*\.?\d+)",
    r"\bn\s*=\s*(?P<nn>\d{1,9})",
)
_BETWEEN = r"and|with|from|heterogeneity:?|for heterogeneity|test for overall effect:?"
_GAP = rf"[\s,;:()\[\]]{{0,12}}(?:(?:{_BETWEEN})\s{{1,4}}){{0,3}}[\s,;:()\[\]]{{0,4}}"
_NOT_AN_ESTIMATE = re.compile(
    r"(?:\b(?:k|n|p|Q|d\.?f\.?|z|I\s*\^?2)|(?:τ|tau|χ|chi)\s*\^?2)\s*[=<>:≤≥]?\s*$", re.IGNORECASE
)
_LEVEL = re.compile(r"\d\d(?:\.\d)?\s*%?\s*(?:CrI|CIs?\b|confidence|credible)", re.IGNORECASE)
_LONE_ITEM = re.compile("|".join(_ITEMS), re.IGNORECASE)
_ITEM = re.compile(rf"{_GAP}(?:{'|'.join(_ITEMS)})", re.IGNORECASE)
_HEAD = re.compile(
    rf"(?P<measure>{_MEASURE})?[\s,:=()\[]{{0,12}}(?:(?:of|was|is|were)\s+)?(?<![\w.,-])(?P<estimate>{_N})"
    rf"\s*-?(?P<unit>{_UNIT})?(?![\w.]*\d)"
)
_LIMITS = re.compile(
    rf"[\s,;:(\[]*{_CI}\s*(?:of|was|,|:|=|;)?\s*[\[(]?\s*(?P<low>{_N})\s*%?{_SEPARATOR}"
    rf"(?P<high>{_N})\s*(?P<unit2>{_UNIT})?"
)
_BARE_LIMITS = re.compile(
    rf"\s*[\[(]\s*(?P<low>{_N})\s*%?\s*(?:-|to)\s*(?P<high>{_N})\s*(?P<unit2>{_UNIT})?(?=\s*[\]);,])"
)
_COUNT = re.compile(
    r"(?<![\w.,])(?P<events>\d{1,9})\s*(?:/|of(?: the)?|out of(?: the)?)\s*(?P<n>\d{1,9})"
    r"(?:\s+(?:patients|participants|subjects|people|cases|women|men|children|adults))?"
    r"\s*[,(\[:=]+\s*(?P<percent>\d+(?:\.\d+)?)\s*%"
    r"|(?<![\w.,])(?P<percent2>\d+(?:\.\d+)?)\s*%\s*[(\[,]\s*(?:n\s*=\s*)?(?P<events2>\d{1,9})\s*"
    r"(?:/|of(?: the)?|out of(?: the)?)\s*(?P<n2>\d{1,9})"
)
_SUSPECT = re.compile(
    r"\d\d\s*%?\s*(?:CI|(?i:confidence interval))\b|\bI\s*\^?2\s*(?:=|:|of|was)|\bI-?squared\b"
)
_TAU2_SOFTWARE = re.compile(r"\bREML\b|\bmetafor\b|restricted maximum likelihood", re.IGNORECASE)
_CHARACTERS = str.maketrans(
    {
        **dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014", "-"),
        **dict.fromkeys("\u00b7\u22c5\u2219", "."),
        **dict.fromkeys("\u00b2", "2"),
        **dict.fromkeys("\u00a0\u2009\u202f\u2007\u2002\u2003\n\r\t\f\v", " "),
        **dict.fromkeys("\u2018\u2019", "'"),
        "\U0001d43c": "I",
        "\u2110": "I",
        "\ufe64": "<",
        "\uff1c": "<",
        "\uff1d": "=",
    }
)


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
    tau2 = any(_TAU2_SOFTWARE.search(page.text) for page in pages)
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
        named.append(replace(claim, claim_id=name, i2_from_tau2=tau2))
    return Prose(tuple(named), tuple(unparsed))


class _PageReader:
    def __init__(self, page: Page) -> None:
        self.page = page
        # One character for one, so that positions are those of the page.
        self.text = page.text.translate(_CHARACTERS)
        self.starts = [0, *(i + 1 for i, c in enumerate(page.text) if c == "\n")]
        self.claims: list[Claim] = []
        self.unparsed: list[Unparsed] = []
        self.taken: list[tuple[int, int]] = []

    def read(self) -> None:
        """Fill `claims` and `unparsed`."""
        found: list[tuple[int, Claim]] = []
        at = 0
        while (head := _HEAD.search(self.text, at)) is not None:
            statement = self._statement(head)
            if statement is None:
                at = head.end("estimate")
                continue
            claim, end = statement
            found.append((head.start("estimate"), claim))
            self.taken.append((head.start(), end))
            at = end
        found += self._counts()
        found += self._lone_heterogeneity()
        self.claims = [claim for _, claim in sorted(found, key=lambda pair: pair[0])]
        for suspect in _SUSPECT.finditer(self.text):
            if not self._is_taken(suspect.start()):
                shown = self._around(suspect.start(), suspect.end() + 40)
                why = "An estimate with limits or an I² with its number was expected here."
                self.unparsed.append(Unparsed(self._place(suspect.start()), shown, why))

    def _statement(self, head: re.Match[str]) -> tuple[Claim, int] | None:
        start = head.start("estimate")
        if _NOT_AN_ESTIMATE.search(self.text[max(0, start - 12) : start]):
            return None
        if _LEVEL.match(self.text, start):
            return None
        before, at = self._items(head.end())
        # Limits right behind τ² or the like are its own.
        limits = None if "tn" in before else _LIMITS.match(self.text, at)
        if limits is None:
            # Brackets without "CI" may hold a range; with a measure, an I² or P they are limits.
            limits = _BARE_LIMITS.match(self.text, head.end())
            if limits is None:
                return None
            after = self._items(limits.end())[0]
            if not head["measure"] and "i2n" not in after:
                return None
            before = {}
        low, high = number(limits["low"]), number(limits["high"])
        estimate = number(head["estimate"])
        if estimate is None or low is None or high is None:
            return None
        after, end = self._items(limits.end())
        unit = (head["unit"] or limits["unit2"] or "").strip()
        measure = head["measure"] or self._measure_before(head.start("estimate"))
        label = self._label(head.start())
        shown = f"{estimate.text}%" if unit in ("%", "percent", "per cent") else estimate.text
        estimate = Printed(shown, estimate.value, estimate.span)
        kind = kind_of(unit, measure or label, (estimate, low, high))
        level = limits.groupdict().get("level")
        claim = Claim(
            claim_id="",
            place=self._place(head.start("estimate")),
            outcome=label,
            statistic=measure,
            kind=kind,
            unit=unit,
            estimate=estimate,
            low=low,
            high=high,
            level=Fraction(level) / 100 if level and Fraction(level) > 50 else Fraction(19, 20),
        )
        return self._with_items(claim, {**before, **after}), end

    def _items(self, at: int) -> tuple[dict[str, str], int]:
        """Read I², P, Q and the like that stand one behind the other."""
        found: dict[str, str] = {}
        while (match := _ITEM.match(self.text, at)) is not None:
            named = {name: text for name, text in match.groupdict().items() if text is not None}
            if "pn" in named:
                sign = "=" if named["psign"] in ("of", "was", ":") else named["psign"]
                is_q = "pw" in named or "i2n" in found or "qn" in found
                is_q = is_q or "heterogeneity" in match[0].casefold()
                key = "p_heterogeneity" if is_q and "p_heterogeneity" not in found else "p_effect"
                if key in found:
                    break
                found[key] = f"P {sign} {named['pn']}"
            elif any(name in found for name in named):
                # A second I² belongs to another statement.
                break
            else:
                found.update(named)
            at = match.end()
        return found, at

    def _with_items(self, claim: Claim, items: dict[str, str]) -> Claim:
        i2 = number(items["i2n"]) if "i2n" in items else None
        if i2 is not None:
            percent = bool(items["i2u"]) or i2.value > 1 or i2.value == 0
            shown = f"{i2.text}%" if percent else i2.text
            factor = Fraction(1, 100) if percent else Fraction(1)
            i2 = Printed(shown, i2.value, i2.span).scaled(factor)
        k_text = items.get("kn") or items.get("ks")
        df_text = items.get("dfn") or items.get("qdf")
        df = int(df_text) if df_text else None
        k = int(k_text) if k_text else None
        p_q = p_value(items["p_heterogeneity"]) if "p_heterogeneity" in items else None
        p_effect = p_value(items["p_effect"]) if "p_effect" in items else None
        compares = claim.kind in COMPARISONS
        return replace(
            claim,
            i2=i2,
            q=number(items["qn"]) if "qn" in items else None,
            df=df,
            tau2=number(items["tn"]) if "tn" in items else None,
            p_heterogeneity=p_q,
            p_effect=p_effect if compares else None,
            p_unassigned=None if compares else p_effect,
            k=k if k is not None else (df + 1 if df else None),
            k_source="printed" if k is not None else ("df + 1" if df else ""),
            n=int(items["nn"]) if "nn" in items else None,
        )

    def _counts(self) -> list[tuple[int, Claim]]:
        """Read ``15 of 32 (46.9%)`` and ``46.9% (15/32)``."""
        found = []
        for match in _COUNT.finditer(self.text):
            percent = number(match["percent"] or match["percent2"])
            inside = next((i for i, span in enumerate(self.taken) if _within(match, span)), None)
            events, n = (int(match[name] or match[f"{name}2"]) for name in ("events", "n"))
            if percent is None or inside is not None or n == 0:
                continue
            self.taken.append(match.span())
            claim = Claim(
                claim_id="",
                place=self._place(match.start()),
                outcome=self._label(match.start()),
                kind="percent",
                unit="%",
                estimate=Printed(f"{percent.text}%", percent.value, percent.span),
                n=n,
                events=events,
            )
            found.append((match.start(), claim))
        return found

    def _lone_heterogeneity(self) -> list[tuple[int, Claim]]:
        """Read an I² with its P that follows no interval."""
        found = []
        for match in _LONE_ITEM.finditer(self.text):
            start = match.start()
            if match["i2n"] is None and match["qn"] is None:
                continue
            if self._is_taken(start) or self._is_taken(match.end() - 1):
                continue
            items, end = self._items(start)
            self.taken.append((start, end))
            claim = Claim(claim_id="", place=self._place(start), outcome=self._label(start))
            found.append((start, self._with_items(claim, items)))
        return found

    def _measure_before(self, at: int) -> str:
        """Find a measure's name in the few words before its number."""
        matches = list(re.finditer(_MEASURE, self.text[max(0, at - 40) : at]))
        between = self.text[max(0, at - 40) + matches[-1].end() : at] if matches else "1"
        return "" if re.search(r"\d|\. ", between) else matches[-1][0]

    def _label(self, at: int) -> str:
        """Take the words before a number, back to the start of the sentence or another number."""
        before = self.text[max(0, at - 90) : at]
        words = re.split(r"[.;()\[\]%]\s|\d[\d.]*|;|[()\[\]]", before)[-1]
        return " ".join(words.split()[-8:]).strip(" ,:=")

    def _place(self, at: int) -> str:
        return f"{self.page.label}line {bisect_right(self.starts, at)}"

    def _around(self, start: int, end: int) -> str:
        return " ".join(self.page.text[max(0, start - 30) : end].split())

    def _is_taken(self, at: int) -> bool:
        return any(first <= at < last for first, last in self.taken)


def _within(match: re.Match[str], span: tuple[int, int]) -> bool:
    return match.start() < span[1] and span[0] < match.end()
