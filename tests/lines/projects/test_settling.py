"""A problem whose unit has answered by an order is settled by it; who only reads moves nothing."""

import pytest
from tests.kernel.factories import make_file
from tests.lines.projects.park import Park

from bihuan.kernel.errors import NotFound, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import registry, selectors
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.jobs import run_due
from bihuan.kernel.orders import actions as orders
from bihuan.kernel.orders import settling
from bihuan.kernel.store.sql import run


@pytest.fixture
def park(db):
    registry.forget()
    yield Park()
    registry.forget()


def problem(park, unit=0):
    data = {"title": "雨污管网倒灌", "category": "utilities"}
    scope = identity.scope_of(park.place)
    made = flow.open(park.officer, "projects.problem", data, scope=scope, subject=park.project()).matter
    flow.move(park.coordinator, made, "assign", {"unit": unit or park.bureau})
    return made


def ordered(park, matter, closing="solved"):
    """Walk an order from the problem up to the signer's having read it."""
    data = {"title": "接通管网", "demand": "三日内接通。", "unit": park.bureau}
    order = orders.draft(park.coordinator, data, parent=matter, scope=identity.scope_of(park.place)).matter
    flow.move(park.leader, order, "sign", {})
    run_due()
    flow.move(park.department, order, "receive", {})
    said = {"closing": closing, "reply": "已接通。", "evidence": [make_file(park.department, order)]}
    flow.move(park.department, order, "answer", said)
    flow.move(park.coordinator, order, "check", {"method": "site"})
    flow.move(park.supervisor, order, "recognise", {})
    flow.move(park.leader, order, "see", {})
    return order


def sign_off(park, order):
    flow.move(park.coordinator, order, "sign_off", {})
    run_due()


def row_of(matter):
    return selectors.by_ids([matter])[matter]


def test_the_answer_is_not_typed_twice(park):
    matter = problem(park)
    order = ordered(park, matter)
    assert row_of(matter).stage == "handling"
    sign_off(park, order)
    row = row_of(matter)
    assert (row.stage, row.closing, row.clock) == ("verified", "solved", "paused")
    flow.move(park.coordinator, matter, "sign_off", {})
    assert row_of(matter).stage == "closed"
    assert differences(matter) == []


def test_it_counts_from_the_day_of_the_answer(park):
    matter = problem(park)
    order = ordered(park, matter)
    ((answered,),) = run("SELECT since FROM flow_span WHERE matter_id = %s AND stage = 'answered'", (order,))
    sign_off(park, order)
    ((paused,),) = run("SELECT since FROM flow_span WHERE matter_id = %s AND until IS NULL", (matter,))
    assert paused == answered


def test_another_units_order_speaks_for_nobody(park):
    from tests.kernel import factories as make

    matter = problem(park, make.make_org("自然资源分局", division=park.place))
    sign_off(park, ordered(park, matter))
    assert row_of(matter).stage == "handling"


def test_only_the_last_open_order_settles(park):
    matter = problem(park)
    first, second = ordered(park, matter), ordered(park, matter)
    sign_off(park, first)
    assert row_of(matter).stage == "handling"
    sign_off(park, second)
    assert row_of(matter).stage == "verified"


def test_what_was_answered_meanwhile_stays_as_it_is(park):
    matter = problem(park)
    order = ordered(park, matter)
    said = {"closing": "solved", "reply": "已接通", "evidence": [make_file(park.department, matter)]}
    flow.move(park.department, matter, "answer", said)
    sign_off(park, order)
    assert row_of(matter).stage == "answered"
    assert settling.settle([(row_of(order), row_of(matter))]) == 0


def test_the_centre_may_send_it_back_all_the_same(park):
    matter = problem(park)
    sign_off(park, ordered(park, matter))
    flow.move(park.coordinator, matter, "reject", {"reason": "东侧仍倒灌"})
    assert (row_of(matter).stage, row_of(matter).clock) == ("handling", "running")


def test_a_need_of_an_enterprise_is_settled_too(park):
    scope = identity.scope_of(park.place)
    data = {"title": "权证办理", "class": "certificate"}
    matter = flow.open(park.officer, "enterprise.need", data, scope=scope, party=park.firm).matter
    flow.move(park.coordinator, matter, "assign", {"unit": park.bureau})
    sign_off(park, ordered(park, matter))
    assert (row_of(matter).stage, row_of(matter).closing) == ("answered", "solved")


def test_an_auditor_reads_and_moves_nothing(park):
    auditor = park.person("auditor")
    matter = problem(park)
    row = selectors.matter(auditor, matter)
    assert selectors.moves(auditor, row)[1] == []
    with pytest.raises((Refused, NotFound)):
        flow.move(auditor, matter, "note", {"note": "审计意见"})
    data = {"title": "审计员登记的问题", "category": "utilities"}
    here, project = identity.scope_of(park.place), park.project()
    with pytest.raises(Refused):
        flow.open(auditor, "projects.problem", data, scope=here, subject=project)
