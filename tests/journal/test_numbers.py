"""Are numbers written as a journal wants them, and is no digit ever changed?"""

from __future__ import annotations

import json
import random
import re
import subprocess
from pathlib import Path

import pypandoc
import pytest

FILTER = Path(__file__).parents[2] / "analysis/journal/filters/numbers.lua"
AMA: dict[str, object] = {
    "p-letter": "P",
    "p-italic": True,
    "p-spaces": True,
    "leading-zero": False,
    "decimal-point": ".",
    "thousands": "comma",
}
PLAIN: dict[str, object] = {
    "p-letter": "p",
    "p-italic": False,
    "p-spaces": False,
    "leading-zero": True,
    "decimal-point": "·",
    "thousands": "space",
}
NBSP, NARROW, MINUS = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{MINUS SIGN}"


def styled(text: str, style: dict[str, object], tmp_path: Path, form: str = "plain") -> str:
    metadata = tmp_path / "style.json"
    metadata.write_text(json.dumps({"submission": {"numbers": style}}), encoding="utf-8")
    done = subprocess.run(
        [
            pypandoc.get_pandoc_path(),
            "--from=markdown",
            f"--to={form}",
            "--wrap=none",
            f"--metadata-file={metadata}",
            f"--lua-filter={FILTER}",
        ],
        input=text.encode(),
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().strip("\n")


CASES = (
    # markdown, AMA style, the other style
    (
        f"*P*{NBSP}={NBSP}.844",
        f"*P*{NBSP}={NBSP}.844",
        "p=0.844".replace(".", "·"),
    ),
    ("*P* = .03", f"*P*{NBSP}={NBSP}.03", "p=0·03"),
    ("P=0.03", f"*P*{NBSP}={NBSP}.03", "p=0·03"),
    (r"*P* \< .001", rf"*P*{NBSP}\<{NBSP}.001", r"p\<0·001"),
    ("p \\> .99", rf"*P*{NBSP}\>{NBSP}.99", r"p\>0·99"),
    ("*P* ≤ .05", f"*P*{NBSP}≤{NBSP}.05", "p≤0·05"),
    ("*P* = 1.00", f"*P*{NBSP}={NBSP}1.00", "p=1·00"),
    ("The *P* value", "The *P* value", "The p value"),
    ("type P = 3 groups", "type P = 3 groups", "type P = 3 groups"),
    ("6.9 months", f"6.9{NBSP}months", f"6·9{NBSP}months"),
    ("12 mg, then", f"12{NBSP}mg, then", f"12{NBSP}mg, then"),
    ("-1.2 to 4.5", f"{MINUS}1.2 to 4.5", f"{MINUS}1·2 to 4·5"),
    ("PD-1 and 26.5-41.3", "PD-1 and 26.5-41.3", "PD-1 and 26·5-41·3"),
    ("800,000 deaths", "800,000 deaths", f"800{NARROW}000 deaths"),
    ("in 2,5 and 12,345,678", "in 2,5 and 12,345,678", f"in 2,5 and 12{NARROW}345{NARROW}678"),
    ("RECIST 1.1", "RECIST 1.1", "RECIST 1.1"),
    ("doi 10.1000/x.5", "doi 10.1000/x.5", "doi 10.1000/x.5"),
    ("<https://a.org/1.5>", "<https://a.org/1.5>", "<https://a.org/1.5>"),
)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    folder = tmp_path_factory.mktemp("numbers")
    text = "\n\n".join(case[0] for case in CASES)
    return {
        name: styled(text, style, folder, "markdown-smart").split("\n\n")
        for name, style in (("ama", AMA), ("plain", PLAIN))
    }


def test_every_case_is_read(results: dict[str, list[str]]) -> None:
    assert {len(found) for found in results.values()} == {len(CASES)}


@pytest.mark.parametrize("number", range(len(CASES)))
def test_one_number(results: dict[str, list[str]], number: int) -> None:
    assert results["ama"][number] == CASES[number][1]
    assert results["plain"][number] == CASES[number][2]


def test_no_digit_changes(tmp_path: Path) -> None:
    """Random numbers in random forms keep their digits in their order, a zero before .5 aside."""
    draw = random.Random(2026)  # noqa: S311 - the same numbers every time
    forms = ("{}", "({})", "-{}", "*P* = {}", "P<{}", "{}%", "{} months", "{}–{}")
    tokens = []
    for _ in range(600):
        value = draw.choice((draw.random(), draw.random() * 1e3, draw.random() * 1e8))
        text = draw.choice((f"{value:.3f}", f"{value:,.1f}", f"{value:.0f}", ".045"))
        tokens.append(draw.choice(forms).format(text, text))
    source = "; ".join(tokens)
    shown = styled(source.replace("<", r"\<").replace("*P*", "P"), PLAIN, tmp_path)

    def digits(text: str) -> list[str]:
        joined = re.sub(rf"(?<=\d)[,{NARROW}](?=\d{{3}})", "", text).replace("·", ".")
        return [
            number.removeprefix("0") if number.startswith("0.") else number
            for number in re.findall(r"\d*\.?\d+", joined)
        ]

    assert digits(shown) == digits(source)


def test_cells_and_the_abstract_are_styled_too(tmp_path: Path) -> None:
    text = "---\nabstract: |\n  It was .5.\n---\n\n| *P* |\n|---|\n| .03 |\n"
    shown = styled(text, PLAIN | {"decimal-point": "."}, tmp_path, "html5")
    assert "<td>0.03</td>" in shown
    assert "<th>p</th>" in shown
    metadata = tmp_path / "abstract.html"
    metadata.write_text("$abstract$", encoding="utf-8")
    done = subprocess.run(
        [
            pypandoc.get_pandoc_path(),
            "--to=html5",
            f"--template={metadata}",
            f"--metadata-file={tmp_path / 'style.json'}",
            f"--lua-filter={FILTER}",
        ],
        input=text.encode(),
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().strip() == "<p>It was 0.5.</p>"
