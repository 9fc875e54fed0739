"""Files that come from outside: one opener for each format, with limits, used by every command.

A file may be damaged or made to do harm: to unpack without end, to nest without end, to name what
is not its own. Each opener gives what can be used or raises `UnusableFile`; who calls it says which
file it was and what to do.
"""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from schemas.problems import DataProblems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pypdf import PdfReader

LARGEST_UNPACKED = 400_000_000
_MOST_PARTS = 2_000
# Deflate shortens a text of a single letter a thousandfold, text of any sense at most fiftyfold.
_LARGEST_RATIO = 200
_RATIO_MATTERS = 50_000_000
_LARGEST_PDF = 300_000_000
_MOST_PAGES = 5_000
_MOST_DIGITS = 300
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_ENTITY = b"<!ENTITY"
_ENCRYPTED = 0x1
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
)


class UnusableFile(Exception):  # noqa: N818 - named for what the user reads
    """A file is damaged, or goes beyond what any file of its kind holds.

    Attributes
    ----------
    what
        One sentence that says why it cannot be used.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Archive:
    """A zip file whose parts have been looked at before any of them is unpacked.

    Parameters
    ----------
    source
        The file or its bytes.
    largest
        How many bytes all parts together may hold.

    Raises
    ------
    UnusableFile
        If it is no zip file, is encrypted or damaged, or holds too much.
    """

    def __init__(self, source: Path | bytes, largest: int = LARGEST_UNPACKED) -> None:
        self._source = io.BytesIO(source) if isinstance(source, bytes) else source
        with _undamaged(), zipfile.ZipFile(self._source) as archive:
            self.parts: Sequence[zipfile.ZipInfo] = archive.infolist()
            self.comment = archive.comment
        self.names = tuple(part.filename for part in self.parts)
        whole = sum(part.file_size for part in self.parts)
        packed = sum(part.compress_size for part in self.parts)
        if len(self.parts) > _MOST_PARTS or whole > largest:
            raise UnusableFile("It unpacks to more than any file of its kind holds.")
        if whole > _RATIO_MATTERS and whole > _LARGEST_RATIO * packed:
            raise UnusableFile("It unpacks to far more than it is long: it holds nothing of sense.")
        if any(part.flag_bits & _ENCRYPTED for part in self.parts):
            raise UnusableFile("It is protected by a password.")
        if len(set(self.names)) < len(self.names):
            raise UnusableFile("It holds two parts of the same name.")

    def read(self, name: str) -> bytes:
        """Unpack a part.

        Raises
        ------
        UnusableFile
            If there is none of this name, or it is damaged.
        """
        if name not in self.names:
            raise UnusableFile(f"It has no part {name}.")
        with _undamaged(), zipfile.ZipFile(self._source) as archive:
            return archive.read(name)

    def read_all(self, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Unpack several parts, one after the other."""
        with _undamaged(), zipfile.ZipFile(self._source) as archive:
            for name in names:
                yield name, archive.read(name)


@contextmanager
def _undamaged() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except _DAMAGED:
        raise UnusableFile("It is damaged: it cannot be unpacked.") from None


def gunzipped(content: bytes, largest: int = LARGEST_UNPACKED) -> bytes:
    """Unpack what gzip has packed, in one or several members.

    Raises
    ------
    UnusableFile
        If it is damaged, not whole, or unpacks to more than `largest` bytes.
    """
    found: list[bytes] = []
    total = 0
    rest = content
    try:
        while rest:
            unpacking = zlib.decompressobj(wbits=31)
            found.append(unpacking.decompress(rest, largest - total + 1))
            total += len(found[-1])
            if total > largest:
                raise UnusableFile("It unpacks to more than any file of its kind holds.")
            if not unpacking.eof:
                raise UnusableFile("It is compressed and damaged, or only a part of it is here.")
            rest = unpacking.unused_data.lstrip(b"\0")
    except zlib.error:
        what = "It is compressed and damaged, or only a part of it is here."
        raise UnusableFile(what) from None
    return b"".join(found)


def xml_tree(content: bytes, *, comments: bool = False) -> Any:
    """Read XML without entities, without the network and without depth beyond all use.

    Parameters
    ----------
    content
        The document.
    comments
        Whether comments and instructions are kept; their nodes have no name.

    Returns
    -------
    lxml element
        The root.

    Raises
    ------
    UnusableFile
        If it is not well-formed, declares entities, or is nested deeper than 256 elements.
    """
    from lxml import etree

    # Of UTF-16 every other byte is none.
    if _ENTITY in content or _ENTITY in content.replace(b"\0", b""):
        raise UnusableFile("It declares entities of its own, which can do harm.")
    # Without huge_tree libxml2 keeps its own limits: on depth, on names, on what entities become.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=not comments,
        remove_pis=not comments,
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        raise UnusableFile("Its XML is broken.") from None


def json_content(text: str) -> Any:
    """Read JSON.

    Raises
    ------
    json.JSONDecodeError
        If it is none: with line and place.
    UnusableFile
        If it is nested too deeply, or holds a number or a text that no program can write again.
    """
    try:
        found = json.loads(text, parse_int=_whole)
        if _SURROGATE.search(text):
            json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError:
        raise
    except RecursionError:
        raise UnusableFile("The JSON is nested too deeply.") from None
    except UnicodeEncodeError:
        raise UnusableFile("A text in it holds half a letter (\\ud800 to \\udfff).") from None
    return found


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise UnusableFile(f"A number in it has {len(digits)} digits.")
    return int(digits)


@contextmanager
def pdf_pages(source: Path | bytes) -> Iterator[PdfReader]:
    """Open a PDF; whatever goes wrong while it is read is one mistake of the file.

    Raises
    ------
    UnusableFile
        If it cannot be read, asks for a password, or has more pages than any paper.
    """
    import logging

    import pypdf

    # Defects that the reader can live with are of no use to the author.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    content = source if isinstance(source, bytes) else source.read_bytes()
    if len(content) > _LARGEST_PDF:
        raise UnusableFile("It is larger than any paper.")
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnusableFile("It asks for a password. Save a copy without one.")
        if len(reader.pages) > _MOST_PAGES:
            raise UnusableFile("It has more pages than any paper.")
        yield reader
    except (UnusableFile, DataProblems):
        raise
    except Exception as error:
        # pypdf raises whatever a damaged file makes it stumble over, not only its own errors.
        raise UnusableFile(f"It is not a PDF that can be read ({type(error).__name__}).") from error
