"""What changed between two snapshots, on snapshots that real publishes made."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from made_records import Landing
from story_pages import pages

from ingest.__main__ import main
from ingest.compare import CHANGES, compare, compare_numbers, snapshot_number
from ingest.errors import ConfigError, StoreError
from ingest.run import Options, ingest_folder
from ingest.settings import Settings
from ingest.store import open_curated

FILES = {
    "a/one.txt": "Anna Bell met Carl Dorn.\n\nLogin\n\nBell said “we go on”.",
    "a/two.txt": "Carl Dorn left.",
    "b/three.txt": "Eva Falk came.",
}


@pytest.fixture
def landing(tmp_path):
    made = Landing(tmp_path / "curated", dict(FILES))
    made.run()
    return made


def decided(folder, *rows):
    path = folder / "decisions.csv"
    path.write_text("\n".join(["decision,entity_type,key,other_type,other_key", *rows]), encoding="utf-8")
    return Settings(decisions_path=str(path))


def told(comparison, kind):
    return [(c.change, c.name) for c in comparison.changes if c.kind == kind]


def test_documents_that_came_changed_and_went(landing):
    landing.files |= {"a/two.txt": "Carl Dorn stayed.", "c.txt": "New.", "b/three.txt": "!bytes"}
    del landing.files["a/one.txt"]
    landing.run(prune=True)
    found = compare_numbers(landing.curated, ())
    assert told(found, "document") == [
        ("added", "c.txt"),
        ("changed", "a/two.txt"),
        ("refused", "b/three.txt"),
        ("removed", "a/one.txt"),
    ]
    assert (found.before, found.after) == (1, 2)
    added, changed, _, removed = (c for c in found.changes if c.kind == "document")
    assert (added.before, removed.after) == ((), ())
    assert changed.before != changed.after
    assert found.headline() == (
        "Snapshot 1 -> 2: documents: 1 added, 1 changed, 1 refused, 1 removed; rules: 1 ceased."
    )


def test_bytes_that_are_read_otherwise_are_told_apart(landing, monkeypatch):
    """The same bytes, another text: a document that a new version has read anew."""
    before = open_curated(landing.curated)
    monkeypatch.setattr("made_records.DROPPED_LINE", "Carl Dorn left.")
    monkeypatch.setattr("made_records._is_known", lambda *_: False)
    landing.run()
    after = open_curated(landing.curated)
    assert told(compare(before, after), "document") == [("reread", "a/one.txt"), ("reread", "a/two.txt")]


def test_rules_that_began_and_ceased_to_drop(landing):
    bare = FILES["a/one.txt"].replace("Login\n\n", "")
    landing.files["a/one.txt"] = bare
    landing.run()
    landing.files["a/one.txt"] = FILES["a/one.txt"]
    landing.run()
    (ceased,) = [c for c in compare_numbers(landing.curated, (1, 2)).changes if c.kind == "rule"]
    (began,) = [c for c in compare_numbers(landing.curated, (2,)).changes if c.kind == "rule"]
    assert ceased.text() == "ceased   login: 1 runs -> 0 runs"
    assert began.text() == "began    login: 0 runs -> 1 runs"
    assert not compare_numbers(landing.curated, (1, 3)).changes


def test_entities_that_merged_and_split(landing, tmp_path):
    merge = decided(tmp_path, "same,PERSON,carl dorn,PERSON,eva falk")
    landing.run(settings=merge)
    (merged,) = compare_numbers(landing.curated, ()).changes
    assert (merged.kind, merged.change) == ("entity", "merged")
    assert merged.before == ("Carl Dorn", "Eva Falk")
    assert set(merged.after) <= {"Carl Dorn", "Eva Falk"}
    landing.run()
    (split,) = compare_numbers(landing.curated, (2, 3)).changes
    assert (split.change, split.before, split.after) == ("split", merged.after, merged.before)
    assert not compare_numbers(landing.curated, (1, 3)).changes


def test_entities_of_another_type(landing, tmp_path):
    landing.run(settings=decided(tmp_path, "type:ORGANIZATION,PERSON,eva falk,,"))
    (retyped,) = compare_numbers(landing.curated, ()).changes
    assert retyped.text() == "retyped  Eva Falk: PERSON -> ORGANIZATION"


def test_entities_of_another_name(landing):
    """The spelling that most documents use is shown."""
    landing.files["c.txt"] = "Anna Strasse came."
    landing.run()
    landing.files |= {"d.txt": "Anna Straße left.", "e.txt": "Anna Straße is gone."}
    landing.run()
    entities = [c.text() for c in compare_numbers(landing.curated, ()).changes if c.kind == "entity"]
    assert entities == ["renamed  Anna Strasse -> Anna Straße"]


def test_nothing_changed_is_said_so(landing):
    landing.run()
    found = compare_numbers(landing.curated, ())
    assert (found.changes, found.text()) == ((), "Snapshot 1 -> 2: nothing changed.")


def test_shared_parts_are_not_read(landing):
    landing.run()
    before, after = open_curated(landing.curated, 1), open_curated(landing.curated)
    for path in before.paths("documents"):
        path.write_bytes(b"no Parquet".ljust(path.stat().st_size))
    assert not compare(before, after).changes


def test_numbers_that_are_not_kept(landing):
    with pytest.raises(StoreError, match="keeps no snapshot before 1"):
        compare_numbers(landing.curated, ())
    with pytest.raises(ConfigError, match="no snapshot 41; kept are 1"):
        compare_numbers(landing.curated, (41,))
    with pytest.raises(ConfigError, match="two snapshots at most"):
        compare_numbers(landing.curated, (1, 1, 1))


def test_the_command_prints_words_json_and_csv(landing, capsys):
    landing.files["c|#.txt"] = "New."
    landing.run()
    where = ["--curated", str(landing.curated)]
    assert main(["diff", *where]) == 0
    assert capsys.readouterr().out == ("Snapshot 1 -> 2: documents: 1 added.\n  document  added    c|#.txt\n")
    assert main(["diff", "1", "2", "--format", "json", *where]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(c["kind"], c["change"], c["name"]) for c in found["changes"]] == [
        ("document", "added", "c|#.txt")
    ]
    assert main(["diff", "1", "--format", "csv", *where]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["name"], row["before"], len(row["after"])) == ("c|#.txt", "", 64)
    assert main(["diff", "7", *where]) == 2
    assert "no snapshot 7" in capsys.readouterr().err


def test_a_snapshot_is_found_by_its_time(landing, capsys):
    landing.files["c.txt"] = "New."
    landing.run()
    landing.run()
    first, second, third = open_curated(landing.curated).read("runs")["finished_at"]
    assert first < second < third
    for moment, number in (
        (first.isoformat(), 1),
        (second.isoformat(), 2),
        ((third - (third - second) / 2).isoformat(), 2),
        (str(first.date()), 3),
        ("2", 2),
    ):
        assert snapshot_number(landing.curated, moment) == number, moment
    where = ["--curated", str(landing.curated)]
    assert main(["diff", first.isoformat(), *where]) == 0
    assert capsys.readouterr().out.startswith("Snapshot 1 -> 3: documents: 1 added.")
    assert main(["diff", "1999-01-01", *where]) == 2
    told = capsys.readouterr().err
    assert "no snapshot of 1999-01-01 or before; kept are" in told
    assert f"  2  {second:%Y-%m-%d %H:%M:%S} UTC" in told
    with pytest.raises(ConfigError, match="'yesterday' is no snapshot: give a number, a day"):
        snapshot_number(landing.curated, "yesterday")


ENVOYS = "The ambassador of Veldmark met the foreign minister in Brennick; talks on the treaty will go on."


def test_stories_and_topics_are_told_in_one_line(tmp_path):
    (tmp_path / "landing").mkdir()
    asked = Options(tmp_path / "landing", tmp_path / "curated", workers=1)
    (tmp_path / "landing" / "a.txt").write_text("Nothing.", encoding="utf-8")
    ingest_folder(asked)
    for path, text in pages().items():
        (tmp_path / "landing" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "landing" / path).write_text(text, encoding="utf-8")
    (tmp_path / "landing" / "b.txt").write_text(ENVOYS, encoding="utf-8")
    ingest_folder(asked)
    found = compare_numbers(tmp_path / "curated", ())
    stories, topics = found.tallies
    assert stories == f"stories: {len(open_curated(tmp_path / 'curated').stories)} began"
    assert re.fullmatch(r"topics \(documents\): ([a-z ,]+ \+\d+, ){4}[a-z ,]+ \+\d+ and \d+ more", topics)
    assert found.headline().endswith(f"; {stories}; {topics}.")
    back = compare(open_curated(tmp_path / "curated"), open_curated(tmp_path / "curated", 1)).tallies
    assert back == (stories.replace("began", "ended"), topics.replace("+", "-"))


def test_markdown_cannot_be_written_by_a_document(landing):
    landing.files["<b>[x](y).txt"] = "New."
    landing.run()
    text = compare_numbers(landing.curated, ()).markdown()
    assert "&lt;b&gt;" in text.replace("\\", "")
    assert "[x](y)" not in text


def test_long_lists_are_cut_and_say_so(landing):
    landing.files |= {f"new/{i:02}.txt": f"Text {i}" for i in range(30)}
    landing.run()
    found = compare_numbers(landing.curated, ())
    assert found.text().count("added    new/") == 20
    assert found.text().endswith("... and 10 more (--format csv has all)")
    assert len(found.rows()) == 30
    assert {c.kind for c in found.changes} <= set(CHANGES)
