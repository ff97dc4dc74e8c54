"""The columns of the project register: their titles, their headers in offices' workbooks, their keeping."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as _

from bihuan.kernel.intake.columns import Column
from bihuan.kernel.registers.registry import Register, register
from bihuan.lines.projects.contracts import CLASSES, FACTS, KINDS, STATES, class_of
from bihuan.lines.projects.models import Project
from bihuan.logic import text
from bihuan.logic.days import Day


def _column(name: str, title: str, kind: str, headers: str, **more: Any) -> Column:
    return Column(name, title, kind, tuple(headers.split()), **more)


FIELDS = (
    _column("code", _("Project code"), "code", "项目代码 项目编码 投资项目代码"),
    _column("name", _("Project"), "text", "项目名称 项目", required=True, longest=300),
    _column(
        "company",
        _("Investor"),
        "text",
        "建设单位 投资单位 投资主体 投资方 企业名称",
        expected=True,
        longest=300,
    ),
    _column("uscc", _("Unified social credit code"), "uscc", "统一社会信用代码 信用代码 社会信用代码"),
    _column(
        "park_text",
        _("Park or place"),
        "text",
        "所在园区 园区 建设地点 所属园区 park",
        expected=True,
        longest=200,
    ),
    _column("industry", _("Industry"), "text", "产业类别 产业 行业 所属产业", expected=True, longest=200),
    _column("kind", _("Kind of premises"), "choice", "用地类型 项目类型 供地方式", choices=KINDS),
    _column(
        "investment_wan",
        _("Investment"),
        "money",
        "总投资 总投资额 计划总投资 investment_wan_yuan",
        expected=True,
    ),
    _column("land_mu", _("Land"), "area", "用地面积 用地 占地面积 用地规模", expected=True),
    _column("promised_output_wan", _("Promised output"), "money", "承诺产值 预计产值 达产产值"),
    _column("promised_tax_wan", _("Promised tax"), "money", "承诺税收 预计税收 达产税收"),
    _column("promised_jobs", _("Promised jobs"), "count", "承诺就业 带动就业 预计就业"),
    _column("reached_output_wan", _("Output reached"), "money", "实际产值"),
    _column("reached_tax_wan", _("Tax reached"), "money", "实际税收"),
    _column("reached_jobs", _("Jobs reached"), "count", "实际就业"),
    _column("responsible_leader", _("Responsible leader"), "text", "责任领导 联点领导 包联领导", longest=200),
    _column("responsible_unit", _("Responsible unit"), "text", "责任单位 牵头单位", longest=200),
    _column("department", _("Department in charge"), "text", "责任部门 主管部门", expected=True, longest=300),
    _column("signed", _("Signed"), "day", "签约时间 签约日期", expected=True, fact=True),
    _column(
        "land_acquired", _("Land acquired"), "day", "拿地时间 供地时间 摘牌时间", expected=True, fact=True
    ),
    _column("started", _("Construction started"), "day", "开工时间 开工日期", expected=True, fact=True),
    _column("planned_completion", _("Planned completion"), "day", "计划竣工时间 预计竣工时间", expected=True),
    _column("planned_production", _("Planned production"), "day", "计划投产时间 预计投产时间", expected=True),
    _column("completed", _("Completed"), "day", "实际竣工时间 竣工时间", fact=True),
    _column("produced", _("In production since"), "day", "实际投产时间 投产时间", fact=True),
    _column("reached", _("Full capacity since"), "day", "达产时间 达产达效时间", fact=True),
    _column("stage", _("Stage as reported"), "text", "当前阶段 项目阶段 目前阶段", expected=True, longest=60),
    _column("stage_class", _("Class as stated"), "choice", "项目类别 三类 分类", choices=CLASSES),
    _column("problems", _("Problems"), "prose", "存在问题 存在的问题 困难问题", expected=True),
    _column("source_date", _("Report of"), "day", "报道日期 填报日期 数据日期", expected=True),
    _column("source_url", _("Address"), "text", "网址 来源网址 链接", expected=True),
    _column("note", _("Remarks"), "prose", "备注 说明", expected=True),
    _column("state", _("State"), "choice", "项目状态", choices=STATES),
)


def derive(codes: Mapping[str, str | None], today: date) -> dict[str, Any]:
    """Return the projections of a project: the folded name and the class its facts show."""
    facts = {name: Day.decode(code) for name in FACTS if (code := codes.get(name))}
    return {"name_key": text.key(codes["name"] or "")[:300], "class_derived": str(class_of(facts, today))}


PROJECTS = register(
    Register(
        name="projects",
        title=_("Key projects"),
        model=Project,
        fields=FIELDS,
        match=("code", "name"),
        keys={"name": "name_key"},
        derive=derive,
        shown=("class_derived",),
    )
)
