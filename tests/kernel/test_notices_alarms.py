"""Every alarm of a clock reaches somebody, once."""

from typing import Any

import pytest

from bihuan.kernel.clock.models import Alarm, Clock
from bihuan.kernel.flow.models import Matter
from bihuan.kernel.notices import alarms, selectors
from bihuan.kernel.notices.models import Delivery, Notice
from bihuan.kernel.now import travel
from tests.kernel.office import WORKING, actor, office, texts

pytestmark = pytest.mark.django_db
__all__ = ["office"]


@pytest.fixture
def late(office: dict[str, Any]) -> Any:
    """Return a maker of an alarm over a matter that stands as the test says."""

    def make(kind: str, number: int = 1, *, digest: bool = False, **columns: Any) -> None:
        at = WORKING
        Matter.objects.create(
            id=number, code=f"WT-{number}", title="t", line="projects", kind="problem", stage="new", rules=1,
            seq=1, ver=1, created=at, moved=at, **columns,
        )  # fmt: skip
        clock = Clock.objects.create(
            matter_id=number, name="main", rule="r", limit_id=1, value=3, unit="wd", roll=True, place=[],
            started=at, due=at, provisional=False, calendar_version=1,
        )  # fmt: skip
        Alarm.objects.create(
            clock=clock,
            matter_id=number,
            kind=kind,
            episode=1,
            turn=1,
            at=at,
            raised=at,
            due=at,
            digest=digest,
        )

    return make


def test_an_alarm_tells_the_holder_once(office: dict[str, Any], late: Any) -> None:
    clerk = actor(office, "clerk")
    late("due", holder_post=clerk.post)
    with travel(WORKING):
        assert alarms.tell_alarms() == 1
        assert alarms.tell_alarms() == 0
        Alarm.objects.update(taken=None)
        assert alarms.tell_alarms() == 0
        assert Delivery.objects.count() == 1
    assert texts(clerk) == ["WT-1 is due now (Oct. 16, 2025, 10 a.m.)."]
    assert selectors.unread(clerk, language="zh-hans")[0].text.count("2025年10月16日") == 1


def test_an_early_alarm_waits_for_the_digest(office: dict[str, Any], late: Any) -> None:
    clerk = actor(office, "clerk")
    late("early", holder_post=clerk.post, digest=True)
    with travel(WORKING):
        alarms.tell_alarms()
    assert not Delivery.objects.exists()
    assert Notice.objects.get().digest


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"holder_unit": 1}, ["to_unit 1"]),
        ({"holder_role": "head", "lead_unit": 7}, ["to_post head"]),
        ({"holder_role": "nobody", "lead_unit": 7}, ["to_unit 7"]),
        ({"first_unit": 8, "creator_user": 9}, ["to_unit 8"]),
        ({"creator_user": 9}, ["to_user 9"]),
        ({}, ["to_user 0"]),
    ],
)
def test_what_nobody_holds_is_told_to_someone(
    columns: dict[str, Any], expected: list[str], office: dict[str, Any], late: Any
) -> None:
    late("urge", county=office["posts"]["head"].division_id, **columns)
    with travel(WORKING):
        assert alarms.tell_alarms() == 1
    head = office["posts"]["head"].id
    told = Notice.objects.get()
    said = {
        "to_unit": told.to_unit,
        "to_post": "head" if told.to_post == head else 0,
        "to_user": told.to_user,
    }
    column, key = expected[0].split()
    assert str(said.pop(column)) == key
    assert not any(said.values())


def test_a_matter_closed_meanwhile_alarms_nobody(late: Any) -> None:
    late("urge", open=False, closed=WORKING, creator_user=9)
    with travel(WORKING):
        assert alarms.tell_alarms() == 0
    assert Alarm.objects.get().taken == WORKING


def test_more_alarms_than_a_batch_are_all_told_oldest_first(late: Any) -> None:
    late("urge", holder_unit=1)
    clock = Clock.objects.get()
    Alarm.objects.bulk_create(
        Alarm(
            clock=clock, matter_id=1, kind="urge", episode=1, turn=n, at=WORKING, raised=WORKING, due=WORKING
        )
        for n in range(2, 1201)
    )
    with travel(WORKING):
        assert alarms.tell_alarms() == 1200
    names = list(Notice.objects.order_by("id").values_list("dedupe", flat=True))
    assert [name.split(":")[4] for name in names] == [str(n) for n in range(1, 1201)]
