"""Does `python -m schemas.dictionary` write the dictionary, and refuse a broken protocol?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from schemas import load_review
from schemas.dictionary import data_dictionary, main

if TYPE_CHECKING:
    from tests.schemas.conftest import ReviewCopy


def test_write_puts_the_dictionary_into_the_data(review: ReviewCopy) -> None:
    written = review.root / "data" / "README.md"
    written.unlink()
    done = CliRunner().invoke(main, ["--write", "--root", str(review.root)])
    assert done.exit_code == 0
    assert written.read_text(encoding="utf-8") == data_dictionary(load_review(review.root).protocol)


def test_without_write_it_is_printed(review: ReviewCopy) -> None:
    done = CliRunner().invoke(main, ["--root", str(review.root)])
    assert done.stdout == data_dictionary(load_review(review.root).protocol)


def test_broken_protocol_is_reported_and_nothing_is_written(review: ReviewCopy) -> None:
    written = review.root / "data" / "README.md"
    before = written.read_bytes()
    review.substitute(review.protocol, "profile:", "profil:")
    done = CliRunner().invoke(main, ["--write", "--root", str(review.root)])
    assert done.exit_code == 1
    assert 'Did you mean "profile"?' in done.stderr
    assert written.read_bytes() == before
