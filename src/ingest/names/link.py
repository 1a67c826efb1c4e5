"""Placeholder: every surface is its own name."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.records import Mention, Name, Span
from ingest.settings import Settings


def link_names(
    text: str, spans: Sequence[Span], settings: Settings
) -> tuple[tuple[Name, ...], tuple[Mention, ...]]:
    index: dict[str, int] = {}
    mentions = []
    for span in spans:
        surface = text[span.char_start : span.char_end]
        i = index.setdefault(surface, len(index))
        mentions.append(Mention(span.char_start, span.char_end, surface, span.entity_type, i, "self"))
    return tuple(Name(s.casefold(), s, "PERSON") for s in index), tuple(mentions)
