"""Read calls: whose wait at an extension, which became an order, and the two shares of a desk."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.identity.selectors.links import keyed
from bihuan.kernel.identity.selectors.posts import visitor
from bihuan.kernel.now import now, today
from bihuan.kernel.people import selectors as people
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.callers import selectors as callers
from bihuan.lines.hotline.duties.selectors import places

#: What an exchange tells of a call; the row has one moment for each.
EVENTS = ("ringing", "answered", "busy", "transferred", "abandoned", "hung_up")
#: How long a call waits on the console to be taken, and how many show at once.
WAITS, SHOWN = timedelta(minutes=30), 3


@dataclass(frozen=True, slots=True)
class ExtensionRow:
    """An extension and the login of whoever sits there."""

    id: int
    name: str
    login: str


@dataclass(frozen=True, slots=True)
class AimRow:
    """What a desk aims at from a day on; ``id`` 0 is what holds until a place enters its own."""

    id: int
    name: str
    value: int
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call; moments are the exchange's, but ``seen_at``, when its first event was told here."""

    id: int
    person: int
    extension: str
    ringing_at: datetime | None
    answered_at: datetime | None
    hung_up_at: datetime | None
    recording: str
    sha256: str
    matter: int
    busy_at: datetime | None
    transferred_at: datetime | None
    abandoned_at: datetime | None
    seen_at: datetime

    @property
    def waited(self) -> timedelta | None:
        """Return how long it rang until it was answered; None where that is not known."""
        if self.answered_at is None or self.ringing_at is None or self.answered_at < self.ringing_at:
            return None
        return self.answered_at - self.ringing_at

    @property
    def talked(self) -> timedelta | None:
        """Return how long they spoke; None where that is not known."""
        if self.answered_at is None or self.hung_up_at is None or self.hung_up_at < self.answered_at:
            return None
        return self.hung_up_at - self.answered_at


@dataclass(frozen=True, slots=True)
class Shares:
    """Calls counted: ``in_time`` of ``timed`` were answered within the aim, ``answered`` of ``rang`` at all.

    Left out: answered calls whose ringing was never told (``unrung``) or told as later than the answer
    (``reversed``), and calls of which neither ringing, busy nor answer is known (``unknown``).
    """

    in_time: int
    timed: int
    answered: int
    rang: int
    unrung: int
    reversed: int
    unknown: int


_CALL = """id, person, extension, ringing_at, answered_at, hung_up_at, recording, sha256, matter, busy_at,
           transferred_at, abandoned_at, seen_at"""
#: What a list of calls can be narrowed to; what is counted in a share is so by the same words.
_HOW = {
    "in_time": "answered_at >= ringing_at AND answered_at - ringing_at <= make_interval(secs => %(seconds)s)",
    "late": "answered_at - ringing_at > make_interval(secs => %(seconds)s)",
    "answered": "answered_at IS NOT NULL",
    "lost": "answered_at IS NULL AND num_nonnulls(ringing_at, busy_at) > 0",
}


def key_of(place: int) -> bytes:
    """Return the key by which the exchange of a place signs; it follows from the house's own and stands nowhere."""
    return keyed("hotline-telephony", str(place)).hex().encode()


def extensions(scope: Scope) -> list[ExtensionRow]:
    """Return the extensions of a place, by number."""
    sql = """SELECT id, name, login FROM hotline_extension
             WHERE withdrawn_at IS NULL AND division = ANY(%s) ORDER BY name, id"""
    return [ExtensionRow(*row) for row in run(sql, (places(scope),))]


@cache
def _preset() -> tuple[AimRow, ...]:
    rows = json.loads((Path(__file__).parent / "aims.json").read_text(encoding="utf-8"))
    return tuple(
        AimRow(0, row["name"], row["value"], date.fromisoformat(row["since"]), row["source"]) for row in rows
    )


def aims(scope: Scope) -> list[AimRow]:
    """Return what a place has entered as its aims, by name, the latest first."""
    sql = """SELECT id, name, value, since, source FROM hotline_aim
             WHERE withdrawn_at IS NULL AND division = ANY(%s) ORDER BY name, since DESC, id DESC"""
    return [AimRow(*row) for row in run(sql, (places(scope),))]


def aim(scope: Scope, name: str, on: date | None = None) -> AimRow:
    """Return the aim that holds in a place on a day."""
    day = on or today()
    own = (row for row in aims(scope) if row.name == name and row.since <= day)
    return next(own, next(row for row in _preset() if row.name == name))


def waiting(actor: Actor) -> list[CallRow]:
    """Return the calls at the actor's own extension that are no order yet, the latest first."""
    seat = visitor(actor.user) if actor.user else None
    scope = scope_of(actor.division)
    own = [row.name for row in extensions(scope) if seat and row.login == seat.user["username"]]
    if not own:
        return []
    sql = f"""SELECT {_CALL} FROM hotline_call
              WHERE place = ANY(%s) AND seen_at > %s AND extension = ANY(%s) AND matter = 0
              AND busy_at IS NULL AND abandoned_at IS NULL
              AND (answered_at IS NOT NULL OR (ringing_at IS NOT NULL AND hung_up_at IS NULL))
              ORDER BY seen_at DESC, id DESC LIMIT %s"""  # noqa: S608 - own columns
    return [CallRow(*row) for row in run(sql, (places(scope), now() - WAITS, own, SHOWN))]


def masked(rows: Sequence[CallRow]) -> dict[int, str]:
    """Return the numbers of calls by their ends only, by person."""
    found = people.masked([row.person for row in rows if row.person])
    return {key: one.phone for key, one in found.items()}


def asked_before(actor: Actor, row: CallRow) -> list[MatterRow]:
    """Return what whoever calls asked before, as far as the actor sees it."""
    return callers.asked_by(actor, [row.person]) if row.person else []


def of_order(matter: int) -> list[CallRow]:
    """Return the calls that an order came from."""
    sql = f"SELECT {_CALL} FROM hotline_call WHERE matter = %s AND matter > 0 ORDER BY id"  # noqa: S608
    return [CallRow(*row) for row in run(sql, (matter,))]


def listed(
    scope: Scope,
    how: str = "",
    *,
    seconds: int = 0,
    since: date | None = None,
    before: int = 0,
    limit: int = 50,
) -> tuple[list[CallRow], int]:
    """Return the calls of a place, the latest first, and the id to continue before (0: that is all).

    ``how`` is one of in_time, late (by ``seconds``), answered, lost, or nothing for all.
    """
    sql = f"""SELECT {_CALL} FROM hotline_call
              WHERE place = ANY(%(places)s) AND (%(since)s::date IS NULL OR seen_at >= %(since)s::date)
              AND (%(before)s = 0 OR (seen_at, id) < (SELECT seen_at, id FROM hotline_call WHERE id = %(before)s))
              AND {_HOW.get(how, "true")}
              ORDER BY seen_at DESC, id DESC LIMIT %(limit)s"""  # noqa: S608 - own columns
    asked = {
        "places": places(scope),
        "since": since,
        "before": before,
        "seconds": seconds,
        "limit": limit + 1,
    }
    rows = [CallRow(*row) for row in run(sql, asked)]
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else 0


def unknown_extensions(scope: Scope) -> list[tuple[str, int]]:
    """Return extensions that rang within a day and are nobody's, with how many calls."""
    sql = """SELECT c.extension, count(*) FROM hotline_call c
             WHERE c.place = ANY(%s) AND c.seen_at > %s AND c.extension <> '' AND NOT EXISTS (
                SELECT 1 FROM hotline_extension e WHERE e.name = c.extension AND e.division = ANY(%s)
                AND e.withdrawn_at IS NULL)
             GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20"""
    inside = places(scope)
    return [(row[0], row[1]) for row in run(sql, (inside, now() - timedelta(days=1), inside))]


def shares(scope: Scope, seconds: int, since: date | None = None) -> Shares:
    """Count the calls of a place since a day, in one statement.

    Moments are compared within one exchange only, so a clock that is wrong as a whole changes nothing; the
    period is by our own. Hours of the day are not told apart: who rings at night counts.
    """
    sql = """
        SELECT
          count(*) FILTER (WHERE answered_at >= ringing_at
                           AND answered_at - ringing_at <= make_interval(secs => %s)),
          count(*) FILTER (WHERE answered_at >= ringing_at),
          count(*) FILTER (WHERE answered_at IS NOT NULL),
          count(*) FILTER (WHERE num_nonnulls(ringing_at, answered_at, busy_at) > 0),
          count(*) FILTER (WHERE answered_at IS NOT NULL AND ringing_at IS NULL),
          count(*) FILTER (WHERE answered_at < ringing_at),
          count(*) FILTER (WHERE num_nonnulls(ringing_at, answered_at, busy_at) = 0)
        FROM hotline_call WHERE place = ANY(%s) AND (%s::date IS NULL OR seen_at >= %s::date)"""
    return Shares(*run(sql, (seconds, places(scope), since, since))[0])
