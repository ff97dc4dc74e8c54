"""The columns of duties, standard answers, refusals, rulings, grids, helpers and buildings, as offices head them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bihuan.kernel.intake.columns import Column
from bihuan.kernel.registers.registry import Register, register
from bihuan.lines.hotline.contracts import TIERS
from bihuan.lines.hotline.models import (
    Aim,
    Building,
    Duty,
    Extension,
    Grid,
    Helper,
    Knowledge,
    Refusal,
    Ruling,
)
from bihuan.logic import text
from bihuan.logic.mechanism import said as _


class Ident(Column):
    """A column that names something by its id; 0 in the table stands for none."""

    def load(self, row: Mapping[str, Any]) -> str | None:
        """Return the id as text."""
        return str(row[self.name]) if row[self.name] else None

    def store(self, code: str | None) -> dict[str, Any]:
        """Return the database column."""
        return {self.name: int(code or 0)}


class Cell(Ident):
    """The grid a row belongs to: a foreign key."""

    @property
    def stored(self) -> tuple[str, ...]:
        """Return the database column."""
        return ("cell_id",)

    def load(self, row: Mapping[str, Any]) -> str | None:
        """Return the id as text."""
        return str(row["cell_id"]) if row["cell_id"] else None

    def store(self, code: str | None) -> dict[str, Any]:
        """Return the foreign key."""
        return {"cell_id": int(code) if code else None}


def _column(name: str, title: str, kind: str = "text", headers: str = "", **more: Any) -> Column:
    return Column(name, title, kind, tuple(headers.split()), **more)


_TIERS = {name: name for name, _title in TIERS}
_YES_NO = {"是": "yes", "否": "no"}
_FORCES = {"网格员": "officer", "志愿者": "volunteer", "物业": "property", "民警": "police", "其他": "other"}

DUTIES = register(Register(
    name="hotline.duties", title=_("Duty catalogue"), model=Duty, match=("name",),
    fields=(
        _column("name", _("Class"), headers="诉求类别 事项名称 类别 分类", required=True, longest=120),
        Ident("unit", _("Unit in charge"), headers=("责任单位", "承办单位"), required=True),
        _column("tier", _("Limit"), "choice", choices=_TIERS),
        _column("words", _("Words callers use"), headers="关键词", longest=1000),
        _column("basis", _("Basis"), headers="职责依据 依据", longest=300),
        _column("told", _("May neighbours hear of it?"), "choice", headers="可向周边公开", choices=_YES_NO),
    ),
))  # fmt: skip
KNOWLEDGE = register(Register(
    name="hotline.knowledge", title=_("Knowledge base"), model=Knowledge, match=("name",),
    fields=(
        _column("name", _("What people ask"), headers="问题 标题 咨询问题", required=True, longest=200),
        _column("answer", _("Standard answer"), "prose", headers="答复口径 标准答复 答案", required=True, longest=8000),
        Ident("unit", _("Unit that owns it"), headers=("责任单位",), required=True),
        _column("basis", _("Basis"), headers="依据 政策依据", required=True, longest=300),
        _column("review_on", _("To be reviewed on"), "day", headers="复核日期", required=True),
        _column("expires_on", _("Good until"), "day", headers="有效期至 失效日期", required=True),
    ),
))  # fmt: skip
REFUSALS = register(Register(
    name="hotline.refusals", title=_("What is not accepted"), model=Refusal, match=("name",),
    fields=(
        _column("name", _("What is meant"), headers="不予受理情形 情形", required=True, longest=120),
        _column("words", _("Words callers use"), headers="关键词", longest=1000),
        _column("goes_to", _("Where it goes"), "prose", headers="引导去向 告知内容", required=True, longest=1000),
        _column("source", _("Source"), headers="来源 依据", required=True, longest=300),
    ),
))  # fmt: skip
RULINGS = register(Register(
    name="hotline.rulings", title=_("Rulings that hold"), model=Ruling, match=("duty",),
    fields=(
        Ident("duty", _("Class"), required=True), Ident("unit", _("Unit in charge"), required=True),
        _column("reason", _("Reason"), "prose", required=True), _column("matter", _("Ruled on"), longest=30),
    ),
))  # fmt: skip
GRIDS = register(Register(
    name="hotline.grids", title=_("Grids"), model=Grid, match=("name",),
    fields=(
        _column("name", _("Grid"), headers="网格名称 网格", required=True, longest=120),
        Ident("place", _("Division"), required=True), Ident("unit", _("Unit"), required=True),
        _column("party_org", _("Party organisation"), headers="党组织 网格党支部", required=True, longest=120),
        Ident("head_post", _("Grid head"), required=True),
        _column("phone", _("Fixed service phone"), headers="服务电话", required=True, longest=20),
        _column("shape", _("Boundary"), "prose", longest=20000),
    ),
))  # fmt: skip
HELPERS = register(Register(
    name="hotline.helpers", title=_("Helpers of grids"), model=Helper, match=("name",),
    fields=(
        _column("name", _("Who"), headers="姓名 队伍名称", required=True, longest=120),
        Cell("cell", _("Grid"), required=True),
        _column("force", _("As"), "choice", headers="力量类别", required=True, choices=_FORCES),
        Ident("post", _("Post")),
    ),
))  # fmt: skip


def derive(codes: Mapping[str, str | None], _today: date) -> dict[str, Any]:
    """Return the folded name by which addresses find a building."""
    return {"name_key": text.key(codes["name"] or "")[:200]}


BUILDINGS = register(Register(
    name="hotline.buildings", title=_("Building rolls"), model=Building, match=("name",), keys={"name": "name_key"},
    derive=derive,
    fields=(
        _column("name", _("Building or stretch of street"), headers="楼栋 楼栋名称 地址 小区楼栋", required=True,
                longest=200),
        Cell("cell", _("Grid"), headers=("所属网格", "网格")),
        _column("households", _("Households"), "count", headers="户数"),
    ),
))  # fmt: skip
EXTENSIONS = register(Register(
    name="hotline.extensions", title=_("Extensions"), model=Extension, match=("name",),
    fields=(
        _column("name", _("Extension"), headers="分机号 分机", required=True, longest=20),
        _column("login", _("Login of whoever sits there"), headers="登录名 话务员账号", required=True, longest=150),
    ),
))  # fmt: skip
AIMS = register(Register(
    name="hotline.aims", title=_("Aims of the desk"), model=Aim, match=("name", "since"),
    fields=(
        _column("name", _("Aim"), "choice", required=True, choices={"应答秒数": "seconds", "接通率": "connected"}),
        _column("value", _("Value aimed at"), "count", headers="目标值", required=True),
        _column("since", _("Holds from"), "day", headers="施行日期", required=True),
        _column("source", _("Source"), headers="来源 依据", required=True, longest=300),
    ),
))  # fmt: skip
ALL = (DUTIES, KNOWLEDGE, REFUSALS, RULINGS, GRIDS, HELPERS, BUILDINGS, EXTENSIONS, AIMS)
