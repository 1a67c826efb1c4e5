"""FollowTheMoney: documents, people, organisations and mentions as JSON lines.

One entity each line: `id`, `schema`, `properties` (lists of strings).  A `Mention` says that a document
names a person or an organisation, in which spellings; `Mention.resolved` takes no other kinds of entity.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ingest.version import PIPELINE_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ingest.export.bundles import Bundle, Row

SCHEMAS = {"PERSON": "Person", "ORGANIZATION": "Organization"}
DOCUMENT_SCHEMAS = {"text/html": "HyperText", "application/xhtml+xml": "HyperText", "text/plain": "PlainText"}
LANGUAGES = {
    "ar": "ara", "de": "deu", "en": "eng", "es": "spa", "fr": "fra", "it": "ita", "ja": "jpn", "ko": "kor",
    "nl": "nld", "pl": "pol", "pt": "por", "ru": "rus", "tr": "tur", "uk": "ukr", "zh": "zho",
}  # fmt: skip
"""ISO 639-3 codes, which FollowTheMoney wants; a document in another language says none."""


def lines(bundles: Iterable[Bundle], entities: Iterable[Row], names: Iterable[Row]) -> Iterator[str]:
    """The lines of a FollowTheMoney file: people and organisations, then documents with their mentions.

    Args:
        bundles: The documents.
        entities: Rows of `entities`.
        names: Rows of `entity_names`.
    """
    spellings: dict[str, list[str]] = defaultdict(list)
    for row in names:
        spellings[row["entity_id"]].append(row["surface"])
    for entity in entities:
        if schema := SCHEMAS.get(entity["entity_type"]):
            yield _line(_entity_id(entity["entity_id"]), schema, _entity(entity, spellings))
    for bundle in bundles:
        document = bundle.document
        ident = f"document-{document['document_id']}"
        schema = DOCUMENT_SCHEMAS.get(document["media_type"], "Document")
        yield _line(ident, schema, _document(document))
        yield from _mentions(bundle, ident)


def _entity_id(entity_id: str) -> str:
    return f"entity-{entity_id}".replace(":", "-")


def _entity(entity: Row, spellings: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    others = [name for name in spellings[entity["entity_id"]] if name != entity["entity_name"]]
    country = [entity["country_code"].lower()] if entity["country_code"] else []
    return {"name": [entity["entity_name"]], "alias": others, "country": country}


def _document(document: Row) -> dict[str, list[str]]:
    published = document["published_at"]
    language = LANGUAGES.get((document["language"] or "").partition("-")[0].lower())
    values = {
        "fileName": PurePosixPath(document["source_path"]).name,
        "title": document["title"],
        "publishedAt": published.strftime("%Y-%m-%dT%H:%M:%S") if published else None,
        "publisher": document["source_name"],
        "sourceUrl": document["url"],
        "mimeType": document["media_type"],
        "encoding": document["encoding"],
        "language": language,
        "bodyText": document["text"],
        "processingAgent": f"document-ingest {PIPELINE_VERSION}",
    }
    return {"author": document["authors"], **{name: [value] for name, value in values.items() if value}}


def _mentions(bundle: Bundle, document: str) -> Iterator[str]:
    surfaces: dict[tuple[str, str], dict[str, None]] = {}
    for mention in bundle.mentions:
        if schema := SCHEMAS.get(mention["entity_type"]):
            surfaces.setdefault((mention["entity_id"], schema), {})[mention["surface"]] = None
    for (entity, schema), names in surfaces.items():
        resolved = _entity_id(entity)
        properties = {
            "document": [document],
            "name": list(names),
            "resolved": [resolved],
            "detectedSchema": [schema],
        }
        yield _line(f"mention-{bundle.document['document_id']}-{resolved}", "Mention", properties)


def _line(ident: str, schema: str, properties: Mapping[str, Sequence[str]]) -> str:
    filled = {name: list(values) for name, values in properties.items() if values}
    return json.dumps({"id": ident, "schema": schema, "properties": filled}, ensure_ascii=False) + "\n"
