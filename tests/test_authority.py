"""The bundled authority and a user's own: every entry can be found, and no spelling means two things."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import open_curated
from ingest.errors import ConfigError
from ingest.names.authority import bundled_entries, load_authority
from ingest.names.authority.entries import COLUMNS
from ingest.run import Options, ingest_folder, open_run
from ingest.settings import DEFAULT_SETTINGS, Settings
from ingest.store.publish.linked import NameStep
from ingest.workers.batches import WORKERS

AUTHORITY = load_authority(DEFAULT_SETTINGS)
ENTRIES = bundled_entries()


def spellings(entry):
    return (entry.name, *entry.aliases)


def test_the_data_sheet_counts_what_is_there():
    sheet = (Path(__file__).parents[1] / "docs" / "data-sheets" / "authority.md").read_text(encoding="utf-8")
    entries, names = Counter(), Counter()
    for entry in ENTRIES:
        file = entry.source.partition(":")[0]
        for total in (file, "together"):
            entries[total] += 1
            names[total] += len(spellings(entry))
    rows = {file: f"| `{file}` | {n:,} | {names[file]:,} |" for file, n in entries.items()}
    rows["together"] = f"Together {entries['together']:,} entries with {names['together']:,} spellings."
    assert [row for row in rows.values() if row not in sheet] == [], "write these into the data sheet"


def test_ids_are_unique():
    ids = [entry.authority_id for entry in ENTRIES]
    assert len(set(ids)) == len(ids)


def test_every_kind_of_the_desk_is_there():
    kinds = Counter(entry.authority_id.partition(":")[0] for entry in ENTRIES)
    least = {
        "nationality": 200,
        "org": 1000,
        "person": 600,
        "sea": 60,
        "island": 60,
        "base": 70,
        "weapon": 180,
    }
    assert {kind: kinds[kind] for kind, count in least.items() if kinds[kind] < count} == {}
    assert sum("capital" in entry.note.lower() for entry in ENTRIES) >= 200


def test_a_body_stands_without_its_country():
    """A mention is the bare name: a possessive in a spelling would swallow the country."""
    owned = re.compile("(.+?)['\u2019]s [A-Z]")
    found = [
        spelling
        for entry in ENTRIES
        for spelling in spellings(entry)
        if (match := owned.match(spelling))
        and any(e.authority_id.startswith("country:") for e in AUTHORITY.lookup(match[1]))
    ]
    assert found == []


def test_no_spelling_means_two_things():
    owners = defaultdict(set)
    for entry in ENTRIES:
        for spelling in spellings(entry):
            owners[spelling].add(entry.authority_id)
    assert {s: ids for s, ids in owners.items() if len(ids) > 1} == {}


def test_no_spelling_is_given_twice():
    twice = {e.authority_id: s for e in ENTRIES for s in spellings(e) if spellings(e).count(s) > 1}
    assert twice == {}


def test_every_spelling_is_found_where_it_stands():
    """An alias that another, longer or equal one hides is of no use."""
    unused = []
    for entry in ENTRIES:
        for spelling in spellings(entry):
            text = f"There stood {spelling} again."
            hits = [(text[h.char_start : h.char_end], h.authority_id) for h in AUTHORITY.find(text)]
            if hits != [(spelling, entry.authority_id)] or entry not in AUTHORITY.lookup(spelling):
                unused.append((spelling, entry.authority_id, hits))
    assert unused == []


def test_country_codes():
    codes = {e.country_code for e in ENTRIES if e.authority_id.startswith("country:")}
    assert len(codes) == 249
    assert {e.country_code for e in ENTRIES if e.country_code} <= codes
    for entry in ENTRIES:
        prefix, _, code = entry.authority_id.partition(":")
        if prefix in ("country", "nationality") and code.isupper():
            assert entry.country_code == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. and the US told us so.", ["U.S.", "US"]),
        ("It met in the United States' capital.", ["United States"]),
        ("TELL US MORE ABOUT IT", []),
        ("JAPAN AND SOUTH KOREA AGREE", ["JAPAN", "SOUTH KOREA"]),
        ("a japanned turkey", []),
        ("Niger, Nigeria and Nigerien troops", ["Niger", "Nigeria", "Nigerien"]),
        ("U.S. Forces Japan (USFJ) in Japan", ["U.S. Forces Japan", "USFJ", "Japan"]),
        ("the Taiwan\nStrait and Taiwan", ["Taiwan\nStrait", "Taiwan"]),
        ("the Taiwan\n\nStrait", ["Taiwan"]),
        ("C\u00f4te d\u2019Ivoire, Cote d'Ivoire", ["C\u00f4te d\u2019Ivoire", "Cote d'Ivoire"]),
        ("Norfolk, Va., and Va Valley", ["Va."]),
        ("in the U.S", ["U.S"]),
        ("", []),
        ("....", []),
    ],
)
def test_find(text, expected):
    assert [text[h.char_start : h.char_end] for h in AUTHORITY.find(text)] == expected


@given(st.text(alphabet="U.S Japn'\u2019\n-OKRoe\u00e9\u0130\u1e9e", max_size=60))
def test_hits_are_in_order_and_inside(text):
    at = 0
    for hit in AUTHORITY.find(text):
        assert at <= hit.char_start < hit.char_end <= len(text)
        at = hit.char_end
        assert not text[hit.char_start - 1 : hit.char_start].isalnum()
        assert not text[hit.char_end : hit.char_end + 1].isalnum()


HEADER = ",".join(COLUMNS)


def write(path, *rows, header=HEADER):
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return Settings(authority_path=str(path))


def test_own_entries_come_first(tmp_path):
    settings = write(
        tmp_path / "own.csv",
        "# our desk",
        "desk:quad,ORGANIZATION,Quad Graphics,Quad|QG,US,,,",
        "country:JP,LOCATION,Nippon,Japan,JP,,,a bundled entry replaced",
    )
    authority = load_authority(settings)
    assert [e.authority_id for e in authority.lookup("Quad")] == ["desk:quad"]
    assert authority.lookup("Japan")[0].name == "Nippon"
    assert [h.authority_id for h in authority.find("QG in Nippon")] == ["desk:quad", "country:JP"]
    assert AUTHORITY.lookup("Japan")[0].name == "Japan"


def test_a_file_that_is_written_again_is_read_again(tmp_path):
    for name in ("Nippon", "Nihon-koku"):
        settings = write(tmp_path / "own.csv", f"country:JP,LOCATION,{name},Japan,JP,,,")
        assert load_authority(settings).lookup("Japan")[0].name == name


@pytest.fixture
def bodies(tmp_path):
    """A run's options; its authority knows a body, of which one document tells."""
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "a.txt").write_text("The Ministry Of Tides met the Ministry Of Tides.")
    settings = write(tmp_path / "own.csv", "desk:tides,ORGANIZATION,Ministry Of Tides,,,,,")
    return Options(tmp_path / "landing", tmp_path / "curated", workers=1, settings=settings)


def names(options):
    rows = open_curated(options.curated).arrow("entities").to_pylist()
    return sorted((row["entity_name"], row["authority_id"]) for row in rows)


def test_a_file_that_is_written_during_a_run_stops_it(bodies):
    ingest_folder(bodies)
    (bodies.landing / "b.txt").write_text("The Ministry Of Tides went.")
    with open_run(bodies) as run:
        run.begin()
        results = [run.note(WORKERS.read(folder)) for folder in run.folders]
        write(Path(bodies.settings.authority_path))
        with pytest.raises(ConfigError, match="was written while this run read documents; the tables are as"):
            run.publish(results)
    assert ingest_folder(bodies).added == 1
    assert names(bodies) == [("Ministry Of Tides", None)]


def test_a_file_that_is_written_in_the_middle_of_the_publish_stops_it(bodies, monkeypatch):
    ingest_folder(bodies)
    (bodies.landing / "b.txt").write_text("The Ministry Of Tides went.")
    resolve = NameStep.brought_forward

    def then_written(step):
        write(Path(bodies.settings.authority_path))
        return resolve(step)

    monkeypatch.setattr(NameStep, "brought_forward", then_written)
    with pytest.raises(ConfigError, match="was written while this run read documents; the tables are as"):
        ingest_folder(bodies)
    monkeypatch.undo()
    assert ingest_folder(bodies).added == 1
    assert names(bodies) == [("Ministry Of Tides", None)]


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        (
            ["desk:a,ORGANISATION,A B,,,,,"],
            None,
            r"own.csv:2: entity_type 'ORGANISATION' is not one of PERSON",
        ),
        (["desk a,ORGANIZATION,A B,,,,,"], None, r"own.csv:2: authority_id 'desk a' is not of the form"),
        (["desk:a,ORGANIZATION,,,,,,"], None, r"own.csv:2: name is empty"),
        (["desk:a,ORGANIZATION,A B"], None, r"own.csv:2: 3 values for 8 columns"),
        (["desk:a,ORGANIZATION,A B,,usa,,,"], None, r"own.csv:2: country_code 'usa'"),
        (["desk:a,ORGANIZATION,A B,,,last year,,"], None, r"own.csv:2: valid_from 'last year'"),
        (
            ["desk:a,PERSON,A B,,,2020-05,2020-04-30,"],
            None,
            r"own.csv:2: valid_from '2020-05' is after",
        ),
        (["desk:a;PERSON;A B"], "authority_id;entity_type;name", r"own.csv:1: semicolons stand between"),
        (["", "# x", "desk:a,PERSON,A B,,,,,", "desk:a,PERSON,A C,,,,,"], None, r"own.csv:5: .*own.csv:4"),
        (["desk:a,PERSON,(x),,,,,"], None, r"own.csv:2: '\(x\)' must begin with a letter"),
        (["desk:a,PERSON,A;B,,,,,"], None, r"own.csv:2: 'A;B' has ';' between two words"),
        (['desk:a,PERSON,"A B,,,,,'], None, r"own.csv:2: not a CSV row"),
        (["desk:a,PERSON,A B"], "authority_id,entity_type,title", r"\(unknown: 'title'; missing: name\)"),
        ([], "", r"own.csv: no header"),
    ],
)
def test_a_wrong_file_names_file_and_line(tmp_path, rows, header, message):
    settings = write(tmp_path / "own.csv", *rows, **({} if header is None else {"header": header}))
    with pytest.raises(ConfigError, match=message):
        load_authority(settings)


def test_a_missing_file(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.csv"):
        load_authority(Settings(authority_path=str(tmp_path / "nowhere.csv")))
