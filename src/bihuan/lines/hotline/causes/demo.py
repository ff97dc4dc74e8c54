"""One root-cause task of the demonstration; 演示数据."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.lines.hotline.causes import actions
from bihuan.lines.hotline.duties import selectors as duties

MARK = "（演示数据）"


def demo(
    actors: Mapping[str, Actor],
    units: Mapping[str, int],
    on: Callable[[int, int], AbstractContextManager[Any]],
) -> None:
    """Set it and have it taken on."""
    ruler = actors["diaodu"]
    about = next(one.id for one in duties.duties(scope_of(ruler.division)) if one.name == "房屋渗漏")
    said = {
        "title": f"花园社区老旧水管反复渗漏{MARK}", "about": [str(about)], "unit": units["housing"],
        "detail": f"半年内同类诉求集中，请从管网改造入手。{MARK}",
    }  # fmt: skip
    with on(-4, 10):
        place = scope_of(actors["wanggezhang"].division).community
        task = actions.set_task(ruler, place, said).matter
    with on(-3, 11):
        flow.move(actors["zhujian"], task, "take", {"plan": f"两个月内更换1至6栋立管，每周通报进度。{MARK}"})
