"""Which encoding, and the text in it.

In this order: byte order mark; UTF-16 by its zero bytes; valid UTF-8, whatever was declared (text of another
encoding is hardly ever valid UTF-8, and pages saved as UTF-8 under an old declaration are common); what the
page declares, read as browsers read it; UTF-8 with a little damage; detection by charset-normalizer.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

_RESOURCES = Path(__file__).parents[1] / "resources"
LABELS_FILE = _RESOURCES / "encodings.tsv"
ALPHABETS_FILE = _RESOURCES / "alphabets.tsv"

# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARATION_BYTES = 4096  # browsers look at 1,024; pages with long heads put it later
_XML_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']\s*([\w.:-]{1,40})""")
_META_CHARSET = re.compile(rb"""<meta\b[^>]{0,400}?\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)

_DAMAGE_PER_CHARACTER = 1 / 1000
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\f\r\x1b") + b"\x7f"
_CONTROLS_PER_BYTE = 1 / 100
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_SAMPLE_BYTES = 1 << 16
_MOSTLY = 0.7
# Single-byte encodings of alphabets, and those of East Asia: what unlabelled text of news is met in.
_DETECTED = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874", "koi8_r"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
)
_RARELY_ACCENTED = 0.01
_FOREIGN_LETTERS = 0.1
_ASCII_BYTES = bytes(range(0x80))
_HIGH_BYTES = bytes(range(0x80, 0x100))
_SIGNS = frozenset("\u2018\u2019\u201a\u201c\u201d\u201e\u2039\u203a«»\u2013\u2014…•·\xa0\xad§©®™°€£¡¿ºª")
_TWO_BYTES = frozenset(("gb18030", "big5hkscs", "euc_jp", "cp932", "cp949"))
_FIRST_OF_THREE_BYTES = "\u0800"
_ESCAPED = re.compile(rb"\x1b[$(]")


def decode_text(data: bytes, *, is_markup: bool, charset: str | None = None) -> tuple[str, str]:
    """Decode text whose encoding is not known.

    Args:
        data: Unpacked bytes, not empty.
        is_markup: Whether declarations of XML and HTML count.
        charset: Label of the encoding that the record around the text names; it goes before the text's own.

    Returns:
        Name of the codec, and the text; `data.decode(codec)` gives it (for damaged UTF-8, with
        `errors="replace"`).

    Raises:
        DocumentError: `binary`, `truncated` or `undecodable`, with the byte.
    """
    certain = next((codec for mark, codec in _MARKS if data.startswith(mark)), None) or _wide_codec(data)
    if certain == "utf-8-sig":
        return certain, _marked_utf8(data, is_markup=is_markup)
    if certain:
        return certain, _without_nul(_strict(data, certain), certain)
    _refuse_binary(data, is_markup=is_markup)
    declared = _labels().get((charset or "").strip().lower()) or (_declared(data) if is_markup else None)
    if declared == "iso2022_jp" and _ESCAPED.search(data):
        return declared, _strict(data, declared)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        damaged = _as_declared(data, declared) or _damaged_utf8(data, error)
        if damaged is None and declared == "utf-8":
            _refuse_nearly_declared(data, error)
        return damaged or _detected(data, error)
    if declared in _TWO_BYTES and not text.isascii() and max(text) < _FIRST_OF_THREE_BYTES:
        # A few words of Chinese or Korean can be valid UTF-8 by chance, but never of Chinese or Korean.
        return _as_declared(data, declared) or ("utf-8", text)
    return "utf-8", text


def _marked_utf8(data: bytes, *, is_markup: bool) -> str:
    """UTF-8 after its mark, where no other encoding comes into question."""
    _refuse_binary(data, is_markup=is_markup)
    body = data.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        damaged = _damaged_utf8(body, error)
        if damaged is None:
            at = error.start + len(codecs.BOM_UTF8)
            raise DocumentError(
                "decode",
                "undecodable",
                f"marked as UTF-8, but byte {at} is not ({error.reason}); save the file as UTF-8",
            ) from error
        return damaged[1]


def _strict(data: bytes, codec: str) -> str:
    """Decode by an encoding that is certain."""
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        reason = "truncated" if error.end >= len(data) and "truncated" in error.reason else "undecodable"
        raise DocumentError(
            "decode",
            reason,
            f"not valid {codec} at byte {error.start}: {error.reason}; save the file as UTF-8",
        ) from error


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _without_nul(text: str, codec: str) -> str:
    at = text.find("\0")
    if at >= 0:
        raise DocumentError("decode", "binary", f"read as {codec}, character {at} is NUL, which no text has")
    return text


def _refuse_binary(data: bytes, *, is_markup: bool) -> None:
    """Refuse what is no text; a few NULs in a page are none of it, as for every browser."""
    at = -1 if is_markup else data.find(b"\0")
    if at >= 0:
        raise DocumentError("decode", "binary", f"byte {at} is NUL, which no text has")
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > len(data) * _CONTROLS_PER_BYTE:
        at = next(place for place, byte in enumerate(data) if byte in _CONTROLS)
        raise DocumentError(
            "decode",
            "binary",
            f"{controls} of {len(data)} bytes are control characters, the first at byte {at}",
        )


def _wide_codec(data: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of Western text and markup is zero, the others are ASCII."""
    sample = data[:_DECLARATION_BYTES]
    pairs = len(sample) // 2
    if pairs < 2 or b"\0" not in sample:  # noqa: PLR2004 - one pair proves nothing
        return None
    zeros_first, zeros_second = sample[0::2].count(0), sample[1::2].count(0)
    if len(sample.translate(None, _HIGH_BYTES)) < (1 + _MOSTLY) * pairs:
        return None
    if zeros_second > _MOSTLY * pairs and not zeros_first:
        return "utf-16-le"
    if zeros_first > _MOSTLY * pairs and not zeros_second:
        return "utf-16-be"
    return None


def _declared(data: bytes) -> str | None:
    """The codec that a page names for itself; None where it names none or one that nobody knows."""
    head = data[:_DECLARATION_BYTES]
    match = _XML_ENCODING.search(head) or _META_CHARSET.search(head)
    return _labels().get(match[1].decode("ascii", "replace").lower()) if match else None


@cache
def _labels() -> Mapping[str, str]:
    """Labels of encodings to Python codecs."""
    labels: dict[str, str] = {}
    for line in LABELS_FILE.read_text(encoding="ascii").splitlines():
        if line and not line.startswith("#"):
            codec, _, names = line.partition("\t")
            labels.update(dict.fromkeys(names.split(), codec))
    return labels


def _as_declared(data: bytes, codec: str | None) -> tuple[str, str] | None:
    """What the page says of itself, where that can be."""
    if codec is None or codec == "utf-8":
        return None
    text = _try(data, codec)
    if text is not None:
        return codec, text
    # Windows-1252 leaves five bytes undefined; browsers read them as the controls of Latin-1.
    return ("latin-1", data.decode("latin-1")) if codec == "cp1252" else None


def _damaged_utf8(data: bytes, fault: UnicodeDecodeError) -> tuple[str, str] | None:
    """UTF-8 with at most one damaged run in a thousand characters, and more sound runs than damaged ones."""
    text = data.decode("utf-8", "replace")
    damage = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    sound = sum(map(data.count, _LEAD_BYTES)) - damage
    if damage <= max(1, len(text) * _DAMAGE_PER_CHARACTER) and sound > damage:
        return "utf-8", text
    if _SURROGATE.match(data, fault.start) and _try(_SURROGATE.sub(b"", data), "utf-8") is not None:
        raise DocumentError(
            "decode", "undecodable", f"half of a surrogate pair at byte {fault.start}; save the file as UTF-8"
        )
    return None


def _refuse_nearly_declared(data: bytes, fault: UnicodeDecodeError) -> None:
    """Guess no other encoding for what says that it is UTF-8, and is so in more places than not."""
    text = data.decode("utf-8", "replace")
    damage = len(_DAMAGED.findall(text))
    if sum(not c.isascii() and c != "\ufffd" for c in text) > damage:
        raise DocumentError(
            "decode",
            "undecodable",
            f"declared as UTF-8, but byte {fault.start} is not ({fault.reason}), nor is the text in "
            f"{damage} places; save the file as UTF-8",
        )


_DAMAGED = re.compile("\ufffd+")
_LEAD_BYTES = tuple(bytes([byte]) for byte in range(0xC2, 0xF5))


def _detected(data: bytes, fault: UnicodeDecodeError) -> tuple[str, str]:
    """What charset-normalizer says of a sample, if the whole can be read by it."""
    codec = _guess(data)
    text = _try(data, codec) if codec else None
    if codec is None or text is None:
        raise DocumentError(
            "decode",
            "undecodable",
            f"byte {fault.start} is not UTF-8 ({fault.reason}), nothing declares another encoding, "
            f"and {codec or 'none'} fits the rest; save the file as UTF-8",
        )
    return codec, text


def _guess(data: bytes) -> str | None:
    """The likeliest codec of text that nothing declares."""
    accented = len(data) - len(data.translate(None, _HIGH_BYTES))
    if accented < len(data) * _RARELY_ACCENTED and _try(data, "cp1252") is not None:
        # A few names of many countries in English: too little for any guess, and this is what it is.
        return "cp1252"
    latin = _latin(data[:_SAMPLE_BYTES])
    if latin:
        return latin
    # Takes 30 ms to import, and few documents need it.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    best = from_bytes(data[:_SAMPLE_BYTES], cp_isolation=list(_DETECTED)).best()
    return best.encoding if best else None


def _latin(sample: bytes) -> str | None:
    """The Latin encoding in which nearly every letter beyond ASCII belongs to one language."""
    counts = Counter(sample.translate(None, _ASCII_BYTES))
    fewest, likeliest = counts.total() * _FOREIGN_LETTERS, None
    for codec, alphabet in _alphabets():
        foreign = sum(
            count for byte, count in counts.items() if bytes([byte]).decode(codec, "replace") not in alphabet
        )
        if foreign < fewest:
            fewest, likeliest = foreign, codec
    return likeliest


@cache
def _alphabets() -> tuple[tuple[str, frozenset[str]], ...]:
    """Codecs with the characters beyond ASCII that a text of one of their languages may hold."""
    rows = (
        line.split("\t")
        for line in ALPHABETS_FILE.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
    return tuple((codec, _SIGNS.union(letters, letters.upper())) for codec, _, letters in rows)
