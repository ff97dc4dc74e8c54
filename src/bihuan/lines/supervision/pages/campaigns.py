"""Campaigns: the list, beginning one, the lens with countdown, coverage, day by day, and the reports' drafts."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow.registry import all_declared
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.now import now, today
from bihuan.lines.projects.contracts import StageClass
from bihuan.lines.supervision.campaigns import actions, selectors
from bihuan.lines.supervision.campaigns.selectors import CampaignRow, ReportRow
from bihuan.lines.supervision.issuing import actions as issuing
from bihuan.lines.supervision.scoring import wording
from bihuan.logic.mechanism import said
from bihuan.logic.pictures import trend
from bihuan.ui import cards as ui_cards
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.doors import carry
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import (
    Action,
    Column,
    Empty,
    Facts,
    Figure,
    Figures,
    FormPanel,
    Matters,
    Panel,
    Picture,
    Prose,
    Tab,
    Table,
    Tabs,
)

CLASSES = {
    StageClass.BUILDING: said("Under construction"),
    StageClass.LAND_IDLE: said("Land acquired, not started"),
    StageClass.NO_LAND: said("No land yet"),
    StageClass.FINISHED: said("Finished"),
}


def link(found: CampaignRow) -> str:
    """Return the address of a campaign."""
    return reverse("supervision_campaign", args=[found.id])


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Campaigns"), reverse("supervision_campaigns"))]


def _form() -> Form:
    kinds = tuple((one.name, one.noun) for one in all_declared() if not one.name.startswith("supervision."))
    return Form(
        "supervision.campaign",
        said("Begin a campaign"),
        (
            Field("name", said("Name"), required=True, max_length=120),
            Field("goal", said("Goal"), "long", max_length=500),
            Field("first_day", said("From"), "date", required=True),
            Field("last_day", said("To"), "date", required=True),
            Field("kinds", said("Kinds of matters"), "choices", choices=kinds, help=said("None chosen: all.")),
            Field("classes", said("Classes of projects"), "choices", choices=tuple(CLASSES.items()),
                  help=said("None chosen: all.")),
        ),
    )  # fmt: skip


@page(permit="supervision.scores")
def campaigns(request: HttpRequest) -> Page:
    """List the campaigns of one's place."""
    actor = actor_of(request)
    columns = [
        Column(_("Name"), "name", head=True, link=link),
        Column(_("From"), "first_day"),
        Column(_("To"), "last_day"),
        Column(_("State"), _state),
    ]
    table = Table(
        id="campaigns", caption=_("Campaigns"), columns=columns, rows=selectors.listed(actor), row_href=link,
        row_key=lambda r: r.id,
        empty=Empty(text=_("A campaign looks at matters there are; it makes no second list."), icon="flag"),
    )  # fmt: skip
    doors = []
    if has_right(actor, actions.RIGHT):
        doors = [
            Action(
                title=_("Begin a campaign"),
                href=reverse("supervision_campaign_new"),
                icon="plus",
                primary=True,
            )
        ]
    return Page(title=_("Campaigns"), kind="list", panels=[table], actions=doors)


def _state(found: CampaignRow) -> Any:
    if found.ended_at or found.last_day < today():
        return cells.Tag(_("Campaign ended"), "quiet")
    if found.first_day > today():
        return cells.Tag(_("Not begun"), "info")
    return cells.Tag(_("%(n)d days left") % {"n": found.left(today())}, "warn")


@page(permit="supervision")
def new(request: HttpRequest) -> Page | HttpResponseBase:
    """Begin a campaign."""
    actor, form = actor_of(request), _form()
    start = {"first_day": today().isoformat()}
    tried = carry(request, form, lambda told: actions.from_form(actor, told), start=start)
    if tried.done:
        back = reverse("supervision_campaign", args=[tried.answer])
        return done(request, back, _("The campaign has begun."))
    panel = FormPanel(
        id="campaign", form=form, url=request.path, values=tried.values, errors=tried.errors, in_place=False,
        cancel=reverse("supervision_campaigns"), submit=_("Begin"),
    )  # fmt: skip
    return Page(
        title=_("Begin a campaign"), crumbs=_crumbs(), kind="form", panels=[panel], status=tried.status
    )


@page(permit="supervision.scores")
def campaign(request: HttpRequest, campaign: int) -> Page:
    """Show the lens: countdown, what opened and closed, visits, the matters, the reports."""
    actor = actor_of(request)
    found = selectors.campaign(actor, campaign)
    state = request.GET.get("state", "open")
    state = state if state in {"open", "closed", "late"} else "open"
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else 0
    rows, more = selectors.matters(actor, found, state, before)
    tabs = [
        Tab(title, f"?state={name}", name == state)
        for name, title in (
            ("open", _("Still open")),
            ("late", _("Overdue")),
            ("closed", _("Already closed")),
        )
    ]
    doors = []
    if has_right(actor, actions.RIGHT) and found.ended_at is None:
        report_, end_ = (
            reverse(name, args=[found.id])
            for name in ("supervision_campaign_report", "supervision_campaign_end")
        )
        sure = _("End it? What it shows stays readable.")
        doors = [
            Action(title=_("Draft today's report"), href=report_, post=True, icon="file", primary=True),
            Action(title=_("End the campaign"), href=end_, post=True, confirm=sure, icon="x"),
        ]
    shown = Matters(
        id="matters", cards=ui_cards.cards(rows),
        more=Action(title=_("Older ones"), href=f"?state={state}&before={more}") if more else None,
        empty=_("No matter of this campaign stands so."),
    )  # fmt: skip
    return Page(
        title=found.name, crumbs=_crumbs(), lead=found.goal, top=[_tiles(found)],
        panels=[*_picture(found), Tabs(id="states", tabs=tabs, body=[shown])], side=[_facts(found), *_reports(found)],
        actions=doors,
    )  # fmt: skip


def _tiles(found: CampaignRow) -> Panel:
    made = selectors.counts(found)
    tiles = [
        Figure(title=_("Days left"), value=found.left(today()), as_of=today(),
               unit=_("of %(n)d days") % {"n": found.days}),
        Figure(title=_("Opened since it began"), value=made.opened, unit=_("cases"), as_of=now(), href="?state=open"),
        Figure(title=_("Closed since it began"), value=made.closed, unit=_("cases"), as_of=now(), href="?state=closed"),
        Figure(title=_("Open past the limit"), value=made.late, unit=_("cases"), as_of=now(), href="?state=late",
               light="late" if made.late else ""),
    ]  # fmt: skip
    if made.visited is not None:
        tiles.append(Figure(title=_("Projects visited"), part=made.visited, whole=made.projects, as_of=now()))
    return Figures(id="figures", figures=tiles)


def _picture(found: CampaignRow) -> list[Panel]:
    rows = selectors.by_day(found)
    if len(rows) < 2:
        return []
    points = [trend.Point(f"{day.month}-{day.day}", float(closed)) for day, _opened, closed in rows]
    svg = trend.trend_svg(_("Closed day by day"), points, kind="bar", width=720, height=120)
    return [
        Picture(id="days", title=_("Closed day by day"), svg=svg, head=[_("Day"), _("Opened"), _("Already closed")],
                rows=[list(row) for row in rows])
    ]  # fmt: skip


def _facts(found: CampaignRow) -> Panel:
    items: list[tuple[str, Any]] = [
        (_("Runs"), f"{fmt.day(found.first_day, weekday=False)} – {fmt.day(found.last_day, weekday=False)}"),
        (_("Kinds of matters"), "、".join(wording.noun(k) for k in found.kinds) or _("all")),
        (_("Classes of projects"), "、".join(_(CLASSES[StageClass(c)]) for c in found.classes) or _("all")),
    ]
    return Facts(id="facts", title=_("What it looks at"), items=items, columns=1)


def _reports(found: CampaignRow) -> list[Panel]:
    rows = selectors.reports(found.id)[:14]
    if not rows:
        return []
    papers = selectors.papers_of(rows)

    def state(row: ReportRow) -> Any:
        paper = papers.get(row.paper)
        if paper is None:
            return cells.Quiet(_("counted only"))
        return cells.To(paper.number or _("draft"), reverse("paper", args=[paper.id]))

    columns = [
        Column(_("Day"), "day", head=True),
        Column(_("Draft no."), "draft", number=True),
        Column(_("Paper"), state),
    ]
    listed = Table(
        id="reports", title=_("Reports"), columns=columns, rows=rows, row_key=lambda r: f"{r.day}-{r.draft}"
    )
    latest = Prose(
        id="report",
        title=_("Report of %(day)s, draft %(n)d") % {"day": rows[0].day.isoformat(), "n": rows[0].draft},
        paragraphs=rows[0].text.splitlines(),
    )
    return [latest, listed]


@page(permit="supervision")
def report(request: HttpRequest, campaign: int) -> HttpResponseBase | Page:
    """Freeze the draft of a day's report and put it up as a paper, where it is edited, reviewed and signed."""
    actor = actor_of(request)
    found = selectors.campaign(actor, campaign)
    if request.method == "POST":
        given = request.POST.get("day", "")
        day = date.fromisoformat(given) if given else today()
        paper = issuing.report_paper(actor, campaign, day, actions.report(actor, campaign, day))
        return done(
            request, reverse("paper", args=[paper]), _("The draft stands as it was counted. Edit it here.")
        )
    return done(request, link(found))


@page(permit="supervision")
def end(request: HttpRequest, campaign: int) -> HttpResponseBase | Page:
    """End a campaign."""
    found = selectors.campaign(actor_of(request), campaign)
    if request.method == "POST":
        actions.end(actor_of(request), campaign)
        return done(request, link(found), _("The campaign has ended."))
    return done(request, link(found))
