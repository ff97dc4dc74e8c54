"""Tables of messages on disk: CSV or CSV.gz, as contests, exports and spreadsheets write them."""

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput

if TYPE_CHECKING:
    from bihuan.logic.messages.merging import Message

_LONGEST_CELL = 10_000_000
_MOMENTS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
)


def rows(path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield the rows of a table that has all of the named columns.

    Raises:
        BadInput: no such file, not a table, a column is missing.
    """
    csv.field_size_limit(_LONGEST_CELL)
    try:
        reader = csv.DictReader(io.StringIO(_text(path), newline=""))
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise BadInput(
                _("The table lacks the column %(names)s.") % {"names": "、".join(missing)}, where=str(path)
            )
        for row in reader:
            yield {name: (row[name] or "").strip() for name in columns}
    except csv.Error as error:
        raise BadInput(_("This is no table: %(why)s") % {"why": error}, where=str(path)) from error


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
    except (OSError, EOFError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadInput(_("The file can't be read: %(why)s") % {"why": why}, where=str(path)) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(_("The file is neither UTF-8 nor GB 18030 text."), where=str(path))


def labelled(path: Path) -> tuple[list[str], list[str]]:
    """Return (texts, labels) of the columns ``text`` and ``label``; rows that lack either are left out."""
    found = [
        (row["text"], row["label"]) for row in rows(path, ("text", "label")) if row["text"] and row["label"]
    ]
    if not found:
        raise BadInput(_("The table has no message with a label."), where=str(path))
    return [text for text, _label in found], [label for _text, label in found]


def moment(text: str) -> datetime | None:
    """Return a written moment; None when it can't be read."""
    for form in _MOMENTS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 -- local time without a zone, as written
        except ValueError:
            continue
    return None


def messages(path: Path) -> "list[Message]":
    """Return the messages of a table with the columns of 附件3; rows without id, subject or moment are left out."""
    from bihuan.logic.messages.merging import Message

    named = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "反对数", "点赞数")
    found = []
    for row in rows(path, named):
        at = moment(row["留言时间"])
        if row["留言编号"] and row["留言主题"] and at:
            number, sender, subject, _at, text, against, agreed = (row[name] for name in named)
            found.append(Message(number, sender, subject, text, at, _count(agreed), _count(against)))
    return found


def _count(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
