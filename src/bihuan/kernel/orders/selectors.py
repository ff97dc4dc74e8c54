"""Read orders: a leader's desk, lists, what supports said, the printed register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bihuan.kernel.content.selectors import open_values
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import LOCAL, now
from bihuan.kernel.orders.words import ORDER, SIGNING, SUPPORT
from bihuan.kernel.papers import selectors as papers
from bihuan.kernel.papers.rows import PaperRow
from bihuan.kernel.permits.rules import branches, sees
from bihuan.kernel.permits.walk import newest
from bihuan.kernel.store.sql import run


@dataclass(frozen=True, slots=True)
class Desk:
    """A leader's desk: what waits for a signature, for another decision, and what is red. Nothing else."""

    to_sign: list[MatterRow]
    to_decide: list[MatterRow]
    red: list[MatterRow]
    more_red: bool


_ASKED = """
SELECT DISTINCT c.matter_id FROM clock_extension e JOIN clock_clock c ON c.id = e.clock_id
JOIN flow_matter m ON m.id = c.matter_id
WHERE e.state = 'asked' AND m.open AND m.kind = %s AND m.data ->> 'signer' = %s
ORDER BY c.matter_id LIMIT 50
"""


def desk(actor: Actor, *, red: int = 20) -> Desk:
    """Return a leader's desk, the most urgent first."""
    waiting = flow.held(actor)
    asked = [row[0] for row in run(_ASKED, (ORDER, str(actor.post)))]
    more_time = [row for row in flow.by_ids(asked).values() if sees(actor, row)]
    late, more = flow.listed(actor, Filter(open=True, late=True), limit=red)
    return Desk(
        to_sign=[row for row in waiting if _waits(row)],
        to_decide=[row for row in waiting if not _waits(row)] + more_time,
        red=sorted(late, key=lambda row: row.due or row.created),
        more_red=bool(more),
    )


def _waits(row: MatterRow) -> bool:
    return row.kind == ORDER and row.stage in SIGNING


@dataclass(frozen=True, slots=True)
class What:
    """Which orders are wanted; empty fields don't narrow. ``group``: open, drafted, running, answered, closed."""

    group: str = ""
    source: str = ""
    relation: str = ""
    state: str = ""
    unit: int = 0
    late: bool = False
    watched: bool = False


#: Stages of each group of the list.
GROUPS: dict[str, tuple[str, ...]] = {
    "drafted": ("drafted",),
    "signing": tuple(SIGNING),
    "running": ("issued", "received", "handling", "unit_review", "returning"),
    "answered": ("answered", "checked", "recognised", "seen"),
    "closed": ("closed", "withdrawn", "voided"),
}


def listed(actor: Actor, what: What, *, before: int = 0, limit: int = 50) -> tuple[list[MatterRow], int]:
    """Return (orders the actor sees, newest first; id to continue before or 0)."""
    where, params = ["m.kind = %s"], [ORDER]
    if what.group in GROUPS:
        where.append("m.stage = ANY(%s)")
        params.append(list(GROUPS[what.group]))  # type: ignore[arg-type]
    elif what.group == "open":
        where.append("m.open")
    for name in ("source", "relation", "state"):
        if value := getattr(what, name):
            where.append(f"m.data ->> '{name}' = %s")
            params.append(value)
    if what.unit:
        where.append("m.lead_unit = %s")
        params.append(what.unit)  # type: ignore[arg-type]
    if what.late:
        where.append("m.open AND m.clock = 'running' AND m.due < %s")
        params.append(now())  # type: ignore[arg-type]
    if what.watched:
        where.append("m.open AND m.data ->> 'watched' = 'true'")
    return _rows(actor, where, params, before, limit)


def _rows(
    actor: Actor, where: list[str], params: Sequence[object], before: int, limit: int
) -> tuple[list[MatterRow], int]:
    ids, values = newest("flow_matter", branches(actor), where, list(params), before=before, limit=limit + 1)
    if not ids:
        return [], 0
    sql = f"SELECT u.id FROM ({ids}) u ORDER BY u.id DESC LIMIT %s"  # noqa: S608
    found = [row[0] for row in run(sql, [*values, limit + 1])]
    rows = flow.by_ids(found[:limit])
    return [rows[key] for key in found[:limit]], found[limit - 1] if len(found) > limit else 0


def printed(actor: Actor, since: date, until: date, *, limit: int = 2000) -> list[MatterRow]:
    """Return the orders opened from one day to another, oldest first, for the printed register."""
    begin, end = (datetime.combine(day, at, LOCAL) for day, at in ((since, time.min), (until, time.max)))
    where = ["m.kind = %s", "m.created >= %s", "m.created <= %s", "m.stage <> 'drafted'"]
    rows, _more = _rows(actor, where, [ORDER, begin, end], 0, limit)
    return rows[::-1]


@dataclass(frozen=True, slots=True)
class Part:
    """What one supporting unit did: its matter, its answer, and whether it was silent past its limit."""

    row: MatterRow
    reply: str
    silent: bool


def parts(order: int) -> list[Part]:
    """Return the supports of an order, in order of asking. Whoever sees the order sees who was silent."""
    sql = "SELECT id FROM flow_matter WHERE parent = %s AND parent > 0 AND kind = %s ORDER BY id"
    ids = [row[0] for row in run(sql, (order, SUPPORT))]
    rows = flow.by_ids(ids)
    moment = now()
    return [
        Part(
            row,
            _reply(row),
            row.stage == "silent"
            or bool(row.value("silent"))
            or (row.open and row.clock == "running" and row.due is not None and row.due < moment),
        )
        for row in (rows[key] for key in ids)
    ]


def _reply(row: MatterRow) -> str:
    values = open_values(row.id, ["reply"])
    return next((value.text for _ref, value in sorted(values.items(), reverse=True)), "")


def signed_papers(order: int) -> list[PaperRow]:
    """Return the papers of an order that stand under a signature, oldest first: the last one is in force."""
    return [row for row in papers.of(order) if row.is_signed and row.kind.startswith("orders.")]


def numbers_of(order_ids: Sequence[int]) -> dict[int, str]:
    """Return the number of the signed paper of each order that has one."""
    sql = (
        "SELECT about, number FROM papers_paper WHERE about = ANY(%s) AND state = 'signed'"
        " AND kind LIKE 'orders.%%' ORDER BY id"
    )
    return dict(run(sql, (list(order_ids),)))
