"""Orders in the browser: drafted on one page, signed in two taps, listed, signed several at once, answered by link."""

import pytest
from django.conf import settings
from django.test import Client
from tests.kernel import factories as make
from tests.kernel.orders_house import at, house

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.models import User
from bihuan.kernel.jobs import run_due
from bihuan.kernel.orders import outside
from bihuan.kernel.store.sql import run

__all__ = ["house"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain(settings):
    settings.MFA_REQUIRED = False


def browser(actor):
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(id=actor.user), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["post"] = actor.post
    session.save()
    return client


def problem(house):
    data = {"title": "红线外道路未通", "category": "utilities", "detail": "重型车辆无法进场"}
    matter = flow.open(house.centre, "projects.problem", data, scope=house.scope).matter
    flow.move(house.centre, matter, "assign", {"unit": house.build, "supports": [house.plan]})
    return selectors.matter(SYSTEM, matter)


def test_from_a_problem_an_order_is_drafted_on_one_page(house):
    row, centre = problem(house), browser(house.centre)
    page = centre.get(f"/matters/{row.code}/").content.decode()
    assert f"/orders/new/?from={row.code}" in page
    form = centre.get(f"/orders/new/?from={row.code}").content.decode()
    assert "红线外道路未通" in form
    assert "重型车辆无法进场" in form
    sent = {"title": "红线外道路未通", "demand": "一周内修通", "unit": house.build, "supports": [house.plan],
            "source": "problem", "from": row.code, "key": "k1"}  # fmt: skip
    answer = centre.post("/orders/new/", sent)
    assert answer.status_code == 303, answer.content.decode()[-3000:]
    order = selectors.matter(SYSTEM, answer.url.strip("/").rpartition("/")[2])
    assert (order.stage, order.parent, order.holder_post) == ("signing", row.id, house.leader.post)
    assert centre.post("/orders/new/", sent).url == answer.url, "sent twice, drafted once"
    faulty = centre.post("/orders/new/", {**sent, "demand": "", "key": "k2"})
    assert faulty.status_code == 422
    assert "一周内修通" not in faulty.content.decode()


def test_a_leader_signs_in_two_taps(house):
    order = house.row(house.draft(title="接通供水"))
    leader = browser(house.leader)
    home = leader.get("/").content.decode()
    assert "To be signed" in home
    assert "To be decided" in home
    assert "Latest" not in home
    assert f'href="/orders/{order.code}/sign/"' in home
    page = leader.get(f"/orders/{order.code}/sign/").content.decode()
    assert "三日内拿出接通方案并开工。" in page
    answer = leader.post(f"/orders/{order.code}/sign/", {"ver": order.ver, "key": "s"})
    assert (answer.status_code, answer.url) == (303, "/")
    assert house.row(order.id).stage == "issued"
    stale = leader.post(f"/orders/{order.code}/sign/", {"ver": order.ver, "key": "t"})
    assert stale.status_code == 409


def test_what_changed_since_it_was_looked_at_is_not_signed(house):
    order = house.row(house.draft())
    flow.move(house.leader, order.id, "send_back", {"reason": "改"})
    flow.move(house.centre, order.id, "revise", {"demand": "全新的要求"})
    flow.move(house.centre, order.id, "put_up", {})
    leader = browser(house.leader)
    answer = leader.post(f"/orders/{order.code}/sign/", {"ver": order.ver, "key": "s"})
    assert answer.status_code == 409
    assert "全新的要求" in answer.content.decode()


def test_the_wrong_post_is_told_who_signs(house):
    other = house.person("leader", house.board)
    order = house.row(house.draft(signer=house.leader.post))
    answer = browser(other).post(f"/orders/{order.code}/sign/", {"ver": order.ver, "key": "s"})
    assert answer.status_code == 403
    assert "put up to 工管委" in answer.content.decode()


def test_several_are_signed_after_a_preview(house):
    first, second = house.draft(title="甲事项"), house.draft(title="乙事项")
    leader = browser(house.leader)
    flow.move(house.leader, second, "sign", {})
    ids = [first, second]
    preview = leader.post("/orders/signing/", {"ids": ids, "move": "sign"}).content.decode()
    assert "甲事项" in preview
    assert "not possible from its present stage" in preview
    assert house.row(first).stage == "signing", "a preview signs nothing"
    leader.post("/orders/signing/", {"rows": ",".join(map(str, ids)), "sign": "1", "key": "b"})
    assert house.row(first).stage == "issued"


def test_the_list_and_the_printed_register(house):
    house.issued(title="供水接通")
    house.draft(title="道路修通")
    centre = browser(house.centre)
    page = centre.get("/orders/").content.decode()
    assert "供水接通" in page
    assert "工管委交办〔2026〕1号" in page
    assert "道路修通" not in centre.get("/orders/?group=running").content.decode()
    assert "供水接通" in centre.get("/orders/register/?month=2026-03").content.decode()
    rows = centre.get("/api/v1/orders?group=signing").json()["rows"]
    assert [row["title"] for row in rows] == ["道路修通"]


def test_the_lead_shows_a_silent_support(house, travel):
    order = house.row(house.issued(supports=[house.plan]))
    with travel(at(20)):
        page = browser(house.bureau).get(f"/matters/{order.code}/").content.decode()
    assert "What supporting units said" in page
    assert "Supporting unit gave no answer" in page


def test_an_outside_body_answers_by_link(house):
    people = house.row(house.issued(unit=house.power, title="检修窗口"))
    centre = browser(house.centre)
    page = centre.post(f"/orders/{people.code}/link/")
    assert page.status_code == 200, page.content.decode()[-2000:]
    assert "sixteen" not in page.content.decode()
    with pytest.raises(Exception, match="outside body"):
        outside.give_link(house.centre, house.issued(title="自己的"), valid_until=at(20))
    code = outside.give_link(house.centre, people.id, valid_until=at(20))
    stranger = Client(headers={"accept-language": "en"})
    shown = stranger.get(f"/l/{code}/").content.decode()
    assert "检修窗口" in shown
    assert stranger.post(f"/l/{code}/{people.id}/receive/", {"key": "r"}).status_code in {302, 303}
    assert house.row(people.id).stage == "received"
    said = {"closing": "explained", "reply": "窗口定于 20 日", "key": "a"}
    assert stranger.post(f"/l/{code}/{people.id}/answer/", said).status_code in {302, 303}
    row = house.row(people.id)
    assert (row.stage, row.value("scored")) == ("answered", False)


def test_whoever_holds_the_problem_is_told_when_the_order_closes(house):
    row, centre = problem(house), house.centre
    from bihuan.kernel.orders import actions

    data = {"title": "修路", "demand": "修通", "unit": house.build}
    order = actions.draft(centre, data, parent=row.id, scope=house.scope).matter
    flow.move(house.leader, order, "sign", {})
    flow.move(house.leader, order, "void", {"reason": "重复"})
    run_due()
    told = run("SELECT to_unit, matter_id FROM notices_notice WHERE kind = 'orders.closed'")
    assert told == [(house.build, row.id)]


def test_an_instruction_is_for_its_readers_only(house):
    centre = browser(house.centre)
    sent = {"title": "进场道路", "kind": "act", "text": "请建设局研究", "leader": house.leader.post,
            "given_on": "2026-03-02", "readers": [house.watch.post], "key": "i",
            "evidence": [make.make_file(house.centre)]}  # fmt: skip
    answer = centre.post("/orders/instructions/new/", sent)
    assert answer.status_code == 303, answer.content.decode()[-3000:]
    assert centre.post("/orders/instructions/new/", sent).url == answer.url
    for reader in (house.centre, house.leader, house.watch):
        assert "请建设局研究" in browser(reader).get(answer.url).content.decode()
        assert browser(reader).get(f"{answer.url}scan/").status_code == 200
    for other in (house.second, house.bureau):
        assert browser(other).get(answer.url).status_code == 404
        assert browser(other).get(f"{answer.url}scan/").status_code == 404
        assert "进场道路" not in browser(other).get("/orders/instructions/").content.decode()
    scan = run("SELECT scan FROM orders_instruction")[0][0]
    assert browser(house.bureau).get(f"/files/{scan}/").status_code == 404


def test_an_instruction_becomes_one_order(house):
    centre = browser(house.centre)
    sent = {
        "title": "进场道路",
        "kind": "act",
        "text": "请研究",
        "leader": house.leader.post,
        "given_on": "2026-03-02",
    }
    address = centre.post("/orders/instructions/new/", sent).url
    assert "陈" not in centre.get(f"{address}order/").content.decode()
    order = {"title": "修通进场道路", "demand": "修通", "unit": house.build, "key": "o"}
    made = centre.post(f"{address}order/", order)
    assert made.status_code == 303, made.content.decode()[-3000:]
    assert centre.post(f"{address}order/", order).url == made.url
    again = centre.post(f"{address}order/", {**order, "key": "p"})
    assert again.status_code == 409
    row = selectors.matter(SYSTEM, made.url.strip("/").rpartition("/")[2])
    assert (row.stage, row.value("source")) == ("signing", "instruction")
    assert "To the order" in centre.get(address).content.decode()
    for_reading = centre.post("/orders/instructions/new/", {**sent, "kind": "read"}).url
    assert centre.post(f"{for_reading}order/", {**order, "key": "q"}).status_code == 422
