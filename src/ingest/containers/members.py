"""Packed web archives, member by member: one that is damaged is passed over, where another follows."""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO

_CHUNK = 1 << 16
_MAGIC = b"\x1f\x8b\x08"  # gzip (RFC 1952), deflate
_GZIP = 16 + zlib.MAX_WBITS
_ENOUGH = 1 << 10
_FIRST = b"WARC/"


class MemberLost(Exception):  # noqa: N818 - the reader goes on behind it
    """A member is damaged; the stream raises this at each reading until `resume` is called.

    Attributes:
        start: Where it begins in the packed file.
        size: Packed bytes from there to the next member that holds a record.
    """

    def __init__(self, members: Members, start: int, size: int, problem: str) -> None:
        super().__init__(f"{size} packed bytes from byte {start} on are damaged: {problem}")
        self.start, self.size = start, size
        self._members = members

    def resume(self) -> None:
        """Go on with the next member."""
        self._members.lost = None


class Members(io.RawIOBase):
    """The unpacked bytes of a gzip file whose members are records of a web archive, as crawlers write them.

    Where a member is damaged and a later one is found by its first bytes, `MemberLost` is raised between
    what stands before and after; where none is found, what `gzip` would raise.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.lost: MemberLost | None = None
        self._file = file
        self._data = b""  # read, and not yet unpacked
        self._at = 0  # where `_data` begins in the file
        self._start = 0  # where the member begins
        self._unpacker: zlib._Decompress | None = None

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # any writable buffer
        """Unpack some bytes; none at the end.

        Raises:
            MemberLost: A member is damaged, and another follows.
            zlib.error: One is damaged, and no other follows.
            EOFError: The last one is cut short.
        """
        if self.lost is not None:
            raise self.lost
        while self._unpacker is not None or self._begin():
            out = self._unpack(len(buffer))
            if out:
                buffer[: len(out)] = out
                return len(out)
        return 0

    def _begin(self) -> bool:
        """Begin a member; False at the end of the file."""
        while not self._data.strip(b"\0"):  # members may be padded
            self._take(len(self._data))
            if not self._fill():
                return False
        self._take(len(self._data) - len(self._data.lstrip(b"\0")))
        self._start = self._at
        self._unpacker = zlib.decompressobj(_GZIP)
        return True

    def _unpack(self, most: int) -> bytes:
        assert self._unpacker is not None
        if not self._data and not self._fill():
            raise EOFError("the last member is cut short")
        try:
            out = self._unpacker.decompress(self._data, most)
        except zlib.error as error:
            self._lose(error)
            raise
        rest = self._unpacker.unused_data if self._unpacker.eof else self._unpacker.unconsumed_tail
        self._take(len(self._data) - len(rest))
        if self._unpacker.eof:
            self._unpacker = None
        return out

    def _lose(self, error: zlib.error) -> None:
        """Look for the next member that holds a record; whatever looks like one by chance does not."""
        start = self._start
        self._take(max(0, start + 1 - self._at))
        while True:
            at = self._data.find(_MAGIC)
            self._take(at if at >= 0 else max(0, len(self._data) - len(_MAGIC) + 1))
            while at >= 0 and len(self._data) < _ENOUGH and self._fill():
                pass
            if at >= 0 and _holds_record(self._data):
                self._unpacker = None
                self.lost = MemberLost(self, start, self._at - start, str(error))
                raise self.lost from error
            if at >= 0:
                self._take(1)
            elif not self._fill():
                return

    def _fill(self) -> bool:
        more = self._file.read(_CHUNK)
        self._data += more
        return bool(more)

    def _take(self, count: int) -> None:
        self._data = self._data[count:]
        self._at += count


def _holds_record(packed: bytes) -> bool:
    try:
        return zlib.decompressobj(_GZIP).decompress(packed, len(_FIRST)) == _FIRST
    except zlib.error:
        return False
