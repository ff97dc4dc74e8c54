"""Reminders: when a clock speaks up, from a day on."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.identity.rights import has_right
from bihuan.site.admin import permits
from bihuan.site.admin.doors import Ask, Told, ask
from bihuan.site.admin.limits import actions, forms, selectors
from bihuan.site.admin.limits.pages import crumbs
from bihuan.site.admin.limits.selectors import Reminder
from bihuan.site.admin.words import length
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Column, Table

Values = dict[str, Any]


def kind(name: str) -> str:
    """Return what a reminder is called."""
    titles = dict(forms.REMINDER.field("kind").choices)
    return _(titles[name]) if name in titles else name


@page(permit=permits.LIMITS)
def reminders(request: HttpRequest) -> Page:
    """List when reminders are given, those in force first."""
    table = Table(
        id="reminders",
        caption=_("Reminders"),
        rows=selectors.reminders(),
        columns=[
            Column(_("Reminder"), lambda row: kind(row.kind), head=True),
            Column(_("When"), when),
            Column(_("For limits"), which),
            Column(_("How"), lambda row: _("in the daily digest") if row.digest else _("at once")),
            Column(_("Holds from"), lambda row: row.valid_from if row.valid_from.year > 2000 else None),
            Column(_("State"), _state),
            Column(_("Source"), lambda row: cells.Quiet(row.source), wide=True),
        ],
    )
    may_set = has_right(actor_of(request), permits.HOUSE)
    add = Action(title=_("Set a reminder"), href=reverse("admin_reminder_add"), icon="plus")
    return Page(
        title=_("Reminders"),
        lead=_("Outside working hours a reminder waits for the next opening."),
        kind="list",
        crumbs=crumbs(),
        panels=[table],
        actions=[add] if may_set else [],
    )


def when(row: Reminder) -> str:
    """Return when a reminder is given."""
    if row.side == "at":
        return _("when it is due")
    if row.side == "before":
        return _("%(amount)s before") % {"amount": length(row.value, row.unit)}
    if not row.value:
        return _("the next working day's morning")
    return _("after %(amount)s late") % {"amount": length(row.value, row.unit)}


def which(row: Reminder) -> str:
    """Return for which limits a reminder is given."""
    if row.upto_days:
        return _("of at most %(n)s days") % {"n": row.upto_days}
    return _("of more than %(n)s days") % {"n": row.over_days} if row.over_days else _("all")


def _state(row: Reminder) -> Any:
    if row.state != "holds":
        return cells.Tag(_("replaced"), "quiet")
    return cells.Tag(_("in force"), "good") if row.active else cells.Tag(_("not given"), "warn")


@page(permit=permits.HOUSE)
def add(request: HttpRequest) -> Page | HttpResponseBase:
    """Set a reminder from today on."""
    actor = actor_of(request)

    def act(values: Values) -> Told:
        actions.set_reminder(actor, values)
        return Told(url=reverse("admin_reminders"), message=_("The reminder is set."))

    back = reverse("admin_reminders")
    return ask(
        request,
        Ask(
            form=forms.REMINDER, act=act, back=back, crumbs=[*crumbs(), Crumb(_("Reminders"), back)],
            start={"active": "1", "unit": "wd", "value": "0"}, submit=_("Set it"),
            intro=_("It holds for reminders planned from now on and replaces the row of the same kind and limits."),
        ),
    )  # fmt: skip
