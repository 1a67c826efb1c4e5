"""PDF: what stands on its pages, line by line, and the blocks that the lines make.

The source text is the text of the pages in reading order, a line break after each line and a form feed
between pages; then, after the last page, their running heads, running feet and page numbers.  These stand
apart so that a sentence that goes on over a page is whole.  Reading order is the order in which the file
draws its text, or from top to bottom where the file draws in no order.
"""

from __future__ import annotations

import ctypes
import re
from typing import TYPE_CHECKING, Any

from ingest.errors import DocumentError
from ingest.extract.author_fields import clean_authors
from ingest.extract.dates import read_date
from ingest.extract.outer_metadata import title_in
from ingest.extract.pdf.blocks import lay_out_pages
from ingest.extract.pdf.furniture import part_furniture
from ingest.extract.pdf.lines import PageLine, in_reading_order
from ingest.metadata import Metadata
from ingest.records import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.metadata import RawDocument

_HYPHEN = 2  # PDFium's mark for a hyphen that ends a line; the line break after it is left out
_BREAKS = (10, 13)
_LAST_CODE_POINT = 0x10FFFF
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([+-])(\d\d)'?(\d\d)?|Z)?")
_NAME_BYTES = 128
_BOLD = re.compile(rb"bold|black|heavy|cmbx")
_PASSWORD = 4  # FPDF_ERR_PASSWORD


def extract_pdf(raw: RawDocument) -> Page:
    """Read a PDF file.

    Args:
        raw: The document; `content` holds its bytes.

    Returns:
        Its page.  Title, author and dates are those of the document information, the title only where
        it stands on the first page too: many are names of files.

    Raises:
        DocumentError: `missing_extra`, `corrupt`, `encrypted` or `empty`.
    """
    try:
        import pypdfium2 as pdfium  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        detail = "PDF needs the extra `pdf`: pip install 'document-ingest[pdf]'"
        raise DocumentError("extract", "missing_extra", detail) from None
    try:
        document = pdfium.PdfDocument(raw.content)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            raise DocumentError("extract", "encrypted", "the PDF file asks for a password") from error
        raise DocumentError("extract", "corrupt", f"no PDF file that can be read: {error}") from error
    try:
        lines = [line for number in range(len(document)) for line in _page_lines(document, number)]
        pages = len(document)
        info = document.get_metadata_dict()
    except pdfium.PdfiumError as error:
        raise DocumentError("extract", "corrupt", f"a page that cannot be read: {error}") from error
    finally:
        document.close()
    if not lines:
        detail = f"{pages} pages without text; pages that are pictures need OCR first"
        raise DocumentError("extract", "empty", detail)
    body, furniture = part_furniture(lines, pages)
    source_text, blocks = lay_out_pages(body, furniture)
    first_page = "".join(line.text for line in body if line.page == 0)
    return Page(source_text, blocks, _metadata(info, first_page))


def _page_lines(document: Any, number: int) -> list[PageLine]:  # noqa: ANN401 - of an extra
    page = document[number]
    text_page = page.get_textpage()
    try:
        return in_reading_order(list(_lines(text_page, number, page.get_height())))
    finally:
        text_page.close()
        page.close()


def _lines(text_page: Any, number: int, height: float) -> Iterator[PageLine]:  # noqa: ANN401 - of an extra
    """The lines of a page in the order of the file."""
    from pypdfium2 import raw  # noqa: PLC0415 - as above

    codes: list[int] = []
    shown: list[int] = []

    def line(*, is_cut: bool = False) -> Iterator[PageLine]:
        text = _decoded(codes).strip()
        if text and shown:
            left, _, _, _ = text_page.get_charbox(shown[0], loose=True)
            _, _, right, _ = text_page.get_charbox(shown[-1], loose=True)
            # A bullet or a sign of another font is no measure of a line.
            samples = sorted({shown[len(shown) * part // 4] for part in (1, 2, 3)})
            boxes = sorted(
                (text_page.get_charbox(at, loose=True) for at in samples), key=lambda box: box[3] - box[1]
            )
            _, bottom, _, top = boxes[len(boxes) // 2]
            place = (left, right, (height - top) / max(height, 1.0), (height - bottom) / max(height, 1.0))
            yield PageLine(text, number, *place, abs(top - bottom), _is_bold(raw, text_page, samples), is_cut)
        codes.clear()
        shown.clear()

    for index in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(text_page, index)
        if code in _BREAKS:
            yield from line()
        elif code == _HYPHEN:
            codes.append(ord("-"))
            yield from line(is_cut=True)
        else:
            codes.append(code)
            if code > ord(" ") and not raw.FPDFText_IsGenerated(text_page, index):
                shown.append(index)
    yield from line()


def _decoded(codes: list[int]) -> str:
    """Text of code units; what is no character is U+FFFD."""
    text = "".join(chr(code) for code in codes if 0 < code <= _LAST_CODE_POINT)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_bold(raw: Any, text_page: Any, samples: Sequence[int]) -> bool:  # noqa: ANN401 - of an extra
    """Whether all sampled letters are of bold fonts."""
    for index in samples:
        name = ctypes.create_string_buffer(_NAME_BYTES)
        raw.FPDFText_GetFontInfo(text_page, index, name, _NAME_BYTES, ctypes.c_int())
        if not _BOLD.search(name.value.lower()):
            return False
    return True


def _metadata(info: dict[str, str], first_page: str) -> Metadata:
    return Metadata(
        title=title_in(first_page, info.get("Title", "")),
        authors=clean_authors([info.get("Author", "")]),
        published_at=_date(info.get("CreationDate", "")),
        modified_at=_date(info.get("ModDate", "")),
    )


def _date(text: str) -> str | None:
    """A PDF date, `D:20240503100000+02'00'`, as ISO 8601."""
    match = _DATE.match(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, sign, hours, minutes = match.groups()
    date = f"{year}-{month or '01'}-{day or '01'}"
    if hour is None:
        return read_date(date)
    zone = f"{sign}{hours}:{minutes or '00'}" if sign else "Z" if text.strip().endswith("Z") else ""
    return read_date(f"{date}T{hour}:{minute or '00'}:{second or '00'}{zone}")
