"""What one row of a table or one sentence says, whatever it was written like."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from analysis.audit.p_values import PValue
    from analysis.audit.printed import Printed, Span
    from analysis.audit.printed_tests import TestStatistic
    from analysis.audit.remarks import Remark

Kind = Literal[
    "percent",
    "fraction",
    "change",
    "ratio",
    "difference",
    "correlation",
    "quantity",
    "count",
    "unclear",
]

PROPORTIONS = ("percent", "fraction")
COMPARISONS = ("ratio", "difference", "correlation")
OVERALL_LABELS = ("", "overall", "total", "all", "all studies", "pooled")


@dataclass(frozen=True, slots=True)
class Claim:
    """One printed result.

    Attributes
    ----------
    claim_id, place
        Name and position.
    section
        Of the paper; the same result may stand in several.
    outcome, variable, subgroup, statistic
        As printed, spaces trimmed. `variable` is what the subgroups are by.
    context
        Every other text that sets the row apart from rows which are otherwise alike.
    kind, unit
        What sort of number the estimate is, and its unit as printed. A `change` is a percent that
        is no proportion: one minus a ratio, a difference of percentages, growth.
    estimate, low, high
        The estimate and its limits.
    level
        Of the interval, 19/20 unless something else is printed.
    words
        What is printed in place of estimate, lower and upper limit, such as ``NE``.
    i2
        A fraction; its text is as printed, with a percent sign if it was a percent.
    q, df, tau2
        Heterogeneity as printed.
    p_heterogeneity, p_effect
        P values whose test is known.
    p_unassigned
        A P value that may belong to either.
    k, k_source
        Number of estimates as printed, and where that was read.
    n, events
        Denominator and count.
    note
        As printed.
    test
        The statistic that `p_effect` is from.
    remarks
        What the text says of its methods.
    apart
        Numbers of columns that are not understood; rows that differ in them are not repetitions.
    i2_from_tau2
        The paper's software or method takes I2 from tau2, so that Q does not follow from it.
    """

    claim_id: str
    place: str
    section: str = ""
    outcome: str = ""
    variable: str = ""
    subgroup: str = ""
    statistic: str = ""
    context: tuple[str, ...] = ()
    kind: Kind = "unclear"
    unit: str = ""
    estimate: Printed | None = None
    low: Printed | None = None
    high: Printed | None = None
    level: Fraction = Fraction(19, 20)
    words: tuple[str, str, str] = ("", "", "")
    i2: Printed | None = None
    q: Printed | None = None
    df: int | None = None
    tau2: Printed | None = None
    p_heterogeneity: PValue | None = None
    p_effect: PValue | None = None
    p_unassigned: PValue | None = None
    k: int | None = None
    k_source: str = ""
    n: int | None = None
    events: int | None = None
    note: str = ""
    test: TestStatistic | None = None
    remarks: frozenset[Remark] = frozenset()
    apart: tuple[str, ...] = ()
    i2_from_tau2: bool = False

    @property
    def is_overall(self) -> bool:
        """Whether it is about all studies and not a subgroup."""
        return self.subgroup.casefold() in OVERALL_LABELS

    @property
    def is_trim_and_fill(self) -> bool:
        """Whether it is about a set with imputed studies."""
        words = self.statistic.casefold() + self.claim_id.casefold().replace("_", " ")
        return "trim" in words or "imputed" in words

    @property
    def is_pooled(self) -> bool:
        """Whether something on the row says that several estimates were put together."""
        if self.k is not None:
            return self.k > 1
        printed = (self.i2, self.q, self.tau2, self.p_heterogeneity)
        named = ("pooled", "summary", "overall", "meta-anal", "trim and fill")
        words = self.statistic.casefold()
        return any(part is not None for part in printed) or any(name in words for name in named)

    @property
    def limits(self) -> tuple[Printed, Printed, Printed] | None:
        """Estimate, lower and upper limit if all three are printed."""
        if self.estimate is None or self.low is None or self.high is None:
            return None
        return self.estimate, self.low, self.high

    def in_unit(self, printed: Printed) -> Span:
        """Give the range of a value, proportions as fractions."""
        return printed.span.times(Fraction(1, 100)) if self.is_percent else printed.span

    @property
    def is_percent(self) -> bool:
        """Whether its numbers are hundredths."""
        if self.kind != "change":
            return self.kind == "percent"
        printed = [part for part in (self.estimate, self.low, self.high) if part is not None]
        marked = any(part.text.endswith("%") for part in printed) or "%" in self.unit
        return marked or any(abs(part.value) > 1 for part in printed)

    @property
    def result(self) -> str:
        """The printed numbers in one line."""
        parts = []
        unit = {
            "percent": "%",
            "change": "%" if self.unit == "%" else f" {self.unit}",
            "quantity": f" {self.unit}",
            "count": f" {self.unit}",
        }.get(self.kind, "")
        if self.estimate is not None:
            bare = self.estimate.text.rstrip("% ")
            parts.append(f"{bare}{unit}".strip())
        elif self.words[0]:
            parts.append(self.words[0])
        low, high = (
            part.text if part is not None else word
            for part, word in zip((self.low, self.high), self.words[1:], strict=True)
        )
        if low and high:
            parts.append(f"({low} to {high})")
        elif low or high:
            parts.append(f"(from {low})" if low else f"(up to {high})")
        if self.test is not None:
            parts.append(self.test.said)
        if self.i2 is not None:
            parts.append(f"I² {self.i2.text}")
        for name, value in (("Q", self.q), ("τ²", self.tau2)):
            if value is not None:
                parts.append(f"{name} {value.text}")
        for name, count in (("df", self.df), ("k", self.k), ("events", self.events), ("n", self.n)):
            if count is not None:
                parts.append(f"{name} {count}")
        p_values = (self.p_heterogeneity, self.p_effect, self.p_unassigned)
        parts.extend(p.said for p in p_values if p is not None)
        return ", ".join(parts).replace(", (", " (", 1)

    @property
    def title(self) -> str:
        """What the claim is about, in one line."""
        group = f"{self.variable} {self.subgroup}".strip() if not self.is_overall else ""
        # A table of factors has no other name for its rows.
        named = (self.outcome or group or self.variable, group, self.statistic, *self.context)
        named = tuple(dict.fromkeys(named))
        return ", ".join(part for part in named if part)
