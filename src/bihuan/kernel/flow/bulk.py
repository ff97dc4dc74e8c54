"""Open and move many matters set-based: the same decisions, a handful of statements for all of them.

Rows go in and change from arrays, part by part: while the database writes one part the next
is put together. Reactions are one job a batch; search terms are built after, by ``search.index_new``.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import ground
from bihuan.kernel.content.values import KEY_COLUMNS, VALUE_COLUMNS
from bihuan.kernel.errors import BihuanError, Refused
from bihuan.kernel.flow import clocks, engine, registry
from bihuan.kernel.flow.actions import ask_units, has_effects, not_before, run_effects, unknown_units
from bihuan.kernel.flow.clocks import ClockRow
from bihuan.kernel.flow.engine import Change
from bihuan.kernel.flow.rows import COLUMNS, SELECT, SUPPORTS, MatterRow, Receipt, from_sql
from bihuan.kernel.flow.statement import SEAT, SPAN
from bihuan.kernel.flow.writing import Facts, Written, blank_row, changed, let_known, new_code, opened
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.jobs import defer
from bihuan.kernel.ledger.entries import ENTRY_COLUMNS, entry_params
from bihuan.kernel.now import now
from bihuan.kernel.permits.rules import Branch, branches, sees_by
from bihuan.kernel.store.many import insert_rows, update_rows
from bihuan.kernel.store.sql import atomic, behind, new_ids, run

#: What a move may change.
_CHANGING = (
    "seq", "head", "ver", "title", "stage", "open", "episode", "closing", "holder_unit", "holder_post", "holder_role",
    "first_unit", "lead_unit", "handler_user", "handler_post", "due", "clock", "data", "span", "moved", "closed",
)  # fmt: skip
_ENTRY, _VALUE, _KEY, _SPAN, _SEAT = (
    [name for name, _kind in columns] for columns in (ENTRY_COLUMNS, VALUE_COLUMNS, KEY_COLUMNS, SPAN, SEAT)
)
_row = itemgetter(*COLUMNS)
#: So many rows at once: what they write is sent before the database has read all of it.
_CHUNK = 250
_LOCK = "SELECT FROM flow_matter WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
_READ = f"SELECT {SELECT}, {SUPPORTS} FROM flow_matter m WHERE m.id = ANY(%s)"  # noqa: S608


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


class Outcome(NamedTuple):
    """What became of one row of a batch: its receipt, or the reason why it was left alone."""

    receipt: Receipt | None
    error: BihuanError | None = None


class _Row(NamedTuple):
    """One row of a batch on its way: what was decided."""

    before: MatterRow
    change: Change
    facts: Facts
    title: str = ""


def open_many(actor: Actor, kind: str, rows: Iterable[New]) -> list[Outcome]:
    """Open matters of one kind together; a row with a fault is left out and says why."""
    recorded = now()
    rules_id, rules = registry.current(kind)
    facts = Facts(actor, rules, rules_id, recorded, recorded, stamp=ground().stamp)
    given = list(rows)
    served = registry.served_by(rules.opening().hold, (new.subject for new in given))
    frames: dict[tuple[Any, ...], tuple[MatterRow, Facts]] = {}

    def decide(new: New, key: int) -> _Row | BihuanError:
        about = (new.scope, new.party, new.subject, new.parent, new.at)
        if about not in frames:
            frames[about] = _frame(kind, new, facts)
        frame, said = frames[about]
        blank = MatterRow(key, new_code(rules.prefix, key, said.at), *frame[2:])
        try:
            change, _same = engine.decide_open(rules, blank, actor, new.data, said.at, served)
        except BihuanError as error:
            return error
        return _Row(blank, change, said, new.title)

    def write(row: _Row) -> Written:
        return opened(row.before, row.title, row.change, row.facts)

    outcomes, batch = [], _Batch(opening=True)
    with _uncollected(), atomic():
        for first in range(0, len(given), _CHUNK):
            part = given[first : first + _CHUNK]
            ids = new_ids(len(part))
            outcomes += batch.add([decide(new, key) for new, key in zip(part, ids, strict=True)], write)
        batch.react()
    return outcomes


def _frame(kind: str, new: New, facts: Facts) -> tuple[MatterRow, Facts]:
    """Return what rows of the same place, party, subject, parent and moment have in common."""
    at = new.at or facts.recorded
    blank = blank_row(
        facts.actor, kind, facts.rules_id, new.scope,
        party=new.party, subject=new.subject, parent=new.parent, at=at,
    )  # fmt: skip
    return blank, replace(facts, at=at)


def move_many(
    actor: Actor, name: str, rows: Sequence[tuple[int, Mapping[str, Any]]], at: datetime | None = None
) -> list[Outcome]:
    """Carry out one move on many matters; the outcomes stand in the order of ``rows``."""
    recorded = now()
    stamp = ground().stamp
    seen = branches(actor)
    running: dict[int, list[ClockRow]] = {}

    def decide(
        row: MatterRow | None, data: Mapping[str, Any], served: Mapping[int, Mapping[int, int]]
    ) -> _Row | BihuanError:
        try:
            row = _visible(seen, row)
            rules = registry.rules_of(row.rules)
            moment = at or not_before(row, recorded)
            change = engine.decide(rules, row, actor, name, data, moment, served.get(row.rules, {}))
        except BihuanError as error:
            return error
        return _Row(row, change, Facts(actor, rules, row.rules, moment, recorded, stamp=stamp))

    def write(row: _Row) -> Written:
        return changed(row.before, running.get(row.before.id, []), row.change, row.facts)

    outcomes, batch = [], _Batch(opening=False)
    with _uncollected(), atomic():
        # All at once and in order of their ids, so that two batches never wait for each other.
        run(_LOCK, ([key for key, _data in rows],))
        for first in range(0, len(rows), _CHUNK):
            part = rows[first : first + _CHUNK]
            keys = [key for key, _data in part]
            found = {row[0]: from_sql(row) for row in run(_READ, (keys,), binary=True)}
            served = _served(found.values(), name)
            decided = [decide(found.get(key), data, served) for key, data in part]
            on_clocks = [one.before.id for one in decided if isinstance(one, _Row) and one.change.clocks]
            running.update(clocks.running_of(on_clocks) if on_clocks else {})
            outcomes += batch.add(decided, write)
        batch.react()
    return outcomes


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
        run(_LOCK, (list(matter_ids),))
        rows = [from_sql(row) for row in run(_READ, (list(matter_ids),), binary=True)]
        decided: list[_Row | BihuanError] = []
        for row in rows:
            moment = not_before(row, recorded)
            change = engine.handed_to(row, post, role, moment)
            if row.open and change.columns.keys() - {"ver", "moved"}:
                facts = Facts(actor, registry.rules_of(row.rules), row.rules, moment, recorded, stamp=stamp)
                decided.append(_Row(row, change, facts))
        batch = _Batch(opening=False)
        batch.add(decided, lambda row: changed(row.before, [], row.change, row.facts))
        batch.write()
    return len(decided)


def name_anew(actor: Actor, titles: Mapping[int, str]) -> int:
    """Give matters another title, closed ones too, each by an entry of its own; return how many had a different one.

    For what the program itself called them (a line renames its own by a move). The title holds nothing personal.
    """
    recorded = now()
    stamp = ground().stamp
    with atomic():
        run(_LOCK, (list(titles),))
        decided: list[_Row | BihuanError] = []
        for row in (from_sql(found) for found in run(_READ, (list(titles),), binary=True)):
            if row.title != titles[row.id]:
                facts = Facts(
                    actor,
                    registry.rules_of(row.rules),
                    row.rules,
                    not_before(row, recorded),
                    recorded,
                    stamp=stamp,
                )
                decided.append(_Row(row, engine.named_anew(titles[row.id]), facts))
        batch = _Batch(opening=False)
        batch.add(decided, lambda row: changed(row.before, [], row.change, row.facts))
        batch.react()
    return len(decided)


@contextmanager
def _uncollected() -> Iterator[None]:
    """What a batch makes lives until its end: looking for rubbish in between costs a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class _Batch:
    """What is written together, in one transaction: part by part, and at the end one job a reaction."""

    def __init__(self, *, opening: bool) -> None:
        self._opening = opening
        self._wrote = False
        self._waiting: list[Written] = []
        self._jobs: dict[str, list[int]] = {}

    def add(self, decided: list[_Row | BihuanError], write: Callable[[_Row], Written]) -> list[Outcome]:
        """Build what decided rows write, leaving out those that turn out faulty, while the part before is written."""
        unknown = unknown_units(row.change for row in decided if isinstance(row, _Row))
        part: list[Written] = []
        outcomes: list[Outcome] = []
        with behind():
            before = self._send()
            for row in decided:
                if isinstance(row, BihuanError):
                    outcomes.append(Outcome(None, row))
                    continue
                try:
                    ask_units(row.change, unknown)
                    part.append(write(row))
                    outcomes.append(Outcome(part[-1].receipt))
                except BihuanError as fault:
                    outcomes.append(Outcome(None, fault))
        self._then(before)
        self._waiting = part
        if any(has_effects(one) for one in part):
            self.write()
        return outcomes

    def write(self) -> None:
        """Write what still waits."""
        self._then(self._send())

    def _send(self) -> list[Written]:
        """Send the part that waits, a statement or two a table, and return it."""
        part, self._waiting = self._waiting, []
        if not part:
            return part
        if self._opening:
            insert_rows("flow_matter", COLUMNS, [_row(w.row) for w in part])
        else:
            _update(part)
        insert_rows("ledger_entry", _ENTRY, [entry_params(w.entry) for w in part])
        insert_rows("content_value", _VALUE, [s.value for w in part for s in w.sealed])
        insert_rows("content_key", _KEY, [s.key for w in part for s in w.sealed])
        insert_rows("flow_span", _SPAN, [w.span for w in part if w.span])
        insert_rows("flow_seat", _SEAT, [seat for w in part for seat in w.seats])
        clocks.write_many([w.work for w in part])
        return part

    def _then(self, written: list[Written]) -> None:
        """Run the effects of what was written and note its jobs."""
        self._wrote |= bool(written)
        let_known(written)
        for one in written:
            run_effects(one)
            for task in one.jobs:
                self._jobs.setdefault(task, []).append(one.before.id)

    def react(self) -> None:
        """Write what still waits and queue one job a reaction for all of the batch."""
        self.write()
        for task, ids in self._jobs.items():
            defer(task, matters=ids)
        if self._opening and self._wrote:
            defer("search.index_new", once="search.index_new")


def _visible(seen: tuple[Branch, ...], row: MatterRow | None) -> MatterRow:
    if row is None or not sees_by(seen, row):
        raise Refused(_("There is no such matter, or you may not see it."))
    return row


def _update(written: list[Written]) -> None:
    touched = {name for w in written for name in w.columns}
    changing = [name for name in _CHANGING if name in touched]
    values = itemgetter("id", *changing)
    update_rows("flow_matter", ("id",), changing, [values(w.row) for w in written])
    ended = [(w.before.id, w.before.span, w.row["moved"]) for w in written if w.span]
    update_rows("flow_span", ("matter_id", "n"), ("until",), ended)
