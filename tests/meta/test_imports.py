"""Does the engine start without what it does not need?"""

from __future__ import annotations

import subprocess
import sys

import pytest

_POOL = """
import sys
from analysis.meta.models import pool
from analysis.meta.distributions import special
pool([0.1, 0.4, 0.2], [0.1, 0.2, 0.1], method="REML")
print(*sorted(sys.modules))
import scipy.special
assert scipy.special.ndtr is special.ndtr
"""


@pytest.mark.parametrize(
    "module", ["pandas", "statsmodels", "scipy.stats", "scipy.optimize", "scipy.special._basic"]
)
def test_pooling_needs_compiled_functions_only(module):
    """Is a slow import left out, and is scipy.special whole for whoever imports it later?"""
    run = subprocess.run(
        [sys.executable, "-c", _POOL], capture_output=True, text=True, check=True, timeout=120
    )
    assert module not in run.stdout.split()
