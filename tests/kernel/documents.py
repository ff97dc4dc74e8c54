"""Small documents of every kind, made by hand."""

import io
import struct
import zipfile
import zlib

import openpyxl
from PIL import Image


def zipped(parts, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx(*paragraphs, **more):
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in paragraphs)
    document = f"<w:document {space}><w:body>{body}</w:body></w:document>"
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document} | more)


def ofd(*texts):
    codes = "".join(f"<ofd:TextCode>{t}</ofd:TextCode>" for t in texts)
    page = f'<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016">{codes}</ofd:Page>'
    return zipped({"OFD.xml": "<OFD/>", "Doc_0/Pages/Page_0/Content.xml": page})


def xlsx(rows, title="表一"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ole(*streams, text=""):
    """Header, one directory sector an entry group, and text somewhere behind."""
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504
    for name in ("Root Entry", *streams):
        raw = name.encode("utf-16-le") + b"\x00\x00"
        kind = 5 if name == "Root Entry" else 2
        data += raw.ljust(64, b"\x00") + struct.pack("<HBB", len(raw), kind, 1) + b"\x00" * 60
    data += b"\x00" * (-len(data) % 512)
    return data + text.encode("utf-16-le").ljust(1024, b"\x00")


def picture(kind="JPEG", size=(64, 48), gps=True, mode="RGB"):
    image = Image.new(mode, size, 120 if mode == "L" else None)
    exif = Image.Exif()
    if gps:
        exif[0x010F] = "SECRETPHONE"
        exif.get_ifd(0x8825)[1] = "N"
        exif.get_ifd(0x8825)[2] = (28.0, 12.0, 30.0)
        exif[0x0112] = 6  # lies on its side
    out = io.BytesIO()
    image.save(out, kind, exif=exif)
    return out.getvalue()


def png_bomb(width, height):
    """A PNG that claims to be enormous in a few bytes."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def pdf(text):
    """One page whose text is Chinese, with the map that turns its glyphs back into characters."""
    codes = "".join(f"{ord(c):04X}" for c in text)
    chars = "\n".join(f"<{ord(c):04X}> <{ord(c):04X}>" for c in dict.fromkeys(text))
    count = len(dict.fromkeys(text))
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{count} beginbfchar\n{chars}\nendbfchar\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    content = f"BT /F1 12 Tf 72 700 Td <{codes}> Tj ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        "/Supplement 0>>/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/A/Flags 4>>>>",
        f"<</Length {len(cmap)}>>stream\n{cmap}\nendstream",
    ]
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj{body}endobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    return out + f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF".encode()
