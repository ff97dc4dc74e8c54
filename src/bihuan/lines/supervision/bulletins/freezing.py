"""Freezing: a day that is over is counted once and stays; what is learnt later shows as a correction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.supervision.bulletins.counting import Cases, Counts, days, flows, found, standing
from bihuan.lines.supervision.bulletins.figures import FLOWS, STANDING, fingerprint

# Who comes first freezes the day; another waits for that transaction and finds it frozen.
_CLAIM = """
INSERT INTO supervision_frozenday (division, day, part, definitions, frozen_at)
SELECT %s, d, %s, %s, %s FROM unnest(%s::date[]) AS d ON CONFLICT (division, day, part) DO NOTHING RETURNING day"""
_PUT = """
INSERT INTO supervision_frozen (division, day, measure, kind, unit, count, cases)
SELECT %s, t.day, t.measure, t.kind, t.unit, t.count, string_to_array(t.cases, ' ')
FROM unnest(%s::date[], %s::text[], %s::text[], %s::bigint[], %s::int[], %s::text[])
  AS t(day, measure, kind, unit, count, cases)"""
_FROZEN = """
SELECT day, measure, kind, unit, count FROM supervision_frozen
WHERE division = %s AND day BETWEEN %s AND %s AND measure = ANY(%s)"""

_FROZEN_CASES = """
SELECT day, measure, kind, unit, cases FROM supervision_frozen
WHERE division = %s AND day BETWEEN %s AND %s AND measure = ANY(%s)"""


def freeze(division: int, since: date, until: date) -> int:
    """Freeze every day of the range that is over and not frozen yet; return how many days."""
    last = min(until, _yesterday())
    held = frozen_days(division, since, last, "flow")
    wanted = [day for day in days(since, last) if day not in held]
    if not wanted:
        return 0
    with atomic():
        claimed = _claim(division, wanted, "flow")
        if claimed:
            held_cases = found(division, min(claimed), max(claimed), known=True)
            kept = {key: cases for key, cases in held_cases.items() if key[0] in claimed}
            _put(division, {key: len(cases) for key, cases in kept.items()}, kept)
    return len(claimed)


def freeze_standing(division: int, day: date) -> bool:
    """Freeze what stands open at the end of a day that is over; tell whether it was not frozen before."""
    if day >= today() or frozen_days(division, day, day, "standing"):
        return False
    with atomic():
        if not _claim(division, [day], "standing"):
            return False
        _put(division, standing(division, day), {})
    return True


def _yesterday() -> date:
    return date.fromordinal(today().toordinal() - 1)


def _claim(division: int, wanted: Sequence[date], part: str) -> set[date]:
    rows = run(_CLAIM, (division, part, fingerprint(), now(), list(wanted)))
    return {day for (day,) in rows}


def _put(division: int, counts: Counts, cases: Cases) -> None:
    if counts:
        columns = [list(column) for column in zip(*counts, strict=True)]
        which = [" ".join(cases.get(key, ())) for key in counts]
        run(_PUT, (division, *columns, list(counts.values()), which))


def frozen_days(division: int, since: date, until: date, part: str) -> set[date]:
    """Return the days of a range that are frozen."""
    rows = run(
        "SELECT day FROM supervision_frozenday WHERE division = %s AND day BETWEEN %s AND %s AND part = %s",
        (division, since, until, part),
    )
    return {day for (day,) in rows}


def frozen(division: int, since: date, until: date) -> Counts:
    """Return the frozen counts of a range: flows of its days, standing counts of its frozen days."""
    rows = run(_FROZEN, (division, since, until, [*FLOWS, *STANDING]))
    return {(day, measure, kind, unit): count for day, measure, kind, unit, count in rows}


def counted(division: int, since: date, until: date) -> tuple[Counts, bool]:
    """Return (counts of a period, whether they are frozen): counted live where it was never frozen."""
    whole = set(days(since, until))
    if whole <= frozen_days(division, since, until, "flow"):
        held = frozen(division, since, until)
        if frozen_days(division, until, until, "standing"):
            return held, True
        return held | standing(division, until), False
    if since > today():
        return {}, False
    return flows(division, since, until, known=False) | standing(division, min(until, today())), False


def corrections(division: int, since: date, until: date) -> list[tuple[str, int, int, int]]:
    """Return (measure, unit, frozen, now) of every flow that is known otherwise now; the frozen value stays.

    A case that had no unit when its day was frozen and has one now is no correction: that is how cases go.
    """
    rows = run(_FROZEN_CASES, (division, since, until, list(FLOWS)))
    held = _by_unit({(day, measure, kind, unit): cases for day, measure, kind, unit, cases in rows})
    live = _by_unit(found(division, since, until, known=False))
    changed = []
    for measure, unit in sorted(set(held) | set(live)):
        was, now_ = held.get((measure, unit), set()), live.get((measure, unit), set())
        free = held.get((measure, 0), set())
        if unit:
            now_ = now_ - free
        else:
            now_ = now_ | {one for one in was if any(one in live[key] for key in live if key[0] == measure)}
        if len(was) != len(now_):
            changed.append((measure, unit, len(was), len(now_)))
    return changed


@dataclass(frozen=True, slots=True)
class Listed:
    """Which cases a number counts: those frozen, those only known since, those that no longer count."""

    frozen: tuple[str, ...]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    is_frozen: bool = True


def listed(division: int, since: date, until: date, measure: str, unit: int | None) -> Listed:
    """Return the cases of a flow over a period: what was frozen stays, later knowledge stands beside it."""
    live = _cases(found(division, since, until, known=False), measure, unit)
    if not set(days(since, until)) <= frozen_days(division, since, until, "flow"):
        return Listed(tuple(sorted(live, key=_place)), is_frozen=False)
    rows = run(
        "SELECT unit, cases FROM supervision_frozen WHERE division = %s AND day BETWEEN %s AND %s AND measure = %s",
        (division, since, until, measure),
    )
    held = {case for one, cases in rows if unit is None or one == unit for case in cases}
    return Listed(
        tuple(sorted(held, key=_place)),
        tuple(sorted(live - held, key=_place)),
        tuple(sorted(held - live, key=_place)),
    )


def _cases(cases: Cases, measure: str, unit: int | None) -> set[str]:
    return {
        case
        for (_day, name, _kind, whose), ids in cases.items()
        if name == measure and (unit is None or whose == unit)
        for case in ids
    }


def _place(case: str) -> tuple[int, ...]:
    return tuple(int(part) for part in case.split("."))


def _by_unit(cases: Cases) -> dict[tuple[str, int], set[tuple[date, str]]]:
    """Return the events of each unit: a case may count on several days."""
    made: dict[tuple[str, int], set[tuple[date, str]]] = {}
    for (day, measure, _kind, unit), ids in cases.items():
        if measure in FLOWS:
            made.setdefault((measure, unit), set()).update((day, case) for case in ids)
    return made
