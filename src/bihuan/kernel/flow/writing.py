"""Turn a decided change into the statement that writes it: matter, entry, content, span, clocks, key, jobs."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from bihuan.kernel import watch
from bihuan.kernel.content.values import KEY_COLUMNS, VALUE_COLUMNS, Sealed, seal_value
from bihuan.kernel.flow import clocks
from bihuan.kernel.flow.engine import Change, scope_columns
from bihuan.kernel.flow.frames import Frame, as_json
from bihuan.kernel.flow.rows import COLUMNS, SCOPE, MatterRow, Receipt
from bihuan.kernel.flow.statement import KEY, SEAT, SPAN, Statement
from bihuan.kernel.identity.actors import LEVELS, Actor, Scope
from bihuan.kernel.ledger.entries import ENTRY_COLUMNS, Built, entry_params, fill
from bihuan.kernel.now import local
from bihuan.logic.terms import standing, terms_for

_PLACED = frozenset(SCOPE)
_OPEN_COLUMNS = ", ".join(COLUMNS)
_OPEN = (
    f"INSERT INTO flow_matter ({_OPEN_COLUMNS}) VALUES ("  # noqa: S608
    + ", ".join("%s::jsonb" if name == "data" else "%s" for name in COLUMNS)
    + ") RETURNING id"
)
SEARCH = (("matter_id", "bigint"), ("tsv", "array_to_tsvector(%s::text[])"))


def actor_key(actor: Actor) -> str:
    """Return whose keys these are: one person's keys never meet another's."""
    return f"{actor.kind}:{actor.user or actor.link or actor.party or actor.matter}"


#: What a check so far becomes by the next digit.
_CHECK = [{str(digit): ((check + digit) % 10 or 10) * 2 % 11 for digit in range(10)} for check in range(11)]


def new_code(prefix: str, matter_id: int, created: datetime) -> str:
    """Return the code people use: prefix, year, and the id with a check digit (ISO 7064 MOD 11-10)."""
    number = f"{matter_id:06d}"
    check = _CHECK[_CHECK[_checked(number[:-2])][number[-2]]][number[-1]]
    return f"{prefix}{_year(created)}-{number}{(11 - check) % 10}"


@lru_cache(maxsize=64)
def _checked(digits: str) -> int:
    """Return the check so far; numbers drawn together have most of their digits in common."""
    check = 10
    for digit in digits:
        check = _CHECK[check][digit]
    return check


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

    What matters alike have in common stands in the frame. ``title`` and ``data`` (JSON)
    are None where a move leaves them as they are.
    """

    before: MatterRow
    change: Change
    frame: Frame
    entry: Built
    sealed: list[Sealed]
    title: str | None
    data: str | None
    work: clocks.Work
    receipt: Receipt

    @property
    def jobs(self) -> tuple[str, ...]:
        """The jobs to queue: the declared reactions, and finding the matter by its new title or in its new place."""
        anew = self.receipt.seq > 1 and (self.title is not None or bool(_PLACED & self.change.columns.keys()))
        return (*self.change.move.reactions, INDEX) if anew else self.change.move.reactions

    @property
    def columns(self) -> dict[str, Any]:
        """The matter's columns that are written: all when it opens, else those that change."""
        own: dict[str, Any] = {"head": self.entry.hash}
        if self.receipt.seq == 1:
            own |= {"id": self.before.id, "code": self.before.code}
        if self.title is not None:
            own["title"] = self.title
        if self.data is not None:
            own["data"] = self.data
        return self.frame.columns | own

    @property
    def span(self) -> tuple[Any, ...] | None:
        """The span that begins, if one does."""
        return (self.before.id, *self.frame.span) if self.frame.span else None

    @property
    def seats(self) -> list[tuple[Any, ...]]:
        """The supporting units added."""
        return [(self.before.id, unit, self.frame.facts.at) for unit in self.change.seats]


#: The job by which a matter is found that a batch opened, and by its new title or place, too.
INDEX = "search.index"


def opened(blank: MatterRow, title: str, change: Change, frame: Frame) -> Written:
    """Return what opening the matter writes; its title comes from the form, else from ``title``."""
    heading = str(change.facts.get("title") or change.texts.get("title", (title, ""))[0] or title)
    change.texts = {"title": (heading, "open"), **change.texts}
    entry, sealed = _sealed(blank, 1, b"", change, frame, blank.code)
    receipt = Receipt(blank.id, blank.code, 1, 1, frame.stage, entry.hash)
    work = frame.work.of(blank.id) if frame.work.inserts else frame.work
    return Written(blank, change, frame, entry, sealed, heading[:300], None, work, receipt)


def changed(row: MatterRow, change: Change, frame: Frame) -> Written:
    """Return what moving the matter writes."""
    # The form of a move may name the matter anew.
    title = change.texts["title"][0][:300] if "title" in change.texts else None
    data = as_json({**row.data, **change.facts}) if change.facts else None
    entry, sealed = _sealed(row, row.seq + 1, row.head, change, frame)
    receipt = Receipt(row.id, row.code, row.seq + 1, frame.ver, frame.stage, entry.hash)
    return Written(row, change, frame, entry, sealed, title, data, frame.work, receipt)


def _sealed(
    row: MatterRow, seq: int, prev: bytes, change: Change, frame: Frame, own: str = ""
) -> tuple[Built, list[Sealed]]:
    """Return the entry, committed to its texts, and these sealed."""
    if not change.texts:
        return fill(frame.pattern, row.id, prev, {}, own), []
    sealed = [seal_value(row.id, seq, name, text, cls) for name, (text, cls) in change.texts.items()]
    return fill(frame.pattern, row.id, prev, {s.value.field: s.commitment for s in sealed}, own), sealed


def open_statement(w: Written) -> Statement:
    """Return the statement that opens one matter."""
    statement = Statement()
    columns = w.columns
    statement.win(_OPEN, [columns[name] for name in COLUMNS])
    statement.insert("search_doc", SEARCH, [(w.before.id, search_terms(w))])
    _common(statement, w)
    return statement


def move_statement(w: Written) -> Statement:
    """Return the statement that moves one matter, if nobody was first."""
    statement = Statement()
    columns = w.columns
    names = sorted(columns)
    assign = ", ".join(f"{name} = %s::jsonb" if name == "data" else f"{name} = %s" for name in names)
    sql = f"UPDATE flow_matter SET {assign} WHERE id = %s AND seq = %s RETURNING id"  # noqa: S608
    statement.win(sql, [*(columns[name] for name in names), w.before.id, w.before.seq])
    if w.span:
        statement.update(
            "flow_span",
            "until = %s",
            "matter_id = %s AND n = %s",
            (w.frame.facts.at, w.before.id, w.before.span),
        )
    _common(statement, w)
    return statement


def search_terms(w: Written) -> list[str]:
    """Return what the matter is found by: where it stands, and open texts only.

    Whoever sees the matter may read those.
    """
    texts = (text for text, cls in w.change.texts.values() if cls == "open")
    places = standing(w.before.line, ((level, w.frame.columns[level]) for level in LEVELS))
    return sorted([*terms_for(w.before.code, *texts), *places])


def _common(statement: Statement, w: Written) -> None:
    statement.insert("ledger_entry", ENTRY_COLUMNS, [entry_params(w.entry)])
    statement.insert("content_value", VALUE_COLUMNS, [s.value for s in w.sealed])
    statement.insert("content_key", KEY_COLUMNS, [s.key for s in w.sealed])
    statement.insert("flow_span", SPAN, [w.span] if w.span else [])
    statement.insert("flow_seat", SEAT, w.seats)
    clocks.write(statement, w.work)
    facts, matter, seq = w.frame.facts, w.before.id, w.receipt.seq
    if facts.key:
        owner = actor_key(facts.actor)
        statement.insert("flow_key", KEY, [(owner, facts.key, facts.payload, matter, seq, facts.recorded)])
    for task in w.jobs:
        statement.defer(task, json.dumps({"matters": [matter], **watch.carried()}))


def let_known(written: Sequence[Written]) -> None:
    """Tell those who watch, once it is committed: a single change by code and place in its history.

    Of a batch only how many; its entries are those ``recorded`` at that moment.
    """
    if len(written) == 1:
        (one,) = written
        event = "opened" if one.receipt.seq == 1 else "moved"
        watch.committed(
            event, kind=one.frame.facts.rules.name, move=one.change.move.name, count=1,
            matter=one.receipt.code, seq=one.receipt.seq,
        )  # fmt: skip
        return
    said = {"recorded": written[0].frame.facts.recorded.isoformat()} if written else {}
    counted: Counter[tuple[str, str, bool]] = Counter()
    for frame, count in Counter(one.frame for one in written).items():
        counted[frame.facts.rules.name, frame.pattern.move, frame.pattern.seq == 1] += count
    for (kind, name, is_new), count in counted.items():
        event = "opened" if is_new else "moved"
        watch.committed(event, kind=kind, move=name, count=count, **said)
