"""The wall for visitors (接待模式): what a place is proud of. Problems, lights, tax, orders and names of people are
never asked for here, so they can't be in the page."""

from collections.abc import Sequence
from decimal import Decimal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.lines.projects.contracts import Counted, Place, ProjectStanding
from bihuan.lines.wall import selectors
from bihuan.lines.wall.pages import words
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Action, Count, Counts, Panel, Tile, Tiles

ON_SCREEN = 12
TURNS = 6


@page(permit="wall")
def visitors(request: HttpRequest) -> Page:
    """Show the place to guests."""
    place = selectors.place_of_wall(actor_of(request))
    counted = selectors.counts(place)
    names = selectors.names([place.division, *{one.part for one in counted}])
    asked = request.GET.get("turn", "1")
    turns = max(1, min(TURNS, -(-sum(one.count for one in counted) // ON_SCREEN)))
    turn = ((int(asked) if asked.isdigit() else 1) - 1) % turns + 1
    return Page(
        title=_("%(place)s: key projects") % {"place": words.place_name(place, names)},
        lead="",
        kind="wall",
        paper="a3",
        cycle=f"{reverse('wall_visitors')}?turn={turn % turns + 1}",
        actions=[Action(title=_("Back to the full wall"), href=reverse("wall"))],
        panels=[numbers(counted), *map_of(place, counted, names), works(place, turn, turns)],
    )


def numbers(counted: Sequence[Counted]) -> Panel:
    """Return how many projects there are, by class, and what they invest."""

    def of(stage_class: str) -> int:
        return sum(one.count for one in counted if one.stage_class == stage_class)

    invested = sum((one.investment or Decimal(0) for one in counted), Decimal(0))
    return Counts(
        id="wall-numbers",
        title=_("At a glance"),
        counts=[
            Count(title=_("Key projects in all"), value=sum(one.count for one in counted)),
            Count(title=_("Planned investment"), value=1, cell=cells.Money(invested, "wan")),
            *(Count(title=_(title), value=of(key)) for key, title in words.CLASSES.items()),
        ],
    )


def map_of(place: Place, counted: Sequence[Counted], names: dict[int, str]) -> list[Panel]:
    """Return one tile a part of the place, the most investment first; none when there is one part only."""
    parts = sorted({one.part for one in counted}, key=lambda key: -_invested(counted, key))
    if len(parts) < 2:
        return []
    tiles = [
        Tile(
            title=words.part_name(key, place, names),
            counts=[Count(title=_("projects"), value=sum(c.count for c in counted if c.part == key))],
            lines=[cells.Money(_invested(counted, key), "wan")],
        )
        for key in parts
    ]
    return [Tiles(id="wall-map", title=_("Place by place"), kind="map", tiles=tiles)]


def _invested(counted: Sequence[Counted], part: int) -> Decimal:
    return sum((one.investment or Decimal(0) for one in counted if one.part == part), Decimal(0))


def works(place: Place, turn: int, turns: int) -> Panel:
    """Return a page of projects by investment."""
    url = reverse("wall_visitors")
    return Tiles(
        id="wall-works",
        title=_("Projects by investment"),
        kind="work",
        turn=turn,
        turns=turns,
        previous=f"{url}?turn={(turn - 2) % turns + 1}",
        next=f"{url}?turn={turn % turns + 1}",
        tiles=[
            _work(row) for row in selectors.largest(place, offset=(turn - 1) * ON_SCREEN, limit=ON_SCREEN)
        ],
        empty=_("No project is registered here yet."),
    )


def _work(row: ProjectStanding) -> Tile:
    stage = _(words.CLASSES[row.stage_class]) if row.stage_class in words.CLASSES else ""
    done = _("in production since %(day)s") % {"day": fmt.day(row.produced, "month")} if row.produced else ""
    money = cells.Money(row.investment, "wan") if row.investment else ""
    return Tile(
        title=row.name, lines=[row.industry, cells.Row([one for one in (money, done or stage) if one])]
    )
