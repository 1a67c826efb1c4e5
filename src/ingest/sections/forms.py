"""What a line's own form says it is: a credit, a caption, a correction, a heading, a summing-up."""

from __future__ import annotations

import re

from ingest.front.cues import UNSPACED, cues, ends_sentence, word_count
from ingest.front.datelines import is_bare_date

BODY_WORDS = 12
"""Words from which a paragraph is running text by its length alone."""

_SENTENCE_STOP = re.compile(
    r"[.!?;,:\u2026\u3002\uff01\uff1f\uff1b\uff0c\uff1a\u061f\u060c][\"'\u201d\u201c\u2019\u2018\u00bb\u00ab)\]]*$"
)
_WORD = re.compile(r"[^\W_]+(?:['\u2019.&-][^\W_]+)*\.?")
_CREDIT = re.compile(
    r"(?:photo|photograph|photos|image|images|picture|illustration|graphic|video|foto|fotos|bild|credit|"
    r"\u00a9)\s*(?:by\b|:|/|courtesy\b|credit\b)",
    re.IGNORECASE,
)
# "SOURCE Northair": by whom a release was given to a wire.
_WIRED = re.compile(r"SOURCE [^\W\d_a-z][^.:!?]{1,80}(?:Inc\.|Co\.|Corp\.|Ltd\.)?")
_CONTRIBUTED = re.compile(
    r"(?:[^\W\d_a-z][\w.'\u2019-]*,? (?:and )?){1,12}"
    r"(?:contributed|reported)(?: reporting| to this| from| for this)\b"
)
_PICTURE_BY = re.compile(
    r"[(\[|\u2014](?P<whose>[^()\[\]]{0,50}[/, ])?"
    r"(?:getty images|getty|afp|ap photo|ap|reuters|epa|bloomberg|shutterstock)"
    r"\.?[)\]]?\.?[)\]]?$",
    re.IGNORECASE,
)
# As in: The harbour at night. Photograph: Ann Lee/The Quay
_PICTURE_AFTER = re.compile(
    r"[.!?\u2026] ?(?i:photo(?:graph(?:s|ie)?|s)?|pictures?|images?|fotos?|fotograf[i\u00ed]as?|bild)"
    r"(?i: credit| by)?\s?: ?[^\W\d_a-z][^.:]{2,60}\.?$"
)
# As in: Correction, June 8, 2024, and a colon
_CORRECTED = re.compile(
    r"(?:correction|clarification|update|amendment)s?,? \(?(?P<when>(?:[^\W\d_]{3,9}\.? )?\d[^.:]{0,25}):",
    re.IGNORECASE,
)
_SPEAKER = re.compile(
    r"(?![IVX]{1,4}\. )(?:[A-Z]{1,2}|[A-Z]{3,15}|[A-Z][A-Z .'-]{2,24})[:.] "
    # "Senator NOVAK. And the date?": the records of a parliament
    r"|(?:The|[A-Z][a-z]{1,14}\.?) (?:Mc|Mac)?[A-Z][A-Z'\u2019-]{2,20}\. "
)
_NUMBERING = re.compile(r"^(?:[0-9.): -]+|[IVX]{1,5}[.)] ?|[A-Z][.)] )")
_LONGEST_CAPTION = 60
_LONGEST_BY_AGENCY = 30  # a longer text may be a report and name the agency that it is from
_LONGEST_CREDIT = 40
_SHORT_LINE_WORDS = 14
_SHORT_LINE_CHARS = 100
_UNSPACED_HEADING_CHARS = 32


def is_caption(text: str) -> bool:
    """Whether a line describes a picture: it says so, or ends with whom the picture is from."""
    if cues("caption").match(text):
        return True
    if _PICTURE_AFTER.search(text[-100:]) is not None:
        return word_count(text) <= _LONGEST_CAPTION
    picture = _PICTURE_BY.search(text[-80:])
    longest = _LONGEST_CAPTION if picture and picture["whose"] else _LONGEST_BY_AGENCY
    return picture is not None and word_count(text) <= longest


def is_credit(text: str) -> bool:
    """Whether a line says who took a picture or who else reported."""
    bare = text.lstrip("([\u2014\u2013- ")
    if cues("credit").match(bare) or _CONTRIBUTED.match(bare):
        return word_count(text) <= _LONGEST_CREDIT
    if _WIRED.fullmatch(bare):
        return True
    if cues("source").match(bare) and not any(c.isdigit() for c in bare):  # a reference has a year
        return word_count(text) <= _SHORT_LINE_WORDS
    return _CREDIT.match(bare) is not None and word_count(text) <= _SHORT_LINE_WORDS


def is_correction(text: str) -> bool:
    """Whether a paragraph corrects or updates the piece."""
    bare = text.lstrip("([*")
    dated = _CORRECTED.match(bare)
    is_dated = dated is not None and is_bare_date(dated["when"])  # "Amendment 12:" is none
    return is_dated or cues("correction").match(bare) is not None


def is_conclusion(text: str) -> bool:
    """Whether a paragraph announces that it sums up."""
    return cues("conclusion").match(text) is not None


def is_conclusion_heading(text: str) -> bool:
    """Whether a heading says that what follows sums up; numbering before it does not matter."""
    return _says_only("conclusion_heading", text, " .:")


def is_known_heading(text: str) -> bool:
    """Whether a line is a heading that reports and releases have in common, numbering and a colon apart."""
    return _says_only("heading", text, " .:\uff1a")


def _says_only(kind: str, text: str, marks: str) -> bool:
    """Whether a line is one of these openings and nothing else but its number before, and marks after it."""
    match = cues(kind).match(_NUMBERING.sub("", text, count=1))
    return match is not None and not match.string[match.end() :].strip(marks)


def is_spoken(text: str) -> bool:
    """Whether a line begins with who speaks, as interviews and minutes have it ("Q:", "ROE:")."""
    return _SPEAKER.match(text) is not None


def has_heading_form(text: str) -> bool:
    """Whether a line could be a heading: short, no final stop, begins like one."""
    if len(text) > _SHORT_LINE_CHARS or _SENTENCE_STOP.search(text[-6:].rstrip("?\uff1f")) is not None:
        return False
    if UNSPACED.search(text):
        return len(text) <= _UNSPACED_HEADING_CHARS
    words = _WORD.findall(text)
    if is_spoken(text):
        return False
    if not 0 < len(words) <= _SHORT_LINE_WORDS or text[0] in "\"'\u201c\u2018\u00ab(@#":
        return False
    return not words[0][0].islower() and any(c.isalpha() for c in text)


def title_case_share(text: str) -> float:
    """Share of the longer words after the first that begin with a capital."""
    words = [w for w in _WORD.findall(text)[1:] if len(w) > 3]  # noqa: PLR2004 - short words stay small in titles
    return sum(w[0].isupper() for w in words) / len(words) if words else 1.0


def has_title_form(text: str) -> bool:
    """Whether a first line could be a headline."""
    if len(text) > 220 or word_count(text) > 30:  # noqa: PLR2004
        return False
    if not ends_sentence(text):
        return not text.endswith((",", ";"))
    return word_count(text) <= 20 and title_case_share(text) >= 0.75  # noqa: PLR2004 - "Poll: A Leads B."
