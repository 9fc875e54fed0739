"""The data of a review: one schema for each table, and the checks that hold between them.

Names are imported when they are first used, so that ``import schemas`` costs nothing.

In: the files of `data/`, `protocol.yml`, `authors.yml`. Out: a checked `ReviewData`, or everything
that is wrong with them. May import: no other room.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.problems import DataProblems, Problem
    from schemas.protocol import Protocol
    from schemas.review_check import check_review, load_review
    from schemas.review_data import CheckReport, ReviewData, render_report

__all__ = [
    "CheckReport",
    "DataProblems",
    "Problem",
    "Protocol",
    "ReviewData",
    "check_review",
    "load_review",
    "render_report",
]

_HOMES = {
    "DataProblems": "schemas.problems",
    "Problem": "schemas.problems",
    "Protocol": "schemas.protocol",
    "CheckReport": "schemas.review_data",
    "ReviewData": "schemas.review_data",
    "check_review": "schemas.review_check",
    "load_review": "schemas.review_check",
    "render_report": "schemas.review_data",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
