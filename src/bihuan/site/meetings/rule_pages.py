"""Who decides: rungs, portfolios, who is away, weights and recurring meetings; every change is a dated row."""

from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.forms.fields import Form
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import names_of, scope_of
from bihuan.kernel.identity.selectors.posts import staff_over
from bihuan.kernel.meetings.actions import rules as actions
from bihuan.kernel.meetings.selectors import rules
from bihuan.kernel.meetings.words import FIELDS, TERMS, WEEKDAYS
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import run
from bihuan.site.admin.doors import Ask, Told, Values, ask
from bihuan.site.admin.places import place_names, read_place, write_place
from bihuan.site.discovery import lines
from bihuan.site.meetings import clashes, forms, permits, words
from bihuan.ui import cells
from bihuan.ui.doors import options_for
from bihuan.ui.page import Page, actor_of, may, page
from bihuan.ui.panels import Action, Column, Empty, Panel, Table


@page(permit=permits.READ)
def chairs(request: HttpRequest) -> Page:
    """Show who decides at one's place: the rungs with their chairs, and the table of portfolios."""
    actor = actor_of(request)
    doors = [Action(title=_("Rungs and portfolios"), href=reverse("meetings_rules"), icon="gear")]
    return Page(
        title=_("Who decides"),
        kind="list",
        panels=[words.tabs("meetings_chairs"), *_tables(actor, edit=False)],
        actions=doors if may(permits.RULES, actor) else [],
    )


@page(permit=permits.RULES)
def tables(request: HttpRequest) -> Page:
    """Show every row in force or to come, with what adds one."""
    actor = actor_of(request)
    return Page(
        title=_("Rungs and portfolios"),
        kind="list",
        crumbs=words.crumbs(),
        lead=_("Rows are dated and added, never changed: the nearest division wins, then the latest day."),
        panels=[*_tables(actor, edit=True), _weights(), _series()],
    )


def _tables(actor: Actor, *, edit: bool) -> list[Panel]:
    posts = _posts()
    return [_rungs(actor, edit=edit), _duties(posts, edit=edit), _away(posts, actor)]


def _add(name: str, title: str) -> list[Action]:
    return [Action(title=title, href=reverse(name), icon="plus")]


def _posts() -> dict[int, str]:
    sql = (
        "SELECT p.id, coalesce(nullif(o.short_name, ''), o.name) || ' ' || u.name FROM identity_post p"
        " JOIN identity_user u ON u.id = p.user_id JOIN identity_organisation o ON o.id = p.organisation_id"
        " WHERE p.id IN (SELECT post FROM meetings_dutyrow UNION SELECT deputy FROM meetings_dutyrow"
        " UNION SELECT post FROM meetings_absence)"
    )
    return dict(run(sql))


def _rungs(actor: Actor, *, edit: bool) -> Table:
    rows = rules.rows(rules.Rung)[::-1] if edit else rules.rungs(scope_of(actor.division))
    places = place_names({row.division for row in rows})

    def meets(row: rules.Rung) -> str:
        return _(WEEKDAYS[row.weekday]) if row.weekday is not None else _("when something is proposed")

    def chair(row: rules.Rung) -> str:
        role = roles.get(row.chair)
        return _(role.title) if role else row.chair

    return Table(
        id="rungs",
        title=_("Rungs"),
        rows=rows,
        empty=Empty(text=_("No rung is set."), icon="flag"),
        actions=_add("meetings_rung", _("Set a rung")) if edit else [],
        columns=[
            Column(_("No."), "place", number=True),
            Column(_("Rung"), "title", head=True),
            Column(_("Chair"), chair),
            Column(_("When it meets"), meets),
            Column(_("Request first"), lambda row: _("yes") if row.request else ""),
            Column(_("Proposed by itself"), _self_proposed),
            Column(_("Where"), lambda row: places.get(row.division, f"#{row.division}"), wide=True),
            Column(_("Holds from"), _since, wide=True),
            Column(_("Source"), lambda row: cells.Quiet(row.source), wide=True),
        ],
    )


def _self_proposed(row: rules.Rung) -> str:
    if row.late_days is None:
        return _("never")
    return (
        _("%(n)s working days late") % {"n": row.late_days} if row.late_days else _("as soon as it is late")
    )


def _since(row: Any) -> Any:
    return cells.Quiet(_("from the start")) if row.valid_from.year <= 2000 else row.valid_from


def _duties(posts: Mapping[int, str], *, edit: bool) -> Table:
    rows = [
        row for row in rules.rows(rules.Duty)[::-1] if row.valid_until is None or row.valid_until >= today()
    ]
    units = names_of([row.target for row in rows if row.field == "unit"])
    places = place_names(
        {row.target for row in rows if row.field == "division"} | {row.division for row in rows}
    )
    titles = {line.name: line.title for line in lines()}

    def about(row: rules.Duty) -> str:
        named = {
            "unit": units.get(row.target), "division": places.get(row.target),
            "line": _(titles[row.line]) if row.line in titles else row.line, "subject": f"#{row.target}",
        }.get(row.field)  # fmt: skip
        return " · ".join(filter(None, (_(FIELDS[row.field]), named)))

    def until(row: rules.Duty) -> Any:
        if row.valid_until or not edit:
            return row.valid_until
        return cells.To(_("End this row"), reverse("meetings_duty_end", args=[row.id]))

    return Table(
        id="duties",
        title=_("Portfolios"),
        rows=rows,
        empty=Empty(
            text=_("No portfolio is entered: the nearest post of a rung's role decides."), icon="people"
        ),
        actions=_add("meetings_duty", _("Set a portfolio")) if edit else [],
        columns=[
            Column(_("Who decides"), lambda row: posts.get(row.post, f"#{row.post}"), head=True),
            Column(_("Field of work"), about),
            Column(_("Deputy when away"), lambda row: posts.get(row.deputy, "")),
            Column(_("Where"), lambda row: places.get(row.division, f"#{row.division}"), wide=True),
            Column(_("Holds from"), _since),
            Column(_("Until"), until),
            Column(_("Source"), lambda row: cells.Quiet(row.source), wide=True),
        ],
    )


def _away(posts: Mapping[int, str], actor: Actor) -> Table:
    rows = rules.rows(rules.Absence, "last >= %s", (today(),))
    chair = actor.role in {"coordinator", "leader", "principal"}
    return Table(
        id="away",
        title=_("Away"),
        rows=rows,
        empty=Empty(
            text=_("Nobody is away. What waits for who is away passes to the next chair."), icon="user"
        ),
        actions=_add("meetings_away", _("Write down who is away")) if chair else [],
        columns=[
            Column(_("Who is away"), lambda row: posts.get(row.post, f"#{row.post}"), head=True),
            Column(_("First day"), "first"),
            Column(_("Last day"), "last"),
        ],
    )


def _weights() -> Table:
    rows = rules.rows(rules.WeightRow)[::-1]
    places = place_names({row.division for row in rows})
    return Table(
        id="weights",
        title=_("Weights of the order by harm"),
        rows=rows,
        actions=_add("meetings_weight", _("Set a weight")),
        columns=[
            Column(_("Term"), lambda row: _(TERMS[row.term][0]), head=True),
            Column(_("Points for each"), lambda row: words.number(row.weight), number=True),
            Column(_("Counted in"), lambda row: _(TERMS[row.term][1])),
            Column(_("Counted up to"), lambda row: words.number(row.bound) if row.bound else "", number=True),
            Column(_("Where"), lambda row: places.get(row.division, f"#{row.division}"), wide=True),
            Column(_("Holds from"), _since, wide=True),
            Column(_("Source"), lambda row: cells.Quiet(row.source), wide=True),
        ],
    )


def _series() -> Table:
    rows = rules.rows(rules.Series)[::-1]
    places = place_names({row.division for row in rows})
    return Table(
        id="series",
        title=_("Recurring meetings"),
        rows=rows,
        actions=_add("meetings_series", _("Set a recurring meeting")),
        columns=[
            Column(_("Meeting"), "title", head=True),
            Column(_("Day of the week"), lambda row: _(WEEKDAYS[row.weekday])),
            Column(_("At"), lambda row: f"{row.begins:%H:%M}"),
            Column(_("Rung"), "place", number=True),
            Column(_("In use"), lambda row: _("yes") if row.active else _("no")),
            Column(_("Where"), lambda row: places.get(row.division, f"#{row.division}"), wide=True),
            Column(_("Holds from"), _since, wide=True),
        ],
    )


# Forms ------------------------------------------------------------------------------------------------


def _form(
    request: HttpRequest, form: Form, act: Callable[[Values], object], start: Values, **more: Any
) -> Page | HttpResponseBase:
    def carry(values: Values) -> Told:
        act(values)
        return Told(url=reverse("meetings_rules"), message=_("Written down, and in the ledger."))

    back = reverse("meetings_rules" if may(permits.RULES, actor_of(request)) else "meetings_chairs")
    crumbs = words.crumbs((_("Rungs and portfolios"), back))
    return ask(
        request, Ask(form=form, act=carry, back=back, crumbs=crumbs, start=start, submit=_("Save"), **more)
    )


def _start(actor: Actor, **more: Any) -> Values:
    return {"division": write_place(actor.division), "valid_from": today().isoformat(), "active": "1", **more}


def _row(values: Values) -> dict[str, Any]:
    """Return what every dated row takes, as its action wants it."""
    return {
        "division": read_place(values.get("division", "")),
        "valid_from": date.fromisoformat(values["valid_from"]),
        "source": values["source"],
    }


def _staff(actor: Actor, *only: str) -> list[tuple[str, str]]:
    found = staff_over(actor.division)
    return [(str(p.id), f"{p.unit_name} · {p.user_name}") for p in found if not only or p.role in only]


@page(permit=permits.RULES)
def rung(request: HttpRequest) -> Page | HttpResponseBase:
    """Set a rung from a day on."""
    actor = actor_of(request)
    chosen = [(role.name, role.title) for role in roles.all_roles() if role.sees == "scope"]

    def act(values: Values) -> object:
        day = values.get("weekday")
        return actions.set_rung(
            actor, values["name"], values["title"], values["place"], values["chair"], **_row(values),
            mode=values["mode"], weekday=int(day) if day and values["mode"] == "days" else None,
            request=bool(values.get("request")), late_days=values.get("late_days"),
            active=bool(values.get("active")),
        )  # fmt: skip

    return _form(request, forms.rung(chosen), act, _start(actor, mode="proposed"))


@page(permit=permits.RULES)
def duty(request: HttpRequest) -> Page | HttpResponseBase:
    """Set a row of the table of portfolios."""
    actor = actor_of(request)
    offered = [(line.name, line.title) for line in lines()]
    form = forms.duty(_staff(actor), offered)

    def act(values: Values) -> object:
        field = values["field"]
        target = {
            "unit": values.get("unit", 0), "subject": values.get("subject", 0),
            "division": read_place(values.get("about", ""), "about"),
        }.get(field, 0)  # fmt: skip
        if field in {"unit", "subject", "division"} and not target:
            where = "about" if field == "division" else field
            raise BadInput(_("Name what the field of work is: the subject, unit or division."), where=where)
        until = values.get("valid_until")
        return actions.set_duty(
            actor, int(values["post"]), field, **_row(values), target=target,
            line=values.get("line", "") if field == "line" else "", deputy=int(values.get("deputy") or 0),
            valid_until=date.fromisoformat(until) if until else None,
        )  # fmt: skip

    return _form(request, form, act, _start(actor), options=options_for(actor))


@page(permit=permits.RULES)
def duty_end(request: HttpRequest, duty: int) -> Page | HttpResponseBase:
    """Let a portfolio end."""
    actor = actor_of(request)

    def act(values: Values) -> object:
        actions.end_duty(actor, duty, date.fromisoformat(values["last"]))
        return None

    return _form(request, forms.END, act, {"last": today().isoformat()})


@page(permit=permits.PLAN)
def away(request: HttpRequest) -> Page | HttpResponseBase:
    """Write down that a chair is away."""
    actor = actor_of(request)
    posts = _staff(actor, "coordinator", "leader", "principal")

    def act(values: Values) -> object:
        first, last = (date.fromisoformat(values[name]) for name in ("first", "last"))
        return actions.set_away(actor, int(values["post"]), first, last)

    return _form(request, forms.away(posts), act, {"post": str(actor.post), "first": today().isoformat()})


@page(permit=permits.RULES)
def weight(request: HttpRequest) -> Page | HttpResponseBase:
    """Set what a term of the order by harm weighs."""
    actor = actor_of(request)

    def act(values: Values) -> object:
        bound = values.get("bound")
        return actions.set_weight(
            actor,
            values["term"],
            Decimal(values["weight"]),
            bound=Decimal(bound) if bound else None,
            **_row(values),
        )

    return _form(request, forms.WEIGHT, act, _start(actor))


@page(permit=permits.RULES)
def series(request: HttpRequest) -> Page | HttpResponseBase:
    """Set a recurring meeting."""
    actor = actor_of(request)
    rungs = [(str(one.place), one.title) for one in rules.rungs(scope_of(actor.division))]

    def warn(values: Values) -> list[Panel]:
        row = _row(values)
        found = rules.Series(
            0, values["name"], values["title"], int(values["place"]), int(values["weekday"]), _hour(values),
            values["minutes"], "", values["ahead"], True, at=now(), **row,
        )  # fmt: skip
        here = scope_of(row["division"] or actor.division)
        return clashes.of_series(found, here) if values.get("active") else []

    def act(values: Values) -> object:
        return actions.set_series(
            actor, values["name"], values["title"], int(values["place"]), int(values["weekday"]), _hour(values),
            **_row(values), minutes=values["minutes"], room=values.get("room", ""), ahead=values["ahead"],
            active=bool(values.get("active")),
        )  # fmt: skip

    start = _start(actor, name="weekly", minutes=90, ahead=3)
    return _form(request, forms.series(rungs), act, start, warn=warn)


def _hour(values: Values) -> time:
    try:
        return time.fromisoformat(values["begins"])
    except ValueError:
        raise BadInput(_("Please write the hour as 09:00."), where="begins") from None
