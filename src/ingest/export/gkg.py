"""GDELT Global Knowledge Graph 2.1: one tab-separated line for each document, 27 fields.

After the GKG 2.1 codebook (19 February 2015).  Names, places, quotations and themes stand at offsets into
`documents.text`.  Themes are the topics' ids; what is not measured here (counts, tone, dates, images,
amounts) is left empty, and so are country codes, for GKG wants FIPS 10-4.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from ingest.export.bundles import Bundle, Row

FIELDS = (
    "GKGRECORDID",
    "V2.1DATE",
    "V2SOURCECOLLECTIONIDENTIFIER",
    "V2SOURCECOMMONNAME",
    "V2DOCUMENTIDENTIFIER",
    "V1COUNTS",
    "V2.1COUNTS",
    "V1THEMES",
    "V2ENHANCEDTHEMES",
    "V1LOCATIONS",
    "V2ENHANCEDLOCATIONS",
    "V1PERSONS",
    "V2ENHANCEDPERSONS",
    "V1ORGANIZATIONS",
    "V2ENHANCEDORGANIZATIONS",
    "V1.5TONE",
    "V2.1ENHANCEDDATES",
    "V2GCAM",
    "V2.1SHARINGIMAGE",
    "V2.1RELATEDIMAGES",
    "V2.1SOCIALIMAGEEMBEDS",
    "V2.1SOCIALVIDEOEMBEDS",
    "V2.1QUOTATIONS",
    "V2.1ALLNAMES",
    "V2.1AMOUNTS",
    "V2.1TRANSLATIONINFO",
    "V2EXTRASXML",
)
WEB, CITATION = "1", "2"
COUNTRY, US_STATE, US_CITY, WORLD_CITY, WORLD_STATE = "1", "2", "3", "4", "5"

_DELIMITERS = re.compile(r"[\s;,#|]+")


def lines(bundles: Iterable[Bundle], batch_at: datetime, kinds_of_places: Mapping[str, str]) -> Iterator[str]:
    """The lines of a GKG file, without a header, as GDELT's have none.

    Args:
        bundles: The documents.
        batch_at: When they were read; stands for the date of one that says none.
        kinds_of_places: By the entity's id what kind of place it is, as `kind_of_place` says.
    """
    for bundle in bundles:
        fields = _fields(bundle, batch_at, kinds_of_places)
        yield "\t".join(fields.get(name, "") for name in FIELDS) + "\n"


def kind_of_place(authority_id: str | None, country_code: str | None) -> str:
    """The codebook's code for a kind of place, as far as the authority knows it, else `WORLD_CITY`.

    >>> kind_of_place("country:FR", "FR"), kind_of_place("state:us-ohio", "US"), kind_of_place(None, None)
    ('1', '2', '4')
    """
    kind = (authority_id or "").partition(":")[0]
    is_american = country_code == "US"
    if kind == "country":
        return COUNTRY
    if kind == "state":
        return US_STATE if is_american else WORLD_STATE
    return US_CITY if kind == "city" and is_american else WORLD_CITY


def _fields(bundle: Bundle, batch_at: datetime, kinds_of_places: Mapping[str, str]) -> dict[str, str]:
    document = bundle.document
    date = (document["published_at"] or batch_at).strftime("%Y%m%d%H%M%S")
    kinds: dict[str, list[Row]] = {"PERSON": [], "ORGANIZATION": [], "LOCATION": []}
    for mention in bundle.mentions:
        kinds.setdefault(mention["entity_type"], []).append(mention)
    places = [_place(mention, kinds_of_places) for mention in kinds["LOCATION"]]
    named = [m for m in bundle.mentions if m["entity_type"] not in {"LOCATION", "NORP"}]
    return {
        "GKGRECORDID": f"{date}-{document['document_id']}",
        "V2.1DATE": date,
        "V2SOURCECOLLECTIONIDENTIFIER": WEB if document["url"] else CITATION,
        "V2SOURCECOMMONNAME": _plain(document["source_name"] or ""),
        "V2DOCUMENTIDENTIFIER": " ".join((document["url"] or document["source_path"]).split()),
        "V1THEMES": _once(topic["topic_id"] for topic in bundle.topics),
        "V2ENHANCEDTHEMES": ";".join(f"{_bare(t['topic_id'])},{t['char_start']}" for t in bundle.topics),
        "V1LOCATIONS": ";".join(dict.fromkeys(f"{kind}#{name}#####" for kind, name, _ in places)),
        "V2ENHANCEDLOCATIONS": ";".join(f"{kind}#{name}#######{at}" for kind, name, at in places),
        "V1PERSONS": _once(m["entity_name"] for m in kinds["PERSON"]),
        "V2ENHANCEDPERSONS": _placed(kinds["PERSON"]),
        "V1ORGANIZATIONS": _once(m["entity_name"] for m in kinds["ORGANIZATION"]),
        "V2ENHANCEDORGANIZATIONS": _placed(kinds["ORGANIZATION"]),
        "V2GCAM": f"wc:{document['word_count']}",
        "V2.1QUOTATIONS": "#".join(_quotation(quote) for quote in bundle.quotes),
        "V2.1ALLNAMES": _placed(named),
        "V2EXTRASXML": _extras(document),
    }


def _once(names: Iterable[str]) -> str:
    return ";".join(dict.fromkeys(_bare(name) for name in names))


def _placed(mentions: Iterable[Row]) -> str:
    return ";".join(f"{_bare(m['entity_name'])},{m['char_start']}" for m in mentions)


def _place(mention: Row, kinds_of_places: Mapping[str, str]) -> tuple[str, str, int]:
    kind = kinds_of_places.get(mention["entity_id"], WORLD_CITY)
    return kind, _bare(mention["entity_name"]), mention["char_start"]


def _quotation(quote: Row) -> str:
    length = quote["char_end"] - quote["char_start"]
    verb, words = _bare(quote["cue"] or ""), _plain(quote["text"]).replace("|", " ").replace("#", " ")
    return f"{quote['char_start']}|{length}|{verb}|{words}"


def _extras(document: Row) -> str:
    title = f"<PAGE_TITLE>{escape(_plain(document['title']))}</PAGE_TITLE>" if document["title"] else ""
    authors = ";".join(_bare(author) for author in document["authors"])
    return title + (f"<PAGE_AUTHORS>{escape(authors)}</PAGE_AUTHORS>" if authors else "")


def _bare(name: str) -> str:
    """A name without what parts names in GKG."""
    return _DELIMITERS.sub(" ", name).strip()


def _plain(text: str) -> str:
    return " ".join(text.split())
