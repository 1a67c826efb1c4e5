"""A corpus that has changed: names resolved where it has, and all of them, are resolved to the same."""

from __future__ import annotations

import random
from hashlib import sha256

import pyarrow as pa
import pytest

from ingest.corpus import affected as affected_module
from ingest.corpus.affected import affected, everything
from ingest.corpus.totals import NOTHING, Documents, add_up, brought_forward, corpus_names
from ingest.names.resolve import merger, resolve
from ingest.settings import Settings
from ingest.tables.state import BLOCKS, NAMES, SPELLINGS

GIVEN = ["Anna", "Ann", "Bob", "Robert", "Carl", "J.", "Mrs.", "Karim bin", "Maria Lena"]
FAMILY = ["Bell", "Kestrel", "Dorn", "Salim al-Nasri", "Northgate", "Smith"]
THINGS = [
    "Ministry of Tides", "Minstry of Tides", "Tides Ministry", "Harbour Ministry", "Ministery of Harbours",
    "Centre for Defence", "Center for Defense", "Kestrel", "Kestrel Group", "Boston Herons", "Herons",
    "Norhtgate Council", "Joint Harbour Command", "JHC", "Joint Hostel Council", "Northgate",
    "Northgate Council",
    "Chicago Herons", "City of Northgate", "iPhone", "United Kingdoms", "United Kingdom", "Kestrel Talks",
]  # fmt: skip
TYPES = ["ORGANIZATION", "LOCATION", "PRODUCT", "EVENT", "OTHER", "NORP"]
SHORT = {"Joint Harbour Command": "JHC", "Joint Hostel Council": "JHC", "Kestrel Group": "Kestrel"}


def made_name(rng):
    """Type, display, authority id."""
    if rng.random() < 0.5:
        family = rng.choice(FAMILY)
        full = f"{rng.choice(GIVEN)} {family}" if rng.random() < 0.75 else family
        return "PERSON", full, rng.choice([None, None, None, f"Q{FAMILY.index(family)}"])
    entity_type = "ORGANIZATION" if rng.random() < 0.6 else rng.choice(TYPES)
    return entity_type, rng.choice(THINGS), rng.choice([None] * 9 + ["city:kabul"])


def made_document(rng):
    """Names of a document: type, display, authority id, mentions, other spellings with their reasons."""
    names = {}
    for _ in range(rng.randint(1, 4)):
        entity_type, display, known = made_name(rng)
        other = [(SHORT[display], rng.choice(["acronym", "alias"]))] if display in SHORT else []
        shown = display.upper() if rng.random() < 0.1 else display
        key = display.casefold().replace(".", "").replace("-", " ")
        names[entity_type, key, known] = (shown, rng.randint(1, 5), other)
    return names


def rows_of(documents):
    """Rows of `_names` and `_spellings`."""
    names, spellings = [], []
    for document, held in sorted(documents.items()):
        for (entity_type, key, known), (shown, count, other) in held.items():
            name_id = sha256(f"{entity_type}{key}{known}".encode()).hexdigest()[:16]
            names.append((document, name_id, entity_type, key, known, shown, count))
            for at, (surface, basis) in enumerate([(shown, "self"), *other]):
                spellings.append((document, name_id, surface, basis, 1 + at, at * 10, at * 10 + 5))
    return tuple(
        pa.Table.from_pylist([dict(zip(table.names, row, strict=True)) for row in rows], table.schema())
        for table, rows in ((NAMES, names), (SPELLINGS, spellings))
    )


def counted(documents):
    names, spellings = rows_of(documents)
    return add_up([names], [spellings])


def as_rows(table):
    return sorted(map(repr, table.to_pylist()))


def decided(folder, rng):
    rows = [
        "same,PERSON,anna bell,PERSON,bob dorn",
        "different,PERSON,ann bell,PERSON,anna bell",
        "not_a_name,ORGANIZATION,herons,,",
        "is:city:kabul,LOCATION,northgate,,",
    ]
    path = folder / "decisions.csv"
    chosen = rng.sample(rows, rng.randint(0, 2))
    path.write_text("\n".join(["decision,entity_type,key,other_type,other_key", *chosen, ""]))
    return Settings(decisions_path=str(path))


@pytest.fixture(params=[24, 3], ids=["few", "crowds"])
def _crowd(request, monkeypatch):
    monkeypatch.setattr(affected_module, "CROWD", request.param)
    monkeypatch.setattr(merger, "CROWD", request.param)


@pytest.mark.usefixtures("_crowd")
@pytest.mark.parametrize("seed", range(12))
def test_names_of_changed_blocks_alone_give_what_all_names_give(seed, tmp_path, monkeypatch):
    rng = random.Random(seed)  # noqa: S311  # the same histories each time
    settings = decided(tmp_path, rng)
    documents = {f"{n:016x}": made_document(rng) for n in range(10, 10 + rng.randint(0, 40))}
    totals = counted(documents)
    found = everything(totals, settings)
    links = dict(zip(found.names, resolve(tuple(found.names.values()), settings), strict=True))
    index, smaller = found.index, 0
    for run in range(6):
        gone = rng.sample(sorted(documents), min(len(documents), rng.choice([0, 0, 1, 2])))
        fresh = {f"{rng.randint(0, 99):016x}": made_document(rng) for _ in range(rng.randint(0, 2))}
        going = {ident: documents[ident] for ident in {*gone, *fresh} & documents.keys()}
        documents = {k: v for k, v in documents.items() if k not in going} | fresh
        before, names, spellings = totals, *rows_of(documents)
        lost, come = Documents(*rows_of(going)).name_ids(), Documents(*rows_of(fresh))
        monkeypatch.setattr(
            "ingest.corpus.totals.rows_of", lambda table, _, ids, held=(names, spellings): [
                rows.filter(pa.compute.is_in(rows.column("name_id"), ids))
                for rows in held if rows.column_names == list(table.names)
            ]
        )  # fmt: skip
        totals = brought_forward(before, lost, come, [], [])
        assert as_rows(totals.names) == as_rows(counted(documents).names)
        assert as_rows(totals.spellings) == as_rows(counted(documents).spellings)
        touched = pa.compute.unique(pa.concat_arrays([come.name_ids(), lost]))
        found = affected(before, totals, index, touched, settings)
        index = found.index
        everyone = corpus_names(totals)
        assert as_rows(index) == as_rows(everything(totals, settings).index)
        for ident in found.ids.to_pylist():
            links.pop(ident, None)
        anew = resolve(tuple(found.names.values()), settings, found.around)
        links |= dict(zip(found.names, anew, strict=True))
        expected = dict(zip(everyone, resolve(tuple(everyone.values()), settings), strict=True))
        assert links == expected, f"run {run}"
        smaller += len(found.names) < len(everyone)
    assert smaller


def test_an_empty_corpus_has_no_names():
    nothing = affected(NOTHING, NOTHING, BLOCKS.schema().empty_table(), pa.array([], pa.string()), Settings())
    assert not nothing.names


def of(*names, mentions=1):
    """A document of names without a known entry."""
    return {
        (entity_type, display.casefold(), None): (display, mentions, []) for entity_type, display in names
    }


HISTORIES = {
    "a person who is not looked at bears a place's name": (
        [of(("LOCATION", "Northgate")) for _ in range(4)] + [of(("PERSON", "Anna Northgate"))],
        of(("ORGANIZATION", "Northgate")),
    ),
    "a person comes who bears a place's name": (
        [of(("LOCATION", "Northgate")) for _ in range(4)] + [of(("ORGANIZATION", "Northgate"))],
        of(("PERSON", "Northgate Bell")),
    ),
    "two names of a crowd are counted again": (
        [
            of(("ORGANIZATION", f"{word} of Tides"))
            for word in ("Ministry", "Minstry", "Harbours", "Bulletin")
        ],
        of(("ORGANIZATION", "Ministry of Tides"), ("ORGANIZATION", "Minstry of Tides")),
    ),
    "a crowd comes to be": (
        [of(("ORGANIZATION", f"{word} of Tides")) for word in ("Ministry", "Minstry", "Harbours")],
        of(("ORGANIZATION", "Bulletin of Tides")),
    ),
    "one of two names that the analyst has joined": (
        [of(("PERSON", "Anna Bell")), of(("PERSON", "Bob Dorn"))],
        of(("PERSON", "Anna Bell"), mentions=3),
    ),
}


@pytest.mark.parametrize("case", HISTORIES)
def test_what_names_that_are_not_looked_at_say_is_known(case, tmp_path, monkeypatch):
    monkeypatch.setattr(affected_module, "CROWD", 3)
    monkeypatch.setattr(merger, "CROWD", 3)
    path = tmp_path / "decisions.csv"
    path.write_text(
        "decision,entity_type,key,other_type,other_key\nsame,PERSON,anna bell,PERSON,bob dorn\n", "utf-8"
    )
    settings = Settings(decisions_path=str(path))
    first, fresh = HISTORIES[case]
    documents = {f"{n:016x}": names for n, names in enumerate(first)}
    before, grown = counted(documents), counted(documents | {"f" * 16: fresh})
    found = affected(
        before, grown, everything(before, settings).index, counted({"f" * 16: fresh}).ids(), settings
    )
    everyone = corpus_names(grown)
    expected = dict(zip(everyone, resolve(tuple(everyone.values()), settings), strict=True))
    anew = dict(zip(found.names, resolve(tuple(found.names.values()), settings, found.around), strict=True))
    assert anew == {ident: expected[ident] for ident in found.names}
    were = corpus_names(before)
    links = dict(zip(were, resolve(tuple(were.values()), settings), strict=True))
    assert links | anew == expected
