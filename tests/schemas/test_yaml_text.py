"""Does every way to spoil a YAML file end in one message with its line, in under a second?"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from schemas.protocol_file import read_protocol
from schemas.quality_files import SHIPPED
from schemas.yaml_text import UnreadableYaml, read_yaml
from tests.conftest import ROOT

# Nine lines that stand for 9^9 entries; the idea is the well-known "billion laughs".
BOMB = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)
# Spoilt lines, and a part of what is said about them.
SPOILT = {
    "no colon": ("one: 1\ntwo\nthree: 3\n", "could not find"),
    "tab": ("one:\n\t- 1\n", "cannot start any token"),
    "empty int": ("extra: !!int ''\n", "kind int"),
    "empty float": ("extra: !!float ''\n", "kind float"),
    "no truth value": ("extra: !!bool maybe\n", "kind bool"),
    "no day": ("extra: !!timestamp never\n", "kind timestamp"),
    "impossible day": ("extra: 2026-02-31\n", "kind timestamp"),
    "text as a list": ("extra: !!omap 1\n", ""),
    "NUL": ("extra: a\0b\n", "no text has"),
    "NUL in quotes": ('extra: "a\\0b"\n', "cannot be written"),
    "half a letter": ('extra: "\\ud800"\n', "cannot be written"),
    "control": ("extra: \x1b[31m\n", "no text has"),
    "no number": ("extra: .nan\n", "not finite"),
    "infinite": ("extra: 1.0e+999\n", "not finite"),
    "endless": (f"extra: {'9' * 5000}\n", ""),
    "large": (f"extra: {'9' * 30}\n", "too large"),
    "deep": ("extra: " + "[" * 100_000, "too deep"),
    "deep groups": ("".join(f"{' ' * n}a:\n" for n in range(300)), "too deep"),
    "bomb": (BOMB, "too many entries"),
    "merge bomb": (
        "a0: &a0 {x: 1}\n"
        + "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 10)),
        "too many entries",
    ),
    "alias of itself": ("extra: &a [*a]\n", "within what it names"),
    "unknown alias": ("extra: *nobody\n", "undefined alias"),
    "list as a name": ("? [a, b]\n: 1\n", "unhashable"),
    "python": ("extra: !!python/object/apply:os.system [ls]\n", "constructor"),
    "two documents": ("a: 1\n---\nb: 2\n", "another document"),
    "long": ("# " + "x" * 3_000_000, "longer than"),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_a_spoilt_text_is_refused_with_its_line_at_once(kind: str) -> None:
    text, said = SPOILT[kind]
    began = time.process_time()
    with pytest.raises(UnreadableYaml) as refused:
        read_yaml(text)
    assert time.process_time() - began < 1
    assert said in refused.value.what
    assert refused.value.line is not None or kind == "long"


@pytest.mark.parametrize("kind", [kind for kind in SPOILT if kind != "two documents"])
def test_the_protocol_says_it_with_file_and_line(kind: str, tmp_path: Path) -> None:
    shipped = (ROOT / "data/protocol.yml").read_text("utf-8")
    path = tmp_path / "protocol.yml"
    path.write_bytes(f"{shipped}\n{SPOILT[kind][0]}".encode())
    protocol, problems = read_protocol(path)
    assert protocol is None
    assert [problem.file for problem in problems] == ["data/protocol.yml"]
    assert kind == "long" or (problems[0].line or 0) > shipped.count("\n")


def test_what_stands_twice_is_given_with_its_line() -> None:
    assert read_yaml("a: 1\nb: {c: 1, c: 2}\na: 2\n").repeated == ((("b", "c"), 2), (("a",), 3))


def test_plain_content_is_read_as_it_was() -> None:
    """Aliases that stand for little, merged groups and numbers of usual size are no fault."""
    found = read_yaml(
        "base: &b {x: 1, y: 0.5}\nother: {<<: *b, y: 2}\nlist: [*b, text, 2026-01-10]"
    )
    assert found.content["other"] == {"x": 1, "y": 2}
    assert found.content["list"][0] == {"x": 1, "y": 0.5}
    assert found.lines["list",] == 3
    assert read_yaml("").content is None


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yml")), ids=lambda path: path.stem)
def test_files_of_the_program_hold_the_same_for_both_readers(path: Path) -> None:
    text = path.read_text(encoding="utf-8-sig")
    assert read_yaml(text, shipped=True) == read_yaml(text)
