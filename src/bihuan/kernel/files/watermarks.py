"""Who looks at a preview stands on it: the viewer's name, post and day across every picture and page."""

import io
import math
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from bihuan.kernel.errors import Unavailable

#: A preview of a picture is at most so many pixels wide or high: what needs more is downloaded.
WIDEST = 2400
#: Pages of a document that are stamped; a longer one is downloaded.
MOST_PAGES = 400
_OPAQUE = 58  # of 255
_ANGLE = 24

#: Where Chinese fonts usually lie; ``settings.BIHUAN_FONT`` names another.
_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
)


@cache
def _font_file() -> str:
    given = str(getattr(settings, "BIHUAN_FONT", "") or "")
    return next((name for name in (given, *_FONTS) if name and Path(name).is_file()), "")


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return a font that draws Chinese; on a bare system one that draws its sound."""
    file = _font_file()
    return ImageFont.truetype(file, size) if file else ImageFont.load_default(size)


def drawable(text: str) -> str:
    """Return the text as this system's font can draw it: without a Chinese font, in pinyin."""
    if _font_file():
        return text
    from pypinyin import lazy_pinyin  # heavy, and only a machine without Chinese fonts needs it

    return " ".join(lazy_pinyin(text)).replace("  ", " ")


def stamp_picture(data: bytes, text: str) -> bytes:
    """Return the picture as WebP with ``text`` across it, made smaller when it is large."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGBA")
    picture.thumbnail((WIDEST, WIDEST))
    size = max(11, min(picture.size) // 26)
    tile = _tile(drawable(text), size)
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    for row, y in enumerate(range(-tile.height // 2, picture.height, tile.height + size)):
        for x in range(-(row % 2) * tile.width // 2, picture.width, tile.width + size):
            layer.alpha_composite(tile, (max(x, 0), max(y, 0)))
    out = io.BytesIO()
    Image.alpha_composite(picture, layer).convert("RGB").save(out, "WEBP", quality=82)
    return out.getvalue()


def _tile(text: str, size: int) -> Image.Image:
    """Return the words once, aslant: dark with a light edge, so that they stand on any ground."""
    font = _font(size)
    left, top, right, bottom = ImageDraw.Draw(Image.new("L", (1, 1))).textbbox((0, 0), text, font=font)
    words = Image.new("RGBA", (int(right - left) + 8, int(bottom - top) + 8), (0, 0, 0, 0))
    pen = ImageDraw.Draw(words)
    pen.text((4 - left, 4 - top), text, font=font, fill=(30, 30, 30, _OPAQUE), stroke_width=1,
             stroke_fill=(255, 255, 255, _OPAQUE))  # fmt: skip
    return words.rotate(_ANGLE, expand=True, resample=Image.Resampling.BICUBIC)


def stamp_pdf(data: bytes, text: str) -> bytes:
    """Return the document with ``text`` across every page; Unavailable when it can't be written on."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted or len(reader.pages) > MOST_PAGES:
            raise Unavailable(_("This document can't be shown here: download it."), "file")
        writer = PdfWriter(clone_from=reader)
        font, state = writer._add_object(_pdf_font()), writer._add_object(_pdf_state())
        for page in writer.pages:
            box = page.mediabox
            frame = (float(box.left), float(box.bottom), float(box.width), float(box.height))
            overlay = _overlay(writer, frame, text, font, state)
            page.merge_page(overlay)
        out = io.BytesIO()
        writer.write(out)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unavailable(_("This document can't be shown here: download it."), "file") from error
    return out.getvalue()


def _overlay(
    writer: PdfWriter, frame: tuple[float, ...], text: str, font: object, state: object
) -> PageObject:
    left, bottom, width, height = frame
    page = PageObject.create_blank_page(writer, left + width, bottom + height)
    stream = DecodedStreamObject()
    stream.set_data(_words(frame, text).encode("ascii"))
    page[NameObject("/Contents")] = writer._add_object(stream)
    page[NameObject("/MediaBox")] = ArrayObject(
        [FloatObject(one) for one in (left, bottom, left + width, bottom + height)]
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {
            NameObject("/Font"): DictionaryObject({NameObject("/BhMark"): font}),
            NameObject("/ExtGState"): DictionaryObject({NameObject("/BhPale"): state}),
        }
    )
    return page


def _words(frame: tuple[float, ...], text: str) -> str:
    """Return the drawing of the words over a page, in PDF's own language."""
    left, bottom, width, height = frame
    size = max(9.0, min(width, height) / 38)
    turn = math.radians(_ANGLE)
    cos, sin = math.cos(turn), math.sin(turn)
    code = text.encode("utf-16-be").hex().upper()
    across = size * (sum(1 if ord(one) > 0x2E7F else 0.55 for one in text) + 3)
    drawn = []
    y, row = bottom - across * sin / 2, 0
    while y < bottom + height:
        x = left - (row % 2) * across / 2
        while x < left + width:
            drawn.append(
                f"BT /BhMark {size:.1f} Tf {cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {x:.1f} {y:.1f} Tm <{code}> Tj ET"
            )
            x += across
        y, row = y + size * 9, row + 1
    return "q /BhPale gs 0.2 0.2 0.2 rg\n" + "\n".join(drawn) + "\nQ\n"


def _pdf_font() -> DictionaryObject:
    """Return a Chinese font every viewer brings or replaces (Adobe-GB1), so none is embedded."""
    about = DictionaryObject(
        {
            NameObject("/Registry"): TextStringObject("Adobe"),
            NameObject("/Ordering"): TextStringObject("GB1"),
            NameObject("/Supplement"): NumberObject(2),
        }
    )
    inner = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/CIDFontType0"),
            NameObject("/BaseFont"): NameObject("/STSong-Light"),
            NameObject("/CIDSystemInfo"): about,
            NameObject("/DW"): NumberObject(1000),
        }
    )
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type0"),
            NameObject("/BaseFont"): NameObject("/STSong-Light"),
            NameObject("/Encoding"): NameObject("/UniGB-UCS2-H"),
            NameObject("/DescendantFonts"): ArrayObject([inner]),
        }
    )


def _pdf_state() -> DictionaryObject:
    return DictionaryObject(
        {NameObject("/Type"): NameObject("/ExtGState"), NameObject("/ca"): FloatObject(_OPAQUE / 255)}
    )
