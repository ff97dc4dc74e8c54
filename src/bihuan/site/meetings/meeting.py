"""One meeting: its agenda, who is invited, clashes, what can be done; and the pack that is printed."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.content import selectors as content
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.meetings import actions, selectors
from bihuan.kernel.meetings.papers import MINUTES
from bihuan.kernel.meetings.selectors import decided, rules
from bihuan.kernel.meetings.selectors.agenda import ItemRow
from bihuan.kernel.meetings.selectors.register import Clash, Guest, MeetingRow
from bihuan.kernel.papers import selectors as papers
from bihuan.kernel.permits.rules import sees
from bihuan.site.meetings import permits, words
from bihuan.site.meetings.clashes import said
from bihuan.site.meetings.pages import _subjects, state
from bihuan.site.meetings.panels import decisions_panel
from bihuan.site.papers.listing import papers_panel
from bihuan.ui import cells
from bihuan.ui.cards import href, left, light
from bihuan.ui.naming import names_for
from bihuan.ui.page import Page, actor_of, done, may, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Facts, MovesPanel, Panel, Prose, Table


@page(permit=permits.READ)
def meeting(request: HttpRequest, meeting: int) -> Page:
    """Show a meeting."""
    actor = actor_of(request)
    row, matter = selectors.meeting(actor, meeting)
    on, guests = selectors.agenda(row.id), selectors.guests(row.id)
    clashes = selectors.clashes([one.post for one in guests], row.begins, row.ends, row.id)
    return Page(
        title=row.title,
        code=row.code,
        crumbs=words.crumbs(),
        lead=f"{words.kind_title(row.kind)} · {words.moment(row.begins)} · {row.room or _('place still open')}",
        panels=[
            *(_clashing(clashes) if row.stage == "planned" else []),
            *_decided(actor, row),
            _agenda(on),
            _guests(guests),
            *([official] if (official := papers_panel(actor, row.id)) else []),
        ],
        side=[
            MovesPanel(id="moves", title=_("What can be done"), moves=_moves(actor, row, matter, on),
                       empty=_("You are invited to this meeting.")),
            _facts(row),
        ],
        actions=_beside(actor, row, matter),
    )  # fmt: skip


def _decided(actor: Actor, row: MeetingRow) -> list[Panel]:
    """Return what was decided about matters of the reader's, or when that can be read."""
    if row.stage not in {"held", "minuted"}:
        return []
    found = decided.of_meeting(actor, row.id)
    if found:
        return [decisions_panel(found, of_one_meeting=True)]
    if any(one.kind == MINUTES and one.is_signed for one in papers.of(row.id)):
        text = _(
            "Nothing was decided about matters you handle. The minutes are read by those they are circulated to."
        )
    else:
        text = _(
            "The minutes are not signed yet. What was decided about matters you handle stands here then."
        )
    return [Alert(id="decided-later", tone="info", text=text)]


def _beside(actor: Actor, row: MeetingRow, matter: MatterRow) -> list[Action]:
    found = [Action(title=_("Agenda pack"), href=reverse("meeting_pack", args=[row.id]), icon="print")]
    if row.items and row.stage != "cancelled" and may(permits.PLAN, actor):
        address = reverse("meeting_pack_paper", args=[row.id])
        found.append(Action(title=_("Agenda pack as a paper"), href=address, icon="file", post=True))
    if flow_sees(actor, matter):
        found.append(Action(title=_("Course of the meeting"), href=href(matter), icon="list"))
    return found


def flow_sees(actor: Actor, matter: MatterRow) -> bool:
    """Whether the actor sees the matter of a meeting itself, not only its invitation."""
    return sees(actor, matter)


def _moves(actor: Actor, row: MeetingRow, matter: MatterRow, on: list[ItemRow]) -> list[Action]:
    if not flow_sees(actor, matter):
        return []
    _rules, found = flow.moves(actor, matter)
    possible = {move.name for move in found}
    waiting = len(selectors.draft(row.division, row.place)) if row.stage == "planned" else 0
    offered = (
        ("amend", waiting > 0, _("Put items on the agenda"), "meeting_agenda", "list", waiting),
        ("attend", not waiting or bool(on), _("It has been held"), "meeting_attend", "check", None),
        ("minute", True, _("Write the minutes"), "meeting_minutes", "file", None),
        ("invite", False, _("Invite"), "meeting_invite", "people", None),
        ("amend", False, _("Change time or place"), "meeting_amend", "calendar", None),
        ("cancel", False, _("Cancel the meeting"), "meeting_cancel", "x", None),
    )
    moves: list[Action] = []
    for name, primary, title, url, icon, count in offered:
        if name in possible and may(permits.SITE if name in {"attend", "minute"} else permits.PLAN, actor):
            first = primary and not any(one.primary for one in moves)
            moves.append(
                Action(title=title, href=reverse(url, args=[row.id]), icon=icon, primary=first, count=count)
            )
    return moves


def _clashing(clashes: list[Clash]) -> list[Panel]:
    if not clashes:
        return []
    details = [said(one) for one in clashes]
    text = _("Some of those invited are in another meeting at that time.")
    return [Alert(id="clashes", text=text, tone="warn", details=details)]


def _facts(row: MeetingRow) -> Facts:
    rungs = rules.rungs(scope_of(row.division))
    items: list[tuple[str, object]] = [
        (_("State"), state(row.stage)),
        (_("It begins"), words.moment(row.begins)),
        (_("It ends"), words.moment(row.ends)),
        (_("Where it is held"), row.room or cells.Quiet(_("place still open"))),
        (_("Chair"), row.chair_name or cells.Quiet(_("nobody holds this chair"))),
    ]
    if row.place:
        items.append((_("Rung"), words.rung_title(rungs, row.place)))
    return Facts(id="facts", title=_("About"), items=items, columns=1)


def _agenda(on: list[ItemRow]) -> Table:
    about = _subjects(on)
    names = names_for([row.matter for row in on])
    ordered = [row for _subject, group in selectors.grouped(on) for row in group]
    numbers = {row.item.id: number for number, row in enumerate(ordered, 1)}

    def what(row: ItemRow) -> object:
        said = about.get(row.matter.subject)
        return cells.Stack([cells.To(row.item.title or _("(erased)"), href(row.item)),
                            cells.Quiet(said[0] if said else row.matter.code)])  # fmt: skip

    return Table(
        id="agenda",
        title=_("Agenda"),
        rows=ordered,
        empty=Empty(text=_("Nothing stands on the agenda yet."), icon="list"),
        columns=[
            Column(_("No."), lambda row: numbers[row.item.id], number=True),
            Column(_("What the item is about"), what, head=True),
            Column(_("Light"), lambda row: cells.Lamp(light(row.matter))),
            Column(_("Lead unit"), lambda row: names.unit(row.matter.lead_unit)),
            Column(_("Harm"), lambda row: cells.Num(row.harm.points), number=True),
            Column(_("How the harm adds up"), lambda row: cells.Quiet(words.formula(row.harm)), wide=True),
            Column(_("Put off"), lambda row: row.tabled or "", number=True, wide=True),
            Column(_("Outcome"), lambda row: words.outcome_title(row.outcome)),
        ],
    )


def _guests(guests: list[Guest]) -> Table:
    def came(row: Guest) -> object:
        if row.came is None:
            return ""
        return cells.Tag(_("present"), "good") if row.came else cells.Tag(_("absent"), "warn")

    return Table(
        id="guests",
        title=_("Invited"),
        rows=guests,
        empty=Empty(text=_("Nobody is invited yet."), icon="people"),
        columns=[
            Column(_("Unit"), "unit", head=True),
            Column(_("Name"), "name"),
            Column(_("Attendance"), came),
        ],
    )


@page(permit=permits.READ)
def pack(request: HttpRequest, meeting: int) -> Page:
    """Show the agenda pack on paper: a page an item, with what is known of the matter."""
    actor = actor_of(request)
    row, _matter = selectors.meeting(actor, meeting)
    on = selectors.agenda(row.id)
    guests = "、".join(f"{one.unit} {one.name}" for one in selectors.guests(row.id))
    head = Facts(
        id="head",
        title=row.title,
        columns=1,
        items=[
            (_("When"), f"{words.moment(row.begins)} – {words.moment(row.ends)[11:]}"),
            (_("Where it is held"), row.room or _("place still open")),
            (_("Chair"), row.chair_name),
            (_("Invited"), guests),
        ],
    )
    panels: list[Panel] = [head, _agenda(on)]
    about, names = _subjects(on), names_for([one.matter for one in on])
    ordered = [one for _subject, group in selectors.grouped(on) for one in group]
    for number, one in enumerate(ordered, 1):
        panels += _sheet(number, one, about, names.unit(one.matter.lead_unit))
    return Page(
        title=_("Agenda pack: %(title)s") % {"title": row.title}, code=row.code, kind="print", panels=panels
    )


@page(permit=permits.PLAN)
def pack_paper(request: HttpRequest, meeting: int) -> HttpResponseBase:
    """Draft the agenda pack as a paper, or bring its draft up to date, and show it."""
    actor = actor_of(request)
    row, _matter = selectors.meeting(actor, meeting)
    if request.method != "POST":
        return done(request, reverse("meeting", args=[row.id]), "")
    about = {key: said[0] for key, said in _subjects(selectors.agenda(row.id)).items()}
    paper = actions.pack(actor, row.id, about)
    return done(request, reverse("paper", args=[paper]), _("The agenda pack stands as a paper."))


def _sheet(number: int, row: ItemRow, about: dict[int, tuple[str, str]], unit: str) -> list[Panel]:
    said = about.get(row.matter.subject)
    items: list[tuple[str, object]] = [
        (_("Matter"), f"{row.matter.code} {row.matter.title}"),
        (_("Concerns"), said[0] if said else ""),
        (_("Lead unit"), unit),
        (_("Light"), cells.Lamp(light(row.matter), left(row.matter))),
        (_("Harm"), words.formula(row.harm)),
        (_("Put off"), row.tabled or ""),
    ]
    facts = Facts(
        id=f"item{row.item.id}",
        title=f"{number}. {row.item.title}",
        columns=1,
        items=[pair for pair in items if pair[1] != ""],
    )
    texts = [*_open_texts(row.item.id, "why"), *_open_texts(row.matter.id, "detail", "demand")]
    return [
        facts,
        *([Prose(id=f"why{row.item.id}", title=_("What is known"), paragraphs=texts)] if texts else []),
    ]


def _open_texts(chain: int, *fields: str) -> list[str]:
    """Return what was written into open fields of a matter, first to last."""
    found = sorted(content.open_values(chain, list(fields)).items())
    return [value.text for _ref, value in found if value.cls == "open" and value.text]
