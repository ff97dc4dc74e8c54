"""Orders of the city in the demonstration: one to be sent back, one waiting for more time, two new ones; 演示数据."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import local, now
from bihuan.lines.hotline.upstream import actions, selectors
from bihuan.lines.hotline.upstream.reading import City, from_mapping

MARK = "（演示数据）"
On = Callable[[int, int], AbstractContextManager[Any]]
_TOLD = (
    ("YS-2026-0101", "白沙花园4栋外墙渗水进屋", "白沙花园4栋", "投诉", -4, 4),
    ("YS-2026-0102", "湘江路13号供水管改造何时动工", "湘江路13号", "咨询", -2, 6),
    ("YS-2026-0103", "夜间烧烤摊油烟扰民", "湘江路16号", "投诉", 0, 5),
    ("YS-2026-0104", "建议在小区南门加装路灯", "白沙花园6栋", "建议", 0, 9),
)


def demo(actors: Mapping[str, Actor], units: Mapping[str, int], on: On) -> None:
    """Take four orders of the city in; answer one, ask the city for more time for another."""
    desk = actors["jiexian"]
    for told in _TOLD:
        with on(told[4], 9):
            actions.receive(desk, [_city(*told)])
    county = selectors.county_of(desk)
    first, second = (selectors.matter_of(county, told[0]) for told in _TOLD[:2])
    with on(-4, 10):
        flow.move(desk, first, "dispatch", {"unit": units["housing"]})
        flow.move(actors["zhujian"], first, "sign", {})
    with on(-3, 10):
        said = {"contacted": "yes", "contacted_at": now().isoformat(), "solved": "solved",
                "reply": f"已组织施工队修补外墙，三日内完工，并与您电话约定复查时间。{MARK}"}  # fmt: skip
        flow.move(actors["zhujian"], first, "answer", said)
    with on(-3, 15):
        flow.move(desk, first, "close", {})
    with on(-2, 10):
        flow.move(desk, second, "dispatch", {"unit": units["water"]})
        flow.move(actors["shuiwu"], second, "sign", {})
    with on(-1, 10):
        flow.move(actors["shuiwu"], second, "ask_extension", {"days": 3, "reason": f"需等待管材到货。{MARK}"})


def _city(number: str, title: str, address: str, kind: str, _day: int, days: int) -> City:
    due = local(now() + timedelta(days=days)).replace(hour=17, minute=30)
    made = from_mapping({
        "工单编号": number, "诉求标题": title + MARK, "诉求内容": f"来电反映：{title}。{MARK}", "事发地点": address,
        "诉求类型": kind, "办理时限": f"{due:%Y-%m-%d %H:%M}",
    })  # fmt: skip
    assert made
    return made
