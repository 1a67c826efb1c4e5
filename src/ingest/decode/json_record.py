"""Records of crawlers and exports: one JSON object with a page or a text, and what is known of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ingest.decode.envelope import Envelope
from ingest.decode.fields import load_fields, values
from ingest.errors import DocumentError
from ingest.metadata import OuterMetadata

if TYPE_CHECKING:
    from ingest.settings import Settings

# Exports give pieces of pages as "text"; no prose has these.
_TAGGED = re.compile(
    r"</(?:p|div|h[1-6]|li|article|section|span|blockquote|td)>|<br\s*/?>|<p>", re.IGNORECASE
)
_MOST_FIELDS_NAMED = 12


def read_json_record(data: bytes, settings: Settings) -> Envelope:
    """Take the document out of a JSON record.

    Args:
        data: The record, in UTF-8.
        settings: `fields_path` names the fields; see `ingest.decode.fields.Fields`.

    Returns:
        Its page, else its text.

    Raises:
        DocumentError: `undecodable`, `unparsable` or `no_text`.
    """
    record = _object(data)
    fields = load_fields(settings.fields_path)
    outer = OuterMetadata(
        title=_text(record, fields.title),
        authors=_authors(record, fields.authors),
        published_at=_text(record, fields.published_at),
        modified_at=_text(record, fields.modified_at),
        retrieved_at=_text(record, fields.retrieved_at),
        source_name=_text(record, fields.source_name),
        url=_text(record, fields.url),
        language=_text(record, fields.language),
        description=_text(record, fields.description),
    )
    if page := _body(record, fields.html):
        return Envelope("text/html", page, outer)
    if text := _body(record, fields.text):
        return Envelope("text/html" if _TAGGED.search(text) else "text/plain", text, outer)
    there = ", ".join(map(repr, list(record)[:_MOST_FIELDS_NAMED]))
    raise DocumentError(
        "decode", "no_text", f"no field with a text among {there or 'no fields'}; name it with --fields"
    )


def _object(data: bytes) -> dict[str, Any]:
    try:
        record = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_without_doubles)
    except UnicodeDecodeError as error:
        detail = f"JSON is UTF-8, but byte {error.start} is not ({error.reason})"
        raise DocumentError("decode", "undecodable", detail) from error
    except RecursionError:
        raise DocumentError("decode", "unparsable", "JSON nested deeper than any record is") from None
    except ValueError as error:
        raise DocumentError("decode", "unparsable", f"no JSON: {error}") from error
    if not isinstance(record, dict):
        detail = f"JSON, but a {type(record).__name__} and no object; one document is one object"
        raise DocumentError("decode", "unparsable", detail)
    return record


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise DocumentError(
            "decode", "unparsable", f"the field {double[:80]!r} stands twice in one JSON object"
        )
    return record


def _body(record: dict[str, Any], names: tuple[str, ...]) -> str | None:
    """The first field with a text that can be seen; a list of paragraphs is one text."""
    for value in values(record, names):
        if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
            value = "\n\n".join(value)  # noqa: PLW2901
        if isinstance(value, str) and value.strip():
            return value
    return None


def _text(record: dict[str, Any], names: tuple[str, ...]) -> str | None:
    for value in values(record, names):
        if isinstance(value, dict) and isinstance(value.get("$date"), str | int):  # as MongoDB exports it
            value = value["$date"]  # noqa: PLW2901
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(int(value)) if value == value // 1 else str(value)
    return None


def _authors(record: dict[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    for value in values(record, names):
        given = value if isinstance(value, list) else [value]
        parts = (part.get("name") if isinstance(part, dict) else part for part in given)
        if authors := tuple(part for part in parts if isinstance(part, str) and part.strip()):
            return authors
    return ()
