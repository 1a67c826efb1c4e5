"""The report: what its pages are made of."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from ingest import open_curated
from ingest.__main__ import main
from ingest.errors import ConfigError, StoreError
from ingest.report import site
from ingest.report.calendar import MOST_COLUMNS, calendar
from ingest.report.network import HEIGHT, WIDTH, lay_out
from ingest.report.overview import Ties, overview
from ingest.report.reader import Kept, Lost, read_documents
from ingest.report.rows import rows_where
from ingest.report.site import READERS, refresh, write_reader, write_report
from ingest.report.stories import read_stories
from ingest.run import Options, ingest_folder
from ingest.settings import DEFAULT_SETTINGS
from ingest.topics.taxonomy import load_taxonomy


def ids(opened):
    return opened.arrow("documents", ["document_id"]).column(0).to_pylist()


def test_a_reader_holds_every_character_once_and_in_source_order(reported):
    opened = open_curated(reported)
    dropped = opened.read("dropped").groupby("document_id").size()
    for reader in read_documents(opened, ids(opened)):
        starts = []
        for part in reader.parts:
            if isinstance(part, Kept):
                read = "\n\n".join(
                    "".join(piece.text for saying in paragraph for piece in saying.pieces)
                    for paragraph in part.paragraphs
                )
                assert read == part.section["text"]
                starts.append(part.section["source_start"])
            else:
                starts.append(part.dropped["source_start"])
        assert starts == sorted(starts)
        ident = reader.document["document_id"]
        assert sum(isinstance(part, Lost) for part in reader.parts) == dropped.get(ident, 0)


def test_a_reader_marks_each_mention_and_quotation(reported):
    opened = open_curated(reported)
    for reader in read_documents(opened, ids(opened)):
        marked, quoted = {}, {}
        for part in reader.parts:
            for paragraph in part.paragraphs if isinstance(part, Kept) else ():
                for saying in paragraph:
                    for piece in saying.pieces:
                        if piece.mention:
                            at = piece.mention["mention_id"]
                            marked[at] = marked.get(at, "") + piece.text
                        if saying.quote:
                            at = saying.quote["quote_id"]
                            quoted[at] = quoted.get(at, "") + piece.text
        ident = reader.document["document_id"]
        mentions = opened.read("mentions").loc[lambda rows, ident=ident: rows["document_id"] == ident]
        assert marked == dict(zip(mentions["mention_id"], mentions["surface"], strict=True))
        quotes = opened.read("quotes").loc[lambda rows, ident=ident: rows["document_id"] == ident]
        assert {k: re.sub(r"\s+", "", v) for k, v in quoted.items()} == {
            k: re.sub(r"\s+", "", v) for k, v in zip(quotes["quote_id"], quotes["text"], strict=True)
        }
        assert {card.entity["entity_id"] for card in reader.cards} == set(mentions["entity_id"])


def test_a_card_tells_the_reason_that_another_document_gives(reported_across):
    opened = open_curated(reported_across)
    documents = opened.read("documents").set_index("source_path")["document_id"]
    mentions = opened.read("mentions").set_index("mention_id")
    why = {}
    for reader in read_documents(opened, list(documents)):
        for ident, words in reader.why.items():
            why.setdefault((reader.document["source_path"], mentions["surface"][ident]), words)
    proof = "a.txt: “Minister [Harold T. Mercer] opened the quay on Monday.”"
    assert why["b.txt", "Mercer"] == f"the surname of a person who is named in full; {proof}"
    assert why["c.txt", "Quist"] == (
        "the surname of a person who is named in full; here “Anna Quist”. “Anna Quist”: "
        "a full name that agrees with a fuller one; d.txt: “[Anna Beate Quist] stayed.”"
    )
    for page in (f"documents/{documents['b.txt']}.html", "names.html"):
        text = (reported_across / "report" / page).read_text(encoding="utf-8")
        assert "Minister [Harold T. Mercer] opened the quay on Monday." in text
        assert f'documents/{documents["a.txt"]}.html">a.txt</a>' in text
        assert "here by" not in text
        assert ">norp<" not in text


def test_an_untitled_document_has_a_heading_to_see(reported_across):
    ident = open_curated(reported_across).read("documents").set_index("source_path")["document_id"]["b.txt"]
    text = (reported_across / "report" / "documents" / f"{ident}.html").read_text(encoding="utf-8")
    assert '<h1 dir="auto">b.txt</h1>' in text


def test_a_page_leads_to_the_document_that_it_repeats(reported):
    opened = open_curated(reported)
    copies = opened.read("documents").dropna(subset=["duplicate_of"])
    for copy in copies.itertuples():
        page = reported / "report" / "documents" / f"{copy.document_id}.html"
        assert f'<a href="../documents/{copy.duplicate_of}.html">' in page.read_text(encoding="utf-8")
        write_reader(opened, copy.document_id, page)
        alone = page.read_text(encoding="utf-8")
        assert f"ingest report --document {copy.duplicate_of}" in alone
    assert len(copies)
    refresh(opened, DEFAULT_SETTINGS)


def test_the_overview_counts_what_the_tables_hold(reported):
    opened = open_curated(reported)
    whole = overview(opened, load_taxonomy(None))
    sections, dropped, documents = (opened.read(name) for name in ("sections", "dropped", "documents"))
    assert dict(whole.tags) == sections["tag"].value_counts().to_dict()
    assert sum(count for _, count in whole.rules) == (dropped["source_end"] - dropped["source_start"]).sum()
    assert sum(sum(row) for _, row in whole.calendar.rows) + whole.undated == len(documents)
    people = opened.read("entities").query("entity_type == 'PERSON'")
    assert whole.named["PERSON"][0]["document_count"] == people["document_count"].max()
    spoken = opened.read("quotes")["speaker_name"].value_counts()
    assert whole.quoted.rows[0][0] == spoken.index[0]
    assert sum(whole.quoted.rows[0][1]) == spoken.iloc[0]


def test_topics_are_counted_by_document_with_what_lies_below_them(reported):
    opened = open_curated(reported)
    topics, taxonomy = opened.read("topics"), load_taxonomy(None)
    found = {topic.name: topic for topic in overview(opened, taxonomy).topics}
    below = topics["topic_id"].map(lambda ident: "medtop:11000000" in taxonomy.chain(ident))
    assert found["politics"].documents == topics[below]["document_id"].nunique()
    assert (found["politics"].depth, found["national security"].depth) == (0, 2)
    assert set(topics["topic_name"]) <= set(found)


DAYS = ["2024-05-01", "2024-05-03", "2024-05-03"]


@pytest.mark.parametrize(
    ("days", "columns"),
    [
        ([], ()),
        (DAYS, ("2024-05-01", "2024-05-02", "2024-05-03")),
        (["2023-11-30", "2024-02-01"], ("2023-11", "2023-12", "2024-01", "2024-02")),
        (["2016-01-01", "2022-07-09"], ("2016", "2017", "2018", "2019", "2020", "2021", "2022")),
        (["1931-01-01", *DAYS * 10], ("before 2024-05-01", "2024-05-01", "2024-05-02", "2024-05-03")),
    ],
)
def test_time_has_no_gaps_and_old_dates_squeeze_nothing(days, columns):
    grid = calendar(days, ["a"] * len(days), ["a"])
    assert grid.columns == columns
    assert sum(sum(numbers) for _, numbers in grid.rows) == len(days)


def test_centuries_are_counted_too():
    days = [f"{year:04}-01-01" for year in range(1500, 2025)]
    grid = calendar(days, ["a"] * len(days), ["a"])
    assert (grid.columns[0], len(grid.columns)) == ("before 1963", MOST_COLUMNS + 1)
    assert sum(grid.rows[0][1]) == len(days)


def test_stories_show_their_documents_and_what_is_said_twice(reported_stories):
    opened = open_curated(reported_stories)
    stories = read_stories(opened, opened.read("documents").replace({np.nan: None}).to_dict("records"))
    assert [story.story["title"][:10] for story in stories] == [
        "Varnhem da",
        "Ingrid Sol",
        "Mill fire ",
        "Halvard Br",
    ], "the newest first"
    fire, command = stories[2:]
    kinships = [(telling.kinship, telling.of and telling.of["source_path"]) for telling in fire.tellings]
    assert kinships == [("own", None), ("near", "1/one.html")]
    (statement,) = command.statements
    assert statement.speaker == "Halvard Brekke"
    assert {document["source_path"] for _, document in statement.said} == {"0/one.html", "0/other.html"}
    assert not any(story.statements for story in stories[:3])


def test_a_copy_says_nothing_twice(reported):
    opened = open_curated(reported)
    stories = read_stories(opened, opened.read("documents").replace({np.nan: None}).to_dict("records"))
    assert any(telling.kinship == "copy" for story in stories for telling in story.tellings)
    assert not any(story.statements for story in stories)


def test_a_report_is_the_same_bytes_each_time(reported, tmp_path):
    opened = open_curated(reported)
    for name in ("one", "two"):
        write_report(opened, tmp_path / name, DEFAULT_SETTINGS)
    pages = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.html"))
    assert len(pages) == 7 + min(READERS, len(ids(opened)))
    for page in pages:
        assert (tmp_path / "one" / page).read_bytes() == (tmp_path / "two" / page).read_bytes()


def test_links_between_pages_lead_somewhere(reported):
    home = reported / "report"
    pages = list(home.rglob("*.html"))
    assert len(pages) > len(ids(open_curated(reported))), "a page each, and those of all"
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for target, anchor in re.findall(r'href="([^":#]*)(?:#([^"]*))?"', text):
            path = (page.parent / target).resolve() if target else page
            assert path.exists(), f"{page.name}: {target}"
            if anchor:
                assert f'id="{anchor}"' in path.read_text(encoding="utf-8"), f"{page.name}: #{anchor}"


def test_a_page_that_does_not_show_all_rows_says_so_and_how_to_get_them(reported, tmp_path, monkeypatch):
    opened = open_curated(reported)
    monkeypatch.setattr(site, "ROWS", 3)
    write_report(opened, tmp_path / "report", DEFAULT_SETTINGS)
    for page, table in (("documents", "documents"), ("names", "entities"), ("quotes", "quotes")):
        text = (tmp_path / "report" / f"{page}.html").read_text(encoding="utf-8")
        assert f"This page shows 3 of {opened.read(table).shape[0]:,}: " in text
        assert f"ingest.read_table(&#34;{table}&#34;)" in text or f'ingest.read_table("{table}")' in text
        assert text.count("<tr") == 4


def test_refresh_leaves_one_report_and_no_rubbish(reported):
    (reported / ".reports" / "next").mkdir()
    (reported / ".reports" / "000000").mkdir()
    first = refresh(open_curated(reported), DEFAULT_SETTINGS)
    assert first == reported / "report" / "index.html"
    assert first.is_file()
    assert [path.name for path in (reported / ".reports").iterdir()] == ["000001"]


def test_a_run_writes_the_report_where_the_snapshot_has_none(tmp_path):
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "brief.txt").write_text("The quay opened on Monday.", encoding="utf-8")
    asked = Options(tmp_path / "landing", tmp_path / "curated", workers=1, report=True)
    page = tmp_path / "curated" / "report" / "index.html"
    ingest_folder(replace(asked, report=False))
    assert not page.exists()
    ingest_folder(asked)
    first = page.stat()
    ingest_folder(asked)
    assert page.stat() == first, "nothing has changed"
    (tmp_path / "landing" / "brief.txt").write_text("The quay closed on Tuesday.", encoding="utf-8")
    ingest_folder(asked)
    assert "snapshot 2" in page.read_text(encoding="utf-8")


def test_what_is_in_the_way_is_named(curated_samples, tmp_path):
    shutil.copytree(curated_samples, tmp_path / "curated", symlinks=True)
    (tmp_path / "curated" / "report").mkdir()
    with pytest.raises(StoreError, match="in the way"):
        refresh(open_curated(tmp_path / "curated"), DEFAULT_SETTINGS)


def test_rows_of_an_older_version_are_told(reported, monkeypatch):
    opened = open_curated(reported)
    documents = opened.arrow("edits", ["document_id"]).column(0).to_pylist()
    monkeypatch.setattr(type(opened), "_paths", lambda *_: list(reported.glob("edits/*.parquet")))
    with pytest.raises(StoreError, match="lack the column dropped_index"):
        rows_where(opened, "dropped", "document_id", documents)


def test_a_page_on_demand(reported, tmp_path):
    opened = open_curated(reported)
    write_reader(opened, ids(opened)[0], tmp_path / "one.html")
    text = (tmp_path / "one.html").read_text(encoding="utf-8")
    assert "<nav" not in text, "it stands alone"
    with pytest.raises(ConfigError, match="there is no document 'nowhere'"):
        write_reader(opened, "nowhere", tmp_path / "two.html")


def test_the_command_writes_the_report_and_single_pages(reported, tmp_path, capsys):
    ident = ids(open_curated(reported))[0]
    assert main(["report", "--curated", str(reported)]) == 0
    assert Path(capsys.readouterr().out.strip()) == reported / "report" / "index.html"
    page = tmp_path / "one.html"
    assert main(["report", "--curated", str(reported), "--document", ident, "--output", str(page)]) == 0
    assert page.is_file()
    assert main(["report", "--curated", str(reported), "--document", "nowhere", "--output", str(page)]) == 2
    assert "no document 'nowhere'" in capsys.readouterr().err
    assert main(["report", "--curated", str(reported), "--output", str(page)]) == 2
    assert main(["report", "--curated", str(reported), "--document", ident, "--output", str(tmp_path)]) == 1


def test_the_network_is_laid_out_apart(reported):
    ties = overview(open_curated(reported), load_taxonomy(None)).ties
    dots = lay_out(ties)
    assert set(dots) == {name for one, two, _ in ties.ties for name in (one, two)}
    boxes = [dot.label_box for dot in dots.values()]
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= WIDTH
        assert 0 <= top < bottom <= HEIGHT
    for one, two in combinations(boxes, 2):
        assert one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1], "labels overlap"
    assert lay_out(Ties((), ())) == {}


def test_a_rule_says_why_it_drops(reported):
    text = (reported / "report" / "dropped.html").read_text(encoding="utf-8")
    assert 'cookie<div class="quiet">Asks for consent to cookies.</div>' in text


def test_what_a_rule_dropped_leads_to_a_document_that_lost_it(reported):
    opened = open_curated(reported)
    lost = opened.read("dropped").query("rule == 'cookie'")["document_id"]
    text = (reported / "report" / "dropped.html").read_text(encoding="utf-8")
    (row,) = re.findall(r'<tr id="r-cookie">.*?</tr>', text)
    assert set(re.findall(r'href="documents/(\w+)\.html"', row)) <= set(lost)
    assert "href=" in row


def test_a_row_of_decisions_leads_to_its_documents(reported_across):
    ident = open_curated(reported_across).read("documents").set_index("source_path")["document_id"]["b.txt"]
    text = (reported_across / "report" / "decisions.html").read_text(encoding="utf-8")
    assert f'(<a href="documents/{ident}.html">b.txt</a>)' in text
