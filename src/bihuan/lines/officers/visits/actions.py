"""Plan a visit, join one, and note it: one form whose ticks land where they belong, in one transaction."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, Refused
from bihuan.kernel.files.actions import attach
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actions.record import record
from bihuan.kernel.identity.actors import Actor, Kind, Scope
from bihuan.kernel.now import now, today
from bihuan.kernel.registers.actions import amend
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.officers import selectors as officers
from bihuan.lines.officers.visits import selectors
from bihuan.lines.officers.visits.register import VISITS
from bihuan.lines.officers.visits.selectors import NeedRow, Quiet, VisitRow
from bihuan.lines.projects import contracts as projects

_TITLE = 200


@dataclass(frozen=True, slots=True)
class Target:
    """What is visited: an enterprise, a project or both, and where it lies."""

    name: str
    scope: Scope
    enterprise: int = 0
    project: int = 0
    party: int = 0


class QuotaSpent(BadInput):
    """The enterprise has been visited often enough this month; ``join`` is the visit one may join."""

    def __init__(self, message: str, join: int) -> None:
        super().__init__(message, where="why")
        self.join = join


def _quota_spent(quiet: Quiet) -> QuotaSpent:
    first = quiet.visits[0]
    text = _(
        "%(count)d visits this month already, %(quota)d are allowed. Join the one of %(day)s (%(unit)s),"
        " or say why this one is needed."
    ) % {
        "count": len(quiet.visits),
        "quota": quiet.quota,
        "day": first.day,
        "unit": first.unit_name or first.who,
    }
    waiting = next((row for row in quiet.visits if row.state == "planned"), None)
    return QuotaSpent(text, waiting.id if waiting else 0)


def _need_post(actor: Actor) -> None:
    if actor.kind not in (Kind.POST, Kind.TOKEN) or not actor.post:
        raise Refused(_("Only somebody with a post visits."), where="post")


def plan(actor: Actor, target: Target, day: date, *, purpose: str = "", why: str = "", key: str = "") -> int:
    """Plan a visit; QuotaSpent when the month's visits are spent and no reason is given."""
    _need_post(actor)
    if day < today():
        raise BadInput(_("This day has passed: note the visit instead."), where="day")
    values: dict[str, Any] = {"day": day, "state": "planned", "purpose": purpose[:200], "why": why[:300]}
    with atomic():
        _wait_for(target)
        if not _seen(actor, key):
            _ask_quota(target, day, why)
        return _write(actor, target, values, key)


def _ask_quota(target: Target, day: date, why: str, *, but: int = 0) -> None:
    quiet = selectors.quiet(target.enterprise, target.project, day, target.scope, but=but)
    if quiet.spent and quiet.visits and not why.strip():
        raise _quota_spent(quiet)


def _wait_for(target: Target) -> None:
    """Let all who plan or note visits to one target wait for each other: the quota is counted once at a time."""
    name = f"officers.visit:{target.enterprise or target.project}"
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (name,))


def _seen(actor: Actor, key: str) -> bool:
    sql = """SELECT 1 FROM registers_amend WHERE register = %s AND actor_kind = %s AND actor_user = %s AND key = %s
             AND key <> ''"""
    return bool(run(sql, (VISITS.name, str(actor.kind), actor.user, key)))


def _write(
    actor: Actor, target: Target, values: Mapping[str, Any], key: str, row_id: int | None = None
) -> int:
    said: dict[str, Any] = {name: value for name, value in values.items() if value not in ("", None)}
    if row_id is None:
        said |= {"enterprise": str(target.enterprise or ""), "project": str(target.project or "")}
        said |= {"post": str(actor.post)}
        said = {name: value for name, value in said.items() if value != ""}
    columns = {"lead_unit": actor.unit, "party": target.party}
    return amend(actor, VISITS, row_id, said, scope=target.scope, columns=columns, key=key)


def join(actor: Actor, visit_id: int, purpose: str = "") -> None:
    """Go along on a visit another department has planned: one visit, several questions."""
    _need_post(actor)
    row = selectors.visit(actor, visit_id)
    if row.state != "planned":
        raise Conflict(_("This visit is over: plan another one."), where="visit")
    if row.unit == actor.unit:
        raise BadInput(_("Your own unit goes already."), where="visit")
    run(
        """INSERT INTO officers_visit_joined (visit_id, unit, post, at, purpose) VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT DO NOTHING""",
        (visit_id, actor.unit, actor.post, now(), purpose[:200]),
    )


def cancel(actor: Actor, visit_id: int, reason: str) -> None:
    """Call a planned visit off; whoever planned it or the centre may."""
    row = selectors.visit(actor, visit_id)
    if row.post != actor.post and actor.role != "coordinator":
        raise Refused(_("Whoever planned the visit, or the centre, calls it off."), where="visit")
    if row.state != "planned":
        raise Conflict(_("This visit is over."), where="visit")
    amend(actor, VISITS, visit_id, {"state": "cancelled"}, cause=reason[:200], ver=row.ver)


# Noting a visit ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Noted:
    """What a visit came to: its row, the matters it opened (codes), the duties it kept."""

    visit: int
    opened: list[str] = field(default_factory=list)
    kept: int = 0
    again: bool = False


def note(
    actor: Actor, target: Target, values: Mapping[str, Any], *, planned: int = 0, key: str = ""
) -> Noted:
    """Note a visit: contact, node date, progress, one problem per ticked need, hazards, files; all or nothing.

    ``values`` are those of :func:`visits.forms.visit_form`; ``planned`` is the planned visit this was. The same
    ``key`` with the same content happens once.
    """
    _need_post(actor)
    day = date.fromisoformat(values["day"])
    if day > today():
        raise BadInput(_("This day is still to come: plan the visit instead."), where="day")
    with atomic():
        _wait_for(target)
        again = _seen(actor, key)
        if not again and not planned:
            _ask_quota(target, day, values.get("why", ""))
        row_id = _write(actor, target, _kept_values(values, day), key, _own_plan(actor, target, planned))
        done = Noted(row_id, again=again)
        if not again:
            _carry_out(actor, target, values, day, done, key)
    return done


def _own_plan(actor: Actor, target: Target, planned: int) -> int | None:
    if not planned:
        return None
    row: VisitRow = selectors.visit(actor, planned)
    if (row.enterprise, row.project) != (target.enterprise, target.project):
        raise BadInput(_("This plan is for another enterprise."), where="planned")
    return planned


def _kept_values(values: Mapping[str, Any], day: date) -> dict[str, Any]:
    ticks = {
        name: values[name] for name in ("asked", "needs", "hazards", "node", "node_state") if values.get(name)
    }
    ticks = {name: list(v) if isinstance(v, (list, tuple)) else v for name, v in ticks.items()}
    return {
        "day": day,
        "state": "made",
        "template": values.get("template", ""),
        "progress": values.get("progress", ""),
        "notes": values.get("notes", ""),
        "ticks": json.dumps(ticks, ensure_ascii=False, sort_keys=True) if ticks else "",
        "why": values.get("why", "")[:300],
    }


def _carry_out(
    actor: Actor, target: Target, values: Mapping[str, Any], day: date, done: Noted, key: str
) -> None:
    files = list(values.get("evidence") or [])
    if files:
        attach(actor, files, done.visit)
    if target.project and values.get("node"):
        _node(actor, target, values, day, done, key)
    _needs(actor, target, values, done, key)
    for number, hazard in enumerate(values.get("hazards") or []):
        data = {"title": f"{hazard}: {target.name}"[:_TITLE]}
        data |= {"detail": values["hazard_detail"]} if values.get("hazard_detail") else {}
        _open(actor, "officers.hazard", target, data, f"{key}:hazard{number}" if key else "", done)
    if target.project:
        done.kept = _keep_duties(actor, target.project)


def _node(actor: Actor, target: Target, values: Mapping[str, Any], day: date, done: Noted, key: str) -> None:
    nodes = {node.key: node for node in projects.OPEN_NODES(actor, target.project)}
    name, state = values["node"], values.get("node_state") or "done"
    if name not in nodes:
        raise BadInput(_("This node is done already, or the timetable has changed."), where="node")
    data = {"title": nodes[name].title, "node": name, "source": _("Visit of %(day)s") % {"day": day}}
    if state == "done" or (state == "begun" and (values.get("node_day") or not nodes[name].begun)):
        data["finish" if state == "done" else "start"] = values.get("node_day") or day.isoformat()
    if values.get("progress"):
        data["progress"] = values["progress"]
    if not {"finish", "start", "progress"} & data.keys():
        raise BadInput(_("Write down what progress was seen."), where="progress")
    _open(actor, "projects.node_date", target, data, key and f"{key}:node", done)


def _needs(actor: Actor, target: Target, values: Mapping[str, Any], done: Noted, key: str) -> None:
    """Open one problem per ticked need; the lines of the details go with them in order."""
    ticked = values.get("needs") or []
    classes = {row.key: row for row in selectors.needs()}
    chosen = [row for name, row in classes.items() if name in ticked]
    lines = [line.strip() for line in (values.get("needs_detail") or "").splitlines() if line.strip()]
    for number, row in enumerate(chosen):
        detail = _line_for(row.title, number, lines, len(chosen))
        title = f"{row.title}: {detail or target.name}"[:_TITLE]
        data = {"title": title, "category": row.category, "need": _class_of(row), "source": "visit"}
        data |= {"detail": detail} if len(detail) > _TITLE else {}
        _open(actor, "projects.problem", target, data, f"{key}:need{number}" if key else "", done)


#: Under which class of the house the classes a visit ships with count.
_CLASSES = {"apply": "declare", "payout": "payment", "title": "certificate"}


def _class_of(row: NeedRow) -> str:
    """Return the class a ticked need counts as; an office's own class counts by the kind of problem it becomes."""
    if row.key in dict(projects.NEEDS):
        return row.key
    return _CLASSES.get(row.key) or projects.NEED_OF.get(row.category, "other")


def _line_for(title: str, number: int, lines: Sequence[str], count: int) -> str:
    """Return what was said of one need: the line that begins with its name, else the line in its place."""
    for line in lines:
        if line.startswith(title):
            return line[len(title) :].lstrip(" ：:，,") or line
    if count == 1:
        return " ".join(lines)
    return lines[number] if number < len(lines) else ""


def _open(actor: Actor, kind: str, target: Target, data: dict[str, Any], key: str, done: Noted) -> None:
    subject = target.project or target.enterprise
    receipt = flow.open(actor, kind, data, scope=target.scope, subject=subject, party=target.party, key=key)
    done.opened.append(receipt.code)


def _keep_duties(actor: Actor, project: int) -> int:
    """A visit by the project's officer or deputy keeps both duties: who was there has been in contact."""
    serving = officers.officer_of([project]).get(project)
    if serving is None or actor.post not in (serving.post, serving.deputy):
        return 0
    sql = """SELECT id FROM flow_matter WHERE subject = %s AND subject > 0 AND open AND stage = 'due'
             AND kind IN ('officers.contact', 'officers.visit') ORDER BY id"""
    rows = run(sql, (project,))
    for (matter,) in rows:
        flow.move(actor, matter, "keep", {"way": "visit"})
    return len(rows)


def set_need(actor: Actor, key: str, values: Mapping[str, Any]) -> None:
    """Add or change a class of needs: title, the kind of problem it becomes, whether it is in use, with its source.

    What visits ticked before keeps its key and shows the title of today. BadInput for a key that is none.
    """
    rights.need(actor, "officers.rules")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key):
        raise BadInput(_("A short name is made of small letters, digits and _."), where="key")
    if values["category"] not in selectors.categories():
        raise BadInput(_("Please choose one from the list."), where="category")
    with atomic():
        run(
            """INSERT INTO officers_need (key, title, category, source, place, active)
               VALUES (%s, %s, %s, %s, (SELECT coalesce(max(place), 0) + 1 FROM officers_need), %s)
               ON CONFLICT (key) DO UPDATE SET title = excluded.title, category = excluded.category,
                 source = excluded.source, active = excluded.active""",
            (key, values["title"], values["category"], values["source"], bool(values.get("active"))),
        )
        record(actor, "officers.need", {"key": key, "category": values["category"],
                                        "active": bool(values.get("active"))})  # fmt: skip


def set_template(actor: Actor, key: str, values: Mapping[str, Any]) -> None:
    """Change a kind of visit: title, questions, hazards (one a line), whether it is in use; its source is asked for."""
    rights.need(actor, "officers.rules")
    selectors.template(key)
    lists = {
        name: json.dumps(
            [line.strip() for line in str(values.get(name) or "").splitlines() if line.strip()],
            ensure_ascii=False,
        )
        for name in ("questions", "hazards")
    }
    run(
        """UPDATE officers_template SET title = %s, questions = %s::jsonb, hazards = %s::jsonb, source = %s, active = %s
           WHERE key = %s""",
        (
            values["title"],
            lists["questions"],
            lists["hazards"],
            values["source"],
            bool(values.get("active")),
            key,
        ),
    )
