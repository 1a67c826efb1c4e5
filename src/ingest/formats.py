"""The kinds of documents that are read: one row each, from a file's suffix to the function that reads it."""

from __future__ import annotations

from typing import NamedTuple


class Format(NamedTuple):
    """One kind of document.

    Attributes:
        media_type: Its IANA media type.
        suffixes: What its files' names end in, in lower case, before any `.gz`.
        extractor: The function from `RawDocument` to `Page`, as `module:name`; empty for a record, which
            holds a document of another kind (`ingest.decode.ENVELOPES`).
        mark: For what is no text, the bytes by which it is known.
        mark_within: Within how many bytes these stand.
    """

    media_type: str
    suffixes: tuple[str, ...]
    extractor: str = ""
    mark: bytes = b""
    mark_within: int = 0


FORMATS = (
    Format("text/plain", (".txt", ".text"), "ingest.extract.text:extract_text"),
    Format("text/markdown", (".md",), "ingest.extract.text:extract_text"),
    Format("text/html", (".html", ".htm"), "ingest.extract.html:extract_html"),
    Format("application/xhtml+xml", (".xhtml",), "ingest.extract.html:extract_html"),
    Format("application/json", (".json",)),
    Format("message/rfc822", (".eml",)),
    Format("application/pdf", (".pdf",), "ingest.extract.pdf:extract_pdf", b"%PDF-", 1024),
    Format(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (".docx",),
        "ingest.extract.docx:extract_docx",
        b"PK\x03\x04",
        4,
    ),
)
"""In the order in which messages and the documents list them."""
