"""One project: what is known of it, what is open, where its timetable stands, how it came to be so."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import registry
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import local, today
from bihuan.kernel.permits.rules import may_open
from bihuan.kernel.registers import selectors as registers
from bihuan.kernel.registers.selectors import AmendRow
from bihuan.lines.projects import actions, selectors
from bihuan.lines.projects.contracts import ON_PROJECT
from bihuan.lines.projects.pages import words
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.reports import panels as reports
from bihuan.lines.projects.selectors import ProjectRow
from bihuan.lines.projects.timetables import panels as timetables
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.cards import cards
from bihuan.ui.naming import Names, names_for
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import (
    Action,
    Alert,
    Event,
    Facts,
    Filter,
    FilterBar,
    Links,
    Matters,
    MovesPanel,
    Panel,
    Timeline,
)

#: What stands together on the page.
GROUPS = (
    ("about", ("code", "name", "company", "uscc", "park_text", "industry", "kind", "stage")),
    ("people", ("responsible_leader", "responsible_unit", "department")),
    ("amounts", ("investment_wan", "land_mu", "promised_output_wan", "reached_output_wan", "promised_tax_wan",
                 "reached_tax_wan", "promised_jobs", "reached_jobs")),
    ("dates", ("signed", "land_acquired", "started", "planned_completion", "completed", "planned_production",
               "produced", "reached")),
    ("source", ("source_date", "source_url", "problems", "note")),
)  # fmt: skip
#: The matters of a project, in the order they stand on its page.
KINDS = ("projects.problem", "projects.date", "projects.promise", "projects.timetable")
_SHOWN = 12


@page(permit=words.sees_projects)
def project(request: HttpRequest, project: int) -> Page:
    """Show a project with its open matters and its timetable."""
    actor = actor_of(request)
    row = selectors.project(actor, project)
    names = names_for(units={row["lead_unit"], row["party"]} - {0})
    picture, dates, verdict = timetables.on_project(actor, row.id)
    return Page(
        title=row.name,
        code=row["code"],
        light=verdict.light.value,
        lead=" · ".join(
            filter(None, (row["company"], row["park_text"], words.chosen("state", row["state"])))
        ),
        crumbs=[Crumb(_("Key projects"), reverse("projects"))],
        top=[picture],
        panels=[
            *_doubts(row),
            *_matters(actor, row),
            *_of_others(actor, row),
            *reports.on_project(actor, row),
            *facts(row, names),
        ],
        side=[_moves(actor, row), *([dates] if dates else []), _lists(row)],
        actions=_actions(actor, row),
    )


def _doubts(row: ProjectRow) -> list[Panel]:
    if not row.lacks_evidence:
        return []
    said = {
        "stated": words.chosen("stage_class", row["stage_class"]),
        "shown": words.chosen("stage_class", row["class_derived"]),
    }
    text = _("No evidence: stated as “%(stated)s”, while the dates on record show “%(shown)s”.") % said
    return [
        Alert(
            id="doubt",
            text=text,
            tone="warn",
            details=[_("The stated class stands. Enter the date that shows it, or correct the class.")],
        )
    ]


def facts(row: ProjectRow, names: Names) -> list[Panel]:
    """Return what is known of a project, grouped; what nobody stated is named in one line at the end of its group."""
    titles = {
        "about": _("Project"),
        "people": _("Who is responsible"),
        "amounts": _("Promised and reached"),
        "dates": _("Dates"),
        "source": _("Source and remarks"),
    }
    found: list[Panel] = []
    for group, fields in GROUPS:
        items = [(_(PROJECTS.columns[name].title), words.cell(row, name)) for name in fields]
        missing = [title for title, value in items if value == ""]
        items = [item for item in items if item[1] != ""]
        if group == "about":
            items += [(_("Class"), words.class_cell(row)), (_("State"), words.chosen("state", row["state"]))]
        if group == "people":
            items += [
                (_("Lead unit"), names.unit(row["lead_unit"])),
                (_("Enterprise"), names.unit(row["party"])),
            ]
        items = [item for item in items if item[1] != ""]
        if missing:
            items.append((_("Not stated"), cells.Quiet(joined(missing))))
        found.append(Facts(id=group, title=titles[group], items=items))
    return found


def joined(texts: Sequence[str]) -> str:
    """Return texts as one list in the reader's language."""
    return pgettext("between items of a list", ", ").join(texts)


def _matters(actor: Actor, row: ProjectRow) -> list[Panel]:
    rows, more = flow.listed(actor, flow.Filter(subject=row.id, open=True), limit=_SHOWN)
    ordered = sorted(rows, key=lambda m: (KINDS.index(m.kind) if m.kind in KINDS else len(KINDS), -m.id))
    link = Action(title=_("All open matters"), href=f"{reverse('matters')}?{urlencode({'subject': row.id})}")
    return [
        Matters(
            id="open",
            title=_("Open"),
            cards=cards(ordered),
            count=len(rows),
            more=link if more else None,
            empty=_("Nothing is open: no problem, no promise, no question."),
        )
    ]


def _of_others(actor: Actor, row: ProjectRow) -> list[Panel]:
    """Return what other lines know of the project: who serves it, for one."""
    return [panel for panels in ON_PROJECT(actor, row.id) for panel in panels]


def may_register(actor: Actor, row: ProjectRow, kind: str) -> bool:
    """Whether the actor may open a matter of this kind about the project."""
    here = SimpleNamespace(**{name: row[name] for name in registers.BRANCHES if name in row.values})
    return may_open(actor, registry.declared(kind).opening().who, here)


def _moves(actor: Actor, row: ProjectRow) -> MovesPanel:
    problem = may_register(actor, row, "projects.problem")
    offered = (
        (problem, _("Register a problem"), "project_problem", "plus"),
        (problem and not actor.party, _("Answered on the spot"), "project_spot", "check"),
        (may_register(actor, row, "projects.promise"), _("Register a promise"), "project_promise", "flag"),
    )
    moves = [
        Action(title=title, href=reverse(name, args=[row.id]), icon=icon, primary=name == "project_problem")
        for may, title, name, icon in offered
        if may
    ]
    return MovesPanel(
        id="moves", title=_("What can be done"), moves=moves, empty=_("Your post reads this project.")
    )


def _lists(row: ProjectRow) -> Links:
    """Return the three lists (问题、责任、时限清单) of this project: one set of matters, read in three ways."""
    views = (("problem", _("Problem list")), ("duty", _("Duty list")), ("time", _("Time list")))
    items = [
        (
            title,
            f"{reverse('matters')}?{urlencode({'subject': str(row.id), 'state': 'all', 'view': view})}",
            "",
        )
        for view, title in views
    ]
    items.append((_("Progress reports"), reverse("projects_reports_of", args=[row.id]), ""))
    items.append((_("History and any earlier day"), reverse("project_history", args=[row.id]), ""))
    items.append((_("Backward timetable with every node"), reverse("projects_timetable", args=[row.id]), ""))
    return Links(id="lists", title=_("Lists"), items=items)


def _actions(actor: Actor, row: ProjectRow) -> list[Action]:
    """Return what stands beside the title: on a phone the moves come after a long picture."""
    found = []
    if actions.may_amend(actor, row):
        found.append(
            Action(title=_("Edit"), href=reverse("project_edit", args=[row.id]), icon="edit", key="e")
        )
    if may_register(actor, row, "projects.problem"):
        address = reverse("project_problem", args=[row.id])
        found.append(Action(title=_("Register a problem"), href=address, icon="plus"))
    return found


# History -----------------------------------------------------------------------------------------------


@page(permit=words.sees_projects)
def history(request: HttpRequest, project: int) -> Page:
    """Show every change of a project, and how it stood at the end of any earlier day."""
    actor = actor_of(request)
    row = selectors.project(actor, project)
    amends = registers.history(PROJECTS, project)
    asked = request.GET.get("on", "")
    day = _day(asked)
    panels: list[Panel] = [_chooser(row, amends, asked if day else "")]
    if day:
        panels += _as_of(row, day)
    panels.append(_timeline(amends))
    return Page(
        title=_("History: %(name)s") % {"name": row.name},
        code=row["code"],
        crumbs=[
            Crumb(_("Key projects"), reverse("projects")),
            Crumb(row.name, reverse("project", args=[row.id])),
        ],
        panels=panels,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _chooser(row: ProjectRow, amends: Sequence[AmendRow], chosen: str) -> FilterBar:
    """Return the choice of days: between two of them nothing changed, so these are all there is."""
    days = sorted(
        {local(amend.recorded).date() for amend in amends} | ({_day(chosen)} - {None}), reverse=True
    )  # type: ignore[type-var]
    offered = [(day.isoformat(), _("at the end of %(day)s") % {"day": fmt.day(day)}) for day in days if day]
    return FilterBar(
        id="as-of",
        url=reverse("project_history", args=[row.id]),
        filters=[Filter("on", _("As it stood"), [("", _("as it stands now")), *offered], chosen)],
    )


def _as_of(row: ProjectRow, day: date) -> list[Panel]:
    codes = registers.as_of(PROJECTS, row.id, day)
    if codes is None:
        if day > today():
            raise NotFound(_("This day is still to come."))
        return [Alert(id="as-of-none", text=_("The project was not on the register then."))]
    items = [
        (_(column.title), words.of_code(column, codes[column.name]))
        for column in PROJECTS.fields
        if codes[column.name] is not None
    ]
    title = _("As it stood at the end of %(day)s") % {"day": fmt.day(day)}
    return [Facts(id="as-of-facts", title=title, items=items)]


def _timeline(amends: Sequence[AmendRow]) -> Timeline:
    said = [{"kind": a.actor_kind, "user": a.actor_user, "unit": 0} for a in amends]
    units = {
        int(c.get("new") or 0) for a in amends for n, c in a.changes.items() if n in ("lead_unit", "party")
    }
    names = names_for(actors=said, units=units)
    return Timeline(
        id="amends",
        title=_("What changed"),
        events=[_event(amend, names) for amend in reversed(amends)],
    )


def _event(amend: AmendRow, names: Names) -> Event:
    titles = {"create": _("Entered"), "amend": _("Changed"), "withdraw": _("Taken out of the register")}
    title = _("Put back by undoing the import") if amend.undoes else titles[amend.move]
    if amend.batch and not amend.undoes:
        title = _("%(title)s by import %(number)d") % {"title": title, "number": amend.batch}
    who, _post = names.actor({"kind": amend.actor_kind, "user": amend.actor_user})
    return Event(
        id=f"a{amend.seq}",
        at=amend.at,
        who=amend.actor_title or who,
        title=title,
        kind="move" if amend.actor_user else "system",
        text=amend.cause if not amend.undoes else "",
        facts=[_changed(name, amend.changes[name], amend, names) for name in _ORDER if name in amend.changes],
        recorded=amend.recorded if amend.recorded != amend.at else None,
    )


_ORDER = (*PROJECTS.columns, "lead_unit", "party")


def _changed(name: str, change: Mapping[str, Any], amend: AmendRow, names: Names) -> tuple[str, Any]:
    if name in ("lead_unit", "party"):
        title = _("Lead unit") if name == "lead_unit" else _("Enterprise")
        return title, names.unit(int(change["new"] or 0))
    column = PROJECTS.columns[name]
    new = words.of_code(column, change["new"], change)
    if change.get("written"):
        new = cells.Hint(new, _("as written: %(text)s") % {"text": change["written"]})
    if amend.move == "create" or change["old"] is None:
        return _(column.title), new
    return _(column.title), cells.Row([cells.Quiet(words.of_code(column, change["old"])), "→", new])
