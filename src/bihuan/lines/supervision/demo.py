"""A quarter of supervision in the fictitious park; everything in it is marked 演示数据."""

import json
from collections.abc import Iterable
from datetime import timedelta
from io import BytesIO
from typing import Any

from bihuan.kernel.callbacks import actions as contacts
from bihuan.kernel.files.actions import upload
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.identity.models import User
from bihuan.kernel.now import LOCAL, local, now, today, travel
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.bulletins import demo as bulletins
from bihuan.lines.supervision.campaigns import actions as campaigns
from bihuan.lines.supervision.cards import actions as cards
from bihuan.lines.supervision.desk import actions as desk
from bihuan.lines.supervision.plates import actions as plates
from bihuan.lines.supervision.scoring import actions as scoring
from bihuan.ui.line import Login

MARK = "（演示数据）"
#: title, kind of problem, unit, days ago, days taken (0: still open), how the enterprise answered
_SOLVED = (
    ("雨水管与市政管未对接", "utilities", "jianshe", 62, 2, "satisfied"),
    ("施工围挡占道手续", "permit", "jianshe", 58, 3, "satisfied"),
    ("消防水压不足", "utilities", "jianshe", 51, 9, "unsatisfied"),
    ("临时施工便道破损", "construction", "jianshe", 47, 2, "basically"),
    ("红线桩位复核", "land", "ziran", 60, 2, "satisfied"),
    ("规划条件变更咨询", "permit", "ziran", 55, 3, "satisfied"),
    ("土地证附图有误", "land", "ziran", 49, 4, "satisfied"),
    ("边坡征地补偿争议", "land", "ziran", 44, 10, "unsatisfied"),
    ("林地手续衔接", "land", "ziran", 40, 3, "basically"),
    ("厂区排水沟堵塞", "surroundings", "jianshe", 38, 1, "satisfied"),
    ("围墙放线复核", "land", "ziran", 33, 1, "satisfied"),
    ("夜间施工许可", "permit", "jianshe", 31, 2, "satisfied"),
)


def load() -> Iterable[Login]:
    """Fill the park with a quarter of supervision, once."""
    found = User.objects.filter(username="ducha").values_list("id", flat=True).first()
    if found is None or run("SELECT 1 FROM flow_matter WHERE line = 'supervision' LIMIT 1"):
        return []
    who = {
        name: _actor(name)
        for name in ("ducha", "zhongxin", "zhuanyuan", "lingdao", "jianshe", "ziran", "qiye")
    }
    projects = [
        row[0]
        for row in run(
            "SELECT subject FROM flow_matter WHERE subject > 0 AND park = %s GROUP BY 1 ORDER BY 1",
            (who["ducha"].division,),
        )
    ]
    for number, one in enumerate(_SOLVED):
        _solve(who, one, projects[number % len(projects)])
    _assess(who)
    _watch(who)
    _cards(who)
    _plates(who, projects)
    bulletins.load()
    return []


def _actor(login: str) -> Actor:
    user = User.objects.get(username=login).id
    post = run("SELECT id FROM identity_post WHERE user_id = %s ORDER BY id LIMIT 1", (user,))[0][0]
    return identity.as_actor(identity.post(post))


def _ago(days: int, hour: int = 10) -> Any:
    moment = local(now()).replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=LOCAL)
    return travel(moment - timedelta(days=days))


def _solve(who: dict[str, Actor], one: tuple[str, str, str, int, int, str], project: int) -> None:
    title, category, unit, ago, taken, grade = one
    clerk, scope = who[unit], identity.scope_of(who["zhongxin"].division)
    with _ago(ago):
        data = {"title": title + MARK, "category": category, "source": "visit"}
        matter = flow.open(
            who["zhuanyuan"], "projects.problem", data, scope=scope, subject=project, party=who["qiye"].party
        ).matter
        flow.move(who["zhongxin"], matter, "assign", {"unit": clerk.unit})
    with _ago(ago - taken, 15):
        file = upload(clerk, BytesIO(f"办理情况说明{MARK}".encode()), "办理情况.txt", matter).id
        flow.move(
            clerk, matter, "answer", {"closing": "solved", "reply": f"已办理{MARK}", "evidence": [file]}
        )
    with _ago(ago - taken, 17):
        flow.move(who["zhuanyuan"], matter, "verify", {"method": "site"})
        flow.move(who["zhongxin"], matter, "sign_off", {})
        asked = contacts.ask(SYSTEM, matter)
    with _ago(ago - taken - 1):
        if asked:
            flow.move(who["qiye"], asked.matter, "rate", {"grade": grade})
            contacts.answered([asked.matter])


def _assess(who: dict[str, Actor]) -> None:
    """Two assessments: one shown with an appeal against it, one only drafted."""
    until = today() - timedelta(days=15)
    data = {
        "title": f"前期部门考核{MARK}",
        "subjects": "unit",
        "since": str(until - timedelta(days=60)),
        "until": str(until),
    }
    with _ago(8):
        made = scoring.draft(who["ducha"], data).matter
        flow.move(who["ducha"], made, "show", {})
    sql = """SELECT cases::text FROM supervision_scorerow
             WHERE assessment_id = %s AND subject = %s AND criterion = 'resolution'"""
    held = run(sql, (made, who["ziran"].unit))
    if held:
        late = [case for cases in json.loads(held[0][0]).get("bad", {}).values() for case in cases]
        if late:
            told = {
                "title": f"补偿争议系企业一侧原因{MARK}",
                "criterion": "resolution",
                "case": late[0],
                "reason": "企业要求暂缓放线。",
            }
            raised = scoring.appeal(who["ziran"], made, told)
            flow.move(
                who["ducha"],
                raised.matter,
                "correct",
                {"after": "side", "side": "enterprise", "reason": "经核实属实。"},
            )
    for subjects, title in (("post", "岗位考核"), ("project", "项目服务考核")):
        data = {
            "title": title + MARK,
            "subjects": subjects,
            "since": str(today() - timedelta(days=70)),
            "until": str(today()),
        }
        scoring.draft(who["ducha"], data)


def _watch(who: dict[str, Actor]) -> None:
    rows = run("SELECT code, lead_unit FROM flow_matter WHERE kind = 'projects.problem' AND open AND clock = 'running'"
               " AND lead_unit > 0 AND park = %s ORDER BY due LIMIT 1", (who["ducha"].division,))  # fmt: skip
    for code, unit in rows:
        data = {"title": f"请报办理进度和完成时间{MARK}", "manner": "watch", "unit": unit}
        desk.ask(who["ducha"], code, data)


def _cards(who: dict[str, Actor]) -> None:
    """One card issued after a hearing, one that waits for the unit, and a commendation."""
    unit = who["jianshe"].unit

    def card(title: str, colour: str) -> int:
        data = {
            "title": title + MARK,
            "colour": colour,
            "unit": unit,
            "grounds": "供水接入事项逾期未办结。",
            "basis": "黄红牌管理规定（示例）第三条",
        }
        made = cards.draft(who["ducha"], "supervision.card", data).matter
        flow.move(who["ducha"], made, "hear", {"unit": unit})
        return made

    with _ago(6):
        issued = card("供水管网接入逾期", "yellow")
    with _ago(5):
        flow.move(who["jianshe"], issued, "state", {"statement": f"管材到货延迟，已明确完成时间。{MARK}"})
    with _ago(4):
        flow.move(
            who["ducha"], issued, "issue", {"colour": "yellow", "reply": "理由部分成立，仍应提前报告。"}
        )
    card("道路修复整改不到位", "yellow")
    data = {"title": f"靠前服务、当天办结{MARK}", "mention": "praise", "unit": who["ziran"].unit,
            "grounds": "主动上门复核放线，当天办结。", "basis": "表扬办法（示例）第二条"}  # fmt: skip
    praise = cards.draft(who["ducha"], "supervision.mention", data).matter
    flow.move(who["ducha"], praise, "ask", {})
    flow.move(who["lingdao"], praise, "issue", {})


def _plates(who: dict[str, Actor], projects: list[int]) -> None:
    for number, (title, unit) in enumerate(
        (("年底前通水到红线", "jianshe"), ("一个月内完成供地手续", "ziran"))
    ):
        data = {
            "title": title + MARK, "leader": who["lingdao"].post, "unit": who[unit].unit,
            "officer": who["zhuanyuan"].post, "shows_names": not number,
            "due": str(today() + timedelta(days=30 + 20 * number)),
        }  # fmt: skip
        plates.put_up(who["ducha"], data, project=projects[number])
    key = campaigns.begin(
        who["ducha"], name=f"百日攻坚行动{MARK}", goal="把逾期问题清零，走访覆盖全部在建项目。",
        first_day=today() - timedelta(days=60), last_day=today() + timedelta(days=39), kinds=["projects.problem"],
    )  # fmt: skip
    campaigns.report(who["ducha"], key, today())
