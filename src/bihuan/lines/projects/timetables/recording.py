"""Record what happens to a node: begun, done, stopped, why it is late. Every change is an entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.files.actions import keep
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.now import today as this_day
from bihuan.kernel.permits.rules import in_scope
from bihuan.kernel.registers.actions import amend
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.projects.timetables import core, rows
from bihuan.lines.projects.timetables.computing import recompute
from bihuan.lines.projects.timetables.core import NodeRow, happened
from bihuan.lines.projects.timetables.days import calendar
from bihuan.lines.projects.timetables.facts import Changes, applied, refresh, settle
from bihuan.lines.projects.timetables.rows import ProjectRow, TimetableRow
from bihuan.lines.projects.timetables.words import CAUSES, SIDES, STOP_CAUSES
from bihuan.lines.projects.timetables.writing import Happened, lock, record
from bihuan.logic.days import Day, Precision
from bihuan.logic.workdays import Calendar

#: Who records in their place, and who rules on whose days they were.
_HANDS = {"coordinator", "officer", "leader"}
_JUDGES = {"coordinator", "leader"}
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held:
    """A timetable under lock, with all one needs to change it."""

    project: ProjectRow
    row: TimetableRow
    nodes: tuple[NodeRow, ...]
    today: date
    on: Calendar

    def node(self, key: str) -> NodeRow:
        """Return a node; NotFound when there is none."""
        for node in self.nodes:
            if node.key == key:
                return node
        raise NotFound(_("There is no such node in this timetable."), where=key)


def hold(actor: Actor, timetable_id: int, ver: int | None = None) -> Held:
    """Lock project and timetable in this order; NotFound for whoever may not see the project."""
    found = rows.timetables([timetable_id]).get(timetable_id)
    project = rows.projects([found.project], lock=True).get(found.project) if found else None
    if found is None or project is None or not rows.sees(actor, project):
        raise NotFound(_("There is no such timetable, or you may not see it."))
    row = lock(timetable_id, ver)
    if row.state == "replaced":
        raise Conflict(_("This version of the timetable has been replaced: change the present one."))
    nodes = rows.nodes([timetable_id])[timetable_id]
    return Held(project, row, nodes, this_day(), calendar(project.scope))


def may_record(actor: Actor, project: ProjectRow, node: NodeRow | None = None) -> bool:
    """Whether the actor keeps this timetable: the centre and its officers, the lead unit, the node's own."""
    if actor.kind is Kind.SYSTEM:
        return True
    if actor.kind not in {Kind.POST, Kind.TOKEN}:
        return False
    if actor.role in _HANDS and in_scope(actor, project.scope):
        return True
    units = {project.lead_unit, node.unit_id if node else 0} - {0}
    return actor.unit in units


def may_judge(actor: Actor, project: ProjectRow) -> bool:
    """Whether the actor rules on whose days a late span was."""
    return actor.kind is Kind.SYSTEM or (
        actor.kind is Kind.POST and actor.role in _JUDGES and in_scope(actor, project.scope)
    )


def _need_hand(actor: Actor, held: Held, node: NodeRow) -> None:
    if not may_record(actor, held.project, node):
        raise Refused(_("Your post does not keep this node. Ask the coordination centre."), where=node.key)


def _write(actor: Actor, held: Held, what: Happened) -> None:
    record(actor, [(held.row, what)])
    recompute([held.row.id], held.today)


# Begun and done --------------------------------------------------------------------------------------------


def record_actual(
    actor: Actor,
    timetable_id: int,
    key: str,
    *,
    start: Day | None = None,
    finish: Day | None = None,
    not_done: bool = False,
    note: str = "",
    ver: int | None = None,
) -> None:
    """Record when a node began or was done; ``not_done`` takes an inferred or wrong finish back.

    For a statutory limit ``start`` is the day of acceptance, which does not count: the node
    begins the day after. A node that stands for a fact of the register writes it there too.
    """
    with atomic():
        held = hold(actor, timetable_id, ver)
        node = held.node(key)
        _need_hand(actor, held, node)
        values = _taken_back(node) if not_done else _actuals(held, node, start, finish)
        changed = {name: value for name, value in values.items() if getattr(node, name) != value}
        if not changed:
            return
        after = applied(node, changed)
        sets: Changes = {key: changed}
        if not not_done:
            sets = settle(held.nodes, sets, held.on, held.today)
        move = "node.not_done" if not_done else "node.done" if after.actual_finish else "node.begun"
        _write(actor, held, Happened(move, sets, {"node": key}, {"note": note}))
        if node.fact and "actual_finish" in changed:
            _tell_register(actor, held, node, changed["actual_finish"])


def record_progress(actor: Actor, timetable_id: int, key: str, seen: str) -> None:
    """Record what somebody saw of a node's progress; its days stay as they are."""
    with atomic():
        held = hold(actor, timetable_id)
        _need_hand(actor, held, held.node(key))
        record(actor, [(held.row, Happened("node.progress", {}, {"node": key}, {"note": seen}))])


def put_back(
    actor: Actor, timetable_id: int, key: str, entered: Sequence[Day | None], before: Mapping[str, Any]
) -> bool:
    """Put a node back to the days ``before``, if it still says what was ``entered`` (start, finish).

    Returns False when somebody has changed it since: then it stays.
    """
    with atomic():
        held = hold(actor, timetable_id)
        node = held.node(key)
        _need_hand(actor, held, node)
        written = _actuals(held, node, *entered)
        if any(getattr(node, name) != value for name, value in written.items()):
            return False
        sets = settle(held.nodes, {key: dict(before)}, held.on, held.today)
        _write(actor, held, Happened("node.put_back", sets, {"node": key}))
        if node.fact and node.actual_finish != before["actual_finish"]:
            day = None if before["inferred"] else before["actual_finish"]
            _tell_register(actor, held, node, day)
    return True


def _taken_back(node: NodeRow) -> dict[str, Any]:
    back: dict[str, Any] = {"actual_finish": None, "inferred": False}
    return back | ({"actual_start": None} if node.milestone else {})


def _actuals(held: Held, node: NodeRow, start: Day | None, finish: Day | None) -> dict[str, Any]:
    if start is None and finish is None:
        raise BadInput(_("Please give the day it began or the day it was done."), where="start")
    for name, day in (("start", start), ("finish", finish)):
        if day and day.first > held.today:
            raise BadInput(_("This day is still to come."), where=name)
    if node.milestone:
        return {"actual_start": finish or start, "actual_finish": finish or start, "inferred": False}
    if start and node.statutory and start.precision is Precision.DAY:
        start = Day(held.on.add(start.first, 1, node.unit))
    values: dict[str, Any] = {}
    if start:
        values["actual_start"] = start
    if finish:
        values |= {"actual_finish": finish, "inferred": False}
    began, ended = start or node.actual_start, finish or (None if node.inferred else node.actual_finish)
    if began and ended and began.first > ended.last:
        raise BadInput(_("It can't be done before it begins."), where="finish")
    if start and not finish and node.inferred:
        # Somebody says it has only begun: then it is not done by what others imply.
        values |= {"actual_finish": None, "inferred": False}
    return values


def _tell_register(actor: Actor, held: Held, node: NodeRow, day: Day | None) -> None:
    """Enter once: the same day stands in the register, and from there in the project's other timetable."""
    from bihuan.lines.projects.registers import PROJECTS

    if held.project.days.get(node.fact) != day:
        amend(actor, PROJECTS, held.project.id, {node.fact: day})
        refresh(actor, list(rows.projects([held.project.id], lock=True).values()))


# Stopped ---------------------------------------------------------------------------------------------------


def stop_node(
    actor: Actor, timetable_id: int, key: str, since: date, cause: str, evidence: Sequence[int],
    *, until: date | None = None, note: str = "", ver: int | None = None,
) -> None:  # fmt: skip
    """Let a node's clock stand still from a day on, for a declared cause and with evidence (file ids)."""
    with atomic():
        held = hold(actor, timetable_id, ver)
        node = held.node(key)
        _need_hand(actor, held, node)
        _check_stop(held, node, since, until, cause, evidence)
        keep(evidence)
        facts = {"node": key, "since": since.isoformat(), "cause": cause, "evidence": list(evidence)}
        facts |= {"until": until.isoformat()} if until else {}
        run(
            "INSERT INTO projects_node_stop (node_id, since, until, cause, evidence)"
            " VALUES (%s, %s, %s, %s, to_jsonb(%s::bigint[]))",
            (node.id, since, until, cause, list(evidence)),
        )
        _write(actor, held, Happened("node.stopped", facts=facts, texts={"note": note}))


def _check_stop(
    held: Held, node: NodeRow, since: date, until: date | None, cause: str, evidence: Sequence[int]
) -> None:
    if cause not in STOP_CAUSES:
        raise BadInput(_("A clock stops only for a cause the rules name."), where="cause")
    if not evidence:
        raise BadInput(_("Stopping a clock needs evidence: a notice, a letter or a photo."), where="evidence")
    if since > held.today or (until and (until > held.today or until < since)):
        raise BadInput(_("These days can't be."), where="since")
    if not node.actual_start or node.actual_finish:
        raise Conflict(_("Only the clock of a node that has begun and is not done can stop."), where=node.key)
    if since < happened(node.actual_start, held.on, held.today):
        raise BadInput(_("The clock can't have stopped before the node began."), where="since")
    for stop in node.stops:
        if since <= (stop.until or held.today) and stop.since <= (until or held.today):
            raise Conflict(_("The clock was standing still already in these days."), where="since")


def resume_node(
    actor: Actor, timetable_id: int, key: str, on: date, *, note: str = "", ver: int | None = None
) -> None:
    """Let the clock run again from ``on``; the day before was the last it stood."""
    with atomic():
        held = hold(actor, timetable_id, ver)
        node = held.node(key)
        _need_hand(actor, held, node)
        stop = node.stopped
        if stop is None:
            raise Conflict(_("The clock of this node is running."), where=key)
        if not stop.since < on <= held.today + _ONE:
            raise BadInput(_("It can only go on after it stopped, and not later than tomorrow."), where="on")
        until = on - _ONE
        run("UPDATE projects_node_stop SET until = %s WHERE node_id = %s AND until IS NULL", (until, node.id))
        facts = {"node": key, "since": stop.since.isoformat(), "until": until.isoformat()}
        _write(actor, held, Happened("node.resumed", facts=facts, texts={"note": note}))


# Late: why, and whose days ------------------------------------------------------------------------------------


def agree_cause(
    actor: Actor,
    timetable_id: int,
    key: str,
    cause: str,
    side: str,
    *,
    note: str = "",
    ver: int | None = None,
) -> str:
    """Say why a node is late and whose days they are; return "proposed" or "agreed".

    Agreed is what a second body says too: another unit, or the enterprise itself.
    """
    with atomic():
        held, node = _late(actor, timetable_id, key, cause, side, ver)
        own = bool(actor.party) and actor.party == held.project.party
        if not own:
            _need_hand(actor, held, node)
        if node.late_standing == "ruled":
            raise Conflict(_("This has been ruled on."), where=key)
        who = actor.unit or actor.party
        same = (node.late_cause, node.late_side) == (cause, side)
        if same and node.late_standing == "agreed":
            return "agreed"
        seconded = same and node.late_standing == "proposed" and who and who != node.late_by_unit
        standing = "agreed" if seconded else "proposed"
        _set_late(actor, held, key, cause, side, standing, note)
    return standing


def rule_cause(
    actor: Actor, timetable_id: int, key: str, cause: str, side: str, *, note: str, ver: int | None = None
) -> None:
    """Rule on why a node is late and whose days they are, when those concerned don't agree; needs a reason."""
    with atomic():
        held, node = _late(actor, timetable_id, key, cause, side, ver)
        if not may_judge(actor, held.project):
            raise Refused(_("Ruling on lateness is for the coordination centre or the leader."), where=key)
        if node.late_standing == "proposed" and actor.user and node.late_by_user == actor.user:
            raise Refused(_("You proposed this cause yourself; someone else has to rule."), where=key)
        if not note.strip():
            raise BadInput(_("A ruling needs its reason."), where="note")
        _set_late(actor, held, key, cause, side, "ruled", note)


def _late(
    actor: Actor, timetable_id: int, key: str, cause: str, side: str, ver: int | None
) -> tuple[Held, NodeRow]:
    held = hold(actor, timetable_id, ver)
    node = held.node(key)
    if cause not in CAUSES or side not in SIDES:
        raise BadInput(_("Please choose a cause and a side from the list."), where="cause")
    if not held.row.approved:
        raise Conflict(_("Only against an approved timetable can a node be late."), where=key)
    reading = core.read(held.nodes, held.row.anchor, held.today, held.on)
    if core.lateness(node, reading.dates[key], held.on) <= 0:
        raise Conflict(_("This node is not late."), where=key)
    return held, node


def _set_late(actor: Actor, held: Held, key: str, cause: str, side: str, standing: str, note: str) -> None:
    values = {
        "late_cause": cause, "late_side": side, "late_standing": standing, "late_by_user": actor.user,
        "late_by_unit": actor.unit or actor.party,
    }  # fmt: skip
    _write(actor, held, Happened("node.late", {key: values}, {"node": key}, {"note": note}))


# The draft itself ----------------------------------------------------------------------------------------------


def adjust_node(
    actor: Actor, timetable_id: int, key: str, *, duration: int | None = None, unit_id: int | None = None,
    reason: str = "", ver: int | None = None,
) -> None:  # fmt: skip
    """Change a node's duration (drafts only, with a reason) or the unit responsible for it."""
    with atomic():
        held = hold(actor, timetable_id, ver)
        node = held.node(key)
        if not may_record(actor, held.project):
            raise Refused(_("Your post does not keep this node. Ask the coordination centre."), where=key)
        values: dict[str, Any] = {}
        if unit_id is not None and unit_id != node.unit_id:
            values["unit_id"] = unit_id
        if duration is not None and duration != node.duration:
            _check_duration(held, node, duration, reason)
            values["duration"] = duration
        if values:
            _write(actor, held, Happened("node.adjusted", {key: values}, {"node": key}, {"note": reason}))


def _check_duration(held: Held, node: NodeRow, duration: int, reason: str) -> None:
    if held.row.approved:
        raise Conflict(
            _("The baseline is approved: its durations stand. Move the date to draft a new one."),
            where=node.key,
        )
    if not reason.strip():
        raise BadInput(_("Changing a duration needs a reason."), where="reason")
    if node.milestone or not 1 <= duration <= 3660:
        raise BadInput(
            _("A milestone has no duration; every other node lasts at least a day."), where="duration"
        )


def plan_nodes(
    actor: Actor,
    timetable_id: int,
    days: Mapping[str, tuple[date, date]],
    *,
    reason: str,
    ver: int | None = None,
) -> list[str]:
    """Amend the plan days of open nodes of an approved timetable, in one entry; return the nodes that changed.

    Plan days only come forward: what was approved as the latest stays the latest.
    """
    with atomic():
        held = hold(actor, timetable_id, ver)
        if not may_record(actor, held.project):
            raise Refused(_("Your post does not keep this timetable. Ask the coordination centre."))
        if not reason.strip():
            raise BadInput(_("Changing plan days needs a reason."), where="reason")
        sets = {
            node.key: {"planned_start": days[node.key][0], "planned_finish": days[node.key][1]}
            for node in held.nodes
            if node.key in days
            and not node.actual_finish
            and node.planned_finish
            and days[node.key][1] < node.planned_finish
        }
        if sets:
            _write(actor, held, Happened("node.planned", sets, {}, {"note": reason}))
        return list(sets)
