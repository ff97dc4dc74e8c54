"""Make a matter again from its entries. The test that rebuilt equals live is what makes the ledger the truth."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bihuan.kernel.content.selectors import SHOWN, open_values
from bihuan.kernel.flow.rows import COLUMNS, SELECT, SUPPORTS, MatterRow, from_sql
from bihuan.kernel.store.sql import run

_MOMENTS = {"due", "closed"}
_SPAN = ("stage", "holder_unit", "holder_post", "holder_role", "clock", "episode")


def rebuilt(matter_id: int) -> tuple[MatterRow, list[tuple[Any, ...]]]:
    """Return the matter and its spans as its entries alone make them (title from its content, if not erased)."""
    rows = run(
        "SELECT seq, move, at, hash, text FROM ledger_entry WHERE chain_id = %s ORDER BY seq", (matter_id,)
    )
    state: dict[str, Any] = {**_empty(), "id": matter_id}
    spans: list[list[Any]] = []
    supports: list[int] = []
    for seq, move, at, digest, text in rows:
        facts = json.loads(text)["facts"]
        before = tuple(state[name] for name in _SPAN)
        _fold(state, facts, seq, at)
        state["head"] = bytes(digest)
        supports += facts.get("seats", [])
        if facts.get("span"):
            if spans:
                spans[-1][-1] = at
            spans.append([seq, *(state[name] for name in _SPAN), move, at, None])
            state["span"] = seq
        elif tuple(state[name] for name in _SPAN) != before:
            raise AssertionError(f"entry {seq} changed a span without saying so")
    titles = open_values(matter_id, ["title"])
    title = titles[max(titles, key=lambda ref: ref.seq)] if titles else None
    state["title"] = title.text[:300] if title and title.state == SHOWN else ""
    return MatterRow(**state, supports=tuple(supports)), [tuple(span) for span in spans]


def live(matter_id: int) -> tuple[MatterRow, list[tuple[Any, ...]]]:
    """Return the matter and its spans as they stand in the tables."""
    row = from_sql(run(f"SELECT {SELECT}, {SUPPORTS} FROM flow_matter m WHERE m.id = %s", (matter_id,))[0])  # noqa: S608
    spans = run(
        f"SELECT n, {', '.join(_SPAN)}, move, since, until FROM flow_span WHERE matter_id = %s ORDER BY n",  # noqa: S608
        (matter_id,),
    )
    return row, spans


def differences(matter_id: int) -> list[str]:
    """Return what the tables say otherwise than the entries; empty when rebuilt equals live.

    A due instant is a projection: a calendar changed since the entry may have moved it, and
    then it must be that of the main clock.
    """
    (made, made_spans), (found, found_spans) = rebuilt(matter_id), live(matter_id)
    clock = run(
        "SELECT due FROM clock_clock WHERE matter_id = %s AND main ORDER BY id DESC LIMIT 1", (matter_id,)
    )
    if clock and found.due == clock[0][0]:
        made = made._replace(due=found.due)
    found_supports, made_supports = sorted(found.supports), sorted(made.supports)
    different = [
        f"{name}: rebuilt {getattr(made, name)!r}, live {getattr(found, name)!r}"
        for name in COLUMNS
        if getattr(made, name) != getattr(found, name)
    ]
    if made_supports != found_supports:
        different.append(f"supports: rebuilt {made_supports}, live {found_supports}")
    if made_spans != found_spans:
        different.append(f"spans: rebuilt {made_spans}, live {found_spans}")
    return different


def _empty() -> dict[str, Any]:
    state: dict[str, Any] = dict.fromkeys(COLUMNS, 0)
    texts: Sequence[str] = ("code", "line", "kind", "title", "stage", "closing", "holder_role")
    state.update(
        dict.fromkeys(texts, ""), data={}, due=None, closed=None, clock="none", open=True, episode=1, head=b""
    )
    return state


def _fold(state: dict[str, Any], facts: dict[str, Any], seq: int, at: datetime) -> None:
    state["seq"] = seq
    if seq == 1:
        state["rules"] = run("SELECT id FROM flow_rules WHERE hash = %s", (facts["rules"],))[0][0]
        state["created"] = at
    for name, value in facts.get("set", {}).items():  # an erasure sets nothing
        state[name] = datetime.fromisoformat(value) if name in _MOMENTS and value else value
    state["data"] = {**state["data"], **facts.get("data", {})}
    if facts.get("ver"):
        state["ver"] = facts["ver"]
        state["moved"] = at
