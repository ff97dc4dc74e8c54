"""Which whole weeks or months a public map publishes, and from when on. Pure."""

from datetime import date, timedelta

Period = tuple[date, date]


def _before(kind: str, day: date) -> Period:
    """Return the last whole period that lies before a day, its end not included."""
    if kind == "week":
        ends = day - timedelta(days=day.weekday())
        return ends - timedelta(days=7), ends
    ends = day.replace(day=1)
    return (ends - timedelta(days=1)).replace(day=1), ends


def newest(kind: str, today: date, delay: int) -> Period:
    """Return the newest period (first day, day after the last) whose end lies ``delay`` whole days back."""
    return _before(kind, today - timedelta(days=delay))


def due(kind: str, today: date, delay: int, after: date | None, most: int) -> list[Period]:
    """Return the periods to publish, oldest first: at most so many, none of which begins before ``after``."""
    found: list[Period] = []
    period = newest(kind, today, delay)
    while len(found) < most and (after is None or period[0] >= after):
        found.append(period)
        period = _before(kind, period[0])
    return found[::-1]


def released_on(kind: str, today: date, delay: int) -> date:
    """Return the day on which the period after the newest one is published."""
    ends = newest(kind, today, delay)[1]
    following = ends + timedelta(days=7) if kind == "week" else (ends + timedelta(days=31)).replace(day=1)
    return following + timedelta(days=delay)
