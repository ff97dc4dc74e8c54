"""A paper as DOCX after GB/T 9704-2012, made by code: no third party's file lies beneath it."""

from io import BytesIO
from typing import Any

import segno
from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_SECTION_START
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from bihuan.kernel.papers.rendering.printed import picture
from bihuan.kernel.papers.rendering.sheet import Sheet

#: Names the standard asks for; a machine without them shows its own, and the paper says so.
TITLE, BODY, KAI, BLACK, SONG = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"
RED = RGBColor(0xD7, 0x00, 0x0F)
#: What stands in for them where they are missing; word processors read it from the table of fonts.
FREE = {TITLE: "Noto Serif CJK SC", BODY: "Noto Serif CJK SC", KAI: "Noto Serif CJK SC", BLACK: "Noto Sans CJK SC",
        SONG: "Noto Serif CJK SC"}  # fmt: skip
#: 225 mm in 22 lines.
PITCH = Pt(28.95)
#: 28 characters of 16 pt in 156 mm: each a fifth of a point closer, in twentieths. (A grid of characters
#: would be stretched by word processors whose fonts differ.)
_CLOSER = "-4"
_HEADS = {1: BLACK, 2: KAI, 3: BODY}
_LINE_UNITS = 20
#: With more columns a table is set smaller, or figures of five characters break.
_MANY = 7


def write(sheet: Sheet) -> bytes:
    """Return the sheet as the bytes of a DOCX."""
    doc = Document()
    _page(doc)
    _head(doc, sheet)
    _title(doc, sheet)
    for block in sheet.blocks:
        _BLOCKS[block["kind"]](doc, block)
    _attachments(doc, sheet)
    _signature(doc, sheet)
    _imprint(doc, sheet)
    _properties(doc, sheet)
    _fonts(doc)
    out = BytesIO()
    doc.save(out)
    return out.getvalue()


def _page(doc: Doc) -> None:
    section = doc.sections[0]
    section.start_type = WD_SECTION_START.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(24)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(int(PITCH.pt * _LINE_UNITS)))
    doc.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)
    normal: Any = doc.styles["Normal"]
    normal.font.size = Pt(16)
    _face(normal, BODY)
    form = normal.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.widow_control = True
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, PITCH


def _page_number(footer: Any, side: WD_ALIGN_PARAGRAPH) -> None:
    footer.is_linked_to_previous = False
    paragraph: Paragraph = footer.paragraphs[0]
    paragraph.alignment = side
    paragraph.paragraph_format.right_indent = paragraph.paragraph_format.left_indent = Pt(14)
    _say(paragraph, "— ", SONG, 14)
    run = _say(paragraph, "", SONG, 14)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)
    _say(paragraph, " —", SONG, 14)


def _face(thing: Any, name: str) -> None:
    """Set a font for Chinese and Latin letters alike."""
    thing.font.name = name
    fonts = thing.element.get_or_add_rPr().get_or_add_rFonts()
    for part in ("w:eastAsia", "w:hAnsi", "w:ascii", "w:cs"):
        fonts.set(qn(part), name)


def _say(paragraph: Paragraph, text: str, face: str = BODY, size: float = 16, **more: Any) -> Run:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    _face(run, face)
    if size == 16:
        closer = OxmlElement("w:spacing")
        closer.set(qn("w:val"), _CLOSER)
        run._r.get_or_add_rPr().insert_element_before(closer, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")
    if "color" in more:
        run.font.color.rgb = more["color"]
    if more.get("bold"):
        run.font.bold = True
    return run


def _line(doc: Any, text: str = "", side: WD_ALIGN_PARAGRAPH | None = None, **more: Any) -> Paragraph:
    paragraph: Paragraph = doc.add_paragraph()
    if side is not None:
        paragraph.alignment = side
    if text:
        _say(paragraph, text, **more)
    return paragraph


def _loose(paragraph: Paragraph) -> Paragraph:
    """Let a paragraph be as high as what stands in it, off the grid of lines."""
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    return _off_grid(paragraph)


def _off_grid(paragraph: Paragraph) -> Paragraph:
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    paragraph._p.get_or_add_pPr().insert_element_before(snap, "w:spacing", "w:ind", "w:jc", "w:rPr")
    return paragraph


def _rule(paragraph: Paragraph, where: str, eighths: int, color: str) -> None:
    borders = OxmlElement("w:pBdr")
    edge = OxmlElement(f"w:{where}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "1"), ("color", color)):
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)
    # The schema wants borders before spacing, indentation and alignment.
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _head(doc: Doc, sheet: Sheet) -> None:
    if sheet.mark:
        _line(doc, f"【{sheet.mark}】", WD_ALIGN_PARAGRAPH.RIGHT, face=BLACK, size=16)
    head = _loose(
        _line(
            doc, sheet.head, WD_ALIGN_PARAGRAPH.CENTER, face=TITLE, size=sheet.head_size, color=RED, bold=True
        )
    )
    head.paragraph_format.space_after = PITCH if sheet.layout == "official" else Pt(6)
    side = WD_ALIGN_PARAGRAPH.RIGHT if sheet.layout == "letter" else WD_ALIGN_PARAGRAPH.CENTER
    number = _upward(doc, sheet) if sheet.layout == "upward" else _line(doc, sheet.number, side)
    _rule(number, "bottom", 6 if sheet.layout == "letter" else 12, "D7000F")
    _line(doc)


def _upward(doc: Doc, sheet: Sheet) -> Paragraph:
    """Upwards the number stands left and who signs stands right, each one character in (GB/T 9704-2012, 7.2.6)."""
    line = _line(doc, sheet.number)
    form = line.paragraph_format
    form.left_indent = form.right_indent = Pt(16)
    form.tab_stops.add_tab_stop(Mm(156) - Pt(16), WD_TAB_ALIGNMENT.RIGHT)
    _say(line, f"\t签发人：{sheet.signer or '　　　'}")
    return line


def _title(doc: Doc, sheet: Sheet) -> None:
    title = _line(doc, sheet.title, WD_ALIGN_PARAGRAPH.CENTER, face=TITLE, size=22, bold=True)
    title.paragraph_format.line_spacing = Pt(33)
    title.paragraph_format.space_after = Pt(14)
    if sheet.corrects:
        _line(doc, f"（{sheet.verb}{sheet.corrects}）", WD_ALIGN_PARAGRAPH.CENTER, face=KAI, size=14)
    if sheet.to:
        _line(doc, f"{sheet.to}：")


def _paragraph(doc: Doc, text: str, face: str = BODY) -> None:
    paragraph = _line(doc, text, WD_ALIGN_PARAGRAPH.JUSTIFY, face=face)
    paragraph.paragraph_format.first_line_indent = Pt(32)


def _text(doc: Doc, block: dict[str, Any]) -> None:
    for line in block["lines"]:
        _paragraph(doc, line)
    _keep(doc.paragraphs, block)


def _keep(paragraphs: list[Paragraph], block: dict[str, Any]) -> None:
    """Keep the block's last paragraphs with what follows; of a long one its last two lines."""
    for paragraph in paragraphs[len(paragraphs) - block.get("keep", 0) :]:
        paragraph.paragraph_format.keep_with_next = True


def _keep_rows(table: Any, block: dict[str, Any]) -> None:
    for row in table.rows[len(table.rows) - block.get("keep", 0) :]:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def _heading(doc: Doc, block: dict[str, Any]) -> None:
    _paragraph(doc, block["text"], _HEADS.get(block["level"], BODY))
    doc.paragraphs[-1].paragraph_format.keep_with_next = True


def _items(doc: Doc, block: dict[str, Any]) -> None:
    for number, text in enumerate(block["items"], 1):
        _paragraph(doc, f"{number}. {text}")
    _keep(doc.paragraphs, block)


def _cell(
    cell: Any,
    text: str,
    face: str = BODY,
    side: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.CENTER,
    size: float = 12,
) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = side
    _off_grid(paragraph).paragraph_format.line_spacing = Pt(18)
    for number, line in enumerate(text.split("\n")):
        if number:
            paragraph.add_run().add_break()
        _say(paragraph, line, face, size)


def _table(doc: Doc, widths: list[int], rows: int) -> Any:
    table = doc.add_table(rows=rows, cols=len(widths))
    table.style = doc.styles["Table Grid"]
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _widths(table, [156 * width / sum(widths) for width in widths])
    return table


def _widths(table: Any, widths: list[float]) -> None:
    """Set the columns' widths in mm: in the table's grid and in every cell, as both are read by somebody."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _facts(doc: Doc, block: dict[str, Any]) -> None:
    table = _table(doc, [1, 3], len(block["rows"]))
    for row, (label, text) in zip(table.rows, block["rows"], strict=True):
        _cell(row.cells[0], label, BLACK)
        _cell(row.cells[1], text, side=WD_ALIGN_PARAGRAPH.LEFT)
    _keep_rows(table, block)
    _line(doc).paragraph_format.keep_with_next = bool(block.get("keep"))


def _rows(doc: Doc, block: dict[str, Any]) -> None:
    if block["caption"]:
        caption = _line(doc, block["caption"], WD_ALIGN_PARAGRAPH.CENTER, face=BLACK, size=12)
        caption.paragraph_format.keep_with_next = True
    table = _table(doc, block["widths"], len(block["rows"]) + 1)
    first = table.rows[0]
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    first._tr.get_or_add_trPr().append(repeat)
    for row, words, face in zip(
        table.rows, [block["heads"], *block["rows"]], [BLACK, *[BODY] * len(block["rows"])], strict=True
    ):
        for cell, text in zip(row.cells, words, strict=True):
            _cell(cell, text, face, size=10.5 if len(block["widths"]) > _MANY else 12)
    _keep_rows(table, block)
    _line(doc).paragraph_format.keep_with_next = bool(block.get("keep"))


def _picture(doc: Doc, block: dict[str, Any]) -> None:
    place = _loose(_line(doc, "", WD_ALIGN_PARAGRAPH.CENTER))
    place.add_run().add_picture(BytesIO(picture(block["svg"])), width=Mm(156))
    if block["caption"]:
        place.paragraph_format.keep_with_next = True
        place = _line(doc, block["caption"], WD_ALIGN_PARAGRAPH.CENTER, face=KAI, size=12)
    place.paragraph_format.keep_with_next = bool(block.get("keep"))


_BLOCKS = {
    "text": _text, "head": _heading, "items": _items, "facts": _facts, "rows": _rows, "picture": _picture,
}  # fmt: skip


def _attachments(doc: Doc, sheet: Sheet) -> None:
    if not sheet.attachments:
        return
    _line(doc).paragraph_format.keep_with_next = True
    for number, name in enumerate(sheet.attachments, 1):
        lead = "附件：" if number == 1 else "　　　"
        shown = f"{number}. {name}" if len(sheet.attachments) > 1 else name
        line = _line(doc, lead + shown)
        line.paragraph_format.left_indent = Pt(32)
        line.paragraph_format.keep_with_next = True


def _signature(doc: Doc, sheet: Sheet) -> None:
    for _blank in range(2):
        _line(doc).paragraph_format.keep_with_next = True
    for text, face, size in (
        (sheet.issuer, BODY, 16.0),
        (sheet.date or "　　　年　　月　　日", BODY, 16.0),
        (sheet.seal, KAI, 10.5),
    ):
        line = _line(doc, text, WD_ALIGN_PARAGRAPH.RIGHT, face=face, size=size)
        line.paragraph_format.right_indent = Pt(64)
        line.paragraph_format.keep_with_next = True
    if sheet.note:
        _paragraph(doc, f"（{sheet.note}）")


def _imprint(doc: Doc, sheet: Sheet) -> None:
    """版记: copies, QR, code and fingerprint between two rules."""
    first = _line(doc)
    first.paragraph_format.keep_with_next = True
    _rule(first, "bottom", 6, "000000")
    if sheet.copies:
        copies = _line(doc, f"抄送：{sheet.copies}。", size=14)
        copies.paragraph_format.keep_with_next = True
        _rule(copies, "bottom", 4, "000000")
    table = doc.add_table(rows=1, cols=2)
    _widths(table, [26, 130])
    left, right = table.rows[0].cells
    drawn = BytesIO()
    segno.make_qr(sheet.check_url, error="M").save(drawn, kind="png", scale=8, border=1)
    drawn.seek(0)
    _loose(left.paragraphs[0]).add_run().add_picture(drawn, width=Mm(20))
    lines = [
        f"查验码 {sheet.code}　{sheet.check}",
        f"文书指纹（SHA-256）{sheet.hash}",
        sheet.check_url,
        sheet.fonts,
    ]
    for number, text in enumerate(lines):
        paragraph = right.paragraphs[0] if number == 0 else right.add_paragraph()
        _off_grid(paragraph).paragraph_format.line_spacing = Pt(11)
        _say(paragraph, text, SONG, 8)
    last = _line(doc)
    _off_grid(last).paragraph_format.line_spacing = Pt(4)
    _rule(last, "top", 6, "000000")


def _properties(doc: Doc, sheet: Sheet) -> None:
    core = doc.core_properties
    core.title, core.author, core.subject = sheet.title[:255], sheet.issuer[:255], sheet.number[:255]
    core.comments = f"{sheet.fonts} SHA-256 {sheet.hash}"
    core.identifier, core.language = sheet.code, "zh-CN"


def _fonts(doc: Doc) -> None:
    """Say in the document's table of fonts what may stand in for those that are not free."""
    part = next(p for p in doc.part.package.iter_parts() if p.partname == "/word/fontTable.xml")
    lines = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{free}"/><w:charset w:val="86"/></w:font>'
        for name, free in FREE.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", f"{lines}</w:fonts>".encode())
