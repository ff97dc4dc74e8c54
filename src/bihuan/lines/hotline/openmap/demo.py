"""Four communities more, a month of calls in them, and the public map opened with three reviewed classes; 演示数据."""

from datetime import datetime, time, timedelta

from bihuan.kernel.flow.bulk import New, move_many, open_many
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import LOCAL, today, travel
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.contracts import ORDER
from bihuan.lines.hotline.grids import actions as grids
from bihuan.lines.hotline.grids import coverage
from bihuan.lines.hotline.grids import selectors as grid_rows
from bihuan.lines.hotline.openmap import actions, periods
from bihuan.lines.hotline.warning import actions as warning
from bihuan.logic import shapes

MARK = "（演示数据）"
_TITLES = {"噪声扰民": "广场音响晚上太响", "占道经营": "早市摊位占了盲道", "供水故障": "早高峰水压不足"}
#: Calls of the last whole month by community; where a few only came, the map says so.
_CALLS = {
    "花园": {"噪声扰民": 12, "占道经营": 9, "供水故障": 6}, "江湾": {"噪声扰民": 8, "占道经营": 4, "供水故障": 6},
    "学府": {"噪声扰民": 12, "占道经营": 41, "供水故障": 2}, "河西": {"噪声扰民": 2, "占道经营": 1, "供水故障": 3},
    "石桥": {"噪声扰民": 1, "供水故障": 1},
}  # fmt: skip
#: Corners of invented boundaries, beside those of the other grids: no place of the real world lies so.
_GRIDS = {
    "江湾": ("韩江湾", "江湾路", "+8673155550003", (
        (112.9, 28.2), (112.906, 28.201), (112.914, 28.1995), (112.9145, 28.194), (112.907, 28.1925),
        (112.8985, 28.1945),
    )),
    "学府": ("柳学府", "学府路", "+8673155550004", (
        (112.902, 28.2072), (112.9065, 28.206), (112.911, 28.2078), (112.9155, 28.205), (112.9165, 28.211),
        (112.908, 28.2135), (112.9005, 28.2115),
    )),
}  # fmt: skip


def places(keeper: Actor, county: int, street: int, garden: int) -> dict[str, int]:
    """Add the communities, two of them with a staffed grid; return by name where calls lie."""
    made = {"花园": garden}
    for name in ("江湾", "学府", "河西", "石桥"):
        made[name] = people.add_division(SYSTEM, f"{name}社区{MARK}", "community", street)
    for name, (head, road, phone, corners) in _GRIDS.items():
        community = made[name]
        made[name] = people.add_division(SYSTEM, f"{road}网格{MARK}", "grid", community)
        station = people.create_organisation(
            SYSTEM,
            f"{road}网格服务站{MARK}",
            "government",
            division=community,
            short_name=f"{road}网格服务站",
        )
        user = people.create_user(SYSTEM, f"wangge_{station}", head)
        post = people.appoint(SYSTEM, user, station, "grid_head", made[name])
        grid = grids.set_up(
            keeper, made[name], name=f"{road}网格", party_org=f"{road}网格党支部{MARK}", head_post=post, phone=phone,
        )  # fmt: skip
        coverage.draw(keeper, grid_rows.grid(keeper, grid), county, shapes.write(((*corners, corners[0]),)))
        grids.enter_buildings(keeper, community, [(f"{road}{n}号", grid, 48) for n in (2, 4, 6)])
    return made


def _classes() -> dict[str, int]:
    return dict(run("SELECT name, id FROM hotline_duty WHERE withdrawn_at IS NULL"))


def fill(desk: Actor, where: dict[str, int]) -> None:
    """Let the desk have answered the calls of the last whole month, spread over its days: no day bursts."""
    about = _classes()
    begins, ends = periods.newest("month", today(), 1)
    days = (ends - begins).days
    due: dict[int, list[tuple[str, str]]] = {}
    for place, calls in _CALLS.items():
        for duty, count in calls.items():
            for n in range(count):
                due.setdefault((2 * n + 1) * days // (2 * count), []).append((place, duty))
    for day, calls_of_day in sorted(due.items()):
        with travel(datetime.combine(begins + timedelta(days=day), time(10), LOCAL)):
            rows = [
                New({"title": _TITLES[duty] + MARK, "type": "help", "secrecy": "open", "channel": "phone",
                     "about": [about[duty]]}, scope_of(where[place]))
                for place, duty in calls_of_day
            ]  # fmt: skip
            made = [one.receipt for one in open_many(desk, ORDER, rows)]
            answer = {"reply": f"已当场答复办理途径。{MARK}"}
            move_many(desk, "direct", [(one.matter, answer) for one in made if one])


def opened(desk: Actor, centre: Actor) -> None:
    """Propose and review the classes, leave one waiting for review, open the map and publish."""
    about = _classes()
    for name in _TITLES:
        reason = f"公共场所和公共设施的问题，数量不说明任何个人或家庭。{MARK}"
        actions.review(centre, actions.propose(desk, {"duty": about[name], "reason": reason}))
    waiting = f"多为小区共用部位，请核对是否会指向某一户。{MARK}"
    actions.propose(desk, {"duty": about["房屋渗漏"], "reason": waiting})
    said = {
        "opened": "yes", "level": "community", "period": "month", "least": 5, "delay": 1,
        "source": f"白沙区政务公开工作办法（示例）{MARK}", "why": f"区政务公开会议决定向群众公开。{MARK}",
    }  # fmt: skip
    actions.settle(centre, said)
    warning.sweep()
    actions.release()
