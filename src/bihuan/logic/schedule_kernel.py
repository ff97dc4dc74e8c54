"""The same timetable for many projects at once, on flat arrays.

Needed when a changed calendar moves every plan, and for simulation. With numba (the ``solve``
extra) the passes run as machine code; without it the same functions run as plain Python, a few
hundred times slower but equal day for day.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bihuan.logic.schedule_network import Activity, ScheduleError, in_order
from bihuan.logic.workdays import FIRST, SIZE, Calendar

# ruff: noqa: ANN001, ANN202 - the compiler infers the types of the passes


def _jit() -> Any:
    try:
        return import_module("numba").njit
    except ImportError:
        return None


njit = _jit()

#: What runs the passes: ``numba``, or ``python`` when the extra is not installed.
ENGINE = "python" if njit is None else "numba"

Ints = NDArray[np.int32]
Days = NDArray[np.datetime64]
_EPOCH = FIRST.toordinal() - date(1970, 1, 1).toordinal()
_NEVER = -1
_EDGE = 31  # a date this near to the end of the axis was cut off there


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile where numba is; the machine code is kept beside the module if that can be written."""
    if njit is None:
        return function
    try:
        compiled: Callable[..., Any] = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to keep it in
        compiled = njit(nogil=True)(function)
    return compiled


@dataclass(frozen=True, slots=True)
class Packed:
    """Many networks as flat arrays (CSR); nodes of a project stand together, predecessors first.

    ``first[p]`` is where project ``p`` begins, ``links[n]`` where the predecessors of node ``n`` do.
    Days are places on the calendar's axis, -1 for what has not happened.
    """

    first: Ints
    today: Ints
    anchor: Ints
    duration: Ints
    working: Ints
    began: Ints
    ended: Ints
    links: Ints
    previous: Ints
    lag: Ints
    lag_working: Ints
    keys: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Timetables:
    """The answer, one value a node (``slack``: working days) or a project (``late``, ``feasible``)."""

    earliest_start: Days
    earliest_finish: Days
    latest_start: Days
    latest_finish: Days
    slack: Ints
    critical: NDArray[np.bool_]
    late: Ints
    feasible: NDArray[np.bool_]


Project = tuple[Sequence[Activity], date, date]


def pack(projects: Iterable[Project], calendar: Calendar) -> Packed:
    """Lay out projects (activities, anchor, today) as arrays; :class:`ScheduleError` as for one."""
    first, links, keys = [0], [0], []
    ends: list[tuple[int, int]] = []
    nodes: list[tuple[int, bool, int, int]] = []
    edges: list[tuple[int, int, bool]] = []
    for number, (activities, anchor, today) in enumerate(projects):
        ends.append((calendar.index(today), calendar.index(anchor)))
        place: dict[str, int] = {}
        for activity in in_order(activities):
            place[activity.id] = len(nodes)
            keys.append((number, activity.id))
            nodes.append(_node(activity, calendar))
            edges += ((place[k.id], k.lag, k.unit == "wd" and k.lag > 0) for k in activity.after)
            links.append(len(edges))
        first.append(len(nodes))
    node, edge, end = _columns(nodes, 4), _columns(edges, 3), _columns(ends, 2)
    starts, offsets = np.array(first, np.int32), np.array(links, np.int32)
    return Packed(
        starts,
        end[0],
        end[1],
        node[0],
        node[1],
        node[2],
        node[3],
        offsets,
        edge[0],
        edge[1],
        edge[2],
        tuple(keys),
    )


def _node(activity: Activity, calendar: Calendar) -> tuple[int, bool, int, int]:
    began, ended = (_place(day, calendar) for day in (activity.actual_start, activity.actual_finish))
    return activity.duration, activity.unit == "wd", began, ended


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> tuple[Ints, ...]:
    return tuple(np.array(rows, np.int32).reshape(-1, width).T.copy())


def _place(day: date | None, calendar: Calendar) -> int:
    return _NEVER if day is None else calendar.index(day)


def solve(packed: Packed, calendar: Calendar) -> Timetables:
    """Run both passes over every project and give the days back as dates.

    :class:`ScheduleError` when a plan reaches beyond the years the calendar knows.
    """
    count, projects = len(packed.duration), len(packed.today)
    days = [np.empty(count, np.int32) for _ in range(4)]
    slack, least = np.empty(count, np.int32), np.empty(projects, np.int32)
    end = np.empty(projects, np.int32)
    before, nth = _axis(calendar)
    node = (packed.duration, packed.working, packed.links, packed.previous, packed.lag, packed.lag_working)
    _forward(before, nth, packed.first, packed.today, packed.began, packed.ended, *node, days[0], days[1])
    _backward(before, nth, packed.first, packed.anchor, *node, days[2], days[3])
    _measure(before, packed.first, days[1], days[3], slack, least, end)
    if count and _cut_off(days):
        raise ScheduleError("out_of_range", "activities")
    late = np.maximum(before[end + 1] - before[packed.anchor + 1], 0)
    dates = [(d.astype(np.int64) + _EPOCH).view("datetime64[D]") for d in days]
    critical = slack == np.repeat(least, np.diff(packed.first))
    return Timetables(dates[0], dates[1], dates[2], dates[3], slack, critical, late, end <= packed.anchor)


def _cut_off(days: list[Ints]) -> bool:
    return min(int(d.min()) for d in days) < _EDGE or max(int(d.max()) for d in days) > SIZE - _EDGE


@lru_cache(maxsize=8)
def _axis(calendar: Calendar) -> tuple[Ints, Ints]:
    return np.array(calendar.before, np.int32), np.array(calendar.nth, np.int32)


# The passes: plain loops over integers, so that a compiler can take them. Both readings of a length are
# worked out and one is chosen, because a branch on its unit would be mispredicted every other time.


@_compiled
def _clip(value, top):  # type: ignore[no-untyped-def]
    """Keep a place on the axis; what touches its ends is refused afterwards."""
    return 0 if value < 0 else (top if value > top else value)


@_compiled
def _latest(before, nth, bound, duration, working):  # type: ignore[no-untyped-def]
    """Return the latest start and finish of a node that must be done by ``bound``."""
    length = duration if duration > 1 else 1
    done = before[bound + 1]
    begin, end = nth[_clip(done - length, len(nth) - 1)], nth[_clip(done - 1, len(nth) - 1)]
    plain = _clip(bound - length + 1, len(before) - 2)
    return (begin if working else plain), (end if working else bound)


@_compiled
def _lasts(before, nth, start, duration, working):  # type: ignore[no-untyped-def]
    counted = nth[_clip(before[start] + duration - 1, len(nth) - 1)]
    plain = _clip(start + duration - 1, len(before) - 2)
    end = counted if working else plain
    return end if duration > 0 else start


@_compiled
def _released(before, nth, finish, length, lag, lag_working):  # type: ignore[no-untyped-def]
    plain = finish + lag
    counted = nth[_clip(before[finish + 1] + lag - 1, len(nth) - 1)]
    day = counted if lag_working else plain
    return _clip(day + (1 if length > 0 else 0), len(before) - 2)


@_compiled
def _allows(before, nth, start, length, lag, lag_working):  # type: ignore[no-untyped-def]
    last = start - (1 if length > 0 else 0)
    counted = nth[_clip(before[_clip(last, len(before) - 2) + 1] - lag, len(nth) - 1)] - 1
    return counted if lag_working else last - lag


@_compiled
def _forward(  # type: ignore[no-untyped-def]
    before,
    nth,
    first,
    today,
    began,
    ended,
    duration,
    working,
    links,
    previous,
    lag,
    lag_working,
    start,
    finish,
):
    for p in range(len(first) - 1):
        for n in range(first[p], first[p + 1]):
            if ended[n] >= 0:
                finish[n] = ended[n]
                start[n] = began[n]
                if began[n] < 0:
                    start[n] = min(_latest(before, nth, ended[n], duration[n], working[n])[0], ended[n])
                continue
            day = began[n]
            if day < 0:
                day = today[p]
                for k in range(links[n], links[n + 1]):
                    m = previous[k]
                    free = _released(before, nth, finish[m], duration[m], lag[k], lag_working[k])
                    day = max(day, free)
                rolled = nth[_clip(before[day], len(nth) - 1)]
                day = rolled if working[n] else day
            start[n] = day
            finish[n] = _lasts(before, nth, day, duration[n], working[n])
            if began[n] >= 0 and duration[n] > 0:
                finish[n] = max(finish[n], today[p])


@_compiled
def _backward(  # type: ignore[no-untyped-def]
    before, nth, first, anchor, duration, working, links, previous, lag, lag_working, start, finish
):
    for p in range(len(first) - 1):
        for n in range(first[p], first[p + 1]):
            finish[n] = anchor[p]
        for n in range(first[p + 1] - 1, first[p] - 1, -1):
            bound = _clip(finish[n], len(before) - 2)
            start[n], finish[n] = _latest(before, nth, bound, duration[n], working[n])
            for k in range(links[n], links[n + 1]):
                m = previous[k]
                last = _allows(before, nth, start[n], duration[m], lag[k], lag_working[k])
                finish[m] = min(finish[m], last)


@_compiled
def _measure(before, first, earliest, latest, slack, least, end):  # type: ignore[no-untyped-def]
    for p in range(len(first) - 1):
        least[p], end[p] = 1 << 30, 0
        for n in range(first[p], first[p + 1]):
            slack[n] = before[latest[n] + 1] - before[earliest[n] + 1]
            least[p] = min(least[p], slack[n])
            end[p] = max(end[p], earliest[n])
