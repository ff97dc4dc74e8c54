"""Make a plan for scarce people in the background, and adopt it project by project; nothing changes by itself."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, BihuanError, Conflict
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.jobs import defer
from bihuan.kernel.ledger.actions import NewEntry, append_many
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import atomic, new_ids, run
from bihuan.lines.projects.staffing import selectors
from bihuan.lines.projects.staffing.models import ROLES, Adoption, Capacity
from bihuan.lines.projects.staffing.solving import solved
from bihuan.lines.projects.timetables import drawing, rows
from bihuan.lines.projects.timetables.recording import plan_nodes
from bihuan.lines.projects.timetables.words import SIDES
from bihuan.lines.projects.transfers import keeping
from bihuan.lines.projects.transfers.models import DONE, FAILED, WAITING, Work
from bihuan.logic.days import Day

KIND = "plan"
#: Planning right: making is for whoever sees the projects; adopting needs this one.
RIGHT = "projects.plan"
#: So many projects at once; beyond, a plan is neither quick nor readable.
MOST = 100
#: Seconds a plan is improved for, in the background.
SECONDS = 8.0


def ask(actor: Actor, projects: Sequence[int], *, key: str = "") -> Work:
    """Ask for a plan of these projects; it is made in the background. The same key asks once."""
    with atomic():
        if before := keeping.asked_before(actor, KIND, key):
            return before
        known = {one.id for one in selectors.candidates(actor)}
        chosen = sorted({one for one in projects if one in known})
        if not chosen:
            raise BadInput(
                _("Please choose projects that have a timetable and are not in production yet."), where="ids"
            )
        if len(chosen) > MOST:
            raise BadInput(_("Please choose at most %(n)d projects.") % {"n": MOST}, where="ids")
        name = _("Plan for %(n)d projects") % {"n": len(chosen)}
        work = keeping.begin(actor, KIND, name, {"projects": chosen}, key=key)
        work = keeping.change(work, whole=len(chosen))
        defer("projects.plan", work=work.id)
        return work


def run_waiting(work_id: int, seconds: float | None = None) -> Work:
    """Make a waiting plan, saying how far it is; a second run finds nothing to do."""
    work = Work.objects.get(id=work_id)
    if work.state != WAITING:
        return work

    def told(part: int) -> None:
        keeping.change(work, part=part)

    try:
        result = solved(work.asked["projects"], told, SECONDS if seconds is None else seconds)
    except BihuanError as error:
        return keeping.change(work, state=FAILED, error=error.message)
    return keeping.change(work, state=DONE, result=result, part=work.whole)


def adopt(actor: Actor, work_id: int, projects: Sequence[int], reason: str) -> dict[int, str]:
    """Adopt a plan for these projects, all or none; return what came of each. Adopted ones stay as they are.

    Refused for whoever lacks the right over the place; Conflict when a timetable has changed since.
    """
    work = keeping.of_place(actor, KIND, work_id)
    rights.need(actor, RIGHT, work.division)
    if work.state != DONE:
        raise Conflict(_("This plan is not made yet."))
    if not reason.strip():
        raise BadInput(_("Please say why the plan is adopted."), where="reason")
    planned = {row["id"]: row for row in work.result["projects"]}
    chosen = [planned[one] for one in sorted(set(projects)) if one in planned]
    if not chosen:
        raise BadInput(_("None of these projects is in this plan."), where="ids")
    with atomic():
        keeping.locked(work_id)
        before = selectors.adopted(work_id)
        return {
            row["id"]: before[row["id"]][0] if row["id"] in before else _adopt(actor, work, row, reason)
            for row in chosen
        }


def _adopt(actor: Actor, work: Work, row: Mapping[str, Any], reason: str) -> str:
    found = rows.currents([row["id"]]).get(row["id"], rows.Current()).shown
    if found is None or found.id != row["timetable"] or found.ver != row["ver"]:
        raise Conflict(
            _("The timetable of “%(name)s” has changed since this plan was made: make a new plan.")
            % {"name": row["name"]},
            where=str(row["id"]),
        )
    because = _("Plan for people No. %(n)d: %(reason)s") % {"n": work.id, "reason": reason.strip()}
    outcome = "unchanged"
    if row["late"]:
        drawing.reanchor(actor, row["id"], Day(date.fromisoformat(row["after"])), because)
        outcome = "drafted"
    elif plan_nodes(actor, found.id, _days(row), reason=because, ver=row["ver"]):
        outcome = "amended"
    Adoption.objects.create(
        work=work, project_id=row["id"], timetable=found.id, outcome=outcome, reason=because[:500],
        user=actor.user, post=actor.post, at=now(),
    )  # fmt: skip
    return outcome


def _days(row: Mapping[str, Any]) -> dict[str, tuple[date, date]]:
    return {
        node["key"]: (date.fromisoformat(node["after"][0]), date.fromisoformat(node["after"][1]))
        for node in row["nodes"]
    }


# Capacities -----------------------------------------------------------------------------------------------


def put_capacity(
    actor: Actor, role: str, at_once: int, sides: Sequence[str], *, source: str, division: int = 0,
    since: date | None = None, tag: str = "local",
) -> int:  # fmt: skip
    """Set how many nodes one person in a role carries at once, at a place from a day on; return the row's id.

    Needs ``admin.limits`` over the place. The same row again stays one row.
    """
    rights.need(actor, "admin.limits", division)
    if role not in ROLES or not sides or set(sides) - set(SIDES):
        raise BadInput(_("Please choose one from the list."), where="sides" if role in ROLES else "role")
    if not 1 <= at_once <= 100:
        raise BadInput(_("One person carries between 1 and 100 nodes at once."), where="at_once")
    if not source.strip():
        raise BadInput(_("Please say where this number comes from."), where="source")
    told = {"role": role, "at_once": at_once, "sides": list(sides), "division": division,
            "since": since or today(), "source": source.strip(), "tag": tag}  # fmt: skip
    with atomic():
        run("SELECT pg_advisory_xact_lock(hashtextextended('projects.capacity', 0))")
        if again := Capacity.objects.filter(**told).first():
            return int(again.id)
        made = Capacity(id=new_ids()[0], created_at=now(), seq=1, ver=1, **told)
        facts = {"role": role, "at_once": at_once, "sides": list(sides), "division": division}
        facts |= {"since": made.since.isoformat(), "tag": tag}
        entry = NewEntry(made.id, 1, b"", "capacity.put", made.created_at, actor, facts, {})
        made.head = append_many([entry], made.created_at)[0].hash
        made.save(force_insert=True)
    return int(made.id)


def load_defaults(actor: Actor = SYSTEM) -> None:
    """Bring in the shipped rows of roles for which there is none yet."""
    known = {row[0] for row in run("SELECT DISTINCT role FROM projects_capacity")}
    text = files("bihuan.lines.projects.staffing").joinpath("capacity.json").read_text(encoding="utf-8")
    for rule in json.loads(text)["rules"]:
        if rule["role"] not in known:
            more = {"source": rule["source"], "tag": rule["tag"], "since": date(2020, 1, 1)}
            put_capacity(actor, rule["role"], rule["at_once"], rule["sides"], **more)


def is_installed() -> bool:
    """Whether the tables stand (a migration may stop halfway)."""
    names = ["projects_capacity", "ledger_entry", "bihuan_chain"]
    sql = "SELECT bool_and(to_regclass(n) IS NOT NULL) FROM unnest(%s::text[]) AS n"
    return bool(run(sql, (names,))[0][0])
