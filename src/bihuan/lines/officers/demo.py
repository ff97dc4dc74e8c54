"""The fictitious park's service: two officers, a liaison leader, grids, enterprises, visits; all 演示数据."""

from datetime import datetime, time, timedelta
from typing import Any

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.actions import move
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.now import LOCAL, now, today, travel
from bihuan.kernel.registers.actions import Item, amend_many
from bihuan.kernel.store.sql import run
from bihuan.lines.officers import actions
from bihuan.lines.officers.duties.actions import go_round
from bihuan.lines.officers.grids import actions as grids
from bihuan.lines.officers.grids import selectors as read
from bihuan.lines.officers.grids.register import ENTERPRISES
from bihuan.lines.officers.selectors import officer_of
from bihuan.lines.officers.visits import actions as visits
from bihuan.lines.projects import contracts as projects
from bihuan.ui.line import Login

MARK = "（演示数据）"
PASSWORD = "bihuan-demo-2026"  # noqa: S105 - printed at start, for invented people only
FIRMS = (
    ("云溪液冷科技", "液冷装备", "创新路 1 号", 320, "cooling"),
    ("云溪生物医药", "生物医药", "健康路 8 号", 210, "bio"),
    ("云溪轨道", "轨道交通", "创新路 6 号", 540, ""),
    ("云溪显示", "电子信息", "创新路 9 号", 260, ""),
    ("云溪铸造", "先进制造", "铸造路 2 号", 180, ""),
    ("云溪物流", "现代物流", "物流路 3 号", 95, ""),
    ("云溪电缆", "电力装备", "铸造路 7 号", 150, ""),
    ("云溪住工", "绿色建材", "物流路 5 号", 130, ""),
    ("云溪智能", "智能装备", "创新路 12 号", 75, ""),
    ("云溪应急", "安全应急", "健康路 15 号", 60, ""),
)


def load() -> list[Login]:
    """Fill the park that the projects' demonstration built; on one that has it, return the login."""
    logins = [Login("bangshou", PASSWORD, "项目服务专员（B角）")]
    if run("SELECT 1 FROM identity_user WHERE username = 'bangshou'"):
        return logins
    centre, first, leader = (_actor(name) for name in ("zhongxin", "zhuanyuan", "lingdao"))
    unit = centre.unit
    with _back(40):
        user = people.create_user(SYSTEM, "bangshou", "郑专员", password=PASSWORD)
        post = people.appoint(SYSTEM, user, unit, "officer", centre.division)
    second = identity.as_actor(identity.post(post))
    _serve(centre, first, second, leader)
    _grids(centre)
    _visits(first, second)
    with _back(0, 8):
        go_round()
    _handover(centre, first, second)
    return logins


def _actor(login: str) -> Actor:
    ((post,),) = run(
        "SELECT p.id FROM identity_post p JOIN identity_user u ON u.id = p.user_id WHERE u.username = %s"
        " ORDER BY p.id LIMIT 1",
        (login,),
    )
    return identity.as_actor(identity.post(post))


def _back(days: int, hour: int = 10) -> Any:
    return travel(datetime.combine(today() - timedelta(days=days), time(hour), LOCAL))


def _serve(centre: Actor, first: Actor, second: Actor, leader: Actor) -> None:
    """All but the last two projects are served; those two wait at the centre."""
    with _back(35):
        alive = projects.ALIVE(centre)
        for number, project in enumerate(alive[:-2]):
            officer, deputy = (first, second) if number % 3 else (second, first)
            actions.assign(centre, project, officer.post, deputy=deputy.post, reason="演示数据")
            if number < 4:
                actions.replace_leader(centre, project, leader.post, "演示数据")
        go_round()
    for days in (30, 23, 16, 9, 2):
        with _back(days, 11):
            go_round()
            _keep("officers.contact", first, second, but=2)
            if days == 16:
                _keep("officers.visit", first, second, but=3)


def _keep(kind: str, first: Actor, second: Actor, *, but: int) -> None:
    """Most duties are kept, each by whoever holds it; the last ones aren't."""
    rows, _more = flow.listed(first, Filter(kind=kind, stage="due", open=True), limit=100)
    officers = {one.post: one for one in (first, second)}
    for row in rows[but:]:
        if row.holder_post in officers:
            move(officers[row.holder_post], row.id, "keep", {"way": "phone"})


def _grids(centre: Actor) -> None:
    heads = [_actor(name) for name in ("zhongxin", "jianshe", "ziran")]
    with _back(30):
        for number, (name, head) in enumerate(zip(("接收网格", "东片网格", "西片网格"), heads, strict=True)):
            grids.open_grid(centre, f"{name}{MARK}", head.post, receives=number == 0)
        for name, industry, place, staff, _key in FIRMS:
            values = {"name": f"{name}{MARK}", "industry": industry, "place_text": place, "staff": str(staff)}
            grids.keep_enterprise(centre, None, values, cause="演示数据")
        _link(centre)
        chosen = [(one.thing, one.holder) for one in grids.propose_allocation(centre)][:8]
        grids.allocate(centre, chosen, "演示数据")
        ((firm,),) = run("SELECT id FROM officers_enterprise WHERE name LIKE '云溪液冷%%'")
        grids.add_contact(centre, firm, "吴厂长", "13807310001", "厂长（演示数据）")


def _link(centre: Actor) -> None:
    """Name the organisation behind an enterprise where the park has it."""
    rows = run(
        """SELECT e.id, o.id FROM officers_enterprise e JOIN identity_organisation o ON e.name LIKE o.short_name || '%%'
           WHERE o.kind = 'enterprise'"""
    )
    amend_many(centre, ENTERPRISES, [Item({}, key, columns={"party": unit}) for key, unit in rows])


def _visits(first: Actor, second: Actor) -> None:
    """Visits made in the last weeks, one that found needs, one a hazard, and two still planned."""
    mine = projects.ALIVE(first)[1:3]
    said = (
        (first, mine[0], 6, {"progress": f"主体结构施工至三层{MARK}", "needs": ["labour", "finance"],
                             "needs_detail": "用工：缺焊工 20 人\n融资：流动资金缺口 500 万元", "template": "listen"}),
        (second, mine[1], 3, {"progress": f"设备基础浇筑完成{MARK}", "hazards": ["临时用电不规范"],
                              "hazard_detail": "二号厂房东侧", "template": "safety"}),
    )  # fmt: skip
    for actor, project, days, values in said:
        with _back(days, 15):
            target = read.target_project(actor, project)
            visits.note(actor, target, {"day": today().isoformat(), **values})
    firms = [row.id for row in read.listed(first, read.What())[0]]
    for number, firm in enumerate(firms[:4]):
        with _back(2 + number, 9):
            target = read.target_enterprise(first, firm)
            visits.note(
                first,
                target,
                {"day": today().isoformat(), "template": "serve", "asked": ["送政策：告知可享政策"]},
            )
    for number, firm in enumerate(firms[5:7]):
        visits.plan(second, read.target_enterprise(second, firm), today() + timedelta(days=2 + number),
                    purpose=f"送政策上门{MARK}")  # fmt: skip


def _handover(centre: Actor, first: Actor, second: Actor) -> None:
    """One hand-over waits for the new officer."""
    with travel(now() - timedelta(hours=2)):
        project = next(key for key in projects.ALIVE(centre)[1:] if _served_by(key) == first.post)
        actions.hand_over(centre, project, second.post, why="balance", note=f"均衡工作量{MARK}")


def _served_by(project: int) -> int:
    found = officer_of([project]).get(project)
    return found.post if found else 0
