"""Mailboxes (mbox, RFC 4155): letters in one file, each after a line that begins with `From `."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.containers.entries import Entry
from ingest.errors import DocumentError
from ingest.items import escape_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.containers.entries import Source

_LONGEST_LINE = 1 << 20
_BEGINNING = b"From "
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^<>\s]{1,250})>", re.IGNORECASE | re.MULTILINE)
_LONGEST_HEAD = 1 << 16


def read_mailbox(source: Source) -> Iterator[Entry]:
    """Give each letter; `>From ` at the beginning of a line is `From ` in it.

    The key is its Message-ID, else `message-<number>`, counted from 1.
    """
    lines: list[bytes] = []
    number = size = 0
    was_blank = True
    while line := source.file.readline(_LONGEST_LINE):
        if was_blank and line.startswith(_BEGINNING):
            if number:
                yield _letter(source, lines, number, size)
            number, size, lines = number + 1, 0, []
        elif not number:
            raise DocumentError(
                "landing", "corrupt", f"a mailbox begins with `From `, not with {line[:20]!r}"
            )
        else:
            size += len(line)
            if size <= source.limit:
                lines.append(line)
        was_blank = line in {b"\n", b"\r\n"}
    if number:
        yield _letter(source, lines, number, size)


def _letter(source: Source, lines: list[bytes], number: int, size: int) -> Entry:
    content = b"".join(lines)
    ident = _MESSAGE_ID.search(content[:_LONGEST_HEAD].partition(b"\n\n")[0].partition(b"\r\n\r\n")[0])
    key = escape_key(ident[1].decode("utf-8", "replace")) if ident else f"message-{number}"
    if size > source.limit:
        detail = f"{size} bytes; the limit is {source.limit} bytes"
        return Entry(key, None, problem=("too_large", detail), size_bytes=size)
    return Entry(key, _QUOTED.sub(rb"\1", content).rstrip(b"\r\n") + b"\n")
