"""What every form of written document is made of: paragraphs, headings, lists, tables, names, dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from line_data import Line
from written_words import ASIDES, DAYS, FAMILY, GIVEN, HANDLES, MONTHS, WORDS

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

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
        self.shorts = chance.random() < 0.4
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
            short = self.shorts and self.chance.random() < 0.4
            text = self.chance.choice(self.stock.sentences if short else self.stock.paragraphs)
            self.plain(text.rstrip(".") if short and self.chance.random() < 0.3 else text)
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
        if sort < 0.35:
            draw = lambda: self.chance.choice(self.stock.short)  # noqa: E731
        elif sort < 0.5:
            draw = lambda: self.chance.choice(WORDS).title()  # noqa: E731
        elif sort < 0.65:
            draw = self.name
        elif sort < 0.8:
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
                number = self.chance.random() < 0.5 and column
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
