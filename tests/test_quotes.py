"""Quotations as rows: utterances, attribution, whom the speaker's words mean, sections."""

from __future__ import annotations

import pytest

from ingest import process
from ingest.quotes import find_quotes
from ingest.records import Mention, Name, Section


def named(text, *people):
    """Names and mentions as a perfect name model would give them; a surname stands for its full name."""
    mentions = []
    for index, (full, kind) in enumerate(people):
        for surface in (full, full.split()[-1]):
            at = text.find(surface)
            while at >= 0:
                if not any(m.char_start <= at < m.char_end for m in mentions):
                    mentions.append(Mention(at, at + len(surface), surface, kind, index, "full_name"))
                at = text.find(surface, at + 1)
    names = tuple(Name(full.casefold(), full, kind) for full, kind in people)
    return names, tuple(sorted(mentions, key=lambda m: m.char_start))


def rows(text, *people, sections=()):
    names, mentions = named(text, *people)
    return [
        (q.utterance_index, q.quote_type, q.attribution, q.speaker, names[q.speaker_name_index].display)
        if q.speaker_name_index is not None
        else (q.utterance_index, q.quote_type, q.attribution, q.speaker, None)
        for q in find_quotes(text, sections, names, mentions)
    ]


LINDQVIST = ("Mara Lindqvist", "PERSON")
VARGA = ("Tomas Varga", "PERSON")
NORRHAMN = ("Norrhamn", "LOCATION")
PORT = ("Harbour Authority", "ORGANIZATION")


def section(text, part, tag, heading=None):
    start = text.index(part)
    return Section(tag, "test", heading, 0, part, start, start + len(part), start, start + len(part))


def test_interrupted_quotation_is_one_utterance():
    text = "Mayor Mara Lindqvist spoke first. “We will stay,” Lindqvist said, “and we will not pay.”"
    assert rows(text, LINDQVIST) == [
        (0, "direct", "explicit", "Lindqvist", "Mara Lindqvist"),
        (0, "direct", "explicit", "Lindqvist", "Mara Lindqvist"),
    ]


def test_pronoun_and_continuation():
    text = "Mara Lindqvist was angry. “Nobody asked us about it,” she said. “Nobody at all.”"
    assert rows(text, LINDQVIST) == [
        (0, "direct", "pronoun", "she", "Mara Lindqvist"),
        (0, "direct", "continuation", "she", "Mara Lindqvist"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We met Mara Lindqvist, who called it “a gift to the port.”", ("pronoun", "who", "Mara Lindqvist")),
        (
            "We met Mara Lindqvist from Norrhamn, who said it was “a gift to the port.”",
            ("pronoun", "who", "Mara Lindqvist"),
        ),
        (
            "It angered the Harbour Authority, which said the plan was “a gift to the port.”",
            ("pronoun", "which", "Harbour Authority"),
        ),
        ("It angered the ministers, who said it was “a gift to the port.”", ("collective", "who", None)),
        (
            "Mara Lindqvist and Tomas Varga, who said it was “a gift to the port,” left.",
            ("collective", "who", None),
        ),
    ],
)
def test_a_relative_pronoun_is_a_pronoun(text, expected):
    [(_, _, *speaker)] = rows(text, LINDQVIST, VARGA, PORT, NORRHAMN)
    assert tuple(speaker) == expected


def test_pronoun_passes_over_the_other_sex():
    text = "Mara Lindqvist met Tomas Varga on Monday.\n\n“Nobody asked us about it,” he said."
    assert rows(text, LINDQVIST, VARGA) == [(0, "direct", "pronoun", "he", "Tomas Varga")]


@pytest.mark.parametrize(("who", "attribution"), [("I", "pronoun"), ("we", "collective")])
def test_whoever_writes_is_nobody_whom_the_text_names(who, attribution):
    text = f"{who} met Mara Lindqvist on the quay. “Are you well this morning?” {who} asked."
    assert rows(text, LINDQVIST) == [(0, "direct", attribution, who, None)]


def test_an_unclosed_quotation_is_an_utterance_of_its_own():
    text = "“We will stay, Mara Lindqvist said. “They will not,” Tomas Varga said."
    assert [utterance for utterance, *_ in rows(text, LINDQVIST, VARGA)] == [0, 1]


def test_collective_speakers_mean_nobody_in_particular():
    text = "“We stand together in this,” the ministers said in a joint statement."
    assert rows(text) == [(0, "direct", "collective", "the ministers", None)]


def test_a_body_speaks():
    text = "“The harbour is open to all,” the Harbour Authority said."
    assert rows(text, PORT) == [(0, "direct", "explicit", "the Harbour Authority", "Harbour Authority")]


def test_one_long_quotation_is_one_utterance():
    text = "“We will stay,” Mara Lindqvist said. “We have no choice.\n\n“The harbour is ours.”"
    assert [row[0] for row in rows(text, LINDQVIST)] == [0, 0, 0]
    assert {row[4] for row in rows(text, LINDQVIST)} == {"Mara Lindqvist"}


def test_two_speakers_are_two_utterances():
    text = "“We will stay,” Mara Lindqvist said.\n\n“There is no money for it,” said Tomas Varga."
    assert [(row[0], row[4]) for row in rows(text, LINDQVIST, VARGA)] == [
        (0, "Mara Lindqvist"),
        (1, "Tomas Varga"),
    ]


@pytest.mark.parametrize("tag", ["title", "subtitle", "byline", "dateline", "credit"])
def test_words_quoted_in_a_headline_have_no_speaker(tag):
    head = "Varga rejects ‘absurd’ harbour plan, says it is ‘a gift to smugglers’"
    text = f"{head}\n\n“It is absurd from end to end,” Tomas Varga said."
    found = rows(text, VARGA, sections=(section(text, head, tag),))
    assert [row[1] for row in found] == ["mention_only", "mention_only", "direct"]
    assert [row[3] for row in found] == [None, None, "Tomas Varga"]


def test_a_sections_heading_is_no_speech():
    body = "‘A gift to smugglers’ it is\n\n“It is absurd from end to end,” Tomas Varga said."
    heading = body.split("\n\n", maxsplit=1)[0]
    found = rows(body, VARGA, sections=(section(body, body, "body", heading),))
    assert [row[1] for row in found] == ["mention_only", "direct"]


def test_block_quote_after_its_announcement():
    quoted = "We will stay. We have no choice."
    text = f"Mara Lindqvist wrote to the council on Monday:\n\n{quoted}\n\nThe council met."
    assert rows(text, LINDQVIST, sections=(section(text, quoted, "block_quote"),)) == [
        (0, "direct", "continuation", "Mara Lindqvist", "Mara Lindqvist")
    ]


def test_transcript_labels_are_resolved_in_any_case():
    text = (
        "Mara Lindqvist met Tomas Varga.\n\nVARGA: Will you stay?\n\nLINDQVIST: We have no choice.\n\n"
        "VARGA: For how long?\n\nLINDQVIST: For good."
    )
    assert [(row[3], row[4]) for row in rows(text, LINDQVIST, VARGA)] == [
        ("VARGA", "Tomas Varga"),
        ("LINDQVIST", "Mara Lindqvist"),
        ("VARGA", "Tomas Varga"),
        ("LINDQVIST", "Mara Lindqvist"),
    ]


def test_cue_is_where_it_stands():
    text = "“We will stay,” Mara Lindqvist told the council."
    (quote,) = find_quotes(text, (), (), ())
    assert quote.cue == "told"
    assert text[quote.cue_start : quote.cue_end] == "told"


def test_source_by_according_to():
    text = "The crossing is “safe for all vessels,” according to the Harbour Authority."
    (quote,) = find_quotes(text, (), (), ())
    assert quote.quote_type == "partial"
    assert quote.cue == "according to"


def test_through_the_whole_pipeline():
    text = (
        "Mayor Mara Lindqvist of Norrhamn rejected the sale of the port on Monday.\n\n"
        "“We will stay as long as it takes,” she said. “The harbour is ours.”\n"
    )
    record = process(text.encode(), "port.txt")
    assert [q.speaker for q in record.quotes] == ["she", "she"]
    assert {record.names[q.speaker_name_index].display for q in record.quotes} == {"Mara Lindqvist"}


def test_a_man_and_a_woman_of_one_surname_are_two_speakers():
    spoken = "“I will sell,” Mr. Miller said.\n\n“I will stay,” Mrs. Miller said.\n"
    record = process(f"Mr. Miller and Mrs. Miller sold the yard.\n\n{spoken}".encode(), "a.txt")
    speakers = [record.names[q.speaker_name_index] for q in record.quotes]
    assert [name.display for name in speakers] == ["Mr. Miller", "Mrs. Miller"]


def test_a_surname_that_one_bears_names_one():
    text = "Mr. Miller and Mrs. Lund sold the yard.\n\n“I will sell,” Mr. Miller said.\n"
    assert all(q.speaker_name_index is not None for q in process(text.encode(), "a.txt").quotes)


BERG = ("Anna Berg", "PERSON")
NORTHAIR_AS_PERSON = ("Northair", "PERSON")


@pytest.mark.parametrize(
    "attribution",
    ["said Anna Berg of Northair", "Anna Berg of Northair said", "said Anna Berg from Northair"],
)
def test_the_person_before_of_speaks_whatever_the_body_is_taken_for(attribution):
    text = f"“We deserved much more,” {attribution}."
    assert rows(text, BERG, NORTHAIR_AS_PERSON)[0][3:] == ("Anna Berg", "Anna Berg")


def test_a_body_with_of_in_its_name_speaks():
    text = "“We deserved much more,” said Bank of Northair."
    assert rows(text, ("Bank of Northair", "ORGANIZATION"))[0][4] == "Bank of Northair"


def test_a_body_between_a_noun_and_the_name_in_apposition():
    text = "A spokesman for Northair, Carl Brodie, said: “We will not pay for this.”"
    northair, brodie = ("Northair", "ORGANIZATION"), ("Carl Brodie", "PERSON")
    assert rows(text, northair, brodie)[0][4] == "Carl Brodie"


def test_a_place_in_apposition_to_a_place_is_no_bearer():
    text = "A doctor in Norrhamn, Norland, said: “We will not pay for this.”"
    assert rows(text, NORRHAMN, ("Norland", "LOCATION"))[0][4] is None


@pytest.mark.parametrize(
    ("who", "attribution"),
    [
        ("a group of teachers", "collective"),
        ("a group", "explicit"),
        ("the couple", "collective"),
        ("The family", "collective"),
        ("the council", "explicit"),
    ],
)
def test_people_counted_are_several(who, attribution):
    assert rows(f"“We stand together,” {who} said.")[0][2] == attribution


def test_a_title_does_not_hide_the_subject_and_a_rival_leaves_doubt():
    text = (
        "Mayor Joan Pickering dismissed police chief Laura Desmond on Monday.\n\n“I had no choice,” she said."
    )
    pickering, desmond = ("Joan Pickering", "PERSON"), ("Laura Desmond", "PERSON")
    assert rows(text, pickering, desmond)[0][4] == "Joan Pickering"
    names, mentions = named(text, pickering, desmond)
    assert find_quotes(text, (), names, mentions)[0].certainty < 0.8


def test_one_who_fits_leaves_no_doubt():
    text = "Mayor Joan Pickering spoke on Monday.\n\n“I had no choice,” she said."
    names, mentions = named(text, ("Joan Pickering", "PERSON"))
    assert find_quotes(text, (), names, mentions)[0].certainty > 0.95


def test_a_transcripts_labels_with_titles_mean_whom_the_text_names():
    text = (
        "Otto Crane met Mr. Bellweather.\n\nMR. CRANE: Where was the boat that night?\n\n"
        "MR. BELLWEATHER: In the harbour.\n\nMR. CRANE: Who was on it?\n\nMR. BELLWEATHER: I was on it."
    )
    found = rows(text, ("Otto Crane", "PERSON"), ("Bellweather", "PERSON"))
    assert [row[4] for row in found] == ["Otto Crane", "Bellweather", "Otto Crane", "Bellweather"]


def test_a_label_that_two_people_bear_means_neither():
    text = (
        "Otto Crane met Ida Crane.\n\nMR. CRANE: Where was the boat?\n\nMR. HOLT: In the harbour.\n\n"
        "MR. CRANE: Who was on it?\n\nMR. HOLT: I was on it."
    )
    assert rows(text, ("Otto Crane", "PERSON"), ("Ida Crane", "PERSON"))[0][4] is None


def test_a_signature_inside_a_block_quote_is_its_speaker():
    quoted = "I never wanted the boat to leave.\n\n— Philippa Grange (@pgrange) May 3, 2024"
    text = f"It left on Monday.\n\n{quoted}\n\nIt came back."
    found = rows(text, ("Philippa Grange", "PERSON"), sections=[section(text, quoted, "block_quote")])
    assert [row[3] for row in found] == ["Philippa Grange"]


def test_a_block_quote_names_its_source_without_a_dash():
    quoted = "We cannot wait through another winter.\n\nPhilippa Grange, mayor of Port Ellery"
    text = f"It left on Monday.\n\n{quoted}\n\nIt came back."
    found = rows(text, ("Philippa Grange", "PERSON"), sections=[section(text, quoted, "block_quote")])
    assert [row[3] for row in found] == ["Philippa Grange"]


def test_a_heading_inside_a_block_quote_is_no_source():
    quoted = "The council sits in public.\n\nArticle Five\n\nThe mayor has no vote."
    text = f"The charter is short.\n\n{quoted}\n\nIt is old."
    found = rows(text, sections=[section(text, quoted, "block_quote")])
    assert [row[3] for row in found] == [None, None]


def test_a_place_inside_a_block_quote_is_no_source():
    quoted = "We cannot wait through another winter.\n\nPort Ellery"
    text = f"It left on Monday.\n\n{quoted}\n\nIt came back."
    found = rows(text, ("Port Ellery", "LOCATION"), sections=[section(text, quoted, "block_quote")])
    assert [row[3] for row in found] == [None]


def test_a_rank_between_a_body_and_the_bearer():
    text = "A spokesman for Northair in Norrhamn, Lt. Col. Tomas Varga, said it “welcomes every step.”"
    assert rows(text, VARGA, NORRHAMN) == [(0, "partial", "explicit", "A spokesman", "Tomas Varga")]


@pytest.mark.parametrize(
    ("between", "whom"), [("the Rt Hon ", "Mara Lindqvist"), ("the friend of ", None), ("Tomas and ", None)]
)
def test_a_statement_announced_by_an_office_is_its_bearers(between, whom):
    text = f"The Prime Minister, {between}Mara Lindqvist MP, made this statement:\n\n“We will not sell it.”"
    assert rows(text, LINDQVIST) == [(0, "direct", "continuation", "The Prime Minister", whom)]


def test_who_is_named_inside_a_quotation_does_not_say_it():
    text = "Coach Tomas Varga was angry. “It was a foul on Emil Aas all day,” he said."
    assert rows(text, VARGA, ("Emil Aas", "PERSON"))[0][4] == "Tomas Varga"


def test_a_pronoun_tells_the_sex_of_whom_alone_it_can_mean():
    text = (
        "Mara Lindqvist and Sam Varga wrote it.\n\nVarga doubted. “Who wants it?” he said.\n\n"
        "She laughs. “I called eleven times,” she says."
    )
    people = (LINDQVIST, ("Sam Varga", "PERSON"))
    assert [row[4] for row in rows(text, *people)] == ["Sam Varga", "Mara Lindqvist"]


@pytest.mark.parametrize(
    ("who", "whom"), [("the Democrat", "Mara Lindqvist"), ("the Democrats", "Democrats")]
)
def test_one_of_a_party_is_a_person(who, whom):
    text = f"Rep. Mara Lindqvist was angry. “Nobody can eat words,” {who} added."
    people = (LINDQVIST, ("Democrats" if who.endswith("s") else "Democrat", "NORP"))
    assert rows(text, *people)[0][3:] == (who, whom)


def test_a_q_that_an_office_answers():
    text = (
        "The Prime Minister, Mara Lindqvist, spoke on Friday.\n\nQ: Did he apologise?\n\n"
        "PRIME MINISTER: He did not.\n\nQ: Will there be a vote?\n\nPRIME MINISTER: Next week."
    )
    assert [row[3:] for row in rows(text, LINDQVIST)] == [
        ("Q", None),
        ("PRIME MINISTER", "Mara Lindqvist"),
        ("Q", None),
        ("PRIME MINISTER", "Mara Lindqvist"),
    ]


def test_labels_of_initials():
    text = (
        "Tomas Varga: Were you wrong?\n\nMara Lindqvist: Yes, I was.\n\nTV: Do you regret it?\n\n"
        "ML: I regret nothing.\n\nTV: Nothing?\n\nML: Nothing."
    )
    assert [row[4] for row in rows(text, LINDQVIST, VARGA)] == ["Tomas Varga", "Mara Lindqvist"] * 3


def test_the_record_of_a_parliament():
    text = (
        "The CHAIRMAN. We begin with Admiral Varga.\n\nAdmiral VARGA. Thank you.\n\n"
        "Mr. AAS. Can we enforce it?\n\nAdmiral VARGA. Not with these ships."
    )
    found = rows(text, VARGA, ("VARGA", "PERSON"))
    assert [row[3] for row in found] == ["The CHAIRMAN", "Admiral VARGA", "Mr. AAS", "Admiral VARGA"]


def test_sentences_with_a_capital_word_are_no_record():
    text = "He joined The NATO. It was late.\n\nThe USA. A country.\n\nAll is calm."
    assert rows(text) == []


def test_a_label_that_looks_like_a_body_is_the_person_of_that_surname():
    text = "We met Mara Lindqvist.\n\nQ: And?\n\nLINDQVIST: Chaos.\n\nQ: Why?\n\nLINDQVIST: Who knows."
    found = rows(text, LINDQVIST, ("LINDQVIST", "ORGANIZATION"))
    assert [row[4] for row in found] == [None, "Mara Lindqvist"] * 2
