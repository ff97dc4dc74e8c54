"""The pure part of a timetable: implied finishes, the binding chain, whose days, what an approval freezes."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bihuan.lines.projects.timetables import core
from bihuan.lines.projects.timetables.core import NodeRow, StopRow
from bihuan.lines.projects.timetables.facts import applied, differences, settle
from bihuan.logic.days import Day
from bihuan.logic.workdays import packaged_calendar

CAL = packaged_calendar()
TODAY = date(2026, 3, 2)
SIDES = ("enterprise", "government", "supply", "third")
DAYS = st.dates(date(2025, 6, 1), TODAY)


@st.composite
def networks(draw, actuals=True):
    count = draw(st.integers(1, 9))
    found = []
    for n in range(count):
        before = draw(st.sets(st.integers(0, n - 1), max_size=3)) if n else set()
        unit = draw(st.sampled_from(["wd", "d"]))
        links = tuple(
            (f"n{b}", draw(st.integers(0, 3)), draw(st.sampled_from(["wd", "d"]))) for b in sorted(before)
        )
        node = NodeRow(
            f"n{n}",
            f"节点{n}",
            "permits",
            draw(st.sampled_from(SIDES)),
            draw(st.integers(0, 25)),
            unit,
            links,
        )
        if actuals and draw(st.booleans()):
            day = draw(DAYS)
            finished = draw(st.booleans())
            node = replace(
                node,
                actual_start=Day(day),
                actual_finish=Day(min(day + timedelta(9), TODAY)) if finished else None,
            )
        found.append(node)
    return found


@settings(max_examples=150, deadline=None)
@given(networks(), st.dates(date(2026, 1, 5), date(2026, 12, 31)))
def test_delays_along_the_chain_add_up_to_the_lateness(nodes, anchor):
    said = core.read(nodes, anchor, TODAY, CAL)
    last = said.dates[said.plan.binding_chain[-1]]
    assume(last.latest_finish == anchor)  # the chain's last node may have to be done before a rest day
    assert sum(delay.by_wd for delay in said.delays) == said.plan.late_by_wd
    for delay in said.delays:
        assert 0 <= delay.stopped_wd <= max(0, delay.by_wd)
    assert set(said.ahead) <= set(SIDES)
    assert (said.worst is None) == (not any(d.by_wd > 0 for d in said.delays))


@settings(max_examples=150, deadline=None)
@given(networks())
def test_what_is_implied_is_done_no_later_than_whatever_needs_it_began(nodes):
    by = core.implied(nodes, CAL, TODAY)
    known = {node.key: node for node in nodes}
    begun = {key: by[key] for key in by} | {
        node.key: (node.actual_start or node.actual_finish).first for node in nodes if node.actual_start
    }
    for key, day in by.items():
        assert known[key].actual_start is None
        later = [begun[n.key] for n in nodes if n.key in begun and key in {link[0] for link in n.after}]
        assert day == min(later)
    for node in nodes:
        if node.actual_start is None and node.key not in by:
            assert not any(n.key in begun for n in nodes if node.key in {link[0] for link in n.after})


@settings(max_examples=100, deadline=None)
@given(networks(actuals=False), st.data())
def test_settling_twice_changes_nothing_more(nodes, data):
    node = data.draw(st.sampled_from(nodes))
    day = Day(data.draw(DAYS))
    sets = settle(nodes, {node.key: {"actual_finish": day, "inferred": False}}, CAL, TODAY)
    after = [applied(n, sets.get(n.key, {})) for n in nodes]
    assert set(core.ancestors(nodes, [node.key])) == {n.key for n in after if n.inferred}
    again = settle(after, {node.key: {"actual_finish": day, "inferred": False}}, CAL, TODAY)
    assert [applied(n, again.get(n.key, {})) for n in after] == after
    back = settle(after, {node.key: {"actual_finish": None, "inferred": False}}, CAL, TODAY)
    assert not any(n.inferred for n in (applied(n, back.get(n.key, {})) for n in after))


@settings(max_examples=100, deadline=None)
@given(networks(), st.dates(date(2026, 3, 3), date(2027, 6, 30)))
def test_a_baseline_keeps_every_span_in_order_and_no_node_late_against_itself(nodes, anchor):
    said = core.read(nodes, anchor, TODAY, CAL)
    frozen = core.baseline(said)
    for node in nodes:
        start, finish = frozen[node.key]
        assert start <= finish
        if node.actual_finish:
            assert finish == said.dates[node.key].earliest_finish
        else:
            assert finish <= anchor
    planned = [replace(n, planned_start=frozen[n.key][0], planned_finish=frozen[n.key][1]) for n in nodes]
    against = core.baseline_lateness(core.read(planned, anchor, TODAY, CAL), CAL)
    unfinished = [-said.dates[n.key].slack_wd for n in nodes if not n.actual_finish]
    assert against == max(0, *unfinished) if unfinished else against == 0


def span(start):
    """Days between a start and today, in their order."""
    days = st.dates(start, TODAY)
    return st.tuples(st.just(start), days, days).map(lambda said: (said[0], *sorted(said[1:])))


WORKING = [day for n in range(57) if CAL.is_working(day := date(2026, 1, 5) + timedelta(n)) and day <= TODAY]


@given(st.sampled_from(WORKING).flatmap(span))
def test_a_stop_moves_the_finish_by_the_working_days_it_took(said):
    start, since, until = said
    length = (until - since).days + 1
    node = NodeRow("a", "审批", "permits", "government", 60, "wd", actual_start=Day(start))
    (plain,) = core.activities([node], CAL, TODAY)
    (stopped,) = core.activities([replace(node, stops=(StopRow(since, until, "review"),))], CAL, TODAY)
    days = sum(CAL.is_working(since + timedelta(n)) for n in range(length))
    assert stopped.duration - plain.duration == days


def test_a_month_means_its_last_working_day_and_never_a_day_to_come():
    assert core.effective(Day.of(2025, 10), CAL) == date(2025, 10, 31)
    assert core.effective(Day.of(2026), CAL) == date(2026, 12, 31)
    assert core.effective(Day.of(2026, 1), CAL) == date(2026, 1, 30)
    assert core.effective(Day(date(2026, 1, 31)), CAL) == date(2026, 1, 31)
    assert core.happened(Day.of(2026, 3), CAL, TODAY) == TODAY


def test_a_fact_to_come_is_no_fact():
    node = NodeRow("signing", "签约", "sign", "enterprise", 0, "wd", fact="signed")
    assert differences([node], {"signed": Day(TODAY + timedelta(1))}, CAL, TODAY) == {}
    found = differences([node], {"signed": Day(TODAY)}, CAL, TODAY)
    assert found == {"signing": {"actual_finish": Day(TODAY), "actual_start": Day(TODAY), "inferred": False}}
