"""`python -m ingest`: what can be looked up beside the run."""

from __future__ import annotations

import csv

import pytest

from ingest.__main__ import COMMANDS, main
from ingest.reasons import REASONS
from ingest.run import Options, ingest_folder
from ingest.settings import Settings
from ingest.tables import public_tables


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    out = capsys.readouterr().out
    assert all(name in out and command.purpose.split()[0] in out for name, command in COMMANDS.items())


def test_the_dictionary_has_every_table(capsys):
    assert main(["dictionary"]) == 0
    out = capsys.readouterr().out
    assert all(f"## {table.name}\n" in out for table in public_tables())


def test_every_reason_is_told_with_its_remedy(capsys):
    assert main(["reasons"]) == 0
    out = capsys.readouterr().out
    assert all(reason.code in out and reason.remedy in out for reason in REASONS.values())


def test_a_review_is_taken_back_as_decisions(tmp_path, capsys):
    (tmp_path / "landing").mkdir()
    for number in range(2):
        text = (
            f"News {number}\n\nThe mayor, Ilse Brandvold, met Jorge Eskildsen in Northgate. Brandvold agreed."
        )
        (tmp_path / "landing" / f"{number}.txt").write_text(text, encoding="utf-8")
    asked = Options(tmp_path / "landing", tmp_path / "curated", workers=1)
    ingest_folder(asked)
    sheet = tmp_path / "review.csv"
    assert main(["review", "--curated", str(tmp_path / "curated"), "--output", str(sheet)]) == 0
    assert f"rows in {sheet}" in capsys.readouterr().out
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        assert "decision" in (csv.DictReader(file).fieldnames or ())
    decided = Options(asked.landing, asked.curated, workers=1, settings=Settings(decisions_path=str(sheet)))
    assert ingest_folder(decided).unmatched == ()


def test_a_sheet_that_somebody_has_filled_in_is_not_overwritten(curated_samples, tmp_path, capsys):
    sheet, curated = tmp_path / "review.csv", ["--curated", str(curated_samples)]
    filled = "decision,entity_type,key,other_type,other_key\nnot_a_name,PERSON,saint brigid,,\n"
    sheet.write_text(filled, encoding="utf-8")
    assert main(["review", *curated, "--output", str(sheet)]) == 2
    complaint = capsys.readouterr().err
    assert "holds 1 of your decisions, the first in line 2; add `--decisions" in complaint
    assert sheet.read_text(encoding="utf-8") == filled
    assert main(["review", *curated, "--output", str(sheet), "--decisions", str(sheet)]) == 0
    assert "not_a_name,PERSON,saint brigid" in sheet.read_text(encoding="utf-8-sig")
    sheet.write_text("day,catch\nMonday,3\n", encoding="utf-8")
    assert main(["review", *curated, "--output", str(sheet)]) == 2
    assert "name another file" in capsys.readouterr().err


def test_a_review_of_nothing_says_so(tmp_path, capsys):
    assert main(["review", "--curated", str(tmp_path)]) == 1
    assert "holds no tables yet" in capsys.readouterr().err
