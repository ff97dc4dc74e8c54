"""Write a timetable's changes: rows and the entry that says so, in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.content.actions import insert_many, seal_value
from bihuan.kernel.errors import Conflict, NotFound
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.ledger.actions import NewEntry, append_many
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.timetables import rows
from bihuan.lines.projects.timetables.rows import TimetableRow
from bihuan.logic.days import Day

#: Columns of a node that a change may set, with the SQL type of each.
_CHANGING = {
    "unit_id": "bigint", "duration": "int", "after": "jsonb", "planned_start": "date", "planned_finish": "date",
    "actual_start": "date", "actual_start_precision": "text", "actual_finish": "date",
    "actual_finish_precision": "text", "inferred": "boolean", "late_cause": "text", "late_side": "text",
    "late_standing": "text", "late_by_user": "bigint", "late_by_unit": "bigint",
}  # fmt: skip

Sets = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry to be: what each node gets (days as :class:`Day`), further facts, texts under their own keys."""

    move: str
    sets: Sets = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Any] = field(default_factory=dict)


def lock(timetable_id: int, ver: int | None = None) -> TimetableRow:
    """Hold a timetable until the end of the transaction; Conflict when the page was stale."""
    row = rows.timetables([timetable_id], lock=True).get(timetable_id)
    if row is None:
        raise NotFound(_("There is no such timetable, or you may not see it."))
    if ver is not None and ver != row.ver:
        raise Conflict(
            _("Somebody else has changed this timetable meanwhile. Nothing you entered was lost: reload it.")
        )
    return row


def record(
    actor: Actor, changes: Sequence[tuple[TimetableRow, Happened]], at: datetime | None = None
) -> None:
    """Append one entry for each timetable (already locked) and write what it says, set-based."""
    moment = now()
    entries, sealed = [], []
    for row, what in changes:
        seq = row.seq + 1
        values = [seal_value(row.id, seq, name, text, "open") for name, text in what.texts.items() if text]
        facts = {**what.facts, **({"nodes": _plain(what.sets)} if what.sets else {})}
        sealed += values
        commitments = {value.value.field: value.commitment for value in values}
        entries.append(NewEntry(row.id, seq, row.head, what.move, at or moment, actor, facts, commitments))
    appended = append_many(entries, moment)
    if sealed:
        insert_many(sealed)
    run(
        "UPDATE projects_timetable t SET seq = v.seq, head = v.head, ver = t.ver + 1"
        " FROM unnest(%s::bigint[], %s::int[], %s::bytea[]) AS v(id, seq, head) WHERE t.id = v.id",
        [[a.chain_id for a in appended], [a.seq for a in appended], [a.hash for a in appended]],
    )
    for row, what in changes:
        if what.columns:
            _set_columns(row.id, what.columns)
    _set_nodes([(row.id, key, values) for row, what in changes for key, values in what.sets.items()])


def _set_columns(timetable_id: int, columns: Mapping[str, Any]) -> None:
    names = list(columns)
    assign = ", ".join(f"{name} = %s" for name in names)
    sql = f"UPDATE projects_timetable SET {assign} WHERE id = %s"  # noqa: S608 - names are our own
    run(sql, [*columns.values(), timetable_id])


def _set_nodes(changed: Iterable[tuple[int, str, Mapping[str, Any]]]) -> None:
    """Write node columns: one statement for all nodes that get the same columns."""
    by_columns: dict[tuple[str, ...], list[tuple[int, str, dict[str, Any]]]] = {}
    for timetable_id, key, values in changed:
        stored = _stored(values)
        by_columns.setdefault(tuple(sorted(stored)), []).append((timetable_id, key, stored))
    for names, lines in by_columns.items():
        assign = ", ".join(f"{name} = v.{name}" for name in names)
        arrays = ", ".join(f"%s::{_CHANGING[name]}[]" for name in names)
        sql = f"""UPDATE projects_node n SET {assign}
                  FROM unnest(%s::bigint[], %s::text[], {arrays}) AS v(timetable_id, key, {", ".join(names)})
                  WHERE n.timetable_id = v.timetable_id AND n.key = v.key"""  # noqa: S608
        columns = [[line[2][name] for line in lines] for name in names]
        run(sql, [[line[0] for line in lines], [line[1] for line in lines], *columns])


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as columns; a day is kept as its first with its precision."""
    stored: dict[str, Any] = {}
    for name, value in values.items():
        if name in ("actual_start", "actual_finish"):
            stored[name] = value.first if value else None
            stored[f"{name}_precision"] = value.precision.value if value else ""
        else:
            stored[name] = value
    return stored


def _plain(sets: Sets) -> dict[str, dict[str, Any]]:
    return {key: {name: plain(value) for name, value in values.items()} for key, values in sets.items()}


def plain(value: Any) -> Any:
    """Return a value as an entry holds it."""
    if isinstance(value, Day):
        return value.code
    return value.isoformat() if isinstance(value, date) else value
