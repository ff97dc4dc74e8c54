"""Six months of reports for the demonstration's projects, with everything that can be seen in them."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from bihuan.kernel.clock.ground import current, ground
from bihuan.kernel.figures.actions import refresh_daily
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import LOCAL, now, today, travel
from bihuan.lines.projects.reports.actions import report
from bihuan.lines.projects.reports.cutoffs import Cutoff, rules
from bihuan.lines.projects.reports.periods import Period, PeriodKind
from bihuan.lines.projects.reports.reminders import remind_missing

MARK = "（演示数据）"
MONTHS = 6
#: Plan of the year in 万元, and the share of an even month that is done each month.
PROJECTS = {
    "液冷服务器机柜智能工厂": (6000, 1.05), "体外诊断试剂产业园": (18000, 0.72), "轨道交通零部件基地": (15000, 0.45),
    "柔性显示模组生产线": (12000, 1.2), "精密铸造技改项目": (4000, 0.95), "冷链物流中心": (9000, 0.85),
    "安全应急装备科创园": (20000, 0.3), "装配式建筑产业基地": (8000, 0.6), "智能仓储机器人项目": (7500, 1.0),
}  # fmt: skip
_WORKS = ("场地平整", "桩基施工", "基础浇筑", "主体结构", "钢结构吊装", "屋面封闭")
_STEPS = ("完成土方外运", "完成桩基检测", "主体出正负零", "主体封顶", "设备基础施工", "设备进场")
_PROBLEMS = {
    "体外诊断试剂产业园": "红线外供水管网未接通",
    "装配式建筑产业基地": "高压线迁改滞后；临时道路未硬化",
}
#: These were silent for the month last ended, and this one handed in too late for the month before.
_SILENT = ("安全应急装备科创园", "装配式建筑产业基地")
_LATE = "轨道交通零部件基地"


def demo(actors: Mapping[str, Actor], projects: Mapping[str, int]) -> None:
    """Fill the months before this one: some in time, some late, some missing, one corrected, one that fell.

    ``actors`` are the people of the demonstration by login; ``projects`` the ids of its projects by name.
    """
    ground()
    rule = next(row for row in rules() if row.kind == PeriodKind.MONTH and not row.division)
    months = Period.at(PeriodKind.MONTH, today()).previous.back(MONTHS)
    done: dict[tuple[str, int], float] = {}
    for number, period in enumerate(months):
        for name, (plan, pace) in PROJECTS.items():
            if name not in projects or (name in _SILENT and period == months[-1]):
                continue
            values = _values(name, plan, pace, period, number, done)
            late = name == _LATE and period == months[-2]
            with travel(_moment(period, rule, late=late)):
                report(actors["zhuanyuan"], projects[name], period, values)
    _correct(actors["zhuanyuan"], projects, months[-1])
    for period in months:
        refresh_daily(period.last)
    refresh_daily()
    remind_missing()


def _values(
    name: str, plan: int, pace: float, period: Period, number: int, done: dict[tuple[str, int], float]
) -> dict[str, Any]:
    """Return what a project says of a month: never the same amount twice, and one fall with its reason."""
    amount = round(plan / 12 * pace * (0.7 + 0.1 * ((number * 3 + len(name)) % 7)), 1)
    first = (name, period.year) not in done
    before = done.get((name, period.year), plan / 12 * pace * (period.first.month - 1))
    total = round(before + amount, 1)
    values: dict[str, Any] = {
        "year_plan_wan": str(plan),
        "done_wan": str(amount),
        "progress": f"{_WORKS[number % len(_WORKS)]}{MARK}",
        "next_steps": f"{_STEPS[number % len(_STEPS)]}{MARK}",
        "listed": "yes" if pace > 0.5 else "no",
    }
    if problem := _PROBLEMS.get(name):
        values["problems"] = "；".join(f"{part}{MARK}" for part in problem.split("；"))
    if name == "冷链物流中心" and number == MONTHS - 2 and not first:
        total = round(before - 60, 1)
        values["explanation"] = f"上月误将设备预付款计入，审计后核减{MARK}"
    values["cumulative_wan"] = str(total)
    done[name, period.year] = total
    return values


def _moment(period: Period, rule: Cutoff, *, late: bool) -> datetime:
    """Return when a report was handed in: in time, late, and never after the present."""
    due = rule.day(period, current().calendar())
    day: date = (
        current().calendar().add_working(due, 2) if late else max(period.last, due - timedelta(days=2))
    )
    return min(datetime.combine(day, time(16, 20), LOCAL), now())


def _correct(actor: Actor, projects: Mapping[str, int], period: Period) -> None:
    """Correct one report after the fact, so that its history has something to show."""
    project = projects.get("柔性显示模组生产线")
    if project is not None:
        values = {"progress": f"屋面封闭，无尘车间开始装修{MARK}"}
        report(actor, project, period, values, cause=f"补充形象进度{MARK}")
