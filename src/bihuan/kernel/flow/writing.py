"""Turn a decided change into the statement that writes it: matter, entry, content, span, clocks, key, jobs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.kernel.content.values import KEY_COLUMNS, VALUE_COLUMNS, Sealed, seal_value
from bihuan.kernel.flow import clocks
from bihuan.kernel.flow.clocks import ClockRow
from bihuan.kernel.flow.engine import Change, scope_columns
from bihuan.kernel.flow.rows import COLUMNS, MatterRow, Receipt
from bihuan.kernel.flow.statement import KEY, SEAT, SPAN, Statement
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.ledger.entries import ENTRY_COLUMNS, Built, NewEntry, build, entry_params, stamp
from bihuan.kernel.now import local
from bihuan.logic.mechanism import Mechanism, canonical, fingerprint
from bihuan.logic.terms import terms_for

_OPEN_COLUMNS = ", ".join(COLUMNS)
_OPEN = (
    f"INSERT INTO flow_matter ({_OPEN_COLUMNS}) VALUES ("  # noqa: S608
    + ", ".join("%s::jsonb" if name == "data" else "%s" for name in COLUMNS)
    + ") RETURNING id"
)
SEARCH = (("matter_id", "bigint"), ("tsv", "array_to_tsvector(%s::text[])"))


@dataclass(frozen=True, slots=True)
class Facts:
    """Under what a change is written: actor, stored rules, business and recorded moment, idempotency key."""

    actor: Actor
    rules: Mechanism
    rules_id: int
    at: datetime
    recorded: datetime
    key: str = ""
    payload: bytes = b""


def actor_key(actor: Actor) -> str:
    """Return whose keys these are: one person's keys never meet another's."""
    return f"{actor.kind}:{actor.user or actor.party or actor.matter}"


def new_code(prefix: str, matter_id: int, created: datetime) -> str:
    """Return the code people use: prefix, year, and the id with a check digit (ISO 7064 MOD 11-10)."""
    number = f"{matter_id:06d}"
    check = 10
    for digit in number:
        check = (check + int(digit)) % 10 or 10
        check = check * 2 % 11
    return f"{prefix}{local(created):%y}-{number}{(11 - check) % 10}"


def blank_row(
    actor: Actor, kind: str, rules_id: int, scope: Scope, *, party: int, subject: int, parent: int, at: datetime
) -> MatterRow:
    """Return the row before the opening move: the place and the people are known, nothing else."""
    none = dict.fromkeys(COLUMNS, 0)
    texts = dict.fromkeys(("code", "title", "stage", "closing", "holder_role"), "")
    return MatterRow(
        **{
            **none,
            **texts,
            **scope_columns(scope),
            "rules": rules_id,
            "line": kind.partition(".")[0],
            "kind": kind,
            "open": True,
            "episode": 1,
            "creator_user": actor.user,
            "creator_post": actor.post,
            "party": party or actor.party,
            "subject": subject,
            "parent": parent,
            "due": None,
            "clock": "none",
            "data": {},
            "span": 1,
            "created": at,
            "moved": at,
            "closed": None,
            "head": b"",
        }
    )


def write_open(
    blank: MatterRow, title: str, change: Change, facts: Facts
) -> tuple[Statement, Receipt, dict[str, Any]]:
    """Return the statement that opens the matter, its receipt, and the clock columns it starts with."""
    work = clocks.work(change.clocks, blank, [], change.facts, facts.at, facts.rules)
    row = {name: getattr(blank, name) for name in COLUMNS}
    row.update(change.columns, **work.columns, title=title[:300], seq=1, ver=1, data=change.facts)
    texts = {"title": (title, "open"), **change.texts}
    first = {k: v for k, v in row.items() if k not in _NOT_IN_ENTRY and v not in (0, "", None)}
    built, sealed = _entry(blank.id, 1, b"", change, facts, first, texts, work, ver=1, span=True)
    row["head"] = built.hash
    row["data"] = json.dumps(change.facts, ensure_ascii=False)
    statement = Statement()
    statement.win(_OPEN, [row[name] for name in COLUMNS])
    _common(statement, built, sealed, change, facts, blank.id, 1)
    statement.insert("flow_span", SPAN, [_span(row, 1, change.move.name, facts.at)])
    clocks.write(statement, work)
    statement.insert("search_doc", SEARCH, [(blank.id, search_terms(blank.code, title, change))])
    receipt = Receipt(blank.id, blank.code, 1, 1, row["stage"], built.hash)
    return statement, receipt, work.columns


def search_terms(code: str, title: str, change: Change) -> list[str]:
    """Return what the matter is found by: open texts only, for whoever sees the matter may read those."""
    return sorted(terms_for(title, code, *(text for text, cls in change.texts.values() if cls == "open")))


#: Columns the entry's own head says, or that are made of content: they are not repeated in its facts.
_NOT_IN_ENTRY = {"id", "seq", "head", "ver", "title", "data", "created", "moved", "span", "rules"}


def write_change(
    row: MatterRow, running: Sequence[ClockRow], change: Change, facts: Facts
) -> tuple[Statement, Receipt]:
    """Return the statement that moves the matter, and its receipt."""
    seq = row.seq + 1
    work = clocks.work(change.clocks, row, running, change.facts, facts.at, facts.rules)
    columns = {**change.columns, **work.columns}
    span = change.span or work.columns.get("clock", row.clock) != row.clock
    said = {k: v for k, v in columns.items() if k not in _NOT_IN_ENTRY}
    ver = 0 if change.move.commutative else columns["ver"]
    built, sealed = _entry(row.id, seq, row.head, change, facts, said, change.texts, work, ver=ver, span=span)
    if span:
        columns["span"] = seq
    statement = Statement()
    statement.win(*_update(row, seq, built, columns, change.facts))
    _common(statement, built, sealed, change, facts, row.id, seq)
    if span:
        after = {name: columns.get(name, getattr(row, name)) for name in COLUMNS}
        statement.update("flow_span", "until = %s", "matter_id = %s AND n = %s", (facts.at, row.id, row.span))
        statement.insert("flow_span", SPAN, [_span(after, seq, change.move.name, facts.at)])
    statement.insert("flow_seat", SEAT, [(row.id, unit, facts.at) for unit in change.seats])
    clocks.write(statement, work)
    stage = columns.get("stage", row.stage)
    return statement, Receipt(row.id, row.code, seq, columns.get("ver", row.ver), stage, built.hash)


def _update(
    row: MatterRow, seq: int, built: Built, columns: dict[str, Any], data: dict[str, Any]
) -> tuple[str, list[Any]]:
    names = sorted(columns)
    assign = "".join(f", {name} = %s" for name in names)
    values = [columns[name] for name in names]
    if data:
        assign += ", data = data || %s::jsonb"
        values.append(json.dumps(data, ensure_ascii=False))
    sql = f"UPDATE flow_matter SET seq = %s, head = %s{assign} WHERE id = %s AND seq = %s RETURNING id"  # noqa: S608
    return sql, [seq, built.hash, *values, row.id, row.seq]


def _entry(
    chain_id: int,
    seq: int,
    prev: bytes,
    change: Change,
    facts: Facts,
    columns: dict[str, Any],
    texts: dict[str, tuple[str, str]],
    work: clocks.Work,
    *,
    ver: int,
    span: bool,
) -> tuple[Built, list[Sealed]]:
    sealed = [seal_value(chain_id, seq, name, text, cls) for name, (text, cls) in texts.items()]
    said: dict[str, Any] = {"set": {k: _plain(v) for k, v in columns.items()}}
    if seq == 1:
        said["rules"] = fingerprint(canonical(facts.rules))
    if ver:
        said["ver"] = ver
    if span:
        said["span"] = True
    if change.facts:
        said["data"] = {k: _plain(v) for k, v in change.facts.items()}
    if work.told:
        said["clocks"] = work.told
    if change.seats:
        said["seats"] = list(change.seats)
    commitments = {s.value.field: s.commitment for s in sealed}
    entry = NewEntry(chain_id, seq, prev, change.move.name, facts.at, facts.actor, said, commitments)
    return build(entry, facts.recorded), sealed


def _plain(value: Any) -> Any:
    """Return a value as the canonical text knows it."""
    if isinstance(value, datetime):
        return stamp(value)
    return str(value) if isinstance(value, float) else value


def _common(
    statement: Statement, built: Built, sealed: list[Sealed], change: Change, facts: Facts, matter: int, seq: int
) -> None:
    statement.insert("ledger_entry", ENTRY_COLUMNS, [entry_params(built)])
    statement.insert("content_value", VALUE_COLUMNS, [s.value for s in sealed])
    statement.insert("content_key", KEY_COLUMNS, [s.key for s in sealed])
    if facts.key:
        owner = actor_key(facts.actor)
        statement.insert("flow_key", KEY, [(owner, facts.key, facts.payload, matter, seq, facts.recorded)])
    for task in change.move.reactions:
        statement.defer(task, json.dumps({"matter": matter, "seq": seq}))


def _span(row: dict[str, Any], n: int, move: str, at: datetime) -> tuple[Any, ...]:
    return (
        row["id"], n, row["stage"], row["holder_unit"], row["holder_post"], row["holder_role"],
        row["clock"], row["episode"], move, at,
    )  # fmt: skip
