"""Part of ``docs/agreement.md``: R's meta 8.3-0, and metafor's further cases, by measure."""

from __future__ import annotations

from collections import Counter, defaultdict

from analysis.meta.cases import run_cases
from tests.meta.meta_comparison import EXPLAINED, KINDS, compared
from tests.meta.reference_comparison import meta_cases, new_metafor_cases, question

__all__ = ["programs"]

_TEXT = (
    "`meta` 8.3-0 was built from source and run; its conventions are the profile `meta` "
    "([profiles.md](profiles.md)). Tolerances, and why they are what they are: "
    "`tests/meta/meta_comparison.py`. A case *agrees* when every number of it is within them."
)
_NEW = (
    "Effect sizes of further measures (1e-10), and further data sets as effects (1e-7); compared "
    "by `test_effect_measures.py` and `test_cases.py`. `UCOR` of one study differs: gsl's "
    "hypergeometric function, which metafor calls, is wrong there in the fourth digit."
)
_KINDS = ("escalc", "rma", "metareg", "leave1out", "influence")


def programs() -> list[str]:
    """Return the lines of the page."""
    lines = ["## R's meta 8.3-0: pooling, subgroups, refits", "", _TEXT, ""]
    by_measure: dict[str, Counter[str]] = defaultdict(Counter)
    lines += [
        "| analysis | agree | differ or refused, with the reason | numbers |",
        "|---|--:|--:|--:|",
    ]
    reasons: list[str] = []
    for kind, text in KINDS.items():
        found = compared(kind)
        without = [name for name, (_, _, _, texts) in found.items() if texts]
        assert set(without) <= set(EXPLAINED), sorted(set(without) - set(EXPLAINED))
        numbers = sum(n for _, n, _, _ in found.values())
        good = len(found) - len(without)
        lines.append(f"| {text} (`{kind}`) | {good} | {len(without) or '–'} | {numbers:,} |")
        for name, (case, _, _, texts) in found.items():
            by_measure[case["measure"]]["differ" if texts else "agree"] += 1
            if texts:
                reasons.append(f"| `{name}` | {EXPLAINED[name]} |")
    lines += ["", "| measure | agree | differ |", "|---|--:|--:|"]
    lines += [
        f"| {measure} | {count['agree']} | {count['differ'] or '–'} |"
        for measure, count in sorted(by_measure.items())
    ]
    lines += ["", "| case | why |", "|---|---|", *sorted(reasons)]
    return [
        *lines,
        "",
        "## metafor, effect sizes and models of further measures and data sets",
        "",
        _NEW,
        "",
        *_metafor(),
    ]


def _metafor() -> list[str]:
    cases = [c for c in (*meta_cases(), *new_metafor_cases()) if c["kind"] in _KINDS]
    counts: dict[tuple[str, str], int] = Counter((c["measure"], c["kind"]) for c in cases)
    answers = run_cases({**question(c), "id": c["id"]} for c in cases)
    refused = [
        case["id"]
        for case, answer in zip(cases, answers, strict=True)
        if ("error" in answer) != (case["status"] == "error")
    ]
    assert not refused, refused
    measures = sorted({measure for measure, _ in counts})

    def row(measure: str) -> str:
        cells = [str(counts.get((measure, kind), 0) or "–") for kind in _KINDS]
        return f"| {measure} | {' | '.join(cells)} |"

    head = [
        f"| measure | {' | '.join(f'`{kind}`' for kind in _KINDS)} |",
        "|---" + "|--:" * 5 + "|",
    ]
    return [*head, *map(row, measures)]
