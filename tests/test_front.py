"""Lines of a document's front by their form: bylines, datelines, names and dates in them."""

from __future__ import annotations

import pytest

from ingest.errors import ConfigError
from ingest.front.authors import author_names
from ingest.front.bylines import is_bare_name, is_byline
from ingest.front.cues import cues
from ingest.front.datelines import inline_dateline, is_clock, is_dateline, told_dates
from ingest.front.labels import is_contact, is_contact_label, is_document_label, is_reference, is_slug
from ingest.sections.forms import (
    has_heading_form,
    is_caption,
    is_conclusion,
    is_correction,
    is_credit,
    is_known_heading,
)

FORMS = {
    is_byline: (
        [
            "By Jane Roe",
            "BY JANE ROE, Staff Writer",
            "Von Jana Roth",
            "Par Jeanne Roux et Omar Diaz",
            "Автор: Иван Петров",
            "By Wanda Pellerin and Tomas Ekholm, Quay News Service",
            "Door onze correspondent Pieter de Vries",
            "Analysis by Petra Holm",
            "Wanda Pellerin | The Quay | 3 June 2024",
            "Johann Keller, political editor",
            "Johann Keller (Korrespondent)",
            "김지영 기자",
            "[김지영 기자 jiyoung@quay.example]",
            "항만, 부두 김지영 기자(jiyoung@quay.example)",
            "田中花子記者",
            "Tekst: Katarzyna Nowak",
            "كتب: أحمد منصور",
        ],
        [
            "By noon the talks had ended.",
            "By Tuesday The Crews Were Back",
            "Johann Keller, political prisoner",
            "Johann Keller, our special guest",
            "Johann Keller - The Man Behind the Wall",
            "Johann Keller, the political editor of The Quay, said on Monday that he would go",
            "Politics | The Quay | 3 June 2024",
            "The political editor",
            "By special arrangement with the board",
            "By far the best wall",
            "Von der Leyen spricht heute im Parlament.",
            "Por fin llega",
            "제보는 jiyoung@quay.example",
        ],
    ),
    is_dateline: (
        [
            "March 3, 2024",
            "Updated: 3 March 2024, 14:05 GMT",
            "WASHINGTON (AP)",
            "ORSUND, March 3",
            "2024年3月5日",
            "5. März 2024",
            "Port Ellery - 4 de junio de 2024 - 06:15 CEST",
            "4 juni 2024 om 06:15",
            "4 czerwca 2024, 06:15",
            "Publié le 4 juin 2024 à 06h15, mis à jour le 4 juin 2024 à 09h40",
            "2024年06月04日 06:15 来源：码头新闻社",
            "입력 2024.06.04. 06:15 수정 2024.06.04. 09:40",
            "5 June 2024 · 4 min read",
            "June 4, 2024 | Office of the Prime Minister",
        ],
        [
            "CO EUR 3",
            "OFFICIAL REPORT (HANSARD)",
            "[Doc. 2026-08121 Filed 4-16-26; 8:45 am]",
            "2024 140 1.6m",
            "June 4, 2024 | The office of the Prime Minister said that it would wait",
            "Updated plans for the wall",
            "2024年6月4日、議会は法案を否決した。",
            "The treaty of March 3, 2024 was signed by both sides",
            "In 2024 prices rose",
            "Washington",
            "Two gauges",
        ],
    ),
    is_credit: (
        [
            "Photo: Jane Roe",
            "Reporting by Jane Roe; editing by Omar Diaz",
            "Roe reported from Orsund.",
            "(Photo by Omar Diaz)",
        ],
        [
            "Photo albums are back in the shops this spring",
            "Reporting of crimes rose by a third in the last year",
        ],
    ),
    is_caption: (
        [
            "Waves break over the wall. (Jane Roe/Getty Images)",
            "Pictured: the old wall",
            "The old wall at night. Photograph: Jane Roe/The Quay",
        ],
        [
            "He asked for one thing. Photographs: as many as they had",
            "The agency Reuters was founded in London",
            "He quoted a report (by Reuters) on the wall that had been lost",
        ],
    ),
    is_correction: (
        [
            "Correction: The board has nine members.",
            "This article has been updated.",
            "Correction, June 8, 2024: The board has nine members.",
        ],
        [
            "Corrections officers went on strike",
            "Update on the wall expected",
            "Amendment 12: The board shall have nine members.",
            "Correction is slow, the mayor said on June 8: the board would wait.",
        ],
    ),
    is_conclusion: (
        [
            "In summary, the wall holds.",
            "Zusammenfassend hält der Damm.",
            "まとめると、防波堤は持つ。",
        ],
        ["In summarising the report he erred", "The conclusion of the talks"],
    ),
    is_bare_name: (
        ["Jane Q. Roe", "Helena R. Ostrander III", "Omar van Diaz", "Jane Roe and Omar Diaz"],
        ["Next Steps", "Jane", "Two Gauges One Bridge", "Jane Roe Wins The Vote In Orsund"],
    ),
    is_document_label: (
        [
            "FOR IMMEDIATE RELEASE",
            "Policy Brief No. 14",
            "Pressemitteilung 7/2024",
            "TRANSCRIPT",
            "Chapter 3",
            "EMBARGOED UNTIL 00:01 HOURS, MONDAY 10 JUNE 2024",
        ],
        [
            "Press release angers the board",
            "Working papers",
            "The embargo ends",
            "Policy brief on the wall wins a prize",
            "Transcript of the talks",
            "Chapter and verse",
        ],
    ),
    is_reference: (
        ["No. 114/2026", "Ref.: 12/26", "RIN 0648-BN12", "[Docket No. 26-31]", "50 CFR Part 648"],
        [
            "3 June 2026",
            "No. 12",
            "Part of the deal in 2026",
            "ORSUND SUMMIT 2026",
            "G20",
            "2026",
            "PART 1",
            "DAY 3",
        ],
    ),
    is_slug: (
        ["NORLAND-STRIKE/PORTS (UPDATE 2, PIX)", "STORM/PORTS"],
        ["AC/DC play Orsund", "STRIKE AT PORTS", "and/or"],
    ),
    is_contact_label: (
        ["Contact:", "Media contacts", "Press Contact Information:"],
        ["Contact: Jane Roe", "Contacts with the crew"],
    ),
    is_contact: (
        [
            "Contact: Jane Roe, press@orsund.example",
            "Tel. +47 555 0100",
            "(617) 555-0142",
            "Lee, 617.555.0142",
        ],
        ["Contact with the crew was lost", "The fleet of 1,900 boats", "Order 1617 555 01423"],
    ),
    is_known_heading: (
        ["Notes to editors:", "1. Executive summary", "Pressekontakt", "摘要"],
        ["Notes to editors are short", "Summary of the talks"],
    ),
    is_clock: (
        ["09:15", "2:05 P.M.", "um 9.15 Uhr"],
        ["9 ports", "Tuesday, 09:15 in Orsund", "3:1 for Orsund"],
    ),
    has_heading_form: (
        ["The Vote", "What comes next", "Who pays?", "Extended Deterrence: A New Era", "投票の行方"],
        [
            "The board voted.",
            "Q: Who pays?",
            "“The wall will hold”",
            "and then",
            "JANE ROE: Who pays",
            "Senator ROE. Who pays?",
        ],
    ),
}


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        (form, text, positive)
        for form, sides in FORMS.items()
        for positive, side in zip((True, False), sides, strict=True)
        for text in side
    ],
)
def test_form(form, text, expected):
    assert form(text) is expected


@pytest.mark.parametrize(
    ("text", "dateline"),
    [
        ("WASHINGTON, March 3 (AP) - The board met.", "WASHINGTON, March 3 (AP)"),
        ("LONDON (Reuters) — The board met.", "LONDON (Reuters)"),
        ("ST. LOUIS – The board met.", "ST. LOUIS"),
        (
            "ORSUND, Norland, May 14, 2024 /QuayWire/ -- The board met.",
            "ORSUND, Norland, May 14, 2024 /QuayWire/",
        ),
        ("Orsund (qns) - Der Rat tagte.", "Orsund (qns)"),
        ("Orsund (a town of nine people) - The board met.", None),
        ("NEW YORK, Nov. 19 (UPI) — The board met.", "NEW YORK, Nov. 19 (UPI)"),
        ("LONG HILL, Calif. -- The board met.", "LONG HILL, Calif."),
        ("QUITO (EFE).- El consejo votó.", "QUITO (EFE)"),
        ("OSLO/TOKYO, Oct 2 (Reuters) - The board met.", "OSLO/TOKYO, Oct 2 (Reuters)"),
        ("The board - all nine of them - met.", None),
        ("WASHINGTON said on Monday - again - that it would wait.", None),
        ("Self-help - the board met.", None),
        (
            "PORT ELLERY--(TRADE WIRE)--Nov. 5, 2026-- Kestrel rose.",
            "PORT ELLERY--(TRADE WIRE)--Nov. 5, 2026",
        ),
        ("ELLERY--(TRADE WIRE)--Kestrel rose.", "ELLERY--(TRADE WIRE)"),
    ],
)
def test_inline_dateline(text, dateline):
    assert inline_dateline(text) == dateline


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Jane Q. Roe and Omar van Dijk, Staff Writers", ["Jane Q. Roe", "Omar van Dijk"]),
        ("BY JANE ROE", ["Jane Roe"]),
        ("By Jane Roe in Orsund", ["Jane Roe"]),
        ("By Jane Roe, Jr.", ["Jane Roe"]),
        ("By The Associated Press", []),
        ("Von Jana Roth und Max Stein", ["Jana Roth", "Max Stein"]),
        ("Von Anna Berg, Port Ellery", ["Anna Berg"]),
        ("Por João Carvalho, da Agência QNS — Port Ellery", ["João Carvalho"]),
        ("By Oluchi Okoro, Pyotr Lanskoy and Jane Roe", ["Oluchi Okoro", "Pyotr Lanskoy", "Jane Roe"]),
        ("Wanda Pellerin | The Quay | 3 June 2024", ["Wanda Pellerin"]),
        ("김지영 기자", ["김지영"]),
        ("[김지영 기자 jiyoung@quay.example]", ["김지영"]),
        ("By Jane Roe, jane@quay.example", ["Jane Roe"]),
        ("Door onze correspondent Pieter de Vries", ["Pieter de Vries"]),
        ("By David Roe | Monday | 07/01/2008", ["David Roe"]),
        ("By ANNA BERG and TOM ROE Port Press", ["Anna Berg", "Tom Roe"]),
        ("By New Quay Times Staff", []),
        ("Words and photographs by Jane Roe", ["Jane Roe"]),
    ],
)
def test_author_names(byline, names):
    assert list(author_names(byline)) == names


def test_unknown_cue_lists_the_valid_ones():
    with pytest.raises(ConfigError, match=r"no kind of cue 'bylin'; there are: byline"):
        cues("bylin")


@pytest.mark.parametrize(
    ("lines", "dates"),
    [
        (["Published 4 June 2024 at 06:15 BST", "Updated 09:40 BST"], ("2024-06-04", None)),
        (["Last updated: June 7, 2024"], (None, "2024-06-07")),
        (["입력 2024.06.04. 06:15 수정 2024.06.05. 09:40"], ("2024-06-04", "2024-06-05")),
        (["Wanda Pellerin | The Quay | 3 June 2024"], ("2024-06-03", None)),
        (["ORSUND, March 3 (AP)", "04/06/2024"], (None, None)),
    ],
)
def test_told_dates(lines, dates):
    assert told_dates(lines) == dates
