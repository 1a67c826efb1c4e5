"""One readable page for all that process() says of a document: what golden files hold."""

from __future__ import annotations

import textwrap
from itertools import groupby

WIDTH = 100


def render(record):
    """The whole record as text: a reviewer should see at a glance what is wrong."""
    return "\n".join(_lines(record)) + "\n"


def _lines(record):
    raw, metadata = record.raw, record.metadata
    yield f"{raw.source_path}  {raw.media_type}  {raw.encoding}"
    for field in metadata.__slots__:
        value = getattr(metadata, field)
        if value:
            yield f"  {field}: {', '.join(value) if isinstance(value, tuple) else value}"
    yield ""
    yield "SECTIONS"
    for part in record.sections:
        level = f" level {part.level}" if part.level else ""
        yield f"[{part.tag} by {part.tag_rule}{level}] {part.source_start}-{part.source_end}"
        blocks = part.text.split("\n\n")
        for number, block in enumerate(blocks):
            mark = "# " if part.heading is not None and number == 0 else "  "
            yield textwrap.fill(block, WIDTH, initial_indent=mark, subsequent_indent="  ")
    yield from _dropped(record)
    yield from _edits(record)
    yield from _names(record)
    yield from _quotes(record)


def _dropped(record):
    if record.dropped:
        yield "\nDROPPED"
    for part in record.dropped:
        yield f"[{part.kind} by {part.rule}] {part.source_start}-{part.source_end} {_short(part.text)}"


def _edits(record):
    if record.edits:
        yield "\nEDITS"
    for (rule, before, after), group in groupby(
        sorted(record.edits, key=lambda e: (e.rule, e.before, e.after)),
        key=lambda e: (e.rule, e.before, e.after),
    ):
        yield f"[{rule}] {before!a} -> {after!r} x{len(list(group))}"


def _names(record):
    if record.names:
        yield "\nNAMES"
    for index, name in enumerate(record.names):
        mentions = [mention for mention in record.mentions if mention.name_index == index]
        known = f" = {name.authority_id}" if name.authority_id else ""
        yield f"[{name.entity_type}] {name.display}{known} x{len(mentions)}"
        seen = []
        for mention in mentions:
            evidence = mention.evidence
            itself = (evidence.char_start, evidence.char_end) == (mention.char_start, mention.char_end)
            proof = "" if itself else f" ({record.text[evidence.char_start : evidence.char_end]!r})"
            line = f"    {mention.surface} by {mention.method}{proof}"
            if line not in seen:
                seen.append(line)
        yield from seen


def _quotes(record):
    if record.quotes:
        yield "\nQUOTES"
    for quote in record.quotes:
        named = "-" if quote.speaker_name_index is None else record.names[quote.speaker_name_index].display
        yield f"{quote.utterance_index}. [{quote.quote_type}, {quote.attribution}] {named}"
        yield f"    {quote.speaker or '-'} / {quote.cue or '-'}: {_short(quote.text)}"


def _short(text):
    shown = " ".join(text.split())
    return shown if len(shown) <= WIDTH else f"{shown[:60]} ... {shown[-35:]}"
