"""Small corpora for the tests of linking: texts in which `[TYPE|name]` marks a mention."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from ingest.names.link import link_names
from ingest.names.resolve import CorpusName, CorpusSpelling, resolve
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
    linked = [link_names(text, spans, settings) for text, spans in texts]
    rows = corpus_names(linked)
    links = {identity(row): link for row, link in zip(rows, resolve(rows, settings), strict=True)}
    found = []
    for number, ((text, _), (names, mentions)) in enumerate(zip(texts, linked, strict=True)):
        for m in mentions:
            link = links[identity(names[m.name_index])]
            proof = m.evidence and text[m.evidence.char_start : m.evidence.char_end]
            found.append(
                Linked(number, m.surface, m.char_start, m.char_end, m.method, proof, link.entity, link.basis)
            )
    return found


def identity(name):
    return name.entity_type, name.key, name.authority_id


def corpus_names(linked):
    """What the store counts: distinct names with their spellings."""
    counts, displays, documents, spellings, proofs = Counter(), {}, {}, {}, {}
    for number, (names, mentions) in enumerate(linked):
        for m in mentions:
            name = names[m.name_index]
            key = identity(name)
            counts[key] += 1
            displays.setdefault(key, Counter())[name.display] += 1
            documents.setdefault(key, set()).add(number)
            spellings.setdefault(key, Counter())[m.surface, m.method] += 1
            if m.evidence:
                proof = (f"d{number}", m.evidence.char_start, m.evidence.char_end)
                known = proofs.get((key, m.surface, m.method), proof)
                proofs[key, m.surface, m.method] = min(known, proof)
    rows = []
    for key in sorted(counts, key=lambda k: (k[0], k[1], k[2] or "")):
        display = min(displays[key], key=lambda d: (-displays[key][d], -len(d), d))
        spelt = tuple(
            CorpusSpelling(
                surface, method, n, f"d{min(documents[key])}", *proofs.get((key, surface, method), ())
            )
            for (surface, method), n in sorted(spellings[key].items())
        )
        rows.append(CorpusName(*key, display, len(documents[key]), counts[key], spelt))
    return rows
