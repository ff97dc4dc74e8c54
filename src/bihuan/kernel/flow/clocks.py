"""The clock operations of a move, worked out by the clock room and written in the move's own statement."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from bihuan.kernel.clock import ground as grounds
from bihuan.kernel.clock import values as clock
from bihuan.kernel.clock.rows import AS_JSON, OPEN, ClockRow, Insert, Update, Writes
from bihuan.kernel.clock.rows import from_json as open_clocks
from bihuan.kernel.errors import BadInput
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.statement import Statement
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.now import local
from bihuan.kernel.store.many import insert_rows
from bihuan.kernel.store.sql import run
from bihuan.logic.mechanism import Limit, Mechanism

#: The open clocks of matter ``m`` as one JSON value, read beside it.
RUNNING = OPEN
#: A limit whose rule begins so runs until the day, or to the moment, a form field names; after a bar stands what
#: holds for an empty one.
UNTIL = "date:"
#: One that begins so runs under the limit rows that a form field names, so that a matter chooses between presets.
BY = "by:"
#: Where the reason for more time stands: it is text, so it lies in the entry's content.
REASON = "content:reason"

__all__ = ["RUNNING", "ClockRow", "Work", "from_json", "running_of", "work", "write", "write_many"]


@dataclass(slots=True)
class Work:
    """What the operations come to: matter columns, what the entry tells, and the rows."""

    columns: dict[str, Any] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    inserts: list[Insert] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)

    def of(self, matter_id: int) -> "Work":
        """Return the same work for another matter that opens: new clocks only, whose first column is the matter."""
        inserts = [
            Insert(one.table, one.columns, tuple((matter_id, *row[1:]) for row in one.rows))
            for one in self.inserts
        ]
        return Work(self.columns, self.told, inserts)


def from_json(value: Any) -> list[ClockRow]:
    """Read the running clocks as fetched beside the matter."""
    return open_clocks(json.loads(value) if isinstance(value, str) else value)


def work(
    ops: Sequence[tuple[str, str]],
    row: MatterRow,
    running: Sequence[ClockRow],
    values: Mapping[str, Any],
    rules: Mechanism,
    *,
    actor: Actor,
    at: datetime,
    episode: int,
    stamp: UUID | None = None,
) -> Work:
    """Work out the operations in order; stopping or resuming a clock that isn't there does nothing.

    ``stamp`` names the tables' version as read beside the matter; without it they are asked for.
    """
    done = Work()
    if not ops:
        return done
    on = grounds.ground(stamp)
    limits = {limit.name: limit for limit in rules.limits}
    by_name = {one.name: one for one in running}
    for op, name in ops:
        made = _one(op, limits[name], by_name.get(name), row, values, on, actor=actor, at=at, episode=episode)
        if made is not None:
            _add(done, made)
    return done


def _one(
    op: str,
    limit: Limit,
    found: ClockRow | None,
    row: MatterRow,
    values: Mapping[str, Any],
    on: grounds.Ground,
    *,
    actor: Actor,
    at: datetime,
    episode: int,
) -> Writes | None:
    if op == "start":
        # A clock that already runs goes on: handing over or assigning anew never restarts it.
        return None if found else _start(limit, row, values, on, at, episode)
    if found is None:
        if op in {"ask", "grant", "refuse"}:
            raise BadInput(_("No time limit runs here."), where=limit.name)
        return None
    if op == "stop":
        return clock.close_values(found, at)
    if op in {"pause", "resume", "renew"}:
        return _stand(op, found, values, on, at)
    if op == "ask":
        return clock.ask_values(found, at, int(values.get("days", 0)), "wd", REASON, actor.post)
    until = values.get("until") if op == "grant" else None
    moment = datetime.fromisoformat(str(until)) if until else None
    return clock.extend_values(found, at, op == "grant", actor.post, on, moment)


def _stand(
    op: str, found: ClockRow, values: Mapping[str, Any], on: grounds.Ground, at: datetime
) -> Writes | None:
    """Stop a running clock, let a stopped one run (nothing when it already is so), or let it begin anew."""
    if op == "renew":
        return clock.renew_values(found, at, on)
    if (op == "pause") == bool(found.paused):
        return None
    if op == "resume":
        return clock.resume_values(found, at, on)
    return clock.pause_values(found, at, str(values.get("cause", "answered")), _evidence(values))


def _start(
    limit: Limit, row: MatterRow, values: Mapping[str, Any], on: grounds.Ground, at: datetime, episode: int
) -> Writes:
    scope = Scope(**{name: getattr(row, name) for name in Scope.__dataclass_fields__})
    told: dict[str, Any] = {"matter_id": row.id, "name": limit.name, "main": limit.main, "on": on}
    asked, rule = _chosen(limit.rule, values, row)
    if not asked:
        return clock.start_values(rule, scope, at, episode, **told)
    told_until = str(values[asked])
    if "T" in told_until:
        return clock.start_to(datetime.fromisoformat(told_until), scope, at, episode, rule=limit.rule, **told)
    until = date.fromisoformat(told_until)
    if until <= local(at).date():
        raise BadInput(_("Please choose a day that is still to come."), where=asked)
    return clock.start_until(until, scope, at, episode, rule=limit.rule, **told)


def _chosen(rule: str, values: Mapping[str, Any], row: MatterRow) -> tuple[str, str]:
    """Return (field that names the last day, "") or ("", rule): the first part of the rule that says something."""
    *parts, last = rule.split("|")
    for part in (*parts, last):
        if part.startswith(UNTIL) and (values.get(name := part.removeprefix(UNTIL)) or (part is last)):
            return name, ""
        # What was chosen once holds for later episodes, too; a day that was named is over by then.
        name = part.removeprefix(BY)
        if part.startswith(BY) and (named := values.get(name) or row.value(name)):
            return "", str(named)
    return "", last


def _evidence(values: Mapping[str, Any]) -> str:
    files = values.get("evidence", ())
    return " ".join(str(one) for one in (files if isinstance(files, list) else [files]))[:200]


def _add(done: Work, made: Writes) -> None:
    done.told.append(made.told)
    done.inserts.extend(made.inserts)
    done.updates.extend(made.updates)
    if made.main:
        done.columns["due"] = made.due
        done.columns["clock"] = made.state if made.state in {"running", "paused"} else "none"


def write(statement: Statement, done: Work) -> None:
    """Add the rows to the statement."""
    for one in done.inserts:
        statement.insert(one.table, one.columns, one.rows)
    for change in done.updates:
        statement.update(change.table, change.assign, change.where, change.params)


def running_of(matter_ids: list[int]) -> dict[int, list[ClockRow]]:
    """Return the running and paused clocks of many matters with one statement."""
    sql = (
        f"SELECT c.matter_id, {AS_JSON} FROM clock_clock c WHERE c.matter_id = ANY(%s) AND c.ended_at IS NULL"  # noqa: S608
    )
    found: dict[int, list[ClockRow]] = {}
    for matter_id, value in run(sql, (matter_ids,)):
        found.setdefault(matter_id, []).extend(
            from_json([json.loads(value) if isinstance(value, str) else value])
        )
    return found


def write_many(works: Sequence[Work]) -> None:
    """Write the clocks of a batch: one INSERT a table, one UPDATE a shape."""
    inserts: dict[str, list[Insert]] = {}
    updates: dict[tuple[str, str, str], list[tuple[Any, ...]]] = {}
    for done in works:
        for one in done.inserts:
            inserts.setdefault(one.table, []).append(one)
        for change in done.updates:
            updates.setdefault((change.table, change.assign, change.where), []).append(change.params)
    for table, made in inserts.items():
        _insert(table, made)
    for (table, assign, where), params in updates.items():
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET {assign} WHERE {where}", params)  # noqa: S608


def _insert(table: str, made: Sequence[Insert]) -> None:
    names = [name for name, _kind in made[0].columns]
    insert_rows(table, names, (values for one in made for values in one.rows))
