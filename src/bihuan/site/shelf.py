"""What the shell shows around every page: the root's own entries, the lines', posts, notices, demo label."""

from collections.abc import Sequence
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

from bihuan.kernel.identity.actors import Kind
from bihuan.kernel.identity.selectors.posts import PostRow
from bihuan.kernel.notices import selectors as notices
from bihuan.logic.mechanism import said as _
from bihuan.site.admin.menu import ADMIN
from bihuan.site.callbacks.menu import MENU as CALLBACKS
from bihuan.site.discovery import lines
from bihuan.site.entrance import config
from bihuan.site.figures.reading import PERMIT as FIGURES
from bihuan.site.orders.menu import ORDERS
from bihuan.ui import shell
from bihuan.ui.line import MenuEntry
from bihuan.ui.page import actor_of, register_permit, roles_permit
from bihuan.ui.shell import PostChoice, Source


def posts(request: HttpRequest) -> Sequence[PostChoice]:
    """Return the posts one may act from, the present one marked."""
    found = cast("list[PostRow]", getattr(request, "posts", []))
    now = actor_of(request).post
    return [
        PostChoice(row.id, f"{gettext(row.role_title)} · {row.unit_name}", row.id == now) for row in found
    ]


def told(request: HttpRequest) -> int:
    """Return how many notices are unread."""
    actor = actor_of(request)
    return 0 if actor.kind is Kind.NOBODY else notices.count_unread(actor)


def install() -> None:
    """Register the lines' permits and give the shell its contents."""
    for line in lines():
        for name, roles in line.permits.items():
            register_permit(name, roles_permit(roles))
    shell.install(
        Source(
            menu=(
                MenuEntry(_("Workbench"), "home", icon="home", permit="signed_in", phone=True),
                MenuEntry(_("Matters"), "matters", icon="list", permit="signed_in", phone=True),
                *CALLBACKS,
                *ORDERS,
                MenuEntry(_("Official papers"), "papers", icon="file", permit="post"),
                MenuEntry(_("Meetings"), "meetings", icon="people", permit="meetings"),
                MenuEntry(_("All figures"), "figures", icon="chart", permit=FIGURES),
                MenuEntry(_("Mechanisms"), "mechanisms", icon="flow", permit="signed_in"),
            ),
            admin=ADMIN,
            lines=lines,
            posts=posts,
            notices=told,
            enter=lambda: "enter" if config.any_door() else "",
            demo=getattr(settings, "DEMO", False),
        )
    )
