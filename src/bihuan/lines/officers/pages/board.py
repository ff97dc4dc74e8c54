"""The board: who serves which project, the load of each officer, what is proposed; and what one project shows."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.figures import registry
from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity import rights
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import now, today
from bihuan.kernel.permits.rules import branches
from bihuan.lines.officers import actions, selectors
from bihuan.lines.officers.contracts import Layer, Serving
from bihuan.lines.officers.forms import REASONS
from bihuan.lines.officers.pages import words
from bihuan.lines.officers.pages.asking import Asked, answer
from bihuan.lines.officers.portfolios import selectors as proposals
from bihuan.lines.projects import contracts as projects
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Action, Column, Empty, Facts, Figure, Figures, Pager, Panel, Table

SIZE = 50
ASSIGN = Form("officers.assign_one", said("Assign an officer"), (
    Field("post", said("Service officer"), "post", required=True),
    Field("deputy", said("Deputy (B of AB)"), "post"),
    Field("leader", said("Liaison leader"), "post"),
    Field("reason", said("Reason"), max_length=200),
))  # fmt: skip
OVER = Form("officers.hand_over", said("Hand the project over"), (
    Field("post", said("New officer"), "post", required=True),
    Field("deputy", said("Deputy (B of AB)"), "post"),
    Field("why", said("Reason"), "choice", required=True, choices=REASONS),
    Field("note", said("Note"), "long"),
))  # fmt: skip


@page(permit="officers.board")
def board(request: HttpRequest) -> Page:
    """Show every project with who serves it, and the officers' load."""
    actor = actor_of(request)
    given = request.GET.get("after", "")
    after = int(given) if given.isdecimal() and len(given) < 19 else 0
    alive = projects.ALIVE(actor)
    missing = selectors.unserved(alive)
    shown = [key for key in alive if key > after][:SIZE]
    more = shown[-1] if shown and shown[-1] != alive[-1] else 0
    found = projects.CARDS(shown)
    return Page(
        title=_("Who serves which project"),
        kind="list",
        panels=[
            _tiles(actor, len(alive), len(missing)),
            _loads(actor),
            _served(shown, found, Pager(next=f"?after={more}" if more else "")),
        ],
        actions=_actions(actor, bool(missing)),
    )


def _actions(actor: Actor, missing: bool) -> list[Action]:
    if not missing or not rights.has_right(actor, actions.ASSIGN):
        return []
    return [
        Action(title=_("Propose officers"), href=reverse("officers_propose"), icon="people", primary=True)
    ]


def _tiles(actor: Actor, alive: int, missing: int) -> Figures:
    tiles = [
        Figure(title=_("Projects served"), part=alive - missing, whole=alive, as_of=now()),
        Figure(title=_("Without an officer"), value=missing, light="late" if missing else "", as_of=now()),
    ]
    for name in ("officers.contact_on_time", "officers.visit_on_time", "officers.response"):
        value = figures.value(name, branches(actor))[0]
        tiles.append(
            Figure(
                title=_(words.FIGURES[name]),
                part=int(value.numerator),
                whole=value.denominator,
                as_of=value.at,
                small=value.small,
                definition=_(registry.get(name).definition),
            )
        )
    return Figures(id="officers-figures", figures=tiles)


def _loads(actor: Actor) -> Table:
    start, end = selectors.moments(*quarter_of(today()))
    done = {(row.post, row.kind): row for row in selectors.duty_counts(actor, start, end)}
    loads = selectors.loads(actor)
    mean = sum(load.projects for load in loads) / len(loads) if loads else 0

    def rate(load: selectors.Load, kind: str) -> Any:
        row = done.get((load.post, kind))
        return cells.Rate(row.in_time, row.turns) if row else cells.Quiet("–")

    columns = [
        Column(_("Officer"), "name", head=True),
        Column(_("Unit"), "unit_name"),
        Column(_("Projects in hand"), "projects", number=True),
        Column(_("Against the mean"), lambda load: cells.Num(load.projects - mean, "", 1), number=True),
        Column(_("Open"), "open", number=True),
        Column(_("Overdue"), lambda load: cells.Lamp("late", str(load.late)) if load.late else "0"),
        Column(_("Contacts in time, this quarter"), lambda load: rate(load, "officers.contact")),
        Column(_("Visits in time, this quarter"), lambda load: rate(load, "officers.visit")),
    ]
    return Table(
        id="officers-loads", title=_("Load of each officer"), rows=loads, columns=columns,
        row_key=lambda load: load.post,
        empty=Empty(text=_("No service officer is appointed here. The administrator gives the post."), icon="people"),
    )  # fmt: skip


def quarter_of(day: date) -> tuple[date, date]:
    """Return the first and last day of a day's quarter."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    following = date(first.year + (first.month + 3) // 13, (first.month + 2) % 12 + 1, 1)
    return first, following - timedelta(days=1)


def _served(shown: Sequence[int], found: Any, pager: Pager) -> Table:
    serving, touched = selectors.serving(shown), selectors.touches(shown)
    waiting = selectors.open_handovers(shown)

    def officer(card: projects.ProjectCard) -> Any:
        return who(serving.get((card.id, Layer.OFFICER)))

    columns = [
        Column(
            _("Project"), "name", head=True, link=lambda card: reverse("officers_service", args=[card.id])
        ),
        Column(_("Service officer"), officer),
        Column(_("Liaison leader"), lambda card: who(serving.get((card.id, Layer.LEADER)))),
        Column(_("Last contact"), lambda card: words.moment(touched[card.id].contacted)),
        Column(_("Last visit"), lambda card: words.day(touched[card.id].visited)),
        Column(_("Hand-over"), lambda card: _code(waiting.get(card.id, ""))),
    ]
    rows = [found[key] for key in shown if key in found]
    return Table(
        id="officers-board", title=_("Projects and who serves them"), rows=rows, columns=columns, pager=pager,
        row_key=lambda card: card.id,
        row_href=lambda card: reverse("officers_service", args=[card.id]),
        empty=Empty(text=_("No project goes on here."), icon="project"),
    )  # fmt: skip


def who(one: Serving | None) -> Any:
    """Return who serves, with the deputy; loud when nobody does."""
    if one is None or not one.valid:
        return cells.Tag(_("nobody"), "bad")
    return (
        cells.Stack([one.name, cells.Quiet(_("B: %(name)s") % {"name": one.deputy_name})])
        if one.deputy
        else one.name
    )


def _code(code: str) -> Any:
    return cells.To(code, reverse("matter", args=[code])) if code else ""


# One project -------------------------------------------------------------------------------------------


def on_project(actor: Actor, project_id: int, *, more: bool = True) -> list[Panel]:
    """Return what the project's page shows of its service: who serves it, and when it was last seen."""
    serving, touched = selectors.serving([project_id]), selectors.touches([project_id])[project_id]
    officer, leader = serving.get((project_id, Layer.OFFICER)), serving.get((project_id, Layer.LEADER))
    items: list[tuple[str, Any]] = [
        (_("Service officer"), who(officer)),
        (_("Liaison leader"), who(leader)),
        (_("Last contact"), words.moment(touched.contacted)),
        (_("Last visit"), words.day(touched.visited)),
    ]
    action = None
    if actor.role in ("officer", "coordinator", "leader", "principal", "supervisor"):
        action = Action(
            title=_("Service"), href=reverse("officers_service", args=[project_id]), icon="people"
        )
    return [Facts(id="service", title=_("Who serves this project"), items=items, action=action)]


@page(permit="officers")
def service(request: HttpRequest, project: int) -> Page:
    """Show who serves a project and who did, with what one may do about it."""
    actor = actor_of(request)
    card = projects.SEEN(actor, project)
    officer = selectors.officer_of([project]).get(project)
    history = selectors.served([project], date(2000, 1, 1), date(2199, 1, 1)).get(project, [])
    named = selectors.names(post for post, _since, _until in history)
    columns = [
        Column(_("Service officer"), lambda row: named.get(row[0], f"#{row[0]}"), head=True),
        Column(_("From"), lambda row: words.day(row[1])),
        Column(_("Until"), lambda row: words.day(row[2]) if row[2] else _("today")),
    ]
    actions_: list[Action] = []
    if actor.role in ("officer", "coordinator", "leader", "principal"):
        address = reverse("officers_visit_project", args=[project])
        actions_.append(Action(title=_("Note a visit"), href=address, icon="plus", primary=True))
    if officer and (actor.post in (officer.post, officer.deputy) or rights.has_right(actor, actions.ASSIGN)):
        actions_.append(
            Action(
                title=_("Hand the project over"), href=reverse("officers_over", args=[project]), icon="arrow"
            )
        )
    if rights.has_right(actor, actions.ASSIGN):
        actions_.append(
            Action(title=_("Assign"), href=reverse("officers_assign", args=[project]), icon="edit")
        )
    return Page(
        title=_("Service: %(project)s") % {"project": card.name},
        crumbs=[words.crumb(), words.project_crumb(card.id, card.name)],
        panels=[*on_project(actor, project, more=False), _inventory(officer),
                Table(id="served", title=_("Who served, from when to when"), rows=history[::-1], columns=columns,
                      empty=Empty(text=_("Nobody has served this project yet."), icon="people"))],
        actions=actions_,
    )  # fmt: skip


def _inventory(officer: Serving | None) -> Facts:
    lines = actions.inventory(officer).splitlines() if officer else []
    items: list[tuple[str, Any]] = [(str(n), line) for n, line in enumerate(lines, 1)]
    return Facts(id="inventory", title=_("What is open"), items=items, columns=1)


@page(permit="officers.assign")
def assign(request: HttpRequest, project: int) -> Page | HttpResponseBase:
    """Assign an officer, a deputy and the liaison leader."""
    actor = actor_of(request)
    card = projects.SEEN(actor, project)
    back = reverse("officers_service", args=[project])
    serving = selectors.serving([project])
    officer, leader = serving.get((project, Layer.OFFICER)), serving.get((project, Layer.LEADER))

    def act(values: Any, _key: str) -> tuple[str, str]:
        reason = values.get("reason", "")
        actions.assign(actor, project, values["post"], deputy=values.get("deputy", 0), reason=reason)
        if values.get("leader"):
            actions.replace_leader(actor, project, values["leader"], reason)
        return back, _("Assigned.")

    start = {"post": officer.post if officer else "", "deputy": officer.deputy or "" if officer else ""}
    start["leader"] = leader.post if leader else ""
    leaders = [
        (str(post.id), f"{post.unit_name} · {post.user_name}")
        for role in actions.ROLES[Layer.LEADER]
        for post in identity.find_posts(role, card.scope)
    ]
    offered = words.choosing(actor, officers=("post", "deputy"))
    asked = Asked(
        ASSIGN, act, back, [words.board_crumb(), words.project_crumb(card.id, card.name)], start=start,
        options=lambda item: leaders if item.name == "leader" else offered(item), submit=_("Assign"),
    )  # fmt: skip
    return answer(request, asked)


@page(permit="officers.own")
def over(request: HttpRequest, project: int) -> Page | HttpResponseBase:
    """Hand a project over to another officer, with everything that is open."""
    actor = actor_of(request)
    card = projects.SEEN(actor, project)
    back = reverse("officers_service", args=[project])

    def act(values: Any, key: str) -> tuple[str, str]:
        receipt = actions.hand_over(
            actor, project, values["post"], why=values["why"], deputy=values.get("deputy", 0),
            note=values.get("note", ""), key=key,
        )  # fmt: skip
        told = _("Proposed as %(code)s. The new officer confirms; until then you serve.")
        return reverse("matter", args=[receipt.code]), told % {"code": receipt.code}

    asked = Asked(
        OVER, act, back, [words.crumb(), words.project_crumb(card.id, card.name)],
        above=[_inventory(selectors.officer_of([project]).get(project))],
        options=words.choosing(actor, officers=("post", "deputy")), submit=_("Propose"),
    )  # fmt: skip
    return answer(request, asked)


@page(permit="officers.assign")
def propose(request: HttpRequest) -> Page | HttpResponseBase:
    """Show a proposal for every project nobody serves, with its reasons; people tick what they approve."""
    actor = actor_of(request)
    back = reverse("officers_board")
    made = proposals.for_projects(actor)
    reasons = proposals.why(made)
    cards = projects.CARDS([choice.thing for choice in made])
    named = selectors.names(choice.holder for choice in made)
    offered = [
        (
            f"{one.thing}:{one.holder}",
            f"{cards[one.thing].name} → {named.get(one.holder, '')} · {reasons[one.thing]}",
        )
        for one in made
    ]
    form = Form("officers.approve", said("Approve officers"), (
        Field("chosen", said("Proposals"), "choices", required=True, choices=tuple(offered)),
        Field("reason", said("Note"), max_length=200),
    ))  # fmt: skip

    def act(values: Any, _key: str) -> tuple[str, str]:
        pairs = [tuple(int(part) for part in one.split(":")) for one in values["chosen"]]
        done = actions.approve(actor, [(a, b) for a, b in pairs], values.get("reason", ""))
        left = [one.fault for one in done if one.fault]
        told = _("%(count)d assigned.") % {"count": len(done) - len(left)}
        return back, " ".join([told, *left[:3]])

    start = {"chosen": [key for key, _title in offered]}
    return answer(request, Asked(form, act, back, [words.board_crumb()], intro=proposals.formula(actor), start=start,
                                 submit=_("Approve")))  # fmt: skip
