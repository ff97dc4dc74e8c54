"""Draft cards and mentions. Rules may draft a card once a month; only people issue it."""

from collections.abc import Mapping
from typing import Any

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rows import Receipt
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.cards import selectors
from bihuan.lines.supervision.scoring import schemes


def draft(actor: Actor, kind: str, data: Mapping[str, Any], key: str = "") -> Receipt:
    """Draft a card (``supervision.card``) or a commendation or criticism (``supervision.mention``)."""
    return flow.open(actor, kind, data, scope=scope_of(actor.division), key=key)


def propose() -> int:
    """Draft the cards the rules propose, each unit and colour once a month; return how many are new."""
    made = 0
    month = f"{today():%Y-%m}"
    for division in selectors.places():
        rules = schemes.in_force(division, using="default")
        for found in selectors.overdue(division, rules.rules.get("cards", {})):
            key = f"card:{division}:{found.colour}:{found.unit}:{month}"
            if run("SELECT 1 FROM flow_key WHERE actor = 'system:0' AND key = %s", (key,)):
                continue  # drafted this month already, under whatever number of cases
            data = {
                "title": f"{found.name}：{found.cases}件逾期{found.days}个工作日以上", "colour": found.colour,
                "unit": found.unit, "grounds": f"截至{today().isoformat()}逾期未办结：{'、'.join(found.codes)}。",
                "basis": f"{rules.title}（第{rules.version}版）黄红牌条款",
            }  # fmt: skip
            flow.open(SYSTEM, "supervision.card", data, scope=scope_of(division), key=key)
            made += 1
    return made
