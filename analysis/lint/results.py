"""Whether a number could be a result: a quantity with the unit, the decimals or the place of one.

A number in a name, a dose, a schedule, a level or a limit could not, whatever it is called: there
is no list of such names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.lint.quantities import COUNTED, NO_ADJECTIVE
from analysis.manuscript.passages import VALUE

if TYPE_CHECKING:
    from analysis.lint.quantities import Quantity

_STATISTICS = (
    "CI|CrI|PI|OR|aOR|HR|aHR|RR|RD|IRR|SMD|WMD|MD|AUC|SD|SE|SEM|IQR|NNT|NNH|DOR|LR|ICC|R|Q|H|Z|T"
    "|n|N|k|r|t|z|I²|I2|τ²|τ|χ²|R²|κ|η²|β|α|λ|θ"
)
# Directly before the number.
_EQUALS = re.compile(r"(?:[=≈:]|\\?~)\s*[-−+±]?$")
_STATISTIC = re.compile(rf"(?<![\w-])(?:{_STATISTICS})[*_]*\s*,?\s*[(=<>≤≥\[]?\s*[-−]?$")
_COPULA = re.compile(
    r"\b(?:was|were|is|are|equall?ed|equals|reached|averaged|totall?ed|numbered|lasted|took|became"
    r"|scored|fell\s+to|rose\s+to|ranged?\s+(?:from|between|was)|(?:median|mean)(?:\s+\w+){0,3}?"
    r"(?:\s+of|\s+was)?)\s*,?\s+(?:only|about|approximately|around|just|nearly|almost|some|roughly"
    r"|thus|still|then|even|already|at)?\s*[-−]?$",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:increas|decreas|reduc|fell|f[ae]ll|rose|ris|drop|declin|improv|differ|chang|gain|lost"
    r"|prolong|shorten|lower|rais)\w*(?:\s+\w+){0,2}?\s+(?:by|from|to)\s+(?:a\s+\w+\s+of\s+)?$",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(?:\b(?:above|below|under|over|(?:less|more|fewer|greater|lower|higher|larger|smaller|older"
    r"|younger|longer|shorter)\s+than|at\s+(?:least|most|the)|no\s+(?:more|less|fewer)\s+than|up\s+to"
    r"|exceed\w*|beyond|within|(?:minimum|maximum|limit|threshold|cut-?off|power|level|target|aim)"
    r"\s+(?:value\s+)?of|from\s+birth\s+to)|[<>≤≥])\s*$",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|unless|whether|when|where|in\s+which|with|of\s+those|only|exclud\w+|requir\w+)\b[^.;]*$",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"\b(?:defin(?:ed|ition|es)|considered|regarded|deemed|taken\s+as|thresholds?|cut-?offs?"
    r"|eligible\s+if|eligibility|was\s+set|were\s+set|is\s+set|signifi\w+\s+level|level\s+of\s+signif"
    r"|\bpower\s+of|statistical(?:ly)?\s+signifi\w+\s+(?:at|if|when)|normal\s+range|reference\s+range"
    r"|scale|criteri(?:on|a)|denot\w+|indicat\w+\s+(?:signif|low|moderate|high|substantial|consider)"
    r"|interpreted|classif\w+|graded|categor\w+|called|means\s+(?:fewer|less|more|at|an?|that|no)"
    r"|minimal(?:ly)?\s+(?:clinically\s+)?important\s+difference)\b",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"(?:\b(?:[Vv]ersion|[Vv]|[Rr]elease|[Ee]dition)\.?\s?"
    rf"|(?<![\w²])(?!(?:{_STATISTICS})\s)(?:\w*[A-Z]\w*[A-Z]\w*|R|(?:package|software|program)\s+\w+)\s)$"
)
# What a number belongs to: IL-6, phase 1b/2, RoB 2.
_NAME = re.compile(
    r"(?:[^\W\d_][-‐‑]|[^\W\d_]\d*[a-z]?/|\b(?:\w*[A-Z]\w*[A-Z]\w*|grades?|stages?|types?|class(?:es)?"
    r"|phases?|steps?|days?|weeks?|visits?|cycles?|parts?|items?|exons?|issues?|volumes?|chapters?"
    r"|sections?|pages?|domains?)\s)$"
)
_ALLOCATION = re.compile(r"\d:$")
# The last numbers of a name with dots: B.1.1.7.
_DOTTED = re.compile(r"[^\W_]\.(?:\d+\.)*$")
# Directly behind it.
_LEVEL = re.compile(
    r"\s?[-–]?\s?(?:CIs?\b|CrIs?\b|PIs?\b|\(?\w*\s*(?:confidence|credible|prediction|credibility"
    r"|uncertainty)\b)",
    re.IGNORECASE,
)
_HYPHEN = re.compile(r"[-‐‑][^\W\d_]")
_TIME = re.compile(
    r"\s?(?:-\s?)?(?:seconds?|minutes?|min|hours?|h|days?|d|weeks?|wk|months?|years?|y)\b",
    re.IGNORECASE,
)
_DOSE = re.compile(
    r"\s?\\?(?:%\s?)?(?:(?:[mµμnkdc]?g|[mµμdn]?L|[mµμnk]?mol|IU|U|Gy|mCi|[MkK]Bq|[mc]?m|[kM]?Hz|mmHg"
    r"|bpm|°C|cm[²2]?|kV|kcal|kJ|mEq)\b(?:/\w+)*|(?:saline|dextrose|glucose|solution|cream|gel|"
    r"ointment|albumin|sodium|ethanol|alcohol|oxygen|formalin|agarose)\b)"
)
_OF_COUNTED = re.compile(
    rf"(?:\s+(?:of|in)(?:\s+(?:the|all|these|those|its|their|our))?)?(?:\s+{NO_ADJECTIVE}[\w-]+)"
    rf"{{0,2}}?\s+{COUNTED}\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"(?:\s+{NO_ADJECTIVE}[\w-]+){{0,2}}?\s+{COUNTED}\b"
    r"|\s+(?:of|out\s+of|/)\s+(?:the\s+|all\s+)?(?:\d|all\b)"
    r"|\s+(?:did|had|have|were|was|died|responded|recovered|relapsed|improved|experienced|received"
    r"|achieved|completed|withdrew|discontinued|remained|survived)\b",
    re.IGNORECASE,
)
# A limit that is named behind the number: 30 or more.
_OR_MORE = re.compile(
    r"[^,;.]{0,12}?\s+or\s+(?:more|less|fewer|lower|higher|above|below|older|younger|worse|better"
    r"|greater|over|under)\b",
    re.IGNORECASE,
)
# A number that says again what stands before it: a quarter, 112, were …
_APPOSED = re.compile(r",\s+(?:was|were|had|have|died|did)\b", re.IGNORECASE)
_RATIO = re.compile(r"\s?/\s?(\d+)(?!\s?/|\d|\s?mm\s?Hg)")
_OF_COUNT = re.compile(r"\b\d+\s+(?:out\s+)?of\s+(?:the\s+|all\s+)?$")
_TIMES = re.compile(r"\s?-?\s?(?:-?fold\b|times\s+(?:as|more|higher|lower|greater|less)\b)")
_MONEY = re.compile(r"(?:[$€£¥]|\b(?:USD|EUR|GBP|CNY|US\$))\s?$")


def could_be_result(words: str, found: Quantity) -> bool:
    """Say whether a number of a sentence could be a result.

    Parameters
    ----------
    words
        The sentence, with everything hidden that is not prose.
    found
        The number.
    """
    number = words[found.start : found.end]
    before, after = words[: found.start], words[found.end :]
    if words[found.start - 1 : found.start] == VALUE or _alone(before, after, found):
        return True
    if not number[0].isdigit() and number[0] != ".":
        return _in_words(before, after)
    if found.unit == "P":
        return not _DEFINITION.search(words)
    if _ALLOCATION.search(before) or re.match(r":\d", after) or _DOTTED.search(before):
        return False
    if _OR_MORE.match(after) and not _OF_COUNTED.match(after):
        return False
    if _MONEY.search(before) or _TIMES.match(after):
        return True
    if found.unit == "percent":
        return _percent(words, before, after, number)
    if found.unit == "months":
        return _duration(words, before, after, number)
    if _TIME.match(after):
        return _duration(words, before, f"{_TIME.sub('', after, count=1)}", number)
    if _DOSE.match(after):
        return _measured(words, before)
    if any(found.decimals) or _has_thousands(number):
        return not _is_version(before, after, found, number) and not (
            _LIMIT.search(before) and (_DEFINITION.search(words) or _CONDITION.search(before))
        )
    return _whole(words, before, after, several=len(found.numbers) > 1)


def _alone(before: str, after: str, found: Quantity) -> bool:
    """Whether it is all that stands in a cell of a table, or in brackets."""
    if re.search(r"\|\s*$", before) and re.match(r"\s*\|", after):
        return True
    in_brackets = before.endswith("(") and after.startswith(")")
    return in_brackets and bool(found.numbers) and found.numbers[0] >= 10


def _percent(words: str, before: str, after: str, number: str) -> bool:
    if _LEVEL.match(after) or _DOSE.match(after) or _HYPHEN.match(after):
        return False
    limited = _LIMIT.search(before)
    if not limited:
        return not re.search(r"\b(?:level|power|alpha|significance)\b", after[:25])
    if _CONDITION.search(before) or _DEFINITION.search(words):
        return False
    return bool(_OF_COUNTED.match(after) or _COUNT.match(after))


def _duration(words: str, before: str, after: str, number: str) -> bool:
    """Whether a time is one that was observed, and no schedule, age limit or follow-up planned."""
    if _HYPHEN.match(after) or re.search(r"-\s?[^\W\d]+$", number) or _DEFINITION.search(words):
        return False
    if _LATER.match(after):
        return bool(re.search(r"\b(?:median|mean)\b", before))
    if "." in number and not _LIMIT.search(before):
        return True
    return bool(
        _COPULA.search(before)
        or _CHANGE.search(before)
        or _STATISTIC.search(before)
        or _LEVELLED.search(before)
    )


_LATER = re.compile(r"\s+(?:or\s+(?:older|younger|more|less)|of\s+age\b|after\b|before\b|later\b)")
_LEVELLED = re.compile(r"%\s*\\?\s?(?:CIs?|CrIs?|PIs?|confidence\s+interval)[,:]?\s*[(\[]?\s*$")


def _measured(words: str, before: str) -> bool:
    """Whether a measure with a unit is an observation and no dose."""
    if _LIMIT.search(before) or _DEFINITION.search(words):
        return False
    return bool(
        _CHANGE.search(before)
        or _EQUALS.search(before)
        or _STATISTIC.search(before)
        or (_COPULA.search(before) and not re.search(r"\bdos(?:e|es|age|ing)\b", words))
        or re.search(r"\b(?:median|mean)\b[^.;]{0,40}$", before)
    )


def _whole(words: str, before: str, after: str, *, several: bool) -> bool:
    """Whether a whole number without a unit counts something, or is said of something."""
    if _HYPHEN.match(after):
        return False
    if _STATISTIC.search(before) or _LEVELLED.search(before):
        return True
    if _NAME.search(before):
        return False
    whole = _OF_COUNT.search(before)
    if whole and _NAME.search(before[: whole.start()]):
        return False
    if _RATIO.match(after) or whole or re.search(r"\d\s?/\s?$", before):
        return True
    if before.endswith(", ") and _APPOSED.match(after):
        return True
    if _COUNT.match(after) and not (several and not _OF_COUNTED.match(after)):
        limited = _LIMIT.search(before)
        return not (limited and (_CONDITION.search(before) or _DEFINITION.search(words)))
    if _DEFINITION.search(words):
        return False
    return bool(_EQUALS.search(before) or _COPULA.search(before) or _CHANGE.search(before))


def _in_words(before: str, after: str) -> bool:
    if re.match(r"\s?-?\s?(?:hours?|days?|weeks?|months?|years?|minutes?)\b", after):
        return bool(_COPULA.search(before))
    counted = re.match(r"\s+(?:[\w-]+\s+){0,2}?(?:months?|years?|arms?|databases?)\b", after)
    if counted and not _COUNT.match(re.sub(r"\b(?:months?|years?|arms?)\b", "", after)):
        return bool(_COPULA.search(before))
    return not (_LIMIT.search(before) and _CONDITION.search(before))


def _is_version(before: str, after: str, found: Quantity, number: str) -> bool:
    if number.count(".") > 1 and len(found.numbers) == 1:
        return True
    few = len(found.numbers) == 1 and 0 < found.decimals[0] <= 1 and found.numbers[0] < 100
    return few and bool(_VERSION.search(before)) and not re.match(r"\s?[(\[±]", after)


def _has_thousands(number: str) -> bool:
    return bool(re.search(r"\d,\d{3}", number))
