"""Quotations and their speakers."""

from ingest.quotes.find import find_quotes

__all__ = ["find_quotes"]
