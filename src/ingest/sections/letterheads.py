"""Headlines that do not come first: below a letterhead, above a preamble, in the caption of a case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ingest.front.cues import cues, ends_sentence, word_count
from ingest.front.labels import is_document_label
from ingest.sections.forms import title_case_share

if TYPE_CHECKING:
    from collections.abc import Sequence

_LABEL_WITHIN = 6
_CAPTION_WITHIN = 20
_PREAMBLE_WITHIN = 14
_LETTERHEAD_WORDS = 6
_TITLE_CASE = 0.75
_FEWEST_WORDS = 4
_ROLE_WORDS = 8
_MOST_PARTY_LINES = 4
_VERSUS = re.compile(r"(?:v|vs|V|VS)\.?|-v-|against|AGAINST")
_CASE = re.compile(r"[^\W\d_a-z][^:?!]{2,100} (?:v|vs)\. [^\W\d_a-z][^:?!]{2,100}")
# The fixed opening of a notice in the gazette of the United States, under its heading.
_PREAMBLE = ("AGENCY:", "ACTION:")


class Headline(NamedTuple):
    """The blocks of a headline.

    Attributes:
        first: The first of them.
        stop: The one after the last.
        rule: Why.
    """

    first: int
    stop: int
    rule: str


def find_case(texts: Sequence[str]) -> Headline | None:
    """The caption of a case: the parties, on one line or with "v." on a line of its own between them.

    Args:
        texts: The first lines of a plain text.

    >>> find_case(["COURT OF APPEAL", "ORSUND LTD,", "Appellant,", "v.", "LEE,", "Respondent.", "No. 7"])
    Headline(first=1, stop=6, rule='case_caption')
    """
    front = texts[:_CAPTION_WITHIN]
    for i, text in enumerate(front):
        if not texts[0].isupper():
            break
        if i and _CASE.fullmatch(text) and all(map(str.isupper, front[:i])):
            return Headline(i, i + 1, "case_caption")
        if i and i + 1 < len(texts) and _VERSUS.fullmatch(text.strip(" ,")):
            return Headline(_first_party(front, i), _last_party(texts, i), "case_caption")
    return None


def _first_party(texts: Sequence[str], versus: int) -> int:
    first = versus - 1
    while first > max(0, versus - _MOST_PARTY_LINES) and _is_role(texts[first]):
        first -= 1
    return first


def _last_party(texts: Sequence[str], versus: int) -> int:
    stop = versus + 2
    while stop < min(len(texts), versus + 1 + _MOST_PARTY_LINES) and _is_role(texts[stop]):
        stop += 1
    return stop


def _is_role(text: str) -> bool:
    """Whether a line says what part somebody has in a case: "Plaintiff-Appellant,"."""
    return word_count(text) <= _ROLE_WORDS and cues("party").search(text) is not None


def find_notice(texts: Sequence[str]) -> int | None:
    """The heading of a notice in a gazette, which stands right above its preamble; None for other documents.

    >>> find_notice(["DEPARTMENT OF PORTS", "Dredging of the Outer Bay", "AGENCY: Ports.", "ACTION: Notice."])
    1
    """
    front = texts[:_PREAMBLE_WITHIN]
    for i in range(1, len(front) - 1):
        if front[i].startswith(_PREAMBLE[0]) and front[i + 1].startswith(_PREAMBLE[1]):
            return i - 1
    return None


def after_letterhead(texts: Sequence[str]) -> int | None:
    """Where the lines begin below who publishes and the kind of document; None for other documents.

    >>> after_letterhead(["Ministry of Ports", "PRESS RELEASE", "Minister Lee opens the new wall"])
    2
    """
    for i, text in enumerate(texts[:_LABEL_WITHIN]):
        if i and is_document_label(text):
            is_below = not is_document_label(texts[0]) and all(map(_is_letterhead, texts[:i]))
            return i + 1 if is_below else None
    return None


def opens_letterhead(text: str, following: str) -> bool:
    """Whether a line in capitals names who publishes, and the next one the kind of document that follows."""
    short = text.isupper() and word_count(text) <= _LETTERHEAD_WORDS
    return short and cues("document_label").match(following) is not None


def is_headline(text: str) -> bool:
    """Whether a line has words enough for a headline below a letterhead, and is no sentence."""
    return word_count(text) >= _FEWEST_WORDS and not ends_sentence(text)


def _is_letterhead(text: str) -> bool:
    """Whether a line may name who publishes: a few words with capitals."""
    few = word_count(text) <= _LETTERHEAD_WORDS and not ends_sentence(text)
    return few and text[0].isupper() and (text.isupper() or title_case_share(text) >= _TITLE_CASE)
