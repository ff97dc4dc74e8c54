"""The three papers: what each holds, who signs it, how it is laid out."""

from bihuan.kernel.papers import kinds
from bihuan.kernel.papers.kinds import Kind, PaperField
from bihuan.kernel.papers.templates import Block, Head, Picture, Rows, Template, Text
from bihuan.logic.mechanism import said as _

UNIT_COLUMNS = ("place", "unit", "opened", "ended", "on_time", "late", "open", "overdue", "rate")
COMPARED_COLUMNS = ("measure", "now", "before", "change", "year", "year_change")
PART_COLUMNS = ("part", "opened", "ended", "on_time", "late")
FIELDS = (
    PaperField("place", _("Place"), required=True),
    PaperField("period", _("Period"), required=True),
    PaperField("overview", _("Overview"), "text", required=True),
    PaperField("units", _("By unit"), "rows", columns=UNIT_COLUMNS),
    PaperField("compared", _("Compared"), "rows", columns=COMPARED_COLUMNS),
    PaperField("parts", _("Part by part"), "rows", columns=PART_COLUMNS),
    PaperField("chart", _("Picture"), "picture"),
    PaperField("problems", _("What is wrong"), "text"),
    PaperField("demands", _("What is asked for"), "text"),
    PaperField("corrections", _("Later corrections"), "text"),
    PaperField("basis", _("How it was counted"), "text", required=True),
    PaperField("copies", _("Copies to")),
)

_UNITS = Rows(
    "units",
    (("place", "位次", 2), ("unit", "主办单位", 5), ("opened", "新增", 2), ("ended", "办结", 2), ("on_time", "按时", 2),
     ("late", "超时", 2), ("open", "在办", 2), ("overdue", "逾期未结", 2), ("rate", "按时率", 3)),
    "各单位办理情况",
)  # fmt: skip
_COMPARED = Rows(
    "compared",
    (("measure", "指标", 4), ("now", "本期", 2), ("before", "上期", 2), ("change", "环比", 2), ("year", "去年同期", 2),
     ("year_change", "同比", 2)),
    "与上期、去年同期比较",
)  # fmt: skip
_PARTS = Rows(
    "parts",
    (
        ("part", "时段", 5),
        ("opened", "新增", 2),
        ("ended", "办结", 2),
        ("on_time", "按时", 2),
        ("late", "超时", 2),
    ),
    "分时段情况（各段之和与合计一致）",
)
_CHART = Picture("chart", "办结件数")
_LAST: tuple[Block, ...] = (Text("{corrections}"), Text("{basis}"))
_LONG: tuple[Block, ...] = (
    Head("一、总体情况"), Text("{overview}"), _CHART, _COMPARED, _PARTS,
    Head("二、各单位办理情况"), _UNITS,
    Head("三、存在问题"), Text("{problems}"),
    Head("四、下一步要求"), Text("{demands}"), *_LAST,
)  # fmt: skip

WEEK = Kind(
    "supervision.week", _("Weekly progress table"), "调度",
    Template("{place}{period}周调度情况", (Text("{overview}"), _UNITS, _PARTS, Text("{demands}"), *_LAST),
             copies="{copies}", layout="slip"),
    FIELDS, signers=("coordinator", "supervisor", "leader"), drafters=("coordinator", "supervisor"),
)  # fmt: skip
MONTH = Kind(
    "supervision.month", _("Monthly bulletin"), "通报",
    Template("关于{place}{period}问题办理情况的通报", _LONG, copies="{copies}"),
    FIELDS, signers=("leader", "principal"), drafters=("coordinator", "supervisor"), reviewed=True,
)  # fmt: skip
QUARTER = Kind(
    "supervision.quarter", _("Quarterly summary"), "总结",
    Template("关于{place}{period}问题办理情况的总结", _LONG, copies="{copies}"),
    FIELDS, signers=("leader", "principal"), drafters=("coordinator", "supervisor"), reviewed=True,
)  # fmt: skip
ALL = {"week": kinds.register(WEEK), "month": kinds.register(MONTH), "quarter": kinds.register(QUARTER)}
