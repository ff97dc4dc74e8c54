"""Open and move matters: the only ways to create or change one.

A move is one SELECT and one data-modifying statement: lock by compare-and-swap, permit,
stage, form, then matter, entry, content, span, clocks, key and jobs together or not at all.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import STAMP
from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.files.actions import attach
from bihuan.kernel.flow import clocks, engine, registry
from bihuan.kernel.flow.clocks import ClockRow
from bihuan.kernel.flow.frames import Facts, moving, opening
from bihuan.kernel.flow.registry import Context
from bihuan.kernel.flow.rows import COLUMNS, SELECT, SUPPORTS, MatterRow, Receipt, from_sql
from bihuan.kernel.flow.writing import (
    Written,
    actor_key,
    blank_row,
    changed,
    let_known,
    move_statement,
    new_code,
    open_statement,
    opened,
)
from bihuan.kernel.identity.actors import Actor, Kind, Scope
from bihuan.kernel.now import now
from bihuan.kernel.permits.rules import sees
from bihuan.kernel.store.sql import atomic, in_transaction, new_ids, run
from bihuan.logic.mechanism import Mechanism

#: How often a commutative move tries again after somebody else's move.
_TRIES = 4

_SEEN = (
    "(SELECT jsonb_build_array(encode(k.payload, 'hex'), k.matter_id, k.seq) FROM flow_key k"
    " WHERE k.actor = %s AND k.key = %s)"
)
#: The matter, and beside it what not every move needs: by whether it is named by its code, whether a key was given,
#: and whether clocks are acted on.
_READ = {
    (coded, keyed, clocked): f"SELECT {SELECT}, {SUPPORTS}, {_SEEN if keyed else 'NULL'}"  # noqa: S608
    f"{f', {clocks.RUNNING}, {STAMP}' if clocked else ''} FROM flow_matter m WHERE m.{'code' if coded else 'id'} = %s"
    for coded in (False, True)
    for keyed in (False, True)
    for clocked in (False, True)
}
_CLOCKS = f"SELECT {clocks.RUNNING}, {STAMP} FROM flow_matter m WHERE m.id = %s"  # noqa: S608
#: Names of moves that have acted on clocks: for these the clocks are read beside the matter.
_on_clocks: set[str] = set()


def open(
    actor: Actor,
    kind: str,
    data: Mapping[str, Any],
    *,
    scope: Scope,
    title: str = "",
    party: int = 0,
    subject: int = 0,
    parent: int = 0,
    at: datetime | None = None,
    key: str = "",
) -> Receipt:
    """Open a matter of the kind and return its receipt.

    ``scope`` is the place it lies in, ``party`` the organisation it is for, ``subject``
    the register row it is about. ``title`` is asked for when the opening form has no
    ``title`` field. ``key`` makes the call idempotent for this actor.
    """
    recorded = now()
    rules_id, rules = registry.current(kind)
    payload = _payload(kind, data, scope.division, party, subject, parent) if key else b""
    if key and (seen := _seen(actor, key, payload)):
        return seen
    blank = blank_row(
        actor, kind, rules_id, scope, party=party, subject=subject, parent=parent, at=at or recorded
    )
    (key_id,) = new_ids()
    blank = blank._replace(id=key_id, code=new_code(rules.prefix, key_id, blank.created))
    served = registry.served_by(rules.opening().hold, [subject])
    change = engine.decide_open(rules, blank, actor, data, blank.created, served)
    facts = Facts(actor, rules, rules_id, at or recorded, recorded, key, payload)
    written = opened(blank, title, change, opening(blank, change, facts))
    try:
        with _together(written):
            open_statement(written).run()
            run_effects(written)
    except IntegrityError:
        # The same key was used at the same moment; outside a transaction its receipt can be read now.
        if key and (seen := _seen(actor, key, payload)):
            return seen
        raise
    let_known([written])
    return written.receipt


def move(
    actor: Actor,
    ref: int | str,
    name: str,
    data: Mapping[str, Any],
    *,
    ver: int | None = None,
    at: datetime | None = None,
    key: str = "",
) -> Receipt:
    """Carry out a move of a matter, named by id or code, and return its receipt.

    ``ver`` is the version the page showed: another move since then is a
    :class:`Conflict`. ``at`` is the business moment (default: now). Raises NotFound
    for a matter the actor may not see, Refused, Conflict, BadInput.
    """
    recorded = now()
    request = _Request(actor, ref, name, data, ver, at, recorded, key)
    first: MatterRow | None = None
    for turn in range(_TRIES):
        # Who lost once waits for the row: hundreds of comments at once all get in.
        with atomic() if turn else nullcontext():
            if first:
                run("SELECT 1 FROM flow_matter WHERE id = %s FOR UPDATE", (first.id,))
            receipt, row = _attempt(request, first)
        if receipt:
            return receipt
        first = first or row
    raise Conflict(_("Too many people are working on this matter at once; please try again."))


@dataclass(frozen=True, slots=True)
class _Request:
    """One call of :func:`move`."""

    actor: Actor
    ref: int | str
    name: str
    data: Mapping[str, Any]
    ver: int | None
    at: datetime | None
    recorded: datetime
    key: str

    def payload(self, matter: int) -> bytes:
        """Return what an idempotency key stands for, however the matter was named."""
        return _payload(matter, self.name, self.data) if self.key else b""


def _attempt(request: _Request, first: MatterRow | None) -> tuple[Receipt | None, MatterRow]:
    """Read, decide, write; no receipt when somebody was first."""
    actor, key = request.actor, request.key
    row, clocked, seen = _read(actor, request.ref, key, request.name in _on_clocks)
    payload = request.payload(row.id)
    if seen:
        return _again(seen, payload, row), row
    rules = registry.rules_of(row.rules)
    _refuse_stale(rules, row, request.name, request.ver, first)
    served = registry.served_by(engine.hold_of(rules, request.name), [row.subject])
    at = request.at or not_before(row, request.recorded)
    change = engine.decide(rules, row, actor, request.name, request.data, at, served)
    ask_units(change, unknown_units([change]))
    if change.clocks and clocked is None:
        _on_clocks.add(request.name)
        ((running, stamp),) = run(_CLOCKS, (row.id,), binary=True)
        clocked = (clocks.from_json(running), stamp)
    running, stamp = clocked or ([], None)
    facts = Facts(actor, rules, row.rules, at, request.recorded, key, payload, stamp)
    written = changed(row, change, moving(row, running, change, facts))
    return (written.receipt if _carry_out(written) else None), row


def not_before(row: MatterRow, moment: datetime) -> datetime:
    """Return the moment of a move made now: on a machine whose clock was set back, that of the move before it."""
    return max(moment, row.moved)


def unknown_units(changes: Iterable[engine.Change]) -> set[int]:
    """Return the units that changes hand a matter to and that don't exist or are no longer active."""
    wanted = {unit for change in changes for unit in engine.units_named(change)}
    if not wanted:
        return set()
    found = run("SELECT id FROM identity_organisation WHERE id = ANY(%s) AND is_active", (sorted(wanted),))
    return wanted - {row[0] for row in found}


def ask_units(change: engine.Change, unknown: set[int]) -> None:
    """Raise BadInput when the change hands the matter to one of the unknown units."""
    if missing := engine.units_named(change) & unknown:
        raise BadInput(
            _("There is no active unit with the number %(id)s.") % {"id": min(missing)}, where="unit"
        )


def _carry_out(written: Written) -> bool:
    """Run the statement and its effects in one transaction; False when somebody was first."""
    try:
        with _together(written):
            if not move_statement(written).run():
                return False
            run_effects(written)
    except IntegrityError as error:
        # The same key was used at the same moment: the next reading finds what came of it.
        if written.frame.facts.key and "flow_key" in str(error):
            return False
        raise
    let_known([written])
    return True


def _together(written: Written) -> Any:
    """A lone statement is its own transaction; with effects or files they share one, inside another a savepoint."""
    return atomic() if has_effects(written) or in_transaction() else nullcontext()


def has_effects(written: Written) -> bool:
    """Whether :func:`run_effects` has anything to do."""
    return written.frame.acts


def run_effects(written: Written) -> None:
    """Tie the files handed in to the matter, then run what the mechanism declares."""
    change, actor = written.change, written.frame.facts.actor
    if files := engine.files_named(change):
        attach(actor, files, written.before.id)
    if change.move.effects:
        context = Context(actor, written.before, change.move.name, change.values, change.facts)
        for effect in registry.effects_of(change.move.effects):
            effect(context)


def _read(
    actor: Actor, ref: int | str, key: str, on_clocks: bool
) -> tuple[MatterRow, tuple[list[ClockRow], UUID | None] | None, Any]:
    """Return the matter, its clocks and their tables' stamp if asked for, and what came of the key."""
    asked = (actor_key(actor), key, ref) if key else (ref,)
    rows = run(_READ[isinstance(ref, str), bool(key), on_clocks], asked, binary=True)
    row = from_sql(rows[0]) if rows else None
    # The system's own jobs act on everything; anybody else must first be able to see the matter and need to know it.
    if row is None or not (actor.kind is Kind.SYSTEM or (sees(actor, row) and registry.may_open(actor, row))):
        raise NotFound(_("There is no such matter, or you may not see it."), where=str(ref))
    if actor.kind is Kind.TOKEN and row.line not in {a.partition(":")[0] for a in actor.abilities}:
        raise Refused(_("This token was not issued for this line of business."), where=row.line)
    size = len(COLUMNS) + 1
    clocked = (clocks.from_json(rows[0][size + 1]), rows[0][size + 2]) if on_clocks else None
    return row, clocked, rows[0][size]


def _refuse_stale(
    rules: Mechanism, row: MatterRow, name: str, ver: int | None, first: MatterRow | None
) -> None:
    commutative = any(m.commutative for m in rules.moves if m.name == name)
    if commutative:
        return
    expected = ver if ver is not None else (first.ver if first else row.ver)
    if row.ver != expected:
        raise Conflict(
            _(
                "Somebody else has moved this matter meanwhile. Nothing you entered was lost:"
                " look at the present state, then decide again."
            ),
            where=name,
            ver=row.ver,
            stage=row.stage,
        )


def _again(seen: list[Any], payload: bytes, row: MatterRow) -> Receipt:
    if seen[0] != payload.hex():
        raise Conflict(_("This key was already used for a different request."), where="key")
    rows = run("SELECT hash FROM ledger_entry WHERE chain_id = %s AND seq = %s", (seen[1], seen[2]))
    return Receipt(row.id, row.code, seen[2], row.ver, row.stage, rows[0][0], again=True)


def used(actor: Actor, key: str) -> bool:
    """Whether the actor did something under this key already: then doing it again only gives its receipt."""
    return bool(run("SELECT 1 FROM flow_key WHERE actor = %s AND key = %s", (actor_key(actor), key)))


def _seen(actor: Actor, key: str, payload: bytes) -> Receipt | None:
    rows = run(
        "SELECT encode(k.payload, 'hex'), m.id, m.code, k.seq, m.ver, m.stage, e.hash FROM flow_key k"
        " JOIN flow_matter m ON m.id = k.matter_id JOIN ledger_entry e ON e.chain_id = m.id AND e.seq = k.seq"
        " WHERE k.actor = %s AND k.key = %s",
        (actor_key(actor), key),
    )
    if not rows:
        return None
    sent, *rest = rows[0]
    if sent != payload.hex():
        raise Conflict(_("This key was already used for a different request."), where="key")
    matter, code, seq, ver, stage, digest = rest
    return Receipt(matter, code, seq, ver, stage, digest, again=True)


def _payload(*parts: Any) -> bytes:
    text = json.dumps([dict(p) if isinstance(p, Mapping) else p for p in parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).digest()
