"""Tags and filters of the templates; the same functions as :mod:`bihuan.ui.format`."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from bihuan.ui import cells, icons, lights
from bihuan.ui import format as fmt
from bihuan.ui.panels.base import Panel
from bihuan.ui.panels.forms import worded

register = template.Library()

register.filter("day", fmt.day)
register.filter("moment", fmt.moment)
register.filter("ago", fmt.ago)
register.filter("number", fmt.number)
register.filter("masked_name", fmt.masked_name)
register.filter("masked_phone", fmt.masked_phone)
register.filter("file_size", fmt.size)
register.filter("cell", cells.show)
register.filter("worded", worded)
register.simple_tag(icons.icon, name="icon")
register.simple_tag(lights.light, name="light")


@register.filter
def money(value: Any, unit: str = "yuan") -> SafeString:
    """Write money, exact on hover."""
    return cells.show(cells.Money(value, unit))


@register.simple_tag(takes_context=True)
def draw(context: template.Context, panel: Panel) -> SafeString:
    """Draw a panel."""
    return panel.render(context.get("request"))
