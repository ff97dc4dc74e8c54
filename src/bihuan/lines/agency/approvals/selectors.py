"""Read imports, and how much approval time was saved: government-side days only, against the province's limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import ground, place_of
from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.permits import walk
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.registers.selectors import BRANCHES
from bihuan.kernel.store.sql import run
from bihuan.lines.agency import selectors
from bihuan.lines.agency.actions import CATALOGUE, IMPORT
from bihuan.lines.agency.approvals.models import STOPS, Import
from bihuan.logic import durations, text
from bihuan.logic.durations import Spread
from bihuan.logic.workdays import Calendar

#: Below so many cases a value is greyed and not ranked.
FEW = 5


def imports(actor: Actor, kind: str, limit: int = 30) -> list[Import]:
    """Return the imports of one's place, newest first."""
    return list(Import.objects.filter(division=actor.division, kind=kind).order_by("-id")[:limit])


def one_import(actor: Actor, work_id: int) -> Import:
    """Return an import of one's place; NotFound else."""
    found = Import.objects.filter(id=work_id, division=actor.division).first()
    if found is None:
        raise NotFound(_("There is no such import."), where=str(work_id))
    rights.need(actor, IMPORT if found.kind == "approvals" else CATALOGUE)
    return found


# Time saved -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval with the government-side working days it used and the working days the province allows."""

    id: int
    number: str
    project_code: str
    item: str
    authority: str
    accepted: date
    decided: date
    used: int
    allowed: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which approvals are looked at: decided in a span of days (both inside), of an authority, of an item."""

    since: date | None = None
    until: date | None = None
    authority: str = ""
    item: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """One authority's approvals. ``saved`` in per cent; ``small``: too few to be ranked."""

    name: str
    spread: Spread
    saved: Decimal | None

    @property
    def small(self) -> bool:
        """Whether there are too few to compare."""
        return self.spread.count < FEW


@dataclass(frozen=True, slots=True)
class Saved:
    """How much time was saved. ``excluded`` counts what is left out, by why; ``outliers`` took unusually long."""

    saved: Decimal | None
    spread: Spread | None
    allowed: Decimal | None
    rows: tuple[Approval, ...]
    groups: tuple[Group, ...]
    outliers: tuple[Approval, ...]
    excluded: Mapping[str, int]

    @property
    def small(self) -> bool:
        """Whether there are too few to compare."""
        return self.spread is None or self.spread.count < FEW


_ROWS = """
SELECT m.id, m.number, m.project_code, m.item, m.item_code, m.authority, m.accepted, m.decided, m.province_limit,
       m.accepted_precision = 'day' AND m.decided_precision = 'day', m.division, {stops}
FROM agency_approval m WHERE m.withdrawn_at IS NULL AND {seen} AND {where} ORDER BY m.id
"""
_STOPS = ", ".join(f"m.{stop}_from, m.{stop}_until" for stop in STOPS)


def saved(actor: Actor, asked: Asked | None = None, using: str = "default") -> Saved:
    """Return the time saved over the approvals the actor sees.

    An approval counts when acceptance and decision are known to the day and the province's limit is stated, in
    the export or in the catalogue, in working days. Days of correction, public notice and expert review are
    left out on both ends; the day of acceptance does not count.
    """
    excluded: dict[str, int] = {"open": 0, "imprecise": 0, "no_limit": 0}
    rows: list[Approval] = []
    limits, calendars = _limits(), _Calendars()
    for row in _read(actor, asked or Asked(), using):
        allowed = _allowed(row, limits)
        why = (
            "open"
            if not (row[6] and row[7])
            else "imprecise"
            if not row[9]
            else ""
            if allowed
            else "no_limit"
        )
        if why:
            excluded[why] += 1
            continue
        stops = [
            (since, until or row[7]) for since, until in zip(row[11::2], row[12::2], strict=True) if since
        ]
        days = durations.used(row[6], row[7], stops, calendars.at(row[10]))
        rows.append(Approval(row[0], row[1], row[2], row[3], row[5], row[6], row[7], days, allowed))
    return _made(rows, excluded)


class _Calendars:
    """The calendar of each place: the national one with the place's own closures and working days."""

    def __init__(self) -> None:
        self._ground = ground()
        self._known: dict[int, Calendar] = {}

    def at(self, division: int) -> Calendar:
        """Return the calendar that holds where an approval lies; the national one for none."""
        if division not in self._known:
            place = place_of(scope_of(division)) if division else ()
            self._known[division] = self._ground.calendar(place)
        return self._known[division]


def _read(actor: Actor, asked: Asked, using: str) -> list[tuple[Any, ...]]:
    found = [walk.condition(one) for one in branches(actor) if one.column == "*" or one.column in BRANCHES]
    if not found:
        return []
    where, params = ["true"], [value for _sql, values in found for value in values]
    for name, column in (("authority", "authority"), ("item", "item")):
        if getattr(asked, name):
            where.append(f"m.{column} = %s")
            params.append(getattr(asked, name))
    for sign, day in ((">=", asked.since), ("<=", asked.until)):
        if day:
            where.append(f"m.decided {sign} %s")
            params.append(day)
    seen = " OR ".join(f"({sql})" for sql, _values in found)
    return run(_ROWS.format(stops=_STOPS, seen=f"({seen})", where=" AND ".join(where)), params, using)


def _limits() -> dict[str, str]:
    """Return the province's limits of the catalogue, by item code and by folded name."""
    known: dict[str, str] = {}
    for item in selectors.items():
        if item["province_limit"]:
            known |= {key: item["province_limit"] for key in (item["code"], text.key(item["name"])) if key}
    return known


def _allowed(row: Sequence[Any], limits: Mapping[str, str]) -> int:
    """Return the working days the province allows; 0 when none is stated or it counts calendar days."""
    code = row[8] or limits.get(row[4]) or limits.get(text.key(row[3])) or ""
    return int(code.removesuffix("wd")) if code.endswith("wd") else 0


def _made(rows: Sequence[Approval], excluded: Mapping[str, int]) -> Saved:
    total = durations.spread([row.used for row in rows])
    by_authority: dict[str, list[Approval]] = {}
    for row in rows:
        by_authority.setdefault(row.authority, []).append(row)
    groups = [
        Group(name, found, durations.saved([(row.used, row.allowed) for row in own]))
        for name, own in by_authority.items()
        if (found := durations.spread([row.used for row in own]))
    ]
    outliers = [row for row in rows if row.used > row.allowed or (total and row.used > total.high)]
    allowed = Decimal(sum(row.allowed for row in rows)) / len(rows) if rows else None
    return Saved(
        durations.saved([(row.used, row.allowed) for row in rows]),
        total,
        allowed.quantize(Decimal("0.01")) if allowed is not None else None,
        tuple(rows),
        tuple(sorted(groups, key=lambda one: (one.small, -(one.saved or 0), one.name))),
        tuple(sorted(outliers, key=lambda row: -row.used)),
        excluded,
    )
