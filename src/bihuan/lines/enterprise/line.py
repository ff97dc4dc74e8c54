"""Enterprise side (企业端): an enterprise raises what it needs, sees who has it and by when, confirms and rates."""

from bihuan.logic.mechanism import said as _
from bihuan.ui.line import Line, MenuEntry

_CENTRE = ("coordinator", "leader", "principal", "supervisor", "officer")

LINE = Line(
    name="enterprise",
    title=_("Enterprises"),
    icon="building",
    order=20,
    depends_on=("projects",),
    permits={
        "enterprise": (*_CENTRE, "auditor"),
        "enterprise.take_in": ("coordinator", "officer"),
        "enterprise.invite": ("coordinator",),
    },
    menu=(
        MenuEntry(_("What we need"), "enterprise_home", icon="home", permit="enterprise.home", phone=True),
        MenuEntry(_("Needs of enterprises"), "enterprise_board", icon="map", permit="enterprise"),
        MenuEntry(_("Take in a need"), "enterprise_take_in", icon="phone", permit="enterprise.take_in"),
        MenuEntry(_("Invitations"), "enterprise_invitations", icon="people", permit="enterprise.invite"),
    ),
    modules=("bihuan.lines.enterprise.guards", "bihuan.lines.enterprise.pages.permits"),
    rights={"coordinator": ("enterprise.invite",)},
    forms=("bihuan.lines.enterprise.forms.ALL",),
    mechanisms=("bihuan.lines.enterprise.mechanisms.NEED",),
    contacts=("bihuan.lines.enterprise.forms.CONTACT",),
    by_link="bihuan.lines.enterprise.pages.by_link.panels",
    outside=("bihuan.lines.enterprise.forms.OUTSIDE",),
    figures=("bihuan.lines.enterprise.figures.ALL",),
    limits=("limits.json",),
    urls="bihuan.lines.enterprise.urls",
    api="bihuan.lines.enterprise.api.router",
    demo="bihuan.lines.enterprise.demo.load",
    life="bihuan.lines.enterprise.life.LIFE",
)
