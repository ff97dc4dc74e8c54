"""The wall: one screen for a place, which goes on by itself."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.lines.projects.contracts import Counted, Place, ProjectStanding
from bihuan.lines.wall import selectors
from bihuan.lines.wall.pages import words
from bihuan.lines.wall.selectors import Part
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.cards import href, left, light
from bihuan.ui.naming import names_for
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Action, Count, Counts, Panel, Placed, Ranking, Tile, Tiles

#: Project tiles on one screen; more turn by.
ON_SCREEN = 9
#: So many pages of projects turn by: whoever wants the rest opens the number.
TURNS = 6
STRIP = 4
PLACES = 6


@page(permit="wall")
def wall(request: HttpRequest) -> Page:
    """Show how the place stands; quiet until something is wrong."""
    place = selectors.place_of_wall(actor_of(request))
    turn = int(request.GET.get("turn", "1")) if request.GET.get("turn", "1").isdigit() else 1
    parts, _made = selectors.loads(place)
    counted = selectors.counts(place)
    names = selectors.names([place.division, *{p.id for p in parts}, *{c.part for c in counted}])
    red = sum(one.count for one in counted if one.light in ("late", "near"))
    turns = max(1, min(TURNS, -(-max(red, 1) // ON_SCREEN)))
    turn = (turn - 1) % turns + 1 if turns else 1
    return Page(
        title=_("%(place)s: how it stands") % {"place": words.place_name(place, names)},
        lead=words.counted(place),
        kind="wall",
        paper="a3",
        cycle=f"{reverse('wall')}?turn={turn % turns + 1}",
        actions=[
            Action(title=_("For visitors"), href=reverse("wall_visitors")),
            Action(title=_("Workbench"), href=reverse("home")),
        ],
        panels=[
            numbers(parts, counted),
            map_of(place, parts, counted, names),
            works(place, turn, turns),
            ranking(place),
            strip(place, turn),
        ],
    )


def numbers(parts: Sequence[Part], counted: Sequence[Counted]) -> Panel:
    """Return the row of big numbers; each opens to what it counts."""

    def projects(*lights: str) -> int:
        return sum(one.count for one in counted if not lights or one.light in lights)

    def open_(name: str) -> int:
        return sum(getattr(part, name) for part in parts)

    def count(title: str, value: int, name: str, lamp: str = "", **narrowed: str | int) -> Count:
        return Count(title=title, value=value, light=lamp, href=words.behind(name, **narrowed))

    return Counts(
        id="wall-numbers",
        title=_("At a glance"),
        counts=[
            count(_("Key projects in all"), projects(), "wall_projects"),
            count(_("Projects red"), projects("late"), "wall_projects", "late", light="late"),
            count(_("Projects yellow"), projects("near"), "wall_projects", "near", light="near"),
            count(_("Open matters"), open_("open"), "wall_matters"),
            count(_("Matters overdue"), open_("late"), "wall_matters", "late", light="late"),
            count(_("Matters due soon"), open_("near"), "wall_matters", "near", light="near"),
            count(_("Under supervision"), open_("watched"), "wall_matters", "watched", light="watched"),
        ],
    )


def map_of(place: Place, parts: Sequence[Part], counted: Sequence[Counted], names: dict[int, str]) -> Panel:
    """Return one tile a part of the place; a tile is as red as the worst in it."""
    found = {part.id: part for part in parts}
    ids = sorted({*found, *(one.part for one in counted)}, key=lambda key: _badness(found.get(key), key))
    tiles = [_part(key, place, found.get(key), [c for c in counted if c.part == key], names) for key in ids]
    if len(ids) == 1:
        tiles += _classes(counted)
    return Tiles(
        id="wall-map",
        title=_("Place by place"),
        kind="map",
        tiles=tiles,
        empty=_("Nothing is registered here yet: projects and matters show as soon as there are any."),
    )


def _badness(part: Part | None, key: int) -> tuple[int, int, int]:
    return (-(part.late if part else 0), -(part.near if part else 0), key)


def _part(
    key: int, place: Place, part: Part | None, counted: Sequence[Counted], names: dict[int, str]
) -> Tile:
    red, yellow = (sum(c.count for c in counted if c.light == light) for light in ("late", "near"))
    late, near, open_ = (part.late, part.near, part.open) if part else (0, 0, 0)
    lamp = "late" if red or late else "near" if yellow or near else "normal"

    def count(title: str, value: int, name: str, lamp: str) -> Count:
        narrowed: dict[str, str | int] = {"part": key, "light": lamp}
        return Count(title=title, value=value, light=lamp, href=words.behind(name, **narrowed))

    counts = [
        count(_("projects"), sum(c.count for c in counted), "wall_projects", ""),
        count(pgettext("of projects", "red"), red, "wall_projects", "late"),
        count(pgettext("of projects", "yellow"), yellow, "wall_projects", "near"),
        count(_("matters open"), open_, "wall_matters", ""),
        count(pgettext("of matters", "overdue"), late, "wall_matters", "late"),
        count(pgettext("of matters", "due soon"), near, "wall_matters", "near"),
    ]
    return Tile(
        title=words.part_name(key, place, names), light=lamp, counts=[one for one in counts if one.value]
    )


def _classes(counted: Sequence[Counted]) -> list[Tile]:
    """Return one tile a class of project: what there is to tell apart in a place without parts."""
    tiles = []
    for key, title in words.CLASSES.items():
        here = [one for one in counted if one.stage_class == key]
        red, yellow = (sum(c.count for c in here if c.light == light) for light in ("late", "near"))
        counts = [
            Count(title=_("projects"), value=sum(c.count for c in here), href=_class_href(key)),
            Count(title=pgettext("of projects", "red"), value=red, light="late", href=_class_href(key, "late")),
            Count(title=pgettext("of projects", "yellow"), value=yellow, light="near",
                  href=_class_href(key, "near")),
        ]  # fmt: skip
        if here:
            lamp = "late" if red else "near" if yellow else ""
            tiles.append(Tile(title=_(title), light=lamp, counts=[one for one in counts if one.value]))
    return tiles


def _class_href(stage_class: str, lamp: str = "") -> str:
    return words.behind("wall_projects", stage_class=stage_class, light=lamp)


def works(place: Place, turn: int, turns: int) -> Panel:
    """Return a page of projects, the most harm first."""
    found = selectors.worst(place, offset=(turn - 1) * ON_SCREEN, limit=ON_SCREEN)
    url = reverse("wall")
    return Tiles(
        id="wall-works",
        title=_("Projects, the most harm first"),
        kind="work",
        turn=turn,
        turns=turns,
        previous=f"{url}?turn={(turn - 2) % turns + 1}",
        next=f"{url}?turn={turn % turns + 1}",
        tiles=[_work(row) for row in found],
        empty=_("No project is registered here yet."),
    )


def _work(row: ProjectStanding) -> Tile:
    binds = row.node_en if row.node_en and not fmt.chinese() else row.node
    money = cells.Money(row.investment, "wan") if row.investment else ""
    stage = _(words.CLASSES[row.stage_class]) if row.stage_class in words.CLASSES else ""
    promised = _("production by %(day)s") % {"day": fmt.day(row.promised, "month")} if row.promised else ""
    return Tile(
        title=row.name,
        href=reverse("project", args=[row.id]),
        light=row.light,
        light_words=words.lateness(row),
        lines=[
            _("stuck at %(node)s") % {"node": binds} if binds and row.light in ("late", "near") else stage,
            cells.Row([one for one in (money, promised) if one]),
        ],
    )


def ranking(place: Place) -> Panel:
    """Return units by their on-time rate this year."""
    found = selectors.ranking(place)
    units = names_for(units={row.unit for row in found})
    rows = [
        Placed(
            place=0 if row.small else number,
            title=units.unit(row.unit),
            part=row.part,
            whole=row.whole,
            href=reverse("wall_unit", args=[row.unit]),
        )
        for number, row in enumerate(found, 1)
    ]
    return Ranking(
        id="wall-ranking",
        title=_("Done in time this year"),
        note=_("orders and problems together"),
        rows=[row for row in rows if row.place][:PLACES],
        unranked=[row for row in rows if not row.place][:PLACES],
        empty=_("Nothing had to be done by now."),
    )


def strip(place: Place, turn: int) -> Panel:
    """Return the orders of today (issued or due today, or overdue), then those due next."""
    found, many = selectors.orders(place, limit=STRIP * TURNS)
    units = names_for(found)
    turns = max(1, -(-len(found) // STRIP))
    first = (turn - 1) % turns * STRIP
    return Tiles(
        id="wall-orders",
        title=_("Orders of today"),
        note=_("%(n)s issued, due or overdue today; then those due next") % {"n": many},
        kind="strip",
        next=reverse("wall_orders"),
        turn=(turn - 1) % turns + 1,
        turns=turns,
        tiles=[
            Tile(
                title=row.title or _("(erased)"),
                href=href(row),
                light=light(row),
                lines=[" · ".join(filter(None, (units.unit(row.lead_unit), left(row))))],
            )
            for row in found[first : first + STRIP]
        ],
        empty=_("No order is open."),
    )
