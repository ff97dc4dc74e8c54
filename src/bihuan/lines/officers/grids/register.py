"""The columns of enterprises and grids, and how offices head them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bihuan.kernel.intake.columns import Column
from bihuan.kernel.registers.registry import Register, register
from bihuan.lines.officers.grids.models import Enterprise, Grid
from bihuan.lines.officers.registers import Ident
from bihuan.logic import text
from bihuan.logic.mechanism import said as _


class Cell(Ident):
    """The grid an enterprise is in: a foreign key that is never empty."""

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


def _column(name: str, title: str, kind: str, headers: str, **more: Any) -> Column:
    return Column(name, title, kind, tuple(headers.split()), **more)


#: What a workbook of enterprises brings.
FIELDS = (
    _column("name", _("Enterprise"), "text", "企业名称 单位名称 名称", required=True, longest=200),
    _column(
        "uscc",
        _("Unified social credit code"),
        "uscc",
        "统一社会信用代码 信用代码 社会信用代码",
        expected=True,
    ),
    _column("industry", _("Industry"), "text", "所属行业 行业 产业类别", expected=True, longest=100),
    _column("place_text", _("Place"), "text", "地址 厂址 所在位置 经营地址", expected=True, longest=200),
    _column("kind", _("Kind of enterprise"), "text", "企业类型 企业规模 规模", longest=60),
    _column("staff", _("Employees"), "count", "职工人数 从业人数 员工人数"),
    _column("note", _("Remarks"), "prose", "备注 说明"),
)


#: The column of a workbook that says which grid an enterprise belongs to.
GRID_TITLE = _("Grid")
GRID_HEADERS = ("所属网格", "网格")


def derive(codes: Mapping[str, str | None], _today: date) -> dict[str, Any]:
    """Return the folded name by which two rows are the same."""
    return {"name_key": text.key(codes["name"] or "")[:200]}


ENTERPRISES = register(
    Register(
        name="officers.enterprises",
        title=_("Enterprise register"),
        model=Enterprise,
        fields=(*FIELDS, Cell("cell", GRID_TITLE)),
        match=("uscc", "name"),
        keys={"name": "name_key"},
        derive=derive,
    )
)
GRIDS = register(
    Register(
        name="officers.grids",
        title=_("Park grids"),
        model=Grid,
        fields=(
            Column("name", _("Grid"), required=True, longest=100),
            Ident("head_post", _("Grid head"), required=True),
            Ident("unit", _("Department"), required=True),
            Column(
                "receives",
                _("Takes in new enterprises"),
                "choice",
                choices={"是": "yes", "否": "no"},
                required=True,
            ),
        ),
        match=("name",),
    )
)
