"""Decisions in the words of reviewers and of other programs."""

from __future__ import annotations

_WORDS = {
    "include": ("include", "included", "yes", "y", "ja", "1", "relevant", "accept", "accepted"),
    "exclude": ("exclude", "excluded", "no", "n", "nein", "0", "irrelevant", "reject", "rejected"),
    "unsure": ("unsure", "maybe", "?", "unclear", "vielleicht", "conflict"),
    "not retrieved": ("not retrieved", "not available", "no full text"),
}
_MEANT = {word: decision for decision, words in _WORDS.items() for word in words}


def decision_of(written: str) -> str | None:
    """Give the decision that a word stands for; None when it stands for none."""
    plain = " ".join(written.casefold().replace("_", " ").split()).rstrip(".!")
    return _MEANT.get(plain.removesuffix(".0") or "?")
