"""Does the part about size keep its place on the page?"""

from __future__ import annotations

from tests.bench.large import HEADING, with_section


def test_the_part_is_put_in_once_and_replaced_in_its_place() -> None:
    page = "# How fast\n\nWords.\n\n## After\n\nMore.\n"
    first = with_section(page, [HEADING, "", "old", ""])
    assert first.endswith(f"More.\n\n{HEADING}\n\nold\n")
    between = f"# How fast\n\n{HEADING}\n\nold\n\n## After\n\nMore.\n"
    assert with_section(between, [HEADING, "", "new", ""]) == between.replace("old", "new")
