"""A system of another place in the demonstration, not in use: nothing is called from a demonstration; 演示数据."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import now, today
from bihuan.lines.hotline import actions as orders
from bihuan.lines.hotline.abroad import actions, handing, selectors
from bihuan.lines.hotline.abroad.models import Endpoint
from bihuan.lines.hotline.abroad.reading import Asked
from bihuan.lines.hotline.duties import selectors as duties

MARK = "（演示数据）"
_ASKED = (
    Asked("LQ-2031", False, code="STALL", service="占道经营", address="两区交界的东界路口",
          description=f"两区交界处流动摊贩占道{MARK}。晚高峰时车过不去。"),
    Asked("LQ-2047", False, code="LIGHT", service="路灯", address="老街口3号",
          description=f"交界绿道路灯不亮{MARK}。"),
)  # fmt: skip


def demo(desk: Actor, on: Callable[[int, int], AbstractContextManager[Any]]) -> None:
    """Write down one system of a district and what it asked for while it was in use; its name is not even looked up."""
    place = desk.division
    stalls = next(one.id for one in duties.duties(scope_of(place)) if one.name == "占道经营")
    row = Endpoint.objects.create(
        place=place, name=f"邻区热线{MARK}", url="https://open311.example.com/v2", jurisdiction="example.com",
        since=today() - timedelta(days=30), classes={"STALL": stalls},
        posts=True, service="OTHER",
    )  # fmt: skip
    with on(-2, 11):
        for asked in _ASKED:
            actions.take_in(row, asked)
    with on(-1, 16):
        actions.take_in(row, replace(_ASKED[0], closed=True, notes=f"邻区一侧摊贩已劝离。{MARK}"))
    with on(-1, 17):
        _handed_over(desk, row)
        Endpoint.objects.filter(id=row.id).update(mark=now(), succeeded_at=now(), active=False)


def _handed_over(desk: Actor, row: Endpoint) -> None:
    """Let the desk hand an order over, and the other place have given it a number: nothing was called for it."""
    said = {"title": f"邻区一侧绿道护栏松动{MARK}", "address": "两区交界的东界路口", "type": "help",
            "detail": f"护栏在邻区一侧，请转邻区处理。{MARK}"}  # fmt: skip
    order = orders.take(desk, said).matter
    flow.move(desk, order, "hand_over", {"system": [str(row.id)]})
    (handover,) = selectors.handed(order)
    handing.known(handover.id, row, "LQ-2063")
