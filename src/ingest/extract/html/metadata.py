"""What a page says about itself: title, authors, dates, site, address, language, summary.

Sources in order of trust: JSON-LD of the article, Open Graph and other `<meta>` elements, then marked-up
elements of the page (`<h1>`, `<time>`, `rel=author`, `itemprop`).
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.extract.author_fields import clean_authors
from ingest.extract.dates import read_date
from ingest.extract.html.fragments import parse_fragment
from ingest.extract.html.linked_data import is_article
from ingest.extract.html.visible import element_text, shown_authors, shown_date
from ingest.metadata import Metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.etree import _Element

    from ingest.extract.html.linked_data import Thing

_AUTHOR_METAS = """
    twitter:misc:written_by author article:author byl parsely-author sailthru.author dc.creator
    dcterms.creator citation_author cxenseparse:author article:author_name og:article:author creator authors
"""
_SURNAME_FIRST = frozenset({"citation_author", "dc.creator", "dcterms.creator"})
_MAX_TURNED = 5
_PUBLISHED_METAS = """
    article:published_time article:published:time og:article:published_time datepublished date
    parsely-pub-date sailthru.date dc.date.issued dcterms.created dc.date dcterms.date dc.date.created
    citation_publication_date publish-date pubdate publishdate publication_date pub_date publish_date
    cxenseparse:recs:publishtime cxenseparse:publishtime article.published og:pubdate
    rnews:datepublished date.publication og:published_time article:post_date creation_date
"""
_MODIFIED_METAS = """
    article:modified_time article:modified:time og:updated_time og:article:modified_time datemodified
    dcterms.modified dc.date.modified last-modified lastmod article.updated rnews:datemodified
    article:updated_time
"""
_SEPARATOR = re.compile(r"\s+[|\u2013\u2014\u00b7\u2022\u00bb:-]{1,2}\s+|\s*\|\s*")
_WORD = re.compile(r"\w+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$")
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?=[/_-]|$)")
_TELLING_TAGS = ("meta", "link", "title", "h1", "time")
_MIN_TITLE_OVERLAP = 0.5
_MAX_TITLE_CHARS = 400
_MIN_TITLE_CHARS = 20


def read_metadata(root: _Element, things: Sequence[Thing]) -> Metadata:
    """Read the metadata of a page.

    Args:
        root: The parsed page.
        things: Its JSON-LD objects, articles first.

    Returns:
        The metadata; a field is None or empty where the page does not say.
    """
    told: dict[str, list[_Element]] = {tag: [] for tag in _TELLING_TAGS}
    for element in root.iter(*_TELLING_TAGS):
        told[str(element.tag)].append(element)
    metas = _metas(told["meta"])
    article = _article(things)
    url = _url(told["link"], metas, article)
    site = _site(metas, article, things)
    title, heading = _title(told, metas, article, site, url)
    return Metadata(
        title=title,
        authors=_authors(root, metas, things, site, heading),
        published_at=_published(told["time"], metas, article, things, url) or shown_date(root, heading),
        modified_at=_first_date([article.get("dateModified"), *_values(metas, _MODIFIED_METAS.split())]),
        source_name=site,
        url=url,
        language=_language(root, metas, article),
        description=_first_text(
            [
                *_values(metas, ("og:description", "description", "twitter:description")),
                article.get("description"),
            ]
        ),
    )


def fragment_text(markup: str) -> str:
    """Give the text of a small piece of markup, white space folded.

    >>> fragment_text("A&amp;B  <i>now</i>")
    'A&B now'
    >>> fragment_text('<?xml version="1.0"?> Harbour <b>opens</b>')
    'Harbour opens'
    """
    if "<" in markup:
        markup = parse_fragment(markup).get_text(" ")
    elif "&" in markup:
        markup = unescape(markup)
    return " ".join(markup.split())


def _metas(elements: Sequence[_Element]) -> dict[str, list[str]]:
    """Contents of all meta elements by lower-cased name or property, or by itemprop where neither says it."""
    metas: dict[str, list[str]] = {}
    marked: dict[str, list[str]] = {}
    for meta in elements:
        told: dict[str, str] = dict(meta.items())  # type: ignore[arg-type]  # one call, where five would be made
        if content := told.get("content", "").strip():
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                if name := told.get(attribute):
                    found = marked if attribute == "itemprop" else metas
                    found.setdefault("_".join(name.lower().split()), []).append(content)
    return marked | metas


def _values(metas: dict[str, list[str]], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from metas.get(name, ())


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 (JSON)
    """Texts of a JSON-LD value: itself, its `name`, its `@value`, or those of its items."""
    stack = [value]
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            stack.append(value.get("name") or value.get("@value"))
        elif isinstance(value, list):
            stack.extend(reversed(value))


def _first_text(values: Iterable[Any]) -> str | None:
    for value in values:
        for string in _strings(value):
            if text := fragment_text(string):
                return text
    return None


def _first_date(values: Iterable[Any]) -> str | None:
    for value in values:
        for string in _strings(value):
            if date := read_date(string):
                return date
    return None


def _key(text: str) -> str:
    return "".join(_WORD.findall(text)).casefold()


def _site(metas: dict[str, list[str]], article: Thing, things: Sequence[Thing]) -> str | None:
    sites = (
        thing.get("name") for thing in things if thing.get("@type") in ("WebSite", "NewsMediaOrganization")
    )
    candidates = [
        *_values(metas, ("og:site_name",)),
        article.get("publisher"),
        *sites,
        *_values(metas, ("application-name", "apple-mobile-web-app-title", "dc.publisher", "twitter:site")),
    ]
    name = _first_text(candidates)
    return name.lstrip("@") or None if name else None


def _url(elements: Sequence[_Element], metas: dict[str, list[str]], article: Thing) -> str | None:
    links = [
        link.get("href") or "" for link in elements if "canonical" in (link.get("rel") or "").lower().split()
    ]
    main = article.get("mainEntityOfPage")
    main = main.get("@id") if isinstance(main, dict) else main
    for url in (*links, *_values(metas, ("og:url",)), article.get("url"), main):
        if isinstance(url, str) and url.strip().lower().startswith(("http://", "https://")):
            return url.strip()
    return None


def _language(root: _Element, metas: dict[str, list[str]], article: Thing) -> str | None:
    tags = [
        root.get("lang") or "",
        root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
    ]
    for tag in (
        *tags,
        *_values(metas, ("og:locale", "content-language", "language")),
        article.get("inLanguage"),
    ):
        if isinstance(tag, str) and _LANGUAGE.match(tag.strip()):
            return tag.strip().replace("_", "-")
    return None


def _title(
    told: dict[str, list[_Element]],
    metas: dict[str, list[str]],
    article: Thing,
    site: str | None,
    url: str | None,
) -> tuple[str | None, _Element | None]:
    """The headline: of the page's own headings the one that its metadata name, else what they say.

    Returns:
        The title, and the heading that shows it.
    """
    site_key = _key(site or "")
    headings = [
        (text, heading)
        for heading in told["h1"]
        if len(text := element_text(heading)) <= _MAX_TITLE_CHARS and _key(text) not in {"", site_key}
    ]
    first = None
    for claim in _claimed_titles(told["title"], metas, article, site, url):
        for text, heading in headings:
            if _overlap(claim, text) >= _MIN_TITLE_OVERLAP or _key(text) in map(
                _key, _SEPARATOR.split(claim)
            ):
                return _without_kicker(text, claim), heading
        first = first or claim
        if not headings:
            break
    shown = headings[0] if headings else (None, None)
    return (first, shown[1]) if first else shown


def _claimed_titles(
    elements: Sequence[_Element],
    metas: dict[str, list[str]],
    article: Thing,
    site: str | None,
    url: str | None,
) -> Iterator[str]:
    """What a page calls itself, without the name of the site, each once; the first is trusted most."""
    names, site_key = _names_of_site(site, url), _key(site or "")
    values = (
        article.get("headline"),
        *_values(metas, ("og:title", "twitter:title", "dc.title", "title")),
        *map(element_text, elements[:1]),
    )
    for value in dict.fromkeys(value for value in values if isinstance(value, str)):
        title = _without_site(fragment_text(value), names)
        if title and _key(title) != site_key:
            yield title


def _without_kicker(heading: str, claim: str) -> str:
    """A heading, or the claim where the heading is the same behind a topic or a section's name."""
    whole, end = _key(heading), _key(claim)
    return claim if whole != end and whole.endswith(end) and len(end) >= _MIN_TITLE_CHARS else heading


def _overlap(one: str, other: str) -> float:
    """Share of the words of the longer title that the other has too."""
    first = set(_WORD.findall(one.casefold()))
    second = set(_WORD.findall(other.casefold()))
    return len(first & second) / max(len(first), len(second), 1)


def _names_of_site(site: str | None, url: str | None) -> set[str]:
    """What a site calls itself in its titles: its name, and parts of its address."""
    names = {_key(site)} if site else set()
    if url:
        labels = _host(url).split(".")
        names |= {label.replace("-", "") for label in labels if len(label) > 3}  # noqa: PLR2004 (no "www", "com")
        names.add("".join(labels[-2:]))
        names.add("".join(labels[-3:]))
    return names


def _host(url: str) -> str:
    """The host that an address names; empty where it names none, or is none ("https://[host]/")."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _without_site(title: str, names: set[str]) -> str:
    """Cut the site's name off a page title."""
    for _ in range(2):
        parts = list(_SEPARATOR.finditer(title))
        if parts and (_key(title[parts[-1].end() :]) in names or not title[parts[-1].end() :]):
            title = title[: parts[-1].start()]
        elif parts and _key(title[: parts[0].start()]) in names:
            title = title[parts[0].end() :]
    return title.strip()


def _authors(
    root: _Element,
    metas: dict[str, list[str]],
    things: Sequence[Thing],
    site: str | None,
    heading: _Element | None,
) -> tuple[str, ...]:
    article = _article(things)
    told = _looked_up(article.get("author") or article.get("creator"), things)
    linked = clean_authors(map(fragment_text, _strings(told)))
    site_key = _key(site or "")
    if _but_site(linked, site_key):
        return linked
    for name in filter(metas.__contains__, _AUTHOR_METAS.split()):
        values = map(fragment_text, metas[name])
        if authors := clean_authors(map(_turned, values) if name in _SURNAME_FIRST else values):
            return _but_site(authors, site_key) or authors
    for label in ("1", "2"):
        if any(_key(text) in {"writtenby", "by"} for text in metas.get(f"twitter:label{label}", ())):
            return clean_authors(metas.get(f"twitter:data{label}", ()))
    return shown_authors(root, heading) or linked


def _article(things: Sequence[Thing]) -> Thing:
    """The first object that is an article; an empty one where there is none."""
    return next((thing for thing in things if is_article(thing)), {})


def _looked_up(value: Any, things: Sequence[Thing]) -> list[Any]:  # noqa: ANN401 (JSON)
    """A value, or the items of a list, with the object that each one names by its `@id` alone."""
    values = value if isinstance(value, list) else [value]
    if not any(isinstance(item, dict) and "@id" in item and "name" not in item for item in values):
        return values
    named = {str(thing["@id"]): thing for thing in things if "name" in thing and "@id" in thing}
    return [named.get(str(item.get("@id")), item) if isinstance(item, dict) else item for item in values]


def _but_site(authors: tuple[str, ...], site_key: str) -> tuple[str, ...]:
    """The authors without the publication itself."""
    return tuple(name for name in authors if _key(name) != site_key)


def _turned(name: str) -> str:
    """A name in the order of speech where catalogues put the surname first: "Lee, Ann"."""
    surname, _, rest = name.partition(", ")
    turns = rest and "," not in rest and len(name.split()) <= _MAX_TURNED
    return f"{rest} {surname}" if turns else name


def _published(
    elements: Sequence[_Element],
    metas: dict[str, list[str]],
    article: Thing,
    things: Sequence[Thing],
    url: str | None,
) -> str | None:
    times = [
        time.get("datetime")
        for time in elements
        if "modified" not in (time.get("itemprop") or time.get("class") or "").lower()
    ]
    in_address = _URL_DATE.search(url or "")
    return _first_date(
        [
            article.get("datePublished"),
            *_values(metas, _PUBLISHED_METAS.split()),
            *(thing.get("datePublished") for thing in things),
            article.get("dateCreated"),
            *times[:3],
            "-".join(in_address.groups()) if in_address else None,
        ]
    )
