"""The minutes (纪要) and the agenda pack (议程) as papers."""

from bihuan.kernel.papers.kinds import Kind, PaperField
from bihuan.kernel.papers.templates import Facts, Head, Rows, Template, Text
from bihuan.logic.mechanism import said as _

MINUTES = "meetings.minutes"
PACK = "meetings.pack"
_PLANNERS = ("coordinator", "leader", "principal")

MINUTES_KIND = Kind(
    name=MINUTES,
    title=_("Minutes of a meeting"),
    prefix="纪",
    template=Template(
        title="{meeting}纪要",
        layout="minutes",
        body=(
            Facts((
                ("时间", "{when}"), ("地点", "{room}"), ("主持", "{chair}"),
                ("出席", "{present}"), ("缺席", "{absent}"),
            )),
            Text("{summary}"),
            Rows("decisions", (
                ("item", "议题", 4), ("outcome", "结果", 2), ("text", "议定事项", 8), ("units", "责任单位", 3),
                ("due", "完成时限", 3),
            ), "议定事项清单"),
        ),
    ),
    fields=(
        PaperField("meeting", _("Meeting"), required=True),
        PaperField("when", _("When")),
        PaperField("room", _("Where it is held")),
        PaperField("chair", _("Chair")),
        PaperField("present", _("Present"), "list"),
        PaperField("absent", _("Absent"), "list"),
        PaperField("summary", _("What was said"), "text"),
        PaperField("decisions", _("Decisions"), "rows", columns=("item", "outcome", "text", "units", "due")),
    ),
    signers=("leader", "principal", "coordinator"),
    drafters=("coordinator", "leader", "principal", "officer"),
    signed="meetings.signed",
)  # fmt: skip

PACK_KIND = Kind(
    name=PACK,
    title=_("Agenda of a meeting"),
    prefix="议",
    template=Template(
        title="{meeting}议程",
        layout="minutes",
        body=(
            Facts((("时间", "{when}"), ("地点", "{room}"), ("主持", "{chair}"), ("参会", "{invited}"))),
            Rows("items", (
                ("no", "序号", 1), ("item", "议题", 6), ("about", "涉及项目（主体）", 4), ("unit", "责任单位", 3),
                ("due", "时限", 3), ("harm", "排序依据", 6),
            ), "议题清单（按影响程度排序）"),
            Head("议题情况"),
            Text("{known}"),
        ),
    ),
    fields=(
        PaperField("meeting", _("Meeting"), required=True),
        PaperField("when", _("When")),
        PaperField("room", _("Where it is held")),
        PaperField("chair", _("Chair")),
        PaperField("invited", _("Invited"), "list"),
        PaperField("items", _("Agenda"), "rows", columns=("no", "item", "about", "unit", "due", "harm")),
        PaperField("known", _("What is known"), "text"),
    ),
    signers=_PLANNERS,
    drafters=_PLANNERS,
)  # fmt: skip

ALL = (MINUTES_KIND, PACK_KIND)
