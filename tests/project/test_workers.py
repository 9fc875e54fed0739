"""Do tests that share a slow fixture run on one worker, where it is set up once?"""

from __future__ import annotations

import os

import pytest


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process runs all tests")
@pytest.mark.xdist_group("together")
def test_the_name_of_a_test_that_is_sent_out_holds_its_group(
    request: pytest.FixtureRequest,
) -> None:
    # `--dist loadgroup` sorts by what stands behind the @. pytest 9.2 drops it in silence
    # (https://github.com/pytest-dev/pytest-xdist/issues/1386).
    assert request.node.nodeid.endswith("@together")
