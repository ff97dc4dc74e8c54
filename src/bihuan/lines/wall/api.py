"""The wall's figures over the API: as on the screen, or what visitors may see."""

from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest
from ninja import Router, Schema

from bihuan.lines.projects.contracts import Place
from bihuan.lines.wall import selectors
from bihuan.ui.api import operation
from bihuan.ui.page import actor_of

router = Router(tags=["wall"])
_NOTHING = Decimal(0)


class PartOut(Schema):
    """A part of the place (0: the place itself): its projects by light, its open matters."""

    part: int
    name: str
    projects: int
    red: int
    yellow: int
    open: int
    late: int
    near: int
    paused: int
    watched: int


class WorkOut(Schema):
    """A project: what is wrong with it, and its points in the order by harm."""

    id: int
    name: str
    light: str
    late_wd: int
    overdue: int
    node: str
    points: Decimal


class RankOut(Schema):
    """A unit's cases done in time this year, of all; ``ranked`` is false for too few."""

    unit: int
    part: int
    whole: int
    ranked: bool


class WallOut(Schema):
    """A place's wall. ``counted`` says when its figures were counted, null before the first time."""

    counted: datetime | None
    parts: list[PartOut]
    works: list[WorkOut]
    ranking: list[RankOut]
    orders: list[str]


class GuestPartOut(Schema):
    """A part of the place: how many projects, and what they invest in 万元."""

    part: int
    name: str
    projects: int
    investment_wan: Decimal


class GuestsOut(Schema):
    """What visitors may see: nothing of problems, tax or people."""

    projects: int
    investment_wan: Decimal
    parts: list[GuestPartOut]


@router.get("/figures", response=WallOut, operation_id="wall")
@operation(permit="wall")
def wall(request: HttpRequest) -> WallOut:
    """Return the figures of the wall of one's place."""
    place = selectors.place_of_wall(actor_of(request))
    loads, made = selectors.loads(place)
    orders, _many = selectors.orders(place, limit=24)
    return WallOut(
        counted=made,
        parts=_parts(place, {load.id: load for load in loads}),
        works=[
            WorkOut(id=one.id, name=one.name, light=one.light, late_wd=one.late_wd, overdue=one.overdue,
                    node=one.node, points=one.points)
            for one in selectors.worst(place, limit=24)
        ],
        ranking=[
            RankOut(unit=one.unit, part=one.part, whole=one.whole, ranked=not one.small)
            for one in selectors.ranking(place)
        ],
        orders=[row.code for row in orders],
    )  # fmt: skip


def _parts(place: Place, loads: dict[int, selectors.Part]) -> list[PartOut]:
    counted = selectors.counts(place)
    ids = sorted({*loads, *(one.part for one in counted)})
    names = selectors.names(ids)
    found = []
    for key in ids:
        here = [one for one in counted if one.part == key]
        load = loads.get(key, selectors.Part(key, 0, 0, 0, 0, 0))
        found.append(
            PartOut(
                part=key, name=names.get(key, ""), projects=sum(one.count for one in here),
                red=sum(one.count for one in here if one.light == "late"),
                yellow=sum(one.count for one in here if one.light == "near"),
                open=load.open, late=load.late, near=load.near, paused=load.paused, watched=load.watched,
            )
        )  # fmt: skip
    return found


@router.get("/visitors", response=GuestsOut, operation_id="wall_visitors")
@operation(permit="wall")
def visitors(request: HttpRequest) -> GuestsOut:
    """Return what visitors may see of one's place."""
    counted = selectors.counts(selectors.place_of_wall(actor_of(request)))
    names = selectors.names(sorted({one.part for one in counted}))
    parts = [
        GuestPartOut(
            part=key,
            name=names.get(key, ""),
            projects=sum(one.count for one in counted if one.part == key),
            investment_wan=sum((one.investment or _NOTHING for one in counted if one.part == key), _NOTHING),
        )
        for key in sorted({one.part for one in counted})
    ]
    return GuestsOut(
        projects=sum(part.projects for part in parts),
        investment_wan=sum((part.investment_wan for part in parts), _NOTHING),
        parts=parts,
    )
