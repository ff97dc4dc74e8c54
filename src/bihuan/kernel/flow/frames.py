"""What a change writes of every matter that stands alike: worked out once, for one matter or for a batch of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bihuan.kernel.flow import clocks, engine, registry
from bihuan.kernel.flow.clocks import ClockRow
from bihuan.kernel.flow.engine import Change
from bihuan.kernel.flow.rows import COLUMNS, SCOPE, MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.ledger.entries import OWN, Pattern, pattern, stamp
from bihuan.logic.mechanism import Mechanism

#: Built once: ``json.dumps`` with an option builds an encoder a call.
as_json = json.JSONEncoder(ensure_ascii=False).encode

#: Columns the entry's own head says, or that are made of content: they are not repeated in its facts.
_NOT_IN_ENTRY = {"id", "seq", "head", "ver", "title", "data", "created", "moved", "span", "rules"}
_IN_ENTRY = tuple(name for name in COLUMNS if name not in _NOT_IN_ENTRY)


@dataclass(frozen=True, slots=True)
class Facts:
    """Under what a change is written: actor, stored rules, moments, idempotency key, and the clock tables' stamp."""

    actor: Actor
    rules: Mechanism
    rules_id: int
    at: datetime
    recorded: datetime
    key: str = ""
    payload: bytes = b""
    stamp: UUID | None = None


@dataclass(slots=True, eq=False)
class Frame:
    """What is the same for matters alike: all but id, code, title, texts, the hash before, and merged ``data``.

    ``columns`` are the matter's columns with their values: all of them when it opens,
    else those that change. ``span`` is the one that begins, without its matter;
    ``acts`` whether files or effects come with it.
    """

    facts: Facts
    columns: dict[str, Any]
    names: tuple[str, ...]
    values: tuple[Any, ...]
    pattern: Pattern
    span: tuple[Any, ...] | None
    work: clocks.Work
    ver: int
    stage: str
    acts: bool


def opening(blank: MatterRow, change: Change, facts: Facts) -> Frame:
    """Return what opening such a matter writes."""
    work = _clocks(blank, [], change, facts)
    row = {**blank._asdict(), **change.columns, **work.columns, "code": OWN, "seq": 1, "ver": 1}
    # A matter may be born closed: then its entry says so.
    said: dict[str, Any] = {
        "set": {name: _plain(value) for name in _IN_ENTRY if (value := row[name]) or value is False},
        "rules": registry.hash_of(facts.rules_id),
        "ver": 1,
        "span": True,
    }
    row["data"] = as_json(change.facts) if change.facts else "{}"
    columns = {name: row[name] for name in COLUMNS if name not in {"id", "code", "title", "head"}}
    return Frame(
        facts, columns, tuple(columns), tuple(columns.values()), _pattern(1, change, facts, said, work),
        _span(row, 1, change.move.name, facts.at), work, 1, row["stage"], _acts(change),
    )  # fmt: skip


def moving(row: MatterRow, running: Sequence[ClockRow], change: Change, facts: Facts) -> Frame:
    """Return what moving such a matter writes."""
    seq = row.seq + 1
    work = _clocks(row, running, change, facts)
    columns = {**change.columns, **work.columns}
    said: dict[str, Any] = {"set": {k: _plain(v) for k, v in columns.items() if k not in _NOT_IN_ENTRY}}
    if not change.move.commutative:
        said["ver"] = columns["ver"]
    begins = change.span or columns.get("clock", row.clock) != row.clock
    if begins:
        said["span"] = True
        columns["span"] = seq
    columns["seq"] = seq
    after = {name: columns.get(name, getattr(row, name)) for name in (*_IN_SPAN, "ver")}
    return Frame(
        facts, columns, tuple(columns), tuple(columns.values()), _pattern(seq, change, facts, said, work),
        _span(after, seq, change.move.name, facts.at) if begins else None,
        work, after["ver"], after["stage"], _acts(change),
    )  # fmt: skip


def _acts(change: Change) -> bool:
    return bool(change.move.effects or engine.files_named(change))


def _clocks(row: MatterRow, running: Sequence[ClockRow], change: Change, facts: Facts) -> clocks.Work:
    """Work out the clock operations; an extension's reason is text, so values and facts are both at hand."""
    placed = {name: change.columns[name] for name in SCOPE if name in change.columns}
    return clocks.work(
        change.clocks,
        # What starts with a correction of the place runs by the calendar and limits of the right one.
        row._replace(**placed) if placed else row,
        running,
        change.values,
        facts.rules,
        actor=facts.actor,
        at=facts.at,
        episode=change.columns.get("episode", row.episode),
        stamp=facts.stamp,
    )


def _pattern(seq: int, change: Change, facts: Facts, said: dict[str, Any], work: clocks.Work) -> Pattern:
    if change.facts:
        said["data"] = {k: _plain(v) for k, v in change.facts.items()}
    if work.told:
        said["clocks"] = work.told
    if change.seats:
        said["seats"] = list(change.seats)
    return pattern(seq, change.move.name, facts.at, facts.actor, said, facts.recorded)


def _plain(value: Any) -> Any:
    """Return a value as the canonical text knows it."""
    return stamp(value) if isinstance(value, datetime) else value


_IN_SPAN = ("stage", "holder_unit", "holder_post", "holder_role", "clock", "episode")


def _span(row: dict[str, Any], n: int, move: str, at: datetime) -> tuple[Any, ...]:
    return (n, *(row[name] for name in _IN_SPAN), move, at)
