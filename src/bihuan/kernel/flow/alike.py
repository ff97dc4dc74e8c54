"""What matters of a batch that stand alike have in common: decided once, whatever their number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from bihuan.kernel.flow import engine
from bihuan.kernel.flow.clocks import ClockRow
from bihuan.kernel.flow.engine import Change
from bihuan.kernel.flow.frames import Facts, Frame, as_json, moving, opening
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.identity.actors import LEVELS
from bihuan.logic.mechanism import Move

#: All of a matter that decides what a move may do and what it writes, but its data: permits look at who holds,
#: leads, supports and opened it and where it lies, the engine at the rest.
_STANDING = (
    "rules", "stage", "open", "episode", "closing", "holder_unit", "holder_post", "holder_role", "first_unit",
    "lead_unit", "creator_user", "creator_post", "party", "division", *LEVELS, "clock", "seq", "ver", "supports",
)  # fmt: skip
#: Return how a matter stands: those with the same standing are decided alike.
standing = itemgetter(*(MatterRow._fields.index(name) for name in _STANDING))


@dataclass(slots=True, eq=False)
class Decision:
    """What was decided for matters alike that are given the same facts; its frame, once one of them is written."""

    change: Change
    facts: Facts
    frame: Frame | None = None

    def framed(self, row: MatterRow, running: Sequence[ClockRow]) -> Frame:
        """Return what all of them write; ``row`` is any of them."""
        if self.frame is None:
            self.frame = (
                moving(row, running, self.change, self.facts)
                if row.seq
                else opening(row, self.change, self.facts)
            )
        return self.frame


class Alike:
    """Matters that stand alike before one move, which the actor may make on them."""

    __slots__ = ("_decisions", "_facts", "_form", "_move", "_served", "_shared")

    def __init__(self, move: Move, facts: Facts, served: int) -> None:
        """``served`` is the post that serves their subject."""
        self._move = move
        self._facts = facts
        self._served = served
        self._form = forms.get(move.form)
        # Guards may look at anything, a named post stands in the matter's own data.
        self._shared = not move.guards and not move.hold.startswith("post:")
        self._decisions: dict[str, Decision] = {}

    def decide(self, row: MatterRow, data: Mapping[str, Any]) -> tuple[Change, Decision]:
        """Return the change of one of them and the decision it shares; BadInput when its form can't be read."""
        values = engine.read(self._form, data, row)
        if not self._shared:
            change = self._decided(row, values)
            return change, Decision(change, self._facts)
        given, texts = engine.parted(self._move.form, values)
        key = as_json(given) if given else ""
        found = self._decisions.get(key)
        if found is None:
            change = self._decided(row, values)
            found = self._decisions[key] = Decision(change, self._facts)
            return change, found
        change = engine.again(found.change, values, given, texts)
        # Clocks that run already are each matter's own.
        return change, Decision(change, self._facts) if change.clocks and row.seq else found

    def _decided(self, row: MatterRow, values: dict[str, Any]) -> Change:
        facts = self._facts
        return engine.decided(facts.rules, row, facts.actor, self._move, values, facts.at, self._served)
