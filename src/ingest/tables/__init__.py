"""The curated tables: every column defined once, how a record becomes rows, and the Parquet parts of rows.

From the definitions here come the Parquet schemas, the checks at each publish, the rows' order
and the data dictionary (`ingest.tables.dictionary`).
"""

from __future__ import annotations

from typing import get_args

from ingest.errors import ConfigError
from ingest.records import Attribution, EntityType, QuoteType, SectionTag
from ingest.stopwatch import WORKER_STAGES
from ingest.tables.columns import Column, Table, counts, optional, source_span, span
from ingest.tables.state import (
    BLOCKS,
    CONTAINERS,
    FEATURES,
    FILES,
    LINKS,
    NAME_TOTALS,
    NAMES,
    OBJECTS,
    PAIRS,
    SAID,
    SIGNATURES,
    SPELLING_TOTALS,
    SPELLINGS,
)
from ingest.tables.stories import DOCUMENT_STORY_COLUMNS, SAME_STATEMENT_ID, STORIES, TOPICS

__all__ = ["TABLES", "Column", "Table", "public_tables", "table"]

ENTITY_TYPES = get_args(EntityType)
CHANGES = ("added", "updated", "removed", "rejected")

_DOCUMENT_ID = Column("document_id", "string", "The document.", references="documents.document_id")
_SECTION_ID = Column("section_id", "string", "Section it stands in.", references="sections.section_id")


DOCUMENTS = Table(
    "documents",
    "document",
    ("document_id",),
    (
        Column("document_id", "string", "First 16 hex digits of the SHA-256 of source_path."),
        Column("source_path", "string", "Path below the landing folder; `path#key` inside a container."),
        Column("content_sha256", "string", "SHA-256 of the bytes as they lay in the landing folder."),
        Column("media_type", "string", "IANA media type after unpacking."),
        Column(
            "encoding",
            "string",
            "Python codec by which the unpacked bytes were decoded; null for PDF and DOCX.",
            nullable=True,
        ),
        Column("url", "string", "Canonical URL, where the page names one.", nullable=True),
        Column("source_name", "string", "The publication, where the page names it.", nullable=True),
        Column("title", "string", "Headline: the page's own, else the title section's text.", nullable=True),
        Column(
            "authors", "strings", "Names of people or desks: the page's own, else its byline's, without `By`."
        ),
        Column("dateline", "string", "Place and date that open the text.", nullable=True),
        Column("published_at", "timestamp", "When it says it was published.", nullable=True),
        Column("modified_at", "timestamp", "When it says it was last changed.", nullable=True),
        Column("retrieved_at", "timestamp", "When the record around it says it was fetched.", nullable=True),
        Column("language", "string", "BCP 47 tag as declared.", nullable=True),
        Column("text", "string", "The kept text: blocks in reading order, separated by one blank line."),
        Column("text_sha256", "string", "SHA-256 of text in UTF-8; null where it is empty.", nullable=True),
        Column("word_count", "int32", "Words of text, counted between white space."),
        Column(
            "source_chars",
            "int32",
            "Characters of the source text: kept, dropped and blank ones.",
        ),
        Column("kept_chars", "int32", "Characters of the source text inside sections."),
        Column("dropped_chars", "int32", "Characters of the source text inside dropped runs."),
        Column("blank_chars", "int32", "White space between sections and dropped runs."),
        Column("kept_by", "strings", "Rules and patterns of --keep that hold text of it; mostly empty."),
        Column(
            "duplicate_of",
            "string",
            "Document with the smallest source_path among those of the same text; null for that one itself.",
            nullable=True,
            references="documents.document_id",
            from_corpus=True,
        ),
        *DOCUMENT_STORY_COLUMNS,
        Column("pipeline_version", "string", "Version of the pipeline that read it."),
    ),
)

SECTIONS = Table(
    "sections",
    "section, in order",
    ("section_id",),
    (
        Column("section_id", "string", "`<document_id>-s<index>`; sorts in reading order."),
        _DOCUMENT_ID,
        Column("section_index", "int32", "Position in the document, from 0."),
        Column("tag", "string", "What the section is.", allowed=get_args(SectionTag)),
        Column("tag_rule", "string", "Rule that gave the tag."),
        Column("heading", "string", "Its heading, which also begins text.", nullable=True),
        Column("level", "int32", "Level of the heading, 1 to 6; 0 without one."),
        Column("text", "string", "Its text: documents.text[char_start:char_end]."),
        *span("the section"),
        Column("word_count", "int32", "Words of text, counted between white space."),
        Column("topics", "strings", "Topics the section is about, the best first: topics.topic_id."),
    ),
)

MENTIONS = Table(
    "mentions",
    "name mentioned",
    ("mention_id",),
    (
        Column("mention_id", "string", "`<document_id>-m<index>`; sorts in reading order."),
        _DOCUMENT_ID,
        _SECTION_ID,
        Column("name_id", "string", "Name it stands for: equal names of all documents share one."),
        Column("entity_id", "string", "Whom it means.", references="entities.entity_id", from_corpus=True),
        Column("entity_name", "string", "entities.entity_name of that entity.", from_corpus=True),
        Column("entity_type", "string", "entities.entity_type.", allowed=ENTITY_TYPES, from_corpus=True),
        Column("surface", "string", "The bare name as it stands: documents.text[char_start:char_end]."),
        *span("the name"),
        Column("method", "string", "How it was linked to its name within the document."),
        *optional("evidence", "the text that proves that link (often the mention itself)"),
    ),
)

ENTITIES = Table(
    "entities",
    "entity",
    ("entity_id",),
    (
        Column("entity_id", "string", "Stable id of the entity."),
        Column("entity_name", "string", "The name it is shown by."),
        Column("entity_type", "string", "What it is.", allowed=ENTITY_TYPES),
        Column("country_code", "string", "ISO 3166-1 alpha-2 code of its country.", nullable=True),
        Column(
            "authority_id",
            "string",
            "Its entry in the authority, if any.",
            nullable=True,
        ),
        Column("document_count", "int64", "Documents that mention it."),
        Column("mention_count", "int64", "Mentions of it."),
    ),
    "corpus",
)

ENTITY_NAMES = Table(
    "entity_names",
    "spelling of an entity",
    ("entity_id", "surface"),
    (
        Column("entity_id", "string", "The entity.", references="entities.entity_id"),
        Column("surface", "string", "A spelling found in the documents."),
        Column("basis", "string", "Why the spelling belongs to the entity."),
        Column(
            "evidence_document_id",
            "string",
            "Document with the text that proves it, or where it stands first if a list or its form does.",
            nullable=True,
            references="documents.document_id",
        ),
        *optional("evidence", "that text", "that document's text"),
        Column("mention_count", "int64", "Mentions of the entity in this spelling."),
    ),
    "corpus",
)

QUOTES = Table(
    "quotes",
    "quotation",
    ("quote_id",),
    (
        Column("quote_id", "string", "`<document_id>-q<index>`; sorts in reading order."),
        Column("utterance_id", "string", "Shared by the parts of one interrupted quotation."),
        _DOCUMENT_ID,
        _SECTION_ID,
        Column("text", "string", "What is quoted, without marks: documents.text[char_start:char_end]."),
        Column(
            "quote_type",
            "string",
            "Speech, a phrase of it, or a title, slogan or term.",
            allowed=get_args(QuoteType),
        ),
        *span("the quotation"),
        Column("speaker", "string", "What stands in the text for the speaker.", nullable=True),
        *optional("speaker", "the speaker"),
        Column("speaker_name_id", "string", "Name it stands for, as mentions.name_id.", nullable=True),
        Column(
            "speaker_entity_id",
            "string",
            "Who is meant; null where nobody is named.",
            nullable=True,
            references="entities.entity_id",
            from_corpus=True,
        ),
        Column(
            "speaker_name", "string", "entities.entity_name of that entity.", nullable=True, from_corpus=True
        ),
        Column("attribution", "string", "How the speaker was found.", allowed=get_args(Attribution)),
        Column(
            "certainty",
            "float64",
            "Probability, 0 to 1, that quote_type and the speaker's words are right, and whom a pronoun means"
            " where two people fit; set by hand where a rule decides, 1 for labels and words in headlines.",
        ),
        Column("cue", "string", "Verb or phrase of saying.", nullable=True),
        *optional("cue", "the cue"),
        SAME_STATEMENT_ID,
    ),
)

DROPPED = Table(
    "dropped",
    "run of dropped text",
    ("document_id", "dropped_index"),
    (
        _DOCUMENT_ID,
        Column("dropped_index", "int32", "Position among the document's dropped runs, from 0."),
        Column("text", "string", "The characters as they stand in the source text."),
        Column("kind", "string", "What it was: navigation, login, share, cookie, ..."),
        Column("rule", "string", "Rule that dropped it, or `model`."),
        *source_span("it"),
        Column(
            "seams",
            "places",
            "Offsets in text at which its second line, box or item begins, its third, ...",
        ),
    ),
)

EDITS = Table(
    "edits",
    "named change to a kept character run",
    ("document_id", "edit_index"),
    (
        _DOCUMENT_ID,
        Column("edit_index", "int32", "Position among the document's edits, from 0."),
        Column("rule", "string", "Rule that changed the characters."),
        Column("before", "string", "The characters in the source text; empty for an insertion."),
        Column("after", "string", "The characters in documents.text; empty for a deletion."),
        *source_span("before"),
    ),
)

REJECTS = Table(
    "rejects",
    "refused item",
    ("source_path",),
    (
        Column("source_path", "string", "Path below the landing folder, undecodable bytes as `\\xNN`."),
        Column(
            "content_sha256",
            "string",
            "SHA-256 of its bytes; null where the next run tries again.",
            nullable=True,
        ),
        Column("size_bytes", "int64", "Size on disk; null where it could not be told.", nullable=True),
        Column("stage", "string", "Where it was refused: landing, decode, extract, process."),
        Column("reason", "string", "Short code: unsupported_type, empty, timeout, ..."),
        Column("detail", "string", "What was wrong and where, in words."),
    ),
    "corpus",
)

RUNS = Table(
    "runs",
    "run that published",
    ("run_id",),
    (
        Column("run_id", "string", "Id of the run; sorts by start."),
        Column("started_at", "timestamp", "When it started."),
        Column("finished_at", "timestamp", "When its tables were complete, just before they became visible."),
        Column("status", "string", "How it ended.", allowed=("completed",)),
        Column("pipeline_version", "string", "Version of the pipeline."),
        Column("config_sha256", "string", "Fingerprint of the version and the settings."),
        Column("seen", "int64", "Landing items looked at: added + updated + unchanged + rejected."),
        Column("added", "int64", "Documents that are new."),
        Column("updated", "int64", "Documents whose rows were replaced."),
        Column("unchanged", "int64", "Items left as they were."),
        Column("removed", "int64", "Items taken out because their file is gone (`--prune`)."),
        Column("rejected", "int64", "Items refused in this run."),
        *counts(
            "document", "duplicate", "reject", "section", "mention", "entity", "quote", "dropped", "edit"
        ),
        Column("read_bytes", "int64", "Bytes of the documents read in this run, as they lay.", nullable=True),
        Column("lost_workers", "int64", "Worker processes that died over a document.", nullable=True),
        Column("plan_s", "float64", "CPU seconds of finding out what is new.", nullable=True),
        *(
            Column(f"{stage}_s", "float64", f"CPU seconds of all workers: {words}.", nullable=True)
            for stage, words in WORKER_STAGES.items()
        ),
        Column("publish_s", "float64", "CPU seconds of resolving names and writing tables.", nullable=True),
        Column("corpus_s", "float64", "Of these, resolving names and finding stories.", nullable=True),
    ),
    "log",
)

CHANGE_LOG = Table(
    "changes",
    "document touched by a run",
    ("run_id", "source_path"),
    (
        Column("run_id", "string", "The run.", references="runs.run_id"),
        Column("source_path", "string", "Path of the item."),
        Column("document_id", "string", "Id the path has as a document, whether or not it still is one."),
        Column("change", "string", "What happened to it.", allowed=CHANGES),
    ),
    "log",
)

ITEMS = Table(
    "_items",
    "landing item, document or reject",
    ("document_id",),
    (
        Column("document_id", "string", "Id of the path."),
        Column("source_path", "string", "The path."),
        Column("content_sha256", "string", "SHA-256 of the bytes.", nullable=True),
        Column("text_sha256", "string", "As in documents.", nullable=True),
        Column("fingerprint", "string", "Version and settings it was read with."),
        Column("is_reject", "bool", "Whether it was refused."),
        Column("duplicate_of", "string", "As in documents.", nullable=True, from_corpus=True),
    ),
)

HIDDEN_MENTIONS = Table(
    "_hidden_mentions",
    "mention of what the analyst has decided to be no name",
    ("mention_id",),
    tuple(column for column in MENTIONS.columns if not column.from_corpus),
    "corpus",
)

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        DOCUMENTS,
        SECTIONS,
        MENTIONS,
        ENTITIES,
        ENTITY_NAMES,
        QUOTES,
        STORIES,
        TOPICS,
        DROPPED,
        EDITS,
        REJECTS,
        RUNS,
        CHANGE_LOG,
        ITEMS,
        CONTAINERS,
        OBJECTS,
        FILES,
        NAMES,
        SPELLINGS,
        SIGNATURES,
        FEATURES,
        PAIRS,
        SAID,
        LINKS,
        NAME_TOTALS,
        SPELLING_TOTALS,
        BLOCKS,
        HIDDEN_MENTIONS,
    )
}
STAGED = tuple(t for t in TABLES.values() if t.layout == "documents" and t is not ITEMS)
"""What is staged for each document that is read; `_items` holds refused ones too."""


def table(name: str) -> Table:
    """Look a table up by name.

    Raises:
        ConfigError: There is no such table; the message lists the public ones.
    """
    try:
        return TABLES[name]
    except KeyError:
        known = ", ".join(t.name for t in public_tables())
        raise ConfigError(f"there is no table {name!r}; there are {known}") from None


def public_tables() -> tuple[Table, ...]:
    """The tables that analysts read, in the dictionary's order."""
    return tuple(t for t in TABLES.values() if t.is_public)
