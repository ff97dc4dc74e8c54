"""What scores count: ratings of the one contact, nodes of timetables, what an agency case was owed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.lines.supervision import slow
from tests.lines.supervision.test_scores import found_by
from tests.lines.supervision.town import FIRST, LAST, NOW, moment, town

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.now import travel
from bihuan.lines.projects import contracts
from bihuan.lines.projects.timetables import recording
from bihuan.lines.supervision.scoring import counting, nodes, schemes, wording
from bihuan.lines.supervision.scoring.counting import Question
from bihuan.logic.days import Day

__all__ = ["town"]


def count(town, subjects="unit", since=FIRST, until=LAST, as_of=NOW):
    """Count by both queries, which must agree; return {(subject, criterion): {outcome: cases}}."""
    asked = Question(subjects, "park", town.place, since, until, as_of)
    sources = schemes.in_force(town.place).rules["sources"]
    fast = found_by(counting.count(asked, sources))
    assert fast == slow.count(asked, sources)
    return fast


# Ratings -----------------------------------------------------------------------------------------------


def test_silence_is_not_rated_and_never_satisfied(town):
    day = FIRST + timedelta(days=2)
    rated = [
        town.hear(day, town.solve(day, 1, town.bureau), how) for how in ("very", "basically", "unsatisfied")
    ]
    silent = town.stay_silent(day, town.solve(day, 1, town.bureau))
    unsolved = town.hear(day, town.solve(day, 1, town.bureau), "")
    held = count(town)[town.bureau, "satisfaction"]
    assert {outcome: set(cases) for outcome, cases in held.items()} == {
        "good": {f"{one}.1" for one in rated[:2]},
        "bad": {f"{rated[2]}.1", f"{unsolved}.1"},
        "unrated": {f"{silent}.1"},
    }
    assert set(count(town, "project")[town.about, "satisfaction"]) == {"good", "bad", "unrated"}


def test_a_second_rating_does_not_replace_the_first(town):
    day = FIRST + timedelta(days=2)
    contact = town.hear(day, town.solve(day, 1, town.bureau), "unsatisfied")
    with travel(moment(day + timedelta(days=20))):
        flow.move(SYSTEM, contact, "again", {})
        flow.move(town.enterprise, contact, "rate_again", {"grade_again": "very"})
    assert count(town)[town.bureau, "satisfaction"] == {"bad": [f"{contact}.1"]}
    assert (town.bureau, "satisfaction") not in count(town, since=day + timedelta(days=5)), "counted once"


def test_who_is_rated_sees_the_grade_and_not_the_matter(town):
    from bihuan.lines.supervision.scoring import actions

    day = FIRST + timedelta(days=2)
    contact = town.hear(day, town.solve(day, 1, town.bureau), "unsatisfied")
    data = {"title": "考核", "subjects": "unit", "since": str(FIRST), "until": str(LAST)}
    made = actions.draft(town.supervisor, data).matter
    flow.move(town.supervisor, made, "show", {})
    address = f"/supervision/scores/{made}/{town.bureau}/?criterion=satisfaction"
    text = town.client(town.department).get(address).content.decode()
    assert f"{contact}.1" in text
    assert "A rating" in text
    assert "Call-back: " not in text
    assert "Call-back: " in town.client(town.supervisor).get(address).content.decode()


# Nodes of timetables ---------------------------------------------------------------------------------------


def late_nodes(town):
    """Return (timetable, {key: node}) with nodes kept in turn by two bureaux, and some due by the last day."""
    key, held = town.timetable(units=[town.bureau, town.land])
    due = {name: node for name, node in held.items() if FIRST <= node.planned_finish < LAST}
    assert {"government", "enterprise"} <= {node.side for node in due.values()}
    return key, due


def one_of(held, side):
    return next(name for name, node in held.items() if node.side == side and not node.actual_finish)


@pytest.mark.parametrize("subjects", ["unit", "post", "project"])
def test_only_the_governments_side_of_a_delay_counts(town, subjects):
    key, due = late_nodes(town)
    ours, theirs = one_of(due, "government"), one_of(due, "enterprise")
    unit = due[ours].unit_id
    held = count(town, subjects)
    if subjects == "post":
        assert not any(criterion == "resolution" for _who, criterion in held)
        return
    subject = unit if subjects == "unit" else town.about
    case = f".n{id_of(key, ours)}"
    assert any(c.endswith(case) for c in held[subject, "resolution"]["bad"])
    sides = [c for (_s, name), by in held.items() if name == "resolution" for c in by.get("side", ())]
    assert any(c.endswith(f".n{id_of(key, theirs)}") for c in sides)


def id_of(timetable, key):
    from bihuan.lines.projects.timetables.models import Node

    return Node.objects.get(timetable=timetable, key=key).id


def test_an_agreed_or_ruled_cause_decides_whose_delay_it_was(town):
    key, due = late_nodes(town)
    ours, theirs = one_of(due, "government"), one_of(due, "enterprise")
    before = count(town, "project", as_of=LAST)
    with travel(moment(LAST, 15)):
        recording.agree_cause(town.coordinator, key, ours, "papers", "enterprise", note="材料未交")
    case = {name: f".n{id_of(key, name)}" for name in (ours, theirs)}

    def outcome(name, **more):
        by = count(town, "project", **more)[town.about, "resolution"]
        return next(o for o, cases in by.items() if any(c.endswith(case[name]) for c in cases))

    assert outcome(ours) == "bad", "one body's word alone settles nothing"
    with travel(moment(NOW, 10)):
        recording.rule_cause(town.leader, key, ours, "papers", "enterprise", note="已核")
        recording.rule_cause(town.leader, key, theirs, "approval", "government", note="系审批原因")
    with travel(moment(NOW, 11)):
        assert outcome(ours) == "side"
        assert outcome(theirs) == "side", "it became the government's only afterwards"
        assert outcome(theirs, until=NOW) == "bad"
        day = max(due[theirs].planned_finish, LAST)
        assert outcome(theirs, since=day, until=NOW) == "bad", (
            "it became the government's on the day of the ruling"
        )
        assert count(town, "project", as_of=LAST) == before, "what was known then stays so"


def test_a_node_done_in_time_counts_on_its_day_and_a_stop_moves_the_day(town):
    key, due = late_nodes(town)
    ours = one_of(due, "government")
    last = due[ours].planned_finish
    with travel(moment(last)):
        recording.record_actual(
            town.coordinator, key, ours, start=Day(last - timedelta(days=3)), finish=Day(last)
        )
    case = f".n{id_of(key, ours)}"
    by = count(town)[due[ours].unit_id, "resolution"]
    assert any(c.endswith(case) for c in by["good"])
    later = count(town, since=last + timedelta(days=1)).get((due[ours].unit_id, "resolution"), {})
    assert not any(c.endswith(case) for cases in later.values() for c in cases)


def test_a_node_is_judged_by_what_is_known():
    def case(**more):
        known = contracts.NodeCase(
            1,
            2,
            3,
            "证",
            "permits",
            4,
            date(2026, 5, 1),
            None,
            inferred=False,
            stopped=False,
            side="government",
        )
        return replace(known, **more)

    until = date(2026, 5, 10)
    assert nodes.judge(case(done=date(2026, 5, 1)), until)[0] == "good"
    assert nodes.judge(case(stopped=True), until)[0] == "stopped"
    assert nodes.judge(case(control=until), until)[0] == "open"
    assert nodes.judge(case(inferred=True), until)[0] == "unsettled"
    assert nodes.judge(case(side="supply"), until)[0] == "side"
    assert nodes.judge(case(), until) == ("bad", date(2026, 5, 1))


# What an agency case is owed -----------------------------------------------------------------------------------


def owed(town, day, due):
    """Have something owed that does not come; return (what is owed, the matter for supervision)."""
    from bihuan.kernel.flow.models import Matter

    with travel(moment(day)):
        data = {"title": "欠交：施工图审查意见", "unit": town.bureau, "due": due.isoformat(), "consequence": "撤回",
                "materials": [1]}  # fmt: skip
        made = flow.open(SYSTEM, "agency.owed", data, scope=town.scope, subject=town.about).matter
    with travel(moment(due + timedelta(days=1))):
        flow.move(SYSTEM, made, "lapse", {"reason": "未按期补交"})
    return made, Matter.objects.get(parent=made, kind="agency.breach").id


@pytest.mark.parametrize(("side", "outcome"), [("government", "bad"), ("enterprise", "side")])
def test_a_breach_counts_once_supervision_has_settled_whose_it_was(town, side, outcome):
    made, breach = owed(town, FIRST, FIRST + timedelta(days=10))
    assert count(town)[town.bureau, "promises"] == {"unsettled": [f"{made}.1"]}
    settled = FIRST + timedelta(days=40)
    with travel(moment(settled)):
        data = {"outcome": "ordered", "side": side, "reply": "限期补交"}
        flow.move(town.supervisor, breach, "settle", data)
    assert count(town)[town.bureau, "promises"] == {outcome: [f"{made}.1"]}
    month = FIRST + timedelta(days=30)
    assert (town.bureau, "promises") in count(town, since=month), "it counts on the day it was settled"


def test_the_printed_rules_say_all_of_it(town):
    said = [wording.source(one) for one in schemes.in_force(town.place).rules["sources"]]
    text = " ".join(said)
    assert "Silence" in text
    assert "Nodes of approved timetables" in text
    assert "What lapsed counts only once" in text
