"""The page of a matter: always the same, whatever its line."""

import uuid
from collections.abc import Sequence

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow import registry, selectors
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import LINKS, has_right
from bihuan.kernel.ledger import selectors as ledger
from bihuan.kernel.permits.rules import sees_field
from bihuan.logic.mechanism import Mechanism, Move
from bihuan.logic.way import way
from bihuan.site.discovery import panels_of, subjects
from bihuan.site.meetings.panels import actions_for, door, on_matter
from bihuan.site.orders import panels as orders
from bihuan.site.pages import reasons, thread
from bihuan.site.pages.clocks import clock_panel
from bihuan.site.papers.listing import papers_panel
from bihuan.ui import cells
from bihuan.ui.cards import cards, href, light
from bihuan.ui.naming import Names, names_for
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Facts, FormPanel, Matters, MovesPanel, Panel, Step, Stepper, Timeline

#: Keys that trigger the moves people make all day.
_KEYS = {"assign": "e", "answer": "r"}


@page(permit="signed_in")
def matter(request: HttpRequest, code: str) -> Page:
    """Show a matter: where it stands, its clock, who holds it, what can be done, all that happened."""
    actor = actor_of(request)
    row = selectors.matter(actor, code)
    return matter_page(actor, row)


def matter_page(actor: Actor, row: MatterRow, reveal: str = "") -> Page:
    """Return the page of a matter; ``reveal`` is the reason for which personal values are shown in clear."""
    rules, moves = selectors.moves(actor, row)
    history = ledger.history(row.id)
    names = names_for(
        [row], [h.actor for h in history], thread.units_in(rules, history), thread.posts_in(history)
    )
    children, _more = selectors.listed(actor, selectors.Filter(parent=row.id), limit=20)
    told = thread.events(actor, row, rules, history, names, reveal)
    panels: list[Panel] = [
        Stepper(id="steps", steps=steps(rules, row, been(rules, history))),
        Facts(id="facts", title=_("About"), items=_facts(row, names)),
        Timeline(id="thread", title=_("What happened"), events=told),
    ]
    panels[2:2] = [*panels_of(actor, row), *orders.on_matter(actor, row), *on_matter(actor, row)]
    if children := [child for child in children if not orders.shows(row, child)]:
        panels.insert(2, Matters(id="children", title=_("Opened from this"), cards=cards(children)))
    if papers := papers_panel(actor, row.id):
        panels.insert(-1, papers)
    side: list[Panel] = [
        MovesPanel(
            id="moves",
            title=_("What can be done"),
            moves=_actions(row, moves),
            form=_opened(row, moves),
            empty=_nothing_to_do(row, names),
        ),
        clock_panel(row, rules),
        _people(row, names),
    ]
    return Page(
        title=row.title or _("(erased)"),
        code=row.code,
        light=light(row),
        lead=f"{_(rules.title)} · {_(rules.stage(row.stage).title)}",
        crumbs=[Crumb(_("Matters"), reverse("matters"))],
        top=reasons.newest(rules, history, told),
        panels=panels,
        side=side,
        actions=_page_actions(actor, row, history),
    )


def been(rules: Mechanism, history: list[ledger.EntryRow]) -> list[str]:
    """Return the stages a matter has entered, one after the other."""
    moves = {move.name: move for move in rules.moves}
    return [move.target for entry in history if (move := moves.get(entry.move)) and move.target]


def steps(rules: Mechanism, row: MatterRow, entered: Sequence[str] = ()) -> list[Step]:
    """Return the stages the matter came through, where it stands now, and those that can still come."""
    return [
        Step(
            _(stage.title), state, row.moved if state == "now" else None, _("skipped") if state == "skipped" else ""
        )
        for stage, state in way(rules, [*entered, row.stage])
    ]  # fmt: skip


def _actions(row: MatterRow, moves: list[Move]) -> list[Action]:
    """Return the moves as links to their small forms: what is waited for first, a comment for all others."""
    ordered = sorted(moves, key=lambda m: (not m.primary, m.name != "note", m.commutative))
    return [
        Action(
            title=_(move.title),
            href=address,
            primary=move.primary,
            key=_KEYS.get(move.name, ""),
        )
        for move in ordered
        if (address := door(row, move.name))
    ]


def _opened(row: MatterRow, moves: list[Move]) -> FormPanel | None:
    """Return the form that stands open at once: one that is answered with one tap."""
    for move in moves:
        form = forms.get(move.form)
        if any(item.tap for item in form.fields):
            url = reverse("matter_move", args=[row.code, move.name])
            return FormPanel(
                id="moves-form", form=form, url=url, hidden={"ver": row.ver, "key": uuid.uuid4().hex}
            )
    return None


def _nothing_to_do(row: MatterRow, names: Names) -> str:
    if not row.open:
        return _("This matter is closed.")
    return _("Waiting for %(holder)s.") % {"holder": names.holder(row) or _("the centre")}


def _facts(row: MatterRow, names: Names) -> list[tuple[str, object]]:
    items: list[tuple[str, object]] = []
    if row.subject and (found := subjects(row.line, [row.subject]).get(row.subject)):
        items.append((_("Concerns"), cells.To(*found)))
    if row.party:
        items.append((_("For"), names.unit(row.party)))
    items += [(_("Registered on"), row.created), (_("Last moved"), row.moved)]
    if row.closed:
        items.append((_("Closed"), row.closed))
    if row.episode > 1:
        items.append((_("Reopened"), _("%(n)s times") % {"n": row.episode - 1}))
    return items


def _people(row: MatterRow, names: Names) -> Facts:
    items = [
        (_("Waits for"), names.holder(row)),
        (_("Lead unit"), names.unit(row.lead_unit)),
        (_("Supporting units"), "、".join(names.unit(unit) for unit in row.supports)),
        (_("First receiver"), names.unit(row.first_unit)),
    ]
    return Facts(id="people", title=_("People"), columns=1, items=[item for item in items if item[1]])


def _page_actions(actor: Actor, row: MatterRow, history: list[ledger.EntryRow]) -> list[Action]:
    actions = [
        *orders.actions_on(actor, row),
        *actions_for(actor, row),
        Action(title=_("Receipt"), href=reverse("receipt", args=[row.code]), icon="shield"),
        Action(title=_("Rules"), href=reverse("mechanism", args=[row.kind]), icon="flow"),
    ]
    if has_right(actor, LINKS) and _opens_by_link(row):
        actions.append(Action(title=_("Links"), href=reverse("matter_links", args=[row.code]), icon="link"))
    personal = thread.has_personal(row.id)
    if personal and sees_field(actor, "personal", row):
        actions.append(
            Action(title=_("Show personal data"), href=reverse("matter_reveal", args=[row.code]), icon="lock")
        )
    return actions


def _opens_by_link(row: MatterRow) -> bool:
    """Whether the matter's rules let a link do anything."""
    rules = registry.rules_of(row.rules)
    return any(grant.kind == "link" for move in rules.moves for grant in move.who)


@page(permit="signed_in")
def switch_post(request: HttpRequest) -> Page | HttpResponseBase:
    """Go on as another of one's posts."""
    from bihuan.kernel.identity.middleware import switch_post as switch

    post = request.POST.get("post", "")
    actor = switch(request, int(post)) if post.isdigit() else actor_of(request)
    return done(request, reverse("home"), _("You now act as %(title)s.") % {"title": actor.title})


__all__ = ["href", "matter", "matter_page", "steps", "switch_post"]
