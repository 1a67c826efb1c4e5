"""The engine without Prefect: what a run does, what it leaves alone, and how it tells of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.errors import ConfigError, LandingError
from ingest.records import Reject
from ingest.run import Options, ingest_folder, open_run
from ingest.settings import Settings
from ingest.store import open_curated
from ingest.summary import Summary
from ingest.workers.jobs import Job


@pytest.fixture
def landing(tmp_path):
    folder = tmp_path / "landing"
    (folder / "sub").mkdir(parents=True)
    for number, town in enumerate(("Marlow Bay", "Port Ellery", "Northgate", "Lake Tessin", "Halden Point")):
        text = (
            f"Harbour news {number}\n\nThe mayor of {town} spoke.\n\n\u201cYes,\u201d Ilse Brandvold said.\n"
        )
        (folder / f"{'sub/' * (number % 2)}{number}.txt").write_text(text, encoding="utf-8")
    return folder


def part_names(curated):
    opened = open_curated(curated)
    return {
        name: [path.name for path in opened.paths(name)]
        for name in opened.tables
        if name not in {"runs", "changes", "_files"}
    }


def test_a_second_run_changes_nothing_and_publishes_nothing(landing, tmp_path):
    asked = Options(landing, tmp_path / "curated", workers=1)
    assert ingest_folder(asked).added == 5
    again = ingest_folder(asked)
    assert (again.changed, again.snapshot, again.unchanged) == (False, 1, 5)
    assert again.text().startswith("Nothing changed: 5 items as before.")
    assert again.rows["runs"] == 1


def test_an_empty_landing_folder_gives_empty_tables(tmp_path):
    (tmp_path / "landing").mkdir()
    summary = ingest_folder(Options(tmp_path / "landing", tmp_path / "curated"))
    assert summary.snapshot == 1
    assert len(open_curated(tmp_path / "curated").read("documents")) == 0


def test_the_tables_are_the_same_bytes_however_the_work_is_shared_out(landing, tmp_path):
    ingest_folder(Options(landing, tmp_path / "one", workers=1))
    ingest_folder(Options(landing, tmp_path / "many", workers=3, batch_bytes=1))
    assert part_names(tmp_path / "one") == part_names(tmp_path / "many")


def test_the_last_batches_are_small_so_that_no_worker_waits_long(tmp_path):
    landing = tmp_path / "landing"
    landing.mkdir()
    for number in range(60):
        (landing / f"{number:02}.txt").write_bytes(b"a" * 100_000)
    with open_run(Options(landing, tmp_path / "curated", workers=2, batch_bytes=1_000_000)) as run:
        batches = [Job.read(folder).items for folder in run.folders]
    sizes = [sum(item.size_bytes for item in items) for items in batches]
    assert sizes[:3] == [1_000_000] * 3
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] <= 200_000
    assert [item.source_path for items in batches for item in items] == [f"{n:02}.txt" for n in range(60)]


def test_what_is_gone_stays_until_it_is_pruned(landing, tmp_path):
    asked = Options(landing, tmp_path / "curated", workers=1)
    ingest_folder(asked)
    (landing / "0.txt").unlink()
    kept = ingest_folder(asked)
    assert (kept.changed, kept.gone, kept.rows["documents"]) == (False, 1, 5)
    assert "Note: the files of 1 item are gone; --prune takes them out." in kept.text()
    pruned = ingest_folder(replace(asked, prune=True))
    assert (pruned.changed, pruned.removed, pruned.gone, pruned.rows["documents"]) == (True, 1, 0, 4)


def test_an_empty_folder_takes_nothing_out(landing, tmp_path):
    asked = Options(landing, tmp_path / "curated", workers=1)
    ingest_folder(asked)
    (tmp_path / "unmounted").mkdir()
    with pytest.raises(LandingError, match="holds nothing, and --prune would take all 5 out"):
        ingest_folder(replace(asked, landing=tmp_path / "unmounted", prune=True))
    assert (ingest_folder(asked).changed, ingest_folder(asked).rows["documents"]) == (False, 5)


def test_new_decisions_are_applied_without_reading_a_document(landing, tmp_path):
    asked = Options(landing, tmp_path / "curated", workers=1)
    ingest_folder(asked)
    decisions = tmp_path / "decisions.csv"
    lines = "decision,entity_type,key,other_type,other_key\nnot_a_name,PERSON,nobody at all,,\n"
    decisions.write_text(lines, encoding="utf-8")
    decided = replace(asked, settings=Settings(decisions_path=str(decisions)))
    with open_run(decided) as run:
        assert run.folders == ()
        summary = run.publish([])
    assert summary.snapshot == 2
    assert "Note: 1 decision without a name to match:\n" in summary.text()
    assert ingest_folder(decided).snapshot == 2, "the same decisions again"


@pytest.mark.parametrize("option", ["authority_path", "decisions_path"])
@pytest.mark.parametrize("content", [None, "no,such,columns\n1,2,3\n"])
def test_a_wrong_file_of_the_user_ends_the_run_before_anything_is_read(landing, tmp_path, option, content):
    file = tmp_path / "user.csv"
    if content:
        file.write_text(content, encoding="utf-8")
    asked = Options(landing, tmp_path / "curated", settings=Settings(**{option: str(file)}))
    with pytest.raises(ConfigError, match=r"user\.csv"), open_run(asked):
        pytest.fail("the run was opened")
    assert not (tmp_path / "curated").exists()


def test_a_run_inside_an_open_one_is_that_run(landing, tmp_path):
    asked = Options(landing, tmp_path / "curated", workers=1)
    with open_run(asked) as outer, open_run(replace(asked)) as inner:
        assert inner is outer


def test_what_documents_bring_cannot_write_markup():
    nasty = "a\x1b[31m|b\n`c`<script>\u202e*d*\udcff.txt"
    summary = Summary(
        curated=None,
        local=None,
        snapshot=1,
        changed=True,
        added=0,
        updated=0,
        unchanged=0,
        removed=0,
        gone=0,
        rejected=1,
        rows=dict.fromkeys(
            ("documents", "sections", "mentions", "entities", "entity_names", "quotes", "dropped", "rejects"),
            0,
        ),
        duplicates=0,
        top_rules=(("model", 2),),
        rejects=(Reject(nasty, None, None, "landing", "empty", nasty),),
        busy=(nasty,),
    )
    shown = "a\\x1b[31m|b\\n`c`<script>\\u202e*d*\\udcff.txt"
    assert summary.reject_rows() == [{"source_path": shown, "reason": "empty", "detail": shown}]
    for text in ("\n".join(summary.warnings()), summary.markdown()):
        assert all(line.isprintable() for line in text.splitlines())
    markdown = summary.markdown()
    assert "<script>" not in markdown
    assert "a\\\\x1b\\[31m\\|b\\\\n\\`c\\`" in markdown
