"""What must hold of every record before its rows are written.

A record that breaks one of these is a mistake of the pipeline on that document; it costs
that document alone.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from ingest.errors import DocumentError
from ingest.records import BLOCK_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.records import Mention, Quote, Record, Section

MOST_ROWS = 1_000_000
"""Ids hold six digits for the index of a section, mention or quote."""


def check_record(record: Record) -> None:
    """Check conservation, offsets and references of one record.

    Args:
        record: What `process()` returned.

    Raises:
        DocumentError: `process: inconsistent: ...` says what is wrong and where.
    """
    _check_encodable(record)
    _check_counts(record)
    _check_sections(record)
    _check_conservation(record)
    _check_source_map(record)
    starts = [section.char_start for section in record.sections]
    for mention in record.mentions:
        _check_mention(record, mention, starts)
    for quote in record.quotes:
        _check_quote(record, quote, starts)


def _wrong(detail: str) -> DocumentError:
    return DocumentError("process", "inconsistent", detail)


def _check_encodable(record: Record) -> None:
    """No lone surrogates: UTF-8 cannot hold them."""
    raw, meta = record.raw, record.metadata
    told = (meta.title, meta.source_name, meta.url, meta.language, *meta.authors)
    names = (part for name in record.names for part in (name.key, name.display))
    for text in (record.source_text, record.text, raw.source_path, *told, *names):
        if text is None or text.isascii():
            continue
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise _wrong(f"a lone surrogate stands at {error.start} of {text[:40]!r}") from error


def _check_counts(record: Record) -> None:
    most = max(len(record.sections), len(record.mentions), len(record.quotes))
    if most >= MOST_ROWS:
        raise DocumentError("process", "too_large", f"{most} rows of one kind; at most {MOST_ROWS - 1} fit")


def _check_sections(record: Record) -> None:
    at = 0
    for index, section in enumerate(record.sections):
        if section.char_start != at or section.char_end != at + len(section.text):
            raise _wrong(f"section {index} stands at {section.char_start}-{section.char_end}, not at {at}")
        at = section.char_end + len(BLOCK_SEPARATOR)
    if record.text != BLOCK_SEPARATOR.join([section.text for section in record.sections]):
        raise _wrong("the sections' texts, a blank line between them, are not the kept text")


def _check_conservation(record: Record) -> None:
    """Kept and dropped spans do not overlap, and only white space lies between them."""
    source = record.source_text
    spans = [(section.source_start, section.source_end) for section in record.sections]
    for dropped in record.dropped:
        if source[dropped.source_start : dropped.source_end] != dropped.text or not dropped.text:
            raise _wrong(
                f"dropped text at {dropped.source_start} is not what stands there: {dropped.text[:40]!r}"
            )
        spans.append((dropped.source_start, dropped.source_end))
    spans.sort()
    at = 0
    for start, end in (*spans, (len(source), len(source))):
        if not at <= start <= end <= len(source):
            raise _wrong(
                f"the span {start}-{end} overlaps the one before, which ends at {at}, or leaves the text"
            )
        if lost := source[at:start].strip():
            raise _wrong(f"characters before {start} are neither kept nor dropped: {lost[:40]!r}")
        at = end


def _check_source_map(record: Record) -> None:
    """What is not edited stands in both texts alike; each edit says what stood there."""
    source, text, runs = record.source_text, record.text, record.source_map
    for char, start, end, verbatim in zip(
        runs.char_starts, runs.source_starts, runs.source_ends, runs.verbatim, strict=True
    ):
        if verbatim and text[char : char + end - start] != source[start:end]:
            raise _wrong(f"kept text at {char} differs from the source at {start} without an edit")
    for edit in record.edits:
        if source[edit.source_start : edit.source_end] != edit.before:
            raise _wrong(f"edit {edit.rule} at {edit.source_start} tells of {edit.before[:40]!r}: not there")


def _section_of(sections: Sequence[Section], starts: list[int], start: int, end: int) -> bool:
    """Whether a span is not empty and lies in one section."""
    index = bisect_right(starts, start) - 1
    return index >= 0 and start < end <= sections[index].char_end


def _check_mention(record: Record, mention: Mention, starts: list[int]) -> None:
    start, end = mention.char_start, mention.char_end
    if record.text[start:end] != mention.surface or not _section_of(record.sections, starts, start, end):
        raise _wrong(f"mention {mention.surface!r} does not stand at {start}-{end}")
    if not 0 <= mention.name_index < len(record.names):
        raise _wrong(f"mention at {start} stands for name {mention.name_index} of {len(record.names)}")
    proof = mention.evidence
    if proof is not None and not 0 <= proof.char_start < proof.char_end <= len(record.text):
        raise _wrong(
            f"evidence {proof.char_start}-{proof.char_end} of the mention at {start} is outside the text"
        )


def _check_quote(record: Record, quote: Quote, starts: list[int]) -> None:
    start, end = quote.char_start, quote.char_end
    if record.text[start:end] != quote.text or not _section_of(record.sections, starts, start, start + 1):
        raise _wrong(f"quotation {quote.text[:40]!r} does not stand at {start}-{end}")
    told = (
        ("speaker", quote.speaker, quote.speaker_start, quote.speaker_end),
        ("cue", quote.cue, quote.cue_start, quote.cue_end),
    )
    for what, words, from_, to in told:
        if words is not None and (from_ is None or to is None or record.text[from_:to] != words):
            raise _wrong(f"{what} {words!r} of the quotation at {start} does not stand at {from_}-{to}")
    if quote.speaker_name_index is not None and not 0 <= quote.speaker_name_index < len(record.names):
        raise _wrong(f"quotation at {start} is by name {quote.speaker_name_index} of {len(record.names)}")
