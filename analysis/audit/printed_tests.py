"""Test statistics as they are printed, and every P that their digits can have.

t, z and r are two-sided unless the text says otherwise, F and χ² have one tail; r is tested by
t = r·√(df/(1 − r²)). Nuijten et al. 2016, Behav Res Methods 48:1205.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analysis.audit.printed import Printed, Span, number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.audit.tokens import Token

Name = Literal["t", "F", "χ²", "r", "z"]
_BY_ROLE: dict[str, Name] = {"t": "t", "f": "F", "chi2": "χ²", "r": "r", "z": "z"}
_DF_KEYS: dict[Name, tuple[str, ...]] = {
    "t": ("t_df", "t_df2"),
    "F": ("f_df", "f_df_apart"),
    "χ²": ("c_df", "c_df2"),
    "r": ("r_df",),
}
_ROOM = 2.0**-40


@dataclass(frozen=True, slots=True)
class TestStatistic:
    """A printed test statistic.

    Attributes
    ----------
    name
        Which distribution it has.
    value
        As printed.
    df, df2
        Degrees of freedom; `df2` of the denominator of F; None for z.
    """

    name: Name
    value: Printed
    df: float | None = None
    df2: float | None = None

    # A class whose name begins like this is no collection of tests.
    __test__ = False

    @classmethod
    def read(cls, token: Token, others: Iterable[Token]) -> TestStatistic | None:
        """Make it from its token and those that follow; None without degrees of freedom."""
        name = _BY_ROLE.get(token.role)
        printed = token.parts.get(token.role) or token.parts.get(f"{token.role}_apart", "")
        value = number("".join(printed.split()))
        if name is None or value is None:
            return None
        parts: dict[str, str] = {}
        for other in (token, *others):
            parts = {**other.parts, **parts}
        keys = {
            "t": ("t_df", "t_df2"),
            "F": ("f_df", "f_df_apart"),
            "χ²": ("c_df", "c_df2"),
            "r": ("r_df",),
        }
        own = [parts[key] for key in keys.get(name, ()) if key in parts]
        apart = [parts[key] for key in ("df", "df2", "df3") if key in parts]
        df = next((float(text) for text in (*own, *apart)), None)
        below = parts.get("f_df2") or parts.get("f_df2_apart")
        df2 = float(below) if name == "F" and below else None
        if name != "z" and (df is None or df <= 0 or (name == "F" and not df2)):
            return None
        return cls(name, value, df, df2)

    @property
    def said(self) -> str:
        """Name, degrees of freedom and value in one line."""
        inside = ", ".join(f"{df:g}" for df in (self.df, self.df2) if df is not None)
        return f"{self.name}({inside}) = {self.value.text}" if inside else f"z = {self.value.text}"

    def p_range(self, *, fewer: int = 0) -> Span | None:
        """Find every P that the printed digits can have.

        Parameters
        ----------
        fewer : int
            To take from the degrees of freedom: 2 where a correlation's number of pairs was given.
        """
        low, high = float(self.value.span.low), float(self.value.span.high)
        if self.name in ("F", "χ²"):
            near, far = max(0.0, low), high
        else:
            near = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
            far = max(abs(low), abs(high))
        if far < 0 or (self.df is not None and self.df - fewer <= 0):
            return None
        ends = (self._p(far, fewer), self._p(near, fewer))
        return Span(ends[0] * (1 - _ROOM), min(1.0, ends[1] * (1 + _ROOM)))

    def _p(self, value: float, fewer: int) -> float:
        from scipy.special import chdtrc, fdtrc, ndtr, stdtr

        df = (self.df or 0.0) - fewer
        if self.name == "χ²":
            return float(chdtrc(df, value))
        if self.name == "F":
            return float(fdtrc(df, self.df2 or 0.0, value))
        if self.name == "z":
            return 2 * float(ndtr(-value))
        if self.name == "r":
            if value >= 1:
                return 0.0
            value *= math.sqrt(df / (1 - value * value))
        return 2 * float(stdtr(df, -value))
