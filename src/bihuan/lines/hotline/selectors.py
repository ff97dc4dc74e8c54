"""Read orders: what waits at the desk, what may be the same, what is owed to them, what may be chosen in a move."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.utils.translation import gettext as _

from bihuan.kernel.content.selectors import SHOWN as READABLE
from bihuan.kernel.content.selectors import open_many
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.forms.fields import Field
from bihuan.kernel.identity.actors import LEVELS, Actor, Scope
from bihuan.kernel.now import now, today
from bihuan.kernel.permits.rules import Branch, branches
from bihuan.kernel.permits.walk import newest
from bihuan.kernel.search.selectors import search
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.abroad import selectors as abroad
from bihuan.lines.hotline.callers.selectors import opens
from bihuan.lines.hotline.contracts import ASIDE, ORDER, PART
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.grids import selectors as grids
from bihuan.logic.terms import terms_for

#: An order this old is no twin of a new one.
RECENT = timedelta(days=30)
#: From this share of common words on, two orders may be one event; people decide.
ALIKE = 0.5
#: How many possible twins are shown.
SHOWN = 5
_LOOKED_AT, _READ = 60, 20


def scope_of_row(row: MatterRow) -> Scope:
    """Return the place a matter lies in."""
    return Scope(**{name: getattr(row, name) for name in Scope.__dataclass_fields__})


def queue(
    actor: Actor, stage: str = "", *, late: bool = False, unit: int = 0, kind: str = "", duty: int = 0, before: int = 0,
    limit: int = 30,
) -> tuple[list[MatterRow], int]:  # fmt: skip
    """Return open orders the actor sees, newest first, and the id to continue before; those set aside only by stage."""
    wanted = [pair for pair in (("type", kind), ("class", str(duty) if duty else "")) if pair[1]]
    without = "" if stage else ASIDE
    what = Filter(
        kind=ORDER, stage=stage, without=without, open=True, late=late, lead_unit=unit, data=tuple(wanted)
    )
    return flow.listed(actor, what, before=before, limit=limit)


def parts(actor: Actor, *, before: int = 0, limit: int = 50) -> tuple[list[MatterRow], int]:
    """Return the feedback still owed that the actor sees."""
    return flow.listed(actor, Filter(kind=PART, open=True), before=before, limit=limit)


@dataclass(frozen=True, slots=True)
class Twin:
    """An order that may be the same event, and how much of the words both share."""

    row: MatterRow
    alike: float


def twins(actor: Actor, text: str, but: int = 0) -> list[Twin]:
    """Return recent orders that may be about the same event, the likest first, of what the actor may open."""
    said = set(terms_for("", text))
    if len(said) < 2:
        return []
    titles = _recent(actor, text)
    alike = {
        key: share for key, title in titles.items() if key != but and (share := _alike(said, title)) >= ALIKE
    }
    likest = sorted(alike, key=lambda key: (-alike[key], -key))[:_READ]
    rows = flow.by_ids(likest)
    found = (Twin(rows[key], alike[key]) for key in likest if opens(actor, rows[key]))
    return list(islice(found, SHOWN))


def _recent(actor: Actor, text: str) -> dict[int, str]:
    """Return what recent orders are called: those with all words of the text, and the newest open ones of the place.

    Only what is alike is read whole afterwards, so that typing stays quick.
    """
    near = _near(actor)
    hits = search(near, text[:60], limit=20, line="hotline", using="default", quick=True).hits
    ids, values = newest(
        "flow_matter", near, ["m.kind = %s AND m.open AND m.stage <> %s"], [ORDER, ASIDE], limit=_LOOKED_AT
    )
    if not ids:
        return {}
    sql = f"""SELECT m.id, m.title FROM flow_matter m WHERE m.kind = %s AND m.created > %s
              AND m.stage NOT IN ('joined', 'aside') AND m.id IN (SELECT unnest(%s::bigint[]) UNION {ids})"""  # noqa: S608 - own names
    return dict(run(sql, (ORDER, now() - RECENT, [hit.id for hit in hits], *values)))


def _near(actor: Actor) -> tuple[Branch, ...]:
    """Return the place one answers for, where a twin would lie; whoever has none looks at all he or she sees."""
    seen = branches(actor)
    return tuple(one for one in seen if one.column in LEVELS) or seen


def _alike(said: set[str], title: str) -> float:
    other = set(terms_for("", title))
    return len(said & other) / max(1, min(len(said), len(other)))


_OPEN_PARTS = """SELECT parent, id, lead_unit, data ->> 'role', data ? 'silent' FROM flow_matter
                 WHERE parent = ANY(%s) AND parent > 0 AND kind = %s AND open ORDER BY id"""


@dataclass(frozen=True, slots=True)
class Owed:
    """Feedback a unit owes to an order; ``silent`` when its time is over."""

    order: int
    id: int
    unit: int
    role: str
    silent: bool


def owed(orders: Sequence[int]) -> dict[int, list[Owed]]:
    """Return the feedback still owed to each of these orders."""
    found: dict[int, list[Owed]] = {}
    for row in run(_OPEN_PARTS, (list(orders), PART)):
        found.setdefault(row[0], []).append(Owed(*row))
    return found


def units_asked(order: int) -> set[int]:
    """Return the units that were asked for their part in an order, whether they gave it or not."""
    sql = "SELECT lead_unit FROM flow_matter WHERE parent = %s AND parent > 0 AND kind = %s AND stage <> 'withdrawn'"
    return {row[0] for row in run(sql, (order, PART))}


def times_withdrawn(order: int, unit: int) -> int:
    """Return how often a unit's part in an order was asked for and no longer needed."""
    sql = """SELECT count(*) FROM flow_matter WHERE parent = %s AND parent > 0 AND kind = %s AND stage = 'withdrawn'
             AND lead_unit = %s"""
    return int(run(sql, (order, PART, unit))[0][0])


_ARCHIVABLE = """
SELECT m.id, coalesce((SELECT c.stage FROM flow_matter c WHERE c.parent = m.id AND c.parent > 0
    AND c.kind = 'callbacks.contact' AND NOT c.open AND c.stage <> 'void' ORDER BY c.id DESC LIMIT 1), 'none')
FROM flow_matter m WHERE m.kind = 'hotline.order' AND NOT m.open AND m.closed >= %s AND m.stage = 'closed'
  AND NOT EXISTS (SELECT 1 FROM flow_matter p WHERE p.parent = m.id AND p.parent > 0 AND p.open)
  AND (EXISTS (SELECT 1 FROM flow_matter c WHERE c.parent = m.id AND c.parent > 0 AND c.kind = 'callbacks.contact'
               AND NOT c.open AND c.stage <> 'void')
       OR (m.closed < %s AND NOT EXISTS (SELECT 1 FROM flow_matter c WHERE c.parent = m.id AND c.parent > 0
           AND c.kind = 'callbacks.contact')))
ORDER BY m.id LIMIT %s"""


def archivable(cut: datetime, since: datetime, limit: int = 500) -> list[tuple[int, str]]:
    """Return (order, what came of its call-back): closed, every part back, called back or not asked up to ``cut``.

    Only orders closed from ``since`` on are looked at: the index ``hotline_closed`` knows when an order was closed,
    not whether it is archived, so that no move of any matter need be written into it.
    """
    return [(row[0], row[1]) for row in run(_ARCHIVABLE, (since, cut, limit))]


_UNCONTACTED = """
SELECT m.id FROM clock_clock c JOIN flow_matter m ON m.id = c.matter_id
WHERE c.name = 'contact' AND c.ended_at IS NULL AND c.due < %s AND m.kind = %s AND m.open AND NOT m.data ? 'prompt'
  AND m.stage IN ('dispatched', 'handling', 'returning') ORDER BY m.id LIMIT %s"""


def uncontacted(limit: int = 500) -> list[int]:
    """Return the orders whose caller was to be contacted by now and was not, and nobody has noted it."""
    return [row[0] for row in run(_UNCONTACTED, (now(), ORDER, limit))]


_SILENT = """SELECT m.id FROM flow_matter m WHERE m.kind = %s AND m.open AND m.due < %s AND NOT m.data ? 'silent'
             ORDER BY m.id LIMIT %s"""


def silent(limit: int = 500) -> list[int]:
    """Return the parts whose feedback is late and not on record yet as such."""
    return [row[0] for row in run(_SILENT, (PART, now(), limit))]


def options(actor: Actor, row: MatterRow, item: Field) -> list[tuple[str, str]] | None:
    """Return what may be chosen in the fields of an order's moves that name rows of the line; None for the usual."""
    place = scope_of_row(row)
    if item.name == "about":
        return [(str(one.id), one.name) for one in duties.duties(place)]
    if item.name == "source":
        return [(str(one.id), one.name) for one in duties.standing(place, today())]
    if item.name == "system":
        return [(str(one.id), one.name) for one in abroad.taking(place)]
    if item.name == "rule":
        return [(str(one.id), f"{one.name}：{one.goes_to[:40]}") for one in duties.refusals(place)]
    return None


def named(row: MatterRow) -> dict[str, dict[int, str]]:
    """Return by field what the classes, answers and refusals are called that a matter's moves name."""
    place = scope_of_row(row)
    own = duties.by_ids([int(row.value("class", 0) or 0)])
    return {
        "about": {one.id: one.name for one in (*own.values(), *duties.duties(place))},
        "source": {one.id: one.name for one in duties.standing(place, today())},
        "system": abroad.names(place),
        "rule": {one.id: one.name for one in duties.refusals(place)},
    }


def addresses(rows: Iterable[MatterRow]) -> dict[int, str]:
    """Return the addresses of these orders as last said, by order; what was erased or is not for all is left out."""
    found = sorted(open_many([row.id for row in rows], ["address"]).items())
    return {
        ref.chain_id: value.text for ref, value in found if value.state == READABLE and value.cls == "open"
    }


def grid_names(rows: Iterable[MatterRow]) -> dict[int, str]:
    """Return the names of the grids these matters lie in, by matter; what lies in none is left out."""
    lies = {row.id: row.micro or row.grid for row in rows if row.micro or row.grid}
    staffed = grids.by_place(lies.values())
    names = grids.division_names(place for place in lies.values() if place not in staffed)
    return {key: staffed[at][2] if at in staffed else names.get(at, "") for key, at in lies.items()}


def class_names(rows: Sequence[MatterRow]) -> dict[int, str]:
    """Return the names of the classes of these orders, by order."""
    about = {row.id: int(row.value("class", 0) or 0) for row in rows}
    names = duties.by_ids(about.values())
    return {key: names[duty].name if duty in names else _("No class") for key, duty in about.items()}
