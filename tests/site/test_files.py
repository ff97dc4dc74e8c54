"""Files on pages: looked at with the viewer's name, downloaded as they were handed in."""

import io

import pytest
from django.urls import reverse
from tests.kernel import documents
from tests.site.admin_house import house, words

from bihuan.kernel.files.actions import upload
from bihuan.kernel.identity import selectors as identity

__all__ = ["house"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed_in(house):
    user = house.admin.session["_auth_user_id"]
    actor = identity.actor_of(int(user), None)

    def put(data: bytes, name: str) -> str:
        return reverse("file", args=[upload(actor, io.BytesIO(data), name).id])

    return put


def test_a_picture_and_a_pdf_are_shown_stamped_and_downloaded_whole(house, handed_in):
    pdf = documents.pdf("同意")
    address = handed_in(pdf, "批复.pdf")
    shown = house.admin.get(address)
    assert shown["Content-Type"] == "application/pdf"
    assert "inline" in shown["Content-Disposition"]
    assert b"STSong-Light" in shown.content
    saved = house.admin.get(address + "?download=1")
    assert saved.content == pdf
    assert "attachment" in saved["Content-Disposition"]
    picture = house.admin.get(handed_in(documents.picture(size=(600, 400)), "现场.jpg"))
    assert picture["Content-Type"] == "image/webp"
    small = house.admin.get(handed_in(documents.picture(size=(601, 400)), "现场2.jpg") + "?size=small")
    assert small["Content-Type"] == "image/webp"


def test_texts_and_tables_are_shown_on_a_page_that_names_the_viewer(house, handed_in):
    page = words(house.admin.get(handed_in(documents.docx("第一段", "第二段"), "请示.docx")))
    assert "Do not pass it on" in page
    assert "第二段" in page
    table = words(house.admin.get(handed_in(documents.xlsx([["名称", "金额"], ["甲", 12]]), "表.xlsx")))
    assert "Do not pass it on" in table
    assert "甲" in table


def test_what_cannot_be_shown_says_why_and_is_offered_for_download(house, handed_in):
    address = handed_in(documents.ole("WordDocument", text="旧稿"), "旧稿.doc")
    page = house.admin.get(address)
    assert "have no preview" in words(page)
    assert "?download=1" in page.content.decode()
    assert house.admin.get(address + "?download=1").status_code == 200
