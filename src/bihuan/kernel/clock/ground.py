"""What clocks are counted on: calendars, working hours, limits and reminders, read once per version."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from bihuan.kernel.errors import Unavailable
from bihuan.kernel.identity.actors import Scope
from bihuan.kernel.now import LOCAL, local, now
from bihuan.kernel.store.sql import run
from bihuan.logic.limits import USUAL_HOURS, ZONE, Hours, Unit
from bihuan.logic.workdays import Calendar, Special

#: A query that already reads something may read this beside it and hand it to :func:`ground`.
STAMP = "(SELECT stamp FROM clock_almanac)"

Place = tuple[int, ...]


class LimitMissing(Unavailable):
    """No limit row holds for a rule at a place on a day; an administrator must add one."""

    code = "limit_missing"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit row as clocks use it."""

    id: int
    rule: str
    title: str
    value: int
    unit: Unit
    roll: bool
    source: str
    verified_on: date | None
    division: int
    valid_from: date


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder row as the sweep uses it; see :class:`bihuan.kernel.clock.models.ReminderRow`."""

    kind: str
    side: str
    value: int
    unit: str
    upto_days: int
    over_days: int
    digest: bool


def place_of(scope: Scope) -> Place:
    """Return the divisions something lies in, the smallest first: what limits and calendars ask for."""
    path = (
        scope.division, scope.micro, scope.grid, scope.community, scope.street, scope.park,
        scope.county, scope.city, scope.province,
    )  # fmt: skip
    return tuple(dict.fromkeys(part for part in path if part))


@dataclass(slots=True)
class Ground:
    """All tables of one version, in memory."""

    stamp: UUID | None
    version: int
    national: tuple[Special, ...]
    announced: Mapping[int, str]
    local: Mapping[int, tuple[Special, ...]]
    worked: Mapping[int, Hours]
    limits: Mapping[str, tuple[Limit, ...]]
    reminders: tuple[Reminder, ...]
    _calendars: dict[Place, Calendar] = field(default_factory=dict)

    def calendar(self, place: Place = ()) -> Calendar:
        """Return the calendar of a place: the national one, and the closures of what it lies in."""
        closing = tuple(part for part in place if part in self.local)
        found = self._calendars.get(closing)
        if found is None:
            rows = [row for part in reversed(closing) for row in self.local[part]]
            found = Calendar(self.national, self.announced, rows, self.version)
            self._calendars[closing] = found
        return found

    def hours(self, place: Place = ()) -> Hours:
        """Return the working hours of the smallest division that has its own."""
        for part in (*place, 0):
            if part in self.worked:
                return self.worked[part]
        return USUAL_HOURS

    def limit(self, rule: str, place: Place, day: date) -> Limit:
        """Return the row that holds: the most specific scope wins, then the latest day.

        :class:`LimitMissing` when there is none.
        """
        rows = self.limits.get(rule, ())
        for part in (*place, 0):
            for row in reversed(rows):
                if row.division == part and row.valid_from <= day:
                    return row
        raise LimitMissing(
            _("No time limit is set for “%s”. An administrator has to add one.") % rule, where=rule
        )


_held: Ground | None = None


def ground(stamp: UUID | None = None, using: str = "default") -> Ground:
    """Return the tables in force; costs one small query, or none when the caller read ``STAMP`` itself."""
    global _held  # noqa: PLW0603 - one copy a process, replaced whole
    if stamp is None:
        stamp = run(f"SELECT {STAMP}", using=using)[0][0]
    if _held is None or _held.stamp != stamp or stamp is None:
        _held = _load(using)
    return _held


def current() -> Ground:
    """Return the tables as last read, without asking whether they changed: for colours in long lists."""
    return _held or ground()


def working_moment(days: int, hour: int = 10) -> datetime:
    """Return an hour of the working day so many from today, for stories that demonstrations tell.

    What has happened is told from the last working day whose noon is past: before noon, at weekends and on holidays
    nothing may seem to have happened that has not come yet.
    """
    calendar, moment = ground().calendar(), local(now())
    day = moment.date()
    if days <= 0:
        day -= timedelta(days=moment.hour < 12)
        while calendar.add_working(day, 0) != day:
            day -= timedelta(days=1)
    return datetime.combine(calendar.add_working(day, days), time(hour), LOCAL)


_LIMITS = f"SELECT {', '.join(f.name for f in fields(Limit))} FROM clock_limitrow ORDER BY valid_from, id"  # noqa: S608


def _load(using: str) -> Ground:
    almanac = run("SELECT stamp, ver FROM clock_almanac", using=using)
    stamp, version = almanac[0] if almanac else (None, 0)
    days: dict[int, list[Special]] = {0: []}
    sql = "SELECT division, day, working, name, source FROM clock_calendarday ORDER BY day"
    for division, *special in run(sql, using=using):
        days.setdefault(division, []).append(Special(*special))
    limits: dict[str, list[Limit]] = {}
    for row in run(_LIMITS, using=using):
        limits.setdefault(row[1], []).append(Limit(*row))
    return Ground(
        stamp,
        version,
        tuple(days.pop(0)),
        dict(run("SELECT year, source FROM clock_calendarnotice", using=using)),
        {division: tuple(rows) for division, rows in days.items()},
        _hours(
            run(
                "SELECT division, valid_from, spans::text FROM clock_workinghours ORDER BY valid_from, id",
                using=using,
            )
        ),
        {rule: tuple(rows) for rule, rows in limits.items()},
        _reminders(using),
    )


def _hours(rows: Iterable[tuple[int, date, str]]) -> dict[int, Hours]:
    found: dict[int, dict[date, tuple[tuple[time, time], ...]]] = {}
    for division, since, spans in rows:
        found.setdefault(division, {})[since] = tuple(
            (time.fromisoformat(a), time.fromisoformat(b)) for a, b in json.loads(spans)
        )
    return {division: Hours(tuple(sorted(dated.items()))) for division, dated in found.items()}


def _reminders(using: str) -> tuple[Reminder, ...]:
    """The latest row of each kind and length, earliest reminder first."""
    sql = (
        "SELECT DISTINCT ON (kind, upto_days, over_days) kind, side, value, unit, upto_days, over_days,"
        " digest, active FROM clock_reminderrow ORDER BY kind, upto_days, over_days, valid_from DESC, id DESC"
    )
    rows = [Reminder(*row[:-1]) for row in run(sql, using=using) if row[-1]]
    order = {"before": 0, "at": 1, "after": 2}
    return tuple(sorted(rows, key=lambda r: (order[r.side], -r.value if r.side == "before" else r.value)))


def beijing(moment: datetime) -> datetime:
    """Return the moment in Beijing time."""
    return moment.astimezone(ZONE)
