"""Which topics a section is about: terms of the vocabulary, weighed and counted."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ingest.records import Topic
from ingest.topics.taxonomy import load_taxonomy
from ingest.topics.words import read_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.records import Section
    from ingest.settings import Settings
    from ingest.topics.taxonomy import Taxonomy
    from ingest.topics.words import Words

LEAST_SCORE_OF_HEAD = 2.0
LEAST_SCORE_BELOW = 4.0
"""A topic is told from this score on, a head or one below the heads, ..."""
LEAST_TERMS = 2
"""... when so many of its terms are found, ..."""
LEAST_OF_BEST_HEAD = 0.5
LEAST_OF_BEST_BELOW = 0.3
"""... and it scores so much of what the section's best head, or best topic below the heads, does."""
USUAL_WORDS = 100
"""The score is for a section of this length: a longer one needs more terms for the same."""


def find_topics(sections: Sequence[Section], settings: Settings) -> tuple[Topic, ...]:
    """Tell what each section is about.

    Each term counts with its weight times 1 + log of how often it stands there; the sum is divided
    by the root of the section's length in hundreds of words.  A phrase is taken before its words.

    Args:
        sections: The document's sections.
        settings: Names the user's vocabulary.

    Returns:
        Topics in the order of sections, the best first.

    Raises:
        ConfigError: The user's vocabulary is wrong.
    """
    taxonomy = load_taxonomy(settings.taxonomy_path)
    return tuple(
        topic for index, section in enumerate(sections) for topic in _topics(index, section.text, taxonomy)
    )


def _topics(index: int, text: str, taxonomy: Taxonomy) -> Iterator[Topic]:
    words = read_words(text)
    scores: dict[str, float] = defaultdict(float)
    evidence: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for term, places in found_terms(words, taxonomy).items():
        shown = _usual_form(text, places)
        for topic, weight in taxonomy.terms[term].items():
            value = weight * (1 + math.log(len(places)))
            scores[topic] += value
            evidence[topic].append((-value, shown))
    length = math.sqrt(max(1.0, len(words.bare) / USUAL_WORDS))
    told = {topic: score / length for topic, score in scores.items() if len(evidence[topic]) >= LEAST_TERMS}
    heads, below = (
        {topic: score for topic, score in told.items() if (topic in taxonomy.broader) == is_below}
        for is_below in (False, True)
    )
    kept = _near_the_best(heads, LEAST_SCORE_OF_HEAD, LEAST_OF_BEST_HEAD)
    kept |= _near_the_best(below, LEAST_SCORE_BELOW, LEAST_OF_BEST_BELOW)
    for topic, score in sorted(kept.items(), key=lambda item: (-item[1], item[0])):
        terms = tuple(term for _, term in sorted(evidence[topic]))
        yield Topic(index, topic, taxonomy.names[topic], round(score, 3), terms)


def _near_the_best(scores: dict[str, float], least: float, least_part: float) -> dict[str, float]:
    least = max(least, least_part * max(scores.values(), default=0.0))
    return {topic: score for topic, score in scores.items() if score >= least}


def found_terms(words: Words, taxonomy: Taxonomy) -> dict[tuple[str, ...], list[tuple[int, int]]]:
    """Terms that stand in a text, and where, the longest first wherever several begin."""
    places: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    firsts = taxonomy.lengths
    after = 0
    both = zip(words.singulars, words.bare, strict=True)
    for at in [at for at, (singular, bare) in enumerate(both) if singular in firsts or bare in firsts]:
        if at >= after:
            for key in _terms_at(at, words, taxonomy):
                after = at + len(key)
                places[key].append((words.starts[at], words.ends[after - 1]))
    return dict(places)


def _terms_at(at: int, words: Words, taxonomy: Taxonomy) -> list[tuple[str, ...]]:
    """The longest term that begins at a word; two where one word is a term as it is and as a singular."""
    singular, bare = words.singulars[at], words.bare[at]
    for length in taxonomy.lengths.get(singular, ()):
        key = tuple(words.singulars[at : at + length])
        if length > 1 and key in taxonomy.terms:
            return [key]
    keys = [(bare,)] if bare == singular else sorted(((bare,), (singular,)))
    return [key for key in keys if key in taxonomy.terms]


def _usual_form(text: str, places: Sequence[tuple[int, int]]) -> str:
    """A term as it stands in the text, on one line: its most frequent form there."""
    forms = Counter(" ".join(text[start:end].split()) for start, end in places)
    return min(forms, key=lambda form: (-forms[form], form))
