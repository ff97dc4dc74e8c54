"""The public form: photos and a place, following instead of reporting again, floods and odd words."""

import html
import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.lines.hotline.district import district

from bihuan.kernel.files import selectors as files
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import registry
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.doors import actions as doors
from bihuan.lines.hotline.doors import nearby
from bihuan.lines.hotline.doors.actions import PHOTOS
from bihuan.lines.hotline.duties import actions as duties
from bihuan.lines.hotline.joining import selectors as joining
from bihuan.lines.hotline.registers import DUTIES

assert district
SAID = {
    "title": "楼道漏水好几天了",
    "type": "help",
    "address": "白沙花园3栋",
    "phone": "13812345678",
    "secrecy": "open",
}


@pytest.fixture
def url(district):
    return f"/hotline/public/{district.place}/"


@pytest.fixture
def anybody():
    return Client(headers={"accept-language": "en"})


def photo(name="路灯.jpg", kind="JPEG", place=True):
    """Return a picture as a phone takes it, with the place it was taken at."""
    taken = io.BytesIO()
    exif = Image.Exif()
    if place:
        exif[0x010F] = "PhoneMaker 27.83,112.94"
    Image.new("RGB", (60, 40), "red").save(taken, kind, exif=exif)
    return SimpleUploadedFile(name, taken.getvalue(), "image/jpeg")


def hidden(page):
    """Return what travels along unseen."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def refs(page):
    """Return what may be followed."""
    found = re.findall(r'name="same"\s+value="([^"]+)"', page)
    return [html.unescape(one) for one in found if one != "none"]


def orders():
    """Return (id, stage) of the orders, the oldest first."""
    return run("SELECT id, stage FROM flow_matter WHERE kind = 'hotline.order' ORDER BY id")


def test_photos_come_with_it_drawn_anew(district, anybody, url):
    sent = {
        **SAID,
        "key": "k",
        "point": "WGS-84 27.830000,112.940000",
        "evidence": [photo(), photo("二.png", "PNG")],
    }
    assert anybody.post(url, sent).status_code == 200
    ((matter, _stage),) = orders()
    kept = files.of_matter(matter)
    assert [one.name for one in kept] == ["路灯.jpg", "二.png"]
    assert b"PhoneMaker" not in files.open_file(kept[0].id, SYSTEM), "no camera, no place of the taking"
    page = district.client(district.operator).get(f"/matters/{district.row(matter).code}/").content.decode()
    assert "路灯.jpg" in page
    assert "WGS-84 27.830000,112.940000" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"evidence": [SimpleUploadedFile("a.pdf", b"%PDF-1.4")]}, "Only photos"),
        ({"evidence": [SimpleUploadedFile("a.jpg", b"MZ no picture")]}, "a.jpg"),
        ({"evidence": [photo(f"{n}.jpg") for n in range(PHOTOS + 1)]}, "At most 6 photos"),
        ({"point": "WGS-84 127.8,12"}, "no such place on earth"),
        ({"point": "<script>"}, "no such place on earth"),
        ({"detail": "长" * 100_000}, "At most 5000 characters"),
        ({"title": ""}, "Please fill in"),
        ({"title": "   "}, "Please fill in"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_opened(anybody, url, given, said):
    answer = anybody.post(url, {**SAID, **given})
    assert answer.status_code == 422
    assert said in html.unescape(answer.content.decode())
    assert orders() == []


def test_photos_survive_a_fault_elsewhere(anybody, url):
    first = anybody.post(url, {**SAID, "title": "", "evidence": [photo()]})
    assert first.status_code == 422
    first = anybody.post(url, {**SAID, "phone": "12", "evidence": [photo()]}).content.decode()
    (token,) = re.findall(r'name="evidence"\s+value="([^"]+)"', first)
    assert anybody.post(url, {**SAID, "evidence": [token]}).status_code == 200
    ((matter, _stage),) = orders()
    assert len(files.of_matter(matter)) == 1
    assert anybody.post(url, {**SAID, "evidence": ["1"]}).status_code == 422, (
        "nobody names a file by its number"
    )


def test_photos_that_were_never_sent_are_gone_after_a_day_and_those_of_an_order_stay(
    district, anybody, url, travel
):
    from bihuan.kernel.files.jobs import sweep_waiting

    asked = anybody.post(url, {**SAID, "title": "", "evidence": photo()}).content.decode()
    (token,) = re.findall(r'name="evidence"\s+value="([^"]+)"', asked)
    anybody.post(url, {**SAID, "evidence": token})
    anybody.post(url, {**SAID, "title": "", "evidence": photo("没交.jpg")})
    with travel(now() + timedelta(hours=25)):
        sweep_waiting()
    stored = dict(run("SELECT state, matter FROM files_file ORDER BY id"))
    assert stored == {"ok": orders()[0][0], "purged": 0}


def test_a_browser_that_sends_no_photo_sends_an_empty_word(anybody, url):
    assert anybody.post(url, {**SAID, "evidence": ""}).status_code == 200
    ((matter, _stage),) = orders()
    assert files.of_matter(matter) == []


def test_a_flood_of_photos_waits(anybody, url, monkeypatch):
    monkeypatch.setattr(doors, "MOST_PHOTOS", 2)
    given = {**SAID, "phone": "12"}
    assert anybody.post(url, {**given, "phone": "", "evidence": [photo(), photo()]}).status_code == 200
    assert anybody.post(url, {**SAID, "evidence": [photo()]}).status_code == 429


@pytest.mark.parametrize("title", ["🚰🚰 漏水 😡", "樓道漏水，請盡快處理", "漏水\u202e反轉", "a" * 200])
def test_emoji_and_traditional_characters_are_kept_as_they_are(district, anybody, url, title):
    assert anybody.post(url, {**SAID, "title": title}).status_code == 200
    ((matter, _stage),) = orders()
    assert district.row(matter).title == title


def test_a_place_that_does_not_exist_goes_to_the_desk(district, anybody, url):
    assert anybody.post(url, {**SAID, "address": "月球背面99号"}).status_code == 200
    ((matter, _stage),) = orders()
    row = district.row(matter)
    assert (row.county, row.grid, row.stage) == (district.place, 0, "registered")


def reported(district, **more):
    """Take a call about a leak and dispatch it: the desk has looked at its class."""
    matter = district.call(**{"address": "白沙花园3栋", **more})
    said = {"unit": district.water, "about": [district.leaks]}
    flow.move(district.operator, matter, "dispatch", said)
    return matter


def let_neighbours_hear(district, told="yes"):
    """Review the class of leaks."""
    duties.keep(SYSTEM, DUTIES, district.leaks, {"told": told}, division=district.place)


def test_the_same_nearby_is_followed_with_an_own_number_clock_and_answer(district, anybody, url):
    let_neighbours_hear(district)
    root = reported(district)
    asked = anybody.post(url, {**SAID, "key": "k", "evidence": [photo()]}).content.decode()
    assert "People near you reported this already" in asked
    assert "房屋渗漏" in asked
    told = asked.split("<main", 1)[1].split('id="same-title"')[1].split("<legend", 1)[1]
    for secret in ("白沙花园", "水管渗水", "楼道渗水两天", "王小平", "1381234", district.row(root).code):
        assert secret not in told, "class, community and day; nothing else"
    assert len(orders()) == 1, "nothing is sent yet"
    (ref,) = refs(asked)
    sent = anybody.post(url, {**hidden(asked), "same": ref}).content.decode()
    assert "a number of your own" in sent
    (_root, (own, stage)) = orders()
    assert (stage, joining.root_of(own)) == ("joined", root)
    assert district.row(own).due, "the own clock runs"
    assert len(files.of_matter(own)) == 1
    link = sent.split('href="/l/')[1].split('"')[0]
    followed = anybody.get(f"/l/{link}", follow=True).content.decode()
    assert district.row(own).code in followed
    assert district.row(root).code not in followed
    assert anybody.post(url, {**hidden(asked), "same": ref}).status_code == 200
    assert len(orders()) == 2, "sent twice, followed once"
    assert nearby.near(district.place, "漏水", "白沙花园3栋")[0].others == 1


def test_the_page_of_who_follows_says_that_it_is_handled_with_another(district):
    from bihuan.kernel.identity import selectors as people
    from bihuan.kernel.ledger import selectors as ledger
    from bihuan.site.pages.matter import been, steps

    root, mine = reported(district), district.call(title="又漏了")
    flow.move(district.operator, mine, "join", {"code": district.row(root).code})

    def shown():
        row = district.row(mine)
        rules = registry.worded(row.rules)
        return [(one.title, one.state) for one in steps(rules, row, been(rules, ledger.history(mine)))]

    now_ = [
        ("To be dispatched", "done"),
        ("Handled with its twin", "now"),
        ("Closed, to be called back", "next"),
    ]
    assert shown() == now_
    (link,) = people.links_of(mine)
    assert link.purpose == "track"
    said = {"reply": "已修好", "twin": [root]}
    flow.move(SYSTEM, mine, "answer_with", said)
    assert [state for _title, state in shown()] == ["done", "done", "now"]


def test_whoever_wants_to_reports_all_the_same(district, anybody, url):
    let_neighbours_hear(district)
    reported(district)
    asked = anybody.post(url, {**SAID, "key": "k"}).content.decode()
    assert anybody.post(url, {**hidden(asked), "same": "none"}).status_code == 200
    assert [stage for _id, stage in orders()] == ["dispatched", "registered"]
    assert anybody.post(url, {**hidden(asked), "key": "z", "same": "made up"}).status_code == 422


@pytest.mark.parametrize(
    "more",
    [
        {"type": "report"}, {"secrecy": "anonymous"}, {"secrecy": "confidential"}, {"type": "praise"},
        {"type": "complain", "against": "police"}, {"address": "别处"},
    ],
)  # fmt: skip
def test_what_is_no_neighbours_business_is_not_told(district, more):
    let_neighbours_hear(district)
    more = {**more, "against": district.police} if "against" in more else more
    reported(district, **more)
    assert nearby.near(district.place, "楼道漏水", "白沙花园3栋") == []


def test_only_reviewed_classes_that_the_desk_gave_are_told(district):
    def found(address="白沙花园3栋"):
        return nearby.near(district.place, "楼道漏水", address)

    root = reported(district)
    assert found() == [], "nobody has reviewed the class"
    let_neighbours_hear(district)
    district.call(about=[district.leaks], address="白沙花园3栋", channel="open311")
    district.call(address="白沙花园3栋")
    assert len(found()) == 1, "what the desk has not looked at is not told"
    district.call(about=[district.leaks], address="白沙花园3栋")
    (one,) = found()
    assert one.others == 1, "what reads the same is one choice"
    ref = one.ref
    assert found("") == found("月球") == [], "no place, nothing nearby"
    assert nearby.chosen(ref, district.place) == district.row(root).code
    let_neighbours_hear(district, "no")
    assert found() == []
    assert nearby.chosen(ref, district.place) == "", "what may no longer be told can no longer be followed"


def test_whoever_reports_wrongdoing_is_not_asked_to_join_others(district, anybody, url):
    let_neighbours_hear(district)
    reported(district)
    sent = anybody.post(url, {**SAID, "type": "report"}).content.decode()
    assert "Look-up code" in sent


def test_one_who_follows_what_was_closed_meanwhile_still_has_an_order(district, anybody, url):
    let_neighbours_hear(district)
    root = reported(district)
    asked = anybody.post(url, {**SAID, "key": "k"}).content.decode()
    flow.move(district.coordinator, root, "withdraw", {"reason": "误报"})
    assert anybody.post(url, {**hidden(asked), "same": refs(asked)[0]}).status_code == 200
    assert orders()[1][1] == "registered"
