"""Q, its degrees of freedom, its P value and I²: two of them give the others.

I² = max(0, (Q − df)/Q) and Q follows chi-squared with df = k − 1 if the studies share one effect
(Higgins & Thompson 2002, Stat Med 21:1539; Cochran 1954, Biometrics 10:101). So I² and P leave few
values of k, often one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.audit.findings import Check
from analysis.audit.p_values import PValue, shown_p
from analysis.audit.printed import Printed, Span, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.audit.claims import Claim

LARGEST_K = 1000
"""Where the search for k ends if the file prints no k. With enough studies any I² above 0 gets any
P, so without an end nothing could be excluded; pools beyond a thousand estimates are rarer than
misprints, and the arithmetic says where the search ended."""

# What Cephes' incomplete gamma function may be wrong by, with a wide margin: 1e-12 of the value.
_ROOM = 2.0**-40

_FROM_Q = "If I² was taken from τ² (metafor's default), Q does not follow from it; the methods say."


@dataclass(frozen=True, slots=True)
class ImpliedK:
    """The numbers of estimates that fit a printed I² and P, out of 2 to `LARGEST_K`."""

    numbers: tuple[int, ...]

    def said(self) -> str:
        """Say them: ``7``, ``8 or 9``, ``8 or more``, ``2 to 5``, ``2, 54 or 55``."""
        return said_numbers(self.numbers)


def said_numbers(numbers: Iterable[int]) -> str:
    """Write a set of whole numbers in words a sentence can hold."""
    runs: list[list[int]] = []
    for value in sorted(numbers):
        if runs and runs[-1][1] == value - 1:
            runs[-1][1] = value
        else:
            runs.append([value, value])
    words: list[str] = []
    for first, last in runs:
        if last >= LARGEST_K > first:
            words.append(f"{first} or more")
        elif last - first == 1:
            words += [str(first), str(last)]
        else:
            words.append(str(first) if first == last else f"{first} to {last}")
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def tail(q: float, df: int) -> float:
    """Upper tail of chi-squared, 0 at infinity."""
    from scipy.special import chdtrc

    return 0.0 if math.isinf(q) else float(chdtrc(df, q))


def q_range(i2: Printed, df: int) -> Span:
    """Every Q that gives the printed I²; an I² that may be 0 allows all Q up to df."""
    low = float(i2.span.low)
    high = float(i2.span.high)
    most = math.inf if high >= 1 else df / (1 - high)
    return Span(0.0 if low <= 0 else df / (1 - low), most)


def p_range(q: Span, df: int) -> Span:
    """Every P that a range of Q gives, widened to the neighbouring floats."""
    low, high = tail(float(q.high), df), tail(float(q.low), df)
    return Span(low * (1 - _ROOM), min(1.0, high * (1 + _ROOM)))


def implied_k(i2: Printed, p: PValue) -> ImpliedK:
    """Find every k from 2 to `LARGEST_K` for which the printed I² and P can stand together."""
    import numpy as np
    from scipy.special import chdtrc

    # The same as `q_range` and `p_range` for every k at once.
    df = np.arange(1, LARGEST_K)
    low_i2, high_i2 = max(0.0, float(i2.span.low)), float(i2.span.high)
    smallest_q = df / (1 - low_i2) if 0 < low_i2 < 1 else np.where(low_i2 >= 1, np.inf, 0.0 * df)
    largest_q = df / (1 - high_i2) if high_i2 < 1 else np.full(df.shape, np.inf)
    low = np.where(np.isinf(largest_q), 0.0, chdtrc(df, largest_q)) * (1 - _ROOM)
    high = np.where(np.isinf(smallest_q), 0.0, chdtrc(df, smallest_q)) * (1 + _ROOM)
    fits = (low <= float(p.span.high)) & (high >= float(p.span.low))
    return ImpliedK(tuple(int(k) for k in df[fits] + 1))


def q_and_p(i2: Printed, k: int) -> str:
    """Work out Q and P for the printed I² and a k: ``Q = 4/(1 − .731) = 14.9, P = .0050``."""
    df = k - 1
    if i2.span.low <= 0:
        return f"Q ≤ {df}, P ≥ {shown_p(float(p_range(q_range(i2, df), df).low))}"
    fraction = float(i2)
    if fraction >= 1:
        return "Q without limit, P = 0"
    q = df / (1 - fraction)
    written = f"{fraction:.4f}".rstrip("0").removeprefix("0")
    p = shown_p(tail(q, df))
    equals = "" if p.startswith("<") else "= "
    return f"Q = {df}/(1 − {written}) = {shown(q)}, P {equals}{p}"


def own_k(claim: Claim) -> ImpliedK | None:
    """Find the k that a row's own I² and P leave; None if it has no such pair of one Q."""
    i2, p = claim.i2, claim.p_heterogeneity
    if i2 is None or p is None or not p.possible or claim.i2_from_tau2:
        return None
    if i2.span.high < 0 or i2.span.low > 1:
        return None
    return implied_k(i2, p)


def check_implied_k(claim: Claim, implied: ImpliedK | None) -> Check | None:
    """I² and P must leave a k, and the printed k must be among them."""
    i2, p = claim.i2, claim.p_heterogeneity
    name = "I² and P imply k"
    rows = (claim.claim_id,)
    if i2 is None or p is None or not p.possible:
        return None
    if implied is None:
        return Check(name, "cannot tell", "I² is from τ², so Q does not follow from it.", rows)
    if claim.k is not None and claim.k >= 2:
        k = claim.k
        meets = p_range(q_range(i2, k - 1), k - 1).meets(p.span)
        words = f"k = {k} ({claim.k_source}) and I² {i2.text} give {q_and_p(i2, k)}"
        if meets:
            return Check(name, "consistent", f"{words}; printed {p.said}.", rows)
        if claim.k_source == "studies" and any(k_may_be(claim.k, n) for n in implied.numbers):
            words += f"; printed {p.said} fits k = {implied.said()}"
            look = "Whether a study gives several estimates or none (no events)."
            return Check(name, "cannot tell", f"{words}.", rows, look)
        others = f"only k = {implied.said()}" if implied.numbers else f"no k up to {LARGEST_K}"
        arithmetic = f"{words}, but printed is {p.said}; {others} would fit."
        return Check(name, "inconsistent", arithmetic, rows, f"The P, the I² and the k. {_FROM_Q}")
    if claim.k == 1:
        return None
    if implied.numbers:
        arithmetic = f"I² {i2.text} and {p.said} leave k = {implied.said()}"
        first = min(implied.numbers)
        if len(implied.numbers) <= 3:
            arithmetic += f": with k = {first}, {q_and_p(i2, first)}"
        return Check(name, "consistent", f"{arithmetic}.", rows)
    few = ", ".join(f"k = {k}: {q_and_p(i2, k)}" for k in (2, 5, 20))
    arithmetic = f"I² {i2.text} cannot have {p.said} with any k from 2 to {LARGEST_K} ({few})."
    return Check(
        name, "impossible", arithmetic, rows, f"Which of I² and P is misprinted. {_FROM_Q}"
    )


def k_may_be(studies: int, k: int) -> bool:
    """Say whether so many studies may give k estimates: some give none, some give two."""
    return 2 <= k <= 2 * studies


def check_q(claim: Claim) -> list[Check]:
    """Q, df and P must agree, and so must Q, df and I²; df is k − 1."""
    checks: list[Check] = []
    rows = (claim.claim_id,)
    df = claim.df
    if df is not None and claim.k is not None and claim.k_source != "df + 1":
        same = df == claim.k - 1
        words = f"df {df} and k = {claim.k} ({claim.k_source}): k − 1 = {claim.k - 1}"
        # A meta-regression's residual df is smaller than k - 1, but a pool's is not.
        of_studies = claim.k_source == "studies" and k_may_be(claim.k, df + 1)
        wrong = "cannot tell" if of_studies else "inconsistent"
        verdict = "consistent" if same else wrong
        look = "" if same else "Whether a study has dropped out, or df belongs to another model."
        checks.append(Check("df is k − 1", verdict, f"{words}.", rows, look))
    if df is None and claim.k is not None and claim.k >= 2:
        df = claim.k - 1
    q, p = claim.q, claim.p_heterogeneity
    if q is None or df is None or df < 1 or q.span.high < 0:
        return checks
    span = Span(max(0.0, float(q.span.low)), float(q.span.high))
    if p is not None and p.possible:
        said = shown_p(tail(max(0.0, float(q)), df))
        equals = "" if said.startswith("<") else "= "
        words = f"Q = {q.text} with df = {df} has P {equals}{said}; printed {p.said}"
        fits = p_range(span, df).meets(p.span)
        checks.append(_judged("Q, df and P", words, rows, fits=fits))
    if claim.i2 is not None and not claim.i2_from_tau2:
        percent = max(0.0, 1 - df / float(q)) if float(q) > 0 else 0.0
        words = f"Q = {q.text} with df = {df} gives I² = {100 * percent:.1f}%"
        fits = i2_range(span, df).meets(claim.i2.span)
        checks.append(_judged("Q, df and I²", f"{words}; printed {claim.i2.text}", rows, fits=fits))
    return checks


def i2_range(q: Span, df: int) -> Span:
    """Every I² that a range of Q gives."""

    def i2(value: float) -> float:
        return max(0.0, 1 - df / value) if value > 0 else 0.0

    return q.mapped(i2)


def _judged(name: str, words: str, rows: tuple[str, ...], *, fits: bool) -> Check:
    look = "" if fits else f"Which of the three is misprinted. {_FROM_Q}"
    return Check(name, "consistent" if fits else "inconsistent", f"{words}.", rows, look)
