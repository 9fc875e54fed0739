"""The numbers of estimates, judged row by row, with the arithmetic that limits each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.audit.findings import Check
from analysis.audit.heterogeneity import LARGEST_K, q_and_p, said_numbers
from analysis.audit.whole_numbers import Cap, Sum, least, members, most

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.audit.claims import Claim
    from analysis.audit.estimate_counts import EstimateCounts
    from analysis.audit.heterogeneity import ImpliedK

NAME = "numbers of estimates add up"


def check_counts(
    counts: EstimateCounts, implied: Mapping[str, ImpliedK | None]
) -> dict[str, list[Check]]:
    """Judge every claim whose number of estimates the other rows limit."""
    checks: dict[str, list[Check]] = {}
    doubted_sources = {source for i in counts.doubts for source in counts.sources[i]}
    if not counts.left:
        return checks
    for index, group in enumerate(counts.rows):
        for claim in group:
            doubted = claim.claim_id in doubted_sources
            view = counts.doubting(claim) if doubted else counts
            found = _judge(view, claim, implied.get(claim.claim_id), index, doubted=doubted)
            if found is not None:
                checks.setdefault(claim.claim_id, []).append(found)
        _ask_about_studies(counts, index, checks)
    _judge_sentences(counts, checks)
    return checks


def _judge(
    counts: EstimateCounts, claim: Claim, own: ImpliedK | None, index: int, *, doubted: bool
) -> Check | None:
    reason = _reason(counts, index)
    if reason is None:
        return None
    words, rows = reason
    involved = (claim.claim_id, *(row for row in rows if row != claim.claim_id))
    left = counts.left[index]
    if doubted or (own is not None and not any(left >> k & 1 for k in own.numbers)):
        return _contradiction(counts, claim, own, index, words, involved)
    k_left = said_numbers(members(left))
    if own is None and claim.k is None:
        arithmetic = f"Not printed; the other rows leave k = {k_left}: {words}."
        return Check(NAME, "cannot tell", arithmetic, involved)
    return Check(NAME, "consistent", f"k = {k_left}: {words}.", involved)


def _judge_sentences(counts: EstimateCounts, checks: dict[str, list[Check]]) -> None:
    """Judge what trim and fill says about a number of estimates that belongs to another row."""
    for i, piece in enumerate(counts.evidence):
        own_rows = [claim.claim_id for claim in counts.rows[piece.unknown]]
        sources = [source for source in counts.sources[i] if source not in own_rows]
        if not sources or not counts.left:
            continue
        says = f"{counts.because[i]} = {said_numbers(members(piece.numbers))} ({sources[0]})"
        elsewhere = _reason(counts, piece.unknown, without=i)
        if elsewhere is None:
            continue
        words, rows = elsewhere
        left = said_numbers(members(counts.left[piece.unknown]))
        doubted_here = i in counts.doubts
        verdict = "inconsistent" if doubted_here else "consistent"
        joint = "but the other rows leave" if doubted_here else "and the other rows say"
        arithmetic = f"{says}, {joint} {left}: {words}."
        look = "The number of imputed studies and of all studies." if doubted_here else ""
        check = Check(NAME, verdict, arithmetic, (*sources, *rows), look)
        checks.setdefault(sources[0], []).append(check)


def _contradiction(
    counts: EstimateCounts,
    claim: Claim,
    own: ImpliedK | None,
    index: int,
    words: str,
    rows: tuple[str, ...],
) -> Check:
    left = counts.left[index]
    possible = said_numbers(members(left))
    if claim.k is not None:
        need = f"k = {claim.k} ({claim.k_source})"
    elif own is not None and claim.i2 is not None and claim.p_heterogeneity is not None:
        numbers = own.said() if own.numbers else f"above {LARGEST_K}, if any"
        need = f"I² {claim.i2.text} and {claim.p_heterogeneity.text} need k {numbers}"
    else:
        need = "The printed number"
    arithmetic = f"{need}, but the other rows leave k = {possible}: {words}."
    if claim.i2 is not None and claim.k is None and most(left) >= 2:
        k = most(left)
        arithmetic += f" With k = {k}, {q_and_p(claim.i2, k)}."
        if k > 2 and least(left) < k and claim.i2.span.low > 0:
            fewest = max(2, least(left))
            arithmetic += f" With k = {fewest}, {q_and_p(claim.i2, fewest)}."
    arithmetic += counts.instead.get(claim.claim_id, "")
    look = "P, I² and the number of studies in the forest plot of this row"
    look += "; whether a study is in no subgroup or in two." if rows[1:] else "."
    return Check(NAME, "inconsistent", arithmetic, rows, look)


def _ask_about_studies(counts: EstimateCounts, index: int, checks: dict[str, list[Check]]) -> None:
    """More estimates than included studies is possible, but the paper has to say how."""
    studies = counts.studies
    if studies is None or studies.estimate is None or counts.pools[index][2]:
        return
    included = int(studies.estimate.value)
    fewest = least(counts.left[index])
    if fewest <= included:
        return
    words = (
        f"{fewest} estimates of {counts.rows[index][0].outcome} from {included} studies: "
        "at least one study gives more than one."
    )
    look = "Which study gives several cohorts or arms, and whether they share participants."
    for claim in counts.rows[index]:
        rows = (claim.claim_id, studies.claim_id)
        check = Check("estimates and studies", "cannot tell", words, rows, look)
        checks.setdefault(claim.claim_id, []).append(check)


def _reason(
    counts: EstimateCounts, index: int, without: int | None = None
) -> tuple[str, list[str]] | None:
    """Say in numbers what limits one unknown, and which rows that takes."""
    said: list[tuple[str, list[str]]] = []
    stated = [
        i
        for i, piece in enumerate(counts.evidence)
        if piece.unknown == index
        and i not in counts.doubts
        and i != without
        and counts.because[i] != "I² and P"
        and counts.rows[index][0].claim_id not in counts.sources[i]
    ]
    for i in stated:
        words = f"{counts.because[i]} = {said_numbers(members(counts.evidence[i].numbers))}"
        said.append((f"{words} ({', '.join(counts.sources[i])})", list(counts.sources[i])))
    sums = [rule for rule in counts.rules if isinstance(rule, Sum)]
    said += [found for rule in sums if (found := _sum_reason(counts, index, rule)) is not None]
    known = [words for words, _ in said if "[" not in words]
    caps = [rule for rule in counts.rules if isinstance(rule, Cap)]
    if not known:
        # A cap that leaves the same tells more than a sum of numbers which are not known.
        found = [words for rule in caps if (words := _cap_reason(counts, index, rule)) is not None]
        said = found[:1] or said
    if not said:
        return None
    rows = [row for _, involved in said for row in involved]
    return "; ".join(words for words, _ in said), list(dict.fromkeys(rows))


def _sum_reason(counts: EstimateCounts, index: int, rule: Sum) -> tuple[str, list[str]] | None:
    left = counts.left
    if index == rule.whole and all(left[part].bit_count() <= 3 for part in rule.parts):
        terms = [_term(counts, part) for part in rule.parts]
        return " + ".join(terms), [_row(counts, part) for part in rule.parts]
    if index not in rule.parts:
        return None
    others = [part for part in rule.parts if part != index]
    room = most(left[rule.whole]) - sum(least(left[part]) for part in others)
    if room != most(left[index]) or most(left[rule.whole]) >= LARGEST_K:
        return None
    terms = [_term(counts, rule.whole), *(_term(counts, part) for part in others)]
    return " − ".join(terms), [_row(counts, i) for i in (rule.whole, *others)]


def _cap_reason(counts: EstimateCounts, index: int, rule: Cap) -> tuple[str, list[str]] | None:
    terms: list[str] = []
    rows: list[str] = []
    room = rule.limit
    if not any(index in group for group in rule.groups):
        return None
    for group in rule.groups:
        if index in group:
            continue
        # Of pools with the same minimum name the one whose number is known best.
        known = {i: (least(counts.left[i]), -counts.left[i].bit_count()) for i in group}
        largest = max(group, key=known.__getitem__)
        fewest = least(counts.left[largest])
        room -= fewest
        terms.append(f"{fewest} ({_row(counts, largest)})")
        rows.append(_row(counts, largest))
    if room != most(counts.left[index]):
        return None
    words = f"at most {rule.limit} ({counts.limit_words}) − {' − '.join(terms)} = {room}"
    return words, [*counts.limit_rows, *rows]


def _term(counts: EstimateCounts, index: int) -> str:
    numbers = said_numbers(members(counts.left[index]))
    shown = numbers if numbers.isdecimal() else f"[{numbers}]"
    return f"{shown} ({_row(counts, index)})"


def _row(counts: EstimateCounts, index: int) -> str:
    return counts.rows[index][0].claim_id
