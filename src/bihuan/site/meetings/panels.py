"""What the ladder adds to the page of a matter, and where some of its moves have a page of their own."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow import registry
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import by_ids
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.meetings.selectors import decided
from bihuan.kernel.meetings.selectors.agenda import ranked
from bihuan.kernel.meetings.selectors.decided import Decided
from bihuan.kernel.meetings.words import TERMS
from bihuan.logic.harm import Part
from bihuan.site.meetings import permits, words
from bihuan.site.meetings.drawing import stairs_panel
from bihuan.ui import cells
from bihuan.ui.cards import href
from bihuan.ui.page import may
from bihuan.ui.panels import Action, Column, Empty, Links, Panel, Table

#: Moves with a page of their own: URL name and whether it takes the matter's id; None: done from the meeting's page.
_DOORS: dict[tuple[str, str], str | None] = {
    ("meetings.item", "rank"): "meetings_rank",
    ("meetings.item", "schedule"): None,
    ("meetings.item", "decide"): None,
    ("meetings.item", "retable"): None,
    ("meetings.item", "reroute"): None,
    ("meetings.request", "reroute"): None,
    ("meetings.meeting", "amend"): "meeting_amend",
    ("meetings.meeting", "invite"): "meeting_invite",
    ("meetings.meeting", "attend"): "meeting_attend",
    ("meetings.meeting", "minute"): "meeting_minutes",
    ("meetings.meeting", "cancel"): "meeting_cancel",
}


def door(row: MatterRow, move: str) -> str | None:
    """Return the address of a move's form: its own page, the usual one, or None when it has none here."""
    if (row.kind, move) not in _DOORS:
        return reverse("matter_move", args=[row.code, move])
    name = _DOORS[row.kind, move]
    return reverse(name, args=[row.id]) if name else None


def on_matter(actor: Actor, row: MatterRow) -> list[Panel]:
    """Return how far a stuck matter has climbed and what meetings decided; for an item the sum that orders it."""
    if row.kind in {"meetings.item", "meetings.request"}:
        return _on_item(row)
    if registry.rules_of(row.rules).ladder:
        climbed, found = stairs_panel(row), decided.of_matter(actor, row.id)
        return [*([climbed] if climbed else []), *([decisions_panel(found)] if found else [])]
    return []


def decisions_panel(found: Sequence[Decided], *, of_one_meeting: bool = False) -> Table:
    """Return decisions as a table: of one meeting by item, else each with its meeting."""

    def where(row: Decided) -> object:
        address = reverse("meeting", args=[row.meeting])
        return cells.Stack([cells.To(row.held, address), cells.Quiet(f"{row.day:%Y-%m-%d} · {row.number}")])

    about = Column(_("What the item is about"), lambda row: row.title or _("(erased)"), head=True)
    return Table(
        id="decided",
        title=_("Decided about what you handle") if of_one_meeting else _("What meetings decided about it"),
        rows=found,
        columns=[
            about if of_one_meeting else Column(_("Meeting"), where, head=True),
            Column(_("Outcome"), lambda row: words.outcome_title(row.outcome)),
            Column(_("Decision"), "text"),
            Column(_("Units that do it"), "units"),
            Column(_("To be done by"), "due"),
        ],
    )


def _on_item(row: MatterRow) -> list[Panel]:
    """Return what an item or request is about, the sum that orders it, and how far its matter has climbed."""
    about = by_ids([row.parent]).get(row.parent)
    if about is None:
        return []
    panels: list[Panel] = [
        Links(
            id="stuck",
            title=_("What the item is about"),
            items=[(about.title or about.code, href(about), about.code)],
        )
    ]
    if row.open and row.kind == "meetings.item":
        panels.append(_sum(row))
    climbed = stairs_panel(about)
    return [*panels, climbed] if climbed else panels


def _sum(row: MatterRow) -> Table:
    found = ranked([row])
    harm = found[0].harm if found else None
    return Table(
        id="harm",
        title=_("Order by harm: %(sum)s points") % {"sum": words.number(harm.points) if harm else 0},
        rows=harm.parts if harm else (),
        empty=Empty(text=_("Nothing counts against it yet."), icon="check"),
        columns=[
            Column(_("Term"), lambda part: _(TERMS[part.term][0]), head=True),
            Column(_("Value"), _value),
            Column(_("Counted"), lambda part: words.number(part.counted), number=True),
            Column(_("Points for each"), lambda part: words.number(part.weight), number=True),
            Column(_("Points"), lambda part: words.number(part.points), number=True),
        ],
    )


def _value(part: Part) -> str:
    return f"{words.number(part.value)} {_(TERMS[part.term][1])}"


def actions_for(actor: Actor, row: MatterRow) -> list[Action]:
    """Return what beside its moves can be done with a matter: propose it, or go to its meeting."""
    if row.kind == "meetings.meeting":
        return [
            Action(title=_("Agenda and attendance"), href=reverse("meeting", args=[row.id]), icon="people")
        ]
    if row.open and registry.rules_of(row.rules).ladder and may(permits.READ, actor):
        return [
            Action(
                title=_("Propose for a meeting"),
                href=reverse("meetings_propose", args=[row.code]),
                icon="flag",
            )
        ]
    return []
