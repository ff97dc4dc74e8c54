"""Nodes of approved timetables as cases anybody may judge: when due, when done, and whose the delay was."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bihuan.kernel.identity.actors import LEVELS
from bihuan.kernel.now import local, now
from bihuan.kernel.store.sql import run
from bihuan.lines.projects import contracts
from bihuan.lines.projects.contracts import NodeCase

#: The baselines in force at a moment; what was done before one was approved is none of its cases.
_NODES = """
WITH base AS MATERIALIZED (
  SELECT t.id, t.matter, t.project_id, (t.approved_at AT TIME ZONE 'Asia/Shanghai')::date AS since
  FROM projects_timetable t JOIN projects_project p ON p.id = t.project_id
  WHERE p.{level} = %(division)s AND p.{level} > 0 AND p.withdrawn_at IS NULL
    AND t.approved_at < %(at)s AND (t.replaced_at IS NULL OR t.replaced_at >= %(at)s))
SELECT n.id, b.id, b.matter, b.project_id, n.key, n.title, n.phase, n.side, n.unit_id, n.planned_start,
       n.planned_finish, n.actual_finish, n.inferred, n.late_side, n.late_standing
FROM base b JOIN projects_node n ON n.timetable_id = b.id
WHERE n.planned_finish >= b.since ORDER BY n.id
"""
_STOPS = """
SELECT s.node_id, s.since, s.until FROM projects_node_stop s WHERE s.node_id = ANY(%s) AND s.since <= %s
"""
#: What the entries of timetables say of their nodes, oldest first: the table holds only what is so now.
_SAID = """
SELECT l.chain_id, k.key, k.value ->> 'actual_finish', k.value ? 'actual_finish', k.value ->> 'inferred',
       k.value ->> 'unit_id', k.value ->> 'late_side', k.value ->> 'late_standing', l.at
FROM ledger_entry l, jsonb_each(l.text::jsonb #> '{facts,nodes}') k
WHERE l.chain_id = ANY(%(chains)s) AND l.recorded < %(known)s AND (NOT %(late)s OR l.move = 'node.late')
  AND l.text LIKE '%%"nodes":%%' ORDER BY l.chain_id, l.seq
"""
#: What two bodies said, or a ruling; one body's word alone settles nothing.
_SETTLED = frozenset({"agreed", "ruled"})


@contracts.NODE_CASES.bind
def node_cases(level: str, division: int, at: datetime, known: datetime) -> list[NodeCase]:
    """Return the nodes of the baselines in force at ``at`` (exclusive), as known at ``known``."""
    if level not in LEVELS:
        raise ValueError(f"no level {level}")
    rows = run(_NODES.format(level=level), {"division": division, "at": at}, "read")
    until = local(at - timedelta(microseconds=1)).date()
    past = known < now()
    late = {row[1] for row in rows if row[14] in _SETTLED}
    said = _said(sorted({row[1] for row in rows} if past else late), known, late=not past)
    stops = _stops([row[0] for row in rows], until)
    return [
        _case(row, said.get((row[1], row[4]), {}), stops.get(row[0], ()), until, past=past) for row in rows
    ]


def _said(chains: Sequence[int], known: datetime, *, late: bool) -> dict[tuple[int, str], dict[str, Any]]:
    found: dict[tuple[int, str], dict[str, Any]] = defaultdict(dict)
    params = {"chains": list(chains), "known": known, "late": late}
    for chain, key, finish, told, inferred, unit, side, standing, at in run(_SAID, params, "read"):
        held = found[chain, key]
        if told:
            held |= {"finish": finish, "inferred": inferred == "true"}
        if unit is not None:
            held["unit"] = int(unit)
        if standing is not None:
            held |= {"side": side, "standing": standing, "at": at}
    return found


def _stops(nodes: Sequence[int], until: date) -> Mapping[int, list[tuple[date, date | None]]]:
    found: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for node, since, ended in run(_STOPS, (list(nodes), until), "read"):
        found[node].append((since, ended if ended and ended <= until else None))
    return found


def _case(
    row: tuple[Any, ...],
    said: Mapping[str, Any],
    stops: Sequence[tuple[date, date | None]],
    until: date,
    *,
    past: bool,
) -> NodeCase:
    key, _chain, matter, project, _name, title, phase, side, unit, start, planned, finish, inferred, *late = (
        row
    )
    if past:
        finish, inferred, unit = _day(said.get("finish")), said.get("inferred", False), said.get("unit", 0)
        late = [said.get("side", ""), said.get("standing", "")]
    if finish and finish > until:
        finish = None
    stood = sum(
        max(0, (min(ended or until, finish or until) - max(since, start)).days + 1) for since, ended in stops
    )
    control, ruled = planned + timedelta(days=stood), late[1] in _SETTLED
    unknown = bool(inferred and finish and finish > control)
    return NodeCase(
        key, matter, project, title, phase, unit, control, None if unknown else finish, unknown,
        not finish and any(ended is None for _since, ended in stops), side,
        late[0] if ruled else "", said.get("at") if ruled else None,
    )  # fmt: skip


def _day(code: str | None) -> date | None:
    """Return the first day of a day as entries write it: 2026, 2026-03, 2026-03-02."""
    return date.fromisoformat(f"{code}-01-01"[:10]) if code else None
