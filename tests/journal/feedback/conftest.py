"""A small paper, and the Word file that was made from it."""

from __future__ import annotations

import pytest

from analysis.manuscript.text import ReadText
from tests.journal.feedback.edited import Reviewed, small_paper, word_file


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReadText, ...]:
    return small_paper(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module")
def original() -> dict[str, bytes]:
    return word_file()


@pytest.fixture
def reviewed(original: dict[str, bytes]) -> Reviewed:
    return Reviewed(dict(original))
