"""How chairs answer and meetings sit in the simulated park; all 演示数据."""

from datetime import datetime, time, timedelta

from bihuan.kernel.clock.ground import current
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import by_ids
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.living import MARK, Answer, Day, Doing, chance, lot, pick, ripe
from bihuan.kernel.meetings import actions, selectors
from bihuan.kernel.meetings.actions import Decision
from bihuan.kernel.meetings.selectors.register import MeetingRow
from bihuan.kernel.now import LOCAL, now

_DECISIONS = (
    "由主办单位牵头，协办单位配合，一周内办结。", "先行安排临时措施，半月内完成永久方案。",
    "按一企一策办理，由服务专员每日跟踪。", "同意所提方案，抓紧组织实施。",
)  # fmt: skip


def sit(day: Day) -> None:
    """Plan what a rung has waiting, fill agendas, hold what is due and write its minutes."""
    centre = day.people["zhongxin"]
    if day.hour == 14:
        _plan(day, centre)
    if day.hour == 16:
        begun = [row for row in selectors.listed(centre, until=now(), limit=10) if row.stage == "planned"]
        for row in begun:
            _hold(day, centre, row)


def _plan(day: Day, centre: Actor) -> None:
    """Call a meeting of a rung with items that wait, for tomorrow, unless one is called."""
    called = {row.place for row in selectors.listed(centre, since=now()) if row.stage == "planned"}
    scope = scope_of(centre.division)
    for place, title, kind in ((2, "专题调度会", "special"), (3, "主要负责人调度会", "principal")):
        waiting = selectors.draft(centre.division, place)
        chair = selectors.decider(scope, place)
        if not waiting or chair is None or place in called:
            continue
        begins = datetime.combine(current().calendar().add_working(day.date, 1), time(14, 30), LOCAL)
        data = {
            "title": f"{title}（{begins:%m}月{begins:%d}日）{MARK}", "kind": kind, "place": place, "chair": chair.post,
            "begins": begins.isoformat(), "ends": (begins + timedelta(hours=1)).isoformat(), "room": "三楼会议室",
            "posts": [day.people[who].post for who in ("jianshe", "ziran", "ducha", "zhuanyuan")],
        }  # fmt: skip
        actions.plan(centre, data, scope=scope)


def _hold(day: Day, centre: Actor, row: MeetingRow) -> None:
    waiting = [one.item.id for one in selectors.draft(row.division, row.place)][:6]
    on = [one for one in selectors.agenda(row.id) if one.on]
    if not waiting and not on:
        flow.move(centre, row.id, "cancel", {"reason": "本期没有待议事项。"})
        return
    if waiting:
        actions.put_on(centre, row.id, waiting)
        on = [one for one in selectors.agenda(row.id) if one.on]
    invited = [one.post for one in selectors.guests(row.id) if not chance(0.1, "away", day.date, one.name)]
    flow.move(centre, row.id, "attend", {"posts": invited})
    decisions = [_decide(day, one.item.id, one.matter, row.place) for one in on]
    actions.minute(centre, row.id, decisions, f"会议听取了情况汇报，逐项研究了{len(on)}个事项。")


def _decide(day: Day, item: int, about: MatterRow, place: int) -> Decision:
    turn = lot("outcome", about.title, place, day.date)
    if turn < 0.1:
        return Decision(item, "retable", "有关单位未到会，下次再议。")
    if turn < 0.2 and place < 3:
        return Decision(item, "raise", "超出本级协调权限，提请上一级。")
    due = current().calendar().add_working(day.date, 5 + round(lot("due", about.title) * 5))
    order = {"unit": about.lead_unit, "due": due.isoformat()} if about.lead_unit else None
    return Decision(item, "decide", pick(_DECISIONS, about.title), [order] if order else [])


def _propose(_day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    """The chair answers: mostly to hear it, sometimes an order at once, or back."""
    if not ripe(row, 0, 2, slow=0.1):
        return None
    turn, about = lot("chair", row.code), by_ids([row.parent]).get(row.parent)
    if turn < 0.2 and about is not None and about.lead_unit:
        due = current().calendar().add_working(_day.date, 5).isoformat()
        return Doing(
            "order", {"demand": "不必上会，请五个工作日内办结。", "unit": about.lead_unit, "due": due}
        )
    if turn < 0.3:
        return Doing("return", {"reason": "未穷尽本单位协调手段，退回继续办理。"})
    return Doing("table")


def _request(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("approve", {"note": "同意报请。"}) if ripe(row, 0, 1) else None


ANSWERS: dict[tuple[str, str], Answer] = {
    ("meetings.item", "proposed"): _propose,
    ("meetings.request", "waiting"): _request,
}
