"""The corpus step: what can only be said of all documents together."""
