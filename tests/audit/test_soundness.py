"""Can true numbers, printed with any number of decimals, ever be called wrong?

Every example starts from unrounded truth, rounds it half up or half down as programs do, and must
not raise an alarm: the audit's tolerance is the rounding and nothing else.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.special import betaincinv, chdtrc, expit, ndtr, ndtri, stdtr, stdtrit

from analysis.audit.findings import ALARMS
from analysis.audit.scales import double_arcsine_mean_n
from analysis.meta.models import pool
from tests.audit.audited import HEADER, audit_table

ROUNDING = st.sampled_from([ROUND_HALF_UP, ROUND_HALF_DOWN])
Z = float(ndtri(0.975))


def printed(value: float, decimals: int, rounding: str = ROUND_HALF_UP) -> str:
    return str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=rounding))


def alarms(*lines: str, header: str) -> list[str]:
    rows = audit_table(*lines, header=header)
    return [
        f"{row.claim}: {one.name}: {one.arithmetic}"
        for row in rows.values()
        for one in row.checks
        if one.verdict in ALARMS
    ]


@settings(max_examples=300, deadline=None)
@given(
    st.integers(2, 300),
    st.floats(0.01, 12),
    st.integers(0, 2),
    st.integers(1, 4),
    ROUNDING,
    st.booleans(),
)
@example(2, 1.0, 1, 3, ROUND_HALF_UP, True)
@example(5, 1.0004999, 1, 3, ROUND_HALF_DOWN, False)
def test_i2_and_p_of_a_true_q(k, ratio, i2_decimals, p_decimals, rounding, with_k):
    """Is k among those found, and agree Q, df, P and I², for any true k and Q?"""
    df = k - 1
    q = ratio * df
    i2 = printed(100 * max(0.0, 1 - df / q), i2_decimals, rounding)
    p = printed(float(chdtrc(df, q)), p_decimals, rounding)
    header = "claim_id,i2_percent,p_heterogeneity,k,q,df"
    told = f"{k},{printed(q, 2, rounding)},{df}" if with_k else ",,"
    assert not alarms(f"a,{i2},P = {p},{told}", header=header)
    below = "P < .001" if chdtrc(df, q) < 0.001 else f"P > {math.floor(chdtrc(df, q) * 100) / 100}"
    assert not alarms(f"a,{i2},{below},{told}", header=header)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["natural", "log", "logit", "arcsine", "cloglog"]),
    st.floats(0.02, 0.98),
    st.floats(0.01, 0.9),
    st.integers(0, 3),
    ROUNDING,
    st.booleans(),
)
def test_symmetric_proportions(scale, p, half, decimals, rounding, percent):
    """Is an interval made on any of the usual scales left alone, cut at 0 and 100% where needed?"""
    forward, back = {
        "natural": (lambda v: v, lambda v: v),
        "log": (math.log, math.exp),
        "logit": (lambda v: math.log(v / (1 - v)), lambda v: float(expit(v))),
        "arcsine": (
            lambda v: math.asin(math.sqrt(v)),
            lambda v: math.sin(min(max(v, 0), math.pi / 2)) ** 2,
        ),
        "cloglog": (lambda v: -math.log(-math.log(v)), lambda v: math.exp(-math.exp(-v))),
    }[scale]
    half = half * min(p, 1 - p) if scale == "natural" else half
    low, high = (back(forward(p) + side * half) for side in (-1, 1))
    high = min(high, 1.0)
    unit, factor, more = ("percent", 100, 0) if percent else ("fraction", 1, 2)
    numbers = ",".join(printed(v * factor, decimals + more, rounding) for v in (p, low, high))
    line = f"a,x,pooled proportion,{numbers},{unit},20.0"
    header = "claim_id,outcome,statistic,estimate,ci_low,ci_high,unit,i2_percent"
    assert not alarms(line, header=header)


@settings(max_examples=200, deadline=None)
@given(st.floats(-3, 3), st.floats(0.01, 2), st.integers(1, 3), ROUNDING)
def test_ratios_and_differences_with_their_p(effect, se, decimals, rounding):
    """Do interval and P of a normal test agree, for ratios and for differences?"""
    p = printed(2 * float(ndtr(-abs(effect) / se)), 3, rounding)
    ends = (effect, effect - Z * se, effect + Z * se)
    header = "claim_id,estimate,ci_low,ci_high,unit,p_value"
    difference = ",".join(printed(v, decimals, rounding) for v in ends)
    assert not alarms(f"a,{difference},MD,{p}", header=header)
    ratio = ",".join(printed(math.exp(v), decimals + 1, rounding) for v in ends)
    assert not alarms(f"a,{ratio},OR,{p}", header=header)


@settings(max_examples=150, deadline=None)
@given(st.floats(-3, 3), st.floats(0.05, 2), st.integers(1, 60), ROUNDING)
def test_knapp_hartung_p_values(effect, se, df, rounding):
    """Is a P of Student's t left alone, with whatever degrees of freedom?"""
    p = printed(2 * float(stdtr(df, -abs(effect) / se)), 3, rounding)
    t = float(stdtrit(df, 0.975))
    ends = ",".join(printed(v, 2, rounding) for v in (effect, effect - t * se, effect + t * se))
    line = f"a,{ends},MD,{p}"
    assert not alarms(line, header="claim_id,estimate,ci_low,ci_high,unit,p_value")


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 2000), st.data(), st.integers(0, 2), ROUNDING)
def test_counts_and_exact_intervals(n, data, decimals, rounding):
    """Does a count give its percent, with Clopper and Pearson's asymmetric interval beside it?"""
    x = data.draw(st.integers(0, n))
    low = 0.0 if x == 0 else float(betaincinv(x, n - x + 1, 0.025))
    high = 1.0 if x == n else float(betaincinv(x + 1, n - x, 0.975))
    numbers = ",".join(printed(100 * v, decimals, rounding) for v in (x / n, low, high))
    header = "claim_id,estimate,ci_low,ci_high,unit,events,n"
    assert not alarms(f"a,{numbers},percent,{x},{n}", header=header)
    assert not alarms(f"a,{numbers},percent,,", header=header)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.floats(5, 9), st.floats(0.3, 2)), min_size=4, max_size=9),
    st.integers(1, 3),
    ROUNDING,
    st.integers(2, 7),
)
def test_a_pool_and_its_subgroups(studies, decimals, rounding, cut):
    """Does a common-effect pool agree with its subgroups, its k and the subgroups' P?"""
    cut = min(cut, len(studies) - 2)
    lines = []
    for name, part in (("", studies), ("a", studies[:cut]), ("b", studies[cut:])):
        y, v = [s[0] for s in part], [s[1] ** 2 for s in part]
        found = pool(y, v, method="CE")
        q, df = float(found.q), len(part) - 1
        i2 = printed(100 * max(0.0, 1 - df / q) if q > 0 else 0.0, 1, rounding)
        ends = (float(found.estimate), float(found.ci_low), float(found.ci_high))
        numbers = ",".join(printed(value, decimals, rounding) for value in ends)
        p = printed(float(chdtrc(df, q)), 3, rounding)
        variable = "v" if name else ""
        lines.append(f"r{name},PFS,{variable},{name},pooled median,{numbers},months,{i2},{p},,")
    assert not alarms(*lines, header=HEADER)


@settings(max_examples=100, deadline=None)
@given(st.integers(3, 300), st.floats(0.02, 0.98), st.floats(0.02, 0.4))
def test_double_arcsine(n, p, half):
    """Is an interval back-transformed at a mean n after Miller recognised as symmetric?"""
    from analysis.audit.printed import Span

    t = math.asin(math.sqrt(n * p / (n + 1))) + math.asin(math.sqrt((n * p + 1) / (n + 1)))
    ends = []
    for value in (t, t - half, t + half):
        sine = math.sin(value)
        root = math.sqrt(max(0.0, 1 - (sine + (sine - 1 / sine) / n) ** 2))
        ends.append(0.5 * (1 - math.copysign(root, math.cos(value))))
    assume(ends[1] > 0.001 and ends[2] < 0.999 and t - half > 0.1 and t + half < 3.0)
    # Outside the transform's own range, Miller's inverse turns back.
    reach = math.asin(math.sqrt(1 / (n + 1)))
    assume(t - half > reach and t + half < math.pi - reach)
    ulp = Fraction(1, 2000)
    spans = [Span(Fraction(end) - ulp, Fraction(end) + ulp) for end in ends]
    assert double_arcsine_mean_n(spans[0], spans[1], spans[2]) is not None
