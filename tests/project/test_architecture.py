"""Do the page and the picture of the rooms say what the contract and the rooms say?"""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.project.architecture import (
    BEGIN,
    PAGE,
    PICTURE,
    ROOT,
    Room,
    layers,
    page,
    picture,
    read_room,
    rooms,
)

ROOMS = rooms()
NAMES = [room.name for room in ROOMS]


def test_page_and_picture_are_up_to_date() -> None:
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    assert text == page(text, ROOMS), "run make architecture"
    assert (ROOT / PICTURE).read_text(encoding="utf-8") == picture(ROOMS), "run make architecture"


def test_every_room_stands_in_the_contract_and_every_test_in_a_room() -> None:
    """A folder that the contract forgot could import anything."""
    folders = {path.parent.name for path in (ROOT / "analysis").glob("*/__init__.py")}
    assert {f"analysis.{name}" for name in folders} | {"schemas"} == set(NAMES)
    assert {path.name for path in (ROOT / "analysis").glob("*.py")} == {
        "__init__.py",
        "__main__.py",
    }
    assert not list((ROOT / "tests").glob("test_*.py"))
    # Beside the rooms: the other folders of the repository, and what is tested across all.
    others = {path.name for path in ROOT.iterdir() if path.is_dir()}
    across = {"bench", "faults", "fuzz", "project", "random_analyses", "reference", "unseen"}
    tested = {
        path.relative_to(ROOT / "tests").parts[0] for path in ROOT.glob("tests/*/**/test_*.py")
    }
    assert tested <= folders | others | across


@pytest.mark.parametrize("room", ROOMS, ids=NAMES)
def test_a_room_says_of_its_imports_what_the_contract_says(room: Room) -> None:
    earlier = [name.removeprefix("analysis.") for name in NAMES[: NAMES.index(room.name)]]
    said = room.imports.replace("`", "")
    if said.startswith("the rooms down to "):
        assert said == f"the rooms down to {earlier[-1]}"
    elif said == "every room":
        assert room.name == NAMES[-1]
    elif "no other room" in said:
        # The first room, and the one that a contract of its own keeps apart.
        text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        assert not earlier or f'source_modules = ["{room.name}"]' in text
    else:
        assert said.split(", ") == earlier


def test_the_picture_shows_every_room_within_its_edges() -> None:
    drawn = ElementTree.fromstring((ROOT / PICTURE).read_text(encoding="utf-8"))  # noqa: S314 - our own file
    width, height = float(drawn.attrib["width"]), float(drawn.attrib["height"])
    texts = [node for node in drawn.iter() if node.tag.endswith("}text")]
    shown = [node.text for node in texts if node.attrib["text-anchor"] == "middle"]
    assert shown == ["room", *(name.removeprefix("analysis.") for name in NAMES)]
    for node in texts:
        # English in Helvetica is about half its size wide a letter; 0.55 leaves room.
        length = 0.55 * 12 * len(node.text or "")
        before = {"start": 0, "middle": 0.5, "end": 1}[node.attrib["text-anchor"]]
        left = float(node.attrib["x"]) - before * length
        assert left >= 0
        assert left + length <= width
        assert 0 < float(node.attrib["y"]) < height


def test_a_room_that_says_nothing_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "analysis" / "quiet"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text('"""A room."""\n', encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape("In: ... Out: ... May import: ...")):
        read_room("analysis.quiet", tmp_path)


def test_the_order_is_that_of_the_way_of_the_data() -> None:
    assert layers()[0] == "schemas"
    assert layers()[-1] == "analysis.cli"
    assert BEGIN in (ROOT / PAGE).read_text(encoding="utf-8")
