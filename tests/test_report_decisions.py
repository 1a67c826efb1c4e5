"""Decisions on names, made on a page of the report and saved as a file."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from browser import opened_at

from ingest import open_curated
from ingest.names.resolve.decisions import load_decisions
from ingest.report.site import refresh
from ingest.settings import DEFAULT_SETTINGS


@pytest.mark.slow
def test_decisions_are_saved_as_the_next_run_reads_them(page, reported, tmp_path):
    opened_at(page, reported, "decisions.html")
    first = page.locator("#pending tbody tr").first
    first.locator("input").fill("not_a_name")
    key, kind = first.get_attribute("data-key"), first.get_attribute("data-entity_type")
    assert page.locator("#chosen").inner_text() == "1 chosen"
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(tmp_path / "decisions.csv")
    (decision,) = load_decisions(str(tmp_path / "decisions.csv"))
    assert (decision.action, decision.name) == ("not_a_name", (kind, key))


@pytest.fixture
def decided(reported_across, tmp_path):
    """The report of a run with decisions, one of them on a name that there is not."""
    given = "decision,entity_type,key,other_type,other_key\ntype:EVENT,PERSON,gone,,\n"
    (tmp_path / "decisions.csv").write_text(
        given + "different,PERSON,anna quist,PERSON,anna beate quist\n", encoding="utf-8"
    )
    shutil.copytree(reported_across, tmp_path / "curated", symlinks=True)
    settings = replace(DEFAULT_SETTINGS, decisions_path=str(tmp_path / "decisions.csv"))
    refresh(open_curated(tmp_path / "curated"), settings)
    return tmp_path


def spoken(path):
    return [(d.action, d.value, d.name, d.other) for d in load_decisions(str(path))]


@pytest.mark.slow
def test_a_saved_file_is_the_whole_of_all_decisions(page, decided):
    before = spoken(decided / "decisions.csv")
    opened_at(page, decided / "curated", "decisions.html")
    assert "The file is the whole of all decisions: 2 decisions in force" in page.locator("main").inner_text()
    row = page.locator("#pending tbody tr").first
    row.locator("input").fill("not_a_name")
    assert page.locator("#chosen").inner_text() == "3 chosen"
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(decided / "new.csv")
    after = spoken(decided / "new.csv")
    assert after[1:] == before
    assert after[0][0] == "not_a_name"
    page.locator("#decided input").first.fill("")
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(decided / "new.csv")
    assert spoken(decided / "new.csv") == [after[0], before[1]]


@pytest.mark.slow
def test_choices_that_are_not_saved_are_not_left_unasked(page, decided):
    opened_at(page, decided / "curated", "decisions.html")
    asked = []

    def leave():
        page.evaluate("location.reload()")
        page.wait_for_timeout(300)

    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    leave()
    assert asked == []
    page.locator("#pending tbody input").first.fill("not_a_name")
    leave()
    assert asked == ["beforeunload"]
    with page.expect_download():
        page.click("#save")
    leave()
    assert asked == ["beforeunload"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("decision", "said"),
    [
        ("sme", "there is no sme; write "),
        ("Same", "there is no Same; write "),
        ("type:Person", "type: is followed by one of PERSON, "),
        ("type:", "type: is followed by one of PERSON, "),
        ("is:", "is: is followed by the id"),
        ("not_a_name:x", "not_a_name takes nothing after it"),
    ],
)
def test_a_slip_in_a_decision_is_told_and_not_saved(page, reported, decision, said):
    opened_at(page, reported, "decisions.html")
    field = page.locator("#pending tbody input").nth(1)
    field.fill(decision)
    page.click("#save")
    assert page.get_by_role("alert").inner_text() == "Not saved: 1 decision is wrong."
    assert field.get_attribute("aria-invalid") == "true"
    assert page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text().startswith(said)
    assert field.evaluate("e => e === document.activeElement")
    field.fill("not_a_name")
    assert field.get_attribute("aria-invalid") is None
    assert page.get_by_role("alert").inner_text() == ""
    with page.expect_download():
        page.click("#save")


@pytest.mark.slow
def test_same_needs_a_second_name(page, reported):
    opened_at(page, reported, "decisions.html")
    alone = page.locator("#pending tr[data-other_key='']").first
    alone.locator("input").fill("same")
    alone.locator("input").blur()
    assert "needs a second name" in alone.locator(".wrong").inner_text()
    pair = page.locator("#pending tbody tr:not([data-other_key=''])")
    for decision in ("same", "different", "is:x", "type:EVENT"):
        if pair.count():
            pair.first.locator("input").fill(decision)
            pair.first.locator("input").blur()
            assert pair.first.locator(".wrong").inner_text() == ""
