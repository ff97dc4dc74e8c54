"""Undo an import by compensating amends: nothing is deleted, nothing newer is lost."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.intake.actions import mark_undone
from bihuan.kernel.intake.models import Batch
from bihuan.kernel.registers import rows as sql
from bihuan.kernel.registers.actions import CHUNK, Change, Item, amend_many
from bihuan.kernel.registers.registry import Register, find
from bihuan.kernel.store.sql import atomic, run


@dataclass(frozen=True, slots=True)
class Kept:
    """A cell that was not put back because somebody has changed it since."""

    row_id: int
    field: str
    written_by_batch: str | None
    now: str | None


@dataclass(slots=True)
class Undone:
    """What an undo did."""

    cells: int = 0
    withdrawn: int = 0
    kept: list[Kept] = field(default_factory=list)


@dataclass(slots=True)
class _Written:
    """All a batch did to one row, folded: first old and last new code of each field."""

    row_id: int
    seq: int
    created: bool
    changes: dict[str, dict[str, Any]]


def undo(actor: Actor, batch_id: int) -> Undone:
    """Put back every cell that still holds what the import wrote, and withdraw the rows it created.

    A created row that was changed since stays; cells changed since stay; both are
    reported. An import is undone once: again is a Conflict.
    """
    done = Undone()
    with atomic():
        mark_undone(batch_id)
        register = find(Batch.objects.values_list("kind", flat=True).get(id=batch_id))
        written = _written(batch_id)
        for start in range(0, len(written), CHUNK):
            part = written[start : start + CHUNK]
            live = sql.lock(register, [w.row_id for w in part])
            items = list(_items(register, part, live, done))
            amend_many(actor, register, items, batch=batch_id, cause="undo")
    return done


def _written(batch_id: int) -> list[_Written]:
    found: dict[int, _Written] = {}
    amends = run(
        """SELECT chain_id, seq, move, changes FROM registers_amend
           WHERE batch = %s AND undoes IS NULL ORDER BY id""",
        (batch_id,),
    )
    for row_id, seq, move, changes in amends:
        held = found.setdefault(row_id, _Written(row_id, seq, move == "create", {}))
        held.seq = seq
        for name, change in json.loads(changes).items():
            first = held.changes.setdefault(name, dict(change))
            first["new"] = change["new"]
    return sorted(found.values(), key=lambda w: w.row_id)


def _items(
    register: Register, part: Sequence[_Written], live: Mapping[int, Mapping[str, Any]], done: Undone
) -> Iterator[Item]:
    for written in part:
        row = live.get(written.row_id)
        if row is None or row["withdrawn_at"] is not None:
            continue
        if written.created and row["seq"] == written.seq:
            done.withdrawn += 1
            yield Item({}, written.row_id, move="withdraw", undoes=written.seq)
            continue
        back = {}
        for name, change in written.changes.items():
            column = register.columns.get(name)
            present = column.load(row) if column else str(row[name])
            if written.created or present != change["new"]:
                done.kept.append(Kept(written.row_id, name, change["new"], present))
            else:
                back[name] = change
        if back:
            done.cells += len(back)
            yield _back(register, written, back)


def _back(register: Register, written: _Written, back: Mapping[str, Mapping[str, Any]]) -> Item:
    """Return the item that puts cells and ids of the frame back to what stood there before."""
    cells = {name: c for name, c in back.items() if name in register.columns}
    return Item(
        {name: Change(c["old"], (c.get("was") or {}).get("written", "")) for name, c in cells.items()},
        written.row_id,
        columns={name: int(c["old"]) for name, c in back.items() if name not in cells},
        undoes=written.seq,
        cells={name: c.get("was") for name, c in cells.items()},
    )
