"""A fictitious park with enough life to show every page; everything in it is marked 演示数据."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any

from bihuan.kernel.callbacks import actions as contacts
from bihuan.kernel.clock.actions.alarms import sweep
from bihuan.kernel.clock.ground import working_moment
from bihuan.kernel.files.actions import upload
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM, Actor, Scope
from bihuan.kernel.now import today, travel
from bihuan.kernel.registers.actions import Change, Item, amend_many
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.meetings import demo as meetings
from bihuan.lines.projects.orders import demo as orders
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.reports import demo as reports
from bihuan.lines.projects.standings import demo as county
from bihuan.lines.projects.timetables import drafting
from bihuan.ui.line import Login

MARK = "（演示数据）"
PASSWORD = "bihuan-demo-2026"  # noqa: S105 - printed at start, for invented people only
PARK = f"云溪高新区{MARK}"

UNITS = {
    "centre": ("综合协调服务中心", "government"),
    "leaders": ("工管委", "government"),
    "watch": ("督查室", "government"),
    "build": ("开发建设局", "government"),
    "plan": ("自然资源分局", "government"),
    "invest": ("招商合作局", "government"),
    "audit": ("审计办公室", "government"),
    "power": ("供电服务站", "utility"),
    "cooling": ("云溪液冷科技", "enterprise"),
    "bio": ("云溪生物医药", "enterprise"),
}
#: login, name, unit, role, title for the start-up message
PEOPLE = (
    ("zhongxin", "林协调", "centre", "coordinator", "综合协调服务中心 · 统筹"),
    ("zhuanyuan", "周服务", "centre", "officer", "项目服务专员"),
    ("lingdao", "陈分管", "leaders", "leader", "分管负责人"),
    ("zhuren", "刘主任", "leaders", "principal", "工管委 · 主要负责人"),
    ("jianshe", "赵建设", "build", "department", "开发建设局 · 经办"),
    ("ziran", "钱自然", "plan", "department", "自然资源分局 · 经办"),
    ("zhaoshang", "冯招商", "invest", "department", "招商合作局 · 经办"),
    ("ducha", "孙督查", "watch", "supervisor", "督查室"),
    ("qiye", "吴厂长", "cooling", "enterprise", "企业联系人（云溪液冷）"),
    ("shengwu", "郭经理", "bio", "enterprise", "企业联系人（云溪生物医药）"),
    ("shenji", "何审计", "audit", "auditor", "审计员"),
    ("admin", "管理员", "centre", "administrator", "系统管理员"),
)


def load() -> list[Login]:
    """Fill an empty database with the demonstration; on one that has it, return the logins."""
    logins = [Login(name, PASSWORD, title) for name, _who, _unit, _role, title in PEOPLE]
    logins += [Login(name, PASSWORD, title) for name, _who, _role, title in county.PEOPLE]
    if run("SELECT 1 FROM identity_user WHERE username = %s", (PEOPLE[0][0],)):
        return logins
    park = _divisions()
    with travel(working_moment(-120)):
        units = {
            key: people.create_organisation(SYSTEM, f"{name}{MARK}", kind, division=park, short_name=name)
            for key, (name, kind) in UNITS.items()
        }
        actors = _people(park, units)
    scope = identity.scope_of(park)
    projects = _projects(actors["zhongxin"], scope, units)
    _problems(actors, scope, projects, units)
    _promises(actors, scope, projects, units)
    drafting.attend(actors["zhongxin"], list(projects.values()))
    _approve_some(actors)
    reports.demo(actors, projects)
    orders.load(actors, scope, units)
    meetings.demo(actors, units, scope)
    county.load(PASSWORD)
    orders.habits()
    sweep()
    return logins


def _divisions() -> int:
    city = people.add_division(SYSTEM, f"云溪市{MARK}", "city")
    county = people.add_division(SYSTEM, f"云溪区{MARK}", "county", city)
    return people.add_division(SYSTEM, PARK, "park", county)


def _people(park: int, units: dict[str, int]) -> dict[str, Actor]:
    people.sync_roles()
    actors = {}
    for login, name, unit, role, _title in PEOPLE:
        user = people.create_user(SYSTEM, login, name, password=PASSWORD)
        post = people.appoint(SYSTEM, user, units[unit], role, park)
        actors[login] = identity.as_actor(identity.post(post))
    return actors


@contextmanager
def _on(working_days: int, hour: int = 10) -> Iterator[None]:
    with travel(working_moment(working_days, hour)):
        yield


def _month(months: int) -> str:
    """Return the month so many months from now, known to the month."""
    index = today().year * 12 + today().month - 1 + months
    return f"{index // 12}-{index % 12 + 1:02d}"


def _day(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def _register() -> list[dict[str, Any]]:
    """The projects: name, investor and what of their way is known, as codes of the register."""
    building, idle, none = "building", "land_idle", "no_land"
    return [
        {"name": "液冷服务器机柜智能工厂", "company": "云溪液冷科技", "industry": "液冷装备", "investment_wan": "10000",
         "kind": "land", "land_mu": "60", "signed": _day(-400), "land_acquired": _day(-330), "started": _day(-240),
         "planned_production": _month(5), "stage_class": building, "department": "开发建设局"},
        {"name": "体外诊断试剂产业园", "company": "云溪生物医药", "industry": "生物医药", "investment_wan": "58000",
         "kind": "land", "land_mu": "150", "signed": _day(-420), "land_acquired": _day(-360), "started": _day(-200),
         "planned_production": _month(8), "stage_class": building, "department": "开发建设局"},
        {"name": "轨道交通零部件基地", "company": "云溪轨道", "industry": "轨道交通", "investment_wan": "120000",
         "kind": "land", "land_mu": "300", "signed": _day(-200), "land_acquired": _day(-60),
         "planned_production": _month(14), "stage_class": idle, "department": "自然资源分局"},
        {"name": "新能源电池回收项目", "company": "云溪循环", "industry": "资源循环", "investment_wan": "80000",
         "kind": "land", "signed": _day(-90), "planned_production": _month(20), "stage_class": none},
        {"name": "柔性显示模组生产线", "company": "云溪显示", "industry": "电子信息", "investment_wan": "45000",
         "kind": "lease", "signed": _day(-120), "planned_production": _month(4), "stage_class": building},
        {"name": "精密铸造技改项目", "company": "云溪铸造", "industry": "先进制造", "investment_wan": "22000",
         "kind": "purchase", "signed": _day(-60), "stage_class": none},
        {"name": "冷链物流中心", "company": "云溪物流", "industry": "现代物流", "investment_wan": "36000",
         "kind": "land", "land_mu": "90", "signed": _day(-500), "land_acquired": _day(-450), "started": _day(-380),
         "planned_production": _day(-20), "stage_class": building, "department": "开发建设局"},
        {"name": "安全应急装备科创园", "company": "云溪应急", "industry": "安全应急", "investment_wan": "100000",
         "kind": "land", "land_mu": "128", "stage_class": building},
        {"name": "医疗大数据中心", "company": "云溪数据", "industry": "数字经济", "investment_wan": "100000",
         "kind": "land", "signed": _day(-30), "stage_class": none},
        {"name": "特种电缆扩产项目", "company": "云溪电缆", "industry": "电力装备", "investment_wan": "15000",
         "kind": "purchase", "signed": _day(-700), "land_acquired": _day(-680), "started": _day(-600),
         "completed": _day(-160), "produced": _day(-100), "planned_production": _month(-4),
         "stage_class": "finished"},
        {"name": "装配式建筑产业基地", "company": "云溪住工", "industry": "绿色建材", "investment_wan": "60000",
         "kind": "land", "signed": _day(-150), "stage_class": idle, "problems": "用地红线内高压线未迁改"},
        {"name": "智能仓储机器人项目", "company": "云溪智能", "industry": "智能装备", "investment_wan": "30000",
         "kind": "lease", "signed": _day(-45), "planned_production": _month(6), "stage_class": none},
    ]  # fmt: skip


def _projects(actor: Actor, scope: Scope, units: dict[str, int]) -> dict[str, int]:
    items = []
    for values in _register():
        said = {
            **values,
            "name": values["name"] + MARK,
            "park_text": PARK,
            "source_date": today().isoformat(),
        }
        columns = {"lead_unit": units["build"]}
        if values["company"] == "云溪液冷科技":
            columns["party"] = units["cooling"]
        if values["company"] == "云溪生物医药":
            columns["party"] = units["bio"]
        items.append(Item({name: Change(code) for name, code in said.items()}, None, None, scope, columns))
    with _on(-40):
        ids = amend_many(actor, PROJECTS, items, cause="演示数据")
    return {values["name"]: key for values, key in zip(_register(), ids, strict=True)}


def _evidence(actor: Actor, matter: int) -> list[int]:
    text = f"现场办理情况说明{MARK}：已与企业、施工单位现场确认。"
    return [upload(actor, BytesIO(text.encode()), "现场办理情况说明.txt", matter).id]


def _problems(
    actors: dict[str, Actor], scope: Scope, projects: dict[str, int], units: dict[str, int]
) -> None:
    centre, officer, bureau = actors["zhongxin"], actors["zhuanyuan"], actors["jianshe"]

    def need(days: int, title: str, category: str, project: str, **more: Any) -> int:
        data = {"title": title + MARK, "category": category, "source": "visit", **more}
        with _on(days):
            return flow.open(officer, "projects.problem", data, scope=scope, subject=projects[project]).matter

    def assign(days: int, matter: int, unit: str, *supports: str) -> None:
        with _on(days, 11):
            flow.move(
                centre, matter, "assign", {"unit": units[unit], "supports": [units[s] for s in supports]}
            )

    need(0, "员工宿舍周边公交班次少", "surroundings", "柔性显示模组生产线", source="wechat")
    late = need(
        -12,
        "红线外供水管网未接通",
        "utilities",
        "体外诊断试剂产业园",
        detail="靠水车送水，每天误工两小时。",
    )
    assign(-11, late, "build", "power")
    near = need(-5, "施工许可证缺图审合格书", "permit", "液冷服务器机柜智能工厂")
    assign(-4, near, "build")
    stopped = need(-8, "高压线迁改方案待专家评审", "utilities", "装配式建筑产业基地")
    assign(-7, stopped, "build", "power")
    with _on(-5):
        flow.move(centre, stopped, "stop", {"cause": "review", "evidence": _evidence(centre, stopped)})
    checking = need(-6, "厂区门口道路坑洼，大车进出难", "surroundings", "冷链物流中心", phone="0731-55550101")
    assign(-5, checking, "build")
    with _on(-1):
        reply = "已完成坑槽修补，与企业现场确认通行正常。"
        said = {"closing": "solved", "reply": reply, "evidence": _evidence(bureau, checking)}
        flow.move(bureau, checking, "answer", said)
    _closed(actors, scope, projects, units)
    quick = need(-3, "咨询技改备案需要哪些材料", "policy", "精密铸造技改项目", source="phone")
    with _on(-3, 11):
        said = {"closing": "explained", "reply": "当场一次告知材料清单，并发送办事指南。"}
        flow.move(officer, quick, "quick", said)


def _closed(actors: dict[str, Actor], scope: Scope, projects: dict[str, int], units: dict[str, int]) -> None:
    """One problem all the way to sign-off, and confirmed by the enterprise."""
    centre, officer, bureau, firm = (actors[n] for n in ("zhongxin", "zhuanyuan", "jianshe", "qiye"))
    with _on(-20):
        data = {"title": f"临时用电容量不足{MARK}", "category": "utilities", "source": "enterprise"}
        subject = projects["液冷服务器机柜智能工厂"]
        matter = flow.open(
            officer, "projects.problem", data, scope=scope, subject=subject, party=units["cooling"]
        ).matter
    with _on(-19):
        flow.move(centre, matter, "assign", {"unit": units["build"], "supports": [units["power"]]})
    with _on(-16):
        said = {
            "closing": "solved",
            "reply": "已增容 400 千伏安并送电。",
            "evidence": _evidence(bureau, matter),
        }
        flow.move(bureau, matter, "answer", said)
    with _on(-15):
        flow.move(officer, matter, "verify", {"method": "site", "note": "现场看过，设备已正常运行。"})
    with _on(-14):
        flow.move(centre, matter, "sign_off", {})
        asked = contacts.ask(SYSTEM, matter)
    with _on(-13):
        if asked:
            flow.move(firm, asked.matter, "rate", {"grade": "very", "why": f"感谢，速度很快。{MARK}"})
            contacts.answered([asked.matter])


def _promises(
    actors: dict[str, Actor], scope: Scope, projects: dict[str, int], units: dict[str, int]
) -> None:
    rows = (
        ("政府承诺：进场道路通车", "government", "utilities", "投资合同第五条", "build", 25, "体外诊断试剂产业园"),
        ("企业承诺：年内完成投资 5000 万元", "enterprise", "investment", "投资合同第八条", "invest", 60,
         "液冷服务器机柜智能工厂"),
        ("政府承诺：兑现设备补贴", "government", "reward", "补充协议第二条", "invest", 10, "特种电缆扩产项目"),
    )  # fmt: skip
    for title, side, topic, clause, unit, days, project in rows:
        until = today() + timedelta(days=days)
        data = {
            "title": title + MARK, "side": side, "topic": topic, "clause": clause, "unit": units[unit],
            "due": until.isoformat(),
        }  # fmt: skip
        with _on(-30):
            flow.open(actors["zhongxin"], "projects.promise", data, scope=scope, subject=projects[project])


def _approve_some(actors: dict[str, Actor]) -> None:
    """Approve every second draft timetable, so that both drafts and baselines can be seen."""
    sql = "SELECT id FROM flow_matter WHERE kind = 'projects.timetable' AND stage = 'draft' ORDER BY id"
    for number, (matter,) in enumerate(run(sql)):
        if number % 2 == 0:
            flow.move(actors["zhuanyuan"], matter, "submit", {})
            flow.move(actors["lingdao"], matter, "approve", {"note": f"同意{MARK}"})
