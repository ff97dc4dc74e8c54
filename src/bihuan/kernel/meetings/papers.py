"""The minutes (纪要) as a numbered paper."""

from bihuan.kernel.papers.kinds import Kind, PaperField
from bihuan.kernel.papers.templates import Facts, Rows, Template, Text
from bihuan.logic.mechanism import said as _

MINUTES = "meetings.minutes"

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
)  # fmt: skip
