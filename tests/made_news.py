"""News of a few invented events, and what happens to a landing folder of them: matter for histories of runs.

A text may begin with marks, one a line: `#day 3` says when it was published, `#type` what its names of one
word are, `#caps` that names are shown in capitals, `#last` that the last name speaks and not the first;
`#title` and `#from` are what they say.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from made_records import content_hash, make_record

from ingest.layout import lay_out
from ingest.metadata import Metadata
from ingest.records import Block, Dropped, Evidence, Mention, Name, Quote, SectionPlan

if TYPE_CHECKING:
    import random

MARK = re.compile(r"^#(\w+) (.*)$", re.MULTILINE)
NAME = re.compile(r"[A-Z][a-z.-]+(?: (?:of [A-Z][a-z]+|al-[A-Z][a-z]+|[A-Z][a-z.-]+))*")
QUOTE = re.compile("“([^”\n]+)”")
BODIES = frozenset(("Ministry", "Minstry", "Council", "Group", "Herons", "Command"))
PEOPLE = (
    "Mona Ekdahl", "M. Ekdahl", "Mona Maria Ekdahl", "Pelle Grahn", "Mrs. Grahn",
    "Anna Grahn", "Tuva Lindh", "Otto Lindh", "Otto Brandt", "Robert Holm",
    "Bob Holm", "Karim Salim al-Nasri", "Northgate Holm",
)  # fmt: skip
THINGS = (
    "Ministry of Tides", "Minstry of Tides", "Harbour Ministry", "Kestrel", "Kestrel Group",
    "Boston Herons", "Herons", "Kabul", "Joint Harbour Command", "Jhc",
    "Northgate", "Northgate Council",
)  # fmt: skip
MARKS = (
    ("type", 0.3, ("ORGANIZATION", "LOCATION", "PRODUCT", "EVENT")),
    ("caps", 0.15, ("yes",)),
    ("last", 0.3, ("yes",)),
    ("title", 0.5, ("Tides", "Mills")),
    ("from", 0.5, ("The Herald", "The Bulletin")),
)
"""What a text may begin with, how often, and its values."""
KINDS = (*("new", "copy", "alike", "gone") * 2, "new", "refused", "mended", "first", "dated")
"""What may happen: `first` takes out the first of copies, `dated` gives a text another day or none."""
DECISIONS = (
    "same,PERSON,anna grahn,PERSON,otto lindh",
    "different,PERSON,mona ekdahl,PERSON,m. ekdahl",
    "not_a_name,PERSON,lindh,,",
    "not_a_name,ORGANIZATION,herons,,",
    "is:city:kabul,LOCATION,northgate,,",
    "type:EVENT,PERSON,robert holm,,",
)


def news_record(source_path, source):
    """A record of marked lines, as `make_record` makes one of plain lines."""
    marks = dict(MARK.findall(source))
    blocks, dropped = [], []
    for line in re.finditer(r"\S(?:[^\n]*\S)?", source):
        if line.group().startswith("#"):
            dropped.append(Dropped(line.group(), "login", "login", *line.span()))
        else:
            blocks.append(Block("paragraph", *line.span(), line.group()))
    layout = lay_out([SectionPlan("body", "made", (block,)) for block in blocks])
    names, mentions = _names(layout.text, marks)
    speaker = (-1 if "last" in marks else 0) % len(names) if names else None
    day = f"2024-05-{int(marks['day']) + 1:02}T12:00:00Z" if "day" in marks else None
    plain = make_record(source_path, "")
    return replace(
        plain,
        raw=replace(plain.raw, content_sha256=content_hash(source), text=source),
        metadata=Metadata(published_at=day, title=marks.get("title"), source_name=marks.get("from")),
        source_text=source,
        text=layout.text,
        source_map=layout.source_map,
        sections=layout.sections,
        names=tuple(names),
        mentions=tuple(mentions),
        quotes=tuple(
            Quote(i, "direct", *m.span(1), m.group(1), speaker_name_index=speaker)
            for i, m in enumerate(QUOTE.finditer(layout.text))
        ),
        dropped=tuple(dropped),
    )


def _names(text, marks):
    """A surname or a short form stands for the full name before it."""
    full, index, mentions = {}, {}, []
    for m in NAME.finditer(text):
        surface = m.group()
        proof = full.get(surface)
        method = "self" if proof is None else "acronym" if surface == "Jhc" else "surname"
        shown = (proof or m).group()
        if " " in surface:
            full.setdefault("Jhc" if surface == "Joint Harbour Command" else surface.split()[-1], m)
        name = _name(shown, marks)
        at = index.setdefault(name, len(index))
        mentions.append(
            Mention(*m.span(), surface, name.entity_type, at, method, Evidence(*(proof or m).span()))
        )
    return index, mentions


def _name(shown, marks):
    kind = "ORGANIZATION" if BODIES & set(shown.split()) else "PERSON"
    if " " not in shown and kind == "PERSON":
        kind = marks.get("type", "PERSON")
    known = None
    if shown == "Kabul":
        kind, known = "LOCATION", "city:kabul"
    return Name(shown.casefold(), shown.upper() if "caps" in marks else shown, kind, known)


class Newsroom:
    """Writes texts on a few events: who and what is the event's, more words are the text's own."""

    def __init__(self, rng: random.Random):
        self.rng = rng
        self.words = ["".join(rng.choices("abcdefghij", k=6)) for _ in range(rng.choice([60, 300, 1500]))]
        self.events = [
            (rng.sample(PEOPLE, 3), rng.sample(THINGS, 2), rng.sample(self.words, 12), rng.randrange(12))
            for _ in range(rng.choice([2, 4, 9]))
        ]

    def text(self):
        rng = self.rng
        people, things, words, day = rng.choice(self.events)
        if rng.random() < 0.07:
            return rng.choice(["Northgate.", "nothing here", ""])
        who = [name.split()[-1] if rng.random() < 0.2 else name for name in rng.sample(people, 2)]
        body = rng.sample(words, 9) + rng.sample(self.words, rng.randrange(2, 12))
        lines = self._marks(day)
        lines.append(f"{who[0]} met {who[1]} and {rng.choice(things)}, {' '.join(body)}.")
        if rng.random() < 0.3:
            lines.append(f"so the {rng.choice(THINGS)} came by with {rng.choice(PEOPLE)}")
        for _ in range(rng.randrange(1, 3)):
            said = rng.sample(words[:7], 4) + rng.sample(self.words, rng.randrange(3))
            lines.append(f"“they will {' '.join(said)}”")
        return "\n\n".join(lines)

    def _marks(self, day):
        rng = self.rng
        lines = [f"#day {day + rng.randrange(3)}"] if rng.random() < 0.7 else []
        return lines + [f"#{mark} {rng.choice(of)}" for mark, share, of in MARKS if rng.random() < share]

    def change(self, files, paths):
        """Let one thing happen to a landing folder."""
        rng = self.rng
        kind = rng.choice(KINDS)
        path, one = rng.choice(paths), rng.choice(sorted(files) or paths)
        some = files.get(one, "")
        if kind == "new":
            files[path] = self.text()
        elif kind == "copy":
            files[path] = some
        elif kind == "alike":
            files[path] = self._alike(some)
        elif kind == "gone":
            files.pop(one, None)
        elif kind == "refused":
            files[path] = "!refused"
        elif kind == "mended":
            files |= {refused: self.text() for refused in list(files) if files[refused] == "!refused"}
        elif kind == "first":
            texts = sorted(files.values())
            files.pop(min((p for p in files if texts.count(files[p]) > 1), default=one), None)
        elif not some.startswith("!"):
            bare = re.sub(r"#day \d+\n*", "", some)
            files[one] = bare if rng.random() < 0.4 else f"#day {rng.randrange(14)}\n\n{bare}"

    def _alike(self, text):
        words = text.split(" ")
        for _ in range(self.rng.randrange(1, 4)):
            at = self.rng.randrange(len(words))
            if re.fullmatch("[a-j]{6}", words[at]):
                words[at] = self.rng.choice(self.words)
        return " ".join(words)
