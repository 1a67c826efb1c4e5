"""Media types: what a file's name says, and what its first bytes say against it."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from ingest.errors import DocumentError
from ingest.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {suffix: one.media_type for one in FORMATS for suffix in one.suffixes}
)
"""Suffix (lower case, before any `.gz`) to media type of the documents that are read."""

BINARY: Mapping[str, tuple[bytes, int]] = MappingProxyType(
    {one.media_type: (one.mark, one.mark_within) for one in FORMATS if one.mark}
)
"""Media types that are no text: the bytes by which they are known, and within how many bytes they stand."""

CONTAINER_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".jsonl": "application/jsonl",
        ".ndjson": "application/jsonl",
        ".csv": "text/csv",
        ".tsv": "text/csv",
        ".warc": "application/warc",
        ".wet": "application/warc",
        ".mbox": "application/mbox",
        ".zip": "application/zip",
        ".tar": "application/x-tar",
        ".tgz": "application/x-tar",
    }
)
"""Suffix to media type of what holds many documents; all but `.zip` also packed."""

_ITEM_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "application/jsonl": "application/json",
        "text/csv": "application/json",
        "application/warc": "application/warc-record",
        "application/mbox": "message/rfc822",
    }
)
"""What the items of a container are, where their keys do not say it."""

KEY_SEPARATOR = "#"

PACKED_SUFFIX = ".gz"

# First bytes of files that are often met under a wrong name.  A signature that a text could begin
# with by chance has no place here.
_SIGNATURES = (
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\0\0\x01\0", "an icon"),
    (b"%PDF-", "a PDF file"),
    (b"%!PS-", "a PostScript file"),
    (b"{\\rtf", "an RTF file"),
    (b"PK\x03\x04", "a zip archive (or a DOCX, XLSX, ODT or EPUB file)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "gzip data; if a document is inside, its name should end in .gz once"),
    (b"BZh91AY&SY", "bzip2 data"),
    (b"\xfd7zXZ\0", "xz data"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office file"),
    (b"WARC/1.", "a WARC web archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"OggS\0", "an Ogg audio or video file"),
    (b"ID3\x02", "an MP3 file"),
    (b"ID3\x03", "an MP3 file"),
    (b"ID3\x04", "an MP3 file"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
)
# The form's name stands after four bytes of length.
_LATE_SIGNATURES = (
    (b"RIFF", 8, (b"WEBP", b"WAVE", b"AVI "), "a WebP image, WAV or AVI file"),
    (b"", 4, (b"ftyp",), "an MP4, HEIC or AVIF file"),
)

_HTML_START = re.compile(
    r"[\s\ufeff]*(?:<\?xml[^>]{0,300}>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*){0,20}<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP = re.compile(r"<[a-zA-Z!?/]|&#?\w{1,32};")


def media_type_of(source_path: str) -> tuple[str | None, bool]:
    """Read the media type of a document off its name.

    Args:
        source_path: A path, or a path and a key inside a container.

    Returns:
        The media type, or None where the suffix is not supported; and whether the document is packed by gzip.

    >>> media_type_of("news/2024.jsonl.gz#a-17")
    ('application/json', False)
    >>> media_type_of("briefs.zip#old/brief.html.gz")
    ('text/html', True)
    """
    outer, is_inside, name = source_path.rpartition(KEY_SEPARATOR)
    if is_inside and (item_type := _ITEM_TYPES.get(container_type_of(outer)[0] or "")):
        return item_type, False
    return _by_suffix(name, MEDIA_TYPES)


def container_type_of(source_path: str) -> tuple[str | None, bool]:
    """Read the media type of a container off its name.

    Returns:
        The media type, or None for what is no container; and whether it is packed by gzip.
    """
    media_type, is_gzip = _by_suffix(source_path.rpartition(KEY_SEPARATOR)[2], CONTAINER_TYPES)
    is_tgz = source_path.lower().endswith(".tgz")
    return (
        None if is_gzip and (media_type == "application/zip" or is_tgz) else media_type
    ), is_gzip or is_tgz


def _by_suffix(path: str, types: Mapping[str, str]) -> tuple[str | None, bool]:
    name = path.rpartition("/")[2].lower()
    is_gzip = name.endswith(PACKED_SUFFIX)
    stem, dot, suffix = name.removesuffix(PACKED_SUFFIX).rpartition(".")
    return (types.get(dot + suffix) if stem else None), is_gzip


def check_signature(data: bytes) -> None:
    """Refuse what its first bytes show to be no text.

    Raises:
        DocumentError: `unsupported_type`, with the name of the format.
    """
    kind = next((kind for magic, kind in _SIGNATURES if data.startswith(magic)), None)
    if kind is None:
        kind = next(
            (
                kind
                for magic, at, forms, kind in _LATE_SIGNATURES
                if data.startswith(magic) and data.startswith(forms, at)
            ),
            None,
        )
    if kind is not None:
        raise DocumentError("decode", "unsupported_type", f"the first bytes are those of {kind}")


def refine_media_type(media_type: str, text: str) -> str:
    """Correct a name that the text clearly contradicts.

    A plain-text name over a whole HTML page gives HTML; an HTML name over text without a single tag or
    entity gives plain text, whose lines would else run together.
    """
    if media_type == "text/plain" and _HTML_START.match(text):
        return "text/html"
    if media_type in {"text/html", "application/xhtml+xml"} and not _MARKUP.search(text):
        return "text/plain"
    return media_type
