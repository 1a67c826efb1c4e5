"""Containers: files that hold many documents, read one item after the other in bounded memory.

A reader takes a `Source` and gives `Entry` after `Entry`.  What is wrong with one item is that entry's
problem; where the container itself breaks off, the reader raises `DocumentError`, and what came before
stands.
"""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, cast

from ingest.containers.archives import read_zip
from ingest.containers.entries import counted
from ingest.containers.lines import read_json_lines
from ingest.containers.mailbox import read_mailbox
from ingest.containers.members import Members
from ingest.containers.rows import read_rows
from ingest.containers.tar import read_tar
from ingest.containers.warc import read_warc
from ingest.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ingest.containers.entries import Entry, Source

READERS: Mapping[str, Callable[[Source], Iterator[Entry]]] = MappingProxyType(
    {
        "application/jsonl": read_json_lines,
        "application/mbox": read_mailbox,
        "application/warc": read_warc,
        "application/x-tar": read_tar,
        "application/zip": read_zip,
        "text/csv": read_rows,
    }
)


def read_container(source: Source, media_type: str, is_gzip: bool) -> Iterator[Entry]:  # noqa: FBT001 - as `container_type_of` gives it
    """Give the items of a container.

    Args:
        source: The container, opened.
        media_type: One of `CONTAINER_TYPES`.
        is_gzip: Whether it is packed as a whole.

    Yields:
        Its items in order; keys may come twice.

    Raises:
        DocumentError: The container breaks off here; stage `landing`.
        OSError: The file cannot be read.
    """
    source = replace(source, read_inside=read_container)
    if is_gzip:
        if media_type == "application/warc":
            stream = cast("BinaryIO", io.BufferedReader(Members(source.file)))
        else:
            stream = cast("BinaryIO", gzip.GzipFile(fileobj=source.file))
        source = replace(source, file=counted(stream, source.budget), is_plain=False)
    try:
        yield from READERS[media_type](source)
    except EOFError as error:
        raise DocumentError("landing", "truncated", f"its packed data ends too early: {error}") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DocumentError("landing", "corrupt", f"its packed data is damaged: {error}") from error
