"""Where the public map is opened and closed, its classes proposed and reviewed, and what would be published seen."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import local, now, today
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.duties.actions import KEEP
from bihuan.lines.hotline.openmap import actions, drawing, periods, selectors
from bihuan.lines.hotline.openmap.selectors import Area, ClassRow, Released, Settings, Step
from bihuan.logic.mechanism import said
from bihuan.ui import cells, format
from bihuan.ui.doors import carry
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Facts, FormPanel, Panel, Table

_LEVELS = (("community", said("Community")), ("street", said("Street")))
_PERIODS = (("month", said("Month")), ("week", said("Week, Monday to Sunday")))
SETTINGS = Form("hotline.map_settings", said("Public map"), (
    Field("opened", said("Open to everybody"), "choice", required=True,
          choices=(("yes", said("Yes: without login")), ("no", said("No")))),
    Field("level", said("Counted by"), "choice", required=True, choices=_LEVELS,
          help=said("The coarser, the fewer numbers have to be withheld.")),
    Field("period", said("Period"), "choice", required=True, choices=_PERIODS),
    Field("least", said("Smallest number shown"), "int", required=True,
          help=said("In cases: every smaller number is withheld. Never below 3.")),
    Field("delay", said("Days from the end of a period to its release"), "int", required=True,
          help=said("Whole days, so that nobody watches calls come in.")),
    Field("source", said("Source"), required=True, max_length=300,
          help=said("The document the smallest number and the coarse places rest on.")),
    Field("why", said("Why"), required=True, max_length=300, help=said("It stands on record beside your name.")),
))  # fmt: skip
CLASS = Form("hotline.map_class", said("Propose a class"), (
    Field("duty", said("Class"), "division", required=True),
    Field("reason", said("Why everybody may read it"), "long", required=True, max_length=1000,
          help=said("Where it occurs says nothing about a person. Never what is private.")),
))  # fmt: skip
_DROP = Form("hotline.map_drop", said("Take it off the map"), (
    Field("why", said("Why"), required=True, max_length=300),
))  # fmt: skip
_REVIEW = Form("hotline.map_review", "", ())


@page(permit="hotline.desk")
def settings(request: HttpRequest) -> Page | HttpResponseBase:
    """Show how the map stands, its classes and what was done to it; open or close it, propose a class."""
    actor = actor_of(request)
    if not selectors.level_of(actor):
        text = _("A map belongs to a district, a park or a street. Your post is over none of these.")
        return Page(title=_("Public map"), kind="list", panels=[Empty(id="none", text=text, icon="map")])
    held, url = selectors.settings(actor.division), reverse("hotline_map_settings")
    which = request.POST.get("which", "")
    setting = carry(
        request,
        SETTINGS,
        lambda values: actions.settle(actor, values),
        start=_values(held),
        sent=which == "map",
    )
    proposed = carry(
        request, CLASS, lambda values: actions.propose(actor, values), start={}, sent=which == "class"
    )
    if setting.done:
        return done(request, url, _("Set. What was published stays as it is."))
    if proposed.done:
        return done(request, url, _("Proposed. Somebody else reviews it."))
    side: list[Panel] = []
    if rights.has_right(actor, actions.PUBLISH):
        side.append(_form("map", SETTINGS, url, setting.values, setting.errors, _("Set")))
    if rights.has_right(actor, KEEP):
        side.append(_form("class", CLASS, url, proposed.values, proposed.errors, _("Propose"), _free(actor)))
    rows = selectors.classes(actor.division)
    steps = selectors.steps(held.id) if held.id else []
    return Page(
        title=_("Public map"), kind="list", side=side, status=max(setting.status, proposed.status),
        lead=_("Reviewed classes by coarse places and whole periods, for everybody without login. Closed until somebody"
               " opens it; no order, address or name ever stands on it."),
        panels=[_state(held, rows, steps), _listed(rows, actor), *_history(steps)],
        actions=_doors(actor, held),
    )  # fmt: skip


def _doors(actor: Actor, held: Settings) -> list[Action]:
    found = [Action(title=_("Preview"), href=reverse("hotline_map_preview"), icon="map")]
    if held.opened:
        href = reverse("hotline_map", args=[actor.division])
        found.append(Action(title=_("See it as everybody does"), href=href, icon="globe"))
    return found


def _values(held: Settings) -> dict[str, str]:
    return {
        "opened": "yes" if held.opened else "no", "level": held.level, "period": held.period, "least": str(held.least),
        "delay": str(held.delay), "why": "",
        "source": held.source or _("Set by the house; no national number was found (待核实)"),
    }  # fmt: skip


def _form(
    which: str, form: Form, url: str, values: Mapping[str, Any], errors: Mapping[str, str], submit: str,
    choices: list[tuple[str, str]] | None = None,
) -> FormPanel:  # fmt: skip
    return FormPanel(
        id=f"form-{which}", title=_(form.title), form=form, url=url, submit=submit, values=values, errors=errors,
        hidden={"which": which}, in_place=False, options=lambda _item: choices or [],
    )  # fmt: skip


def _free(actor: Actor) -> list[tuple[str, str]]:
    """Return the classes of one's catalogue that nobody has proposed yet."""
    taken = {one.duty for one in selectors.classes(actor.division)}
    return [(str(one.id), one.name) for one in duties.duties(scope_of(actor.division)) if one.id not in taken]


def _state(held: Settings, rows: list[ClassRow], steps: list[Step]) -> Alert:
    reviewed = sum(1 for one in rows if one.reviewer)
    if not held.opened:
        text = _("The map is closed: everybody gets “not found”. %(n)d classes have been reviewed for it.")
        return Alert(id="state", text=text % {"n": reviewed})
    last = next(one for one in steps if "opened" in one.changes)
    said_so = _("Opened by %(who)s on %(at)s: %(why)s") % {
        "who": last.who, "at": f"{local(last.at):%Y-%m-%d %H:%M}", "why": last.why,
    }  # fmt: skip
    after = format.day(periods.released_on(held.period, today(), held.delay))
    more = [said_so, _("%(n)d classes are reviewed. The next period is published on %(day)s.") % {
        "n": reviewed, "day": after}]  # fmt: skip
    text = _("The map is open to everybody.")
    return Alert(id="state", tone="good" if reviewed else "warn", text=text, details=more)


def _listed(rows: list[ClassRow], actor: Actor) -> Table:
    def address(one: ClassRow) -> str:
        return reverse("hotline_map_class", args=[one.id])

    keeps = address if rights.has_right(actor, KEEP) else None
    return Table(
        id="classes", title=_("Classes on the public map"), rows=rows, row_key=lambda one: one.id, row_href=keeps,
        columns=[
            Column(_("Class"), "name", head=True, link=keeps), Column(_("Why everybody may read it"), "reason"),
            Column(_("Proposed by"), "proposed_by"), Column(_("Reviewed by"), "reviewed_by"),
            Column(_("State"), _tag),
        ],
        empty=Empty(text=_("No class yet. One person proposes it, another reviews it; until then it is on no map."),
                    icon="check"),
    )  # fmt: skip


def _tag(one: ClassRow) -> cells.Tag:
    return cells.Tag(_("on the map"), "good") if one.reviewer else cells.Tag(_("waits for review"), "warn")


def _history(steps: list[Step]) -> list[Panel]:
    if not steps:
        return []
    titles = {item.name: _(item.title) for item in SETTINGS.fields}
    words = {item.name: {key: _(title) for key, title in item.choices} for item in SETTINGS.fields}

    def changed(one: Step) -> cells.Stack:
        return cells.Stack([
            f"{titles[name]}：{words[name].get(value, value)}" for name, value in one.changes.items()
        ])  # fmt: skip

    columns = [
        Column(_("When"), lambda one: f"{local(one.at):%Y-%m-%d %H:%M}", head=True), Column(_("Who"), "who"),
        Column(_("What was set"), changed), Column(_("Why"), "why"),
    ]  # fmt: skip
    return [Table(id="steps", title=_("What was done to it"), rows=steps[:20], columns=columns)]


@page(permit="hotline.keep")
def one_class(request: HttpRequest, map_class: int) -> Page | HttpResponseBase:
    """Review a class somebody else proposed, or take one off the map."""
    actor = actor_of(request)
    row, back = actions.find(actor, map_class), reverse("hotline_map_settings")
    url, which = reverse("hotline_map_class", args=[map_class]), request.POST.get("which", "")
    reviewed = carry(
        request, _REVIEW, lambda _values: actions.review(actor, map_class), start={}, sent=which == "review"
    )
    dropped = carry(
        request,
        _DROP,
        lambda values: actions.drop(actor, map_class, str(values["why"])),
        start={},
        sent=which == "drop",
    )
    if reviewed.done:
        return done(request, back, _("Reviewed. It stands on the map from the next period on."))
    if dropped.done:
        return done(request, back, _("Taken off the map."))
    facts = Facts(id="class", title=_("Class on the public map"), columns=1, items=[
        (_("Class"), row.name), (_("State"), _tag(row)), (_("Why everybody may read it"), row.reason),
        (_("Proposed by"), row.proposed_by), (_("Reviewed by"), row.reviewed_by),
    ])  # fmt: skip
    panels: list[Panel] = [facts]
    if not row.reviewer and selectors.is_own(actor, row):
        panels.append(Alert(id="own", text=_("You proposed it yourself: somebody else has to review it.")))
    elif not row.reviewer:
        panels.append(_reviewing(url, reviewed.errors))
    panels.append(_form("drop", _DROP, url, dropped.values, dropped.errors, _("Take it off the map")))
    return Page(
        title=row.name, kind="form", crumbs=[Crumb(_("Public map"), back)], panels=panels,
        status=max(reviewed.status, dropped.status),
    )  # fmt: skip


def _reviewing(url: str, errors: Mapping[str, str]) -> FormPanel:
    intro = _(
        "With your name you say: a number of this class at a place points at no person, household or firm. It is"
        " published from the next period on."
    )
    return FormPanel(
        id="form-review", title=_("Review it"), form=_REVIEW, url=url, submit=_("It may stand on the map"),
        errors=errors, hidden={"which": "review"}, in_place=False, intro=intro,
    )  # fmt: skip


@page(permit="hotline.desk")
def preview(request: HttpRequest) -> Page:
    """Show what would be published of the last whole period: counted now, with what stands on the map today."""
    actor = actor_of(request)
    level = selectors.level_of(actor)
    if not level:
        raise NotFound(_("There is no public map here."))
    held, rows = selectors.settings(actor.division), selectors.classes(actor.division)
    names = {one.duty: one.name for one in rows if one.reviewer}
    days = periods.newest(held.period, today(), held.delay)
    crumbs = [Crumb(_("Public map"), reverse("hotline_map_settings"))]
    if not names:
        text = _("No class has been reviewed for this map yet, so nothing is shown.")
        return Page(
            title=_("Preview"), kind="list", crumbs=crumbs, panels=[Empty(id="none", text=text, icon="map")]
        )
    told = actions.tellable(level, actor.division, held, list(names), days)
    release = Released(0, *days, held.level, held.least, now(), tuple(names))
    areas = [
        Area(one.id, one.name, one.shapes, told.get(one.id, {}))
        for one in selectors.areas(level, held.level, actor.division, 0)
    ]
    shown = drawing.of_all(areas, release, list(names))
    silent = sum(1 for one in shown if one.number is None)
    title = f"{_('All reviewed classes')} · {drawing.days(release)}"
    note = _("Counted now, seen by nobody else. Of %(n)d places, %(silent)d would show no number.") % {
        "n": len(shown), "silent": silent,
    }  # fmt: skip
    hint = (
        [_("Counted by street or by month, fewer numbers have to be withheld.")]
        if silent > len(shown) / 2
        else []
    )
    return Page(title=_("Preview of the public map"), kind="list", crumbs=crumbs, panels=[
        Alert(id="note", text=note, details=hint), drawing.map_of(title, shown, release, len(names)),
        drawing.table_of(shown, release), drawing.classes_of(areas, release, names),
    ])  # fmt: skip
