"""Ways to spoil a file, as a strategy of Hypothesis."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from hypothesis import strategies as st

# Pieces on which readers have stumbled, or are known to.
PIECES: tuple[bytes, ...] = (
    *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\\ud800", "²".encode(), "٣".encode()),
    *(b"9" * 40, b"9" * 5000, b"1e999", b"-1e30", b"nan", b".inf", b"!!int ''", b"!!bool x", b"*a"),
    *(
        b"&a [*a]",
        b"<<: *a",
        b"[" * 300,
        b"<a>" * 300,
        b"<!-- x -->",
        b"<?x?>",
        b"&#0;",
        b"\t",
        b"{",
    ),
    *(b"}", b'"', b"'", b",", b";", b"\r", b"\n", b"\r\n", b"../", b"%", b"$", b"-", b"\x1b[0m"),
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b'ref="A1:XFD1048576"',
)


@st.composite
def spoilt(draw: Any, seeds: tuple[bytes, ...]) -> bytes:
    """Draw a sound file with one to six changes; of an archive, often of one of its parts."""
    content = draw(st.sampled_from(seeds))
    if zipfile.is_zipfile(io.BytesIO(content)) and draw(st.booleans()):
        return _with_part(draw, content)
    return _changed(draw, content)


def _changed(draw: Any, content: bytes) -> bytes:
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        kind = draw(st.integers(0, 4))
        if kind == 0:
            content = content[:at] + draw(st.sampled_from(PIECES)) + content[at:]
        elif kind == 1:
            content = content[:at] + draw(st.binary(max_size=4)) + content[at + 1 :]
        elif kind == 2:
            content = content[:at] + content[at + draw(st.integers(1, 40)) :]
        elif kind == 3:
            content = content[:at] + content[max(0, at - draw(st.integers(1, 60))) :]
        else:
            content = content[:at]
    return content


def _with_part(draw: Any, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        names = old.namelist()
        chosen = draw(st.sampled_from(names))
        for name in names:
            data = old.read(name)
            new.writestr(name, _changed(draw, data) if name == chosen else data)
    return buffer.getvalue()
