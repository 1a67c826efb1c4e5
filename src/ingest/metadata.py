"""What is known of a document beside its text: by itself, and by the record around it."""

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
class Told:
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
