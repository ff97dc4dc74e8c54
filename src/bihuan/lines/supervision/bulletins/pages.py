"""Bulletins: their list, one with its numbers, and the matters each number counts."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.identity.selectors import names_of
from bihuan.kernel.now import today
from bihuan.lines.supervision.bulletins import actions, drafting, freezing, selectors
from bihuan.lines.supervision.bulletins.counting import Line, as_json, summed
from bihuan.lines.supervision.bulletins.drafting import Figures as Numbers
from bihuan.lines.supervision.bulletins.drafting import Ranked
from bihuan.lines.supervision.bulletins.figures import WORK, definition, title
from bihuan.lines.supervision.bulletins.forms import CHOICES, DRAFT
from bihuan.lines.supervision.bulletins.selectors import BulletinRow
from bihuan.logic import periods
from bihuan.ui import cells
from bihuan.ui import papers as paper_links
from bihuan.ui.doors import carry
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import (
    Action,
    Alert,
    Column,
    Empty,
    Figure,
    Figures,
    Filter,
    FilterBar,
    FormPanel,
    Pager,
    Panel,
    Picture,
    Table,
)

PERMIT = "supervision.bulletins"
SIZE = 50


def href(row: BulletinRow) -> str:
    """Return the address of a bulletin."""
    return reverse("supervision_bulletin", args=[row.id])


def cases_href(row: BulletinRow, measure: str, unit: int | None = None) -> str:
    """Return the address of what a number counts."""
    query = f"?{urlencode({'unit': unit})}" if unit is not None else ""
    return reverse("supervision_bulletin_cases", args=[row.id, measure]) + query


def _title(kind: str) -> str:
    return _({str(name): title for name, title in CHOICES}[kind])


@page(permit=PERMIT)
def bulletins(request: HttpRequest) -> Page:
    """List the bulletins of one's place."""
    actor, asked = actor_of(request), request.GET
    kind = asked.get("kind", "") if asked.get("kind") in dict(CHOICES) else ""
    before = int(asked["before"]) if asked.get("before", "").isdigit() else 0
    rows, more = selectors.listed(actor, kind, before=before, limit=SIZE)
    papers = selectors.papers_of(rows)
    columns = [
        Column(_("Kind"), lambda row: _title(row.kind)),
        Column(_("Period"), lambda row: row.period.name, head=True, link=href),
        Column(_("Number of the paper"), lambda row: paper_links.number(papers.get(row.paper))),
        Column(_("Came in"), lambda row: row.totals.get("opened", 0), number=True),
        Column(_("Open and overdue"), lambda row: row.totals.get("overdue", 0), number=True),
        Column(_("Drafted on"), "made_at", wide=True),
    ]
    empty = Empty(
        text=_(
            "No bulletin yet. They write themselves when a week, month or quarter is over; or draft one now."
        ),
        action=Action(title=_("Draft a bulletin"), href=reverse("supervision_bulletin_new"), primary=True),
    )
    table = Table(
        id="bulletins", caption=_("Bulletins"), columns=columns, rows=rows, row_href=href, empty=empty,
        pager=Pager(next=f"?{urlencode({'kind': kind, 'before': str(more)})}" if more else ""),
    )  # fmt: skip
    choices = [("", _("all kinds")), *((name, _(title)) for name, title in CHOICES)]
    bar = FilterBar(
        id="filters", url=reverse("supervision_bulletins"), filters=[Filter("kind", _("Kind"), choices, kind)]
    )
    add = [Action(title=_("Draft a bulletin"), href=reverse("supervision_bulletin_new"), icon="plus")]
    return Page(title=_("Bulletins"), kind="list", panels=[bar, table], actions=add)


@page(permit=PERMIT)
def new(request: HttpRequest) -> Page | HttpResponseBase:
    """Draft the bulletin of a period that is over."""
    actor = actor_of(request)

    def prepare(told: Mapping[str, Any]) -> int:
        return actions.prepare(actor, periods.containing(told["kind"], date.fromisoformat(told["day"])))

    start = {"kind": "week", "day": (today() - timedelta(days=7)).isoformat()}
    tried = carry(request, DRAFT, prepare, start=start)
    if tried.done:
        back = reverse("supervision_bulletin", args=[tried.answer])
        return done(request, back, _("The draft is written."))
    panel = FormPanel(
        id="ask", form=DRAFT, url=request.path, values=tried.values, errors=tried.errors, submit=_("Draft a bulletin"),
        cancel=reverse("supervision_bulletins"), in_place=False,
        intro=_("Its figures are frozen first. What is corrected later is shown as a correction."),
    )  # fmt: skip
    crumbs = [Crumb(_("Bulletins"), reverse("supervision_bulletins"))]
    return Page(title=_("Draft a bulletin"), kind="form", crumbs=crumbs, panels=[panel], status=tried.status)


@page(permit=PERMIT)
def bulletin(request: HttpRequest, bulletin: int) -> Page | HttpResponseBase:
    """Show a bulletin's numbers, each open to what it counts; draft its tables anew."""
    actor = actor_of(request)
    row = selectors.bulletin(actor, bulletin)
    if request.method == "POST":
        actions.draft_anew(actor, row.paper, row.period, row.division)
        return done(request, href(row), _("Tables and picture are drawn anew; your words stay."))
    paper = selectors.papers_of([row])[row.paper]
    found = drafting.figures(row.division, row.period)
    names = names_of([one.line.unit for one in found.units if one.line.unit])
    panels: list[Panel] = [
        *_notes(row, found),
        _tiles(row, found),
        Picture(id="chart", title=_("Ended, part by part"), svg=drafting.chart(found),
                narrow=drafting.chart(found, 320),
                head=[_("Part"), _("Brought to an end")], rows=[[part.name, line.ended] for part, line in found.parts]),
        _units(row, found.units, names),
        _compared(found),
        _parts(found),
        *_inside(row),
        *_corrections(row, found),
    ]  # fmt: skip
    return Page(
        title=f"{_title(row.kind)} · {row.period.name}", code=paper.number,
        crumbs=[Crumb(_("Bulletins"), reverse("supervision_bulletins"))], panels=panels,
        actions=paper_links.doors(paper, href(row)),
    )  # fmt: skip


def _notes(row: BulletinRow, found: Numbers) -> list[Panel]:
    made: list[Panel] = []
    if not found.frozen:
        made.append(Alert(id="live", tone="warn", text=_("Not all days of this period are frozen yet.")))
    if as_json(found.total) != row.totals:
        text = _(
            "The numbers differ from those this bulletin was drafted with. Draw the tables anew before signing."
        )
        made.append(Alert(id="moved", tone="bad", text=text))
    return made


def _tiles(row: BulletinRow, found: Numbers) -> Figures:
    total, last = found.total, row.until
    tiles = [
        Figure(
            title=_(title(name)),
            value=total.of(name),
            unit=_("cases"),
            as_of=last,
            href=cases_href(row, name),
            definition=_(definition(name)),
        )
        for name in ("opened", "on_time", "late", "open", "overdue", *WORK)
    ]
    rate = Figure(
        title=_("On-time rate"), part=total.of("on_time"), whole=total.whole, as_of=last,
        definition=_("What is open and overdue at the end counts against it."),
    )  # fmt: skip
    return Figures(
        id="figures", title=_("In numbers"), figures=[*tiles[:5], rate, *_reporting(row, found), *tiles[5:]]
    )


def _reporting(row: BulletinRow, found: Numbers) -> list[Figure]:
    due = found.total.of("reports")
    if not due:
        return []
    return [
        Figure(
            title=_("Reports in time"), part=found.total.of("in_time"), whole=due, as_of=row.until,
            definition=_(definition("in_time")), href=cases_href(row, "in_time"),
        )
    ]  # fmt: skip


def _units(row: BulletinRow, units: list[Ranked], names: dict[int, str]) -> Table:
    def number(measure: str) -> Column:
        return Column(
            _(title(measure)),
            lambda one: cells.To(str(one.line.of(measure)), cases_href(row, measure, one.line.unit)),
            number=True,
        )

    columns = [
        Column(_("Place in the ranking"), lambda one: one.place or cells.Quiet(_("too few cases"))),
        Column(_("Lead unit"), lambda one: names.get(one.line.unit, _("no unit yet")), head=True),
        *(number(name) for name in ("opened", "on_time", "late", "open", "overdue")),
        Column(_("On-time rate"), lambda one: cells.Rate(one.line.of("on_time"), one.line.whole)),
    ]
    return Table(
        id="units", title=_("By unit"), columns=columns, rows=units, empty=Empty(text=_("Nothing counted."))
    )


def _compared(found: Numbers) -> Table:
    def row(title: str, read: Any) -> dict[str, Any]:
        now, before, year = read(found.total), read(found.before), read(found.year)
        changes = {"change": drafting.change(now, before), "year_change": drafting.change(now, year)}
        return {"title": title, "now": now, "before": before, "year": year, **changes}

    rows = [
        row(_("Came in"), lambda line: line.of("opened")),
        row(_("Brought to an end"), lambda line: line.ended),
    ]
    rows += [
        row(_(title(name)), lambda line, name=name: line.of(name))
        for name in ("on_time", "late", "open", "overdue", *WORK)
    ]
    before = _("Period before") if found.before_frozen else _("Period before (not frozen)")
    year = _("Same period last year") if found.year_frozen else _("Same period last year (not frozen)")
    columns = [
        Column(_("Figure"), "title", head=True),
        Column(_("This period"), "now", number=True),
        Column(before, "before", number=True),
        Column(_("Change against before"), "change"),
        Column(year, "year", number=True),
        Column(_("Change in a year"), "year_change"),
    ]
    return Table(id="compared", title=_("Compared"), columns=columns, rows=rows)


def _flow_columns() -> list[Column]:
    return [
        Column(_("Came in"), lambda one: one[1].of("opened"), number=True),
        Column(_("Ended in time"), lambda one: one[1].of("on_time"), number=True),
        Column(_("Ended late"), lambda one: one[1].of("late"), number=True),
        Column(_("Ended without a limit"), lambda one: one[1].of("unlimited"), number=True),
    ]


def _parts(found: Numbers) -> Table:
    rows: list[tuple[str, Line]] = [
        *((part.name, line) for part, line in found.parts),
        (_("Sum"), found.total),
    ]
    columns = [Column(_("Part"), lambda one: one[0], head=True), *_flow_columns()]
    return Table(id="parts", title=_("Part by part"), columns=columns, rows=rows)


def _inside(row: BulletinRow) -> list[Panel]:
    """Return the shorter bulletins inside this one, and whether their numbers are still those of the frozen days."""
    rows = selectors.inside(row)
    if not rows:
        return []

    def agrees(one: BulletinRow) -> cells.Tag:
        total = freezing.counted(one.division, one.since, one.until)[0]
        same = as_json(summed(total, one.until)[0]) == one.totals
        return cells.Tag(_("agrees"), "good") if same else cells.Tag(_("differs"), "bad")

    columns = [
        Column(_("Period"), lambda one: one.period.name, head=True, link=href),
        Column(_("Kind"), lambda one: _title(one.kind)),
        Column(_("Came in"), lambda one: one.totals.get("opened", 0), number=True),
        Column(_("With the frozen days"), agrees),
    ]
    return [Table(id="inside", title=_("Bulletins inside this period"), columns=columns, rows=rows)]


def _corrections(row: BulletinRow, found: Numbers) -> list[Panel]:
    rows = freezing.corrections(row.division, row.since, row.until) if found.frozen else []
    if not rows:
        return []
    names = names_of([unit for _m, unit, _old, _new in rows if unit])
    columns = [
        Column(_("Lead unit"), lambda one: names.get(one[1], _("no unit yet")), head=True),
        Column(_("Figure"), lambda one: _(title(one[0]))),
        Column(_("Frozen"), lambda one: one[2], number=True),
        Column(
            _("Known now"), lambda one: cells.To(str(one[3]), cases_href(row, one[0], one[1])), number=True
        ),
    ]
    heading = _("Corrections since it was frozen; the frozen numbers stay")
    return [Table(id="corrections", title=heading, columns=columns, rows=rows)]
