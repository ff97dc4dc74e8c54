"""Work out what a clock operation writes: pure, so that a move can write it in its own statement.

Nothing here touches the database except :func:`bihuan.kernel.clock.ground.ground` when no ``ground``
is given. An edit or a comment has no operation: only those named here ever move a due instant.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.clock import causes
from bihuan.kernel.clock.alarms import Planned, following, planned
from bihuan.kernel.clock.ground import Ground, Place, beijing, ground, place_of
from bihuan.kernel.clock.rows import CLOCK, EXTENSION, STOP, ClockRow, Insert, Update, Writes
from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.identity.actors import Scope
from bihuan.logic.limits import Due, Leg, Stop, Unit, due_with_stops


def due_of(
    clock: ClockRow, on: Ground, stops: tuple[Stop, ...] | None = None, legs: tuple[Leg, ...] = ()
) -> Due:
    """Return the due instant of an open clock under the calendar of ``on``."""
    held = clock.stops if stops is None else stops
    calendar, hours = on.calendar(clock.place), on.hours(clock.place)
    more = (*clock.legs, *legs)
    return due_with_stops(clock.started, clock.value, clock.unit, held, calendar, hours, clock.roll, more)


def start_values(
    rule: str,
    scope: Scope,
    at: datetime,
    episode: int = 1,
    *,
    matter_id: int,
    name: str = "",
    main: bool = False,
    on: Ground | None = None,
) -> Writes:
    """Start the clock of a limit. :class:`~bihuan.kernel.clock.ground.LimitMissing` if no row holds."""
    on = on or ground()
    limit = on.limit(rule, place_of(scope), beijing(at).date())
    known = _New(matter_id, name or rule.rpartition(".")[2], rule, main, place_of(scope), at, episode)
    told = {"limit": limit.id, "value": limit.value, "unit": limit.unit}
    return _start(known, limit.id, Leg(limit.value, limit.unit), told, roll=limit.roll, on=on)


def start_until(
    until: date,
    scope: Scope,
    at: datetime,
    episode: int = 1,
    *,
    matter_id: int,
    rule: str,
    name: str,
    main: bool = False,
    on: Ground | None = None,
) -> Writes:
    """Start a clock that runs to the end of a day somebody named: that many calendar days, not rolled.

    BadInput unless the day is still to come.
    """
    days = (until - beijing(at).date()).days
    if days < 1:
        raise BadInput(_("Please choose a day that is still to come."), where=name)
    known = _New(matter_id, name, rule, main, place_of(scope), at, episode)
    return _start(known, 0, Leg(days, "d"), {"until": until.isoformat()}, roll=False, on=on or ground())


def start_to(
    until: datetime,
    scope: Scope,
    at: datetime,
    episode: int = 1,
    *,
    matter_id: int,
    rule: str,
    name: str,
    main: bool = False,
    on: Ground | None = None,
) -> Writes:
    """Start a clock that runs to a moment somebody else set, to the second, whatever the working hours are.

    BadInput unless the moment is still to come.
    """
    begun = at.replace(microsecond=0)
    seconds = int((until - begun).total_seconds())
    if until <= at or seconds < 1:
        raise BadInput(_("Please choose a time that is still to come."), where=name)
    known = _New(matter_id, name, rule, main, place_of(scope), begun, episode)
    return _start(known, 0, Leg(seconds, "s"), {"until": until.isoformat()}, roll=False, on=on or ground())


@dataclass(frozen=True, slots=True)
class _New:
    """What a clock is for, before its time is counted."""

    matter_id: int
    name: str
    rule: str
    main: bool
    place: Place
    at: datetime
    episode: int


def _start(new: _New, limit_id: int, leg: Leg, told: dict[str, Any], *, roll: bool, on: Ground) -> Writes:
    calendar, hours = on.calendar(new.place), on.hours(new.place)
    end = due_with_stops(new.at, leg.value, leg.unit, (), calendar, hours, roll)
    first = next(planned(on, new.place, new.at, end.at, leg.value, leg.unit), None)
    row = (
        new.matter_id, new.name, new.rule, limit_id, leg.value, leg.unit, roll, new.main, list(new.place),
        new.at, end.at, end.provisional, on.version, "running", new.episode, 1,
        first.kind if first else "", first and first.at,
    )  # fmt: skip
    told = _told("start", new.name, end.at, {**told, "calendar": on.version})
    return Writes(new.name, new.main, "running", end.at, told, (Insert("clock_clock", CLOCK, (row,)),))


def pause_values(clock: ClockRow, at: datetime, cause: str, evidence: str = "") -> Writes:
    """Let the clock stand still for a declared cause; ``evidence`` names the content or file."""
    if clock.state != "running":
        raise Conflict(_("This clock isn't running, so it can't be stopped."), where=clock.name)
    declared = causes.get(cause)
    if declared is None:
        raise BadInput(_("A clock stops only for a declared cause. Choose one of the list."), where="cause")
    if declared.evidence and not evidence:
        raise BadInput(_("Add the evidence for stopping the clock."), where="evidence")
    return Writes(
        clock.name,
        clock.main,
        "paused",
        clock.due,
        _told("pause", clock.name, clock.due, {"cause": cause}),
        (Insert("clock_stop", STOP, ((clock.id, cause, at, evidence),)),),
        (_update(clock, state="paused", next_alarm_at=None),),
    )


def resume_values(clock: ClockRow, at: datetime, on: Ground | None = None) -> Writes:
    """Let a stopped clock run again: the due instant moves on by exactly what was stopped."""
    if clock.paused is None:
        raise Conflict(_("This clock isn't stopped."), where=clock.name)
    on = on or ground()
    began, cause, evidence = clock.paused
    end = due_of(clock, on, (*clock.stops, Stop(began, max(at, began), cause, evidence)))
    return Writes(
        clock.name,
        clock.main,
        "running",
        end.at,
        _told("resume", clock.name, end.at, {"calendar": on.version}),
        updates=(_ends_stop(clock, at), _update(clock, state="running", **_moved(clock, end, at, on))),
    )


def close_values(clock: ClockRow, at: datetime, *, void: bool = False) -> Writes:
    """End the clock: met or missed by its due instant; ``void`` when it never should have counted."""
    reached = min(at, clock.paused[0]) if clock.paused else at
    state = "void" if void else ("met" if reached <= clock.due else "missed")
    updates = [_update(clock, state=state, ended_at=at, next_alarm_at=None)]
    if clock.paused:
        updates.insert(0, _ends_stop(clock, at))
    return Writes(
        clock.name, clock.main, state, clock.due, _told("stop", clock.name, clock.due, {"state": state}),
        updates=tuple(updates),
    )  # fmt: skip


def ask_values(clock: ClockRow, at: datetime, value: int, unit: Unit, reason: str, by: int = 0) -> Writes:
    """Ask for more time. Refused once the limit has run out, be it that the clock stands still since."""
    reached = clock.paused[0] if clock.paused else at
    if reached >= clock.due:
        raise Conflict(
            _("The time limit has already run out: more time must be asked for before that."), where="at"
        )
    if clock.asked:
        raise Conflict(_("More time has been asked for already and isn't decided yet."), where=clock.name)
    if value < 1:
        raise BadInput(_("Say how much more time is needed."), where="value")
    if not reason.strip():
        raise BadInput(_("Say why more time is needed."), where="reason")
    row = (clock.id, value, unit, reason, "asked", at, by, 0, reached, clock.due)
    return Writes(
        clock.name,
        clock.main,
        clock.state,
        clock.due,
        _told("ask", clock.name, clock.due, {"value": value, "unit": unit}),
        (Insert("clock_extension", EXTENSION, (row,)),),
    )


def extend_values(
    clock: ClockRow,
    at: datetime,
    approved: bool,
    by: int = 0,
    on: Ground | None = None,
    until: datetime | None = None,
) -> Writes:
    """Decide on the time asked for. Either answer waits to be told to the applicant.

    ``until`` is the moment to which whoever decides put the limit off, in place of what was asked for.
    """
    if clock.asked is None:
        raise Conflict(_("Nobody has asked for more time."), where=clock.name)
    if not approved:
        told = _told("refuse", clock.name, clock.due, {})
        decided = _decided(clock, "refused", at, by, None)
        return Writes(clock.name, clock.main, clock.state, clock.due, told, updates=(decided,))
    on = on or ground()
    leg = _leg_to(clock, until) if until else clock.asked
    end = due_of(clock, on, legs=(leg,))
    moved = _moved(clock, end, at, on)
    if clock.state == "paused":
        moved["next_alarm_at"] = None
    told = _told("grant", clock.name, end.at, {"value": leg.value, "unit": leg.unit})
    return Writes(
        clock.name,
        clock.main,
        clock.state,
        end.at,
        told,
        updates=(_decided(clock, "approved", at, by, end.at, leg), _update(clock, **moved)),
    )


def _leg_to(clock: ClockRow, until: datetime) -> Leg:
    """Return what puts the limit off to a moment; BadInput unless that is later than it is now."""
    seconds = int((until - clock.due).total_seconds())
    if seconds < 1:
        raise BadInput(_("The new time has to lie after the present one."), where="until")
    return Leg(seconds, "s")


def renew_values(clock: ClockRow, at: datetime, on: Ground | None = None) -> Writes:
    """Let a running clock begin anew, for what is owed again and again; the entry keeps whether it was met.

    Only for clocks never stopped nor given more time: what went before would count again.
    """
    if clock.paused or clock.stops or clock.legs:
        raise Conflict(_("This clock isn't running, so it can't begin anew."), where=clock.name)
    on = on or ground()
    begun = replace(clock, started=at)
    end = due_of(begun, on)
    first = next(planned(on, clock.place, at, end.at, clock.value, clock.unit), None)
    state = "met" if at <= clock.due else "missed"
    change = _update(
        clock, started=at, due=end.at, provisional=end.provisional, calendar_version=on.version,
        turn=clock.turn + 1, next_kind=first.kind if first else "", next_alarm_at=first and first.at,
    )  # fmt: skip
    told = _told("renew", clock.name, end.at, {"state": state, "calendar": on.version})
    return Writes(clock.name, clock.main, "running", end.at, told, updates=(change,))


def moved_by_calendar(clock: ClockRow, at: datetime, on: Ground) -> dict[str, Any]:
    """Return what a changed calendar makes of a running clock."""
    return _moved(clock, due_of(clock, on), at, on)


def _moved(clock: ClockRow, end: Due, at: datetime, on: Ground) -> dict[str, Any]:
    rows: list[Planned] = list(planned(on, clock.place, clock.started, end.at, clock.value, clock.unit))
    coming, again = following(on, rows, clock.next_kind, at)
    return {
        "due": end.at,
        "provisional": end.provisional,
        "calendar_version": on.version,
        "turn": clock.turn + again,
        "next_kind": coming.kind if coming else "",
        "next_alarm_at": coming.at if coming else None,
    }


def _told(op: str, name: str, due: datetime, more: dict[str, Any]) -> dict[str, Any]:
    """Return the structure the entry keeps; moments as text, because entries are canonical JSON."""
    return {"op": op, "clock": name, "due": due.astimezone(UTC).isoformat(timespec="seconds"), **more}


def _update(clock: ClockRow, **columns: Any) -> Update:
    assign = ", ".join(f"{name} = %s" for name in columns)
    return Update("clock_clock", assign, "id = %s AND state = %s", (*columns.values(), clock.id, clock.state))


def _ends_stop(clock: ClockRow, at: datetime) -> Update:
    return Update(
        "clock_stop", "ended = greatest(began, %s)", "clock_id = %s AND ended IS NULL", (at, clock.id)
    )


def _decided(
    clock: ClockRow, state: str, at: datetime, by: int, due: datetime | None, leg: Leg | None = None
) -> Update:
    assign = "state = %s, decided_at = %s, decided_by = %s, due_after = %s"
    values: tuple[Any, ...] = (state, at, by, due)
    if leg is not None:
        assign, values = f"{assign}, value = %s, unit = %s", (*values, leg.value, leg.unit)
    return Update("clock_extension", assign, "clock_id = %s AND state = 'asked'", (*values, clock.id))
