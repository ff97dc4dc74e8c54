"""The columns of the catalogue (事项目录) and of presets, as offices head them in their workbooks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as _

from bihuan.kernel.intake.columns import Column
from bihuan.kernel.registers.registry import Register, register
from bihuan.lines.agency.contracts import PHASES, STANDINGS
from bihuan.lines.agency.models import Item, Preset
from bihuan.logic import text


def _column(name: str, title: str, kind: str, headers: str, **more: Any) -> Column:
    return Column(name, title, kind, tuple(headers.split()), **more)


def _limit(name: str, title: str, source: str, word: str) -> tuple[Column, ...]:
    return (
        _column(f"{name}_limit", title, "span", f"{word}时限 {word}办结时限"),
        _column(f"{name}_source", source, "text", f"{word}依据 {word}时限依据", longest=300),
    )


ITEM_FIELDS = (
    _column("code", _("Item code"), "text", "事项编码 事项代码", longest=40),
    _column("name", _("Item"), "text", "事项名称 审批事项", required=True, longest=200),
    _column("authority", _("Authority"), "text", "审批部门 实施主体 办理部门", expected=True, longest=200),
    _column("phase", _("Stage of approval"), "choice", "审批阶段 所属阶段", choices=PHASES),
    *_limit("law", _("Limit by law"), _("Basis of the legal limit"), "法定"),
    *_limit("province", _("Limit of the province"), _("Basis of the province's limit"), "省定"),
    *_limit("promise", _("Limit promised"), _("Basis of the promise"), "承诺"),
    _column("materials", _("Materials, one a line"), "prose", "申请材料 材料清单", expected=True),
    _column("parallel", _("Handled in parallel with"), "text", "并联事项 可并联事项", longest=400),
    _column("node", _("Node of the timetable"), "text", "对应节点 节点", longest=40),
    _column("standing", _("Standing"), "choice", "核实状态 状态", choices=STANDINGS),
    _column("note", _("Remarks"), "prose", "备注 说明"),
)
PRESET_FIELDS = (
    _column("code", _("Code"), "text", "套餐编码 编码", longest=40),
    _column("name", _("Preset"), "text", "套餐名称 名称", required=True, longest=200),
    _column("items", _("Items"), "text", "包含事项 事项编码", longest=400),
    _column("nodes", _("Nodes"), "text", "对应节点", longest=400),
    _column("standing", _("Standing"), "choice", "核实状态 状态", choices=STANDINGS),
    _column("note", _("Remarks"), "prose", "备注 说明"),
)


def _derive(codes: Mapping[str, str | None], _today: date) -> dict[str, Any]:
    """Return the folded name, by which two rows are the same item."""
    return {"name_key": text.key(codes["name"] or "")[:200]}


ITEMS = register(
    Register(
        name="agency.items",
        title=_("Catalogue of approval items"),
        model=Item,
        fields=ITEM_FIELDS,
        match=("code", "name"),
        keys={"name": "name_key"},
        derive=_derive,
    )
)
PRESETS = register(
    Register(
        name="agency.presets",
        title=_("Presets of items"),
        model=Preset,
        fields=PRESET_FIELDS,
        match=("code", "name"),
        keys={"name": "name_key"},
        derive=_derive,
    )
)
ALL = (ITEMS, PRESETS)
