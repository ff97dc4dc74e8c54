"""How service goes on in the simulated park: duties are kept, visits made, hazards removed; all 演示数据."""

from typing import Any

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.living import MARK, Answer, Day, Doing, Life, chance, evidence, pick, ripe
from bihuan.lines.officers.grids import selectors as read
from bihuan.lines.officers.selectors import projects_of
from bihuan.lines.officers.visits import actions as visits

_SEEN = ("主体结构施工", "设备基础浇筑", "钢结构吊装", "内装施工", "设备安装调试", "试生产准备")
_NEEDS = (
    ("labour", "缺焊工和数控操作工"),
    ("finance", "流动资金贷款到期续贷"),
    ("permit", "规划核实资料不清楚"),
)


def go(day: Day) -> None:
    """Make a visit or two a day; one in four hears a need, one in twelve sees a hazard."""
    if day.hour != 14:
        return
    for login in ("zhuanyuan", "bangshou"):
        officer = day.people[login]
        mine = projects_of(officer.post)
        if not mine or not chance(0.6, "visit", login, day.date):
            continue
        project = pick(mine, "project", login, day.date)
        said: dict[str, Any] = {
            "day": day.date.isoformat(),
            "template": "listen",
            "progress": f"{pick(_SEEN, login, day.date)}{MARK}",
        }
        if chance(0.25, "heard", login, day.date):
            need, words = pick(_NEEDS, "need", login, day.date)
            said |= {"needs": [need], "needs_detail": f"{words}（{day.date:%m}月{day.date:%d}日走访）"}
        if chance(0.08, "hazard", login, day.date):
            said |= {
                "template": "safety",
                "hazards": ["临时用电不规范"],
                "hazard_detail": "厂区东侧配电箱未上锁",
            }
        visits.note(officer, read.target_project(officer, project), {**said, "why": "重点项目按周走访"})


def _keep(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    if chance(0.12, "missed", row.id, row.episode) or not ripe(row, 1, 4):
        return None
    return Doing("keep", {"way": pick(("phone", "message"), row.code, row.episode)})


def _confirm(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("confirm") if ripe(row, 1, 2) else None


def _assign(day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("assign", {"unit": day.people["jianshe"].unit})


def _remove(_day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    if not ripe(row, 0, 2):
        return None
    return Doing("answer", {"reply": f"已当场整改{MARK}", "evidence": evidence(actor, row)})


def _sign_off(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("sign_off") if ripe(row, 0, 1) else None


def _appoint(day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    if not ripe(row, 2, 5) or chance(0.3, "vacant", row.code):
        return None
    return Doing(
        "appoint", {"post": day.people[pick(("zhuanyuan", "bangshou"), row.code)].post, "note": "就近服务"}
    )


_ANSWERS: dict[tuple[str, str], Answer] = {
    ("officers.contact", "due"): _keep,
    ("officers.handover", "proposed"): _confirm,
    ("officers.hazard", "reported"): _assign,
    ("officers.hazard", "handling"): _remove,
    ("officers.hazard", "removed"): _sign_off,
    ("officers.vacancy", "open"): _appoint,
}
LIFE = Life(_ANSWERS, (go,))
