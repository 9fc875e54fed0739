"""A built review with example authors, and one whole package made from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.build.building import build
from analysis.journal.context import Submission, read_submission
from analysis.journal.package import SubmissionReport, submit
from analysis.journal.requirements import Journal
from tests.conftest import copy_review
from tests.short_review import keep_items

# Nobody: the ORCIDs are those that ORCID's own documentation uses for examples.
AUTHORS = """\
group: Living Review Group
authors:
  - given: Ann Bea
    family: Exampleton
    degrees: [MD, PhD]
    orcid: 0000-0002-1825-0097
    affiliations: [north, south]
    email: ann@exampleton.org
    corresponding: true
    roles: [conceptualization, writing-original-draft]
    competing_interests: none
  - given: Carl
    family: Musterfrau
    orcid: 0000-0001-5109-3700
    affiliations: [south]
    roles: [software, formal-analysis]
    competing_interests: Fees from Sample Company.
affiliations:
  - {id: north, name: Northern Sample Hospital, city: Northtown, country: Nowhere}
  - {id: south, name: Southern Sample University}
funding: Grant 12345 of the Sample Foundation.
ethics: none
data_availability: In the repository samplehub.org/review.
acknowledgements: We thank Dora Samplewoman.
confirmed: true
identifying: [samplehub.org/review]
"""
TITLE_AUTHORS = """\
author:
  - name: Ann Bea Exampleton
  - name: Carl Musterfrau
  - name: Living Review Group
"""
DAY = "2026-11-22"
# Without rules but one: few dots are written in a tenth of the time.
JOURNAL = """\
id: sample
name: Sample Journal
figure_files: {formats: [tiff], dpi: {line: 72, combination: 72, halftone: 72}}
"""
# All tables of the main text; figures of one page and of several; upright and lying tables, a
# figure and the checklist in the supplement.
KEPT = frozenset(
    {
        *("tbl", "fig-flow", "fig-response", "sfig-leave-one-out"),
        *("sfig-quality", "stbl-searches", "stbl-quality", "stbl-study-data", "stbl-prisma"),
    }
)


def with_authors(root: Path) -> Path:
    """Give a review the example authors, in authors.yml and below its title."""
    (root / "manuscript/authors.yml").write_text(AUTHORS, encoding="utf-8")
    paper = root / "manuscript/paper.qmd"
    text = paper.read_text(encoding="utf-8")
    old = "author:\n  - name: Living Review Group\n"
    assert old in text
    paper.write_text(text.replace(old, TITLE_AUTHORS), encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Edition 1.0 with example authors and some of its figures, built; not to be changed."""
    root = copy_review(tmp_path_factory.mktemp("submission") / "review")
    with_authors(keep_items(root, KEPT))
    (root / "manuscript/journals/sample.yml").write_text(JOURNAL, encoding="utf-8")
    build(root)
    return root


@pytest.fixture(scope="session")
def submission_for(built: Path) -> Callable[..., Submission]:
    """Make the built review ready for a journal given by its entries."""

    made: dict[str, Submission] = {}

    def make(*, blinded: bool = False, draft: bool = True, **entries: object) -> Submission:
        # Nothing in a submission changes, so tests share those that they ask for alike.
        key = repr((blinded, draft, entries))
        if key not in made:
            journal = Journal.model_validate(
                {"id": "example", "name": "Example Journal", **entries}
            )
            made[key] = read_submission(built, journal, draft=draft, blinded=blinded, date=DAY)
        return made[key]

    return make


@pytest.fixture(scope="session")
def package(built: Path) -> SubmissionReport:
    """A whole package: a blinded draft."""
    return submit(built, "sample", date=DAY, draft=True, blinded=True)
