"""What this line's declarations and tables share: states of a material, stages of approval; pure."""

from enum import StrEnum

from bihuan.logic.mechanism import said as _


class State(StrEnum):
    """Where a material of a case stands."""

    HAVE = "have"
    MISSING = "missing"
    OWED = "owed"
    WAIVED = "waived"


STATES = {
    State.HAVE: _("At hand"),
    State.MISSING: _("Missing"),
    State.OWED: _("Owed, to be handed in later"),
    State.WAIVED: _("Not needed"),
}


class Later(StrEnum):
    """How a material may be handed in later: accepted without it (容缺受理), or on a promise (告知承诺)."""

    NO = ""
    TOLERATED = "tolerated"
    PROMISED = "promised"


LATERS = {Later.TOLERATED: _("Accepted without it"), Later.PROMISED: _("On a written promise")}

#: The four stages of approving a construction project (工程建设项目审批), and what lies beside them.
PHASES = {
    "立项用地规划许可": "land",
    "工程建设许可": "works",
    "施工许可": "construction",
    "竣工验收": "acceptance",
    "并行推进": "beside",
    "其他": "other",
}
#: The same in words.
PHASE_TITLES = {
    "land": _("Project approval, land and planning"),
    "works": _("Permit of the works"),
    "construction": _("Permit of construction"),
    "acceptance": _("Acceptance on completion"),
    "beside": _("Beside the four stages"),
    "other": _("Other stage"),
}
#: How sure an entry of the catalogue is.
STANDINGS = {"示例": "sample", "待核实": "unchecked", "已核实": "checked"}
