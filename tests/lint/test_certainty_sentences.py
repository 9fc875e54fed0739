"""Thirty own sentences that say too much for their rating, and thirty that do not.

Each is told with the level at which its outcome, the objective response rate, is rated.
"""

from __future__ import annotations

from dataclasses import replace

from analysis.paper.certainty_text import STATEMENTS
from tests.lint.conftest import Desk

TOO_STRONG = (
    ("low", "Anlotinib improves the objective response rate."),
    ("low", "The objective response rate improved with anlotinib."),
    ("low", "Anlotinib leads to a higher objective response rate."),
    ("low", "Anlotinib results in a large increase in the objective response rate."),
    ("low", "Adding anlotinib raises the objective response rate."),
    ("low", "The objective response rate is higher with anlotinib."),
    ("low", "The objective response rate was better under the combination."),
    ("low", "Anlotinib is effective for the objective response rate."),
    ("low", "Anlotinib has a benefit for the objective response rate."),
    ("low", "The combination is superior in objective response rate."),
    ("low", "Anlotinib probably results in a better objective response rate."),
    ("low", "Anlotinib likely increases the objective response rate."),
    ("low", "Anlotinib doubles the objective response rate."),
    ("low", "There is strong evidence that anlotinib increases the objective response rate."),
    ("low", "Anlotinib has no effect on the objective response rate."),
    ("low", "Anlotinib makes no difference to the objective response rate."),
    ("low", "Anlotinib does not change the objective response rate."),
    ("low", "This proves a gain in objective response rate."),
    ("moderate", "Anlotinib increases the objective response rate."),
    ("moderate", "Anlotinib clearly increases the objective response rate."),
    ("moderate", "The objective response rate is lower without anlotinib."),
    ("moderate", "Anlotinib boosts the objective response rate."),
    ("moderate", "Patients given anlotinib benefit in objective response rate."),
    ("moderate", "Anlotinib worsens the objective response rate."),
    ("very low", "Anlotinib may increase the objective response rate."),
    ("very low", "Anlotinib appears to raise the objective response rate."),
    ("very low", "Anlotinib probably improves the objective response rate."),
    ("very low", "Anlotinib increases the objective response rate."),
    ("very low", "The combination could help the objective response rate."),
    ("very low", "There was a beneficial effect on the objective response rate."),
)
FAIR = (
    ("low", "Anlotinib may improve the objective response rate."),
    ("low", "Anlotinib might lead to a higher objective response rate."),
    ("low", "The objective response rate may be higher with anlotinib."),
    ("low", "Anlotinib may make little or no difference to the objective response rate."),
    ("low", "The evidence suggests that anlotinib increases the objective response rate slightly."),
    ("low", "It is uncertain whether anlotinib improves the objective response rate."),
    ("low", "Anlotinib could possibly increase the objective response rate."),
    ("low", "The evidence is very uncertain about the objective response rate."),
    ("low", "The objective response rate was reported by 14 groups."),
    ("low", "The objective response rate ranged widely between the studies."),
    ("low", "We asked whether anlotinib improves the objective response rate."),
    ("low", "Does anlotinib improve the objective response rate?"),
    ("low", "A trial would have to show that anlotinib improves the objective response rate."),
    ("low", "The objective response rate was the primary outcome."),
    ("low", "More patients were needed to measure the objective response rate."),
    ("low", "One report says that anlotinib increased the objective response rate [@Zhou2025]."),
    ("low", "The objective response rate was judged by independent readers."),
    ("low", "Heterogeneity in the objective response rate decreased when one study was left out."),
    ("low", "The interval of the objective response rate is wide."),
    ("low", "Studies with a higher risk of bias were left out of the objective response rate."),
    ("moderate", "Anlotinib probably improves the objective response rate."),
    ("moderate", "Anlotinib likely results in a large increase in the objective response rate."),
    ("moderate", "Anlotinib may raise the objective response rate."),
    ("moderate", "The objective response rate is probably higher with anlotinib."),
    ("very low", "Whether anlotinib increases the objective response rate is not known."),
    ("very low", "The effect of anlotinib on the objective response rate is very uncertain."),
    ("very low", "There is no evidence that anlotinib increases the objective response rate."),
    ("very low", "We cannot say if anlotinib raises the objective response rate."),
    ("high", "Anlotinib increases the objective response rate."),
    ("high", "Anlotinib makes little or no difference to the objective response rate."),
)


def stopped(desk: Desk, told: tuple[tuple[str, str], ...]) -> set[str]:
    """Give the sentences that are stopped; those of one level are read together."""
    template = desk.values["orr.estimate"]
    found: set[str] = set()
    for level in dict.fromkeys(level for level, _ in told):
        values = dict(desk.values)
        values["orr.certainty.level"] = replace(template, name="orr.certainty.level", text=level)
        rated = replace(desk, values=values)
        at = {rated.add("_results.qmd", text): text for mine, text in told if mine == level}
        found |= {
            at[problem.line]
            for problem in rated.lint()
            if problem.rule == "certainty"
            and problem.file == "manuscript/_results.qmd"
            and problem.line in at
        }
    return found


def test_there_are_thirty_of_each() -> None:
    assert (len(set(TOO_STRONG)), len(set(FAIR))) == (30, 30)


def test_what_says_too_much_is_stopped(desk: Desk) -> None:
    assert stopped(desk, TOO_STRONG) == {text for _, text in TOO_STRONG}


def test_what_says_no_more_than_it_may_passes(desk: Desk) -> None:
    assert stopped(desk, FAIR) == set()


def test_what_the_program_writes_itself_passes(desk: Desk) -> None:
    """GRADE's wording, for every size and level, of an increase and of a reduction."""
    what = "the objective response rate"
    told = tuple(
        (level, words.format(who="Anlotinib", what=what, does=does, do=do, noun=noun) + ".")
        for (_, level), words in STATEMENTS.items()
        for does, do, noun in (
            ("reduces", "reduce", "reduction"),
            ("increases", "increase", "rise"),
        )
    )
    assert stopped(desk, tuple(dict.fromkeys(told))) == set()
