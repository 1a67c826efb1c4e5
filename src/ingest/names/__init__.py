"""Names: find mentions, normalise them, link them inside a document and across documents."""
