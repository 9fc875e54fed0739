"""Counts that add up: the flow of records, reasons for exclusion, events among participants.

Flow: PRISMA 2020 (Page et al. 2021, BMJ 372:n71). Whole counts behind a percentage: the GRIM test
(Brown & Heathers 2017, Soc Psychol Personal Sci 8:363).
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from analysis.audit.claims import PROPORTIONS
from analysis.audit.findings import Check
from analysis.audit.printed import Span, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.audit.claims import Claim

_STEPS = (
    ("excluded full texts", re.compile(r"(?=.*full.?text)(?=.*(exclu|remov))")),
    ("excluded records", re.compile(r"(?=.*(screen|title|abstract|record))(?=.*exclu)")),
    ("duplicates", re.compile(r"duplicate")),
    ("not retrieved", re.compile(r"not.retrieved|unavailable")),
    ("full texts", re.compile(r"full.?text|(?=.*assessed)(?=.*eligib)")),
    ("screened", re.compile(r"screened")),
    ("included", re.compile(r"includ")),
    ("identified", re.compile(r"identified|retrieved")),
)
_EQUATIONS = (
    (("identified", "duplicates"), "screened"),
    (("screened", "excluded records", "not retrieved"), "full texts"),
    (("screened", "excluded records"), "full texts"),
    (("full texts", "excluded full texts"), "included"),
)
_REASON = re.compile(r"\s*(?:and\s+)?(\d+)\s+[^\d,;]*[^\d,;\s]\s*")


def steps_of_flow(claims: Sequence[Claim]) -> dict[str, Claim]:
    """Find the boxes of the flow diagram among the counts; a box named twice is left out."""
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.kind != "count" or claim.estimate is None or claim.outcome:
            continue
        if claim.estimate.value.denominator != 1:
            continue
        words = f"{claim.statistic or claim.claim_id.replace('_', ' ')}".casefold()
        step = next((name for name, pattern in _STEPS if pattern.search(words)), None)
        if step is not None:
            found.setdefault(step, []).append(claim)
    return {step: group[0] for step, group in found.items() if len(group) == 1}


def check_flow(claims: Sequence[Claim]) -> dict[str, list[Check]]:
    """Each step of the flow must be the one before minus what was left out."""
    checks: dict[str, list[Check]] = {}
    steps = steps_of_flow(claims)
    done: set[str] = set()
    for terms, result in _EQUATIONS:
        if result in done or result not in steps or any(term not in steps for term in terms):
            continue
        done.add(result)
        first, *rest = (steps[term] for term in terms)
        numbers = [_count(first), *map(_count, rest)]
        left = numbers[0] - sum(numbers[1:])
        printed = _count(steps[result])
        words = f"{' − '.join(map(str, numbers))} = {left} ({terms[0]} without {terms[1]})"
        look = "" if left == printed else "The flow diagram and the text: which box is wrong."
        verdict = "consistent" if left == printed else "inconsistent"
        involved = (first, *rest, steps[result])
        for claim in involved:
            others = tuple(c.claim_id for c in involved if c is not claim)
            arithmetic = f"{words}; printed as {result}: {printed}."
            check = Check("flow of records", verdict, arithmetic, (claim.claim_id, *others), look)
            checks.setdefault(claim.claim_id, []).append(check)
    return checks


def check_reasons(claim: Claim) -> Check | None:
    """Add up the reasons that a note lists for a count."""
    if claim.kind != "count" or claim.estimate is None or not claim.note:
        return None
    parts = [part for part in re.split(r"[,;]", claim.note) if part.strip()]
    matches = [_REASON.fullmatch(part) for part in parts]
    numbers = [int(match[1]) for match in matches if match is not None]
    if len(numbers) < 2 or len(numbers) != len(parts):
        return None
    total = sum(numbers)
    words = f"{' + '.join(map(str, numbers))} = {total}; printed {claim.estimate.text}."
    fits = claim.estimate.span.holds(total)
    verdict = "consistent" if fits else "inconsistent"
    look = "" if fits else "Whether a reason is missing or a report is counted twice."
    return Check("reasons add up", verdict, words, (claim.claim_id,), look)


def check_percent(claim: Claim) -> Check | None:
    """Compare a percent with its count, or look for a whole count that gives it."""
    if claim.kind not in PROPORTIONS or claim.estimate is None or not claim.n:
        return None
    span = claim.in_unit(claim.estimate)
    name, rows = "a count gives its percent", (claim.claim_id,)
    factor, sign = (100, "%") if claim.kind == "percent" else (1, "")
    printed = f"{claim.estimate.text.rstrip('% ')}{sign}"
    if claim.events is not None:
        if claim.events > claim.n:
            return None
        crude = claim.events / claim.n * factor
        words = f"{claim.events}/{claim.n} = {shown(crude, 4)}{sign}; printed {printed}."
        if span.low * claim.n <= claim.events <= span.high * claim.n:
            return Check(name, "consistent", words, rows)
        if claim.is_pooled:
            words += " A weighted mean of several studies need not be the crude percentage."
            return Check(name, "cannot tell", words, rows)
        if "estimated" in claim.remarks:
            words += " The sentence is about an estimate or another denominator."
            return Check(name, "cannot tell", words, rows, "What the percent is of.")
        return Check(name, "inconsistent", words, rows, "Count, denominator and percent.")
    if claim.is_pooled:
        return None
    counts = Span(span.low * claim.n, span.high * claim.n)
    first = math.ceil(counts.low)
    if first <= counts.high:
        words = f"{first} of {claim.n} prints as {printed}."
        return Check(name, "consistent", words, rows)
    near = f"{shown(float(counts.low), 4)} to {shown(float(counts.high), 4)}"
    words = f"{printed} of {claim.n} is {near}: no whole count."
    look = "Whether n is the denominator, or the percent is an estimate such as Kaplan–Meier's."
    return Check(name, "cannot tell", words, rows, look)


def _count(claim: Claim) -> int:
    return 0 if claim.estimate is None else int(claim.estimate.value)
