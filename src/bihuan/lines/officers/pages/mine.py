"""My portfolio: what is due, project by project, with one tap to visit or note; phone first."""

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import LOCAL, now, today
from bihuan.lines.officers import actions, selectors
from bihuan.lines.officers.mechanisms import DUTIES
from bihuan.lines.officers.pages import words
from bihuan.lines.officers.pages.asking import Asked, answer
from bihuan.lines.officers.visits import selectors as visits
from bihuan.lines.projects import contracts as projects
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.cards import cards, light
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Action, Column, Empty, Figure, Figures, Matters, Table

_SOON = timedelta(days=14)
AWAY = Form(
    "officers.away",
    said("I am away: my deputy acts for me"),
    (
        Field("until", said("Back on"), "date", required=True),
        Field("reason", said("Reason"), required=True, max_length=200),
    ),
)


@page(permit="officers.own")
def mine(request: HttpRequest) -> Page:
    """Show the projects one serves or is liaison for, the duties due and the visits planned."""
    actor = actor_of(request)
    serving = selectors.projects_of(actor.post)
    liaised = [key for key in selectors.liaised_by(actor.post) if key not in serving]
    held = [row for row in flow.held(actor) if row.holder_post == actor.post]
    duties = [row for row in held if row.kind in DUTIES]
    others = [row for row in held if row.kind not in DUTIES]
    late = sum(light(row) == "late" for row in held)
    tiles = [
        Figure(title=_("Projects I serve"), value=len(serving), as_of=now()),
        Figure(title=_("Waits for me"), value=len(held), as_of=now()),
        Figure(title=_("Overdue with me"), value=late, light="late" if late else "", as_of=now()),
    ]
    planned = visits.planned_by(actor.post, today() + _SOON)
    return Page(
        title=_("My portfolio"),
        kind="list",
        panels=[
            Figures(id="mine-counts", figures=tiles),
            Matters(id="mine-due", title=_("To be contacted and visited"), cards=cards(duties),
                    count=len(duties), empty=_("No contact or visit is due.")),
            _projects(actor, serving, liaised),
            _planned(planned),
            Matters(id="mine-open", title=_("Everything else that waits for me"), cards=cards(others),
                    count=len(others), empty=_("Nothing else waits for you.")),
        ],
        actions=_actions(actor, serving),
    )  # fmt: skip


def _actions(actor: Actor, serving: list[int]) -> list[Action]:
    found = [Action(title=_("Visit plan"), href=reverse("officers_calendar"), icon="calendar")]
    if serving and actor.role == "officer":
        found.append(Action(title=_("I am away"), href=reverse("officers_away"), icon="pause"))
    return found


def _projects(actor: Actor, serving: list[int], liaised: list[int]) -> Table:
    found = projects.CARDS([*serving, *liaised])
    touched = selectors.touches([*serving, *liaised])
    counts = {key: len(rows) for key, rows in selectors.open_matters(list(found)).items()}

    def visit(card: projects.ProjectCard) -> Any:
        return cells.To(_("Note a visit"), reverse("officers_visit_project", args=[card.id]))

    columns = [
        Column(_("Project"), "name", head=True, link=lambda card: reverse("project", args=[card.id])),
        Column(_("As"), lambda card: _("Officer") if card.id in serving else _("Liaison leader")),
        Column(_("Last contact"), lambda card: words.moment(touched[card.id].contacted)),
        Column(_("Last visit"), lambda card: words.day(touched[card.id].visited)),
        Column(_("Open"), lambda card: counts.get(card.id, 0), number=True),
        Column(_("What can be done"), visit),
    ]
    return Table(
        id="mine-projects",
        title=_("My projects"),
        rows=[found[key] for key in (*serving, *liaised) if key in found],
        row_key=lambda card: card.id,
        columns=columns,
        empty=Empty(text=_("No project is yours yet. The coordination centre assigns them."), icon="people"),
    )


def _planned(rows: list[visits.VisitRow]) -> Table:
    columns = [
        Column(_("Day"), lambda row: words.day(row.day)),
        Column(
            _("Place visited"), "target", head=True, link=lambda row: reverse("officers_visit", args=[row.id])
        ),
        Column(_("Purpose"), "purpose"),
        Column(_("Goes along"), lambda row: "、".join(row.joined)),
    ]
    return Table(id="mine-planned", title=_("Planned visits"), rows=rows, columns=columns, row_key=lambda row: row.id,
                 empty=Empty(text=_("No visit is planned for the next two weeks."), icon="calendar"))  # fmt: skip


@page(permit="officers.own")
def away(request: HttpRequest) -> Page | HttpResponseBase:
    """Let the deputy act for oneself until a day (AB岗)."""
    actor = actor_of(request)
    back = reverse("officers_mine")

    def act(values: Any, _key: str) -> tuple[str, str]:
        until = datetime.combine(datetime.fromisoformat(values["until"]), time(), LOCAL)
        count = actions.go_away(actor, until, values["reason"])
        return back, _("Your deputy acts for you on %(count)d projects until then.") % {"count": count}

    return answer(request, Asked(AWAY, act, back, [words.crumb()]))
