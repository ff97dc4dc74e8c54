"""The columns of the approval platform's export, as platforms and offices head them."""

from typing import Any

from django.utils.translation import gettext_noop as _

from bihuan.kernel.intake import wording
from bihuan.kernel.intake.columns import Column
from bihuan.kernel.registers.registry import Register, register
from bihuan.lines.agency.approvals.models import Approval


def _column(name: str, title: str, kind: str, headers: str, **more: Any) -> Column:
    return Column(name, title, kind, tuple(headers.split()), **more)


FIELDS = (
    _column(
        "number", _("Number"), "text", "办件编号 办件流水号 业务编号 申办流水号", required=True, longest=60
    ),
    _column("project_code", _("Project code"), "code", "项目代码 项目编码 投资项目代码", expected=True),
    _column("project_name", _("Project"), "text", "项目名称", longest=300),
    _column("item_code", _("Item code"), "text", "事项编码 事项代码", longest=40),
    _column("item", _("Item"), "text", "事项名称 审批事项", required=True, longest=200),
    _column("authority", _("Authority"), "text", "审批部门 办理部门 实施主体", expected=True, longest=200),
    _column("applied", _("Applied"), "day", "申请时间 申请日期 申报时间", fact=True),
    _column("accepted", _("Accepted"), "day", "受理时间 受理日期", expected=True, fact=True),
    _column("decided", _("Decided"), "day", "办结时间 办结日期 审批时间", expected=True, fact=True),
    _column("correction_from", _("Correction from"), "day", "补正开始 补正开始时间 补正告知时间", fact=True),
    _column(
        "correction_until", _("Correction until"), "day", "补正结束 补正结束时间 补正完成时间", fact=True
    ),
    _column("publicity_from", _("Public notice from"), "day", "公示开始 公示开始时间", fact=True),
    _column("publicity_until", _("Public notice until"), "day", "公示结束 公示结束时间", fact=True),
    _column("review_from", _("Review from"), "day", "评审开始 评审开始时间 专家评审开始", fact=True),
    _column("review_until", _("Review until"), "day", "评审结束 评审结束时间 专家评审结束", fact=True),
    _column("province_limit", _("Limit of the province"), "span", "省定时限 省定办结时限"),
    _column("result", _("Result"), "text", "办理结果 审批结果", longest=60),
)
APPROVALS = register(
    Register(
        name="agency.approvals",
        title=_("Approvals of the platform"),
        model=Approval,
        fields=FIELDS,
        match=("number",),
    )
)
wording.declare(
    {
        "project_unknown": _(
            "No project here has the code “%(code)s”: the row counts, but fills no timetable."
        ),
        "item_unknown": _("“%(item)s” is not in the catalogue of approval items: it fills no timetable."),
        "accepted_before_applied": _(
            "Accepted on %(accepted)s, before it was applied for on %(applied)s; not taken."
        ),
        "decided_before_accepted": _(
            "Decided on %(decided)s, before it was accepted on %(accepted)s; not taken."
        ),
        "stop_impossible": _("A stop from %(since)s to %(until)s can't be; the row was not taken."),
    }
)
