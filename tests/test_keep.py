"""What the user wants kept although a rule would drop it: exactly that, in exactly those documents."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ingest import open_curated, process
from ingest.errors import ConfigError
from ingest.landing import remembered
from ingest.run import Options, ingest_folder
from ingest.settings import Settings
from ingest.settings.keep import load_keep
from ingest.tables import TABLES

BODY = (
    "The harbour office of Orsund opened its new quay on Monday, two years later than it had been promised.",
    "Ships from the islands will use it from the spring on, the office said in a short notice to captains.",
    "The old quay is to be taken down as soon as the roof of the fish market has been mended.",
)
WITH_LOGIN = "\n\n".join((BODY[0], "Login", *BODY[1:]))
WITH_SHARE = "\n\n".join((*BODY[:2], "Share this article", BODY[2], "Read more: Ferry times"))
PLAIN = "\n\n".join(BODY)


@pytest.fixture
def keep(tmp_path):
    """Write a file for `--keep`, and give its path."""

    def write(content):
        path = tmp_path / "keep.toml"
        path.write_text(content, encoding="utf-8")
        return str(path)

    return write


def dropped(record):
    return [run.text for run in record.dropped]


@pytest.mark.parametrize(
    ("content", "still_dropped", "kept_by"),
    [
        ("", ["Login"], ()),
        ('rules = ["login"]', [], ("login",)),
        ('rules = ["share"]', ["Login"], ()),
        ('patterns = ["^Log"]', [], ("^Log",)),
        ('patterns = ["^log"]', ["Login"], ()),
        ('rules = ["share"]\npatterns = ["(?i)^log"]', [], ("(?i)^log",)),
    ],
)
def test_a_run_stays_by_its_rule_or_its_text(keep, content, still_dropped, kept_by):
    record = process(WITH_LOGIN.encode(), "quay.txt", Settings(keep_path=keep(content)))
    assert dropped(record) == still_dropped
    assert record.kept_by == kept_by
    assert record.text == (PLAIN if still_dropped else WITH_LOGIN)


def test_a_menu_that_the_user_keeps_reads_as_other_text_does(keep):
    menu = "".join(f"<li>\n  <a href='/{name}'>{name}</a></li>" for name in ("Home", "World", "Sport"))
    page = f"<html><body><nav><ul>{menu}</ul></nav>{''.join(f'<p>{line}</p>' for line in BODY)}</body></html>"
    record = process(page.encode(), "quay.html", Settings(keep_path=keep('patterns = ["^Home"]')))
    assert record.text.startswith("Home World Sport\n\nThe harbour office")
    assert [edit.rule for edit in record.edits] == ["white_space"] * 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('rules = ["logon"]', r"\.toml: there is no rule 'logon'; write login; there are .*login.*, model"),
        ('rules = ["model: navigation"]', r"there is no rule 'model: navigation'; write model; there are"),
        ('patterns = ["("]', r"'\(' is no regular expression: missing \)"),
        ('rules = "login"', "has to be a list of texts"),
        ('rule = ["login"]', "'rule' is unknown; there are rules, patterns"),
        ("rules = [", "is no TOML"),
    ],
)
def test_a_wrong_file_is_told_before_the_run(keep, tmp_path, content, message):
    (tmp_path / "landing").mkdir()
    settings = Settings(keep_path=keep(content))
    with pytest.raises(ConfigError, match=f"--keep: .*{message}"):
        ingest_folder(Options(tmp_path / "landing", tmp_path / "curated", settings=settings))
    assert not (tmp_path / "curated").exists()
    with pytest.raises(ConfigError, match=message):
        process(WITH_LOGIN.encode(), "quay.txt", settings)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError, match="cannot read"):
        load_keep(str(tmp_path / "none.toml"))


def contents(curated):
    """What all tables but the logs hold: part names are hashes of it."""
    tables = open_curated(curated).manifest.tables
    return {name: tables[name] for name in tables if TABLES[name].layout != "log"}


def changes(curated):
    rows = open_curated(curated).read("changes")
    last = rows[rows["run_id"] == rows["run_id"].max()]
    return dict(zip(last["source_path"], last["change"], strict=True))


@pytest.mark.parametrize("settled_ns", [0, remembered.SETTLED_NS])
def test_the_next_run_restores_exactly_the_documents_concerned(settled_ns, keep, tmp_path, monkeypatch):
    """Whether it knows them by how their files stand, or by what it reads again."""
    monkeypatch.setattr(remembered, "SETTLED_NS", settled_ns)
    landing = tmp_path / "landing"
    landing.mkdir()
    for name, text in (("login.txt", WITH_LOGIN), ("share.txt", WITH_SHARE), ("plain.txt", PLAIN)):
        (landing / name).write_text(text, encoding="utf-8")
    records = [{"id": "a", "text": PLAIN}, {"id": "b", "text": WITH_LOGIN}]
    (landing / "crawl.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    without = Options(landing, tmp_path / "curated", workers=1)
    settings = Settings(keep_path=keep('rules = ["login"]'))
    with_keep = replace(without, settings=settings)

    ingest_folder(without)
    before = contents(tmp_path / "curated")

    summary = ingest_folder(with_keep)
    assert changes(tmp_path / "curated") == {"login.txt": "updated", "crawl.jsonl#b": "updated"}
    assert (summary.updated, summary.held) == (2, 2)
    assert "--keep holds text in 2 documents" in summary.text()
    ingest_folder(replace(with_keep, curated=tmp_path / "at_once"))
    assert contents(tmp_path / "curated") == contents(tmp_path / "at_once"), "incremental equals full"

    again = ingest_folder(with_keep)
    assert not again.changed
    assert again.unchanged == 5

    other = replace(without, settings=Settings(keep_path=keep('rules = ["login"]\npatterns = ["^Share"]')))
    summary = ingest_folder(other)
    assert (summary.updated, summary.unchanged) == (1, 4)
    run = open_curated(tmp_path / "curated").read("runs").sort_values("run_id").iloc[-1]
    assert (run["updated"], run["unchanged"], run["seen"]) == (1, 4, 5)
    assert changes(tmp_path / "curated") == {"share.txt": "updated"}, "not what the same rule holds as before"

    ingest_folder(replace(other, curated=tmp_path / "other_at_once"))
    assert contents(tmp_path / "curated") == contents(tmp_path / "other_at_once")

    ingest_folder(without)
    assert contents(tmp_path / "curated") == before, "what was kept is dropped again"
