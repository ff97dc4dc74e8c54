"""DOCX and PDF say what the frozen row says; an office's template is filled, or refused with a reason."""

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from pypdf import PdfReader

from bihuan.kernel.errors import BadInput, Unavailable
from bihuan.kernel.now import travel
from bihuan.kernel.papers import actions, kinds, owning, rendering, selectors
from bihuan.kernel.papers.kinds import Kind, PaperField
from bihuan.kernel.papers.rendering import printed, sheet, word
from bihuan.kernel.papers.rendering.sheet import Sheet
from bihuan.kernel.papers.templates import Facts, Head, Items, Picture, Rows, Template, Text
from tests.kernel.test_papers import DATA, Desk, scan

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 12"><rect width="40" height="12"/></svg>'
FULL = kinds.register(
    Kind(
        "test.full",
        "Everything",
        "通报",
        Template(
            title="{subject}",
            body=(
                Head("一、情况"),
                Text("{words}"),
                Items("points"),
                Facts((("单位", "{subject}"),)),
                Rows("table", (("a", "项目", 3), ("b", "件数", 1)), "表1"),
                Picture("drawing", "图1"),
            ),
            copies="{copies}",
        ),
        (
            PaperField("subject", "Subject", required=True),
            PaperField("words", "Words", "text"),
            PaperField("points", "Points", "list"),
            PaperField("table", "Table", "rows", columns=("a", "b")),
            PaperField("drawing", "Drawing", "picture"),
            PaperField("copies", "Copies"),
        ),
        signers=("signing_chair",),
    )
)
WORDS = {
    "subject": "关于一季度情况的通报",
    "words": "第一段。\n第二段 #set page(fill: red) $x$ <b>&{{ 7*7 }}。",
    "points": ["甲", "乙"],
    "table": [{"a": f"项目{n}", "b": str(n)} for n in range(60)],
    "drawing": SVG,
    "copies": "督查室",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with travel(date(2026, 3, 2)):
        yield Desk()


def words_of(docx: bytes) -> str:
    doc = Document(BytesIO(docx))
    cells = [cell.text for table in doc.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in doc.paragraphs), *cells])


def template(text: str) -> BytesIO:
    doc, out = Document(), BytesIO()
    doc.add_paragraph(text)
    doc.save(out)
    out.seek(0)
    return out


def test_both_say_the_same(desk):
    paper = actions.draft(desk.clerk, "test.full", WORDS)
    actions.sign(desk.chair, paper)
    row = selectors.paper(paper)
    pdf = PdfReader(BytesIO(rendering.pdf(paper)))
    text = "".join(page.extract_text() for page in pdf.pages).replace(" ", "").replace("\n", "")
    office = words_of(rendering.docx(paper))
    for said in (
        row.number,
        "第二段#setpage(fill:red)$x$<b>&{{7*7}}。",
        "项目59",
        "非法定签章",
        row.code,
        "督查室",
    ):
        assert said in text
        assert said in office.replace(" ", "")
    assert row.hash.hex() in office
    assert "2026年3月2日" in office
    assert pdf.metadata.title == row.title
    assert float(pdf.pages[0].mediabox.width) == pytest.approx(595.28, abs=0.1), "A4"


def test_the_page_is_that_of_the_standard(desk):
    doc = Document(BytesIO(rendering.docx(desk.draft())))
    section = doc.sections[0]
    margins = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [round(m.mm) for m in margins] == [37, 28, 26, 35]
    assert section.page_width.mm == pytest.approx(210, abs=0.1)
    points = (section.page_height - section.top_margin - section.bottom_margin) / 12_700
    assert int(points / 28.95) == 22
    with zipfile.ZipFile(BytesIO(rendering.docx(desk.draft()))) as book:
        assert "Noto Serif CJK SC" in book.read("word/fontTable.xml").decode(), "what stands in is named"


def test_a_draft_and_a_void_paper_say_so(desk):
    paper = desk.draft()
    assert "草稿" in words_of(rendering.docx(paper))
    assert "签发时编号" in words_of(rendering.docx(paper))
    actions.sign(desk.chair, paper)
    assert "草稿" not in words_of(rendering.docx(paper))
    actions.void(desk.chair, paper, "有误")
    assert "作废" in words_of(rendering.docx(paper))


def test_a_signature_on_paper_and_a_correction_say_so(desk):
    old = desk.signed()
    paper = desk.draft(corrects=old)
    actions.sign(desk.clerk, paper, form="paper", scan=scan(desk.clerk), signer_post=desk.chair.post)
    text = words_of(rendering.docx(paper))
    assert "线下签批" in text
    assert f"更正{selectors.paper(old).number}" in text


def test_the_same_paper_is_the_same_pdf(desk):
    paper = desk.signed()
    assert rendering.pdf(paper) == rendering.pdf(paper)


def test_an_own_template_is_filled_from_when_it_was_handed_in(desk):
    before = desk.signed()
    with travel(date(2026, 3, 3)):
        owning.take(
            desk.clerk,
            "test.letter",
            template(
                "本局格式 {{ number }} {{ demand }} {% for p in points %}[{{ p }}]{% endfor %} {{ qr }}"
            ),
            "本局.docx",
        )
        paper = desk.signed()
        text = words_of(rendering.docx(paper))
        assert f"本局格式 {selectors.paper(paper).number} 请于月底前接通。" in text
        assert "[甲][乙]" in text
        assert "本局格式" not in words_of(rendering.docx(before)), "an old paper looks as it did"
    with travel(date(2026, 3, 4)):
        owning.drop(desk.clerk, "test.letter")
        assert "本局格式" not in words_of(rendering.docx(desk.signed()))


def test_a_template_with_unknown_fields_is_refused_and_named(desk):
    with pytest.raises(BadInput, match="colour、size") as caught:
        owning.take(desk.clerk, "test.letter", template("{{ size }} {{ colour }} {{ number }}"), "坏.docx")
    assert caught.value.details["unknown"] == ["colour", "size"]
    for wrong in (
        "{% for %}",
        "nothing named",
        "{{ number.foo() }}",
        "{{ ''.__class__.__mro__ }}{{ number }}",
    ):
        with pytest.raises(BadInput):
            owning.take(desk.clerk, "test.letter", template(wrong), "坏.docx")
    with pytest.raises(BadInput, match="word processor"):
        owning.take(desk.clerk, "test.letter", BytesIO(b"no docx"), "坏.docx")


def test_what_was_typed_is_never_a_template(desk):
    owning.take(desk.clerk, "test.letter", template("{{ demand }}"), "本局.docx")
    paper = actions.draft(desk.clerk, "test.letter", {**DATA, "demand": "{{ number }} <w:p/> & 甲\n乙"})
    text = words_of(rendering.docx(paper))
    assert "{{ number }} <w:p/> & 甲" in text


def test_without_a_chinese_font_it_says_what_to_install(desk, monkeypatch):
    printed.faces.cache_clear()
    monkeypatch.setattr(printed, "_compiler", lambda: (None, frozenset({"DejaVu Sans"})))
    with pytest.raises(Unavailable, match="fonts-noto-cjk"):
        rendering.pdf(desk.draft())
    printed.faces.cache_clear()


def page_of(blocks):
    """Return a sheet with these blocks, as it stands before anybody signs."""
    return Sheet(
        layout="official", head="云溪高新区管理委员会文件", number="云开通报〔2026〕3号", signer="",
        title="关于云溪高新区2026年3月问题办理情况的通报", to="各单位", blocks=sheet._kept(blocks), attachments=(),
        note="", copies="党政办", issuer="云溪高新区管理委员会", date="2026年4月2日", seal=sheet.SEAL, mark="",
        code="ABCD-EFGH", check_url="/check/ABCD-EFGH/", hash="ab" * 32, corrects="", verb="更正",
    )  # fmt: skip


LINE = "这是正文中的一句话共二十多个字用来占满一行"


@pytest.mark.parametrize(("last", "first"), [(LINE, 7), ("最后一段写得长一些用来占满一行，" * 8, 3)])
def test_the_signature_never_stands_alone_on_a_page(last, first):
    seen = set()
    for count in range(first, first + 6):
        blocks = [{"kind": "text", "lines": [*[LINE] * count, last]}]
        pages = PdfReader(BytesIO(printed.set_pages(page_of(blocks)))).pages
        texts = ["".join(page.extract_text().split()) for page in pages]
        (place,) = [n for n, text in enumerate(texts) if "2026年4月2日" in text]
        assert texts[place].count("用来占满一行") >= 2, count
        seen.add(place)
    assert seen == {0, 1}, "it was tried on both sides of the page's end"


def test_a_word_processor_is_told_to_keep_the_last_lines_with_the_signature():
    blocks = [{"kind": "text", "lines": [LINE, LINE, LINE]}]
    doc = Document(BytesIO(word.write(page_of(blocks))))
    said = [p.text for p in doc.paragraphs]
    last, date_ = len(said) - 1 - said[::-1].index(LINE), said.index("2026年4月2日")
    assert [p.paragraph_format.keep_with_next for p in doc.paragraphs[last - 2 : last + 1]] == [
        None,
        True,
        True,
    ]
    assert all(p.paragraph_format.keep_with_next for p in doc.paragraphs[last : date_ + 1])
    assert doc.styles["Normal"].paragraph_format.widow_control
    table = [{"kind": "facts", "rows": [[f"第{n}行", "内容"] for n in range(5)]}]
    rows = Document(BytesIO(word.write(page_of(table)))).tables[0].rows
    kept = [bool(row.cells[0].paragraphs[0].paragraph_format.keep_with_next) for row in rows]
    assert kept == [False, False, False, True, True]


def test_what_is_kept_is_two_lines_wherever_they_stand():
    short, long = {"kind": "text", "lines": ["甲", "乙"]}, {"kind": "text", "lines": ["甲", "长" * 40]}
    assert [b.get("keep") for b in sheet._kept([short, long])] == [None, 1]
    assert [b.get("keep") for b in sheet._kept([long, {"kind": "text", "lines": ["乙"]}])] == [1, 1]
    assert sheet._kept([]) == ()


def test_upwards_the_number_stands_left_and_who_signs_stands_right():
    page = replace(page_of([{"kind": "text", "lines": [LINE]}]), layout="upward", signer="周主任")
    said = [p.text for p in Document(BytesIO(word.write(page))).paragraphs]
    assert "云开通报〔2026〕3号\t签发人：周主任" in said
    text = "".join(PdfReader(BytesIO(printed.set_pages(page))).pages[0].extract_text().split())
    assert "签发人：周主任" in text
    assert (
        kinds.get("orders.request").template.layout == kinds.get("orders.report").template.layout == "upward"
    )
