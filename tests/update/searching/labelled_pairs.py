"""Pairs of records of which it is known whether they are one report, and how the rule does on them.

    python -m tests.update.searching.labelled_pairs --write

The labels are facts of `labelled_pairs.csv`: the number of an invented article, the pattern by
which its second record differs, and whether the two are one report. The patterns are those met in
the labelled sets of ASySD (camaradesuk/ASySD) and dedupe-sweep (IEBH/dedupe-sweep), whose records
themselves are not kept here; the articles are made up from their numbers.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.update.searching.cleaning import clean
from analysis.update.searching.deduplication import deduplicate
from analysis.update.searching.export_record import ExportRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Fields = dict[str, str]

PAIRS = Path(__file__).with_name("labelled_pairs.csv")
DOCS = Path(__file__).parents[3] / "docs" / "searches.md"
BEGIN, END = "<!-- labelled pairs: make duplicates -->", "<!-- end of labelled pairs -->"
ARTICLES = 12
_DRUGS = ("alphamab", "betanib", "gammacillin", "deltaparin", "epsilonide", "zetastatin")
_STATES = ("hepatic failure", "chronic cough", "gastric bleeding", "severe migraine")
_DESIGNS = ("a randomised controlled trial", "a prospective cohort study", "a phase II trial")
_FAMILIES = ("Müller", "Example", "Sample", "Voorbeeld", "Prueba", "Essai")


def article(number: int) -> Fields:
    """Invent an article."""
    drug, state = _DRUGS[number % 6], _STATES[number % 4]
    return {
        "title": f"Effect of {drug} and β-blockers on {state} in adults: {_DESIGNS[number % 3]}",
        "authors": f"{_FAMILIES[number % 6]}, Anna Bea; Muster, Max; Roe, Richard",
        "year": str(2010 + number),
        "source_title": f"Journal of {drug.capitalize()} Examples",
        "volume": str(20 + number),
        "issue": "3",
        "pages": f"{101 + number}-{110 + number}",
        "doi": f"10.1000/example({number})10",
        "pmid": "",
        "report_type": "Journal Article",
    }


def _title(change: Callable[[str], str]) -> Callable[[Fields], Fields]:
    return lambda fields: fields | {"doi": "", "title": change(fields["title"])}


def _behind(words: str) -> Callable[[Fields], Fields]:
    return _title(lambda title: f"{title}{words}")


def _cells(**cells: str) -> Callable[[Fields], Fields]:
    return lambda fields: fields | cells


def _later(years: int) -> Callable[[Fields], Fields]:
    return lambda fields: fields | {"doi": "", "year": str(int(fields["year"]) + years)}


#: How the second record of a pair differs. Most have no DOI: with one, all would be found by it.
PATTERNS: dict[str, Callable[[Fields], Fields]] = {
    "no DOI": _cells(doi=""),
    "DOI as an address, encoded": lambda f: f | {
        "doi": "https://doi.org/" + f["doi"].replace("(", "%28").replace(")", "%29")
    },
    "initials of authors": _cells(doi="", authors="{family} AB; Muster M; Roe R"),
    "authors in natural order": _cells(doi="", authors="Anna Bea {family}; Max Muster"),
    "given and family name exchanged": _cells(doi="", authors="Anna Bea, {family}; Max, Muster"),
    "first author alone": _cells(doi="", authors="{family}, A."),
    "full stop behind the title": _behind("."),
    "title in capitals": _title(str.upper),
    "letters without accents": _cells(doi="", authors="{plain}, A. B.; Muster, M."),
    "Greek letter in words": _title(lambda t: t.replace("β", "beta")),
    "hyphen lost": _title(lambda t: t.replace("-", " ")),
    "other spelling": _title(lambda t: t.replace("randomised", "randomized")),
    "Roman numeral": _title(lambda t: t.replace("phase II", "phase 2")),
    "slip in a long word": _title(lambda t: t.replace("Effect", "Efect")),
    "markup": _title(lambda t: t.replace("β", "<i>β</i>").replace(" and ", " &amp; ")),
    "journal abbreviated": _cells(doi="", source_title="J {drug} Ex"),
    "pages shortened": lambda f: f | {"doi": "", "pages": f["pages"].split("-")[0]},
    "supplement in the volume": lambda f: f | {"doi": "", "volume": f"{f['volume']} Suppl 1"},
    "printed a year later": _later(1),
    "year mistyped": _later(9),
    "year missing": _cells(doi="", year=""),
    "author missing": _cells(doi="", authors=""),
    "[Erratum appears in …]": _behind(".[Erratum appears in J Ex. 2013 May;103(5):1640]"),
    "[see comment]": _behind(" [see comment]"),
    "[Comment in …]": _behind(" [Comment in: J Ex. 2012;1:2; PMID: 99000003]"),
    "[Retraction in …]": _behind(" [Retraction in J Ex. 2014 Jan;1(1):3]"),
    "[Republished from …]": _behind("[Republished from J Ex. 2010;1:2]"),
    "<ORIGINAL> title": _behind("<ORIGINAL> UN TITULO LARGO EN OTRA LENGUA QUE SIGUE"),
    "[abstract no: 134]": _behind(" [abstract no: 134]"),
    "RETRACTED: before the title": _title(lambda t: f"RETRACTED: {t}"),
    "erratum": lambda f: _title(lambda t: f"Erratum: {t}")(f) | {"report_type": "Erratum"},
    "correction of Web of Science": _behind(" (vol 100, pg 1528, 2011)"),
    "reply": _title(lambda t: f"Reply to: {t}"),
    "second part": _title(lambda t: f"{t}. Part 2"),
    "other phase": lambda f: f | {
        "doi": "10.1000/other", "title": f["title"].rsplit(":", 1)[0] + ": a phase III trial"
    },
    "other patients": lambda f: f | {
        "doi": "", "title": f["title"].replace("adults", "women"), "pages": "200-209"
    },
    "meeting abstract": lambda f: f | {
        "doi": "", "report_type": "Conference Abstract", "volume": "9", "pages": "S12"
    },
    "other DOI and pages": _cells(doi="10.1000/other", pages="900-905"),
    "other authors, other journal": _cells(
        doi="", authors="Doe, Jane; Poe, Edgar", source_title="Annals of Inventions", volume="1"
    ),
    "trial registration": lambda f: f | {
        "doi": "", "report_type": "Trial registry record", "source_title": "ClinicalTrials.gov"
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a pair: `merged`, `offered` or `apart`, and what it should be."""

    pattern: str
    same: bool
    found: str


def labels() -> Iterator[tuple[int, str, bool]]:
    """Give the labelled pairs: number of the article, pattern, whether it is one report."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield int(row["article"]), row["pattern"], row["same_report"] == "yes"


def results() -> list[Result]:
    """Compare each pair by the program's rule."""
    return [Result(pattern, same, _found(number, pattern)) for number, pattern, same in labels()]


def _found(number: int, pattern: str) -> str:
    first = article(number)
    family = first["authors"].partition(",")[0]
    told = {
        "family": family,
        "plain": family.replace("ü", "u"),
        "drug": first["source_title"].split()[2],
    }
    second = PATTERNS[pattern](dict(first))
    filled = {
        name: re.sub(r"\{(\w+)\}", lambda m: told[m[1]], text) for name, text in second.items()
    }
    rows = [
        {"record_id": f"R{place:05d}", **clean(ExportRecord(1, fields, "", ""))}
        for place, fields in enumerate((first, filled), start=1)
    ]
    found = deduplicate(rows, [])
    if any(len(members) > 1 for members in found.sets.values()):
        return "merged"
    return "offered" if found.doubts else "apart"


@dataclass(frozen=True, slots=True)
class Score:
    """How the rule does: counts, and what follows from them."""

    merged: int
    falsely_merged: int
    offered: int
    same: int

    @property
    def precision(self) -> float:
        """Share of the merges that are right."""
        return self.merged / (self.merged + self.falsely_merged)

    @property
    def recall(self) -> float:
        """Share of the duplicates that are merged or offered to a person."""
        return (self.merged + self.offered) / self.same


def score(found: list[Result]) -> Score:
    """Count."""
    counted = Counter((result.same, result.found) for result in found)
    return Score(
        counted[True, "merged"],
        counted[False, "merged"],
        counted[True, "offered"],
        sum(result.same for result in found),
    )


def section(found: list[Result]) -> str:
    """Write what docs/searches.md says of them."""
    total = score(found)
    lost = sorted({r.pattern for r in found if r.same and r.found == "apart"})
    words = (
        f"On {len(found)} labelled pairs of invented records, made after the patterns of the "
        f"labelled sets of ASySD and dedupe-sweep ({total.same} are one report; those sets "
        f"themselves were not at hand), {total.merged} duplicates are merged and {total.offered} "
        f"offered to a person; {total.falsely_merged} pairs are merged falsely: precision "
        f"{total.precision:.3f}, recall (merged or offered) {total.recall:.3f}."
    )
    lines = [
        BEGIN,
        words,
        *([f"Neither merged nor offered: {', '.join(lost)}."] if lost else []),
        "`make duplicates` writes this paragraph.",
        END,
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the section, or write it into docs/searches.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    text = section(results())
    print(text)
    if parser.parse_args().write:
        page = DOCS.read_text(encoding="utf-8")
        before, rest = page.split(BEGIN, 1)
        DOCS.write_text(before + text + rest.split(END, 1)[1], encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
