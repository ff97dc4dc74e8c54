"""What the process knows: declared mechanisms, guards and effects, and the stored rules by id."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.logic.mechanism import (
    Mechanism,
    Move,
    canonical,
    check,
    entitle,
    fingerprint,
    from_json,
    serves,
)


@dataclass(slots=True)
class Context:
    """What a guard or an effect is given. ``row`` is the matter before the move.

    A guard returns a worded objection or None and may add structural values to
    ``facts``, or say in ``place`` where the matter lies from now on. An effect runs in the
    move's transaction, after it is written.
    """

    actor: Actor
    row: MatterRow
    move: str
    values: dict[str, Any]
    facts: dict[str, Any] = field(default_factory=dict)
    place: Scope | None = None


Guard = Callable[[Context], str | None]
Effect = Callable[[Context], None]
#: Ids of subjects → the valid post that serves each; those nobody serves are left out.
Service = Callable[[Sequence[int]], Mapping[int, int]]

_mechanisms: dict[str, Mechanism] = {}
_guards: dict[str, Guard] = {}
_early: set[str] = set()
_effects: dict[str, Effect] = {}
_services: dict[str, Service] = {}
_by_id: dict[int, Mechanism] = {}
_by_name: dict[str, tuple[int, Mechanism]] = {}
_hashes: dict[int, str] = {}


def register(mechanism: Mechanism) -> Mechanism:
    """Check a mechanism and make it known; every guard and effect it names must exist by then."""
    check(mechanism)
    for move in mechanism.moves:
        missing = [n for n in move.guards if n not in _guards] + [
            n for n in move.effects if n not in _effects
        ]
        if missing:
            raise LookupError(f"{mechanism.name}.{move.name} names unknown functions {missing}")
    _mechanisms[mechanism.name] = mechanism
    _by_name.pop(mechanism.name, None)
    return mechanism


def guard(name: str, *, early: bool = False) -> Callable[[Guard], Guard]:
    """Register a guard under ``name@revision``.

    ``early``: it asks nothing of the form, and where it objects the move makes no sense and isn't offered.
    """
    if early:
        _early.add(name)
    return _named(_guards, name)


def makes_sense(actor: Actor, row: MatterRow, move: Move) -> bool:
    """Whether no early guard of a move the actor may make objects."""
    asked = [_guards[name] for name in move.guards if name in _early]
    return all(one(Context(actor, row, move.name, {})) is None for one in asked)


def effect(name: str) -> Callable[[Effect], Effect]:
    """Register an effect under ``name@revision``."""
    return _named(_effects, name)


def _named(table: dict[str, Any], name: str) -> Callable[[Any], Any]:
    def keep(function: Any) -> Any:
        if table.setdefault(name, function) is not function:
            raise ValueError(f"two functions named {name}")
        return function

    return keep


def service(name: str) -> Callable[[Service], Service]:
    """Register who serves subjects as ``name``, for moves that hold ``subject:NAME/ROLE``."""
    return _named(_services, name)


def served_by(hold: str, subjects: Iterable[int]) -> Mapping[int, int]:
    """Return {subject: post} for a hold ``subject:NAME/ROLE``; nothing for other holds or an unknown service."""
    name, _role = serves(hold)
    wanted = sorted({one for one in subjects if one})
    return _services[name](wanted) if wanted and name in _services else {}


#: Whether somebody who could see a matter of the kind by its place may open it; kinds not named: whoever sees it.
Reader = Callable[["Actor", "MatterRow"], bool]
_readers: dict[str, Reader] = {}


def reader(kind: str) -> Callable[[Reader], Reader]:
    """Say who needs to read matters of a kind, beyond who could see them by their place."""
    return _named(_readers, kind)


#: The same as a condition on ``m`` with its parameters, for lists: what one may not open one doesn't find either.
Narrow = Callable[["Actor"], tuple[str, list[Any]]]
_narrow: dict[str, Narrow] = {}


def narrow(kind: str) -> Callable[[Narrow], Narrow]:
    """Say the same as a kind's :func:`reader` as a condition on its rows ``m``, for lists."""
    return _named(_narrow, kind)


def narrowed(actor: "Actor", kind: str = "") -> tuple[list[str], list[Any]]:
    """Return the conditions on ``m`` that leave out what the actor needs not read; ``kind`` when all are of one."""
    where: list[str] = []
    params: list[Any] = []
    for name, said in _narrow.items():
        if kind in {"", name}:
            sql, values = said(actor)
            where.append(f"(m.kind <> %s OR {sql})")
            params += [name, *values]
    return where, params


def guarded() -> list[str]:
    """Return the kinds not everybody reads who sees the place: no number for all of a place counts them."""
    return sorted(_narrow)


def asks_who_looks(kind: str) -> bool:
    """Whether not everybody who sees the place of a matter of this kind may open it."""
    return kind in _readers


def may_open(actor: "Actor", row: "MatterRow") -> bool:
    """Whether the actor needs to read this one."""
    asked = _readers.get(row.kind)
    return asked is None or asked(actor, row)


def guards_of(names: tuple[str, ...]) -> list[Guard]:
    """Return the guards by name."""
    return [_guards[name] for name in names]


def effects_of(names: tuple[str, ...]) -> list[Effect]:
    """Return the effects by name."""
    return [_effects[name] for name in names]


def declared(name: str) -> Mechanism:
    """Return the mechanism as declared today."""
    try:
        return _mechanisms[name]
    except KeyError:
        raise NotFound(_("There is no kind of matter named “%(name)s”.") % {"name": name}) from None


def all_declared() -> tuple[Mechanism, ...]:
    """Return every declared mechanism, by name."""
    return tuple(_mechanisms[name] for name in sorted(_mechanisms))


def current(name: str) -> tuple[int, Mechanism]:
    """Return (rules id, rules) under which a new matter of this kind opens, storing them when new."""
    found = _by_name.get(name)
    if found is None:
        text = canonical(declared(name))
        found = (_store(name, text), from_json(text))
        # Written in a transaction that may still be rolled back, the id would then name nothing.
        if not connection.in_atomic_block:
            _by_name[name] = found
    return found


def _store(name: str, text: str) -> int:
    key = fingerprint(text)
    rows = run("SELECT id FROM flow_rules WHERE hash = %s", (key,))
    if not rows:
        run(
            "INSERT INTO flow_rules (name, hash, text, since) VALUES (%s, %s, %s, %s) ON CONFLICT (hash) DO NOTHING",
            (name, key, text, now()),
        )
        rows = run("SELECT id FROM flow_rules WHERE hash = %s", (key,))
    return int(rows[0][0])


def rules_of(rules_id: int) -> Mechanism:
    """Return the stored rules by id, executed as they were written."""
    found = _by_id.get(rules_id)
    if found is None:
        rows = run("SELECT text FROM flow_rules WHERE id = %s", (rules_id,))
        if not rows:
            raise NotFound(_("These rules are not stored here."))
        found = _by_id[rules_id] = from_json(rows[0][0])
    return found


def hash_of(rules_id: int) -> str:
    """Return the hash of stored rules."""
    found = _hashes.get(rules_id)
    if found is None:
        found = _hashes[rules_id] = fingerprint(canonical(rules_of(rules_id)))
    return found


def worded(rules_id: int) -> Mechanism:
    """Return the stored rules with today's titles; lists ask for every row, so what was made is kept."""
    stored = rules_of(rules_id)
    made_of = (stored, _mechanisms.get(stored.name))
    kept = _worded.get(rules_id)
    if kept is None or kept[0][0] is not made_of[0] or kept[0][1] is not made_of[1]:
        kept = _worded[rules_id] = (made_of, entitle(*made_of))
    return kept[1]


_worded: dict[int, tuple[tuple[Mechanism, Mechanism | None], Mechanism]] = {}


def forget() -> None:
    """Drop what was read from the database (tests, after a restore)."""
    _by_id.clear()
    _hashes.clear()
    _by_name.clear()


def missing_functions() -> list[str]:
    """Return guards and effects that live rules name and this program lacks: start-up refuses then.

    Rules live on while a matter under them is open, or stands closed where a move may still take
    it up again. Where closed matters can only be added to, the functions of those moves are needed.
    """
    names = {
        name
        for rules_id, text, alive in run(_RULES)
        for move in _needed(rules_id, from_json(text), alive)
        for name, table in [(n, _guards) for n in move.guards] + [(n, _effects) for n in move.effects]
        if name not in table
    }
    return sorted(names)


_RULES = """SELECT r.id, r.text, EXISTS (SELECT 1 FROM flow_matter m WHERE m.rules = r.id AND m.open)
            FROM flow_rules r"""


def _needed(rules_id: int, rules: Mechanism, alive: bool) -> tuple[Move, ...]:
    if alive:
        return rules.moves
    final = {stage.name for stage in rules.stages if stage.final}
    leaving = [move for move in rules.moves if final & set(move.sources)]
    sql = """SELECT s.stage FROM unnest(%s::text[]) AS s (stage)
             WHERE EXISTS (SELECT 1 FROM flow_matter m WHERE m.rules = %s AND m.stage = s.stage)"""
    held = {row[0] for row in run(sql, (sorted(final), rules_id))} if leaving else set()
    possible = [move for move in leaving if held & set(move.sources)]
    if any(move.target and move.target not in final for move in possible):
        return rules.moves
    return tuple(possible)
