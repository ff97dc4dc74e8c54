"""Told once, to the right people, in their language, and never at night unless it can't wait."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail

from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.models import Delegation, Post, User
from bihuan.kernel.notices import actions, deliveries, kinds, selectors
from bihuan.kernel.notices.actions import Tell
from bihuan.kernel.notices.models import Delivery, Notice, Quiet
from bihuan.kernel.now import LOCAL, travel
from tests.kernel.office import REST, WORKING, actor, office, texts

pytestmark = pytest.mark.django_db
__all__ = ["office"]


def test_the_same_thing_is_told_once(office: dict[str, Any]) -> None:
    row = Tell("test.plain", "a:1", to_post=office["posts"]["clerk"].id, params={"code": "WT-1"})
    with travel(WORKING):
        assert actions.tell_many([row, row]) == 1
        assert actions.tell_many([row]) == 0
    assert texts(actor(office, "clerk")) == ["WT-1 waits for you"]
    assert texts(actor(office, "head")) == []
    assert Delivery.objects.count() == 1


def test_telling_many_takes_one_statement(office: dict[str, Any], django_assert_num_queries: Any) -> None:
    rows = [Tell("test.plain", f"a:{n}", to_unit=office["unit"].id, to_role="head") for n in range(50)]
    with travel(WORKING), django_assert_num_queries(0):  # it bypasses Django's cursors altogether
        assert actions.tell_many(rows) == 50
    assert Notice.objects.count() == Delivery.objects.count() == 50


def test_an_undeclared_kind_is_refused_and_nothing_told() -> None:
    with pytest.raises(KeyError):
        actions.tell_many([Tell("test.nobody-declares-this", "a:1", to_user=1)])
    assert not Notice.objects.exists()


def test_user_post_unit_and_role_each_reach_their_own(office: dict[str, Any]) -> None:
    head, clerk, unit = actor(office, "head"), actor(office, "clerk"), office["unit"].id
    actions.tell_many([
        Tell("test.plain", "1", to_user=head.user, params={"code": "user"}),
        Tell("test.plain", "2", to_post=clerk.post, params={"code": "post"}),
        Tell("test.plain", "3", to_unit=unit, params={"code": "unit"}),
        Tell("test.plain", "4", to_unit=unit, to_role="clerk", params={"code": "role"}),
        Tell("test.plain", "5", params={"code": "nobody"}),
    ])  # fmt: skip
    say = "{} waits for you".format
    assert texts(head) == [say("unit"), say("user")]
    assert texts(clerk) == [say("role"), say("unit"), say("post")]
    assert texts(Actor(Kind.NOBODY)) == []
    assert [row.text for row in selectors.astray()] == ["nobody"]
    assert texts(clerk, limit=1) == [say("role")]
    assert selectors.count_unread(clerk) == 3
    assert selectors.count_unread(clerk, cap=2) == 2


def test_pages_of_unread_neither_lose_nor_repeat(office: dict[str, Any]) -> None:
    clerk = actor(office, "clerk")
    actions.tell_many(
        Tell("test.plain", str(n), to_post=clerk.post if n % 2 else 0, to_user=clerk.user) for n in range(7)
    )
    got: list[int] = []
    before = None
    while page := selectors.unread(clerk, limit=2, before=before):
        got += [row.id for row in page]
        before = page[-1].id
    assert got == sorted(got, reverse=True)
    assert len(set(got)) == len(got) == 7


def test_reading_is_the_receivers_alone(office: dict[str, Any]) -> None:
    head, clerk = actor(office, "head"), actor(office, "clerk")
    actions.tell_many(
        [Tell("test.plain", "1", to_post=clerk.post), Tell("test.plain", "2", to_unit=clerk.unit)]
    )
    first = Notice.objects.get(dedupe="1").id
    assert actions.mark_read(head, [first]) == 0
    assert actions.mark_read(clerk, [first]) == 1
    assert actions.mark_read(head) == 1
    assert texts(clerk) == []


def test_words_follow_the_language_and_old_params_still_read() -> None:
    assert kinds.say("test.plain", {"code": "WT-1"}, "en") == "WT-1 waits for you"
    assert kinds.say("test.plain", {}, "en") == "— waits for you"
    assert kinds.say("gone", {}, "en") == "gone"


def test_mail_waits_for_working_time_unless_urgent(office: dict[str, Any]) -> None:
    clerk = actor(office, "clerk")
    with travel(REST):
        actions.tell_many([
            Tell("test.plain", "1", to_post=clerk.post, params={"code": "WT-1"}),
            Tell("test.urgent", "2", to_post=clerk.post, params={"code": "WT-2"}),
        ])  # fmt: skip
        assert deliveries.carry_waiting() == 1
    assert [m.body for m in mail.outbox] == ["WT-2 can't wait"]
    with travel(datetime(2025, 10, 20, 7, tzinfo=LOCAL)):
        assert deliveries.carry_waiting() == 0
    with travel(datetime(2025, 10, 20, 9, tzinfo=LOCAL)):
        assert deliveries.carry_waiting() == 1
        assert deliveries.carry_waiting() == 0
    assert mail.outbox[1].to == ["clerk@example.org"]
    assert mail.outbox[1].body == "WT-1 waits for you"


@pytest.mark.parametrize(
    ("start", "until", "hour", "carried"),
    [(9, 11, 10, 0), (9, 10, 10, 1), (15, 10, 9, 0), (15, 9, 9, 1), (15, 9, 16, 0)],
)
def test_quiet_hours_are_kept_over_midnight_too(
    office: dict[str, Any], start: int, until: int, hour: int, carried: int
) -> None:
    Quiet.objects.create(user=office["people"]["clerk"].id, start=time(start), until=time(until))
    with travel(WORKING.replace(hour=hour)):
        actions.tell_many([Tell("test.plain", "1", to_post=office["posts"]["clerk"].id)])
        assert deliveries.carry_waiting() == carried


def test_the_delegate_of_an_absent_holder_is_told(office: dict[str, Any]) -> None:
    User.objects.filter(username="other").update(email="other@example.org")
    post = office["posts"]["head"]
    Delegation.objects.create(
        post=post, from_user=post.user, to_user=office["people"]["other"], reason="leave",
        valid_from=WORKING - timedelta(days=1), valid_until=WORKING + timedelta(days=1),
    )  # fmt: skip
    with travel(WORKING):
        actions.tell_many([Tell("test.plain", "1", to_post=post.id)])
        deliveries.carry_waiting()
    assert sorted(m.to[0] for m in mail.outbox) == ["head@example.org", "other@example.org"]
    with travel(WORKING + timedelta(days=4)):
        actions.tell_many([Tell("test.plain", "2", to_post=post.id)])
        deliveries.carry_waiting()
    assert len(mail.outbox) == 3


def test_a_post_that_has_ended_gets_no_mail(office: dict[str, Any]) -> None:
    Post.objects.filter(id=office["posts"]["clerk"].id).update(valid_until=WORKING)
    with travel(WORKING):
        actions.tell_many([Tell("test.plain", "1", to_post=office["posts"]["clerk"].id)])
    assert not Delivery.objects.exists()


def test_the_digest_comes_once_a_working_day_and_leaves_out_what_was_read(office: dict[str, Any]) -> None:
    clerk = actor(office, "clerk")
    morning = datetime(2025, 10, 17, 8, 30, tzinfo=LOCAL)
    with travel(WORKING):
        actions.tell_many(
            Tell("test.later", str(n), to_post=clerk.post, params={"code": f"WT-{n}"}) for n in "123"
        )
        actions.mark_read(clerk, [Notice.objects.get(dedupe="2").id])
        assert not Delivery.objects.exists()
    with travel(REST):
        assert actions.gather_digests() == 0
    with travel(morning):
        assert actions.gather_digests() == 1
        assert actions.gather_digests() == 0
        assert deliveries.carry_waiting() == 1
    assert [m.body for m in mail.outbox] == ["2 reminders wait for you: WT-1、WT-3"]
    assert texts(clerk)[0] == mail.outbox[0].body


def test_two_workers_carry_each_thing_once(office: dict[str, Any]) -> None:
    """What one worker has claimed the other doesn't see, before anything is sent."""
    with travel(WORKING):
        actions.tell_many(Tell("test.plain", str(n), to_post=office["posts"]["clerk"].id) for n in range(3))
        assert len(deliveries._claim()) == 3
        assert deliveries._claim() == []
