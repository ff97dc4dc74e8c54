"""Keep grids of 1+1+N and the rolls of buildings."""

from django.db import IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.identity.selectors.posts import post
from bihuan.kernel.registers.actions import Change, Item, amend, amend_many
from bihuan.kernel.store.sql import atomic
from bihuan.lines.hotline.duties.actions import KEEP
from bihuan.lines.hotline.registers import BUILDINGS, GRIDS, HELPERS

#: Which of a grid's own things the database found twice, in words.
_TWICE = {
    "hotline_grid_place_once": "place", "hotline_grid_unit_once": "unit", "hotline_grid_head_once": "head_post",
    "hotline_grid_party_once": "party_org", "hotline_grid_phone_once": "phone",
}  # fmt: skip


def set_up(
    actor: Actor, place: int, *, name: str, party_org: str, head_post: int, phone: str, grid_id: int | None = None,
    key: str = "",
) -> int:  # fmt: skip
    """Give a division its one party organisation, one head and one fixed phone; return the grid's id.

    The head's post lies in that division; its organisation is the grid's unit. Conflict when one of them
    stands in another grid already: each grid has exactly one, and each belongs to exactly one.
    """
    rights.need(actor, KEEP, division=place)
    head = post(head_post)
    if head.role != "grid_head" or head.division != place:
        raise BadInput(
            _("The head of a grid holds the post of grid head over that very grid."), where="head_post"
        )
    said = {
        "name": name, "place": str(place), "unit": str(head.unit), "party_org": party_org,
        "head_post": str(head_post), "phone": phone,
    }  # fmt: skip
    try:
        with atomic():
            return amend(actor, GRIDS, grid_id, said, scope=None if grid_id else scope_of(place), key=key)
    except IntegrityError as error:
        where = next((field for text, field in _TWICE.items() if text in str(error)), "")
        raise Conflict(
            _("This belongs to another grid already: each has exactly one of its own."), where=where
        ) from error


def add_helper(actor: Actor, cell: int, place: int, name: str, force: str, post_id: int = 0) -> int:
    """Add one of the N to a grid."""
    rights.need(actor, KEEP, division=place)
    said = {"name": name, "cell": str(cell), "force": force, **({"post": str(post_id)} if post_id else {})}
    return amend(actor, HELPERS, None, said, scope=scope_of(place))


def enter_buildings(actor: Actor, place: int, rows: list[tuple[str, int, int]]) -> list[int]:
    """Enter (name, grid or 0, households) of a community's roll; a name the district has already is a Conflict."""
    rights.need(actor, KEEP, division=place)
    scope = scope_of(place)
    items = [
        Item({"name": Change(name), "cell": Change(str(cell) if cell else None), "households": Change(str(count))},
             None, None, scope)
        for name, cell, count in rows
    ]  # fmt: skip
    try:
        return amend_many(actor, BUILDINGS, items, cause=_("Building rolls"))
    except (IntegrityError, Conflict) as error:
        told = _("This address is on the rolls of the district already; it lies in one grid only.")
        raise Conflict(told, where="name") from error


def place_building(actor: Actor, building: int, place: int, cell: int) -> None:
    """Put a building into a grid: out of the one it was in, if any."""
    rights.need(actor, KEEP, division=place)
    amend(actor, BUILDINGS, building, {"cell": str(cell)})
