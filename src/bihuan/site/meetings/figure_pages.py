"""The figures of the ladder: each with its fraction, its moment and definition, rung by rung, down to the matters."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.figures import selectors as kernel
from bihuan.kernel.figures.selectors import FigureValue
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.meetings.selectors import ladder as climbing
from bihuan.kernel.meetings.selectors import rules
from bihuan.kernel.meetings.selectors.ladder import RungFigures
from bihuan.kernel.meetings.selectors.rules import Rung
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.permits.rules import branches
from bihuan.logic.rates import Figure as Declared
from bihuan.site.meetings import figures, permits, words
from bihuan.site.meetings.drawing import ladder_panel
from bihuan.ui import cells, counted
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import (
    Column,
    Empty,
    Facts,
    Figure,
    Figures,
    Filter,
    FilterBar,
    Panel,
    Prose,
    Tab,
    Table,
    Tabs,
)

SPANS = (30, 90, 365)


def _days(request: HttpRequest) -> int:
    asked = request.GET.get("days", "90")
    return int(asked) if asked in {str(n) for n in SPANS} else 90


def since_days(days: int) -> date:
    """Return the day a period of so many days begins."""
    return today() - timedelta(days=days)


def _href(name: str, days: int, **more: str) -> str:
    query = {"days": str(days), **{key: value for key, value in more.items() if value}}
    return f"{reverse('meetings_figure', args=[name])}?{urlencode(query)}"


@page(permit=permits.READ)
def overview(request: HttpRequest) -> Page:
    """Show decision latency, putting off, and time and resolution on each rung, with the picture of the ladder."""
    actor, days = actor_of(request), _days(request)
    rungs = rules.rungs(scope_of(actor.division))
    choices = [(str(n), _("proposed in the last %(n)s days") % {"n": n}) for n in SPANS]
    bar = FilterBar(
        id="filters",
        url=reverse("meetings_figures"),
        filters=[Filter("days", _("Period"), choices, str(days))],
    )
    found = climbing.climbs(actor)
    picture: list[Panel] = (
        [ladder_panel("ladder", _("How far each stuck matter has climbed"), found, rungs)] if found else []
    )
    return Page(
        title=_("Figures of the ladder"),
        kind="list",
        panels=[
            words.tabs("meetings_figures"),
            bar,
            _tiles(actor, days),
            _by_rung(actor, days, rungs),
            *picture,
        ],
    )


def values(actor: Actor, since: date, group: str | None = None) -> dict[str, list[FigureValue]]:
    """Return the figures of the ladder over what the actor sees, by name; of each rung when grouped."""
    found = kernel.computed_together(figures.ALL, branches(actor), None, since, group)
    return {one.name: counts for one, counts in zip(figures.ALL, found, strict=True)}


def _tiles(actor: Actor, days: int) -> Figures:
    found = values(actor, since_days(days))
    return Figures(id="tiles", figures=[_tile(one, found[one.name], days) for one in figures.ALL])


def _tile(declared: Declared, found: Sequence[FigureValue], days: int) -> Figure:
    href = _href(declared.name, days)
    if not found:
        return Figure(title=_(declared.title), href=href, definition=_(declared.definition), as_of=now())
    value = found[0]
    per = "" if counted.is_rate(declared, value) else _("%(sum)s hours / %(n)s items") % {
        "sum": words.number(value.numerator), "n": value.denominator}  # fmt: skip
    return counted.tile(declared, value, href, compare=per)


def _by_rung(actor: Actor, days: int, rungs: Sequence[Rung]) -> Table:
    since = datetime.combine(since_days(days), time(0), LOCAL)
    rows = climbing.figures(actor, since, now() + timedelta(days=1))
    grouped = values(actor, since_days(days), figures.BY_RUNG)
    known = {name: {value.group: value for value in found} for name, found in grouped.items()}

    def said(declared: Declared) -> Any:
        def cell(row: RungFigures) -> Any:
            value = known[declared.name].get(str(row.place))
            if value is None or not value.denominator:
                return ""
            return cells.To(counted.shown(declared, value), _href(declared.name, days, rung=str(row.place)))

        return cell

    def share(part: int, whole: int) -> object:
        return cells.Rate(part, whole) if whole else ""

    return Table(
        id="figures",
        title=_("What each rung did"),
        caption=_("Figures of the ladder"),
        rows=rows,
        empty=Empty(text=_("Nothing was proposed in this period."), icon="chart"),
        columns=[
            Column(_("Rung"), lambda row: words.rung_title(rungs, row.place), head=True),
            Column(_("Proposed"), "proposed", number=True),
            *(Column(_(declared.title), said(declared), number=True) for declared in figures.ALL),
            Column(_("Solved on this rung"), lambda row: share(row.solved, row.ended), number=True),
            Column(_("Taken higher"), lambda row: share(row.raised, row.ended), number=True),
        ],
    )


@page(permit=permits.READ)
def one(request: HttpRequest, ladder_figure: str) -> Page:
    """Show one figure of the ladder and the agenda items behind each of its parts."""
    actor, days = actor_of(request), _days(request)
    declared = next((one for one in figures.ALL if one.name == ladder_figure), None)
    if declared is None:
        raise NotFound(_("There is no such figure."), where=ladder_figure)
    rung = request.GET.get("rung", "")
    rung = rung if rung.isdecimal() and len(rung) < 3 else ""
    part = request.GET.get("part", "denominator")
    part = part if part in declared.parts() else "denominator"
    group = figures.BY_RUNG if rung else None
    found = kernel.value(declared.name, branches(actor), since=since_days(days), group_by=group)
    value = next((one for one in found if not rung or one.group == rung), None)
    items: list[tuple[str, Any]] = [(_("Period"), _("proposed in the last %(n)s days") % {"n": days})]
    if rung:
        items.append((_("Rung"), words.rung_title(rules.rungs(scope_of(actor.division)), int(rung))))
    if value is not None and value.denominator:
        items += [(_(declared.title), counted.shown(declared, value)), (_("As of"), value.at)]
        items += [(_(title), count) for title, count in value.excluded]
    tabs = [Tab(_(title), _href(declared.name, days, part=name, rung=rung), name == part)
            for name, title in counted.titles(declared).items()]  # fmt: skip
    return Page(
        title=_(declared.title),
        kind="list",
        crumbs=words.crumbs((_("Figures of the ladder"), f"{reverse('meetings_figures')}?days={days}")),
        panels=[
            Prose(id="definition", paragraphs=[_(declared.definition)]),
            Facts(id="figure", title=_(declared.title), items=items),
            Tabs(id="parts", tabs=tabs, body=[_cases(request, actor, declared, part, days, rung)]),
        ],
    )


def _cases(request: HttpRequest, actor: Actor, declared: Declared, part: str, days: int, rung: str) -> Table:
    found = kernel.cases(
        declared.name, part, branches(actor), since=since_days(days), limit=counted.SIZE + 1,
        before=counted.place_after(request.GET.get("before", "")),
        group=(figures.BY_RUNG, rung) if rung else None,
    )  # fmt: skip
    return counted.cases(found, lambda after: _href(declared.name, days, part=part, rung=rung, before=after))
