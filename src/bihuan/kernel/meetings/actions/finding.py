"""What the house does by itself: propose what is stuck, pass on, drop what is settled. Set-based, by index."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import current, ground, place_of
from bihuan.kernel.errors import BadInput
from bihuan.kernel.flow import bulk, registry
from bihuan.kernel.flow.guards import REOPENINGS
from bihuan.kernel.flow.rows import SELECT, SUPPORTS, MatterRow, from_sql
from bihuan.kernel.flow.selectors import by_ids
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.meetings.about import about, scope_of
from bihuan.kernel.meetings.actions.proposing import item_of
from bihuan.kernel.meetings.selectors.deciding import Deciders
from bihuan.kernel.now import local, now, today
from bihuan.kernel.store.sql import atomic, run

_BATCH = 500
_CAUSES = {
    "late": "m.clock = 'running' AND m.due < %(at)s",
    "reopened": "m.episode > %(again)s",
}
_STUCK = """
SELECT {select}, {supports},
       greatest((SELECT max(c.place) FROM meetings_climb c WHERE c.matter = m.id),
                (SELECT max(f.place) FROM meetings_found f
                 WHERE f.matter = m.id AND f.cause = %(cause)s AND f.episode = m.episode), 0)
FROM flow_matter m
WHERE m.open AND m.kind = ANY(%(kinds)s) AND {cause} AND m.id > %(after)s
  AND NOT EXISTS (SELECT 1 FROM meetings_climb c WHERE c.matter = m.id AND c.until IS NULL)
ORDER BY m.id LIMIT %(batch)s"""


@dataclass(frozen=True, slots=True)
class _Stuck:
    row: MatterRow
    cause: str
    place: int


def find() -> int:
    """Propose what is past its limit or reopened again, once for each episode and rung; return how many."""
    ground()
    kinds = [one.name for one in registry.all_declared() if one.ladder]
    deciders, found = Deciders.load(), 0
    for cause in _CAUSES:
        after = 0
        while True:
            with atomic():
                rows = _read(cause, kinds, after)
                stuck = [one for row, top in rows if (one := _due(row, top, cause, deciders))]
                found += _propose(stuck, deciders)
            if len(rows) < _BATCH:
                break
            after = rows[-1][0].id
    return found


def _read(cause: str, kinds: list[str], after: int) -> list[tuple[MatterRow, int]]:
    sql = _STUCK.format(select=SELECT, supports=SUPPORTS, cause=_CAUSES[cause])
    given = {
        "at": now(), "again": REOPENINGS, "kinds": kinds, "cause": cause, "after": after, "batch": _BATCH
    }  # fmt: skip
    return [(from_sql(row), row[-1]) for row in run(sql, given)]


def _due(row: MatterRow, top: int, cause: str, deciders: Deciders) -> _Stuck | None:
    """Return what to propose; None while the next rung's days are not over, or at the top."""
    rung = next((one for one in deciders.rungs(scope_of(row)) if one.place > top), None)
    if rung is None or rung.late_days is None:
        return None
    if cause == "late" and row.due and _days_late(row, row.due) < rung.late_days:
        return None
    return _Stuck(row, cause, rung.place)


def _days_late(row: MatterRow, due: datetime) -> int:
    """Return how many working days of its place have passed since the limit."""
    calendar = current().calendar(place_of(scope_of(row)))
    return calendar.working_between(local(due).date(), today())


def _propose(stuck: list[_Stuck], deciders: Deciders) -> int:
    opened: dict[str, list[tuple[_Stuck, bulk.New]]] = {}
    for one in stuck:
        rung = deciders.rung(scope_of(one.row), one.place)
        assert rung is not None
        try:
            kind, data = item_of(deciders, one.row, rung, why=_why(one))
        except BadInput:
            continue  # a vacant chair: found again when somebody sits there
        new = bulk.New(data, scope_of(one.row), subject=one.row.subject, parent=one.row.id)
        opened.setdefault(kind, []).append((one, new))
    return sum(_open(kind, rows) for kind, rows in opened.items())


def _open(kind: str, rows: list[tuple[_Stuck, bulk.New]]) -> int:
    outcomes = bulk.open_many(SYSTEM, kind, [new for _one, new in rows])
    done = [one for (one, _new), outcome in zip(rows, outcomes, strict=True) if outcome.receipt]
    run(
        "INSERT INTO meetings_found (matter, cause, episode, place, at)"
        " SELECT t.*, %s FROM unnest(%s::bigint[], %s::text[], %s::smallint[], %s::smallint[]) AS t"
        " ON CONFLICT DO NOTHING",
        (now(), [one.row.id for one in done], [one.cause for one in done],
         [one.row.episode for one in done], [one.place for one in done]),
    )  # fmt: skip
    return len(done)


def _why(one: _Stuck) -> str:
    if one.cause == "late" and one.row.due:
        return _("Past its limit since %(day)s and still open.") % {"day": f"{local(one.row.due):%Y-%m-%d}"}
    return _("Reopened %(n)s times.") % {"n": one.row.episode - 1}


_WAITING = (
    f"SELECT {SELECT}, {SUPPORTS} FROM flow_matter m"  # noqa: S608
    " WHERE m.open AND m.kind = ANY(%s) AND m.stage = ANY(%s) ORDER BY m.id"
)


def pass_on() -> int:
    """Pass what waits for a chair who is away or gone to whoever decides now; return how many."""
    rows = [
        from_sql(row)
        for row in run(_WAITING, (["meetings.item", "meetings.request"], ["proposed", "waiting"]))
    ]
    deciders = Deciders.load()
    there = _there({row.holder_post for row in rows}) - deciders.away
    gone = [row for row in rows if row.holder_post not in there]
    stuck = by_ids([row.parent for row in gone])
    moves: list[tuple[int, dict[str, Any]]] = []
    for row in gone:
        place = int(row.value("place", 0)) - (row.kind == "meetings.request")
        parent = stuck[row.parent]
        chair = deciders.find(scope_of(parent), place, about(parent))
        if chair and chair.post != row.holder_post:
            note = _("The chair is away; the next one decides.")
            moves.append((row.id, {"unit": chair.unit, "post": chair.post, "note": note}))
    return sum(bool(one.receipt) for one in bulk.move_many(SYSTEM, "reroute", moves)) if moves else 0


def _there(posts: set[int]) -> set[int]:
    sql = (
        "SELECT p.id FROM identity_post p JOIN identity_user u ON u.id = p.user_id AND u.is_active"
        " WHERE p.id = ANY(%s) AND p.valid_from <= %s AND (p.valid_until IS NULL OR p.valid_until > %s)"
    )
    return {row[0] for row in run(sql, (sorted(posts), now(), now()))}


_SETTLED = """
SELECT m.id FROM flow_matter m JOIN flow_matter p ON p.id = m.parent
WHERE m.open AND m.kind = ANY(%s) AND NOT p.open AND m.stage <> 'scheduled' ORDER BY m.id LIMIT %s"""


def settle() -> int:
    """Withdraw what was proposed about a matter closed meanwhile; what stands on an agenda is the meeting's to say."""
    rows = run(_SETTLED, (["meetings.item", "meetings.request"], _BATCH))
    data = {"reason": _("The matter has been closed meanwhile.")}
    outcomes = bulk.move_many(SYSTEM, "withdraw", [(key, data) for (key,) in rows]) if rows else []
    return sum(bool(one.receipt) for one in outcomes)
