"""The grid officer's phone: entries without a signal are carried out once, conflicts are told, clocks put right."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests.lines.hotline.district import MONDAY, district, later

from bihuan.kernel.content.selectors import open_values
from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline import actions, selectors
from bihuan.lines.hotline.patrols import actions as patrols
from bihuan.lines.hotline.phone import actions as phone
from bihuan.lines.hotline.phone import selectors as kept
from bihuan.lines.hotline.phone.actions import Entry

assert district


def picture():
    """Return a small picture, as a phone hands it in."""
    held = BytesIO()
    Image.new("RGB", (40, 30), "green").save(held, "PNG")
    return SimpleUploadedFile("现场.png", held.getvalue(), "image/png")


@pytest.fixture
def owed(district):
    """Return the feedback the grid owes to an order."""
    matter = district.call()
    flow.move(district.operator, matter, "dispatch", {"unit": district.water})
    actions.push([matter])
    (part,) = selectors.owed([matter])[matter]
    return district.row(part.id)


def entry(row, **more):
    """Return an answer a phone wrote down."""
    said = {
        "key": "k1", "kind": "answer", "code": row.code, "ver": row.ver, "data": {"reply": "住户确认"}, "photos": (),
        "made": now(), "sent": now(), **more,
    }  # fmt: skip
    return Entry(**said)


def test_the_same_key_is_carried_out_once(district, owed):
    first = phone.carry_out(district.helper, entry(owed))
    again = phone.carry_out(district.helper, entry(owed))
    assert (first.state, again.state, again.again) == ("done", "done", True)
    moves = run("SELECT count(*) FROM ledger_entry WHERE chain_id = %s AND move = 'answer'", (owed.id,))
    assert moves == [(1,)]
    with pytest.raises(Conflict):
        phone.carry_out(district.helper, entry(owed, data={"reply": "别的话"}))
    assert differences(owed.id) == []


def test_the_second_of_two_officers_is_told_and_loses_nothing(district, owed):
    phone.carry_out(district.helper, entry(owed))
    second = phone.carry_out(district.head, entry(owed, key="k2", data={"reply": "我也去过"}))
    assert second.state == "conflict"
    assert "2026-03-02" in second.words, "who and when"
    comment = entry(owed, key="k3", kind="comment", data={"note": "我也去过"})
    assert phone.carry_out(district.head, comment).state == "done"
    assert "我也去过" in {value.text for value in open_values(owed.id).values()}
    assert district.row(owed.id).handler_user == district.helper.user


def test_a_wrong_clock_is_put_right(district, owed, travel):
    wrong = MONDAY + timedelta(days=400)
    with travel(later(3)):
        made = entry(owed, made=wrong, sent=wrong + timedelta(hours=1))
        assert phone.skew(made) == 400 * 1440 - 120
        assert phone.carry_out(district.helper, made).state == "done"
        assert district.row(owed.id).closed == later(2), "an hour before it was sent"
    early = entry(owed, made=wrong, sent=wrong - timedelta(hours=1))
    assert phone.moment(early, owed) is None, "nobody can say"
    before = entry(owed, made=MONDAY - timedelta(days=3), sent=MONDAY)
    assert phone.moment(before, owed) == owed.moved, "never before it was asked for"


def test_what_is_not_taken_says_why(district, owed):
    assert phone.carry_out(district.helper, entry(owed, data={"reply": ""})).state == "refused"
    assert phone.carry_out(district.helper, entry(owed, key="k2", code="RX00-0000000")).state == "refused"
    with pytest.raises(BadInput):
        phone.carry_out(district.helper, entry(owed, key="k3", kind="dispatch"))
    other = phone.carry_out(district.stranger, entry(owed, key="k4"))
    assert other.state == "refused"
    assert owed.code in {row.code for row, _texts in kept.cases(district.head)}
    assert kept.cases(district.stranger) == []


def test_what_was_found_is_settled_or_becomes_an_order(district):
    said = {
        "title": "楼道堆物",
        "address": "白沙花园3栋",
        "settled": "yes",
        "done": "已清走",
        "point": "WGS-84 1,2",
    }
    made = patrols.record(district.helper, said, key="p")
    assert patrols.record(district.helper, said, key="p").matter == made.matter
    row = district.row(made.matter)
    assert (row.stage, row.open, row.grid) == ("settled", False, district.grid_place)
    order = patrols.record(district.helper, {**said, "settled": "no"})
    row = district.row(order.matter)
    assert (row.kind, row.value("channel"), row.stage) == ("hotline.order", "patrol", "registered")
    with pytest.raises(BadInput):
        patrols.record(district.helper, {**said, "done": ""})


def test_the_page_its_manifest_its_worker_and_its_mail_box(district, owed):
    helper = district.client(district.helper)
    page = helper.get("/hotline/phone/").content.decode()
    assert 'rel="manifest"' in page
    manifest = helper.get("/hotline/phone/manifest.webmanifest").json()
    assert (manifest["scope"], manifest["display"]) == ("/hotline/phone/", "standalone")
    worker = helper.get("/hotline/phone/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert worker.content.startswith(b"const KEPT = {")
    listed = helper.get("/hotline/phone/cases/").json()
    (case,) = listed["cases"]
    assert (case["code"], case["address"]) == (owed.code, "白沙路白沙花园3栋2单元")
    assert "13812345678" not in str(listed), "numbers of people stay masked"
    sent = {
        "who": listed["who"], "key": "b1", "kind": "answer", "code": owed.code, "ver": owed.ver, "f_reply": "已核实",
        "made": "2026-03-02T01:00:00.000Z", "sent": "2026-03-02T01:00:05.000Z",
    }  # fmt: skip
    assert helper.post("/hotline/phone/send/", {**sent, "who": "0-0"}).status_code == 409
    answer = helper.post("/hotline/phone/send/", {**sent, "photos": picture()}).json()
    assert (answer["state"], answer["again"]) == ("done", False)
    again = helper.post("/hotline/phone/send/", {**sent, "photos": picture()}).json()
    assert (again["state"], again["again"]) == ("done", True)
    assert run("SELECT count(*) FROM files_file WHERE matter = %s", (owed.id,)) == [(1,)], "no photo twice"
    assert helper.get("/hotline/phone/send/").status_code == 405
    plain = {"title": "楼道堆物", "settled": "yes", "done": "已清走", "key": "n"}
    assert helper.post("/hotline/phone/", plain).status_code == 303, "without scripts"
    assert helper.post("/hotline/phone/", {"title": ""}).status_code == 422
    assert district.client(district.fixer).get("/hotline/phone/").status_code == 403
