"""Quotations in any text: spans inside it, marks outside them, an odd mark alone in its damage."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from soups import MARK_SOUPS

from ingest.quotes import find_quotes
from ingest.records import Mention, Name, Section

MARKS = "“”\"'‘’«»„「」`—-:"
TEXTS = st.one_of(st.text(max_size=200), MARK_SOUPS)
WHOLE = (
    "“We will stay,” Lindqvist said. “We have no choice.”",
    '"We will stay," Lindqvist said. "We have no choice."',
    "''We will stay,'' Lindqvist said. ''We have no choice.''",
    "«We will stay,» Lindqvist said. «We have no choice.»",
    "‘We will stay,’ Lindqvist said. ‘We have no choice.’",
)


def check(text, quotes):
    last = 0
    for quote in quotes:
        assert last <= quote.char_start < quote.char_end <= len(text)
        assert text[quote.char_start : quote.char_end] == quote.text
        assert quote.text == quote.text.strip()
        last = quote.char_end
        if quote.speaker is None:
            assert quote.speaker_start is None
            assert quote.attribution == "none"
        else:
            assert text[quote.speaker_start : quote.speaker_end] == quote.speaker
            assert quote.attribution != "none"
            assert quote.quote_type != "mention_only"
        assert 0.0 <= quote.certainty <= 1.0
        if quote.cue is not None:
            assert text[quote.cue_start : quote.cue_end] == quote.cue
    assert [q.utterance_index for q in quotes] == sorted(q.utterance_index for q in quotes)


@given(TEXTS)
def test_any_text(text):
    check(text, find_quotes(text, (), (), ()))


def test_quotations_side_by_side_whose_speaker_nobody_names():
    text = "he“o .\nt”?„A ."
    check(text, find_quotes(text, (), (), ()))


@given(TEXTS)
def test_any_section(text):
    """The same in every kind of section; titles hold no speech."""
    for tag in ("title", "block_quote", "body"):
        section = Section(tag, "test", None, 0, text, 0, len(text), 0, len(text))
        quotes = find_quotes(text, (section,), (), ())
        check(text, quotes)
        if tag == "title":
            assert all(q.quote_type == "mention_only" for q in quotes)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 200), st.integers(1, 20)), max_size=5), st.randoms())
def test_any_mentions(text, places, random):
    """Whatever was taken for a name: indices stay inside the names."""
    spans, at = [], 0
    for start, length in sorted(places):
        if start >= at and start + length <= len(text):
            spans.append((start, start + length))
            at = start + length
    kinds = [random.choice(("PERSON", "ORGANIZATION", "LOCATION")) for _ in spans]
    mentions = tuple(Mention(a, b, text[a:b], kinds[i], i, "self") for i, (a, b) in enumerate(spans))
    names = tuple(Name(m.surface.casefold(), m.surface, m.entity_type) for m in mentions)
    quotes = find_quotes(text, (), names, mentions)
    check(text, quotes)
    assert all(q.speaker_name_index is None or q.speaker_name_index < len(names) for q in quotes)


@given(
    st.sampled_from(WHOLE),
    st.sampled_from([*"“”\"'‘’«»„「」", "''", "``"]),
    st.sampled_from(["", " ", "\n\n"]),
)
def test_an_appended_mark_changes_nothing(text, mark, gap):
    assert find_quotes(text + gap + mark, (), (), ()) == find_quotes(text, (), (), ())


@given(st.sampled_from(WHOLE), st.sampled_from([*'“"«', "''"]), st.data())
@settings(max_examples=200)
def test_an_odd_mark_in_another_paragraph_changes_nothing(text, mark, data):
    """A paragraph with an opening mark that is never closed, before or after, costs nobody else."""
    odd = f"The sign over the door showed {mark}Open and nothing more."
    before = data.draw(st.booleans())
    whole = f"{odd}\n\n{text}" if before else f"{text}\n\n{odd}"
    expected = [(q.text, q.speaker, q.quote_type) for q in find_quotes(text, (), (), ())]
    found = [(q.text, q.speaker, q.quote_type) for q in find_quotes(whole, (), (), ())]
    assert [f for f in found if "Open" not in f[0]] == expected


def test_marks_alone_end_in_bounded_time():
    """Hundreds of thousands of marks that never pair: linear work."""
    for unit in (
        "“",
        '"a ',
        "'a ",
        "‘a ",
        "''",
        "«",
        "» a",
        "„",
        "(“a",
        '" "a',
        "Q: a\n\n",
        "“a\n\n",
        "— a, said A\n\n",
    ):
        text = unit * (20_000 // len(unit))
        check(text, find_quotes(text, (), (), ()))
    text = "“Stay,” said A and B of C, who told D. " * 500
    check(text, find_quotes(text, (), (), ()))


def test_a_body_that_spoke_last_is_no_he():
    text = "“Stay,” the Harbour Authority said.\n\n“Never,” he said."
    mentions = (Mention(12, 29, text[12:29], "ORGANIZATION", 0, "self"),)
    quotes = find_quotes(
        text, (), (Name("harbour authority", "Harbour Authority", "ORGANIZATION"),), mentions
    )
    assert [q.speaker_name_index for q in quotes] == [0, None]


@given(st.lists(st.sampled_from(WHOLE), min_size=2, max_size=5))
def test_conventions_mix_paragraph_by_paragraph(parts):
    """A document in which every paragraph has marks of its own reads as each of them alone."""

    def rows(text):
        return [(q.text, q.speaker, q.quote_type, q.attribution) for q in find_quotes(text, (), (), ())]

    assert rows("\n\n".join(parts)) == [row for part in parts for row in rows(part)]


@given(st.sampled_from(["“", '"', "''", "«", "„"]), st.lists(st.sampled_from(WHOLE), min_size=1, max_size=3))
def test_a_quotation_never_closed_costs_itself_alone(mark, parts):
    """What follows it keeps its words, its speaker, its type, and an utterance of its own."""
    odd = f"{mark}The water came up to the step, said the caretaker. It was night."
    plain = [(q.text, q.speaker, q.quote_type) for q in find_quotes("\n\n".join(parts), (), (), ())]
    quotes = find_quotes("\n\n".join([odd, "The mayor left.", *parts]), (), (), ())
    rest = [q for q in quotes if "The water" not in q.text]
    assert [(q.text, q.speaker, q.quote_type) for q in rest] == plain
    assert {q.utterance_index for q in quotes if q not in rest}.isdisjoint(q.utterance_index for q in rest)
