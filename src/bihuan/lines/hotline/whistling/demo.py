"""Two whistles of the demonstration: an emergency settled together, a routine one a bureau disputes; 演示数据."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.actors import Actor
from bihuan.lines.hotline.whistling import actions, selectors

MARK = "（演示数据）"
On = Callable[[int, int], AbstractContextManager[Any]]


def demo(actors: Mapping[str, Actor], units: Mapping[str, int], on: On) -> None:
    """Blow both; the district's people and grids are there already."""
    _slope(actors, units, on)
    _cables(actors, units, on)


def _slope(actors: Mapping[str, Actor], units: Mapping[str, int], on: On) -> None:
    head, builder = actors["jiangbian"], actors["zhujian"]
    said = {
        "title": f"湘江路护坡出现裂缝{MARK}", "address": "湘江路18号后坡", "pace": "emergency",
        "units": [units["housing"], units["water"]], "detail": f"雨后护坡裂缝，需要警戒、查排水管。{MARK}",
    }  # fmt: skip
    with on(-3, 9):
        slope = actions.blow(head, said).matter
        actions.call_out([slope])
        called = {one.lead_unit: one.id for one in selectors.callouts([slope])}
        ours, theirs = called[units["housing"]], called[units["water"]]
        flow.move(builder, ours, "respond", {})
        flow.move(actors["shuiwu"], theirs, "respond", {})
    with on(-3, 10):
        flow.move(builder, ours, "arrive", {"who": "住建局应急组"})
    with on(-3, 12):
        flow.move(actors["shuiwu"], theirs, "arrive", {"who": "管网抢修班"})
        flow.move(builder, ours, "report", {"reply": f"已拉警戒、支护加固，转入监测。{MARK}"})
        flow.move(head, ours, "accept", {})
    with on(-3, 15):
        flow.move(actors["shuiwu"], theirs, "report", {"reply": f"排水管破损段已更换。{MARK}"})
        flow.move(head, theirs, "accept", {})
        flow.move(head, slope, "close", {"reply": f"裂缝已加固，每日巡查一周。{MARK}"})


def _cables(actors: Mapping[str, Actor], units: Mapping[str, int], on: On) -> None:
    head = actors["wanggezhang"]
    said = {
        "title": f"小区门口杂物与低垂线缆{MARK}", "address": "白沙花园2栋", "pace": "general",
        "units": [units["order"], units["housing"]], "detail": f"清杂物、理线缆、定长效办法。{MARK}",
    }  # fmt: skip
    with on(-1, 9):
        cables = actions.blow(head, said).matter
        actions.call_out([cables])
        by_unit = {one.lead_unit: one.id for one in selectors.callouts([cables])}
        flow.move(actors["chengguan"], by_unit[units["order"]], "respond", {})
    with on(-1, 10):
        basis = {"basis": f"线缆归通信运营商，非住建职责。{MARK}"}
        flow.move(actors["zhujian"], by_unit[units["housing"]], "refuse", basis)
    with on(-1, 15):
        flow.move(actors["chengguan"], by_unit[units["order"]], "arrive", {"who": "白沙中队"})
