"""What must hold of a record: each rule broken once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_records import make_record, with_first

from ingest.checks import check_record
from ingest.errors import DocumentError
from ingest.metadata import Metadata
from ingest.records import Edit, Evidence, SourceMap

RECORD = make_record("a.txt", "Anna Bell said “no” twice.\n\nLogin\n\nBell left “at once”.")


def shifted_map():
    runs = RECORD.source_map
    starts = (runs.source_starts[0] + 1, *runs.source_starts[1:])
    return SourceMap(runs.char_starts, starts, runs.source_ends, runs.verbatim)


BROKEN = {
    "a dropped line is missing": (replace(RECORD, dropped=()), "neither kept nor dropped: 'Login'"),
    "dropped text is told wrong": (
        with_first(RECORD, "dropped", text="Logout"),
        "is not what stands there: 'Logout'",
    ),
    "dropped twice": (replace(RECORD, dropped=RECORD.dropped * 2), "overlaps the one before"),
    "a section is missing": (replace(RECORD, sections=RECORD.sections[:1]), "are not the kept text"),
    "a section stands elsewhere": (with_first(RECORD, "sections", char_start=1), "section 0 stands at 1-"),
    "sections overlap in the source": (
        with_first(RECORD, "sections", source_end=30),
        "overlaps the one before",
    ),
    "a section leaves the source": (with_first(RECORD, "sections", source_start=-1), "leaves the text"),
    "the source map is off": (replace(RECORD, source_map=shifted_map()), "differs from the source"),
    "an edit tells of what is not there": (
        replace(RECORD, edits=(Edit("r", "x", "y", 0, 1),)),
        "tells of 'x': not there",
    ),
    "a mention stands elsewhere": (with_first(RECORD, "mentions", char_start=1), "does not stand at 1-9"),
    "an empty mention": (with_first(RECORD, "mentions", char_end=0, surface=""), "does not stand at 0-0"),
    "a mention of no name": (with_first(RECORD, "mentions", name_index=7), "stands for name 7 of"),
    "evidence outside": (with_first(RECORD, "mentions", evidence=Evidence(3, 999)), "evidence 3-999"),
    "a quotation stands elsewhere": (with_first(RECORD, "quotes", char_end=19), "does not stand at 16-19"),
    "a speaker who is not there": (
        with_first(RECORD, "quotes", speaker="Bell", speaker_start=0, speaker_end=4),
        "speaker 'Bell' of the quotation at 16 does not stand at 0-4",
    ),
    "a cue without a place": (with_first(RECORD, "quotes", cue="said"), "cue 'said' of the quotation"),
    "a quotation by no name": (with_first(RECORD, "quotes", speaker_name_index=9), "by name 9 of"),
    "half a character in the title": (
        replace(RECORD, metadata=Metadata(title="\ud83d!")),
        "a lone surrogate stands at 0",
    ),
}


def test_a_sound_record_passes():
    check_record(RECORD)
    check_record(make_record("empty.txt", "Login"))


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_record_is_told_apart(name):
    record, said = BROKEN[name]
    with pytest.raises(DocumentError, match=said) as caught:
        check_record(record)
    assert (caught.value.stage, caught.value.reason) == ("process", "inconsistent")


@given(st.text(st.sampled_from("aB “”\nLogin é😀")))
def test_what_the_layout_makes_of_any_text_is_sound(source):
    check_record(make_record("a.txt", source))
