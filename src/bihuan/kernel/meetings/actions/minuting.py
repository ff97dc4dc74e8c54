"""Take minutes: one step writes every decision, opens every order and drafts the numbered paper (纪要)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.flow.selectors import by_ids
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.meetings.about import scope_of
from bihuan.kernel.meetings.actions.ordering import order
from bihuan.kernel.meetings.actions.planning import plan
from bihuan.kernel.meetings.papers import MINUTES
from bihuan.kernel.meetings.selectors.decided import BESIDE
from bihuan.kernel.meetings.selectors.register import Guest, MeetingRow, guests
from bihuan.kernel.meetings.selectors.register import meeting as meeting_of
from bihuan.kernel.now import local, now
from bihuan.kernel.papers import actions as papers
from bihuan.kernel.store.sql import atomic, run

OUTCOMES = ("decide", "retable", "raise", "return")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a meeting decided about one item (0: about something that stood on no item), with its orders.

    ``outcome`` is decide, retable, raise or return; ``text`` the decision or the reason. An order holds
    title, demand, unit, supports and due; what it lacks is filled from the decision.
    """

    item: int
    outcome: str
    text: str
    orders: Sequence[Mapping[str, Any]] = field(default=())


@dataclass(frozen=True, slots=True)
class Minuted:
    """What came of taking minutes: the meeting's receipt, the orders opened, the paper drafted."""

    receipt: Receipt
    orders: tuple[Receipt, ...]
    paper: int


def minute(actor: Actor, meeting: int, decisions: Sequence[Decision], summary: str = "") -> Minuted:
    """Write down what a held meeting decided: all of it, or nothing if one part can't be.

    Every item on the agenda needs a decision. Raises Conflict when the minutes are issued already.
    """
    row, matter = meeting_of(actor, meeting)
    if matter.stage == "minuted":
        raise Conflict(_("The minutes of this meeting are issued already."), where="meeting")
    with atomic():
        made: list[Receipt] = []
        for decision in decisions:
            made += _carry_out(actor, row, matter, decision)
        paper = _paper(actor, row, matter, decisions, summary)
        data = {"paper": paper, **({"summary": summary} if summary else {})}
        receipt = flow.move(actor, meeting, "minute", data)
    return Minuted(receipt, tuple(made), paper)


def _carry_out(actor: Actor, row: MeetingRow, matter: MatterRow, decision: Decision) -> list[Receipt]:
    """Move one item as decided and open its orders."""
    if decision.outcome not in OUTCOMES:
        raise BadInput(_("An item is decided, put off, taken higher or returned."), where="outcome")
    if not decision.text.strip():
        raise BadInput(_("Write down the decision, or the reason."), where="text")
    about = matter
    if decision.item:
        item = matters.matter(actor, decision.item)
        about = by_ids([item.parent])[item.parent]
        name = "decision" if decision.outcome == "decide" else "reason"
        flow.move(actor, item.id, decision.outcome, {name: decision.text})
    source = "site" if row.kind == "site" else "meeting"
    title = about.title if decision.item else decision.text.splitlines()[0][:60]
    return [
        order(
            actor,
            {
                "title": title,
                "demand": decision.text,
                "basis": f"{row.code} {row.title}"[:300],
                **_given(one),
            },
            about,
            source=source,
            chair=row.chair,
        )
        for one in decision.orders
    ]


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], ())}


def _paper(
    actor: Actor, row: MeetingRow, matter: MatterRow, decisions: Sequence[Decision], summary: str
) -> int:
    invited = guests(row.id)
    items = by_ids([one.item for one in decisions if one.item])
    units = names_of([int(o["unit"]) for one in decisions for o in one.orders if o.get("unit")])
    begins, ends = local(row.begins), local(row.ends)
    data = {
        "meeting": row.title,
        "when": f"{begins.year}年{begins.month}月{begins.day}日 {begins:%H:%M}—{ends:%H:%M}",
        "room": row.room,
        "chair": row.chair_name,
        "present": _names([one for one in invited if one.came is not False]),
        "absent": _names([one for one in invited if one.came is False]),
        "summary": summary,
        "decisions": [_line(one, items, units) for one in decisions],
    }
    return papers.draft(
        actor, MINUTES, {name: value for name, value in data.items() if value}, scope=scope_of(matter),
        about=matter.id, title=f"{row.title}纪要"[:200],
    )  # fmt: skip


def _names(found: Sequence[Guest]) -> list[str]:
    return [f"{one.unit}{one.name}" for one in found]


def _line(decision: Decision, items: Mapping[int, MatterRow], units: Mapping[int, str]) -> dict[str, str]:
    titles = {"decide": "议定", "retable": "下次再议", "raise": "提请上一级", "return": "退回"}
    item = items.get(decision.item)
    return {
        "item": item.title if item else BESIDE,
        "outcome": titles[decision.outcome],
        "text": decision.text,
        "units": "、".join(units.get(int(o.get("unit") or 0), "") for o in decision.orders),
        "due": "、".join(str(o.get("due") or "") for o in decision.orders),
    }


def on_site(
    actor: Actor,
    data: Mapping[str, Any],
    decisions: Sequence[Decision],
    *,
    scope: Scope,
    key: str = "",
) -> Minuted:
    """Hold a meeting on site (现场办公会) in one step: who was there, where, what was decided, and its orders.

    ``data`` holds title, room, posts (who was there), chair and summary; ``begins`` defaults to an hour ago.
    """
    moment = now()
    begins = data.get("begins") or (moment - timedelta(hours=1)).isoformat()
    ends = max(moment, datetime.fromisoformat(begins) + timedelta(minutes=1))
    posts = sorted({*data.get("posts", ()), actor.post} - {0})
    plan_data = {
        "title": data["title"], "kind": "site", "begins": begins, "ends": ends.isoformat(), "posts": posts,
        **{name: data[name] for name in ("room", "chair") if data.get(name)},
    }  # fmt: skip
    with atomic():
        made = plan(actor, plan_data, scope=scope, key=key)
        if made.again:
            row = by_ids([made.matter])[made.matter]
            return Minuted(made, _orders_of(row), int(row.value("paper", 0)))
        flow.move(actor, made.matter, "attend", {"posts": posts})
        return minute(actor, made.matter, decisions, data.get("summary", ""))


def _orders_of(row: MatterRow) -> tuple[Receipt, ...]:
    sql = (
        "SELECT id, code, seq, ver, stage, head FROM flow_matter WHERE parent = %s AND kind = 'orders.order'"
    )
    found = run(sql, (row.id,))
    return tuple(
        Receipt(key, code, seq, ver, stage, bytes(head), again=True)
        for key, code, seq, ver, stage, head in found
    )
