"""The ladder and meetings over the API, under ``/api/v1/meetings``."""

from datetime import datetime, time, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rows import Receipt
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.meetings import actions, selectors
from bihuan.kernel.meetings.actions import Decision, Minuted
from bihuan.kernel.meetings.selectors import coming, decided, rules
from bihuan.kernel.meetings.selectors import ladder as climbing
from bihuan.kernel.meetings.selectors.agenda import ItemRow
from bihuan.kernel.now import LOCAL, now, today
from bihuan.site.admin.calls import Key, carried
from bihuan.site.meetings import permits
from bihuan.site.meetings.shapes import (
    AttendIn,
    ClashOut,
    ClimbOut,
    DecidedOut,
    DecisionIn,
    DutyOut,
    ItemOut,
    ItemsIn,
    MeetingFull,
    MeetingOut,
    MinutedOut,
    MinutesIn,
    Opened,
    OrderIn,
    OutcomeOut,
    PartOut,
    PlanIn,
    ProposeIn,
    RungFiguresOut,
    RungOut,
    SiteIn,
)
from bihuan.ui.api import operation
from bihuan.ui.page import actor_of

router = Router(tags=["meetings"])
Days = Annotated[int, Query(ge=1, le=3660)]
Words = Annotated[str, Query(max_length=20)]


def _opened(receipt: Receipt) -> dict[str, Any]:
    return {"id": receipt.matter, "code": receipt.code, "stage": receipt.stage}


def _minuted(made: Minuted) -> dict[str, Any]:
    return {**_opened(made.receipt), "orders": [one.code for one in made.orders], "paper": made.paper}


def _item(row: ItemRow) -> dict[str, Any]:
    return {
        "id": row.item.id, "code": row.item.code, "title": row.item.title, "stage": row.item.stage,
        "matter": row.matter.code, "place": row.place, "tabled": row.tabled, "position": row.position,
        "ranked_by": int(row.item.value("ranked_by", 0)), "points": row.harm.points,
        "parts": [{n: getattr(p, n) for n in PartOut.model_fields} for p in row.harm.parts], "outcome": row.outcome,
    }  # fmt: skip


def _decisions(given: list[DecisionIn]) -> list[Decision]:
    return [
        Decision(one.item, one.outcome, one.text, [_order(order) for order in one.orders]) for one in given
    ]


def _order(order: OrderIn) -> dict[str, Any]:
    values = order.dict()
    return {**values, "due": order.due.isoformat() if order.due else None}


@router.get("/rungs", response=list[RungOut], operation_id="meetings_rungs")
@operation(permit=permits.READ)
def rungs(request: HttpRequest) -> Any:
    """List the rungs of the caller's place, from the bottom."""
    return rules.rungs(scope_of(actor_of(request).division))


@router.get("/duties", response=list[DutyOut], operation_id="meetings_duties")
@operation(permit=permits.READ)
def duties(request: HttpRequest) -> Any:
    """List the rows of the table of portfolios that hold today."""
    return rules.duties()


@router.get("/items", response=list[ItemOut], operation_id="meetings_items")
@operation(permit=permits.READ)
def items(request: HttpRequest, stage: Words = "agreed", place: int = 0) -> Any:
    """List open agenda items in the order they should be heard, with the sum that makes it."""
    return [_item(row) for row in selectors.items(actor_of(request), stage=stage, place=place)]


@router.get("/ladder", response=list[ClimbOut], operation_id="meetings_ladder")
@operation(permit=permits.READ)
def ladder(request: HttpRequest, past: bool = False) -> Any:
    """List stuck matters and how far they have climbed."""
    found = climbing.climbs(actor_of(request), past=past)
    return [{"code": one.matter.code, "title": one.matter.title, "steps": one.steps} for one in found]


@router.get("/figures", response=list[RungFiguresOut], operation_id="meetings_figures")
@operation(permit=permits.READ)
def figures(request: HttpRequest, days: Days = 90) -> Any:
    """Read latency, putting off, time and resolution on each rung for the last days."""
    since = datetime.combine(today() - timedelta(days=days), time(0), LOCAL)
    return climbing.figures(actor_of(request), since, now() + timedelta(days=1))


@router.post("/proposals", response={201: Opened}, operation_id="meetings_propose")
@operation(permit=permits.READ)
def propose(request: HttpRequest, body: ProposeIn, key: Key = "") -> Any:
    """Take a stuck matter to a rung: opens an agenda item, or the request that rung needs."""
    actor = actor_of(request)

    def act() -> dict[str, Any]:
        row = matters.matter(actor, body.matter)
        return _opened(actions.propose(actor, row.id, why=body.why, place=body.place, skip=body.skip))

    return Status(201, carried(request, key, body.dict(), act))


@router.get("", response=list[MeetingOut], operation_id="meetings_list")
@operation(permit=permits.READ)
def meetings(request: HttpRequest, past: bool = False) -> Any:
    """List the meetings to come, or with ``past`` those that were, that one sees or is invited to."""
    actor = actor_of(request)
    return selectors.listed(actor, until=now()) if past else selectors.listed(actor, since=now())


@router.post("", response={201: Opened}, operation_id="meetings_plan")
@operation(permit=permits.PLAN)
def plan(request: HttpRequest, body: PlanIn, key: Key = "") -> Any:
    """Plan a meeting and invite."""
    actor = actor_of(request)
    scope = scope_of(actor.division)
    chair = selectors.decider(scope, body.place)
    data = {
        **body.dict(), "begins": body.begins.isoformat(), "ends": body.ends.isoformat(),
        **({"chair": chair.post} if chair else {}),
    }  # fmt: skip
    act = lambda: _opened(actions.plan(actor, data, scope=scope))  # noqa: E731 - one expression
    return Status(201, carried(request, key, body.dict(), act))


@router.post("/site", response={201: MinutedOut}, operation_id="meetings_on_site")
@operation(permit=permits.SITE)
def on_site(request: HttpRequest, body: SiteIn, key: Key = "") -> Any:
    """Hold a meeting on site in one call: attendance, decisions, orders, minutes."""
    actor = actor_of(request)
    data = {"title": body.title, "room": body.room, "posts": body.posts, "summary": body.summary}

    def act() -> dict[str, Any]:
        made = actions.on_site(actor, data, _decisions(body.decisions), scope=scope_of(actor.division))
        return _minuted(made)

    return Status(201, carried(request, key, body.dict(), act))


@router.get("/clashes", response=list[ClashOut], operation_id="meetings_clashes")
@operation(permit=permits.PLAN)
def clashes(
    request: HttpRequest, begins: datetime, ends: datetime, posts: Annotated[list[int], Query(max_length=500)]
) -> Any:
    """List who of these posts is invited to another meeting at that time: to be asked before one is planned.

    A recurring meeting that is not planned yet has ``meeting`` 0 and no code.
    """
    scope = scope_of(actor_of(request).division)
    return [*selectors.clashes(posts, begins, ends), *coming.slot_clashes(scope, posts, begins, ends)]


@router.get("/{int:meeting}", response=MeetingFull, operation_id="meetings_read")
@operation(permit=permits.READ)
def read(request: HttpRequest, meeting: int) -> Any:
    """Read a meeting with agenda, invitations and clashes."""
    row, _matter = selectors.meeting(actor_of(request), meeting)
    invited = selectors.guests(row.id)
    clashes = selectors.clashes([one.post for one in invited], row.begins, row.ends, row.id)
    return {
        **{name: getattr(row, name) for name in MeetingOut.model_fields},
        "agenda": [_item(one) for one in selectors.agenda(row.id)],
        "invited": invited,
        "clashes": clashes,
    }


@router.get("/{int:meeting}/decisions", response=list[DecidedOut], operation_id="meetings_decisions")
@operation(permit=permits.READ)
def decisions(request: HttpRequest, meeting: int) -> Any:
    """Read what signed minutes say about matters the caller handles; guests read theirs, not the whole minutes."""
    actor = actor_of(request)
    row, _matter = selectors.meeting(actor, meeting)
    return decided.of_meeting(actor, row.id)


@router.post("/{int:meeting}/agenda", response=list[OutcomeOut], operation_id="meetings_agenda")
@operation(permit=permits.PLAN)
def agenda(request: HttpRequest, meeting: int, body: ItemsIn) -> Any:
    """Put items on an agenda, each for itself."""
    actor = actor_of(request)
    row, _matter = selectors.meeting(actor, meeting)
    done = actions.put_on(actor, row.id, body.items)
    return [{"item": one.item, "done": bool(one.receipt), "error": one.error} for one in done]


@router.post("/{int:meeting}/attendance", response=Opened, operation_id="meetings_attend")
@operation(permit=permits.SITE)
def attend(request: HttpRequest, meeting: int, body: AttendIn, key: Key = "") -> Any:
    """Note that the meeting was held, and who came."""
    data = {"posts": body.posts, **({"note": body.note} if body.note else {})}
    return _opened(flow.move(actor_of(request), meeting, "attend", data, key=key))


@router.post("/{int:meeting}/minutes", response=MinutedOut, operation_id="meetings_minutes")
@operation(permit=permits.SITE)
def minutes(request: HttpRequest, meeting: int, body: MinutesIn, key: Key = "") -> Any:
    """Write the minutes: every decision, every order, and the paper, in one step or not at all."""
    actor = actor_of(request)

    def act() -> dict[str, Any]:
        return _minuted(actions.minute(actor, meeting, _decisions(body.decisions), body.summary))

    return carried(request, key, body.dict(), act)
