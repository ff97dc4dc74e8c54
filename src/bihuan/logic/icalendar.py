"""A calendar as RFC 5545 writes it: escaped, folded at 75 octets, the same text for the same events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

_FOLD = 75


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``uid`` stays the same while the thing does; a ``date`` start is a whole day.

    ``stamp`` is when it was last changed; ``sequence`` counts changes. Moments are aware.
    """

    uid: str
    stamp: datetime
    start: datetime | date
    end: datetime | None
    summary: str
    url: str = ""
    place: str = ""
    sequence: int = 0
    cancelled: bool = False


def escape(text: str) -> str:
    """Write a text value (RFC 5545, 3.3.11): no control characters but line feeds."""
    plain = "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c == "\n" or c >= " ")
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> str:
    """Break a content line so that none is longer than 75 octets, never inside a character."""
    parts, size, current = [], 0, ""
    for char in line:
        width = len(char.encode())
        if size + width > _FOLD:
            parts.append(current)
            current, size = " ", 1
        current += char
        size += width
    return "\r\n".join([*parts, current])


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _start(value: datetime | date) -> str:
    if isinstance(value, datetime):
        return f"DTSTART:{_moment(value)}"
    return f"DTSTART;VALUE=DATE:{value:%Y%m%d}"


def _event(event: Event) -> Iterable[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_moment(event.stamp)}"
    yield f"LAST-MODIFIED:{_moment(event.stamp)}"
    yield f"SEQUENCE:{event.sequence}"
    yield _start(event.start)
    if event.end is not None:
        yield f"DTEND:{_moment(event.end)}"
    yield f"SUMMARY:{escape(event.summary)}"
    if event.place:
        yield f"LOCATION:{escape(event.place)}"
    if event.url:
        yield f"URL:{event.url}"
    if event.cancelled:
        yield "STATUS:CANCELLED"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def calendar(name: str, events: Sequence[Event], refresh: str = "PT1H") -> str:
    """Return the calendar's text; ``refresh`` is how often readers should come back."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Bihuan//Bihuan//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape(name)}",
        "X-WR-TIMEZONE:Asia/Shanghai",
        f"REFRESH-INTERVAL;VALUE=DURATION:{refresh}",
        f"X-PUBLISHED-TTL:{refresh}",
    ]
    for event in sorted(events, key=lambda one: one.uid):
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return "".join(fold(line) + "\r\n" for line in lines)
