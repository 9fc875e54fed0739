"""Reading data/protocol.yml: the model of the protocol or what is wrong with the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.profile_files import read_own_profile
from schemas.protocol import Protocol
from schemas.vocabulary import did_you_mean
from schemas.yaml_file import YamlFile, line_of_entry

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.problems import Problem

PROTOCOL_FILE = "data/protocol.yml"

_FILE = YamlFile(
    model=Protocol,
    name=PROTOCOL_FILE,
    rule="protocol-entry",
    purpose="Every choice of the review stands in it.",
    guide="data/README.md",
)


def read_protocol(path: Path) -> tuple[Protocol | None, list[Problem]]:
    """Read the protocol.

    Parameters
    ----------
    path
        The file data/protocol.yml.

    Returns
    -------
    tuple
        The protocol, with the team's own profile where it names one, and no problem; or None and
        all problems found; nothing is raised for what
        a user can do to the file.
    """
    protocol, problems = _FILE.read(path)
    if protocol is None:
        return None, problems
    own, broken = read_own_profile(path.parent, protocol.profile)
    return (None if broken else protocol.with_profile(own)), [*problems, *broken]


def protocol_of(content: object, path: Path) -> Protocol:
    """Give the protocol of a content that `read_protocol` has found right.

    Parameters
    ----------
    content
        The entries of the file.
    path
        The file data/protocol.yml, to find the team's own profile.
    """
    protocol = Protocol.model_validate(content)
    return protocol.with_profile(read_own_profile(path.parent, protocol.profile)[0])


def check_citation(path: Path, protocol: Protocol, keys: frozenset[str]) -> list[Problem]:
    """Check that the publication that the review continues is in the reference list.

    Parameters
    ----------
    path
        The file of the protocol, to find the line.
    protocol
        What was read from it.
    keys
        Citation keys of manuscript/references.bib.

    Returns
    -------
    list of Problem
        One problem or none.
    """
    published = protocol.review.first_published
    if published is None or published.citation_key in keys:
        return []
    location = ("review", "first_published", "citation_key")
    hint = did_you_mean(published.citation_key, keys)
    return [
        _FILE.problem(
            "This key is not in manuscript/references.bib.",
            f"{hint}Add the report to the reference list, or correct the key.",
            line=line_of_entry(path, location),
            entry=".".join(map(str, location)),
            value=published.citation_key,
            rule="citation-unknown",
        )
    ]
