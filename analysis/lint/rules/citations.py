"""Entries of the reference list that nothing cites."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.manuscript.passages import keys_in
from schemas.problems import Problem
from schemas.references import REFERENCES_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.lint.facts import Facts
    from analysis.lint.sentences import Sentence

_NOCITE = re.compile(r"@([\w:.#$%&+?<>~/*-]+)")


def uncited_entries(facts: Facts, sentences: tuple[Sentence, ...]) -> Iterator[Problem]:
    """Find entries that neither the text nor the data cite.

    Entries of included and awaited studies, of the first publication and of the protocol's methods
    are cited through values and generated tables, whichever of them an edition prints; they are
    exempt. The other way round, a citation without entry stops a build before this rule.
    """
    cited = set(facts.cited_by_data)
    for sentence in sentences:
        cited.update(sentence.citations)
        for _, name in sentence.values:
            if name in facts.values:
                cited.update(key for _, key in keys_in(facts.values[name].text))
    cited.update(_NOCITE.findall(str(facts.manuscript.front_matter.get("nocite", ""))))
    if "*" in cited:
        return
    for key, line in facts.entries.items():
        if key not in cited and not facts.allowed.allows_key(key):
            yield Problem(
                REFERENCES_FILE,
                line,
                None,
                key,
                "Nothing cites this entry.",
                f"Cite it with [@{key}], or delete it.",
                "error",
                "entry-uncited",
            )
