"""Demonstrations tell of days that are over: never of an hour that has not come yet."""

from datetime import datetime

import pytest

from bihuan.kernel.clock.ground import working_moment
from bihuan.kernel.now import LOCAL, travel

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("present", "days", "told"),
    [
        ("2026-03-03 12:00", 0, "2026-03-03 10:00"),
        ("2026-03-03 00:10", 0, "2026-03-02 10:00"),
        ("2026-03-03 00:10", -1, "2026-02-28 10:00"),  # a Saturday people work on, after the holiday
        ("2026-03-03 00:10", 1, "2026-03-04 10:00"),
        ("2026-03-07 15:00", 0, "2026-03-06 10:00"),
        ("2026-03-07 15:00", -1, "2026-03-05 10:00"),
        ("2026-03-07 15:00", 1, "2026-03-09 10:00"),
        ("2026-03-09 09:00", 0, "2026-03-06 10:00"),
    ],
)
def test_nothing_happened_that_has_not_come_yet(present, days, told):
    with travel(datetime.fromisoformat(present).replace(tzinfo=LOCAL)):
        assert working_moment(days) == datetime.fromisoformat(told).replace(tzinfo=LOCAL)
