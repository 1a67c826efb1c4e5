"""From the words that stand for a speaker to the person or body they mean.

A name is looked up among the document's mentions.  A pronoun goes to a person named before it, by
gender where known, nearness, whether the name was the subject of its sentence, and who spoke last.
A plural noun phrase ("the ministers") stays what it is.
"""

# ruff: noqa: RUF001 - quotation marks and dashes are the matter of this room

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

from ingest.names.forms.persons import given_gender, title_before
from ingest.quotes.paragraphs.lexicon import word_classes
from ingest.quotes.speakers.offices import find_holders, office_of
from ingest.records import BLOCK_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.quotes.paragraphs.scene import Candidate
    from ingest.records import Mention, Name, Section

_WRITERS = frozenset(("byline", "credit"))
_GENDER = {"he": "m", "she": "f"}
# Nouns of kinship and office right before a name; titles proper are known to `names.persons`.
_MALE_NOUN = re.compile(
    r"\b(?:spokesman|chairman|congressman|husband|father|brother|son|businessman)\s+$", re.IGNORECASE
)
_FEMALE_NOUN = re.compile(
    r"\b(?:spokeswoman|chairwoman|congresswoman|wife|mother|sister|daughter|businesswoman)\s+$", re.IGNORECASE
)
# A noun for one person that opens a paragraph and that no name follows: "The boy's father said ...".
_OPENING = (
    r"\s*(?:(?:The|A|An|One|Another|His|Her|Their|[A-Z][\w-]+['’]s?|\w+ [a-z-]+['’]s) )(?:[a-z-]+ ){0,2}"
)
_UNNAMED = {
    "f": re.compile(
        _OPENING
        + r"(?:mother|wife|daughter|sister|woman|girl|aunt|grandmother|widow|spokeswoman)\b(?!,? [A-Z])"
    ),
    "m": re.compile(
        _OPENING + r"(?:father|husband|son|brother|man|boy|uncle|grandfather|widower|spokesman)\b(?!,? [A-Z])"
    ),
}
_OPENS_SENTENCE = re.compile(
    r"(?:(?<!\b(?:Mr|Ms|Dr|St))(?<!\b(?:Sen|Rep|Gov|Mrs))[.!?…][”’\"')\]]*\s+|\n|\A)"
    r"(?P<words>(?:(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov)\.|[A-Za-z][\w-]*)\s+){0,4})$"
)
_GOVERNED = re.compile(
    r"\b(?:to|with|of|for|from|against|about|than|and)\s+(?:(?:the\s+)?[a-z]+\s+)?(?:[A-Z]\w*\.?\s+){0,2}$"
)
_WHOM = re.compile(r",? whom? ")  # "Lund, who he called": not Lund calls
_LOOK_BACK = 16  # characters before a name
_REACH = 30  # characters before a name in which a preposition and titles are looked for
_TITLES_READ = 20  # mentions of one person before which a title is looked for
_NAMES_AHEAD = 20  # mentions after a pronoun that it may stand before
_NEARLY = 3.0  # points within which another person may be meant as well
_LEARNED_FROM = 4.0  # points from which a pronoun tells the sex of whom alone it can mean
_WINDOW = 1500  # characters before a pronoun in which its name is looked for


class People:
    """The persons of one document, by where they are mentioned."""

    def __init__(
        self,
        text: str,
        names: Sequence[Name],
        mentions: Sequence[Mention],
        sections: Sequence[Section] = (),
    ) -> None:
        self.text = text
        self.names = names
        self.mentions = [m for m in mentions if m.entity_type == "PERSON"]
        self.starts = [m.char_start for m in self.mentions]
        written = [s for s in sections if s.tag in _WRITERS]  # nobody who wrote it is a "he" in the text
        self.writers = {
            i
            for s in written
            for i in range(bisect_left(self.starts, s.char_start), bisect_left(self.starts, s.char_end))
        }
        self.last_speaker: int | None = None
        self._genders: dict[int, str] = {}
        self._couples: dict[int, bool] = {}
        self.quoted: set[int] = set()
        self.quoted_here: set[int] = set()

    def open_paragraph(self, spans: Iterable[tuple[int, int]]) -> None:
        """Note what a paragraph quotes: its speaker is hardly among the people named in there."""
        if not self.starts:
            return
        self.quoted |= self.quoted_here
        self.quoted_here = {
            i
            for start, end in spans
            for i in range(bisect_left(self.starts, start), bisect_left(self.starts, end))
        }

    def learn(self, index: int, gender: str) -> None:
        """Note the sex of a person whom alone a pronoun can mean."""
        if not self.gender(index):
            self._genders[index] = gender

    def gender(self, index: int) -> str:
        """`m`, `f`, or empty where neither a given name nor a title tells."""
        found = self._genders.get(index)
        if found is None:
            found = given_gender(self.names[index].display) or self.titled(index)
            self._genders[index] = found
        return found

    def titled(self, index: int) -> str:
        """The gender that a title or noun before one of a person's mentions tells."""
        for mention in self.by_name.get(index, [])[:_TITLES_READ]:
            title = title_before(self.text, mention.char_start)
            if title is not None and title[1]:
                return title[1]
            before = self.text[max(0, mention.char_start - _LOOK_BACK) : mention.char_start]
            if _MALE_NOUN.search(before):
                return "m"
            if _FEMALE_NOUN.search(before):
                return "f"
        return ""

    @cached_property
    def holders(self) -> dict[str, dict[int, frozenset[str]]]:
        """Which persons hold which office; see `offices`."""
        return find_holders(self.text, self.mentions)

    @cached_property
    def by_name(self) -> dict[int, list[Mention]]:
        """The persons' mentions by name index."""
        grouped: dict[int, list[Mention]] = {}
        for mention in self.mentions:
            grouped.setdefault(mention.name_index, []).append(mention)
        return grouped

    def is_couple(self, index: int) -> bool:
        """Whether one name stands for a man and a woman: "Mr. Miller" and "Mrs. Miller"."""
        known = self._couples.get(index)
        if known is None:
            titles = {
                title[1]
                for mention in self.by_name.get(index, [])[:_TITLES_READ]
                if (title := title_before(self.text, mention.char_start)) and title[1]
            }
            known = self._couples[index] = len(titles) > 1
        return known

    def fits(self, index: int, gender: str) -> bool:
        """Whether nothing speaks against a pronoun's gender."""
        if not gender:
            return True
        known = self.gender(index)
        return not known or known == gender


def mention_at(mentions: Sequence[Mention], starts: Sequence[int], start: int, end: int) -> Mention | None:
    """The last mention inside a speaker phrase; a person rather than another."""
    i = bisect_left(starts, start)
    if i and mentions[i - 1].char_end > start:
        i -= 1
    best = None
    while i < len(mentions) and mentions[i].char_start < end:
        mention = mentions[i]
        if best is None or mention.entity_type == "PERSON" or best.entity_type != "PERSON":
            best = mention
        i += 1
    return best


def resolve_pronoun(people: People, word: str, at: int) -> tuple[int | None, bool]:
    """Whom "he" or "she" means.

    Args:
        people: The document's persons, and who of them spoke last.
        word: The pronoun, lower case.
        at: Where it stands.

    Returns:
        A name index, and whether another person fits nearly as well; None where nobody fits.
    """
    gender = _GENDER.get(word)
    if gender is None or _is_unnamed(people, gender, at):
        return None, False
    scores = _scores(people, gender, at)
    if scores:
        best = max(scores, key=lambda index: scores[index])
        if len(scores) == 1 and scores[best] >= _LEARNED_FROM:
            people.learn(best, gender)
        rivals = [index for index, score in scores.items() if score >= scores[best] - _NEARLY]
        return best, len(rivals) > 1
    # "He" is no ministry: whoever spoke last counts if a person.
    last_speaker = people.last_speaker
    if last_speaker is not None and last_speaker in people.by_name and people.fits(last_speaker, gender):
        return last_speaker, False
    return _named_after(people, gender, at), False


def resolve_anybody(people: People, at: int) -> int | None:
    """Whom "the Democrat" means: the one person before it whom a pronoun of any sex would mean."""
    scores = _scores(people, "", at)
    best = max(scores, key=lambda index: scores[index], default=None)
    if best is None or sum(score >= scores[best] - _NEARLY for score in scores.values()) > 1:
        return None
    return best


def holder_of(people: People, phrase: str, at: int) -> int | None:
    """Whom "the mayor" means: the one person named before whom the text says to be it.

    Args:
        people: The document's persons.
        phrase: The noun phrase.
        at: Where it stands.

    Returns:
        A name index; None where nobody, or more than one person, is said to hold that office.
    """
    office = office_of(phrase)
    if office is None:
        return None
    head, modifiers = office
    fitting = [
        index
        for index, given in people.holders.get(head, {}).items()
        if given == modifiers and people.by_name[index][0].char_start < at
    ]
    return fitting[0] if len(fitting) == 1 else None


def _scores(people: People, gender: str, at: int) -> dict[int, float]:
    """How well each person named before a pronoun fits it, by name index."""
    scores: dict[int, float] = {}
    first = bisect_left(people.starts, at - _WINDOW)
    stop = bisect_left(people.starts, at)
    named_here = {people.mentions[i].name_index for i in people.quoted_here}
    for i in range(first, stop):
        mention = people.mentions[i]
        index = mention.name_index
        if i in people.quoted_here or i in people.writers or not people.fits(index, gender):
            continue
        if i == stop - 1 and _WHOM.fullmatch(people.text, mention.char_end, at):
            continue
        breaks = people.text.count(BLOCK_SEPARATOR, mention.char_end, at)
        score = 4.0 - 1.5 * breaks - 0.3 * (stop - 1 - i)
        if i in people.quoted:
            score -= 2.0
        elif is_subject(people.text, mention.char_start):
            score += 2.0
        elif _GOVERNED.search(people.text[max(0, mention.char_start - _REACH) : mention.char_start]):
            score -= 1.5
        if gender and people.gender(index) == gender:
            score += 0.5
        elif " " not in people.names[index].display:
            score -= 2.5  # a lone word of unknown sex is a place or a body as easily as a surname
        score += 1.5 * (index == people.last_speaker) - 2.0 * (index in named_here)  # few name themselves
        scores[index] = max(scores.get(index, score), score) + 0.2
    return scores


def _is_unnamed(people: People, gender: str, at: int) -> bool:
    """Whether a pronoun stands for a person without a name, as "she" after "Nilsen's mother wept".

    So it is where such a noun opens the pronoun's paragraph, no name follows it, and nobody of that sex is
    named after it.
    """
    start = people.text.rfind(BLOCK_SEPARATOR, 0, at) + 1
    noun = _UNNAMED[gender].match(people.text, start, at) if gender else None
    if noun is None:
        return False
    later = people.mentions[bisect_left(people.starts, noun.end()) : bisect_left(people.starts, at)]
    return all(people.gender(m.name_index) not in ("", gender) for m in later)


def is_subject(text: str, start: int) -> bool:
    """Whether a name opens its sentence, as subjects do; an article, titles, offices may stand before."""
    lead = _OPENS_SENTENCE.search(text[max(0, start - _REACH) : start]) if start else None
    if lead is None:
        return start == 0
    classes = word_classes()
    words = [word.strip(".").lower() for word in lead["words"].split()]
    given = {word.lower() for word in lead["words"].split() if word[0].isupper()}
    is_first = lead.start() > 0 or start <= _REACH or lead.group()[:1] in ".!?…\n"
    has_role = bool(words) and classes.get(words[-1], "") in ("t", "r")  # "Rovers manager Ann Lee"
    return is_first and all(
        classes.get(word, "") in ("t", "r") or word in ("the", "a", "an") or (has_role and word in given)
        for word in words
    )


def _named_after(people: People, gender: str, at: int) -> int | None:
    """A pronoun before its name: "When he spoke, Smith said ..."."""
    i = bisect_left(people.starts, at)
    stop = people.text.find(BLOCK_SEPARATOR, at)
    for mention in people.mentions[i : i + _NAMES_AHEAD]:
        if 0 <= stop <= mention.char_start:
            break
        if people.fits(mention.name_index, gender):
            return mention.name_index
    return None


_PLURAL = re.compile(r"\w+[^\Wsu0-9_]s|people|men|women|police|both|many|several|some|few|others|they")
_SEVERAL = frozenset(("couple", "family", "pair", "duo", "trio"))
_SET = frozenset(("group", "number", "handful", "crowd", "majority", "dozen", "team", "delegation"))
_OF_MANY = re.compile(r" of (?:[a-z-]+ ){0,2}?(?:[a-z-]+[^\Wsu0-9_]s|people|men|women|children)\b")
_NOT_PLURAL = frozenset(
    ("analysis", "basis", "news", "politics", "congress", "this", "campus", "press", "business", "states")
)


def is_collective(candidate: Candidate) -> bool:
    """Whether a noun phrase means several people: "the ministers", "officials", "they"."""
    if candidate.kind == "P":
        return candidate.head in ("they", "we")
    if candidate.kind == "N" or candidate.head in _NOT_PLURAL:
        return False
    if candidate.head in _SEVERAL:
        return True
    return _PLURAL.fullmatch(candidate.head) is not None


def is_set(text: str, candidate: Candidate) -> bool:
    """Whether a noun phrase counts people: "a group of teachers"; "a group" alone is a body."""
    return candidate.head in _SET and _OF_MANY.match(text, candidate.end) is not None


def is_family(people: People, candidate: Candidate) -> bool:
    """Whether a noun phrase is a surname in the plural: "the Millers", where the text names a Miller."""
    head = candidate.head
    if candidate.kind != "D" or not head.endswith("s"):
        return False
    return any(m.surface.casefold().rsplit(" ", 1)[-1] == head[:-1] for m in people.mentions)
