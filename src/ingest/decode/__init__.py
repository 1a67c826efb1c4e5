"""Bytes to text: unpack, recognise the media type, decode.

`RawDocument.encoding` is the Python codec for which `unpacked.decode(encoding)` gives the text.
One exception, and it shows itself: UTF-8 with a few damaged bytes is read with
`decode("utf-8", "replace")`, so each damaged run stands as U+FFFD in the source text and in what is kept.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from ingest.decode.charset import decode_text
from ingest.decode.gunzip import gunzip
from ingest.decode.media import MEDIA_TYPES, check_signature, media_type_of, refine_media_type
from ingest.edits import has_ink
from ingest.errors import DocumentError
from ingest.records import RawDocument

if TYPE_CHECKING:
    from ingest.settings import Settings

__all__ = ["MEDIA_TYPES", "decode", "media_type_of"]


def decode(content: bytes, source_path: str, settings: Settings) -> RawDocument:
    """Unpack and decode one document.

    Args:
        content: The file's bytes as they lie in the landing folder.
        source_path: POSIX path relative to the landing root; its suffix says what the bytes should be.
        settings: `max_document_bytes` bounds the bytes before and after unpacking.

    Returns:
        The document as text, which has at least one visible character and no NUL.

    Raises:
        DocumentError: Stage `decode`; the reasons are `too_large`, `unsupported_type`, `empty`,
            `truncated`, `corrupt`, `binary` and `undecodable`.
    """
    limit = settings.max_document_bytes
    if len(content) > limit:
        raise DocumentError("decode", "too_large", f"{len(content)} bytes; the limit is {limit} bytes")
    media_type, is_gzip = media_type_of(source_path)
    if media_type is None:
        raise DocumentError(
            "decode", "unsupported_type", f"no supported suffix; {', '.join(MEDIA_TYPES)} are"
        )
    if not content:
        raise DocumentError("decode", "empty", "the file has 0 bytes")
    data = gunzip(content, limit) if is_gzip else content
    check_signature(data)
    encoding, text = decode_text(data, is_markup=media_type in {"text/html", "application/xhtml+xml"})
    if not has_ink(text):
        raise DocumentError("decode", "empty", f"{len(text)} characters, and none that a reader could see")
    return RawDocument(
        source_path=source_path,
        content_sha256=sha256(content).hexdigest(),
        media_type=refine_media_type(media_type, text),
        encoding=encoding,
        text=text,
    )
