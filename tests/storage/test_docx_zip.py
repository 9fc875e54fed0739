"""Is a Word file that names a style it does not have refused, whoever writes it?"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from analysis.manuscript.reference_docx import write_reference_docx
from analysis.storage.docx_zip import write_docx

TEXT = "word/document.xml"


@pytest.mark.parametrize("kind", ["pStyle", "rStyle", "tblStyle"])
def test_a_style_that_is_not_there(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "pages.docx"
    write_reference_docx(path)
    before = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        text = archive.read(TEXT)
    assert b'<w:pStyle w:val="Title"' in text
    wrong = text.replace(b'<w:pStyle w:val="Title"', f'<w:{kind} w:val="Nowhere"'.encode(), 1)
    with pytest.raises(ValueError, match=r"no style called Nowhere \(word/document\.xml\)"):
        write_docx(before, path, {TEXT: wrong})
    assert path.read_bytes() == before


def test_a_pandoc_without_the_styles_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from analysis.manuscript import reference_docx

    monkeypatch.setattr(reference_docx, "_SET", (*reference_docx._SET, "Abstract Heading"))
    with pytest.raises(RuntimeError, match="no style called Abstract Heading"):
        write_reference_docx(tmp_path / "pages.docx")
