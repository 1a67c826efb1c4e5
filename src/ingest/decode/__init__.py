"""Bytes to text: unpack, recognise the media type, decode.

`RawDocument.encoding` is the Python codec for which `unpacked.decode(encoding)` gives the text.
Of a record (JSON, a letter, a web archive's response), `text` is the document inside, its title in front
of it where it lacks one.  One exception, and it shows itself: UTF-8 with a few damaged bytes is read with
`decode("utf-8", "replace")`, so each damaged run stands as U+FFFD in the source text and in what is kept.
"""

from __future__ import annotations

import re
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING

from ingest.decode.charset import decode_text
from ingest.decode.envelope import with_title
from ingest.decode.gunzip import gunzip
from ingest.decode.json_record import read_json_record
from ingest.decode.mail import read_mail
from ingest.decode.media import (
    BINARY,
    CONTAINER_TYPES,
    MEDIA_TYPES,
    check_signature,
    container_type_of,
    media_type_of,
    refine_media_type,
)
from ingest.decode.warc_record import read_warc_record
from ingest.edits import has_ink
from ingest.errors import DocumentError
from ingest.metadata import RawDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ingest.decode.envelope import Envelope
    from ingest.settings import Settings

__all__ = ["CONTAINER_TYPES", "MEDIA_TYPES", "container_type_of", "decode", "media_type_of"]

ENVELOPES: Mapping[str, Callable[[bytes, Settings], Envelope]] = MappingProxyType(
    {
        "application/json": read_json_record,
        "application/warc-record": read_warc_record,
        "message/rfc822": read_mail,
    }
)
"""Media types of records, each with the function that takes the document out."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_MARKUP = frozenset({"text/html", "application/xhtml+xml"})


def decode(content: bytes, source_path: str, settings: Settings) -> RawDocument:
    """Unpack and decode one document.

    Args:
        content: The file's bytes as they lie in the landing folder.
        source_path: POSIX path relative to the landing root; its suffix says what the bytes should be.
        settings: `max_document_bytes` bounds the bytes before and after unpacking.

    Returns:
        The document as text, which has at least one visible character and no NUL; a PDF or DOCX file as
        its bytes, a page in UTF-8 as both.

    Raises:
        DocumentError: Stage `decode`; the reasons are `too_large`, `unsupported_type`, `empty`,
            `truncated`, `corrupt`, `binary` and `undecodable`; of a record also `unparsable` and `no_text`.
        TypeError: The content is no bytes, or the path no text.
    """
    if not isinstance(content, bytes | bytearray):
        kind = type(content).__name__
        raise TypeError(f"content is {kind}; give the file's bytes, as Path.read_bytes() has them")
    if not isinstance(source_path, str):
        kind = type(source_path).__name__
        raise TypeError(f"source_path is {kind}; give text, as Path.as_posix() has it")
    limit = settings.max_document_bytes
    if len(content) > limit:
        raise DocumentError("decode", "too_large", f"{len(content)} bytes; the limit is {limit} bytes")
    media_type, is_gzip = media_type_of(source_path)
    if media_type is None:
        raise DocumentError("decode", "unsupported_type", _no_type(source_path))
    if not content:
        raise DocumentError("decode", "empty", "the file has 0 bytes")
    data = gunzip(content, limit) if is_gzip else content
    if media_type in BINARY:
        _check_beginning(data, media_type)
        digest = sha256(content).hexdigest()
        return RawDocument(source_path, digest, media_type, "", "", content=data)
    envelope = ENVELOPES[media_type](data, settings) if media_type in ENVELOPES else None
    if envelope is not None:
        media_type = envelope.media_type
        encoding, text = _open(envelope)
    else:
        check_signature(data)
        encoding, text = decode_text(data, is_markup=media_type in _MARKUP)
    if not has_ink(text):
        raise DocumentError("decode", "empty", f"{len(text)} characters, and none that a reader could see")
    media_type = refine_media_type(media_type, text)
    if envelope is not None:
        text = with_title(media_type, text, envelope.outer.title)
    is_parsed = envelope is None and encoding == "utf-8" and media_type in _MARKUP
    return RawDocument(
        source_path=source_path,
        content_sha256=sha256(content).hexdigest(),
        media_type=media_type,
        encoding=encoding,
        text=text,
        outer=envelope.outer if envelope else None,
        # Where a damaged byte may stand, the text is what counts.
        content=data if is_parsed and "\ufffd" not in text else b"",
    )


def _no_type(source_path: str) -> str:
    """Why a path says of no document what it is."""
    if container_type_of(source_path)[0] is not None:
        return "it holds many documents, and this is for one; a run over a landing folder reads each of them"
    return f"no supported suffix; {', '.join(MEDIA_TYPES)} are"


def _check_beginning(data: bytes, media_type: str) -> None:
    mark, within = BINARY[media_type]
    if mark in data[:within]:
        return
    if data.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in data:
            raise DocumentError("decode", "encrypted", "an Office file that asks for a password")
        raise DocumentError("decode", "unsupported_type", "an old Office file; save it as DOCX")
    detail = f"named as {media_type}, but the first bytes are {data[: len(mark)].hex(' ')}"
    raise DocumentError("decode", "corrupt", detail)


def _open(envelope: Envelope) -> tuple[str, str]:
    """Encoding and text of what an envelope holds."""
    if isinstance(envelope.body, bytes):
        check_signature(envelope.body)
        return decode_text(envelope.body, is_markup=envelope.media_type in _MARKUP, charset=envelope.charset)
    if wrong := _NO_TEXT.search(envelope.body):
        what = "NUL" if wrong.group() == "\0" else "half of a surrogate pair"
        raise DocumentError("decode", "undecodable", f"character {wrong.start()} of the text is {what}")
    return "utf-8", envelope.body
