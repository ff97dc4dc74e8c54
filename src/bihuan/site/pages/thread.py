"""The history of a matter as one timeline: moves, comments, evidence; personal values masked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.content import selectors as content
from bihuan.kernel.content.actions import read_many
from bihuan.kernel.content.selectors import SHOWN, Value
from bihuan.kernel.content.values import Ref
from bihuan.kernel.files import selectors as files
from bihuan.kernel.flow.engine import HANDED, NAMED
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.divisions import division
from bihuan.kernel.identity.selectors.posts import post
from bihuan.kernel.ledger.selectors import EntryRow
from bihuan.kernel.permits.rules import sees_field
from bihuan.logic.mechanism import Mechanism, Move
from bihuan.site.discovery import named_in
from bihuan.ui.format import day, moment
from bihuan.ui.naming import Names
from bihuan.ui.panels import Event, Evidence

MASK = "•••"
_UNIT_KINDS = {"unit", "units"}
_POST_KINDS = {"post", "posts"}


def posts_in(history: Iterable[EntryRow]) -> set[int]:
    """Return the posts that entries name in their fields."""
    found: set[int] = set()
    for entry in history:
        data = entry.facts.get("data", {})
        for name in ("post", "posts", "chair", "signer", "leader", "readers"):
            value = data.get(name, 0)
            found |= set(value) if isinstance(value, list) else {int(value or 0)}
    return found - {0}


def units_in(rules: Mechanism, history: Iterable[EntryRow]) -> set[int]:
    """Return the units that entries name in their fields, so that one statement fetches their names."""
    fields = {
        move.name: [item.name for item in forms.get(move.form).fields if item.kind in _UNIT_KINDS]
        for move in (HANDED, NAMED, *rules.moves)
        if move.form
    }
    found: set[int] = set()
    for entry in history:
        data = entry.facts.get("data", {})
        for name in fields.get(entry.move, ()):
            value = data.get(name) or 0
            found |= set(value) if isinstance(value, list) else {int(value)}
    return found - {0}


def has_personal(matter_id: int) -> bool:
    """Whether a matter holds values that are masked."""
    return any(value.cls != "open" for value in content.open_values(matter_id).values())


def events(
    actor: Actor,
    row: MatterRow,
    rules: Mechanism,
    history: Sequence[EntryRow],
    names: Names,
    reveal: str = "",
) -> list[Event]:
    """Return the entries newest first, with the texts the actor may read."""
    values = _readable(actor, row, reveal)
    evidence = files.by_ids({n for entry in history for n in _file_ids(entry)})
    moves = {m.name: m for m in (HANDED, NAMED, *rules.moves)}
    told = _Told(row, names, _placed_anew(history))
    return [_event(entry, moves.get(entry.move), values, evidence, told) for entry in reversed(history)]


def _placed_anew(history: Sequence[EntryRow]) -> dict[int, str]:
    """Return, by place in the history, from where to where an entry put the matter."""
    found: dict[int, tuple[int, int]] = {}
    at = 0
    for entry in history:
        lies = entry.facts.get("set", {}).get("division", at)
        if lies != at and entry.seq > 1:
            found[entry.seq] = (at, lies)
        at = lies
    names = {key: row.name for pair in found.values() for key in pair if (row := division(key))}
    return {seq: " → ".join(names.get(key, "–") for key in pair) for seq, pair in found.items()}


class _Told:
    """What ids in fields are called: units and posts of the house, and things of the line, asked for once."""

    def __init__(self, row: MatterRow, names: Names, placed: Mapping[int, str]) -> None:
        self.names, self.placed, self._row = names, placed, row

    @cached_property
    def things(self) -> Mapping[str, Mapping[int, str]]:
        """By field what the line's own things are called."""
        return named_in(self._row)


def _readable(actor: Actor, row: MatterRow, reveal: str) -> dict[Ref, Value]:
    """Return the values with those masked that the actor may not read, or did not ask for with a reason."""
    values = content.open_values(row.id)
    closed = [ref for ref, value in values.items() if value.cls != "open"]
    wanted = [ref for ref in closed if reveal and sees_field(actor, values[ref].cls, row)]
    clear = read_many(wanted, actor, reveal) if wanted else {}
    masked = {ref: Value(ref, values[ref].cls, values[ref].state, MASK) for ref in closed if ref not in clear}
    return {**values, **masked, **clear}


def _event(
    entry: EntryRow, move: Move | None, values: dict[Ref, Value], evidence: dict[int, Any], told: _Told
) -> Event:
    who, post = told.names.actor(entry.actor)
    texts = {ref.field: value for ref, value in values.items() if ref.seq == entry.seq}
    main = next((texts[name] for name in ("reply", "note", "reason", "detail") if name in texts), None)
    return Event(
        id=f"e{entry.seq}",
        at=entry.at,
        who=who,
        post=post,
        title=_(move.title) if move else entry.move,
        kind="comment" if move and move.commutative else "system" if not post else "move",
        text=_shown(main) if main else "",
        facts=[*_facts(entry, move, told), *_texts(move, texts, main)],
        files=[_evidence(evidence[n]) for n in _file_ids(entry) if n in evidence],
        recorded=entry.recorded if abs((entry.recorded - entry.at).total_seconds()) > 60 else None,
    )


def _shown(value: Value) -> str:
    return value.text if value.state == SHOWN or value.text else _("(erased)")


def _texts(move: Move | None, texts: dict[str, Value], main: Value | None) -> list[tuple[str, str]]:
    titles = {f.name: f.title for f in forms.get(move.form).kept} if move else {}
    return [
        (_(titles.get(name, name)), _shown(value))
        for name, value in texts.items()
        if value is not main and name != "title"
    ]


def _facts(entry: EntryRow, move: Move | None, told: _Told) -> list[tuple[str, Any]]:
    data = entry.facts.get("data", {})
    shown: list[tuple[str, Any]] = []
    if entry.seq in told.placed:
        shown.append((_("Place"), told.placed[entry.seq]))
    for item in forms.get(move.form).fields if move else ():
        if item.name not in data or item.kind in {"file", "files"}:
            continue
        shown.append((_(item.title), _fact(item, data[item.name], told)))
    return shown


def _fact(item: forms.Field, value: Any, told: _Told) -> Any:
    if called := _calling(item, told):
        return "、".join(called(n) for n in (value if isinstance(value, list) else [value]))
    if item.kind == "bool":
        return _("yes") if value else _("no")
    if item.kind == "date" and value:
        return day(value)
    if item.kind == "datetime" and value:
        return moment(datetime.fromisoformat(value))
    return value


def _calling(item: forms.Field, told: _Told) -> Callable[[Any], str] | None:
    """Return what tells how one thing named in a field is called; None where a field names nothing."""
    if item.kind in _UNIT_KINDS:
        return told.names.unit
    if item.kind in _POST_KINDS:
        return lambda key: _post(key, told.names)
    if item.kind in {"choice", "choices"}:
        titles = dict(item.choices)
        return lambda key: _(titles.get(key) or str(key))
    if item.kind == "rows":
        things = told.things.get(item.name, {})
        return lambda key: things.get(key, f"#{key}")
    return None


def _post(post_id: int, names: Names) -> str:
    """Return who a field names; somebody who held the post then, be it ended."""
    if post_id in names.posts:
        return names.posts[post_id]
    row = post(post_id)
    return f"{row.unit_name} · {row.user_name}"


def _file_ids(entry: EntryRow) -> list[int]:
    found = entry.facts.get("data", {}).get("evidence", [])
    return list(found) if isinstance(found, list) else [found]


def _evidence(file: Any) -> Evidence:
    address = reverse("file", args=[file.id])
    return Evidence(
        name=file.name,
        href=address,
        thumb=f"{address}?size=small" if file.has_thumb else "",
        octets=file.size,
        held=file.message,
    )
