"""A matter in the words meant for outsiders."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import ground
from bihuan.kernel.flow import outside, registry
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.identity import roles
from bihuan.kernel.ledger import selectors as ledger
from bihuan.kernel.now import local
from bihuan.logic.mechanism import Mechanism, Move
from bihuan.site.pages.matter import been, steps
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.cards import left, light, pressed
from bihuan.ui.naming import names_for
from bihuan.ui.panels import Action, Facts, MovesPanel, Panel, Prose, Stepper


def told(row: MatterRow) -> list[Panel]:
    """Return what is told of a matter: where it stands, who has it, by when, what was asked and the answer."""
    ground()
    rules = registry.worded(row.rules)
    said = outside.told(row)
    found: list[Panel] = []
    if said.answer:
        title = _("Answer")
        if said.answered_at:
            title = _("Answer of %(day)s") % {"day": fmt.day(local(said.answered_at).date())}
        found.append(Prose(id="answer", title=title, paragraphs=[said.answer]))
    found.append(Facts(id="facts", title=_("How far it has come"), items=_facts(row, rules)))
    found.append(Stepper(id="steps", steps=steps(rules, row, been(rules, ledger.history(row.id)))))
    if said.asked:
        titles = {f.name: f.title for f in forms.get(rules.opening().form).fields}
        facts: list[tuple[str, Any]] = [(_(titles.get(name, name)), text) for name, text in said.asked]
        found.append(Facts(id="asked", title=_("What you asked for"), columns=1, items=facts))
    return found


def _facts(row: MatterRow, rules: Mechanism) -> list[tuple[str, Any]]:
    items: list[tuple[str, Any]] = [
        (_("Stage"), cells.Tag(_(rules.stage(row.stage).title), "good" if not row.open else "info")),
        (_("Registered on"), fmt.day(local(row.created).date())),
    ]
    if not row.open:
        return [*items, (_("Closed"), fmt.day(local(row.closed).date()) if row.closed else "")]
    items.append((_("Who has it now"), who_has(row)))
    if row.clock == "none":  # nobody handles it yet: by when somebody will
        row = pressed([row])[0][0]
    if row.due and row.clock == "running":
        due = fmt.day(local(row.due).date())
        items.append((_("Wanted by"), cells.Row([cells.Lamp(light(row)), due, cells.Quiet(left(row))])))
    elif row.clock == "paused":
        items.append((_("Wanted by"), cells.Lamp("paused", _("clock stopped"))))
    return items


def who_has(row: MatterRow) -> str:
    """Return which office has a matter now; never which person."""
    names = names_for([row])
    if row.holder_role == "party":
        return _("you")
    if row.holder_unit:
        return names.unit(row.holder_unit)
    if row.holder_role:
        role = roles.get(row.holder_role)
        return _(role.title) if role else ""
    return names.unit(row.lead_unit) or _("the centre")


def moves(code: str, row: MatterRow, possible: list[Move]) -> MovesPanel:
    """Return what whoever holds the link can do, each opening its small form."""
    ordered = sorted(possible, key=lambda m: (not m.primary, m.name != "note", not m.commutative))
    actions = [
        Action(
            title=_(move.title),
            href=reverse("link_move", args=[code, row.id, move.name]),
            primary=move.primary,
        )
        for move in ordered
    ]
    return MovesPanel(
        id="moves", title=_("What you can do"), moves=actions, empty=_("Nothing needs to be done by you now.")
    )
