"""Invented people a grid of the demonstration looks after; 演示数据."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.lines.hotline.households import actions, selectors

MARK = "（演示数据）"
PEOPLE = (
    ("白沙花园1栋", "1单元102", "演奶奶", "alone", "care", "hotline.visit_week"),
    ("白沙花园3栋", "2单元501", "演大伯", "disabled", "rescue", "hotline.visit_month"),
    ("白沙花园6栋", "1单元301", "演小妹", "child", "care", "hotline.visit_month"),
)


def demo(actors: Mapping[str, Actor], on: Callable[[int, int], AbstractContextManager[Any]]) -> None:
    """Put them on file, visit one, look at one list."""
    officer = actors["wanggeyuan"]
    with on(-8, 10):
        buildings = {name: key for key, name in selectors.building_options(officer)}
        for place, door, name, tag, purpose, every in PEOPLE:
            until = today() + timedelta(days=300)
            said = {
                "building": [buildings[place]], "door": door, "name": name, "phone": "13900000009", "tag": tag,
                "purpose": purpose, "source": f"入户登记，本人同意{MARK}", "until": until.isoformat(), "every": every,
            }  # fmt: skip
            actions.look_after(officer, said)
    with on(-4, 15):
        weekly = next(row for row in selectors.visits(officer) if row.value("every") == "hotline.visit_week")
        flow.move(officer, weekly.id, "visit", {"well": "well", "note": f"精神好，已帮缴水费。{MARK}"})
        actions.look(actors["wanggezhang"], "care", f"安排降温走访{MARK}")
