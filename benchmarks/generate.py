"""Write fictional news documents for the benchmarks: the same ones for the same arguments.

Usage: python benchmarks/generate.py DIR COUNT [--html SHARE | --news] [--seed N] [--sections N]

Every document has a headline, a byline, a dateline, headed sections, people named first in full and later by
surname, acronyms defined in passing, quotations with and without their speaker in the sentence, and a few
lines that are no part of the article.  With three sections about 800 words, 5 kB; with none 60 words.

A handful of people and sentences is all there is to them, so they are more alike than news are.  Those of
`--news` are like a year's news in what all documents together hold: a thousand a day, each a JSON record with
its date; three in four share an event of the day with some five others, its people, subjects and statements;
people and subjects are invented without end, few of them in many documents and most in one or two.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

GIVEN = [
    "Amara", "Bennet", "Carys", "Dmitri", "Eleni", "Farid", "Greta", "Hiro", "Ilse", "Jorge", "Katya",
    "Liam", "Mireille", "Nadir", "Oona", "Piotr",
]  # fmt: skip
FAMILY = [
    "Ashgrove", "Brandvold", "Calloway", "Drummond", "Eskildsen", "Farrow", "Grantley", "Hollis",
    "Iverness", "Jansson", "Kestrel",
]  # fmt: skip
PLACES = [
    "Marlow Bay", "Port Ellery", "Castle Dunmore", "New Averton", "Lake Tessin", "Northgate", "San Corvo",
    "Halden Point",
]  # fmt: skip
BODIES = (
    ("Coastal Transport Agency", "CTA"),
    ("Joint Harbour Command", "JHC"),
    ("Northern Grain Council", "NGC"),
    ("Federal Water Survey", "FWS"),
    ("Alliance for Open Rivers", "AOR"),
)
TOPICS = [
    "ferry routes",
    "harbour defences",
    "grain tariffs",
    "water rights",
    "rail links",
    "border patrols",
    "fishing quotas",
]
CLAUSES = (
    "the review of {topic} would be finished before the end of the quarter",
    "talks about {topic} in {place} had gone further than anybody expected",
    "officials from {place} and {other} would meet again in the second week of the month",
    "the budget for {topic} covered no more than two thirds of what was asked for",
    "a pilot scheme near {place} showed that the older equipment could be kept for another decade",
    "the committee had received 214 letters, most of them about {topic}",
    "no decision on {topic} was likely before the assembly in {other} had voted",
)
HEADINGS = ("What Happens Next", "A Longer View", "Costs and Benefits", "The Other Side", "Background")
FURNITURE = (
    "Login",
    "Share this article",
    "Subscribe to our newsletter",
    "Read more: {topic} explained",
    "Advertisement",
)

SYLLABLES = [
    "ash", "bran", "cal", "drum", "esk", "far", "gran", "hol", "iver", "jan", "kes", "lor", "mar", "nor",
    "osk", "pel", "quil", "ros", "sten", "tor",
]  # fmt: skip
ENDINGS = ["grove", "vold", "way", "mond", "sen", "row", "ley", "lis", "ness", "son"]
MATTERS = ("quotas", "routes", "rights", "tariffs", "permits", "repairs")
DAY = 1000
"""Documents of a day in `--news`, ..."""
EVENTS = 125
"""... and its events, ..."""
IN_EVENT = 0.75
"""... with the share of documents that report one."""
STATED = 0.3
"""Share of clauses that are one of the statements on their event."""
FIRST_DAY = dt.date(2024, 1, 1)


@dataclass
class Scene:
    """What a document is about."""

    people: list[tuple[str, str]]
    body: tuple[str, str]
    places: list[str]
    topic: str
    topics: list[str]
    statements: list[str] = field(default_factory=list)


def document(number: int, seed: int, sections: int) -> tuple[str, list[str], str]:
    """Make one document: its title, its blocks, and a line that is no part of it."""
    rng = random.Random(f"{seed}-{number}")  # noqa: S311 - the same documents each time is the point
    people = [(rng.choice(GIVEN), rng.choice(FAMILY)) for _ in range(3)]
    body = rng.choice(BODIES)
    places = rng.sample(PLACES, 2)
    return compose(rng, Scene(people, body, places, rng.choice(TOPICS), TOPICS), sections)


def news(number: int, seed: int, sections: int) -> tuple[str, list[str], str]:
    """Likewise, one of a thousand of its day."""
    rng = random.Random(f"{seed}-news-{number}")  # noqa: S311 - as above
    happened = rng.randrange(EVENTS) if rng.random() < IN_EVENT else f"alone-{number}"
    scene = event(random.Random(f"{seed}-{number // DAY}-{happened}"))  # noqa: S311 - as above
    scene.people.append(person(rng))
    scene.topics += [subject(rng) for _ in range(4)]
    rng.shuffle(scene.people)
    return compose(rng, scene, sections)


def event(rng: random.Random) -> Scene:
    """Make an event: its people, places, subjects, and what is said on it."""
    topics = [subject(rng) for _ in range(4)]
    places = rng.sample(PLACES, 2)
    scene = Scene([person(rng) for _ in range(3)], rng.choice(BODIES), places, topics[0], topics)
    scene.statements = [rng.choice(CLAUSES).format(topic=t, place=places[0], other=places[1]) for t in topics]
    return scene


def person(rng: random.Random) -> tuple[str, str]:
    """Name somebody: few people are in many documents, most in one or two."""
    rank = heavy_tailed(rng)
    return GIVEN[rank % len(GIVEN)], word(rank // 3).title()


def subject(rng: random.Random) -> str:
    """Name a subject likewise."""
    return f"{word(heavy_tailed(rng))} {rng.choice(MATTERS)}"


def heavy_tailed(rng: random.Random) -> int:
    """A rank whose frequency falls with a power of it."""
    return int(20 * rng.paretovariate(0.6)) % 10_000_000


def word(rank: int) -> str:
    """Spell a number."""
    rank, at = divmod(rank, len(ENDINGS))
    spelt = ENDINGS[at]
    while True:
        rank, at = divmod(rank, len(SYLLABLES))
        spelt = SYLLABLES[at] + spelt
        if not rank:
            return spelt


def compose(rng: random.Random, scene: Scene, sections: int) -> tuple[str, list[str], str]:
    """Write on a scene: title, blocks, and a line that is no part of it."""
    people, (body, acronym), topic = scene.people, scene.body, scene.topic
    place, other = scene.places

    def clause() -> str:
        if scene.statements and rng.random() < STATED:
            return rng.choice(scene.statements)
        return rng.choice(CLAUSES).format(
            topic=rng.choice(scene.topics), place=rng.choice(PLACES), other=other
        )

    def sentence() -> str:
        given, family = rng.choice(people)
        said = clause()
        forms = (
            f"{family} said that {said}.",
            f"\u201c{said[0].upper()}{said[1:]},\u201d {family} said.",
            f"\u201c{said[0].upper()}{said[1:]},\u201d she added, \u201cand {clause()}.\u201d",
            f"According to the {acronym}, {said}.",
            f"{given} {family} told reporters in {place} that {said}, and that {clause()}.",
        )
        return rng.choice(forms)

    def paragraph() -> str:
        return " ".join(sentence() for _ in range(rng.randint(3, 4)))

    full = f"{people[0][0]} {people[0][1]}"
    title = f"{body} Reopens Debate on {topic.title()} in {place}"
    lede = f"{place.upper()} \u2014 The {body} ({acronym}) said on Tuesday that {clause()}."
    lede += f" {full}, its director, spoke."
    blocks = [f"By {people[1][0]} {people[1][1]}", lede]
    for heading in rng.sample(HEADINGS, sections):
        blocks += [heading, *(paragraph() for _ in range(3))]
    return title, [*blocks, f"In summary, {clause()}."], rng.choice(FURNITURE).format(topic=topic)


def write_news(folder: Path, count: int, seed: int, sections: int) -> None:
    """Write JSON records, those of a day in one folder."""
    for number in range(count):
        title, blocks, stray = news(number, seed, sections)
        day = FIRST_DAY + dt.timedelta(days=number // DAY)
        record = {
            "title": title,
            "maintext": "\n\n".join([*blocks, stray]),
            "date_publish": f"{day} {number % 24:02}:00:00",
            "source_domain": f"paper{number % 40}.example",
        }
        target = folder / str(day)
        target.mkdir(parents=True, exist_ok=True)
        (target / f"{number:06}.json").write_text(json.dumps(record), encoding="utf-8")


def write(folder: Path, count: int, html_share: float, seed: int, sections: int) -> None:
    """Write the documents, at most a thousand to a folder."""
    for number in range(count):
        title, blocks, stray = document(number, seed, sections)
        target = folder / f"{number // 1000:03}"
        target.mkdir(parents=True, exist_ok=True)
        if number % 100 < 100 * html_share:
            inner = "\n".join(f"<p>{escape(block)}</p>" for block in blocks)
            page = f"<html><head><title>{escape(title)}</title></head><body><nav><a href='/'>Home</a></nav>"
            page += (
                f"<article><h1>{escape(title)}</h1>\n{inner}\n<p>{escape(stray)}</p></article></body></html>"
            )
            (target / f"{number:06}.html").write_text(page, encoding="utf-8")
        else:
            (target / f"{number:06}.txt").write_text(
                "\n\n".join([title, *blocks, stray]) + "\n", encoding="utf-8"
            )


def main() -> None:
    """Read the arguments and write."""
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("folder", type=Path)
    parse.add_argument("count", type=int)
    parse.add_argument("--html", type=float, default=0.0, metavar="SHARE", help="share of pages in HTML")
    parse.add_argument("--news", action="store_true", help="JSON records that are like a year's news")
    parse.add_argument("--seed", type=int, default=1)
    parse.add_argument("--sections", type=int, default=3, choices=range(len(HEADINGS) + 1))
    arguments = parse.parse_args()
    if arguments.news:
        write_news(arguments.folder, arguments.count, arguments.seed, arguments.sections)
    else:
        write(arguments.folder, arguments.count, arguments.html, arguments.seed, arguments.sections)


if __name__ == "__main__":
    main()
