"""How many published numbers this edition reproduces; there are none where nothing is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.value import Value, count_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.synthesis.results import Synthesis

_METHOD = "printed results beside those of this version"


def published_values(synthesis: Synthesis) -> Iterator[Value]:
    """Give the counts of compared, agreeing and differing results, and of errors in print."""
    from analysis.audit.published import ERROR_IN_PRINT

    found = [result for result in synthesis.published if result.verdict != "not recomputed"]
    if not found:
        return
    agreeing = [result for result in found if result.verdict == "agrees"]
    differing = [result for result in found if result.verdict == "differs"]
    wrong = [
        result
        for result in differing
        if any(reason.startswith(ERROR_IN_PRINT) for reason in result.explanation)
    ]
    counted = {"compared": found, "agree": agreeing, "differ": differing, "error_in_print": wrong}
    for name, results in counted.items():
        rows = [result.row for result in results]
        yield count_value(f"published.{name}", len(results), _METHOD, rows)
