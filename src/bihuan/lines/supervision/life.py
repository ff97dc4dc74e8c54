"""How supervision goes on in the simulated park: scores every month, cards after hearing, campaigns; all 演示数据."""

from datetime import timedelta

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.living import MARK, Answer, Day, Doing, Life, chance, ripe
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.campaigns import actions as campaigns
from bihuan.lines.supervision.desk import actions as desk
from bihuan.lines.supervision.scoring import actions as scoring


def watch(day: Day) -> None:
    """Score the month that is over, urge what lags, and begin the autumn's campaign."""
    office = day.people["ducha"]
    last = day.date.replace(day=1) - timedelta(days=1)
    if day.hour == 9 and not run(
        "SELECT 1 FROM flow_matter WHERE kind = 'supervision.assessment' AND title LIKE %s",
        (f"{last.year}年{last.month}月部门考核%",),
    ):
        data = {"since": last.replace(day=1).isoformat(), "until": last.isoformat()}
        for subjects, title in (("unit", "部门考核"), ("post", "岗位考核"), ("project", "项目服务考核")):
            said = {**data, "title": f"{last.year}年{last.month}月{title}{MARK}", "subjects": subjects}
            scoring.draft(office, said, key=f"life:{subjects}:{last}")
    if day.hour == 14 and day.date.weekday() in {1, 3}:
        _urge(day, office)
    _campaign(day, office)


def _urge(day: Day, office: Actor) -> None:
    rows = run(
        "SELECT m.code, m.lead_unit FROM flow_matter m WHERE m.kind = 'projects.problem' AND m.open AND m.lead_unit > 0"
        " AND m.park = %s AND m.clock = 'running' AND m.due < %s"
        " AND NOT EXISTS (SELECT 1 FROM flow_matter w WHERE w.parent = m.id AND w.kind = 'supervision.watch')"
        " ORDER BY m.due, m.id LIMIT 1",
        (day.park, f"{day.date} 00:00+08"),
    )
    for code, unit in rows:
        data = {"title": f"请报办理进度和完成时间{MARK}", "manner": "watch", "unit": unit}
        desk.ask(office, code, data)


def _campaign(day: Day, office: Actor) -> None:
    """A hundred days that begin halfway through; its state is reported every second Friday."""
    begun = run("SELECT id, first_day FROM supervision_campaign ORDER BY id")
    if day.hour == 11 and len(begun) == 1 and (day.date - begun[0][1]).days > 100:
        campaigns.begin(
            office, name=f"秋冬攻坚百日行动{MARK}", goal="开工、投产各提速一成，逾期问题动态清零。",
            first_day=day.date, last_day=day.date + timedelta(days=99), kinds=["projects.problem", "orders.order"],
        )  # fmt: skip
    if day.hour == 16 and begun and day.date.weekday() == 4 and day.date.isocalendar().week % 2 == 0:
        campaigns.report(office, begun[-1][0], day.date)


def _hear(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    if not ripe(row, 0, 2):
        return None
    if chance(0.35, "drop", row.title):
        return Doing("drop", {"reason": "经核实已在办理，提醒为主。"})
    return Doing("hear", {"unit": row.value("unit")})


def _state(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("state", {"statement": f"涉及外部单位配合，已倒排时间{MARK}"}) if ripe(row, 0, 2) else None


def _issue(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    if not ripe(row, 1, 3):
        return None
    if chance(0.4, "accepted", row.title):
        return Doing("drop", {"reason": "理由成立，不予发牌。"})
    return Doing(
        "issue", {"colour": row.value("colour") or "yellow", "reply": "理由部分成立，仍应提前报告。"}
    )


def _mention(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("issue") if ripe(row, 1, 2) else None


def _answer(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("answer", {"reply": f"本周内办结，责任到人{MARK}"}) if ripe(row, 0, 2, slow=0.15) else None


def _lift(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("lift") if ripe(row, 3, 6) else None


def _show(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("show") if ripe(row, 1, 2) else None


def _submit(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("submit") if ripe(row, 6, 8) else None


def _settle(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("settle") if ripe(row, 1, 3) else None


def _uphold(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("uphold", {"reason": "计时依据充分，维持原评分。"}) if ripe(row, 1, 3) else None


_ANSWERS: dict[tuple[str, str], Answer] = {
    ("supervision.card", "drafted"): _hear,
    ("supervision.card", "hearing"): _state,
    ("supervision.card", "heard"): _issue,
    ("supervision.mention", "asked"): _mention,
    ("supervision.watch", "asked"): _answer,
    ("supervision.watch", "answered"): _lift,
    ("supervision.assessment", "drafted"): _show,
    ("supervision.assessment", "shown"): _submit,
    ("supervision.assessment", "submitted"): _settle,
    ("supervision.appeal", "raised"): _uphold,
}
LIFE = Life(_ANSWERS, (watch,))
