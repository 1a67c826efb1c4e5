"""Tables of the store's own state that refer to no other: files, and names on their way to entities."""

from __future__ import annotations

from ingest.tables.columns import Column, Table, optional

CONTAINERS = Table(
    "_containers",
    "container that was read to its end",
    ("source_path",),
    (
        Column("source_path", "string", "Path below the landing folder."),
        Column("content_sha256", "string", "SHA-256 of its bytes."),
        Column("fingerprint", "string", "Version and settings it was read with."),
        Column("item_count", "int64", "Its items, refused ones included."),
    ),
    "corpus",
)

OBJECTS = Table(
    "_objects",
    "object of the landing folder, where that lies in an object store",
    ("source_path",),
    (
        Column("source_path", "string", "Path below the landing folder."),
        Column("mark", "string", "What the store told with it: another where the content is another."),
        Column("content_sha256", "string", "SHA-256 of its bytes."),
    ),
    "corpus",
)

FILES = Table(
    "_files",
    "file of the landing folder that had settled when it was hashed",
    ("source_path",),
    (
        Column("source_path", "string", "Path below the landing folder."),
        Column("inode", "int64", "Its number in the file system."),
        Column("size_bytes", "int64", "Its size."),
        Column("modified_ns", "int64", "Nanoseconds since 1970-01-01 of the last change of its bytes."),
        Column("changed_ns", "int64", "The same of the last change of anything of it; nobody can set it."),
        Column("content_sha256", "string", "SHA-256 of its bytes, as the item or container has it."),
    ),
    "corpus",
)

NAMES = Table(
    "_names",
    "name of a document",
    ("document_id", "name_id"),
    (
        Column("document_id", "string", "The document."),
        Column("name_id", "string", "16 hex digits from entity_type, key and authority_id."),
        Column("entity_type", "string", "Type within the document."),
        Column("key", "string", "Form that is compared."),
        Column("authority_id", "string", "Authority entry.", nullable=True),
        Column("display", "string", "Fullest spelling in the document."),
        Column("mention_count", "int32", "Its mentions there."),
    ),
)

SPELLINGS = Table(
    "_spellings",
    "spelling of a name of a document",
    ("document_id", "name_id", "surface", "basis"),
    (
        Column("document_id", "string", "The document."),
        Column("name_id", "string", "The name."),
        Column("surface", "string", "The spelling."),
        Column("basis", "string", "The mentions' method."),
        Column("mention_count", "int32", "Mentions so spelt and so linked."),
        *optional("evidence", "the first text that proves it", "the document's text"),
    ),
)

SIGNATURES = Table(
    "_signatures",
    "document, as the search for stories sees it",
    ("document_id",),
    (
        Column("document_id", "string", "The document."),
        Column("published_day", "int32", "Days since 1970-01-01 of its publication.", nullable=True),
        Column("words", "hashes", "Hashes of its content words."),
        Column("quoted", "hashes", "Hashes of runs of words inside its quotations; a sample."),
        Column("shingles", "hashes", "The smallest hashes of all runs of words: a bottom-k sketch."),
    ),
)

FEATURES = Table(
    "_features",
    "document that is no copy, as others are compared with it",
    ("document_id",),
    (
        Column("document_id", "string", "The document."),
        Column("published_day", "int32", "Days since 1970-01-01 of its publication.", nullable=True),
        Column("features", "hashes", "Its names, rarest words and quoted words: kind and hash of each."),
        Column("mentions", "hashes", "How often it mentions each of these that is a name; else 1."),
        Column("heavy", "hashes", "The heaviest of its features."),
    ),
    "corpus",
)

PAIRS = Table(
    "_pairs",
    "pair of documents that are alike",
    ("document", "other"),
    (
        Column("document", "int32", "Place of one document among the rows of `_features`, from 0."),
        Column("other", "int32", "Place of the other, which is greater."),
        Column("cosine", "float64", "How much they are alike."),
    ),
    "corpus",
)

SAID = Table(
    "_said",
    "quotation whose speaker has a name, as the search for statements sees it",
    ("quote_id",),
    (
        Column("quote_id", "string", "The quotation."),
        Column("document_id", "string", "The document."),
        Column("speaker_name_id", "string", "The name."),
        Column("words", "hashes", "Hashes of its content words."),
    ),
)

LINKS = Table(
    "_links",
    "name of the corpus",
    ("name_id",),
    (
        Column("name_id", "string", "The name."),
        Column("entity_id", "string", "What it was resolved to."),
        Column("entity_name", "string", "As in entities."),
        Column("entity_type", "string", "As in entities."),
        Column("basis", "string", "Why."),
        Column("is_name", "bool", "False where the analyst has decided that it is none."),
    ),
    "corpus",
)

NAME_TOTALS = Table(
    "_name_totals",
    "name of the corpus as some documents show it",
    ("name_id", "display"),
    (
        Column("name_id", "string", "The name."),
        Column("entity_type", "string", "As in _names."),
        Column("key", "string", "As in _names."),
        Column("authority_id", "string", "As in _names.", nullable=True),
        Column("display", "string", "Fullest spelling in these documents."),
        Column("document_count", "int64", "These documents."),
        Column("mention_count", "int64", "Its mentions there."),
    ),
    "corpus",
)

SPELLING_TOTALS = Table(
    "_spelling_totals",
    "spelling of a name of the corpus",
    ("name_id", "surface", "basis"),
    (
        Column("name_id", "string", "The name."),
        Column("surface", "string", "The spelling."),
        Column("basis", "string", "The mentions' method."),
        Column("mention_count", "int64", "Mentions so spelt and so linked."),
        Column("document_id", "string", "The first document that has them."),
        Column("evidence_document_id", "string", "The first document that proves it.", nullable=True),
        *optional("evidence", "the first text that proves it", "that document's text"),
    ),
    "corpus",
)

BLOCKS = Table(
    "_blocks",
    "block that a name of the corpus stands in",
    ("name_id", "block"),
    (
        Column("name_id", "string", "The name."),
        Column("block", "int64", "Hash of what the names of the block share."),
    ),
    "corpus",
)
