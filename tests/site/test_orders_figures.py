"""Figures of orders: what went to units of one's own counts, outside bodies stand among what is left out."""

from datetime import datetime, timedelta

import pytest
from tests.kernel.orders_house import at, house

from bihuan.kernel.figures import selectors
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.now import LOCAL
from bihuan.kernel.orders import following
from bihuan.kernel.permits.rules import EVERYTHING
from bihuan.kernel.store.sql import run

__all__ = ["house"]
pytestmark = pytest.mark.django_db


def value(name):
    (found,) = selectors.value(name, [EVERYTHING])
    return found


def test_outside_bodies_are_not_scored(house, travel):
    own, outside = house.issued(), house.issued(unit=house.power)
    with travel(at(20)):
        following.sweep()
        on_time, receipt = value("orders.on_time"), value("orders.receipt")
    assert (on_time.numerator, on_time.denominator) == (0, 1)
    assert on_time.excluded[-1][1] == 1
    assert (receipt.numerator, receipt.denominator) == (0, 1)
    assert own not in {c.matter_id for c in _cases("orders.on_time")}
    assert outside not in {c.matter_id for c in _cases("orders.overdue")}


def _cases(name):
    return selectors.cases(name, "numerator", [EVERYTHING])


def test_receipt_in_time_and_late(house, travel):
    first, second = house.issued(), house.issued()
    with travel(at(2, 10)):
        flow.move(house.bureau, first, "receive", {})
    with travel(at(3, 16)):
        flow.move(house.bureau, second, "receive", {})
        found = value("orders.receipt")
    assert (found.numerator, found.denominator) == (1, 2)


def test_hours_to_the_signature_are_working_hours_at_that_stage(house, travel):
    slow, fast = house.draft(), house.draft()
    with travel(at(2, 11)):
        flow.move(house.leader, fast, "sign", {})
    with travel(at(3, 10)):
        flow.move(house.leader, slow, "sign", {})
        found = value("orders.signature")
    assert (found.denominator, found.numerator) == (2, 10), (
        "2 hours, and 7 hours of Monday and one of Tuesday"
    )
    # The slow way: seconds between the two spans' ends, on the calendar of these two days.
    spans = run("SELECT since, until FROM flow_span WHERE stage = 'signing' ORDER BY matter_id")
    assert sum((_worked(*span) for span in spans), timedelta()) == timedelta(hours=10)


def _worked(since, until):
    done, step = timedelta(), timedelta(minutes=30)
    while since < until:
        local = since.astimezone(LOCAL)
        hour = local.hour + local.minute / 60
        done += step if 9 <= hour < 12 or 13.5 <= hour < 17.5 else timedelta()
        since += step
    return done


def test_a_silent_support_counts_against_the_support_alone(house, travel):
    order = house.issued(supports=[house.plan, house.power], due="2026-03-20")
    flow.move(house.bureau, order, "receive", {})
    with travel(datetime(2026, 3, 12, 9, tzinfo=LOCAL)):
        following.sweep()
        supports, orders = value("supports.overdue"), value("orders.overdue")
    assert (supports.numerator, orders.numerator) == (1, 0), (
        "the power company is outside: clocked, not scored"
    )
