"""What holds of every record, whatever the document: each check says what it found wrong, and where."""

from __future__ import annotations

import pickle
from bisect import bisect_right
from collections import deque
from itertools import pairwise

from hypothesis import strategies as st

from ingest.layout import to_source


@st.composite
def damaged(draw, content, most=6):
    """The bytes of a file, up to so many of them changed, cut off somewhere."""
    changed = bytearray(content)
    places = st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255))
    for at, byte in draw(st.lists(places, max_size=most)):
        changed[at] = byte
    return bytes(changed[: draw(st.integers(0, len(content)))])


def check(record):
    """Check a record against every invariant that the tables rest on."""
    check_conservation(record)
    check_edits(record)
    check_source_map(record)
    check_sections(record)
    check_names(record)
    check_quotes(record)
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301 - our own bytes
    record.text.encode("utf-8")
    record.source_text.encode("utf-8")


def check_conservation(record):
    """Every character but white space lies in exactly one section or exactly one dropped run."""
    spans = sorted(
        [(part.source_start, part.source_end, f"section {part.tag}") for part in record.sections]
        + [(part.source_start, part.source_end, f"dropped {part.rule}") for part in record.dropped]
    )
    source = record.source_text
    at = 0
    for start, end, what in spans:
        assert at <= start < end, f"{what} at {start}:{end} overlaps what ends at {at}"
        assert not source[at:start].strip(), (
            f"{source[at:start]!r} at {at}:{start} is neither kept nor dropped"
        )
        at = end
    assert not source[at:].strip(), f"{source[at:]!r} at the end is neither kept nor dropped"
    for part in record.dropped:
        assert part.text == source[part.source_start : part.source_end]
        assert part.kind
        assert part.rule


def check_edits(record):
    """Edits are in order, apart, and say what stands in the source."""
    at = 0
    for edit in record.edits:
        assert at <= edit.source_start <= edit.source_end
        assert edit.before == record.source_text[edit.source_start : edit.source_end]
        assert edit.before != edit.after
        at = edit.source_end


def check_source_map(record):
    """The source with the edits applied is the kept text, run by run; between blocks stands a blank line."""
    table = record.source_map
    edits = {}  # a place may have two: a line that breaks before a quotation puts in a blank, and then a mark
    for edit in record.edits:
        edits.setdefault((edit.source_start, edit.source_end), deque()).append(edit.after)
    kept = []
    source_at = None
    for start, end, verbatim in zip(table.source_starts, table.source_ends, table.verbatim, strict=True):
        if source_at is not None and source_at != start:
            left_out = _left_out(record, source_at, start)
            assert not left_out, f"{left_out!r} between {source_at} and {start} is neither kept nor dropped"
        kept.append(record.source_text[start:end] if verbatim else edits[start, end].popleft())
        source_at = end
    lengths = [b - a for a, b in pairwise([*table.char_starts, len(record.text)])]
    assert len(lengths) == len(kept)
    for start, run, length in zip(table.char_starts, kept, lengths, strict=True):
        assert record.text[start : start + length] in {run, run + "\n\n"}, f"run at {start} is not {run!r}"


def _left_out(record, start, end):
    """The characters between two places that are not white, and that no edit deletes and no rule dropped."""
    gone = bytearray(end - start)
    deleted = [edit for edit in record.edits if not edit.after]
    for part in (*record.dropped, *deleted):
        a, b = max(start, part.source_start), min(end, part.source_end)
        if a < b:
            gone[a - start : b - start] = b"\1" * (b - a)
    return "".join(
        c for c, known in zip(record.source_text[start:end], gone, strict=True) if not known
    ).strip()


def check_sections(record):
    at = 0
    for index, part in enumerate(record.sections):
        assert record.text[part.char_start : part.char_end] == part.text
        assert part.text
        assert part.char_start == at, f"section {index} begins at {part.char_start}, not at {at}"
        at = part.char_end + 2
        if part.heading is not None:
            assert part.text.startswith(part.heading)
        start, end = to_source(record.source_map, part.char_start, part.char_end)
        assert part.source_start <= start < end <= part.source_end
        assert not _left_out(record, part.source_start, start), "a section begins with what its text lacks"
        assert not _left_out(record, end, part.source_end), "a section ends with what its text lacks"
    assert at == len(record.text) + 2 if record.sections else not record.text
    assert record.text == "\n\n".join(part.text for part in record.sections)


def kept_slice(record, source_start, source_end):
    """The source slice with its edits applied, white space between blocks as it stood."""
    parts = []
    at = source_start
    for edit in record.edits:
        if source_start <= edit.source_start and edit.source_end <= source_end:
            parts.append(record.source_text[at : edit.source_start])
            parts.append(edit.after)
            at = edit.source_end
    parts.append(record.source_text[at:source_end])
    return "".join(parts)


def check_span(record, start, end, surface):
    """A span of the kept text says what stands there, lies in one section, and leads back to the source."""
    assert record.text[start:end] == surface
    assert surface
    assert surface == surface.strip()
    starts = [part.char_start for part in record.sections]
    section = record.sections[bisect_right(starts, start) - 1]
    assert section.char_start <= start < end <= section.char_end, f"{surface!r} leaves its section"
    source_start, source_end = to_source(record.source_map, start, end)
    if "\n\n" not in surface:
        assert surface in kept_slice(record, source_start, source_end)


def check_names(record):
    at = 0
    used = set()
    for mention in record.mentions:
        assert mention.char_start >= at, f"{mention.surface!r} overlaps the mention before it"
        at = mention.char_end
        check_span(record, mention.char_start, mention.char_end, mention.surface)
        used.add(mention.name_index)
        assert mention.entity_type == record.names[mention.name_index].entity_type
        if mention.evidence:
            assert 0 <= mention.evidence.char_start < mention.evidence.char_end <= len(record.text)
    assert used == set(range(len(record.names)))
    for name in record.names:
        assert name.key
        assert name.display


def check_quotes(record):
    open_ends = [len(record.text)]
    at = 0
    for quote in record.quotes:
        assert quote.char_start >= at, f"{quote.text!r} is out of order"
        at = quote.char_start
        while quote.char_start >= open_ends[-1]:
            open_ends.pop()
        assert quote.char_end <= open_ends[-1], f"{quote.text!r} lies partly inside the quotation before it"
        open_ends.append(quote.char_end)
        check_span(record, quote.char_start, quote.char_end, quote.text)
        for text, start, end in (
            (quote.speaker, quote.speaker_start, quote.speaker_end),
            (quote.cue, quote.cue_start, quote.cue_end),
        ):
            assert (text is None) == (start is None) == (end is None)
            if text is not None:
                assert record.text[start:end] == text
        if quote.speaker_name_index is not None:
            assert 0 <= quote.speaker_name_index < len(record.names)
    seen = [quote.utterance_index for quote in record.quotes]
    assert sorted(set(seen)) == list(range(len(set(seen))))
