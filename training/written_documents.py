"""Documents written by templates: what marks a heading in forms that news pages do not show.

Blogs with dated entries, threads of forums, questions and answers, numbered reports, letters, listings,
bibliographies, transcripts, tables read out cell by cell.  Paragraphs and headings are drawn from pages whose
licence allows it (`line_data`); names, dates, labels and the order of things are made up here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from written_parts import Writer, clock, dates
from written_words import CLOSINGS, FAMILY, GIVEN, GREETINGS, LABELS, PLACES, SECTION_WORDS, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_data import Line
    from written_parts import Chance, Stock


def blog(w: Writer) -> None:
    """Entries under their dates, newest first, with or without titles."""
    c, date = w.chance, dates(w.chance)
    if c.random() < 0.7:
        w.head(w.heading_text())
    if c.random() < 0.3:
        w.plain(c.choice(w.stock.short))
    dated, titled = c.random() < 0.8, c.random() < 0.85
    dated = dated or not titled
    posted = c.choice(
        ("", "Posted by {n} at {t}", "posted by {n} at {t}", "{n} on {d}", "Posted in {p} at {t}")
    )
    poster = w.name()
    for _ in range(c.randint(3, 12)):
        if dated and c.random() < 0.8:
            w.head(date())
        if titled:
            w.head(w.heading_text())
        w.paragraphs(1, 5)
        if c.random() < 0.15:
            w.items(2, 6)
        if posted:
            w.plain(posted.format(n=poster, t=clock(c), d=date(), p=c.choice(PLACES)))


def forum(w: Writer) -> None:
    """Posts, each under its poster's name and time."""
    c, date = w.chance, dates(w.chance)
    w.shorts = True
    if c.random() < 0.6:
        w.head(c.choice(w.stock.headings))
    people = [w.handle() for _ in range(c.randint(2, 7))]
    form = c.choice(
        (
            "{n}|{d}, {t}",
            "{n}|{d}",
            "{n}",
            "{n} - {d} {t}",
            "{d} {t}|{n}",
            "{n}|Posted: {d} {t}",
            "{n} wrote:",
        )
    )
    signs = {p: c.choice(("", "", p, c.choice(w.stock.short))) for p in people}
    for _ in range(c.randint(4, 25)):
        person = c.choice(people)
        for part in form.format(n=person, d=date(), t=clock(c)).split("|"):
            w.head(part)
        if c.random() < 0.2:
            w.plain(f"Originally posted by {c.choice(people)} {c.choice(w.stock.sentences)}")
        w.paragraphs(1, 4)
        if c.random() < 0.15:
            w.plain(c.choice(CLOSINGS))
        if signs[person] and c.random() < 0.6:
            w.plain(signs[person])


def comments(w: Writer) -> None:
    """A piece and what readers said below it: names above, or below, what they say."""
    c, date = w.chance, dates(w.chance)
    w.head(w.heading_text())
    w.paragraphs(3, 8)
    w.head(c.choice(("{} Comments:", "Comments ({})", "{} Responses", "Comments")).format(c.randint(2, 60)))
    w.shorts = True
    above = c.random() < 0.6
    form = c.choice(
        ("{n} said...", "{n} says:", "{n} wrote:", "{n}")
        if above
        else ("By {n}, at {t}", "{n} | {d}", "-{n}")
    )
    for _ in range(c.randint(3, 18)):
        line = form.format(n=w.handle(), d=date(), t=clock(c))
        if above:
            w.head(line)
        w.paragraphs(1, 3)
        if c.random() < 0.2:
            w.plain("@" + w.handle())
        if not above:
            w.plain(line)
        elif c.random() < 0.3:
            w.plain(f"{date()} {clock(c)}")


def questions(w: Writer) -> None:
    """Questions and answers, under the names of parts or not, with a list of the questions first or not."""
    c = w.chance
    w.head(w.heading_text())
    openings = ("What is", "Why do we need", "How can I find", "Who needs")
    asked = [
        h if h.endswith("?") else f"{c.choice(openings)} {h[:1].lower() + h[1:]}?"
        for h in c.sample(w.stock.headings, c.randint(4, 14))
    ]
    number = c.choice(("", "", "{}. ", "Q{}: ", "Q: "))
    asked = [number.format(i) + q for i, q in enumerate(asked, 1)]
    if c.random() < 0.3:
        for question in asked:
            w.plain(question)
    parts = c.random() < 0.4
    for i, question in enumerate(asked):
        if parts and i % 4 == 0:
            w.head(c.choice(w.stock.headings).upper())
        w.head(question)
        w.paragraphs(1, 3)
        if c.random() < 0.2:
            w.items(3, 8)
            w.paragraphs(0, 1)


def report(w: Writer) -> None:
    """Numbered parts and smaller parts; here and there the paragraphs are numbered too."""
    c = w.chance
    w.head(w.heading_text())
    if c.random() < 0.5:
        w.head(c.choice(w.stock.headings))
    if c.random() < 0.4:
        w.plain(w.name())
    numbering = c.choice(("{}. ", "{} ", "{}.", "", "Section {}: ", "r"))
    counted, paragraph = c.random() < 0.3, 0
    texts = [*c.sample(SECTION_WORDS, 4), *(w.heading_text() for _ in range(c.randint(2, 6)))]
    c.shuffle(texts)
    roman = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
    for i, text in enumerate(texts, 1):
        mark = f"{roman[i - 1]}. " if numbering == "r" else numbering.format(i)
        w.head(mark + text)
        for k in range(1, c.choice((1, 1, 3, 4))):
            w.head(
                f"{i}.{k}{c.choice(('', '.'))} {w.heading_text()}"
                if numbering not in {"", "r"}
                else w.heading_text()
            )
            w.paragraphs(1, 3)
        for _ in range(c.randint(1, 4)):
            paragraph += 1
            w.plain((f"{paragraph}. " if counted else "") + c.choice(w.stock.paragraphs))
        if c.random() < 0.3:
            w.plain(c.choice(("The following were found:", "These are:", "Among them are:")))
            w.items()
            w.paragraphs(0, 2)
        if c.random() < 0.1:
            w.cells()


def sheet(w: Writer) -> None:
    """Short texts under many headings: product pages, tips, lists of links, course pages."""
    c = w.chance
    w.head(w.heading_text())
    w.paragraphs(0, 2)
    for _ in range(c.randint(3, 9)):
        w.head(w.heading_text())
        kind = c.random()
        if kind < 0.45:
            w.items()
            if c.random() < 0.4:
                w.paragraphs(1, 2)
        elif kind < 0.6:
            w.cells()
        else:
            w.paragraphs(1, 2)


def listing(w: Writer) -> None:
    """Things of one sort, each under its name: vacancies, books, races, addresses."""
    c, date = w.chance, dates(w.chance)
    w.head(w.heading_text())
    meta = c.choice(("", "{p} {d}", "{n}", "by {n}", "{p}, {d}", "{n}, {p}"))
    labels = c.sample(LABELS, c.randint(1, 4)) if c.random() < 0.5 else ()
    for _ in range(c.randint(4, 18)):
        w.head(c.choice(w.stock.headings))
        if meta:
            w.plain(meta.format(p=c.choice(PLACES), d=date(), n=w.name()))
        for label in labels:
            w.plain(f"{label}: {c.choice((w.name(), date(), c.choice(WORDS), c.choice(w.stock.short)))}")
        if not labels or c.random() < 0.5:
            w.paragraphs(1, 2)


def letter(w: Writer) -> None:
    """A letter: address, greeting, text, closing, name."""
    c, date = w.chance, dates(w.chance)
    if c.random() < 0.5:
        w.head(w.heading_text())
    for text in (w.name(), c.choice(PLACES), date()):
        w.plain(text)
    w.plain(c.choice(GREETINGS).format(w.name()))
    w.paragraphs(2, 7)
    if c.random() < 0.3:
        w.items()
        w.paragraphs(1, 2)
    w.plain(c.choice(CLOSINGS))
    w.plain(w.name())
    if c.random() < 0.5:
        w.plain(c.choice(w.stock.short))


def books(w: Writer) -> None:
    """References and links, none of them a heading, under the headings of their parts."""
    c = w.chance
    w.head(w.heading_text())
    w.paragraphs(0, 3)
    for _ in range(c.randint(2, 5)):
        w.head(c.choice((w.heading_text(), c.choice(SECTION_WORDS))))
        form = c.choice(
            (
                "{n} ({y}). {h}. {p}: {f}.",
                "{h}, by {n}, {f}, {y}",
                "{h}",
                "{h} http://www.{f}.example/",
                "{n}, {h}",
            )
        )
        for _ in range(c.randint(3, 14)):
            name = f"{c.choice(FAMILY)}, {c.choice(GIVEN)[0]}."
            w.plain(
                form.format(
                    n=name,
                    y=c.randint(1950, 2020),
                    h=c.choice(w.stock.headings),
                    p=c.choice(PLACES),
                    f=c.choice(FAMILY),
                )
            )


def transcript(w: Writer) -> None:
    """Who speaks and what they say; names alone in their lines, or in front."""
    c = w.chance
    w.head(w.heading_text())
    people = [w.name() for _ in range(c.randint(2, 4))]
    alone = c.random() < 0.4
    people = [p.upper() for p in people] if c.random() < 0.5 else people
    for _ in range(c.randint(6, 20)):
        person = c.choice(people)
        if alone:
            w.head(person)
            w.paragraphs(1, 2)
        else:
            w.plain(f"{person}: {c.choice(w.stock.paragraphs)}")
        if c.random() < 0.1:
            w.head(w.heading_text())
            w.paragraphs(1, 2)


def recipe(w: Writer) -> None:
    """Ingredients and steps."""
    c = w.chance
    w.head(w.heading_text())
    w.paragraphs(0, 2)
    w.head(
        c.choice(("Ingredients", "Ingredients:", "You will need", "What you need", "MATERIALS", "Supplies"))
    )
    for _ in range(c.randint(4, 12)):
        unit = c.choice(("g", "ml", "cups", "spoons", "pieces of", ""))
        w.plain(" ".join(f"{c.randint(1, 500)} {unit} {c.choice(WORDS)}".split()))
    w.head(c.choice(("Method", "Directions", "Instructions:", "How to make it", "Preparation", "STEPS")))
    for number in range(1, c.randint(3, 9)):
        w.plain((f"{number}. " if c.random() < 0.5 else "") + c.choice(w.stock.sentences))


GENRES = (
    *(blog, blog, forum, forum, comments, questions, questions, report, report, report, sheet, sheet, sheet),
    *(listing, listing, letter, books, transcript, recipe),
)


def documents(stock: Stock, count: int, chance: Chance) -> Iterator[list[Line]]:
    """Write documents of all genres.

    Args:
        stock: What is drawn from.
        count: How many documents.
        chance: Source of chance.
    """
    for number in range(count):
        writer = Writer(stock, chance)
        GENRES[number % len(GENRES)](writer)
        if len(writer.lines) > 3:
            yield writer.lines
