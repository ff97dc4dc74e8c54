"""Supervision (督查奖惩): scores, cards, appeals, plates, campaigns, and the supervision office's desk."""

from bihuan.logic.mechanism import said as _
from bihuan.ui.line import Line, MenuEntry

LINE = Line(
    name="supervision",
    title=_("Supervision"),
    icon="shield",
    order=60,
    depends_on=("projects", "officers"),
    permits={
        "supervision": ("supervisor", "leader", "principal", "auditor"),
        "supervision.scores": (
            "supervisor",
            "leader",
            "principal",
            "coordinator",
            "department",
            "officer",
            "auditor",
        ),
        "supervision.bulletins": ("supervisor", "coordinator", "leader", "principal", "auditor"),
        "supervision.desk": ("supervisor",),
        "supervision.plates": ("supervisor", "coordinator"),
    },
    menu=(
        MenuEntry(
            _("Supervision desk"),
            "supervision_desk",
            icon="shield",
            permit="supervision.desk",
            phone=True,
            count="bihuan.lines.supervision.pages.desk.waiting_count",
        ),
        MenuEntry(_("Cards and circulars"), "supervision_cards", icon="flag", permit="supervision"),
        MenuEntry(_("Scores"), "supervision_scores", icon="chart", permit="supervision.scores"),
        MenuEntry(_("Bulletins"), "supervision_bulletins", icon="book", permit="supervision.bulletins"),
        MenuEntry(_("Responsibility plates"), "supervision_plates", icon="user", permit="supervision.plates"),
        MenuEntry(_("Campaigns"), "supervision_campaigns", icon="calendar", permit="supervision.scores"),
        MenuEntry(_("Hints"), "supervision_hints", icon="search", permit="supervision.desk"),
    ),
    modules=(
        "bihuan.lines.supervision.guards",
        "bihuan.lines.supervision.cards.papers",
        "bihuan.lines.supervision.issuing.kinds",
        "bihuan.lines.supervision.jobs",
        "bihuan.lines.supervision.bulletins.kinds",
        "bihuan.lines.supervision.bulletins.jobs",
    ),
    rights={"supervisor": ("supervision.assess", "supervision.schemes", "supervision.campaigns")},
    forms=("bihuan.lines.supervision.forms.ALL", "bihuan.lines.supervision.bulletins.forms.ALL"),
    figures=("bihuan.lines.supervision.bulletins.figures.ALL",),
    mechanisms=("bihuan.lines.supervision.mechanisms.ALL",),
    limits=("limits.json",),
    urls="bihuan.lines.supervision.urls",
    api="bihuan.lines.supervision.api.router",
    demo="bihuan.lines.supervision.demo.load",
    life="bihuan.lines.supervision.life.LIFE",
)
