"""What grids of the demonstration found themselves; 演示数据."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.patrols import actions

MARK = "（演示数据）"
FOUND = (
    (-5, "消防通道停放电动车", "白沙花园2栋", "物业服务", "yes", "联系车主移走，物业补划标线。"),
    (-4, "雨水篦子堵塞", "白沙花园6栋", "", "yes", "清出落叶，排水已通。"),
    (-3, "楼道堆放旧家具", "白沙花园4栋", "物业服务", "yes", "业主当场清走。"),
    (-2, "夜间流动摊贩占道", "白沙花园1栋南门", "占道经营", "yes", "劝导入市，已撤离。"),
    (-1, "外墙瓷砖松动", "白沙花园5栋北侧", "房屋渗漏", "no", "已拉警戒线，需专业检测。"),
)


def demo(actors: Mapping[str, Actor], on: Callable[[int, int], AbstractContextManager[Any]]) -> None:
    """Record it day by day."""
    for day, title, address, name, settled, text in FOUND:
        with on(day, 16):
            place = scope_of(actors["wanggeyuan"].division)
            about = [str(one.id) for one in duties.duties(place) if one.name == name]
            said = {
                "title": title + MARK,
                "address": address,
                "settled": settled,
                "done": text + MARK,
                "about": about,
            }
            actions.record(actors["wanggeyuan"], {key: value for key, value in said.items() if value})
