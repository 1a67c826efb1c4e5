"""A record as plain rows, one tuple a row, in the order of the staged columns of `tables.py`."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ingest.layout import to_source
from ingest.records import BLOCK_SEPARATOR
from ingest.version import PIPELINE_VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.records import Mention, Name, Record, Section

Row: TypeAlias = tuple[object, ...]


class DocumentRows(NamedTuple):
    """All rows of one document, by table."""

    document_id: str
    tables: dict[str, list[Row]]


def document_id(source_path: str) -> str:
    """The id of the document at a path: 16 hex digits of the SHA-256 of the path."""
    return sha256(source_path.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def name_id(name: Name) -> str:
    """The id that equal names of all documents share: 16 hex digits over type, key and authority id."""
    fields = f"{name.entity_type}\x1f{name.key}\x1f{name.authority_id or ''}"
    return blake2b(fields.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def document_rows(record: Record) -> DocumentRows:
    """Lay a record out as rows."""
    ident = document_id(record.raw.source_path)
    name_ids = tuple(name_id(name) for name in record.names)
    starts = [section.char_start for section in record.sections]
    dates = _dates(record)
    tables: dict[str, list[Row]] = {
        "documents": [_document_row(record, ident, dates)],
        "sections": _section_rows(record, ident),
        "mentions": _mention_rows(record, ident, name_ids, starts),
        "quotes": _quote_rows(record, ident, name_ids, starts),
        "dropped": [
            (ident, i, d.text, d.kind, d.rule, d.source_start, d.source_end, list(d.seams))
            for i, d in enumerate(record.dropped)
        ],
        "edits": [
            (ident, i, e.rule, e.before, e.after, e.source_start, e.source_end)
            for i, e in enumerate(record.edits)
        ],
        "_names": _name_rows(record, ident, name_ids),
        "_spellings": _spelling_rows(record.mentions, ident, name_ids),
        "topics": _topic_rows(record, ident),
        "_signatures": [_signature_row(record, ident, dates[0])],
        "_said": _said_rows(record, ident, name_ids),
    }
    return DocumentRows(ident, tables)


def _document_row(record: Record, ident: str, dates: tuple[datetime | None, datetime | None]) -> Row:
    from ingest.sections.front_matter import find_authors, find_dateline  # noqa: PLC0415  # the parent needs ids alone

    raw, metadata = record.raw, record.metadata
    kept = sum(s.source_end - s.source_start for s in record.sections)
    dropped = sum(d.source_end - d.source_start for d in record.dropped)
    return (
        ident,
        raw.source_path,
        raw.content_sha256,
        raw.media_type,
        raw.encoding or None,
        metadata.url,
        metadata.source_name,
        metadata.title or _title(record.sections),
        metadata.authors or find_authors(record.sections),
        find_dateline(record.sections),
        *dates,
        _instant(metadata.retrieved_at),
        metadata.language,
        record.text,
        _text_sha256(record.text),
        len(record.text.split()),
        len(record.source_text),
        kept,
        dropped,
        len(record.source_text) - kept - dropped,
        list(record.kept_by),
        PIPELINE_VERSION,
    )


def _signature_row(record: Record, ident: str, published: datetime | None) -> Row:
    from ingest.signature import signature  # noqa: PLC0415  # as above

    return (ident, *signature(record, published))


def _said_rows(record: Record, ident: str, name_ids: Sequence[str]) -> list[Row]:
    from ingest.signature import content_hashes  # noqa: PLC0415  # as above

    return [
        (f"{ident}-q{i:06}", ident, name_ids[q.speaker_name_index], content_hashes(q.text))
        for i, q in enumerate(record.quotes)
        if q.speaker_name_index is not None and q.quote_type != "mention_only"
    ]


def _dates(record: Record) -> tuple[datetime | None, datetime | None]:
    """When it was published and changed: by its metadata, else by the lines above its text."""
    from ingest.sections.front_matter import find_dates  # noqa: PLC0415  # as above

    published, modified = map(_instant, (record.metadata.published_at, record.metadata.modified_at))
    if published and modified:
        return published, modified
    told, changed = map(_instant, find_dates(record.sections))
    if published is None and modified is None:
        return told, changed
    return published or told, modified


def _title(sections: Sequence[Section]) -> str | None:
    """The text of the first title, on one line, as a case's parties stand on several."""
    title = next((section.text for section in sections if section.tag == "title"), None)
    return title and title.replace(BLOCK_SEPARATOR, " ")


def _instant(text: str | None) -> datetime | None:
    """Read an ISO 8601 date; what is none of them says nothing about time and becomes null."""
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text_sha256(text: str) -> str | None:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest() if text else None


def _section_rows(record: Record, ident: str) -> list[Row]:
    topics: list[list[str]] = [[] for _ in record.sections]
    for topic in record.topics:
        topics[topic.section_index].append(topic.topic_id)
    return [_section_row(ident, i, s, topics[i]) for i, s in enumerate(record.sections)]


def _topic_rows(record: Record, ident: str) -> list[Row]:
    rows = [(f"{ident}-s{t.section_index:06}", t.topic_id, ident, *t[2:]) for t in record.topics]
    return sorted(rows)


def _section_row(ident: str, index: int, section: Section, topics: list[str]) -> Row:
    return (
        f"{ident}-s{index:06}",
        ident,
        index,
        section.tag,
        section.tag_rule,
        section.heading,
        section.level,
        section.text,
        section.char_start,
        section.char_end,
        section.source_start,
        section.source_end,
        len(section.text.split()),
        topics,
    )


def _mention_rows(record: Record, ident: str, name_ids: Sequence[str], starts: list[int]) -> list[Row]:
    return [
        (
            f"{ident}-m{i:06}",
            ident,
            f"{ident}-s{bisect_right(starts, m.char_start) - 1:06}",
            name_ids[m.name_index],
            m.surface,
            m.char_start,
            m.char_end,
            *to_source(record.source_map, m.char_start, m.char_end),
            m.method,
            m.evidence.char_start if m.evidence else None,
            m.evidence.char_end if m.evidence else None,
        )
        for i, m in enumerate(record.mentions)
    ]


def _quote_rows(record: Record, ident: str, name_ids: Sequence[str], starts: list[int]) -> list[Row]:
    return [
        (
            f"{ident}-q{i:06}",
            f"{ident}-u{q.utterance_index:06}",
            ident,
            f"{ident}-s{bisect_right(starts, q.char_start) - 1:06}",
            q.text,
            q.quote_type,
            q.char_start,
            q.char_end,
            *to_source(record.source_map, q.char_start, q.char_end),
            q.speaker,
            q.speaker_start,
            q.speaker_end,
            None if q.speaker_name_index is None else name_ids[q.speaker_name_index],
            q.attribution,
            q.certainty,
            q.cue,
            q.cue_start,
            q.cue_end,
        )
        for i, q in enumerate(record.quotes)
    ]


def _name_rows(record: Record, ident: str, name_ids: Sequence[str]) -> list[Row]:
    counts = dict.fromkeys(name_ids, 0)
    for mention in record.mentions:
        counts[name_ids[mention.name_index]] += 1
    names = dict(zip(reversed(name_ids), reversed(record.names), strict=True))
    return [
        (ident, key, n.entity_type, n.key, n.authority_id, n.display, counts[key])
        for key, n in sorted(names.items(), key=lambda item: item[0])
    ]


def _spelling_rows(mentions: Sequence[Mention], ident: str, name_ids: Sequence[str]) -> list[Row]:
    """Count spellings; the evidence of each is the first in the text that any of its mentions gives."""
    counts: dict[tuple[str, str, str], int] = {}
    proofs: dict[tuple[str, str, str], tuple[int, int]] = {}
    for mention in mentions:
        key = (name_ids[mention.name_index], mention.surface, mention.method)
        counts[key] = counts.get(key, 0) + 1
        if mention.evidence is not None:
            proof = (mention.evidence.char_start, mention.evidence.char_end)
            proofs[key] = min(proofs.get(key, proof), proof)
    return [(ident, *key, counts[key], *proofs.get(key, (None, None))) for key in sorted(counts)]
