"""Open and move many matters set-based: the same decisions, a handful of statements for all of them.

Rows go in by COPY, matters change by one UPDATE from arrays, reactions are one job a
batch. Search terms are built after, by ``search.index_new``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import ground
from bihuan.kernel.content.values import KEY_COLUMNS, VALUE_COLUMNS
from bihuan.kernel.errors import BihuanError, Refused
from bihuan.kernel.flow import clocks, engine, registry
from bihuan.kernel.flow.actions import ask_units, run_effects, unknown_units
from bihuan.kernel.flow.engine import Change
from bihuan.kernel.flow.rows import COLUMNS, SELECT, SUPPORTS, MatterRow, Receipt, from_sql
from bihuan.kernel.flow.statement import SEAT, SPAN
from bihuan.kernel.flow.writing import Facts, Written, blank_row, changed, new_code, opened
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.jobs import defer
from bihuan.kernel.ledger.entries import ENTRY_COLUMNS, entry_params
from bihuan.kernel.now import now
from bihuan.kernel.permits.rules import sees
from bihuan.kernel.store.sql import atomic, copy_rows, new_ids, run

#: What a move may change, with the SQL type of its array.
_CHANGING = (
    ("id", "bigint"), ("seq", "int"), ("head", "bytea"), ("ver", "int"), ("stage", "text"), ("open", "boolean"),
    ("episode", "smallint"), ("closing", "text"), ("holder_unit", "bigint"), ("holder_post", "bigint"),
    ("holder_role", "text"), ("first_unit", "bigint"), ("lead_unit", "bigint"), ("handler_user", "bigint"),
    ("handler_post", "bigint"), ("due", "timestamptz"), ("clock", "text"), ("data", "jsonb"), ("span", "int"),
    ("moved", "timestamptz"), ("closed", "timestamptz"),
)  # fmt: skip
_NAMES = [name for name, _kind in _CHANGING]
_UPDATE = (
    "UPDATE flow_matter m SET "  # noqa: S608 - column names are our own
    + ", ".join(f"{name} = n.{name}" for name in _NAMES if name != "id")
    + f" FROM unnest({', '.join(f'%b::{kind}[]' for _name, kind in _CHANGING)}) AS n({', '.join(_NAMES)})"
    + " WHERE m.id = n.id"
)
_CLOSE_SPANS = (
    "UPDATE flow_span s SET until = n.until FROM unnest(%b::bigint[], %b::int[], %b::timestamptz[])"
    " AS n(matter_id, n, until) WHERE s.matter_id = n.matter_id AND s.n = n.n"
)
_LOCK = f"SELECT {SELECT}, {SUPPORTS} FROM flow_matter m WHERE m.id = ANY(%s) ORDER BY m.id FOR UPDATE"  # noqa: S608


@dataclass(frozen=True, slots=True)
class New:
    """One matter to open: form data, where it lies, whom and what it is about."""

    data: Mapping[str, Any]
    scope: Scope
    title: str = ""
    party: int = 0
    subject: int = 0
    parent: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row of a batch: its receipt, or the reason why it was left alone."""

    receipt: Receipt | None
    error: BihuanError | None = None


@dataclass(slots=True)
class _Row:
    """One row of a batch on its way: what was decided, or why it is left alone."""

    before: MatterRow | None = None
    change: Change | None = None
    facts: Facts | None = None
    title: str = ""
    error: BihuanError | None = None


def open_many(actor: Actor, kind: str, rows: Iterable[New]) -> list[Outcome]:
    """Open matters of one kind together; a row with a fault is left out and says why."""
    recorded = now()
    rules_id, rules = registry.current(kind)
    stamp = ground().stamp
    given = list(rows)
    served = registry.served_by(rules.opening().hold, (new.subject for new in given))
    decided: list[_Row] = []
    for new, key in zip(given, new_ids(len(given)), strict=True):
        at = new.at or recorded
        blank = blank_row(
            actor, kind, rules_id, new.scope, party=new.party, subject=new.subject, parent=new.parent, at=at
        )
        blank = blank._replace(id=key, code=new_code(rules.prefix, key, at))
        try:
            change, _same = engine.decide_open(rules, blank, actor, new.data, at, served)
            decided.append(
                _Row(blank, change, Facts(actor, rules, rules_id, at, recorded, stamp=stamp), new.title)
            )
        except BihuanError as error:
            decided.append(_Row(error=error))
    return _finish(decided, lambda row: opened(row.before, row.title, row.change, row.facts), opening=True)


def move_many(
    actor: Actor, name: str, rows: Sequence[tuple[int, Mapping[str, Any]]], at: datetime | None = None
) -> list[Outcome]:
    """Carry out one move on many matters; the outcomes stand in the order of ``rows``."""
    recorded = now()
    moment = at or recorded
    stamp = ground().stamp
    decided: list[_Row] = []
    with atomic():
        found = {row[0]: from_sql(row) for row in run(_LOCK, ([key for key, _data in rows],))}
        running = clocks.running_of(list(found))
        served = _served(found.values(), name)
        for key, data in rows:
            try:
                row = _visible(actor, found.get(key))
                rules = registry.rules_of(row.rules)
                change = engine.decide(rules, row, actor, name, data, moment, served.get(row.rules, {}))
                decided.append(
                    _Row(row, change, Facts(actor, rules, row.rules, moment, recorded, stamp=stamp))
                )
            except BihuanError as error:
                decided.append(_Row(error=error))
        return _finish(
            decided,
            lambda row: changed(row.before, running.get(row.before.id, []), row.change, row.facts),
            opening=False,
        )


def _served(rows: Iterable[MatterRow], name: str) -> dict[int, Mapping[int, int]]:
    """Return, by rules id, which post serves each subject, as far as the move asks for it."""
    subjects: dict[int, list[int]] = {}
    for row in rows:
        subjects.setdefault(row.rules, []).append(row.subject)
    return {
        key: registry.served_by(engine.hold_of(registry.rules_of(key), name), wanted)
        for key, wanted in subjects.items()
    }


def hand_on(actor: Actor, matter_ids: Sequence[int], *, post: int = 0, role: str = "") -> int:
    """Hand open matters on to another post (or role over their place) as they stand; return how many.

    For hand-overs (交接): stage, clocks and all else stay. Whoever calls has the right to
    (a line's own mechanism gave it); closed matters are left alone.
    """
    recorded = now()
    stamp = ground().stamp
    with atomic():
        rows = [from_sql(row) for row in run(_LOCK, (list(matter_ids),))]
        written = []
        for row in rows:
            change = engine.handed_to(row, post, role, recorded)
            if row.open and change.columns.keys() - {"ver", "moved"}:
                facts = Facts(actor, registry.rules_of(row.rules), row.rules, recorded, recorded, stamp=stamp)
                written.append(changed(row, [], change, facts))
        _write(written, opening=False)
    return len(written)


def _finish(decided: list[_Row], write: Callable[[Any], Written], *, opening: bool) -> list[Outcome]:
    """Build what the decided rows write, leave out those that turn out faulty, and write the rest together."""
    unknown = unknown_units(row.change for row in decided if row.change)
    written: list[Written] = []
    outcomes: list[Outcome] = []
    for row in decided:
        error = row.error
        if row.change is not None:
            try:
                ask_units(row.change, unknown)
                written.append(write(row))
            except BihuanError as fault:
                error = fault
        outcomes.append(Outcome(None, error) if error else Outcome(written[-1].receipt))
    _write(written, opening=opening)
    return outcomes


def _visible(actor: Actor, row: MatterRow | None) -> MatterRow:
    if row is None or not sees(actor, row):
        raise Refused(_("There is no such matter, or you may not see it."))
    return row


def _write(written: list[Written], *, opening: bool) -> None:
    if not written:
        return
    with atomic():
        if opening:
            copy_rows("flow_matter", COLUMNS, ([w.row[name] for name in COLUMNS] for w in written))
        else:
            _update(written)
        copy_rows("ledger_entry", _names(ENTRY_COLUMNS), (entry_params(w.entry) for w in written))
        copy_rows("content_value", _names(VALUE_COLUMNS), (s.value for w in written for s in w.sealed))
        copy_rows("content_key", _names(KEY_COLUMNS), (s.key for w in written for s in w.sealed))
        copy_rows("flow_span", _names(SPAN), (w.span for w in written if w.span))
        copy_rows("flow_seat", _names(SEAT), (seat for w in written for seat in w.seats))
        clocks.write_many([w.work for w in written])
        for one in written:
            run_effects(one)
        if opening:
            defer("search.index_new", once="search.index_new")
        _react(written)


def _update(written: list[Written]) -> None:
    columns = [[w.row[name] for w in written] for name in _NAMES]
    run(_UPDATE, columns)
    ended = [(w.before.id, w.before.span, w.row["moved"]) for w in written if w.span]
    if ended:
        run(_CLOSE_SPANS, [list(column) for column in zip(*ended, strict=True)])


def _react(written: list[Written]) -> None:
    jobs: dict[str, list[int]] = {}
    for one in written:
        for task in one.change.move.reactions:
            jobs.setdefault(task, []).append(one.before.id)
    for task, ids in jobs.items():
        defer(task, matters=ids)


def _names(columns: Sequence[tuple[str, str]]) -> list[str]:
    return [name for name, _kind in columns]
