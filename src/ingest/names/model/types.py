"""From the model's four kinds of name to the eight types of the tables.

In order: words that tell the kind ("Base", "War"), designations of equipment ("F-35"), then a small linear
classifier over the words of the name.  Context is left out: one spelling has one type, and is decided once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, get_args

import numpy as np

from ingest.errors import ConfigError
from ingest.names.forms.bodies import LEGAL_FORMS
from ingest.names.forms.persons import is_given_name
from ingest.names.model.features import key
from ingest.records import EntityType
from ingest.word_lists import bundled_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ingest.names.model.features import KeyTable

CHOICES: Mapping[str, tuple[EntityType, ...]] = {
    "MISC": ("NORP", "EVENT", "PRODUCT", "OTHER"),
    "LOC": ("LOCATION", "FACILITY"),
}
"""Between which types the classifier chooses; the columns of its weights, in this order."""
COLUMNS: tuple[EntityType, ...] = tuple(kind for kinds in CHOICES.values() for kind in kinds)
_NAMED_AS_PEOPLE = "storm"  # what bears a given name, as people with this one do
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_PLAIN: Mapping[str, EntityType] = {"PER": "PERSON", "ORG": "ORGANIZATION", "SHIP": "PRODUCT"}
# F-35, Su-30MKI, MQ-9, S-400, PAC-3, KC-46A; no G-7 and no I-95
_DESIGNATION = re.compile(r"(?!(?:COVID|Covid|G|I|A1|M25)-)[A-Z][A-Za-z]{0,4}-\d{1,4}[A-Z]{0,3}")


@dataclass(frozen=True, slots=True)
class Cues:
    """Words that tell the type of a name, see `resources/names/type_cues.tsv`."""

    first: Mapping[str, EntityType]
    last: Mapping[str, EntityType]
    any: Mapping[str, EntityType]
    before_of: Mapping[str, EntityType]


@cache
def load_cues() -> Cues:
    """Read the reviewed cue words.

    Raises:
        ConfigError: A row is wrong.
    """
    tables: dict[str, dict[str, EntityType]] = {"first": {}, "last": {}, "any": {}, "before_of": {}}
    rows = [line.split("\t") for line in bundled_lines("names/type_cues.tsv")]
    for where, word, entity_type in rows[1:]:
        if where not in tables or entity_type not in get_args(EntityType) or word in tables[where]:
            raise ConfigError(f"type_cues.tsv: {where} {word} {entity_type}: unknown place or type, or twice")
        tables[where][word] = entity_type  # type: ignore[assignment]  # checked against the literal's values above
    return Cues(tables["first"], tables["last"], tables["any"], tables["before_of"])


def name_features(words: Sequence[str], clusters: Sequence[KeyTable]) -> list[int]:
    """Features of a name for the classifier.

    Args:
        words: The name's words.
        clusters: See `Lexicon`.
    """
    low = [word.lower() for word in words]
    names = ["t:b", f"t:n={min(len(low), 4)}"]
    names += ["t:l=" + low[-1], "t:f=" + low[0], "t:3=" + low[-1][-3:], "t:2=" + low[-1][-2:]]
    names += ["t:w=" + word for word in low]
    names += [f"t:d{len(low) == 1}{any(char.isdigit() for char in low[-1])}{words[-1].isupper()}"]
    for level, table in enumerate(clusters):
        for place, word in (("l", low[-1]), ("f", low[0])):
            cluster = table.get(key(word))
            if cluster is not None:
                names.append(f"t:{level}{place}={cluster}")
    return [key(name) for name in names]


def _cue(kind: str, words: Sequence[str]) -> EntityType | None:
    if kind != "PER" and any(_DESIGNATION.fullmatch(word) for word in words):
        return "PRODUCT"
    if len(words) == 1:
        return None
    cues = load_cues()
    low = [word.lower() for word in words]
    if kind == "PER":  # "Port Selim" and "Calder Airways", but not "Veronica Lake"
        is_storm = low[0] != _NAMED_AS_PEOPLE or is_given_name(
            words[1]
        )  # "Storm Anna", not "Storm Halvorsen"
        first = cues.first.get(low[0]) if is_storm else None
        last = cues.last.get(low[-1])
        is_told = last in {"ORGANIZATION", "OTHER"} or (last == "LOCATION" and not is_given_name(words[0]))
        return first or (last if is_told else None)
    if len(low) > 2 and _YEAR.fullmatch(low[-1]) and low[-3:-1] == ["act", "of"]:  # noqa: PLR2004 - three words
        return "OTHER"
    if low[1] == "of" and low[0] in cues.before_of:
        return cues.before_of[low[0]]
    first = cues.first.get(low[0]) if kind != "ORG" or words[-1] not in LEGAL_FORMS else None
    found = cues.last.get(low[-1]) or first  # "Cyclone Power Ltd" is no storm
    return found or next((cues.any[word] for word in low if word in cues.any), None)


def entity_type(
    kind: str,
    words: Sequence[str],
    clusters: Sequence[KeyTable],
    weights: tuple[NDArray[np.uint32], NDArray[np.float32]],
) -> EntityType:
    """The type of a name.

    Args:
        kind: What the model took it for: `PER`, `ORG`, `LOC` or `MISC`; `SHIP` where a rule says so.
        words: Its words.
        clusters: See `Lexicon`.
        weights: Feature numbers, ascending, and for each a row of `COLUMNS`.
    """
    cue = _cue(kind, words)
    if cue is not None:
        return cue
    if kind in _PLAIN:
        return _PLAIN[kind]
    keys, table = weights
    wanted = np.array(name_features(words, clusters), np.uint32)
    index = keys.searchsorted(wanted)
    index[index == len(keys)] = 0
    score = table[index[keys[index] == wanted]].sum(axis=0)
    choices = CHOICES[kind]
    offset = COLUMNS.index(choices[0])
    return choices[int(score[offset : offset + len(choices)].argmax())]
