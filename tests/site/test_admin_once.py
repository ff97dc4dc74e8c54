"""A form sent twice is carried out once, whatever it does."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
from django.db import connection
from tests.kernel.factories import make_actor

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.now import now
from bihuan.site.admin.models import Carried
from bihuan.site.admin.once import KEPT, forget_old, once

pytestmark = pytest.mark.django_db


def test_the_same_key_is_carried_out_once_and_answered_the_same():
    actor, done = make_actor(), []

    def act():
        done.append(1)
        return {"id": 7, "secret": "x"}

    assert once(actor, "k", {"a": 1}, act) == ({"id": 7, "secret": "x"}, False)
    assert once(actor, "k", {"a": 1}, act) == ({"id": 7, "secret": "x"}, True)
    assert done == [1]


def test_a_secret_is_told_once_and_never_kept():
    actor = make_actor()
    answer, again = once(actor, "k", 1, lambda: {"id": 7, "secret": "x"}, kept=("id",))
    assert (answer, again) == ({"id": 7, "secret": "x"}, False)
    assert once(actor, "k", 1, dict, kept=("id",)) == ({"id": 7}, True)
    assert Carried.objects.get().answer == {"id": 7}


def test_other_contents_under_the_same_key_are_refused():
    actor = make_actor()
    once(actor, "k", {"a": 1}, dict)
    with pytest.raises(Conflict):
        once(actor, "k", {"a": 2}, dict)


def test_a_failure_leaves_the_key_free():
    actor = make_actor()

    def fail():
        raise BadInput("no")

    with pytest.raises(BadInput):
        once(actor, "k", 1, fail)
    assert once(actor, "k", 1, lambda: {"ok": 1}) == ({"ok": 1}, False)


def test_keys_of_different_people_do_not_meet():
    one, other = make_actor(), make_actor()
    assert once(one, "k", 1, lambda: {"n": 1})[0] == {"n": 1}
    assert once(other, "k", 1, lambda: {"n": 2})[0] == {"n": 2}


def test_old_answers_are_dropped(travel):
    actor = make_actor()
    once(actor, "old", 1, dict)
    with travel(now() + KEPT + KEPT):
        once(actor, "new", 1, dict)
        assert forget_old() == 1
    assert [row.key for row in Carried.objects.all()] == ["new"]


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_carry_it_out_once():
    actor, done, both = make_actor(), [], Barrier(2)

    def act():
        done.append(1)
        sleep(0.3)  # long enough for the other to come
        return {"n": len(done)}

    def send(key):
        try:
            both.wait()
            return once(actor, key, 1, act)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        without_key = list(pool.map(send, ["", ""]))
        with_key = list(pool.map(send, ["k", "k"]))
    assert [again for _answer, again in without_key] == [False, False]  # the race is there without a key
    assert sorted(again for _answer, again in with_key) == [False, True]
    assert with_key[0][0] == with_key[1][0]
    assert len(done) == 3
