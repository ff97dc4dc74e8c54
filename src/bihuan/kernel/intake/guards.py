"""What a file must be before anything in it is parsed: small enough, whole, and without macros or traps."""

import hashlib
import zipfile
from dataclasses import dataclass
from typing import Any, BinaryIO
from xml.parsers import expat  # entity declarations are refused by handlers below

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput

_MB = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a workbook may hold; sizes in bytes."""

    size: int = 50 * _MB
    unpacked: int = 300 * _MB
    strings: int = 64 * _MB
    ratio: int = 250
    entries: int = 2000
    rows: int = 200_000
    cells: int = 5_000_000
    merges: int = 200_000


def refuse(code: str, message: str, **details: object) -> BadInput:
    """Build the error for a file that isn't taken."""
    return BadInput(message, where="file", reason=code, **details)


def too_large(limits: Limits) -> BadInput:
    """Build the error for a file above the limit."""
    message = _("The file is larger than %(limit)s MB. Please split it or remove pictures from it.")
    return refuse("too_large", message % {"limit": limits.size // _MB})


def measure(file: BinaryIO, limits: Limits) -> tuple[int, str]:
    """Return size and SHA-256 of a file; a file above the limit is refused without being read on."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(_MB):
        size += len(piece)
        if size > limits.size:
            raise too_large(limits)
        digest.update(piece)
    file.seek(0)
    return size, digest.hexdigest()


def kind_of(file: BinaryIO) -> str:
    """Tell what the file is by its content: xlsx, xls or text; anything else is refused."""
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head == _OLE:
        _check_ole(file)
        return "xls"
    if not head:
        raise refuse("empty", _("The file is empty."))
    start = file.read(4096)
    file.seek(0)
    if b"\x00" in start or start.lstrip()[:1] == b"<" or start.startswith((b"%PDF", b"{\\rtf")):
        raise refuse("not_a_workbook", _("This is not a workbook. Please save it as .xlsx and try again."))
    return "text"


def _check_ole(file: BinaryIO) -> None:
    """Look into an old Office container by the names of its streams (UTF-16)."""
    names = {
        name: name.encode("utf-16-le") for name in ("EncryptedPackage", "_VBA_PROJECT", "Workbook", "Book")
    }
    content = file.read()
    file.seek(0)
    if names["EncryptedPackage"] in content:
        raise refuse(
            "encrypted", _("The workbook is protected by a password. Please remove it and try again.")
        )
    if names["_VBA_PROJECT"] in content:
        raise _macros()
    if names["Workbook"] not in content and names["Book"] not in content:
        raise refuse("not_a_workbook", _("This is not a workbook. Please save it as .xlsx and try again."))


def _macros() -> BadInput:
    return refuse(
        "macros", _("The workbook contains macros. Please save it as .xlsx, without macros, and try again.")
    )


def check_zip(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse what a workbook never is: macros, a bomb, an encrypted or foreign archive."""
    entries = archive.infolist()
    names = {entry.filename.lower() for entry in entries}
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    strings = max(
        (e.file_size for e in entries if e.filename.lower().endswith("sharedstrings.xml")), default=0
    )
    if any(name.endswith(("vbaproject.bin", ".vbs")) for name in names):
        raise _macros()
    bomb = total > limits.unpacked or strings > limits.strings or len(entries) > limits.entries
    if bomb or (total > 8 * _MB and total > limits.ratio * max(1, packed)):
        raise refuse("bomb", _("The file unpacks to far more than it seems. It was not opened."))
    if any(entry.flag_bits & 1 for entry in entries):
        raise refuse(
            "encrypted", _("The workbook is protected by a password. Please remove it and try again.")
        )
    if "xl/workbook.xml" not in names:
        raise refuse("not_a_workbook", _("This is not a workbook. Please save it as .xlsx and try again."))


def damaged() -> BadInput:
    """Build the error for a workbook whose inside is broken."""
    return refuse("damaged", _("The workbook is damaged. Please open it, save it as .xlsx and try again."))


@dataclass(slots=True)
class Outline:
    """What one pass over a sheet's XML tells before its cells are read."""

    merges: list[str]
    unsaved: set[str]
    rows: int = 0
    cells: int = 0


class _Scanner:
    """Counts rows and cells in constant memory; notes merges and formulas saved without a value."""

    def __init__(self, limits: Limits, parser: Any) -> None:
        self.limits = limits
        self.parser = parser
        self.outline = Outline([], set())
        self.cell = ""
        self.formula = self.valued = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        outline = self.outline
        if tag == "c":
            outline.cells += 1
            self.cell, self.formula, self.valued = attributes.get("r", ""), False, False
        elif tag == "f":
            self.formula = True
        elif tag in {"v", "is"} and self.formula:
            self.parser.CharacterDataHandler = self.text
        elif tag == "row":
            outline.rows += 1
            number = attributes.get("r", "1")
            if not number.isdigit() or int(number) > 1_048_576:
                raise damaged()
        elif tag == "mergeCell":
            outline.merges.append(attributes.get("ref", ""))
        limits = self.limits
        over = (
            outline.rows > limits.rows or outline.cells > limits.cells or len(outline.merges) > limits.merges
        )
        if over:
            message = _("The sheet has more than %(rows)s rows or %(cells)s cells. Please split it.")
            raise refuse("too_many_rows", message % {"rows": limits.rows, "cells": limits.cells})

    def text(self, _data: str) -> None:
        self.valued = True
        self.parser.CharacterDataHandler = None

    def end(self, name: str) -> None:
        if name.rpartition(" ")[2] == "c" and self.formula and not self.valued:
            self.outline.unsaved.add(self.cell)

    def no_entities(self, *_args: object) -> None:
        raise damaged()


def outline(source: BinaryIO, limits: Limits) -> Outline:
    """Scan one sheet's XML without building a tree."""
    parser = expat.ParserCreate(namespace_separator=" ")
    scanner = _Scanner(limits, parser)
    parser.StartElementHandler = scanner.start
    parser.EndElementHandler = scanner.end
    parser.StartDoctypeDeclHandler = scanner.no_entities
    parser.EntityDeclHandler = scanner.no_entities
    try:
        parser.ParseFile(source)
    except expat.ExpatError as error:
        raise damaged() from error
    return scanner.outline
