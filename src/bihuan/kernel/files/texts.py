"""The text in a document, as far as it can be got at without running the document's own software."""

import io
import logging
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from bihuan.kernel.files.kinds import PICTURES, TEXTS, Sniffed, decoded

#: Bytes read of any one part and characters kept of a document: marks stand on the first page.
MAX_PART = 30_000_000
MAX_CHARS = 200_000
MAX_OLD = 4_000_000
_PAGES = 3

logger = logging.getLogger(__name__)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _part(archive: zipfile.ZipFile, name: str) -> Element:
    with archive.open(name) as part:
        data = part.read(MAX_PART + 1)
    if len(data) > MAX_PART:
        raise ValueError("part too large")
    parsed: Element = ElementTree.fromstring(data, forbid_dtd=True)
    return parsed


def _word(archive: zipfile.ZipFile) -> Iterator[str]:
    """Yield headers first, then the body, a line a paragraph."""
    names = archive.namelist()
    parts = [n for n in names if n.startswith(("word/header", "word/footer")) and n.endswith(".xml")]
    for name in [*sorted(parts), "word/document.xml"]:
        for paragraph in _part(archive, name).iter(f"{_WORD}p"):
            yield "".join(node.text or "" for node in paragraph.iter(f"{_WORD}t"))


def _texts(archive: zipfile.ZipFile, tag: str, starts: str) -> Iterator[str]:
    for name in sorted(n for n in archive.namelist() if n.startswith(starts) and n.endswith(".xml")):
        for node in _part(archive, name).iter():
            if node.tag.rpartition("}")[2] == tag and node.text:
                yield node.text


def _pdf(data: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    for page in reader.pages[:_PAGES]:
        yield page.extract_text()


def _lines(data: bytes, kind: Sniffed) -> Iterator[str]:
    if kind.ext in PICTURES:
        return
    if kind.ext in TEXTS:
        yield decoded(data) or ""
    elif kind.ext == "pdf":
        yield from _pdf(data)
    elif not kind.zipped:
        # Old Office files keep Chinese text as plain UTF-16 at even or odd places.
        yield data[:MAX_OLD].decode("utf-16-le", "ignore")
        yield data[1:MAX_OLD].decode("utf-16-le", "ignore")
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if kind.ext in ("docx", "wps"):
                yield from _word(archive)
            elif kind.ext == "ofd":
                yield from _texts(archive, "TextCode", "")
            else:
                yield from _texts(archive, "t", "xl/")


def text_of(data: bytes, kind: Sniffed) -> str | None:
    """Return the document's text, None when it can't be read from this kind (old Word, scans, pictures)."""
    found, size = [], 0
    try:
        for line in _lines(data, kind):
            found.append(line)
            size += len(line)
            if size > MAX_CHARS:
                break
    except Exception:  # a reader meets every kind of rubbish; what was read so far is the answer
        logger.info("text of a %s file can't be read", kind.ext, exc_info=True)
    return "\n".join(found) or None
