"""The papers of scoring and of campaigns: printed rules, the proposal of assessment, a campaign's daily report."""

from bihuan.kernel.papers import kinds
from bihuan.kernel.papers.kinds import Kind, PaperField
from bihuan.kernel.papers.templates import Facts, Head, Items, Rows, Template, Text
from bihuan.logic.mechanism import said as _

CRITERIA_COLUMNS = ("criterion", "weight", "zero", "full", "least")
SOURCE_COLUMNS = ("criterion", "counts")
SCORE_COLUMNS = (
    "place",
    "name",
    "total",
    "response",
    "resolution",
    "satisfaction",
    "promises",
    "coordination",
    "note",
)

RULES = kinds.register(Kind(
    "supervision.rules", _("Rules of scoring"), "督评",
    Template(
        "{title}",
        (
            Facts((("版本", "{version}"), ("施行日期", "{since}"), ("依据", "{source}"), ("规则校验值", "{digest}"))),
            Head("一、评分项目与分值"),
            Rows("criteria", (("criterion", "评分项目", 4), ("weight", "分值", 2), ("zero", "不得分（%以下）", 3),
                              ("full", "得满分（%以上）", 3), ("least", "最少件次", 2))),
            Head("二、得分计算"), Items("terms"),
            Head("三、计入的件次"),
            Rows("sources", (("criterion", "评分项目", 2), ("counts", "口径", 9))),
            Head("四、通用规则"), Items("general"),
        ),
    ),
    (
        PaperField("title", _("Title"), required=True), PaperField("version", _("Version"), required=True),
        PaperField("since", _("In force from"), required=True),
        PaperField("source", _("Decision they come from"), required=True),
        PaperField("digest", _("Hash of the rules"), required=True),
        PaperField("criteria", _("Criterion"), "rows", required=True, columns=CRITERIA_COLUMNS),
        PaperField("terms", _("How the points come about"), "list", required=True),
        PaperField("sources", _("What is counted"), "rows", required=True, columns=SOURCE_COLUMNS),
        PaperField("general", _("Rules for all"), "list", required=True),
    ),
    signers=("supervisor", "leader", "principal"), drafters=("supervisor",),
))  # fmt: skip

APPRAISAL = kinds.register(Kind(
    "supervision.appraisal", _("Proposal of assessment"), "督考",
    Template(
        "{title}考核建议",
        (
            Text("现将{since}至{until}{subjects}考核建议报送如下（数据截至{as_of}，第{revision}稿）。"),
            Rows("scores", (("place", "名次", 2), ("name", "考核对象", 5), ("total", "总分", 4),
                            ("response", "响应", 4), ("resolution", "解决", 4), ("satisfaction", "满意", 4),
                            ("promises", "承诺", 4), ("coordination", "协同", 4), ("note", "备注", 4)),
                 "各项为“办得好／应计　得分”"),
            Text("{remarks}"),
            Head("评分口径"), Items("basis"),
        ),
        to="{addressee}",
        note="本件为考核建议，供考核部门参考，不是考核结论。",
    ),
    (
        PaperField("title", _("Title"), required=True), PaperField("addressee", _("Appraisal office")),
        PaperField("subjects", _("Who is scored"), required=True),
        PaperField("since", _("From"), required=True), PaperField("until", _("To"), required=True),
        PaperField("as_of", _("As known at the end of"), required=True),
        PaperField("revision", _("Revision"), required=True),
        PaperField("scores", _("Scores"), "rows", required=True, columns=SCORE_COLUMNS),
        PaperField("remarks", _("Remarks"), "text"),
        PaperField("basis", _("What it rests on"), "list", required=True),
    ),
    signers=("leader", "principal"), drafters=("supervisor",),
))  # fmt: skip

REPORT = kinds.register(Kind(
    "supervision.report", _("Report of a campaign"), "战报",
    Template("{name}战报（{day}）", (Text("{text}"), Text("{basis}")), copies="{copies}"),
    (
        PaperField("name", _("Campaign"), required=True), PaperField("day", _("Day"), required=True),
        PaperField("text", _("Report"), "text", required=True),
        PaperField("basis", _("How it was counted"), "text", required=True),
        PaperField("copies", _("Copies to")),
    ),
    signers=("supervisor", "leader", "principal"), drafters=("supervisor",), reviewed=True,
))  # fmt: skip
