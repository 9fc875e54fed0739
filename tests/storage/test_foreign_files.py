"""Does each opener refuse what is damaged or made to do harm, and read what is sound?"""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from contextlib import suppress

import pytest

from analysis.storage.foreign_files import (
    Archive,
    UnusableFile,
    gunzipped,
    json_content,
    pdf_pages,
    xml_tree,
)


def _zip(*parts: tuple[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packed) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return buffer.getvalue()


SOUND = _zip(("a.xml", b"<a>" + b"words " * 500 + b"</a>"), ("b.txt", b"more"))


def test_a_sound_archive_is_read() -> None:
    archive = Archive(SOUND)
    assert archive.names == ("a.xml", "b.txt")
    assert archive.read("b.txt") == b"more"
    assert dict(archive.read_all(["b.txt"])) == {"b.txt": b"more"}
    with pytest.raises(UnusableFile):
        archive.read("c.txt")


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_archive_is_one_message_wherever_it_is_hit(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same damage every time
    content = bytearray(SOUND)
    for _ in range(8):
        content[chance.randrange(len(content))] = chance.randrange(256)
    with suppress(UnusableFile):  # nothing else is raised; some places mean nothing
        archive = Archive(bytes(content))
        list(archive.read_all(archive.names))


def test_what_unpacks_without_end_is_refused_before_it_is_unpacked() -> None:
    zeros = bytes(10_000_000)
    with pytest.raises(UnusableFile, match="far more"):  # ratio, though each part is small
        Archive(_zip(*((f"{n}.xml", zeros) for n in range(6))))
    with pytest.raises(UnusableFile, match="more than"):  # the sum, though each part is small
        Archive(SOUND, largest=3_000)
    with pytest.raises(UnusableFile, match="more than"):
        Archive(_zip(*((f"{n}", b"") for n in range(2_001)), packed=zipfile.ZIP_STORED))


def test_encrypted_and_ambiguous_archives_are_refused() -> None:
    encrypted = bytearray(SOUND)
    at = encrypted.index(b"PK\x01\x02")
    encrypted[at + 8] |= 1
    with pytest.raises(UnusableFile, match="password"):
        Archive(bytes(encrypted))
    with (
        pytest.warns(UserWarning, match="Duplicate"),
        pytest.raises(UnusableFile, match="same name"),
    ):
        Archive(_zip(("a", b"1"), ("a", b"2")))


def test_gzip_is_unpacked_whole_or_refused() -> None:
    packed = gzip.compress(b"one") + gzip.compress(b"two")
    assert gunzipped(packed) == b"onetwo"
    for broken in (packed[:-3], packed[:-6] + b"x" + packed[-5:], packed + b"junk", packed[:9]):
        with pytest.raises(UnusableFile):
            gunzipped(broken)
    with pytest.raises(UnusableFile, match="more than"):
        gunzipped(gzip.compress(bytes(2_000_000)), largest=1_000_000)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a>",
        b"<a>" * 300 + b"</a>" * 300,
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        b"<a>\0</a>",
    ],
    ids=["empty", "open", "deep", "entity", "entity in UTF-16", "encoding", "NUL"],
)
def test_xml_that_is_broken_or_does_harm_is_refused(content: bytes) -> None:
    with pytest.raises(UnusableFile):
        xml_tree(content)


def test_comments_are_no_elements() -> None:
    content = b"<a><!-- one --><?two?><b/></a>"
    assert [node.tag for node in xml_tree(content)] == ["b"]
    assert len(xml_tree(content, comments=True)) == 3


@pytest.mark.parametrize(
    "text", ["[" * 100_000, f"[{'9' * 5000}]", '["\\ud800"]', '{"\\udfff": 1}', f"[-{'1' * 301}]"]
)
def test_json_that_cannot_be_written_again_is_refused(text: str) -> None:
    with pytest.raises(UnusableFile):
        json_content(text)


def test_json_is_read_as_usual() -> None:
    text = '[1, 2.5, "\\ud83d\\ude00", null]'  # a pair of halves is a whole letter
    assert json_content(text) == [1, 2.5, "\U0001f600", None]
    with pytest.raises(json.JSONDecodeError):
        json_content("{")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"%PDF-1.4\ntrailer<</Root 1 0 R>>\n%%EOF"])
def test_a_damaged_pdf_is_one_message(content: bytes) -> None:
    with pytest.raises(UnusableFile), pdf_pages(content) as reader:
        list(reader.pages)
