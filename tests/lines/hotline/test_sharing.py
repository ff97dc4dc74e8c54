"""A page as a target of shares: what its manifest and worker say, and that nothing bad gets further than a form."""

import io
import json
import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.lines.hotline.district import district

from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.grids import actions as grids
from bihuan.lines.hotline.patrols import actions as patrols

assert district

CHAT = "王阿姨 2026/11/30 08:12\n白沙花园3栋2单元楼道又漏水了，电话13812345678"
PAGES = {"phone": "/hotline/phone/", "console": "/hotline/console/"}


def picture(name="群聊.png"):
    held = io.BytesIO()
    Image.new("RGB", (60, 40)).save(held, "PNG")
    return SimpleUploadedFile(name, held.getvalue(), "image/png")


def user_of(district, page):
    return district.helper if page == "phone" else district.operator


def kept(text: str) -> dict:
    """Return what the worker was told."""
    return json.loads(re.match(r"const KEPT = (\{.*\});\n", text)[1])


def counts():
    return [run(f"SELECT count(*) FROM {table}") for table in ("flow_matter", "files_file", "hotline_sent")]


@pytest.mark.parametrize("page", PAGES)
def test_the_manifest_names_a_target_within_its_scope(district, page):
    client = district.client(user_of(district, page))
    said = client.get(f"{PAGES[page]}manifest.webmanifest").json()
    target = said["share_target"]
    assert (target["method"], target["enctype"]) == ("POST", "multipart/form-data")
    assert target["action"].startswith(said["scope"])
    assert said["scope"] == PAGES[page]
    assert target["params"] == {
        "title": "title", "text": "text", "url": "url", "files": [{"name": "files", "accept": ["image/*"]}],
    }  # fmt: skip
    assert {icon["sizes"] for icon in said["icons"]} >= {"192x192", "512x512"}, "or it can't be installed"
    told = kept(client.get(f"{PAGES[page]}worker.js").content.decode())
    assert told["share"]["at"] == target["action"]
    assert 'rel="manifest"' in client.get(PAGES[page]).content.decode()


def test_what_is_shared_is_kept_for_one_post(district):
    stores = set()
    for actor in (district.head, district.helper):
        client = district.client(actor)
        told = kept(client.get("/hotline/phone/worker.js").content.decode())["share"]
        assert told["waits"] == 3_600_000
        assert f'data-store="{told["store"]}"' in client.get("/hotline/phone/").content.decode()
        stores.add(told["store"])
    assert len(stores) == 2


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("origin", ["", "https://elsewhere.example", "null"])
def test_a_share_that_reaches_the_house_changes_nothing_whoever_sends_it(district, page, origin):
    signed_in = district.client(user_of(district, page))
    client = Client(enforce_csrf_checks=True, headers={"origin": origin} if origin else None)
    client.cookies = signed_in.cookies
    before = counts()
    sent = {"title": "别处", "text": "别处塞来的话<script>", "files": [picture(), picture("大.png")]}
    answer = client.post(f"{PAGES[page]}share/", sent)
    assert answer.status_code == 200
    assert "别处" not in answer.content.decode(), "nothing of it is shown"
    assert counts() == before
    assert client.post("/hotline/console/paste/", sent).status_code == 403, (
        "the form itself asks for its token"
    )


@pytest.mark.parametrize("page", PAGES)
def test_who_may_take_nothing_in_has_no_target(district, page, client):
    for path in ("manifest.webmanifest", "worker.js", "share/"):
        assert district.client(district.fixer).get(PAGES[page] + path).status_code == 403
        assert client.post(PAGES[page] + path).status_code == 302, "signing in comes first"


def test_the_phone_is_told_what_a_chat_says(district):
    client = district.client(district.helper)
    grids.enter_buildings(SYSTEM, district.grid_place, [("白沙花园9栋", district.grid, 96)])
    before = counts()
    said = client.post("/hotline/phone/read/", {"text": CHAT.replace("3栋", "9栋")}).json()
    assert said["title"].startswith("白沙花园9栋2单元楼道又漏水了")
    assert (said["address"], "王阿姨" in said["done"]) == ("白沙花园9栋", False)
    assert set(said) == {"title", "done", "address"}, "names of the form's fields"
    assert client.post("/hotline/phone/read/", {}).json()["done"] == ""
    assert client.get("/hotline/phone/read/").status_code == 405
    assert counts() == before
    assert district.client(district.operator).post("/hotline/phone/read/", {"text": CHAT}).status_code == 403


def test_what_residents_told_the_grid_becomes_an_order_of_theirs(district):
    told = {"title": "漏水", "done": "楼道又漏水了", "address": "白沙花园3栋", "settled": "told"}
    row = district.row(patrols.record(district.helper, told, key="s").matter)
    assert (row.kind, row.value("channel"), row.grid) == ("hotline.order", "chat", district.grid_place)


BAD = {
    "no picture": lambda: SimpleUploadedFile("假.png", b"<html>", "image/png"),
    "not taken here": lambda: SimpleUploadedFile("动图.gif", b"GIF89a", "image/gif"),
    "empty": lambda: SimpleUploadedFile("空.png", b"", "image/png"),
    "too large": lambda: picture("大.png"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_screenshot_loses_neither_the_words_nor_the_good_ones(district, kind, settings):
    desk = district.client(district.operator)
    if kind == "too large":
        settings.BIHUAN_UPLOAD_LIMIT = 50
    good = SimpleUploadedFile("说明.txt", "现场说明".encode())
    given = {"text": CHAT, "evidence": [good, BAD[kind]()], "shared": "3"}
    answer = desk.post("/hotline/console/paste/", given)
    page = answer.content.decode()
    assert (answer.status_code, "电话13812345678" in page) == (422, True)
    (stays,) = re.findall(r'name="evidence"\s+value="(\d+)"', page)
    assert BAD[kind]().name in page, "which of them it was"
    again = desk.post("/hotline/console/paste/", {"text": CHAT, "evidence": [stays], "shared": "3"})
    assert f'value="{stays}"' in again.content.decode()
    assert run("SELECT count(*) FROM flow_matter WHERE kind = 'hotline.order'") == [(0,)]


def test_no_words_and_words_without_end_are_refused_where_they_stand(district):
    desk = district.client(district.operator)
    answer = desk.post("/hotline/console/paste/", {"text": "", "evidence": [picture()]})
    assert answer.status_code == 422
    assert re.search(r'name="evidence"\s+value="\d+"', answer.content.decode()), "the picture stays"
    assert desk.post("/hotline/console/paste/", {"text": "长" * 20_001}).status_code == 422


def test_the_device_is_told_to_forget_only_once_an_order_is_opened(district):
    desk = district.client(district.operator)
    page = desk.post("/hotline/console/paste/", {"text": CHAT, "shared": '7 8 x"><b'}).content.decode()
    assert 'name="shared" value="7 8 x&quot;&gt;&lt;b"' in page
    assert 'data-used=""' in page
    call = {"title": "", "type": "help", "key": "k", "shared": "7 8"}
    assert 'data-used=""' in desk.post("/hotline/console/", call).content.decode()
    opened = desk.post("/hotline/console/", {**call, "title": "漏水", "shared": "7 8 x"}).content.decode()
    assert 'data-used="7 8"' in opened
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
