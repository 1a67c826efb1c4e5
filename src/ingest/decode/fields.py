"""Under which names the records of crawlers and exports hold a document's text, title, date and so on."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from ingest.settings.toml_lists import read_lists
from ingest.settings.user_files import remembered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Fields:
    """For each thing the names that a record may give it, the first that holds something wins.

    A name with dots, `source.title`, also leads into objects inside the record.  The defaults are what
    news crawlers and their exports use.

    Attributes:
        id: What stays the same when the record is written again; the item's key.
        html: A page or a piece of one; it wins over `text`.
        text: Plain text.
        title: Headline.
        authors: One name, several in one string, or a list of names or of objects with a `name`.
        published_at: Date of publication.
        modified_at: Date of the last change.
        retrieved_at: When it was fetched.
        source_name: The publication.
        url: Its address.
        language: Language tag.
        description: Summary.
    """

    id: tuple[str, ...] = ("id", "_id", "uuid", "guid", "doc_id", "document_id", "article_id")
    html: tuple[str, ...] = ("html", "raw_html", "html_content", "content_html", "body_html")
    text: tuple[str, ...] = (
        *("text", "maintext", "body", "article_text", "full_text", "fulltext", "content_text"),
        *("articleBody", "article", "plain_text", "raw_text", "content", "story"),
    )
    title: tuple[str, ...] = ("title", "headline", "heading", "subject")
    authors: tuple[str, ...] = ("authors", "author", "byline", "creator", "writer")
    published_at: tuple[str, ...] = (
        *("published_at", "publishedAt", "date_publish", "date_published", "datePublished", "publish_date"),
        *("pub_date", "pubDate", "published", "publication_date", "publishDate", "date", "timestamp"),
    )
    modified_at: tuple[str, ...] = ("modified_at", "date_modify", "dateModified", "updated_at", "updated")
    retrieved_at: tuple[str, ...] = (
        *("retrieved_at", "date_download", "crawled_at", "fetched_at", "download_date", "crawl_date"),
        *("scraped_at", "indexed_at"),
    )
    source_name: tuple[str, ...] = (
        *("source_name", "source.name", "source.title", "publisher.name", "sitename", "site_name"),
        *("publisher", "source", "publication", "outlet", "source_domain", "domain"),
    )
    url: tuple[str, ...] = ("url", "link", "uri", "canonical_url", "source_url", "article_url")
    language: tuple[str, ...] = ("language", "lang")
    description: tuple[str, ...] = ("description", "summary", "abstract")


DEFAULT_FIELDS = Fields()


def values(record: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Any]:
    """All values that a record holds under some names, in the names' order, None left out."""
    for name in names:
        value: Any = record.get(name)
        if value is None and "." in name:
            value = record
            for part in name.split("."):
                value = value.get(part) if isinstance(value, dict) else None
        if value is not None:
            yield value


@remembered
def load_fields(path: str | None) -> Fields:
    """Read the user's names of fields.

    Args:
        path: A TOML file with one line for each thing that has other names than the defaults, such as
            `text = ["fulltext_en", "content.body"]`; None for the defaults.

    Returns:
        The names.

    Raises:
        ConfigError: The file cannot be read, or names what there is not.
    """
    if path is None:
        return DEFAULT_FIELDS
    known = [field.name for field in fields(Fields)]
    return Fields(**read_lists("--fields", path, known, "a list of names", 'text = ["text", "body"]'))
