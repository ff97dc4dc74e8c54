"""The list of projects: filters as a sentence, counts by class, a file of exactly what is seen."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import now
from bihuan.lines.projects import selectors
from bihuan.lines.projects.pages import words
from bihuan.lines.projects.selectors import ProjectRow, What
from bihuan.lines.projects.timetables.selectors import lights_of
from bihuan.ui import cells
from bihuan.ui.addresses import address_of
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Action, Column, Empty, Figure, Figures, Filter, FilterBar, Pager, Table

SIZE = 50
#: The fields of a row in this list.
_SHOWN = ("name", "company", "park_text", "investment_wan", "planned_production", "stage_class")
_DATES = {"yes": True, "no": False}


def what_of(asked: Mapping[str, str]) -> What:
    """Return the filter an address carries; what it doesn't understand filters nothing."""
    return What(
        words=asked.get("q", "").strip()[:100],
        stage_class=asked.get("class", "") if asked.get("class", "") in words.CLASSES else "",
        state=asked.get("state", "") if asked.get("state", "") in words.STATES else "",
        anchored=_DATES.get(asked.get("date", "")),
        unsupported=asked.get("evidence", "") == "no",
    )


def query_of(what: What) -> dict[str, str]:
    """Return the filter as it stands in an address."""
    date = {True: "yes", False: "no"}.get(what.anchored, "") if what.anchored is not None else ""
    found = {
        "q": what.words,
        "class": what.stage_class,
        "state": what.state,
        "date": date,
        "evidence": "no" if what.unsupported else "",
    }
    return {name: value for name, value in found.items() if value}


@page(permit=words.sees_projects)
def projects(request: HttpRequest) -> Page:
    """Show the projects one may see, newest first."""
    actor, what = actor_of(request), what_of(request.GET.dict())
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else 0
    rows, more = selectors.listed(actor, what, before=before, limit=SIZE, only=_SHOWN)
    lights = {key: verdict.light.value for key, verdict in lights_of([row.id for row in rows]).items()}
    pager = Pager(next=f"?{urlencode({**query_of(what), 'before': str(more)})}" if more else "")
    table = Table(
        id="projects",
        columns=_columns(lights),
        rows=rows,
        row_key=lambda row: row.id,
        row_href=address,
        pager=pager,
        title=_("Projects"),
        empty=_empty(actor, what),
        actions=_export_actions(actor, what) if rows else (),
    )
    return Page(
        title=_("Key projects"),
        kind="list",
        panels=[_counts(actor), _filters(what), table],
        actions=_actions(actor),
    )


def address(project: ProjectRow) -> str:
    """Return the address of a project."""
    return address_of("project", project.id)


def _columns(lights: Mapping[int, str]) -> list[Column]:
    return [
        Column(_("Light"), lambda row: cells.Lamp(lights.get(row.id, "none"))),
        Column(_("Project"), "name", head=True, link=address),
        Column(_("Investor"), lambda row: row["company"]),
        Column(_("Park or place"), lambda row: row["park_text"]),
        Column(_("Investment"), lambda row: words.cell(row, "investment_wan"), number=True),
        Column(_("Planned production"), lambda row: words.cell(row, "planned_production")),
        Column(_("Class"), words.class_cell),
    ]


def _counts(actor: Actor) -> Figures:
    moment = now()
    counted = words.order_of(selectors.class_counts(actor))
    return Figures(
        id="classes",
        figures=[
            Figure(
                title=words.chosen("stage_class", name),
                value=count,
                as_of=moment,
                href=f"{reverse('projects')}?{urlencode({'class': name})}",
                definition=_("By the stated class; where none is stated, by what the facts show."),
            )
            for name, count in counted
        ],
    )


def _filters(what: What) -> FilterBar:
    kinds = {
        name: [(code, _(title)) for code, title in table.items()] for name, table in words.CHOICES.items()
    }
    query = query_of(what)
    url = reverse("projects")
    return FilterBar(
        id="filters",
        url=url,
        search=what.words,
        filters=[
            Filter(
                "class", _("Class"), [("", _("all classes")), *kinds["stage_class"]], query.get("class", "")
            ),
            Filter("state", _("State"), [("", _("in any state")), *kinds["state"]], query.get("state", "")),
            Filter(
                "date",
                _("Planned production date"),
                [
                    ("", _("any production date")),
                    ("yes", _("with production date")),
                    ("no", _("without production date")),
                ],
                query.get("date", ""),
            ),
            Filter(
                "evidence",
                _("Evidence"),
                [("", _("any evidence")), ("no", _("without evidence"))],
                query.get("evidence", ""),
            ),
        ],
        saved=[
            (_("Without a production date"), f"{url}?date=no"),
            (_("Class without evidence"), f"{url}?evidence=no"),
            (_("Paused"), f"{url}?state=paused"),
        ],
    )


def _empty(actor: Actor, what: What) -> Empty:
    if asdict(what) != asdict(What()):
        return Empty(text=_("No project fits. Take a filter away."), icon="filter")
    if rights.has_right(actor, "projects.import"):
        action = Action(
            title=_("Import the workbook"), href=reverse("projects_import"), icon="upload", primary=True
        )
        return Empty(text=_("No projects yet. Drop in the workbook your office keeps."), action=action)
    return Empty(text=_("No projects yet. The coordination centre imports or enters them."))


def _actions(actor: Actor) -> list[Action]:
    found = []
    if rights.has_right(actor, "projects.import"):
        found.append(Action(title=_("Import"), href=reverse("projects_import"), icon="upload"))
    if rights.has_right(actor, "projects.amend"):
        found.append(
            Action(title=_("Enter a project"), href=reverse("project_new"), icon="plus", primary=True)
        )
    return found


def _export_actions(actor: Actor, what: What) -> list[Action]:
    if not rights.has_right(actor, "projects.export"):
        return []
    kinds = (("xlsx", _("Excel, as the office keeps it")), ("csv", _("Plain table")))
    query = query_of(what) | {"key": uuid.uuid4().hex}
    return [
        Action(
            title=title,
            href=f"{reverse('projects_export')}?{urlencode({**query, 'format': kind})}",
            icon="download",
            post=True,
        )
        for kind, title in kinds
    ]
