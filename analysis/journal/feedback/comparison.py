"""Two texts word by word: what one has that the other has not, and where they agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Numbers with their decimals and thousands are one word, so that an edit shows the whole number.
_TOKEN = re.compile(r"(?<!\w)[.·]\d+|\d[\d.,·\u2009\u202f]*\d|\w+|[^\w\s]")
_SAME = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u2011": "-",
        "–": "-",
        "—": "-",
        "−": "-",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "·": ".",
    }
)
_ZERO = re.compile(r"^0(?=\.\d)")
_THOUSANDS = re.compile(r"(?<=\d)[,\u2009\u202f\u00a0 ](?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch in which two texts differ; places are characters, the end excluded."""

    first_start: int
    first_end: int
    second_start: int
    second_end: int


@dataclass(frozen=True, slots=True)
class _Token:
    key: str
    start: int
    end: int


class Alignment:
    """Two texts laid side by side.

    Typography that programs and journals change is no difference: quotation marks, dashes, kinds
    of spaces, a zero before a decimal point, the case of the letter of a P value.

    Parameters
    ----------
    first, second
        The texts.
    """

    def __init__(self, first: str, second: str) -> None:
        self.first, self.second = first, second
        self._a, self._b = _tokens(first), _tokens(second)
        matcher = SequenceMatcher(None, [t.key for t in self._a], [t.key for t in self._b], False)
        self._codes = matcher.get_opcodes()
        self._spans = _counterparts(self._codes, self._b, len(self._a))

    def differences(self) -> Iterator[Difference]:
        """Give the stretches in which they differ."""
        for kind, a, b, c, d in self._codes:
            if kind != "equal":
                yield Difference(
                    *_stretch(self._a, a, b, len(self.first)),
                    *_stretch(self._b, c, d, len(self.second)),
                )

    def second_span(self, start: int, end: int) -> tuple[int, int]:
        """Give the stretch of the second text that corresponds to one of the first.

        An insertion (``start`` equal to ``end``) corresponds to a place between two words.
        """
        if start == end:
            place = self._between(start)
            return place, place
        low = next(
            (self._within(i, start) for i, t in enumerate(self._a) if t.end > start),
            len(self.second),
        )
        high = next(
            (self._spans[i][1] for i in range(len(self._a) - 1, -1, -1) if self._a[i].start < end),
            0,
        )
        return low, max(low, high)

    def _between(self, place: int) -> int:
        found = 0
        for index, token in enumerate(self._a):
            if token.start < place < token.end:
                return self._within(index, place)
            if token.end > place:
                break
            found = self._spans[index][1]
        return found

    def _within(self, index: int, place: int) -> int:
        """Give the counterpart of a place in a word; words that agree have it inside."""
        token, (start, end) = self._a[index], self._spans[index]
        agrees = self.second[start:end].translate(_SAME) == self.first[
            token.start : token.end
        ].translate(_SAME)
        return start + place - token.start if agrees and place > token.start else start


def _counterparts(
    codes: Sequence[tuple[str, int, int, int, int]], second: list[_Token], count: int
) -> list[tuple[int, int]]:
    """Give for each word of the first text where its counterpart stands in the second."""
    spans = [(0, 0)] * count
    for kind, a, b, c, d in codes:
        for index in range(a, b):
            if kind == "equal":
                token = second[c + index - a]
                spans[index] = token.start, token.end
            elif d > c:
                spans[index] = second[c].start, second[d - 1].end
            else:
                place = second[c - 1].end if c else 0
                spans[index] = place, place
    return spans


def _tokens(text: str) -> list[_Token]:
    return [_Token(_key(m[0]), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def _key(word: str) -> str:
    key = _ZERO.sub("", word.translate(_SAME))
    key = _THOUSANDS.sub("", key)
    return "P" if key == "p" else key


def _stretch(tokens: list[_Token], start: int, end: int, length: int) -> tuple[int, int]:
    if start < end:
        return tokens[start].start, tokens[end - 1].end
    place = tokens[start].start if start < len(tokens) else length
    if start > 0:
        place = tokens[start - 1].end
    return place, place


def canonical(text: str) -> str:
    """Write a text so that equal ones are equal whatever program wrote them."""
    return " ".join(_key(m[0]) for m in _TOKEN.finditer(text))
