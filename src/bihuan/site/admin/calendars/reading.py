"""Days of a notice as people paste or type them: the State Council's own wording, or plain lines.

Pure. A weekday written beside a day is checked: a slip in the year or day shows itself there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

#: A notice names holidays of some days; a longer span is a slip of the pen.
_LONGEST = 20
_WEEKDAYS = "一二三四五六日"

_HEAD = re.compile(r"^(?:[一二三四五六七八九十]+、|[（(]?\d{1,2}[)）.、])\s*")
_NAMED = re.compile(r"^(?P<name>[^：:\d]{1,20})[：:](?P<rest>.*)$")
_BRACKETS = re.compile(r"[（(]([^（）()]*)[）)]")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日")
_ANY = re.compile(f"{_ISO.pattern}|{_DAY.pattern}")
_TO = re.compile(r"^\s*(?:至|到|—+|–|-|~|～|to)\s*")
_REST = re.compile(r"放假|休息|休$|\boff\b")
_WORK = re.compile(r"上班|补班|班$|\bon\b")
#: Words that say what a day is and are no part of a holiday's name.
_NOISE = re.compile(
    r"放假调休|放假公休|放假|调休|补休|公休|上班|补班|休息|共\d+天|与周末连休|正常|\boff\b|\bon\b"
    r"|[,，、。；;:：.\s]"
)


@dataclass(frozen=True, slots=True)
class Read:
    """A day a notice names."""

    day: date
    working: bool
    name: str


class Unreadable(ValueError):
    """A line that can't be taken; ``code`` says why, ``line`` is what stands there."""

    def __init__(self, code: str, line: str) -> None:
        super().__init__(code)
        self.code, self.line = code, line[:80]


def read_days(text: str, year: int) -> list[Read]:
    """Return the days a text names for a year, in order.

    Raises :class:`Unreadable`: ``nothing`` for a line with days and no word whether they are off or
    worked, ``day`` for a day that does not exist, ``year`` for one of another year, ``weekday`` for
    one that falls on another weekday than is written, ``span`` for a span that is no holiday, ``twice`` for
    one that is named off and worked.
    """
    found: dict[date, Read] = {}
    for raw in text.splitlines():
        line = _HEAD.sub("", raw.strip())
        named = _NAMED.match(line)
        name, line = (named["name"].strip(), named["rest"]) if named else ("", line)
        for part in filter(None, re.split(r"[。；;]", line)):
            for one in _of_part(part, year, name):
                if found.setdefault(one.day, one).working != one.working:
                    raise Unreadable("twice", part)
    return [found[day] for day in sorted(found)]


def _of_part(part: str, year: int, name: str) -> Iterator[Read]:
    spans = list(_spans(part, year))
    if not spans:
        return
    plain = _BRACKETS.sub("", part)
    off, on = bool(_REST.search(plain)), bool(_WORK.search(plain))
    if off == on:
        raise Unreadable("nothing", part)
    own = name or _NOISE.sub("", _TO.sub("", _DAY.sub("", _ISO.sub("", plain)))).strip("至到~～—–- ")
    for first, last in spans:
        day = first
        while day <= last:
            yield Read(day, on, own[:60])
            day += timedelta(days=1)


def _spans(part: str, year: int) -> Iterator[tuple[date, date]]:
    """Yield (first, last) of every day or span a part names."""
    month = 0
    held: date | None = None
    at = 0
    for match in _ANY.finditer(part):
        between = _BRACKETS.sub("", part[at : match.start()])
        joined = held is not None and bool(_TO.match(between))
        day, month = _day(match, part, year, month)
        at = _check_weekday(part, match.end(), day)
        if joined and held is not None:
            if not 0 < (day - held).days <= _LONGEST:
                raise Unreadable("span", part)
            yield held, day
            held = None
        else:
            if held is not None:
                yield held, held
            held = day
    if held is not None:
        yield held, held


def _day(match: re.Match[str], part: str, year: int, month: int) -> tuple[date, int]:
    iso_year, iso_month, iso_day, own_year, own_month, own_day = match.groups()
    said = int(iso_year or own_year or year)
    month = int(iso_month or own_month or month)
    if said != year:
        raise Unreadable("year", part)
    try:
        return date(said, month, int(iso_day or own_day)), month
    except ValueError:
        raise Unreadable("day", part) from None


def _check_weekday(part: str, at: int, day: date) -> int:
    """Hold the weekday written after a day against the calendar; return where to go on."""
    brackets = _BRACKETS.match(part, at)
    if brackets is None:
        return at
    said = _WEEKDAY.search(brackets[1])
    if said and _WEEKDAYS.index(said[1].replace("天", "日")) != day.weekday():
        raise Unreadable("weekday", part)
    return brackets.end()
