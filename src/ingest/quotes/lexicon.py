"""The word classes that quotations' surroundings are read with; data in `resources/quotes`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

# Each class of lexicon.txt as the one letter by which a paragraph's shape is written down.
CLASSES = {
    "determiner": "D",
    "possessive": "H",
    "subject_pronoun": "P",
    "object_pronoun": "o",
    "relative": "W",
    "that": "T",
    "preposition": "I",
    "auxiliary": "B",
    "conjunction": "C",
    "adverb": "y",
    "day": "y",
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
    text = files("ingest").joinpath("resources", "quotes", name).read_text(encoding="utf-8")
    return [line for raw in text.splitlines() if (line := raw.partition("#")[0].strip())]


@cache
def word_classes() -> dict[str, str]:
    """Lower-cased word -> letter of its class.

    Raises:
        ValueError: The file names a class that does not exist.
    """
    classes: dict[str, str] = {}
    letter = ""
    for line in _lines("lexicon.txt"):
        if line.startswith("["):
            name = line.strip("[]")
            if name not in CLASSES:
                raise ValueError(f"lexicon.txt: unknown class [{name}]; there are {', '.join(sorted(CLASSES))}")
            letter = CLASSES[name]
        else:
            for word in line.split():
                classes[word] = letter
    return classes


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
            found[form] = Cue(forms[0], letter.lower() if form.endswith("ing") and form != forms[0] else letter)
    return found
