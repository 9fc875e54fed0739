"""What stands in a cell: data as text and nothing but text, and the few marks we set ourselves.

A cell is HTML here. Whatever comes from data passes :func:`text` first; citations carry a checked
key; everything else is written in this package.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import NOT_REACHED, count, number, p_value
from analysis.measures.registry import measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analysis.synthesis.results import Pool

DAGGER: Final = "<sup>†</sup>"
NOT_READ: Final = "–"
NOT_APPLICABLE: Final = "NA"
NOT_REPORTED: Final = "NR"
# A superscript must not begin a line of its own.
NO_BREAK: Final = "\N{NO-BREAK SPACE}"

DAGGER_NOTE: Final = (
    "† Reconstructed: stands for a study whose own report has not been read, and was chosen to be "
    "consistent with published pooled results."
)
DAGGER_POOL_NOTE: Final = (
    "† Includes reconstructed rows, which stand for studies whose own reports have not been read."
)
NOT_READ_NOTE: Final = f"{NOT_READ} No value has been read."
NOT_REACHED_NOTE: Final = f"{NOT_REACHED} as an upper limit: not reached."

_MODELS: Final = {
    "common": "Common",
    "random": "Random",
    "single": "One study",
    "none": NOT_APPLICABLE,
}

_KEY = re.compile(r"[A-Za-z0-9_:.-]+")
# A hyphen between two numbers or two single capitals is a range; that of a name (PD-1) or of a
# month (2020-08) is not.
_END = r"(\d+(?:\.\d+)?|[A-Z])"
_RANGE = re.compile(rf"(?<![\w.-])(?!\d{{4}}-\d{{2}}(?!\d)){_END}-{_END}(?![\w-])")
_EQUALS = re.compile(r"(?<=\b[A-Za-z]) = (?=\d)")


def text(value: str) -> str:
    """Return data as HTML text: no sign in it can become markup.

    Braces are written as entities, because Quarto reads ``{{…}}`` as a shortcode. A
    number stays on the line of its sign, as in ``n = 64``.
    """
    plain = html.escape(" ".join(value.split()), quote=False).replace("{", "&#123;")
    return _EQUALS.sub(f"{NO_BREAK}={NO_BREAK}", plain)


def ranges(value: str) -> str:
    """Return data as HTML text, with an en dash in ranges such as 0–1 or A–B."""
    return _RANGE.sub("\\1–\\2", text(value))


def cite(key: str) -> str:
    """Return a citation that the document's own citation style will set.

    Raises
    ------
    ValueError
        If the key has a sign that could end the citation and begin something else.
    """
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} cannot be a citation key: letters, digits and _ : . - only")
    return f'<span data-qmd="[@{key}]"></span>'


def study_name(label: str, citation_key: str | None, *, reconstructed: bool) -> str:
    """Return a study's name with its dagger and its citation."""
    citation = f"{NO_BREAK}{cite(citation_key)}" if citation_key else ""
    return text(label) + (DAGGER if reconstructed else "") + citation


def lines(parts: Iterable[str]) -> str:
    """Set parts of a cell below one another, leaving out empty ones."""
    return "<br>".join(part for part in parts if part)


def limits_below(told: str) -> str:
    """Set the limits of an interval below its estimate, unbroken, so that the cell is narrow."""
    middle, bracket, rest = told.partition(" (")
    limits, closing, after = rest.partition(")")
    return f"{middle}<br>({unbroken(limits)}){after}" if bracket and closing else told


def unbroken(told: str) -> str:
    """Keep the words of a cell on one line."""
    return told.replace(" ", "\N{NO-BREAK SPACE}")


def estimate(pool: Pool) -> str:
    """Return a pooled estimate with its interval, in the unit of the pool but without it."""
    if pool.estimate is None:
        # A study whose result cannot be pooled is a study all the same.
        return "Not pooled" if pool.studies or pool.left_out else "No study"
    return measure(pool.measure).estimate(pool.estimate, pool.ci_low, pool.ci_high)


def i2(pool: Pool) -> str:
    """Return I² in percent; it does not apply to fewer than two estimates."""
    return NOT_APPLICABLE if pool.i2 is None else number(pool.i2 * 100)


def heterogeneity_p(pool: Pool) -> str:
    """Return the *P* value of Cochran's Q as it stands under a heading that says *P*."""
    return p_cell(pool.q_p)


def p_cell(p: float | None) -> str:
    """Return a *P* value as it stands under a heading that says *P*."""
    if p is None:
        return NOT_APPLICABLE
    return text(p_value(p).removeprefix("P ").removeprefix("= ").replace(" ", ""))


def whole(value: int | None) -> str:
    """Return a count, or that nobody has read it."""
    return NOT_READ if value is None else count(value)


def sentence(value: str) -> str:
    """Return data like :func:`ranges`, with a capital letter unless the first word has its own."""
    first = value.split(" ", maxsplit=1)[0]
    return ranges(value[:1].upper() + value[1:] if first.islower() else value)


def contributors(pool: Pool) -> str:
    """Return the number of studies, and of their estimates where there are more."""
    return str(pool.k) if pool.k == pool.n_studies else f"{pool.n_studies} ({pool.k})"


def model(pool: Pool) -> str:
    """Return the model of the pool in a word or two; :func:`models_note` says what they mean."""
    return _MODELS[pool.model]


def models_note(pools: Iterable[Pool]) -> str:
    """Say how each of the models among these pools was computed."""
    methods = dict.fromkeys(
        (_MODELS[pool.model], pool.method) for pool in pools if pool.model in ("common", "random")
    )
    return " ".join(f"{name}: {text(method)}." for name, method in sorted(methods))


def abbreviations_note(shown: str, known: Mapping[str, str]) -> str:
    """Spell out the abbreviations that occur in a text, in alphabetical order.

    Parameters
    ----------
    shown : str
        Everything the table shows, tags included.
    known : mapping
        Abbreviation to its meaning.

    Returns
    -------
    str
        HTML, empty if no abbreviation occurs.
    """
    visible = html.unescape(re.sub(r"<[^>]*>", " ", shown))
    used = [
        short
        for short in sorted(known, key=lambda entry: (entry.casefold(), entry))
        if re.search(rf"(?<![A-Za-z0-9]){re.escape(short)}(?![A-Za-z0-9])", visible)
    ]
    if not used:
        return ""
    return f"Abbreviations: {'; '.join(f'{text(s)}, {text(known[s])}' for s in used)}."
