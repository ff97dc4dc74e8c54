"""The one clock of the house.

Every moment the program writes or compares comes from :func:`now`; SQL never
asks the database for the time. Tests and the simulated demo travel with
:func:`travel`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")

_travelled: ContextVar[datetime | None] = ContextVar("travelled", default=None)


def now() -> datetime:
    """Return the present moment, timezone-aware in UTC."""
    return _travelled.get() or datetime.now(UTC)


def local(moment: datetime | None = None) -> datetime:
    """Return ``moment`` (default: the present) in Beijing time."""
    return (moment or now()).astimezone(LOCAL)


def today() -> date:
    """Return the present day in Beijing time."""
    return local().date()


@contextmanager
def travel(to: datetime | date) -> Iterator[None]:
    """Let :func:`now` return ``to`` inside the block; a date means 09:00 Beijing time."""
    if not isinstance(to, datetime):
        to = datetime(to.year, to.month, to.day, 9, tzinfo=LOCAL)
    if to.tzinfo is None:
        raise ValueError("travel needs a timezone-aware moment")
    token = _travelled.set(to.astimezone(UTC))
    try:
        yield
    finally:
        _travelled.reset(token)
