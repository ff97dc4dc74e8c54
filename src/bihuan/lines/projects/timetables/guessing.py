"""How long nodes of a side are guessed to take, as dated rows; the packaged ones hold where nobody has set any."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import place_of
from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity.actors import SYSTEM, Actor, Scope
from bihuan.kernel.identity.rights import need
from bihuan.kernel.ledger.actions import NewEntry, append_many
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import atomic, new_ids, run
from bihuan.lines.projects.timetables.models import Guess as GuessRule
from bihuan.lines.projects.timetables.words import SIDES
from bihuan.logic.likelihood import Guess


@dataclass(frozen=True, slots=True)
class GuessRow:
    """A guess as the administrator sees it: times of the planned length at best, most often, at worst."""

    id: int
    side: str
    best: Decimal
    often: Decimal
    worst: Decimal
    division: int
    since: date
    source: str
    tag: str


def guess_rows() -> list[GuessRow]:
    """Return every row ever set, newest first within side and place."""
    sql = """SELECT id, side, best, often, worst, division, since, source, tag FROM projects_guess
             ORDER BY side, division, since DESC, id DESC"""
    return [GuessRow(*row) for row in run(sql)]


def guesses_at(scope: Scope, day: date) -> Mapping[str, Guess]:
    """Return the guess of each side at a place on a day: the nearest place wins, then the latest day."""
    order = {place: number for number, place in enumerate((*place_of(scope), 0))}
    found: dict[str, GuessRow] = {}
    for row in guess_rows():
        if row.since <= day and row.division in order:
            before = found.get(row.side)
            if before is None or order[row.division] < order[before.division]:
                found[row.side] = row
    told = {side: Guess(float(row.best), float(row.often), float(row.worst)) for side, row in found.items()}
    return {**packaged(), **told}


@cache
def packaged() -> Mapping[str, Guess]:
    """Return the guesses that come with the program."""
    return {
        row["side"]: Guess(float(row["best"]), float(row["often"]), float(row["worst"]))
        for row in _packaged_rows()
    }


def _packaged_rows() -> list[dict[str, Any]]:
    text = files("bihuan.lines.projects.timetables").joinpath("guesses.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)["guesses"]
    return found


def put_guess(
    actor: Actor, side: str, best: Decimal, often: Decimal, worst: Decimal, *, source: str, division: int = 0,
    since: date | None = None, tag: str = "local",
) -> int:  # fmt: skip
    """Set the guess of a side at a place from a day on; return the row's id. Needs ``admin.limits`` there."""
    need(actor, "admin.limits", division)
    if side not in SIDES:
        raise BadInput(_("Please choose one from the list."), where="side")
    if not 0 < best <= often <= worst or worst > 100:
        raise BadInput(_("At best is at most the usual, the usual at most at worst."), where="worst")
    if not source.strip():
        raise BadInput(_("Please say where this number comes from."), where="source")
    with atomic():
        made = GuessRule(
            id=new_ids()[0], side=side, best=best, often=often, worst=worst, division=division,
            since=since or today(), source=source.strip(), tag=tag, created_at=now(), seq=1, ver=1,
        )  # fmt: skip
        facts: dict[str, Any] = {"side": side, "best": str(best), "often": str(often), "worst": str(worst)}
        facts |= {"division": division, "since": made.since.isoformat(), "tag": tag}
        entry = NewEntry(made.id, 1, b"", "guess.put", made.created_at, actor, facts, {})
        made.head = append_many([entry], made.created_at)[0].hash
        made.save(force_insert=True)
    return int(made.id)


def load_defaults(actor: Actor = SYSTEM) -> None:
    """Bring in the packaged guesses of sides for which there is no row yet."""
    known = {row[0] for row in run("SELECT DISTINCT side FROM projects_guess")}
    for row in _packaged_rows():
        if row["side"] not in known:
            three = (Decimal(row[name]) for name in ("best", "often", "worst"))
            put_guess(
                actor, row["side"], *three, source=row["source"], since=date(2020, 1, 1), tag=row["tag"]
            )


def is_installed() -> bool:
    """Whether the tables stand (a migration may stop halfway)."""
    names = ["projects_guess", "ledger_entry", "bihuan_chain"]
    sql = "SELECT bool_and(to_regclass(n) IS NOT NULL) FROM unnest(%s::text[]) AS n"
    return bool(run(sql, (names,))[0][0])
