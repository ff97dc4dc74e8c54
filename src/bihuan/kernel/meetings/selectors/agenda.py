"""Items that wait for a meeting, in the order of harm, and what stands on an agenda."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from bihuan.kernel.clock.ground import current, ground, place_of
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter, by_ids
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import divisions
from bihuan.kernel.meetings import facts
from bihuan.kernel.meetings.about import about, scope_of
from bihuan.kernel.meetings.selectors import rules
from bihuan.kernel.meetings.selectors.deciding import Deciders
from bihuan.kernel.meetings.selectors.register import MeetingRow
from bihuan.kernel.now import local, now, today
from bihuan.kernel.permits.rules import Branch
from bihuan.kernel.permits.walk import condition
from bihuan.kernel.store.sql import run
from bihuan.logic.harm import Harm, Ranked, harm, ordered


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An agenda item with the matter it is about, its harm and how a meeting dealt with it ('' = not yet).

    ``position`` is the number a named person (``ranked_by``, a user's id) gave it, 0 for none.
    """

    item: MatterRow
    matter: MatterRow
    harm: Harm
    outcome: str = ""
    on: bool = False

    @property
    def place(self) -> int:
        """The rung it is proposed to."""
        return int(self.item.value("place", 0))

    @property
    def position(self) -> int:
        """The number a named person gave it."""
        return int(self.item.value("position", 0))

    @property
    def tabled(self) -> int:
        """How often a meeting put it off."""
        return int(self.item.value("tabled", 0))


def items(actor: Actor, *, stage: str = "", place: int = 0, limit: int = 200) -> list[ItemRow]:
    """Return the open items one sees, in the order they should be heard."""
    rungs = (("place", str(place)),) if place else ()
    what = Filter(kind="meetings.item", stage=stage, open=True, data=rungs)
    found, _more = flow.listed(actor, what, limit=limit)
    return ranked(found)


def draft(division: int, place: int, limit: int = 100) -> list[ItemRow]:
    """Return the items that wait for a meeting of one rung in a place and its parts, in order: a draft agenda."""
    where, values = _within(division)
    sql = (
        f"SELECT m.id FROM flow_matter m WHERE {where} AND m.open AND m.kind = 'meetings.item'"  # noqa: S608
        " AND m.stage = 'agreed' AND m.data ->> 'place' = %s ORDER BY m.id LIMIT %s"
    )
    found = by_ids([key for (key,) in run(sql, (*values, str(place), limit))])
    return ranked(list(found.values()))


def _within(division: int) -> tuple[str, list[Any]]:
    """Return the SQL condition that a matter ``m`` lies in a division or in a part of it; an unknown one holds none."""
    found = divisions.division(division)
    return condition(Branch(found.level, division)) if found else ("false", [])


def of_chair(found: Sequence[ItemRow], meeting: MeetingRow) -> list[ItemRow]:
    """Return the items that are for this meeting to hear: of its own place, or whose chair presides over it.

    A part with a chair of its own hears what is its own; it stands on the wider draft agenda all the same.
    """
    deciders = Deciders.load()

    def mine(row: ItemRow) -> bool:
        chair = deciders.find(scope_of(row.matter), meeting.place, about(row.matter))
        return row.item.division == meeting.division or (chair is not None and chair.post == meeting.chair)

    return [row for row in found if mine(row)]


@dataclass(frozen=True, slots=True)
class Taken:
    """An item that stands on the agenda of a meeting to come."""

    item: int
    title: str
    place: int
    meeting: int
    code: str
    begins: datetime


def taken(division: int) -> list[Taken]:
    """Return the items of a place and its parts that stand on an agenda: another meeting doesn't get them."""
    where, values = _within(division)
    sql = f"""
        SELECT m.id, m.title, (m.data ->> 'place')::int, g.matter, h.code, g.begins FROM meetings_agenda a
        JOIN flow_matter m ON m.id = a.item AND m.stage = 'scheduled' AND {where}
        JOIN meetings_meeting g ON g.matter = a.meeting JOIN flow_matter h ON h.id = g.matter
        WHERE a."on" ORDER BY g.begins, m.id"""  # noqa: S608
    return [Taken(*row) for row in run(sql, values)]


def agenda(meeting: int) -> list[ItemRow]:
    """Return what stands or stood on a meeting's agenda, in order."""
    sql = "SELECT item, \"on\", outcome FROM meetings_agenda WHERE meeting = %s AND outcome <> 'unschedule'"
    known = {item: (on, outcome) for item, on, outcome in run(sql, (meeting,))}
    found = by_ids(list(known))
    return ranked(list(found.values()), known)


def ranked(found: Sequence[MatterRow], known: Mapping[int, tuple[bool, str]] | None = None) -> list[ItemRow]:
    """Return items with their harm, in the order they should be heard; a handful of statements for any number."""
    parents = by_ids([row.parent for row in found])
    values = values_of(found, parents)
    weights = {scope: rules.weights(scope) for scope in {scope_of(row) for row in found}}
    rows = {}
    for row in found:
        if row.parent in parents:
            on, outcome = (known or {}).get(row.id, (False, ""))
            points = harm(values[row.id], weights[scope_of(row)])
            rows[row.id] = ItemRow(row, parents[row.parent], points, outcome, on)
    order = ordered([Ranked(key, row.harm, row.position) for key, row in rows.items()])
    return [rows[one.key] for one in order]


def values_of(
    found: Sequence[MatterRow], parents: Mapping[int, MatterRow]
) -> dict[int, dict[str, Decimal | int]]:
    """Return the values of the terms of harm, by item."""
    ground()
    known = facts.of(list(parents.values()))
    return {
        row.id: {**known[row.parent], **_own(row, parents[row.parent])}
        for row in found
        if row.parent in parents
    }


def _own(item: MatterRow, matter: MatterRow) -> dict[str, Decimal | int]:
    calendar, day = current().calendar(place_of(scope_of(matter))), today()
    late = 0
    if matter.open and matter.due and matter.clock == "running" and matter.due < now():
        late = max(calendar.working_between(local(matter.due).date(), day), 1)
    return {
        "late": late,
        "tabled": int(item.value("tabled", 0)),
        "reopened": matter.episode - 1,
        "waiting": calendar.working_between(local(item.created).date(), day),
    }


def grouped(rows: Sequence[ItemRow]) -> list[tuple[int, list[ItemRow]]]:
    """Return items by what they are about (the subject's id), each group where its first item stands."""
    groups: dict[int, list[ItemRow]] = {}
    for row in rows:
        groups.setdefault(row.matter.subject, []).append(row)
    return list(groups.items())
