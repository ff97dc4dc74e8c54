"""How a simulated park lives: what each post does with what waits for it, and what people begin of themselves.

A line of business declares a :class:`Life` beside its demonstration; the root walks the days
(``bihuan demo --quarter``). Whatever chance decides follows from what it is about, so the same
park lives the same quarter every time.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any, TypeVar

from bihuan.kernel.clock.ground import current
from bihuan.kernel.files.actions import upload
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import local, today

MARK = "（演示数据）"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Day:
    """An hour of a working day, and who there is, by login."""

    hour: int
    people: Mapping[str, Actor]

    @property
    def date(self) -> date:
        """Return the simulated day."""
        return today()

    @property
    def park(self) -> int:
        """Return the park that lives: other places of the demonstration only stand there."""
        return self.people["zhongxin"].division


@dataclass(frozen=True, slots=True)
class Doing:
    """A move somebody decides on, and its form."""

    move: str
    data: Mapping[str, Any] = field(default_factory=dict)


#: What somebody does with a matter that waits for them; None: not now.
Answer = Callable[[Day, Actor, MatterRow], Doing | None]


@dataclass(frozen=True, slots=True)
class Life:
    """How a line lives: ``answers`` by (kind, stage) to whoever holds the matter, ``rounds`` every hour of a day."""

    answers: Mapping[tuple[str, str], Answer] = field(default_factory=dict)
    rounds: Sequence[Callable[[Day], None]] = ()


def lot(*about: object) -> float:
    """Return a number from 0 to 1 that follows from what it is about."""
    text = "|".join(map(str, about)).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:6], "big") / 2**48


def chance(share: float, *about: object) -> bool:
    """Whether it happens: in ``share`` of all cases."""
    return lot(*about) < share


def pick(among: Sequence[T], *about: object) -> T:
    """Return one of several."""
    return among[int(lot(*about) * len(among))]


def ripe(row: MatterRow, low: int, high: int, slow: float = 0.0) -> bool:
    """Whether somebody gets to it: after ``low`` to ``high`` working days, a share ``slow`` in five times as many."""
    about = (row.title, row.stage, row.episode)
    days = low + round(lot("days", *about) * (high - low))
    if chance(slow, "slow", *about):
        days = 5 * max(days, 2)
    waited = current().calendar().working_between(local(row.moved).date(), today())
    return waited >= days


def evidence(actor: Actor, row: MatterRow, name: str = "办理情况说明.txt") -> list[int]:
    """Return a file that somebody hands in with an answer."""
    text = f"{row.code} {row.title}：现场情况说明{MARK}"
    return [upload(actor, BytesIO(text.encode()), name, row.id).id]
