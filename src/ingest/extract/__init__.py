"""From decoded documents to blocks: one extractor for each media type."""

from __future__ import annotations

from dataclasses import replace
from pkgutil import resolve_name
from types import MappingProxyType
from typing import TYPE_CHECKING

from ingest.errors import DocumentError
from ingest.extract.outer_metadata import join_metadata
from ingest.formats import FORMATS
from ingest.garbage import without_collection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ingest.metadata import RawDocument
    from ingest.records import Page

EXTRACTORS: Mapping[str, Callable[[RawDocument], Page]] = MappingProxyType(
    {one.media_type: resolve_name(one.extractor) for one in FORMATS if one.extractor}
)
"""By media type, as `ingest.formats` names them."""


@without_collection
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
    return replace(page, metadata=join_metadata(page.metadata, raw.outer)) if raw.outer else page
