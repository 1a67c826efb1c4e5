"""JSON Lines: one record a line."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING

from ingest.containers.entries import Entry
from ingest.decode.fields import values
from ingest.errors import DocumentError
from ingest.items import escape_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from ingest.containers.entries import Source

_SKIPPED_CHUNK = 1 << 20
_WHITE = b" \t\r\n"
# A longer record goes by its line: what it is made of is for the worker to find out, not for the plan.
_LONGEST_LOOKED_INTO = 4 << 20
_LONGEST_ID = 500


def read_json_lines(source: Source) -> Iterator[Entry]:
    """Give each line that is not blank; a line longer than the limit is refused and costs no memory.

    The key is the record's id where it has one, else `line-<number>`, counted from 1.
    """
    wanted = tuple(f'"{name.rpartition(".")[2]}"'.encode() for name in source.fields.id)
    number = at = 0
    while line := source.file.readline(source.limit + 1):
        number += 1
        start, at = at, at + len(line)
        if number == 1:
            _check_beginning(line)
            line = line.removeprefix(codecs.BOM_UTF8)
            start = at - len(line)
        if len(line) > source.limit and not line.endswith(b"\n"):
            at += skip_line(source.file)
            detail = f"line {number} has {at - start} bytes; the limit is {source.limit} bytes"
            yield Entry(f"line-{number}", None, problem=("too_large", detail), size_bytes=at - start)
        elif content := line.strip(_WHITE):
            key = None
            if len(content) <= _LONGEST_LOOKED_INTO and any(name in content for name in wanted):
                key = _id_of(content, source)
            offset = start + len(line) - len(line.lstrip(_WHITE))
            yield Entry(key or f"line-{number}", content, offset if source.is_plain else None)


def _check_beginning(line: bytes) -> None:
    if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DocumentError("landing", "undecodable", "JSON Lines in UTF-16; save the file as UTF-8")
    if line.strip(_WHITE) == b"[":
        raise DocumentError(
            "landing", "unparsable", "a JSON list over many lines; write one record on each line"
        )


def _id_of(content: bytes, source: Source) -> str | None:
    try:
        record = json.loads(content)
    except (ValueError, RecursionError):  # for the worker to tell
        return None
    return key_of(record, source.fields.id) if isinstance(record, dict) else None


def key_of(record: dict[str, object], names: tuple[str, ...]) -> str | None:
    """The key that a record's id makes; None where it has none that can be one."""
    for value in values(record, names):
        if isinstance(value, str | int) and not isinstance(value, bool):
            text = str(value).strip()
            if 0 < len(text) <= _LONGEST_ID:
                return escape_key(text)
        elif isinstance(value, dict) and isinstance(value.get("$oid"), str):  # as MongoDB exports it
            return escape_key(value["$oid"][:_LONGEST_ID])
    return None


def skip_line(file: BinaryIO) -> int:
    """Read to the end of the line; give the bytes passed over."""
    count = 0
    while chunk := file.readline(_SKIPPED_CHUNK):
        count += len(chunk)
        if chunk.endswith(b"\n"):
            break
    return count
