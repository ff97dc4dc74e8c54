"""The tables the desk keeps (duties, standard answers, refusals), each with the same list and the same form."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import ground
from bihuan.kernel.clock.ground import place_of as clock_place
from bihuan.kernel.errors import NotFound
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.identity.selectors import names_of, scope_of
from bihuan.kernel.now import today
from bihuan.kernel.registers.registry import Register
from bihuan.lines.hotline.contracts import SCHEMES, TIERS
from bihuan.lines.hotline.duties import actions, selectors
from bihuan.lines.hotline.pages import words
from bihuan.lines.hotline.registers import AIMS, DUTIES, EXTENSIONS, KNOWLEDGE, REFUSALS, RULINGS
from bihuan.lines.hotline.telephony import selectors as telephony
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.doors import carry
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Column, Empty, Facts, FormPanel, Panel, Table

_WORDS = Field("words", said("Words callers use"), "long", max_length=1000, help=said("Parted by blanks."))
_UNIT = Field("unit", said("Unit in charge"), "unit", required=True)


@dataclass(frozen=True)
class Kept:
    """A table of the desk: its form, its columns, and how its rows are read in a place."""

    name: str
    title: str
    register: Register
    form: Form
    rows: Callable[[Any], list[Any]]
    empty: str
    #: Whether rows are entered here; rulings come from moves alone and are only taken out of use.
    entered: bool = True


TABLES = {
    "duties": Kept(
        "duties", said("Duty catalogue"), DUTIES,
        Form("hotline.duty", said("Class of orders"), (
            Field("name", said("Class"), required=True, max_length=120), _UNIT,
            Field("tier", said("Limit"), "choice", choices=TIERS), _WORDS,
            Field("basis", said("Basis"), max_length=300),
            Field("told", said("May neighbours hear of it?"), "choice", choices=(
                ("yes", said("Yes: class and community, never what was said")), ("no", said("No"))),
                help=said("Whoever reports the same nearby can then follow it. Never for what is private.")),
        )),
        selectors.duties, said("No class yet: enter which unit answers for what."),
    ),
    "answers": Kept(
        "answers", said("Knowledge base"), KNOWLEDGE,
        Form("hotline.answer_kept", said("Standard answer"), (
            Field("name", said("What people ask"), required=True, max_length=200),
            Field("answer", said("Standard answer"), "long", required=True, max_length=8000), _UNIT,
            Field("basis", said("Basis"), required=True, max_length=300),
            Field("review_on", said("To be reviewed on"), "date", required=True),
            Field("expires_on", said("Good until"), "date", required=True),
        )),
        lambda place: selectors.standing(place, date.min),
        said("No standard answer yet: each has an owning unit and a day it is reviewed."),
    ),
    "refusals": Kept(
        "refusals", said("What is not accepted"), REFUSALS,
        Form("hotline.refusal", said("What is not accepted"), (
            Field("name", said("What is meant"), required=True, max_length=120), _WORDS,
            Field("goes_to", said("Where it goes"), "long", required=True, max_length=1000),
            Field("source", said("Source"), required=True, max_length=300),
        )),
        selectors.refusals, said("Everything is accepted: enter what belongs elsewhere, and where."),
    ),
    "rulings": Kept(
        "rulings", said("Rulings that hold"), RULINGS,
        Form("hotline.ruling", said("Ruling"), (
            Field("name", said("Class")), _UNIT, Field("reason", said("Reason"), "long"),
            Field("matter", said("Ruled on")),
        )),
        selectors.rulings,
        said("No ruling yet. One comes from a return that was ruled on, or from what a joint meeting decided."),
        entered=False,
    ),
    "extensions": Kept(
        "extensions", said("Extensions"), EXTENSIONS,
        Form("hotline.extension", said("Extension"), (
            Field("name", said("Extension"), required=True, max_length=20),
            Field("login", said("Login of whoever sits there"), required=True, max_length=150),
        )),
        telephony.extensions, said("No extension yet: the exchange's calls show on nobody's console."),
    ),
    "aims": Kept(
        "aims", said("Aims of the desk"), AIMS,
        Form("hotline.aim", said("Aim"), (
            Field("name", said("Aim"), "choice", required=True, choices=(
                ("seconds", said("Seconds until a call is answered")),
                ("connected", said("Percent of calls connected")),
            )),
            Field("value", said("Value aimed at"), "int", required=True),
            Field("since", said("Holds from"), "date", required=True),
            Field("source", said("Source"), required=True, max_length=300),
        )),
        telephony.aims, said("None of your own yet: GB/T 33358-2016 holds as it is reported."),
    ),
}  # fmt: skip
CHOICE = Form("hotline.scheme", said("Set of limits"), (
    Field("name", said("Set of limits"), "choice", required=True,
          choices=tuple((name, title) for name, (title, _tiers) in SCHEMES.items())),
    Field("source", said("Source"), required=True, max_length=300),
))  # fmt: skip


@page(permit="hotline.desk")
def kept(request: HttpRequest, table_name: str) -> Page | HttpResponseBase:
    """Show one of the tables; enter a row."""
    actor, what = actor_of(request), _table(table_name)
    if request.method == "POST" and not what.entered:
        raise NotFound(_("Nothing is entered in this table."), where=table_name)
    key = request.POST.get("key", "")[:60]
    sent = carry(
        request,
        what.form,
        lambda values: actions.keep(actor, what.register, None, _codes(values), key=key),
        start={},
    )
    if sent.done:
        return done(request, reverse("hotline_kept", args=[what.name]), _("Entered."))
    rows = what.rows(scope_of(actor.division))
    side: list[Panel] = []
    if what.entered and rights.has_right(actor, actions.KEEP):
        side = [_form(actor, what, reverse("hotline_kept", args=[what.name]), sent.values, sent.errors)]
    return Page(
        title=_(what.title), kind="list", panels=[_listed(actor, what, rows)], side=side, status=sent.status,
        actions=[_door(name) for name in TABLES if name != what.name],
    )  # fmt: skip


@page(permit="hotline.keep")
def row(request: HttpRequest, table_name: str, kept_row: int) -> Page | HttpResponseBase:
    """Change a row, or take it out of use."""
    actor, what = actor_of(request), _table(table_name)
    found = next((one for one in what.rows(scope_of(actor.division)) if one.id == kept_row), None)
    if found is None:
        raise NotFound(_("There is no such row, or you may not see it."), where=str(kept_row))
    back = reverse("hotline_kept", args=[what.name])
    if request.method == "POST" and request.POST.get("drop"):
        actions.drop(actor, what.register, kept_row, _("Taken out of use"))
        return done(request, back, _("Taken out of use."))
    url = reverse("hotline_kept_row", args=[what.name, kept_row])
    crumbs = [Crumb(_(what.title), back)]
    if not what.entered:
        names = names_of([found.unit])
        items = [(_(item.title), _cell(found, name=item.name, names=names)) for item in what.form.fields]
        facts = Facts(id="row", title=_(what.form.title), columns=1, items=items)
        return Page(title=_named(what, found), kind="form", crumbs=crumbs, panels=[facts, _dropping(url)])
    start = {item.name: _shown(getattr(found, item.name)) for item in what.form.fields}
    sent = carry(
        request,
        what.form,
        lambda values: actions.keep(actor, what.register, kept_row, _codes(values)),
        start=start,
    )
    if sent.done:
        return done(request, back, _("Changed."))
    return Page(
        title=_named(what, found), kind="form", crumbs=crumbs, status=sent.status,
        panels=[_form(actor, what, url, sent.values, sent.errors), _dropping(url)],
    )  # fmt: skip


def _dropping(url: str) -> FormPanel:
    return FormPanel(
        id="drop", title=_("Take out of use"), form=Form("hotline.drop", "", ()), url=url, submit=_("Take out of use"),
        hidden={"drop": "yes"}, in_place=False, intro=_("Orders that name it still show it; new ones can't."),
    )  # fmt: skip


def _table(name: str) -> Kept:
    if name not in TABLES:
        raise NotFound(_("There is no such table."), where=name)
    return TABLES[name]


def _codes(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: " ".join(str(value).split()) if name == "words" else str(value)
        for name, value in values.items()
    }


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _form(
    actor: Actor, what: Kept, url: str, values: Mapping[str, Any], errors: Mapping[str, str]
) -> FormPanel:
    return FormPanel(
        id="entry", form=what.form, url=url, values=values, errors=errors, hidden={"key": uuid.uuid4().hex},
        options=lambda _item: words.unit_options(actor.division), in_place=False,
    )  # fmt: skip


def _door(name: str) -> Action:
    return Action(title=_(TABLES[name].title), href=reverse("hotline_kept", args=[name]))


def _listed(actor: Actor, what: Kept, rows: list[Any]) -> Table:
    names = names_of(sorted({one.unit for one in rows if hasattr(one, "unit")}))
    keeps = rights.has_right(actor, actions.KEEP)

    def address(one: Any) -> str:
        return reverse("hotline_kept_row", args=[what.name, one.id]) if keeps else ""

    columns = [
        Column(
            _(what.form.fields[0].title),
            lambda one: _named(what, one),
            head=True,
            link=address if keeps else None,
        )
    ]
    columns += [
        Column(_(item.title), partial(_cell, name=item.name, names=names)) for item in what.form.fields[1:]
    ]
    return Table(
        id="kept", title=_(what.title), rows=rows, columns=columns, row_key=lambda one: one.id,
        row_href=address if keeps else None, empty=Empty(text=_(what.empty), icon="book"),
    )  # fmt: skip


def _named(what: Kept, one: Any) -> str:
    """Return the name of a row, in words where it is one of a list."""
    return next((_(title) for name, title in what.form.fields[0].choices if name == one.name), str(one.name))


def _cell(one: Any, *, name: str, names: Mapping[int, str]) -> Any:
    value = getattr(one, name)
    if name == "unit":
        return names.get(value, "")
    if name == "expires_on" and value < today():
        return cells.Tag(_("expired on %(day)s") % {"day": value.isoformat()}, "bad")
    if name == "review_on" and value < today():
        return cells.Tag(_("review was due on %(day)s") % {"day": value.isoformat()}, "warn")
    if name == "matter":
        return cells.To(value, reverse("matter", args=[value])) if value else ""
    if name == "tier":
        return words.title(value)
    return value if isinstance(value, date) else _shown(value)


@page(permit="hotline.keep")
def limits(request: HttpRequest) -> Page | HttpResponseBase:
    """Choose by which set of limits a place works; running clocks keep theirs."""
    actor = actor_of(request)
    now_holds = selectors.scheme(scope_of(actor.division))
    sent = carry(
        request, CHOICE, lambda values: actions.choose(actor, str(values["name"]), str(values["source"])),
        start={"name": now_holds},
    )  # fmt: skip
    if sent.done:
        return done(request, reverse("hotline_limits"), _("New orders run under this set from today on."))
    shown = [_scheme(name, now_holds) for name in SCHEMES]
    form = FormPanel(
        id="choice",
        form=CHOICE,
        url=reverse("hotline_limits"),
        values=sent.values,
        errors=sent.errors,
        in_place=False,
    )
    return Page(title=_("Limits of orders"), kind="list", panels=shown, side=[form], status=sent.status)


def _scheme(name: str, holds: str) -> Facts:
    items = []
    for kind, tier in SCHEMES[name][1].items():
        row = ground().limit(tier, clock_place(Scope()), today())
        items.append((words.title(kind), f"{row.value} {_unit_words(row.unit)}"))
    title = words.scheme_title(name)
    return Facts(id=f"scheme-{name}", title=_("%(title)s (holds now)") % {"title": title} if name == holds else title,
                 columns=3, items=items)  # fmt: skip


def _unit_words(unit: str) -> str:
    return {
        "h": _("hours"),
        "wh": _("working hours"),
        "d": _("days"),
        "wd": _("working days"),
        "m": _("months"),
    }[unit]
