"""Text of a chat group becomes a matter: who, what, where, by which number."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests.lines.hotline.district import district

from bihuan.kernel.files import selectors as files
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.intake import read_chat

assert district

WECHAT = """王阿姨 2026/11/30 08:12
@网格员小文 白沙花园３栋2单元楼道又漏水了！电梯口全是水
[图片]
李叔 08:15
我家也是，电话138-1234-5678
王阿姨 08:16
[语音]
快来看看"""


def test_messages_are_read_with_who_said_them():
    chat = read_chat(WECHAT)
    assert chat.caller == "王阿姨"
    assert chat.title.startswith("@网格员小文 白沙花园３栋2单元楼道又漏水了")
    assert chat.phone == "13812345678"
    assert chat.pictures == 2
    assert "李叔：我家也是" in chat.detail
    assert "[图片]" not in chat.detail


@pytest.mark.parametrize(
    ("text", "caller", "title"),
    [
        ("路灯不亮三天了，湘江路15号", "", "路灯不亮三天了，湘江路15号"),
        ("张三：楼下烧烤太吵\n张三：每天到两点", "张三", "楼下烧烤太吵"),
        ("", "", ""),
        ("13812345678", "", ""),
        ("老刘 昨天 20:11\n水压太小", "老刘", "水压太小"),
        ("啊" * 100_000, "", "啊" * 60),
    ],
)
def test_plain_and_odd_texts(text, caller, title):
    chat = read_chat(text)
    assert (chat.caller, chat.title) == (caller, title)


def test_a_pasted_chat_stands_in_the_console(district):
    desk = district.client(district.operator)
    assert desk.get("/hotline/console/paste/").status_code == 200
    page = desk.post("/hotline/console/paste/", {"text": WECHAT}).content.decode()
    assert 'value="白沙花园3栋"' in page, "the building it names"
    assert 'value="13812345678"' in page
    assert desk.post("/hotline/console/paste/", {"text": ""}).status_code == 422
    assert district.client(district.fixer).get("/hotline/console/paste/").status_code == 403


def test_screenshots_beside_a_pasted_chat_stay_with_the_order(district):
    desk = district.client(district.operator)
    shot = io.BytesIO()
    Image.new("RGB", (60, 40)).save(shot, "PNG")
    given = {"text": WECHAT, "evidence": [SimpleUploadedFile("群聊.png", shot.getvalue(), "image/png")]}
    page = desk.post("/hotline/console/paste/", given).content.decode()
    (file,) = re.findall(r'name="evidence"\s+value="(\d+)"', page)
    assert "群聊.png" in page
    call = {"title": "漏水", "type": "help", "evidence": [file], "key": "k"}
    assert desk.post("/hotline/console/", {**call, "title": ""}).status_code == 422
    for _turn in range(2):
        assert desk.post("/hotline/console/", call).status_code == 200
    ((matter,),) = run("SELECT id FROM flow_matter WHERE kind = 'hotline.order'")
    assert [one.name for one in files.of_matter(matter)] == ["群聊.png"]
