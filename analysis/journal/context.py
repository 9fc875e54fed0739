"""What every writer of a submission package works from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from analysis.journal.own_texts import OwnTexts
    from analysis.journal.requirements import Journal
    from analysis.manuscript.source_line import Manuscript
    from analysis.manuscript.text import ReadText
    from analysis.synthesis.results import Synthesis
    from schemas.authors import Authors
    from schemas.review_data import ReviewData

DRAFT_MARK = "draft"
WATERMARK = "DRAFT – NOT FOR SUBMISSION"
# What only the editors see when reviewers must not know who wrote the paper.
EDITORS_ONLY = "editors-only"


@dataclass(frozen=True, eq=False)
class Submission:
    """A review on its way to a journal. The review is built; nothing in here changes.

    Attributes
    ----------
    root
        The review's folder.
    journal
        What the journal asks for.
    authors
        Who wrote the review and what they declare.
    data
        The checked tables.
    manuscript
        The paper's sources in the journal's order, without the authors' traces if blinded.
    sources
        The paper's sources in their own order, every item where it stands for this journal.
    items
        What ``items.json`` says of the figures and tables that stand in this paper, by their ids
        in it.
    results
        The content of ``results.json``.
    variables
        What ``{{< var name >}}`` prints (markdown), by dotted name.
    provenance
        The line that says what the paper was made from.
    draft
        Whether every page and file name has to say that this is no submission.
    blinded
        Whether what reviewers see must not tell who wrote it.
    date
        The date of the cover letter, as the user gave it.
    own
        What the authors wrote for this journal alone.
    editor
        The editor the cover letter addresses, None where nobody said.
    """

    root: Path
    journal: Journal
    authors: Authors
    data: ReviewData
    manuscript: Manuscript
    sources: Manuscript
    items: Mapping[str, Any]
    results: Mapping[str, Any]
    variables: Mapping[str, str]
    provenance: str
    draft: bool
    blinded: bool
    date: str
    own: OwnTexts
    editor: str | None = None

    @cached_property
    def synthesis(self) -> Synthesis:
        """The computed review, for what has to be drawn anew; computed when first asked for."""
        from analysis.build.computed_review import whole_synthesis

        return whole_synthesis(self.data)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """How a reader finds each heading, figure and table: ``Table 1``, ``Figure S2``, …, by id.

        In the order of the text.
        """
        from analysis.manuscript.checklist import places

        return places(self.manuscript)

    @cached_property
    def texts(self) -> tuple[ReadText, ...]:
        """The paper as it is read, with values filled in; many checks ask for it."""
        from analysis.manuscript.sources import float_kinds
        from analysis.manuscript.text import read_text

        return read_text(self.manuscript, self.variables, self.labels, float_kinds(self.root))

    @property
    def warning(self) -> str:
        """What every file says of reconstructed rows, without markup; empty where none are."""
        return self.results["values"]["evidence.warning"]["text"]

    def place(self, folder: Path, name: str, *, editors_only: bool = False) -> Path:
        """Say where a file of the package goes; its folder is made.

        Parameters
        ----------
        folder
            The package.
        name
            Name inside the package, with forward slashes: ``tables/table-1.docx``.
        editors_only
            Whether the file names the authors. In a blinded package it then lies apart.

        Returns
        -------
        Path
            ``tables/draft-table-1.docx`` in a draft.
        """
        *folders, file = name.split("/")
        if editors_only and self.blinded:
            folders.insert(0, EDITORS_ONLY)
        target = folder.joinpath(*folders)
        target.mkdir(parents=True, exist_ok=True)
        return target / (f"{DRAFT_MARK}-{file}" if self.draft else file)


def read_submission(
    root: Path,
    journal: Journal,
    *,
    draft: bool,
    blinded: bool,
    date: str,
    editor: str | None = None,
) -> Submission:
    """Gather everything a package is made from, out of a review that is built.

    Parameters
    ----------
    root
        The review's folder, already built by :func:`analysis.build.building.build`.
    journal
        As read from its file in manuscript/journals/.
    draft, blinded, date, editor
        As in `Submission`.

    Raises
    ------
    DataProblems
        If data, protocol, manuscript or authors.yml are wrong.
    """
    from analysis.build.build_stamp import read_variables
    from analysis.build.building import PROVENANCE
    from analysis.journal.arrangement import arrange
    from analysis.journal.blinding import hide_in_manuscript
    from analysis.journal.own_texts import read_own_texts
    from analysis.journal.templates import check_values
    from analysis.manuscript.generated_text import stored_passages, stored_places
    from analysis.manuscript.sources import read_manuscript
    from analysis.storage.fingerprint import GENERATED
    from schemas.authors import read_authors
    from schemas.review_check import load_review

    generated = root / GENERATED
    authors = read_authors(root)
    own = read_own_texts(root, journal)
    here = stored_places(root, journal.id)
    sources = read_manuscript(root, stored_passages(root) | here["passages"], here["places"])
    manuscript = arrange(sources, journal, authors, own)
    variables = read_variables(root)
    check_values(chain(*own.texts.values()), variables, manuscript.front_matter)
    if blinded:
        manuscript = hide_in_manuscript(manuscript, authors)
    return Submission(
        root=root,
        journal=journal,
        authors=authors,
        data=load_review(root),
        manuscript=manuscript,
        sources=sources,
        items=_items_of(sources, json.loads((generated / "items.json").read_text("utf-8"))),
        results=json.loads((generated / "results.json").read_text(encoding="utf-8")),
        variables=variables,
        provenance=(generated / PROVENANCE).read_text(encoding="ascii").strip(),
        draft=draft,
        blinded=blinded,
        date=date,
        own=own,
        editor=editor,
    )


def _items_of(sources: Manuscript, known: Mapping[str, Any]) -> dict[str, Any]:
    """Name the items as the journal's paper does, which may have them in its other part."""
    from analysis.manuscript.item_places import ranges
    from schemas.protocol_display import twin

    found = {name: known.get(name) or known.get(twin(name)) for name in ranges(sources.body)}
    return {name: item for name, item in found.items() if item is not None}
