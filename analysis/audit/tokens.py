"""The words and numbers of a text with their roles: one pass, one table of roles.

Each role has one pattern; at every position the first of the table that fits is taken. What a
number is for (estimate, sample, follow-up, spread, degrees of freedom) is decided here from what
stands beside it; `statements` only puts tokens together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from analysis.audit.foreign_names import FOREIGN_DIFFERENCES, FOREIGN_RATIOS

Role = Literal[
    "interval", "other range", "level", "p", "i2", "tau2", "q", "chi2", "df", "k", "studies", "z",
    "t", "f", "r", "n", "count", "people", "spread", "time", "measure", "value", "open", "close",
    "comma", "stop", "joint", "word", "sign",
]  # fmt: skip

_N = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)"
_SIGNED = rf"(?:[+-]\s?)?{_N}"
_WHOLE = r"\d{1,3}(?:,\d{3})+(?![\d.])|\d{1,9}(?![\d.,]*\d)"
_UNIT = (
    r"%|percentage[- ]points?|per ?cent(?:age points)?|points?\b|pp\b|months?\b|mos?\b|weeks?\b"
    r"|wks?\b|days?\b|years?\b|yrs?\b|hours?\b|minutes?\b|seconds?\b|k?g\b|mm ?Hg\b|mmol(?:/l)?\b"
    r"|m[gl](?:/d?l)?\b|[cmk]?m(?:2|3)?\b|kg/m2|kcal\b|ms\b|bpm\b|beats\b|times\b|-?fold\b"
)
# Inside an interval the unit may stand at each limit.
_RANGE = (
    rf"(?P<low>{_SIGNED})\s?(?P<low_unit>{_UNIT})?\s*"
    r"(?P<between>--?-?|to|,|;|and|&|/|\.\.+|\u2026|bis|a|à|through|until|up to|~)\s*"
    rf"(?P<high>{_SIGNED})(?!\d|\.\d|[eE]-?\d)\s?-?(?P<high_unit>{_UNIT})?"
)
_INTERVAL_WORDS = (
    r"(?:(?:bayesian|bootstrap(?:ped)?|credible|credibility|uncertainty|compatibility|posterior"
    r"|highest|density|exact|adjusted|corrected|confi-?\s?dence|Wald|Wilson|profile|likelihood)"
    r"[\s-]{1,3}){1,4}(?:intervals?|limits?|regions?|bounds?)|intervalos? de confian[zç]a"
    r"|intervalle de confiance|konfidenzintervalle?|(?-i:CrI|HDI|HPDI|CIs?|CL|IC|KI|UI)\b"
)
_SHORT = r"(?:\s*[\[(]\s*(?:95\s?%\s?)?(?-i:CrI|CIs?|CL|KI|IC)\s*[\])])?"
_PER_CENT = r"\s?(?:%|per ?cent)"
_LEVEL = (
    rf"(?:(?P<level>\d\d(?:[.,]\d{{1,3}})?){_PER_CENT}?[\s-]{{0,3}}(?:{_INTERVAL_WORDS}){_SHORT}"
    rf"|\b(?:{_INTERVAL_WORDS}){_SHORT}[\s,]{{0,2}}(?:à\s|al\s|del\s)?(?:\(?\s?(?P<level2>\d\d(?:[.,]\d)?)"
    rf"(?:{_PER_CENT}\)?|(?=\s*:)))?)"
)
#: What stands where a number was not reached, or could not be estimated.
NOT_REACHED = (
    r"(?:(?-i:NE|NR|NA|NC|ND|NYR|N/A|N/R|N/E|n/[aer])(?![A-Za-z])"
    r"|non-?(?:estimable|evaluable|calculable)|not (?:yet |been ){0,2}(?:reached|estimable"
    r"|estimated|evaluable|calculable|calculated|available|reported|determined|attained|defined|computable)"
    r"|[+-]?\s?(?:\u221e|infinity|inf\b))"
)
_TO_LIMITS = (
    r"[\s,:;=\[({]{0,6}(?:(?:of|was|is|were|from|between|ranged?|ranging|range)[\s:=\[(]{1,3}){0,3}"
)
_BOUND_WORDS = (
    r"(?:<=?|>=?|[≤≥]|up to|at most|at least|less than|more than|greater than|below|above)"
)
_A_LIMIT = r"(?:confidence )?(?:limits?|bounds?|boundary)"
_HALF_OPEN = (
    rf"(?:(?P<open_low>{NOT_REACHED})\s*(?:--?-?|to|,|;|bis|until|up to)\s*"
    rf"(?:(?P<high>{_SIGNED})(?!\d|\.\d)\s?(?P<high_unit>{_UNIT})?|(?P<open_high>{NOT_REACHED}))"
    rf"|(?P<low>{_SIGNED})\s?(?P<low_unit>{_UNIT})?\s*(?:--?-?|to|,|;|bis|until|up to)\s*"
    rf"(?P<open_high2>{NOT_REACHED}))"
)
# One limit alone: "95% CI < 0.9", "upper limit of the 95% CI was 1.3", "95% CI upper bound 1.3".
_ONE_LIMIT = (
    rf"(?:{_LEVEL}(?:[\s,:(]{{1,3}}(?:the )?(?P<side>upper|lower) {_A_LIMIT}{_TO_LIMITS}"
    rf"|{_TO_LIMITS}(?P<bound>{_BOUND_WORDS})\s*)"
    rf"|\b(?P<side2>upper|lower) (?:(?:one-sided |two-sided |95\s?% ){{1,2}}{_A_LIMIT}"
    rf"|{_A_LIMIT} of (?:the |its |this )?(?:(?:one|two|1|2)-sided )?"
    rf"{_LEVEL.replace('?P<level', '?P<side_level')}){_TO_LIMITS}(?:{_BOUND_WORDS}\s*)?)"
    rf"(?P<limit>{_SIGNED})(?!\d|\.\d)\s?(?P<low_unit>{_UNIT})?"
)
_OTHER_RANGE = (
    r"(?:95\s?%\s*)?(?:prediction intervals?|\bPIs?\b|\bIQRs?\b|inter-?quartile ranges?|\branges?\b"
    r"|quartiles?|percentiles?|\bQ1[\s,-]+Q3\b|min(?:imum)?[\s,-]+max(?:imum)?)"
)
PEOPLE = (
    r"participants|patients|subjects|people|persons|women|men|children|adults|infants|individuals"
    r"|cases|controls|events|deaths|eyes|births|pregnancies|responders|responses|samples|samples"
    r"|respondents|procedures|lesions|neonates|girls|boys|males|females|observations|person-years"
    r"|person-months|patient-years|records|articles|reports|centres|centers|sites|hospitals|doses"
    r"|cycles|items|tests|visits|sessions|procedures|cells|samples|episodes|admissions|countries"
)
_STUDIES = r"studies|trials|cohorts|estimates|RCTs?|comparisons|study|trial|datasets?|data sets?"
_ADJECTIVES = r"(?:(?!per|of|to|and|or|points?)[a-z][a-z-]+\s+){0,2}?"
_TIMES = r"(?:years?|yrs?|months?|mos?|weeks?|wks?|days?|hours?|h|min(?:utes)?|cycles?)"
_P_VALUE = (
    r"(?P<pn>[+-]?\s?(?:\d+(?:[.,]\d+)?\s*[x×*]\s*10\s*\^?\s*(?:[({]\s?-\s?\d{1,3}\s?[)}]|-\s?\d{1,3})"
    r"|\d+(?:\.\d+)?\s*e\s?-?\s?\d{1,3}|10\s*\^?(?:[({]-\d{1,3}[)}]|-\d{1,3})|\d+(?:[.,]\d+)?|[.,]\d+)"
    r"|\bn\.?s\b\.?|not significant)"
)
_P_SIGN = r"<=|>=|<<|>>|=<|=>|[<>=:≤≥~≈]|(?:of|was|is|equals?|equal to|less than|below)(?=\s)"
# "Pinteraction", "p-het", "P for trend"; but not the p of "pooled".
_P_NAME = (
    r"(?<![\w.])(?-i:[pP])(?:[\s-]?val(?:ue)?s?\b|(?=int|trend|het|adj|corr|fdr|bonf|diff|sub|non)"
    r"|(?![A-Za-z]))"
)
_P_WORDS = r"(?:[\s_(,-]{0,2}(?!=)[A-Za-z0-9'][\w'-]*\)?){0,5}?"
_EQUALS = r"\s*(?:=|:|of\b|was\b|is\b)\s*"
# Without a sign between, only a percent makes sure that the number is the I².
_I2 = (
    rf"\bI\s?\^?\s?(?:-?\s?\(?2\)?\^?|[- ]?squared?)(?:\s+(?:statistic|value|index))?"
    rf"(?:{_EQUALS}|[,\s]\s*"
    rf"(?=\d+(?:[.,]\d+)?\s?%))(?P<i2n>[+-]?\d+(?:[.,]\d+)?)\s?(?P<i2u>%)?"
    rf"(?:\s?[(\[,;]{{0,2}}\s?{_LEVEL}{_TO_LIMITS}{_SIGNED}\s?%?\s*(?:-|to|,|;)\s*{_SIGNED}\s?%?)?"
)
_NOT_IN_NUMBER = r"(?<![\w.,/^])"

MEASURE_NAMES = (
    r"(?-i:\b(?:un)?(?:adj\.?|[acsp]|cs|ad|mv)?(?:OR|HR|RR|IRR|PR|SHR|SIR|SMR|MRR|PRR|ROR)s?\b"
    r"|\bAORs?\b|\bAHRs?\b|\bARRs?\b|\bRRRs?\b|\bDORs?\b|\b(?:W|S|G)?MDs?\b|\bA?RDs?\b|\bGMRs?\b"
    r"|\bROM\b|\bLR[+-]|\bLRs?\b|\b[PN]LRs?\b|\bNNTB?H?\b|\bNNH\b|\bVE\b|\bAUCs?\b|\bAUROC\b|\bICCs?\b"
    r"|\bORs?adj\b|\bHRs?adj\b)"
    r"|\b(?:odds|hazards?|risk|rate|incidence|prevalence|likelihood|mortality|time|geometric mean"
    r"|response|proportions?|subdistribution hazards?|standardi[sz]ed \w+|means?)[\s-]+ratios?\b"
    r"|\brelative (?:risks?|odds|hazards?|rates?)(?![\s-]+(?:reduction|decrease|increase))"
    r"|\bratios? of (?:the )?(?:geometric )?(?:means|hazards|odds|risks|ratios)|\bratios?\b"
    r"|\b(?:log|ln)[\s-]?(?-i:OR|HR|RR|odds(?: ratio)?|hazard ratio|risk ratio)\b"
    r"|\b(?:relative |absolute |proportional )?(?:risk|rate|hazard|odds)?[\s-]?"
    r"(?:reductions?|decreases?|increases?|changes?|declines?)\b"
    r"|\b(?:efficacy|effectiveness)\b|\b(?:(?:absolute|adjusted|unadjusted|risk|rate|proportion"
    r"|mean|median|standardi[sz]ed|weighted|least-squares?|LS|between-group|percentage|incidence"
    r"|response|treatment|group)[\s-]{1,2}){0,4}differences?\b"
    r"|\b(?:cohen's d|hedges'? ?g|hedges's g)\b"
    r"|\b(?:regression )?(?:coefficients?|slopes?)\b|\bbeta\b|β|\beffect sizes?\b|\bcorrelations?\b"
    r"|\bkappa\b|κ|\bc-?(?:statistic|index)\b|\barea under\b|\bconcordance\b"
    rf"|{FOREIGN_RATIOS}|{FOREIGN_DIFFERENCES}"
)

_TABLE: tuple[tuple[Role, str], ...] = (
    ("interval", rf"{_LEVEL}{_TO_LIMITS}{_HALF_OPEN}"),
    ("interval", rf"(?<=[\[(])\s?{_HALF_OPEN}(?=\s*[\]);,])"),
    ("interval", rf"{_LEVEL}{_TO_LIMITS}{_RANGE}"),
    ("interval", _ONE_LIMIT),
    ("other range", rf"{_OTHER_RANGE}(?:{_TO_LIMITS}{_RANGE.replace('?P<', '?P<other_')})?"),
    ("level", _LEVEL),
    (
        "p",
        (
            rf"{_P_NAME}(?P<p_words>{_P_WORDS})\s?(?P<p_sign>{_P_SIGN})\s*{_P_VALUE}(?!\s?%|[\d.]*\d)"
            rf"|{_P_NAME}[\s,]{{1,2}}(?P<bare_p>[01]?\.\d+|0,\d+)(?!\s?%|\d)"
        ),
    ),
    ("i2", _I2),
    ("tau2", rf"(?:τ|\btau)[\s-]?\^?(?:2\^?|squared)\s*[=:]\s*(?P<tau2>{_SIGNED})"),
    ("q", rf"\b(?:Cochran'?s?\s+)?(?-i:Q)\s*(?:\(\s*(?P<q_df>\d{{1,6}})\s*\))?\s*=\s*(?P<q>{_N})"),
    (
        "chi2",
        (
            r"(?:χ|\bchi|\b(?-i:X))[\s-]?(?:\^?2\^?|squared?)(?P<c_df2>\d{1,3})?(?:\s+test)?\s*"
            r"(?:[(\[]\s*(?:df\s*=\s*)?(?P<c_df>\d{1,6})(?:\s*[,;]\s*(?:n\s*=\s*)?[\d,]+)?\s*[)\]])?\s*"
            rf"[=:]\s*(?P<chi2>{_N})"
        ),
    ),
    (
        "df",
        (
            r"\bd\.?\s?f\.?\s*[=:]\s*(?P<df>\d{1,6}(?:\.\d+)?)|(?P<df2>\b\d{1,6})\s?d\.?f\b\.?"
            r"|\b(?P<df3>\d{1,6}) degrees? of freedom"
        ),
    ),
    ("k", r"\bk\s*=\s*(?P<k>\d{1,6})"),
    ("studies", rf"(?P<studies>\b\d{{1,6}})\s+{_ADJECTIVES}(?:{_STUDIES})\b"),
    ("z", rf"(?<![\w.])(?-i:[zZ])(?:[- ](?:value|statistic))?(?!-)\s*[=:]\s*(?P<z>{_SIGNED})"),
    (
        "t",
        (
            r"(?<![\w.'])t\s*(?:[(\[]\s*(?:df\s*=\s*)?(?P<t_df>\d{1,6}(?:\.\d+)?)\s*[)\]]"
            rf"|(?P<t_df2>\d{{1,6}}(?:\.\d+)?))?\s*=\s*(?P<t>{_SIGNED})"
        ),
    ),
    (
        "f",
        (
            r"(?<![\w.])(?-i:F)\s*[(\[]?\s*(?P<f_df>\d{1,6}(?:\.\d+)?)\s*[,;]\s*"
            rf"(?P<f_df2>\d{{1,6}}(?:\.\d+)?)\s*[)\]]?\s*=\s*(?P<f>{_N})"
            rf"|(?<![\w.])(?-i:F)\s?=\s?(?P<f_apart>{_N})\s?[,;(]\s?d\.?f\.?\s?[=:]\s?"
            r"(?P<f_df_apart>\d{1,6}(?:\.\d+)?)\s?[,;/]\s?(?P<f_df2_apart>\d{1,6}(?:\.\d+)?)"
        ),
    ),
    ("r", rf"(?<![\w.])(?-i:r)\s*[(\[]\s*(?P<r_df>\d{{1,6}})\s*[)\]]\s*=\s*(?P<r>{_SIGNED})"),
    (
        "count",
        (
            r"(?:\bn\s*/\s*n\s*[=:]?\s*|\bn\s*=\s*)?"
            rf"{_NOT_IN_NUMBER}(?P<events>\d{{1,3}}(?: \d{{3}})+(?=\s?(?:/|of\b))|{_WHOLE})\s*"
            rf"(?:{_ADJECTIVES}(?:{PEOPLE})\s+)?"
            r"(?:/|(?:out )?of(?: the| all| a total of)?\s)\s*"
            rf"(?P<total>\d{{1,3}}(?: \d{{3}})+(?= [a-z]|\s?[;,)])|{_WHOLE})"
            rf"(?!\s?[%/\w-]*-year|\s?%|/\d)"
        ),
    ),
    ("n", r"\bn\s*[=:]\s*(?P<n>\d[\d,]{0,11})"),
    (
        "spread",
        (
            rf"(?:(?<!per )\b(?-i:SDs?|SEs?|SEMs?|s\.d\.|s\.e\.)"
            rf"|\bstandard (?:deviations?|errors?)|±|\+/-)"
            rf"[\s,:=(]*(?:of |was )?{_SIGNED}\s?(?:{_UNIT})?"
        ),
    ),
    (
        "time",
        (
            rf"{_NOT_IN_NUMBER}\d+(?:\.\d+)?(?:\s?(?:-|to|and|or)\s?\d+)?-{_TIMES}\b(?!\s*\))"
            rf"|\b(?:at|after|within|for|over|during|through|until|every|to|past|from|aged?|ages"
            rf"|older than|younger than|follow-?up)[\s,:=(]+"
            rf"(?:the |of |a |about |approximately |median |mean )"
            rf"{{0,3}}{_N}\s?(?:(?:-|to|and|or)\s?{_N}\s?)?(?:{_TIMES}\b)"
            rf"|\b(?:weeks?|months?|days?|years?|cycles?|visits?|stages?|grades?|phases?|types?"
            rf"|tables?|figures?|fig\.|refs?\.?|references?|page|model|level|class|age|aged|ages"
            rf"|period|step|group|cohort|arm|category|quartile|quintile|tertile)\s+[≥≤<>]?\s?\d+(?:\.\d+)?"
            rf"(?:\s?(?:-|to|and|or)\s?\d+(?![\d.]))?(?![\d%]|\.\d)|\b(?:19|20)\d\d(?![\d.,%]*\d)"
        ),
    ),
    ("people", rf"{_NOT_IN_NUMBER}(?P<people>\d[\d,]{{0,11}})\s+{_ADJECTIVES}(?:{PEOPLE})\b"),
    ("measure", MEASURE_NAMES),
    (
        "value",
        (
            rf"(?<![\w.,/^])(?P<value>(?:(?<![\w)\]])[+-])?{_N})(?![\w]*\d|[a-df-z]\w*\d)"
            rf"\s?-?(?P<unit>{_UNIT})?"
        ),
    ),
    ("sign", r"[<>≤≥]\s*"),
    ("open", r"[(\[{]"),
    ("close", r"[)\]}]"),
    (
        "stop",
        r"[.!?](?=\s+[\"'(\[]?[A-Z0-9]|\s*$)|(?<=[a-z)\]])\.(?=\d{1,3}(?:[,-]\d{1,3})*\s+[A-Z])",
    ),
    ("comma", r"[,;:=|-]"),
    ("joint", r"\b(?:and|with|from|or|vs?\.?|versus|compared|of|was|is|were|the|a|an|in|by)\b"),
    ("word", r"[^\W\d_][\w'-]*"),
)
_SCANNER = re.compile(
    "|".join(
        f"(?P<role_{i}>{re.sub(r'[?]P<[a-z0-9_]+>', '?:', pattern)})"
        for i, (_, pattern) in enumerate(_TABLE)
    ),
    re.IGNORECASE,
)
_BY_ROLE = [re.compile(pattern, re.IGNORECASE) for _, pattern in _TABLE]
RANGE = re.compile(rf"\s*{_RANGE}(?=\s*[)\]}};,]|\s*$)", re.IGNORECASE)
HALF_OPEN = re.compile(rf"\s*{_HALF_OPEN}(?=\s*[)\]}};,]|\s*$)", re.IGNORECASE)
UNREACHED = re.compile(NOT_REACHED, re.IGNORECASE)
UNIT = re.compile(_UNIT, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text with its role.

    Attributes
    ----------
    role
        What it is.
    start, end
        Where it stands.
    text
        In plain characters.
    parts
        The named parts of it, such as ``low`` and ``high`` of an interval.
    """

    role: Role
    start: int
    end: int
    text: str
    parts: dict[str, str]


def tokens_of(text: str) -> list[Token]:
    """Cut a text in plain characters into tokens; what has no role is passed over."""
    found: list[Token] = []
    for match in _SCANNER.finditer(text):
        at = next(i for i, _ in enumerate(_TABLE) if match[f"role_{i}"] is not None)
        inner = _BY_ROLE[at].match(text, match.start())
        named = inner.groupdict() if inner is not None else {}
        parts = {name: part for name, part in named.items() if part is not None}
        found.append(Token(_TABLE[at][0], match.start(), match.end(), match[0], parts))
    return found
