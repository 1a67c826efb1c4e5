"""A PDF writer of a few lines: pages of text in the base fonts, as small as a PDF can be."""

from __future__ import annotations

WIDTH, HEIGHT = 595, 842


def pdf(pages, **info) -> bytes:
    """A PDF file.

    Args:
        pages: For each page its lines as `(x, y, size, text)` or `(x, y, size, text, "bold")`; y counts from
            the top, in points.
        info: Entries of the document information, such as `Title`.
    """
    objects: list[bytes] = []

    def add(content: bytes) -> int:
        objects.append(content)
        return len(objects)

    catalog, tree = add(b""), add(b"")
    fonts = [
        add(b"<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>" % name)
        for name in (b"Helvetica", b"Helvetica-Bold")
    ]
    kids = []
    for lines in pages:
        stream = b"\n".join(_shown(*line) for line in lines)
        body = add(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        kids.append(
            add(
                b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R"
                b"/Resources<</Font<</F0 %d 0 R/F1 %d 0 R>>>>>>" % (tree, WIDTH, HEIGHT, body, *fonts)
            )
        )
    objects[catalog - 1] = b"<</Type/Catalog/Pages %d 0 R>>" % tree
    refs = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[tree - 1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), refs)
    entries = b"".join(b"/%s %s" % (name.encode(), _string(value)) for name, value in info.items())
    return _file(objects, catalog, add(b"<<%s>>" % entries))


def _file(objects: list[bytes], catalog: int, info: int) -> bytes:
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"<</Size %d/Root %d 0 R/Info %d 0 R>>" % (len(objects) + 1, catalog, info)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer%s\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        trailer,
        len(out),
    )


def _shown(x, y, size, text, weight="") -> bytes:
    return b"BT /F%d %g Tf %g %g Td %s Tj ET" % (weight == "bold", size, x, HEIGHT - y, _string(text))


def _string(text: str) -> bytes:
    raw = text.encode("cp1252")
    return b"(" + raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"


def paragraph(text: str, y=100, *, x=72, width=75, leading=14):
    """Lines of at most so many characters; and where the next line would stand."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines.append(line)
    return [(x, y + n * leading, 11, one) for n, one in enumerate(lines)], y + len(lines) * leading
