"""Read clocks: why a date is what it is, what colour it has, what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import Limit, Place, beijing, current, ground
from bihuan.kernel.clock.rows import AS_JSON, ClockRow, clock_row
from bihuan.kernel.clock.values import due_of
from bihuan.kernel.clock.wording import cause_text, moment_text, say
from bihuan.kernel.errors import NotFound
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.logic.limits import Stop
from bihuan.logic.pictures.light import Light


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an explanation: what it is about, when, and the sentence."""

    code: str
    day: date | None
    text: str


def explain(clock_id: int, using: str = "default") -> list[Line]:
    """Explain a clock line by line: start, days left out and made up, stops, extensions, due.

    NotFound when there is no such clock.
    """
    return explain_row(clock_of(clock_id, using), using)


def explain_row(clock: ClockRow, using: str = "default") -> list[Line]:
    """Explain a clock already read."""
    on = ground(using=using)
    stops: tuple[Stop, ...] | None = None
    if clock.paused:
        began, cause, evidence = clock.paused
        stops = (*clock.stops, Stop(began, max(now(), began), cause, evidence))
    limit = next((row for row in on.limits.get(clock.rule, ()) if row.id == clock.limit_id), None)
    steps = due_of(clock, on, stops).steps
    lines = [Line(s.code, _day(s.params), say(s)) for s in steps if s.code != "due" or not clock.paused]
    if limit:
        lines.insert(1, Line("source", None, _source(limit)))
    if clock.paused:
        lines.append(Line("paused", None, _paused(clock)))
    return lines


def _day(params: object) -> date | None:
    values = params if isinstance(params, dict) else {}
    day = values.get("day") or values.get("at")
    return beijing(day).date() if isinstance(day, datetime) else day


def _source(limit: Limit) -> str:
    words = {"source": limit.source, "day": limit.verified_on}
    if limit.verified_on:
        return _("Rests on: %(source)s (checked %(day)s).") % words
    return _("Rests on: %(source)s (not checked yet).") % words


def _paused(clock: ClockRow) -> str:
    assert clock.paused
    words = {"since": moment_text(clock.paused[0]), "cause": cause_text(clock.paused[1])}
    return (
        _("The clock has stood still since %(since)s: %(cause)s. The due date follows when it runs again.")
        % words
    )


def clock_of(clock_id: int, using: str = "default") -> ClockRow:
    """Return one clock, open or ended; NotFound when there is none."""
    rows = run(f"SELECT {AS_JSON} FROM clock_clock c WHERE c.id = %s", (clock_id,), using)  # noqa: S608
    if not rows:
        raise NotFound(_("There is no such clock."), where=str(clock_id))
    return clock_row(rows[0][0])


def clocks_of(matter_ids: Sequence[int], using: str = "default") -> dict[int, list[ClockRow]]:
    """Return all clocks of many matters with one statement, the main one of each first."""
    sql = f"SELECT {AS_JSON} FROM clock_clock c WHERE c.matter_id = ANY(%s) ORDER BY c.main DESC, c.id"  # noqa: S608
    found: dict[int, list[ClockRow]] = {}
    for (row,) in run(sql, (list(matter_ids),), using):
        clock = clock_row(row)
        found.setdefault(clock.matter_id, []).append(clock)
    return found


def open_clocks(matter_ids: Sequence[int], using: str = "default") -> dict[int, list[ClockRow]]:
    """Return the running and stopped clocks of many matters with one statement."""
    sql = (
        f"SELECT {AS_JSON} FROM clock_clock c"  # noqa: S608
        " WHERE c.matter_id = ANY(%s) AND c.ended_at IS NULL ORDER BY c.id"
    )
    found: dict[int, list[ClockRow]] = {}
    for (row,) in run(sql, (list(matter_ids),), using):
        clock = clock_row(row)
        found.setdefault(clock.matter_id, []).append(clock)
    return found


def light(due: datetime | None, state: str, now: datetime, place: Place = ()) -> Light:
    """Return the light of a clock: ▲ from the working day before the one it is due on.

    ``state`` is the clock's (or a matter's: ``none`` has no light).
    """
    if state in ("met", "missed", "void", "closed"):
        return Light.DONE
    if state == "paused":
        return Light.PAUSED
    if due is None or state == "none":
        return Light.NONE
    if now > due:
        return Light.LATE
    left = current().calendar(place).working_between(beijing(now).date(), beijing(due).date())
    return Light.NEAR if left <= 1 else Light.NORMAL


def limits(day: date, using: str = "default") -> list[Limit]:
    """Return the limit rows in force on a day, one for each rule and scope."""
    found: dict[tuple[str, int], Limit] = {}
    for rows in ground(using=using).limits.values():
        for row in rows:
            if row.valid_from <= day:
                found[row.rule, row.division] = row
    return sorted(found.values(), key=lambda row: (row.rule, row.division))


@dataclass(frozen=True, slots=True)
class ToTell:
    """A decision on more time, or a stop, that the applicant is to be told of."""

    id: int
    matter_id: int
    clock_id: int
    what: str
    due: datetime | None


def extensions_to_tell(limit: int = 200, using: str = "default") -> list[ToTell]:
    """Return decided extensions the applicant hasn't been told of, oldest first."""
    sql = (
        "SELECT e.id, c.matter_id, c.id, e.state, coalesce(e.due_after, e.due_before)"
        " FROM clock_extension e JOIN clock_clock c ON c.id = e.clock_id"
        " WHERE e.told IS NULL AND e.state IN ('approved', 'refused') ORDER BY e.id LIMIT %s"
    )
    return [ToTell(*row) for row in run(sql, (limit,), using)]
