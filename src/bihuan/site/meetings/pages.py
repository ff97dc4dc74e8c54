"""The register of meetings, the items that wait, the ladder and its figures."""

from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.meetings import selectors
from bihuan.kernel.meetings.selectors import coming, rules
from bihuan.kernel.meetings.selectors import ladder as climbing
from bihuan.kernel.meetings.selectors.agenda import ItemRow
from bihuan.kernel.meetings.selectors.register import MeetingRow
from bihuan.kernel.meetings.selectors.rules import Rung
from bihuan.kernel.now import now
from bihuan.site.discovery import subjects
from bihuan.site.meetings import permits, words
from bihuan.site.meetings.clashes import names
from bihuan.site.meetings.drawing import ladder_panel
from bihuan.ui import cells
from bihuan.ui.cards import cards, href, light
from bihuan.ui.naming import names_for
from bihuan.ui.page import Page, actor_of, may, page
from bihuan.ui.panels import Action, Column, Empty, Filter, FilterBar, Matters, Panel, Table


@page(permit=permits.READ)
def meetings(request: HttpRequest) -> Page:
    """Show the meetings to come and those that were."""
    actor = actor_of(request)
    coming = selectors.listed(actor, since=now() - timedelta(hours=12))
    past = selectors.listed(actor, until=now() - timedelta(hours=12), limit=50)
    rungs = rules.rungs(scope_of(actor.division))
    return Page(
        title=_("Meetings"),
        kind="list",
        lead=_("Being stuck only proposes an item; whether it is heard is its chair's to say."),
        panels=[
            words.tabs("meetings"),
            _register(
                "coming",
                _("To come"),
                coming,
                rungs,
                _("No meeting is planned yet: plan the first one."),
            ),
            _register("past", _("Held or cancelled"), past, rungs, _("No meeting has been held yet.")),
        ],
        actions=_doors(actor),
    )


def _doors(actor: Actor) -> list[Action]:
    found = []
    if may(permits.PLAN, actor):
        found.append(
            Action(title=_("Plan a meeting"), href=reverse("meetings_plan"), icon="plus", primary=True)
        )
    if may(permits.SITE, actor):
        found.append(Action(title=_("Meeting on site"), href=reverse("meetings_site"), icon="map"))
    if may(permits.RULES, actor):
        found.append(Action(title=_("Rungs and portfolios"), href=reverse("meetings_rules"), icon="gear"))
    return found


def _register(id: str, title: str, rows: list[MeetingRow], rungs: list[Rung], empty: str) -> Table:
    elsewhere = coming.crossed([row.id for row in rows if row.stage == "planned"])

    def what(row: MeetingRow) -> object:
        return cells.Stack([cells.To(row.title, reverse("meeting", args=[row.id])), cells.Quiet(row.code)])

    return Table(
        id=id,
        title=title,
        rows=rows,
        row_href=lambda row: reverse("meeting", args=[row.id]),
        empty=Empty(text=empty, icon="people"),
        columns=[
            Column(_("When"), lambda row: words.moment(row.begins)),
            Column(_("Meeting"), what, head=True),
            Column(_("Kind"), lambda row: words.kind_title(row.kind)),
            Column(_("Rung"), lambda row: words.rung_title(rungs, row.place) if row.place else "", wide=True),
            Column(_("Chair"), "chair_name"),
            Column(_("Where it is held"), "room", wide=True),
            Column(_("Agenda items"), "items", number=True),
            Column(_("Invited"), "guests", number=True, wide=True),
            *(
                [Column(_("Wanted elsewhere"), lambda row: names(elsewhere.get(row.id, [])))]
                if elsewhere
                else []
            ),
            Column(_("State"), lambda row: state(row.stage)),
        ],
    )


def state(stage: str) -> cells.Tag | str:
    """Return a meeting's stage as a tag."""
    tags = {
        "planned": cells.Tag(_("Planned")),
        "held": cells.Tag(_("Held, minutes due"), "warn"),
        "minuted": cells.Tag(_("Minutes issued"), "good"),
        "cancelled": cells.Tag(_("Cancelled"), "bad"),
    }
    return tags.get(stage, stage)


@page(permit=permits.READ)
def items(request: HttpRequest) -> Page:
    """Show what waits for an answer, and what waits for a meeting in the order of harm, with the formula."""
    actor = actor_of(request)
    held = [row for row in flow.held(actor) if row.kind in {"meetings.item", "meetings.request"}]
    mine = [row for row in held if row.stage in {"proposed", "waiting"}]
    rungs = rules.rungs(scope_of(actor.division))
    waiting = selectors.items(actor, stage="agreed")
    panels: list[Panel] = [words.tabs("meetings_items")]
    if mine:
        panels.append(
            Matters(id="mine", title=_("Waits for your answer"), cards=cards(mine), count=len(mine))
        )
    panels += [
        order_table(f"rung{rung.place}", f"{rung.title} · {_('to be heard')}", here)
        for rung in rungs
        if (here := [row for row in waiting if row.place == rung.place])
    ]
    if not waiting:
        panels.append(Empty(id="waiting", text=_("Nothing waits for a meeting."), icon="check"))
    proposed = selectors.items(actor, stage="proposed")
    if proposed:
        panels.append(order_table("proposed", _("Waits for the chair's answer"), proposed))
    return Page(
        title=_("Agenda items"),
        kind="list",
        lead=_(
            "Ordered by harm: the sum of what counts against each matter. A named person may order otherwise."
        ),
        panels=panels,
    )


def order_table(id: str, title: str, rows: list[ItemRow]) -> Table:
    """Return items in order, grouped by what they are about, each with the sum that placed it there."""
    about = _subjects(rows)
    who = words.people(int(row.item.value("ranked_by", 0)) for row in rows)
    names = names_for([row.matter for row in rows] + [row.item for row in rows])
    ordered = [row for _subject, group in selectors.grouped(rows) for row in group]

    def what(row: ItemRow) -> object:
        said = about.get(row.matter.subject)
        title = cells.To(row.item.title or _("(erased)"), href(row.item))
        return cells.Stack([title, cells.Quiet(said[0] if said else row.item.code)])

    def placed(row: ItemRow) -> object:
        sum_ = cells.Quiet(words.formula(row.harm))
        if not row.position:
            return sum_
        name = who.get(int(row.item.value("ranked_by", 0)), "")
        note = _("Placed as number %(n)s by %(name)s") % {"n": row.position, "name": name}
        return cells.Stack([cells.Tag(note, "warn"), sum_])

    return Table(
        id=id,
        title=title,
        rows=ordered,
        row_href=lambda row: href(row.item),
        columns=[
            Column(_("Light"), lambda row: cells.Lamp(light(row.matter))),
            Column(_("What the item is about"), what, head=True),
            Column(_("Harm"), lambda row: cells.Num(row.harm.points), number=True),
            Column(_("How the harm adds up"), placed),
            Column(_("Put off"), lambda row: row.tabled or "", number=True, wide=True),
            Column(_("Lead unit"), lambda row: names.unit(row.matter.lead_unit)),
            Column(_("Waits for"), lambda row: names.holder(row.item)),
        ],
    )


def _subjects(rows: list[ItemRow]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for line in {row.matter.line for row in rows}:
        ids = sorted({row.matter.subject for row in rows if row.matter.line == line and row.matter.subject})
        found |= subjects(line, ids) if ids else {}
    return found


@page(permit=permits.READ)
def ladder(request: HttpRequest) -> Page:
    """Show how far each stuck matter has climbed and how long it stood on each rung."""
    actor = actor_of(request)
    past = request.GET.get("state") == "past"
    rungs = rules.rungs(scope_of(actor.division))
    found = climbing.climbs(actor, past=past)
    states = [("", _("on the ladder now")), ("past", _("came down from it"))]
    bar = FilterBar(
        id="filters",
        url=reverse("meetings_ladder"),
        filters=[Filter("state", _("State"), states, "past" if past else "")],
    )
    panels: list[Panel] = [words.tabs("meetings_ladder"), bar]
    if found:
        panels.append(ladder_panel("ladder", _("How far each stuck matter has climbed"), found, rungs))
    else:
        text = _("Nothing stands on the ladder. Matters past their limit are proposed by themselves.")
        panels.append(Empty(id="ladder", text=text, icon="flag"))
    return Page(title=_("Ladder"), kind="list", panels=panels)
