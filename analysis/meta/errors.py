"""The one error the statistics engine raises for input it refuses."""

from __future__ import annotations

__all__ = ["MetaInputError"]


class MetaInputError(ValueError):
    """Input that the engine refuses; the message says what is wrong and what to do."""
