"""The straight line: one document, from bytes to everything that is known about it."""

from __future__ import annotations

from ingest.clean import clean
from ingest.decode import decode
from ingest.extract import extract
from ingest.garbage import without_collection
from ingest.layout import lay_out
from ingest.names.find import find_names
from ingest.names.link import link_names
from ingest.quotes import find_quotes
from ingest.records import Record
from ingest.sections import plan_sections
from ingest.settings import DEFAULT_SETTINGS, Settings
from ingest.settings.keep import load_keep, reasons_to_keep
from ingest.topics import find_topics


@without_collection
def process(content: bytes, source_path: str, settings: Settings = DEFAULT_SETTINGS) -> Record:
    """Read one document: clean it, cut it into sections, find its names, quotations and topics.

    A pure function of its arguments: no clock, no network, no global state.  The media type
    follows from the path's suffix and the bytes.

    Args:
        content: The file's bytes as they lie in the landing folder, packed or not.
        source_path: POSIX path relative to the landing root.
        settings: What the user may set.

    Returns:
        The document's record.

    Raises:
        DocumentError: The document cannot be read; `reason` says why.
        ConfigError: A file named in `settings` is wrong.
        TypeError: `content` is no bytes, or `source_path` no text.

    >>> record = process(b"'Ferries run again,' said Ilse Brandvold.", "news/brief.txt")
    >>> quote = record.quotes[0]
    >>> quote.text, quote.speaker, quote.cue
    ('Ferries run again,', 'Ilse Brandvold', 'said')
    >>> record.text[quote.char_start : quote.char_end] == quote.text
    True
    """
    raw = decode(content, source_path, settings)
    page = extract(raw)
    kept, dropped = clean(page, load_keep(settings.keep_path))
    plans = plan_sections(kept, page.metadata, page.nodes)
    layout = lay_out(plans)
    spans = find_names(layout.text, settings)
    names, mentions = link_names(layout.text, spans, settings)
    quotes = find_quotes(layout.text, layout.sections, names, mentions)
    topics = find_topics(layout.sections, settings)
    return Record(
        raw=raw,
        metadata=page.metadata,
        source_text=page.source_text,
        text=layout.text,
        source_map=layout.source_map,
        sections=layout.sections,
        names=names,
        mentions=mentions,
        quotes=quotes,
        dropped=dropped,
        edits=layout.edits,
        topics=topics,
        kept_by=reasons_to_keep(kept),
    )
