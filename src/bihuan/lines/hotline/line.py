"""Hotline and five-level grid (12345 热线与五级网格): a call becomes one matter in the right hands and is answered."""

from bihuan.logic.mechanism import said as _
from bihuan.ui.line import Line, MenuEntry

_ABOVE = ("coordinator", "leader", "principal", "supervisor", "auditor")
_GRID = ("grid_head", "grid_officer")

LINE = Line(
    name="hotline",
    title=_("Hotline and grid"),
    icon="phone",
    order=25,
    depends_on=("projects",),
    commands=(
        "bihuan.lines.hotline.commands.TRAIN",
        "bihuan.lines.hotline.commands.EVALUATE",
        "bihuan.lines.hotline.commands.HOTSPOTS",
        "bihuan.lines.hotline.commands.IMPORT",
    ),
    permits={
        "hotline": ("operator", "department", *_ABOVE, *_GRID),
        "hotline.take": ("operator", "coordinator"),
        "hotline.parts": ("operator", "department", *_ABOVE, *_GRID),
        "hotline.desk": ("operator", *_ABOVE),
        "hotline.rates": ("operator", "department", *_ABOVE, "grid_head"),
        "hotline.keep": ("coordinator", "operator"),
        "hotline.spots": ("operator", "department", *_ABOVE),
        "hotline.grids": ("operator", *_ABOVE, *_GRID),
        "hotline.whistles": ("operator", "department", *_ABOVE, *_GRID),
        "hotline.whistle": ("coordinator", *_GRID),
    },
    menu=(
        MenuEntry(_("Take a call"), "hotline_console", icon="phone", permit="hotline.take"),
        MenuEntry(_("Hotline orders"), "hotline", icon="inbox", permit="hotline", phone=True),
        MenuEntry(_("Feedback owed"), "hotline_parts", icon="comment", permit="hotline.parts", phone=True),
        MenuEntry(_("Whistles"), "hotline_whistles", icon="bell", permit="hotline.whistles", phone=True),
        MenuEntry(_("Hotspots"), "hotline_hotspots", icon="alert", permit="hotline.spots"),
        MenuEntry(_("City platform"), "hotline_city", icon="download", permit="hotline.take"),
        MenuEntry(_("Rates"), "hotline_rates", icon="chart", permit="hotline.rates"),
        MenuEntry(_("Orders of years gone by"), "hotline_past", icon="table", permit="hotline.desk"),
        MenuEntry(_("Grids"), "hotline_grids", icon="map", permit="hotline.grids"),
        MenuEntry(_("Limits of orders"), "hotline_limits", icon="clock", permit="hotline.keep"),
    ),
    modules=(
        "bihuan.lines.hotline.guards",
        "bihuan.lines.hotline.whistling.guards",
        "bihuan.lines.hotline.jobs",
        "bihuan.lines.hotline.learning.advising",
        "bihuan.lines.hotline.warning.guards",
        "bihuan.lines.hotline.warning.jobs",
    ),
    roles=("bihuan.lines.hotline.roles.ALL",),
    rights={"coordinator": ("hotline.keep",), "operator": ("hotline.keep",)},
    forms=("bihuan.lines.hotline.forms.ALL", "bihuan.lines.hotline.whistling.asking.ALL"),
    registers=("bihuan.lines.hotline.registers.ALL",),
    mechanisms=("bihuan.lines.hotline.mechanisms.ALL", "bihuan.lines.hotline.whistling.mechanisms.ALL"),
    contacts=("bihuan.lines.hotline.forms.CONTACT",),
    outside=("bihuan.lines.hotline.forms.OUTSIDE",),
    figures=("bihuan.lines.hotline.figures.ALL",),
    limits=("limits.json",),
    api="bihuan.lines.hotline.api.router",
    urls="bihuan.lines.hotline.urls",
    demo="bihuan.lines.hotline.demo.load",
    panels="bihuan.lines.hotline.pages.order.panels",
    options="bihuan.lines.hotline.selectors.options",
)
