"""Read imports, and how much approval time was saved: government-side days only, against the province's limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import ground, place_of
from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.permits import walk
from bihuan.kernel.permits.rules import Branch, branches
from bihuan.kernel.registers.selectors import BRANCHES
from bihuan.kernel.store.sql import run
from bihuan.lines.agency import selectors
from bihuan.lines.agency.actions import CATALOGUE, IMPORT
from bihuan.lines.agency.approvals.models import DAYS, STOPS, Import
from bihuan.logic import durations, text
from bihuan.logic.days import Day, Precision
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
    accepted: date | None
    decided: date | None
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
FROM agency_approval m WHERE {there} AND {seen} ORDER BY m.id
"""
_DECIDED = 7
_STOPS = ", ".join(f"m.{stop}_from, m.{stop}_until" for stop in STOPS)


def saved(actor: Actor, asked: Asked | None = None, using: str = "default") -> Saved:
    """Return the time saved over the approvals the actor sees."""
    return _made(*judged(branches(actor), asked, using=using))


def judged(
    seen: Sequence[Branch], asked: Asked | None = None, at: datetime | None = None, using: str = "default"
) -> tuple[list[Approval], dict[str, list[Approval]]]:
    """Return (approvals that count, those left out by why); ``at``: as was known at that moment.

    An approval counts when acceptance and decision are known to the day and the province's limit is stated, in
    the export or in the catalogue, in working days. Days of correction, public notice and expert review are
    left out on both ends; the day of acceptance does not count.
    """
    excluded: dict[str, list[Approval]] = {"open": [], "imprecise": [], "no_limit": []}
    rows: list[Approval] = []
    limits, calendars = _limits(), _Calendars()
    for row in _read(seen, asked or Asked(), at, using):
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
            excluded[why].append(Approval(row[0], row[1], row[2], row[3], row[5], row[6], row[7], 0, allowed))
            continue
        stops = [
            (since, until or row[7]) for since, until in zip(row[11::2], row[12::2], strict=True) if since
        ]
        days = durations.used(row[6], row[7], stops, calendars.at(row[10]))
        rows.append(Approval(row[0], row[1], row[2], row[3], row[5], row[6], row[7], days, allowed))
    return rows, excluded


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


def _read(seen: Sequence[Branch], asked: Asked, at: datetime | None, using: str) -> list[tuple[Any, ...]]:
    found = [walk.condition(one) for one in seen if one.column == "*" or one.column in BRANCHES]
    if not found:
        return []
    params = [value for _sql, values in found for value in values]
    ways = " OR ".join(f"({sql})" for sql, _values in found)
    there = "m.withdrawn_at IS NULL"
    if at is not None:
        there = "m.created_at <= %s AND (m.withdrawn_at IS NULL OR m.withdrawn_at > %s)"
        params = [at, at, *params]
    rows = run(_ROWS.format(stops=_STOPS, there=there, seen=f"({ways})"), params, using)
    if at is not None:
        rows = _as_known(rows, at, using)
    return [row for row in rows if _asked_for(row, asked)]


def _asked_for(row: Sequence[Any], asked: Asked) -> bool:
    """Whether it is of the authority, item and days asked for; one without a decision is of no day."""
    decided = row[_DECIDED]
    return (
        (not asked.authority or row[5] == asked.authority)
        and (not asked.item or row[3] == asked.item)
        and (asked.since is None or (decided is not None and decided >= asked.since))
        and (asked.until is None or (decided is not None and decided <= asked.until))
    )


_THEN = """
SELECT DISTINCT ON (a.chain_id, c.key) a.chain_id, c.key, c.value ->> 'new'
FROM registers_amend a CROSS JOIN LATERAL jsonb_each(a.changes) c
WHERE a.chain_id = ANY(%s) AND a.recorded <= %s ORDER BY a.chain_id, c.key, a.seq DESC
"""


def _as_known(rows: Sequence[Sequence[Any]], at: datetime, using: str) -> list[tuple[Any, ...]]:
    """Return the same rows with what they said at a past moment."""
    held: dict[int, dict[str, str | None]] = {}
    for key, name, code in run(_THEN, ([row[0] for row in rows], at), using):
        held.setdefault(key, {})[name] = code
    made = []
    for row in rows:
        codes = held.get(row[0], {})
        days = {name: Day.decode(code) for name in DAYS if (code := codes.get(name))}
        precise = all(
            name in days and days[name].precision is Precision.DAY for name in ("accepted", "decided")
        )
        texts = [
            codes.get(name) or "" for name in ("number", "project_code", "item", "item_code", "authority")
        ]
        first = {name: day.first for name, day in days.items()}
        stops = [first.get(f"{stop}_{end}") for stop in STOPS for end in ("from", "until")]
        limit = codes.get("province_limit") or ""
        made.append(
            (row[0], *texts, first.get("accepted"), first.get("decided"), limit, precise, row[10], *stops)
        )
    return made


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


def _made(rows: Sequence[Approval], excluded: Mapping[str, Sequence[Approval]]) -> Saved:
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
        {why: len(left) for why, left in excluded.items()},
    )
