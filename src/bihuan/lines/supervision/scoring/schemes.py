"""Schemes of scoring (评分细则): dated versions, the one in force, and putting a new one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, NotFound
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.identity.rights import need
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.ledger.actions import NewEntry, append_many
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import atomic, new_ids, run
from bihuan.lines.supervision.models import Scheme
from bihuan.logic import scoring
from bihuan.logic.scoring import CRITERIA, Term

RIGHT = "supervision.schemes"


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """A version of the rules of scoring; see :class:`bihuan.lines.supervision.models.Scheme`."""

    id: int
    version: int
    division: int
    title: str
    source: str
    valid_from: date
    weights: Mapping[str, Decimal]
    rules: Mapping[str, Any]
    hash: str

    @property
    def terms(self) -> dict[str, Term]:
        """The terms by criterion."""
        return scoring.terms_of(self.weights, self.rules)

    @property
    def least_weight(self) -> Decimal:
        """The weight that must have been judged before anybody is ranked."""
        return Decimal(str(self.rules["ranked_from"]))


_COLUMNS = "id, version, division, title, source, valid_from, rules::text, hash, " + ", ".join(
    f"weight_{name}" for name in CRITERIA
)


def _row(row: tuple[Any, ...]) -> SchemeRow:
    weights = dict(zip(CRITERIA, row[8:], strict=True))
    key, version, division, title, source, since, rules, print_ = row[:8]
    return SchemeRow(key, version, division, title, source, since, weights, json.loads(rules), print_)


def schemes(using: str = "read") -> list[SchemeRow]:
    """Return every version, newest first."""
    sql = f"SELECT {_COLUMNS} FROM supervision_scheme ORDER BY version DESC"  # noqa: S608 - constant columns
    return [_row(row) for row in run(sql, (), using)]


def scheme(scheme_id: int, using: str = "read") -> SchemeRow:
    """Return one version; NotFound when there is none."""
    rows = run(f"SELECT {_COLUMNS} FROM supervision_scheme WHERE id = %s", (scheme_id,), using)  # noqa: S608
    if not rows:
        raise NotFound(_("There are no such rules of scoring."), where=str(scheme_id))
    return _row(rows[0])


def in_force(division: int, on: date | None = None, using: str = "read") -> SchemeRow:
    """Return the version in force at a place on a day: the most specific place's latest; NotFound when none is.

    What an office has put goes before what is packaged with the program, however new that is.
    """
    scope = scope_of(division)
    places = [
        0,
        *(getattr(scope, name) for name in ("province", "city", "county", "street", "park", "division")),
    ]
    sql = (
        f"SELECT {_COLUMNS} FROM supervision_scheme WHERE division = ANY(%s) AND valid_from <= %s"  # noqa: S608
        " ORDER BY array_position(%s, division) DESC, packaged, valid_from DESC, version DESC LIMIT 1"
    )
    rows = run(sql, (places, on or today(), places), using)
    if not rows:
        raise NotFound(_("There are no rules of scoring in force on that day."), where=str(division))
    return _row(rows[0])


def put_scheme(
    actor: Actor,
    *,
    title: str,
    source: str,
    weights: Mapping[str, Any],
    rules: Mapping[str, Any],
    valid_from: date | None = None,
    division: int | None = None,
    packaged: bool = False,
) -> int:
    """Put a new version of the rules of scoring; return its id. What was scored under an older one stays so.

    BadInput when the weights don't sum to 100 or a threshold makes no sense.
    """
    need(actor, RIGHT, division if division is not None else actor.division)
    try:
        given = {name: Decimal(str(weights[name])) for name in CRITERIA}
        scoring.terms_of(given, rules)
    except (KeyError, InvalidOperation, scoring.SchemeError) as error:
        where = getattr(error, "where", "")
        raise BadInput(
            _said(where), where=f"weight_{where}" if where in CRITERIA else "weight_response"
        ) from error
    if not source.strip():
        raise BadInput(_("Please say which decision these rules come from."), where="source")
    text = scoring.canonical(given, rules)
    with atomic():
        run("SELECT pg_advisory_xact_lock(hashtext('supervision_scheme'))")
        made = Scheme(
            id=new_ids()[0], version=run("SELECT coalesce(max(version), 0) + 1 FROM supervision_scheme")[0][0],
            division=actor.division if division is None else division, title=title.strip(), source=source.strip(),
            valid_from=valid_from or today(), rules=dict(rules), hash=scoring.fingerprint(text), created_at=now(),
            packaged=packaged, seq=1, ver=1, **{f"weight_{name}": value for name, value in given.items()},
        )  # fmt: skip
        facts = {"version": made.version, "division": made.division, "hash": made.hash}
        facts |= {"valid_from": made.valid_from.isoformat()}
        entry = NewEntry(made.id, 1, b"", "scheme.put", made.created_at, actor, facts, {})
        made.head = append_many([entry], made.created_at)[0].hash
        made.save(force_insert=True)
    return int(made.id)


def _said(where: str) -> str:
    if where == "weights":
        return _("The five weights must sum to exactly 100.")
    return _("The rate that earns nothing must lie below the one that earns all, both within 0 and 100.")


def load_defaults(actor: Actor = SYSTEM) -> None:
    """Bring in every packaged version that isn't here yet, as a new row; no version that is here changes.

    An installation that has rules already gets a new version from the day it comes, so that no day before is
    judged otherwise, and behind what an office has put for the same place.
    """
    known = {hash_ for (hash_,) in run("SELECT hash FROM supervision_scheme WHERE division = 0")}
    text = files("bihuan.lines.supervision").joinpath("scheme.json").read_text(encoding="utf-8")
    for said in json.loads(text):
        if _hash(said["weights"], said["rules"]) not in known:
            since = date.fromisoformat(said["valid_from"])
            since = max(since, today()) if known else since
            put_scheme(actor, **{**said, "valid_from": since, "division": 0, "packaged": True})


def _hash(weights: Mapping[str, Any], rules: Mapping[str, Any]) -> str:
    given = {name: Decimal(str(weights[name])) for name in CRITERIA}
    return scoring.fingerprint(scoring.canonical(given, rules))


def is_installed() -> bool:
    """Whether the tables stand (a migration may stop halfway)."""
    names = ["supervision_scheme", "ledger_entry", "bihuan_chain"]
    sql = "SELECT bool_and(to_regclass(n) IS NOT NULL) FROM unnest(%s::text[]) AS n"
    return bool(run(sql, (names,))[0][0])
