"""A table of reported statistics, whatever its columns are called."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from analysis.audit.claims import COMPARISONS, Claim
from analysis.audit.columns import (
    STATISTICS,
    STATISTICS_P,
    is_spread,
    plain_name,
    recognise,
)
from analysis.audit.findings import Unparsed, UnreadableFile
from analysis.audit.interval_text import estimate_with_limits, limits
from analysis.audit.measures import is_change, kind_of, names_a_kind
from analysis.audit.open_limits import OpenLimits, open_cell
from analysis.audit.p_values import p_value
from analysis.audit.printed import Printed, number, whole
from analysis.audit.remarks import remarks_of
from analysis.audit.table_rows import table_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.audit.columns import Columns
    from analysis.audit.p_values import PValue

_Value = TypeVar("_Value")

_ABSENT = (
    *("", "na", "n/a", "nr", "ne", "-", "--", "\N{EN DASH}", "\N{EM DASH}", "."),
    *("none", "nan", "not reported", "not reached", "not estimable"),
)
_K_NOTE = re.compile(
    r"(?:k\s*=\s*|(?:from|in|of|based on|pooled from)?\s*)(\d+)"
    r"\s*(?:studies|trials|estimates|cohorts|arms|reports)?(?:\s+pooled)?",
    re.IGNORECASE,
)
_K_SINGLE = re.compile(
    r"\b(?:single|one|only one|1) (?:estimate|study|trial|cohort)\b", re.IGNORECASE
)
_MAY_COMPARE = (*COMPARISONS, "change", "unclear")
_REFERENCE = re.compile(
    r"(?:1(?:[.,]0+)?)?\s*[\[(]?\s*ref(?:erence|erent|\.)?\s*[\])]?", re.IGNORECASE
)
# "RR 0.75 (0.60 to 0.94)": the measure may stand in the cell.
_MEASURE_IN_CELL = re.compile(r"([A-Za-z][A-Za-z .-]{0,40}?)\s*[:=]?\s*(?=[-+\N{MINUS SIGN}]?\d)")
_COUNT = re.compile(r"(\d{1,9})\s*(?:/|of)\s*(\d{1,9})(?:\s*[(\[]\s*([\d.,]+)\s*%?\s*[)\]])?")
_HETEROGENEITY = re.compile(r"heterogen|cochran|\bQ\b|chi", re.IGNORECASE)
_TAU2_SOFTWARE = re.compile(r"\bREML\b|metafor|\bML\b|Paule|Sidik|Hunter|Hedges", re.IGNORECASE)
_OWN_TEST = re.compile(r"begg|egger|regression|peters|harbord|interaction|between", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """What was read of a table."""

    claims: tuple[Claim, ...]
    unparsed: tuple[Unparsed, ...]


def read_table(text: str, name: str) -> Table:
    """Read claims from a CSV or TSV text.

    Parameters
    ----------
    text : str
        The file's content.
    name : str
        Its name, for messages.

    Raises
    ------
    UnreadableFile
        If there is no header that names a statistic.
    """
    headers, rows = table_rows(text, name)
    columns = recognise(headers)
    roles = columns.roles
    found = set(roles.values())
    if not found & {*STATISTICS, *STATISTICS_P, "count"}:
        named = ", ".join(header for header in headers if header) or "nothing"
        raise UnreadableFile(
            f"{name}, line 1: no column of statistics. The header names {named}; expected some of "
            "estimate, ci_low, ci_high, i2_percent, p_value, q, df, k, events, n."
        )
    reader = _Reader(headers, columns, _i2_is_fraction(rows, headers, roles))
    for line, cells in rows:
        reader.read(line, cells)
    return Table(tuple(reader.claims), tuple(reader.unparsed))


class _Reader:
    def __init__(self, headers: list[str], columns: Columns, i2_is_fraction: bool) -> None:
        self.headers = headers
        self.columns = columns
        self.roles = columns.roles
        self.remarks = remarks_of("; ".join(headers))
        self.i2_is_fraction = i2_is_fraction
        self.claims: list[Claim] = []
        self.unparsed: list[Unparsed] = []
        self.seen: dict[str, int] = {}
        self.heading = ""

    def read(self, line: int, cells: list[str]) -> None:
        """Make a claim of one line."""
        texts = dict.fromkeys(self.roles.values(), "")
        extra: list[str] = []
        apart: list[str] = []
        columns: dict[str, str] = {}
        for header, cell in zip(self.headers, cells, strict=False):
            role = self.roles.get(header)
            if role is None:
                # What is not understood still sets rows apart.
                if header in self.columns.more:
                    continue
                if cell.strip():
                    apart.append(cell.strip())
                    if number(cell) is None and not self._looks_like_result(line, header, cell):
                        extra.append(cell.strip())
            else:
                texts[role] = " ".join(cell.split())
                columns[role] = header
        if len(cells) > len(self.headers):
            spare = ", ".join(cell for cell in cells[len(self.headers) :] if cell.strip())
            if spare:
                why = "There are more cells than headers; a comma may need quotes."
                self.unparsed.append(Unparsed(f"line {line}", spare, why))
        written = [cell.strip() for cell in cells if cell.strip()]
        if len(written) == 1 and number(written[0]) is None and len(self.headers) > 2:
            # A row with a single cell of words heads those that follow.
            self.heading = written[0]
            return
        if self.heading:
            apart.append(self.heading)
        claim = self._claim(line, texts, columns, tuple(extra))
        self.claims.append(replace(claim, apart=tuple(apart)))
        by_header = dict(zip(self.headers, cells, strict=False))
        for header, p in self.columns.more.items():
            self._further(line, claim, header, by_header, p)

    def _looks_like_result(self, line: int, header: str, cell: str) -> bool:
        """List a result in a column whose heading does not say what it is."""
        if estimate_with_limits(cell) is None:
            return False
        if not is_spread(header):
            why = "It looks like an estimate with limits; name the measure in the heading."
            self.unparsed.append(Unparsed(f"line {line}, column {header}", cell.strip(), why))
        return True

    def _further(
        self, line: int, claim: Claim, header: str, cells: dict[str, str], p: str | None
    ) -> None:
        """Make a claim of a second column of estimates, such as the adjusted beside the crude."""
        text = cells.get(header, "")
        if text.strip().casefold() in _ABSENT or _REFERENCE.fullmatch(text.strip()):
            return
        read = estimate_with_limits(text)
        if read is None:
            why = "An estimate such as 0.85 (0.70–1.03) was expected."
            self.unparsed.append(Unparsed(f"line {line}, column {header}", text.strip(), why))
            return
        measure = self.columns.measures[header]
        made = Claim(
            claim_id=self._name(line, f"{claim.claim_id}, {measure}"),
            place=f"line {line}",
            outcome=claim.outcome,
            variable=claim.variable,
            subgroup=claim.subgroup,
            statistic=measure,
            kind=kind_of("", _as_name(measure), read),
            context=claim.context,
            estimate=read[0],
            low=read[1],
            high=read[2],
            p_effect=p_value(cells.get(p, "")) if p is not None else None,
            remarks=claim.remarks,
            apart=claim.apart,
        )
        self.claims.append(made)

    def _claim(
        self, line: int, texts: dict[str, str], columns: dict[str, str], extra: tuple[str, ...]
    ) -> Claim:
        def number_in(role: str) -> Printed | None:
            return self._cell(line, role, texts, columns, number, "a number")

        def whole_in(role: str) -> int | None:
            return self._cell(line, role, texts, columns, whole, "a whole number")

        def p_in(role: str) -> PValue | None:
            return self._cell(line, role, texts, columns, p_value, "a P value such as P = .03")

        read = self._limits(line, texts, columns)
        estimate, low, high = read.estimate, read.low, read.high
        statistic, unit, note = (texts.get(name, "") for name in ("statistic", "unit", "note"))
        if not statistic and columns.get("estimate") in self.columns.measures:
            statistic = self.columns.measures[columns["estimate"]]
        unit = unit or ("%" if statistic == "%" else "")
        i2 = number_in("i2")
        if i2 is not None and not (self.i2_is_fraction and not i2.text.endswith("%")):
            text = f"{i2.text.rstrip('% ')}%"
            i2 = Printed(text, i2.value, i2.span).scaled(Fraction(1, 100))
        k, df = whole_in("k"), whole_in("df")
        # Studies may give several estimates, or none.
        of_studies = plain_name(columns.get("k", "")) not in ("k", "", "number_of_estimates")
        k_source = "" if k is None else "studies" if of_studies else "printed"
        note_k = _k_of_note(note)
        if k is None and note_k is not None and (low is not None or i2 is not None):
            k, k_source = note_k, "note"
        if k is None and df is not None and df >= 1 and "q" in texts:
            k, k_source = df + 1, "df + 1"
        q, tau2 = number_in("q"), number_in("tau2")
        kind = kind_of(unit, _as_name(statistic), (estimate, low, high))
        if kind in ("percent", "fraction", "unclear") and is_change(texts.get("outcome", "")):
            kind = "change"
        n, events = whole_in("n"), whole_in("events")
        count = _COUNT.fullmatch(texts.get("count", ""))
        if count is not None:
            events, n = int(count[1]), int(count[2])
            if estimate is None and count[3] and (percent := number(count[3])) is not None:
                estimate = Printed(f"{percent.text}%", percent.value, percent.span)
                kind = "percent"
        elif texts.get("count", "").casefold() not in _ABSENT:
            where = f"line {line}, column {columns['count']}"
            why = "A count such as 12/32 was expected."
            self.unparsed.append(Unparsed(where, texts["count"], why))
        p_heterogeneity, p_effect = p_in("p_heterogeneity"), p_in("p_effect")
        p_unassigned = p_in("p_unassigned")
        if p_unassigned is not None and not _OWN_TEST.search(statistic):
            heterogeneous = i2 is not None or q is not None
            to_q = _HETEROGENEITY.search(f"{note} {p_unassigned.text}") or kind not in _MAY_COMPARE
            if heterogeneous and to_q and p_heterogeneity is None:
                p_heterogeneity, p_unassigned = p_unassigned, None
            elif (
                kind in COMPARISONS
                and (not heterogeneous or p_heterogeneity is not None)
                and p_effect is None
            ):
                p_effect, p_unassigned = p_unassigned, None
        return Claim(
            claim_id=self._name(line, texts.get("claim_id", "")),
            place=f"line {line}",
            section=texts.get("section", ""),
            outcome=texts.get("outcome", ""),
            variable=texts.get("variable", ""),
            subgroup=texts.get("subgroup", ""),
            statistic=statistic,
            context=(*extra, *filter(None, [texts.get("method", "")])),
            kind=kind,
            unit=unit,
            estimate=estimate,
            low=low,
            high=high,
            words=read.words,
            level=_level(texts.get("level", "")),
            i2=i2,
            q=q,
            df=df,
            tau2=tau2,
            p_heterogeneity=p_heterogeneity,
            p_effect=p_effect,
            p_unassigned=p_unassigned,
            k=k,
            k_source=k_source,
            n=n,
            events=events,
            note=note,
            remarks=(self.remarks | remarks_of(f"{note}; {statistic}")),
            i2_from_tau2=bool(_TAU2_SOFTWARE.search(f"{texts.get('method', '')} {note}")),
        )

    def _limits(self, line: int, texts: dict[str, str], columns: dict[str, str]) -> OpenLimits:
        """Read estimate and limits from three cells, two, or one."""
        measure = _MEASURE_IN_CELL.match(texts.get("estimate", ""))
        if measure is not None and names_a_kind(_as_name(measure[1])):
            texts["estimate"] = texts["estimate"][measure.end() :]
            texts["statistic"] = measure[1].strip()
        combined = estimate_with_limits(texts.get("estimate", ""))
        if combined is not None:
            return OpenLimits(*combined)
        if (half := open_cell(texts.get("estimate", ""))) is not None:
            return half
        estimate, low, high = (
            self._cell(line, role, texts, columns, number, "a number")
            for role in ("estimate", "low", "high")
        )
        interval = texts.get("interval", "")
        if interval.casefold() not in _ABSENT and low is None and high is None:
            if (both := limits(interval)) is not None:
                return OpenLimits(estimate, *both)
            if (half := open_cell(interval)) is not None:
                return replace(half, estimate=estimate)
            where = f"line {line}, column {columns['interval']}"
            why = "An interval such as 26.8–40.7 was expected."
            self.unparsed.append(Unparsed(where, interval, why))
        return OpenLimits(estimate, low, high)

    def _cell(
        self,
        line: int,
        role: str,
        texts: dict[str, str],
        columns: dict[str, str],
        read: Callable[[str], _Value | None],
        expected: str,
    ) -> _Value | None:
        text = texts.get(role, "")
        if text.casefold() in _ABSENT or _REFERENCE.fullmatch(text):
            return None
        value = read(text)
        if value is None:
            where = f"line {line}, column {columns[role]}"
            self.unparsed.append(Unparsed(where, text, f"Here {expected} was expected."))
        return value

    def _name(self, line: int, given: str) -> str:
        name = given or f"line-{line}"
        self.seen[name] = self.seen.get(name, 0) + 1
        return name if self.seen[name] == 1 else f"{name}#{self.seen[name]}"


def _i2_is_fraction(
    rows: list[tuple[int, list[str]]], headers: list[str], roles: dict[str, str]
) -> bool:
    """Say whether the column of I² holds fractions: none above 1, and not called percent."""
    header = next((h for h in headers if roles.get(h) == "i2"), None)
    if header is None or "percent" in plain_name(header) or "%" in header or "pct" in header:
        return False
    at = headers.index(header)
    cells = [cells[at] for _, cells in rows if at < len(cells)]
    values = [value for cell in cells if (value := number(cell)) is not None]
    above_0 = [value for value in values if value.value > 0]
    return bool(above_0) and all(v.value <= 1 and not v.text.endswith("%") for v in above_0)


def _as_name(statistic: str) -> str:
    """Write "or" as a heading in capitals, in which it reads as a measure."""
    short = plain_name(statistic) in (
        "or",
        "rr",
        "hr",
        "irr",
        "md",
        "smd",
        "rd",
        "aor",
        "ahr",
        "ve",
    )
    return statistic.upper() if short else statistic


def _k_of_note(note: str) -> int | None:
    """Read ``6 studies`` or ``single estimate`` where a clause of a note says nothing else."""
    for clause in note.split(";"):
        if _K_SINGLE.search(clause):
            return 1
        match = _K_NOTE.fullmatch(clause.strip())
        if match is not None and not clause.strip().isdecimal():
            return int(match[1])
    return None


def _level(text: str) -> Fraction:
    read = number(text)
    if read is None:
        return Fraction(19, 20)
    level = read.value / 100 if read.value > 1 else read.value
    return level if Fraction(1, 2) <= level < 1 else Fraction(19, 20)
