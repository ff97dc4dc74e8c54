"""The sweep: every reminder that is due, once, oldest first, by any number of workers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bihuan.kernel.clock.alarms import Planned, not_given, planned
from bihuan.kernel.clock.ground import Ground, Place, ground
from bihuan.kernel.now import now as present
from bihuan.kernel.store.sql import atomic, run
from bihuan.logic.limits import is_working_instant, next_instant

#: A limit ends at closing time: its reminder may still be given this long after it.
GRACE = timedelta(minutes=30)

# Rows another worker holds are skipped, and rows it has just dealt with no longer match.
_PICK = """
SELECT id, matter_id, place, started, due, value, unit, episode, turn, next_kind, next_alarm_at
FROM clock_clock WHERE next_alarm_at <= %s
ORDER BY next_alarm_at, due, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED"""
_RAISE = """
INSERT INTO clock_alarm (clock_id, matter_id, kind, episode, turn, at, raised, due, digest)
SELECT a.clock_id, a.matter_id, a.kind, a.episode, a.turn, a.at, %s, a.due, a.digest
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::smallint[], %s::smallint[], %s::timestamptz[],
            %s::timestamptz[], %s::bool[])
     WITH ORDINALITY AS a(clock_id, matter_id, kind, episode, turn, at, due, digest, n)
ORDER BY a.n
ON CONFLICT (clock_id, kind, episode, turn) DO NOTHING
RETURNING kind"""
_NEXT = """
UPDATE clock_clock c SET next_kind = n.kind, next_alarm_at = n.at
FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS n(id, kind, at) WHERE c.id = n.id"""


@dataclass(frozen=True, slots=True)
class _Due:
    id: int
    matter_id: int
    place: list[int]
    started: datetime
    due: datetime
    value: int
    unit: str
    episode: int
    turn: int
    next_kind: str
    next_alarm_at: datetime


def sweep(now: datetime | None = None, batch: int = 5000) -> dict[str, int]:
    """Raise the reminders due at ``now`` and plan the next ones; return how many of each kind.

    Outside working hours a reminder is put off to the next opening (``put_off``). A worker that
    dies leaves its batch untouched.
    """
    moment = now or present()
    told = {"clocks": 0, "alarms": 0, "put_off": 0, "early": 0, "due": 0, "urge": 0, "bulletin": 0}
    while True:
        with atomic():
            rows = [_Due(*row) for row in run(_PICK, (moment, batch))]
            if rows:
                _batch(rows, moment, told)
        if len(rows) < batch:
            return told


def _batch(rows: Sequence[_Due], moment: datetime, told: dict[str, int]) -> None:
    on = ground()
    opens: dict[Place, datetime | None] = {}
    alarms: list[tuple[_Due, Planned, bool]] = []
    coming: list[tuple[int, str, datetime | None]] = []
    for row in rows:
        place = tuple(row.place)
        if place not in opens:
            opens[place] = _opens(on, place, moment)
        later = opens[place]
        if later is not None:
            coming.append((row.id, row.next_kind, later))
            told["put_off"] += 1
            continue
        reached, following = _reached(on, place, row, moment)
        alarms += [(row, one, one is not reached[-1] or one.digest) for one in reached]
        coming.append((row.id, following.kind, following.at) if following else (row.id, "", None))
    columns = [
        (row.id, row.matter_id, one.kind, row.episode, row.turn, one.at, row.due, digest)
        for row, one, digest in alarms
    ]
    if columns:
        for (kind,) in run(_RAISE, [moment, *(list(column) for column in zip(*columns, strict=True))]):
            told[kind] = told.get(kind, 0) + 1
            told["alarms"] += 1
    run(_NEXT, [list(column) for column in zip(*coming, strict=True)])
    told["clocks"] += len(rows)


def _opens(on: Ground, place: Place, moment: datetime) -> datetime | None:
    """Return when reminders may be given again, or None when they may be now."""
    calendar, hours = on.calendar(place), on.hours(place)
    if is_working_instant(moment, calendar, hours) or is_working_instant(moment - GRACE, calendar, hours):
        return None
    return next_instant(moment, calendar, hours)


def _reached(on: Ground, place: Place, row: _Due, moment: datetime) -> tuple[list[Planned], Planned | None]:
    """Return the reminders not yet given whose moment has come, and the one after them.

    After an outage several have come at once: all are written, but only the last is carried at
    once, the others wait for the digest.
    """
    plan = list(planned(on, place, row.started, row.due, row.value, row.unit))
    left = not_given(on, plan, row.next_kind)
    reached = [one for one in left if one.at <= moment]
    return reached, next((one for one in left if one.at > moment), None)


@dataclass(frozen=True, slots=True)
class Taken:
    """A reminder to be carried on."""

    id: int
    clock_id: int
    matter_id: int
    name: str
    kind: str
    episode: int
    turn: int
    due: datetime
    digest: bool


# An array is asked for once. With IN a plan may ask again for each row, and what this statement has taken by then is
# skipped as locked: more would be taken than the limit says.
_TAKE = """
UPDATE clock_alarm a SET taken = %s FROM clock_clock c
WHERE c.id = a.clock_id AND a.id = ANY (ARRAY
  (SELECT id FROM clock_alarm WHERE taken IS NULL ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED))
RETURNING a.id, a.clock_id, a.matter_id, c.name, a.kind, a.episode, a.turn, a.due, a.digest"""


def take_alarms(limit: int = 1000) -> list[Taken]:
    """Hand over raised reminders, oldest first; tell them in the same transaction, or none is taken."""
    return sorted((Taken(*row) for row in run(_TAKE, (present(), limit))), key=lambda row: row.id)
