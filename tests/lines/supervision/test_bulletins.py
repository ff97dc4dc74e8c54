"""Frozen days make weeks, months and quarters; later corrections show beside them; every number opens."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError
from tests.lines.projects.park import park

from bihuan.kernel.errors import BadInput, Conflict, Refused
from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import travel
from bihuan.kernel.papers import actions as papers
from bihuan.kernel.papers import rendering
from bihuan.kernel.papers import selectors as paper_selectors
from bihuan.kernel.registers.actions import amend, withdraw
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.enterprise.forms import CLASSES
from bihuan.lines.projects.reports.actions import report
from bihuan.lines.projects.reports.register import REPORTS
from bihuan.lines.supervision.bulletins import actions, counting, drafting, freezing, jobs, selectors
from bihuan.lines.supervision.bulletins.figures import CORE, FLOWS, STANDING, WORK
from bihuan.logic import periods

__all__ = ["park"]

pytestmark = pytest.mark.django_db
NEED = {"category": "utilities"}
MONTH = periods.Period("month", date(2026, 3, 1), date(2026, 3, 31))


def place_of(house):
    return house.coordinator.division


def open_one(house, day, title="用水难"):
    with travel(day):
        return flow.open(
            SYSTEM, "projects.problem", {**NEED, "title": title}, scope=scope_of(place_of(house))
        ).matter


def answer(matter, day):
    with travel(day):
        flow.move(SYSTEM, matter, "quick", {"closing": "explained", "reply": "已说明"})


@pytest.fixture
def march(park):
    """Problems opened through March and April, some ended soon, some late, some not at all."""
    first = date(2026, 3, 2)
    for n in range(24):
        day = first + timedelta(days=n * 2)
        matter = open_one(park, day)
        if n % 3 == 0:
            answer(matter, day + timedelta(days=1))
        elif n % 3 == 1:
            answer(matter, day + timedelta(days=40))
        elif n % 6 == 2:
            with travel(day):
                flow.move(park.coordinator, matter, "assign", {"unit": park.bureau})
    with travel(date(2026, 7, 1)):
        yield park


def slow(place, day, measure):
    """Ask the kernel's figure of one day."""
    flowing = measure in FLOWS
    (value,) = figures.computed(
        figures.definition(f"supervision.{measure}", day, "default"), [counting.branch_of(place)], day,
        day if flowing else None,
    )  # fmt: skip
    return int(value.numerator)


def test_one_pass_equals_the_figures_asked_day_by_day(march):
    place = place_of(march)
    fast = counting.flows(place, date(2026, 3, 1), date(2026, 5, 31), known=True)
    by_day = Counter()
    for (day, measure, _kind, _unit), number in fast.items():
        by_day[day, measure] += number
    assert sum(by_day.values()) > 24
    for day in (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4), date(2026, 4, 13), date(2026, 5, 1)):
        for measure in CORE:
            assert by_day[day, measure] == slow(place, day, measure), (day, measure)
    day = date(2026, 4, 30)
    total, _units = counting.summed(counting.standing(place, day), day)
    assert {name: total.of(name) for name in STANDING} == {name: slow(place, day, name) for name in STANDING}
    assert total.of("open") > total.of("overdue") > 0


def test_weeks_make_months_make_quarters(march):
    place = place_of(march)
    quarter = periods.containing("quarter", date(2026, 4, 1))
    actions.freeze_period(place, quarter)
    found = drafting.figures(place, quarter)
    assert found.frozen
    assert [part.name for part, _line in found.parts] == ["2026年4月", "2026年5月", "2026年6月"]
    for measure in FLOWS:
        assert sum(line.of(measure) for _part, line in found.parts) == found.total.of(measure)
    april = drafting.figures(place, periods.containing("month", date(2026, 4, 1)))
    for measure in FLOWS:
        assert sum(line.of(measure) for _part, line in april.parts) == april.total.of(measure)
    assert april.total.of("opened") == found.parts[0][1].of("opened") > 0
    spans = periods.parts(april.period)
    assert [(p.since.day, p.until.day) for p in spans] == [(1, 5), (6, 12), (13, 19), (20, 26), (27, 30)]


def told(house, bulletin):
    paper = selectors.bulletin(house.coordinator, bulletin).paper
    return paper_selectors.data(paper_selectors.paper(paper)).get("corrections", "")


def test_what_is_learnt_after_a_bulletin_was_issued_stands_in_the_next_one_once(march):
    weeks, said = [periods.containing("week", date(2026, 3, day)) for day in (4, 11, 18)], []
    for n, week in enumerate(weeks):
        with travel(week.until + timedelta(days=1)):
            if n == 1:
                late = (open_one(march, date(2026, 3, 16), "补录的问题"),)
                run("UPDATE flow_span SET since = '2026-03-04T02:00:00Z' WHERE matter_id = %s", late)
            made = actions.prepare(march.coordinator, week)
            said.append(told(march, made))
            papers.sign(march.coordinator, selectors.bulletin(march.coordinator, made).paper)
    assert [f"{weeks[0].name}未明确单位新增件由" in one for one in said] == [False, True, False]


def test_a_later_correction_shows_and_the_frozen_number_stays(march):
    place = place_of(march)
    actions.freeze_period(place, MONTH)
    before = drafting.figures(place, MONTH).total.of("opened")
    with travel(date(2026, 7, 2)):
        late = open_one(march, date(2026, 7, 2), "补录的问题")
        run("UPDATE flow_span SET since = '2026-03-10T02:00:00Z' WHERE matter_id = %s", (late,))
        found = drafting.figures(place, MONTH)
        assert found.total.of("opened") == before
        [(measure, unit, was, known)] = freezing.corrections(place, MONTH.since, MONTH.until)
        assert (measure, unit, known - was) == ("opened", 0, 1)
        assert "更正说明" in told(march, actions.prepare(march.coordinator, MONTH))
        assert freezing.freeze(place, MONTH.since, MONTH.until) == 0, "frozen once"
    for sql in ("DELETE FROM supervision_frozen", "UPDATE supervision_frozen SET count = 9",
                "DELETE FROM supervision_frozenday"):  # fmt: skip
        with pytest.raises(DatabaseError), atomic():
            run(sql)


def test_a_month_is_drafted_edited_reviewed_signed_and_numbered(march):
    made = actions.prepare(march.coordinator, MONTH)
    assert actions.prepare(march.coordinator, MONTH) == made
    row = selectors.bulletin(march.coordinator, made)
    paper = paper_selectors.paper(row.paper)
    data = paper_selectors.data(paper)
    assert "2026年3月新增15件" in data["overview"]
    assert data["parts"][-1]["part"] == "合计"
    assert data["chart"].startswith("<svg")
    assert data["compared"][0]["before"] == "0"
    assert "未曾冻结" in data["basis"]
    papers.revise(march.coordinator, paper.id, {**data, "demands": "请抓紧。"}, title=paper.title)
    actions.draft_anew(march.coordinator, paper.id, MONTH, row.division)
    assert paper_selectors.data(paper_selectors.paper(paper.id))["demands"] == "请抓紧。"
    assert rendering.docx(paper.id)[:2] == b"PK"
    assert rendering.pdf(paper.id)[:4] == b"%PDF"


def test_who_may_draft_and_when(march):
    with pytest.raises(BadInput):
        actions.prepare(march.coordinator, periods.containing("month", date(2026, 7, 1)))
    with pytest.raises(Refused):
        actions.prepare(march.officer, MONTH)
    with pytest.raises(Refused):
        actions.prepare(march.coordinator, MONTH, division=place_of(march) + 1)


def test_small_samples_are_not_ranked():
    few = counting.Line(1, {"on_time": 3})
    many = counting.Line(2, {"on_time": 9, "late": 3, "overdue": 4})
    best = counting.Line(3, {"on_time": 12})
    found = drafting.ranked([few, many, best])
    assert [(one.line.unit, one.place) for one in found] == [(3, 1), (2, 2), (1, None)]
    assert drafting.rate(many) == drafting.quotient(9, 16, "%"), "what is overdue counts against it"


def test_the_drafts_write_themselves(park):
    with travel(date(2026, 3, 2)):
        open_one(park, date(2026, 3, 2))
    with travel(date(2026, 4, 1)):
        jobs.freeze()
        jobs.freeze()
        rows, _more = selectors.listed(SYSTEM)
        assert {(row.kind, row.since) for row in rows} == {
            ("month", date(2026, 3, 1)),
            ("quarter", date(2026, 1, 1)),
        }
        assert place_of(park) in {row.division for row in rows}
        assert len(rows) == 2 * len({row.division for row in rows}), "each place once"
        assert paper_selectors.paper(rows[0].paper).state == "draft", "no rule signs anything"
    with travel(date(2026, 4, 2)):
        mine = next(row for row in rows if row.division == place_of(park))
        papers.void(park.coordinator, mine.paper, "重拟")
        with pytest.raises(Conflict):
            actions.draft_anew(park.coordinator, mine.paper, mine.period, mine.division)


def test_periods():
    week = periods.containing("week", date(2026, 1, 1))
    assert (week.since, week.until) == (date(2025, 12, 29), date(2026, 1, 4))
    assert week.name == "2025年12月29日至2026年1月4日"
    assert periods.previous(MONTH).name == "2026年2月"
    assert periods.a_year_before(MONTH).name == "2025年3月"
    assert periods.a_year_before(week).since.weekday() == 0
    assert periods.containing("quarter", date(2026, 12, 5)).name == "2026年第四季度"
    assert len(periods.parts(week)) == 7


def test_the_pages_open_every_number_to_what_it_counts(march):
    web = march.client(march.coordinator)
    assert web.get("/supervision/bulletins/").status_code == 200
    running = web.post("/supervision/bulletins/new/", {"kind": "month", "day": "2026-07-01"})
    assert running.status_code == 422
    url = web.post("/supervision/bulletins/new/", {"kind": "month", "day": "2026-03-09"}).url
    page = web.get(url).content.decode()
    total = drafting.figures(place_of(march), MONTH).total
    for measure in ("opened", "on_time", "late", "open", "overdue"):
        assert f"{url}cases/{measure}/" in page
        listed = web.get(f"{url}cases/{measure}/").content.decode()
        assert listed.count("用水难") >= total.of(measure), measure
    assert web.post(url).status_code == 303
    assert march.client(march.stranger).get(url).status_code == 404
    assert march.client(march.department).get(url).status_code == 403


# What was done besides ---------------------------------------------------------------------------------


def busy(house):
    """Visit twice, keep a duty of contact, put in a need, apply for agency: all in March. Return the project."""
    from bihuan.lines.officers import actions as officers
    from bihuan.lines.officers.duties.actions import go_round
    from bihuan.lines.officers.grids.selectors import target_project
    from bihuan.lines.officers.visits import actions as visits

    with travel(date(2026, 3, 4)):
        about = house.project("走访的项目")
        officers.assign(house.coordinator, about, house.officer.post)
        go_round()
    with travel(date(2026, 3, 10)):
        visits.note(house.officer, target_project(house.officer, about), {"day": "2026-03-10"}, key="one")
        flow.open(
            house.enterprise, "enterprise.need", {"title": "缺焊工二十人", "class": CLASSES[0][0]},
            scope=scope_of(place_of(house)), party=house.firm,
        )  # fmt: skip
    return about


def test_visits_contacts_needs_and_meetings_count_and_open_to_what_they_count(march):
    place, about = place_of(march), busy(march)
    actions.freeze_period(place, MONTH)
    found = drafting.figures(place, MONTH)
    assert (found.total.of("visits"), found.total.of("contacts"), found.total.of("needs")) == (1, 1, 1)
    day = date(2026, 3, 10)
    for measure in ("contacts", "needs"):
        assert slow(place, day, measure) == 1, "the registered figure says the same"
        (case,) = freezing.listed(place, MONTH.since, MONTH.until, measure, None).frozen
        assert run("SELECT 1 FROM flow_matter WHERE id = %s", (int(case.partition(".")[0]),))
    made = actions.prepare(march.coordinator, MONTH)
    client = march.client(march.coordinator)
    page = client.get(f"/supervision/bulletins/{made}/").content.decode()
    assert "Visits made" in page
    for measure in ("visits", "contacts", "needs", "meetings", "agency", "opened", "overdue"):
        answer = client.get(f"/supervision/bulletins/{made}/cases/{measure}/")
        assert answer.status_code == 200
    assert "走访的项目" in client.get(f"/supervision/bulletins/{made}/cases/visits/").content.decode()
    overview = paper_selectors.data(paper_selectors.paper(selectors.bulletin(march.coordinator, made).paper))
    assert "走访1次，联系项目1次" in overview["overview"]
    assert about


def test_getting_a_unit_is_no_correction(park):
    place, day = place_of(park), date(2026, 7, 1)
    ids = [open_one(park, day) for _n in range(3)]
    with travel(date(2026, 7, 2)):
        freezing.freeze(place, day, day)
        flow.move(park.coordinator, ids[0], "assign", {"unit": park.office})
        assert freezing.corrections(place, day, day) == []
        run(
            "UPDATE flow_span SET since = '2026-07-01T02:00:00Z' WHERE matter_id = %s",
            (open_one(park, date(2026, 7, 2)),),
        )
        assert freezing.corrections(place, day, day) == [("opened", 0, 3, 4)]


def test_a_backdated_visit_is_a_correction_and_the_frozen_list_stays(march):
    from bihuan.lines.officers.grids.selectors import target_project
    from bihuan.lines.officers.visits import actions as visits

    place, about = place_of(march), busy(march)
    actions.freeze_period(place, MONTH)
    before = freezing.listed(place, MONTH.since, MONTH.until, "visits", None)
    with travel(date(2026, 7, 2)):
        target = target_project(march.officer, about)
        visits.note(march.officer, target, {"day": "2026-03-18", "why": "补记"}, key="late")
        after = freezing.listed(place, MONTH.since, MONTH.until, "visits", None)
        assert (after.frozen, len(after.added), after.removed) == (before.frozen, 1, ())
        rows = freezing.corrections(place, MONTH.since, MONTH.until)
        assert ("visits", march.office, 1, 2) in rows
        made = actions.prepare(march.coordinator, MONTH)
        page = march.client(march.coordinator).get(f"/supervision/bulletins/{made}/cases/visits/")
        assert "Known only since" in page.content.decode()
        assert "走访次数由1件更正为2件" in told(march, made)


def reporting(house):
    """Two projects of January whose February report is due by 5 March: one comes in time, one late. Return them."""
    with travel(date(2026, 1, 6)):
        keys = [house.project(name) for name in ("按时报的", "晚报的")]
    for key, day in zip(keys, (date(2026, 3, 3), date(2026, 3, 20)), strict=True):
        with travel(day):
            report(
                house.officer, key, "2026-02", {"year_plan_wan": "9", "done_wan": "1", "cumulative_wan": "1"}
            )
    return keys


def test_reports_in_time_are_frozen_like_the_rest_and_a_change_is_a_correction(march):
    """报送及时率 of a frozen month stays, whatever becomes of a report afterwards; it opens to its projects."""
    place, keys = place_of(march), reporting(march)
    actions.freeze_period(place, MONTH)
    total = drafting.figures(place, MONTH).total
    assert (total.of("reports"), total.of("in_time"), drafting.reported(total)) == (2, 1, Decimal("50.00"))
    with travel(date(2026, 7, 2)):
        ((report_id,),) = run("SELECT id FROM projects_report WHERE project_id = %s", (keys[0],))
        withdraw(SYSTEM, REPORTS, report_id, cause="重复登记")
        found = drafting.figures(place, MONTH)
        assert (found.total.of("reports"), found.total.of("in_time")) == (2, 1), "frozen is frozen"
        assert ("in_time", 0, 1, 0) in freezing.corrections(place, MONTH.since, MONTH.until)
        listed = freezing.listed(place, MONTH.since, MONTH.until, "in_time", None)
        assert (listed.frozen, listed.removed) == ((f"{keys[0]}.202602",),) * 2
        made = actions.prepare(march.coordinator, MONTH)
        client = march.client(march.coordinator)
        assert "按时报的" in client.get(f"/supervision/bulletins/{made}/cases/in_time/").content.decode()
        assert (
            "Corrections since it was frozen"
            in client.get(f"/supervision/bulletins/{made}/").content.decode()
        )
        overview = paper_selectors.data(
            paper_selectors.paper(selectors.bulletin(march.coordinator, made).paper)
        )
        assert "项目进展报送及时率50.00%（1/2），未按时报送1项" in overview["overview"]


def test_weeks_months_and_the_quarter_agree_in_every_count(march):
    """Visits, contacts, agency, needs, meetings and reports add up as problems do; none of them is empty here."""
    from bihuan.kernel.meetings import actions as meetings
    from bihuan.kernel.meetings.actions import Decision
    from bihuan.lines.agency import actions as agency
    from bihuan.lines.agency.registers import ITEMS

    place, about = place_of(march), busy(march)
    reporting(march)
    with travel(date(2026, 3, 11)):
        item = amend(SYSTEM, ITEMS, None, {"code": "SG-01", "name": "建筑工程施工许可证核发"})
        agency.apply(march.person("agent"), {"title": "施工许可证代办", "items": [item]}, project=about)
        data = {"title": "现场办公会", "room": "工地", "posts": [march.leader.post]}
        meetings.on_site(march.officer, data, [Decision(0, "decide", "修通道路", [])], scope=scope_of(place))
    quarter = periods.containing("quarter", MONTH.since)
    actions.freeze_period(place, quarter)
    months = [periods.containing("month", date(2026, n, 1)) for n in (1, 2, 3)]
    weeks = [periods.containing("week", date(2026, 1, 5) + timedelta(days=7 * n)) for n in range(12)]
    edges = [*freezing.counted(place, quarter.since, date(2026, 1, 4))[0].items(),
             *freezing.counted(place, date(2026, 3, 30), quarter.until)[0].items()]  # fmt: skip
    whole = drafting.figures(place, quarter).total
    by_month, by_week = ([drafting.figures(place, one) for one in many] for many in (months, weeks))
    assert all(one.frozen for one in by_month)
    for measure in FLOWS:
        total = whole.of(measure)
        assert sum(one.total.of(measure) for one in by_month) == total, measure
        assert sum(line.of(measure) for one in by_month for _part, line in one.parts) == total, measure
        rest = sum(count for key, count in edges if key[1] == measure)
        assert sum(one.total.of(measure) for one in by_week) + rest == total, measure
        if measure in ("opened", *WORK):
            assert total > 0, f"{measure}: nothing is no test"


def test_reports_in_time_are_a_fraction_and_the_api_reads_bulletins(march):
    busy(march)
    reporting(march)
    made = actions.prepare(march.coordinator, MONTH)
    client = march.client(march.coordinator)
    (row,) = client.get("/api/v1/supervision/bulletins").json()["rows"]
    assert (row["id"], row["kind"], row["totals"]["visits"]) == (made, "month", 1)
    one = client.get(f"/api/v1/supervision/bulletins/{made}").json()
    assert one["reported"] == {"on_time": 1, "due": 3}
    assert {line["measure"] for line in one["figures"]} >= {"opened", "visits", "meetings"}
    held = client.get(f"/api/v1/supervision/bulletins/{made}/cases/opened").json()
    assert len(held["frozen"]) == row["totals"]["opened"]
    assert march.client(march.department).get("/api/v1/supervision/bulletins").status_code == 403
    assert march.client(march.stranger).get(f"/api/v1/supervision/bulletins/{made}").status_code == 404
