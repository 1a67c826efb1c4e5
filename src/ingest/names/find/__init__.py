"""Find names in the kept text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.names.authority import load_authority
from ingest.names.authority.shared_head import shared_heads, with_shared_heads
from ingest.names.find.bare_names import polish, with_designations
from ingest.names.find.bearers import as_people
from ingest.names.find.citations import without_citations
from ingest.names.find.consistency import agree
from ingest.names.find.context import in_context, with_kinds, without_common
from ingest.names.find.evidence import with_authority
from ingest.names.find.foreign import with_foreign
from ingest.names.find.languages import foreign_stretches
from ingest.names.find.neighbours import beside
from ingest.names.find.scripts import with_scripts
from ingest.names.find.sentence_cues import in_sentences
from ingest.names.find.spans import label_runs, trim
from ingest.names.find.strays import without_strays
from ingest.names.model import load_model
from ingest.names.model.decode import best_labels, emission_scores
from ingest.names.model.recase import raised
from ingest.names.model.tokens import tokenize
from ingest.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ingest.names.find.spans import Found
    from ingest.names.model import Model
    from ingest.names.model.tokens import Tokens
    from ingest.settings import Settings


def find_names(text: str, settings: Settings) -> tuple[Span, ...]:
    """Find all names of a text.

    Args:
        text: The kept text of a document.
        settings: Names the user's authority file, whose names are found too.

    Returns:
        Spans in order, not overlapping; bare names without article, possessive and title.

    Raises:
        ConfigError: The user's authority file is wrong.
    """
    model = load_model()
    tokens = tokenize(text, model.split)
    if not tokens.words:
        return ()
    authority, cases = load_authority(settings), model.lexicon.cases
    reading = model.read(tokens)
    is_small = reading.tokens is not tokens and not reading.shouted.any()
    hits = authority.find(raised(text, tokens, cases) if is_small else text)
    tokens, words = reading.tokens, reading.tokens.words
    labels = best_labels(emission_scores(reading, hits, model), reading.words.first, model.transitions)
    found = list(label_runs(labels, model.labels, tokens))
    found = as_people(found, words)
    found = without_strays(found, tokens, cases)
    found = polish(found, tokens, cases)
    found = beside(in_sentences(found, tokens), words)
    context = in_context(found, tokens, text, cases)
    found = agree(context.found, tokens, context.sure)
    found = with_designations(found, words)
    found = with_kinds(found, words, context.kinds)
    spans = list(_spans(text, found, tokens, context.peoples, model))
    spans = without_common(spans, text)
    spans = with_authority(spans, hits, text, cases)
    spans = with_shared_heads(spans, shared_heads(text, authority))
    spans = without_citations(spans, text)
    stretches = foreign_stretches(text)
    spans = with_foreign(spans, hits, text, stretches) if stretches else spans
    return tuple(with_scripts(spans, hits, text))


def _spans(
    text: str, found: Iterable[Found], tokens: Tokens, peoples: frozenset[str], model: Model
) -> Iterator[Span]:
    """Bare names with their places and their types; a people's name is one whatever its label."""
    words = tokens.words
    for name in found:
        start, end = trim(text, int(tokens.starts[name.first]), int(tokens.ends[name.stop - 1]), name.kind)
        if start < end:
            spelling = name.spelling(words)
            is_people = len(spelling) == 1 and spelling[0] in peoples
            yield Span(start, end, "NORP" if is_people else model.type_of(name.kind, spelling))
