"""Read plates: those of a place, and the one a QR code leads to, for anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.store.sql import run
from bihuan.lines.officers import contracts as officers
from bihuan.lines.projects import contracts as projects


@dataclass(frozen=True, slots=True)
class Duty:
    """Who answers for what: names are '' unless they may be shown to the public."""

    matter: MatterRow
    token: str
    project: str
    leader_post: str
    leader: str
    unit: str
    officer_post: str
    officer: str
    shows_names: bool
    down_at: datetime | None


_ROWS = "SELECT id, token, project, shows_names, down_at FROM supervision_plate WHERE "
_POSTS = """SELECT p.id, r.title, coalesce(nullif(o.short_name, ''), o.name), u.name FROM identity_post p
    JOIN identity_role r ON r.name = p.role_id JOIN identity_organisation o ON o.id = p.organisation_id
    JOIN identity_user u ON u.id = p.user_id WHERE p.id = ANY(%s)"""


def listed(actor: Actor, *, open_: bool = True, before: int = 0, limit: int = 50) -> tuple[list[Duty], int]:
    """Return (plates one may see, newest first; id to continue before or 0)."""
    rows, more = flow.listed(
        actor, Filter(kind="supervision.plate", open=open_), before=before, limit=limit, using="read"
    )
    return _duties(rows, inside=True), more


def duty(actor: Actor, code: str) -> Duty:
    """Return one plate the actor may see."""
    found = _duties([flow.matter(actor, code, "read")], inside=True)
    if not found:
        raise NotFound(_("There is no such plate."), where=code)
    return found[0]


def answering(actor: Actor, project: int) -> dict[str, Any]:
    """Return a plate's first values: who answers for the project today, as far as the actor may see it.

    The liaison leader and the officer are those who serve it, the unit is the project's own; empty without a project.
    """
    if not project:
        return {}
    found: dict[str, Any] = {}
    if projects.CARDS.bound and (card := projects.CARDS([project]).get(project)):
        projects.SEEN(actor, project)
        found["title"] = _("Service of “%(project)s”") % {"project": card.name[:160]}
        if card.lead_unit:
            found["unit"] = card.lead_unit
    if (
        not officers.ANSWERS_FOR.bound
        or (said := officers.ANSWERS_FOR(actor, [project]).get(project)) is None
    ):
        return found
    for name, one in (("leader", said.leader), ("officer", said.officer)):
        if one is not None and one.valid:
            found[name] = one.post
    return found


def public(token: str) -> Duty:
    """Return the plate a QR code leads to; NotFound when there is none. Names only where allowed."""
    rows = run(f"{_ROWS}token = %s", (token,), "read")
    if not rows:
        raise NotFound(_("There is no such plate."), where="")
    (found,) = _duties(list(flow.by_ids([rows[0][0]], "read").values()))
    return found


def _duties(rows: Sequence[MatterRow], *, inside: bool = False) -> list[Duty]:
    plates = {row[0]: row[1:] for row in run(f"{_ROWS}id = ANY(%s)", ([r.id for r in rows],), "read")}
    posts = {
        row[0]: row[1:]
        for row in run(_POSTS, ([r.value(n, 0) for r in rows for n in ("leader", "officer")],), "read")
    }
    units = names_of([row.lead_unit for row in rows])
    return [_duty(row, plates[row.id], posts, units, inside) for row in rows if row.id in plates]


def _duty(
    row: MatterRow,
    plate: tuple[object, ...],
    posts: dict[int, tuple[str, ...]],
    units: dict[int, str],
    inside: bool,
) -> Duty:
    token, project, shows, down = plate

    def of(name: str) -> tuple[str, str]:
        held = posts.get(row.value(name, 0))
        return (f"{held[1]} · {_(held[0])}", held[2] if shows or inside else "") if held else ("", "")

    return Duty(
        row, str(token), str(project), *of("leader"), units.get(row.lead_unit, ""), *of("officer"), bool(shows),
        down if isinstance(down, datetime) else None,
    )  # fmt: skip
