"""Where a stuck matter is on the ladder: the rows of ``meetings_climb``, written by the moves of its items."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bihuan.kernel.meetings.selectors.rules import Rung
from bihuan.kernel.store.sql import run

#: After these the same rung may be asked again: what was lacking is supplied, or the meeting fell away.
AGAIN = frozenset({"return", "refuse", "withdraw"})


@dataclass(frozen=True, slots=True)
class Step:
    """One rung a matter stood on: the 报请 and item, since and until when, how it ended, how often put off."""

    id: int
    matter: int
    place: int
    request: int
    item: int
    since: datetime
    until: datetime | None
    outcome: str
    tabled: int


_COLUMNS = "id, matter, place, request, item, since, until, outcome, tabled"


def steps_of(matters: Sequence[int]) -> dict[int, list[Step]]:
    """Return how far matters have climbed, first step first; one statement."""
    sql = f"SELECT {_COLUMNS} FROM meetings_climb WHERE matter = ANY(%s) ORDER BY matter, since, id"  # noqa: S608
    found: dict[int, list[Step]] = {}
    for row in run(sql, (list(matters),)):
        step = Step(*row)
        found.setdefault(step.matter, []).append(step)
    return found


def next_place(steps: Sequence[Step], rungs: Sequence[Rung]) -> int:
    """Return the rung a matter may be taken to without passing one over; 0 at the top."""
    if not steps:
        return rungs[0].place if rungs else 0
    last = steps[-1]
    floor = last.place if last.outcome in AGAIN else last.place + 1
    return next((rung.place for rung in rungs if rung.place >= floor), 0)


def enter(matter: int, place: int, moment: datetime, *, request: int = 0, item: int = 0) -> None:
    """Put a matter on a rung. An approved request is already there: then its item joins it."""
    joined = item and run(
        "UPDATE meetings_climb SET item = %s WHERE matter = %s AND place = %s AND until IS NULL"
        " AND item = 0 AND request > 0 RETURNING id",
        (item, matter, place),
    )
    if not joined:
        run(
            "INSERT INTO meetings_climb (matter, place, request, item, since, outcome, tabled)"
            " VALUES (%s, %s, %s, %s, %s, '', 0)",
            (matter, place, request, item, moment),
        )


def leave(key: int, outcome: str, moment: datetime) -> None:
    """Let the step of an item or request end."""
    run(
        "UPDATE meetings_climb SET until = %s, outcome = %s WHERE until IS NULL"
        " AND ((item = %s AND item > 0) OR (item = 0 AND request = %s AND request > 0))",
        (moment, outcome, key, key),
    )


def put_off(item: int) -> None:
    """Count one more meeting that put an item off."""
    run("UPDATE meetings_climb SET tabled = tabled + 1 WHERE item = %s AND item > 0", (item,))


def approved(matter: int, place: int) -> bool:
    """Whether a 报请 for this rung has been approved and its item not opened yet."""
    sql = (
        "SELECT 1 FROM meetings_climb c JOIN flow_matter m ON m.id = c.request"
        " WHERE c.matter = %s AND c.place = %s AND c.until IS NULL AND c.item = 0 AND m.stage = 'approved'"
    )
    return bool(run(sql, (matter, place)))
