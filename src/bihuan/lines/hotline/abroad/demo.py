"""A system of another place in the demonstration, not in use: nothing is called from a demonstration; 演示数据."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import now, today
from bihuan.lines.hotline.abroad import actions
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


def demo(place: int, on: Callable[[int, int], AbstractContextManager[Any]]) -> None:
    """Write down one system of a district and what it asked for while it was in use; its name is not even looked up."""
    stalls = next(one.id for one in duties.duties(scope_of(place)) if one.name == "占道经营")
    row = Endpoint.objects.create(
        place=place, name=f"邻区热线{MARK}", url="https://open311.example.com/v2", jurisdiction="example.com",
        since=today() - timedelta(days=30), active=False, classes={"STALL": stalls},
    )  # fmt: skip
    with on(-2, 11):
        for asked in _ASKED:
            actions.take_in(row, asked)
    with on(-1, 16):
        actions.take_in(row, replace(_ASKED[0], closed=True, notes=f"邻区一侧摊贩已劝离。{MARK}"))
        Endpoint.objects.filter(id=row.id).update(mark=now(), succeeded_at=now())
