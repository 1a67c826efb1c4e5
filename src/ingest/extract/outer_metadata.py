"""What the record around a document says of it, joined with what the document says itself."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING

from ingest.decode.envelope import bare_letters
from ingest.extract.author_fields import clean_authors
from ingest.extract.dates import read_date
from ingest.metadata import Metadata

if TYPE_CHECKING:
    from ingest.metadata import OuterMetadata

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")


def join_metadata(own: Metadata, outer: OuterMetadata) -> Metadata:
    """Put a record's fields and a document's own together.

    Args:
        own: What the document says of itself.
        outer: What the record says.

    Returns:
        Field by field the one that wins, else the other.
    """
    read = _metadata(outer)
    first, second = (read, own) if outer.is_final else (own, read)
    names = [field.name for field in fields(Metadata)]
    return Metadata(**{name: getattr(first, name) or getattr(second, name) for name in names})


def title_in(text: str, title: str) -> str | None:
    r"""A title that a file's properties give, where it stands at the beginning of the text too.

    Many such titles are names of files, or left over from another document.

    >>> title_in("Harbour News\nThe council met.", "Harbour news")
    'Harbour news'
    >>> title_in("Harbour News", "Microsoft Word - draft7.doc")
    """
    title = _line(title) or ""
    return title if bare_letters(title) and bare_letters(title) in bare_letters(text) else None


def _metadata(outer: OuterMetadata) -> Metadata:
    language = (outer.language or "").strip()
    url = (outer.url or "").strip()
    return Metadata(
        title=_line(outer.title),
        authors=clean_authors(filter(None, map(_line, outer.authors))),
        published_at=_date(outer.published_at),
        modified_at=_date(outer.modified_at),
        source_name=_line(outer.source_name),
        url=_line(url) if _ADDRESS.fullmatch(url) else None,
        language=language.replace("_", "-") if _LANGUAGE.fullmatch(language) else None,
        description=_line(outer.description),
        retrieved_at=_date(outer.retrieved_at),
    )


def _line(text: str | None) -> str | None:
    """One line without halves of surrogate pairs, which JSON can spell and UTF-8 cannot."""
    return " ".join(_SURROGATE.sub("\ufffd", text or "").split()) or None


def _date(text: str | None) -> str | None:
    return read_date(text) if text else None
