"""Orders in the browser: drafted on one page, signed in two taps, listed, signed several at once, answered by link."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from tests.kernel import factories as make
from tests.kernel.orders_house import at, house

from bihuan.kernel.clock import selectors as clock
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors
from bihuan.kernel.forms.fields import Field
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.models import User
from bihuan.kernel.jobs import run_due
from bihuan.kernel.ledger import selectors as ledger
from bihuan.kernel.orders import outside
from bihuan.kernel.orders.papers import papers_of
from bihuan.kernel.store.sql import run
from bihuan.site.pages.matter import been, steps
from bihuan.ui import format as fmt
from bihuan.ui.doors import options_for

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


def test_the_order_shows_its_papers_number_and_relation(house):
    order = house.row(house.draft(title="接通供水"))
    leader = browser(house.leader)
    page = leader.get(f"/orders/{order.code}/sign/").content.decode()
    assert "A unit of one&#x27;s own" in page or "A unit of one's own" in page
    assert "/pdf/" in page
    leader.post(f"/orders/{order.code}/sign/", {"ver": order.ver, "key": "s"})
    (paper,) = papers_of(order.id)
    page = browser(house.bureau).get(f"/matters/{order.code}/").content.decode()
    for told in (
        paper.number,
        f"/check/{paper.code}/",
        f"/papers/{paper.id}/pdf/",
        f"/papers/{paper.id}/docx/",
    ):
        assert told in page
    assert browser(house.bureau).get(f"/papers/{paper.id}/docx/").status_code == 200


def test_a_leader_who_writes_an_instruction_need_not_look_for_their_own_name(house):
    form = browser(house.leader).get("/orders/instructions/new/").content.decode()
    assert f'value="{house.leader.post}" selected' in form or f'value="{house.leader.post}" checked' in form
    other = browser(house.centre).get("/orders/instructions/new/").content.decode()
    assert f'value="{house.leader.post}" selected' not in other
    assert f'value="{house.leader.post}" checked' not in other


def test_a_hand_over_waits_on_the_desk_and_is_signed_there(house):
    order = house.row(house.issued(title="接通供水"))
    people.amend_organisation(SYSTEM, house.build, is_active=False)
    centre, leader = browser(house.centre), browser(house.leader)
    said = {"unit": house.plan, "reason": "机构改革", "ver": order.ver, "key": "h"}
    assert centre.post(f"/matters/{order.code}/moves/hand_over/", said).status_code == 303
    assert f'href="/orders/{order.code}/sign/"' in leader.get("/").content.decode()
    row = house.row(order.id)
    page = leader.get(f"/orders/{order.code}/sign/").content.decode()
    for told in ("自然资源分局", "开发建设局", "机构改革", "The paper it replaces", "Sign the hand-over"):
        assert told in page, "who hands over to whom, why, and what is replaced"
    assert 'name="due"' not in page, "the day of the answer stays"
    shown = leader.get(f"/matters/{order.code}/").content.decode()
    rules, _moves = selectors.moves(house.leader, row)
    states = {one.title: one.state for one in steps(rules, row, been(rules, ledger.history(row.id)))}
    assert states["Hand-over waits for a signature"] == "now"
    assert states["Signed off"] == "next", "what was not reached is not ticked"
    assert states["Issued"] == "done"
    assert shown
    assert leader.post(f"/orders/{order.code}/sign/", {"ver": row.ver, "key": "s"}).status_code == 303
    old, new = papers_of(order.id)
    page = browser(house.planner).get(f"/matters/{order.code}/").content.decode()
    assert f"Replaced by {new.number}." in page
    assert (
        f"Replaced by {new.number}."
        in Client(headers={"accept-language": "en"}).get(f"/check/{old.code}/").content.decode()
    )
    assert "Takes the place of" in leader.get(f"/papers/{new.id}/").content.decode()


def test_a_returned_order_shows_the_signers_own_limit_and_its_reason_at_the_head(house):
    order = house.row(house.issued(title="接通供水", basis="会议纪要"))
    flow.move(house.bureau, order.id, "return", {"basis": "供水管网属资源分局", "proposed": house.plan})
    decide = next(one for one in clock.open_clocks([order.id])[order.id] if one.name == "decide")
    leader = browser(house.leader)
    desk = leader.get("/").content.decode()
    assert "Time to decide on a return" in desk
    assert fmt.moment(decide.due) in desk
    assert fmt.moment(order.due) not in desk, "the unit's limit is not the leader's"
    page = leader.get(f"/matters/{order.code}/").content.decode()
    assert page.index("供水管网属资源分局") < page.index('id="steps"')
    assert page.index("自然资源分局") < page.index('id="steps"'), "and whom it names"
    assert page.index("会议纪要") > page.index('id="order"'), "the order's own basis stands, too"
    flow.move(house.leader, order.id, "reassign", {"unit": house.plan})
    assert 'id="newest-reason"' not in leader.get(f"/matters/{order.code}/").content.decode(), (
        "it has gone on"
    )


def test_a_draft_waits_for_its_signature_until_its_own_limit(house):
    order = house.row(house.draft(title="接通供水"))
    sign = next(one for one in clock.open_clocks([order.id])[order.id] if one.name == "sign")
    desk = browser(house.leader).get("/").content.decode()
    assert "Time to sign" in desk
    assert fmt.moment(sign.due) in desk


def test_steps_gone_past_are_not_ticked(house):
    row = house.row(house.answered())
    rules, _moves = selectors.moves(house.leader, row)
    with translation.override("en"):
        states = {one.title: one.state for one in steps(rules, row, been(rules, ledger.history(row.id)))}
    assert (states["Received"], states["In the unit's review"], states["Answered"]) == (
        "done",
        "skipped",
        "now",
    )
    page = browser(house.leader).get(f"/matters/{row.code}/").content.decode()
    assert "step-skipped" in page


def test_units_of_ones_own_place_come_first(house):
    make.make_org("阿拉办事处", division=make.make_division("别处高新区", "park"))
    make.make_org("安装公司", "enterprise", division=house.park)
    names = [name for _key, name in options_for(house.centre)(Field("unit", "Unit", "unit"))]
    assert "自然资源分局" in names[:-1]
    assert names[-1] == "阿拉办事处", "another place comes last, whatever its name"
    assert "安装公司" not in names


def test_revising_begins_with_what_stands(house):
    order = house.row(house.draft(title="接通供水", supports=[house.plan]))
    flow.move(house.leader, order.id, "send_back", {"reason": "改"})
    page = browser(house.centre).get(f"/matters/{order.code}/moves/revise/").content.decode()
    assert 'value="接通供水"' in page
    assert "三日内拿出接通方案并开工。" in page
    assert f'<option value="{house.build}" selected' in page


def test_who_entered_an_instruction_lets_others_read_it(house):
    centre = browser(house.centre)
    sent = {"title": "进场道路", "kind": "read", "text": "已阅", "leader": house.leader.post,
            "given_on": "2026-03-02", "readers": [house.watch.post]}  # fmt: skip
    address = centre.post("/orders/instructions/new/", sent).url
    assert f"{address}readers/" in centre.get(address).content.decode()
    assert browser(house.watch).get(f"{address}readers/").status_code == 404, "a reader does not pass it on"
    assert browser(house.bureau).get(address).status_code == 404
    answer = centre.post(f"{address}readers/", {"readers": [house.bureau.post], "key": "r"})
    assert answer.status_code == 303, answer.content.decode()[-2000:]
    assert "已阅" in browser(house.bureau).get(address).content.decode()
    moves = run("SELECT count(*) FROM ledger_entry WHERE move = 'instructions.let_read'")
    assert moves == [(1,)]


def test_relations_and_habits_have_a_page(house):
    centre = browser(house.centre)
    assert browser(house.bureau).get("/orders/rules/").status_code == 403
    county = make.make_org("区水务局", division=make.make_division("云溪区", "county"))
    said = {"issuer": house.board, "addressee": county, "relation": "up", "source": "三定方案（示例）",
            "valid_from": "2026-03-02", "key": "a"}  # fmt: skip
    assert centre.post("/orders/rules/relation/", said).status_code == 303
    again = centre.post("/orders/rules/relation/", {**said, "key": "b"})
    assert again.status_code == 409
    page = centre.get("/orders/rules/").content.decode()
    assert "区水务局" in page
    assert "三定方案（示例）" in page
    assert house.row(house.issued(unit=county)).value("paper") == "request"
    key = run("SELECT id FROM orders_relation")[0][0]
    assert (
        centre.post(f"/orders/rules/relation/{key}/end/", {"last": "2026-03-02", "key": "c"}).status_code
        == 303
    )
    habit = {"rule": "second_reader", "holds": "1", "source": "示例", "division": "云溪高新区",
             "valid_from": "2026-03-02", "key": "d"}  # fmt: skip
    answer = centre.post("/orders/rules/practice/", habit)
    assert answer.status_code == 303, answer.content.decode()[-2000:]
    everywhere = centre.post("/orders/rules/practice/", {**habit, "division": "", "key": "e"})
    assert everywhere.status_code == 403


def test_relations_and_habits_are_set_over_the_api_as_on_the_pages(house):
    centre = browser(house.centre)

    def post(url, body, key=""):
        headers = {"idempotency-key": key} if key else {}
        return centre.post(
            f"/api/v1/orders/rules{url}", body, content_type="application/json", headers=headers
        )

    said = {"issuer": house.centre.unit, "addressee": house.build, "relation": "equal", "source": "示例",
            "valid_from": "2026-03-02"}  # fmt: skip
    made = post("/relations", said, "a")
    assert made.status_code == 201
    assert post("/relations", said, "a").json() == made.json(), "sent twice, set once"
    assert post("/relations", said, "b").status_code == 409
    assert post("/relations", {**said, "source": " "}).status_code == 422
    (row,) = centre.get("/api/v1/orders/rules/relations").json()
    assert (row["id"], row["relation"]) == (made.json()["id"], "equal")
    assert post(f"/relations/{row['id']}/end", {"last": "2026-03-01"}).status_code == 422
    assert post(f"/relations/{row['id']}/end", {"last": "2030-01-01"}).status_code == 200
    assert centre.get("/api/v1/orders/rules/relations").json()[0]["valid_until"] == "2030-01-02"
    habit = {"rule": "unit_review", "holds": True, "source": "示例", "division": house.centre.division}
    assert post("/practices", habit).status_code == 201
    assert post("/practices", {**habit, "division": 0}).status_code == 403
    assert centre.get("/api/v1/orders/rules/practices").json()[0]["rule"] == "unit_review"
    clerk = browser(house.bureau)
    assert clerk.get("/api/v1/orders/rules/relations").status_code == 403
    assert clerk.get("/api/v1/orders/rules/practices").status_code == 403
