"""W3C Web Annotations as JSON-LD: names, quotations and topics at their places, one annotation a line.

After the Web Annotation Data Model (W3C Recommendation, 23 February 2017).  Each target has a
`TextQuoteSelector` (the words and what stands around them) and a `TextPositionSelector`; positions count
code points of `documents.text`, which is the `source`, got `via` the page's address where it has one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ingest.export.bundles import Bundle, Row

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
AROUND = 32
"""Characters of prefix and suffix."""


def lines(bundles: Iterable[Bundle]) -> Iterator[str]:
    """The annotations of all documents."""
    for bundle in bundles:
        for annotation in _annotations(bundle):
            yield json.dumps(annotation, ensure_ascii=False) + "\n"


def _annotations(bundle: Bundle) -> Iterator[dict[str, Any]]:
    document = bundle.document
    for mention in bundle.mentions:
        bodies = [
            _entity(mention["entity_id"]),
            _text(mention["entity_name"], "identifying"),
            _text(mention["entity_type"], "classifying"),
        ]
        yield _annotation(mention["mention_id"], "identifying", bodies, document, mention)
    for quote in bundle.quotes:
        bodies = [_text(quote["speaker_name"], "describing")] if quote["speaker_name"] else []
        if quote["speaker_entity_id"]:
            bodies.append(_entity(quote["speaker_entity_id"]))
        yield _annotation(quote["quote_id"], "describing", bodies, document, quote)
    for topic in bundle.topics:
        bodies = [_text(topic["topic_name"], "tagging"), _text(topic["topic_id"], "classifying")]
        ident = f"{topic['section_id']}-{topic['topic_id']}"
        yield _annotation(ident, "classifying", bodies, document, topic)


def _entity(ident: str) -> dict[str, str]:
    return {"type": "SpecificResource", "source": f"urn:ingest:entity:{ident}", "purpose": "identifying"}


def _text(value: str, purpose: str) -> dict[str, str]:
    return {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": purpose}


def _annotation(
    ident: str, motivation: str, bodies: list[dict[str, str]], document: Row, place: Row
) -> dict[str, Any]:
    found = {
        "@context": CONTEXT,
        "id": f"urn:ingest:{ident}",
        "type": "Annotation",
        "motivation": motivation,
        "target": _target(document, place["char_start"], place["char_end"]),
    }
    return found | ({"body": bodies} if bodies else {})


def _target(document: Row, start: int, end: int) -> dict[str, Any]:
    text = document["text"]
    source = {"id": f"urn:ingest:document:{document['document_id']}", "type": "Text", "format": "text/plain"}
    if document["url"]:
        source["via"] = document["url"]
    if document["language"]:
        source["language"] = document["language"]
    quote = {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(0, start - AROUND) : start],
        "suffix": text[end : end + AROUND],
    }
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    return {"type": "SpecificResource", "source": source, "selector": [quote, position]}
