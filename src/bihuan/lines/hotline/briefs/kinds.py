"""The three papers: what each holds, who signs it, how it is laid out."""

from bihuan.kernel.papers import kinds
from bihuan.kernel.papers.kinds import Kind, PaperField
from bihuan.kernel.papers.templates import Block, Head, Picture, Rows, Template, Text
from bihuan.logic.mechanism import said as _

UNIT_COLUMNS = ("unit", "taken", "ended", "pending", "behind", "response", "solved", "satisfied", "on_time")
COMPARED_COLUMNS = ("measure", "now", "before", "change", "year", "year_change")
FIELDS = (
    PaperField("place", _("Place"), required=True),
    PaperField("period", _("Period"), required=True),
    PaperField("overview", _("Overview"), "text", required=True),
    PaperField("compared", _("Compared"), "rows", columns=COMPARED_COLUMNS),
    PaperField("rates", _("Rates of the period"), "rows", columns=("rate", "value", "fraction")),
    PaperField("classes", _("What people asked about"), "rows", columns=("place", "name", "taken", "share")),
    PaperField("units", _("By unit"), "rows", columns=UNIT_COLUMNS),
    PaperField("chart", _("Picture"), "picture"),
    PaperField("spots", _("Hotspots and what comes often"), "text"),
    PaperField("problems", _("What is wrong"), "text"),
    PaperField("demands", _("What is asked for"), "text"),
    PaperField("corrections", _("Later corrections"), "text"),
    PaperField("basis", _("How it was counted"), "text", required=True),
    PaperField("copies", _("Copies to")),
)
#: The fields people write over.
WORDS = ("overview", "spots", "problems", "demands", "copies")

_COMPARED = Rows(
    "compared",
    (("measure", "指标", 4), ("now", "本期", 2), ("before", "上期", 2), ("change", "环比", 2), ("year", "去年同期", 2),
     ("year_change", "同比", 2)),
    "工单数量",
)  # fmt: skip
_RATES = Rows("rates", (("rate", "指标", 4), ("value", "比率", 3), ("fraction", "件数", 4)), "办理质效")
_CLASSES = Rows(
    "classes",
    (("place", "位次", 2), ("name", "诉求类别", 6), ("taken", "件数", 2), ("share", "占比", 2)),
    "诉求类别",
)
_UNITS = Rows(
    "units",
    (("unit", "承办单位", 5), ("taken", "受理", 2), ("ended", "办结", 2), ("pending", "在办", 2), ("behind", "逾期", 2),
     ("response", "响应率", 3), ("solved", "解决率", 3), ("satisfied", "满意率", 3), ("on_time", "按期率", 3)),
    "各单位办理情况",
)  # fmt: skip
_CHART = Picture("chart", "受理件数")
_LAST: tuple[Block, ...] = (Text("{corrections}"), Text("{basis}"))
_SHORT: tuple[Block, ...] = (
    Text("{overview}"), _CHART, _COMPARED, _RATES, _CLASSES, Text("{spots}"), Text("{demands}"), *_LAST,
)  # fmt: skip
_LONG: tuple[Block, ...] = (
    Head("一、总体情况"), Text("{overview}"), _CHART, _COMPARED, _RATES,
    Head("二、群众反映的主要问题"), _CLASSES, Text("{spots}"),
    Head("三、各单位办理情况"), _UNITS,
    Head("四、存在问题"), Text("{problems}"),
    Head("五、下一步要求"), Text("{demands}"), *_LAST,
)  # fmt: skip

_DRAFTERS = ("operator", "coordinator")
DAY = Kind(
    "hotline.day", _("Daily brief of the hotline"), "热线日报",
    Template("{place}12345热线日报（{period}）", _SHORT, copies="{copies}", layout="slip"),
    FIELDS, signers=("coordinator", "leader"), drafters=_DRAFTERS,
)  # fmt: skip
WEEK = Kind(
    "hotline.week", _("Weekly brief of the hotline"), "热线周报",
    Template("{place}12345热线周报（{period}）", _LONG, copies="{copies}"),
    FIELDS, signers=("coordinator", "leader", "principal"), drafters=_DRAFTERS,
)  # fmt: skip
MONTH = Kind(
    "hotline.month", _("Monthly brief of the hotline"), "热线月报",
    Template("关于{place}{period}12345热线办理情况的通报", _LONG, copies="{copies}"),
    FIELDS, signers=("leader", "principal"), drafters=_DRAFTERS, reviewed=True,
)  # fmt: skip
ALL = {"day": kinds.register(DAY), "week": kinds.register(WEEK), "month": kinds.register(MONTH)}
