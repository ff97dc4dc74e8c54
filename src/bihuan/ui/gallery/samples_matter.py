"""An invented matter for the gallery: no person, enterprise or office in here exists."""

from datetime import UTC, date, datetime

from bihuan.ui.cells import Day, Money, Num, Quiet, Rate, Row, Stack, Tag, To
from bihuan.ui.panels import (
    Action,
    Clock,
    ClockPanel,
    Event,
    Evidence,
    Facts,
    MatterCard,
    Matters,
    Step,
    Stepper,
    Timeline,
    Why,
)

DUE = datetime(2025, 10, 16, 9, 30, tzinfo=UTC)

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
