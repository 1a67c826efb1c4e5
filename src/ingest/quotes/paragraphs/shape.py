"""Read the words around a paragraph's quotations: one letter for each piece, and who may speak.

A paragraph becomes a short string, its *shape*, such as `Q,NV.Q` for `"...," Smith said. "..."`.
Nothing inside a quotation is read.  Adverbs, days and remarks in brackets leave no trace, so that
"Sen. Smith (D-Mo.) also said on Monday" has the shape `NV` too.

Letters: Q quotation, N name, P pronoun, D noun phrase with an article or possessive, R role noun,
S possessor phrase ("Smith's lawyer"), V U cue verbs, v u the same in -ing, w the same after "to",
A "according to", B auxiliary, I preposition, T "that", W relative, C conjunction, o object pronoun,
s possessive, d g other words in -ed and -ing, # number, x anything else; , : - . punctuation.
"""

# ruff: noqa: RUF001 - quotation marks and dashes are the matter of this room

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.quotes.paragraphs.ahead import Ahead
from ingest.quotes.paragraphs.capitals import capital_end
from ingest.quotes.paragraphs.lexicon import other_cues, word_sets
from ingest.quotes.paragraphs.nouns import is_noun_after, is_noun_before_name, is_plural_noun, leads_to_name
from ingest.quotes.paragraphs.scene import Candidate, Scene
from ingest.quotes.paragraphs.tokens import is_all_capitals, is_capital, tokenize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.paragraphs.marks import Region

_CONTRACTED = re.compile(r"(\w+)['’](?:m|re|ve|ll|d)$")
_NAMELIKE = frozenset(("", "t", "r", "y"))  # classes whose capitalised words may be names
_SIGNS = {**dict.fromkeys(".!?…", "."), **dict.fromkeys(",;", ","), ":": ":", **dict.fromkeys("–—―-", "-")}
_SOURCES = frozenset(("according", "in", "for", "so"))
_OTHER_SOURCES = frozenset(("laut", "selon", "según"))
_GERMAN_ARTICLES = frozenset(("der", "die", "das", "ein", "eine"))
_MAX_BRACKET = 12


def scan(text: str, start: int, end: int, regions: Sequence[Region]) -> Scene:
    """Read a paragraph.

    Args:
        text: The whole text.
        start: Where the paragraph begins.
        end: Where it ends.
        regions: Its quotations.

    Returns:
        The paragraph's scene.
    """
    reader = _Reader(tokenize(text, start, end, regions))
    reader.read()
    return Scene(
        "".join(reader.letters),
        reader.words,
        reader.starts,
        reader.ends,
        [],
        reader.candidates,
        reader.quotes,
    )


class _Reader:
    """One left-to-right pass over a paragraph's tokens."""

    def __init__(self, tokens: list[tuple[str, int, int]]) -> None:
        self.tokens = tokens
        self.ahead = Ahead(tokens)
        self.letters: list[str] = []
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.candidates: list[Candidate] = []
        self.quotes: list[int] = []
        self.classes = self.ahead.classes
        self.cues = self.ahead.cues
        self.sets = word_sets()
        self.participles = other_cues()
        self.sources = self.sets["source"] | _SOURCES

    def push(self, letter: str, word: str, start: int, end: int) -> None:
        self.letters.append(letter)
        self.words.append(word)
        self.starts.append(start)
        self.ends.append(end)

    def push_candidate(self, letter: str, first: int, stop: int, start: int | None = None) -> None:
        tokens = self.tokens
        start = tokens[first][1] if start is None else start
        head = tokens[stop - 1][0].lower().strip(".")
        if head in ("jr", "sr", "iii", "ii") and stop - first > 1:
            head = tokens[stop - 2][0].lower().strip(".,")
        self.candidates.append(Candidate(letter, start, tokens[stop - 1][2], len(self.letters), head))
        self.push(letter, head, start, tokens[stop - 1][2])

    def read(self) -> None:
        i, n = 0, len(self.tokens)
        while i < n:
            word, start, end = self.tokens[i]
            if not word:
                self.quotes.append(len(self.letters))
                self.push("Q", "", start, end)
                i += 1
            elif word[0].isalnum():
                i = self.read_word(i, word)
            else:
                i = self.read_sign(i, word)

    def read_sign(self, i: int, word: str) -> int:
        _, start, end = self.tokens[i]
        first = word[0]
        if first in "([":
            if first == "(" and self.letters and self.letters[-1] == "Q" and self.ahead.holds_source(i):
                self.push("-", word, start, end)
                self.push_candidate("N", i + 1, capital_end(self.tokens, i + 1))
                i = capital_end(self.tokens, i + 1) - 1
            for j in range(i + 1, min(i + _MAX_BRACKET, len(self.tokens))):
                other = self.tokens[j][0]
                if other in (")", "]"):
                    return j + 1
                if not other:
                    break
            return i + 1
        letter = _SIGNS.get(first, "")
        if letter:
            self.push(letter, word, start, end)
        elif first == "@" and word[1:]:
            self.push_candidate("N", i, i + 1)
        elif first in "'’" and word[1:]:
            if self.letters and self.letters[-1] == "P" and self.ends[-1] == start:
                self.push("B", "is", start, end)  # "he's"
                return i + 1
            self.push("s", word, start, end)
            return self.read_possessed(i + 1, start)
        return i + 1

    def read_possessed(self, i: int, mark_start: int) -> int:
        """After "Smith's": the lower-cased nouns that follow make a phrase of their own."""
        if self.in_words_of(i):
            return i + 1
        stop = self.ahead.phrase_end(i, i)
        if stop == i or not self.candidates or self.candidates[-1].end != mark_start:
            return i
        self.push_candidate("S", i, stop, self.candidates[-1].start)
        return stop

    def in_words_of(self, i: int) -> bool:
        """Read "in Lund's words" as "according to Lund"; whether it stood here."""
        if self.ahead.word_at(i) != "words" or self.letters[-3:] != ["I", "N", "s"] or self.words[-3] != "in":
            return False
        for column in (self.letters, self.words, self.starts, self.ends):
            column.pop()
        self.letters[-2], self.words[-2] = "A", "according"
        return True

    def read_source(self, i: int, low: str) -> int:
        """Words that say whose words these are without a verb, "according to" and its like; where they end.

        Returns:
            The next token's index; `i` itself where no such words stand.
        """
        tokens = self.tokens
        size = 0
        if low == "according":
            size = 2 * (self.ahead.word_at(i + 1) == "to")
        elif low == "in":
            size = 4 * ([self.ahead.word_at(j) for j in (i + 1, i + 2, i + 3)] == ["the", "words", "of"])
        elif low == "for":
            stop = self.ahead.name_end(i + 1) if not self.letters or self.letters[-1] == "." else 0
            size = int(stop > 0 and self.ahead.word_at(stop) == "," and self.ahead.word_at(stop + 1) == "")
        elif low == "so":
            has_article = self.ahead.word_at(i + 1) in _GERMAN_ARTICLES
            stop = self.ahead.name_end(i + 1 + has_article) if self.letters[-2:] == ["Q", ","] else 0
            size = (1 + has_article) * (stop > 0 and self.ahead.word_at(stop) in (".", ",", None))
        elif self.is_source(i):
            size = 1
        if size:
            word = low if low in _OTHER_SOURCES else "according"
            self.push("A", word, tokens[i][1], tokens[i + size - 1][2])
        return i + size

    def is_source(self, i: int) -> bool:
        """Whether "per" and its like stand before a source here, and "Per" is no given name."""
        stop = self.ahead.name_end(i + 1)
        if not stop:
            return self.ahead.word_at(i + 1) == "the"
        opens = not self.letters or self.letters[-1] == "."
        return self.tokens[i][0] != "Per" or (opens and self.ahead.word_at(stop) == ",")

    def read_word(self, i: int, word: str) -> int:
        low = word.lower()
        if low in self.sources:
            stop = self.read_source(i, low)
            if stop > i:
                return stop
        contracted = _CONTRACTED.match(low) if "'" in low or "’" in low else None
        if contracted and self.classes.get(contracted[1]) == "P":
            return self.read_contracted(i, contracted[1])
        letter = self.classes.get(low, "")
        if is_capital(word) and (letter in _NAMELIKE or self.is_name_anyway(i, letter)):
            stop = self.read_capital(i, low, letter)
            if stop > i:
                return stop
        return self.read_by_class(i, low, letter)

    def read_by_class(self, i: int, low: str, letter: str) -> int:
        """A word that begins no name, by its class."""
        if letter in ("D", "H"):
            return self.read_determined(i, low)
        if letter in ("r", "t"):
            return self.read_role(i)
        if not letter:
            return self.read_other(i, low)
        if letter == "P":
            self.push_pronoun(i, low)
        elif letter == "y":
            self.skip_adverb(low)
        else:
            self.push(letter, low, self.tokens[i][1], self.tokens[i][2])
        return i + 1

    def read_determined(self, i: int, low: str) -> int:
        """An article or possessive with its noun phrase; one that says when ("the next day") is nobody."""
        _, start, end = self.tokens[i]
        if low == "a" and self.ahead.word_at(i + 1) in self.participles:
            self.push("B", low, start, end)  # French "a dit"
            return i + 1
        stop = self.ahead.phrase_end(i + 1, i + 1)
        if stop > i + 1 and self.tokens[stop - 1][0] in self.sets["time"]:
            self.push("x", self.tokens[stop - 1][0], start, self.tokens[stop - 1][2])
        elif stop > i + 1 or low in self.sets["quantifier"]:
            self.push_candidate("D", i, stop)
        else:
            self.push("x", low, start, end)
            return i + 1
        return stop

    def is_name_anyway(self, i: int, letter: str) -> bool:
        """Whether a capitalised word of a closed class is a name: "WHO", and "Per Dahl" inside a sentence."""
        if letter in "oPWI" and is_all_capitals(self.tokens[i][0]):
            return True
        following = self.tokens[i + 1][0] if i + 1 < len(self.tokens) else ""
        is_inside = bool(self.letters) and self.letters[-1] not in ".:Q-"
        return letter == "I" and is_inside and bool(following) and is_capital(following)

    def read_contracted(self, i: int, pronoun: str) -> int:
        """A pronoun with its verb: "they're", "I'd"."""
        _, start, end = self.tokens[i]
        middle = start + len(pronoun)
        self.candidates.append(Candidate("P", start, middle, len(self.letters), pronoun))
        self.push("P", pronoun, start, middle)
        self.push("B", "have", middle, end)
        return i + 1

    def read_role(self, i: int) -> int:
        """A run of role nouns and titles without an article: "campaign officials"."""
        stop = i + 1
        while stop < len(self.tokens) and self.classes.get(self.tokens[stop][0]) in ("r", "t"):
            stop += 1
        self.push_candidate("R", i, stop)
        return stop

    def push_pronoun(self, i: int, low: str) -> None:
        """A pronoun; the "it" of "as Smith put it" stands for nobody."""
        if low != "it" or not self.words or self.words[-1] != "put":
            self.push_candidate("P", i, i + 1)

    def skip_adverb(self, low: str) -> None:
        """An adverb leaves no piece; "on Monday" takes its preposition with it."""
        if self.letters and self.letters[-1] == "I" and low in self.sets["day"]:
            for column in (self.letters, self.words, self.starts, self.ends):
                column.pop()

    def read_other(self, i: int, low: str) -> int:
        """A cue verb, "according to", or any other word."""
        tokens = self.tokens
        _, start, end = tokens[i]
        cue = self.cues.get(low)
        last = self.letters[-1] if self.letters else ""
        if low == "used" and self.ahead.says_next(i + 1):
            self.push("B", low, start, end)  # "used to say": as "would say"
            return i + 2
        is_noun = (cue is not None or low.endswith("ed")) and is_noun_before_name(tokens, i)
        if is_noun or (cue is not None and is_noun_after(self.letters, self.words, low, cue.lemma)):
            self.push("x", low, start, end)
        elif cue is not None:
            is_infinitive = last == "I" and self.words[-1] == "to"
            self.push("w" if is_infinitive else cue.letter, cue.lemma, start, end)
        elif low.endswith("ly") and len(low) > 4:  # noqa: PLR2004 - "only", "fly" are no adverbs of manner
            pass
        elif low[0].isdigit():
            self.push("#", "#", start, end)
        elif low.endswith("ed"):
            self.push("d", low, start, end)
        elif low.endswith("ing"):
            self.push("g", low, start, end)
        elif last != "x":
            self.push("x", low, start, end)
        else:
            self.ends[-1] = end
            self.words[-1] = low
        return i + 1

    def read_capital(self, i: int, low: str, letter: str) -> int:
        """A run of capitalised words; `i` itself where it is no name after all."""
        at_start = not self.letters or self.letters[-1] in ".:Q"
        if letter == "y":
            return i
        stop = capital_end(self.tokens, i)
        if stop == i + 1 and at_start:
            following = self.tokens[stop][0] if stop < len(self.tokens) else ""
            is_subject = (
                following in self.cues or self.classes.get(following) == "B" or following in ("'", "’")
            )
            cue = self.cues.get(low)
            is_noun = cue is not None and is_noun_before_name(self.tokens, i)
            is_office = letter == "t" and leads_to_name(self.tokens, stop)  # "Chief negotiator Ann Lee"
            if is_office or (cue is not None and (is_noun or not is_subject)):
                letter, word = ("x", low) if is_noun or cue is None else (cue.letter, cue.lemma)
                self.push(letter, word, self.tokens[i][1], self.tokens[i][2])
                return stop
            if letter == "r" or low == "according":
                return i
            if low.endswith(("ly", "ing")) and (not is_subject or is_plural_noun(following)):
                return i
            if low.endswith("ed") and self.classes.get(following) == "I":
                return i
        self.push_candidate("N", i, stop)
        return stop
