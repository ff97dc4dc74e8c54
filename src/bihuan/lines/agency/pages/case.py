"""What the line adds to the page of a case, and the printable notice of what is missing."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.lines.agency import selectors
from bihuan.lines.agency.contracts import LATERS, STATES, Later, State
from bihuan.lines.agency.pages import words
from bihuan.lines.agency.selectors import MandateRow, MaterialRow, NoticeRow
from bihuan.lines.projects.contracts import OPEN_NODES
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.cards import href
from bihuan.ui.naming import names_for
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Facts, Panel, Prose, Table

_TONES = {State.HAVE: "good", State.MISSING: "bad", State.OWED: "warn", State.WAIVED: "info"}


def panels(actor: Actor, row: MatterRow) -> list[Panel]:
    """Return a case's mandate, materials, notices and items as panels of its page."""
    if row.kind != selectors.CASE:
        return []
    held = selectors.mandates(row.id)
    made: list[Panel] = []
    if row.open and row.stage not in {"applied", "accepted"} and not any(m.holds(today()) for m in held):
        text = _("No mandate is in force: nothing may be done for the client before it is renewed.")
        made.append(Alert(id="unmandated", text=text, tone="bad"))
    made.append(_mandate(row, held))
    made.append(_materials(row))
    notices = selectors.notices(row.id)
    if notices:
        made.append(_notices(row, notices))
    made += [*_submissions(row), *_ties(actor, row)]
    return made


def _submissions(row: MatterRow) -> list[Panel]:
    rows = selectors.submissions(row.id)
    if not rows:
        return []
    names = {one.id: one["name"] for one in selectors.items(selectors.item_ids(row))}
    columns = [
        Column(_("No."), "number", number=True),
        Column(
            _("Items"),
            lambda one: "、".join(names.get(key, "") for key in one.items) or _("all items"),
            head=True,
        ),
        Column(_("Number on the approval platform"), "platform"),
        Column(_("Accepted by the authority on"), "submitted"),
        Column(_("Decision expected by"), "expected"),
        Column(_("Decided on"), lambda one: one.decided or cells.Tag(_("awaited"), "info")),
    ]
    return [Table(id="submissions", title=_("Submissions"), columns=columns, rows=rows)]


def _ties(actor: Actor, row: MatterRow) -> list[Panel]:
    """Return the nodes of the project's timetable this case is tied to, by its items and presets."""
    keys = selectors.ties(row)
    if not keys or not row.subject:
        return []
    try:
        nodes = {node.key: node for node in OPEN_NODES(actor, row.subject)} if OPEN_NODES.bound else {}
    except NotFound:
        return []
    if not nodes:
        return []
    rows = [
        (nodes[key].title, nodes[key].finish, nodes[key].begun) if key in nodes else (key, None, None)
        for key in keys
    ]

    def state(one: tuple[str, Any, bool | None]) -> cells.Tag:
        if one[2] is None:
            return cells.Tag(_("done, or not in this timetable"), "good")
        return cells.Tag(_("begun"), "info") if one[2] else cells.Tag(_("not begun"), "warn")

    columns = [
        Column(_("Node of the timetable"), lambda one: one[0], head=True),
        Column(_("Planned day"), lambda one: one[1]),
        Column(_("State"), state),
    ]
    return [
        Table(
            id="ties", title=_("Nodes of the timetable it is tied to"), columns=columns, rows=rows,
            row_key=lambda one: one[0], empty=Empty(text=_("None.")),
        )
    ]  # fmt: skip


def _mandate(row: MatterRow, held: list[MandateRow]) -> Panel:
    items = {one.id: one["name"] for one in selectors.items(selectors.item_ids(row))}
    facts: list[tuple[str, Any]] = [(_("Fee"), _("free of charge"))]
    facts.append((_("Items"), "、".join(items.values())))
    for one in held[:3]:
        span = f"{fmt.day(one.since)} – {fmt.day(one.until)}"
        covered = "、".join(items.get(key, "") for key in one.items) or _("all items")
        facts.append(
            (_("Renewed mandate") if one.renews else _("Mandate"), cells.Stack([span, covered, _state(one)]))
        )
    if not held:
        facts.append((_("Mandate"), cells.Tag(_("not given yet"), "warn")))
    return Facts(id="mandate", title=_("Mandate and items"), items=facts)


def _state(one: MandateRow) -> cells.Tag:
    if one.revoked:
        return cells.Tag(_("revoked on %(day)s") % {"day": fmt.day(one.ended)}, "bad")
    if one.ended:
        return cells.Tag(_("ended on %(day)s") % {"day": fmt.day(one.ended)}, "info")
    if one.holds(today()):
        return cells.Tag(_("in force"), "good")
    return cells.Tag(_("lapsed") if one.until < today() else _("not begun"), "bad")


def _materials(row: MatterRow) -> Panel:
    rows = selectors.materials(row.id)
    lacking = sum(one.state == State.MISSING for one in rows)
    return Table(
        id="materials",
        title=_("Materials: %(lacking)d of %(all)d missing") % {"lacking": lacking, "all": len(rows)},
        columns=[
            Column(_("No."), "number", number=True),
            Column(_("Material"), "name", head=True),
            Column(_("State"), _material_state),
            Column(_("May come later"), lambda one: _(LATERS[Later(one.later)]) if one.later else ""),
            Column(_("Signature"), lambda one: _("the client's own") if one.own_hand else ""),
        ],
        rows=rows,
        row_key=lambda one: one.number,
        empty=Empty(text=_("The items of this case ask for no materials.")),
    )


def _material_state(one: MaterialRow) -> cells.Tag:
    state = State(one.state)
    return cells.Tag(_(STATES[state]), _TONES[state])  # type: ignore[arg-type]


def _notices(row: MatterRow, rows: list[NoticeRow]) -> Panel:
    def address(one: NoticeRow) -> str:
        return reverse("agency_notice", args=[row.code, one.number])

    return Table(
        id="notices",
        title=_("Asked of the client"),
        columns=[
            Column(
                _("Notice to the client"),
                lambda one: _("No. %(n)d") % {"n": one.number},
                head=True,
                link=address,
            ),
            Column(_("Sent"), "at"),
            Column(_("Materials"), lambda one: len(one.materials), number=True),
            Column(_("Who forgot"), _fault),
        ],
        rows=rows,
        row_href=address,
    )


def _fault(one: NoticeRow) -> str:
    names = {"agent": _("The agent"), "authority": _("The authority"), "client": _("The client")}
    return names.get(one.fault, "")


@page(permit=words.sees_cases)
def notice(request: HttpRequest, agency_case: str, agency_notice: int) -> Page:
    """Print the notice of what is missing (一次性告知书)."""
    actor = actor_of(request)
    row = flow.matter(actor, agency_case)
    found = next((one for one in selectors.notices(row.id) if one.number == agency_notice), None)
    if row.kind != selectors.CASE or found is None:
        raise NotFound(_("There is no such notice."), where=str(agency_notice))
    names = names_for([row])
    named = [one for one in selectors.materials(row.id) if one.number in found.materials]
    until = row.value("until")
    facts: list[tuple[str, Any]] = [
        (_("Client"), names.unit(row.party) or "—"),
        (_("Agency matter"), f"{row.code} {row.title}"),
        (_("Date"), found.at),
    ]
    if until:
        facts.append((_("To be handed in by"), date.fromisoformat(until)))
    table = Table(
        id="missing",
        title=_("Materials to be handed in"),
        columns=[
            Column(_("No."), "number", number=True),
            Column(_("Material"), "name", head=True),
            Column(_("Signature"), lambda one: _("the client's own") if one.own_hand else ""),
            Column(_("May come later"), lambda one: _(LATERS[Later(one.later)]) if one.later else ""),
        ],
        rows=named,
    )
    once = _("This is everything that is missing: it is asked for once. The service is free of charge.")
    return Page(
        title=_("Notice of what is missing"),
        code=row.code,
        kind="print",
        crumbs=[Crumb(row.code, href(row))],
        panels=[Facts(id="facts", items=facts), table, Prose(id="once", paragraphs=[once])],
        actions=[Action(title=_("Back to the case"), href=href(row))],
    )
