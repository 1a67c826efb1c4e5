"""Unpack gzip data in bounded memory."""

from __future__ import annotations

import zlib

from ingest.errors import DocumentError

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_FORMAT = 31  # zlib's code for "a gzip header and trailer around the largest window"
_FIRST_CHUNK = 256
_LARGEST_CHUNK = 1 << 18


def gunzip(packed: bytes, limit: int) -> bytes:
    """Unpack all members of a gzip file.

    The size that a gzip trailer states is never believed: unpacking stops one byte above the limit,
    so a bomb costs no more than an honest file.

    Args:
        packed: The file's bytes.
        limit: Most bytes that may come out.

    Returns:
        The unpacked bytes.

    Raises:
        DocumentError: `corrupt`, `truncated`, `too_large` or `empty`.
    """
    if not packed.startswith(_GZIP_MAGIC):
        raise DocumentError(
            "decode", "corrupt", f"named .gz, but begins with bytes {packed[:2].hex(' ')} and not with 1f 8b"
        )
    out: list[bytes] = []
    size = at = 0
    while at < len(packed):
        if out and packed[at] == 0 and not packed[at:].strip(b"\0"):
            break  # padding, as tapes and some writers leave it
        at, size = _member(packed, at, size, limit, out)
    if not size:
        raise DocumentError("decode", "empty", f"{len(packed)} bytes of gzip data unpack to nothing")
    return b"".join(out)


def _member(packed: bytes, at: int, size: int, limit: int, out: list[bytes]) -> tuple[int, int]:
    """Unpack one member from `at`; give the place after it and the size so far.

    The bytes are fed in chunks that begin small, since zlib copies what it did not need: many tiny
    members in one file then cost no more than one large member.
    """
    start = at
    engine = zlib.decompressobj(_GZIP_FORMAT)
    chunk = _FIRST_CHUNK
    while not engine.eof:
        fed = engine.unconsumed_tail or packed[at : at + chunk]
        if not fed:
            raise DocumentError(
                "decode",
                "truncated",
                f"gzip data ends at byte {len(packed)} inside the member of byte {start}",
            )
        if not engine.unconsumed_tail:
            at += len(fed)
            chunk = min(chunk * 2, _LARGEST_CHUNK)
        try:
            part = engine.decompress(fed, min(_LARGEST_CHUNK, limit - size + 1))
        except zlib.error as error:
            raise DocumentError(
                "decode", "corrupt", f"gzip data is damaged before byte {at}: {error}"
            ) from error
        size += len(part)
        if size > limit:
            raise DocumentError(
                "decode", "too_large", f"{len(packed)} bytes unpack to more than the limit of {limit} bytes"
            )
        out.append(part)
    return at - len(engine.unused_data), size
