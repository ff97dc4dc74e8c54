"""How problems, promises, dates and timetables of the simulated park go on from day to day; all 演示数据."""

from datetime import timedelta

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.living import MARK, Answer, Day, Doing, Life, chance, evidence, lot, pick, ripe
from bihuan.kernel.now import local
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.meetings import life as meetings
from bihuan.lines.projects.orders import life as orders
from bihuan.lines.projects.reports import life as reports

#: What comes up in a park: the problem, its kind, and who of the park's logins handles it.
NEEDS = (
    ("厂区出入口道路标线磨损", "surroundings", "jianshe"), ("施工便道雨后泥泞难行", "construction", "jianshe"),
    ("临时用水水压不足", "utilities", "jianshe"), ("天然气接入点未确定", "utilities", "jianshe"),
    ("路灯不亮影响夜班通勤", "surroundings", "jianshe"), ("施工许可补正材料不清楚", "permit", "jianshe"),
    ("围墙外堆放渣土", "surroundings", "jianshe"), ("光缆挖断待恢复", "utilities", "jianshe"),
    ("消防验收预约排期", "permit", "jianshe"), ("雨水井盖缺失", "surroundings", "jianshe"),
    ("红线外弃土无人清运", "land", "ziran"), ("规划核实测绘排队", "permit", "ziran"),
    ("用地界桩被移动", "land", "ziran"), ("林木采伐手续不清楚", "land", "ziran"),
    ("土地证附图与现场不符", "land", "ziran"), ("边坡支护需用红线外地", "land", "ziran"),
    ("普工招聘困难", "labour", "zhaoshang"), ("技能补贴申报口径不清", "policy", "zhaoshang"),
    ("流动资金贷款续贷", "finance", "zhaoshang"), ("设备补贴兑现进度", "policy", "zhaoshang"),
    ("人才公寓名额不足", "other", "zhaoshang"), ("外籍专家工作许可", "labour", "zhaoshang"),
)  # fmt: skip
_REPLIES = (
    "已到现场办理完毕，与企业确认。",
    "已协调到位，企业负责人签字认可。",
    "已按程序办结，结果已送达企业。",
)


def _unit(day: Day, row: MatterRow) -> int:
    login = next((who for title, _category, who in NEEDS if row.title.startswith(title)), "")
    by_kind = {
        "land": "ziran",
        "permit": "ziran",
        "labour": "zhaoshang",
        "policy": "zhaoshang",
        "finance": "zhaoshang",
    }
    return day.people[login or by_kind.get(row.value("category", ""), "jianshe")].unit


def needs(day: Day) -> None:
    """Let problems come up on the projects that go on: two to four a day, some raised by the enterprise itself."""
    if day.hour != 9:
        return
    projects = run(
        "SELECT id, name, party FROM projects_project WHERE produced IS NULL AND park = %s ORDER BY id",
        (day.park,),
    )
    officer = day.people["zhuanyuan"]
    for number in range(2 + round(lot("needs", day.date) * 2)):
        about = (day.date, number)
        title, category, _who = pick(NEEDS, "need", *about)
        project, name, party = pick(projects, "project", *about)
        data = {
            "title": f"{title}（{name.removesuffix(MARK)}，{day.date:%m}月{day.date:%d}日）{MARK}",
            "category": category, "source": pick(("visit", "phone", "wechat"), "source", *about),
            "detail": "企业反映影响施工组织，请尽快协调。",
        }  # fmt: skip
        flow.open(
            officer, "projects.problem", data, scope=scope_of(officer.division), subject=project, party=party
        )


def _assign(day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    if not ripe(row, 0, 1):
        return None
    unit = row.value("proposed") or _unit(day, row)
    return Doing("assign", {"unit": unit})


def _answer(_day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    if row.clock != "running" or not ripe(row, 1, 4, slow=0.18):
        return None
    said = {"reply": pick(_REPLIES, row.code) + MARK, "evidence": evidence(actor, row)}
    closing = pick(("solved",) * 8 + ("partly", "explained", "policy"), "closing", row.code)
    return Doing(
        "answer",
        {"closing": closing, **said, **({"basis": "园区产业扶持办法第六条"} if closing == "policy" else {})},
    )


def _go_on(day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    """A clock that stands is let run again after some days; else the unit answers."""
    if row.clock == "paused" and ripe(row, 4, 8):
        return Doing("go_on", {"note": "评审已完成。"})
    return _answer(day, actor, row)


def _verify(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    if not ripe(row, 0, 2):
        return None
    if row.episode == 1 and chance(0.07, "reject", row.code) and row.value("rejected") is None:
        return Doing("reject", {"reason": "现场看仍未恢复，请继续办理。"}) if ripe(row, 1, 1) else None
    return Doing("verify", {"method": pick(("site", "call"), row.code)})


def _sign_off(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("sign_off") if ripe(row, 0, 1) else None


def _rule(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("again", {"reason": "请牵头单位再办一次，一周内报结果。"}) if ripe(row, 1, 2) else None


def _date(day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    if not ripe(row, 1, 4, slow=0.2):
        return None
    planned = day.date + timedelta(days=150 + round(lot("date", row.code) * 300))
    return Doing("answer", {"planned": planned.isoformat(), "precision": "month"})


def _submit(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("submit") if ripe(row, 3, 10) else None


def _approve(_day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    if row.handler_user == actor.user or row.value("reanchored"):
        return None  # another person's to approve, or the leader's
    return Doing("approve", {"note": "同意"}) if ripe(row, 1, 3) else None


def approve_moved(day: Day) -> None:
    """Let the leader approve the timetables that move a promised date, or that the centre drew up itself."""
    if day.hour == 11:
        sql = (
            "SELECT id FROM flow_matter WHERE kind = 'projects.timetable' AND stage = 'submitted' AND park = %s"
            " ORDER BY id LIMIT 1"
        )
        for (key,) in run(sql, (day.park,)):
            flow.move(day.people["lingdao"], key, "approve", {"note": f"同意调整{MARK}"})


def _claim(day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    if row.due is None or (local(row.due).date() - day.date).days > round(lot("promise", row.code) * 12) - 4:
        return None
    return Doing("claim", {"reply": f"已按约定完成{MARK}", "evidence": evidence(actor, row)})


def _accept(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("accept") if ripe(row, 0, 2) else None


_ANSWERS: dict[tuple[str, str], Answer] = {
    ("projects.problem", "registered"): _assign,
    ("projects.problem", "handling"): _go_on,
    ("projects.problem", "answered"): _verify,
    ("projects.problem", "verified"): _sign_off,
    ("projects.problem", "ruling"): _rule,
    ("projects.date", "asked"): _date,
    ("projects.timetable", "draft"): _submit,
    ("projects.timetable", "submitted"): _approve,
    ("projects.promise", "owed"): _claim,
    ("projects.promise", "claimed"): _accept,
}
LIFE = Life(
    {**_ANSWERS, **orders.ANSWERS, **meetings.ANSWERS},
    (needs, approve_moved, meetings.sit, orders.begin, reports.hand_in),
)
