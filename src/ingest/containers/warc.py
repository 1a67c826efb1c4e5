"""Web archives (WARC, ISO 28500): the pages among the records, as crawlers and Common Crawl ship them.

The records' frames are read here and by no library, for the two that were tried (fastwarc, warcio) take a
record that is cut short for a whole one, and set no limit to a header.  What is inside a record is the
worker's to read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from ingest.containers.entries import Entry
from ingest.containers.members import MemberLost
from ingest.decode.warc_record import fields_of, is_page
from ingest.errors import DocumentError
from ingest.items import escape_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader
    from typing import BinaryIO

    from ingest.containers.entries import Source

_VERSION = re.compile(rb"WARC/\d\.\d+\r?\n")
_LONGEST_LINE = 1 << 16
_LONGEST_HEAD = 1 << 18
_SKIPPED_CHUNK = 1 << 20
_LONGEST_KEY = 500
_LONGEST_LENGTH = 18  # digits


@dataclass
class _Place:
    """How far a web archive is read: records begun, and where the next one stands unpacked."""

    number: int = 0
    at: int = 0


def read_warc(source: Source) -> Iterator[Entry]:
    """Give each record that holds a page or a text; requests, images, failures and the like are no documents.

    The key is the record's id without `urn:uuid:`, else `record-<number>`, counted from 1.  A packed member
    that is damaged costs what stands in it.
    """
    place = _Place()
    while True:
        try:
            yield from _records(source, place)
        except MemberLost as lost:
            yield Entry(
                f"packed-byte-{lost.start}", None, problem=("corrupt", str(lost)), size_bytes=lost.size
            )
            lost.resume()
        else:
            return


def _records(source: Source, place: _Place) -> Iterator[Entry]:
    file = source.file
    while (line := file.readline(_LONGEST_LINE)) or not place.number:
        at = place.at
        if line in {b"\r\n", b"\n"}:
            place.at += len(line)
            continue
        place.number += 1
        if not _VERSION.fullmatch(line):
            if place.number == 1:
                raise DocumentError(
                    "landing", "corrupt", f"a WARC file begins with WARC/1.0, not with {line[:20]!r}"
                )
            skipped, line = _next_version(file, line)
            detail = f"{skipped} bytes before byte {at + skipped} are no record"
            yield Entry(f"byte-{at}", None, problem=("corrupt", detail), size_bytes=skipped)
            at = place.at = at + skipped
            if not line:
                return
        head = line + _rest_of_head(file, at)
        entry, size = _record(source, head, place.number, at)
        place.at += size
        if entry is not None:
            yield entry


def _record(source: Source, head: bytes, number: int, at: int) -> tuple[Entry | None, int]:
    """One record, None where it is no document; and its size."""
    fields = fields_of(head)
    given = fields.get("content-length", "")
    if not given.isdecimal() or len(given) > _LONGEST_LENGTH:
        raise DocumentError("landing", "corrupt", f"the record at byte {at} does not tell its length")
    length = int(given)
    size = len(head) + length
    content = source.file.read(min(length, source.limit))
    rest = length - len(content)
    while rest and (chunk := source.file.read(min(rest, _SKIPPED_CHUNK))):
        rest -= len(chunk)
    if rest:
        detail = f"the record at byte {at} lacks {rest} of {length} bytes"
        raise DocumentError("landing", "truncated", detail)
    if not is_page(fields, content):
        return None, size
    ident = fields.get("warc-record-id", "").strip("<> ").removeprefix("urn:uuid:")
    if not _ends_here(source.file):
        detail = f"the record at byte {at} does not end where its length says; bytes are missing or too many"
        return Entry(f"byte-{at}", None, problem=("corrupt", detail), size_bytes=size), size
    key = escape_key(ident) if 0 < len(ident) <= _LONGEST_KEY else f"record-{number}"
    if size > source.limit:
        detail = f"{size} bytes; the limit is {source.limit} bytes"
        return Entry(key, None, problem=("too_large", detail), size_bytes=size), size
    return Entry(key, head + content, at if source.is_plain else None), size


def _ends_here(file: BinaryIO) -> bool:
    """Whether a record ends at this place: a line break or the next record follows, or nothing."""
    try:
        following = cast("BufferedReader", file).peek(1)[:1]
    except MemberLost:  # that comes next, and is told then
        return True
    return following in {b"", b"\r", b"\n", b"W"}


def _rest_of_head(file: BinaryIO, at: int) -> bytes:
    lines: list[bytes] = []
    size = 0
    while (line := file.readline(_LONGEST_LINE)) not in {b"\r\n", b"\n"}:
        size += len(line)
        if not line:
            raise DocumentError(
                "landing", "truncated", f"the file ends in the header of the record at byte {at}"
            )
        if size > _LONGEST_HEAD:
            detail = f"the header of the record at byte {at} is longer than {_LONGEST_HEAD} bytes"
            raise DocumentError("landing", "corrupt", detail)
        lines.append(line)
    return b"".join((*lines, line))


def _next_version(file: BinaryIO, line: bytes) -> tuple[int, bytes]:
    """Pass over bytes that are no record; give their number, and the line that begins the next record."""
    skipped = len(line)
    while (line := file.readline(_LONGEST_LINE)) and not _VERSION.fullmatch(line):
        skipped += len(line)
    return skipped, line
