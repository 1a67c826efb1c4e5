"""Small corpora for the tests of linking: texts in which `[TYPE|name]` marks a mention."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.names.given import LinkedMentions, distinct_names, link_mentions, resolve_corpus
from ingest.records import Span
from ingest.settings import DEFAULT_SETTINGS

MARK = re.compile(r"\[([A-Z]+)\|([^\]]+)\]")


def unmark(marked):
    """The text without marks, and its spans."""
    text, spans, at = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[at : mark.start()]
        spans.append(Span(len(text), len(text) + len(mark[2]), mark[1]))
        text += mark[2]
        at = mark.end()
    return text + marked[at:], tuple(spans)


@dataclass(frozen=True)
class Linked:
    """One mention, linked over the corpus."""

    document: int
    surface: str
    start: int
    end: int
    method: str
    evidence: str | None
    entity: object
    basis: str


def link_corpus(documents, settings=DEFAULT_SETTINGS):
    """Link marked texts and resolve their names; every mention as `Linked`."""
    texts = [unmark(document) for document in documents]
    linked = numbered([link_mentions(text, spans, settings) for text, spans in texts])
    links = resolve_corpus(linked, settings)
    found = []
    for number, ((text, _), (ident, (_, mentions))) in enumerate(zip(texts, linked.items(), strict=True)):
        for m, link in zip(mentions, links[ident], strict=True):
            proof = text[m.evidence.char_start : m.evidence.char_end]
            found.append(
                Linked(number, m.surface, m.char_start, m.char_end, m.method, proof, link.entity, link.basis)
            )
    return found


def numbered(linked):
    """Documents by made-up ids that sort as they stand."""
    return {f"d{number:04}": LinkedMentions(*one) for number, one in enumerate(linked)}


def corpus_names(linked):
    """The distinct names of documents."""
    return distinct_names(numbered(linked))
