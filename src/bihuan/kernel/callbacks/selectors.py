"""Read contacts: the one of an episode, those that wait, and the reasons given to a unit."""

from dataclasses import dataclass
from datetime import date, datetime

from bihuan.kernel.callbacks.words import CONTACT, RECALL, RECTIFY
from bihuan.kernel.content.selectors import SHOWN, open_many
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import local, now
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.permits.walk import condition
from bihuan.kernel.store.sql import run


def contact_of(parent: int, turn: int) -> MatterRow | None:
    """Return the contact about one episode of a matter, if it was asked for; without asking who looks."""
    rows = run("SELECT contact FROM callbacks_asking WHERE parent = %s AND turn = %s", (parent, turn))
    return flow.by_ids([rows[0][0]]).get(rows[0][0]) if rows else None


def contacts_about(parent: int) -> list[MatterRow]:
    """Return the contacts about a matter, newest first; the caller has made sure that the actor sees the matter."""
    rows = run("SELECT contact FROM callbacks_asking WHERE parent = %s ORDER BY contact DESC", (parent,))
    found = flow.by_ids([row[0] for row in rows])
    return [found[row[0]] for row in rows if row[0] in found]


def waiting_for(parents: list[int]) -> list[int]:
    """Return the contacts about these matters that nobody has answered yet."""
    sql = """
        SELECT m.id FROM callbacks_asking a JOIN flow_matter m ON m.id = a.contact
        WHERE a.parent = ANY(%s) AND m.open AND m.stage = 'asked'"""
    return [row[0] for row in run(sql, (parents,))]


def has_link(matter: int) -> bool:
    """Whether somebody without an account can still come to the matter."""
    sql = """
        SELECT 1 FROM identity_link WHERE matter_id = %s AND revoked_at IS NULL AND valid_until > %s
            AND purpose IN ('track', 'contact') LIMIT 1"""
    return bool(run(sql, (matter, now())))


def waiting(actor: Actor, *, before: int = 0, limit: int = 50) -> tuple[list[MatterRow], int]:
    """Return the contacts over the actor's place that wait for an answer, newest first.

    Those the actor may not open as well: they count; what is shown of them is the matter asked about.
    """
    return flow.listed(actor, Filter(kind=CONTACT, open=True), before=before, limit=limit, unread=True)


def unhappy(actor: Actor) -> list[MatterRow]:
    """Return what has to be called back or put right, of what the actor sees."""
    found: list[MatterRow] = []
    for kind in (RECALL, RECTIFY):
        found += flow.listed(actor, Filter(kind=kind, open=True), limit=50)[0]
    return found


@dataclass(frozen=True, slots=True)
class Reason:
    """What was said of a unit: the grade, the words and the month; never who, nor about which matter."""

    id: int
    unit: int
    grade: str
    grade_again: str
    way: str
    month: date
    why: str = ""
    why_again: str = ""


def reasons(actor: Actor, *, before: int = 0, limit: int = 50) -> tuple[list[Reason], int]:
    """Return what was said, newest first: of the actor's own unit, or of every unit over the actor's place."""
    where, params = _whose(actor)
    if not where:
        return [], 0
    sql = f"""
        SELECT m.id, a.unit, m.data ->> 'grade', coalesce(m.data ->> 'grade_again', ''), m.data ->> 'way', m.moved
        FROM callbacks_asking a JOIN flow_matter m ON m.id = a.contact
        WHERE {where} AND a.unit > 0 AND m.data ? 'grade' AND (%s = 0 OR m.id < %s)
        ORDER BY m.id DESC LIMIT %s"""  # noqa: S608 - own names
    rows = run(sql, [*params, before, before, limit + 1])
    texts = open_many([row[0] for row in rows[:limit]], ["why", "why_again"])
    said = {
        (ref.chain_id, ref.field): v.text for ref, v in texts.items() if v.state == SHOWN and v.cls == "open"
    }
    found = [
        Reason(
            id=key, unit=unit, grade=grade, grade_again=again, way=way, month=_month(moved),
            why=said.get((key, "why"), ""), why_again=said.get((key, "why_again"), ""),
        )
        for key, unit, grade, again, way, moved in rows[:limit]
    ]  # fmt: skip
    return found, found[-1].id if len(rows) > limit else 0


def _month(moment: datetime) -> date:
    return local(moment).date().replace(day=1)


def _whose(actor: Actor) -> tuple[str, list[int]]:
    role = roles.get(actor.role)
    if role is not None and role.sees == "unit" and actor.unit:
        return "a.unit = %s", [actor.unit]
    parts, params = [], []
    for branch in branches(actor):
        if branch.column in {"*", actor.level}:
            sql, extra = condition(branch)
            parts.append(f"({sql})")
            params += extra
    return " OR ".join(parts) and f"({' OR '.join(parts)})", params
