"""Whom "the mayor" means: the person whom the text says to hold that office."""

# ruff: noqa: RUF001 - quotation marks and dashes are the matter of this room

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from ingest.quotes.paragraphs.lexicon import word_sets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.records import Mention

# What may stand between a title and its bearer: ", ", " of Trade and Fisheries ".
_TO_NAME = re.compile(r"(?: (?:of|for|and|the|to|on)(?= )|,? [A-Z][\w.’'-]*){0,12}")
_CLOSES = re.compile(r"(?: (?:[A-Z]{2,5}|PhD|DPhil))*,")  # letters after a name, and the comma that closes it
_WORD = re.compile(r"[^\W\d_][\w.'’-]*")
_BEFORE = re.compile(r"(?:[A-Za-z][\w'’-]*,? ){0,5}$")  # words that may make a title before a name
_REACH = 70  # characters on either side of a name in which its office is looked for
# "Ann Lee, the mayor of Norrhamn", "Ann Lee, 51, a senior port economist"
_AFTER = re.compile(
    r",(?: (?:aged )?\d{1,3},)? (?:who (?:is|was) )?"
    r"(?:(?:the|an?|its|their|his|her) )?([^,.;:()“\"\n]{3,60})"
)
_ENDS = re.compile(r" (?:of|for|at|in|on|from|with|and|who|whose|to|said|says|told) ")
_HONORIFICS = frozenset(
    ("the", "rt", "right", "hon", "honourable", "honorable", "dr", "mr", "mrs", "ms", "sir")
)
_MODIFIERS = frozenset(("former", "deputy", "vice", "acting", "then", "ex", "late", "assistant", "next"))


def find_holders(text: str, people: Sequence[Mention]) -> dict[str, dict[int, frozenset[str]]]:
    """Which persons the text gives which office.

    Args:
        text: The whole text.
        people: The mentions of persons, in order.

    Returns:
        Head of an office ("mayor", "economist"), lower case -> name index -> the modifiers that the text
        puts before it ("former", "deputy").
    """
    holders: dict[str, dict[int, frozenset[str]]] = {}
    for mention in people:
        for words in _descriptions(text, mention):
            head = words[-1]
            holders.setdefault(head, {}).setdefault(mention.name_index, _MODIFIERS.intersection(words))
    return holders


def _descriptions(text: str, mention: Mention) -> Iterator[list[str]]:
    """The phrases beside a name that say what its bearer is, in lower-case words; the last is a role."""
    roles = word_sets()["role"] | word_sets()["title"]
    before = _BEFORE.search(text, max(0, mention.char_start - _REACH), mention.char_start)
    lead = before.group() if before else ""
    words = [m.group().lower() for m in _WORD.finditer(lead)]
    while words and words[-1].strip(".") in _HONORIFICS:  # "the Prime Minister, the Rt Hon"
        words.pop()
    # The title right before the name; a comma may stand between: "the mayor, Ann Lee".
    if words and words[-1] in roles and (lead[0].isupper() or "," in lead or len(words) > 1):
        yield words
    after = _AFTER.match(text, mention.char_end, mention.char_end + _REACH)
    if after:
        phrase = _ENDS.split(f"{after.group(1)} ")[0]
        words = [m.group().lower() for m in _WORD.finditer(phrase)]
        if words and words[-1] in roles:
            yield words


def office_of(phrase: str) -> tuple[str, frozenset[str]] | None:
    """The office that a phrase for one known person names: "the mayor"; None for "a mayor", "his mother"."""
    words = [m.group().lower() for m in _WORD.finditer(phrase)]
    if len(words) < 2 or words[0] != "the":  # noqa: PLR2004 - the article and a noun
        return None
    return words[-1], _MODIFIERS.intersection(words)


def closes_apposition(text: str, end: int) -> bool:
    """Whether a comma closes what began with a name that ends here, letters of honours aside: "Lee MP,"."""
    return _CLOSES.match(text, end) is not None


def bearer_after(
    text: str, span: tuple[int, int], mentions: Sequence[Mention], starts: Sequence[int]
) -> Mention | None:
    """The person whom a capitalised title leads to: "Trade Secretary, Ann Lee, said".

    Args:
        text: The whole text.
        span: Where the words stand that may be a title.
        mentions: All mentions, in order.
        starts: Where they begin.

    Returns:
        The person; None where the words end with no title, or nobody's name follows.
    """
    words = text[slice(*span)].split()
    office = words[: words.index("of")] if "of" in words else words
    if not office or office[-1].lower() not in word_sets()["title"]:
        return None
    lead = _TO_NAME.match(text, span[1])
    i = bisect_left(starts, span[1])
    while lead and i < len(mentions) and mentions[i].char_start <= lead.end():
        person = mentions[i]
        if person.entity_type == "PERSON":
            is_apart = "," in text[span[1] : person.char_start]
            return person if not is_apart or closes_apposition(text, person.char_end) else None
        i += 1
    return None
