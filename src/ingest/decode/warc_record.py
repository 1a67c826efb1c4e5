"""One record of a web archive: the page that a server answered with."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from ingest.decode.envelope import Envelope
from ingest.decode.gunzip import gunzip
from ingest.errors import DocumentError
from ingest.metadata import OuterMetadata

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.settings import Settings

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n")
_LONGEST_HEAD = 1 << 18
_OK = b"200"
_PAGES = {
    "text/html": "text/html",
    "application/xhtml+xml": "application/xhtml+xml",
    "text/plain": "text/plain",
}


def fields_of(head: bytes) -> dict[str, str]:
    """Header fields by lower-cased name, the first of each; a line that begins with a blank goes on."""
    fields: dict[str, str] = {}
    name = ""
    for line in head.decode("utf-8", "replace").splitlines()[1:]:
        if line[:1] in {" ", "\t"} and name:
            fields[name] += " " + line.strip()
            continue
        before, colon, value = line.partition(":")
        if colon and (name := before.strip().lower()) not in fields:
            fields[name] = value.strip()
    return fields


def is_page(fields: Mapping[str, str], payload: bytes) -> bool:
    """Whether a record holds a page or a text.

    Args:
        fields: The record's header fields.
        payload: What stands after them, or its beginning.
    """
    kind = fields.get("warc-type", "").lower()
    if kind in {"resource", "conversion"}:
        return _media_type(fields.get("content-type", "")) is not None
    if kind != "response":
        return False
    head, _ = _split(payload)
    status = _STATUS.match(head)
    return bool(status and status[1] == _OK and _media_type(fields_of(head).get("content-type", "")))


def read_warc_record(data: bytes, settings: Settings) -> Envelope:
    """Take the page out of a record.

    Args:
        data: The record, from its version line on.
        settings: `max_document_bytes` bounds what a packed page may unpack to.

    Returns:
        The page, with its address and the time of the request; both give way to what the page says.

    Raises:
        DocumentError: The record is no page, or its packing is damaged or unknown.
    """
    head, payload = _split(data)
    fields = fields_of(head)
    if not is_page(fields, payload):
        raise DocumentError("decode", "unsupported_type", "a WARC record that holds no page and no text")
    content_type = fields.get("content-type", "")
    if fields["warc-type"].lower() == "response":
        http_head, payload = _split(payload)
        http = fields_of(http_head)
        content_type = http.get("content-type", "")
        payload = _unpacked(_joined(payload, http), http, settings.max_document_bytes)
    if not payload:
        raise DocumentError("decode", "empty", "the server answered with 0 bytes")
    charset = _CHARSET.search(content_type)
    return Envelope(
        media_type=_media_type(content_type) or "text/html",
        body=payload,
        outer=OuterMetadata(
            url=fields.get("warc-target-uri", "").strip("<>") or None,
            retrieved_at=fields.get("warc-date"),
            is_final=False,
        ),
        charset=charset[1] if charset else None,
    )


def _split(data: bytes) -> tuple[bytes, bytes]:
    """Header and what follows the blank line after it."""
    end = _HEAD_END.search(data, 0, _LONGEST_HEAD)
    return (data[: end.start()], data[end.end() :]) if end else (data, b"")


def _media_type(content_type: str) -> str | None:
    return _PAGES.get(content_type.partition(";")[0].strip().lower())


def _joined(payload: bytes, http: Mapping[str, str]) -> bytes:
    """Take the frames of a chunked answer away; some crawlers did so and left the header."""
    if "chunked" not in http.get("transfer-encoding", "").lower():
        return payload
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK_SIZE.match(payload, at):
        length = int(size[1], 16)
        if not length:
            return b"".join(parts)
        parts.append(payload[size.end() : size.end() + length])
        at = size.end() + length
        at += 2 if payload[at : at + 2] == b"\r\n" else payload[at : at + 1] == b"\n"
    return b"".join(parts) if parts and at >= len(payload) else payload


def _unpacked(payload: bytes, http: Mapping[str, str], limit: int) -> bytes:
    """Unpack an answer; some crawlers did so and left the header."""
    packing = http.get("content-encoding", "").strip().lower()
    if packing in {"gzip", "x-gzip"} and payload.startswith(b"\x1f\x8b"):
        return gunzip(payload, limit)
    if packing == "deflate":
        for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
            engine = zlib.decompressobj(window)
            try:
                out = engine.decompress(payload, limit + 1)
            except zlib.error:
                continue
            if len(out) > limit:
                raise DocumentError("decode", "too_large", f"unpacks to more than the limit of {limit} bytes")
            return out
    if packing in {"br", "zstd"} and b"<" not in payload[:100]:
        raise DocumentError(
            "decode", "unsupported_type", f"the answer is packed by {packing}, which is not read"
        )
    return payload
