"""Attributions in German, French, Spanish, Italian, Portuguese and Dutch, which no model was trained for.

A verb of saying after the quotation or before it, "laut" and its like, and who stands beside them.  Where
nothing of that shows, quoted words are taken for no speech unless their sentence holds nothing else.
Source of the words: `resources/quotes/attribution.tsv`, `cues_other.txt`.
"""

# ruff: noqa: RUF001 - quotation marks and dashes are the matter of this room

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ingest.names.forms.persons import is_given_name
from ingest.quotes.decide import Decision
from ingest.quotes.paragraphs.lexicon import cues_by_language
from ingest.quotes.paragraphs.scene import Told
from ingest.word_lists import word_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingest.quotes.paragraphs.marks import Region
    from ingest.records import QuoteType

LISTS = ("he", "she", "they", "auxiliary", "source", "closing", "time", "joint", "inside", "ends", "article")
_TOKEN = re.compile(
    r"[Dd]['’]après|(?:M|Mme|Mr|Sr|Sra|Dr|Dra|Hr|Fr|Prof|St)\.|[^\W\d_]+['’](?=\w)|\w+(?:[-.]\w+)*|[^\w\s]"
)
_STOPS = frozenset(".!?…")
_SKIPPED = frozenset(",-–—")
_PRONOUNS = ("he", "she", "they")
_LONGEST = 9  # words of a phrase for a speaker
_LONGEST_NAME = 5
_FAR = 5  # words for whom or where something was said, before who said it
_SENTENCE = 3  # words of a quoted sentence at least
_FRAGMENT = 4  # words of a part of one that is more than a term
_REACH = 200  # words before a quotation in which its sentence begins
_ROOM = 400  # characters of a quotation in which its attribution may stand
_TITLE = 5  # words of a title in quotation marks
# What `certainty` states of attributions that these rules find: set by hand, not measured.
_SAID = 0.9


class _Token(NamedTuple):
    text: str  # empty for a quotation
    low: str
    start: int
    end: int


class Grammar(NamedTuple):
    """The small words of one language, and its verbs of saying."""

    verbs: frozenset[str]
    lists: Mapping[str, frozenset[str]]


@cache
def grammars() -> Mapping[str, Grammar]:
    """Language (ISO 639-1) -> its words."""
    lists: dict[str, dict[str, frozenset[str]]] = {}
    for kind, language, words in word_rows("quotes/attribution.tsv", LISTS):
        lists.setdefault(language, dict.fromkeys(LISTS, frozenset()))[kind] = frozenset(words)
    verbs = cues_by_language()
    return {language: Grammar(frozenset(verbs[language]), found) for language, found in lists.items()}


def decide_foreign(
    text: str, span: tuple[int, int], regions: Sequence[Region], language: str
) -> list[Decision]:
    """Decide on the quotations of a paragraph in one of the languages of `grammars`.

    Args:
        text: The whole text.
        span: Where the paragraph begins and ends.
        regions: Its quotations.
        language: ISO 639-1.
    """
    line = _Line(text, span, regions, language)
    decisions: list[Decision] = []
    last: Told | None = None
    for q, region in enumerate(regions):
        told = line.after(q) or line.before(q, last)
        alone = told is None and line.is_alone(q)
        if alone:
            end = min(region.end, region.start + _ROOM)
            told = _Line(text, (region.start, end), (), language).inside()
        if alone and told is None and last is not None:
            told = replace(last, is_carried=True, cue=None)
        if told is not None and told.is_silent and last is None and (source := line.reported(q)) is not None:
            told = replace(source, is_carried=True, cue=told.cue)
        body = text[region.start : region.end]
        whole = alone or line.opens(q) or line.follows_colon(q)
        is_said = told is not None or alone or line.is_speech(q, body)
        if not is_said or (not whole and line.is_title(q, body)):
            decisions.append(Decision("mention_only", -1, -1, speech=1 - _SAID))
            continue
        kind: QuoteType = "direct" if whole else "partial"
        decisions.append(Decision(kind, -1, -1, speech=_SAID, certainty=_SAID, told=told))
        last = told or last
    return decisions


class _Line:
    """A paragraph as words, each quotation being one."""

    def __init__(self, text: str, span: tuple[int, int], regions: Sequence[Region], language: str) -> None:
        self.text = text
        self.language = language
        self.verbs, self.lists = grammars()[language]
        self.tokens: list[_Token] = []
        self.places: list[int] = []
        at = span[0]
        for region in regions:
            self.read(at, region.outer_start)
            self.places.append(len(self.tokens))
            self.tokens.append(_Token("", "", region.outer_start, region.outer_end))
            at = region.outer_end
        self.read(at, span[1])
        self.tokens.append(_Token(".", ".", span[1], span[1]))
        self.ends = [text[region.end - 1] in _STOPS for region in regions]
        self.ended = dict(zip(self.places, self.ends, strict=True))

    def read(self, start: int, end: int) -> None:
        for m in _TOKEN.finditer(self.text, start, end):
            self.tokens.append(_Token(m.group(), m.group().lower().replace("’", "'"), *m.span()))

    def is_in(self, i: int, *names: str) -> bool:
        """Whether word `i` is in one of some lists."""
        return any(self.tokens[i].low in self.lists[name] for name in names)

    def is_word(self, i: int) -> bool:
        return self.tokens[i].text[:1].isalnum()

    def is_capital(self, i: int) -> bool:
        return self.tokens[i].text[:1].isupper()

    def first(self, q: int) -> int:
        """Where the sentence of a quotation begins."""
        i = self.places[q]
        furthest = max(i - _REACH, 0)
        while i > furthest and self.tokens[i - 1].low not in _STOPS:
            if self.ended.get(i - 1) and self.is_capital(i):
                break
            i -= 1
        return i

    def opens(self, q: int) -> bool:
        """Whether a quotation opens its sentence."""
        return self.first(q) == self.places[q]

    def follows_colon(self, q: int) -> bool:
        return self.places[q] > 0 and self.tokens[self.places[q] - 1].text == ":"

    def is_alone(self, q: int) -> bool:
        """Whether a quotation's sentence holds nothing else."""
        i = self.places[q]
        after = self.tokens[i + 1]
        closes = after.low in _STOPS or not after.text or (self.ends[q] and self.is_capital(i + 1))
        return closes and all(not token.text for token in self.tokens[self.first(q) : i])

    def is_speech(self, q: int, body: str) -> bool:
        """Whether quoted words are speech though nobody is said to say them.

        So they are as a sentence behind a colon or with a comma after it ("„Das war alles“, fand er"), and as
        some words that go on with the sentence around them: "es bringe „mehr Schaden als Nutzen für alle“".
        """
        count = body.count(" ") + 1
        if self.follows_colon(q) or (self.opens(q) and self.tokens[self.places[q] + 1].text in _SKIPPED):
            return count >= _SENTENCE or self.ends[q]
        return count >= _FRAGMENT and body[:1].islower()

    def is_title(self, q: int, body: str) -> bool:
        """Whether quoted words name a work or a paper: capitals after an article."""
        words = body.split()
        i = self.places[q] - 1
        named = len(words) <= _TITLE and all(word[0].isupper() for word in words)
        return named and i >= 0 and self.is_in(i, "article", "inside")

    def after(self, q: int) -> Told | None:
        """The attribution that follows a quotation: ", sagte Klein", ", a-t-il ajouté"."""
        i = self.places[q] + 1
        while self.tokens[i].text in _SKIPPED:
            i += 1
        if self.is_in(i, "source", "closing"):
            return self.phrase(i + 1, (self.tokens[i].start, self.tokens[i].end))
        return self.inverted(i)

    def inside(self) -> Told | None:
        """The attribution between commas in a quotation: "Si le texte passe, a prévenu Morel, ce sera"."""
        for i, token in enumerate(self.tokens):
            told = self.inverted(i + 1) if token.text == "," else None
            if told is not None and not told.is_silent:
                after = next(t for t in self.tokens if t.start >= told.end)
                if after.text == ",":
                    return told
        return None

    def inverted(self, i: int) -> Told | None:
        """A verb of saying at word `i`, and its subject after it; None where no such verb stands."""
        if i >= len(self.tokens) - 1:
            return None
        parts = self.tokens[i].low.split("-")
        pronoun = self.pronoun(parts[-1]) if len(parts) > 1 else ""
        is_said = parts[0] in self.verbs
        if pronoun and (
            is_said or parts[0] in self.lists["auxiliary"]
        ):  # "a-t-il martelé", whatever the verb
            cue = self.tokens[i if is_said or not self.is_word(i + 1) else i + 1]
            end = self.tokens[i].end
            return Told(end - len(parts[-1]), end, (cue.start, cue.end), pronoun)
        while self.is_in(i, "auxiliary"):
            i += 1
        if self.tokens[i].low not in self.verbs:
            return None
        cue_span = (self.tokens[i].start, self.tokens[i].end)
        return self.phrase(i + 1, cue_span) or Told(cue_span[0], cue_span[0], cue_span)

    def before(self, q: int, last: Told | None) -> Told | None:
        """The attribution before a quotation: "Klein sagte: ", "Laut Klein ist es ", "Klein nannte es "."""
        first, at = self.first(q), self.places[q]
        if q and self.places[q - 1] >= first and last and self.places[q - 1] < at - 1:
            between = self.tokens[self.places[q - 1]].end <= last.start < self.tokens[at].start
            if between:  # "A", sagt Klein, "B"
                return last
        if self.is_in(first, "source"):
            return self.phrase(first + 1, (self.tokens[first].start, self.tokens[first].end))
        for i in range(first, at):
            if self.tokens[i].low in self.verbs and not (i > first and self.is_in(i - 1, "article")):
                told = self.subject(first, i)
                cue = self.tokens[i]
                if told is None and self.tokens[i + 1].text == ":":  # "E aggiunge: "
                    return Told(cue.start, cue.start, (cue.start, cue.end))
                if told is not None:
                    return told
        return self.announced(first, at - 1) if self.follows_colon(q) and self.is_capital(first) else None

    def reported(self, q: int) -> Told | None:
        """Who is said to have said something without marks in the sentences of the paragraph before."""
        end = self.first(q)
        while end > 0:
            start = end - 1
            while start > 0 and self.tokens[start - 1].low not in _STOPS:
                start -= 1
            if self.is_in(start, "source"):
                return self.phrase(start + 1, (self.tokens[start].start, self.tokens[start].end))
            for i in range(start, end):
                told = self.subject(start, i) if self.tokens[i].low in self.verbs else None
                if told is not None and not told.is_silent:
                    return told
            end = start
        return None

    def announced(self, first: int, colon: int) -> Told | None:
        """Who opens a sentence that announces a quotation: "Klein:", "Er freut sich:", "Ute Berg nickt:"."""
        if self.is_in(first, "ends", "time", "joint"):
            return None  # "Allerdings:"
        told = self.phrase(first, None)
        words = range(first, colon)
        is_label = all(self.is_capital(i) or self.is_in(i, "article", "inside") for i in words)
        if told is None or told.pronoun or (is_label and told.end == self.tokens[colon - 1].end):
            return told
        if self.is_in(first, "article"):  # "Die Ministerin | Ute Berg | nickt:"
            first = next((i for i in words[2:_TITLE] if is_given_name(self.tokens[i].text)), first)
        if not is_given_name(self.tokens[first].text) or self.is_in(first, "inside", "ends"):  # "Von"
            return None
        stop = next(i for i in range(first, colon + 1) if not self.is_capital(i))
        return Told(self.tokens[first].start, self.tokens[stop - 1].end, None) if stop - first > 1 else None

    def subject(self, first: int, verb: int) -> Told | None:
        """The subject of a verb before a quotation, itself before the verb or right after it."""
        cue = (self.tokens[verb].start, self.tokens[verb].end)
        if self.pronoun(self.tokens[verb + 1].low) == "he":  # no object: "Angesichts der Lage sagte er"
            return self.phrase(verb + 1, cue)
        end = verb
        while end > first and self.is_in(end - 1, "auxiliary"):
            end -= 1
        commas = [i for i in range(first, end) if self.tokens[i].text in _SKIPPED]
        start = commas[-1] + 1 if commas else first
        if start == end and commas:
            if self.pronoun(self.tokens[verb + 1].low) or self.is_capital(verb + 1):
                return self.phrase(verb + 1, cue)  # "Es sei spät, sagte Klein"
            if (name := self.closing_name(commas)) is not None:
                return Told(*name, cue)
            start, end = first, commas[0]  # "Klein, Chef der Gilde, sagte"
        if start == end or self.is_in(start, "ends", "joint", "time"):
            is_inverted = start == end or self.is_in(start, "ends", "time") or self.is_in(start + 1, "time")
            if is_inverted:
                return self.phrase(verb + 1, cue)
        told = self.phrase(start, cue, end)
        if told and commas and start != first and not self.has_capital(start, end):
            return self.phrase(first, cue, commas[0]) or told
        return told

    def closing_name(self, commas: Sequence[int]) -> tuple[int, int] | None:
        """Where the name between the last commas before a verb stands: "la portavoz, | Ana Rubio, | dijo"."""
        if len(commas) < 2 or not is_given_name(self.tokens[commas[-2] + 1].text):  # noqa: PLR2004 - a pair
            return None
        words = range(commas[-2] + 1, commas[-1])
        is_name = all(self.is_capital(i) or self.is_in(i, "inside") for i in words)
        return (
            (self.tokens[words[0]].start, self.tokens[words[-1]].end) if is_name and len(words) > 1 else None
        )

    def has_capital(self, start: int, end: int) -> bool:
        return any(self.is_capital(i) for i in range(start, end))

    def pronoun(self, word: str) -> str:
        """The English pronoun that a word means; empty for another word."""
        return next((name for name in _PRONOUNS if word in self.lists[name]), "")

    def phrase(self, i: int, cue: tuple[int, int] | None, stop: int = -1) -> Told | None:
        """Who stands at word `i`; None where nobody does."""
        stop = len(self.tokens) - 1 if stop < 0 else stop
        while i < stop and (self.is_in(i, "time") or (self.is_in(i, "joint") and self.is_in(i + 1, "time"))):
            i += 1
        i = self.after_object(i, stop)
        if i >= stop:
            return None
        pronoun = self.pronoun(self.tokens[i].low)
        if pronoun and not (self.is_word(i + 1) and self.is_capital(i + 1)):
            return Told(self.tokens[i].start, self.tokens[i].end, cue, pronoun)
        end = i
        while end < min(stop, i + _LONGEST) and self.is_word(end):
            closes = self.is_in(end, "ends", "time", "auxiliary") or self.tokens[end].low in self.verbs
            if (closes and end > i) or self.follows_name(i, end):
                break
            end += 1
        if end == i or self.is_in(i, "ends"):
            return None
        first, end = self.apposed(i, end) or self.name_in(i, end) or (i, end)
        return Told(self.tokens[first].start, self.tokens[end - 1].end, cue)

    def follows_name(self, i: int, end: int) -> bool:
        """Whether a German name ends before word `end`: "Keller | dieser Zeitung"; nouns have capitals."""
        is_after = self.language == "de" and end > i and self.is_capital(i) and self.is_capital(end - 1)
        is_noun = self.is_in(i, "article")  # "Ein alter Fischer"
        return is_after and not is_noun and not self.is_capital(end) and not self.is_in(end, "inside")

    def after_object(self, i: int, stop: int) -> int:
        """Where the subject begins after words for whom or where: "a este diario | el secretario"."""
        if i >= stop or not self.is_in(i, "ends"):
            return i
        for j in range(i + 2, min(i + _FAR, stop)):
            if not self.is_word(j):
                break
            is_name = self.is_capital(j) and not self.is_capital(j - 1) and not self.is_in(j - 1, "inside")
            if is_name or (self.is_in(j, "article") and not self.is_in(j - 1, "ends", "inside")):
                return j
        return i

    def apposed(self, i: int, end: int) -> tuple[int, int] | None:
        """The name between commas after a noun phrase: "der Chef der Gilde, Hauke Petersen, am Montag"."""
        if not self.is_in(i, "article") and self.is_capital(end - 1) and not self.is_in(end - 2, "inside"):
            return None
        first = stop = end + 1
        while stop < len(self.tokens) and self.is_word(stop) and stop - first < _LONGEST_NAME:
            if not self.is_capital(stop) and not self.is_in(stop, "inside"):
                return None
            stop += 1
        closes = self.tokens[min(stop, len(self.tokens) - 1)].text in {",", ".", ":", ""}
        is_name = self.tokens[end].text == "," and stop - first > 1 and self.is_capital(first) and closes
        return (first, stop) if is_name else None

    def name_in(self, i: int, end: int) -> tuple[int, int] | None:
        """The name that closes a noun phrase: in "la alcaldesa Elena Brandón" the last two words."""
        first = end
        while first > i and (self.is_capital(first - 1) or (first < end and self.is_in(first - 1, "inside"))):
            first -= 1
        while first < end and (not self.is_capital(first) or self.is_in(first, "article")):
            first += 1
        if first in {i, end}:
            return None
        # "eine Sprecherin der Gewerkschaft" is no name, "die Ministerin Ursula von der Heide" ends in one.
        is_alone = end - first == 1
        if is_alone and self.language == "de" and self.is_in(i, "article"):
            return None  # "ein Sprecher unserer Redaktion"
        is_noun = is_alone or any(
            self.is_in(j, "article") and not self.is_in(j - 1, "inside") for j in range(first + 1, end)
        )
        return None if is_noun and self.is_in(first - 1, "inside", "article") else (first, end)
