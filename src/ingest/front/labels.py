"""Lines above a headline that say what kind of document follows, and when it may be used."""

from __future__ import annotations

import re

from ingest.front.cues import cues, ends_sentence, openings

_LONGEST = 100
_MOST_REFERENCE_WORDS = 5
_LONGEST_LETTERS = 5
_FILED = re.compile(r"\d[/-]\w|\w[/-]\d|\d{3}")  # "4/26": a number and a year, or letters and a number
_MOST_WORDS_AFTER = 4
# "NORLAND-STRIKE/PORTS (UPDATE 2, PIX)": capitals with a stroke and no space, maybe the version behind.
_SLUG = re.compile(r"[A-Z][A-Z0-9-]*(?:/[A-Z0-9-]+)+(?: ?\([A-Z0-9 ,.]{1,40}\))?")
# An address; "+44 20 7946 0000", "(555) 555-0147" and "555.555.0147" anywhere in the line.
_CONTACT = re.compile(r"\w@\w|\+\d[\d ()-]{6,}|(?:\(\d{3}\)[ .-]?|\b\d{3}[ .-])\d{3}[ .-]\d{4}\b")
_CONTACT_LABEL = re.compile(
    r"(?:(?:media|press|news|public) )?contacts?(?: information)?\s?:?", re.IGNORECASE
)


def is_document_label(text: str) -> bool:
    """Whether a line names the kind of document, maybe with a number: "PRESS RELEASE", "Policy brief 14"."""
    if len(text) > _LONGEST or ends_sentence(text):
        return False
    if cues("embargo").match(text):
        return True
    match = cues("document_label").match(text)
    rest = text[match.end() :].strip(" :|\u2013\u2014-") if match else "-"
    return not rest or (rest.count(" ") < _MOST_WORDS_AFTER and any(c.isdigit() for c in rest))


def is_slug(text: str) -> bool:
    """Whether a line is the key word under which an agency files a report."""
    return _SLUG.fullmatch(text) is not None


def is_reference(text: str) -> bool:
    """Whether a line is a number under which an office files a document: "No. 114/2026", "RIN 0648-BN12".

    >>> [is_reference(text) for text in ("Ref.: 12/26", "[Docket No. 26-31]", "EUCO 4/26", "3 June 2026")]
    [True, True, True, False]
    """
    words = text.strip("[]() ").split()
    if not 0 < len(words) <= _MOST_REFERENCE_WORDS or not any(map(str.isdigit, text)):
        return False
    known = openings("reference")
    named = [word.rstrip(".:") for word in words if word.isalpha() or word.rstrip(".:").lower() in known]
    numbers = [word for word in words if not word.isalpha() and word.rstrip(".:").lower() not in known]
    is_short = all(
        word.lower() in known or (word.isupper() and len(word) <= _LONGEST_LETTERS) for word in named
    )
    return is_short and len(named) > 0 and any(map(_FILED.search, numbers))


def is_contact_label(text: str) -> bool:
    """Whether a line announces whom to call: "Contact:", "Media contacts"."""
    return _CONTACT_LABEL.fullmatch(text.strip()) is not None


def is_contact(text: str) -> bool:
    """Whether a line says how to reach somebody: it holds an address or a telephone number."""
    return _CONTACT.search(text) is not None
