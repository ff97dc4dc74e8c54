"""Whoever looks at a preview stands on it; what is downloaded is what was handed in."""

import io

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader, PdfWriter

from bihuan.kernel.errors import Unavailable
from bihuan.kernel.files import watermarks
from bihuan.kernel.files.watermarks import stamp_pdf, stamp_picture
from tests.kernel import documents

MARK = "王建平 交通分局 2026年10月16日"


def _plain(size=(900, 600), shade=255):
    out = io.BytesIO()
    Image.new("RGB", size, (shade, shade, shade)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_the_mark_shows_on_any_ground_and_leaves_the_picture_readable(shade):
    drawn = Image.open(io.BytesIO(stamp_picture(_plain(shade=shade), MARK))).convert("L")
    assert drawn.size == (900, 600)
    changed = ImageChops.difference(drawn, Image.new("L", drawn.size, shade)).point(lambda v: 255 * (v > 12))
    share = sum(changed.histogram()[255:]) / (900 * 600)
    assert 0.01 < share < 0.35
    for box in ((0, 0, 450, 300), (450, 0, 900, 300), (0, 300, 450, 600), (450, 300, 900, 600)):
        assert changed.crop(box).getbbox(), "no part can be cut out without it"


def test_two_viewers_get_two_pictures_and_a_large_one_is_made_smaller():
    assert stamp_picture(_plain(), "甲") != stamp_picture(_plain(), "乙")
    shown = Image.open(io.BytesIO(stamp_picture(_plain((5000, 200)), MARK)))
    assert shown.width == watermarks.WIDEST


def test_without_a_chinese_font_the_mark_is_in_pinyin(monkeypatch):
    monkeypatch.setattr(watermarks, "_font_file", lambda: "")
    assert watermarks.drawable("王建平 2026") == "wang jian ping 2026"
    assert stamp_picture(_plain(), MARK)


def test_every_page_of_a_pdf_bears_the_mark_and_keeps_its_text():
    writer = PdfWriter()
    for text in ("同意", "请阅示"):
        writer.append(PdfReader(io.BytesIO(documents.pdf(text))))
    out = io.BytesIO()
    writer.write(out)
    pages = PdfReader(io.BytesIO(stamp_pdf(out.getvalue(), MARK))).pages
    assert len(pages) == 2
    code = MARK.encode("utf-16-be").hex().upper()
    for page, text in zip(pages, ("同意", "请阅示"), strict=True):
        drawn = page.get_contents().get_data().decode("latin-1").upper()
        assert drawn.count(code) > 3 or drawn.count(code[:12]) > 3
        assert text in page.extract_text()


def test_a_pdf_that_cannot_be_written_on_says_so():
    locked = PdfWriter(clone_from=PdfReader(io.BytesIO(documents.pdf("密"))))
    locked.encrypt("geheim")
    out = io.BytesIO()
    locked.write(out)
    for data in (out.getvalue(), b"%PDF-1.4 rubbish"):
        with pytest.raises(Unavailable):
            stamp_pdf(data, MARK)
