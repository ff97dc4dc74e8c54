"""What a file really is: its bytes against its name, and what it must not carry inside."""

import io
import zipfile
from dataclasses import dataclass

import filetype
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput

PICTURES = frozenset({"jpg", "jpeg", "png", "webp", "heic"})
TEXTS = frozenset({"txt", "csv"})

MIMES = {
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "wps": "application/vnd.ms-works",
    "et": "application/vnd.ms-excel",
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "heic": "image/heic",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}

#: Names of directory entries by which an OLE file is known, and those that hold macros.
_OLE = {"doc": ("WordDocument",), "xls": ("Workbook", "Book")}
_OLE |= {"wps": ("WordDocument", "WpsDocument"), "et": ("Workbook", "Book", "EtWorkbook")}
_OLE_MACROS = ("Macros", "_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA")
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIPPED = {"docx": "word/document.xml", "wps": "word/document.xml", "xlsx": "xl/workbook.xml"}
_ZIPPED |= {"et": "xl/workbook.xml", "ofd": "OFD.xml"}

#: Bounds of a zipped document: entries, bytes unpacked, and how far any large part may be packed.
MAX_ENTRIES = 5_000
MAX_UNPACKED = 300_000_000
MAX_RATIO = 200
_SMALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What the bytes proved to be."""

    ext: str
    mime: str
    zipped: bool


def sniff(data: bytes, name: str) -> Sniffed:
    """Return what a file is; raise BadInput when it isn't what its name says or isn't taken here."""
    ext = name.rpartition(".")[2].lower() if "." in name else ""
    if ext not in MIMES:
        kinds = " ".join(sorted(MIMES))
        raise BadInput(_("Files of this kind are not taken. Taken are: %(kinds)s") % {"kinds": kinds}, "file")
    if not data:
        raise BadInput(_("The file is empty."), "file")
    zipped = data[:4] == b"PK\x03\x04"
    if zipped and ext in _ZIPPED:
        _check_zip(data, _ZIPPED[ext])
    elif data.startswith(_OLE_MAGIC):
        _check_ole(data, ext)
    elif ext in PICTURES:
        _check_picture(data, ext)
    elif not ((ext == "pdf" and b"%PDF-" in data[:1024]) or (ext in TEXTS and decoded(data) is not None)):
        raise _not_as_named(data)
    return Sniffed(ext, MIMES[ext], zipped)


def _not_as_named(data: bytes) -> BadInput:
    guessed = filetype.guess(data)
    if guessed is None:
        return BadInput(_("The file is not what its name says, or it is damaged."), "file")
    message = _("The file is not what its name says: inside it is %(kind)s. Give it its right ending.")
    return BadInput(message % {"kind": guessed.extension}, "file")


def _check_picture(data: bytes, ext: str) -> None:
    guessed = filetype.guess(data)
    wanted = {"jpeg": "jpg"}.get(ext, ext)
    if guessed is None or guessed.extension != wanted:
        raise _not_as_named(data)


def _check_zip(data: bytes, wanted: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise BadInput(_("The document is damaged and can't be opened."), "file") from error
    names = {entry.filename for entry in entries}
    if wanted not in names:
        raise _not_as_named(data)
    unpacked = sum(entry.file_size for entry in entries)
    bomb = any(e.file_size > _SMALL and e.file_size > MAX_RATIO * max(e.compress_size, 1) for e in entries)
    if bomb or unpacked > MAX_UNPACKED or len(entries) > MAX_ENTRIES:
        raise BadInput(_("The document unpacks to far more than it should and was refused."), "file")
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadInput(_("The document is protected by a password, so it can't be checked."), "file")
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise _macros()


def _macros() -> BadInput:
    return BadInput(_("The document contains macros. Save it without macros and send it again."), "file")


def _ole_names(data: bytes) -> set[str]:
    """Return the names in the directory of an OLE file.

    Entries are 128 bytes long on a 128-byte grid: the name in UTF-16, its length at 64,
    the kind at 66 (1 storage, 2 stream, 5 root). [MS-CFB] 2.6.1.
    """
    names = set()
    for start in range(512, len(data) - 127, 128):
        length, kind = int.from_bytes(data[start + 64 : start + 66], "little"), data[start + 66]
        if kind in (1, 2, 5) and 4 <= length <= 64 and length % 2 == 0 and data[start + 67] <= 1:
            names.add(data[start : start + length - 2].decode("utf-16-le", "replace"))
    return names


def _check_ole(data: bytes, ext: str) -> None:
    names = _ole_names(data)
    if "EncryptedPackage" in names:
        raise BadInput(_("The document is protected by a password, so it can't be checked."), "file")
    if ext not in _OLE or not names & set(_OLE[ext]):
        raise _not_as_named(data)
    if names & set(_OLE_MACROS):
        raise _macros()


def decoded(data: bytes) -> str | None:
    """Return the text of a plain text file (UTF-8, UTF-16 with a mark, GB 18030), None when it is none."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif b"\x00" in data:
        return None
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
