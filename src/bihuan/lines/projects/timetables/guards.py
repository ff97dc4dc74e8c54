"""Guards and effects of date questions and timetables. A changed meaning is a new revision, never an edit."""

from datetime import date

from django.utils.translation import gettext as _

from bihuan.kernel.flow.registry import Context, effect, guard
from bihuan.kernel.identity.actors import SYSTEM, Kind
from bihuan.kernel.now import now
from bihuan.kernel.now import today as this_day
from bihuan.kernel.registers.actions import amend
from bihuan.lines.projects.timetables import core, drafting, drawing, rows
from bihuan.lines.projects.timetables.computing import reading_of, recompute
from bihuan.lines.projects.timetables.core import effective
from bihuan.lines.projects.timetables.days import calendar
from bihuan.lines.projects.timetables.rows import Current, ProjectRow, TimetableRow
from bihuan.lines.projects.timetables.writing import Happened, lock, record
from bihuan.logic.days import Day


def given(values: dict[str, object], name: str) -> Day | None:
    """Return a day of the answer with its precision; a month or a year is known by its first day."""
    text = values.get(name)
    if not isinstance(text, str):
        return None
    day = date.fromisoformat(text)
    known = values.get("precision") if name == "planned" else ""
    if known == "year":
        return Day.of(day.year)
    return Day.of(day.year, day.month) if known == "month" else Day(day)


@guard("projects.date_makes_sense@1")
def date_makes_sense(context: Context) -> str | None:
    """An answer is one of three: a planned day ahead, the actual day behind, or when to ask again."""
    named = [name for name in ("planned", "produced", "ask_again") if context.values.get(name)]
    if len(named) != 1:
        return _("Please give one answer: the planned date, the actual date, or when to ask again.")
    today = this_day()
    if named == ["planned"]:
        day, project = given(context.values, "planned"), rows.projects([context.row.subject])
        scope = project[context.row.subject].scope if project else None
        if day and effective(day, calendar(scope)) < today:
            return _("A planned date lies ahead. If production has begun, give the actual date.")
    elif named == ["produced"]:
        day = given(context.values, "produced")
        if day and day.first > today:
            return _("The actual date can't lie ahead. If production is planned, give the planned date.")
    else:
        again = date.fromisoformat(context.values["ask_again"])
        if not today < again <= today.replace(year=today.year + 1, day=min(today.day, 28)):
            return _("Please choose a day to ask again that lies ahead, within a year.")
    return None


@effect("projects.date_given@1")
def date_given(context: Context) -> None:
    """Write the answer into the register and draft the timetable it allows, in the answer's transaction."""
    project = rows.projects([context.row.subject], lock=True).get(context.row.subject)
    if project is None:
        return
    if day := given(context.values, "produced"):
        _amend(context, project, "produced", day)
        drafting.attend(SYSTEM, [project.id])
    elif day := given(context.values, "planned"):
        current = rows.currents([project.id]).get(project.id, Current())
        if current.approved and current.approved.anchor_code != day.code:
            reason = _("Answered to question %(code)s.") % {"code": context.row.code}
            if not (current.draft and current.draft.anchor_code == day.code):
                drawing.draft(SYSTEM, project.id, anchor=day, reason=reason)
        else:
            _amend(context, project, "planned_production", day)
            drafting.attend(SYSTEM, [project.id])


def _amend(context: Context, project: ProjectRow, name: str, day: Day) -> None:
    from bihuan.lines.projects.registers import PROJECTS

    cause = _("Answered to question %(code)s.") % {"code": context.row.code}
    amend(context.actor, PROJECTS, project.id, {name: day}, cause=cause)


@guard("projects.reanchor_by_leader@1")
def reanchor_by_leader(context: Context) -> str | None:
    """A moved date is approved by a leader, not by the centre that drafts it."""
    if (
        context.row.value("reanchored")
        and context.actor.kind is not Kind.SYSTEM
        and context.actor.role != "leader"
    ):
        return _("This draft moves the promised date: the leader in charge has to approve it.")
    return None


@effect("projects.baseline@1")
def baseline(context: Context) -> None:
    """Freeze the planned days of the approved draft; the baseline before it is replaced."""
    project = rows.projects([context.row.subject], lock=True).get(context.row.subject)
    row = lock(int(context.row.value("timetable", 0)))
    if project is None:
        return
    before = rows.currents([project.id]).get(project.id, Current()).approved
    if before:
        old = lock(before.id)
        columns = {"state": "replaced", "replaced_at": now()}
        record(context.actor, [(old, Happened("timetable.replaced", facts={"by": row.id}, columns=columns))])
    nodes = rows.nodes([row.id])[row.id]
    reading = reading_of(row, project, nodes)
    frozen = {
        key: {"planned_start": start, "planned_finish": finish}
        for key, (start, finish) in core.baseline(reading).items()
    }
    columns = {"state": "approved", "approved_at": now()}
    record(context.actor, [(row, Happened("timetable.baseline", frozen, columns=columns))])
    recompute([row.id])
    _anchor_to_register(context, project, row)


def _anchor_to_register(context: Context, project: ProjectRow, row: TimetableRow) -> None:
    """From now on the register states the approved date."""
    if project.anchor is None or project.anchor.code != row.anchor_code:
        from bihuan.lines.projects.registers import PROJECTS

        cause = _("Timetable %(code)s approved.") % {"code": context.row.code}
        amend(
            context.actor,
            PROJECTS,
            project.id,
            {"planned_production": Day.decode(row.anchor_code)},
            cause=cause,
        )


@effect("projects.draft_replaced@1")
def draft_replaced(context: Context) -> None:
    """A replaced draft no longer counts."""
    row = lock(int(context.row.value("timetable", 0)))
    columns = {"state": "replaced", "replaced_at": now()}
    record(context.actor, [(row, Happened("timetable.replaced", columns=columns))])
