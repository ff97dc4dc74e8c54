"""What others may know of a project, and what they may do with one through ports; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.logic.days import Day
from bihuan.logic.mechanism import said
from bihuan.logic.ports import Hook, Port


class Kind(StrEnum):
    """How the project gets its premises; decides template and lead."""

    LAND = "land"
    LEASE = "lease"
    PURCHASE = "purchase"


class State(StrEnum):
    """Whether the project goes on."""

    NORMAL = "normal"
    PAUSED = "paused"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class StageClass(StrEnum):
    """The classes of the key-project ledger: the three, and those that have left them."""

    BUILDING = "building"
    LAND_IDLE = "land_idle"
    NO_LAND = "no_land"
    FINISHED = "finished"


#: As the office writes them, in the order of its workbook.
KINDS = {"用地": Kind.LAND, "租赁": Kind.LEASE, "购置": Kind.PURCHASE}
STATES = {"正常": State.NORMAL, "暂停": State.PAUSED, "终止": State.ENDED, "退出": State.WITHDRAWN}
CLASSES = {
    "开工在建": StageClass.BUILDING,
    "已拿地未开工": StageClass.LAND_IDLE,
    "尚未拿地": StageClass.NO_LAND,
    "已竣工投产": StageClass.FINISHED,
}

#: Classes of needs a park hears most (项目申报 … 子女就学), and the rest: a fact of a problem that began as one.
NEEDS = (
    ("declare", said("Project applications")),
    ("payment", said("Payment of what was granted")),
    ("certificate", said("Certificates of title")),
    ("labour", said("Labour")),
    ("finance", said("Financing")),
    ("school", said("Schools for employees' children")),
    ("utilities", said("Water, power, roads, gas and telecoms")),
    ("other", said("Other")),
)
#: As which class a problem counts that bears none: by its kind; land, works and surroundings are other.
NEED_OF = {
    "policy": "declare", "permit": "certificate", "labour": "labour", "finance": "finance", "utilities": "utilities",
}  # fmt: skip

#: Facts that prove a class, strongest first. A plan proves nothing.
_PROOF = (
    ("produced", StageClass.FINISHED),
    ("reached", StageClass.FINISHED),
    ("completed", StageClass.FINISHED),
    ("started", StageClass.BUILDING),
    ("land_acquired", StageClass.LAND_IDLE),
)
FACTS = tuple(name for name, _class in _PROOF)


def class_of(facts: Mapping[str, Day | None], today: date) -> StageClass:
    """Derive the class of a project from dated facts alone.

    A day still ahead of ``today`` is no fact. Without any fact the land hasn't been
    acquired as far as anybody has shown.
    """
    for name, found in _PROOF:
        day = facts.get(name)
        if day is not None and day.first <= today:
            return found
    return StageClass.NO_LAND


def unsupported(stated: str, derived: str) -> bool:
    """Whether the stated class lacks evidence (缺佐证): the facts give another one."""
    return bool(stated) and stated != derived


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """A project in one line, for other lines. ``alive``: it goes on and isn't in production yet."""

    id: int
    name: str
    code: str
    company: str
    park: str
    industry: str
    uscc: str
    party: int
    lead_unit: int
    scope: Scope
    alive: bool


@dataclass(frozen=True, slots=True)
class OpenNode:
    """A node of a project's timetable that isn't done; ``finish`` is the day it is planned to be."""

    key: str
    title: str
    finish: date | None
    begun: bool


@dataclass(frozen=True, slots=True)
class NodeCase:
    """A node of an approved timetable that was due or done by a moment, as known then.

    ``control`` is the last day it had: the baseline's, moved on by the days its clock stood for a stated cause.
    ``done`` is None while it isn't, and where all that is known is some later day by which it was (``inferred``).
    ``side`` is whose days it takes; ``ruled_side`` whose delay two bodies agreed or a ruling says it was, "" where
    nothing stands, ``ruled`` when. ``stopped``: its clock stands still. ``matter`` is that of its timetable.
    """

    id: int
    matter: int
    project: int
    title: str
    phase: str
    unit: int
    control: date
    done: date | None
    inferred: bool
    stopped: bool
    side: str
    ruled_side: str = ""
    ruled: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A report of a project whose last day in time was ``day``, and whether it had come by then.

    ``period`` is its code: ``2026-03``, or for ten days their first, ``2026-03-11``.
    """

    day: date
    project: int
    period: str
    unit: int
    on_time: bool


#: (level, division, first day, last day, known) → reports whose last day in time lies there, of the whole house
#: for level "". ``known``: as was known at the end of that day, else as is known now.
REPORTED: Port[[str, int, date, date, bool], list[Due]] = Port("projects.reported")
#: The levels beneath each level, the nearest first: a place is shown by the parts its things lie in.
_BENEATH = {
    "": ("park", "street", "county", "city"),
    "province": ("city",),
    "city": ("park", "county"),
    "county": ("park", "street"),
    "park": ("street", "community", "grid"),
    "street": ("community",),
    "community": ("grid",),
    "grid": ("micro",),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A division with its level, as a post reaches over it; without a level it is everything."""

    level: str = ""
    division: int = 0

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the levels its parts stand on."""
        return _BENEATH.get(self.level, ())


@dataclass(frozen=True, slots=True)
class Counted:
    """How many projects of a part of a place (0: the place itself) have a light ("" = none) and a class.

    ``investment`` is in 万元, None when no project of them states one.
    """

    part: int
    light: str
    stage_class: str
    count: int
    investment: Decimal | None


@dataclass(frozen=True, slots=True)
class ProjectStanding:
    """A project on a wall. ``node`` is what binds it, ``points`` the harm (0 while nothing is late)."""

    id: int
    name: str
    company: str
    industry: str
    stage_class: str
    investment: Decimal | None
    promised: date | None
    produced: date | None
    light: str
    late_wd: int
    node: str
    node_en: str
    finish: date | None
    overdue: int
    points: Decimal


#: Projects of a place by part, light and class; who asks has made sure of the right over the place.
COUNTED: Port[[Place], list[Counted]] = Port("projects.counted")
#: Projects of a place, the most harm first: (place, light=, part=, stage_class=, offset=, limit=).
WORST: Port[..., list[ProjectStanding]] = Port("projects.worst")
#: Projects of a place by investment, without lights or anything that went wrong: for visitors.
LARGEST: Port[..., list[ProjectStanding]] = Port("projects.largest")
#: When the standings were computed, None before the first time.
STOOD_AT: Port[[Place], datetime | None] = Port("projects.stood_at")
#: Look at projects (all when none are given) anew; returns how many.
RESTAND: Port[..., int] = Port("projects.restand")
#: Ids → cards of projects in the register; withdrawn ones are left out.
CARDS: Port[[Sequence[int]], Mapping[int, ProjectCard]] = Port("projects.cards")
#: The card of one project; NotFound for whoever may not see it.
SEEN: Port[[Actor, int], ProjectCard] = Port("projects.seen")
#: Ids of all projects the actor sees that are alive, oldest first.
ALIVE: Port[[Actor], list[int]] = Port("projects.alive")
#: The nodes of a project's present timetable that aren't done.
OPEN_NODES: Port[[Actor, int], list[OpenNode]] = Port("projects.open_nodes")
#: (level, division, end of the days asked, moment of knowledge) → nodes of the baselines in force at that end.
NODE_CASES: Port[[str, int, datetime, datetime], Sequence[NodeCase]] = Port("projects.node_cases")
#: (actor, project) → panels for its page: who serves it, what else lines know of it.
ON_PROJECT: Hook[[Actor, int], Sequence[Any]] = Hook("projects.on_project")
#: (actor, project, first day, last day) → what was seen of its progress then: the draft of a report.
PROGRESS_SEEN: Hook[[Actor, int, date, date], Sequence[str]] = Hook("projects.progress_seen")
