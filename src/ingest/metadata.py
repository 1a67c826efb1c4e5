"""A document as it came, and what is known of it beside its text: by itself, and by the record around it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about itself.  None or empty where it says nothing.

    Attributes:
        title: Headline without the site's name.
        authors: Names of people or desks, in order, without "By".
        published_at: ISO 8601 with offset, or a bare date; read as UTC where no offset stands.
        modified_at: Likewise.
        source_name: The publication.
        url: Canonical URL.
        language: BCP 47 tag as declared, such as `en` or `pt-BR`.
        description: The page's own summary.
        retrieved_at: When it was fetched, as the record around it says; as `published_at`.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    modified_at: str | None = None
    source_name: str | None = None
    url: str | None = None
    language: str | None = None
    description: str | None = None
    retrieved_at: str | None = None


@dataclass(frozen=True, slots=True)
class OuterMetadata:
    """What the record around a document says of it: fields as they stood there, None or empty for none.

    Attributes:
        title: Headline, or a letter's subject.
        authors: Author fields, each with one name or several.
        published_at: When it was published, in any form that pages use.
        modified_at: Likewise.
        retrieved_at: When it was fetched.
        source_name: The publication.
        url: Its address.
        language: BCP 47 tag.
        description: Its summary.
        is_final: Whether this holds against what the document says of itself; else it fills gaps.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    modified_at: str | None = None
    retrieved_at: str | None = None
    source_name: str | None = None
    url: str | None = None
    language: str | None = None
    description: str | None = None
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A document's bytes, decoded.

    Attributes:
        source_path: POSIX path relative to the landing root; `path#key` inside a container.
        content_sha256: Hex digest of the bytes as they lay in the landing folder.
        media_type: IANA media type after unpacking, such as `text/html`.
        encoding: Python codec; `unpacked.decode(encoding)` gives `text`, a byte order mark left out.
        text: The decoded text; for HTML the markup.
        content: The unpacked bytes of what is no text (PDF, DOCX), whose `text` and `encoding` are empty; and
            of a page in UTF-8, which a parser takes as they are.
        outer: What the record around the document says of it; None for a document without one.
    """

    source_path: str
    content_sha256: str
    media_type: str
    encoding: str
    text: str
    outer: OuterMetadata | None = None
    content: bytes = b""
