"""Time limits: every rule with what holds, where it comes from and who checked it; new rows are dated."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.now import today
from bihuan.site.admin import permits
from bihuan.site.admin.doors import Ask, Told, ask
from bihuan.site.admin.limits import actions, forms, selectors
from bihuan.site.admin.limits.selectors import Row
from bihuan.site.admin.places import place_names, write_place
from bihuan.site.admin.words import length
from bihuan.site.discovery import lines
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, may, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Filter, FilterBar, Links, Panel, Table
from bihuan.ui.shell import address

Values = dict[str, Any]
Link = Callable[[Any], str]


def href(rule: str) -> str:
    """Return the address of a rule."""
    return reverse("admin_limit", args=[rule])


def crumbs(rule: str = "", title: str = "") -> list[Crumb]:
    """Return the way to a rule."""
    way = [Crumb(_("Time limits"), reverse("admin_limits"))]
    return [*way, Crumb(title or rule, href(rule))] if rule else way


@page(permit=permits.LIMITS)
def limits(request: HttpRequest) -> Page:
    """List the rules with the rows in force."""
    actor, q, checked = (
        actor_of(request),
        request.GET.get("q", "").strip()[:80],
        request.GET.get("checked", ""),
    )
    found = selectors.rows(today(), state="holds")
    names, titles = selectors.titles(found), place_names({row.division for row in found})
    unchecked = sum(row.verified_on is None for row in found)
    rows = [row for row in found if _fits(row, names, q, checked)]
    panels: list[Panel] = [_filters(q, checked)]
    if unchecked and not checked:
        panels.insert(0, _to_check(unchecked, len(found)))
    panels += [_table(rows, names, titles), *_linked(actor)]
    return Page(
        title=_("Time limits"),
        lead=_(
            "The most specific place wins, then the latest day. Running clocks keep the row they began with."
        ),
        kind="list",
        panels=panels,
        actions=[
            Action(title=_("Add a rule"), href=reverse("admin_limit_add"), icon="plus"),
            Action(title=_("Reminders"), href=reverse("admin_reminders"), icon="bell"),
        ],
    )


def _fits(row: Row, titles: Mapping[str, str], q: str, checked: str) -> bool:
    said = f"{row.rule} {titles.get(row.rule, '')} {row.source}".lower()
    fits_check = not checked or (checked == "yes") == (row.verified_on is not None)
    return fits_check and q.lower() in said


def _filters(q: str, checked: str) -> FilterBar:
    choices = [("", _("All")), ("no", _("To be verified")), ("yes", _("Checked"))]
    shown = checked if checked in {"no", "yes"} else ""
    url = reverse("admin_limits")
    return FilterBar(
        id="filters", url=url, filters=[Filter("checked", _("Checked"), choices, shown)], search=q
    )


def _to_check(unchecked: int, whole: int) -> Alert:
    words = _("%(n)s of %(whole)s limits rest on a source nobody here has read yet.")
    return Alert(
        id="unchecked",
        tone="warn",
        text=words % {"n": unchecked, "whole": whole},
        details=[_("Read the source, then set the limit anew with the day it was checked.")],
        action=Action(title=_("Show them"), href=f"{reverse('admin_limits')}?checked=no"),
    )


def _table(rows: list[Row], titles: Mapping[str, str], names: Mapping[int, str]) -> Table:
    return Table(
        id="limits",
        caption=_("Time limits"),
        rows=rows,
        row_href=lambda row: href(row.rule),
        empty=Empty(text=_("No limit fits."), icon="clock"),
        columns=[
            Column(_("Rule"), lambda row: _named(row, titles), head=True),
            Column(_("How long"), lambda row: length(row.value, row.unit)),
            Column(_("Where"), lambda row: names.get(row.division) or f"#{row.division}"),
            Column(_("Holds from"), _since),
            Column(_("Source"), lambda row: cells.Quiet(row.source), wide=True),
            Column(_("Checked on"), checked),
        ],
    )


def _named(row: Row, titles: Mapping[str, str]) -> Any:
    return cells.Stack([cells.To(titles.get(row.rule) or row.rule, href(row.rule)), cells.Quiet(row.rule)])


def _since(row: Row) -> Any:
    return cells.Quiet(_("from the start")) if row.valid_from.year <= 2000 else row.valid_from


def checked(row: Row) -> Any:
    """Return when the source was read, or that nobody has."""
    return row.verified_on or cells.Tag(_("to be verified"), "warn")


#: Pages of lines with dated numbers of their own, by the ends of their URL names.
_OF_LINES = (("templates", "table"), ("light_rules", "flag"))


def _linked(actor: Actor) -> list[Panel]:
    """Link what lines keep of the same sort: templates of timetables, thresholds of lights."""
    words = {
        "templates": _("Durations of the nodes a fresh timetable is drawn from"),
        "light_rules": _("Thresholds of the lights"),
    }
    found = []
    for line in lines():
        for end, _icon in _OF_LINES:
            url = address(f"{line.name}_{end}")
            if url and may(line.menu[0].permit if line.menu else "post", actor):
                found.append((words[end], url, _(line.title)))
    return [Links(id="linked", title=_("Numbers that lines keep themselves"), items=found)] if found else []


@page(permit=permits.LIMITS)
def limit(request: HttpRequest, rule: str) -> Page:
    """Show a rule: every row there ever was, and how many clocks run on each."""
    actor = actor_of(request)
    rows = selectors.rows(today(), rule=rule)
    if not rows:
        raise NotFound(no_rule(), where="rule")
    titles, names, running = (
        selectors.titles(rows),
        place_names({r.division for r in rows}),
        selectors.running(rule),
    )
    table = Table(
        id="rows",
        title=_("Every row"),
        rows=rows,
        columns=[
            Column(_("Where"), lambda row: names.get(row.division) or f"#{row.division}", head=True),
            Column(_("How long"), lambda row: length(row.value, row.unit)),
            Column(_("Holds from"), _since),
            Column(_("State"), _state),
            Column(_("Source"), lambda row: cells.Quiet(row.source)),
            Column(_("Checked on"), checked),
            Column(_("Running clocks"), lambda row: running.get(row.id, 0), number=True),
            Column(_("Action"), lambda row: _anew(actor, row)),
        ],
    )
    add = f"{reverse('admin_limit_add')}?{urlencode({'rule': rule})}"
    return Page(
        title=titles.get(rule) or rule,
        code=rule,
        lead=_("Rows are added, never changed: a clock keeps the row it began with."),
        kind="list",
        crumbs=crumbs(),
        panels=[table],
        actions=[Action(title=_("Set it anew"), href=add, icon="plus", primary=True)],
    )


def no_rule() -> str:
    """Return what is said of a rule nobody ever set a limit for."""
    return _("There is no such rule.")


def _state(row: Row) -> Any:
    return {
        "holds": cells.Tag(_("in force"), "good"),
        "coming": cells.Tag(_("to come"), "info"),
        "past": cells.Tag(_("replaced"), "quiet"),
    }[row.state]


def _anew(actor: Actor, row: Row) -> Any:
    if row.state == "past" or not selectors.may_edit(actor, row.division):
        return ""
    return cells.To(_("Set anew"), f"{reverse('admin_limit_add')}?{urlencode({'row': row.id})}")


@page(permit=permits.LIMITS)
def add(request: HttpRequest) -> Page | HttpResponseBase:
    """Add a dated row to a rule, or a new rule."""
    actor = actor_of(request)

    def act(values: Values) -> Told:
        actions.set_limit(actor, values)
        return Told(url=href(values["rule"]), message=_("The limit is set."))

    def preview(values: Values) -> list[Panel]:
        return [_what_holds(actions.read_limit(actor, values))]

    start = _start(request, actor)
    back = href(start["rule"]) if start.get("rule") else reverse("admin_limits")
    return ask(
        request,
        Ask(
            form=forms.ROW, act=act, preview=preview, back=back, crumbs=crumbs(start.get("rule", "")), start=start,
            submit=_("Set it"),
        ),
    )  # fmt: skip


def _start(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    asked, rule = request.GET.get("row", ""), request.GET.get("rule", "")[:80]
    rows = selectors.rows(today())
    known = next((row for row in rows if str(row.id) == asked or (rule and row.rule == rule)), None)
    start: dict[str, Any] = {"valid_from": today().isoformat(), "roll": "1", "unit": "wd", "rule": rule}
    if not has_right(actor, permits.HOUSE):
        start["division"] = write_place(actor.division)
    if known:
        start |= {"rule": known.rule, "title": known.title}
        start |= {
            "value": known.value,
            "unit": known.unit,
            "roll": "1" if known.roll else "",
            "source": known.source,
        }
        if asked:
            start["division"] = write_place(known.division)
    return start


def _what_holds(row: dict[str, Any]) -> Alert:
    names = place_names([row["division"]])
    words = {
        "amount": length(row["value"], row["unit"]),
        "day": row["valid_from"],
        "place": names.get(row["division"], ""),
    }
    text = _("From %(day)s on clocks that begin (%(place)s) run %(amount)s.") % words
    earlier = [one for one in selectors.rows(today(), rule=row["rule"]) if one.division == row["division"]]
    held = next((one for one in earlier if one.valid_from <= row["valid_from"]), None)
    details = []
    if held:
        details.append(
            _("Until then, and for what runs already: %(amount)s.")
            % {"amount": length(held.value, held.unit)}
        )
    count = sum(selectors.running(row["rule"]).values())
    kept = ngettext("%(n)s running clock keeps its row.", "%(n)s running clocks keep their rows.", count)
    details.append(kept % {"n": f"{count:,}"})
    if row["valid_from"] < today():
        details.append(_("The day lies in the past: clocks begun since then keep the row they began with."))
    if row["verified_on"] is None:
        details.append(_("Nobody has checked the source: the limit is marked as to be verified."))
    return Alert(id="effect", title=_("What will hold"), text=text, details=details)
