"""The word classes that quotations' surroundings are read with; data in `resources/quotes`."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from ingest.word_lists import bundled_lines

# Each class of lexicon.txt as the one letter by which a paragraph's shape is written down.
CLASSES = {
    "determiner": "D",
    "quantifier": "D",
    "possessive": "H",
    "subject_pronoun": "P",
    "object_pronoun": "o",
    "relative": "W",
    "that": "T",
    "preposition": "I",
    "source": "I",
    "auxiliary": "B",
    "conjunction": "C",
    "adverb": "y",
    "day": "y",
    "particle": "",
    "surname": "",
    "time": "",
    "field": "",
    "label": "",
    "title": "t",
    "role": "r",
}


class Cue(NamedTuple):
    """One form of a cue verb.

    Attributes:
        lemma: Its base form.
        letter: `V` for verbs of speech, `U` for weaker ones; lower case for forms in -ing.
    """

    lemma: str
    letter: str


def _lines(name: str) -> list[str]:
    return [row.partition("#")[0].strip() for row in bundled_lines(f"quotes/{name}")]


@cache
def word_sets() -> dict[str, frozenset[str]]:
    """Name of a class -> its words, lower case.

    Raises:
        ValueError: The file names a class that does not exist.
    """
    found: dict[str, set[str]] = {name: set() for name in CLASSES}
    name = ""
    for line in _lines("lexicon.txt"):
        if line.startswith("["):
            name = line.strip("[]")
            if name not in CLASSES:
                raise ValueError(f"lexicon.txt: unknown class [{name}]; there are {', '.join(CLASSES)}")
        else:
            found[name].update(line.split())
    return {name: frozenset(words) for name, words in found.items()}


@cache
def word_classes() -> dict[str, str]:
    """Lower-cased word -> letter of its class."""
    return {word: CLASSES[name] for name, words in word_sets().items() if CLASSES[name] for word in words}


@cache
def cues() -> dict[str, Cue]:
    """Lower-cased form of a cue verb -> its lemma and strength."""
    found: dict[str, Cue] = {}
    letter = "V"
    for line in _lines("cues.txt"):
        if line.startswith("["):
            letter = {"[speech]": "V", "[weak]": "U"}[line]
            continue
        forms = line.split()
        for form in forms:
            found[form] = Cue(
                forms[0], letter.lower() if form.endswith("ing") and form != forms[0] else letter
            )
    return {**other_cues(), **found}


@cache
def cues_by_language() -> dict[str, dict[str, Cue]]:
    """Language (ISO 639-1) -> lower-cased form of a verb of saying -> the English verb that it is read as."""
    found: dict[str, dict[str, Cue]] = {}
    language = ""
    for line in _lines("cues_other.txt"):
        if line.startswith("["):
            language = line.strip("[]")
            found[language] = {}
        else:
            verb, *forms = line.split()
            found[language].update(dict.fromkeys(forms, Cue(verb, "V")))
    return found


@cache
def other_cues() -> dict[str, Cue]:
    """Lower-cased form of a verb of saying in any language but English -> the verb that it is read as."""
    return {form: cue for forms in cues_by_language().values() for form, cue in forms.items()}
