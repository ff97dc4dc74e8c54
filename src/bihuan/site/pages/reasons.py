"""Why a matter came back: the newest reason stands at its head until it has gone on."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from bihuan.kernel.forms import fields as forms
from bihuan.kernel.ledger.selectors import EntryRow
from bihuan.logic.mechanism import Mechanism, Move
from bihuan.ui.panels import Event, Facts, Panel

#: Fields that say why; a form that demands one has a reason to give.
_WHY = ("reason", "basis")


def newest(rules: Mechanism, history: Sequence[EntryRow], told: Sequence[Event]) -> list[Panel]:
    """Return the last reason that was given since somebody carried the matter on; nothing where none was.

    ``told`` are the entries as the reader may see them, newest first.
    """
    moves = {move.name: move for move in rules.moves}
    for entry, event in zip(reversed(history), told, strict=True):
        move = moves.get(entry.move)
        if move is None or move.commutative:
            continue
        if title := _demanded(move):
            return [_panel(title, event)]
        if move.primary or move.answers or not move.sources:
            return []
    return []


def _demanded(move: Move) -> str:
    """Return the title of the reason a move can't go without; '' when it asks for none."""
    asked = forms.get(move.form).fields
    return next((item.title for item in asked if item.name in _WHY and item.required), "")


def _panel(title: str, event: Event) -> Panel:
    who = " · ".join(filter(None, (event.who, event.post, event.at_text())))
    said = [event.text] if event.text else [value for label, value in event.facts if label == _(title)]
    rest = [(label, value) for label, value in event.facts if label != _(title)]
    items = [(_(title), said[0] if said else ""), *rest, (_("By whom"), who)]
    return Facts(id="newest-reason", title=event.title, items=items, columns=1)
