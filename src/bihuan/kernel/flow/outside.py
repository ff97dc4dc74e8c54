"""What somebody who comes by link reads of a matter: what was asked, who has it, by when, and the answer.

Nothing is told that was not declared: internal notes, reasons and evidence stay inside, and a value
of any class but open is never told, for a link can be passed on.
"""

from dataclasses import dataclass
from datetime import datetime

from bihuan.kernel.content.selectors import SHOWN, open_values
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.store.sql import run


@dataclass(frozen=True, slots=True)
class Outside:
    """What of one kind of matter is told outside.

    ``asked`` are text fields of its opening, ``answers`` those of later moves that answer it. The answer
    is told once the matter is closed, and before that at the stages ``answered`` names.
    """

    kind: str
    asked: tuple[str, ...] = ("detail",)
    answers: tuple[str, ...] = ("reply",)
    answered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """The texts of one matter that are told: (field, text) of what was asked, and the latest answer."""

    asked: tuple[tuple[str, str], ...] = ()
    answer: str = ""
    answered_at: datetime | None = None


_declared: dict[str, Outside] = {}


def register(outside: Outside) -> Outside:
    """Say what of a kind of matter is told outside; a second, different saying is refused."""
    if _declared.setdefault(outside.kind, outside) != outside:
        raise ValueError(f"{outside.kind}: what is told outside is declared twice")
    return outside


def of(kind: str) -> Outside:
    """Return what of a kind is told outside; of one nobody spoke of, only title, stage and clock."""
    return _declared.get(kind) or Outside(kind, asked=(), answers=())


def told(row: MatterRow) -> Told:
    """Return the texts of a matter that may be told to whoever holds a link to it."""
    what = of(row.kind)
    names = {*what.asked, *what.answers}
    if not names:
        return Told()
    shown = {
        ref: value.text
        for ref, value in open_values(row.id, sorted(names)).items()
        if value.cls == "open" and value.state == SHOWN
    }
    asked = tuple(
        (ref.field, text) for ref, text in shown.items() if ref.seq == 1 and ref.field in what.asked
    )
    said = [ref for ref in shown if ref.seq > 1 and ref.field in what.answers]
    if not said or (row.open and row.stage not in what.answered):
        return Told(asked)
    last = max(said)
    at = run("SELECT at FROM ledger_entry WHERE chain_id = %s AND seq = %s", (row.id, last.seq))
    return Told(asked, shown[last], at[0][0] if at else None)
