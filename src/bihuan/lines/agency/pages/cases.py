"""The cases one may see, applying, recording guidance, and who has how much to do."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors
from bihuan.kernel.flow import registry
from bihuan.kernel.flow.rows import Receipt
from bihuan.kernel.flow.selectors import Filter as What
from bihuan.kernel.flow.selectors import held
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.forms.fields import Field
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import LOCAL, today
from bihuan.kernel.permits.rules import branches
from bihuan.lines.agency import actions, selectors
from bihuan.lines.agency.pages import words
from bihuan.lines.agency.selectors import CASE, Load
from bihuan.lines.projects.contracts import SEEN
from bihuan.ui import cells
from bihuan.ui.cards import cards, href, left, light
from bihuan.ui.doors import filled, options_for, read_form
from bihuan.ui.naming import Names, names_for
from bihuan.ui.page import Crumb, Page, actor_of, done, may, page
from bihuan.ui.panels import (
    Action,
    Column,
    Empty,
    Filter,
    FilterBar,
    FormPanel,
    Matters,
    Pager,
    Prose,
    Table,
)

SIZE = 50


@page(permit=words.sees_cases)
def cases(request: HttpRequest) -> Page:
    """Show the cases one may see, newest first."""
    actor, asked = actor_of(request), request.GET
    given = asked.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else 0
    mine = actor.post if asked.get("whose") == "mine" else 0
    rows, more = selectors.cases(actor, replace(_what(asked), holder_post=mine), before=before, limit=SIZE)
    names = names_for(rows)
    kept = {k: str(v) for k, v in asked.items() if k != "before"}
    table = Table(
        id="cases",
        title=_("Agency cases"),
        columns=_columns(names),
        rows=rows,
        row_key=lambda row: row.code,
        row_href=href,
        pager=Pager(next=f"?{urlencode({**kept, 'before': str(more)})}" if more else ""),
        empty=Empty(text=_("No case fits. Apply for one: the service is free."), action=_apply_action()),
    )
    return Page(
        title=_("Agency cases"),
        lead=words.free(),
        kind="list",
        panels=[_filters(asked), table],
        actions=_actions(actor),
    )


def _what(asked: Mapping[str, str]) -> What:
    state = asked.get("state", "open")
    return What(
        kind="agency.guidance" if asked.get("kind") == "guidance" else CASE,
        stage=asked.get("stage", "") if asked.get("stage", "") in words.STAGES else "",
        open=None
        if asked.get("kind") == "guidance"
        else {"open": True, "late": True, "closed": False}.get(state),
        late=state == "late",
    )


def _filters(asked: Mapping[str, str]) -> FilterBar:
    states = [
        ("open", _("open")),
        ("late", _("overdue")),
        ("closed", _("closed")),
        ("all", _("open and closed")),
    ]
    stages = [("", _("all stages")), *((name, _(title)) for name, title in words.STAGES.items())]
    kinds = [("", _("agency cases")), ("guidance", _("guidance"))]
    return FilterBar(
        id="filters",
        url=reverse("agency"),
        filters=[
            Filter("kind", _("Kind"), kinds, asked.get("kind", "")),
            Filter(
                "whose", _("Whose"), [("", _("everybody's")), ("mine", _("mine"))], asked.get("whose", "")
            ),
            Filter("stage", _("Stage"), stages, asked.get("stage", "")),
            Filter("state", _("State"), states, asked.get("state", "open")),
        ],
    )


def _columns(names: Names) -> list[Column]:
    return [
        Column(_("Light"), lambda row: cells.Lamp(light(row))),
        Column(_("Number"), "code", link=href),
        Column(_("Agency matter"), "title", head=True, link=href),
        Column(_("Client"), lambda row: names.unit(row.party)),
        Column(_("Stage"), lambda row: _(registry.worded(row.rules).stage(row.stage).title)),
        Column(_("Agent"), names.holder),
        Column(_("Due"), lambda row: row.due if row.open else None),
        Column(_("Left"), left),
    ]


def _apply_action() -> Action:
    return Action(title=_("Apply for agency"), href=reverse("agency_apply"), icon="plus", primary=True)


def _actions(actor: Actor, *, day: bool = False) -> list[Action]:
    found = []
    if may("agency.work", actor) and not day:
        found.append(Action(title=_("My day"), href=reverse("agency_day"), icon="phone"))
    if may("agency", actor):
        found.append(Action(title=_("Record guidance"), href=reverse("agency_guide"), icon="comment"))
    return [*found, _apply_action()]


# Apply, guide ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """A form, what it does, what is said when it is done."""

    form: str
    act: Callable[[Actor, Mapping[str, Any], int, str], Receipt]
    told: str


@page(permit=words.sees_cases)
def apply(request: HttpRequest) -> Page | HttpResponseBase:
    """Apply for agency; ``?project=`` says what it is about."""
    told = _(
        "Registered as %(code)s. An agent takes it up; nothing is done before you have signed the mandate."
    )
    return _answer(request, _Asked("agency.apply", _apply, told))


def _apply(actor: Actor, data: Mapping[str, Any], project: int, key: str) -> Receipt:
    return actions.apply(actor, data, project=project, key=key)


@page(permit="agency")
def guide(request: HttpRequest) -> Page | HttpResponseBase:
    """Record guidance: one form, closed at once."""
    return _answer(request, _Asked("agency.guide", _guide, _("Recorded as %(code)s.")))


def _guide(actor: Actor, data: Mapping[str, Any], project: int, key: str) -> Receipt:
    return actions.guide(actor, data, project=project, key=key)


def _answer(request: HttpRequest, asked: _Asked) -> Page | HttpResponseBase:
    actor, given = actor_of(request), request.GET.get("project", "") or request.POST.get("project", "")
    project = int(given) if given.isdecimal() and len(given) < 19 else 0
    if request.method != "POST":
        return _form(actor, asked, project, {}, {}, uuid.uuid4().hex)
    form = forms.get(asked.form)
    values, kept = read_form(request, form, actor, 0)
    key = request.POST.get("key", "")[:60]
    try:
        receipt = asked.act(actor, filled(values), project, key)
    except FieldErrors as error:
        return _form(actor, asked, project, values, error.errors, key, kept, 422)
    except (BadInput, Conflict) as error:
        fresh = key if isinstance(error, BadInput) else uuid.uuid4().hex
        return _form(actor, asked, project, values, {"": error.message}, fresh, kept, error.status)
    return done(request, reverse("matter", args=[receipt.code]), asked.told % {"code": receipt.code})


def _form(
    actor: Actor,
    asked: _Asked,
    project: int,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    key: str,
    kept: Mapping[str, list[tuple[str, str]]] | None = None,
    status: int = 200,
) -> Page:
    form = forms.get(asked.form)
    about = SEEN(actor, project).name if project else ""
    panel = FormPanel(
        id="agency-form",
        form=form,
        url=reverse("agency_apply" if asked.form == "agency.apply" else "agency_guide"),
        values=values,
        errors=errors,
        hidden={"key": key, "project": project or ""},
        options=lambda item: _options(actor, item),
        kept=kept or {},
        cancel=reverse("agency"),
        intro=" ".join(filter(None, (words.free(), about))),
        submit=_(form.title),
        in_place=False,
    )
    crumbs = [Crumb(_("Agency cases"), reverse("agency"))]
    return Page(title=_(form.title), kind="form", crumbs=crumbs, panels=[panel], status=status)


def _options(actor: Actor, item: Field) -> list[tuple[str, str]]:
    if item.name == "items":
        return [(str(one.id), f"{words.phase(one)} · {one['name']}") for one in selectors.items()]
    if item.name == "preset":
        return [(str(one.id), one["name"]) for one in selectors.presets()]
    return options_for(actor)(item)


# Who has how much ------------------------------------------------------------------------------------------


@page(permit="agency.see")
def board(request: HttpRequest) -> Page:
    """Show what each agent has in hand, and whose fault repeated notices were."""
    actor = actor_of(request)
    table = Table(
        id="board",
        title=_("Agents and what they have in hand"),
        columns=[
            Column(_("Agent"), lambda row: row.agent or _("Nobody yet"), head=True),
            Column(_("Open cases"), "cases", number=True),
            Column(_("Overdue"), _late, number=True),
            Column(_("At authorities"), "submitted", number=True),
            Column(_("Suspended"), "suspended", number=True),
            Column(_("Mandate awaited"), "unmandated", number=True),
            Column(_("Materials owed"), "owed", number=True),
        ],
        rows=selectors.board(actor),
        row_key=lambda row: row.post,
        empty=Empty(text=_("No case is open.")),
    )
    return Page(title=_("Agents' workload"), kind="list", panels=[table, _fault_table(actor)])


def _late(row: Load) -> Any:
    return cells.Lamp("late", str(row.late)) if row.late else 0


def _fault_table(actor: Actor) -> Table:
    rows = selectors.faults(actor)
    names = names_for(units=[row.unit for row in rows])
    sides = dict(forms.get("agency.notice").field("fault").choices)
    return Table(
        id="faults",
        title=_("Asked for more than once, by who forgot"),
        columns=[
            Column(_("Who forgot"), lambda row: _(sides.get(row.side, row.side)), head=True),
            Column(_("Unit"), lambda row: names.unit(row.unit)),
            Column(_("Times"), "count", number=True),
        ],
        rows=rows,
        empty=Empty(text=_("Nobody was asked twice.")),
    )


@page(permit="agency.work")
def day(request: HttpRequest) -> Page:
    """An agent's day on a phone: what waits for him, what is owed today, which mandates lapse soon."""
    actor = actor_of(request)
    mine = [row for row in held(actor) if row.line == "agency"]
    until = datetime.combine(today() + timedelta(days=1), time(), LOCAL)
    owed = selectors.owed_by(actor, until)
    lapsing = [key for key, _day in selectors.mandate_lapses(actor, today() + timedelta(days=7))]
    held_by_me = {row.id for row in mine}
    soon = [row for row in mine if row.id in set(lapsing) & held_by_me]
    panels: list[Any] = [
        Matters(id="mine", title=_("My cases"), cards=cards(mine), empty=_("Nothing waits for you.")),
        Matters(id="owed", title=_("Owed by today"), cards=cards(owed), empty=_("Nothing is owed today.")),
    ]
    if soon:
        panels.append(Matters(id="lapsing", title=_("Mandates that lapse within a week"), cards=cards(soon)))
    if not branches(actor):
        panels = [Prose(id="none", paragraphs=[_("Your post sees no cases.")])]
    return Page(title=_("My day"), lead=words.free(), panels=panels, actions=_actions(actor, day=True))
