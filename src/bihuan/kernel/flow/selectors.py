"""Read matters: one, lists branch by branch, the workbench, the history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import registry
from bihuan.kernel.flow.engine import allowed_moves
from bihuan.kernel.flow.rows import SELECT, SUPPORTS, MatterRow, from_sql
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import now
from bihuan.kernel.permits.rules import BRANCH_COLUMNS, branches, sees
from bihuan.kernel.permits.walk import newest
from bihuan.kernel.store.sql import run
from bihuan.logic.mechanism import Mechanism, Move

_ONE = f"SELECT {SELECT}, {SUPPORTS} FROM flow_matter m WHERE m."  # noqa: S608


def matter(actor: Actor, ref: int | str, using: str = "default") -> MatterRow:
    """Return a matter by id or code; NotFound also when the actor may not see it."""
    rows = run(f"{_ONE}{'id' if isinstance(ref, int) else 'code'} = %s", (ref,), using, binary=True)
    row = from_sql(rows[0]) if rows else None
    if row is None or not (sees(actor, row) and registry.may_open(actor, row)):
        raise NotFound(_("There is no such matter, or you may not see it."), where=str(ref))
    return row


def moves(actor: Actor, row: MatterRow) -> tuple[Mechanism, list[Move]]:
    """Return the matter's rules in today's words and the moves the actor may make now, as far as they make sense."""
    rules = registry.worded(row.rules)
    return rules, [one for one in allowed_moves(rules, row, actor) if registry.makes_sense(actor, row, one)]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list shows. Empty fields don't filter; ``late`` means due before now with the clock running.

    ``without`` leaves one stage out.
    """

    line: str = ""
    kind: str = ""
    stage: str = ""
    without: str = ""
    open: bool | None = None
    late: bool = False
    subject: int = 0
    parent: int = 0
    party: int = 0
    lead_unit: int = 0
    holder_post: int = 0
    park: int = 0
    closing: str = ""
    since: datetime | None = None
    data: tuple[tuple[str, str], ...] = field(default=())


def listed(
    actor: Actor,
    what: Filter,
    *,
    before: int = 0,
    limit: int = 50,
    using: str = "default",
    unread: bool = False,
) -> tuple[list[MatterRow], int]:
    """Return (rows newest first, id to continue before or 0).

    Each branch of what the actor may see is walked by its own index. What the actor may not open is left out;
    with ``unread`` it is there, for a caller that shows neither its title nor its code.
    """
    where, params = conditions(what)
    if not unread:
        more, values = registry.narrowed(actor, what.kind)
        where, params = [*where, *more], [*params, *values]
    ids, values = newest("flow_matter", branches(actor), where, params, before=before, limit=limit + 1)
    if not ids:
        return [], 0
    rows = run(
        f"SELECT {SELECT}, {SUPPORTS} FROM flow_matter m WHERE m.id IN ({ids}) ORDER BY m.id DESC LIMIT %s",  # noqa: S608
        [*values, limit + 1],
        using,
    )
    found = [from_sql(row) for row in rows]
    return found[:limit], found[limit - 1].id if len(found) > limit else 0


def conditions(what: Filter) -> tuple[list[str], list[Any]]:
    """Return the filter as SQL conditions on ``m`` with their parameters."""
    where: list[str] = []
    params: list[Any] = []
    for name in ("line", "kind", "stage", "closing"):
        if getattr(what, name):
            where.append(f"m.{name} = %s")
            params.append(getattr(what, name))
    if what.without:
        where.append("m.stage <> %s")
        params.append(what.without)
    for name in ("subject", "parent", "party", "lead_unit", "holder_post", "park"):
        if getattr(what, name):
            where.append(f"m.{name} = %s AND m.{name} > 0")
            params.append(getattr(what, name))
    if what.open is not None:
        where.append("m.open" if what.open else "NOT m.open")
    if what.late:
        where.append("m.open AND m.clock = 'running' AND m.due < %s")
        params.append(now())
    if what.since:
        where.append("m.created >= %s")
        params.append(what.since)
    for name, value in what.data:
        where.append("m.data ->> %s = %s")
        params += [name, value]
    return where, params


def openable(actor: Actor, kinds: Mapping[int, str], using: str = "default") -> set[int]:
    """Return which of these matters (id → kind) the actor, who sees them by their place, may open.

    Only those whose kind asks who looks are read.
    """
    asked = [key for key, kind in kinds.items() if registry.asks_who_looks(kind)]
    refused = {key for key, row in by_ids(asked, using).items() if not registry.may_open(actor, row)}
    return kinds.keys() - refused


def held(actor: Actor, *, limit: int = 100, skip: int = 0, using: str = "default") -> list[MatterRow]:
    """Return the open matters that wait for this actor, the most urgent first: the workbench."""
    parts: list[str] = []
    params: list[Any] = []
    if actor.post:
        parts.append("m.holder_post = %s AND m.holder_post > 0 AND m.open")
        params += [actor.post, skip + limit]
    if actor.unit:
        parts.append("m.holder_unit = %s AND m.holder_unit > 0 AND m.holder_post = 0 AND m.open")
        params += [actor.unit, skip + limit]
    if actor.role and actor.division and actor.level in BRANCH_COLUMNS:
        parts.append(
            f"m.holder_role = %s AND {_ROLE} AND m.{actor.level} = %s AND m.{actor.level} > 0 AND m.open"
        )
        params += [actor.role, actor.division, skip + limit]
    if actor.party:
        parts.append("m.holder_role = 'party' AND m.party = %s AND m.party > 0 AND m.open")
        params += [actor.party, skip + limit]
    if not parts:
        return []
    chosen = " UNION ".join(
        f"(SELECT m.id FROM flow_matter m WHERE {part} ORDER BY m.due NULLS LAST, m.id LIMIT %s)"  # noqa: S608
        for part in parts
    )
    rows = run(
        f"SELECT {SELECT}, {SUPPORTS} FROM flow_matter m WHERE m.id IN ({chosen})"  # noqa: S608
        " ORDER BY m.due NULLS LAST, m.id LIMIT %s OFFSET %s",
        [*params, limit, skip],
        using,
    )
    return [from_sql(row) for row in rows]


#: Said so that the planner may use the index of what roles hold.
_ROLE = "m.holder_role <> ''"


def by_ids(ids: Sequence[int], using: str = "default") -> dict[int, MatterRow]:
    """Return matters by id without asking who looks: for callers that already chose by branch."""
    if not ids:
        return {}
    sql = f"SELECT {SELECT}, {SUPPORTS} FROM flow_matter m WHERE m.id = ANY(%s)"  # noqa: S608
    return {row[0]: from_sql(row) for row in run(sql, (list(ids),), using)}
