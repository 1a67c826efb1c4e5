"""DOCX (Office Open XML): the text of the document, and what its styles say of each paragraph.

The source text is the document's character data in order, a line break after each paragraph and a tab
between the cells of a table's row; then its notes, then its headers and footers.  The text of a box stands
before the paragraph that holds it.  What tracked changes delete, codes of fields and comments are no part of
it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from lxml import etree

from ingest.errors import DocumentError
from ingest.extract.author_fields import clean_authors
from ingest.extract.dates import read_date
from ingest.extract.docx.paragraphs import Paragraph, paragraphs_of, styles_of
from ingest.extract.outer_metadata import title_in
from ingest.extract.pieces import make_block
from ingest.metadata import Metadata
from ingest.records import Edit, Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element

    from ingest.metadata import RawDocument
    from ingest.records import Block

_MOST_BYTES = 64 << 20
_ENCRYPTED = 0x1
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, IndexError, NotImplementedError)
_HEADERS = re.compile(r"word/(?:header|footer)\d*\.xml")
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_FIRST = 2000


def extract_docx(raw: RawDocument) -> Page:
    """Read a DOCX file.

    Args:
        raw: The document; `content` holds its bytes.

    Returns:
        Its page.  Author and dates are those of the document's properties, and the title where it stands
        at the beginning of the text too: many are left over from another document.

    Raises:
        DocumentError: `corrupt`, `encrypted`, `too_large`, `unparsable` or `empty`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw.content)) as archive:
            names = set(archive.namelist())
            parts = {name: _part(archive, name) for name in names if _is_read(name)}
    except _DAMAGED as error:
        raise DocumentError("extract", "corrupt", f"no DOCX file that can be read: {error}") from error
    if "word/document.xml" not in parts:
        raise DocumentError("extract", "corrupt", "a zip archive without word/document.xml: no DOCX file")
    styles = styles_of(parts.get("word/styles.xml"))
    paragraphs = paragraphs_of(parts["word/document.xml"], styles)
    for name in _NOTES:
        if name in parts:
            paragraphs += paragraphs_of(parts[name], styles)
    edge = [
        p for name in sorted(parts) if _HEADERS.fullmatch(name) for p in paragraphs_of(parts[name], styles)
    ]
    paragraphs += [Paragraph("running_head", p.text) for p in edge]
    source_text, blocks = _lay_out(paragraphs)
    if not blocks:
        raise DocumentError("extract", "empty", "the document holds no text")
    return Page(source_text, blocks, _metadata(parts.get("docProps/core.xml"), source_text))


def _is_read(name: str) -> bool:
    return (
        name in {"word/document.xml", "word/styles.xml", "docProps/core.xml", *_NOTES}
        or _HEADERS.fullmatch(name) is not None
    )


def _part(archive: zipfile.ZipFile, name: str) -> _Element:
    """Parse a part of the package; no entity is expanded and nothing is fetched."""
    info = archive.getinfo(name)
    if info.flag_bits & _ENCRYPTED:
        raise DocumentError("extract", "encrypted", f"{name} is encrypted")
    with archive.open(info) as stream:
        data = stream.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise DocumentError("extract", "too_large", f"{name} unpacks to more than {_MOST_BYTES} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError("extract", "unparsable", f"{name}: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentError("extract", "unparsable", f"{name} declares a document type, as no DOCX file does")
    return root


def _lay_out(paragraphs: Sequence[Paragraph]) -> tuple[str, tuple[Block, ...]]:
    source_text = "\n".join(paragraph.text for paragraph in paragraphs)
    blocks: list[Block] = []
    at = 0
    for paragraph in paragraphs:
        text = paragraph.text
        if text.strip():
            start = at + len(text) - len(text.lstrip())
            end = at + len(text.rstrip())
            edits = [
                Edit("table_cell", "\t", " | ", at + tab, at + tab + 1)
                for tab in paragraph.cell_tabs
                if start <= at + tab < end
            ]
            blocks.append(make_block(source_text, (start, end), paragraph.kind, edits, paragraph.level))
        at += len(text) + 1
    return source_text, tuple(blocks)


def _metadata(core: _Element | None, source_text: str) -> Metadata:
    if core is None:
        return Metadata()

    def field(name: str) -> str:
        return " ".join((core.findtext(name) or "").split())

    return Metadata(
        title=title_in(source_text[:_FIRST], field(f"{_DC}title")),
        authors=clean_authors([field(f"{_DC}creator")]),
        published_at=read_date(field(f"{_TERMS}created")),
        modified_at=read_date(field(f"{_TERMS}modified")),
        language=field(f"{_DC}language") or None,
        description=field(f"{_DC}description") or None,
    )
