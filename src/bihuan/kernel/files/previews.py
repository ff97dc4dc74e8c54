"""A first look at a file without opening it in its own program; a kind that has none says why not."""

import io
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from bihuan.kernel.files.kinds import PICTURES, TEXTS, Sniffed
from bihuan.kernel.files.selectors import open_file, stored
from bihuan.kernel.files.texts import text_of
from bihuan.kernel.identity.actors import Actor

SHEETS, ROWS, COLUMNS, LINES, CELL = 5, 50, 30, 200, 200
_TABLES = frozenset({"xls", "xlsx", "et"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """The head of a sheet as shown; ``cut`` tells that there is more."""

    title: str
    rows: list[list[str]]
    cut: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What to show. ``kind``: picture and pdf are shown inline from the file itself,
    table and text from here (plain text: the page escapes it), none says ``why``."""

    kind: str
    why: str = ""
    sheets: list[Sheet] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    cut: bool = False


def preview(file_id: int, actor: Actor, why: str = "") -> Preview:
    """Return the preview of a file (reading it as ``open_file`` does, its reason included)."""
    file = stored(file_id)
    if not file.ok:
        return Preview("none", file.message)
    if file.ext in PICTURES or file.ext == "pdf":
        return Preview("pdf" if file.ext == "pdf" else "picture")
    data = open_file(file_id, actor, why)
    if file.ext in _TABLES:
        return _table(data)
    zipped = data[:4] == b"PK\x03\x04"
    if zipped or file.ext in TEXTS:
        return _text(data, Sniffed(file.ext, file.mime, zipped))
    return Preview("none", _("Old Word files have no preview: download it, or ask for DOCX or PDF."))


def picture(
    file_id: int, actor: Actor, mark: str, *, small: bool = False, why: str = ""
) -> tuple[bytes, str]:
    """Return (bytes, kind) of a picture or PDF with ``mark`` across it, as it may be looked at in place.

    Raises as ``open_file`` does; Unavailable for a PDF that can't be written on.
    """
    from bihuan.kernel.files.watermarks import stamp_pdf, stamp_picture  # brings pypdf, which is heavy

    file = stored(file_id)
    data = open_file(file_id, actor, why, part="thumb" if small else "file")
    if small or file.ext in PICTURES:
        return stamp_picture(data, mark), "image/webp"
    return stamp_pdf(data, mark), file.mime


def _shown(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date | time):
        value = value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)[:CELL]


def _table(data: bytes) -> Preview:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = []
        for title in book.sheet_names[:SHEETS]:
            sheet = book.get_sheet_by_name(title)
            rows = sheet.to_python(nrows=ROWS)
            shown = [[_shown(value) for value in row[:COLUMNS]] for row in rows]
            cut = sheet.total_height > ROWS or sheet.total_width > COLUMNS
            sheets.append(Sheet(title, shown, cut))
    except (CalamineError, ValueError):
        return Preview("none", _("This workbook can't be shown: download it."))
    return Preview("table", sheets=sheets, cut=len(book.sheet_names) > SHEETS)


def _text(data: bytes, kind: Sniffed) -> Preview:
    text = text_of(data, kind)
    if text is None:
        return Preview("none", _("No text can be read from this file: download it."))
    lines = [line for line in text.splitlines() if line.strip()]
    return Preview("text", lines=[line[:2_000] for line in lines[:LINES]], cut=len(lines) > LINES)
