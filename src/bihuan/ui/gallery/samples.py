"""Invented data for the gallery: no person, enterprise or office in here exists."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from bihuan.kernel.forms.fields import Field, Form
from bihuan.ui.cells import Day, Lamp, Money, Quiet
from bihuan.ui.panels import (
    Action,
    Alert,
    Change,
    Column,
    Diff,
    DiffRow,
    Figure,
    Figures,
    Links,
)

DUE = datetime(2025, 10, 16, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Project:
    """A row of the sample list."""

    id: int
    name: str
    company: str
    place: str
    wan: int
    light: str
    words: str
    production: date
    precision: str
    lead: str


PROJECTS = [
    Project(
        1,
        "智能液冷设备生产线项目",
        "云栖液冷科技有限公司",
        "青禾园区",
        10000,
        "late",
        "晚 6 个工作日",
        date(2025, 12, 10),
        "day",
        "开发建设局",
    ),
    Project(
        2,
        "特种防护材料产业园（二期）",
        "安澜防护用品有限公司",
        "青禾园区",
        100000,
        "watched",
        "督办",
        date(2026, 3, 1),
        "month",
        "科技创新局",
    ),
    Project(
        3,
        "体外诊断试剂基地",
        "明澈生物科技股份有限公司",
        "望江街道",
        58000,
        "near",
        "还剩 2 个工作日",
        date(2026, 6, 30),
        "day",
        "招商合作局",
    ),
    Project(
        4,
        "花木冷链分拣中心",
        "百蕊农业发展有限公司",
        "柏溪镇",
        3260,
        "normal",
        "",
        date(2026, 10, 31),
        "day",
        "农业农村局",
    ),
    Project(
        5,
        "精密减速器总部",
        "砺行传动股份有限公司",
        "青禾园区",
        235000,
        "none",
        "",
        date(2027, 1, 1),
        "year",
        "招商合作局",
    ),
    Project(
        6,
        "再生铝合金节能改造",
        "铸新金属有限公司",
        "东岸街道",
        8800,
        "done",
        "",
        date(2025, 7, 18),
        "day",
        "工业和信息化局",
    ),
    Project(
        7,
        "无人机整机装配线",
        "翎风航空科技有限公司",
        "青禾园区",
        42000,
        "paused",
        "",
        date(2026, 8, 15),
        "day",
        "开发建设局",
    ),
]

COLUMNS = [
    Column(
        "项目",
        "name",
        head=True,
        link=lambda row: f"/gallery/matter/?p={row.id}",
        sort="?o=name",
        sorted="up",
    ),
    Column("灯", lambda row: Lamp(row.light, row.words)),
    Column("企业", lambda row: Quiet(row.company), wide=True),
    Column("属地", "place"),
    Column("总投资", lambda row: Money(row.wan, "wan"), number=True),
    Column("计划投产", lambda row: Day(row.production, row.precision), number=True),
    Column("责任单位", "lead"),
]

FORM = Form(
    "gallery_answer",
    "反馈办理情况",
    (
        Field(
            "result",
            "办理结果",
            "long",
            required=True,
            help="写清做了什么、与谁商定、还差什么。",
            max_length=500,
        ),
        Field(
            "kind",
            "办结方式",
            "choice",
            required=True,
            choices=(("solved", "已解决"), ("partly", "部分解决"), ("explained", "解释说明")),
        ),
        Field("unit", "主办单位", "unit", required=True),
        Field("supports", "协办单位", "units"),
        Field("invested", "本月完成投资", "money_wan"),
        Field("land", "交付用地", "area_mu"),
        Field("on", "完成日期", "date"),
        Field("meeting", "协调会时间", "datetime"),
        Field("phone", "企业联系电话", "phone"),
        Field(
            "channels",
            "联系方式",
            "choices",
            choices=(("visit", "走访"), ("call", "电话"), ("meeting", "会议")),
        ),
        Field("told", "已告知企业", "bool"),
        Field("evidence", "佐证材料", "files", required=True),
    ),
)
UNITS = [("1", "开发建设局"), ("2", "自然资源局"), ("3", "供电公司")]
MANY_UNITS = UNITS + [(str(n), f"第 {n} 街道办事处") for n in range(4, 44)]

DIFF = Diff(
    id="diff",
    title="与上周台账的差异",
    rows=[
        DiffRow(
            "智能液冷设备生产线项目",
            "updated",
            [
                Change("计划投产", Day(date(2025, 10, 1), "month"), Day(date(2025, 12, 10))),
                Change("总投资", Money(10000, "wan"), Money(12000, "wan"), "原文“1.2亿”", "info"),
            ],
            where="第 2 行",
        ),
        DiffRow("花木冷链分拣中心", "created", where="第 41 行"),
        DiffRow(
            "精密减速器总部",
            "asked",
            [Change("开工", None, "25.8", "可读作 2025年8月，也可读作 25 日 8 时；请核", "warning")],
            where="第 17 行 G 列",
        ),
        DiffRow("再生铝合金节能改造", "unchanged", where="第 20 行"),
    ],
)
FIGURES = Figures(
    id="figures",
    title="指标",
    figures=[
        Figure(
            title="按时办结率",
            part=1822,
            whole=2022,
            as_of=date(2025, 10, 15),
            href="/gallery/list/",
            definition="统计期内到期的问题中按时办结的占比；已到期未办结的计入分母。",
            light="normal",
        ),
        Figure(
            title="在办问题", value=137, unit="件", as_of=DUE, href="/gallery/list/", compare="比上周多 12 件"
        ),
        Figure(title="逾期", value=9, unit="件", as_of=DUE, href="/gallery/list/", light="late"),
        Figure(title="年内投产", value=14, unit="个", as_of=date(2025, 10, 15), forecast=True),
        Figure(title="回访满意率", part=7, whole=9, as_of=date(2025, 10, 15), small=True),
    ],
)
LINKS = Links(
    id="children",
    title="关联",
    items=[
        ("道路开挖许可", "#", Lamp("late", "晚 4 天")),
        ("WT-2025-000390 同一诉求", "#", "已并入"),
        ("交办单〔2025〕86号", "#", "PDF"),
    ],
)
WARNING = Alert(
    id="warning",
    title="这张时间表还是草案",
    text="企业和 3 个部门尚未答复；批准以前不亮灯。",
    tone="warn",
    action=Action(title="去答复", href="#"),
)
