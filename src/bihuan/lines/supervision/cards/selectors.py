"""What rules of cards find, and the cards and mentions there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bihuan.kernel.clock.ground import current, ground
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.now import local, now, today
from bihuan.kernel.store.sql import run

#: Colours from the gravest down: a unit for whom red is drafted gets no yellow beside it.
COLOURS = ("red", "yellow")


@dataclass(frozen=True, slots=True)
class Overdue:
    """A unit with at least so many cases open at least so many working days past their limit."""

    unit: int
    name: str
    colour: str
    cases: int
    days: int
    codes: tuple[str, ...]


def places() -> list[int]:
    """Return the divisions that have a supervision office."""
    sql = """SELECT DISTINCT division_id FROM identity_post
             WHERE role_id = 'supervisor' AND valid_from <= %(at)s AND (valid_until IS NULL OR valid_until > %(at)s)
             ORDER BY 1"""
    return [row[0] for row in run(sql, {"at": now()})]


_LATE = """
SELECT m.lead_unit, coalesce(nullif(o.short_name, ''), o.name), m.code, m.due FROM flow_matter m
JOIN identity_organisation o ON o.id = m.lead_unit AND o.kind = 'government'
WHERE m.open AND m.clock = 'running' AND m.due < %(now)s AND m.holder_unit = m.lead_unit
  AND m.line <> 'supervision' AND m.{level} = %(division)s AND m.{level} > 0 ORDER BY m.due, m.id
"""


def overdue(division: int, rules: Mapping[str, Mapping[str, Any]]) -> list[Overdue]:
    """Return the units for which the rules would have a card drafted, the gravest first."""
    scope = scope_of(division)
    level = next(
        name for name in ("park", "street", "county", "city", "province") if getattr(scope, name) == division
    )
    ground()
    calendar = current().calendar()
    held: dict[int, list[tuple[str, str, int]]] = {}
    for unit, name, code, due in run(_LATE.format(level=level), {"now": now(), "division": division}):
        late = calendar.working_between(local(due).date(), today())
        held.setdefault(unit, []).append((name, code, late))
    found: list[Overdue] = []
    for colour in COLOURS:
        asked = rules.get(colour)
        if not asked:
            continue
        for unit, cases in held.items():
            late_ones = [case for case in cases if case[2] >= int(asked["days"])]
            if len(late_ones) >= int(asked["cases"]) and all(one.unit != unit for one in found):
                codes = tuple(code for _name, code, _late in late_ones[:20])
                found.append(Overdue(unit, cases[0][0], colour, len(late_ones), int(asked["days"]), codes))
    return found


def listed(actor: Actor, kind: str, before: int = 0, limit: int = 50) -> tuple[list[MatterRow], int]:
    """Return cards or mentions one may see, newest first."""
    return flow.listed(actor, Filter(kind=kind), before=before, limit=limit, using="read")
