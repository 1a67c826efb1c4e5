"""mend(): the kept text of a source slice and the named edits that make it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pdf_of import pdf

from ingest.edits import EDIT_RULES, apply_edits, mend
from ingest.pipeline import process

CASES = Path(__file__).parent / "cases" / "edits"


def load(sign, folder=CASES):
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {case['why']}")
        for path in sorted(folder.glob("*.toml"))
        for case in tomllib.loads(path.read_text("utf-8"))[sign]
    ]


def test_each_rule_has_cases_and_each_case_a_rule():
    for sign in ("positive", "negative"):
        cases = [*load(sign), *load(sign, CASES / "formats")]
        assert {parameters.values[0] for parameters in cases} == set(EDIT_RULES)


def made_by(rule, case):
    """The edits that one rule made in a whole document."""
    lines = [(72, 100 + 14 * n, 11, line) for n, line in enumerate(case.get("lines", ()))]
    record = process(pdf([lines]) if lines else case["source"].encode(), case["path"])
    return [[edit.before, edit.after] for edit in record.edits if edit.rule == rule]


@pytest.mark.parametrize(("rule", "case"), load("positive", CASES / "formats"))
def test_changed_by_its_format(rule, case):
    assert made_by(rule, case) == case["edits"]


@pytest.mark.parametrize(("rule", "case"), load("negative", CASES / "formats"))
def test_left_alone_by_its_format(rule, case):
    assert made_by(rule, case) == []


@pytest.mark.parametrize(("rule", "case"), load("positive"))
def test_changed(rule, case):
    source = case["source"]
    text, edits = mend(source, 0, len(source))
    assert text == case["text"]
    assert [[edit.before, edit.after] for edit in edits] == case["edits"]
    assert rule in {edit.rule for edit in edits}


@pytest.mark.parametrize(("rule", "case"), load("negative"))
def test_left_alone(rule, case):
    assert rule in EDIT_RULES
    assert mend(case["source"], 0, len(case["source"])) == (case["source"], ())


HARD = st.text(
    st.one_of(
        st.sampled_from(
            list(" \n\t\xa0\xad\u200b\u200c\u200d\ufeff\x00\x85\x93Â Ãâ€™©\x80\U000e0061\U0001f3f4aé\u0646。")
        ),
        st.characters(exclude_categories=["Cs"]),
    )
)


@given(before=HARD, middle=HARD, after=HARD)
@example("", "x Â\xa0 Ã© Â\xa0 Â\xa0Â\xa0 y", "")
@example("", "Â\xa0\u200b", "z")
@example("", "x Â\xa0\x91", "")
def test_slice_with_edits_applied_is_the_text(before, middle, after):
    middle = middle.strip()
    source = before + middle + after
    start, end = len(before), len(before) + len(middle)
    text, edits = mend(source, start, end)
    assert apply_edits(source, start, end, edits) == text
    at = start
    for edit in edits:
        assert at <= edit.source_start < edit.source_end <= end
        assert source[edit.source_start : edit.source_end] == edit.before != edit.after
        assert edit.rule in EDIT_RULES
        at = edit.source_end
    assert not re.search(r"[^\S ]|  ", text), "only single plain spaces are left"
    assert text == text.strip()


@given(HARD)
def test_letters_are_never_lost(source):
    source = source.strip()
    _, edits = mend(source, 0, len(source))
    for edit in edits:
        if edit.rule != "mojibake":
            assert not re.search(r"[^\W_]", edit.before)


@pytest.mark.parametrize("unit", ["Ã© ", "Â\xa0 ", "a  ", "\u200b ", "\n", "x\u200d", "Ã", "à ", "\x93"])
def test_work_grows_with_length_only(unit):
    # Counted in edits and characters, which is what the loops run over; a clock would lie.
    once, twice = (mend("a" + unit * n + "b", 0, len(unit) * n + 2) for n in (2_000, 4_000))
    assert len(twice[1]) <= 2 * len(once[1]) + 1
    assert len(twice[0]) <= 2 * len(once[0])
