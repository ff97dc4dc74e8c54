"""A heap of the demonstration that waits to be looked at: seven orders of the web form from one address; 演示数据."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from bihuan.lines.hotline.aside.reasons import MOST, SENDER
from bihuan.lines.hotline.doors.actions import send_in

MARK = "（演示数据）"
On = Callable[[int, int], AbstractContextManager[Any]]
#: An address nobody has: it is kept for examples (RFC 5737).
_ADDRESS = "192.0.2.7"
_SAID = (
    ("小区东门路灯不亮", "白沙花园2栋"), ("2栋门口垃圾桶满了", "白沙花园2栋"), ("快递柜挡住盲道", "白沙花园4栋"),
    ("4栋单元门关不上", "白沙花园4栋"), ("健身器材螺丝松动", "白沙花园6栋"),
)  # fmt: skip
_REST = "高价回收旧手机，详询客服"


def demo(place: int, on: On) -> None:
    """Send them in: what passes the limit lies aside, real or not; somebody has to look."""
    with on(0, 9):
        for n in range(MOST[SENDER] + 7):
            title, address = _SAID[n] if n < len(_SAID) else (f"{_REST}（第{n}条）", "")
            said = {"title": title + MARK, "type": "help", "address": address, "secrecy": "anonymous"}
            send_in(place, {name: value for name, value in said.items() if value}, _ADDRESS, f"demo-{n}")
