"""Whose P it is, where a table has one column of P beside an interval and an I²."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.audit.claims import COMPARISONS
from analysis.audit.findings import Check
from analysis.audit.heterogeneity import implied_k, p_range, q_range
from analysis.audit.p_values import shown_p
from analysis.audit.printed import Span
from analysis.audit.significance import p_from_interval, p_of_other_tests

if TYPE_CHECKING:
    from analysis.audit.claims import Claim
    from analysis.audit.p_values import PValue


def assign_p(claim: Claim) -> Claim:
    """Give a P to heterogeneity or to the effect if it fits only one of them.

    A P that fits both, or neither, stays without an owner; a comparison's interval and an I² can
    usually be told apart by it.
    """
    p = claim.p_unassigned
    if p is None or not p.possible or claim.kind not in COMPARISONS:
        return claim
    interval = p_from_interval(claim)
    of_effect = None if interval is None else interval.meets(p.span)
    of_q = _fits_q(claim, p)
    if of_q and of_effect is False and claim.p_heterogeneity is None:
        return replace(claim, p_heterogeneity=p, p_unassigned=None)
    if of_effect and of_q is False and claim.p_effect is None:
        return replace(claim, p_effect=p, p_unassigned=None)
    return claim


def check_ownerless(claim: Claim) -> Check | None:
    """Judge a P that fits neither the interval nor the heterogeneity; said only if it does not."""
    p = claim.p_unassigned
    interval = p_from_interval(claim)
    if p is None or not p.possible or interval is None or interval.meets(p.span):
        return None
    other = p_of_other_tests(claim)
    if _fits_q(claim, p) is not False or (other is not None and other.meets(p.span)):
        return None
    if {"one-sided", "multiplicity"} & claim.remarks:
        return None
    said = f"{shown_p(float(interval.low))} to {shown_p(float(interval.high))}"
    words = (
        f"{p.said} is not that of the interval ({said}) and not that of Q beside {_beside(claim)}."
    )
    name, rows = "P fits interval or Q", (claim.claim_id,)
    if not claim.is_overall:
        words += " In a table of subgroups it may be that of their difference."
        return Check(name, "cannot tell", words, rows, "Which test the P belongs to.")
    return Check(name, "inconsistent", words, rows, "P, limits and I²; which test the P is from.")


def _beside(claim: Claim) -> str:
    k = f" with k = {claim.k}" if claim.k is not None else ""
    if claim.q is not None:
        return f"Q = {claim.q.text}{k}"
    return f"I² {claim.i2.text}{k}" if claim.i2 is not None else "it"


def _fits_q(claim: Claim, p: PValue) -> bool | None:
    """Say whether Q or I² can have this P; None where that is not known."""
    df = claim.df if claim.df is not None else claim.k - 1 if claim.k is not None else None
    if claim.q is not None and df is not None and df >= 1 and claim.q.span.high >= 0:
        q = Span(max(0.0, float(claim.q.span.low)), float(claim.q.span.high))
        return p_range(q, df).meets(p.span)
    i2 = claim.i2
    if i2 is None or claim.i2_from_tau2 or i2.span.high < 0 or i2.span.low > 1:
        return None
    if df is not None and df >= 1:
        return p_range(q_range(i2, df), df).meets(p.span)
    return bool(implied_k(i2, p).numbers)
