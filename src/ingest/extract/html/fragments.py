"""Markup where text is meant: in titles, descriptions and bodies that a page's metadata tell."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup


def parse_fragment(markup: str) -> BeautifulSoup:
    """Parse a piece of markup as HTML, whatever it looks like.

    >>> parse_fragment("A <i>piece</i>").get_text()
    'A piece'
    """
    # Few pages put markup into their metadata, and the import takes 50 ms.
    from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning  # noqa: PLC0415

    with warnings.catch_warnings():
        # That it begins like XML, an address or a file name says nothing here: pages write so.
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return BeautifulSoup(markup, "lxml")
