"""Supervision (督查奖惩): scores, cards, appeals, plates, campaigns, and the supervision office's desk."""

from bihuan.logic.mechanism import said as _
from bihuan.ui.line import Line, MenuEntry

LINE = Line(
    name="supervision",
    title=_("Supervision"),
    icon="shield",
    order=60,
    depends_on=("projects",),
    permits={
        "supervision": ("supervisor", "leader", "principal"),
        "supervision.scores": (
            "supervisor",
            "leader",
            "principal",
            "coordinator",
            "department",
            "officer",
            "auditor",
        ),
        "supervision.desk": ("supervisor",),
        "supervision.plates": ("supervisor", "coordinator"),
    },
    menu=(MenuEntry(_("Scores"), "supervision_scores", icon="chart", permit="supervision.scores"),),
    modules=(
        "bihuan.lines.supervision.guards",
        "bihuan.lines.supervision.cards.papers",
        "bihuan.lines.supervision.jobs",
    ),
    rights={"supervisor": ("supervision.assess", "supervision.schemes", "supervision.campaigns")},
    forms=("bihuan.lines.supervision.forms.ALL",),
    mechanisms=("bihuan.lines.supervision.mechanisms.ALL",),
    limits=("limits.json",),
    urls="bihuan.lines.supervision.urls",
    api="bihuan.lines.supervision.api.router",
    demo="bihuan.lines.supervision.demo.load",
)
