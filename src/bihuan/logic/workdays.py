"""Working days as an integer axis.

A day is an offset from :data:`FIRST`. Two tables answer every question in one look-up: how many
working days lie before a day, and which day the n-th working day is. Years for which the State
Council has announced nothing yet follow the law's own holidays (Monday to Friday without them) and
are *provisional*: counted, never refused, and always marked.
"""

import json
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Any

FIRST = date(1990, 1, 1)
LAST = date(2100, 12, 31)
_BASE = FIRST.toordinal()
SIZE = LAST.toordinal() - _BASE + 1


class OutOfRange(ValueError):
    """A day before 1990 or after 2100: no clock and no plan of ours reaches there."""

    code = "day_out_of_range"


@dataclass(frozen=True, slots=True)
class Special:
    """A day that differs from its weekday: a holiday, a make-up day or a local closure."""

    day: date
    working: bool
    name: str = ""
    source: str = ""


class Calendar:
    """The working days of one place, fixed once built.

    ``national`` and ``local`` are the days that differ from Monday to Friday, local ones win;
    ``announced`` maps each year for which a notice exists to that notice. ``version`` is the stamp
    that dates computed with this calendar carry.
    """

    def __init__(
        self,
        national: Iterable[Special],
        announced: Mapping[int, str],
        local: Iterable[Special] = (),
        version: int = 0,
    ) -> None:
        self.version = version
        self.announced = dict(announced)
        self._special = {row.day: row for row in _statutory(frozenset(self.announced))}
        self._special.update((row.day, row) for row in national)
        self._special.update((row.day, row) for row in local)
        self._dates = sorted(self._special)
        open_days = bytearray(SIZE)
        for weekday in range(5):
            offset = (weekday - FIRST.weekday()) % 7
            open_days[offset::7] = b"\1" * len(open_days[offset::7])
        for row in self._special.values():
            if FIRST <= row.day <= LAST:
                open_days[row.day.toordinal() - _BASE] = row.working
        #: ``before[i]``: working days before day ``i`` (one longer than the axis)
        self.before: list[int] = [0, *accumulate(open_days)]
        #: ``nth[k]``: the day of working day number ``k``, counted from 0
        self.nth: list[int] = [i for i, working in enumerate(open_days) if working]
        self._unsure = [FIRST.year + y not in self.announced for y in range(LAST.year - FIRST.year + 1)]

    # The axis -------------------------------------------------------------------------------

    @staticmethod
    def index(day: date) -> int:
        """Return the place of ``day`` on the axis; :class:`OutOfRange` outside 1990–2100."""
        place = day.toordinal() - _BASE
        if not 0 <= place < SIZE:
            raise OutOfRange(day.isoformat())
        return place

    @staticmethod
    def day(place: int) -> date:
        """Return the day at ``place``; :class:`OutOfRange` outside 1990–2100."""
        if not 0 <= place < SIZE:
            raise OutOfRange(str(place))
        return date.fromordinal(place + _BASE)

    def working_number(self, number: int) -> int:
        """Return the place of working day ``number`` (from 0)."""
        if not 0 <= number < len(self.nth):
            raise OutOfRange(str(number))
        return self.nth[number]

    # Questions ------------------------------------------------------------------------------

    def is_working(self, day: date) -> bool:
        """Say whether people work on ``day``."""
        i = self.index(day)
        return self.before[i + 1] > self.before[i]

    def provisional(self, day: date, until: date | None = None) -> bool:
        """Say whether ``day`` (or a day up to ``until``) lies in a year not yet announced."""
        first = day.year - FIRST.year
        last = (until or day).year - FIRST.year
        return any(self._unsure[min(first, last) : max(first, last) + 1])

    def special(self, first: date, last: date) -> Iterator[Special]:
        """Yield the holidays, make-up days and closures from ``first`` to ``last``, in order."""
        for i in range(bisect_left(self._dates, first), len(self._dates)):
            if self._dates[i] > last:
                return
            yield self._special[self._dates[i]]

    def working_between(self, start: date, end: date) -> int:
        """Count working days after ``start`` up to and with ``end``; negative when ``end`` is earlier."""
        return self.before[self.index(end) + 1] - self.before[self.index(start) + 1]

    # Steps ----------------------------------------------------------------------------------

    def add_working(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day``, which itself is not counted.

        A negative ``count`` goes back; 0 keeps a working day and moves a rest day on.
        """
        i = self.index(day)
        if count > 0:
            return self.day(self.working_number(self.before[i + 1] + count - 1))
        return self.day(self.working_number(self.before[i] + count))

    def next_working(self, day: date) -> date:
        """Return ``day`` itself when it is a working day, else the next one."""
        return self.add_working(day, 0)

    def previous_working(self, day: date) -> date:
        """Return ``day`` itself when it is a working day, else the one before."""
        return self.day(self.working_number(self.before[self.index(day) + 1] - 1))

    def add(self, day: date, count: int, unit: str) -> date:
        """Go on from ``day`` by ``count`` working days (``wd``), calendar days (``d``) or months (``m``).

        A month that has no such day ends on its last one.
        """
        if unit == "wd":
            return self.add_working(day, count)
        if unit == "d":
            return self.day(self.index(day) + count)
        if unit == "m":
            return _add_months(day, count)
        raise ValueError(f"no unit of days: {unit}")


def _add_months(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    if not FIRST.year <= year <= LAST.year:
        raise OutOfRange(f"{year}-{month + 1:02}")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# The national calendar that comes with the program -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Notice:
    """One year's announcement: what it is called, when it came out, and the days it names."""

    year: int
    source: str
    published: date
    address: str
    days: tuple[Special, ...]


def _document(name: str) -> dict[str, Any]:
    text = files("bihuan.logic.calendars").joinpath(f"{name}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _spread(row: Mapping[str, str], working: bool, source: str) -> Iterator[Special]:
    day = date.fromisoformat(row.get("day") or row["from"])
    last = date.fromisoformat(row.get("to") or row.get("day") or row["from"])
    while day <= last:
        yield Special(day, working, row["name"], source)
        day += timedelta(days=1)


@cache
def packaged_notices() -> tuple[Notice, ...]:
    """Return the State Council's notices that come with the program, oldest first."""
    folder = files("bihuan.logic.calendars")
    names = sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name[:4].isdigit())
    return tuple(_notice(_document(name)) for name in names)


def _notice(document: Mapping[str, Any]) -> Notice:
    source = " ".join(filter(None, (document["notice"], document["number"])))
    days = [d for row in document["holidays"] for d in _spread(row, False, source)]
    days += [d for row in document["makeup"] for d in _spread(row, True, source)]
    published = date.fromisoformat(document["published"])
    return Notice(document["year"], source, published, document["address"], tuple(days))


@cache
def _statutory(announced: frozenset[int]) -> tuple[Special, ...]:
    """The holidays the law itself fixes, for every year without a notice.

    Those of the lunar year are known where the packaged table reaches; the shifting of weekends is
    what only a notice can say.
    """
    document = _document("statutory")
    rows: list[Special] = []
    for year in range(FIRST.year, LAST.year + 1):
        if year in announced:
            continue
        fixed = [{"name": row["name"], "day": f"{year}-{row['day']}"} for row in document["fixed"]]
        for row in (*fixed, *document["moving"].get(str(year), ())):
            rows += _spread(row, False, document["source"])
    return tuple(rows)


@cache
def packaged_calendar() -> Calendar:
    """Return the national calendar built from the packaged notices; needs no database."""
    notices = packaged_notices()
    return Calendar([day for n in notices for day in n.days], {n.year: n.source for n in notices})
