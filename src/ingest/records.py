"""The frozen records that travel from one room to the next.

All offsets are 0-based, end-exclusive and count Unicode code points.  `source_*` offsets
point into the *source text*: the decoded text of a plain-text file, or all character data
of an HTML page in document order (script, style, noscript and template excluded).
`char_*` offsets point into `documents.text`, the kept text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from ingest.metadata import Metadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.dom import Dom, DomNode
    from ingest.metadata import RawDocument

BLOCK_SEPARATOR = "\n\n"
"""What stands between two blocks in the kept text."""

Row = TypeVar("Row", bound=tuple[object, ...])


def maker(kind: type[Row]) -> Callable[[tuple[object, ...]], Row]:
    """As `kind._make` of a named tuple, without a call in Python: for what a page has hundreds of."""
    return partial(tuple.__new__, kind)


EntityType = Literal["PERSON", "ORGANIZATION", "LOCATION", "FACILITY", "PRODUCT", "EVENT", "NORP", "OTHER"]

BlockKind = Literal[
    "paragraph",
    "heading",
    "list_item",
    "table_row",
    "caption",
    "block_quote",
    "preformatted",
    "running_head",  # at the edge of page after page
    "page_number",
    "hidden",  # character data that a reader never sees in place: <title>, <option>, <textarea>
]

SectionTag = Literal[
    "title",
    "subtitle",
    "byline",
    "dateline",
    "lede",
    "body",
    "conclusion",
    "list",
    "table",
    "block_quote",
    "caption",
    "credit",
    "correction",
    "other",
]


QuoteType = Literal["direct", "partial", "mention_only"]

Attribution = Literal["explicit", "pronoun", "continuation", "collective", "none"]


class Edit(NamedTuple):
    """One named change to a run of kept characters; a cheap tuple, as a `Block` is.

    Attributes:
        rule: Id of the rule that changed them.
        before: The characters in the source text; empty for an insertion.
        after: The characters in the kept text; empty for a deletion.
        source_start: Where `before` stands in the source text.
        source_end: Where it ends.
    """

    rule: str
    before: str
    after: str
    source_start: int
    source_end: int


class Block(NamedTuple):
    """A paragraph, heading, list item, table row, ... of the source text; a page has hundreds.

    Attributes:
        kind: What its form or markup says it is.
        source_start: Where it begins in the source text; never white space.
        source_end: Where it ends; the character before is never white space.
        text: What is shown: the source slice with `edits` applied.
        edits: Changes inside the span, in order, not overlapping.
        level: Heading level 1 to 6; 0 where the block is no marked-up heading.
        dom: Its place in an HTML page; None for plain text.
        after_drop: Whether dropped text stands between the kept block before it and this one.
        role: The section tag that the line or block model sees in it; None where it says nothing.
        kept_by: The rule or pattern of `--keep` that holds it; empty where nothing would drop it.
        seams: Where the items of a run that reads as one block begin in the source text, but the first.
    """

    kind: BlockKind
    source_start: int
    source_end: int
    text: str
    edits: tuple[Edit, ...] = ()
    level: int = 0
    dom: Dom | None = None
    after_drop: bool = False
    role: SectionTag | None = None
    kept_by: str = ""
    seams: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A document in blocks.

    Every character of `source_text` that is not white space lies in exactly one block;
    blocks are in document order and do not overlap.  `nodes` are the block-level elements of
    an HTML page, each after its parent; empty for plain text.  `claimed_body` is the article as
    the page's JSON-LD gives it, evidence for cleaning; empty where it gives none.
    """

    source_text: str
    blocks: tuple[Block, ...]
    metadata: Metadata = field(default_factory=Metadata)
    nodes: tuple[DomNode, ...] = ()
    claimed_body: str = ""


class Dropped(NamedTuple):
    """A run of source text that was left out, and why.

    Attributes:
        text: The characters as they stand in the source text.
        kind: What it was: `navigation`, `login`, `share`, `cookie`, `advert`, ...
        rule: Id of the cleaning rule, or `model`.
        source_start: Where it begins in the source text.
        source_end: Where it ends.
        seams: Where in `text` its second line, box or item begins, its third, ...
    """

    text: str
    kind: str
    rule: str
    source_start: int
    source_end: int
    seams: tuple[int, ...] = ()


class SectionPlan(NamedTuple):
    """Kept blocks that stand together, before the text is laid out.

    Attributes:
        tag: The section's tag.
        tag_rule: Id of the rule that gave the tag.
        blocks: Its blocks in document order, the heading first where it has one;
            no dropped text lies between them.
        has_heading: Whether the first block is the section's heading.
        level: Level of the heading, 1 to 6; 0 without one.
    """

    tag: SectionTag
    tag_rule: str
    blocks: tuple[Block, ...]
    has_heading: bool = False
    level: int = 0


class Section(NamedTuple):
    """A tagged run of the kept text; `text` begins with the heading where it has one."""

    tag: SectionTag
    tag_rule: str
    heading: str | None
    level: int
    text: str
    char_start: int
    char_end: int
    source_start: int
    source_end: int


class Topic(NamedTuple):
    """A topic of a section.

    Attributes:
        section_index: Index in `Record.sections`.
        topic_id: Its id, such as `medtop:20000639`.
        topic_name: Its name.
        score: How much speaks for it.
        evidence: The terms of the vocabulary that do, the weightiest first.
    """

    section_index: int
    topic_id: str
    topic_name: str
    score: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A name found in the kept text, not yet linked."""

    char_start: int
    char_end: int
    entity_type: EntityType


@dataclass(frozen=True, slots=True)
class Evidence:
    """The stretch of kept text that proves a link, such as "the X refers to the Y"."""

    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the kept text: bare, without article, possessive or title.

    Attributes:
        char_start: Where it begins in the kept text.
        char_end: Where it ends.
        surface: The characters there.
        entity_type: Type of the entity it was linked to.
        name_index: Index in `Record.names` of the name it stands for.
        method: How it was linked: `authority`, `full_name`, `surname`, `acronym`, `variant`,
            `demonym`, `self`, ...
        evidence: The text that proves the link, where it lies in this document.
    """

    char_start: int
    char_end: int
    surface: str
    entity_type: EntityType
    name_index: int
    method: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """One entity of one document: all its mentions share this name.

    Attributes:
        key: The form that is compared, across documents too; never shown.
        display: The form that people are shown: the fullest spelling, as it stood.
        entity_type: Its type.
        authority_id: Id of the authority entry it was linked to; None for a name no list knows.
    """

    key: str
    display: str
    entity_type: EntityType
    authority_id: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """One quoted stretch of the kept text, without its marks.

    Attributes:
        utterance_index: Equal for the parts of one interrupted quotation; counts from 0.
        quote_type: `direct`, `partial` or `mention_only` (a title, slogan or term: no speech).
        char_start: Where it begins in the kept text, after the opening mark.
        char_end: Where it ends, before the closing mark.
        text: The characters there.
        speaker: What stands in the text for the speaker ("he", "who", "Austin", "the ministers").
        speaker_start: Where that begins; None with `speaker` None.
        speaker_end: Where it ends.
        speaker_name_index: Index in `Record.names` of whom it means; None where nobody is named.
        attribution: `explicit`, `pronoun`, `continuation`, `collective` or `none`.
        certainty: Probability, 0 to 1, that its type and its speaker are right; see the model card.
        cue: The verb or phrase of saying.
        cue_start: Where it begins; None with `cue` None.
        cue_end: Where it ends.
    """

    utterance_index: int
    quote_type: QuoteType
    char_start: int
    char_end: int
    text: str
    speaker: str | None = None
    speaker_start: int | None = None
    speaker_end: int | None = None
    speaker_name_index: int | None = None
    attribution: Attribution = "none"
    certainty: float = 0.0
    cue: str | None = None
    cue_start: int | None = None
    cue_end: int | None = None


@dataclass(frozen=True, slots=True)
class SourceMap:
    """From offsets in the kept text to offsets in the source text.

    Between edits the two texts run in step, so a list of the places where they part is enough.

    Attributes:
        char_starts: Starts of the runs in the kept text, ascending.
        source_starts: Where each run starts in the source text.
        source_ends: Where each run ends in the source text.
        verbatim: Whether the run is copied character by character (else it is an edit's `after`).
    """

    char_starts: tuple[int, ...]
    source_starts: tuple[int, ...]
    source_ends: tuple[int, ...]
    verbatim: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Record:
    r"""All that `process()` says of one document.

    Attributes:
        raw: The document as it was decoded: its path, hash, media type and encoding.
        metadata: What it says about itself: title, authors, dates, address, language.
        source_text: The text that offsets named `source_...` point into.
        text: The kept text, blocks separated by one blank line; offsets named `char_...` point into it.
        source_map: From places in `text` to places in `source_text`.
        sections: Its sections in order.
        names: The names in it, each once.
        mentions: Where these names stand, in order; `names[mention.name_index]` is what one stands for.
        quotes: Its quotations, in order.
        dropped: What was left out, with the rule that says why.
        edits: What was changed in the kept text, with the rule.
        topics: What its sections are about.
        kept_by: The rules and patterns of `keep_path` that hold text of it.

    >>> from ingest import process
    >>> text = b"Subscribe to our newsletter\n\nThe harbour opens on Monday, the mayor said."
    >>> record = process(text, "brief.txt")
    >>> record.text
    'The harbour opens on Monday, the mayor said.'
    >>> [(d.text, d.kind, d.rule) for d in record.dropped]
    [('Subscribe to our newsletter', 'subscribe', 'subscribe')]
    """

    raw: RawDocument
    metadata: Metadata
    source_text: str
    text: str
    source_map: SourceMap
    sections: tuple[Section, ...]
    names: tuple[Name, ...]
    mentions: tuple[Mention, ...]
    quotes: tuple[Quote, ...]
    dropped: tuple[Dropped, ...]
    edits: tuple[Edit, ...]
    topics: tuple[Topic, ...] = ()
    kept_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    r"""A landing item that did not become a document; one row of `rejects`.

    Attributes:
        source_path: POSIX path relative to the landing root, undecodable bytes as `\xNN`.
        content_sha256: Hex digest of its bytes; None where they could not be read.
        size_bytes: Its size on disk; None where it could not be told.
        stage: `landing`, `decode`, `extract`, `process`.
        reason: Short code such as `unsupported_type`, `timeout`.
        detail: What was wrong and where, in words.
    """

    source_path: str
    content_sha256: str | None
    size_bytes: int | None
    stage: str
    reason: str
    detail: str
