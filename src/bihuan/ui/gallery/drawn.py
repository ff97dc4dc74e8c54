"""Invented timetables and mechanisms for the gallery, worked out by the real rules."""

from dataclasses import replace
from datetime import date, timedelta

from bihuan.logic.mechanism import Grant, Limit, Mechanism, Move, Stage
from bihuan.logic.pictures import Light, Point, Timetable, TimetableRow, trend_svg
from bihuan.logic.schedule import Activity, After, schedule
from bihuan.logic.workdays import packaged_calendar

TODAY = date(2025, 10, 15)
ANCHOR = date(2026, 10, 31)

#: (id, title, phase, side, duration, unit, after, actual start, actual finish)
_NODES = [
    ("sign", "签订投资合同", "前期", "企业", 5, "wd", (), date(2025, 8, 11), date(2025, 8, 15)),
    ("register", "公司注册", "前期", "企业", 5, "wd", ("sign",), date(2025, 8, 18), date(2025, 8, 22)),
    (
        "record",
        "企业投资项目备案",
        "前期",
        "政府审批",
        3,
        "wd",
        ("register",),
        date(2025, 8, 25),
        date(2025, 8, 27),
    ),
    ("clear", "征拆交地", "用地", "要素保障", 45, "d", ("sign",), date(2025, 8, 20), None),
    ("level", "土地平整", "用地", "要素保障", 20, "d", ("clear",), None, None),
    (
        "auction",
        "国有建设用地出让",
        "用地",
        "政府审批",
        30,
        "d",
        ("record",),
        date(2025, 9, 8),
        date(2025, 10, 10),
    ),
    ("contract", "签订土地合同", "用地", "企业", 5, "wd", ("auction",), date(2025, 10, 13), None),
    ("land_permit", "建设用地规划许可证", "审批", "政府审批", 5, "wd", ("contract",), None, None),
    ("env", "环境影响评价", "审批", "第三方", 30, "d", ("record",), date(2025, 9, 1), None),
    ("design", "方案设计与审查", "审批", "企业", 30, "wd", ("contract",), None, None),
    ("plan_permit", "建设工程规划许可证", "审批", "政府审批", 5, "wd", ("design", "land_permit"), None, None),
    (
        "drawings",
        "施工图设计与审查（含人防、消防技术审查）",
        "审批",
        "第三方",
        25,
        "wd",
        ("plan_permit",),
        None,
        None,
    ),
    ("build_permit", "施工许可", "审批", "政府审批", 5, "wd", ("drawings", "env"), None, None),
    ("utilities", "水电路气讯接入", "配套", "要素保障", 60, "wd", ("land_permit",), None, None),
    ("outside", "红线外道路", "配套", "要素保障", 90, "d", ("clear",), None, None),
    ("start", "开工", "建设", "企业", 0, "d", ("build_permit", "level"), None, None),
    ("frame", "主体封顶", "建设", "企业", 110, "d", ("start",), None, None),
    ("equip", "设备安装", "建设", "企业", 50, "d", ("frame", "utilities"), None, None),
    ("accept", "联合验收", "验收", "政府审批", 12, "wd", ("equip", "outside"), None, None),
    ("trial", "试生产", "投产", "企业", 30, "d", ("accept",), None, None),
    ("produce", "投产", "投产", "企业", 0, "d", ("trial",), None, None),
]


def timetable(anchor: date = ANCHOR) -> Timetable:
    """Return the sample project's timetable against a day of production."""
    activities = [
        Activity(key, days, unit, tuple(After(one) for one in after), begun, ended)  # type: ignore[arg-type]
        for key, _title, _phase, _side, days, unit, after, begun, ended in _NODES
    ]
    plan = schedule(activities, anchor, TODAY, packaged_calendar())
    dates = {d.id: d for d in plan.activities}
    rows = []
    for key, title, phase, side, days, _unit, _after, begun, ended in _NODES:
        at = dates[key]
        rows.append(
            TimetableRow(
                key,
                title,
                phase,
                side,
                at.earliest_start,
                at.earliest_finish,
                at.latest_start,
                at.latest_finish,
                begun,
                ended,
                light=_light(at.slack_wd, ended),
                critical=key in plan.binding_chain,
                milestone=days == 0,
            )
        )
    rows[8] = replace(rows[8], stops=((date(2025, 9, 15), date(2025, 10, 8)),))
    late = plan.late_by_wd
    return Timetable(
        title="智能液冷设备生产线项目 逆向时间控制表",
        rows=rows,
        today=TODAY,
        anchor=anchor,
        first_anchor=anchor - timedelta(days=62),
        chain=plan.binding_chain,
        late=late > 0,
        sentence=f"因 施工图设计与审查 晚 {late} 个工作日"
        if late
        else "按期可达，最紧的一环是 施工图设计与审查",
        chance="八成把握 2026年12月10日前投产（参考值）",
    )


def _light(slack: int, ended: date | None) -> Light:
    if ended:
        return Light.DONE
    if slack < 0:
        return Light.LATE
    return Light.NEAR if slack < 10 else Light.NORMAL


def what_if() -> Timetable:
    """Return the same with a node slipped: ghosts of where things would land."""
    table = timetable(date(2026, 12, 31))
    slid = [
        replace(
            row, ghost=(row.earliest_start + timedelta(days=20), row.earliest_finish + timedelta(days=20))
        )
        if row.phase in {"建设", "验收"} and row.earliest_start and row.earliest_finish and not row.milestone
        else replace(row, baseline_start=row.latest_start, baseline_finish=row.latest_finish)
        for row in table.rows
    ]
    return replace(table, rows=slid, ghost_anchor=date(2027, 1, 20), draft=True, first_anchor=None)


def long_timetable() -> Timetable:
    """Return forty nodes over five years."""
    start = date(2024, 3, 1)
    rows = []
    for n in range(40):
        begin = start + timedelta(days=42 * n)
        end = begin + timedelta(days=35 + 11 * (n % 5))
        done = end < TODAY
        rows.append(
            TimetableRow(
                f"n{n}",
                f"第 {n + 1} 号节点的名称",
                f"第 {n // 8 + 1} 阶段",
                "企业",
                begin,
                end,
                begin + timedelta(20),
                end + timedelta(30),
                begin if done else None,
                end if done else None,
                light=Light.DONE if done else Light.NORMAL,
                critical=n > 30,
            )
        )
    return Timetable("五年项目", rows, TODAY, date(2029, 1, 31), chain=[f"n{n}" for n in range(31, 40)])


def short_timetable() -> Timetable:
    """Return three months."""
    rows = [
        TimetableRow(
            "a",
            "方案",
            "",
            "企业",
            date(2025, 9, 20),
            date(2025, 10, 9),
            actual_start=date(2025, 9, 20),
            actual_finish=date(2025, 10, 9),
            light=Light.DONE,
        ),
        TimetableRow(
            "b",
            "许可",
            "",
            "政府审批",
            date(2025, 10, 10),
            date(2025, 11, 3),
            date(2025, 10, 16),
            date(2025, 11, 7),
            light=Light.NEAR,
            critical=True,
        ),
        TimetableRow(
            "c",
            "试生产",
            "",
            "企业",
            date(2025, 11, 4),
            date(2025, 12, 5),
            date(2025, 11, 10),
            date(2025, 12, 12),
            light=Light.NORMAL,
            critical=True,
        ),
    ]
    return Timetable("三个月", rows, TODAY, date(2025, 12, 12), chain=("b", "c"))


def mechanism() -> Mechanism:
    """Return a problem's way from need to sign-off."""
    desk, unit, boss = (
        Grant(role="调度岗", relation="scope"),
        Grant(relation="holder"),
        Grant(role="分管领导"),
    )
    open_stages = ("registered", "assigned", "handling", "verifying", "visiting")
    stages = [
        ("registered", "登记"),
        ("assigned", "交办"),
        ("handling", "办理"),
        ("verifying", "核验"),
        ("visiting", "回访"),
    ]
    return Mechanism(
        "problem",
        "问题销号",
        "问题",
        "WT",
        (
            *(Stage(name, title) for name, title in stages),
            Stage("signed_off", "销号", final=True),
            Stage("ended", "终结", final=True),
            Stage("withdrawn", "撤回", final=True),
        ),
        (
            Move("open", "登记", (), "registered", (Grant(role="项目专员"),)),
            Move("assign", "交办", ("registered",), "assigned", (desk,), clocks=(("start", "accept"),)),
            Move("on_the_spot", "即办", ("registered",), "signed_off", (unit,)),
            Move("accept", "签收", ("assigned",), "handling", (unit,), clocks=(("start", "handle"),)),
            Move("pass_on", "退回重派", ("assigned",), "registered", (unit,)),
            Move("extend", "申请延期", ("handling",), "", (unit,)),
            Move("pause", "暂停计时", ("handling",), "", (unit,)),
            Move("answer", "反馈", ("handling",), "verifying", (unit,), answers=True),
            Move("reject", "核验不通过", ("verifying",), "handling", (desk,)),
            Move("verify", "核验通过", ("verifying",), "visiting", (desk,), clocks=(("start", "visit"),)),
            Move("happy", "满意", ("visiting",), "signed_off", (desk,)),
            Move("unhappy", "不满意重办", ("visiting",), "handling", (desk,), episode=True),
            Move("end", "终结", ("visiting",), "ended", (boss,)),
            Move("comment", "补充说明", open_stages, "", (Grant(relation="scope"),), commutative=True),
            Move("withdraw", "撤回", open_stages, "withdrawn", (Grant(relation="creator"),)),
        ),
        (
            Limit("accept", "签收", "4 个工作小时"),
            Limit("handle", "办结", "15 个工作日", main=True),
            Limit("visit", "回访", "5 个工作日"),
        ),
    )


def trends() -> tuple[str, str]:
    """Return a line and bars."""
    values = [81.2, 83.5, 82.9, None, 88.0, 90.1]
    line = [Point(f"{n + 4}月", v) for n, v in enumerate(values)] + [Point("10月", 92, forecast=True)]
    bars = [Point(f"{n}月", v, small=v < 3) for n, v in enumerate((12, 9, 2, 14, 17, 11), 4)]
    return trend_svg("按时办结率", line, floor=70), trend_svg("新增问题", bars, kind="bar")
