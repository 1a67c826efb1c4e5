"""The turns of a transcript: "Q: ...", "ADLER: ...", and whom the letter of an answer stands for."""

# ruff: noqa: RUF001 - quotation marks and dashes are the matter of this room

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ingest.quotes.paragraphs.lexicon import word_sets
from ingest.records import BLOCK_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.records import Mention, Section

_TIME = r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?[\])]?"  # "[00:01:07]" before or after a speaker
_SMALL = "of|for|the|and|to|v[ao]n|de[lnr]?|d[aiu]|dos|bin"  # words in small letters of offices and names
_TURN = re.compile(
    rf"^(?:{_TIME}[ \t]+|\d{{1,3}}\. )?[\"“‘']?(?:(?P<letter>[QA])[.:]"
    r"|(?P<bare>Q)(?= +[A-Z“\"])|(?P<word>[Qq]uestion|[Aa]nswer):"
    # "Mr. NOVAK. Thank you.", "The CHAIRMAN. We begin.": the records of a parliament
    r"|(?P<record>(?:The|[A-Z][a-z]{1,14}\.?) (?:Mc|Mac)?[A-Z][A-Z’'-]{2,20})\."
    r"|(?P<name>[A-Z][\w.’'-]{1,20}(?: [A-Z][\w.’'-]{0,20}){0,3}"
    # as in SECRETARY OF DEFENSE ANN B. LEE III, Secretary of State Ann Lee, or Prime Minister Ann van der Lee
    rf"|[A-Z][\w.’'-]{{1,20}}(?:,? (?:{_SMALL}|[A-Z][\w.’'-]{{0,20}})){{1,9}} [A-Z][\w.’'-]{{1,20}})"
    rf"(?: {_TIME}|(?: \([\w ,.’'-]{{2,40}}\)){{1,2}})?:)[ \t]+(?=\S)",
    re.MULTILINE,
)
_GENERATION = re.compile(r"(?<=\w),? (?:jr\.?|sr\.?|i{2,3}|iv)\Z")
_LABEL_LINE = re.compile(r"(?<=\n\n)([A-Z][a-z]{2,20}(?: [A-Z][a-z]{2,20})?)(?=\n\n)")
_FEWEST_AGAIN = 2
_MIN_TURNS = 4
_MIN_SPEAKERS = 2
_SENTENCE_WORDS = 6  # words from which a turn without a stop is taken for speech
_STOP = re.compile(r"[.?!…][\"”’')\]]*\s*\Z")
_MET = re.compile(
    r"(?:interview(?:ed|s)?(?: with)?|spoke (?:to|with)|talk(?:ed|s)? (?:to|with)|sat down with|asked"
    r"|questions (?:for|to)|answers (?:by|from)|conversation with)\s+(?:[A-Za-z][\w’'-]*\.?\s+){0,4}$"
)
_REACH = 60  # characters before a name in which such words are looked for
_NO_GUEST = frozenset(("byline", "credit", "dateline"))


class Turn(NamedTuple):
    """One turn of a transcript.

    Attributes:
        start: Where its label begins.
        end: Where its label ends.
        words: Where its words begin.
        goes_on: Whether paragraphs without a label that follow it are its speaker's too.
    """

    start: int
    end: int
    words: int
    goes_on: bool


def find_turns(text: str, mentions: Sequence[Mention] | None = None) -> dict[int, Turn]:
    """Where a transcript's turns begin -> the turn; empty where the text is no transcript.

    Letters ("Q:", "A.") make one from a question and an answer on.  Names make one from four turns on by
    two speakers of whom one speaks twice, or from a question that somebody else answers where the text names
    one of the two; a "Q" that names answer is one of them.  Lists of particulars ("Date: ...", "Place: ...",
    "Pros: ...", "Ease of use: ...") are none: at least half of the turns must be labelled by speakers, two of
    them different, which the text's names, offices and labels in capitals that come again tell.

    Args:
        text: The whole text.
        mentions: Its mentions; None where nobody has looked for names, so that any label may be one.
    """
    found = list(_TURN.finditer(text))
    letters = [m for m in found if m["letter"] or m["word"]]
    firsts = "".join((m["letter"] or m["word"])[0].upper() for m in letters)
    if firsts.startswith("Q") and "A" in firsts:
        return {m.start(): _turn(m, goes_on=True) for m in letters}
    fields = word_sets()["field"]
    named = [m for m in found if not _is_answer(m) and _last_word(m) not in fields]
    labels = Counter(map(_last_word, named))
    if not _is_talk(text, named, labels) or (
        mentions is not None and not _are_people(named, labels, mentions)
    ):
        return _headed_turns(text, mentions or ())
    # A headline ("Lund: The port will stay") is no turn, though a transcript may follow further down.
    if named[0].start() == 0 and text.find(BLOCK_SEPARATOR) + len(BLOCK_SEPARATOR) != named[1].start():
        named = named[1:]
    return {m.start(): _turn(m, goes_on=labels[_last_word(m)] > 1) for m in named}


def _headed_turns(text: str, mentions: Sequence[Mention]) -> dict[int, Turn]:
    """Turns whose speakers stand on lines of their own, as in the records of calls with investors.

    At least four, and two speakers of whom somebody speaks again at two places: names over biographies
    stand there once, names under letters follow what they sign.
    """
    labels = [
        (m.char_start, m.char_end)
        for m in mentions
        if m.entity_type == "PERSON" and _is_alone(text, m.char_start, m.char_end)
    ]
    if len(labels) < _MIN_TURNS - 1:
        return {}
    known = word_sets()["label"]
    labels += [m.span(1) for m in _LABEL_LINE.finditer(text) if m[1].lower() in known]
    labels = [(start, end) for start, end in sorted(labels) if _speaks(text, end + len(BLOCK_SEPARATOR))]
    speakers = Counter(text[start:end] for start, end in labels)
    if len(labels) < _MIN_TURNS or not _MIN_SPEAKERS <= len(speakers) <= len(labels) - _FEWEST_AGAIN:
        return {}
    turns = {start: Turn(start, end, end, goes_on=True) for start, end in labels}
    words = ((start, end, end + len(BLOCK_SEPARATOR)) for start, end in labels)
    return turns | {at: Turn(start, end, at, goes_on=True) for start, end, at in words}


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing but a name stands in a block that is not the text's first."""
    return (
        text[max(0, start - len(BLOCK_SEPARATOR)) : start]
        == BLOCK_SEPARATOR
        == text[end : end + len(BLOCK_SEPARATOR)]
    )


def _speaks(text: str, start: int) -> bool:
    """Whether a block is running text: a sentence, or words enough for one."""
    stop = text.find(BLOCK_SEPARATOR, start)
    body = text[start : stop if stop >= 0 else len(text)]
    return _STOP.search(body[-_REACH:]) is not None or body.count(" ") + 1 >= _SENTENCE_WORDS


def _turn(match: re.Match[str], *, goes_on: bool) -> Turn:
    label = next(group for group in ("letter", "bare", "word", "record", "name") if match[group])
    return Turn(match.start(label), match.end(label), match.end(), goes_on)


def _last_word(match: re.Match[str]) -> str:
    """What tells a label from others: "JAKE TAPPER" is "TAPPER" too."""
    label = (match["name"] or match["record"] or "q").lower()
    return _GENERATION.sub("", label).rsplit(" ", 1)[-1]


def _is_answer(match: re.Match[str]) -> bool:
    """Whether a label is the letter of an answer, which no transcript has beside names."""
    return (match["letter"] or match["word"] or "q")[0].upper() == "A"


def _is_talk(text: str, named: Sequence[re.Match[str]], labels: Counter[str]) -> bool:
    if len(labels) < _MIN_SPEAKERS:
        return False
    bodies = [_body(text, m) for m in named]
    told = sum(_STOP.search(body) is not None or body.count(" ") + 1 >= _SENTENCE_WORDS for body in bodies)
    if 2 * told < len(bodies):
        return False
    if len(named) >= _MIN_TURNS:
        return len(labels) < len(named)
    answered = any(
        body.rstrip("\"”’' ").endswith("?") and _last_word(named[i]) != _last_word(named[i + 1])
        for i, body in enumerate(bodies[:-1])
    )
    folded = text.lower()
    return answered and any(folded.count(label) > n for label, n in labels.items())


def _are_people(named: Sequence[re.Match[str]], labels: Counter[str], mentions: Sequence[Mention]) -> bool:
    """Whether the labels are speakers, and no fields of a form or heads of a list."""
    sets = word_sets()
    words = sets["title"] | sets["label"]
    people = {w for m in mentions if m.entity_type == "PERSON" for w in m.surface.lower().split()}
    speak = [
        last
        for m, last in zip(named, map(_last_word, named), strict=True)
        if m["name"] is None or last in people or last in words or (m["name"].isupper() and labels[last] > 1)
    ]
    return len(set(speak)) >= _MIN_SPEAKERS and 2 * len(speak) >= len(named)


def _body(text: str, match: re.Match[str]) -> str:
    end = text.find("\n", match.end())
    return text[match.end() : end if end >= 0 else len(text)].rstrip()


def is_letter(label: str) -> bool:
    """Whether a turn's label, in small letters, is no name but stands for question or answer."""
    return label in ("q", "a", "question", "answer")


def find_interviewee(
    text: str, people: Iterable[Mention], sections: Sequence[Section], first_turn: int
) -> int | None:
    """Index of the name whose bearer answers: the one person named before the first question.

    Where several are, the one whom somebody spoke with; None where that leaves a choice.

    Args:
        text: The whole text.
        people: The mentions of persons.
        sections: The document's sections; who stands in a byline asks, and answers nothing.
        first_turn: Where the first turn begins.
    """
    bylines = [(s.char_start, s.char_end) for s in sections if s.tag in _NO_GUEST]
    before = [
        m for m in people if m.char_end <= first_turn and not any(a <= m.char_start < b for a, b in bylines)
    ]
    named = {m.name_index for m in before}
    if len(named) > 1:
        named = {
            m.name_index for m in before if _MET.search(text, max(0, m.char_start - _REACH), m.char_start)
        }
    return named.pop() if len(named) == 1 else None
