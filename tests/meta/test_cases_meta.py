"""Cases of R's meta 8.3-0: does the profile `meta` do what meta was seen to do?

Tolerances and known differences, with their reasons, stand in `meta_comparison`.
"""

from __future__ import annotations

import pytest

from analysis.meta.cases import run_case
from analysis.meta.errors import MetaInputError
from tests.meta.meta_comparison import EXPLAINED, KINDS, compared
from tests.meta.reference_comparison import meta_cases


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_case_agrees_with_meta(kind):
    """Does every number of every case equal meta's, but for the cases with a reason?"""
    found = compared(kind)
    assert len(found) >= 4
    differing = {name: texts[:4] for name, (_, _, _, texts) in found.items() if texts}
    assert {name: why for name, why in differing.items() if name not in EXPLAINED} == {}
    known = {name for name in EXPLAINED if name in found}
    assert known <= set(differing), "a reason has lost its case"


def test_a_case_without_its_call_is_analysed_from_its_arguments():
    """Is a case without R code, as a stranger may write it, analysed by its arguments alone?"""
    case = next(c for c in meta_cases() if c["id"] == "axfors2021.OR.pool.inverse.DL")
    short = {name: case[name] for name in ("id", "kind", "measure", "args", "data")}
    got = run_case(short)
    assert got["random"]["estimate"] == pytest.approx(
        case["expected"]["random"]["estimate"], rel=1e-10
    )
    assert got["method"] == "Inverse"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"method_random_ci": "HKSJ"}, "method_random_ci"),
        ({"method_tau": "RML"}, "Did you mean"),
        ({"incr": "half"}, "TACC"),
        ({"method": "Cochran"}, "method"),
        ({"hakn": True}, "argument of meta"),
    ],
)
def test_an_unknown_argument_is_refused(args, message):
    """Is an argument nobody foresaw named, rather than ignored?"""
    case = next(c for c in meta_cases() if c["id"] == "axfors2021.OR.pool.default")
    with pytest.raises(MetaInputError, match=message):
        run_case({**case, "call": "", "args": args})
