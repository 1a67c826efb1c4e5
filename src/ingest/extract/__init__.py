"""From decoded documents to blocks: one extractor for each media type."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from ingest.errors import DocumentError
from ingest.extract.docx import extract_docx
from ingest.extract.html import extract_html
from ingest.extract.pdf import extract_pdf
from ingest.extract.text import extract_text
from ingest.extract.told import join_metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ingest.records import Page, RawDocument

EXTRACTORS: Mapping[str, Callable[[RawDocument], Page]] = MappingProxyType(
    {
        "application/pdf": extract_pdf,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": extract_docx,
        "application/xhtml+xml": extract_html,
        "text/html": extract_html,
        "text/markdown": extract_text,
        "text/plain": extract_text,
    }
)


def extract(raw: RawDocument) -> Page:
    """Read a document into blocks by the extractor of its media type.

    Args:
        raw: The decoded document.

    Returns:
        The page: every character of its source text that is not white space lies in one block.

    Raises:
        DocumentError: There is no extractor for the media type, or the document holds no text.
    """
    extractor = EXTRACTORS.get(raw.media_type)
    if extractor is None:
        raise DocumentError(
            "extract", "unsupported_type", f"{raw.media_type}; there are: {', '.join(EXTRACTORS)}"
        )
    page = extractor(raw)
    return replace(page, metadata=join_metadata(page.metadata, raw.told)) if raw.told else page
