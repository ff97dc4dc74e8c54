"""Calendars: a year seen, changed with what moves said first, and running clocks that follow."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.site.admin_house import hidden, house, send, words

from bihuan.kernel.clock import actions as clock
from bihuan.kernel.clock import selectors as clocks
from bihuan.kernel.clock.actions import DayChange
from bihuan.kernel.clock.actions.rippling import ripple
from bihuan.kernel.clock.ground import ground
from bihuan.kernel.clock.values import start_values
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.jobs import run_due
from bihuan.kernel.now import LOCAL
from bihuan.kernel.store.sql import new_ids, run
from bihuan.logic.workdays import packaged_notices
from bihuan.site.admin.calendars import drawing, previews, reading
from bihuan.site.admin.calendars.drawing import Mark, Words

__all__ = ["house"]

NOTICE_2027 = """一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月13日（周六）上班。
三、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。"""


def running_clock(house, started: datetime, days: int) -> int:
    """Return the id of a clock of so many working days that runs in the park."""
    rule = f"test.{days}"
    clock.load_limits([{"rule": rule, "value": days, "unit": "wd", "source": "测试", "verified_on": None}])
    matter = new_ids()[0]
    clock.write([start_values(rule, scope_of(house.park), started, matter_id=matter, main=True)])
    return run("SELECT id FROM clock_clock WHERE matter_id = %s", (matter,))[0][0]


# Reading a notice --------------------------------------------------------------------------------------------


def test_the_notice_of_2026_in_its_own_words_reads_as_the_packaged_one():
    text = """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。"""
    read = reading.read_days(text, 2026)
    packaged = next(notice for notice in packaged_notices() if notice.year == 2026)
    assert {(one.day, one.working) for one in read} == {(row.day, row.working) for row in packaged.days}
    assert {one.name for one in read} == {"元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1月1日 元旦", "nothing"),
        ("1月1日（周三）放假", "weekday"),
        ("2月30日放假", "day"),
        ("2026-01-01 放假", "year"),
        ("1月1日至12月3日放假", "span"),
        ("1月5日至1月2日放假", "span"),
        ("1月1日放假\n1月1日上班", "twice"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text, code):
    with pytest.raises(reading.Unreadable) as caught:
        reading.read_days(text, 2027)
    assert caught.value.code == code
    assert caught.value.line


_WEEK = "一二三四五六日"


def _written(day: date, weekday: bool) -> str:
    return f"{day.month}月{day.day}日" + (f"（农历某日、周{_WEEK[day.weekday()]}）" if weekday else "")


@given(
    st.dates(date(2027, 1, 1), date(2027, 12, 1)),
    st.integers(0, 9),
    st.sampled_from(["plain", "prose", "iso"]),
)
def test_a_span_is_read_back_however_it_is_written(first, more, style):
    last = first + timedelta(days=more)
    ends = [first, last] if more else [first]
    if style == "iso":
        text = " 至 ".join(day.isoformat() for day in ends) + " 放假 某节"
    else:
        span = "至".join(_written(day, style == "prose") for day in ends)
        text = f"一、某节：{span}放假调休，共{more + 1}天。"
    read = reading.read_days(text, 2027)
    assert [one.day for one in read] == [first + timedelta(days=n) for n in range(more + 1)]
    assert {(one.working, one.name) for one in read} == {(False, "某节")}


# The picture ----------------------------------------------------------------------------------------------------


def test_every_day_stands_in_the_picture_once_and_kinds_have_glyphs_not_colour_alone():
    words_ = Words("2026", [f"m{n}" for n in range(1, 13)], list("一二三四五六日"),
                   {"rest": "休", "work": "班", "shut": "闭", "open": "开"},
                   {"rest": "假", "work": "补", "shut": "停", "open": "上", "unsure": "暂"})  # fmt: skip
    marks = {
        date(2026, 1, 1): Mark("rest", "元旦<"),
        date(2026, 1, 4): Mark("work"),
        date(2026, 3, 3): Mark("shut"),
    }
    svg = drawing.year_svg(2026, marks, words_, today=date(2026, 5, 5))
    assert svg.count("<text") > 365
    assert (svg.count(">休<"), svg.count(">班<"), svg.count(">闭<")) == (2, 2, 2)  # the day and the legend
    assert "元旦&lt;" in svg
    assert "stroke-dasharray" not in svg
    unsure = drawing.year_svg(2027, {date(2027, 1, 1): Mark("rest", "", sure=False)}, words_, narrow=True)
    assert "stroke-dasharray" in unsure


# Pages ---------------------------------------------------------------------------------------------------------


def test_a_year_is_shown_with_its_notice_and_one_not_announced_with_what_to_do(house):
    page = words(house.admin.get(reverse("admin_calendar") + "?year=2026"))
    assert "国务院办公厅关于2026年部分节假日安排的通知" in page
    assert "provisional" not in page
    page = words(house.admin.get(reverse("admin_calendar") + "?year=2027"))
    assert "2027 is provisional" in page
    assert "Enter the notice" in page
    answer = house.admin.get("/api/v1/admin/calendar/2026").json()
    assert (answer["provisional"], sum(answer["working_days"])) == (False, 248)
    assert house.admin.get("/api/v1/admin/calendar/1850").status_code == 422


def test_a_closure_is_previewed_applied_once_and_running_clocks_follow(house, travel):
    with travel(date(2026, 6, 1)):
        started = datetime(2026, 6, 1, 9, 0, tzinfo=LOCAL)
        inside, short = running_clock(house, started, 10), running_clock(house, started, 2)
        before = clocks.clock_of(inside).due
        url = reverse("admin_calendar_days")
        values = {"division": "云溪高新区", "first": "2026-06-08", "last": "2026-06-09", "what": "shut", "name": "台风",
                  "source": "区防汛令"}  # fmt: skip
        page = house.admin.get(url)
        preview = house.admin.post(url, {**hidden(page), **values})
        assert preview.status_code == 200
        assert "1 running clock is counted anew. 1 of them gets another due moment" in words(preview)
        assert run("SELECT count(*) FROM clock_calendarday WHERE division <> 0") == [(0,)]
        applied = {**hidden(preview), **values}
        first, second = house.admin.post(url, applied), house.admin.post(url, applied)
        assert first.status_code == second.status_code == 303
        assert run("SELECT max(version) FROM clock_calendarversion")[0][0] == ground().version
        assert "on its way" in words(house.admin.get(first["Location"]))
        assert run_due() == 1
        page = words(house.admin.get(first["Location"]))
        assert "台风" in page
        assert "on its way" not in page
    after = clocks.clock_of(inside).due
    assert (after - before) == timedelta(days=2)
    assert any("台风" in line.text for line in clocks.explain(inside))
    assert clocks.clock_of(short).due.date() == date(2026, 6, 3)
    versions = house.admin.get("/api/v1/admin/calendar/versions").json()["rows"]
    assert (versions[0]["kind"], versions[0]["moved"], versions[0]["who"]) == ("days", 1, "root")


def test_a_form_changed_after_its_preview_is_previewed_again(house):
    url = reverse("admin_calendar_days")
    values = {"division": "云溪区", "first": "2026-06-08", "what": "shut", "name": "停电", "source": "通知"}
    preview = house.admin.post(url, {**hidden(house.admin.get(url)), **values})
    changed = {**hidden(preview), **values, "first": "2026-06-09"}
    again = house.admin.post(url, changed)
    assert again.status_code == 200
    assert "What moves" in words(again)
    assert run("SELECT count(*) FROM clock_calendarday WHERE division <> 0") == [(0,)]


def test_a_day_taken_back_is_ordinary_again_and_clocks_come_back(house, travel):
    with travel(date(2026, 6, 1)):
        found = running_clock(house, datetime(2026, 6, 1, 9, 0, tzinfo=LOCAL), 10)
        before = clocks.clock_of(found).due
        days = {"division": "云溪高新区", "first": "2026-06-08"}
        shut = {**days, "what": "shut", "name": "台风", "source": "令"}
        assert send(house.admin, reverse("admin_calendar_days"), **shut).status_code == 303
        run_due()
        assert clocks.clock_of(found).due > before
        again = send(house.admin, reverse("admin_calendar_days"), **shut)
        assert again.status_code == 409
        assert "Nothing is changed" in words(again)
        link = f"{reverse('admin_calendar_days')}?first=2026-06-08&what=plain&at={house.park}"
        assert send(house.admin, link, **days, what="plain").status_code == 303
        run_due()
        assert clocks.clock_of(found).due == before


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"first": "2026-06-08", "last": "2026-06-01"}, "before the first"),
        ({"first": "2026-06-08", "last": "2026-12-31"}, "longer than two months"),
        ({"first": "bald"}, "enter a day as"),
        ({"first": "2026-06-08", "name": ""}, "Say what for"),
        ({"first": "2026-06-08", "source": ""}, "on whose word"),
        ({"first": "2026-06-08", "division": "无此地"}, "There is no division named"),
    ],
)  # fmt: skip
def test_faults_of_days_are_said(house, values, said):
    answer = send(house.admin, reverse("admin_calendar_days"), **{
        "division": "云溪区", "what": "shut", "name": "停电", "source": "通知", **values})  # fmt: skip
    assert answer.status_code == 422
    assert said in words(answer)


def test_a_notice_is_previewed_and_then_the_year_is_certain(house, travel):
    with travel(date(2026, 11, 20)):
        over = running_clock(house, datetime(2026, 12, 28, 9, 0, tzinfo=LOCAL), 30)
        assert clocks.clock_of(over).provisional
        url = reverse("admin_calendar_year")
        page = house.admin.get(url)
        assert 'value="2027"' in page.content.decode()
        values = {"year": "2027", "source": "国务院办公厅关于2027年部分节假日安排的通知", "text": NOTICE_2027,
                  "published": "2026-11-19", "address": "https://www.gov.cn/x"}  # fmt: skip
        preview = house.admin.post(url, {**hidden(page), **values})
        said = words(preview)
        assert "1 of them gets another due moment. 1 are no longer provisional" in said
        assert "春节" in said
        assert "01-31、02-13" in said
        days = [DayChange(one.day, one.working) for one in reading.read_days(NOTICE_2027, 2027)]
        expected = previews.of_year(2027, "x", days)
        assert house.admin.post(url, {**hidden(preview), **values}).status_code == 303
        told = ripple()
        assert (told["looked"], told["moved"]) == (expected.touched, expected.moved) == (1, 1)
        assert not clocks.clock_of(over).provisional
        page = words(house.admin.get(reverse("admin_calendar") + "?year=2027"))
        assert "is provisional" not in page
        again = send(house.admin, url, **values)
        assert again.status_code == 409


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"text": "1月1日（周三）放假"}, "another weekday"),
        ({"text": "1月1日 元旦"}, "doesn't say whether"),
        ({"text": "没有日子"}, "No holiday was found"),
        ({"year": "1850"}, "check the year"),
        ({"year": "明年"}, "whole number"),
        ({"source": ""}, "Please fill in"),
    ],
)  # fmt: skip
def test_faults_of_a_notice_are_said_and_its_text_is_kept(house, values, said):
    answer = send(house.admin, reverse("admin_calendar_year"), **{
        "year": "2027", "source": "通知", "text": "1月1日（周五）放假", **values})  # fmt: skip
    assert answer.status_code == 422
    assert said in words(answer)
    assert values.get("text", "1月1日（周五）放假") in answer.content.decode()
    assert run("SELECT count(*) FROM clock_calendarnotice WHERE year = 2027") == [(0,)]


def test_working_hours_move_the_close_of_business(house, travel):
    with travel(date(2026, 6, 1)):
        found = running_clock(house, datetime(2026, 6, 1, 9, 0, tzinfo=LOCAL), 5)
        assert clocks.clock_of(found).due.astimezone(LOCAL).hour == 17
        values = {"division": "云溪高新区", "valid_from": "2026-06-05", "source": "夏令"}
        values["spans"] = "8:30-12:00，14:00–18:00"
        assert send(house.admin, reverse("admin_calendar_hours"), **values).status_code == 303
        run_due()
        assert clocks.clock_of(found).due.astimezone(LOCAL).hour == 18
        assert "08:30–12:00, 14:00–18:00" in words(house.admin.get(reverse("admin_calendar")))
        assert send(house.admin, reverse("admin_calendar_hours"), **values).status_code == 409


@pytest.mark.parametrize("spans", ["9-5", "09:00-12:00, 11:00-17:00", "12:00-09:00", "25:00-26:00", ","])
def test_hours_that_cannot_be_are_said(house, spans):
    answer = send(
        house.admin, reverse("admin_calendar_hours"), division="云溪区", valid_from="2026-06-05", spans=spans
    )
    assert answer.status_code == 422
    assert run("SELECT count(*) FROM clock_workinghours") == [(0,)]


def test_the_preview_counts_what_the_ripple_moves(house, travel):
    with travel(date(2026, 6, 1)):
        started = datetime(2026, 6, 1, 9, 0, tzinfo=LOCAL)
        for days in (3, 5, 8, 13, 21):
            running_clock(house, started, days)
        changes = [
            DayChange(date(2026, 6, 10), False, "x", "y"),
            DayChange(date(2026, 6, 13), True, "x", "y"),
        ]
        effect = previews.of_days(changes, house.park)
        clock.set_days(actor_of_house(house), changes, house.park)
        told = ripple()
        assert (told["looked"], told["moved"]) == (effect.touched, effect.moved)
        assert effect.moved == 1


def actor_of_house(house):
    from bihuan.kernel.identity import selectors as identity

    return identity.actor_of(house.admin_user, house.admin_post)


def test_too_many_clocks_are_counted_but_not_worked_out(house, travel, monkeypatch):
    monkeypatch.setattr(previews, "MOST", 1)
    with travel(date(2026, 6, 1)):
        started = datetime(2026, 6, 1, 9, 0, tzinfo=LOCAL)
        for days in (8, 9):
            running_clock(house, started, days)
        effect = previews.of_days([DayChange(date(2026, 6, 8), False)], 0)
    assert (effect.touched, effect.moved) == (2, None)
    assert effect.words()


def test_the_same_over_the_api(house, travel):
    with travel(date(2026, 6, 1)):
        running_clock(house, datetime(2026, 6, 1, 9, 0, tzinfo=LOCAL), 10)
        body = {
            "what": "shut",
            "first": "2026-06-08",
            "division": f"#{house.park}",
            "name": "台风",
            "source": "令",
        }
        url = "/api/v1/admin/calendar/days"
        preview = house.admin.post(f"{url}?preview=true", body, content_type="application/json").json()
        assert preview == {"version": 0, "touched": 1, "moved": 1}
        head = {"HTTP_IDEMPOTENCY_KEY": "d1"}
        made = [house.admin.post(url, body, content_type="application/json", **head).json() for _n in "ab"]
        assert made[0] == made[1]
        assert made[0]["version"] == ground().version
        notice = {"year": 2027, "source": "通知", "text": NOTICE_2027}
        answer = house.admin.post("/api/v1/admin/calendar/years", notice, content_type="application/json")
        assert answer.status_code == 200
        assert house.admin.get("/api/v1/admin/calendar/2027").json()["source"] == "通知"
        hours = {"spans": "09:00-17:00", "valid_from": "2026-07-01", "source": "夏令"}
        answer = house.admin.post("/api/v1/admin/calendar/hours", hours, content_type="application/json")
        assert answer.status_code == 200
        rows = house.admin.get("/api/v1/admin/calendar/hours").json()
        assert [(row["division"], row["spans"]) for row in rows] == [(0, "09:00–17:00")]
        bad = house.admin.post(
            url, {**body, "first": "2026-06-08", "name": ""}, content_type="application/json"
        )
        assert (bad.status_code, bad.json()["where"]) == (422, "name")
