"""How enterprises of the simulated park go on: they say what they need, rate, and are called back; all 演示数据."""

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.living import MARK, Answer, Day, Doing, Life, chance, evidence, pick, ripe
from bihuan.kernel.store.sql import run
from bihuan.lines.enterprise import actions

_NEEDS = (
    ("省级专精特新申报辅导", "declare"), ("研发费用奖补兑付", "payment"), ("新购厂房权证办理", "certificate"),
    ("春招专场招聘会摊位", "labour"), ("设备融资租赁对接", "finance"), ("骨干子女转学", "school"),
    ("通勤班车增开班次", "other"), ("绿色工厂申报", "declare"), ("稳岗补贴到账时间", "payment"),
)  # fmt: skip
_GRADES = ("very",) * 9 + ("satisfied",) * 6 + ("basically",) * 2 + ("unsatisfied",) * 2
_WHY = {"unsatisfied": "办得太慢，来回补了三次材料。", "basically": "结果可以，过程沟通再主动些。"}


def ask(day: Day) -> None:
    """Let an enterprise say what it needs, twice a week or so."""
    if day.hour != 11 or not chance(0.45, "need", day.date):
        return
    firm = day.people[pick(("qiye", "shengwu"), "firm", day.date)]
    title, about = pick(_NEEDS, "title", day.date)
    actions.raise_need(firm, {"title": f"{title}（{day.date:%m}月{day.date:%d}日）{MARK}", "class": about})


def _assign(day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    unit = day.people["ziran" if row.value("class") == "certificate" else "zhaoshang"].unit
    return Doing("assign", {"unit": unit}) if ripe(row, 0, 1) else None


def _answer(_day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    if not ripe(row, 1, 4, slow=0.12):
        return None
    return Doing(
        "answer", {"closing": "solved", "reply": f"已办结并告知企业{MARK}", "evidence": evidence(actor, row)}
    )


def _sign_off(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("sign_off") if ripe(row, 0, 1) else None


def _rate(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    """Most answer within two days, some never do."""
    if chance(0.18, "silent", row.title) or not ripe(row, 0, 2):
        return None
    grade = pick(_GRADES, "grade", row.title)
    return Doing("rate", {"grade": grade, **({"why": _WHY[grade] + MARK} if grade in _WHY else {})})


def _rate_again(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("rate_again", {"grade_again": "satisfied"}) if ripe(row, 0, 2) else None


def call_back(day: Day) -> None:
    """The supervision office calls back where the centre itself was rated."""
    office, centre = day.people["ducha"], day.people["zhongxin"].unit
    if day.hour == 14:
        sql = (
            "SELECT id, data ->> 'rated' FROM flow_matter WHERE kind = 'callbacks.recall' AND stage = 'calling'"
            " AND (data ->> 'rated')::bigint = %s ORDER BY id"
        )
        for matter, unit in run(sql, (centre,)):
            flow.move(office, matter, "hand_over", {"said": "企业希望中心主动反馈进度。", "unit": int(unit)})


def _call_back(day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    unit = row.value("rated") or day.people["jianshe"].unit
    if unit == actor.unit:
        return None  # another unit's to call
    return (
        Doing("hand_over", {"said": "企业希望一次告知、限时办结。", "unit": unit})
        if ripe(row, 0, 1)
        else None
    )


def _put_right(_day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    if not ripe(row, 2, 6):
        return None
    return Doing("report", {"reply": f"已上门致歉并办结{MARK}", "evidence": evidence(actor, row)})


def _accept(_day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    if row.handler_user == actor.user:
        return None
    return Doing("accept") if ripe(row, 0, 1) else None


_ANSWERS: dict[tuple[str, str], Answer] = {
    ("enterprise.need", "registered"): _assign,
    ("enterprise.need", "handling"): _answer,
    ("enterprise.need", "answered"): _sign_off,
    ("callbacks.contact", "asked"): _rate,
    ("callbacks.contact", "again"): _rate_again,
    ("callbacks.recall", "calling"): _call_back,
    ("callbacks.rectify", "rectifying"): _put_right,
    ("callbacks.rectify", "reported"): _accept,
}
LIFE = Life(_ANSWERS, (ask, call_back))
