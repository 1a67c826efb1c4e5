"""Zip archives that were cut short: the members that stand before the cut.

The list of an archive's members stands at its end.  Where that is missing, each member still has a header of
its own before its data, and they can be read one after the other.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from ingest.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from ingest.containers.entries import Budget

_HEADER = struct.Struct("<4s5H3L2H")  # APPNOTE 4.3.7
_MARK = b"PK\3\4"
_LIST_MARK = b"PK\1\2"
_DESCRIPTOR_MARK = b"PK\7\b"
_ENCRYPTED, _HAS_DESCRIPTOR, _UTF8 = 0x1, 0x8, 0x800
_STORED, _DEFLATED = 0, 8
_ZIP64 = 0xFFFFFFFF
_CHUNK = 1 << 16


def members_before_cut(file: BinaryIO, limit: int, budget: Budget) -> Iterator[tuple[str, bytes]]:
    """Give the whole members of an archive without a list.

    Args:
        file: The archive, at any place.
        limit: Most bytes of a member; where one has more, it is given cut to one more than that.
        budget: What all may unpack to.

    Yields:
        Name and unpacked bytes.

    Raises:
        DocumentError: `truncated`: the archive ends here; or `corrupt`: it does not begin like one, or goes
            on in a way that only its list could tell.
    """
    file.seek(0)
    at = 0
    while len(head := file.read(_HEADER.size)) == _HEADER.size and head.startswith(_MARK):
        _, _, flags, method, _, _, checksum, packed, _, name_bytes, extra_bytes = _HEADER.unpack(head)
        has_descriptor = bool(flags & _HAS_DESCRIPTOR)
        if (
            flags & _ENCRYPTED
            or packed == _ZIP64
            or method not in {_DEFLATED, *([] if has_descriptor else [_STORED])}
        ):
            raise _damage(f"the file at byte {at} cannot be read without it")
        name = file.read(name_bytes).decode("utf-8" if flags & _UTF8 else "cp437", "replace")
        at += _HEADER.size + name_bytes + extra_bytes
        file.seek(at)
        content, length = (
            _inflated(file, limit, budget) if method == _DEFLATED else _stored(file, packed, limit)
        )
        if len(content) <= limit and not has_descriptor and zlib.crc32(content) != checksum:
            raise _damage(f"{name!r} before byte {at + length} is damaged")
        yield name, content
        at += length
        file.seek(at)
        if has_descriptor:
            at += 16 if file.read(4) == _DESCRIPTOR_MARK else 12
            file.seek(at)
    if head.startswith(_LIST_MARK) or not at:
        raise _damage(f"it cannot be read at byte {at}")
    raise _cut(f"the archive ends after byte {at}")


def _stored(file: BinaryIO, length: int, limit: int) -> tuple[bytes, int]:
    content = file.read(min(length, limit + 1))
    if len(content) < min(length, limit + 1):
        raise _cut("the archive ends inside a file")
    return content, length


def _inflated(file: BinaryIO, limit: int, budget: Budget) -> tuple[bytes, int]:
    """Unpack deflated data to its own end; give it, and its packed length."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    parts: list[bytes] = []
    size = fed = 0
    while not engine.eof:
        chunk = engine.unconsumed_tail or file.read(_CHUNK)
        if not chunk:
            raise _cut("the archive ends inside a file")
        fed += 0 if engine.unconsumed_tail else len(chunk)
        part = engine.decompress(chunk, _CHUNK)
        budget.spend(len(part))
        size += len(part)
        if size <= limit + len(part):
            parts.append(part)
    return b"".join(parts)[: limit + 1], fed - len(engine.unused_data)


def _cut(what: str) -> DocumentError:
    return DocumentError("landing", "truncated", f"{what}, before its list of files; fetch it again")


def _damage(what: str) -> DocumentError:
    return DocumentError("landing", "corrupt", f"a zip archive without a sound list of files; {what}")
