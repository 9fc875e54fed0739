"""Opens a Word file in LibreOffice and gives the pages that it lays out."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")

# The fonts of LibreOffice that have the widths of Arial and Times New Roman.
LIBERATION = Path("/usr/share/fonts/truetype/liberation")

needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
needs_widths = pytest.mark.skipif(
    not LIBERATION.is_dir(), reason="the Liberation fonts are not installed"
)


def pages_of(file: Path, folder: Path) -> list[pypdf.PageObject]:
    """Convert a Word file to PDF in an empty folder; references are computed afresh by then."""
    done = subprocess.run(
        [
            str(SOFFICE),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(file),
        ],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    made = folder / f"{file.stem}.pdf"
    assert made.is_file(), done.stderr
    return list(pypdf.PdfReader(made).pages)
