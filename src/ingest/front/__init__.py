"""Lines of a document's front: who wrote it, where and when, and what kind of document it is."""
