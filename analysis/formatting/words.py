"""Words that follow a number: one study, two studies; 1 was, 2 were."""

from __future__ import annotations

from analysis.formatting.numbers import count

_IRREGULAR = {"study": "studies", "was": "were", "is": "are", "has": "have", "this": "these"}


def agreeing(number: float | None, one: str, many: str | None = None) -> str:
    """Choose the form of a word, or of a phrase, that belongs to a number.

    Parameters
    ----------
    number : float or None
        How many; None (not known) takes the plural.
    one : str
        The form for exactly one.
    many : str, optional
        The form for none and several; by default made from ``one``.

    Returns
    -------
    str
        ``study`` or ``studies``, ``was`` or ``were``.
    """
    if number == 1:
        return one
    return many or _IRREGULAR.get(one) or f"{one}s"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: ``counted(1, "estimate") == "1 estimate"``.

    Parameters
    ----------
    number : int
        How many.
    one, many : str
        As `agreeing` takes them.
    """
    return f"{count(number)} {agreeing(number, one, many)}"
