"""Decide what a move changes. Nothing here touches the database, so one decision serves one matter or thousands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, Refused
from bihuan.kernel.flow.registry import Context, guards_of
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.permits.rules import may, may_open
from bihuan.logic.mechanism import Mechanism, Move, said, serves


@dataclass(slots=True)
class Change:
    """What one move does to one matter.

    ``columns`` are the matter's columns that take new values (structure, they stand
    in the entry); ``facts`` the structural form values; ``texts`` maps a field to
    (text, class), which become content under their own keys; ``clocks`` the clock
    operations the stored rules ask for; ``seats`` the supporting units added; ``served`` the
    post that serves the subject, when the move asks for it.
    """

    move: Move
    columns: dict[str, Any]
    values: dict[str, Any]
    facts: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    clocks: tuple[tuple[str, str], ...] = ()
    seats: tuple[int, ...] = ()
    span: bool = False
    served: int = 0


#: No subject has a post that serves it, or the move doesn't ask.
NOBODY_SERVES: Mapping[int, int] = MappingProxyType({})


def allowed_moves(rules: Mechanism, row: MatterRow, actor: Actor) -> list[Move]:
    """Return the moves the actor may make from here, in the order of the mechanism."""
    return [m for m in rules.moves if row.stage in m.sources and may(actor, m.who, row)]


def decide(
    rules: Mechanism,
    row: MatterRow,
    actor: Actor,
    name: str,
    data: Mapping[str, Any],
    at: datetime,
    served: Mapping[int, int] = NOBODY_SERVES,
) -> Change:
    """Return what the move would change; Refused, Conflict or BadInput when it can't be made.

    ``served`` maps the subject to the post that serves it, for a move that holds ``subject:…``.
    """
    move = permitted(rules, row, actor, name)
    values = read(forms.get(move.form), data, row)
    return decided(rules, row, actor, move, values, at, served.get(row.subject, 0))


def decide_open(
    rules: Mechanism,
    blank: MatterRow,
    actor: Actor,
    data: Mapping[str, Any],
    at: datetime,
    served: Mapping[int, int] = NOBODY_SERVES,
) -> Change:
    """Return what opening a matter writes. ``blank`` carries place, party, subject, parent."""
    move = permitted_open(rules, blank, actor)
    values = read(forms.get(move.form), data, blank)
    return decided(rules, blank, actor, move, values, at, served.get(blank.subject, 0))


def read(form: forms.Form, data: Mapping[str, Any], row: MatterRow) -> dict[str, Any]:
    """Return what was sent for a move of the matter, names and numbers in words of people hidden."""
    values = form.parse(data)
    return form.as_said.hidden(values, row.data) if form.as_said else values


def permitted(rules: Mechanism, row: MatterRow, actor: Actor, name: str) -> Move:
    """Return the move of that name, if the actor may make it on the matter as it stands."""
    move = _find(rules, name)
    # The stage first: whoever lost a race is told so, not that the winner's holder is somebody else.
    if row.stage not in move.sources:
        raise Conflict(
            _(
                "The matter has moved on meanwhile: “%(move)s” is not possible from its present stage. Reload the page."
            )
            % {"move": name},
            where=name,
            stage=row.stage,
        )
    if not may(actor, move.who, row):
        raise Refused(_("Your post may not do “%(move)s” on this matter.") % {"move": name}, where=name)
    return move


def permitted_open(rules: Mechanism, blank: MatterRow, actor: Actor) -> Move:
    """Return the opening move, if the actor may make it over the place of ``blank``."""
    move = rules.opening()
    if not may_open(actor, move.who, blank):
        raise Refused(_("Your post may not open such a matter here."), where=rules.name)
    return move


def decided(
    rules: Mechanism,
    row: MatterRow,
    actor: Actor,
    move: Move,
    values: dict[str, Any],
    at: datetime,
    served: int,
) -> Change:
    """Return what a permitted move changes, once its form is read; ``served`` is the post that serves the subject."""
    context = Context(actor, row, move.name, values)
    _ask_guards(move, context)
    facts, texts = parted(move.form, {**values, **context.facts})
    change = Change(move, {}, values, facts, texts, served=served)
    if not move.commutative:
        _apply(rules, row, actor, change, at)
        if context.place is not None:
            change.columns |= placed_anew(row, context.place)
    return change


def again(change: Change, values: dict[str, Any], facts: dict[str, Any], texts: dict[str, Any]) -> Change:
    """Return the change of another matter that stands alike and is given the same facts."""
    return Change(
        change.move, change.columns, values, facts, texts, change.clocks, change.seats, change.span, change.served
    )  # fmt: skip


def units_named(change: Change) -> set[int]:
    """Return the units a change hands the matter to; the caller asks whether they exist."""
    if change.move.hold != "field":
        return set(change.seats)
    return {change.columns.get("lead_unit", 0), *change.seats} - {0}


def files_named(change: Change) -> list[int]:
    """Return the files a change hands in; they must exist and be the actor's or the matter's own."""
    found: list[int] = []
    for item in forms.get(change.move.form).fields:
        if item.kind in {"file", "files"} and item.name in change.facts:
            value = change.facts[item.name]
            found += value if isinstance(value, list) else [value]
    return found


def scope_columns(scope: Scope) -> dict[str, int]:
    """Return the matter's scope columns for a place."""
    return {name: getattr(scope, name) for name in Scope.__dataclass_fields__}


def placed_anew(row: MatterRow, place: Scope) -> dict[str, int]:
    """Return the scope columns that change when the matter lies in another place than was thought."""
    return {name: key for name, key in scope_columns(place).items() if key != getattr(row, name)}


def hold_of(rules: Mechanism, name: str) -> str:
    """Return who holds a matter after the move of that name; '' when there is no such move."""
    return next((move.hold for move in rules.moves if move.name == name), "")


def handed_to(row: MatterRow, post: int, role: str, at: datetime) -> Change:
    """Return the change that only hands a matter to another post, or to whoever has a role over its place."""
    holder = {"holder_unit": 0, "holder_post": post, "holder_role": "" if post else role}
    changed = {name: value for name, value in holder.items() if value != getattr(row, name)}
    return Change(
        move=HANDED, columns={"ver": row.ver + 1, "moved": at, **changed}, values={}, span=bool(changed)
    )


def named_anew(title: str) -> Change:
    """Return the change that only gives a matter another title."""
    return Change(move=NAMED, columns={}, values={}, texts={"title": (title, "open")})


#: What every kind of matter knows without declaring it: its holder was replaced (bulk.hand_on), it was called
#: something clearer (bulk.name_anew).
HANDED = Move("handed_on", said("Handed on to another post"), (), "", ())
NAMED = Move("named_anew", said("Named anew"), (), "", (), commutative=True)


def _find(rules: Mechanism, name: str) -> Move:
    for move in rules.moves:
        if move.name == name and move.sources:
            return move
    raise BadInput(_("There is no move “%(move)s” here.") % {"move": name}, where=name)


def _ask_guards(move: Move, context: Context) -> None:
    for guard in guards_of(move.guards):
        objection = guard(context)
        if objection:
            raise BadInput(objection, where=move.name)


def parted(form_name: str, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """Part the form's values into structure and content."""
    facts: dict[str, Any] = {}
    texts: dict[str, tuple[str, str]] = {}
    if not values:
        return facts, texts
    by_name = {f.name: f for f in forms.get(form_name).kept}
    for name, value in values.items():
        item = by_name.get(name)
        if item is None or item.is_fact:
            facts[name] = value
        else:
            texts[name] = (value if isinstance(value, str) else str(value), item.cls)
    return facts, texts


def _apply(rules: Mechanism, row: MatterRow, actor: Actor, change: Change, at: datetime) -> None:
    move, columns = change.move, change.columns
    columns["ver"] = row.ver + 1
    columns["moved"] = at
    if move.target and move.target != row.stage:
        columns["stage"] = move.target
    if move.episode:
        columns["episode"] = row.episode + 1
    if move.answers:
        columns["handler_user"], columns["handler_post"] = actor.user, actor.post
    if "closing" in change.facts:
        columns["closing"] = change.facts["closing"]
    _hold(row, actor, change)
    final = bool(move.target) and rules.stage(move.target).final
    if final != (not row.open):
        columns["open"], columns["closed"] = not final, at if final else None
    change.clocks = (*move.clocks, *_closing_clocks(rules, move)) if final else move.clocks
    # A draft may name supporting units; they get their seats when the matter is handed out.
    named = change.facts.get("supports", ()) if move.hold == "field" else ()
    change.seats = tuple(u for u in named if u not in row.supports)
    change.span = bool(
        {"stage", "holder_unit", "holder_post", "holder_role", "episode"} & set(columns)
    ) or any(op in {"pause", "resume", "start"} for op, _name in change.clocks)


def _closing_clocks(rules: Mechanism, move: Move) -> tuple[tuple[str, str], ...]:
    named = {name for _op, name in move.clocks}
    return tuple(("stop", limit.name) for limit in rules.limits if limit.name not in named)


def _hold(row: MatterRow, actor: Actor, change: Change) -> None:
    holder = _new_holder(row, actor, change)
    if holder is None:
        return
    unit, post, role = holder
    columns = change.columns
    for name, value in (("holder_unit", unit), ("holder_post", post), ("holder_role", role)):
        if value != getattr(row, name):
            columns[name] = value
    if change.move.hold == "field":
        if not row.first_unit:
            columns["first_unit"] = unit
        if row.lead_unit != unit:
            columns["lead_unit"] = unit


def _new_holder(row: MatterRow, actor: Actor, change: Change) -> tuple[int, int, str] | None:
    hold = change.move.hold
    if hold == "keep":
        return None
    if hold == "field":
        unit = change.facts.get("unit") or row.holder_unit
        if not unit:
            raise BadInput(_("Please choose the unit that is to handle this."), where="unit")
        return unit, change.facts.get("post", 0), ""
    if hold == "creator" or hold.startswith("post:"):
        return 0, row.creator_post or actor.post if hold == "creator" else _named_post(row, change), ""
    _name, role = serves(hold)
    if role and change.served:
        return 0, change.served, ""
    if role or hold == "party" or hold.startswith("role:"):
        return 0, 0, role or hold.removeprefix("role:")
    return {"first": row.first_unit, "lead": row.lead_unit, "none": 0}[hold], 0, ""


def _named_post(row: MatterRow, change: Change) -> int:
    field_name = change.move.hold.removeprefix("post:")
    post = change.facts.get(field_name) or row.value(field_name)
    if not post:
        raise BadInput(_("Please choose the post this goes to."), where=field_name)
    return int(post)
