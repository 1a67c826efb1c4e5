"""Write fictional news documents for the benchmarks: the same ones for the same arguments.

Usage: python benchmarks/generate.py DIR COUNT [--html SHARE] [--seed N] [--sections N]

Every document has a headline, a byline, a dateline, headed sections, people named first in full and later by
surname, acronyms defined in passing, quotations with and without their speaker in the sentence, and a few
lines that are no part of the article.  With three sections about 800 words, 5 kB; with none 60 words.
"""

from __future__ import annotations

import argparse
import random
from html import escape
from pathlib import Path

GIVEN = [
    "Amara",
    "Bennet",
    "Carys",
    "Dmitri",
    "Eleni",
    "Farid",
    "Greta",
    "Hiro",
    "Ilse",
    "Jorge",
    "Katya",
    "Liam",
    "Mireille",
    "Nadir",
    "Oona",
    "Piotr",
]
FAMILY = [
    "Ashgrove",
    "Brandvold",
    "Calloway",
    "Drummond",
    "Eskildsen",
    "Farrow",
    "Grantley",
    "Hollis",
    "Iverness",
    "Jansson",
    "Kestrel",
]
PLACES = [
    "Marlow Bay",
    "Port Ellery",
    "Castle Dunmore",
    "New Averton",
    "Lake Tessin",
    "Northgate",
    "San Corvo",
    "Halden Point",
]
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


def document(number: int, seed: int, sections: int) -> tuple[str, list[str], str]:
    """Make one document: its title, its blocks, and a line that is no part of it."""
    rng = random.Random(f"{seed}-{number}")  # noqa: S311 - the same documents each time is the point
    people = [(rng.choice(GIVEN), rng.choice(FAMILY)) for _ in range(3)]
    body, acronym = rng.choice(BODIES)
    place, other = rng.sample(PLACES, 2)
    topic = rng.choice(TOPICS)

    def clause() -> str:
        return rng.choice(CLAUSES).format(topic=rng.choice(TOPICS), place=rng.choice(PLACES), other=other)

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
    parse.add_argument("--seed", type=int, default=1)
    parse.add_argument("--sections", type=int, default=3, choices=range(len(HEADINGS) + 1))
    arguments = parse.parse_args()
    write(arguments.folder, arguments.count, arguments.html, arguments.seed, arguments.sections)


if __name__ == "__main__":
    main()
