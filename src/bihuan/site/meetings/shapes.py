"""What the calls about the ladder and meetings take and answer."""

from datetime import date, datetime
from decimal import Decimal

from ninja import Schema


class RungOut(Schema):
    """A rung: its number from the bottom, the chair's role, whether it needs a request, when it proposes by itself."""

    name: str
    title: str
    place: int
    chair: str
    mode: str
    weekday: int | None
    request: bool
    late_days: int | None
    division: int
    valid_from: date
    source: str


class DutyOut(Schema):
    """A row of the table of portfolios; ``valid_until`` is its last day."""

    id: int
    post: int
    role: str
    field: str
    target: int
    line: str
    deputy: int
    division: int
    valid_from: date
    valid_until: date | None
    source: str


class RungIn(Schema):
    """A row of a rung, from a day on; ``division`` 0 is the whole house. The same name again changes that rung."""

    name: str
    title: str
    place: int
    chair: str
    source: str
    mode: str = "proposed"
    weekday: int | None = None
    request: bool = False
    late_days: int | None = None
    active: bool = True
    division: int = 0
    valid_from: date | None = None


class DutyIn(Schema):
    """A row of the table of portfolios: field is subject, unit, line, division or all; what it names is ``target``."""

    post: int
    field: str
    source: str
    target: int = 0
    line: str = ""
    deputy: int = 0
    division: int = 0
    valid_from: date | None = None
    valid_until: date | None = None


class EndIn(Schema):
    """The last day of a row."""

    last: date


class RowOut(Schema):
    """The row that was added."""

    id: int


class LadderFigureOut(Schema):
    """A figure of the ladder: its definition, fraction and moment; ``rung`` empty for all rungs together."""

    name: str
    title: str
    definition: str
    unit: str
    rung: str
    numerator: float
    denominator: int | None
    value: float | None
    small: bool
    at: datetime


class LadderCaseOut(Schema):
    """An agenda item that a figure counts."""

    code: str
    title: str


class PartOut(Schema):
    """What one term adds to the harm of an item."""

    term: str
    value: Decimal
    counted: Decimal
    weight: Decimal
    points: Decimal


class ItemOut(Schema):
    """An agenda item; ``position`` is the number a named person (a user's id) gave it, 0 for none."""

    id: int
    code: str
    title: str
    stage: str
    matter: str
    place: int
    tabled: int
    position: int
    ranked_by: int
    points: Decimal
    parts: list[PartOut]
    outcome: str


class StepOut(Schema):
    """A stay on one rung; ``until`` null: it stands there."""

    place: int
    since: datetime
    until: datetime | None
    outcome: str
    tabled: int


class ClimbOut(Schema):
    """A stuck matter and how far it has climbed."""

    code: str
    title: str
    steps: list[StepOut]


class RungFiguresOut(Schema):
    """What a rung did with the proposals of a period; days are calendar days."""

    place: int
    proposed: int
    answered: int
    on_time: int
    due: int
    latency: float | None
    ended: int
    solved: int
    raised: int
    stood: float | None
    tabled: int
    heard: int


class MeetingOut(Schema):
    """A meeting of the register."""

    id: int
    code: str
    title: str
    stage: str
    kind: str
    place: int
    chair: int
    begins: datetime
    ends: datetime
    room: str
    items: int
    guests: int


class GuestOut(Schema):
    """Somebody invited; ``came`` null: not recorded."""

    post: int
    name: str
    unit: str
    came: bool | None


class ClashOut(Schema):
    """A post whose holder is invited to another meeting at the same time."""

    post: int
    meeting: int
    code: str
    title: str
    begins: datetime


class MeetingFull(MeetingOut):
    """A meeting with its agenda in order, who is invited, and clashes."""

    agenda: list[ItemOut]
    invited: list[GuestOut]
    clashes: list[ClashOut]


class ProposeIn(Schema):
    """A matter to take to a rung (0: the next one); passing one over needs the reason ``skip``."""

    matter: str
    why: str = ""
    place: int = 0
    skip: str = ""


class PlanIn(Schema):
    """A meeting: kind is coordination, special, principal or weekly; the chair is read from the tables."""

    title: str
    kind: str
    place: int
    begins: datetime
    ends: datetime
    room: str = ""
    posts: list[int] = []


class ItemsIn(Schema):
    """Items to put on an agenda."""

    items: list[int]


class OutcomeOut(Schema):
    """What became of one item: ``error`` says which meeting has it."""

    item: int
    done: bool
    error: str


class AttendIn(Schema):
    """Who came."""

    posts: list[int] = []
    note: str = ""


class OrderIn(Schema):
    """An order a decision comes to; an empty title or demand is taken from the decision."""

    unit: int
    supports: list[int] = []
    due: date | None = None
    title: str = ""
    demand: str = ""


class DecisionIn(Schema):
    """What was decided about an item (0: beside the agenda): outcome is decide, retable, raise or return."""

    text: str
    item: int = 0
    outcome: str = "decide"
    orders: list[OrderIn] = []


class DecidedOut(Schema):
    """A decision of signed minutes about a matter the caller handles; ``item`` 0: beside the agenda."""

    meeting: int
    code: str
    held: str
    day: date
    item: int
    title: str
    outcome: str
    text: str
    units: str
    due: str
    number: str


class MinutesIn(Schema):
    """The minutes: a decision for every item on the agenda."""

    decisions: list[DecisionIn]
    summary: str = ""


class SiteIn(Schema):
    """A meeting on site: what about, where, who was there, what was decided."""

    title: str
    room: str
    decisions: list[DecisionIn]
    posts: list[int] = []
    summary: str = ""


class Opened(Schema):
    """The matter opened or moved."""

    id: int
    code: str
    stage: str


class MinutedOut(Schema):
    """The meeting, the codes of the orders drafted, and the number of the paper drafted."""

    id: int
    code: str
    stage: str
    orders: list[str]
    paper: int
