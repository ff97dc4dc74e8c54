"""The public map: closed until opened, reviewed classes, whole periods once, nothing small, nobody who is hidden."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.kernel import factories as make
from tests.lines.hotline.district import MONDAY, district

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.bulk import New, open_many
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.jobs import run_due
from bihuan.kernel.now import LOCAL
from bihuan.kernel.store.asking import Asker
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.contracts import ORDER
from bihuan.lines.hotline.openmap import actions, periods, selectors
from bihuan.lines.hotline.warning import actions as warning
from bihuan.logic.pictures.choropleth import Place, choropleth_svg

assert district
SET = {
    "opened": "yes", "level": "community", "period": "month", "least": 5, "delay": 1,
    "source": "区政务公开办法（示例）", "why": "群众想知道身边反映了什么",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _within_one_transaction(monkeypatch):
    monkeypatch.setattr(warning, "_HORIZON", "SELECT 4000000000000")


def orders(district, count, *, day=10, month=2, duty=0, place="grid", **more):
    """Open orders on a day of February or another month."""
    said = {"title": "水管渗水", "type": "help", "secrecy": "open", "channel": "phone",
            "about": [duty or district.leaks], **more}  # fmt: skip
    at = datetime(2026, month, day, 9, tzinfo=LOCAL)
    scope = scope_of(district.path.get(place, 0) if isinstance(place, str) else place)
    made = open_many(SYSTEM, ORDER, [New(said, scope, at=at) for _n in range(count)])
    assert all(one.receipt for one in made), made
    return [one.receipt.matter for one in made]


def stands(district, *duty):
    """Have classes proposed by one and reviewed by another."""
    for one in duty or (district.leaks,):
        key = actions.propose(district.operator, {"duty": one, "reason": "公共设施，不涉及个人"})
        actions.review(district.coordinator, key)


def published(district, **more):
    """Open the map and publish what is due."""
    actions.settle(district.coordinator, {**SET, **more})
    run("DELETE FROM hotline_watched")
    warning.sweep()
    return actions.release()


def seen(district, query=""):
    answer = Client().get(f"/hotline/map/{district.place}/{query}", headers={"Accept-Language": "en"})
    return answer.status_code, answer.content.decode()


def february(district):
    (release,) = run("SELECT id FROM hotline_release WHERE begins = '2026-02-01'")
    rows = run("SELECT place, duty, orders FROM hotline_release_cell WHERE release = %s", (release[0],))
    return {(place, duty): n for place, duty, n in rows}


def test_closed_until_somebody_opens_it(district):
    orders(district, 8)
    stands(district)
    warning.sweep()
    assert actions.release() == 0
    unknown = Client().get("/hotline/map/999999/").content.decode().replace("999999", str(district.place))
    for _n in range(2):
        assert Client().get("/hotline/map/").status_code == 404
        answer = Client().get(f"/hotline/map/{district.place}/")
        assert answer.status_code == 404
        assert "房屋渗漏" not in answer.content.decode()
        assert _bare(answer.content.decode()) == _bare(unknown), "a closed map reads like none"
        published(district)
        assert seen(district)[0] == 200
        actions.settle(district.coordinator, {**SET, "opened": "no", "why": "先核对数据"})
    why = [step.why for step in selectors.steps(selectors.settings(district.place).id)]
    assert why[0] == "先核对数据"
    assert why[-1] == SET["why"]


def _bare(text):
    """Return a page without its token, which is another each time."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", text)


def test_who_may_not_open_it(district):
    for one in (district.operator, district.leader, district.fixer, district.head):
        with pytest.raises(Refused):
            actions.settle(one, SET)
    actions.settle(district.coordinator, SET)
    stranger = district.person(
        "coordinator", make.make_org("别的中心"), make.make_division("又一区", "county")
    )
    actions.settle(stranger, {**SET, "opened": "no"})
    assert selectors.settings(district.place).opened, "each has the map of one's own place"
    for one in (district.operator, stranger):
        client = district.client(one)
        client.post("/hotline/map/settings/", {**SET, "which": "map", "opened": "no"})
    assert selectors.settings(district.place).opened
    for wrong in ({"least": 2}, {"delay": 0}, {"delay": 61}):
        with pytest.raises(BadInput):
            actions.settle(district.coordinator, {**SET, **wrong})


def test_nothing_stands_there_without_a_second_pair_of_eyes(district):
    orders(district, 9)
    key = actions.propose(district.operator, {"duty": district.leaks, "reason": "公共设施"})
    with pytest.raises(Refused, match="yourself"):
        actions.review(district.operator, key)
    for other in ({"post": district.operator.post}, {"delegated_by": district.operator.user}):
        with pytest.raises(Refused, match="yourself"):
            actions.review(replace(district.coordinator, **other), key)
    with pytest.raises(Conflict):
        actions.propose(district.coordinator, {"duty": district.leaks, "reason": "又提一次"})
    with pytest.raises(NotFound):
        actions.review(district.stranger, key)
    assert published(district) == 0
    status, text = seen(district)
    assert status == 200
    assert "No class has been reviewed" in text
    assert "房屋渗漏" not in text
    with pytest.raises(IntegrityError), transaction.atomic():
        run("UPDATE hotline_map_class SET reviewer = proposer")
    actions.review(district.coordinator, key)
    assert actions.release() == 1
    assert february(district) == {(district.path["community"], district.leaks): 9}
    assert "房屋渗漏" in seen(district)[1]
    actions.drop(district.coordinator, key, "有人认出了自己")
    status, text = seen(district)
    assert "房屋渗漏" not in text
    assert "9 reports" not in text


def test_small_numbers_are_withheld_and_follow_from_nothing(district):
    second = make.make_division("江湾社区", "community", district.path["street"])
    noise = district.duty("噪声扰民", district.police, "噪声")
    stands(district, district.leaks, district.stalls, noise)
    orders(district, 7)
    orders(district, 4, duty=district.stalls)
    orders(district, 6, place=second)
    orders(district, 3, place=second, duty=district.stalls)
    orders(district, 2, place=second, duty=noise)
    published(district)
    first = district.path["community"]
    assert february(district) == {(first, district.leaks): 7, (second, district.leaks): 6}
    text = seen(district)[1]
    assert "at least 7 reports" in text
    assert "at least 6 reports" in text
    stalls = seen(district, f"?period=2026-02-01&class={district.stalls}")[1]
    assert "fewer than 5" in stalls
    assert not re.search(r"\b[34] reports", stalls)
    with pytest.raises(IntegrityError), transaction.atomic():
        run("UPDATE hotline_release_cell SET orders = 4")


def test_what_is_withheld_is_part_of_a_total_where_it_gives_nothing_away(district):
    noise = district.duty("噪声扰民", district.police, "噪声")
    stands(district, district.leaks, district.stalls, noise)
    orders(district, 3)
    orders(district, 3, duty=district.stalls)
    published(district)
    assert february(district) == {(district.path["community"], 0): 6}
    assert "6 reports" in seen(district)[1]


def test_hidden_callers_and_wrongdoing_never_count(district):
    stands(district)
    orders(district, 5)
    orders(district, 3, type="report")
    orders(district, 3, secrecy="anonymous")
    orders(district, 3, secrecy="confidential")
    orders(district, 3, type="complain", against=district.water)
    orders(district, 3, channel="page")
    gone = orders(district, 3)
    for one in gone:
        flow.move(district.operator, one, "withdraw", {"reason": "来电人撤回"})
    for _n in range(4):
        district.call(about=[district.leaks])
    run("UPDATE flow_matter SET created = %s WHERE kind = 'hotline.order' AND created >= %s",
        (datetime(2026, 2, 12, 9, tzinfo=LOCAL), MONDAY))  # fmt: skip
    published(district)
    assert february(district) == {(district.path["community"], district.leaks): 6}, (
        "five, and one who called four times"
    )


def test_no_day_is_published_twice_and_none_too_early(district, travel):
    stands(district)
    orders(district, 6, day=27)
    orders(district, 1, month=1)
    assert published(district) == 2, "nothing before anybody called"
    assert actions.release() == 0
    made = run("SELECT begins, ends FROM hotline_release ORDER BY begins")
    assert [row[0] for row in made][-1] == date(2026, 2, 1)
    assert all(one[1] == other[0] for one, other in pairwise(made))
    with travel(MONDAY + timedelta(days=23)):
        assert published(district, period="week") == 3, "weeks begin after the last month"
        orders(district, 6, day=27)
        warning.sweep()
        assert actions.release() == 0
    assert february(district) == {(district.path["community"], district.leaks): 6}, (
        "what came late changes nothing"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        run("UPDATE hotline_release SET ends = ends + 1 WHERE begins = '2026-01-01'")


@pytest.mark.parametrize(("kind", "day", "delay", "begins"), [
    ("month", date(2026, 3, 1), 1, date(2026, 1, 1)), ("month", date(2026, 3, 2), 1, date(2026, 2, 1)),
    ("week", date(2026, 3, 2), 1, date(2026, 2, 16)), ("week", date(2026, 3, 3), 1, date(2026, 2, 23)),
    ("week", date(2026, 3, 9), 7, date(2026, 2, 23)),
])  # fmt: skip
def test_periods_are_whole_and_a_day_old(kind, day, delay, begins):
    first, ends = periods.newest(kind, day, delay)
    assert first == begins
    assert ends + timedelta(days=delay) <= day < periods.released_on(kind, day, delay)


def test_a_street_and_its_statements(district, monkeypatch):
    stands(district)
    orders(district, 6)
    published(district, level="street")
    assert february(district) == {(district.path["street"], district.leaks): 6}
    path, asked = f"/hotline/map/{district.place}/", []
    plain = Asker.ask

    def counting(one, sql, *given):
        asked.append(sql)
        return plain(one, sql, *given)

    monkeypatch.setattr(Asker, "ask", counting)
    found = []
    for more in range(2):
        for n in range(20 * more):
            make.make_division(f"第{n}街", "street", district.place)
        Client().get(path)
        asked.clear()
        assert Client().get(path).status_code == 200
        found.append(len(asked))
    assert found == [2, 2], asked


def test_opening_it_publishes_what_is_over(district):
    stands(district)
    orders(district, 6)
    warning.sweep()
    actions.settle(district.coordinator, SET)
    run_due()
    assert february(district) == {(district.path["community"], district.leaks): 6}


def test_the_picture_says_in_words_what_its_colours_say():
    square = (((112.9, 28.2), (112.91, 28.2), (112.91, 28.21), (112.9, 28.21), (112.9, 28.2)),)
    places = [Place("江湾<社区>", "少于5件", None, (square,)), Place("学府社区", "31件", 31)]
    wide, narrow = (choropleth_svg("图", "说明", places, 5, "少于5件", width=width) for width in (660, 340))
    for picture in (wide, narrow):
        assert "江湾&lt;社区&gt;：少于5件" in picture
        assert "学府社区：31件" in picture
        assert "href" not in picture, "nothing finer is told"
    ids = [re.findall(r'id="([^"]+)"', picture) for picture in (wide, narrow)]
    assert ids == [["withheld-660"], ["withheld-340"]], "each has its own: the other may not be drawn at all"


def test_a_flood_waits(district, monkeypatch):
    published(district)
    from bihuan.lines.hotline.openmap import public

    monkeypatch.setattr(public, "ALLOWED", 3)
    answers = [
        Client().get(f"/hotline/map/{district.place}/", REMOTE_ADDR="203.0.113.77").status_code
        for _n in range(5)
    ]
    assert answers == [200, 200, 200, 429, 429]


def test_the_office_opens_reviews_and_previews(district):
    orders(district, 6)
    desk, centre = district.client(district.operator), district.client(district.coordinator)
    page = desk.get("/hotline/map/settings/").content.decode()
    assert "The map is closed" in page
    assert 'name="opened"' not in page
    answer = desk.post(
        "/hotline/map/settings/", {"which": "class", "duty": district.leaks, "reason": "公共设施"}
    )
    assert answer.status_code == 303, answer.content.decode()
    (row,) = selectors.classes(district.place)
    url = f"/hotline/map/settings/classes/{row.id}/"
    assert desk.post(url, {"which": "review"}).status_code == 403
    assert "somebody else" in desk.get(url).content.decode()
    assert centre.post(url, {"which": "review"}).status_code == 303
    answer = centre.post("/hotline/map/settings/", {**SET, "which": "map", "least": "2"})
    assert answer.status_code == 422
    answer = centre.post("/hotline/map/settings/", {**SET, "which": "map"})
    assert answer.status_code == 303
    page = desk.get("/hotline/map/settings/").content.decode()
    assert SET["why"] in page
    warning.sweep()
    assert "6 reports" in desk.get("/hotline/map/settings/preview/").content.decode()
    assert run("SELECT count(*) FROM hotline_release")[0][0] == 0, "a preview publishes nothing"
    assert district.client(district.fixer).get("/hotline/map/settings/").status_code == 403
    assert centre.post(url, {"which": "drop", "why": "不再公开"}).status_code == 303
    assert selectors.classes(district.place) == []


def test_everybody_reads_it_in_both_languages(district):
    stands(district)
    orders(district, 6)
    assert Client().get("/hotline/map/").status_code == 404
    published(district)
    assert Client().get("/hotline/map/").headers["Location"] == f"/hotline/map/{district.place}/"
    url = f"/hotline/map/{district.place}/"
    english = Client().get(url, headers={"Accept-Language": "en"})
    chinese = Client().get(url, headers={"Accept-Language": "zh-hans"})
    assert "private" in english.headers["Cache-Control"]
    assert "Not shown: single orders" in english.content.decode()
    assert "不显示" in chinese.content.decode()
    assert "少于5件" in chinese.content.decode()
    for answer in (english, chinese):
        text = answer.content.decode()
        assert "<svg" in text
        assert "<table" in text
        assert "白沙花园" not in text, "nothing finer than the community"
