"""How the simulated park reports its progress month by month; all 演示数据."""

from bihuan.kernel.errors import BihuanError
from bihuan.kernel.living import MARK, Day, chance, lot, pick
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.reports.actions import report
from bihuan.lines.projects.reports.periods import Period, PeriodKind

_WORKS = ("主体结构施工", "钢结构吊装", "屋面封闭", "设备基础施工", "设备进场安装", "内装收尾", "单机调试")
#: Reports come in on these days of a month, project by project.
_DAYS = range(1, 9)


def hand_in(day: Day) -> None:
    """Hand in last month's report of each project on its day of the month; some forget."""
    if day.hour != 11 or day.date.day not in _DAYS:
        return
    period = Period.at(PeriodKind.MONTH, day.date).previous
    rows = run(
        "SELECT p.id, p.name FROM projects_project p WHERE p.produced IS NULL AND p.park = %s"
        " AND NOT EXISTS (SELECT 1 FROM projects_report r WHERE r.project_id = p.id"
        " AND r.period_kind = 'month' AND r.period = %s) ORDER BY p.id",
        (day.park, period.first),
    )
    for project, name in rows:
        turn = 1 + int(lot("report", project) * 7)
        if turn > day.date.day or chance(0.12, "forgets", project, period.first):
            continue
        amount = 150 + round(lot("amount", project, period.first) * 900)
        values = {
            "year_plan_wan": "9600", "done_wan": str(amount),
            "progress": f"{pick(_WORKS, name, period.first)}{MARK}", "next_steps": f"按倒排计划推进{MARK}",
        }  # fmt: skip
        try:
            report(day.people["zhuanyuan"], project, period, values, key=f"life:{project}:{period.first}")
        except BihuanError:  # numbers that would need an explanation are left to be asked about
            continue
