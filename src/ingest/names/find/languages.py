"""Which language the lines of a text are in, by the small words that hold them together."""

from __future__ import annotations

from collections import Counter
from functools import cache, lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from ingest.clean.text.features import LINE_CUES, LINE_LISTS
from ingest.names.forms.persons import is_particle
from ingest.word_lists import word_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ENGLISH = "en"

NOT_ENGLISH = 0.03
"""Share of small words of other languages alone from which on lines are looked at one by one."""
TELLING = 3
"""Different small words that a line must hold to tell its language; ..."""
OUTWEIGHED = 2
"""... so many times as many as of English, to be in another one."""

OTHER_LANGUAGES = "names/other_languages.tsv"
OTHER_LISTS = ("function", "title", "article", "genitive", "place", "noun", "ending", "body")


class Stretch(NamedTuple):
    """Lines of a text in one language other than English: offsets, and an ISO 639-1 code."""

    start: int
    end: int
    language: str


@cache
def small_words() -> Mapping[str, tuple[str, ...]]:
    """Each small word with the languages that it belongs to."""
    found: dict[str, tuple[str, ...]] = {}
    for resource, lists in ((LINE_CUES, LINE_LISTS), (OTHER_LANGUAGES, OTHER_LISTS)):
        for kind, language, words in word_rows(resource, lists):
            if kind == "function":
                for word in dict.fromkeys(words):
                    found[word] = (*found.get(word, ()), language)
    return found


@lru_cache(maxsize=1)  # names and quotations of one text ask for the same
def foreign_stretches(text: str) -> tuple[Stretch, ...]:
    """Find the lines that are in another language than English.

    A line that holds too few small words to tell is in the language of the whole text; a text that holds
    too few is taken for English.

    >>> [s.language for s in foreign_stretches("Der Hafen ist nicht auf der Insel, und die Fahrt ist lang.")]
    ['de']
    >>> foreign_stretches("The harbour is not on the island, and the way is long.")
    ()
    """
    words = text.lower().split()
    if sum(map(_not_english().__contains__, words)) < max(TELLING, NOT_ENGLISH * len(words)):
        return ()
    usual = _language(words) or ENGLISH
    found: list[Stretch] = []
    start = 0
    for line in text.splitlines(keepends=True):
        language = _language(set(line.lower().split())) or usual
        end = start + len(line)
        if language != ENGLISH:
            if found and found[-1].end == start and found[-1].language == language:
                found[-1] = found[-1]._replace(end=end)
            else:
                found.append(Stretch(start, end, language))
        start = end
    return tuple(found)


@cache
def _not_english() -> frozenset[str]:
    return frozenset(
        word
        for word, of in small_words().items()
        if ENGLISH not in of and len(word) > 1 and not is_particle(word)
    )


def _language(words: Iterable[str]) -> str | None:
    """The language that most small words are of, if there are enough; English before others."""
    known = small_words()
    telling = (word for word in words if not is_particle(word))  # `von der` stands in names everywhere
    count = Counter(language for word in telling for language in known.get(word, ()))
    best, most = max(count.items(), key=itemgetter(1), default=(ENGLISH, 0))
    if most < TELLING:
        return None
    return best if most >= OUTWEIGHED * count[ENGLISH] else ENGLISH
