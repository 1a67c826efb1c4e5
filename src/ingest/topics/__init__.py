"""Topics: what the sections of a document are about, by a reviewed vocabulary."""

from ingest.topics.find import find_topics

__all__ = ["find_topics"]
