"""What a container gives: one entry after the other, in bounded memory."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from ingest.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingest.decode.fields import Fields

MOST_UNPACKED = 250
"""Bytes that one packed byte may become, over a whole container; text packs to a fifth, a bomb much more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a container.

    Attributes:
        key: Its name there, escaped; `key#key` for an item of a container in a container.
        content: Its bytes, as `process()` takes them; None for an item that is refused unread.
        offset: Where just these bytes stand in the container; None where they stand nowhere so.
        problem: Why it is refused, as reason and detail.
        size_bytes: Its size; None where it could not be told.
    """

    key: str
    content: bytes | None
    offset: int | None = None
    problem: tuple[str, str] | None = None
    size_bytes: int | None = None


class Exhausted(DocumentError):  # noqa: N818 - a state of the budget
    """A container unpacks to more than an honest one does; nothing more is read of it."""


class Budget:
    """How many bytes a container may still unpack to, whatever is nested inside it."""

    def __init__(self, packed_bytes: int, least: int) -> None:
        self._most = max(least, packed_bytes * MOST_UNPACKED)
        self._left = self._most

    def spend(self, count: int) -> None:
        """Count bytes that came out.

        Raises:
            Exhausted: They are more than the container may give.
        """
        self._left -= count
        if self._left < 0:
            raise Exhausted(
                "landing",
                "too_large",
                f"unpacks to more than {self._most} bytes, as no honest container does",
            )


@dataclass(frozen=True, slots=True)
class Source:
    """An opened container.

    Attributes:
        file: Its unpacked bytes, from the beginning; a file that can seek where it is a file of its own.
        size_bytes: The file's size.
        limit: Most bytes of one item.
        budget: What the whole may unpack to.
        fields: Under which names records hold what.
        is_plain: Whether offsets in `file` are offsets in the landing file.
        read_inside: Reads a container inside this one, given its media type and whether it is packed.
        depth: Containers around this one.
    """

    file: BinaryIO
    size_bytes: int
    limit: int
    budget: Budget
    fields: Fields
    is_plain: bool = False
    read_inside: Callable[[Source, str, bool], Iterator[Entry]] | None = None
    depth: int = 0

    def inside(self, stream: BinaryIO) -> Source:
        """A container inside this one, by its unpacked bytes."""
        return replace(self, file=counted(stream, self.budget), is_plain=False, depth=self.depth + 1)


class _Counted(io.RawIOBase):
    """A stream whose bytes are counted against a budget."""

    def __init__(self, stream: BinaryIO, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # any writable buffer
        # One read and no more: a stream that breaks off gives what stands before the break.
        part = self._stream.read1(len(buffer))  # type: ignore[attr-defined]  # a buffered stream
        self._budget.spend(len(part))
        buffer[: len(part)] = part
        return len(part)


def counted(stream: BinaryIO, budget: Budget) -> BinaryIO:
    """Read a stream with a budget: `Exhausted` is raised once more comes out."""
    return io.BufferedReader(_Counted(stream, budget), 1 << 16)  # type: ignore[type-var]  # see readinto
