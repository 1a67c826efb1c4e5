"""Find names in the kept text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.names.authority import load_authority
from ingest.names.authority.shared_head import shared_heads, with_shared_heads
from ingest.names.find.bare_names import designations, polish
from ingest.names.find.bearers import borne
from ingest.names.find.consistency import Found, agree
from ingest.names.find.context import in_context, with_kinds, without_common
from ingest.names.find.evidence import with_authority
from ingest.names.find.foreign import with_foreign
from ingest.names.find.languages import foreign_stretches
from ingest.names.find.sentence_cues import in_sentences
from ingest.names.find.spans import label_runs, trim
from ingest.names.find.strays import without_strays
from ingest.names.model import load_model
from ingest.names.model.decode import best_labels, emission_scores
from ingest.names.model.recase import raised
from ingest.names.model.tokens import tokenize
from ingest.records import Section, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.names.model import Model
    from ingest.records import EntityType
    from ingest.settings import Settings


def find_names(text: str, sections: Sequence[Section], settings: Settings) -> tuple[Span, ...]:  # noqa: ARG001 (sections: the pipeline's signature)
    """Find all names of a text.

    Args:
        text: The kept text of a document.
        sections: Its sections, in order.
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
    authority = load_authority(settings)
    reading = model.read(tokens)
    is_small = reading.tokens is not tokens and not reading.shouted.any()
    hits = authority.find(raised(text, tokens, model.lexicon.cases) if is_small else text)
    tokens, words = reading.tokens, reading.tokens.words
    labels = best_labels(emission_scores(reading, hits, model), reading.words.first, model.transitions)
    found = [Found(*run) for run in label_runs(labels, model.labels, tokens)]
    whole = without_strays(borne(found, words), tokens, model.lexicon.cases)
    bare = in_sentences(polish(whole, tokens, model.lexicon.cases), tokens)
    context = in_context(bare, tokens, text, model.lexicon.cases)
    found = designations(agree(context.found, tokens, context.sure), words)
    found = with_kinds(found, words, context.kinds)
    spans = []
    for name in found:
        start, end = trim(text, int(tokens.starts[name.first]), int(tokens.ends[name.stop - 1]), name.kind)
        if start < end:
            spans.append(Span(start, end, _type(name, words, context.peoples, model)))
    known = with_authority(without_common(spans, text), hits, text, model.lexicon.cases)
    known = with_shared_heads(known, shared_heads(text, authority))
    stretches = foreign_stretches(text)
    return tuple(with_foreign(known, hits, text, stretches) if stretches else known)


def _type(name: Found, words: Sequence[str], peoples: frozenset[str], model: Model) -> EntityType:
    if name.stop - name.first == 1 and words[name.first] in peoples:
        return "NORP"
    return model.type_of(name.kind, tuple(words[name.first : name.stop]))
