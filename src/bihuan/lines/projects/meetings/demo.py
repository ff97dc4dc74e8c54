"""Stuck matters of the demonstration on every rung, a meeting held with its minutes, and Monday's to come."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from bihuan.kernel.clock.ground import current, working_moment
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.actors import SYSTEM, Actor, Scope
from bihuan.kernel.meetings import actions, selectors
from bihuan.kernel.meetings.actions import Decision, recurring, rules
from bihuan.kernel.now import now, today, travel
from bihuan.kernel.store.sql import run

MARK = "（演示数据）"


def demo(actors: Mapping[str, Actor], units: Mapping[str, int], scope: Scope) -> None:
    """Fill the ladder; the park's people, units and problems are there already."""
    centre, leader = actors["zhongxin"], actors["lingdao"]
    with _on(-30):
        rules.set_duty(SYSTEM, leader.post, "all", f"党工委领导分工通知{MARK}", division=scope.division)
    water, power, permit = (
        _problem(title) for title in ("红线外供水管网未接通", "高压线迁改方案", "施工许可证缺图审")
    )
    with _on(-6):
        item = actions.propose(centre, water, why="涉及建设、供电、自来水三家，施工时序需要统一。").matter
        flow.move(centre, item, "table", {})
    with _on(-7, 9):
        hill = actions.propose(centre, power, why="评审费用由谁承担没有定。").matter
    with _on(-5):
        flow.move(centre, hill, "raise", {"reason": "费用分担超出中心权限，请分管负责人定。"})
    with _on(-3):
        top = actions.propose(centre, permit, place=2, skip="涉及园区以外的图审机构，中心协调不动。").matter
    with _on(-2):
        flow.move(leader, top, "raise", {"reason": "需与市住建局主要领导对接。"})
    _held(centre, actors, item, units, scope)
    recurring.plan_series()
    coming = selectors.listed(centre, since=now())
    if coming and coming[0].place == 1:
        actions.put_on(centre, coming[0].id, [item])


def _held(
    centre: Actor, actors: Mapping[str, Actor], item: int, units: Mapping[str, int], scope: Scope
) -> None:
    """Hold a coordination meeting that put the item off and decided something beside it."""
    with _on(-4, 14):
        begins = now() + timedelta(minutes=30)
        data = {
            "title": f"供水供电项目协调会{MARK}", "kind": "coordination", "place": 1, "begins": begins.isoformat(),
            "ends": (begins + timedelta(hours=1)).isoformat(), "room": "管委会三楼会议室", "chair": centre.post,
            "posts": [actors[name].post for name in ("lingdao", "jianshe", "ducha", "zhuanyuan")],
        }  # fmt: skip
        meeting = actions.plan(centre, data, scope=scope).matter
        actions.put_on(centre, meeting, [item])
    with _on(-4, 16):
        flow.move(centre, meeting, "attend", {"posts": [centre.post, actors["jianshe"].post]})
        due = current().calendar().add_working(today(), 12).isoformat()
        order = {"title": f"摸排在建项目水电接入点{MARK}", "unit": units["build"], "due": due}
        actions.minute(
            centre,
            meeting,
            [
                Decision(item, "retable", "自来水公司未到会，施工时序图未带，下次再议。"),
                Decision(0, "decide", "一周内摸排全部在建项目的水电接入点，列出清单。", [order]),
            ],
            "会议听取了供水、供电接入情况。",
        )


def _problem(title: str) -> int:
    sql = "SELECT id FROM flow_matter WHERE kind = 'projects.problem' AND title LIKE %s ORDER BY id LIMIT 1"
    return int(run(sql, (f"{title}%",))[0][0])


@contextmanager
def _on(working_days: int, hour: int = 10) -> Iterator[None]:
    with travel(working_moment(working_days, hour)):
        yield
