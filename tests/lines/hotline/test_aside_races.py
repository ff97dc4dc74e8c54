"""What comes while a heap is being decided lies aside under no decided heap; two who come first make one heap."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier

import pytest
from django.db import connections
from tests.lines.hotline.district import district
from tests.lines.hotline.test_aside import orders, the_heap

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.hotline.aside import actions as aside
from bihuan.lines.hotline.doors import actions as doors

__all__ = ["district"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
LINKS = "http://a.example http://b.example http://c.example"


def arrive(place, turn):
    """Send in what is set aside for its links."""
    return doors.send_in(place, {"title": f"{LINKS} {turn}", "type": "help"}, f"10.0.0.{turn}").matter


def beside(act):
    """Begin something in another thread."""

    def one():
        try:
            return act()
        finally:
            connections.close_all()

    pool = ThreadPoolExecutor(1)
    return pool.submit(copy_context().run, one)


def waits_or_is_done(other):
    """Wait until the other stands before a lock of ours, or went past it."""
    while not other.done():
        if run("SELECT 1 FROM pg_locks WHERE NOT granted"):
            return


def none_is_stranded():
    """Whether every order that lies aside lies on a heap that waits to be looked at."""
    sql = """SELECT count(*) FROM hotline_aside a JOIN flow_matter o ON o.id = a.matter AND o.stage = 'aside'
             JOIN flow_matter h ON h.id = a.heap WHERE NOT h.open"""
    return run(sql) == [(0,)]


def test_a_decision_that_comes_while_an_order_arrives_meets_it(district):
    first = arrive(district.place, 1)
    heap = the_heap().id
    with atomic():
        second = arrive(district.place, 2)
        decision = beside(lambda: flow.move(district.coordinator, heap, "take_in", {}))
        waits_or_is_done(decision)
    decision.result(60)
    aside.carry_out()
    assert none_is_stranded()
    assert set(orders("registered")) == {first, second}


def test_an_order_that_comes_while_it_is_decided_takes_the_heap_up_again(district):
    first = arrive(district.place, 1)
    heap = the_heap().id
    with atomic():
        flow.move(district.coordinator, heap, "discard", {"reply": "广告"})
        arrival = beside(lambda: arrive(district.place, 2))
        waits_or_is_done(arrival)
    second = arrival.result(60)
    aside.carry_out()
    assert none_is_stranded()
    assert (orders("refused"), orders("aside")) == ([first], [second])
    assert the_heap().stage == "raised"


def test_who_come_first_together_make_one_heap(district):
    gate = Barrier(3)

    def one(turn):
        gate.wait(60)
        return arrive(district.place, turn)

    others = [beside(lambda turn=turn: one(turn)) for turn in (1, 2, 3)]
    made = {other.result(60) for other in others}
    assert set(orders("aside")) == made
    assert the_heap().open
