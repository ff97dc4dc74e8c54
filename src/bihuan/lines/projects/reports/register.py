"""The columns of the register of progress reports: their titles, headers and keeping."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bihuan.kernel.intake.columns import Column
from bihuan.kernel.registers.registry import Register, register
from bihuan.lines.projects.reports.models import ProgressReport
from bihuan.lines.projects.reports.periods import Period
from bihuan.logic.mechanism import said as _

#: How offices write whether a project is in the statistics bureau's list.
LISTED = {"是": "yes", "已入库": "yes", "已纳统": "yes", "已入统": "yes", "否": "no", "未入库": "no", "未纳统": "no",
          "未入统": "no"}  # fmt: skip
_KINDS = {"月报": "month", "旬报": "ten_days"}
_DONE = "本月完成投资 本旬完成投资 本期完成投资 本月（旬）完成投资 当月完成投资 当旬完成投资"
_TOTAL = "累计完成投资 本年累计完成投资 年度累计完成投资 今年累计完成投资"
#: 1-3月累计完成投资 and its like.
_MONTHS = " ".join(f"1{dash}{n}月累计完成投资" for n in range(2, 13) for dash in "-—–至")


class Reference(Column):
    """A column that names a row of another register by its id, kept in a foreign key."""

    @property
    def stored(self) -> tuple[str, ...]:
        """Return the database column."""
        return (f"{self.name}_id",)

    def load(self, row: Mapping[str, Any]) -> str | None:
        """Return the id as text."""
        held = row[f"{self.name}_id"]
        return None if held is None else str(held)

    def store(self, code: str | None) -> dict[str, Any]:
        """Return the foreign key."""
        return {f"{self.name}_id": None if code is None else int(code)}


def _column(name: str, title: str, kind: str, headers: str = "", **more: Any) -> Column:
    return Column(name, title, kind, tuple(headers.split()), **more)


#: What people report, in the order they are asked.
REPORTED = (
    _column(
        "year_plan_wan",
        _("Plan of the year"),
        "money",
        "年度计划投资 年度投资计划 本年计划投资",
        expected=True,
    ),
    _column("done_wan", _("Done in this period"), "money", _DONE, required=True),
    _column("cumulative_wan", _("Done this year so far"), "money", f"{_TOTAL} {_MONTHS}", required=True),
    _column(
        "progress", _("State of the works"), "prose", "形象进度 工程形象进度 项目进展 进展情况", expected=True
    ),
    _column(
        "next_steps", _("Next steps"), "prose", "下步计划 下一步计划 下步工作计划 下步打算", expected=True
    ),
    _column("problems", _("Problems"), "prose", "存在问题 存在的问题 困难问题", expected=True),
    _column(
        "listed", _("In the statistics"), "choice", "入库纳统 是否入库纳统 是否纳统 入库情况", choices=LISTED
    ),
    _column("listed_on", _("In the statistics since"), "day", "入库时间 纳统时间 入库纳统时间"),
    _column("explanation", _("Why the numbers don't add up"), "prose", "差异说明 差异原因", longest=1000),
)
FIELDS = (
    Reference("project", _("Project"), "text", required=True),
    _column("period_kind", _("Kind of report"), "choice", required=True, choices=_KINDS),
    _column("period", _("Period"), "day", required=True),
    *REPORTED,
)


def derive(codes: Mapping[str, str | None], _today: date) -> dict[str, Any]:
    """Return the projections of a report: the last day of its period."""
    kind, first = codes["period_kind"] or "", codes["period"] or ""
    return {"period_last": Period.at(kind, date.fromisoformat(first)).last}


REPORTS = register(
    Register(
        name="projects.reports",
        title=_("Progress reports"),
        model=ProgressReport,
        fields=FIELDS,
        match=("project",),
        keys={"project": "project_id"},
        derive=derive,
    )
)
