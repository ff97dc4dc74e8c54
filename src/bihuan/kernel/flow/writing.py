"""Turn a decided change into the statement that writes it: matter, entry, content, span, clocks, key, jobs."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from bihuan.kernel import watch
from bihuan.kernel.content.values import KEY_COLUMNS, VALUE_COLUMNS, Sealed, seal_value
from bihuan.kernel.flow import clocks, registry
from bihuan.kernel.flow.clocks import ClockRow
from bihuan.kernel.flow.engine import Change, scope_columns
from bihuan.kernel.flow.rows import COLUMNS, MatterRow, Receipt
from bihuan.kernel.flow.statement import KEY, SEAT, SPAN, Statement
from bihuan.kernel.identity.actors import LEVELS, Actor, Scope
from bihuan.kernel.ledger.entries import ENTRY_COLUMNS, Built, NewEntry, build, entry_params, stamp
from bihuan.kernel.now import local
from bihuan.logic.mechanism import Mechanism
from bihuan.logic.terms import standing, terms_for

_OPEN_COLUMNS = ", ".join(COLUMNS)
_OPEN = (
    f"INSERT INTO flow_matter ({_OPEN_COLUMNS}) VALUES ("  # noqa: S608
    + ", ".join("%s::jsonb" if name == "data" else "%s" for name in COLUMNS)
    + ") RETURNING id"
)
#: Built once: ``json.dumps`` with an option builds an encoder a call.
_json = json.JSONEncoder(ensure_ascii=False).encode
SEARCH = (("matter_id", "bigint"), ("tsv", "array_to_tsvector(%s::text[])"))


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


def actor_key(actor: Actor) -> str:
    """Return whose keys these are: one person's keys never meet another's."""
    return f"{actor.kind}:{actor.user or actor.link or actor.party or actor.matter}"


#: What a check so far becomes by the next digit.
_CHECK = [{str(digit): ((check + digit) % 10 or 10) * 2 % 11 for digit in range(10)} for check in range(11)]


def new_code(prefix: str, matter_id: int, created: datetime) -> str:
    """Return the code people use: prefix, year, and the id with a check digit (ISO 7064 MOD 11-10)."""
    number = f"{matter_id:06d}"
    check = 10
    for digit in number:
        check = _CHECK[check][digit]
    return f"{prefix}{_year(created)}-{number}{(11 - check) % 10}"


@lru_cache(maxsize=64)
def _year(moment: datetime) -> str:
    return f"{local(moment):%y}"


_BLANK: dict[str, Any] = {
    **dict.fromkeys(COLUMNS, 0),
    **dict.fromkeys(("code", "title", "stage", "closing", "holder_role"), ""),
    **{
        "open": True,
        "episode": 1,
        "due": None,
        "clock": "none",
        "data": {},
        "span": 1,
        "closed": None,
        "head": b"",
    },
}


def blank_row(
    actor: Actor,
    kind: str,
    rules_id: int,
    scope: Scope,
    *,
    party: int,
    subject: int,
    parent: int,
    at: datetime,
) -> MatterRow:
    """Return the row before the opening move: the place and the people are known, nothing else."""
    known = {
        **scope_columns(scope),
        "rules": rules_id,
        "line": kind.partition(".")[0],
        "kind": kind,
        "creator_user": actor.user,
        "creator_post": actor.post,
        "party": party or actor.party,
        "subject": subject,
        "parent": parent,
        "created": at,
        "moved": at,
    }
    return MatterRow(**{**_BLANK, **known})


@dataclass(slots=True)
class Written:
    """Everything one change writes, before it is a statement: for one matter or for a batch of them.

    ``row`` is the matter after the change (``data`` as JSON), ``columns`` what of it an
    UPDATE sets; ``span`` the span that begins, if one does.
    """

    before: MatterRow
    row: dict[str, Any]
    columns: dict[str, Any]
    change: Change
    entry: Built
    sealed: list[Sealed]
    span: tuple[Any, ...] | None
    seats: list[tuple[Any, ...]]
    work: clocks.Work
    receipt: Receipt
    facts: Facts

    @property
    def jobs(self) -> tuple[str, ...]:
        """The jobs to queue: the declared reactions, and finding the matter by its new title."""
        return (*self.change.move.reactions, *((RENAMED,) if "title" in self.columns else ()))


#: The job by which a matter is found by its new title, too.
RENAMED = "search.renamed"
#: Columns the entry's own head says, or that are made of content: they are not repeated in its facts.
_NOT_IN_ENTRY = {"id", "seq", "head", "ver", "title", "data", "created", "moved", "span", "rules"}
_IN_ENTRY = tuple(name for name in COLUMNS if name not in _NOT_IN_ENTRY)
#: What of the other columns is a moment.
_MOMENTS = frozenset({"due", "closed"})


def opened(blank: MatterRow, title: str, change: Change, facts: Facts) -> Written:
    """Return what opening the matter writes; its title comes from the form, else from ``title``."""
    heading = str(change.facts.get("title") or change.texts.get("title", (title, ""))[0] or title)
    work = _clocks(blank, [], change, facts)
    row: dict[str, Any] = blank._asdict()
    row.update(change.columns, **work.columns, title=heading[:300], seq=1, ver=1)
    # A matter may be born closed: then its entry says so.
    said = {name: value for name in _IN_ENTRY if (value := row[name]) or value is False}
    change.texts = {"title": (heading, "open"), **change.texts}
    entry, sealed = _entry(blank.id, 1, b"", change, facts, said, work, ver=1, span=True)
    row["head"] = entry.hash
    row["data"] = _json(change.facts) if change.facts else "{}"
    receipt = Receipt(blank.id, blank.code, 1, 1, row["stage"], entry.hash)
    span = _span(row, 1, change.move.name, facts.at)
    seats = [(blank.id, unit, facts.at) for unit in change.seats]
    return Written(blank, row, {}, change, entry, sealed, span, seats, work, receipt, facts)


def changed(row: MatterRow, running: Sequence[ClockRow], change: Change, facts: Facts) -> Written:
    """Return what moving the matter writes."""
    seq = row.seq + 1
    work = _clocks(row, running, change, facts)
    columns = {**change.columns, **work.columns}
    if "title" in change.texts:  # the form of a move may name the matter anew
        columns["title"] = change.texts["title"][0][:300]
    begins = change.span or columns.get("clock", row.clock) != row.clock
    said = {k: v for k, v in columns.items() if k not in _NOT_IN_ENTRY}
    ver = 0 if change.move.commutative else columns["ver"]
    entry, sealed = _entry(row.id, seq, row.head, change, facts, said, work, ver=ver, span=begins)
    columns.update({"span": seq} if begins else {}, seq=seq, head=entry.hash)
    if change.facts:
        columns["data"] = _json({**row.data, **change.facts})
    after: dict[str, Any] = {**row._asdict(), **columns}
    after["data"] = columns.get("data") or _json(row.data)
    span = _span(after, seq, change.move.name, facts.at) if begins else None
    seats = [(row.id, unit, facts.at) for unit in change.seats]
    receipt = Receipt(row.id, row.code, seq, after["ver"], after["stage"], entry.hash)
    return Written(row, after, columns, change, entry, sealed, span, seats, work, receipt, facts)


def _clocks(row: MatterRow, running: Sequence[ClockRow], change: Change, facts: Facts) -> clocks.Work:
    """Work out the clock operations; an extension's reason is text, so values and facts are both at hand."""
    return clocks.work(
        change.clocks,
        row,
        running,
        change.values,
        facts.rules,
        actor=facts.actor,
        at=facts.at,
        episode=change.columns.get("episode", row.episode),
        stamp=facts.stamp,
    )


def open_statement(w: Written) -> Statement:
    """Return the statement that opens one matter."""
    statement = Statement()
    statement.win(_OPEN, [w.row[name] for name in COLUMNS])
    statement.insert("search_doc", SEARCH, [(w.before.id, search_terms(w))])
    _common(statement, w)
    return statement


def move_statement(w: Written) -> Statement:
    """Return the statement that moves one matter, if nobody was first."""
    statement = Statement()
    names = sorted(w.columns)
    assign = ", ".join(f"{name} = %s::jsonb" if name == "data" else f"{name} = %s" for name in names)
    sql = f"UPDATE flow_matter SET {assign} WHERE id = %s AND seq = %s RETURNING id"  # noqa: S608
    statement.win(sql, [*(w.columns[name] for name in names), w.before.id, w.before.seq])
    if w.span:
        statement.update(
            "flow_span", "until = %s", "matter_id = %s AND n = %s", (w.facts.at, w.before.id, w.before.span)
        )
    _common(statement, w)
    return statement


def search_terms(w: Written) -> list[str]:
    """Return what the matter is found by: where it stands, and open texts only.

    Whoever sees the matter may read those.
    """
    texts = (text for text, cls in w.change.texts.values() if cls == "open")
    places = standing(w.before.line, ((level, getattr(w.before, level)) for level in LEVELS))
    return sorted([*terms_for(w.before.code, *texts), *places])


def _common(statement: Statement, w: Written) -> None:
    statement.insert("ledger_entry", ENTRY_COLUMNS, [entry_params(w.entry)])
    statement.insert("content_value", VALUE_COLUMNS, [s.value for s in w.sealed])
    statement.insert("content_key", KEY_COLUMNS, [s.key for s in w.sealed])
    statement.insert("flow_span", SPAN, [w.span] if w.span else [])
    statement.insert("flow_seat", SEAT, w.seats)
    clocks.write(statement, w.work)
    facts, matter, seq = w.facts, w.before.id, w.receipt.seq
    if facts.key:
        owner = actor_key(facts.actor)
        statement.insert("flow_key", KEY, [(owner, facts.key, facts.payload, matter, seq, facts.recorded)])
    for task in w.jobs:
        statement.defer(task, json.dumps({"matters": [matter], **watch.carried()}))


def _entry(
    chain_id: int,
    seq: int,
    prev: bytes,
    change: Change,
    facts: Facts,
    columns: dict[str, Any],
    work: clocks.Work,
    *,
    ver: int,
    span: bool,
) -> tuple[Built, list[Sealed]]:
    sealed = [seal_value(chain_id, seq, name, text, cls) for name, (text, cls) in change.texts.items()]
    said: dict[str, Any] = {"set": columns}
    for name in _MOMENTS & columns.keys():
        columns[name] = _plain(columns[name])
    if seq == 1:
        said["rules"] = registry.hash_of(facts.rules_id)
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
    return stamp(value) if isinstance(value, datetime) else value


def _span(row: dict[str, Any], n: int, move: str, at: datetime) -> tuple[Any, ...]:
    return (
        row["id"], n, row["stage"], row["holder_unit"], row["holder_post"], row["holder_role"],
        row["clock"], row["episode"], move, at,
    )  # fmt: skip


def let_known(written: Sequence[Written]) -> None:
    """Tell those who watch, once it is committed: a single change by code and place in its history.

    Of a batch only how many; its entries are those ``recorded`` at that moment.
    """
    if len(written) == 1:
        (one,) = written
        event = "opened" if one.receipt.seq == 1 else "moved"
        watch.committed(
            event, kind=one.facts.rules.name, move=one.change.move.name, count=1,
            matter=one.receipt.code, seq=one.receipt.seq,
        )  # fmt: skip
        return
    said = {"recorded": written[0].facts.recorded.isoformat()} if written else {}
    counted = Counter((one.facts.rules.name, one.change.move.name, one.receipt.seq == 1) for one in written)
    for (kind, name, is_new), count in counted.items():
        event = "opened" if is_new else "moved"
        watch.committed(event, kind=kind, move=name, count=count, **said)
