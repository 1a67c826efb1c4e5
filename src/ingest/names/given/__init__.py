"""Link names that somebody else has found: one text, or a whole corpus.

What a run does between finding names and writing tables, for texts and mentions in memory.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ingest.names.authority import load_authority
from ingest.names.given.guess import GivenSpan, typed_spans
from ingest.names.given.inner_name import inner
from ingest.names.link import link_names
from ingest.names.resolve import resolve
from ingest.names.resolve.distinct import CorpusName, CorpusSpelling
from ingest.settings import DEFAULT_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingest.names.resolve.distinct import Link
    from ingest.records import Mention, Name, Span
    from ingest.settings import Settings

Identity = tuple[str, str, str | None]
"""Type, comparison form and authority id: what equal names of all documents share."""


class LinkedMentions(NamedTuple):
    """The names of one text and its mentions; `names[mention.name_index]` is what a mention stands for."""

    names: tuple[Name, ...]
    mentions: tuple[Mention, ...]


def link_mentions(
    text: str,
    spans: Sequence[GivenSpan],
    settings: Settings = DEFAULT_SETTINGS,
) -> LinkedMentions:
    """Link mentions that somebody else has found.

    A mention may have more words than the name: "Norway's Harbour Guard", "Anna Whitlock, 40" are linked
    by the name inside.

    Args:
        text: A text.
        spans: Its mentions, in any order: spans, or (start, end, type), or (start, end), for
            which a type is guessed from the spelling.
        settings: Names the user's authority file.

    Returns:
        The names and one mention for each span, in the order of `spans`.

    Raises:
        ConfigError: The user's authority file is wrong, or a span: it holds no character of the text,
            or is of a type that there is not.

    >>> text = "Admiral Ann B. Reyes spoke. Reyes left for the U.S. Navy."
    >>> names, mentions = link_mentions(text, [(8, 20, "PERSON"), (28, 33, "PERSON"), (47, 56)])
    >>> [names[m.name_index].display for m in mentions]
    ['Ann B. Reyes', 'Ann B. Reyes', 'U.S. Navy']
    >>> [m.method for m in mentions]
    ['self', 'surname', 'authority']
    """
    authority = load_authority(settings)
    given = typed_spans(text, spans, authority)
    names, mentions = link_names(text, [inner(text, span, authority) for span in given], settings)
    return LinkedMentions(names, tuple(_as_given(m, s, text) for m, s in zip(mentions, given, strict=True)))


def _as_given(mention: Mention, span: Span, text: str) -> Mention:
    """A mention with the borders it was given; its evidence and method are those of the name inside."""
    start, end = span.char_start, span.char_end
    if (mention.char_start, mention.char_end) == (start, end):
        return mention
    return replace(mention, char_start=start, char_end=end, surface=text[start:end])


def resolve_corpus(
    documents: Mapping[str, LinkedMentions], settings: Settings = DEFAULT_SETTINGS
) -> dict[str, tuple[Link, ...]]:
    """Give every mention of a corpus its entity.

    Args:
        documents: What `link_mentions` gave for each text, by an id of the caller's.
        settings: Names the user's authority file and the decisions file.

    Returns:
        For each document one link for each of its mentions, in their order.  Mentions of one entity
        share `link.entity.entity_id`, whatever their document.  The order of documents makes no difference.

    Raises:
        ConfigError: The authority file or the decisions file is wrong.

    >>> one = link_mentions("Admiral Ann B. Reyes spoke.", [(8, 20, "PERSON")])
    >>> two = link_mentions("Reyes was silent. Ann Reyes left.", [(0, 5, "PERSON"), (18, 27, "PERSON")])
    >>> links = resolve_corpus({"one": one, "two": two})
    >>> [link.entity.entity_name for of_document in links.values() for link in of_document]
    ['Ann Reyes', 'Ann Reyes', 'Ann Reyes']
    >>> links["two"][1].basis, links["two"][1].evidence_document_id
    ('full_name', 'one')
    """
    rows = distinct_names(documents)
    links = dict(zip(map(identity, rows), resolve(rows, settings), strict=True))
    return {
        ident: tuple(links[identity(names[m.name_index])] for m in mentions)
        for ident, (names, mentions) in documents.items()
    }


def identity(name: Name | CorpusName) -> Identity:
    """What a name and its equals of other documents share."""
    return name.entity_type, name.key, name.authority_id


def distinct_names(documents: Mapping[str, LinkedMentions]) -> list[CorpusName]:
    """Count the distinct names of documents, as the store does over published tables.

    The display is the one most documents use, then the longest, then the first; a spelling's evidence
    is the first in order of document ids.
    """
    displays: dict[Identity, Counter[str]] = {}
    holders: dict[Identity, list[str]] = {}
    spellings: dict[Identity, Counter[tuple[str, str]]] = {}
    proofs: dict[tuple[Identity, str, str], tuple[str, int, int]] = {}
    for ident in sorted(documents):
        names, mentions = documents[ident]
        for name in names:
            displays.setdefault(identity(name), Counter())[name.display] += 1
            holders.setdefault(identity(name), []).append(ident)
        for m in mentions:
            key = identity(names[m.name_index])
            spellings.setdefault(key, Counter())[m.surface, m.method] += 1
            if m.evidence is not None:
                proof = (ident, m.evidence.char_start, m.evidence.char_end)
                spelt = (key, m.surface, m.method)
                proofs[spelt] = min(proofs.get(spelt, proof), proof)
    rows = []
    for key in sorted(spellings, key=lambda k: (k[0], k[1], k[2] or "")):
        shown = min(displays[key], key=lambda d: (-displays[key][d], -len(d), d))
        spelt_so = tuple(
            CorpusSpelling(surface, method, count, holders[key][0], *proofs.get((key, surface, method), ()))
            for (surface, method), count in sorted(spellings[key].items())
        )
        count = spellings[key].total()
        rows.append(CorpusName(*key, shown, len(holders[key]), count, spelt_so))  # type: ignore[arg-type]  # a name's type
    return rows
