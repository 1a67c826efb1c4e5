"""Find names in the kept text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.names.decode import best_labels, emission_scores, sentence_firsts
from ingest.names.model import load_model
from ingest.names.spans import label_runs, trim
from ingest.names.tokens import tokenize
from ingest.records import EntityType, Section, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.settings import Settings

_TYPES: dict[str, EntityType] = {"PER": "PERSON", "ORG": "ORGANIZATION", "LOC": "LOCATION", "MISC": "OTHER"}


def find_names(text: str, sections: Sequence[Section], settings: Settings) -> tuple[Span, ...]:
    """All names of a text.

    Args:
        text: The kept text of a document.
        sections: Its sections, in order.
        settings: Names the user's authority file, whose names are found too.

    Returns:
        Spans in order, not overlapping; bare names without article, possessive and title.
    """
    model = load_model()
    tokens = tokenize(text, lambda _: None)
    if not tokens.words:
        return ()
    scores = emission_scores(tokens, model)
    labels = best_labels(scores, sentence_firsts(tokens), model.transitions)
    spans: list[Span] = []
    for first, stop, kind in label_runs(labels, model.labels, tokens):
        start, end = trim(text, int(tokens.starts[first]), int(tokens.ends[stop - 1]))
        if start < end:
            spans.append(Span(start, end, _TYPES[kind]))
    return tuple(spans)
