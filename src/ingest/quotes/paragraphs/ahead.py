"""What comes next in a paragraph: where a name or a noun phrase ends, whether a verb of saying follows."""

from __future__ import annotations

from ingest.quotes.paragraphs.capitals import capital_end
from ingest.quotes.paragraphs.lexicon import cues, word_classes, word_sets
from ingest.quotes.paragraphs.nouns import is_verb_of_few
from ingest.quotes.paragraphs.tokens import is_capital

_ENDS_PHRASE = frozenset("PoWTIBC")
_MAX_PHRASE = 7


class Ahead:
    """The tokens of a paragraph, to look ahead in; `ingest.quotes.paragraphs.shape` goes through them.

    Attributes:
        tokens: Word or sign, start, end; a quotation is an empty word.
        classes: Classes of words, by letter.
        cues: Verbs of saying, by form.
        quantifiers: Determiners that may stand alone ("another said").
    """

    def __init__(self, tokens: list[tuple[str, int, int]]) -> None:
        self.tokens = tokens
        self.classes = word_classes()
        self.cues = cues()
        self.quantifiers = word_sets()["quantifier"]

    def word_at(self, i: int) -> str | None:
        """The word or sign of token `i`, empty for a quotation; None after the last."""
        return self.tokens[i][0] if i < len(self.tokens) else None

    def name_end(self, i: int) -> int:
        """Where the name that begins at token `i` ends; 0 where none begins there."""
        word = self.word_at(i)
        return capital_end(self.tokens, i) if word and is_capital(word) else 0

    def holds_source(self, i: int) -> bool:
        """Whether a bracket right after a quotation holds its source: "(Ann Lee)", "(Lee, engineer)"."""
        stop = self.name_end(i + 1)
        return stop > i + 2 or (stop > 0 and self.word_at(stop) == ",")

    def phrase_end(self, i: int, first: int) -> int:
        """Where the noun phrase that begins at token `i` ends."""
        tokens = self.tokens
        after_person = False  # "the spokesman Ann Lee" is a noun phrase and a name
        j = i
        while j < len(tokens) and j - i < _MAX_PHRASE:
            word = tokens[j][0]
            if not word or not word[0].isalnum() or self.ends_phrase(j, first):
                break
            if is_capital(word) and after_person and not self.noun_follows(j):
                break
            after_person = self.classes.get(word) in ("r", "t")
            j += 1
        return j

    def ends_phrase(self, j: int, first: int) -> bool:
        """Whether a word cannot be part of a noun phrase, or is its verb."""
        word = self.tokens[j][0]
        low = word.lower()
        letter = self.classes.get(low, "")
        if letter in _ENDS_PHRASE and letter and not (letter == "o" and word.isupper()):
            return True
        if j == first:
            return self.tokens[j - 1][0].lower() in self.quantifiers and is_verb_of_few(self.tokens, j)
        if letter == "y":
            return True
        if letter or is_capital(word):
            return False
        cue = self.cues.get(low)
        if cue is not None and low != cue.lemma:
            return True
        # A noun is never followed by an article or pronoun: "the group kept the", "the captain put it".
        following = self.tokens[j + 1][0].lower() if j + 1 < len(self.tokens) else ""
        return self.classes.get(following, "") in ("D", "H", "P", "o")

    def noun_follows(self, j: int) -> bool:
        """Whether capitalised words from `j` on lead up to a noun: "the former Wallabies star"."""
        stop = capital_end(self.tokens, j)
        word = self.tokens[stop][0] if stop < len(self.tokens) else ""
        return (
            bool(word)
            and word[0].islower()
            and word not in self.cues
            and self.classes.get(word, "r") in ("r", "t")
        )

    def says_next(self, i: int) -> bool:
        """Whether "to" and a cue verb stand at token `i`."""
        words = [token[0] for token in self.tokens[i : i + 2]]
        return len(words) > 1 and words[0] == "to" and words[1] in self.cues
