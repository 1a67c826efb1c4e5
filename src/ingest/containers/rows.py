"""CSV: one record a row, under the names of the first row."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from typing import TYPE_CHECKING

from ingest.containers.entries import Entry
from ingest.containers.lines import key_of
from ingest.decode.charset import decode_text
from ingest.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.containers.entries import Source

_SAMPLE_BYTES = 1 << 18
_DELIMITERS = ",;\t|"
_MOST_COLUMNS = 10_000
_UNDECODED = re.compile("[\udc80-\udcff]")


def read_rows(source: Source) -> Iterator[Entry]:
    """Give each row as a JSON object of its named fields; that object is what is hashed and read.

    The key is the record's id where it has one, else `line-<number>` of the line on which the row begins,
    counted from 1.
    """
    lines = _Lines(source)
    try:
        yield from _rows(source, lines)
    except UnicodeDecodeError as error:
        detail = f"line {lines.row_line} is not {error.encoding}; save the file as UTF-8"
        raise DocumentError("landing", "undecodable", detail) from error
    finally:
        lines.detach()


def _rows(source: Source, lines: _Lines) -> Iterator[Entry]:
    csv.field_size_limit(max(csv.field_size_limit(), source.limit + 1))
    try:
        names = next(csv.reader(lines, delimiter=lines.delimiter), None)
    except (csv.Error, _TooLongError) as error:
        detail = f"the first row, which names the columns, cannot be read: {error}"
        raise DocumentError("landing", "unparsable", detail) from error
    if names is None:
        raise DocumentError("landing", "empty", "a CSV file without a first row that names the columns")
    names = [name.strip() for name in names]
    if len(names) > _MOST_COLUMNS or not any(names):
        raise DocumentError("landing", "unparsable", f"{len(names)} columns; the first row has to name them")
    while True:
        reader = csv.reader(lines, delimiter=lines.delimiter)
        lines.begin_row()
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield Entry(f"line-{lines.row_line}", None, problem=("unparsable", f"no CSV: {error}"))
            continue
        except _TooLongError:
            size = lines.skip_row()
            detail = f"the row of line {lines.row_line} has {size} bytes; the limit is {source.limit} bytes"
            yield Entry(f"line-{lines.row_line}", None, problem=("too_large", detail), size_bytes=size)
            continue
        if row is None:
            return
        if row:
            yield _entry(source, names, row, lines.row_line)


def _entry(source: Source, names: list[str], row: list[str], line: int) -> Entry:
    if len(row) > len(names) and any(row[len(names) :]):
        detail = f"{len(row)} fields, but {len(names)} columns; is a quotation mark or a delimiter missing?"
        return Entry(f"line-{line}", None, problem=("unparsable", detail))
    if any(_UNDECODED.search(field) for field in row):
        return Entry(
            f"line-{line}", None, problem=("undecodable", "not in the file's encoding; save it as UTF-8")
        )
    # The first of several columns of one name counts.
    record = dict(reversed([(n, v) for n, v in zip(names, row, strict=False) if n and v]))
    content = json.dumps(record, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    return Entry(key_of(dict(record), source.fields.id) or f"line-{line}", content)


def _codec(head: bytes) -> tuple[str, str]:
    """The encoding of a file by its beginning, and what stands there."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", head.decode("utf-16", "replace")
    sample = head[: head.rfind(b"\n") + 1] or head
    if _is_mostly_utf8(sample):
        return "utf-8", sample.decode("utf-8", "replace")
    try:
        return decode_text(sample, is_markup=False) if sample else ("utf-8", "")
    except DocumentError as error:
        raise DocumentError("landing", error.reason, error.detail) from error


def _is_mostly_utf8(sample: bytes) -> bool:
    """Whether lines are damaged UTF-8, for at least as many have letters beyond ASCII and are sound.

    In text of another encoding hardly one line is valid UTF-8 and not ASCII.
    """
    sound = damaged = 0
    for line in sample.splitlines():
        try:
            sound += not line.decode("utf-8").isascii()
        except UnicodeDecodeError:
            damaged += 1
    return sound >= damaged > 0


class _TooLongError(Exception):
    """A row has more characters than an item may have bytes."""


class _Lines:
    """The lines of a CSV file in its encoding, for `csv.reader`; no row of them is longer than the limit.

    Attributes:
        row_line: Number of the line on which the row in work begins.
        delimiter: What stands between fields.
    """

    def __init__(self, source: Source) -> None:
        head = source.file.peek(_SAMPLE_BYTES)[:_SAMPLE_BYTES] if hasattr(source.file, "peek") else b""
        codec, text = _codec(head)
        self._file = io.TextIOWrapper(source.file, codec, "surrogateescape", "")
        self._limit = source.limit
        self._number = 0
        self._size = 0
        self._overlong = ""
        self.row_line = 1
        first = text.split("\n", 1)[0]
        self.delimiter = max(_DELIMITERS, key=first.count)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(self._limit + 1)
        if not line:
            raise StopIteration
        self._number += 1
        self._size += len(line)
        if self._size > self._limit:
            self._overlong = line
            raise _TooLongError
        return line

    def detach(self) -> None:
        """Let go of the file, which a text wrapper else closes."""
        self._file.detach()

    def begin_row(self) -> None:
        self.row_line = self._number + 1
        self._size = 0

    def skip_row(self) -> int:
        """Pass over the rest of a row that is too long; give its characters."""
        line, quotes = self._overlong, 0
        is_first = self.row_line == self._number
        while line:
            quotes += line.count('"')
            whole = line.endswith(("\n", "\r"))
            # Inside a quotation the row goes on to the line with an odd number of marks.
            if whole and (quotes % 2 == 0) == is_first:
                break
            line = self._file.readline(self._limit + 1)
            self._number += whole
            self._size += len(line)
        return self._size
