"""A team's own set of numerical conventions: a file in data/profiles that the protocol names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from schemas.entry import Entry, Text
from schemas.protocol_review import Identifier
from schemas.yaml_file import YamlFile

if TYPE_CHECKING:
    from schemas.problems import Problem

OWN_PROFILES = "data/profiles"


class OwnProfile(Entry):
    """One file of data/profiles: a profile of the program and what is different in it."""

    id: Identifier = Field(description="Its name, which is the file's; the protocol names it")
    program: Text = Field(description="What the methods section says that the profile stands for")
    based_on: Identifier = Field(description="A profile of the program: see `review profiles`")
    conventions: dict[Identifier, str | float | bool] = Field(
        default_factory=dict,
        strict=False,
        description="What is different from it, by the names in `review profiles`",
    )


def profile_file(name: str) -> YamlFile[OwnProfile]:
    """Return the kind of file that holds the profile of a name, for reading and for messages."""
    return YamlFile(
        model=OwnProfile,
        name=f"{OWN_PROFILES}/{name}.yml",
        rule="profile-entry",
        purpose="It holds the numerical conventions that the protocol names.",
        guide="docs/profiles.md",
    )


def read_own_profile(data: Path, name: str) -> tuple[OwnProfile | None, list[Problem]]:
    """Read a team's own profile.

    Parameters
    ----------
    data
        Folder of the protocol.
    name
        As the protocol gives it.

    Returns
    -------
    tuple
        The profile, or None where there is no such file or it is broken, and what is wrong.
    """
    path = data / Path(OWN_PROFILES).name / f"{name}.yml"
    if not path.is_file():
        return None, []
    file = profile_file(name)
    own, problems = file.read(path)
    if own is not None and own.id != name:
        what = f"The profile is called {own.id}, its file {path.name}."
        return None, [file.problem(what, "Give both one name.", entry="id", value=own.id)]
    return own, problems
