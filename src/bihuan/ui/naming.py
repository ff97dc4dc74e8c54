"""Names for the ids a page shows, fetched for all of them at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import Kind
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.store.sql import run


@dataclass(slots=True)
class Names:
    """Names of units, people and posts; whoever isn't known any more is shown by number."""

    units: dict[int, str] = field(default_factory=dict)
    users: dict[int, str] = field(default_factory=dict)
    posts: dict[int, str] = field(default_factory=dict)

    def unit(self, unit_id: int) -> str:
        """Return a unit's short name."""
        return self.units.get(unit_id) or (f"#{unit_id}" if unit_id else "")

    def holder(self, row: MatterRow) -> str:
        """Return who holds a matter: a person, a unit, or whoever has the role."""
        if row.holder_post:
            return self.posts.get(row.holder_post, f"#{row.holder_post}")
        if row.holder_unit:
            return self.unit(row.holder_unit)
        if row.holder_role == "party":
            return self.unit(row.party) or _("The enterprise")
        role = roles.get(row.holder_role)
        return _(role.title) if role else ""

    def actor(self, said: dict[str, Any]) -> tuple[str, str]:
        """Return (who, from which post) an entry names; a stand-in is shown with the one stood in for."""
        kind = said["kind"]
        if kind == Kind.SYSTEM:
            return _("System"), ""
        if kind == Kind.LINK:
            return _("By link"), self.unit(said.get("party", 0))
        user, unit = said.get("user", 0), said.get("unit", 0) or said.get("party", 0)
        name = self.users.get(user, "") or (_("Enterprise") if kind == Kind.PARTY else f"#{user}")
        if behalf := said.get("delegated_by", 0):
            name = _("%(name)s for %(other)s") % {"name": name, "other": self.users.get(behalf, f"#{behalf}")}
        role = roles.get(said.get("role", ""))
        return name, " · ".join(filter(None, (self.unit(unit), _(role.title) if role else "")))


def names_for(
    rows: Iterable[MatterRow] = (),
    actors: Iterable[dict[str, Any]] = (),
    units: Iterable[int] = (),
    posts: Iterable[int] = (),
) -> Names:
    """Fetch the names that matters and entries need, with at most one statement a kind."""
    unit_ids, user_ids, post_ids = set(units), set[int](), set(posts)
    for row in rows:
        unit_ids |= {row.holder_unit, row.lead_unit, row.first_unit, row.party, *row.supports}
        post_ids.add(row.holder_post)
    for said in actors:
        unit_ids |= {said.get("unit", 0), said.get("party", 0)}
        user_ids |= {said.get("user", 0), said.get("delegated_by", 0)}
    found = Names()
    if unit_ids - {0}:
        found.units = names_of(sorted(unit_ids - {0}))
    if user_ids - {0}:
        found.users = dict(
            run("SELECT id, name FROM identity_user WHERE id = ANY(%s)", (sorted(user_ids - {0}),))
        )
    if post_ids - {0}:
        sql = "SELECT p.id, u.name FROM identity_post p JOIN identity_user u ON u.id = p.user_id WHERE p.id = ANY(%s)"
        found.posts = dict(run(sql, (sorted(post_ids - {0}),)))
    return found
