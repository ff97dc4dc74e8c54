"""What others may know of service officers: who serves a project, who answers for what; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bihuan.kernel.identity.actors import Actor
from bihuan.logic.ports import Port


class Layer(StrEnum):
    """The two layers of responsibility: who serves day by day, and the liaison leader (联点领导) above."""

    OFFICER = "officer"
    LEADER = "leader"


@dataclass(frozen=True, slots=True)
class Serving:
    """Somebody who serves a project now. ``valid``: the post still stands; ``deputy`` is the B of AB岗 or 0."""

    project: int
    layer: str
    post: int
    name: str
    unit: str
    since: date
    deputy: int = 0
    deputy_name: str = ""
    valid: bool = True


@dataclass(frozen=True, slots=True)
class Answers:
    """Who answers for a project (挂牌履责): officer, leader, and the officer's last contact."""

    project: int
    officer: Serving | None
    leader: Serving | None
    contacted: datetime | None
    visited: date | None


#: Ids of projects → the officer who serves each now; those nobody serves are left out.
OFFICER_OF: Port[[Sequence[int]], Mapping[int, Serving]] = Port("officers.officer_of")
#: Who answers for each of these projects, as far as the actor may see them: what a responsibility card prints.
ANSWERS_FOR: Port[[Actor, Sequence[int]], Mapping[int, Answers]] = Port("officers.answers_for")
#: Ids of projects → (post, from, until or None) of everybody who served as officer between two days.
SERVED: Port[[Sequence[int], date, date], Mapping[int, Sequence[tuple[int, date, date | None]]]] = Port(
    "officers.served"
)
