"""Invented data for the gallery: no person, enterprise or office in here exists."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from bihuan.kernel.forms.fields import Field, Form
from bihuan.ui.cells import Day, Lamp, Money, Num, Quiet, Rate, Row, Stack, Tag, To
from bihuan.ui.panels import (
    Action,
    Alert,
    Change,
    Clock,
    ClockPanel,
    Column,
    Diff,
    DiffRow,
    Event,
    Evidence,
    Facts,
    Figure,
    Figures,
    Links,
    MatterCard,
    Matters,
    Step,
    Stepper,
    Timeline,
    Why,
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
    Project(1, "智能液冷设备生产线项目", "云栖液冷科技有限公司", "青禾园区", 10000, "late", "晚 6 个工作日", date(2025, 12, 10), "day", "开发建设局"),
    Project(2, "特种防护材料产业园（二期）", "安澜防护用品有限公司", "青禾园区", 100000, "watched", "督办", date(2026, 3, 1), "month", "科技创新局"),
    Project(3, "体外诊断试剂基地", "明澈生物科技股份有限公司", "望江街道", 58000, "near", "还剩 2 个工作日", date(2026, 6, 30), "day", "招商合作局"),
    Project(4, "花木冷链分拣中心", "百蕊农业发展有限公司", "柏溪镇", 3260, "normal", "", date(2026, 10, 31), "day", "农业农村局"),
    Project(5, "精密减速器总部", "砺行传动股份有限公司", "青禾园区", 235000, "none", "", date(2027, 1, 1), "year", "招商合作局"),
    Project(6, "再生铝合金节能改造", "铸新金属有限公司", "东岸街道", 8800, "done", "", date(2025, 7, 18), "day", "工业和信息化局"),
    Project(7, "无人机整机装配线", "翎风航空科技有限公司", "青禾园区", 42000, "paused", "", date(2026, 8, 15), "day", "开发建设局"),
]  # fmt: skip

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
    "Answer",
    (
        Field(
            "result",
            "Result",
            "long",
            required=True,
            help="What was done, with whom, and what is left.",
            max_length=500,
        ),
        Field(
            "kind",
            "Closing kind",
            "choice",
            required=True,
            choices=(("solved", "solved"), ("partly", "partly solved"), ("explained", "explained")),
        ),
        Field("unit", "Lead unit", "unit", required=True),
        Field("invested", "Invested this month", "money_wan"),
        Field("land", "Land handed over", "area_mu"),
        Field("on", "Done on", "date"),
        Field("meeting", "Meeting at", "datetime"),
        Field("phone", "Telephone of the enterprise", "phone"),
        Field(
            "channels",
            "Channels",
            "choices",
            choices=(("visit", "visit"), ("call", "call"), ("meeting", "meeting")),
        ),
        Field("told", "The enterprise was told", "bool"),
        Field("evidence", "Evidence", "files", required=True),
    ),
)
UNITS = [("1", "开发建设局"), ("2", "自然资源局"), ("3", "供电公司")]

STEPS = Stepper(
    id="steps",
    steps=[
        Step("登记", "done", date(2025, 9, 22)),
        Step("交办", "done", date(2025, 9, 23)),
        Step("办理", "now", date(2025, 9, 24), "第 2 次"),
        Step("核验"),
        Step("销号"),
        Step("回访"),
    ],
)
CLOCKS = ClockPanel(
    id="clocks",
    title="时限",
    clocks=[
        Clock(
            title="办结 · 承诺时限 15 个工作日",
            light="near",
            left="还剩 3 个工作日",
            due=DUE,
            why=[
                Why("9月23日(周二) 10:12", "交办，次日起算"),
                Why("9月24日(周三)", "第 1 个工作日"),
                Why("9月28日(周日)", "调休上班，计为工作日"),
                Why("10月1日至8日", "国庆节、中秋节放假，不计"),
                Why("10月9日至10日", "等企业补件，停 2 个工作日"),
                Why("10月16日(周四) 17:30", "第 15 个工作日下班时到期"),
            ],
            source="《重点项目问题办理办法》第八条，2025年3月1日核对",
        ),
        Clock(
            title="首次反馈 · 3 个工作日",
            light="done",
            left="按时反馈",
            due=datetime(2025, 9, 26, 9, 30, tzinfo=UTC),
        ),
        Clock(
            title="专家评审", light="paused", left="暂停计时", stopped="2025年10月9日起，等企业补交勘察报告"
        ),
    ],
)
HISTORY = Timeline(
    id="history",
    title="办理留痕",
    events=[
        Event(
            at=datetime(2025, 10, 13, 1, 40, tzinfo=UTC),
            who="王*平",
            post="供电公司 · 客户经理",
            title="反馈",
            stage="办理",
            text="已与企业现场对接，专线路径方案通过内部评审。\n待道路开挖许可批复后 7 日内完成接火。",
            facts=[("预计完成", Day(date(2025, 10, 15))), ("停电影响", "无")],
            files=[
                Evidence("现场照片.jpg", "#", thumb="/static/ui/mark.svg", octets=182_211),
                Evidence("专线路径方案.pdf", "#", octets=1_482_000),
                Evidence("会议纪要.doc", "", held="标有密级，已暂扣"),
            ],
            sealed=True,
        ),
        Event(
            at=datetime(2025, 10, 9, 2, 0, tzinfo=UTC),
            who="系统",
            title="临期提醒",
            kind="late",
            text="距办结时限还有 3 个工作日，已提醒主办单位。",
        ),
        Event(
            at=datetime(2025, 9, 28, 6, 5, tzinfo=UTC),
            who="李*",
            post="青禾园区 · 项目专员",
            title="补充说明",
            kind="comment",
            text="企业确认用电容量调整为 <b>8000</b> 千伏安。",
            recorded=datetime(2025, 9, 29, 1, 0, tzinfo=UTC),
        ),
        Event(
            at=datetime(2025, 9, 23, 2, 12, tzinfo=UTC),
            who="陈*明",
            post="项目中心 · 调度岗",
            title="交办",
            stage="交办 → 办理",
            facts=[("主办", "供电公司"), ("协办", "开发建设局")],
            sealed=True,
        ),
    ],
    older="#",
)
FACTS = Facts(
    id="facts",
    title="问题",
    items=[
        ("项目", To("智能液冷设备生产线项目", "#")),
        ("项目代码", "2501-430300-04-01-638217"),
        ("提出", Row(["企业", Quiet("走访")])),
        ("主办", "供电公司"),
        ("协办", "开发建设局"),
        ("总投资", Money(10000, "wan")),
        ("计划投产", Day(date(2025, 12, 10), note="推定")),
        ("满意率", Rate(1822, 2022)),
        ("预计产值", Num(32000, "万元", forecast=True)),
        ("佐证", Stack(["现场照片 3 张", Tag("缺佐证", "warn")])),
    ],
    action=Action(title="改", href="#", icon="edit"),
)
CARDS = Matters(
    id="mine",
    title="今天到期",
    count=4,
    cards=[
        MatterCard(
            code="WT-2025-000418",
            title="企业专线接入迟滞，设备调试无电可用",
            href="/gallery/matter/",
            noun="问题",
            stage="办理",
            light="late",
            left="逾期 2 个工作日",
            due=datetime(2025, 10, 13, 9, 30, tzinfo=UTC),
            holder="供电公司",
            waits_for="等道路开挖许可",
            place="青禾园区",
            move=Action(title="反馈", href="/gallery/matter/answer/", primary=True),
        ),
        MatterCard(
            code="WT-2025-000431",
            title="二期地块内两户坟墓迁移未签协议",
            href="/gallery/matter/",
            noun="问题",
            stage="核验",
            light="near",
            left="今天到期",
            due=DUE,
            holder="望江街道",
            place="望江街道",
            move=Action(title="核验", href="#"),
        ),
        MatterCard(
            code="CN-2025-000102",
            title="承诺事项：三季度前开通园区至高铁站通勤班线",
            href="/gallery/matter/",
            noun="承诺",
            stage="办理",
            light="watched",
            left="督办",
            due=date(2025, 9, 30),
            holder="交通运输局",
        ),
        MatterCard(
            code="WT-2025-000377",
            title="环评专家评审时间待定",
            href="/gallery/matter/",
            noun="问题",
            stage="办理",
            light="paused",
            left="暂停计时",
            holder="生态环境局",
            waits_for="等企业补件",
        ),
    ],
    more=Action(title="全部", href="#"),
)
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
