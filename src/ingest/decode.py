"""Bytes to text: unpack, recognise the media type, decode."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from ingest.errors import DocumentError
from ingest.records import RawDocument

if TYPE_CHECKING:
    from ingest.settings import Settings


def decode(content: bytes, source_path: str, settings: Settings) -> RawDocument:
    """Placeholder: UTF-8 text."""
    if len(content) > settings.max_document_bytes:
        raise DocumentError("decode", "too_large", f"{len(content)} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError("decode", "undecodable", str(error)) from error
    if not text.strip():
        raise DocumentError("decode", "empty", "no text")
    return RawDocument(source_path, sha256(content).hexdigest(), "text/plain", "utf-8-sig", text)
