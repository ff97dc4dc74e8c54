"""Leaders' instructions (批示): entered with their scan, read by few, turned into an order in one step.

Only a reader's post ever sees that an instruction exists: every query below asks for it. The wording and
the subject are content under keys of their own, and never indexed for search.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.content.actions import insert_many, seal_value
from bihuan.kernel.content.selectors import SHOWN, open_many
from bihuan.kernel.errors import BadInput, Conflict, NotFound
from bihuan.kernel.files.actions import attach
from bihuan.kernel.flow.rows import Receipt
from bihuan.kernel.flow.writing import new_code
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.identity.selectors.posts import post
from bihuan.kernel.ledger.actions import NewEntry, append_many, append_to
from bihuan.kernel.now import now, today
from bihuan.kernel.orders import actions, signing
from bihuan.kernel.orders.forms import INSTRUCTION
from bihuan.kernel.store.sql import atomic, new_ids, run

PREFIX = "PS"
_COLUMNS = (
    "i.id, i.code, i.kind, i.leader_post, i.leader, i.given_on, i.scan, i.order_matter, i.division, i.entered_by,"
    " i.entered_at"
)
_MINE = "JOIN orders_reader r ON r.instruction_id = i.id AND r.post = %s"


@dataclass(frozen=True, slots=True)
class InstructionRow:
    """An instruction as one of its readers sees it. ``kind``: act (批办性) or read (参阅性)."""

    id: int
    code: str
    kind: str
    leader_post: int
    leader: str
    given_on: date
    scan: int
    order_matter: int
    division: int
    entered_by: int
    entered_at: datetime
    title: str = ""
    text: str = ""


def enter(actor: Actor, data: Mapping[str, Any], key: str = "") -> InstructionRow:
    """Enter an instruction; its leader, who entered it and the posts named are its only readers.

    Raises FieldErrors, and BadInput for a post without the right of signing here. The same
    ``key`` enters once.
    """
    values = INSTRUCTION.parse(data)
    place, leader = scope_of(actor.division), int(values["leader"])
    if not signing.may_sign(leader, place, now()):
        raise BadInput(signing.why_not(leader, place), where="leader")
    if date.fromisoformat(values["given_on"]) > today():
        raise BadInput(_("An instruction can't be of a day to come."), where="given_on")
    readers = {actor.post, leader, *values.get("readers", ())} - {0}
    with atomic():
        if key and (before := _entered(actor, key)):
            return read(actor, before)
        (chain,) = new_ids()
        files = list(values.get("evidence", ()))
        attach(actor, files, chain)
        _insert(actor, chain, values, files, key)
        _let_read(chain, readers)
    return read(actor, chain)


def _entered(actor: Actor, key: str) -> int:
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"instruction:{actor.post}:{key}",))
    rows = run("SELECT id FROM orders_instruction WHERE entered_by = %s AND key = %s", (actor.post, key))
    return int(rows[0][0]) if rows else 0


def _insert(actor: Actor, chain: int, values: Mapping[str, Any], files: Sequence[int], key: str) -> None:
    moment, leader = now(), post(int(values["leader"]))
    sealed = [seal_value(chain, 1, name, values[name], "open") for name in ("title", "text")]
    insert_many(sealed)
    facts = {
        "kind": values["kind"],
        "leader": leader.id,
        "given_on": values["given_on"],
        "files": list(files),
    }
    fields = {one.value.field: one.commitment for one in sealed}
    (done,) = append_many(
        [NewEntry(chain, 1, b"", "instructions.enter", moment, actor, facts, fields)], moment
    )
    run(
        "INSERT INTO orders_instruction (id, seq, head, ver, code, kind, leader_post, leader, given_on, scan,"
        " order_matter, division, entered_by, entered_at, key)"
        " VALUES (%s, 1, %s, 0, %s, %s, %s, %s, %s, %s, 0, %s, %s, %s, %s)",
        (
            chain, done.hash, new_code(PREFIX, chain, moment), values["kind"], leader.id, leader.user_name,
            values["given_on"], files[0] if files else 0, actor.division, actor.post, moment, key,
        ),
    )  # fmt: skip


def _let_read(chain: int, posts: set[int]) -> list[int]:
    rows = run(
        "INSERT INTO orders_reader (instruction_id, post) SELECT %s, p.id FROM identity_post p"
        " WHERE p.id = ANY(%s::bigint[]) ON CONFLICT DO NOTHING RETURNING post",
        (chain, sorted(posts)),
    )
    return sorted(row[0] for row in rows)


def may_let_read(actor: Actor, row: InstructionRow) -> bool:
    """Whether the actor says who else may read it: who entered it, or its leader."""
    return bool(actor.post) and actor.post in {row.entered_by, row.leader_post}


def let_read(actor: Actor, instruction: int, posts: Sequence[int]) -> list[int]:
    """Let further posts read an instruction (who entered it, or its leader); return those who could not before."""
    with atomic():
        row = read(actor, instruction)
        if not may_let_read(actor, row):
            raise BadInput(_("Who entered it, or the leader, says who else may read it."), where="readers")
        fresh = _let_read(row.id, set(posts))
        if fresh:
            append_to(row.id, "instructions.let_read", actor, {"posts": fresh})
        return fresh


def order(actor: Actor, instruction: int, data: Mapping[str, Any], key: str = "") -> Receipt:
    """Draft the order that carries out an instruction; one instruction becomes one order.

    Its readers stay its only readers: of the instruction the order says what the drafter writes.
    """
    with atomic():
        row = read(actor, instruction)
        run("SELECT 1 FROM orders_instruction WHERE id = %s FOR UPDATE", (row.id,))
        row = read(actor, instruction)
        if row.kind != "act":
            raise BadInput(_("This instruction is for information: nothing is to be ordered."), where="kind")
        if row.order_matter and not key:
            raise Conflict(_("An order was drafted from this instruction already."), where="order")
        made = actions.draft(actor, {**data, "source": "instruction"}, scope=scope_of(row.division), key=key)
        if row.order_matter not in {0, made.matter}:
            raise Conflict(_("An order was drafted from this instruction already."), where="order")
        if not row.order_matter:
            run("UPDATE orders_instruction SET order_matter = %s WHERE id = %s", (made.matter, row.id))
            append_to(row.id, "instructions.order", actor, {"order": made.matter})
        return made


def read(actor: Actor, instruction: int) -> InstructionRow:
    """Return an instruction to one of its readers; NotFound for everybody else."""
    sql = f"SELECT {_COLUMNS} FROM orders_instruction i {_MINE} WHERE i.id = %s"  # noqa: S608
    found = _texts(run(sql, (actor.post, instruction))) if actor.post else []
    if not found:
        raise NotFound(_("There is no such instruction, or you may not read it."), where=str(instruction))
    return found[0]


def mine(actor: Actor, *, before: int = 0, limit: int = 50) -> tuple[list[InstructionRow], int]:
    """Return (instructions the actor's post may read, newest first; id to continue before or 0)."""
    if not actor.post:
        return [], 0
    sql = (
        f"SELECT {_COLUMNS} FROM orders_instruction i {_MINE} WHERE (%s = 0 OR i.id < %s)"  # noqa: S608
        " ORDER BY i.id DESC LIMIT %s"
    )
    rows = run(sql, (actor.post, before, before, limit + 1))
    return _texts(rows[:limit]), rows[limit - 1][0] if len(rows) > limit else 0


def _texts(rows: Sequence[tuple[Any, ...]]) -> list[InstructionRow]:
    said: dict[tuple[int, str], str] = {}
    for ref, value in open_many([row[0] for row in rows], ["title", "text"]).items():
        said[ref.chain_id, ref.field] = value.text if value.state == SHOWN else _("(erased)")
    return [
        replace(
            InstructionRow(*row), title=said.get((row[0], "title"), ""), text=said.get((row[0], "text"), "")
        )
        for row in rows
    ]


def readers_of(actor: Actor, instruction: int) -> list[tuple[int, str]]:
    """Return (post, who) of everybody who may read an instruction; asked by one of them."""
    read(actor, instruction)
    rows = run(
        "SELECT p.id, coalesce(nullif(o.short_name, ''), o.name), u.name FROM orders_reader r"
        " JOIN identity_post p ON p.id = r.post JOIN identity_user u ON u.id = p.user_id"
        " JOIN identity_organisation o ON o.id = p.organisation_id WHERE r.instruction_id = %s ORDER BY r.id",
        (instruction,),
    )
    return [(key, f"{unit} · {name}") for key, unit, name in rows]
