"""The dated rows in force on a day: rungs, weights and series by place, portfolios with who is away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from bihuan.kernel.clock.ground import place_of
from bihuan.kernel.identity.actors import Scope
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import run
from bihuan.logic.harm import Weight


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung as it holds at a place: ``place`` is its number from the bottom, ``chair`` a role."""

    id: int
    name: str
    title: str
    place: int
    chair: str
    mode: str
    weekday: int | None
    request: bool
    late_days: int | None
    active: bool
    division: int
    valid_from: date
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WeightRow:
    """What a term weighs, as a row."""

    id: int
    term: str
    weight: Decimal
    bound: Decimal | None
    division: int
    valid_from: date
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Series:
    """A recurring meeting as a row."""

    id: int
    name: str
    title: str
    place: int
    weekday: int
    begins: time
    minutes: int
    room: str
    ahead: int
    active: bool
    division: int
    valid_from: date
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """A row of the 领导分工表; ``valid_until`` is its last day."""

    id: int
    post: int
    role: str
    field: str
    target: int
    line: str
    deputy: int
    division: int
    valid_from: date
    valid_until: date | None
    source: str
    at: datetime

    def holds(self, day: date) -> bool:
        """Whether the row holds on a day."""
        return self.valid_from <= day and (self.valid_until is None or self.valid_until >= day)


@dataclass(frozen=True, slots=True)
class Absence:
    """A chair away from the first to the last day."""

    id: int
    post: int
    first: date
    last: date
    at: datetime


T = TypeVar("T")
R = TypeVar("R", Rung, WeightRow, Series)

_TABLES: dict[type, str] = {
    Rung: "meetings_rungrow",
    WeightRow: "meetings_weightrow",
    Series: "meetings_seriesrow",
    Duty: "meetings_dutyrow",
    Absence: "meetings_absence",
}


def rows(kind: type[T], where: str = "true", params: Sequence[Any] = ()) -> list[T]:
    """Return rows of one table, oldest day first: what was entered last of a day comes last."""
    names = ", ".join(kind.__dataclass_fields__)  # type: ignore[attr-defined]
    order = "first, id" if kind is Absence else "valid_from, id"
    sql = f"SELECT {names} FROM {_TABLES[kind]} WHERE {where} ORDER BY {order}"  # noqa: S608 - our own names
    return [kind(*row) for row in run(sql, params)]


def in_force(found: Iterable[R], scope: Scope, day: date, name: str) -> list[R]:
    """Return, for each value of ``name``, the row that holds at a place: the nearest division, then the latest day."""
    near = {division: rank for rank, division in enumerate((*place_of(scope), 0))}
    best: dict[Any, tuple[int, R]] = {}
    for row in found:
        if row.valid_from > day or row.division not in near:
            continue
        key, rank = getattr(row, name), near[row.division]
        if key not in best or rank <= best[key][0]:
            best[key] = (rank, row)
    return [row for _rank, row in best.values()]


def rungs(scope: Scope, day: date | None = None) -> list[Rung]:
    """Return the rungs of a place from the bottom up."""
    found = in_force(rows(Rung), scope, day or today(), "name")
    return sorted((row for row in found if row.active), key=lambda row: (row.place, row.id))


def rung(scope: Scope, place: int, day: date | None = None) -> Rung | None:
    """Return the rung of that number at a place, None when there is none."""
    return next((row for row in rungs(scope, day) if row.place == place), None)


def weights(scope: Scope, day: date | None = None) -> dict[str, Weight]:
    """Return what the terms of the order by harm weigh at a place."""
    found = in_force(rows(WeightRow), scope, day or today(), "term")
    return {row.term: Weight(row.weight, row.bound) for row in found}


def duties(day: date | None = None) -> list[Duty]:
    """Return the rows of the 领导分工表 that hold on a day, oldest first."""
    on = day or today()
    return rows(Duty, "valid_from <= %s AND (valid_until IS NULL OR valid_until >= %s)", (on, on))


def away(day: date | None = None) -> set[int]:
    """Return the posts whose holder is away on a day."""
    on = day or today()
    return {row.post for row in rows(Absence, "first <= %s AND last >= %s", (on, on))}
