"""What lies aside counts nowhere until somebody has taken it in, and then from that day on."""

from datetime import timedelta

import pytest
from tests.lines.hotline.district import MONDAY, district
from tests.lines.hotline.test_aside import client, knock, orders, said

from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.jobs import run_due
from bihuan.kernel.now import now
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.search.selectors import search
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline import selectors
from bihuan.lines.hotline.aside import actions as aside
from bihuan.lines.hotline.aside.reasons import MOST, SENDER
from bihuan.lines.hotline.briefs.counting import branch_of, numbers
from bihuan.lines.hotline.causes import selectors as causes
from bihuan.lines.hotline.doors import nearby
from bihuan.lines.hotline.duties import actions as duties
from bihuan.lines.hotline.grids import coverage
from bihuan.lines.hotline.openmap import selectors as openmap
from bihuan.lines.hotline.patrols import selectors as patrols
from bihuan.lines.hotline.registers import DUTIES
from bihuan.lines.hotline.warning import actions as warning
from bihuan.logic import periods

assert district


@pytest.fixture
def url(district):
    return f"/hotline/public/{district.place}/"


@pytest.fixture
def lying(district, url):
    """Five orders at the desk and three that lie aside, all of one class, as if an Open311 client had said it."""
    knock(url, MOST[SENDER] + 3, title="楼道水管渗水漏水")
    run(
        """UPDATE flow_matter SET data = data || jsonb_build_object('class', %s::bigint)
           WHERE kind = 'hotline.order'""",
        (district.leaks,),
    )
    return orders("aside")


def heap():
    return run("SELECT id FROM flow_matter WHERE kind = 'hotline.heap'")[0][0]


def watched(monkeypatch):
    """Let early warning count everything anew; return which orders are its events."""
    monkeypatch.setattr(warning, "_HORIZON", "SELECT 4000000000000")
    warning.sweep()
    run("UPDATE hotline_watched SET xact = 0")
    warning.sweep()
    return {row[0] for row in run("SELECT matter FROM hotline_event")}


def test_early_warning_and_the_map_know_only_what_was_taken_in(district, lying, monkeypatch):
    pytest.importorskip("scipy")
    assert watched(monkeypatch) == set(orders("registered"))

    def mapped():
        days = MONDAY.date() - timedelta(days=1), MONDAY.date() + timedelta(days=1)
        found = openmap.counted("county", "community", district.place, *days, [district.leaks])
        return sum(n for told in found.values() for n in told.values())

    for one in orders("registered"):
        flow.move(district.operator, one, "dispatch", {"unit": district.water, "about": [district.leaks]})
    assert mapped() == MOST[SENDER]
    flow.move(district.coordinator, heap(), "take_in", {})
    aside.carry_out()
    assert set(lying) <= watched(monkeypatch)
    run("UPDATE flow_matter SET stage = 'aside' WHERE id = %s", (lying[0],))
    assert watched(monkeypatch) == set(orders()) - {lying[0]}


def test_neighbours_and_the_console_are_not_told_of_it(district, lying):
    duties.keep(SYSTEM, DUTIES, district.leaks, {"told": "yes"}, division=district.place)
    assert nearby.near(district.place, "楼道水管渗水漏水", "白沙花园3栋") == []
    found = selectors.twins(district.operator, "楼道水管渗水漏水")
    assert found, "what waits at the desk is hinted"
    assert not {one.row.id for one in found} & set(lying)


def test_lists_of_what_keeps_coming_and_of_grids_leave_it_out(district, lying):
    assert [one.calls for one in causes.frequent(district.operator, 1)] == [MOST[SENDER]]
    assert sum(coverage.orders(district.operator).by_place.values()) == MOST[SENDER]
    assert sum(one.now for one in patrols.cells(district.operator)) == MOST[SENDER]
    flow.move(district.coordinator, heap(), "discard", {"reply": "骚扰"})
    aside.carry_out()
    assert sum(coverage.orders(district.operator).by_place.values()) == MOST[SENDER]


def test_a_brief_counts_it_on_the_day_it_is_taken_in(district, lying, travel):
    monday, tuesday = (periods.containing("day", (MONDAY + timedelta(days=n)).date()) for n in range(2))
    with travel(MONDAY + timedelta(days=1, hours=2)):
        assert numbers(district.place, monday).counts["hotline.taken"] == MOST[SENDER]
        assert numbers(district.place, monday).counts["hotline.pending"] == MOST[SENDER]
        flow.move(district.coordinator, heap(), "take_in", {})
        aside.carry_out()
    with travel(MONDAY + timedelta(days=2)):
        assert numbers(district.place, monday).counts["hotline.taken"] == MOST[SENDER], "it stays"
        assert numbers(district.place, tuesday).counts["hotline.taken"] == len(lying)
        assert numbers(district.place, tuesday).counts["hotline.pending"] == len(orders())
        week = periods.containing("week", MONDAY.date())
        assert numbers(district.place, week).counts["hotline.taken"] == len(orders()), "none is counted twice"


def test_what_was_discarded_never_came(district, lying, travel):
    flow.move(district.coordinator, heap(), "discard", {"reply": "骚扰"})
    aside.carry_out()
    day = periods.containing("day", MONDAY.date())
    with travel(MONDAY + timedelta(days=1)):
        assert numbers(district.place, day).counts["hotline.taken"] == MOST[SENDER]
        flow.move(district.coordinator, heap(), "bring_back", {"reason": "误判"})
        aside.carry_out()
    with travel(MONDAY + timedelta(days=2)):
        tuesday = periods.containing("day", (MONDAY + timedelta(days=1)).date())
        assert numbers(district.place, tuesday).counts["hotline.taken"] == len(lying)


def test_rates_leave_it_out_and_say_so(district, lying, travel):
    with travel(now() + timedelta(days=60)):
        (value,) = figures.value("hotline.on_time", [branch_of(district.place)])
        assert value.denominator == MOST[SENDER], "late since; what lies aside is not"
        assert len(lying) in dict(value.excluded).values()


def test_it_is_found_by_search(district, url):
    knock(url, MOST[SENDER])
    client().post(url, said("sixth", title="某某路灯特别暗"))
    (one,) = orders("aside")
    run_due()
    found = search(branches(district.operator), "路灯特别暗", line="hotline", using="default").hits
    assert one in [hit.id for hit in found]


def test_whoever_wished_to_follow_is_asked_for(district, url):
    duties.keep(SYSTEM, DUTIES, district.leaks, {"told": "yes"}, division=district.place)
    root = district.call(address="白沙花园3栋")
    flow.move(district.operator, root, "dispatch", {"unit": district.water, "about": [district.leaks]})
    knock(url, MOST[SENDER])
    (near,) = nearby.near(district.place, "楼道水管渗水漏水", "白沙花园3栋")
    client().post(url, said("f", title="楼道水管渗水漏水", same=near.ref))
    (one,) = orders("aside")
    page = district.client(district.operator).get(f"/matters/{district.row(one).code}/").content.decode()
    assert f"wished to follow {district.row(root).code}" in page
    flow.move(district.operator, one, "take_in", {})
    flow.move(district.operator, one, "join", {"code": district.row(root).code})
