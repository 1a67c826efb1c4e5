"""Columns and tables that tell what documents are about: stories, statements, topics."""

from __future__ import annotations

from ingest.tables.columns import Column, Table

DOCUMENT_STORY_COLUMNS = (
    Column(
        "near_duplicate_of",
        "string",
        "Of the documents with nearly the same text and a smaller source_path, the one with the smallest.",
        nullable=True,
        references="documents.document_id",
        from_corpus=True,
    ),
    Column(
        "near_duplicate_score",
        "float64",
        "Estimated share of runs of five words that the two have in common, of all that either has.",
        nullable=True,
        from_corpus=True,
    ),
    Column(
        "story_id",
        "string",
        "Story that it tells with others; null where it tells one alone.",
        nullable=True,
        references="stories.story_id",
        from_corpus=True,
    ),
)

SAME_STATEMENT_ID = Column(
    "same_statement_id",
    "string",
    "The first quotation of the story in which its speaker says this, in these words or others; "
    "null where it stands once.",
    nullable=True,
    references="quotes.quote_id",
    from_corpus=True,
)

STORIES = Table(
    "stories",
    "event that several documents report",
    ("story_id",),
    (
        Column("story_id", "string", "Its document with the smallest source_path, by its document_id."),
        Column("title", "string", "Title of its earliest document that has one.", nullable=True),
        Column("document_count", "int64", "Documents that tell it, duplicates included."),
        Column("source_count", "int64", "Publications among these, as far as they are named."),
        Column("first_published_at", "timestamp", "Earliest date among these.", nullable=True),
        Column("last_published_at", "timestamp", "Latest date among these.", nullable=True),
        Column("entity_names", "strings", "Names that most of them share, the weightiest first."),
    ),
    "corpus",
)

TOPICS = Table(
    "topics",
    "topic of a section",
    ("section_id", "topic_id"),
    (
        Column("section_id", "string", "The section.", references="sections.section_id"),
        Column(
            "topic_id", "string", "IPTC Media Topic, as `medtop:` and its code, or a topic of the user's."
        ),
        Column("document_id", "string", "The document.", references="documents.document_id"),
        Column("topic_name", "string", "Its name."),
        Column(
            "score",
            "float64",
            "How much speaks for it: weights of the terms found, by the length (docs/topics.md).",
        ),
        Column(
            "evidence", "strings", "The terms that speak for it, as the text has them, the weightiest first."
        ),
    ),
)
