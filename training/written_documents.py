"""Documents written by templates: what marks a heading in forms that news pages do not show.

Blogs with dated entries, threads of forums, questions and answers, numbered reports, letters, listings,
bibliographies, transcripts, tables read out cell by cell.  Paragraphs and headings are drawn from pages whose
licence allows it (`line_data`); names, dates, labels and the order of things are made up here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from line_data import Line
from written_words import (
    ASIDES,
    CLOSINGS,
    DAYS,
    FAMILY,
    GIVEN,
    GREETINGS,
    HANDLES,
    LABELS,
    MONTHS,
    PLACES,
    SECTION_WORDS,
    WORDS,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

    Chance = random.Random


@dataclass(frozen=True, slots=True)
class Stock:
    """What is drawn from: paragraphs of running text, short sentences, and headings, each of open pages."""

    paragraphs: Sequence[str]
    sentences: Sequence[str]
    headings: Sequence[str]
    short: Sequence[str]


class Writer:
    """One document under way: draws from the stock and writes lines."""

    def __init__(self, stock: Stock, chance: Chance) -> None:
        """Begin an empty document."""
        self.stock = stock
        self.chance = chance
        self.lines: list[Line] = []
        self.case = chance.choice(("as_is", "as_is", "small", "capitals", "title", "sentence"))
        self.shorts = chance.random() < 0.4  # noqa: PLR2004
        self.asides = chance.choice((0, 0, 0.1, 0.2))

    def head(self, text: str) -> None:
        """Write a heading."""
        self.lines.append(Line(text, "body", 2))

    def plain(self, text: str) -> None:
        """Write a line that is no heading."""
        self.lines.append(Line(text, "body"))

    def paragraphs(self, low: int = 1, high: int = 4) -> None:
        """Write some paragraphs; short ones among them where the document has such."""
        for _ in range(self.chance.randint(low, high)):
            short = self.shorts and self.chance.random() < 0.4  # noqa: PLR2004
            text = self.chance.choice(self.stock.sentences if short else self.stock.paragraphs)
            self.plain(text.rstrip(".") if short and self.chance.random() < 0.3 else text)  # noqa: PLR2004
            if self.chance.random() < self.asides:
                self.plain(self.chance.choice(ASIDES).format(self.chance.randint(1, 12)))
                self.plain(self.chance.choice(self.stock.paragraphs))

    def heading_text(self) -> str:
        """A heading's words in the document's letter case."""
        text = self.chance.choice(self.stock.headings)
        changed = {
            "small": text.lower(),
            "capitals": text.upper(),
            "title": text.title().replace("'S", "'s").replace("\u2019S", "\u2019s"),
            "sentence": text[:1] + text[1:].lower(),
        }
        return changed.get(self.case, text)

    def name(self) -> str:
        """A person's made-up name."""
        return f"{self.chance.choice(GIVEN)} {self.chance.choice(FAMILY)}"

    def handle(self) -> str:
        """The name somebody posts under."""
        c = self.chance
        forms = (
            lambda: c.choice(HANDLES) + str(c.randint(1, 99)),
            lambda: c.choice(HANDLES).title(),
            lambda: c.choice(HANDLES) + c.choice(HANDLES).title(),
            lambda: c.choice(GIVEN),
            self.name,
            lambda: "Anonymous",
            lambda: c.choice(HANDLES).upper(),
        )
        return c.choice(forms)()

    def items(self, low: int = 3, high: int = 9) -> None:
        """A list without marks, all its items of one sort."""
        sort = self.chance.random()
        draw: Callable[[], str]
        if sort < 0.35:  # noqa: PLR2004
            draw = lambda: self.chance.choice(self.stock.short)  # noqa: E731
        elif sort < 0.5:  # noqa: PLR2004
            draw = lambda: self.chance.choice(WORDS).title()  # noqa: E731
        elif sort < 0.65:  # noqa: PLR2004
            draw = self.name
        elif sort < 0.8:  # noqa: PLR2004
            draw = lambda: self.chance.choice(self.stock.headings)  # noqa: E731
        else:
            draw = lambda: f"{self.chance.choice(WORDS).title()}: {self.chance.choice(WORDS)}"  # noqa: E731
        mark = self.chance.choice(("", "", "", "* ", "- ", "n"))
        for number in range(1, self.chance.randint(low, high) + 1):
            self.plain((f"{number}. " if mark == "n" else mark) + draw())

    def cells(self) -> None:
        """A table read out cell by cell."""
        columns = self.chance.randint(2, 4)
        for _ in range(self.chance.randint(3, 8)):
            for column in range(columns):
                number = self.chance.random() < 0.5 and column  # noqa: PLR2004
                self.plain(str(self.chance.randint(1, 4000)) if number else self.chance.choice(WORDS).title())


def dates(chance: Chance) -> Callable[[], str]:
    """One way of writing dates, for the whole of a document."""
    form = chance.randrange(8)
    year = chance.randint(1998, 2024)

    def write() -> str:
        day, month, weekday = chance.randint(1, 28), chance.randrange(12), chance.choice(DAYS)
        return (
            f"{MONTHS[month]} {day}, {year}",
            f"{weekday}, {MONTHS[month]} {day}, {year}",
            f"{day} {MONTHS[month]} {year}",
            f"{weekday} {day} {MONTHS[month][:3]} {year}",
            f"{weekday}, {MONTHS[month]} {day}. {year}",
            f"{month + 1:02}/{day:02}/{year}",
            f"{MONTHS[month]} {day}",
            f"{year}-{month + 1:02}-{day:02}",
        )[form]

    return write


def clock(chance: Chance) -> str:
    """A time of day."""
    hour, minute = chance.randint(1, 12), chance.randint(0, 59)
    return chance.choice((f"{hour:02}:{minute:02} PM", f"{hour}:{minute:02} am", f"{hour + 8}:{minute:02}"))


def blog(w: Writer) -> None:
    """Entries under their dates, newest first, with or without titles."""
    c, date = w.chance, dates(w.chance)
    if c.random() < 0.7:  # noqa: PLR2004
        w.head(w.heading_text())
    if c.random() < 0.3:  # noqa: PLR2004
        w.plain(c.choice(w.stock.short))
    dated, titled = c.random() < 0.8, c.random() < 0.85  # noqa: PLR2004
    dated = dated or not titled
    posted = c.choice(
        ("", "Posted by {n} at {t}", "posted by {n} at {t}", "{n} on {d}", "Posted in {p} at {t}")
    )
    poster = w.name()
    for _ in range(c.randint(3, 12)):
        if dated and c.random() < 0.8:  # noqa: PLR2004
            w.head(date())
        if titled:
            w.head(w.heading_text())
        w.paragraphs(1, 5)
        if c.random() < 0.15:  # noqa: PLR2004
            w.items(2, 6)
        if posted:
            w.plain(posted.format(n=poster, t=clock(c), d=date(), p=c.choice(PLACES)))


def forum(w: Writer) -> None:
    """Posts, each under its poster's name and time."""
    c, date = w.chance, dates(w.chance)
    w.shorts = True
    if c.random() < 0.6:  # noqa: PLR2004
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
        if c.random() < 0.2:  # noqa: PLR2004
            w.plain(f"Originally posted by {c.choice(people)} {c.choice(w.stock.sentences)}")
        w.paragraphs(1, 4)
        if c.random() < 0.15:  # noqa: PLR2004
            w.plain(c.choice(CLOSINGS))
        if signs[person] and c.random() < 0.6:  # noqa: PLR2004
            w.plain(signs[person])


def comments(w: Writer) -> None:
    """A piece and what readers said below it: names above, or below, what they say."""
    c, date = w.chance, dates(w.chance)
    w.head(w.heading_text())
    w.paragraphs(3, 8)
    w.head(c.choice(("{} Comments:", "Comments ({})", "{} Responses", "Comments")).format(c.randint(2, 60)))
    w.shorts = True
    above = c.random() < 0.6  # noqa: PLR2004
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
        if c.random() < 0.2:  # noqa: PLR2004
            w.plain("@" + w.handle())
        if not above:
            w.plain(line)
        elif c.random() < 0.3:  # noqa: PLR2004
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
    if c.random() < 0.3:  # noqa: PLR2004
        for question in asked:
            w.plain(question)
    parts = c.random() < 0.4  # noqa: PLR2004
    for i, question in enumerate(asked):
        if parts and i % 4 == 0:
            w.head(c.choice(w.stock.headings).upper())
        w.head(question)
        w.paragraphs(1, 3)
        if c.random() < 0.2:  # noqa: PLR2004
            w.items(3, 8)
            w.paragraphs(0, 1)


def report(w: Writer) -> None:
    """Numbered parts and smaller parts; here and there the paragraphs are numbered too."""
    c = w.chance
    w.head(w.heading_text())
    if c.random() < 0.5:  # noqa: PLR2004
        w.head(c.choice(w.stock.headings))
    if c.random() < 0.4:  # noqa: PLR2004
        w.plain(w.name())
    numbering = c.choice(("{}. ", "{} ", "{}.", "", "Section {}: ", "r"))
    counted, paragraph = c.random() < 0.3, 0  # noqa: PLR2004
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
        if c.random() < 0.3:  # noqa: PLR2004
            w.plain(c.choice(("The following were found:", "These are:", "Among them are:")))
            w.items()
            w.paragraphs(0, 2)
        if c.random() < 0.1:  # noqa: PLR2004
            w.cells()


def sheet(w: Writer) -> None:
    """Short texts under many headings: product pages, tips, lists of links, course pages."""
    c = w.chance
    w.head(w.heading_text())
    w.paragraphs(0, 2)
    for _ in range(c.randint(3, 9)):
        w.head(w.heading_text())
        kind = c.random()
        if kind < 0.45:  # noqa: PLR2004
            w.items()
            if c.random() < 0.4:  # noqa: PLR2004
                w.paragraphs(1, 2)
        elif kind < 0.6:  # noqa: PLR2004
            w.cells()
        else:
            w.paragraphs(1, 2)


def listing(w: Writer) -> None:
    """Things of one sort, each under its name: vacancies, books, races, addresses."""
    c, date = w.chance, dates(w.chance)
    w.head(w.heading_text())
    meta = c.choice(("", "{p} {d}", "{n}", "by {n}", "{p}, {d}", "{n}, {p}"))
    labels = c.sample(LABELS, c.randint(1, 4)) if c.random() < 0.5 else ()  # noqa: PLR2004
    for _ in range(c.randint(4, 18)):
        w.head(c.choice(w.stock.headings))
        if meta:
            w.plain(meta.format(p=c.choice(PLACES), d=date(), n=w.name()))
        for label in labels:
            w.plain(f"{label}: {c.choice((w.name(), date(), c.choice(WORDS), c.choice(w.stock.short)))}")
        if not labels or c.random() < 0.5:  # noqa: PLR2004
            w.paragraphs(1, 2)


def letter(w: Writer) -> None:
    """A letter: address, greeting, text, closing, name."""
    c, date = w.chance, dates(w.chance)
    if c.random() < 0.5:  # noqa: PLR2004
        w.head(w.heading_text())
    for text in (w.name(), c.choice(PLACES), date()):
        w.plain(text)
    w.plain(c.choice(GREETINGS).format(w.name()))
    w.paragraphs(2, 7)
    if c.random() < 0.3:  # noqa: PLR2004
        w.items()
        w.paragraphs(1, 2)
    w.plain(c.choice(CLOSINGS))
    w.plain(w.name())
    if c.random() < 0.5:  # noqa: PLR2004
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
    alone = c.random() < 0.4  # noqa: PLR2004
    people = [p.upper() for p in people] if c.random() < 0.5 else people  # noqa: PLR2004
    for _ in range(c.randint(6, 20)):
        person = c.choice(people)
        if alone:
            w.head(person)
            w.paragraphs(1, 2)
        else:
            w.plain(f"{person}: {c.choice(w.stock.paragraphs)}")
        if c.random() < 0.1:  # noqa: PLR2004
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
        w.plain((f"{number}. " if c.random() < 0.5 else "") + c.choice(w.stock.sentences))  # noqa: PLR2004


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
        if len(writer.lines) > 3:  # noqa: PLR2004
            yield writer.lines
