"""Briefs: drafted once from figures as known then, edited, signed, numbered; each number opens to its orders."""

from datetime import date, datetime, timedelta

import pytest
from tests.lines.hotline.district import MONDAY, district

from bihuan.kernel.errors import BadInput, NotFound, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.now import LOCAL, travel
from bihuan.kernel.papers import actions as papers
from bihuan.kernel.papers import periodicals, rendering
from bihuan.kernel.papers import selectors as paper_selectors
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.briefs import actions, jobs
from bihuan.lines.hotline.briefs.counting import numbers
from bihuan.lines.hotline.briefs.figures import COUNTS
from bihuan.lines.hotline.contracts import ORDER
from bihuan.logic import periods

__all__ = ["district"]

TUESDAY = MONDAY + timedelta(days=1)
DAY = periods.containing("day", MONDAY.date())


def handled(house, order, *, days=0):
    with travel(MONDAY + timedelta(days=days, hours=3)):
        flow.move(house.operator, order, "dispatch", {"unit": house.water})
        flow.move(house.fixer, order, "sign", {})
        said = {"contacted": "yes", "contacted_at": (MONDAY + timedelta(days=days, hours=3)).isoformat(),
                "solved": "solved", "reply": "已修好。"}  # fmt: skip
        flow.move(house.fixer, order, "answer", said)
        flow.move(house.coordinator, order, "close", {})


def counted(house, day):
    """Count slowly: what was registered and what ended on a day, what was open at its end."""
    begin = datetime.combine(day, datetime.min.time(), LOCAL)
    end = begin + timedelta(days=1)
    rows = run("SELECT id, created, closed FROM flow_matter WHERE kind = %s", (ORDER,))
    taken = sum(begin <= created < end for _key, created, _closed in rows)
    ended = sum(closed is not None and begin <= closed < end for _key, _created, closed in rows)
    pending = sum(created < end and (closed is None or closed >= end) for _key, created, closed in rows)
    return {"hotline.taken": taken, "hotline.ended": ended, "hotline.pending": pending}


@pytest.fixture
def monday(district):
    """Five calls on Monday, two answered the same day, one on Tuesday."""
    calls = [
        district.call(title=f"白沙花园3栋渗水{n}", about=[str(district.leaks)], phone=f"1381234567{n}")
        for n in range(5)
    ]
    for call in calls[:2]:
        handled(district, call)
    handled(district, calls[2], days=1)
    with travel(TUESDAY + timedelta(hours=12)):
        yield district


def test_numbers_are_those_of_the_day_and_stay(monday):
    found = numbers(monday.place, DAY)
    slow = counted(monday, MONDAY.date())
    assert {name: found.counts[name] for name in slow} == slow == {
        "hotline.taken": 5, "hotline.ended": 2, "hotline.pending": 3}  # fmt: skip
    assert [part[1] for part in found.parts] == [0, 0, 0, 0, 0, 0, 5]
    by_unit = {key: int(values["hotline.ended"].numerator) for key, values in found.units.items() if
               "hotline.ended" in values and values["hotline.ended"].numerator}  # fmt: skip
    assert by_unit == {str(monday.water): 2}
    with travel(TUESDAY + timedelta(days=30)):
        assert numbers(monday.place, DAY).counts == found.counts, "what is learnt later changes nothing"


def test_a_brief_is_drafted_once_edited_signed_and_numbered(monday):
    made = actions.prepare(monday.operator, DAY)
    assert actions.prepare(monday.coordinator, DAY) == made, "once a place and period"
    row = periodicals.periodical(monday.operator, "hotline", made)
    data = paper_selectors.data(paper_selectors.paper(row.paper))
    assert "受理群众诉求5件" in data["overview"]
    assert "房屋渗漏5件" in data["overview"]
    assert data["chart"].startswith("<svg")
    assert [line["now"] for line in data["compared"]] == ["5", "2", "3", "0"]
    papers.revise(monday.operator, row.paper, {**data, "demands": "请抓紧。"}, title="")
    actions.draft_anew(monday.operator, row)
    assert paper_selectors.data(paper_selectors.paper(row.paper))["demands"] == "请抓紧。"
    number = papers.sign(monday.coordinator, row.paper, key="s")
    assert "热线日报" in number
    assert rendering.docx(row.paper)[:2] == b"PK"
    page = monday.client(monday.operator).get(f"/papers/{row.paper}/").text
    assert "<th>unit" not in page
    assert "承办单位" in page


def test_who_may_and_when(monday):
    with pytest.raises(BadInput):
        actions.prepare(monday.operator, periods.containing("week", date(2026, 3, 3)))
    with pytest.raises(Refused):
        actions.prepare(monday.stranger, DAY, division=monday.place)
    made = actions.prepare(monday.operator, DAY)
    with pytest.raises(NotFound):
        periodicals.periodical(monday.stranger, "hotline", made)
    with pytest.raises(NotFound):
        periodicals.periodical(monday.operator, "bulletin", made)


def test_the_worker_drafts_what_ended_yesterday(monday):
    jobs.briefs()
    jobs.briefs()
    rows, _more = periodicals.listed(monday.operator, "hotline")
    assert [(row.kind, row.since) for row in rows] == [("day", MONDAY.date())]
    with travel(MONDAY + timedelta(days=7, hours=1)):
        jobs.briefs()
        assert {row.kind for row in periodicals.listed(monday.operator, "hotline")[0]} == {"day", "week"}


def test_pages_open_each_number_and_hide_what_one_need_not_read(monday):
    with travel(MONDAY + timedelta(hours=2)):
        monday.call(title="举报偷排", type="report", against=str(monday.police))
    page = monday.client(monday.operator)
    answer = page.post("/hotline/briefs/new/", {"kind": "day", "day": "2026-03-02"}, follow=True)
    assert answer.status_code == 200
    assert "By unit" in answer.text
    made = periodicals.listed(monday.operator, "hotline")[0][0].id
    for name in COUNTS:
        assert page.get(f"/hotline/briefs/{made}/cases/{name}/").status_code == 200
    assert "举报偷排" in page.get(f"/hotline/briefs/{made}/cases/hotline.taken/").text
    leader = monday.client(monday.leader).get(f"/hotline/briefs/{made}/cases/hotline.taken/").text
    assert "举报偷排" not in leader
    assert "1 more are counted" in leader
    only = page.get(f"/hotline/briefs/{made}/cases/hotline.ended/", {"unit": str(monday.police)}).text
    assert "Nothing counted" in only
    assert monday.client(monday.stranger).get(f"/hotline/briefs/{made}/").status_code == 404
    assert monday.client(monday.fixer).get("/hotline/briefs/").status_code == 403


def said(house, brief):
    """Return what a brief's paper says of corrections."""
    row = periodicals.periodical(house.operator, "hotline", brief)
    return row, paper_selectors.data(paper_selectors.paper(row.paper)).get("corrections", "")


def issue(house, day):
    """Draft and sign the brief of a day the morning after; return it and what it says of corrections."""
    with travel(datetime.combine(day, datetime.min.time(), LOCAL) + timedelta(days=1, hours=8)):
        row, text = said(house, actions.prepare(house.operator, periods.containing("day", day)))
        papers.sign(house.coordinator, row.paper, key="s")
    return row.id, text


def test_what_is_learnt_after_a_brief_was_issued_stands_in_the_next_one_once(monday):
    first, before = issue(monday, MONDAY.date())
    assert before == ""
    with travel(TUESDAY + timedelta(hours=10)):
        # A phone back from a place without a signal: it was closed and called in on Monday.
        late = monday.call(title="山上没信号")
        run("UPDATE flow_span SET since = %s WHERE matter_id = %s", (MONDAY + timedelta(hours=4), late))
    assert numbers(monday.place, DAY).counts["hotline.taken"] == 5, "the issued number stays"
    second, text = issue(monday, TUESDAY.date())
    assert "2026年3月2日受理工单由5件更正为6件；2026年3月2日期末在办由3件更正为4件。" in text
    assert said(monday, second)[0].told == {"2026-03-02": {"受理工单": [5, 6], "期末在办": [3, 4]}}
    assert said(monday, first)[1] == "", "what was issued is not touched"
    page = monday.client(monday.operator).get(f"/hotline/briefs/{second}/").text
    assert "Corrected since" in page
    third, text = issue(monday, TUESDAY.date() + timedelta(days=1))
    assert text == "", "told once"
    assert "Corrected since" not in monday.client(monday.operator).get(f"/hotline/briefs/{third}/").text


def test_what_turns_out_otherwise_again_is_told_again(monday):
    issue(monday, MONDAY.date())
    with travel(TUESDAY + timedelta(hours=10)):
        late = monday.call(title="山上没信号")
        run("UPDATE flow_span SET since = %s WHERE matter_id = %s", (MONDAY + timedelta(hours=4), late))
    _second, text = issue(monday, TUESDAY.date())
    assert "受理工单由5件更正为6件" in text
    run("UPDATE flow_span SET since = %s WHERE matter_id = %s", (TUESDAY + timedelta(hours=10), late))
    _third, text = issue(monday, TUESDAY.date() + timedelta(days=1))
    assert "2026年3月2日受理工单由6件更正为5件" in text


def test_a_brief_never_issued_corrects_nothing(monday):
    with travel(TUESDAY + timedelta(hours=8)):
        actions.prepare(monday.operator, DAY)
    with travel(TUESDAY + timedelta(hours=10)):
        late = monday.call(title="山上没信号")
        run("UPDATE flow_span SET since = %s WHERE matter_id = %s", (MONDAY + timedelta(hours=4), late))
    assert issue(monday, TUESDAY.date())[1] == ""
