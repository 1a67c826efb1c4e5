"""A document inside a record: what was around it says its type, its encoding and more."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.metadata import OuterMetadata

# A record's title belongs to the text; where the body begins with it, it is there already.
_LOOKED_AT = 2000
_TAG = re.compile(r"<[^<>]{0,2000}>")
_WHOLE_PAGE = re.compile(r"<(?:html|body|h1)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A document taken out of its record.

    Attributes:
        media_type: What the document is.
        body: Its bytes, or its text where the record gives text.
        outer: What the record says of it.
        charset: Label of the encoding that the record names.
    """

    media_type: str
    body: bytes | str
    outer: OuterMetadata
    charset: str | None = None


def with_title(media_type: str, text: str, title: str | None) -> str:
    r"""Put a record's title in front of its text, where the text has it not.

    Plain text gets it as its first paragraph, a piece of a page as its `<h1>`; a whole page has a title
    of its own.

    Args:
        media_type: `text/plain` or `text/html`.
        text: The body.
        title: The record's title, if any.

    >>> with_title("text/plain", "The council met.", "Harbour news")
    'Harbour news\n\nThe council met.'
    """
    title = " ".join((title or "").split())
    if not bare_letters(title):
        return text
    if media_type == "text/html":
        if _WHOLE_PAGE.search(text) or bare_letters(title) in bare_letters(
            html.unescape(_TAG.sub("", text[:_LOOKED_AT]))
        ):
            return text
        return f"<h1>{html.escape(title, quote=False)}</h1>\n{text}"
    return text if bare_letters(text[:_LOOKED_AT]).startswith(bare_letters(title)) else f"{title}\n\n{text}"


def bare_letters(text: str) -> str:
    """Letters and digits of a text in one case, by which a title is found in a text."""
    return "".join(c for c in text.casefold() if c.isalnum())
