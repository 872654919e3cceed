"""What a file holds, as text: in chunks, whatever its size; nothing where it is binary."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

import msgspec

CHUNK = 1 << 20
SNIFFED = 8000  # as git does: a NUL among the first bytes makes a file binary
WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}  # how PowerShell writes by default


class Document(msgspec.Struct, frozen=True):
    """A file, from the disk or from git (`blob`). Its chunks can be read once, before the next document is asked for.
    `before` is the blob that a staged one takes the place of."""

    path: str
    chunks: Iterator[bytes]
    blob: str = ""
    before: str = ""


def decoded(chunks: Iterable[bytes]) -> Iterator[str] | None:
    """The text of a file; None where it is binary. What is not UTF-8 is read as far as it goes."""
    pieces = iter(chunks)
    head = next(pieces, b"")
    encoding = WIDE.get(head[:2], "utf-8-sig")
    if encoding == "utf-8-sig" and b"\0" in head[:SNIFFED]:
        return None
    return _text(head, pieces, encoding)


def _text(head: bytes, rest: Iterator[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    yield decoder.decode(head)
    for piece in rest:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)
